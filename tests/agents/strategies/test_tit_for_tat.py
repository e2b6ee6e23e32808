import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.strategies.tit_for_tat import (
    AveragedTitForTat,
    RandomTitForTat,
    RelativeTitForTat,
    TitForTat,
    remaining,
)
from simulator import draws
from simulator.errors import PartError
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.offers import Response
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie, space_of


class TestRelativeTitForTat(Conformance):
    name = "relative-tit-for-tat"
    variants = ({}, {"delay": 2})


class TestAveragedTitForTat(Conformance):
    name = "averaged-tit-for-tat"
    variants = ({}, {"window": 1}, {"window": 5})


class TestRandomTitForTat(Conformance):
    name = "random-tit-for-tat"
    variants = ({}, {"spread": 0.5}, {"delay": 3, "spread": 0.0})


def outcomes(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers]


def own(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == 0]


def answered(strategy: TitForTat, *moves: int, seed: int = 0) -> Talk:
    """Return the talk about ten slices of one who offers it these, one a round, and counters."""
    talk = pie(10).talk([strategy, Puppet(*moves)], len(moves) + 1, seed)
    talk.play()
    return talk


# -- relative ----------------------------------------------------------------------------------


# The partner keeps 8, 6, 6, 5, 4 of ten: 3/4, all, 5/6 and 4/5 of what it kept before. The demand
# goes from all to .75, .75, .625, .5, which the last offer meets.
def test_it_shrinks_its_demand_by_the_percentage_of_the_partner() -> None:
    talk = answered(RelativeTitForTat(), 2, 4, 4, 5, 6)
    assert outcomes(talk) == [10, 2, 10, 4, 8, 4, 8, 5, 7, 6]
    assert (talk.agreement, talk.round) == (6, 6)


# One turn later: all, all, .75, .75, .625, and .5 when the last offer has come again.
def test_with_a_delay_it_answers_what_was_conceded_before() -> None:
    talk = answered(RelativeTitForTat(delay=2), 2, 4, 4, 5, 6, 6)
    assert own(talk) == [10, 10, 10, 8, 8, 7]
    assert (talk.agreement, talk.round) == (6, 7)


def test_what_the_partner_takes_back_it_takes_back_and_no_more_than_all() -> None:
    # .75; then 7.5/6 and 10/7.5 of that, but never above 1.
    assert own(answered(RelativeTitForTat(), 2, 4, 2, 0, 2)) == [10, 10, 8, 10, 10, 8]


def test_what_is_irrational_gives_nothing() -> None:
    # On the scale from 0 to 10 the first offer counts as 0, not as -30; the second leaves .6.
    wants = Wants((-30.0, *map(float, range(11))), 0.0)
    talk = Domain((12,), (wants, wants)).talk([RelativeTitForTat(), Puppet(0, 5, 0)], 3)
    talk.play()
    assert own(talk) == [11, 11, 7]


@pytest.mark.parametrize("strategy", [RelativeTitForTat, AveragedTitForTat])
def test_two_of_them_stand_still_for_ever(strategy: type[TitForTat]) -> None:
    talk = pie(10).talk([strategy(), strategy()], 9)
    assert talk.play() is TalkState.TIMED_OUT
    assert outcomes(talk) == [10, 0] * 9


def test_it_accepts_its_demand_to_within_rounding_and_nothing_less() -> None:
    # The partner keeps .8, then .6: it asks for 3/4, which .75 is whatever the sums say.
    for third, agreed in ((0.75, True), (0.75 - 1e-6, False)):
        wants = Wants((0.2, 0.4, third, 1.0, 0.0), 0.0)
        talk = Domain((5,), (wants, wants)).talk([RelativeTitForTat(), Puppet(0, 1, 1, 3)], 3)
        talk.play()
        assert talk.offers[4].outcome == (2 if agreed else 3)


UP, FLAT = pie(10).wants[0], Wants((0.0,) * 11, 0.0)


@pytest.mark.parametrize(
    ("first", "second", "offered"),
    [
        ((2, 4, 4), (2, 2, 4), [10, 10, 10, 8]),  # the second concedes later
        ((2, 4, 4), (2, 4, 4), [10, 10, 8, 8]),
        ((2, 4, 6), (2, 4, 4), [10, 10, 8, 8]),  # and the first more
    ],
)
def test_among_several_partners_the_one_that_concedes_least_counts(
    first: tuple[int, ...], second: tuple[int, ...], offered: list[int]
) -> None:
    talk = Domain((11,), (UP, FLAT, FLAT)).talk(
        [RelativeTitForTat(), Puppet(*first), Puppet(*second)], 4
    )
    talk.play()
    assert own(talk) == offered


def test_a_partner_that_only_accepts_does_not_count() -> None:
    talk = Domain((11,), (UP, FLAT, FLAT)).talk(
        [RelativeTitForTat(), Puppet(2, 4, 6), Puppet(Response.ACCEPT)], 4
    )
    assert talk.play() is TalkState.AGREED
    # All, all, .75; and of the .5 it asks for then the partner's last offer gives more.
    assert own(talk) == [10, 10, 8]
    assert (talk.agreement, talk.round) == (6, 4)


def test_a_new_valuation_judges_past_offers_anew() -> None:
    talk = pie(10).talk([RelativeTitForTat(), Puppet(2, 4)], 9)
    talk.play(3)
    # It asked for .75. Now the offers have given 0, .5 and .5, and half is left to ask for.
    changed = Wants((0.0, 1.0, 0.0, 3.0, 5.0, 5.5, 6.0, 7.0, 8.0, 9.0, 10.0), 0.0)
    talk.revalue(0, changed.preferences())
    talk.play(1)
    assert own(talk) == [10, 10, 8]
    assert talk.agreement == 4


# -- averaged ----------------------------------------------------------------------------------


# It keeps 8, 6, 6, 5, 5, 5. The demand is .75; sqrt(6/8) of that, .650; the cube root of 5/8 of
# that, .555; that of 5/6, .523; and that of 5/6 again, .492, which the 5 meets.
def test_it_shrinks_its_demand_by_the_mean_percentage_of_the_window() -> None:
    talk = answered(AveragedTitForTat(), 2, 4, 4, 5, 5, 5)
    assert outcomes(talk) == [10, 2, 10, 4, 8, 4, 7, 5, 6, 5, 6, 5]
    assert (talk.agreement, talk.round) == (5, 7)


@given(moves=st.lists(st.integers(0, 10), min_size=1, max_size=8))
def test_a_window_of_one_is_relative_tit_for_tat(moves: list[int]) -> None:
    relative = answered(RelativeTitForTat(), *moves)
    assert answered(AveragedTitForTat(window=1), *moves).offers == relative.offers


# -- random ------------------------------------------------------------------------------------


# The partner gives .2, .4, .4, .5, .7: the demand falls by .2, 0, .1 and .2.
def test_without_a_draw_it_gives_in_by_as_much_as_the_partner() -> None:
    talk = answered(RandomTitForTat(spread=0.0), 2, 4, 4, 5, 7)
    assert outcomes(talk) == [10, 2, 10, 4, 8, 4, 8, 5, 7, 7]
    assert (talk.agreement, talk.round) == (7, 6)


def test_with_a_delay_it_gives_in_by_as_much_as_the_partner_did_before() -> None:
    talk = answered(RandomTitForTat(spread=0.0, delay=2), 2, 4, 4, 5, 5)
    assert own(talk) == [10, 10, 10, 8, 8, 7]


@pytest.mark.parametrize("seed", range(6))
def test_each_concession_is_moved_by_the_draw_of_the_offer_it_answers(seed: int) -> None:
    talk = pie(100).talk([RandomTitForTat(spread=0.1), Puppet(10, 20, 20, 25, 30)], 6, seed)
    talk.play()
    asked, demands = 1.0, [1.0, 1.0]
    for count, conceded in ((2, 0.1), (3, 0.0), (4, 0.05), (5, 0.05)):
        drawn = draws.uniform(seed, "tit-for-tat", ("talk", "0", "1"), 0, count)
        asked = min(asked - conceded + 0.1 * (2 * drawn - 1), 1.0)
        demands.append(asked)
    assert own(talk) == [math.ceil(100 * demand - 1e-6) for demand in demands]


def test_draws_are_those_of_the_week_in_which_the_talk_opened() -> None:
    def demands(opened: int, later: int) -> list[int]:
        wants = [w.preferences() for w in pie(1000).wants]
        seated: list[Negotiator] = [RandomTitForTat(spread=0.1), Puppet(100, 200, 300)]
        talk = Talk(space_of(1001), seated, wants, 6, week=opened)
        talk.play(2, week=opened)
        talk.play(week=later)
        return own(talk)

    assert demands(3, 4) == demands(3, 9)
    assert demands(3, 4) != demands(4, 4)


def test_draws_move_the_demand_either_way_and_no_further_than_the_spread() -> None:
    demands = set()
    for seed in range(200):
        # After one concession of .2: .8, give or take .1.
        talk = pie(1000).talk([RandomTitForTat(spread=0.1), Puppet(200, 400)], 3, seed)
        talk.play()
        demands.add(own(talk)[2])
    assert 700 <= min(demands) < 710
    assert 890 < max(demands) <= 900


def test_two_that_draw_meet_by_luck() -> None:
    ends = set()
    for seed in range(30):
        strategies = [RandomTitForTat(spread=0.3), RandomTitForTat(spread=0.3)]
        ends.add(pie(10).talk(strategies, 60, seed).play())
    assert TalkState.AGREED in ends


# -- what they share ---------------------------------------------------------------------------


@given(before=st.floats(0, 1), after=st.floats(0, 1))
def test_what_remains_of_a_demand_is_what_is_kept_over_what_was_kept(
    before: float, after: float
) -> None:
    left = remaining(before, after)
    if before == 1.0:
        assert left == 1.0
    else:
        assert left * (1.0 - before) == pytest.approx(1.0 - after)


@pytest.mark.parametrize("value", [0, -1])
def test_delays_and_windows_below_one_are_refused_by_name(value: int) -> None:
    with pytest.raises(PartError, match="relative-tit-for-tat:delay"):
        RelativeTitForTat(delay=value)
    with pytest.raises(PartError, match="averaged-tit-for-tat:window"):
        AveragedTitForTat(window=value)
    with pytest.raises(PartError, match="random-tit-for-tat:delay"):
        RandomTitForTat(delay=value)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_spread_that_is_no_share_is_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="random-tit-for-tat:spread"):
        RandomTitForTat(spread=value)
