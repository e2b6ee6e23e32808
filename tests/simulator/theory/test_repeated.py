import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.theory.repeated import (
    cooperation_is_best,
    ending_discount,
    expected_periods,
    free_trade_discount,
    free_trade_trust,
    grim_discount,
    keeps,
    limited_punishment_discount,
    lowest_sustainable_tariff,
    minimum_trust,
    nash_tariff,
    tariff_payoff,
    tit_for_tat_discount,
)

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "bargaining.json").read_text())["cases"]


def family(name: str, needs: str = "") -> list[Any]:
    cases = [case for case in CASES if case["family"] == name and needs in {"", *case["inputs"]}]
    return [
        pytest.param(case["inputs"], case["expected"], case["tol"], id=case["id"]) for case in cases
    ]


@st.composite
def dilemmas(draw: st.DrawFn) -> tuple[float, float, float, float]:
    """Draw T > R > P > S."""
    steps = [draw(st.floats(0.1, 5)) for _ in range(3)]
    S = draw(st.floats(-5, 5))
    P = S + steps[0]
    R = P + steps[1]
    return R + steps[2], R, P, S


shares = st.floats(0.05, 0.95)
weights = st.floats(0.1, 5)


# -- known answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(("game", "expected", "tol"), family("folk_theorem"))
def test_grim_and_tit_for_tat_need_the_known_patience(
    game: dict[str, float], expected: dict[str, Any], tol: float
) -> None:
    T, R, P, S = (game[letter] for letter in "TRPS")
    assert grim_discount(T, R, P) == pytest.approx(expected["grim_delta_min"], abs=tol)
    assert tit_for_tat_discount(T, R, P, S) == pytest.approx(
        expected["tft_nash_delta_min"], abs=tol
    )
    assert cooperation_is_best(T, R, S) == expected["two_R_gt_T_plus_S"]
    # Subgame perfect: nobody gains by leaving the punishment, nor by leaving cooperation.
    assert (P >= S and keeps_in(T, R, P, expected["grim_delta_min"])) == expected["grim_spe"]


@pytest.mark.parametrize(("game", "expected", "tol"), family("limited_punishment"))
def test_limited_punishment_needs_the_known_patience(
    game: dict[str, float], expected: dict[str, Any], tol: float
) -> None:
    least = limited_punishment_discount(game["T"], game["R"], game["P"], game["k"])
    assert least == pytest.approx(expected["delta_min"], abs=tol)


@pytest.mark.parametrize(("game", "expected", "tol"), family("tariff_game"))
def test_the_tariff_game_has_the_known_answers(
    game: dict[str, Any], expected: dict[str, Any], tol: float
) -> None:
    a, b, c = game["a"], game["b"], game["c"]
    nash = nash_tariff(a, b)
    R, T = tariff_payoff(0, 0, a, b, c), tariff_payoff(nash, 0, a, b, c)
    S, P = tariff_payoff(0, nash, a, b, c), tariff_payoff(nash, nash, a, b, c)
    assert nash == pytest.approx(expected["nash_tariff"], abs=tol)
    found = [R, T, S, P]
    assert found == pytest.approx([expected[letter] for letter in "RTSP"], abs=tol)
    assert free_trade_discount(a, c) == pytest.approx(expected["grim_delta_min"], abs=tol)
    assert grim_discount(T, R, P) == pytest.approx(expected["grim_delta_min"], abs=tol)
    for delta, tariff in expected["lowest_sustainable_tariff_by_delta"].items():
        assert lowest_sustainable_tariff(a, b, c, float(delta)) == pytest.approx(tariff, abs=tol)


@pytest.mark.parametrize(("game", "expected", "tol"), family("trust_threshold", needs="T"))
def test_cooperating_once_needs_the_known_trust(
    game: dict[str, float], expected: dict[str, Any], tol: float
) -> None:
    least = minimum_trust(game["T"], game["R"], game["P"], game["S"])
    assert least == pytest.approx(expected["p_min"], abs=tol)


@pytest.mark.parametrize(("game", "expected", "tol"), family("trust_threshold", needs="delta"))
def test_free_trade_needs_the_known_trust(
    game: dict[str, float], expected: dict[str, Any], tol: float
) -> None:
    a, b, c, delta = (game[key] for key in ("a", "b", "c", "delta"))
    least = free_trade_trust(a, c, delta)
    assert least == pytest.approx(expected["p_min_free_trade"], abs=tol)
    assert (least <= 1) == expected["sustainable"]
    for trust, tariff in expected["lowest_tariff_at_p"].items():
        found = lowest_sustainable_tariff(a, b, c, delta, float(trust))
        assert found == pytest.approx(tariff, abs=tol)


@pytest.mark.parametrize(("game", "expected", "tol"), family("continuation"))
def test_a_game_that_may_end_has_the_known_discount_factor_and_length(
    game: dict[str, list[float]], expected: dict[str, list[float]], tol: float
) -> None:
    deltas = [ending_discount(ending) for ending in game["prob_end"]]
    assert deltas == pytest.approx(expected["delta"], abs=tol)
    periods = [expected_periods(delta) for delta in deltas]
    assert periods == pytest.approx(expected["expected_rounds"], abs=tol)


def test_a_game_that_never_ends_has_no_length() -> None:
    assert ending_discount(0.0) == 1.0
    assert expected_periods(1.0) == math.inf
    assert expected_periods(0.0) == 1.0


# -- keeps: the condition that the thresholds solve ----------------------------------------------


def keeps_in(T: float, R: float, P: float, delta: float, k: int | None = None) -> bool:
    """Return whether cooperating pays, the dilemma written as temptation and continuation."""
    return keeps(0.0, T - R, R - P, delta, k)


@given(game=dilemmas(), gap=st.floats(1e-6, 0.1))
def test_grim_trigger_keeps_exactly_from_its_threshold_on(
    game: tuple[float, float, float, float], gap: float
) -> None:
    T, R, P, _ = game
    least = grim_discount(T, R, P)
    assert least is not None
    assert keeps_in(T, R, P, least)
    assert keeps_in(T, R, P, min(1.0, least + gap))
    assert not keeps_in(T, R, P, least * (1 - gap))


@given(game=dilemmas(), k=st.integers(1, 60), gap=st.floats(1e-6, 0.1))
def test_limited_punishment_keeps_exactly_from_its_threshold_on(
    game: tuple[float, float, float, float], k: int, gap: float
) -> None:
    T, R, P, _ = game
    least = limited_punishment_discount(T, R, P, k)
    if least is None:
        assert not keeps_in(T, R, P, 1.0, k)
    else:
        assert keeps_in(T, R, P, least, k)
        assert not keeps_in(T, R, P, least * (1 - gap), k)


@given(game=dilemmas(), k=st.integers(1, 60))
def test_longer_punishment_never_needs_more_patience(
    game: tuple[float, float, float, float], k: int
) -> None:
    T, R, P, _ = game
    shorter, longer = (limited_punishment_discount(T, R, P, n) for n in (k, k + 1))
    forever = grim_discount(T, R, P)
    assert forever is not None
    if shorter is not None:
        assert longer is not None
        assert longer <= shorter + 1e-12
    if longer is not None:
        assert forever <= longer + 1e-12


@given(game=dilemmas())
def test_endless_limited_punishment_is_grim_trigger(
    game: tuple[float, float, float, float],
) -> None:
    T, R, P, _ = game
    assert limited_punishment_discount(T, R, P, math.inf) == grim_discount(T, R, P)
    assert limited_punishment_discount(T, R, P, 10**6) == pytest.approx(
        grim_discount(T, R, P), abs=1e-4
    )


@given(temptation=st.floats(-5, 5), worth=st.floats(-5, 5), delta=shares, k=st.integers(1, 30))
def test_limited_punishment_counts_the_sum_of_the_discounted_periods(
    temptation: float, worth: float, delta: float, k: int
) -> None:
    price = worth * sum(delta**n for n in range(1, k + 1))
    assume(abs(temptation - price) > 1e-9)
    assert keeps(0.0, temptation, worth, delta, k) == (temptation <= price)


@pytest.mark.parametrize(("delta", "price"), [(0.0, 0.0), (1.0, 12.0), (1 - 1e-15, 12.0)])
def test_limited_punishment_at_the_ends_of_patience(delta: float, price: float) -> None:
    assert keeps(0.0, price * (1 - 1e-9), 1.0, delta, 12)
    assert not keeps(0.0, price + 1e-6, 1.0, delta, 12)


@given(own=st.floats(-9, 9), gain=st.floats(-9, 9), worth=st.floats(-9, 9), delta=shares)
def test_keeping_is_the_temptation_against_the_continuation(
    own: float, gain: float, worth: float, delta: float
) -> None:
    price = delta / (1 - delta) * worth
    assume(abs(gain - own - price) > 1e-9)
    assert keeps(own, gain, worth, delta) == (gain - own <= price)


@given(scale=st.sampled_from([1e-9, 1e-3, 1.0, 1e6, 1e12]), a=weights, c=weights)
def test_the_threshold_itself_is_met_on_every_scale(scale: float, a: float, c: float) -> None:
    # Free trade as a deal: giving up the Nash tariff costs a^2/2b and brings ac/b.
    delta = free_trade_discount(a, c)
    assume(delta <= 1)
    own, promised = -scale * a * a / 2, scale * a * c
    assert keeps(own, 0.0, own + promised, delta)
    assert not keeps(own, 0.0, own + promised, delta * (1 - 1e-6))


@pytest.mark.parametrize("delta", [0.0, 0.5, 1.0])
def test_where_nothing_is_at_stake_promises_are_kept(delta: float) -> None:
    assert keeps(0.0, 0.0, 0.0, delta)
    assert keeps(0.0, 0.0, 0.0, delta, 3)


def test_the_impatient_follow_temptation_and_the_patient_the_continuation() -> None:
    assert not keeps(-1.0, 0.0, 100.0, 0.0)
    assert keeps(1.0, 0.0, -100.0, 0.0)
    assert keeps(-100.0, 0.0, 0.1, 1.0)
    assert not keeps(1.0, 0.0, -0.1, 1.0)


# -- games that are no dilemma -------------------------------------------------------------------


def test_without_temptation_no_patience_is_needed() -> None:
    assert grim_discount(2, 3, 1) == 0
    assert tit_for_tat_discount(2, 3, 1, 0) == 0
    assert limited_punishment_discount(2, 3, 1, 2) == 0
    assert grim_discount(2.5, 3, 1) == 0
    assert limited_punishment_discount(2.5, 3, 1, 2) == 0


def test_a_punishment_that_is_no_loss_sustains_nothing() -> None:
    assert grim_discount(5, 3, 4) is None
    assert grim_discount(5, 3, 6) is None
    assert tit_for_tat_discount(5, 3, 1, 4) is None
    assert limited_punishment_discount(5, 3, 3, 9) is None
    assert grim_discount(5, 3, 3) == 1


def test_punishment_too_short_sustains_nothing() -> None:
    assert limited_punishment_discount(5, 3, 2, 1) is None
    assert limited_punishment_discount(5, 3, 2, 2) == 1
    assert limited_punishment_discount(1.3, 1.0, 0.9, 3) == pytest.approx(1)


def test_taking_turns_may_beat_cooperating() -> None:
    assert not cooperation_is_best(10, 4, 0)
    assert not cooperation_is_best(8, 4, 0)


# -- trust, once ---------------------------------------------------------------------------------


@given(values=st.tuples(*[st.floats(-5, 5)] * 4), trust=st.floats(0, 1))
def test_cooperating_once_pays_exactly_from_the_least_trust_on(
    values: tuple[float, float, float, float], trust: float
) -> None:
    T, R, P, S = values
    gain = trust * (R - T) + (1 - trust) * (S - P)
    assume(abs(gain) > 1e-9)
    # Someone who would rather be alone in cooperating needs a *largest* trust instead.
    assume(P > S)
    least = minimum_trust(T, R, P, S)
    assert (gain > 0) == (least is not None and trust >= least)


def test_the_least_trust_at_its_ends() -> None:
    assert minimum_trust(5, 3, 1, 0) is None
    assert minimum_trust(3, 4, 0, 1) == 0
    assert minimum_trust(4, 4, 2, 0) == 1


# -- the tariff game -----------------------------------------------------------------------------


@given(a=weights, b=weights, c=weights, own=st.floats(0, 10), other=st.floats(0, 10))
def test_no_tariff_earns_more_than_the_nash_tariff(
    a: float, b: float, c: float, own: float, other: float
) -> None:
    best = tariff_payoff(nash_tariff(a, b), other, a, b, c)
    assert tariff_payoff(own, other, a, b, c) <= best + 1e-9


@given(a=weights, b=weights, c=weights, delta=shares, trust=shares, gap=st.floats(0.001, 0.2))
def test_the_lowest_sustainable_tariff_is_kept_and_no_lower_one_is(
    a: float, b: float, c: float, delta: float, trust: float, gap: float
) -> None:
    nash = nash_tariff(a, b)
    low = lowest_sustainable_tariff(a, b, c, delta, trust)
    assert 0 <= low <= nash

    def kept(tariff: float) -> bool:
        T = tariff_payoff(nash, tariff, a, b, c)
        R = tariff_payoff(tariff, tariff, a, b, c)
        P = tariff_payoff(nash, nash, a, b, c)
        return keeps(0.0, T - R, R - P, delta * trust)

    assert kept(low + 1e-9 * nash)
    assert kept(low + gap * (nash - low))
    if low > 0:
        assert not kept(low * (1 - gap))


@given(a=weights, b=weights, c=weights, delta=shares, trust=shares)
def test_free_trade_is_the_lowest_tariff_exactly_where_trust_suffices(
    a: float, b: float, c: float, delta: float, trust: float
) -> None:
    least = free_trade_trust(a, c, delta)
    assume(abs(trust - least) > 1e-9)
    assert (lowest_sustainable_tariff(a, b, c, delta, trust) == 0) == (trust > least)


def test_without_patience_no_trust_suffices() -> None:
    assert free_trade_trust(1.0, 0.9, 0.0) == math.inf
    assert lowest_sustainable_tariff(1.0, 2.0, 0.9, 0.0) == nash_tariff(1.0, 2.0)
