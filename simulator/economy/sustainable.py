"""Tariffs that enforce themselves: who breaks a common tariff meets Nash tariffs ever after.

A common tariff holds at discount factor delta if no region gains more by its best deviation, once,
than ``delta / (1 - delta)`` times what it loses by Nash tariffs, each period. With trust T in the
others, who may break it themselves, delta T stands for delta.

References
----------
Dixit (1987), "Strategic aspects of trade policy", Advances in Economic Theory: Fifth World
Congress; Bagwell & Staiger (2002), The Economics of the World Trading System, chapter 6 (tariffs
that enforce themselves); Kydd (2005), Trust and Mistrust in International Relations (trust).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.armington import solve
from simulator.economy.economy import Economy
from simulator.economy.strategic import best_tariffs, nash_tariffs
from simulator.errors import EconomyError, Problem

__all__ = ["critical_discount", "lowest_common_tariff"]

Floats = NDArray[np.float64]

#: Changes of welfare (hats) that are none, within what tariffs are found to: a gain is flat where
#: a tariff is best, a loss is not.
NO_GAIN, NO_LOSS = 1e-12, 1e-7
#: Common tariffs that are tried from 0 to the highest Nash tariff, and as many once more about the
#: one that needs least patience; halvings between two.
TRIED, HALVINGS = 25, 12


def critical_discount(
    base: Economy, common: ArrayLike = 0.0, nash: ArrayLike | None = None
) -> Floats:
    """Return the lowest discount factor at which each region keeps to a common tariff.

    ``g / (g + l)``, g what the best deviation gains once and l what Nash tariffs cost a period.

    Parameters
    ----------
    base : Economy
        With balanced trade.
    common : array_like of shape (...)
        Tariffs that all regions have on all others; free trade by default.
    nash : array_like of shape (N,), optional
        What a deviation is answered by; the Nash tariffs by default.

    Returns
    -------
    array of shape (..., N)
        Infinite where a region would rather have the Nash tariffs; 0 at these tariffs themselves.
    """
    punishment = nash_tariffs(base) if nash is None else np.asarray(nash, dtype=float)
    tariffs = np.asarray(common, dtype=float)[..., None] * np.ones(len(base.regions))
    best = best_tariffs(base, tariffs)
    own = np.eye(len(base.regions), dtype=bool)
    alone = np.where(own, best[..., :, None], tariffs[..., None, :])
    agreed = solve(base, base.uniform(tariffs)).welfare_hat
    deviant = solve(base, base.uniform(alone)).welfare_hat
    gain = np.maximum(np.diagonal(deviant, axis1=-2, axis2=-1) - agreed, 0.0)
    loss = agreed - solve(base, base.uniform(punishment)).welfare_hat
    held = loss > 0.0
    needed = np.where(held, gain / np.where(held, gain + loss, 1.0), np.inf)
    return np.where((gain <= NO_GAIN) & (loss >= -NO_LOSS), 0.0, needed)


def lowest_common_tariff(base: Economy, discount: ArrayLike, trust: ArrayLike = 1.0) -> Floats:
    """Return the lowest common tariff that all regions keep to, at each discount factor and trust.

    Parameters
    ----------
    base : Economy
        With balanced trade.
    discount, trust : array_like of shapes that broadcast
        Discount factor per period and trust in the others, both in [0, 1].

    Returns
    -------
    array of the shape that they broadcast to
        0 where free trade holds; NaN where no tariff does up to the highest Nash tariff.

    Raises
    ------
    EconomyError
        If a discount factor or trust is not in [0, 1], or trade is not balanced.
    """
    patience = _share("discount", discount) * _share("trust", trust)
    nash = nash_tariffs(base)
    tried, needed = _tried(base, nash)
    fits = needed <= patience.reshape(-1, 1)
    first = fits.argmax(axis=1)
    lowest = np.where(fits.any(axis=1), tried[first], np.nan)
    inside = np.flatnonzero(first > 0)
    if len(inside):
        low, high = tried[first[inside] - 1], lowest[inside]
        lowest[inside] = _halved(base, low, high, patience.reshape(-1)[inside], nash)
    return lowest.reshape(patience.shape)


def _share(key: str, values: ArrayLike) -> Floats:
    shares = np.asarray(values, dtype=float)
    wrong = shares[~((shares >= 0.0) & (shares <= 1.0))]
    if wrong.size:
        raise EconomyError([Problem(key, float(wrong[0]), "a number from 0 to 1")])
    return shares


def _tried(base: Economy, nash: Floats) -> tuple[Floats, Floats]:
    """Return tariffs up to the highest Nash tariff and what they need, closer where it is least."""
    tried = np.linspace(0.0, float(nash.max()), TRIED)
    needed = _most_needed(base, tried, nash)
    k = int(needed.argmin())
    closer = np.linspace(tried[max(k - 1, 0)], tried[min(k + 1, TRIED - 1)], TRIED)[1:-1]
    whole = np.concatenate([tried, closer])
    rising = whole.argsort()
    return whole[rising], np.concatenate([needed, _most_needed(base, closer, nash)])[rising]


def _halved(base: Economy, low: Floats, high: Floats, patience: Floats, nash: Floats) -> Floats:
    """Return the tariffs between `low`, which do not hold, and `high` from which on they do."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        held = _most_needed(base, middle, nash) <= patience
        low, high = np.where(held, low, middle), np.where(held, middle, high)
    return high


def _most_needed(base: Economy, common: Floats, nash: Floats) -> Floats:
    needed: Floats = critical_discount(base, common, nash).max(axis=-1)
    return needed
