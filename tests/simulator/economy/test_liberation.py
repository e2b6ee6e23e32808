from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import root

from simulator.economy.armington import solve
from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay, Outcome, _State
from simulator.economy.trade import read_trade
from simulator.errors import EconomyError
from tests.economies import ORACLE

Floats = NDArray[np.float64]

TRADE = read_trade()
NINE = TRADE.liberation_day("USA")
HOME = np.eye(9)[0]
ANNOUNCED = np.outer(np.array(TRADE.announced), HOME)
KNOWN = ORACLE["liberation_day_model_9_regions"]


def world(seed: int, count: int = 4, **wanted: Any) -> LiberationDay:
    """Return a world of a few regions that trade up to a third of what they earn."""
    rng = np.random.default_rng(seed)
    gdp = np.exp(rng.standard_normal(count))
    flows = np.outer(gdp, gdp) * np.exp(rng.standard_normal((count, count)))
    flows *= (rng.uniform(0.05, 0.3) * gdp / flows.sum(axis=1))[:, None]
    return LiberationDay([f"r{k}" for k in range(count)], flows, gdp, "r0", **wanted)


def rates_for(seed: int, count: int = 4, most: float = 0.4) -> Floats:
    rates = np.random.default_rng(seed).uniform(0.0, most, (count, count))
    return rates * (1.0 - np.eye(count))


def residuals(base: LiberationDay, rates: Floats, lump_sum: bool, x: Floats) -> Floats:
    """Return the equations as they are published, one of them given up for the numeraire."""
    what, ehat, lhat = np.abs(x.reshape(3, -1))
    eps, kappa, psi = base.elasticity, base.labour, base.psi
    lam = base.flows / base.flows.sum(axis=0)
    aux = lam * (what / lhat**psi)[:, None] ** -eps * (1.0 + rates) ** (-eps * base.phi)
    phat = (ehat / what) ** (1.0 - base.phi) * aux.sum(axis=0) ** (-1.0 / eps)
    flows = aux / aux.sum(axis=0) * base.spending * ehat / (1.0 + rates)
    revenue = (rates * flows).sum(axis=0)
    income = what * lhat * base.income
    tau = 0.0 if lump_sum else revenue / income
    earned = ((1.0 - base.nu) * flows).sum(axis=1) + base.nu * flows.sum(axis=0) - income
    earned[-1] = ((phat - 1.0) * base.spending).mean()
    world_income = income.sum() / base.income.sum()
    spent = revenue + income + base.transfer * world_income - base.spending * ehat
    return np.concatenate([earned, spent, lhat - (what / phat / (1.0 - tau)) ** kappa])


# -- known answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(("revenue", "known"), list(KNOWN["value"].items()))
def test_the_nine_regions_come_to_the_known_welfare(revenue: str, known: list[float]) -> None:
    assert list(NINE.regions) == KNOWN["regions"]
    found = NINE.solve(ANNOUNCED, lump_sum="lump-sum" in revenue)
    np.testing.assert_allclose(found.welfare_pct, known, atol=6e-4)


def test_foreign_profits_are_calibrated_as_published() -> None:
    # Ignatenko et al. (2025): .114 and .270; aggregation leaves the two blocks as they are.
    assert NINE.nu[0] == pytest.approx(0.270, abs=5e-4)
    np.testing.assert_allclose(NINE.nu[1:], 0.114, atol=5e-4)


@pytest.mark.parametrize("lump_sum", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_published_equations_hold_and_a_general_solver_finds_the_same(
    seed: int, lump_sum: bool
) -> None:
    base, rates = world(seed), rates_for(seed)
    found = base.solve(rates, lump_sum=lump_sum)
    x = np.concatenate([found.wage_hat, found.spending_hat, found.employment_hat])
    np.testing.assert_allclose(residuals(base, rates, lump_sum, x), 0.0, atol=1e-10)
    slow = root(lambda y: residuals(base, rates, lump_sum, y), np.ones(12), tol=1e-12)
    np.testing.assert_allclose(np.abs(slow.x), x, rtol=1e-7)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=30)
def test_without_its_extensions_it_is_the_one_sector_model(seed: int, subsidy: bool) -> None:
    plain = world(seed, labour=0.0, scale=0.0, earned_abroad=(0.0, 0.0))
    rates = rates_for(seed) - (0.1 * (1.0 - np.eye(4)) if subsidy else 0.0)
    expected = solve(Economy(plain.regions, plain.flows), rates)
    found = plain.solve(rates)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat, rtol=1e-9)
    relative = found.wage_hat / found.wage_hat[0]
    np.testing.assert_allclose(relative, expected.wage_hat / expected.wage_hat[0], rtol=1e-9)


# -- identities --------------------------------------------------------------------------------


@pytest.mark.parametrize("lump_sum", [False, True])
def test_no_shock_gives_no_change(lump_sum: bool) -> None:
    found = NINE.solve(np.zeros((9, 9)), lump_sum=lump_sum)
    for hat in (found.welfare_hat, found.wage_hat, found.price_hat, found.employment_hat):
        np.testing.assert_allclose(hat, 1.0, atol=1e-10)
    np.testing.assert_allclose(found.deficit_pct, 0.0, atol=1e-8)
    assert (found.revenue == 0.0).all()


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=30)
def test_what_is_spent_is_earned_or_taxed_and_prices_keep_their_level(
    seed: int, lump_sum: bool
) -> None:
    base, rates = world(seed), rates_for(seed)
    found = base.solve(rates, lump_sum=lump_sum)
    np.testing.assert_allclose((rates * found.flows).sum(axis=0), found.revenue, rtol=1e-10)
    spending = base.spending * found.spending_hat
    paid = ((1.0 + rates) * found.flows).sum(axis=0)
    np.testing.assert_allclose(paid, spending, rtol=1e-9)
    income = found.wage_hat * found.employment_hat * base.income
    assert income.sum() + found.revenue.sum() == pytest.approx(spending.sum(), rel=1e-9)
    assert (found.price_hat - 1.0) @ base.spending == pytest.approx(0.0, abs=1e-9)
    assert found.deficit.sum() == pytest.approx(0.0, abs=1e-9)


@given(st.integers(0, 10_000), st.permutations(range(4)))
@settings(max_examples=30)
def test_the_order_of_regions_does_not_matter(seed: int, order: list[int]) -> None:
    base, rates = world(seed), rates_for(seed)
    square = np.ix_(order, order)
    gdp = np.exp(np.random.default_rng(seed).standard_normal(4))
    names = [base.regions[k] for k in order]
    turned = LiberationDay(names, base.flows[square], gdp[order], "r0")
    expected, found = base.solve(rates), turned.solve(rates[square])
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat[order], rtol=1e-9)
    np.testing.assert_allclose(found.price_hat, expected.price_hat[order], rtol=1e-9)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_money_does_not_matter(unit: float) -> None:
    scaled = replace(
        TRADE, flows=unit * TRADE.flows, gdp=unit * TRADE.gdp, intra=unit * TRADE.intra
    )
    found = scaled.liberation_day("USA").solve(ANNOUNCED)
    expected = NINE.solve(ANNOUNCED)
    np.testing.assert_allclose(found.welfare_hat, expected.welfare_hat, rtol=1e-10)
    np.testing.assert_allclose(found.revenue, unit * expected.revenue, rtol=1e-8)


# -- the solver and its answers ----------------------------------------------------------------


@pytest.mark.parametrize("lump_sum", [False, True])
def test_derivatives_are_those_of_the_equations(lump_sum: bool) -> None:
    base, rates = world(1), rates_for(1)
    logs = 0.1 * np.random.default_rng(2).standard_normal((3, 4))
    slopes = _State(base, rates, lump_sum, logs).jacobian()
    for k, unit in enumerate(1e-6 * np.eye(12).reshape(12, 3, 4)):
        up, down = (_State(base, rates, lump_sum, logs + h * unit).errors for h in (1.0, -1.0))
        np.testing.assert_allclose(slopes[:, k], (up - down) / 2e-6, atol=1e-8)


def test_where_the_search_starts_does_not_matter() -> None:
    found = NINE.solve(ANNOUNCED)
    again = NINE.solve(ANNOUNCED, start=NINE.solve(0.5 * ANNOUNCED))
    np.testing.assert_allclose(again.welfare_hat, found.welfare_hat, rtol=1e-9)


def test_worlds_of_two_hundred_countries_are_solved() -> None:
    base = world(0, 200)
    rates = np.zeros((200, 200))
    rates[1:, 0] = 0.2
    found = base.solve(rates)
    assert found.welfare_hat.shape == (200,)
    assert found.wage_hat[0] > found.wage_hat[1:].max()


def test_revenue_that_lowers_income_taxes_makes_people_work_more() -> None:
    relief, handed_out = (NINE.solve(ANNOUNCED, lump_sum=how) for how in (False, True))
    assert relief.employment_hat[0] > 1.0 > handed_out.employment_hat[0]
    assert relief.welfare_hat[0] > handed_out.welfare_hat[0]


def test_the_optimal_tariff_is_near_the_best_of_all() -> None:
    def welfare(rate: float) -> float:
        return float(
            NINE.solve(rate * np.outer(np.arange(9) > 0, np.arange(9) == 0)).welfare_hat[0]
        )

    formula = NINE.optimal_tariff()
    tried = np.linspace(0.1, 0.4, 31)
    best = tried[np.argmax([welfare(rate) for rate in tried])]
    assert formula == pytest.approx(best, abs=0.05)
    assert welfare(formula) > welfare(0.1)


def test_the_published_formulas_are_those_of_two_blocks() -> None:
    base = world(3, count=2)
    (own, sold), (bought, theirs) = base.flows
    nu, phi, eps = base.nu, base.phi, base.elasticity

    def tariff(k: int, exports: float, market: float, imports: float) -> float:
        kept = exports * (1.0 - exports / market) * (1.0 - nu[1 - k])
        delta = kept / ((1.0 - nu[k]) * imports)
        return float(1.0 / ((1.0 + delta * eps) * phi[k] - 1.0))

    assert base.optimal_tariff() == pytest.approx(tariff(0, sold, sold + theirs, bought))
    answer = tariff(1, bought, own + bought, base.income[1] - theirs)
    assert base.optimal_retaliation() == pytest.approx(answer)


def test_trade_within_home_does_not_count_for_foreign_profits() -> None:
    def profits(intra: Floats) -> Floats:
        nu: Floats = LiberationDay(TRADE.regions, TRADE.flows, TRADE.gdp, "USA", intra=intra).nu
        return nu

    np.testing.assert_array_equal(profits(1000.0 * HOME), profits(0.0 * HOME))
    assert profits(1000.0 * (1.0 - HOME))[0] != profits(0.0 * HOME)[0]


def test_the_best_answer_of_all_others_hurts_home() -> None:
    answered = ANNOUNCED.copy()
    answered[0, 1:] = NINE.optimal_retaliation()
    alone, both = NINE.solve(ANNOUNCED), NINE.solve(answered)
    assert both.welfare_hat[0] < 1.0 < alone.welfare_hat[0]
    spending = NINE.spending[1:]
    assert both.welfare_hat[1:] @ spending > alone.welfare_hat[1:] @ spending


def test_a_deficit_of_nothing_has_no_change_in_per_cent() -> None:
    found = NINE.solve(ANNOUNCED)
    old = found.old_deficit.copy()
    old[2] = 0.0
    changed = replace(found, old_deficit=old)
    assert isinstance(changed, Outcome)
    assert np.isnan(changed.deficit_pct[2])
    expected = (found.deficit[1] - old[1]) / abs(old[1]) * 100.0
    assert changed.deficit_pct[1] == pytest.approx(expected)


def test_deficits_are_imports_less_exports() -> None:
    found = NINE.solve(ANNOUNCED)
    old = TRADE.flows.sum(axis=0) - TRADE.flows.sum(axis=1)
    np.testing.assert_allclose(found.old_deficit, old, atol=1e-9)
    assert found.deficit[0] < old[0]


def test_what_happens_in_one_world_leaves_another_alone() -> None:
    flows = np.zeros((5, 5))
    flows[:3, :3], flows[3:, 3:] = 3.0 * (1.0 - np.eye(3)), [[0.0, 2.0], [1.0, 0.0]]
    gdp = np.array([30.0, 40.0, 50.0, 20.0, 25.0])
    whole = LiberationDay("ABCDE", flows, gdp, "A")
    rates = 0.2 * (1.0 - np.eye(5))
    both = whole.solve(rates).welfare_hat
    rates[3:] = 0.0
    one = whole.solve(rates).welfare_hat
    np.testing.assert_allclose(one[:3], both[:3], rtol=1e-9)
    np.testing.assert_allclose(one[3:], 1.0, atol=1e-9)
    assert (both < 1.0).any()


# -- bad input ---------------------------------------------------------------------------------


def test_a_home_that_is_no_region_is_refused_with_the_nearest() -> None:
    with pytest.raises(EconomyError, match=r"home: 'USB': one of .*did you mean 'USA'"):
        TRADE.liberation_day("USB")


@pytest.mark.parametrize(
    "wrong", [{"elasticity": 0.0}, {"elasticity": -4.0}, {"labour": -1.0}, {"scale": np.nan}]
)
def test_parameters_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(EconomyError, match=f"{next(iter(wrong))}: "):
        world(0, **wrong)


@pytest.mark.parametrize("elasticity", [0.1, 0.5])
def test_work_that_feeds_on_itself_is_refused(elasticity: float) -> None:
    # Where kappa (psi + phi - 1) >= 1 a tariff of the US of 1 % cost it 2.6 % at .5: no answer.
    with pytest.raises(EconomyError, match=r"elasticity: 0\.\d: so much that scale and labour"):
        TRADE.liberation_day("USA", elasticity)
    assert TRADE.liberation_day("USA", 0.6).solve(0.01 * ANNOUNCED).employment_hat[0] > 1.0


def test_a_home_whose_profits_abroad_come_to_no_share_is_refused() -> None:
    flows = np.array([[0.0, 4.0, 4.0], [4.0, 0.0, 2.0], [4.0, 2.0, 0.0]])
    with pytest.raises(EconomyError, match=r"nu\.A: .*a share from 0 to below 1"):
        LiberationDay("ABC", flows, [5.0, 100.0, 100.0], "A")


def test_a_gdp_of_nothing_is_refused_with_its_region() -> None:
    with pytest.raises(EconomyError, match=r"gdp\.B: 0\.0: a number above 0"):
        LiberationDay("AB", np.ones((2, 2)), [1.0, 0.0], "A")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"flows": [[0, -5], [5, 0]]}, r"flows\.A\.B: -5\.0"),
        ({"flows": [[0, np.nan], [5, 0]]}, r"flows\.A\.B: nan"),
        ({"flows": [[0, 5, 1], [5, 0, 1]]}, r"flows: \[2, 3\]"),
        ({"flows": [0, 5]}, r"flows: \[2\]: flows exporter by importer of the 2"),
        ({"gdp": [30, 50, 1]}, r"gdp: \[3\]: a number for each of the 2"),
        ({"intra": [1.0, -2.0]}, r"intra\.B: -2\.0: a number from 0"),
        ({"intra": [1.0, 2.0, 3.0]}, r"intra: \[3\]: a number for each of the 2"),
        ({"regions": "AA"}, r"regions: .*each once"),
    ],
)
def test_figures_that_are_none_are_refused(wrong: dict[str, Any], told: str) -> None:
    sound: dict[str, Any] = {"regions": "AB", "flows": [[0, 5], [5, 0]], "gdp": [30, 50]}
    with pytest.raises(EconomyError, match=told):
        LiberationDay(**sound | wrong, home="A")


def test_a_tariff_of_minus_hundred_per_cent_is_refused() -> None:
    with pytest.raises(EconomyError, match=r"tariffs\.USA\.JPN: -1\.0: a fraction above -1"):
        NINE.solve(-np.outer(np.eye(9)[0], np.eye(9)[1]))


def test_tariffs_of_another_shape_are_refused() -> None:
    with pytest.raises(EconomyError, match=r"tariffs: .*of the 9 regions"):
        NINE.solve(np.zeros((8, 8)))


def test_where_there_is_no_equilibrium_the_region_is_told() -> None:
    # Tariffs bring in more than everybody earns: there is no income tax left to cut.
    flows = 3.0 * (1.0 - np.eye(3))
    base = LiberationDay("ABC", flows, [3.0, 3.0, 3.0], "A", source="trade.csv")
    with pytest.raises(EconomyError) as refused:
        base.solve(20.0 * (1.0 - np.eye(3)))
    assert "trade.csv" in str(refused.value)
    assert refused.value.problems[0].key in base.regions
    assert "equilibrium" in str(refused.value)
