"""Tariffs as countries would set them: each region one tariff, the same on all others.

The optimum is where welfare does not rise any more, found by Newton's method on the slope and the
curvature of welfare in log(1 + tariff); formulas come close to it. All of it wants balanced trade
(`simulator.economy.balance`): with fixed deficits there need be no optimum.

References
----------
Gros (1987), "A note on the optimal tariff, retaliation and the welfare loss from tariff wars in a
framework with intra-industry trade", Journal of International Economics 23 (the formula);
Lashkaripour (2021), "The cost of a global tariff war: a sufficient statistics approach", Journal
of International Economics 131 (Nash tariffs in one step).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.armington import Equilibrium, solve
from simulator.economy.economy import Economy
from simulator.errors import EconomyError, Problem

__all__ = ["best_tariffs", "formula_tariffs", "nash_tariffs", "one_step_nash"]

Floats = NDArray[np.float64]

#: Tariffs are found when none moves by more than this, over 1 + tariff.
TOLERANCE = 1e-7
#: A tariff so high is none: where others buy hardly anything but a region's goods, and cannot do
#: without them, its welfare rises with its tariff for ever.
HIGHEST = 1e6
#: A slope of log welfare in log(1 + tariff) that is rounding, as where there is hardly any trade.
FLAT = 1e-11
MOST_STEPS = 100
#: Step of the differences in log(1 + tariff), and the most by which it moves at a time.
STEP, STRIDE = 3e-4, 0.3
#: Tariffs that are tried first where there are sectors, up to so many times 1 / elasticity.
TRIED, OUTLOOK = 24, 6.0
#: With sectors, two tariffs within so much in log(1 + tariff) are at the same top of welfare; so
#: often regions may leave a top that others' tariffs have made the lower one.
SAME, MOST_JUMPS = 1e-3, 10
#: Of the way to what a formula gives, the least that is gone at a time.
SHORTEST = 1.0 / 16.0


def best_tariffs(base: Economy, others: ArrayLike = 0.0) -> Floats:
    """Return each region's best tariff, its best response to those of all others.

    Parameters
    ----------
    base : Economy
        With balanced trade.
    others : array_like of shape (..., N)
        Tariffs of all regions; each region's own is left out of account. By default 0.

    Returns
    -------
    array of shape (..., N)
        The tariff of each region that maximises its welfare, the others' given.

    Raises
    ------
    EconomyError
        If trade is not balanced or no optimum is found.
    """
    _require_balance(base)
    rates = np.broadcast_to(others, np.broadcast_shapes(np.shape(others), (len(base.regions),)))
    climb = _Climb(base)
    return _settled(base, lambda own: climb.better(own, rates), climb.start(rates))


def nash_tariffs(base: Economy) -> Floats:
    """Return the tariffs that are best responses to each other, found by iterating them.

    All regions move at a time, each towards its best response to the tariffs before.

    Parameters
    ----------
    base : Economy
        With balanced trade.

    Returns
    -------
    array of shape (N,)

    Raises
    ------
    EconomyError
        If trade is not balanced or responses do not settle; with sectors, welfare may have several
        tops, and there may be no tariffs that are best responses to each other.
    """
    _require_balance(base)
    climb = _Climb(base)
    others = np.full(len(base.regions), float(np.mean(1.0 / base.elasticity)))
    tariffs = _mutual(base, climb, climb.start(others))
    return tariffs if base.elasticity.ndim == 0 else _answered(base, tariffs)


def formula_tariffs(base: Economy) -> Floats:
    """Return each region's optimal tariff by formula, all others at 0 (Gros 1987).

    It is ``1 / (eps lam)``, lam the share of foreigners' spending that goes to foreigners, when
    the tariff is in force: exact with two regions.

    Parameters
    ----------
    base : Economy
        Of one sector, with balanced trade.

    Returns
    -------
    array of shape (N,)
    """
    _require_balance(base)
    eps = _one_elasticity(base)
    count = len(base.regions)
    abroad = 1.0 - np.eye(count)

    def formula(own: Floats) -> Floats:
        rates = base.uniform(own * np.eye(count))
        equilibrium = solve(base, rates)
        among = np.einsum("bj,bji,bi->b", abroad, equilibrium.flows * (1.0 + rates), abroad)
        tariffs: Floats = (equilibrium.spending * abroad).sum(axis=-1) / (eps * among)
        return tariffs

    return _settled(base, _damped(formula), np.full(count, 1.0 / eps))


def one_step_nash(base: Economy) -> Floats:
    """Return Nash tariffs by formula (Lashkaripour 2021).

    ``1 / t_i = sum over j of chi_ij eps (1 - (1 - delta_j) lam_ij)``, chi the shares of i's
    exports that go to j, lam_ij the share of j's spending on i, and ``delta_j = t_j lam_jj /
    (1 + t_j lam_jj)``, with all of these in force.

    Parameters
    ----------
    base : Economy
        Of one sector, with balanced trade.

    Returns
    -------
    array of shape (N,)
    """
    _require_balance(base)
    eps = _one_elasticity(base)
    start: list[Floats] = []

    def formula(own: Floats) -> Floats:
        rates = base.uniform(own)
        equilibrium = solve(base, rates, start=start[-1] if start else None)
        start.append(equilibrium.wage_hat)
        return _one_step(equilibrium, rates, own, eps)

    return _settled(base, _damped(formula), np.full(len(base.regions), 1.0 / eps))


# -- steps -------------------------------------------------------------------------------------


class _Climb:
    """Takes regions up their welfare, every one for itself, and remembers wages to start from."""

    def __init__(self, base: Economy) -> None:
        self.base = base
        self.own = np.eye(len(base.regions), dtype=bool)
        self.wages: Floats | None = None
        self.slope, self.stride = np.array(0.0), np.array(STRIDE)

    def start(self, others: Floats) -> Floats:
        """Return tariffs (..., N) to start from; each of several sectors may have its own top."""
        reach = 1.0 / self.base.elasticity
        if self.base.elasticity.ndim == 0:
            return np.full(others.shape, float(reach))
        tried = np.expm1(np.linspace(0.0, np.log1p(OUTLOOK * reach.max()), TRIED))
        own = tried.reshape(-1, *[1] * others.ndim) * np.ones(others.shape)
        start: Floats = tried[self._welfare(own, others).argmax(axis=0)]
        self.wages = None
        return start

    def better(self, own: Floats, others: Floats) -> Floats:
        """Return tariffs (..., N), each a Newton step nearer to its region's best response."""
        shift = STEP * np.array([-1.0, 0.0, 1.0]).reshape(3, *[1] * own.ndim)
        welfare = np.log(self._welfare(np.expm1(np.log1p(own) + shift), others))
        slope = (welfare[2] - welfare[0]) / (2.0 * STEP)
        curvature = (welfare[2] - 2.0 * welfare[1] + welfare[0]) / STEP**2
        slope = np.where(np.abs(slope) > FLAT, slope, 0.0)
        concave = curvature < 0.0
        step = np.where(concave, -slope / np.where(concave, curvature, 1.0), np.sign(slope))
        # Who has gone past the top makes smaller strides: a large one could lead back and forth.
        past = slope * self.slope < 0.0
        self.stride = np.minimum(np.where(past, 0.5, 1.5) * self.stride, STRIDE)
        self.slope = slope
        better: Floats = np.expm1(np.log1p(own) + np.clip(step, -self.stride, self.stride))
        return better

    def _welfare(self, own: Floats, others: Floats) -> Floats:
        """Return each region's welfare (K, ..., N) if it alone departs from `others`."""
        profile = np.where(self.own, own[..., :, None], others[..., None, :])
        equilibrium = solve(self.base, self.base.uniform(profile), start=self.wages)
        self.wages = equilibrium.wage_hat
        return np.diagonal(equilibrium.welfare_hat, axis1=-2, axis2=-1)


def _mutual(base: Economy, climb: _Climb, tariffs: Floats) -> Floats:
    """Return tariffs, near those given, of which each is at a top, the others given."""
    return _settled(base, lambda own: climb.better(own, own), tariffs)


def _answered(base: Economy, tariffs: Floats) -> Floats:
    """Return tariffs like those given of which none is at the lower of several tops."""
    for _ in range(MOST_JUMPS):
        best = best_tariffs(base, tariffs)
        jumps = np.abs(np.log1p(best) - np.log1p(tariffs))
        if not jumps.max() > SAME:
            return tariffs
        tariffs = _mutual(base, _Climb(base), best)
    worst = int(jumps.argmax())
    allowed = f"a tariff that stays best when the others answer it; {MOST_JUMPS} times it did not"
    problem = Problem(f"tariff.{base.regions[worst]}", float(best[worst]), allowed)
    raise EconomyError([problem], base.source)


def _damped(formula: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Return steps towards what a formula gives, shorter ones for who has been led back."""
    share, before = np.array(1.0), np.array(0.0)

    def step(own: Floats) -> Floats:
        nonlocal share, before
        change = np.clip(np.log1p(formula(own)) - np.log1p(own), -STRIDE, STRIDE)
        share = np.where(change * before < 0.0, np.maximum(0.5 * share, SHORTEST), share)
        before = change
        moved: Floats = np.expm1(np.log1p(own) + share * change)
        return moved

    return step


def _settled(base: Economy, step: Callable[[Floats], Floats], tariffs: Floats) -> Floats:
    """Return the tariffs at which a step changes nothing."""
    for _ in range(MOST_STEPS):
        with np.errstate(divide="ignore"):
            before, tariffs = tariffs, np.minimum(step(tariffs), HIGHEST)
        change = np.where(tariffs < HIGHEST, np.abs(tariffs - before) / (1.0 + before), np.inf)
        if not change.max(initial=0.0) > TOLERANCE:
            return tariffs
    worst = np.unravel_index(int(change.argmax()), change.shape)
    allowed = f"a tariff that settles within {MOST_STEPS} steps, below {HIGHEST:g}"
    problem = Problem(f"tariff.{base.regions[worst[-1]]}", float(tariffs[worst]), allowed)
    raise EconomyError([problem], base.source)


def _one_step(equilibrium: Equilibrium, rates: Floats, own: Floats, eps: float) -> Floats:
    share = equilibrium.flows * (1.0 + rates) / equilibrium.spending
    exports = equilibrium.flows * (1.0 - np.eye(len(own)))
    total = exports.sum(axis=1, keepdims=True)
    chi = exports / np.where(total > 0.0, total, 1.0)
    domestic = own * np.diagonal(share)
    delta = domestic / (1.0 + domestic)
    left = np.maximum(1.0 - (chi * (1.0 - delta) * share).sum(axis=1), 0.0)
    tariffs: Floats = 1.0 / (eps * left)
    return tariffs


def _require_balance(base: Economy) -> None:
    if not base.balanced:
        worst = int(np.abs(base.deficit / base.income).argmax())
        allowed = "balanced trade, without which no tariff need be best: balance the economy first"
        key = f"deficit.{base.regions[worst]}"
        raise EconomyError([Problem(key, float(base.deficit[worst]), allowed)], base.source)


def _one_elasticity(base: Economy) -> float:
    if base.flows.ndim == 3:
        problem = Problem("sectors", len(base.flows), "one sector, which the formula is for")
        raise EconomyError([problem], base.source)
    return float(base.elasticity)
