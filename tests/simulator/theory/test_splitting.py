import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.theory.bargaining import nash_points
from simulator.theory.splitting import finite_horizon_shares, power_from_patience, rubinstein_shares
from tests.problems import NOWHERE, family

patience = st.floats(0.0, 0.99)
patiences = st.tuples(patience, patience)
seats = st.sampled_from((0, 1))


@st.composite
def options(draw: st.DrawFn) -> tuple[float, float]:
    """Draw what two parties get by leaving, together at most 1."""
    first = draw(st.floats(0, 1))
    return first, draw(st.floats(0, 1 - first))


# -- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", family("rubinstein_spe"))
def test_endless_proposals_end_in_the_known_split(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    deltas, pie, first = (given["delta1"], given["delta2"]), given["pie"], given["first_mover"] - 1
    found = rubinstein_shares(deltas, pie=pie, first=first)
    assert found == pytest.approx((expected["share1"], expected["share2"]), abs=case["tol"])
    turned = rubinstein_shares(deltas, pie=pie, first=1 - first)
    assert turned[0] == pytest.approx(expected["share1_if_player2_moves_first"], abs=case["tol"])


@pytest.mark.parametrize("case", family("stahl_finite_horizon"))
def test_so_many_proposals_end_in_the_known_split(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    deltas = (given["delta1"], given["delta2"])
    splits = finite_horizon_shares(deltas, given["T"], pie=given["pie"])
    assert splits.shape == (given["T"], 2)
    assert splits[0] == pytest.approx([expected["share1"], expected["share2"]], abs=case["tol"])


@pytest.mark.parametrize("case", family("outside_option"))
def test_an_outside_option_changes_the_split_as_known(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    deltas, outside = (given["delta"],) * 2, (0.0, given["outside2"])
    known = pytest.approx((expected["share1"], expected["share2"]), abs=case["tol"])
    assert rubinstein_shares(deltas, outside, given["pie"]) == known
    assert tuple(finite_horizon_shares(deltas, 501, outside, given["pie"])[0]) == known


@pytest.mark.parametrize("case", family("rubinstein_to_nash"))
def test_with_ever_faster_proposals_the_split_tends_to_the_nash_point(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    rates = (given["r1"], given["r2"])
    for interval, share in zip(given["delta_t"], expected["share1_sequence"], strict=True):
        deltas = [math.exp(-rate * interval) for rate in rates]
        assert rubinstein_shares(deltas)[0] == pytest.approx(share, abs=case["tol"])
    x = np.linspace(0, 1, 6001)
    nash = x[nash_points(np.stack([x, 1 - x], axis=1), NOWHERE, rates[::-1])]
    assert nash == pytest.approx([expected["limit_share1"]], abs=case["tol"])
    last = rubinstein_shares([math.exp(-1e-9 * rate) for rate in rates])[0]
    assert last == pytest.approx(expected["limit_share1"], abs=1e-6)


# -- endless proposals ---------------------------------------------------------------------------


@given(deltas=patiences, outside=options(), first=seats)
def test_the_responder_gets_the_better_of_waiting_and_leaving(
    deltas: tuple[float, float], outside: tuple[float, float], first: int
) -> None:
    other = 1 - first
    now = rubinstein_shares(deltas, outside, first=first)
    next_time = rubinstein_shares(deltas, outside, first=other)
    assert now[other] == pytest.approx(max(deltas[other] * next_time[other], outside[other]))


@given(deltas=patiences, outside=options(), first=seats, pie=st.floats(0.1, 100))
def test_a_larger_pie_is_split_alike_and_wholly(
    deltas: tuple[float, float], outside: tuple[float, float], first: int, pie: float
) -> None:
    split = rubinstein_shares(deltas, outside, first=first)
    larger = rubinstein_shares(deltas, [pie * w for w in outside], pie, first)
    assert larger == pytest.approx([pie * share for share in split])
    assert sum(larger) == pytest.approx(pie)


@given(deltas=patiences, outside=options(), first=seats, more=st.floats(0, 1))
def test_patience_and_better_options_never_bring_less(
    deltas: tuple[float, float], outside: tuple[float, float], first: int, more: float
) -> None:
    share = rubinstein_shares(deltas, outside, first=first)[0]
    patient = (deltas[0] + more * (0.99 - deltas[0]), deltas[1])
    assert rubinstein_shares(patient, outside, first=first)[0] >= share - 1e-12
    better = (outside[0] + more * (1 - sum(outside)), outside[1])
    assert rubinstein_shares(deltas, better, first=first)[0] >= share - 1e-12


@given(deltas=patiences, gap=st.floats(0.001, 0.5))
def test_an_option_worse_than_staying_changes_nothing(
    deltas: tuple[float, float], gap: float
) -> None:
    plain = rubinstein_shares(deltas)
    assert rubinstein_shares(deltas, (0.0, plain[1] * (1 - gap))) == plain


@given(deltas=patiences)
def test_a_proposer_has_the_better_of_its_seat(deltas: tuple[float, float]) -> None:
    assert rubinstein_shares(deltas)[0] >= rubinstein_shares(deltas, first=1)[0]


# -- a limited number of proposals ---------------------------------------------------------------


@given(deltas=patiences, proposals=st.integers(1, 60))
def test_backward_induction_gives_the_closed_form(
    deltas: tuple[float, float], proposals: int
) -> None:
    # Stahl (1972): with D the product of the discount factors and n whole rounds.
    D, n = deltas[0] * deltas[1], proposals // 2
    share = (1 - deltas[1]) * (1 - D**n) / (1 - D) + (D**n if proposals % 2 else 0.0)
    assert finite_horizon_shares(deltas, proposals)[0, 0] == pytest.approx(share)


@given(deltas=patiences, outside=options(), first=seats, proposals=st.integers(2, 20))
def test_what_is_left_after_a_proposal_is_a_shorter_horizon(
    deltas: tuple[float, float], outside: tuple[float, float], first: int, proposals: int
) -> None:
    splits = finite_horizon_shares(deltas, proposals, outside, first=first)
    shorter = finite_horizon_shares(deltas, proposals - 1, outside, first=1 - first)
    assert splits[1:].tolist() == shorter.tolist()
    assert splits.sum(axis=1) == pytest.approx(np.ones(proposals))
    responder = 1 - first
    conceded = max(deltas[responder] * splits[1, responder], outside[responder])
    assert splits[0, responder] == pytest.approx(conceded)


@given(deltas=patiences, outside=options(), first=seats)
def test_a_long_horizon_is_like_an_endless_one(
    deltas: tuple[float, float], outside: tuple[float, float], first: int
) -> None:
    assume(deltas[0] * deltas[1] < 0.9)
    long = finite_horizon_shares(deltas, 600, outside, first=first)[0]
    assert long == pytest.approx(rubinstein_shares(deltas, outside, first=first), abs=1e-9)


@given(deltas=patiences, first=seats, pie=st.floats(0.1, 100))
def test_the_last_to_propose_takes_all(deltas: tuple[float, float], first: int, pie: float) -> None:
    only = finite_horizon_shares(deltas, 1, pie=pie, first=first)
    assert only[0, first] == pie
    assert only[0, 1 - first] == 0.0


def test_the_last_to_respond_gets_its_outside_option() -> None:
    assert finite_horizon_shares((0.9, 0.9), 1, (0.0, 0.25)).tolist() == [[0.75, 0.25]]
    assert finite_horizon_shares((0.9, 0.9), 0).shape == (0, 2)


# -- power from patience -------------------------------------------------------------------------

TALKS = json.loads((Path(__file__).parents[2] / "oracles" / "talks.json").read_text("utf-8"))


@pytest.mark.parametrize("case", TALKS["power_from_patience"])
def test_power_from_patience_is_the_known_one(case: dict[str, Any]) -> None:
    found = power_from_patience(case["patience"], case["partner_patience"])
    assert found == pytest.approx(case["power"], abs=1e-9)


@pytest.mark.parametrize(
    ("own", "partner", "power"),
    [(1.0, 1.0, 0.5), (1.0, 0.9, 1.0), (0.9, 1.0, 0.0), (0.0, 0.0, 0.5), (0.0, 0.9, 0.0)],
)
def test_who_waits_for_nothing_has_all_the_power_and_two_of_them_half(
    own: float, partner: float, power: float
) -> None:
    assert power_from_patience(own, partner) == power
    assert power_from_patience(partner, own) == 1.0 - power


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0), st.floats(1e-6, 1.0))
def test_power_is_shared_out_and_rises_with_patience(a: float, b: float, partner: float) -> None:
    power = power_from_patience(a, partner)
    assert 0.0 <= power <= 1.0
    assert power + power_from_patience(partner, a) == pytest.approx(1.0)
    low, high = sorted((a, b))
    assert power_from_patience(low, partner) <= power_from_patience(high, partner) + 1e-12


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_power_is_the_share_in_equilibrium_where_proposals_take_no_time(
    own: float, partner: float
) -> None:
    # A period of 100,000 proposals.
    quick = [math.pow(delta, 1e-5) for delta in (own, partner)]
    assert power_from_patience(own, partner) == pytest.approx(rubinstein_shares(quick)[0], abs=1e-4)
