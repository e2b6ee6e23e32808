"""Trade in general equilibrium: what tariffs do to wages, prices, welfare and revenue.

The Armington model in exact hats, new over old; that of Eaton and Kortum has the same equations.
Regions j export to regions i in sectors s. Shares are those of a region's spending in a sector,
tariffs included, and its spending has constant shares (weights) over sectors::

    share'[s,j,i] = share[s,j,i] (w_j (1 + t'[s,j,i]) / (1 + t[s,j,i]))^-eps_s / Phi[s,i]
    price_i       = product over s of Phi[s,i]^(-weight[s,i] / eps_s)
    spending'_i   = w_i Y_i + D_i + revenue'_i
    w_j Y_j       = sum over s, i of weight[s,i] share'[s,j,i] spending'_i / (1 + t'[s,j,i])

Phi makes the shares sum to 1. Y is the income from sales, D a transfer (the trade deficit), fixed
in units of world factor income: the numeraire is ``sum w Y = sum Y``, over all regions that trade,
directly or by way of others; a region that trades with nobody is a world of its own. Welfare is
``(spending' / spending) / price``. Of each unit that i spends, exporters j get ``sold[s,j,i]``, the
rest is revenue, so that ``w_j Y_j = sum_i Q_ji (w_i Y_i + D_i)`` with Q the shares in what
exporters get: N equations in the log wages, solved by Newton's method with their derivatives.

References
----------
Dekle, Eaton & Kortum (2007), "Unbalanced trade", American Economic Review 97 (exact hats with
deficits); Arkolakis, Costinot & Rodriguez-Clare (2012), "New trade models, same old gains?",
American Economic Review 102; Costinot & Rodriguez-Clare (2014), "Trade theory with numbers",
Handbook of International Economics 4 (sectors, tariffs and their revenue).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.economy import EVEN, Economy, wrong_tariffs
from simulator.economy.prohibitive import all_but_end_trade, limit_equilibrium, parted
from simulator.errors import EconomyError, Problem
from simulator.text import listing

__all__ = ["Equilibrium", "solve"]

Floats = NDArray[np.float64]

#: Excess demand of a region, over its income, at which the search for wages ends, and at which
#: they are taken for found where rounding keeps it from getting there.
TOLERANCE, ACCEPTED = 1e-12, 1e-9
#: Newton's method takes 3 to 6 steps. In each, log wages move by at most `STRIDE`, and the log of
#: demand by about `DEMAND_STRIDE`: without bounds, tariffs of several 100 % lead astray.
MOST_STEPS, STRIDE, DEMAND_STRIDE = 50, 0.7, 2.0
#: Where that leads nowhere, tariffs are raised from the old ones in so many stages.
STAGES = (1, 8, 64)
#: So many vectors of tariffs are solved at a time, so that they fit into the processor's cache.
BLOCK = 128


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """What an economy comes to under other tariffs; each array has a leading axis per vector.

    Parameters
    ----------
    wage_hat, price_hat, welfare_hat : array of shape (..., N)
        New over old wages, prices and welfare.
    spending, revenue : array of shape (..., N)
        What regions spend, tariffs included, and what their tariffs bring in.
    flows : array of shape (..., N, N) or (..., S, N, N)
        Sales without the tariff.
    """

    wage_hat: Floats
    price_hat: Floats
    welfare_hat: Floats
    spending: Floats
    revenue: Floats
    flows: Floats

    @property
    def welfare_pct(self) -> Floats:
        """Change of welfare in per cent, (..., N)."""
        return 100.0 * (self.welfare_hat - 1.0)


def solve(
    base: Economy,
    tariffs: ArrayLike,
    *,
    deficit: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> Equilibrium:
    """Return the equilibrium of an economy under each of many vectors of tariffs.

    Parameters
    ----------
    base : Economy
        What there is.
    tariffs : array_like of shape (..., N, N), or (..., S, N, N) if `base` has sectors
        New tariffs, [sector,] exporter by importer, fractions above -1; infinite for an embargo,
        which is the limit of ever higher tariffs.
    deficit : array_like of shape (N,), optional
        Transfers that sum to 0, over all regions that trade, directly or by way of others; those of
        `base` by default.
    start : array_like of shape (..., N), optional
        Wages to start from (hats), such as those of an equilibrium nearby; 1 by default.

    Raises
    ------
    EconomyError
        With region and value, if a tariff or a transfer is none or no equilibrium is found.
    """
    rates = _checked(base, np.asarray(tariffs, dtype=float))
    count = len(base.regions)
    lead = rates.shape[: rates.ndim - base.flows.ndim]
    rates = rates.reshape(math.prod(lead), *_by_sector(base, base.flows).shape)
    transfers = base.deficit if deficit is None else _transfers(base, deficit)
    wages = np.ones(count) if start is None else np.asarray(start, dtype=float)
    logs = np.log(np.broadcast_to(wages, (*lead, count))).reshape(len(rates), count)
    shapes = [(count,)] * 5 + [base.flows.shape]
    whole = _solved(base, rates, transfers, logs)
    arrays = (part.reshape(*lead, *shape) for part, shape in zip(whole, shapes, strict=True))
    return Equilibrium(*arrays)


# -- the market --------------------------------------------------------------------------------


class _Market:
    """Vectors of tariffs (B, S, N, N), and the excess demand for regions' goods under them."""

    def __init__(self, base: Economy, rates: Floats, deficit: Floats) -> None:
        self.base = base
        self.deficit = deficit
        self.income = base.income
        # Whose wages, times what, make up the numeraire of each region's world.
        self.numeraire = base.partners / (base.partners @ base.income)[:, None]
        self.eps = base.elasticity.reshape(-1, 1, 1)
        self.keep = 1.0 / (1.0 + rates)
        self.weights = _by_sector(base, base.weights)[:, None, :]
        shares = _by_sector(base, base.shares)
        tau = (1.0 + rates) / (1.0 + _by_sector(base, base.tariffs))
        self.kernel = shares * tau**-self.eps


class _State:
    """A market at given log wages (B, N)."""

    def __init__(self, market: _Market, logs: Floats) -> None:
        self.market, self.logs = market, logs
        demand = market.kernel * np.exp(-market.eps * logs[:, None, :, None])
        self.phi = demand.sum(axis=-2, keepdims=True)
        self.share = demand / np.where(self.phi > 0.0, self.phi, 1.0)
        self.sold = market.weights * self.share * market.keep
        self.receipts = _sum_sectors(self.sold)  # (B, N, N)
        # What tariffs leave of 1, (B, 1, N).
        self.untaxed = self.receipts.sum(axis=-2, keepdims=True)
        self.earned = np.exp(logs) * market.income
        self.spending = (self.earned + market.deficit) / self.untaxed[:, 0, :]
        self.demand = (self.receipts @ self.spending[..., None])[..., 0]
        self.surplus = self.earned @ market.numeraire.T - 1.0  # of the numeraire

    def excess(self) -> Floats:
        """Return excess demand over income (B, N).

        The equations are one too many whatever the wages (Walras); the excess of the numeraire,
        added to all of them, fills the gap without singling out a region.
        """
        excess: Floats = self.demand / self.earned - 1.0 + self.surplus
        return excess

    def jacobian(self) -> Floats:
        """Return the derivatives of `excess` by the log wages (B, N, N)."""
        paid = self.receipts * (self.spending[:, None, :] / self.untaxed)
        elastic = _sum_sectors(self.market.eps * self.sold)
        matrix: Floats = paid @ np.swapaxes(elastic, -1, -2)
        if len(self.market.eps) > 1:
            matrix += self._across_sectors(paid)
        matrix += self.receipts / self.untaxed * self.earned[:, None, :]
        k = np.arange(self.earned.shape[-1])
        matrix[:, k, k] -= (elastic @ self.spending[..., None])[..., 0] + self.demand
        matrix /= self.earned[..., None]
        matrix += self.market.numeraire * self.earned[:, None, :]
        return matrix

    def _across_sectors(self, paid: Floats) -> Floats:
        """Return what sectors with tariffs of their own add; it vanishes with one sector."""
        spent = self.sold * self.spending[:, None, None, :]
        drawn = spent - paid[:, None] * self.sold.sum(axis=-2, keepdims=True)
        moved: Floats = (self.market.eps * drawn @ np.swapaxes(self.share, -1, -2)).sum(axis=1)
        return moved

    @property
    def cleared(self) -> NDArray[np.bool_]:
        """Whether demand is met, by goods and money that there are (B, N)."""
        cleared: NDArray[np.bool_] = np.abs(self.excess()) <= ACCEPTED
        cleared &= self.spending > 0.0
        return cleared

    def results(self) -> tuple[Floats, ...]:
        """Return the arrays of an Equilibrium."""
        market = self.market
        flows = self.sold * self.spending[:, None, None, :]
        collected = market.weights * self.share * (1.0 - market.keep)
        revenue = self.spending * collected.sum(axis=(1, 2))
        powers = -market.weights / market.eps * np.log(np.where(self.phi > 0.0, self.phi, 1.0))
        price = np.exp(powers.sum(axis=(1, 2)))
        welfare = self.spending / market.base.spending / price
        return np.exp(self.logs), price, welfare, self.spending, revenue, flows


# -- steps -------------------------------------------------------------------------------------


@np.errstate(all="ignore")
def _solved(base: Economy, rates: Floats, deficit: Floats, logs: Floats) -> tuple[Floats, ...]:
    """Return the arrays of an Equilibrium: many at a time, one by one where trade all but ends."""
    hard = all_but_end_trade(base, rates)
    results = (*(np.empty_like(logs) for _ in range(5)), np.empty_like(rates))
    easy = np.flatnonzero(~hard)
    for some in (easy[k : k + BLOCK] for k in range(0, len(easy), BLOCK)):
        state = _staged(base, rates[some], deficit, logs[some])
        if not state.cleared.all():
            raise EconomyError([_no_equilibrium(state, rates[some])], base.source)
        _put(results, some, state.results())
    for k in np.flatnonzero(hard).tolist():
        limit = limit_equilibrium(base, rates[k], deficit)
        if limit is None:
            state = _staged(base, rates[k : k + 1], deficit, logs[k : k + 1])
            raise EconomyError([_no_equilibrium(state, rates[k : k + 1])], base.source)
        _put(results, k, limit)
    return results


def _staged(base: Economy, rates: Floats, deficit: Floats, logs: Floats) -> _State:
    """Return where the search ends, if need be by way of smaller tariffs."""
    old = _by_sector(base, base.tariffs)
    for stages in STAGES:
        at = logs if stages == 1 else np.zeros_like(logs)
        for share in np.linspace(0.0, 1.0, stages + 1)[1:]:
            state = _descended(_Market(base, old + share * (rates - old), deficit), at)
            at = state.logs
        if state.cleared.all():
            break
    return state


def _put(results: Sequence[Floats], at: NDArray[np.intp] | int, found: Sequence[Floats]) -> None:
    """Put what was found for some vectors of tariffs in its place."""
    for whole, part in zip(results, found, strict=True):
        whole[at] = part


def _descended(market: _Market, logs: Floats) -> _State:
    """Return where Newton's method ends, or where each vector had the least excess demand."""
    stride = min(STRIDE, DEMAND_STRIDE / float(market.eps.max()))
    state = _State(market, logs)
    least, nearest = np.full((len(logs), 1), np.inf), logs
    for _ in range(MOST_STEPS):
        excess = state.excess()
        worst = np.abs(excess).max(axis=-1, keepdims=True)
        if not worst.max(initial=0.0) > TOLERANCE:
            return state
        nearest = np.where(worst < least, logs, nearest)
        least = np.fmin(worst, least)
        try:
            step = np.linalg.solve(state.jacobian(), -excess[..., None])[..., 0]
        except np.linalg.LinAlgError:
            break
        largest = np.abs(step).max(axis=-1, keepdims=True)
        logs = logs + step * np.minimum(1.0, stride / np.maximum(largest, stride))
        state = _State(market, logs)
    return _State(market, nearest)


def _by_sector(base: Economy, values: Floats) -> Floats:
    """Return values with an axis of sectors in front, also where there is one sector."""
    return values if base.flows.ndim == 3 else values[None]


def _sum_sectors(values: Floats) -> Floats:
    """Return the sum over the second axis, the sectors."""
    if values.shape[1] == 1:
        return values[:, 0]
    total: Floats = values.sum(axis=1)
    return total


def _checked(base: Economy, rates: Floats) -> Floats:
    shape = base.flows.shape
    if rates.shape[-len(shape) :] != shape:
        allowed = f"tariffs of shape {shape}, or many of these"
        raise EconomyError([Problem("tariffs", list(rates.shape), allowed)], base.source)
    if not (rates > -1.0).all() or np.diagonal(rates, axis1=-2, axis2=-1).any():
        raise EconomyError(list(wrong_tariffs(base.regions, rates, embargo=True))[:20], base.source)
    return rates


def _transfers(base: Economy, deficit: ArrayLike) -> Floats:
    """Return the transfers, which somebody must pay: else markets would never clear."""
    transfers = np.asarray(deficit, dtype=float)
    if transfers.shape != base.income.shape or not np.isfinite(transfers).all():
        problem = Problem("deficit", transfers.tolist(), "a number for each region")
        raise EconomyError([problem], base.source)
    left = base.partners @ transfers
    worst = int(np.abs(left).argmax())
    if abs(left[worst]) > ACCEPTED * base.income.sum():
        allowed = f"transfers that sum to 0 among {base.regions[worst]} and whom it trades with"
        raise EconomyError([Problem("deficit", float(left[worst]), allowed)], base.source)
    return transfers


def _no_equilibrium(state: _State, rates: Floats) -> Problem:
    """Return what keeps vectors of tariffs from an equilibrium, of the first one without."""
    base, deficit = state.market.base, state.market.deficit
    vector = int(np.argmin(state.cleared.all(axis=-1)))
    even = bool(np.all(np.abs(deficit) <= EVEN * base.income))
    purge = "purge deficits first (`balance` in Python, --balanced in a command)"
    for block in () if even else parted(base, rates[vector]):
        owed = float(deficit[block].sum())
        if abs(owed) > EVEN * base.income[block].sum():
            names = listing([base.regions[k] for k in block])
            allowed = "0, since under these tariffs no goods can pay for it: "
            return Problem(f"deficit of {names}", owed, allowed + purge)
    advice = "smaller tariffs may help" if even else f"smaller tariffs may help, or {purge}"
    excess = np.nan_to_num(np.abs(state.excess()[vector]), nan=np.inf)
    if excess.max() <= ACCEPTED:
        allowed = f"more than 0 to spend in equilibrium, transfers to others paid; {advice}"
        poorest = int(state.spending[vector].argmin())
        return Problem(base.regions[poorest], float(state.spending[vector, poorest]), allowed)
    allowed = (
        "an equilibrium, which was not found: the figure is the excess demand for the region's "
        f"goods over its income; {advice}"
    )
    return Problem(base.regions[int(excess.argmax())], float(excess.max()), allowed)
