from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.economy import armington
from simulator.economy.armington import Equilibrium, solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.trade import read_trade
from simulator.errors import EconomyError
from tests.economies import ORACLE, economies, shocked

Floats = NDArray[np.float64]

NINE = read_trade().economy()
PURGED = balance(NINE)
CASES = [pytest.param(case, id=case["id"]) for case in ORACLE["cases"]]


def beside(one: Floats, other: Floats) -> Floats:
    """Return two blocks on the diagonal, (S, N + M, N + M)."""
    count = one.shape[-1]
    whole = np.zeros((*one.shape[:-2], *[count + other.shape[-1]] * 2))
    whole[..., :count, :count], whole[..., count:, count:] = one, other
    return whole


def iterated(base: Economy, rates: Floats, rounds: int = 20_000) -> Floats:
    """Return wages found the slow way: each moves with the demand for its region's goods."""
    wages = np.ones(len(base.regions))
    for _ in range(rounds):
        tau = (1.0 + rates) / (1.0 + base.tariffs)
        share = base.shares * (wages[:, None] * tau) ** -base.elasticity
        share /= share.sum(axis=0)
        spending = (wages * base.income + base.deficit) / (share / (1.0 + rates)).sum(axis=0)
        demand = (share / (1.0 + rates)) @ spending
        moved = wages * (demand / (wages * base.income)) ** 0.2
        moved *= base.income.sum() / (moved @ base.income)
        if np.abs(moved - wages).max() < 1e-14:
            break
        wages = moved
    return wages


# -- known answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_nine_regions_come_to_the_known_equilibria(case: dict[str, Any]) -> None:
    base = PURGED if "balanced" in case["id"] else NINE
    assert list(base.regions) == case["regions"]
    found = solve(base, case["tariffs"])
    np.testing.assert_allclose(found.welfare_pct, case["welfare_pct"], atol=1e-6)
    np.testing.assert_allclose(found.wage_hat, case["wage_hat"], atol=1e-6)
    np.testing.assert_allclose(found.revenue, case["revenue_busd"], atol=1e-6)


def test_wages_are_those_that_iteration_finds() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        flows = rng.uniform(0.0, 10.0, (4, 4)) + 80.0 * np.eye(4)
        base = Economy("abcd", flows, rng.uniform(1.0, 6.0), 0.3 * (1.0 - np.eye(4)))
        rates = rng.uniform(0.0, 1.0, (4, 4)) * (1.0 - np.eye(4))
        np.testing.assert_allclose(solve(base, rates).wage_hat, iterated(base, rates), atol=1e-11)


def test_prohibitive_tariffs_cost_the_gains_from_trade() -> None:
    # Arkolakis, Costinot & Rodriguez-Clare (2012): own share to the power of 1 / eps
    found = solve(PURGED, PURGED.uniform(np.full(9, 1e9)))
    own = np.diagonal(PURGED.shares)
    np.testing.assert_allclose(found.welfare_hat, own ** (1.0 / 4.0), atol=1e-9)


# -- identities --------------------------------------------------------------------------------


@given(economies())
def test_no_shock_gives_no_change(base: Economy) -> None:
    found = solve(base, base.tariffs)
    for hat in (found.wage_hat, found.price_hat, found.welfare_hat):
        np.testing.assert_allclose(hat, 1.0, atol=1e-10)
    np.testing.assert_allclose(found.flows, base.flows, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.revenue, base.revenue, rtol=1e-10, atol=1e-10)


@given(shocked())
def test_markets_clear_and_everybody_spends_what_comes_in(
    given: tuple[Economy, Floats],
) -> None:
    base, rates = given
    found = solve(base, rates)
    flows, wages = found.flows, found.wage_hat
    close = {"rtol": 1e-9, "atol": 1e-9 * base.income.sum()}
    np.testing.assert_allclose(flows.sum(axis=(0, 2)), wages * base.income, **close)
    np.testing.assert_allclose((rates * flows).sum(axis=(0, 1)), found.revenue, **close)
    paid = ((1.0 + rates) * flows).sum(axis=(0, 1))
    np.testing.assert_allclose(paid, found.spending, **close)
    received = wages * base.income + base.deficit + found.revenue
    np.testing.assert_allclose(found.spending, received, **close)
    assert wages @ base.income == pytest.approx(base.income.sum(), rel=1e-10)


@given(shocked())
def test_spending_over_sectors_stays_as_it_is(given: tuple[Economy, Floats]) -> None:
    base, rates = given
    found = solve(base, rates)
    paid = ((1.0 + rates) * found.flows).sum(axis=-2)
    np.testing.assert_allclose(paid / found.spending, base.weights, rtol=1e-9, atol=1e-9)


@given(economies())
def test_balancing_leaves_no_deficit_and_balancing_again_nothing_to_do(base: Economy) -> None:
    once = balance(base)
    np.testing.assert_allclose(once.deficit, 0.0, atol=1e-9 * base.income.sum())
    assert once.balanced
    # Flows below 1e-300 are denormal numbers, which have no nine digits.
    np.testing.assert_allclose(balance(once).flows, once.flows, rtol=1e-9, atol=1e-300)


@given(shocked(sectors=0), st.randoms(use_true_random=False))
def test_the_order_of_regions_does_not_matter(
    given: tuple[Economy, Floats], random: np.random.RandomState
) -> None:
    base, rates = given
    order = list(range(len(base.regions)))
    random.shuffle(order)
    square = np.ix_(order, order)
    turned = Economy(
        [base.regions[k] for k in order], base.flows[square], base.elasticity, base.tariffs[square]
    )
    expected, found = solve(base, rates), solve(turned, rates[square])
    np.testing.assert_allclose(found.wage_hat, expected.wage_hat[order], rtol=1e-10)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat[order], rtol=1e-10)


@given(shocked())
def test_splitting_a_region_into_identical_halves_changes_nothing(
    given: tuple[Economy, Floats],
) -> None:
    base, rates = given
    halves = [0, *range(len(base.regions))]
    square = (slice(None), *np.ix_(halves, halves))
    factor = np.where(np.array(halves) == 0, 0.5, 1.0)
    flows = base.flows[square] * factor[:, None] * factor
    split = Economy(["half", *base.regions], flows, base.elasticity, base.tariffs[square])
    expected, found = solve(base, rates), solve(split, rates[square])
    np.testing.assert_allclose(found.wage_hat, expected.wage_hat[halves], rtol=1e-9)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat[halves], rtol=1e-9)
    np.testing.assert_allclose(
        found.revenue, factor * expected.revenue[halves], rtol=1e-8, atol=1e-8
    )


@given(shocked(), st.sampled_from([1e-9, 1e-3, 1e3, 1e9]))
def test_the_unit_of_money_does_not_matter(given: tuple[Economy, Floats], unit: float) -> None:
    base, rates = given
    scaled = Economy(base.regions, unit * base.flows, base.elasticity, base.tariffs)
    expected, found = solve(base, rates), solve(scaled, rates)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat, rtol=1e-10)
    np.testing.assert_allclose(found.revenue, unit * expected.revenue, rtol=1e-8, atol=1e-9 * unit)


@given(shocked(sectors=0), st.integers(1, 4))
def test_one_sector_is_as_many_identical_ones(given: tuple[Economy, Floats], count: int) -> None:
    base, rates = given
    flows, tariffs = (np.repeat(x[None], count, axis=0) for x in (base.flows, base.tariffs))
    sectors = Economy(base.regions, flows / count, np.full(count, base.elasticity), tariffs)
    expected, found = solve(base, rates), solve(sectors, np.repeat(rates[None], count, axis=0))
    np.testing.assert_allclose(found.wage_hat, expected.wage_hat, rtol=1e-9)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat, rtol=1e-9)
    np.testing.assert_allclose(found.price_hat, expected.price_hat, rtol=1e-9)


@given(shocked(most=3), shocked(most=3))
@settings(max_examples=25)
def test_worlds_that_do_not_trade_with_each_other_are_solved_as_each_alone(
    one: tuple[Economy, Floats], other: tuple[Economy, Floats]
) -> None:
    (first, rates), (second, more) = one, other
    if first.flows.shape[0] != second.flows.shape[0]:
        second, more = first, rates
    elasticity = first.elasticity
    second = Economy(second.regions, second.flows, elasticity, second.tariffs)
    both = Economy(
        [*first.regions, *(f"far-{name}" for name in second.regions)],
        beside(first.flows, second.flows),
        elasticity,
        beside(first.tariffs, second.tariffs),
    )
    found = solve(both, beside(rates, more))
    alone = [solve(first, rates), solve(second, more)]
    for name in ("wage_hat", "welfare_hat", "price_hat"):
        expected = np.concatenate([getattr(each, name) for each in alone])
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-9)


def test_a_region_that_trades_with_nobody_keeps_what_it_has() -> None:
    base = Economy("ABC", [[50.0, 5.0, 0.0], [5.0, 40.0, 0.0], [0.0, 0.0, 30.0]])
    found = solve(base, base.uniform([0.2, 0.0, 0.7]))
    assert found.welfare_pct[2] == pytest.approx(0.0, abs=1e-10)
    assert found.wage_hat[2] == pytest.approx(1.0, abs=1e-10)
    assert found.wage_hat[0] > 1.0 > found.wage_hat[1]


# -- the solver --------------------------------------------------------------------------------


@pytest.mark.parametrize("sectors", [1, 3])
def test_derivatives_are_those_of_the_equations(sectors: int) -> None:
    rng = np.random.default_rng(1)
    flows = rng.uniform(0.0, 10.0, (sectors, 4, 4)) + 30.0 * np.eye(4)
    base = Economy("abcd", flows, rng.uniform(1.0, 6.0, sectors))
    rates = rng.uniform(0.0, 1.0, (2, sectors, 4, 4)) * (1.0 - np.eye(4))
    market = armington._Market(base, rates, base.deficit)
    logs = 0.1 * rng.standard_normal((2, 4))
    for k, unit in enumerate(1e-6 * np.eye(4)):
        up, down = (armington._State(market, logs + h * unit).excess() for h in (1.0, -1.0))
        slope = armington._State(market, logs).jacobian()[:, :, k]
        np.testing.assert_allclose(slope, (up - down) / 2e-6, atol=1e-8)


def same(first: Equilibrium, second: Equilibrium) -> None:
    for name in ("wage_hat", "price_hat", "welfare_hat", "spending", "revenue", "flows"):
        np.testing.assert_allclose(
            getattr(first, name), getattr(second, name), rtol=1e-9, atol=1e-9
        )


def test_many_vectors_at_once_are_solved_as_each_alone() -> None:
    rates = NINE.uniform(np.random.default_rng(0).uniform(0.0, 1.0, (2, 150, 9)))
    many = solve(NINE, rates)
    assert many.welfare_hat.shape == (2, 150, 9)
    assert many.flows.shape == (2, 150, 9, 9)
    for k in ((0, 0), (0, 149), (1, 77)):
        names = ("wage_hat", "price_hat", "welfare_hat", "spending", "revenue", "flows")
        same(Equilibrium(*(getattr(many, name)[k] for name in names)), solve(NINE, rates[k]))


def test_no_vectors_have_no_equilibria() -> None:
    assert solve(NINE, np.zeros((0, 9, 9))).welfare_hat.shape == (0, 9)


def test_where_the_search_starts_does_not_matter() -> None:
    rates = PURGED.uniform(np.linspace(0.0, 0.8, 9))
    found = solve(PURGED, rates)
    same(solve(PURGED, rates, start=np.linspace(0.5, 2.0, 9)), found)
    same(solve(PURGED, rates, start=found.wage_hat), found)


def test_a_search_from_the_solution_takes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = PURGED.uniform(np.full(9, 0.3))
    found = solve(PURGED, rates)
    monkeypatch.setattr(armington._State, "jacobian", None)
    same(solve(PURGED, rates, start=found.wage_hat), found)


def test_tariffs_of_many_hundred_per_cent_are_solved() -> None:
    solve(PURGED, PURGED.uniform(np.array([5.0, 0, 20.0, 0, 100.0, 0, 0, -0.5, 1e4])))


# -- bad input ---------------------------------------------------------------------------------


def test_wrong_flows_are_refused_with_the_pair_and_the_value() -> None:
    flows = np.full((3, 3), 1.0)
    flows[0, 1], flows[2, 0], flows[1, 1] = -2.0, np.nan, np.inf
    with pytest.raises(EconomyError) as refused:
        Economy(["A", "B", "C"], flows, source="trade.csv")
    told = str(refused.value)
    for part in ("trade.csv", "flows.A.B: -2.0", "flows.C.A: nan", "flows.B.B: inf"):
        assert part in told


def test_a_region_without_sales_or_purchases_is_refused() -> None:
    with pytest.raises(EconomyError, match=r"flows\.B: 0\.0: a region that sells"):
        Economy("AB", [[1.0, 1.0], [0.0, 0.0]])
    with pytest.raises(EconomyError, match=r"flows\.\*\.A: 0\.0: a region that buys"):
        Economy("AB", [[0.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize("elasticity", [0.0, -1.0, np.nan, np.inf])
def test_an_elasticity_is_above_zero(elasticity: float) -> None:
    with pytest.raises(EconomyError, match=r"elasticity: .*: a number above 0"):
        Economy("AB", np.ones((2, 2)), elasticity)


def test_tariffs_that_all_but_end_trade_are_solved_together_as_alone() -> None:
    # With hardly any trade left wages are known only roughly, and steps lead about where they are.
    base = Economy("ab", [[3.0, 1.0], [1.0, 1.0]], 16.0)
    tried = np.stack([np.zeros(250), np.expm1(np.linspace(0.0, np.log(60.0), 250))], axis=1)
    together = solve(base, base.uniform(tried)).welfare_hat
    alone = [solve(base, base.uniform(tariffs)).welfare_hat for tariffs in tried[::10]]
    np.testing.assert_allclose(together[::10], alone, rtol=1e-8)


@pytest.mark.parametrize("rate", [-1.0, -3.0, np.nan, -np.inf])
def test_tariffs_are_fractions_above_minus_one(rate: float) -> None:
    base = Economy("AB", np.ones((2, 2)), source="trade.csv")
    with pytest.raises(EconomyError, match=r"trade\.csv(?s:.*)tariffs\.A\.B: .*above -1"):
        solve(base, [[0.0, rate], [0.0, 0.0]])


def test_transfers_that_nobody_pays_are_refused() -> None:
    base = Economy("ABC", [[9.0, 1.0, 0.0], [1.0, 9.0, 0.0], [0.0, 0.0, 9.0]], source="trade.csv")
    with pytest.raises(EconomyError, match=r"trade\.csv(?s:.*)deficit: 0\.5: .*sum to 0 among A"):
        solve(base, base.tariffs, deficit=[0.5, 0.0, 0.0])
    with pytest.raises(EconomyError, match=r"sum to 0 among A"):
        solve(base, base.tariffs, deficit=[0.5, 0.0, -0.5])
    for wrong in ([0.0, 0.0], [np.nan, 0.0, 0.0]):
        with pytest.raises(EconomyError, match=r"deficit: .*a number for each region"):
            solve(base, base.tariffs, deficit=wrong)
    found = solve(base, base.tariffs, deficit=[0.5, -0.5, 0.0])
    np.testing.assert_allclose(found.flows.sum(axis=0) - found.flows.sum(axis=1), [0.5, -0.5, 0.0])


def test_no_region_taxes_its_own_goods() -> None:
    with pytest.raises(EconomyError, match=r"tariffs\.B\.B: 0\.1: 0: no region"):
        solve(Economy("AB", np.ones((2, 2))), [[0.0, 0.2], [0.0, 0.1]])


@pytest.mark.parametrize("shape", [(2,), (3, 3), (2, 3)])
def test_tariffs_have_the_shape_of_flows(shape: tuple[int, ...]) -> None:
    with pytest.raises(EconomyError, match=r"tariffs: .*shape \(2, 2\)"):
        solve(Economy("AB", np.ones((2, 2))), np.zeros(shape))


@pytest.mark.parametrize("regions", ["A", "AA", "ABC"])
def test_regions_are_two_or_more_each_once_as_many_as_flows(regions: str) -> None:
    with pytest.raises(EconomyError):
        Economy(regions, np.ones((len(set(regions)) if regions != "ABC" else 2,) * 2))


def test_where_there_is_no_equilibrium_the_region_is_told() -> None:
    # B pays nearly all it earns to A, and cannot when its goods are taxed away.
    base = Economy("AB", [[10.0, 0.1], [9.0, 0.1]], 4.0, source="trade.csv")
    with pytest.raises(EconomyError) as refused:
        solve(base, [[0.0, 0.0], [5.0, 0.0]])
    assert "trade.csv" in str(refused.value)
    assert refused.value.problems[0].key in ("A", "B")
    assert "equilibrium" in str(refused.value)


def test_where_transfers_take_more_than_there_is_the_spending_is_told() -> None:
    with pytest.raises(EconomyError, match=r"CHN: -\d.*: more than 0 to spend in equilibrium"):
        solve(read_trade().economy(1.0), NINE.uniform(np.full(9, 10.0)))


def test_of_an_equilibrium_that_is_not_found_the_worst_region_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(armington, "MOST_STEPS", 0)
    with pytest.raises(EconomyError, match=r"MEX: 0\.15\d*: an equilibrium, which"):
        solve(PURGED, PURGED.uniform([0.3, *[0.0] * 8]))


@pytest.mark.parametrize(
    ("flows", "seller"),
    [
        ([[50.0, 0.0, 0.0], [5.0, 40.0, 3.0], [0.0, 3.0, 30.0]], "A"),
        ([[50.0, 2.0, 2.0], [0.0, 40.0, 3.0], [0.0, 3.0, 30.0]], "B"),
    ],
)
def test_trade_that_goes_one_way_only_cannot_be_balanced(
    flows: list[list[float]], seller: str
) -> None:
    # Wages of who sells nothing would fall without end: what the search stops at is no equilibrium
    with pytest.raises(
        EconomyError, match=rf"T\.csv(?s:.*)flows\.{seller}: 0\.0: goods that reach"
    ):
        balance(Economy("ABC", flows, source="T.csv"))


def test_trade_in_a_ring_can_be_balanced() -> None:
    ring = Economy("ABC", [[50.0, 4.0, 0.0], [0.0, 40.0, 3.0], [2.0, 0.0, 30.0]])
    assert balance(ring).balanced


@pytest.mark.parametrize(("key", "given"), [("tariffs", [0.1] * 3), ("elasticity", [4.0, 4.0])])
def test_what_has_not_the_shape_of_flows_is_refused(key: str, given: Any) -> None:
    with pytest.raises(EconomyError, match=rf"{key}: \[\d\]: one number, or an array of shape"):
        Economy("AB", np.ones((2, 2)), **{key: given})
