import pytest

from agents.opponents.frequency import Frequency
from tests.agents.opponents.talks import heard, informed

# Outcome 2 i + j of three levels and two.
SHAPE = (3, 2)


def test_levels_are_worth_how_often_they_were_offered() -> None:
    # (2, 1), (2, 0), (1, 1): 0, 1, 2 times the levels of the first issue, 1 and 2 those of the
    # second; the largest counts, 2 and 2, sum to 4.
    found = informed(Frequency(), heard(SHAPE, [5, 4, 3]))
    assert found == pytest.approx([0 + 0.25, 0 + 0.5, 0.25 + 0.25, 0.25 + 0.5, 0.5 + 0.25, 1.0])


def test_an_issue_weighs_as_much_as_it_is_held_on_to() -> None:
    # (2, 0), (1, 0), (0, 0): once each, and three times the same: of 4 one and three.
    found = informed(Frequency(), heard(SHAPE, [4, 2, 0]))
    assert found == pytest.approx([1.0, 0.25] * 3)


def test_offers_made_again_count_again() -> None:
    # (2, 1) three times and (0, 1) once: 3 of 3 + 4, and 4 of it.
    found = informed(Frequency(), heard(SHAPE, [5, 5, 5, 1]))
    assert found == pytest.approx([1 / 7, 5 / 7, 0.0, 4 / 7, 3 / 7, 1.0])


def test_without_offers_nothing_is_worth_anything() -> None:
    assert informed(Frequency(), heard(SHAPE, [])) == [0.0] * 6


def test_every_partner_is_a_matter_of_its_own() -> None:
    turn = heard(SHAPE, [5, 4, 3], [4, 2, 0])
    assert informed(Frequency(), turn, 1) == informed(Frequency(), heard(SHAPE, [5, 4, 3]))
    assert informed(Frequency(), turn, 2) == informed(Frequency(), heard(SHAPE, [4, 2, 0]))
