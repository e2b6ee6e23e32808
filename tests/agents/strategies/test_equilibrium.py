import json
import math
from pathlib import Path
from typing import Any

import pytest

from agents.strategies.equilibrium import BackwardInduction, Rubinstein
from simulator.talk import Talk, TalkState
from tests.agents.strategies.conformance import Conformance
from tests.negotiations import Wants, space_of

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
