"""Conditions of acceptance, each with a bidding that shows what it does."""

import math

import pytest

from agents.opponents.perfect import Perfect
from agents.scripted import ScriptedOffers
from agents.strategies.acceptance import Acceptance, Combined, Constant, Next, Target, Time
from agents.strategies.composed import Composed
from agents.strategies.hardliner import Hardliner
from agents.strategies.micro import Micro
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.strategy import Strategy
from agents.strategies.time_dependent import Linear
from agents.strategies.wrappers import Noisy
from simulator.errors import PartError
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import Watched
from tests.negotiations import Domain, Puppet, Wants, pie

UP = pie(10).wants[0]


def accepted(
    condition: Acceptance,
    *moves: int,
    rounds: int,
    bidding: Strategy | None = None,
    disagreement: float = 0.0,
) -> tuple[int, int] | None:
    """Return which of the partner's moves is accepted, and in which round from 1.

    Outcome k pays k of ten; the partner moves first in every round, and accepts nothing.
    """
    wants = Wants(UP.payoffs, disagreement)
    strategy = Composed(bidding=bidding or Hardliner(), acceptance=condition)
    talk = Domain((11,), (wants, wants)).talk([Puppet(*moves), strategy], rounds)
    talk.play()
    return None if talk.agreement is None else (talk.agreement, talk.round)


# -- next --------------------------------------------------------------------------------------

# With 4 rounds a linear party would offer 8, 6, 4, 2 next.


@pytest.mark.parametrize(("offered", "rounds"), [(8, 1), (7, 2), (6, 2), (5, 3), (3, 4), (2, 4)])
def test_next_accepts_what_is_as_good_as_the_next_offer(offered: int, rounds: int) -> None:
    assert accepted(Next(), offered, rounds=4, bidding=Linear(last_turn="open")) == (
        offered,
        rounds,
    )


def test_next_refuses_what_is_a_little_less() -> None:
    assert accepted(Next(), 1, rounds=4, bidding=Linear(last_turn="open")) is None
    assert accepted(Next(), 9, rounds=4) is None


@pytest.mark.parametrize(
    ("factor", "plus", "offered", "rounds"),
    [
        (2.0, 0.0, 4, 1),  # 2 * .4 for .8
        (2.0, 0.0, 3, 2),  # .6 for .6
        (0.5, 0.0, 8, 3),  # .4 for .4
        (1.0, 0.25, 5, 2),  # .75 for .6
        (1.0, 0.25, 6, 1),  # .85 for .8
        (1.0, -0.25, 8, 3),  # .55 for .4
        (2.0, -0.25, 5, 2),  # .75 for .6
    ],
)
def test_next_counts_a_multiple_of_the_offer_and_a_share_more(
    factor: float, plus: float, offered: int, rounds: int
) -> None:
    condition = Next(factor=factor, plus=plus)
    assert accepted(condition, offered, rounds=4, bidding=Linear(last_turn="open")) == (
        offered,
        rounds,
    )


def test_next_counts_shares_from_the_floor() -> None:
    # From 5 to 10 a hardliner would offer 1; half as much again makes 9 .8 * 1.5, and 8 .6 * 1.5.
    condition = Next(factor=1.5)
    assert accepted(condition, 8, rounds=3, disagreement=5.0) is None
    assert accepted(condition, 9, rounds=3, disagreement=5.0) == (9, 1)


def test_next_accepts_nothing_of_a_bidding_that_walks_away() -> None:
    strategy = Composed(bidding=ScriptedOffers(), acceptance=Next(plus=1.0))
    talk = pie(10).talk([Puppet(0), strategy], 3)
    assert (talk.play(), talk.walked_away) == (TalkState.BROKEN, 1)


# -- target ------------------------------------------------------------------------------------


def test_target_accepts_what_pays_the_target_though_the_next_offer_pays_more() -> None:
    # Nash-seeking asks for 8, 6, 4, 2 and would offer 8, 6, 5, 5; the second gets 4 of the 6.
    for condition, rounds in ((Target(), 3), (Next(), None), (None, 3)):
        bidding = NashSeeking(last_turn="open", exponent=1.0)
        strategy = Composed(bidding=bidding, acceptance=condition, model=Perfect())
        talk = pie(10).talk([Puppet(6), strategy], 4)
        talk.play()
        assert (talk.round if talk.agreement == 6 else None) == rounds


def test_target_goes_only_with_a_bidding_that_has_one() -> None:
    for bidding in (Micro(), Hardliner(), ScriptedOffers(), Noisy(Linear(last_turn="open"))):
        with pytest.raises(PartError, match="strategy:acceptance: 'target': next"):
            Composed(bidding=bidding, acceptance=Target())


# -- constant and time -------------------------------------------------------------------------


def test_constant_accepts_a_share_of_the_range() -> None:
    assert accepted(Constant(share=0.7), 6, rounds=3) is None
    assert accepted(Constant(share=0.7), 6, 7, rounds=3) == (7, 2)
    # .7 of the range, whatever the sums say.
    wants = Wants((0.1, 0.31, 0.4), 0.0)
    assert wants.preferences().share(1) < 0.7
    strategy = Composed(bidding=Hardliner(), acceptance=Constant(share=0.7))
    assert Domain((3,), (wants, wants)).talk([Puppet(1), strategy], 1).play() is TalkState.AGREED
    # Of the range from 5 to 10.
    assert accepted(Constant(share=0.5), 7, rounds=3, disagreement=5.0) is None
    assert accepted(Constant(share=0.5), 8, rounds=3, disagreement=5.0) == (8, 1)


def test_time_accepts_anything_from_its_time_on() -> None:
    # With 4 rounds t is .25, .5, .75 and 1.
    for after, rounds in ((0.0, 1), (0.25, 1), (0.26, 2), (0.5, 2), (0.75, 3), (0.76, 4), (1.0, 4)):
        assert accepted(Time(after=after), 0, rounds=4) == (0, rounds)


@pytest.mark.parametrize(
    "condition", [Next(plus=1.0), Constant(share=0.0), Time(after=0.0), Combined(after=0.0)]
)
def test_nothing_irrational_is_accepted(condition: Acceptance) -> None:
    assert accepted(condition, 4, rounds=3, disagreement=5.0) is None
    assert accepted(condition, 4, 5, 5, rounds=3, disagreement=5.0) == (5, 2)


# -- combined ----------------------------------------------------------------------------------

# With 10 rounds t is .1 to 1. In round 8 (t = .8) as much time is left as since t = .6: the window
# holds the offers of rounds 6 and 7; in round 9 that of round 8, and in the last round none.


@pytest.mark.parametrize(
    ("window", "last", "expected"),
    [
        ("best", (5, 6, 5, 5), (5, 9)),
        ("best", (5, 7, 6, 5), (5, 10)),
        ("best", (4, 6, 6, 0), (6, 8)),
        ("mean", (4, 6, 5, 0), (5, 8)),
        ("mean", (4, 7, 5, 4), (4, 10)),
        ("mean", (4, 7, 5, 6), (6, 9)),
    ],
)
def test_combined_accepts_late_what_is_as_good_as_what_came_in_as_much_time_as_is_left(
    window: str, last: tuple[int, ...], expected: tuple[int, int]
) -> None:
    condition = Combined(after=0.8, window=window)  # type: ignore[arg-type]
    assert accepted(condition, 9, 1, 1, 9, 9, *last, rounds=10) == expected


def test_combined_accepts_as_next_does_at_any_time() -> None:
    for offered, rounds in ((8, 1), (6, 2), (5, 3)):
        found = accepted(Combined(after=1.0), offered, rounds=4, bidding=Linear(last_turn="open"))
        assert found == (offered, rounds)


def test_combined_accepts_anything_late_where_nothing_came_before() -> None:
    assert accepted(Combined(after=0.5), 0, rounds=2) == (0, 1)
    assert accepted(Combined(after=0.51), 0, rounds=2) == (0, 2)


def test_the_window_reaches_back_exactly_as_far_as_there_is_time_left() -> None:
    # In round 286 of 299 (from 1) t is 286/299 and the window opens at 273/299: with round 273,
    # which rounding would leave out.
    moves = [1] * 272 + [9] + [1] * 12 + [5]
    condition = Combined(after=286 / 299)
    assert accepted(condition, *moves, rounds=299) == (5, 287)
    moves[272:274] = [1, 1]
    moves[271] = 9
    assert accepted(condition, *moves, rounds=299) == (5, 286)


def test_among_several_partners_the_offers_of_all_count() -> None:
    # In round 1 the first has offered 8 and the second 5; in round 2 they offer 7 and 8.
    watched = Watched(Composed(bidding=Hardliner(), acceptance=Combined(after=0.0)))
    wants = (UP, UP, UP)
    talk = Domain((11,), wants).talk([Puppet(8, 7), Puppet(5, 8), watched], 2)
    talk.play()
    assert watched.moves == [("offer", 10, True), ("acceptance", 8, True)]


# -- parameters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parameter", "values"),
    [
        (Next, "factor", (0.0, -1.0, math.inf, math.nan)),
        (Next, "plus", (-1.1, 1.1, math.nan)),
        (Constant, "share", (-0.1, 1.1, math.nan)),
        (Time, "after", (-0.1, 1.1, math.nan)),
        (Combined, "after", (-0.1, 1.1, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(
    kind: type[Acceptance], parameter: str, values: tuple[float, ...]
) -> None:
    for value in values:
        with pytest.raises(PartError, match=f"{kind.__name__.lower()}:{parameter}"):
            kind(**{parameter: value})
