import json
import math
from pathlib import Path
from typing import Any

import pytest

from agents.strategies.equilibrium import BackwardInduction, Rubinstein, outside_options
from simulator.errors import PartError
from simulator.negotiation.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Domain, Puppet, Wants, pie, space_of

ORACLE = Path(__file__).parents[2] / "oracles" / "bargaining.json"
CASES = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]
STEPS = 10_000


class TestRubinstein(Conformance):
    name = "rubinstein"
    variants = ({}, {"discount": 0.0, "partner_discount": 0.99})
    stays = False


class TestBackwardInduction(Conformance):
    name = "backward-induction"
    variants = ({}, {"discount": 0.99, "partner_discount": 0.2})
    stays = False


def family(name: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["family"] == name]


def split(
    strategy: type[Rubinstein | BackwardInduction],
    deltas: tuple[float, float],
    *,
    outside: tuple[float, float] = (0.0, 0.0),
    first: int = 0,
    rounds: int = 100,
    proposals: int | None = None,
) -> tuple[Talk, list[float]]:
    """Play the split of a pie of 1 into 10,000 pieces; the shares are in the order of `deltas`."""
    whole = tuple(k / STEPS for k in range(STEPS + 1))
    order = (0, 1) if first == 0 else (1, 0)
    wants = [Wants(whole if party == 0 else whole[::-1], outside[party]) for party in order]
    seated = [
        strategy(discount=deltas[party], partner_discount=deltas[1 - party]) for party in order
    ]
    preferences = [w.preferences() for w in wants]
    talk = Talk(space_of(STEPS + 1), seated, preferences, rounds, max_proposals=proposals)
    talk.play()
    assert talk.state is TalkState.AGREED
    assert talk.agreement is not None
    return talk, [whole[talk.agreement], whole[STEPS - talk.agreement]]


@pytest.mark.parametrize("case", family("rubinstein_spe"))
def test_two_rubinstein_parties_agree_at_once_on_the_known_shares(case: dict[str, Any]) -> None:
    given, known = case["inputs"], case["expected"]
    deltas = (given["delta1"], given["delta2"])
    talk, shares = split(Rubinstein, deltas)
    assert (talk.round, len(talk.offers)) == (known["rounds_to_agreement"], 1)
    assert shares == pytest.approx([known["share1"], known["share2"]], abs=1 / STEPS)
    _, shares = split(Rubinstein, deltas, first=1)
    assert shares[0] == pytest.approx(known["share1_if_player2_moves_first"], abs=1 / STEPS)


@pytest.mark.parametrize("case", family("stahl_finite_horizon"))
def test_backward_induction_agrees_at_once_on_the_known_shares(case: dict[str, Any]) -> None:
    given, known = case["inputs"], case["expected"]
    deltas, horizon = (given["delta1"], given["delta2"]), given["T"]
    talk, shares = split(BackwardInduction, deltas, proposals=horizon)
    assert len(talk.offers) == 1
    assert shares == pytest.approx([known["share1"], known["share2"]], abs=1 / STEPS)
    if horizon % 2:
        # n rounds hold 2n - 1 proposals that can be accepted.
        _, shares = split(BackwardInduction, deltas, rounds=(horizon + 1) // 2)
        assert shares[0] == pytest.approx(known["share1"], abs=1 / STEPS)


@pytest.mark.parametrize("case", family("outside_option"))
def test_an_outside_option_counts_only_if_it_is_better_than_staying(case: dict[str, Any]) -> None:
    given, known = case["inputs"], case["expected"]
    deltas, outside = (given["delta"], given["delta"]), (0.0, given["outside2"])
    talk, shares = split(Rubinstein, deltas, outside=outside)
    assert len(talk.offers) == 1
    assert shares == pytest.approx([known["share1"], known["share2"]], abs=1 / STEPS)


@pytest.mark.parametrize("case", family("rubinstein_to_nash"))
def test_as_proposals_follow_faster_the_split_tends_to_the_asymmetric_nash_point(
    case: dict[str, Any],
) -> None:
    given, known = case["inputs"], case["expected"]
    for step, share in zip(given["delta_t"], known["share1_sequence"], strict=True):
        deltas = (math.exp(-given["r1"] * step), math.exp(-given["r2"] * step))
        _, shares = split(Rubinstein, deltas)
        assert shares[0] == pytest.approx(share, abs=1 / STEPS)


# -- discount factors ----------------------------------------------------------------------------


def proposed(
    strategy: Rubinstein | BackwardInduction, discounts: tuple[float, float] | None
) -> int:
    """Return what it asks for first of a pie of 1,000."""
    wants = [w.preferences() for w in pie(1000).wants]
    talk = Talk(space_of(1001), [strategy, Puppet(0)], wants, 50, discounts=discounts)
    talk.play(1)
    return talk.offers[0].outcome


# (1 - .5) / (1 - .8 * .5) = 5/6; one as patient as can be gets all from a partner that is not.
@pytest.mark.parametrize(("discounts", "asked"), [
    ((0.8, 0.5), 833), ((1.0, 0.5), 1000), ((0.8, 1.0), 0), ((1.0, 1.0), 500), (None, 526),
])  # fmt: skip
def test_factors_are_those_of_the_talk_unless_they_are_given(
    discounts: tuple[float, float] | None, asked: int
) -> None:
    assert proposed(Rubinstein(), discounts) == asked
    assert proposed(Rubinstein(discount=0.5, partner_discount=0.8), discounts) == 333
    if discounts is None or max(discounts) < 1:  # without a deadline nearly the same
        assert abs(proposed(BackwardInduction(), discounts) - asked) <= 1


def test_half_of_the_factors_may_be_given() -> None:
    assert proposed(Rubinstein(partner_discount=0.5), (0.8, 0.1)) == 833


@pytest.mark.parametrize("value", [1.0, -0.1, math.nan])
def test_a_factor_out_of_range_is_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="Rubinstein:discount"):
        Rubinstein(discount=value)


def test_what_both_get_by_leaving_is_together_no_more_than_there_is() -> None:
    domain = Domain((101,), tuple(Wants(w.payoffs, 70.0) for w in pie(100).wants))
    talk = domain.talk([Rubinstein(), Rubinstein()], 9)
    assert outside_options(talk.turns[0]) == pytest.approx((0.7, 0.3))


def test_backward_induction_among_several_reckons_with_the_proposals_that_are_left() -> None:
    # With seven, four and one left: 1, 1 - .9, 1 - .9 (1 - .9) and so on of 100.
    first, second = pie(100).wants
    domain = Domain((101,), (first, second, Wants((0.0,) * 101, 0.0)))
    talk = domain.talk([BackwardInduction(), Puppet(0), Puppet(0)], 3)
    talk.play()
    assert [o.outcome for o in talk.offers if o.seat == 0] == [78, 18, 100]


def test_backward_induction_reckons_anew_when_what_somebody_gets_by_leaving_changes() -> None:
    domain = pie(100)
    talk = domain.talk([BackwardInduction(), Puppet(0)], 3)
    talk.play(1)
    talk.revalue(1, Wants(domain.wants[1].payoffs, 60.0).preferences())
    talk.play()
    # .8371 with five proposals left; then what the other's 60 leave.
    assert [o.outcome for o in talk.offers if o.seat == 0] == [84, 40, 40]


def test_the_last_to_answer_does_not_leave_over_what_it_cannot_agree_to() -> None:
    first, second = pie(10).wants
    allowed = tuple(outcome != 4 for outcome in range(11))
    domain = Domain((11,), (first, Wants(second.payoffs, 0.0, allowed)))
    for last_to_answer in (BackwardInduction(), Rubinstein()):
        assert domain.talk([Puppet(4), last_to_answer], 1).play() is TalkState.TIMED_OUT
