import pytest

from agents.opponents.perfect import Perfect
from tests.agents.opponents.talks import knowing
from tests.negotiations import Domain, Puppet, Wants


def test_it_knows_what_everybody_gains_over_disagreement() -> None:
    wants = (Wants((0.0, 1.0), 0.0), Wants((3.0, -1.0), 2.0), Wants((5.0, 6.0), 5.5))
    talk = Domain((2,), wants).talk([Puppet(0)] * 3, 3)
    model = Perfect()
    model.begin(knowing(talk))
    assert model.gains(talk.turns[0], 1) == pytest.approx([1.0, -3.0])
    assert model.gains(talk.turns[0], 2) == pytest.approx([-0.5, 0.5])


def test_it_knows_when_a_party_changes_its_mind() -> None:
    talk = Domain((2,), (Wants((0.0, 1.0), 0.0), Wants((3.0, 1.0), 0.0))).talk([Puppet(0)] * 2, 3)
    model = Perfect()
    model.begin(knowing(talk))
    talk.revalue(1, Wants((0.0, 4.0), -1.0).preferences())
    assert model.gains(talk.turns[0], 1) == pytest.approx([1.0, 5.0])
