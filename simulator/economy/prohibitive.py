"""Equilibria under tariffs that all but end trade, or end it: embargoes, in the limit.

The model is that of `simulator.economy.armington`, in logs throughout, so that trade counts however
little is left of it. What is sold abroad may be so little that it is lost in what is sold at home;
so markets clear here by groups of regions: what a group C sells to all others, and the transfers it
gets, against what it buys from them and the transfers it pays, with F the flows::

    log(sum of F_ji, j in C, i not, + max(D_C, 0)) = log(sum of F_ji, i in C, j not, + max(-D_C, 0))

In these sums of what is positive nothing cancels. Joining those regions first between which most is
sold both ways, if by way of others, each step joins two groups, of which the smaller one has to
clear: as many equations as there are relative wages, each of them about the trade that decides one
(the blocks of a nearly decomposable system, Simon & Ando 1961). For a group that trades with no
other the equation is that of its numeraire. Newton's method finds the log wages.

An embargo is the limit of tariffs that rise without end, all at the same pace. Where it parts
regions whose trade is balanced, each block of them comes to what it is by itself; a region alone to
``own share ** (1 / elasticity)`` of its welfare (Arkolakis, Costinot & Rodriguez-Clare 2012). So
does a block that may buy from the others but not sell to them, or the other way round: it would
have to pay by what it sells. Transfers that no goods can carry have no equilibrium.

References
----------
Simon & Ando (1961), "Aggregation of variables in dynamic systems", Econometrica 29.
"""

import numpy as np
from numpy.typing import NDArray

from simulator.economy.economy import EVEN, Economy, linked

__all__ = ["all_but_end_trade", "limit_equilibrium", "parted"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: A tariff is prohibitive if it leaves less than this of trade, wages as they were.
LITTLE = 1e-6
#: The log of an embargo, if all elasticities are 1 or more: far above that of any number (710).
EMBARGO = 1e4
#: Trade that no figure shows, over the income of either side.
NOTHING = 1e-17
#: Largest error of an equation in logs at which the search ends, or its result is taken for found.
TOLERANCE, ACCEPTED = 1e-12, 1e-9
MOST_STEPS, MOST_HALVINGS = 25, 10
#: From the old tariffs to the new it goes in stages: the first by so much in log tariffs, each by
#: twice as much as the one before, or by half where it leads nowhere, down to the least share.
FIRST_STAGE, LEAST_STAGE = 4.0, 1e-7
#: Trade whose other direction is less by so much in logs is one-way.
ONE_WAY = 700.0


def all_but_end_trade(base: Economy, rates: Floats) -> Flags:
    """Return which of many vectors of tariffs (B, S, N, N) have a prohibitive one, (B,)."""
    hampered = _traded(base) & _hampered(base, rates)
    return np.asarray(hampered.any(axis=(1, 2, 3)))


@np.errstate(all="ignore")
def limit_equilibrium(base: Economy, rates: Floats, deficit: Floats) -> tuple[Floats, ...] | None:
    """Return the arrays of an Equilibrium under one vector of tariffs, None if none is found.

    Parameters
    ----------
    base : Economy
        What there is.
    rates : array of shape (S, N, N)
        New tariffs, infinite where there is an embargo.
    deficit : array of shape (N,)
        Transfers.
    """
    market = _Market(base, rates, deficit)
    state = _descended(market, market.before, np.zeros(len(base.regions)))
    at, stage, slope = 0.0, market.first_stage, np.zeros(len(base.regions))
    while at < 1.0 and stage > LEAST_STAGE and state.worst <= ACCEPTED:
        share = min(at + stage, 1.0)
        after = _descended(market, market.taxes(share), state.logs + (share - at) * slope)
        if after.worst <= ACCEPTED:
            slope = (after.logs - state.logs) / (share - at)
            at, state, stage = share, after, 2.0 * stage
        else:
            stage *= 0.5
    return state.results() if at == 1.0 else None


def parted(base: Economy, rates: Floats) -> list[NDArray[np.intp]]:
    """Return the blocks into which one vector of tariffs (S, N, N) parts regions.

    In a block, goods go from each region to each other, if by way of others, past no prohibitive
    tariff.
    """
    links = _traded(base) & ~_hampered(base, rates)
    reached = linked(np.asarray(links.any(axis=0))) > 0.0
    return [np.flatnonzero(row) for row in np.unique(reached & reached.T, axis=0)]


# -- the market --------------------------------------------------------------------------------


class _Market:
    """What is given: logs of shares, weights, taxes and incomes; transfers."""

    def __init__(self, base: Economy, rates: Floats, deficit: Floats) -> None:
        self.base = base
        self.eps = base.elasticity.reshape(-1, 1, 1)
        self.shares = np.log(base.shares.reshape(rates.shape))
        self.weights = np.log(base.weights.reshape(len(rates), 1, -1))
        self.before = np.log1p(base.tariffs.reshape(rates.shape))
        embargo = EMBARGO / min(1.0, float(self.eps.min()))
        self.after = np.where(np.isinf(rates), embargo, np.log1p(rates))
        self.income = np.log(base.income)
        # What rounding left is no transfer: nobody could pay it where there is no trade.
        self.deficit = np.where(np.abs(deficit) > EVEN * base.income, deficit, 0.0)

    @property
    def first_stage(self) -> float:
        """The share of the way to the new tariffs that is gone first."""
        return FIRST_STAGE / max(float(np.abs(self.after - self.before).max()), FIRST_STAGE)

    def taxes(self, share: float) -> Floats:
        """Return log taxes on the way from the old tariffs to the new."""
        return self.before + share * (self.after - self.before)

    def transfers(self, groups: Flags) -> Floats:
        """Return the transfers that groups of regions (K, N) get from others, (K,)."""
        transfers = groups @ self.deficit
        return np.where(np.abs(transfers) > EVEN * (groups @ self.base.income), transfers, 0.0)


class _State:
    """A market under log taxes (S, N, N) at given log wages (N,)."""

    def __init__(self, market: _Market, taxes: Floats, logs: Floats) -> None:
        self.market, self.taxes, self.logs = market, taxes, logs
        demand = market.shares - market.eps * (taxes - market.before + logs[:, None])
        phi = np.logaddexp.reduce(demand, axis=1, keepdims=True)
        self.phi = np.where(np.isfinite(phi), phi, 0.0)
        self.share = demand - self.phi
        self.sold = market.weights + self.share - taxes
        self.receipts = np.logaddexp.reduce(self.sold, axis=0)
        self.untaxed = np.logaddexp.reduce(self.receipts, axis=0)
        self.earned = market.income + logs
        self.money = _plus(self.earned, market.deficit)
        self.spending = self.money - self.untaxed
        self.flows = self.receipts + self.spending
        self.groups = _groups(self.flows)
        self.errors = self.errors_of(self.groups)
        self.worst = float(np.abs(np.nan_to_num(self.errors, nan=np.inf)).max())

    def errors_of(self, groups: Flags) -> Floats:
        """Return by how much, in logs, groups of regions (K, N) do not clear, (K,)."""
        transfers = self.market.transfers(groups)
        return np.array([self._error(*each) for each in zip(groups, transfers, strict=True)])

    def _error(self, group: Flags, transfer: float) -> float:
        """Return by how much, in logs, a group does not clear."""
        sold, bought = self._trade(group, transfer)
        if _apart(sold, bought):
            return float(_total(self.earned, group) - _total(self.market.income, group))
        return sold - bought

    def _trade(self, group: Flags, transfer: float) -> tuple[float, float]:
        """Return logs of what a group gets from others and of what it pays them."""
        sold = np.logaddexp.reduce(self.flows[group][:, ~group], axis=None, initial=-np.inf)
        bought = np.logaddexp.reduce(self.flows[~group][:, group], axis=None, initial=-np.inf)
        gets, pays = np.log(max(transfer, 0.0)), np.log(max(-transfer, 0.0))
        return float(np.logaddexp(sold, gets)), float(np.logaddexp(bought, pays))

    def jacobian(self) -> Floats:
        """Return the derivatives of `errors` by the log wages (N, N).

        Log flows move by the exporter's wage, and by the prices and the income of the importer.
        """
        eps, share = self.market.eps, np.exp(self.share)
        # By sectors, what part of a flow is in each, times its elasticity.
        part = np.where(np.isfinite(self.receipts), np.exp(self.sold - self.receipts), 0.0) * eps
        elastic = part.sum(axis=0)
        kept = np.exp(self.receipts - self.untaxed)
        untaxed = np.einsum("sji,ji,sli->il", part, kept, share, optimize=True) - (kept * elastic).T
        earned = np.diag(np.exp(self.earned - self.money))
        matrix: Floats = np.empty_like(untaxed)
        transfers = self.market.transfers(self.groups)
        for row, group, transfer in zip(matrix, self.groups, transfers, strict=True):
            sold, bought = self._trade(group, transfer)
            if _apart(sold, bought):
                row[:] = np.where(group, np.exp(self.earned - _total(self.earned, group)), 0.0)
                continue
            weight = np.zeros_like(self.flows)
            out, back = np.ix_(group, ~group), np.ix_(~group, group)
            weight[out] = np.exp(self.flows[out] - sold)
            weight[back] = -np.exp(self.flows[back] - bought)
            prices = np.einsum("sli,si->l", share, (part * weight).sum(axis=1))
            row[:] = prices - (weight * elastic).sum(axis=1)
            row += weight.sum(axis=0) @ (earned - untaxed)
        return matrix

    def results(self) -> tuple[Floats, ...]:
        """Return the arrays of an Equilibrium."""
        market, base = self.market, self.market.base
        scale = self._scale()
        price = scale - (np.exp(market.weights) / market.eps * self.phi).sum(axis=(0, 1))
        spending = scale + self.spending
        collected = np.exp(market.weights + self.share) * -np.expm1(-self.taxes)
        revenue = np.exp(spending) * collected.sum(axis=(0, 1))
        welfare = np.exp(spending - np.log(base.spending) - price)
        flows = np.exp(self.sold + spending)
        return np.exp(scale + self.logs), np.exp(price), welfare, np.exp(spending), revenue, flows

    def _scale(self) -> Floats:
        """Return logs by which to multiply money, (N,).

        Where there are no transfers, regions whom tariffs part count each in their own numeraire.
        """
        if self.market.deficit.any():
            return np.zeros(len(self.logs))
        shown = np.maximum(self.flows - self.earned[:, None], self.flows - self.spending)
        groups = linked(np.maximum(shown, shown.T) > np.log(NOTHING)) > 0.0
        return _total(self.market.income, groups) - _total(self.earned, groups)


# -- steps -------------------------------------------------------------------------------------


def _traded(base: Economy) -> Flags:
    """Return what is traded at all (S, N, N)."""
    return base.flows.reshape(-1, *base.flows.shape[-2:]) > 0.0


def _hampered(base: Economy, rates: Floats) -> Flags:
    """Return which tariffs (..., S, N, N) are prohibitive."""
    highest = LITTLE ** (-1.0 / (1.0 + base.elasticity.reshape(-1, 1, 1))) - 1.0
    hampered: Flags = rates > highest
    return hampered


def _descended(market: _Market, taxes: Floats, logs: Floats) -> _State:
    """Return where Newton's method ends."""
    state = _State(market, taxes, logs)
    for _ in range(MOST_STEPS):
        if state.worst <= TOLERANCE or not np.isfinite(state.worst):
            break
        try:
            step = np.asarray(np.linalg.solve(state.jacobian(), -state.errors), dtype=float)
        except np.linalg.LinAlgError:
            break
        nearer = _nearer(state, step)
        if nearer is None:
            break
        state = nearer
    return state


def _nearer(state: _State, step: Floats) -> _State | None:
    """Return the state after a step, or part of it, that clears more of the groups of before."""
    for halvings in range(MOST_HALVINGS):
        after = _State(state.market, state.taxes, state.logs + 0.5**halvings * step)
        errors = np.abs(after.errors_of(state.groups)).max()
        if errors < state.worst and np.isfinite(after.worst):
            return after
    return None


def _groups(flows: Floats) -> Flags:
    """Return N groups of N regions: the smaller one of each two that are joined, and all."""
    wide = flows.copy()
    for row, column in zip(wide, wide.T, strict=True):
        np.maximum(wide, np.minimum(column[:, None], row), out=wide)
    high, low = np.maximum(wide, wide.T), np.minimum(wide, wide.T)
    strength = np.nan_to_num(np.maximum(low, high - ONE_WAY), nan=-np.inf)
    rows, columns = np.triu_indices(len(flows), 1)
    of = np.eye(len(flows), dtype=bool)
    groups: list[Flags] = []
    for k in np.argsort(-strength[rows, columns], kind="stable"):
        if len(groups) == len(flows) - 1:
            break
        one, other = of[rows[k]], of[columns[k]]
        if not one[columns[k]]:
            groups.append(min(one, other, key=np.count_nonzero).copy())
            joined = one | other
            of[joined] = joined
    return np.array([*groups, np.ones(len(flows), dtype=bool)])


def _apart(sold: float, bought: float) -> bool:
    """Return whether logs say that there is no trade at all, nor a transfer."""
    return sold == bought == -np.inf


def _total(logs: Floats, groups: Flags) -> Floats:
    """Return logs of the sums over groups."""
    total: Floats = np.logaddexp.reduce(np.where(groups, logs, -np.inf), axis=-1)
    return total


def _plus(logs: Floats, amounts: Floats) -> Floats:
    """Return logs of the sums of what has the logs given and amounts, NaN if below 0."""
    larger = np.logaddexp(logs, np.log(np.maximum(amounts, 0.0)))
    return larger + np.where(amounts < 0.0, np.log1p(amounts * np.exp(-larger)), 0.0)
