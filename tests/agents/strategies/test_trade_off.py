import math

import pytest

from agents.opponents.perfect import Perfect
from agents.strategies.composed import Composed
from agents.strategies.trade_off import TradeOff
from simulator.errors import PartError
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import RESOLVED, Conformance
from tests.negotiations import Domain, Puppet, Wants, pie


class TestTradeOff(Conformance):
    name = "trade-off"
    variants = ({}, {"band": 0.0}, {"exponent": 0.1, "band": 1.0}, RESOLVED, {"last_turn": "open"})


def own(talk: Talk) -> list[int]:
    return [offer.outcome for offer in talk.offers if offer.seat == 0]


# Two issues of three levels; outcome 3 i + j pays i + j, and with 3 rounds it asks for 3, 2, 1.
# Its curves are 5 (1, 2) and 7 (2, 1); 2 (0, 2), 4 (1, 1) and 6 (2, 0); 1 (0, 1) and 3 (1, 0).
SUM = Wants(tuple(float(i + j) for i in range(3) for j in range(3)), 0.0)
FLAT = Wants((0.0,) * 9, 0.0)
# Of the first issue three times as much as of the second, both the other way round.
HEAVY_FIRST = Wants(tuple(3.0 * (2 - i) + (2 - j) for i in range(3) for j in range(3)), 0.0)


# The partner offers (1, 0), from which (1, 1) and (2, 0) are a step and (0, 2) is three. Then
# (0, 0): by now it has held on to the second issue and not to the first, so that giving in on the
# second counts double, and of (0, 1) and (1, 0) the latter is nearer.
def test_it_gives_on_its_curve_what_is_most_like_the_partners_last_offer() -> None:
    talk = Domain((3, 3), (SUM, FLAT)).talk([TradeOff(last_turn="open"), Puppet(3, 0)], 3)
    assert talk.play() is TalkState.TIMED_OUT
    assert own(talk) == [5, 4, 3]


def test_with_another_model_it_gives_what_matters_by_that() -> None:
    strategy = Composed(bidding=TradeOff(last_turn="open"), model=Perfect())
    talk = Domain((3, 3), (SUM, HEAVY_FIRST)).talk([strategy, Puppet(3, 0)], 3)
    talk.play()
    assert own(talk) == [5, 4, 1]


def test_without_weights_all_issues_count_alike() -> None:
    # Nothing matters to the partner: of (0, 1) and (1, 0) the first.
    strategy = Composed(bidding=TradeOff(last_turn="open"), model=Perfect())
    talk = Domain((3, 3), (SUM, FLAT)).talk([strategy, Puppet(3, 0)], 3)
    talk.play()
    assert own(talk) == [5, 4, 1]


def test_the_curve_is_as_wide_as_the_band() -> None:
    # Outcomes 0 to 10 pay as much, 11 nothing; it asks for 5, less .001, and the partner wants 11.
    wants = Wants((*map(float, range(11)), 0.0), 0.0)
    for band, offered in ((0.0, 5), (0.19, 6), (0.21, 7), (1.0, 10)):
        talk = Domain((12,), (wants, wants)).talk(
            [Puppet(11), TradeOff(last_turn="open", band=band)], 1
        )
        talk.play()
        assert talk.offers[1].outcome == offered


def test_it_accepts_what_meets_its_target() -> None:
    # It asks for 3, 2, 1, less .001.
    for offered, rounds in ((6, 2), (3, 3), (0, None)):
        talk = Domain((3, 3), (FLAT, SUM)).talk([Puppet(offered), TradeOff(last_turn="open")], 3)
        talk.play()
        assert (talk.agreement is None) == (rounds is None)
        assert rounds is None or (talk.agreement, talk.round) == (offered, rounds)


def test_two_of_them_meet_over_one_issue_like_linear_parties() -> None:
    talk = pie(10).talk([TradeOff(last_turn="open"), TradeOff(last_turn="open")], 4)
    assert talk.play() is TalkState.AGREED
    assert [offer.outcome for offer in talk.offers] == [8, 2, 6, 4]
    assert (talk.agreement, talk.round) == (4, 3)


def test_two_of_them_find_the_trade_between_two_issues() -> None:
    # Each cares for one issue: what both want of the other costs neither anything.
    first = Wants(tuple(10.0 * i + (2 - j) for i in range(3) for j in range(3)), 0.0)
    second = Wants(tuple(float(2 - i) + 10.0 * j for i in range(3) for j in range(3)), 0.0)
    talk = Domain((3, 3), (first, second)).talk(
        [TradeOff(last_turn="open"), TradeOff(last_turn="open")], 20
    )
    talk.play()
    assert talk.agreement == 8


def test_among_several_partners_the_last_to_offer_counts() -> None:
    # From the (1, 0) of the last (1, 1) is nearest, from the (0, 0) of the other (0, 2) as well.
    talk = Domain((3, 3), (SUM, FLAT, FLAT)).talk(
        [TradeOff(last_turn="open"), Puppet(0), Puppet(3)], 3
    )
    talk.play(2)
    assert own(talk) == [5, 4]
    talk = Domain((3, 3), (SUM, FLAT, FLAT)).talk(
        [TradeOff(last_turn="open"), Puppet(3), Puppet(0)], 3
    )
    talk.play(2)
    assert own(talk) == [5, 2]


@pytest.mark.parametrize(
    ("first", "last", "offered"), [("second", "first", [4, 1]), ("first", "second", [6, 3])]
)
def test_among_several_partners_the_weights_are_those_of_the_last_to_offer(
    first: str, last: str, offered: list[int]
) -> None:
    heavy = {
        "first": HEAVY_FIRST,
        "second": Wants(tuple((2 - i) + 3.0 * (2 - j) for i in range(3) for j in range(3)), 0.0),
    }
    strategy = Composed(bidding=TradeOff(last_turn="open"), model=Perfect())
    domain = Domain((3, 3), (SUM, heavy[first], heavy[last]))
    talk = domain.talk([strategy, Puppet(0), Puppet(3, 0)], 3)
    talk.play()
    assert own(talk) == [5, *offered]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("band", value) for value in (-0.1, 1.1, math.nan)),
        *(("exponent", value) for value in (0.0, -1.0, math.inf, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"trade-off:{parameter}"):
        TradeOff(**{parameter: value})  # type: ignore[arg-type]
