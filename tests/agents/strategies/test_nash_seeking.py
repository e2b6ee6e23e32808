import math

import pytest

from agents.opponents.perfect import Perfect
from agents.strategies.composed import Composed
from agents.strategies.nash_seeking import NashSeeking
from simulator.errors import PartError
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import RESOLVED, Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestNashSeeking(Conformance):
    name = "nash-seeking"
    variants = ({}, {"exponent": 0.25}, RESOLVED, {"last_turn": "open"})


def own(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == 0]


def knowing(exponent: float) -> Composed:
    return Composed(bidding=NashSeeking(last_turn="open", exponent=exponent), model=Perfect())


SUM = Wants(tuple(float(i + j) for i in range(3) for j in range(3)), 0.0)
FLAT = Wants((0.0,) * 9, 0.0)


# Outcome 3 i + j pays i + j; it asks for 3, 2, 1. Knowing nothing yet it offers the first that pays
# 3. The partner's (1, 0) makes its levels worth a half each: of what pays 2, (1, 2) has the
# product 3/2, (1, 1) and (2, 0) have 1. Its (0, 0) next makes levels 0 and 1 of the first issue
# worth a third and level 0 of the second two thirds: of what pays 1, (2, 0) has 2 * 2/3, the most.
def test_it_offers_the_largest_product_by_what_the_partner_has_offered() -> None:
    talk = Domain((3, 3), (SUM, FLAT)).talk(
        [NashSeeking(last_turn="open", exponent=1.0), Puppet(3, 0)], 3
    )
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [5, 5, 6]


def test_knowing_nothing_it_offers_the_worst_that_meets_its_target() -> None:
    wants = Wants((10.0, 8.0, 9.0, 0.0), 0.0)
    talk = Domain((4,), (wants, wants)).talk(
        [NashSeeking(last_turn="open", exponent=1.0), Puppet(3)], 4
    )
    talk.play(1)
    assert own(talk) == [1]


# The product k (10 - k) is largest at 5. Boulware asks for 9.98, 9.74, 8.70, 5.90; where only the
# partner's worst pays that, it is offered.
@pytest.mark.parametrize(("exponent", "offered"), [(4.0, [10, 10, 9, 6]), (1.0, [8, 6, 5, 5])])
def test_knowing_all_it_stops_at_the_nash_point(exponent: float, offered: list[int]) -> None:
    talk = pie(10).talk([knowing(exponent), Puppet(0)], 4)
    talk.play()
    assert own(talk) == offered


def test_what_is_worked_out_once_a_turn_is_worked_out_anew_when_something_changes() -> None:
    strategy = knowing(1.0)
    talk = pie(10).talk([strategy, Puppet(0)], 4)
    assert strategy.propose(talk.turns[0]) == 8
    talk.revalue(0, Wants(pie(10).wants[0].payoffs, 5.0).preferences())
    assert strategy.propose(talk.turns[0]) == 9  # of the range from 5
    # In another talk about the same, of more rounds: nine tenths of the range.
    longer = Talk(talk.space, [strategy, Puppet(0)], [t.preferences for t in talk.turns], 9)
    strategy.begin(longer.turns[0])
    assert strategy.propose(longer.turns[0]) == 10


def test_gains_are_over_disagreement() -> None:
    # (k - 4) (10 - k) is largest at 7; the range is from 4 to 10, and the last target 5.2.
    domain = Domain((11,), (Wants(pie(10).wants[0].payoffs, 4.0), pie(10).wants[1]))
    talk = domain.talk([knowing(1.0), Puppet(0)], 4)
    talk.play()
    assert own(talk) == [9, 8, 7, 7]
    # k (7 - k) is largest at 3 and 4; the last targets are 4, 3, 2, 1.
    domain = Domain((11,), (pie(10).wants[0], Wants(pie(10).wants[1].payoffs, 3.0)))
    talk = domain.talk([knowing(1.0), Puppet(0)], 9)
    talk.play()
    assert own(talk)[-4:] == [4, 3, 3, 3]


def test_it_accepts_what_meets_its_target_though_it_would_offer_what_pays_more() -> None:
    # It asks for 8, 6, 4, 2; in the third round it would offer 5, and 4 is enough.
    for offered, rounds in ((5, 3), (4, 3), (3, 4), (1, None)):
        talk = pie(10).talk([knowing(1.0), Puppet(0, offered)], 4)
        talk.play()
        assert (talk.agreement is None) == (rounds is None)
        assert rounds is None or (talk.agreement, talk.round) == (offered, rounds)


def test_two_that_know_each_other_go_past_the_nash_point_only_to_accept() -> None:
    # Asking for 6 the first was refused; 4 is more than the 4 less .001 that it asks for now.
    talk = pie(10).talk([knowing(1.0), knowing(1.0)], 4)
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [8, 2, 6, 4]
    assert (talk.agreement, talk.round) == (4, 3)


def test_two_of_them_find_the_trade_between_two_issues() -> None:
    # Each cares for one issue: what both want of the other costs neither anything.
    first = Wants(tuple(10.0 * i + (2 - j) for i in range(3) for j in range(3)), 0.0)
    second = Wants(tuple(float(2 - i) + 10.0 * j for i in range(3) for j in range(3)), 0.0)
    talk = Domain((3, 3), (first, second)).talk([knowing(1.0), knowing(1.0)], 20)
    talk.play()
    assert talk.agreement == 8


# Products of all three: 0, 15, 8, 3. Of the first two alone the third would be best, 0, 5, 8, 3.
def test_among_several_partners_the_product_is_that_of_all_their_gains() -> None:
    payoffs = ((6.0, 5.0, 4.0, 1.0), (0.0, 1.0, 2.0, 3.0), (0.0, 3.0, 1.0, 1.0))
    domain = Domain((4,), tuple(Wants(each, 0.0) for each in payoffs))
    talk = domain.talk([knowing(1.0), Puppet(3), Puppet(3)], 9)
    talk.play()
    assert own(talk)[-1] == 1
    two = Domain((4,), domain.wants[:2]).talk([knowing(1.0), Puppet(3)], 9)
    two.play()
    assert own(two)[-1] == 2


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_an_exponent_out_of_range_is_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="nash-seeking:exponent"):
        NashSeeking(last_turn="open", exponent=value)
