import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.opponents.perfect import Perfect
from agents.strategies.composed import Composed
from agents.strategies.nice_tit_for_tat import NiceTitForTat, bonus, conceded
from simulator.errors import PartError
from simulator.negotiation.offers import Response
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestNiceTitForTat(Conformance):
    name = "nice-tit-for-tat"
    variants = ({}, {"deadline": 0.0}, {"deadline": 1.0})


def own(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == 0]


def knowing(deadline: float = 0.91) -> Composed:
    return Composed(bidding=NiceTitForTat(deadline=deadline), model=Perfect())


# The Nash point of ten slices is 5. From its first offer, 1, the partner goes none, half, three
# quarters, a quarter and all of the way there; the demand goes from 10 to 10, 7.5, 6.25, 8.75, 5.
def test_it_goes_as_much_of_the_way_to_the_nash_point_as_the_partner() -> None:
    talk = pie(10).talk([knowing(), Puppet(1, 3, 4, 2, 5)], 9)
    assert talk.play() is TalkState.AGREED
    assert own(talk) == [10, 10, 8, 7, 9]
    assert (talk.agreement, talk.round) == (5, 6)


SUM = Wants(tuple(float(i + j) for i in range(3) for j in range(3)), 0.0)
FLAT = Wants((0.0,) * 9, 0.0)


# Outcome 3 i + j pays i + j. The partner's (1, 0) makes its levels worth a half each, and the
# largest product that of (1, 2), which pays 3. The (1, 0) pays 1: nothing of the way is gone. Its
# (2, 0) next makes levels 1 and 2 of the first issue worth a third and level 0 of the second two
# thirds; now (2, 0) itself has the largest product, 2. All of the way from 1 to 2 is gone, and the
# best for the partner among what pays 2 is what it has offered.
def test_the_nash_point_is_where_its_model_has_it() -> None:
    talk = Domain((3, 3), (SUM, FLAT)).talk([NiceTitForTat(), Puppet(3, 6)], 9)
    assert talk.play() is TalkState.AGREED
    assert own(talk) == [8, 8]
    assert (talk.agreement, talk.round) == (6, 3)


def test_of_what_meets_its_target_it_offers_the_best_for_the_partner() -> None:
    # Halfway from 10 to the Nash point, (5, 6), it asks for 7.5: 8 and 9 pay that, 9 the partner.
    wants = (
        Wants((1.0, 3.0, 5.0, 8.0, 9.0, 10.0), 0.0),
        Wants((9.0, 9.0, 6.0, 1.0, 2.0, 0.0), 0.0),
    )
    talk = Domain((6,), wants).talk([knowing(), Puppet(0, 1, 1)], 9)
    talk.play(3)
    assert own(talk) == [5, 5, 4]


# With 40 rounds t is .5, .525 and .55 in rounds 20, 21 and 22: nothing, half and all of the way.
def test_it_goes_the_rest_of_the_way_as_the_deadline_comes_near() -> None:
    talk = pie(10).talk([knowing(0.5), Puppet(0)], 40)
    talk.play()
    assert own(talk) == [10] * 20 + [8] + [5] * 19


def test_two_of_them_wait_for_each_other_until_the_deadline_comes_near() -> None:
    talk = pie(10).talk([knowing(0.5), knowing(0.5)], 10)
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [10, 0] * 5 + [5]
    assert (talk.agreement, talk.round) == (5, 6)


def test_one_that_opens_beyond_the_nash_point_has_gone_all_the_way() -> None:
    # It gets 6 and would have been content with 5.
    talk = pie(10).talk([Puppet(4, 4, 3), knowing()], 9)
    assert talk.play() is TalkState.AGREED
    assert (talk.agreement, talk.round, talk.offers[-1].seat) == (4, 1, 0)


UP, EVEN = pie(10).wants[0], Wants(tuple(float(10 - k) for k in range(11)), 0.0)


# With two partners of the same wants the product k (10 - k)^2 is largest at 3: 0, 64, 128, 147,
# 144. Of the way from 0 to 3 the first has gone all, and the second a third: 10 less 7/3.
def test_among_several_partners_the_one_that_has_conceded_least_counts() -> None:
    domain = Domain((11,), (UP, EVEN, EVEN))
    for moves in (((0, 3), (0, 1)), ((0, 1), (0, 3))):
        talk = domain.talk([knowing(), *(Puppet(*each) for each in moves)], 9)
        talk.play(3)
        assert own(talk) == [10, 10, 8]


def test_a_partner_that_only_accepts_does_not_count() -> None:
    talk = Domain((11,), (UP, EVEN, EVEN)).talk(
        [knowing(), Puppet(0, 3), Puppet(Response.ACCEPT)], 9
    )
    assert talk.play() is TalkState.AGREED
    assert own(talk) == [10, 10]
    assert (talk.agreement, talk.round) == (3, 3)


def test_it_concedes_nothing_while_a_partner_has_not_had_its_turn() -> None:
    # The first partner opens beyond the Nash point; what the other wants is not known yet.
    talk = Domain((11,), (EVEN, UP, EVEN)).talk([Puppet(4), knowing(), Puppet(0)], 9)
    talk.play(1)
    assert talk.offers[1].outcome == 10
    # What it wants most it accepts at once all the same.
    domain = Domain((11,), (EVEN, UP, EVEN))
    talk = domain.talk([Puppet(10), knowing(), Puppet(Response.ACCEPT)], 9)
    assert talk.play() is TalkState.AGREED
    assert (talk.agreement, talk.round) == (10, 1)


@given(first=st.floats(-9, 9), last=st.floats(-9, 9), nash=st.floats(-9, 9))
def test_the_share_conceded_is_that_of_the_way(first: float, last: float, nash: float) -> None:
    share = conceded(first, last, nash)
    assert 0.0 <= share <= 1.0
    assert share == 1.0 or nash > first
    if first < last < nash:
        assert share * (nash - first) == pytest.approx(last - first)


@pytest.mark.parametrize(
    ("time", "share"), [(0.0, 0.0), (0.91, 0.0), (0.935, 0.5), (0.96, 1.0), (1.0, 1.0)]
)
def test_the_bonus_rises_within_a_twentieth_of_the_time(time: float, share: float) -> None:
    assert bonus(time, 0.91) == pytest.approx(share)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_deadline_that_is_no_time_is_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="nice-tit-for-tat:deadline"):
        NiceTitForTat(deadline=value)
