import math
from collections import Counter

import pytest

from agents.strategies.chance import Random, TopFraction
from simulator import draws
from simulator.errors import PartError
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestRandom(Conformance):
    name = "random"
    variants = ({}, {"accepting": 0.0}, {"accepting": 1.0})
    # It takes a draw to agree on one of several outcomes that pay alike.
    agrees_at_once = False


class TestTopFraction(Conformance):
    name = "top-fraction"
    variants = ({}, {"share": 0.5}, {"share": 1.0})


def drawn(seed: int, number: int, count: int = 0, party: str = "0") -> float:
    return draws.uniform(seed, "strategy", ("talk", party), 0, number, count)


def own(talk: Talk, seat: int = 0) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == seat]


# -- random ------------------------------------------------------------------------------------

# Outcomes 1, 2 and 4 are rational; the partner's 0 is not.
SOME = Wants((0.0, 3.0, 1.0, 0.5, 2.0), 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_each_offer_is_the_rational_outcome_that_the_draw_of_its_round_picks(seed: int) -> None:
    talk = Domain((5,), (SOME, SOME)).talk([Random(), Puppet(0)], 6, seed)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [(1, 2, 4)[int(3 * drawn(seed, number))] for number in range(6)]


def test_every_rational_outcome_is_offered_about_as_often() -> None:
    talk = Domain((5,), (SOME, SOME)).talk([Random(), Puppet(0)], 3000)
    talk.play()
    counts = Counter(own(talk))
    assert set(counts) == {1, 2, 4}
    # Of 3000 a thousand each, with a standard deviation of 26.
    assert all(900 < count < 1100 for count in counts.values())


@pytest.mark.parametrize("seed", range(8))
def test_it_accepts_a_rational_offer_by_the_second_draw_of_its_round(seed: int) -> None:
    # Had it meant to offer that itself, it would have accepted it for certain.
    talk = pie(10).talk([Puppet(5), Random(accepting=0.3)], 30, seed)
    talk.play()
    wanted = (
        number
        for number in range(30)
        if drawn(seed, number, 1, "1") < 0.3 or int(11 * drawn(seed, number, 0, "1")) == 5
    )
    assert talk.round - 1 == next(wanted)
    assert talk.agreement == 5


def test_it_accepts_nothing_irrational_whatever_the_probability() -> None:
    for partner in (0, 3):
        talk = Domain((5,), (SOME, SOME)).talk([Puppet(partner), Random(accepting=1.0)], 9)
        assert talk.play() is TalkState.TIMED_OUT


def test_two_that_always_accept_agree_on_the_first_draw() -> None:
    talk = pie(10).talk([Random(accepting=1.0), Random(accepting=1.0)], 9, seed=3)
    assert talk.play() is TalkState.AGREED
    assert [talk.agreement] == own(talk) == [int(11 * drawn(3, 0))]


def test_three_that_never_accept_agree_only_by_the_same_draw() -> None:
    flat = Wants((1.0, 1.0), 0.0)
    domain = Domain((2,), (flat, flat, flat))
    talk = domain.talk([Random(accepting=0.0) for _ in range(3)], 50, seed=1)
    assert talk.play() is TalkState.AGREED
    said = [int(2 * drawn(1, talk.round - 1, 0, party)) for party in "012"]
    last = talk.offers[-1].seat
    # All who have answered the last offer since would have made it themselves.
    assert said[last] == talk.agreement
    assert all(said[party] == talk.agreement for party in range(last))


# -- top fraction ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_each_offer_is_drawn_from_the_best_share(seed: int) -> None:
    # Three of ten outcomes: 7, 8 and 9.
    talk = pie(9).talk([TopFraction(share=0.3), Puppet(0)], 6, seed)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [(7, 8, 9)[int(3 * drawn(seed, number))] for number in range(6)]


def test_it_accepts_any_of_its_best_and_nothing_else() -> None:
    for offered, accepted in ((6, False), (7, True), (8, True), (9, True)):
        talk = pie(9).talk([TopFraction(share=0.3), Puppet(offered)], 5)
        talk.play()
        assert (talk.agreement == offered) == accepted


def test_whatever_pays_as_much_as_the_last_of_the_best_is_offered_and_accepted() -> None:
    wants = Wants((1.0, 2.0, 2.0, 2.0), 0.0)
    domain = Domain((4,), (wants, wants))
    talk = domain.talk([TopFraction(share=0.25), Puppet(0)], 60)
    talk.play()
    assert set(own(talk)) == {1, 2, 3}
    for offered in (1, 2, 3):
        talk = domain.talk([Puppet(offered), TopFraction(share=0.25)], 5)
        talk.play()
        assert (talk.agreement, talk.round) == (offered, 1)


@pytest.mark.parametrize(
    ("share", "size", "count"), [(0.01, 10, 1), (0.29, 100, 29), (0.1, 30, 3), (1.0, 7, 7)]
)
def test_a_share_of_the_rational_outcomes_is_the_best_and_at_least_one(
    share: float, size: int, count: int
) -> None:
    # Of as many irrational ones again.
    wants = Wants((*range(size), *range(-size, 0)), 0.0)
    domain = Domain((2 * size,), (wants, wants))
    for offered, accepted in ((size - count, True), (size - count - 1, False)):
        if offered >= 0:
            talk = domain.talk([Puppet(offered), TopFraction(share=share)], 1)
            talk.play()
            assert (talk.agreement == offered) == accepted


def test_two_whose_best_have_nothing_in_common_never_agree() -> None:
    talk = pie(9).talk([TopFraction(share=0.5), TopFraction(share=0.5)], 40)
    assert talk.play() is TalkState.TIMED_OUT
    talk = pie(8).talk([TopFraction(share=0.6), TopFraction(share=0.6)], 40)
    assert talk.play() is TalkState.AGREED
    assert talk.agreement == 4


def test_among_three_everybody_must_find_it_among_its_best() -> None:
    wants = tuple(
        Wants(payoffs, 0.0) for payoffs in ((3.0, 2, 1, 0), (0.0, 3, 2, 1), (1.0, 2, 3, 0))
    )
    talk = Domain((4,), wants).talk([TopFraction(share=0.5) for _ in range(3)], 40)
    talk.play()
    assert talk.agreement == 1


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_a_probability_or_share_out_of_range_is_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="random:accepting"):
        Random(accepting=value)
    with pytest.raises(PartError, match="top-fraction:share"):
        TopFraction(share=value)


def test_no_share_at_all_is_refused() -> None:
    with pytest.raises(PartError, match="top-fraction:share"):
        TopFraction(share=0.0)
