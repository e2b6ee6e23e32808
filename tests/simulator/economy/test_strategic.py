from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.strategic import (
    best_tariffs,
    formula_tariffs,
    nash_tariffs,
    one_step_nash,
)
from simulator.economy.trade import read_trade
from simulator.errors import EconomyError
from tests.economies import ORACLE, economies, named

Floats = NDArray[np.float64]

NINE = read_trade().economy()
PURGED = balance(NINE)
OWN = np.eye(9, dtype=bool)


def free(base: Economy) -> Economy:
    """Return the economy with balanced trade and no tariffs in force."""
    none = Economy(base.regions, base.flows, base.elasticity)
    return balance(none)


def welfare_alone(base: Economy, own: Floats, others: Floats) -> Floats:
    """Return each region's welfare if it alone departs from the tariffs of all."""
    profile = np.where(np.eye(len(own), dtype=bool), own[:, None], others)
    return np.diagonal(solve(base, base.uniform(profile)).welfare_hat)


# -- known answers -----------------------------------------------------------------------------


def test_the_best_tariffs_of_the_nine_regions_are_known() -> None:
    known = ORACLE["optimal_uniform_tariff"]["value"]
    np.testing.assert_allclose(best_tariffs(PURGED), named(known, PURGED.regions), atol=0.006)


def test_what_the_nine_regions_gain_by_their_best_tariffs_is_known() -> None:
    known = ORACLE["own_gain_at_optimal_tariff_pct"]
    alone = welfare_alone(PURGED, best_tariffs(PURGED), np.zeros(9))
    gain = 100.0 * (alone - 1.0)
    np.testing.assert_allclose(gain, named(known["value"], PURGED.regions), atol=known["tol"])


def test_the_nash_tariffs_of_the_nine_regions_and_their_cost_are_known() -> None:
    known = ORACLE["nash"]
    found = nash_tariffs(PURGED)
    np.testing.assert_allclose(found, named(known["tariff"], PURGED.regions), atol=0.005)
    welfare = solve(PURGED, PURGED.uniform(found)).welfare_pct
    some = [k for k, name in enumerate(PURGED.regions) if name in known["welfare_pct"]]
    expected = named(known["welfare_pct"], PURGED.regions)
    np.testing.assert_allclose(welfare[some], expected[some], atol=0.02)


# -- the formulas ------------------------------------------------------------------------------


@given(economies(sectors=0, most=2))
@settings(max_examples=40)
def test_the_formula_is_exact_with_two_regions(base: Economy) -> None:
    np.testing.assert_allclose(formula_tariffs(free(base)), best_tariffs(free(base)), rtol=2e-5)


def test_the_formula_is_near_the_optimum_with_nine_regions() -> None:
    gap = np.abs(formula_tariffs(PURGED) - best_tariffs(PURGED)).max()
    assert 1e-4 < gap < 0.011


def test_nash_tariffs_in_one_step_are_those_of_iterated_responses() -> None:
    np.testing.assert_allclose(one_step_nash(PURGED), nash_tariffs(PURGED), atol=0.002)


@given(economies(sectors=0, most=2))
@settings(max_examples=40)
def test_nash_tariffs_in_one_step_are_exact_with_two_regions(base: Economy) -> None:
    np.testing.assert_allclose(one_step_nash(free(base)), nash_tariffs(free(base)), rtol=2e-5)


def alike(count: int, eps: float, own: float) -> Economy:
    """Return so many regions alike, each of which spends the share `own` at home."""
    flows = np.full((count, count), (1.0 - own) / (count - 1))
    np.fill_diagonal(flows, own)
    return Economy([f"r{k}" for k in range(count)], 100.0 * flows, eps)


@pytest.mark.parametrize(("eps", "own"), [(0.05, 0.6), (1.0, 0.7), (4.0, 0.8), (20.0, 0.95)])
def test_two_regions_alike_have_the_nash_tariff_that_can_be_written_down(
    eps: float, own: float
) -> None:
    # Alike, wages stay as they are, so that eps t lam = 1 (Gros 1987), lam being what the other
    # buys at home, as a share of what it buys before its tariff.
    base = alike(2, eps, own)
    low, high = 0.0, 10.0 / eps
    for _ in range(100):
        tariff = 0.5 * (low + high)
        home = own / (own + (1.0 - own) * (1.0 + tariff) ** -eps)
        untaxed = home * (1.0 + tariff) / (1.0 + tariff * home)
        low, high = (tariff, high) if eps * tariff * untaxed < 1.0 else (low, tariff)
    np.testing.assert_allclose(nash_tariffs(base), tariff, rtol=1e-5)
    # Welfare by Arkolakis, Costinot & Rodriguez-Clare (2012), times what revenue adds
    given_back = 1.0 / (1.0 - tariff / (1.0 + tariff) * (1.0 - home))
    known = (home / own) ** (-1.0 / eps) * given_back
    found = solve(base, base.uniform([tariff, tariff])).welfare_hat
    np.testing.assert_allclose(found, known, rtol=1e-10)


def test_a_region_too_small_to_matter_has_a_tariff_of_one_over_the_elasticity() -> None:
    flows = np.array([[1e-5, 1e-6, 1e-6], [1e-6, 80.0, 9.0], [1e-6, 9.0, 70.0]])
    assert best_tariffs(Economy("abc", flows, 5.0))[0] == pytest.approx(0.2, rel=1e-5)


@pytest.mark.parametrize("trade", [0.0, 1e-8])
@pytest.mark.parametrize("question", [best_tariffs, nash_tariffs, one_step_nash])
def test_where_there_is_hardly_any_trade_tariffs_are_found_all_the_same(
    question: Callable[[Economy], Floats], trade: float
) -> None:
    flows = np.array([[50.0, 5.0, trade], [5.0, 40.0, trade], [trade, trade, 30.0]])
    found = question(Economy("abc", flows))
    alone = question(Economy("ab", flows[:2, :2]))
    np.testing.assert_allclose(found[:2], alone, atol=1e-6)
    assert found[2] == pytest.approx(0.25, abs=1e-6)


# -- what best means ---------------------------------------------------------------------------


@given(economies())
@settings(max_examples=25)
def test_no_other_tariff_is_better_than_the_best(base: Economy) -> None:
    balanced = free(base)
    best = best_tariffs(balanced)
    none = np.zeros_like(best)
    top = welfare_alone(balanced, best, none)
    for factor in (0.0, 0.5, 0.9, 1.1, 1.5, 3.0):
        assert (welfare_alone(balanced, factor * best, none) <= top + 1e-10).all()


def test_of_two_tops_of_welfare_the_higher_is_the_best() -> None:
    # The elastic sector's top is at 38 %, the other's, which is higher, above 100 %.
    flows = [[[8.7, 2.1], [2.3, 1.2]], [[6.9, 3.0], [3.5, 20.4]]]
    base = balance(Economy("ab", flows, [1.0, 8.0]))
    best = best_tariffs(base)
    top = welfare_alone(base, best, np.zeros(2))
    for tariff in np.linspace(0.0, 4.0, 80):
        assert (welfare_alone(base, np.full(2, tariff), np.zeros(2)) <= top + 1e-10).all()
    assert best[0] > 1.0
    nash = nash_tariffs(base)
    np.testing.assert_allclose(best_tariffs(base, nash), nash, rtol=1e-5)


def test_nash_tariffs_are_at_the_higher_of_two_tops() -> None:
    # Responses that climb from 1 / elasticity settle where a's tariff is at the lower one, 29 %.
    flows = [[[3.3, 1.6], [1.8, 0.2]], [[16.4, 8.5], [2.0, 5.9]]]
    base = balance(Economy("ab", flows, [1.0, 12.0]))
    nash = nash_tariffs(base)
    assert nash[0] > 3.0
    for k, tariff in np.ndindex(2, 100):
        other = np.where(np.arange(2) == k, 0.05 * tariff, nash)
        welfare = solve(base, base.uniform([nash, other])).welfare_hat[:, k]
        assert welfare[1] <= welfare[0] + 1e-10


@pytest.mark.long
def test_where_no_tariffs_are_best_responses_to_each_other_none_are_given() -> None:
    # On a grid of b's tariffs, b's best response to a's best response is never near the tariff.
    flows = [[[4.2, 1.5], [38.6, 0.5]], [[5.3, 2.4], [1.9, 7.9]]]
    base = balance(Economy("ab", flows, [1.0, 14.0]))
    theirs = np.linspace(0.0, 6.0, 60)
    answers = best_tariffs(base, np.stack([theirs, theirs], axis=1))[:, 0]
    back = best_tariffs(base, np.stack([answers, answers], axis=1))[:, 1]
    assert np.abs(back - theirs).min() > 0.1
    with pytest.raises(EconomyError, match=r"tariff\.a: .*stays best when the others answer it"):
        nash_tariffs(base)


def test_nash_tariffs_are_best_responses_to_each_other() -> None:
    nash = nash_tariffs(PURGED)
    np.testing.assert_allclose(best_tariffs(PURGED, nash), nash, atol=1e-6)


def test_best_responses_to_many_vectors_are_those_to_each() -> None:
    others = np.random.default_rng(0).uniform(0.0, 0.5, (2, 3, 9))
    found = best_tariffs(PURGED, others)
    assert found.shape == (2, 3, 9)
    np.testing.assert_allclose(found[1, 2], best_tariffs(PURGED, others[1, 2]), atol=1e-7)


def test_a_region_s_own_tariff_is_left_out_of_its_best_response() -> None:
    others = np.full(9, 0.2)
    other = np.where(np.arange(9) == 3, 0.9, others)
    assert best_tariffs(PURGED, others)[3] == pytest.approx(best_tariffs(PURGED, other)[3])


def test_with_identical_sectors_tariffs_are_those_of_one() -> None:
    flows = np.repeat(PURGED.flows[None], 2, axis=0) / 2.0
    sectors = Economy(PURGED.regions, flows, [4.0, 4.0])
    np.testing.assert_allclose(best_tariffs(sectors), best_tariffs(PURGED), atol=1e-6)
    np.testing.assert_allclose(nash_tariffs(sectors), nash_tariffs(PURGED), atol=1e-6)


def test_a_higher_elasticity_makes_for_lower_tariffs() -> None:
    tariffs = [nash_tariffs(balance(read_trade().economy(eps))) for eps in (2.0, 4.0, 8.0)]
    assert (tariffs[0] > tariffs[1]).all()
    assert (tariffs[1] > tariffs[2]).all()


# -- what they refuse --------------------------------------------------------------------------


@pytest.mark.parametrize("question", [best_tariffs, formula_tariffs, nash_tariffs, one_step_nash])
def test_trade_with_deficits_is_refused_with_the_worst(question: object) -> None:
    assert callable(question)
    with pytest.raises(EconomyError, match=r"deficit\.KOR: .*balance the economy first"):
        question(NINE)


@pytest.mark.parametrize("formula", [formula_tariffs, one_step_nash])
def test_formulas_are_for_one_sector(formula: object) -> None:
    assert callable(formula)
    sectors = Economy("AB", np.ones((2, 2, 2)), [4.0, 4.0])
    with pytest.raises(EconomyError, match="sectors: 2: one sector"):
        formula(sectors)


@pytest.mark.parametrize("question", [best_tariffs, formula_tariffs, nash_tariffs, one_step_nash])
def test_where_ever_higher_tariffs_are_better_none_is_best(
    question: Callable[[Economy], Floats],
) -> None:
    # B buys all it has from A.
    with pytest.raises(EconomyError, match=r"tariff\.A: .*below 1e\+06"):
        question(Economy("AB", [[10.0, 5.0], [5.0, 0.0]]))


def test_a_region_with_a_partner_that_hardly_sells_at_home_does_not_go_back_and_forth() -> None:
    # Its welfare bends the other way a little beyond the top: steps of .3 never came to rest.
    base = balance(Economy("ab", [[11.2377, 0.792817], [0.792817, 0.00305181]], 16.1383))
    nash = nash_tariffs(base)
    np.testing.assert_allclose(best_tariffs(base, nash), nash, rtol=1e-5)
    np.testing.assert_allclose(one_step_nash(base), nash, rtol=1e-4)
    np.testing.assert_allclose(formula_tariffs(base), best_tariffs(base), rtol=1e-4)
