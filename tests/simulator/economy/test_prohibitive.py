"""Tariffs that all but end trade, and embargoes: the limit, whatever it parts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.gains import gains
from simulator.economy.trade import read_trade
from simulator.errors import EconomyError
from tests.economies import economies

Floats = NDArray[np.float64]

PROHIBITIVE = (1e5, 1e6, 1e8, 1e300, np.inf)
NINE = read_trade().economy()
PURGED = balance(NINE)
THREE = balance(Economy("ABC", [[85.0, 10.0, 5.0], [12.0, 185.0, 3.0], [4.0, 6.0, 40.0]]))
#: Two blocks, whose members do not pay each other as much as they get.
FOUR = Economy("ABCD", [[80, 8, 3, 4], [5, 90, 4, 3], [3, 4, 70, 9], [4, 3, 4, 60]])


def between(inside: Any, rate: float, *, sells: bool = True, buys: bool = True) -> Floats:
    """Return tariffs on what some regions sell to all others, or buy from them, or both."""
    of = np.asarray(inside, dtype=bool)
    out, back = of[:, None] & ~of, ~of[:, None] & of
    return np.where((out & sells) | (back & buys), rate, 0.0)


def parted(base: Economy, inside: Any) -> Floats:
    """Return welfare where nothing is sold between blocks: wages move with demand, slowly."""
    of = np.asarray(inside, dtype=bool)
    within = of[:, None] == of
    wages = np.ones(len(of))
    for _ in range(20_000):
        share = np.where(within, base.shares * wages[:, None] ** -base.elasticity, 0.0)
        phi = share.sum(axis=0)
        demand = (share / phi) @ (wages * base.income)
        wages = wages * (demand / (wages * base.income)) ** 0.2
    welfare: Floats = wages * base.income / base.spending * phi ** (1.0 / base.elasticity)
    return welfare


# -- known answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", PROHIBITIVE)
@pytest.mark.parametrize(("sells", "buys"), [(True, True), (True, False), (False, True)])
def test_a_region_cut_off_comes_to_autarky_by_the_closed_form(
    rate: float, sells: bool, buys: bool
) -> None:
    # Arkolakis, Costinot & Rodriguez-Clare (2012); whom one side is barred, both sides are: goods
    # are paid for by goods.
    found = solve(THREE, between([0, 1, 0], rate, sells=sells, buys=buys))
    own = THREE.shares[1, 1] ** 0.25
    assert own == pytest.approx(0.98015, abs=1e-5)
    assert found.welfare_hat[1] == pytest.approx(own, abs=2e-8)
    rest = solve(THREE, between([0, 1, 0], np.inf)).welfare_hat
    np.testing.assert_allclose(found.welfare_hat, rest, atol=2e-8)


@pytest.mark.parametrize("rate", PROHIBITIVE)
def test_where_all_are_cut_off_from_all_each_comes_to_autarky(rate: float) -> None:
    found = solve(PURGED, PURGED.uniform(np.full(9, rate)))
    np.testing.assert_allclose(found.welfare_hat, np.diagonal(PURGED.shares) ** 0.25, atol=1e-9)
    np.testing.assert_allclose(found.wage_hat, 1.0, atol=1e-9)
    np.testing.assert_allclose(found.revenue, 0.0, atol=1e-9)


def test_autarky_in_many_sectors_is_the_product_of_the_shares() -> None:
    rng = np.random.default_rng(0)
    flows = rng.uniform(0.0, 10.0, (3, 4, 4)) + 40.0 * np.eye(4)
    base = balance(Economy("abcd", flows, [1.5, 4.0, 8.0]))
    rates = np.repeat(between([0, 0, 1, 0], np.inf)[None], 3, axis=0)
    own = base.shares[:, 2, 2] ** (base.weights[:, 2] / base.elasticity)
    assert solve(base, rates).welfare_hat[2] == pytest.approx(own.prod(), rel=1e-11)


@pytest.mark.parametrize("rate", PROHIBITIVE)
@pytest.mark.parametrize(("sells", "buys"), [(True, True), (True, False), (False, True)])
def test_blocks_come_to_what_each_is_by_itself(rate: float, sells: bool, buys: bool) -> None:
    base = balance(FOUR)
    found = solve(base, between([1, 1, 0, 0], rate, sells=sells, buys=buys))
    np.testing.assert_allclose(found.welfare_hat, parted(base, [1, 1, 0, 0]), atol=2e-8)


def test_in_a_chain_of_embargoes_goods_that_go_one_way_only_do_not_go_at_all() -> None:
    # A may sell to B and C, B to C, and none of them the other way: who would pay?
    rates = np.where(np.tri(3, k=-1) > 0.0, np.inf, 0.0)
    found = solve(THREE, rates)
    np.testing.assert_allclose(found.welfare_hat, np.diagonal(THREE.shares) ** 0.25, atol=1e-11)


def test_an_embargo_in_one_sector_leaves_the_trade_in_others() -> None:
    flows = np.array([[[60.0, 5.0], [4.0, 50.0]], [[30.0, 6.0], [7.0, 40.0]]])
    base = balance(Economy("AB", flows, [2.0, 5.0]))
    rates = np.zeros((2, 2, 2))
    rates[0, 0, 1] = np.inf
    found = solve(base, rates)
    assert found.flows[0, 0, 1] == 0.0
    assert found.flows[1, 0, 1] > 5.0
    rates[0, 0, 1] = 1e5
    np.testing.assert_allclose(found.welfare_hat, solve(base, rates).welfare_hat, atol=1e-9)


def test_what_cannot_be_made_at_home_is_gone() -> None:
    # A grows no rice: without imports nothing that is bought makes up for it.
    flows = np.array([[[60.0, 5.0], [5.0, 50.0]], [[0.0, 0.0], [7.0, 40.0]], [[9.0, 7.0], [0, 9]]])
    base = balance(Economy("AB", flows, [2.0, 5.0, 3.0]))
    found = solve(base, np.repeat(between([1, 0], np.inf)[None], 3, axis=0))
    assert found.welfare_hat[0] == pytest.approx(0.0, abs=1e-12)
    assert 0.9 < found.welfare_hat[1] < 1.0


# -- the limit ---------------------------------------------------------------------------------


@given(economies(least=3), st.data())
@settings(max_examples=40, deadline=None)
def test_an_embargo_is_the_limit_of_ever_higher_tariffs(base: Economy, data: st.DataObject) -> None:
    even = balance(base)
    count = len(base.regions)
    barred = np.array(data.draw(st.lists(st.booleans(), min_size=count**2, max_size=count**2)))
    mask = barred.reshape(count, count) & ~np.eye(count, dtype=bool)
    found = solve(even, np.where(mask, np.inf, even.tariffs))
    # Half as fast as the lowest elasticity, at which the share of what is taxed falls.
    near = solve(even, np.where(mask, 1e300, even.tariffs))
    np.testing.assert_allclose(near.welfare_hat, found.welfare_hat, rtol=1e-4)
    close = {"rtol": 1e-8, "atol": 1e-9 * even.income.sum()}
    np.testing.assert_allclose(found.flows.sum(axis=(0, 2)), found.flows.sum(axis=(0, 1)), **close)
    np.testing.assert_allclose(found.flows.sum(axis=(0, 2)), found.wage_hat * even.income, **close)
    assert not found.flows[:, mask].any()


def test_a_ring_of_free_trade_holds_together_what_embargoes_part() -> None:
    # A to B to C to A and no other way: as strong as trade both ways, of which there is none.
    mask = ~np.eye(5, dtype=bool)
    mask[:3, :3] &= ~(np.roll(np.eye(3), 1, axis=1) > 0.0)
    rng = np.random.default_rng(3)
    base = balance(Economy("ABCDE", rng.uniform(1.0, 9.0, (5, 5)) + 60.0 * np.eye(5), 8.0))
    limit = solve(base, np.where(mask, np.inf, 0.0))
    assert limit.flows[0, 1] == pytest.approx(limit.flows[1, 2], rel=1e-9)
    assert limit.flows[0, 1] == pytest.approx(limit.flows[2, 0], rel=1e-9)
    assert limit.flows[0, 1] > 1.0
    for rate in (1e5, 1e30, 1e300):
        found = solve(base, np.where(mask, rate, 0.0))
        np.testing.assert_allclose(found.welfare_hat, limit.welfare_hat, atol=1e-9)


@pytest.mark.parametrize("rate", [20.0, 60.0, 300.0])
def test_both_ways_to_solve_agree_where_both_can(
    rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = NINE.uniform([rate, *[0.1] * 8])
    found = solve(PURGED, rates)
    monkeypatch.setattr("simulator.economy.prohibitive.LITTLE", 0.0)
    for name in ("wage_hat", "price_hat", "welfare_hat", "spending", "revenue"):
        expected = getattr(solve(PURGED, rates), name)
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-7, atol=1e-7)


def test_transfers_within_blocks_stay_in_the_limit() -> None:
    transfers = [3.0, -3.0, 5.0, -5.0]
    limit = solve(FOUR, between([1, 1, 0, 0], np.inf), deficit=transfers)
    paid = limit.flows.sum(axis=0) - limit.flows.sum(axis=1)
    np.testing.assert_allclose(paid, transfers, atol=1e-9)
    for rate in (1e3, 1e5, 1e8, 1e300):
        found = solve(FOUR, between([1, 1, 0, 0], rate), deficit=transfers)
        np.testing.assert_allclose(found.welfare_hat, limit.welfare_hat, atol=1e-9)
        np.testing.assert_allclose(found.wage_hat, limit.wage_hat, atol=1e-9)


@pytest.mark.parametrize("rate", [1e3, *PROHIBITIVE])
def test_a_surplus_goes_on_where_nothing_is_bought_any_more(rate: float) -> None:
    # China sells more than it buys: it may pay its transfers by goods without buying any.
    china = NINE.regions.index("CHN")
    rates = between(np.arange(9) == china, rate, sells=False)
    found = solve(NINE, rates)
    limit = solve(NINE, between(np.arange(9) == china, np.inf, sells=False))
    np.testing.assert_allclose(found.welfare_hat, limit.welfare_hat, atol=1e-9)
    sold = limit.flows[china].sum() - limit.flows[china, china]
    assert sold == pytest.approx(-NINE.deficit[china], rel=1e-9)


# -- many at once ------------------------------------------------------------------------------


def test_prohibitive_tariffs_among_others_are_solved_as_each_alone() -> None:
    levels = np.array([0.1, np.inf, 0.3, 1e7, 0.0, 1e3])
    rates = PURGED.uniform(np.where(np.arange(9) < 2, levels[:, None], 0.05))
    many = solve(PURGED, rates)
    for k, one in enumerate(rates):
        alone = solve(PURGED, one)
        np.testing.assert_allclose(many.welfare_hat[k], alone.welfare_hat, rtol=1e-10)
        np.testing.assert_allclose(many.flows[k], alone.flows, rtol=1e-8, atol=1e-8)


def test_an_embargo_has_a_worth_in_money() -> None:
    rates = between(np.arange(9) == 1, np.inf)
    worth = gains(PURGED, NINE.income, [rates, np.zeros((9, 9))], status_quo=rates)
    np.testing.assert_allclose(worth.welfare[0], 0.0, atol=1e-9)
    lost = NINE.income[1] * (PURGED.shares[1, 1] ** 0.25 - 1.0)
    assert worth.welfare[1, 1] == pytest.approx(-lost, rel=1e-9)


# -- what has no equilibrium -------------------------------------------------------------------


@pytest.mark.parametrize("rate", PROHIBITIVE)
def test_transfers_that_no_goods_can_carry_are_told_with_what_to_do(rate: float) -> None:
    china = np.arange(9) == NINE.regions.index("CHN")
    with pytest.raises(EconomyError, match=r"deficit of CHN: -1299\.7\d*: 0, .*--balanced"):
        solve(NINE, between(china, rate))
    with pytest.raises(EconomyError, match=r"deficit of CHN: -1299\.7\d*: 0, .*--balanced"):
        solve(NINE, between(china, rate, buys=False))


def test_transfers_between_blocks_are_told_by_the_block() -> None:
    with pytest.raises(EconomyError, match=r"deficit of (A and B|C and D): -?1\.0: 0, since under"):
        solve(FOUR, between([1, 1, 0, 0], np.inf), deficit=[3.0, -2.0, 4.0, -5.0])


def test_of_balanced_trade_no_one_is_told_to_purge_deficits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.economy.armington.MOST_STEPS", 0)
    with pytest.raises(EconomyError) as refused:
        solve(PURGED, PURGED.uniform([0.3, *[0.0] * 8]))
    assert "smaller tariffs may help" in str(refused.value)
    assert "purge" not in str(refused.value)
    with pytest.raises(EconomyError, match="--balanced"):
        solve(NINE, NINE.uniform([0.3, *[0.0] * 8]))
