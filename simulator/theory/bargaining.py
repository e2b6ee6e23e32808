"""Where bargaining theory would have a talk end: the Pareto frontier and the points on it.

All functions take the payoffs `u` of n outcomes to p parties, an array of shape (n, p), and the
disagreement payoffs `d`, of shape (p,). Only rational outcomes count, ``u >= d`` for every party
but for rounding.
A point is returned as the indices, rising, of all outcomes that reach its maximum within 1e-12 of
the parties' largest gains (Nash: of the largest product) and that none of the others improves on;
there is no index where no outcome is rational.

References
----------
Nash (1950), "The bargaining problem", Econometrica 18; Kalai & Smorodinsky (1975), "Other
solutions to Nash's bargaining problem", Econometrica 43; Kalai (1977), "Proportional solutions
to bargaining situations", Econometrica 45 (egalitarian).
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.rounding import slack
from simulator.theory.pareto import pareto_mask

__all__ = [
    "distance",
    "egalitarian_points",
    "frontier",
    "ideal",
    "kalai_smorodinsky_points",
    "nash_points",
    "utilitarian_points",
]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Score = Callable[[Floats, Floats], Floats]  # gains (p, n), largest gains (p, 1) -> (n,)

_TIE_DIGITS = 12
_TIE = 10.0**-_TIE_DIGITS


def frontier(u: ArrayLike, d: ArrayLike) -> Indices:
    """Return the outcomes on the Pareto frontier of the rational ones.

    Payoffs that differ by less than 1e-12 of a party's largest gain, as sums of the same may, are
    equal.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    """
    rational, gains = _gains(u, d)
    if not rational.size:
        return rational
    return rational[pareto_mask(_rounded(gains, gains.max(axis=1, keepdims=True)))]


def ideal(u: ArrayLike, d: ArrayLike) -> Floats:
    """Return each party's largest payoff over the rational outcomes, nan if there are none.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    """
    payoffs, floors = np.asarray(u, dtype=np.float64), np.asarray(d, dtype=np.float64)
    rational = _rational(payoffs, floors)
    return payoffs[rational].max(axis=0) if rational.size else np.full(len(floors), math.nan)


def nash_points(u: ArrayLike, d: ArrayLike, weights: Sequence[float] | None = None) -> Indices:
    """Return the outcomes that maximise the product of the gains, ``prod (u_i - d_i)^weight_i``.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    weights : sequence of float, optional
        Bargaining power per party, above 0; equal by default.
    """
    power = None if weights is None else np.asarray(weights, dtype=np.float64)[:, None]

    def product(gains: Floats, largest: Floats) -> Floats:
        shares = gains / np.where(largest > 0.0, largest, 1.0)
        products: Floats = np.prod(shares if power is None else shares**power, axis=0)
        return products / (products.max() or 1.0)  # of many parties the products are tiny

    return _points(u, d, product)


def kalai_smorodinsky_points(u: ArrayLike, d: ArrayLike) -> Indices:
    """Return the outcomes that maximise the least share of its largest gain that a party gets.

    A party that cannot gain anywhere is left out of the comparison.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    """

    def least_share(gains: Floats, largest: Floats) -> Floats:
        able = largest[:, 0] > 0.0
        shares: Floats = np.min(gains[able] / largest[able], axis=0, initial=1.0)
        return shares

    return _points(u, d, least_share)


def egalitarian_points(u: ArrayLike, d: ArrayLike) -> Indices:
    """Return the outcomes that maximise the least gain ``u_i - d_i`` of a party.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    """
    return _points(u, d, lambda gains, largest: gains.min(axis=0) / (largest.max() or 1.0))


def utilitarian_points(u: ArrayLike, d: ArrayLike) -> Indices:
    """Return the outcomes that maximise the sum of the payoffs.

    Parameters
    ----------
    u, d : array_like
        Payoffs, shape (n, p), and disagreement payoffs, shape (p,).
    """
    return _points(u, d, lambda gains, largest: gains.sum(axis=0) / (largest.max() or 1.0))


def _points(u: ArrayLike, d: ArrayLike, score: Score) -> Indices:
    rational, gains = _gains(u, d)
    if not rational.size:
        return rational
    largest = gains.max(axis=1, keepdims=True)
    scores = score(gains, largest)
    tied = np.flatnonzero(scores >= scores.max() - _TIE)
    if len(tied) == 1:
        return rational[tied]
    # No score falls where a payoff rises, so whatever improves on one of these is among them:
    # the frontier of the ties is their part of the frontier.
    return rational[tied[pareto_mask(_rounded(gains[:, tied], largest))]]


def _rounded(gains: Floats, largest: Floats) -> Floats:
    """Return gains (p, n) in shares of the largest, lest the last digit of a sum tell them apart.

    The result has the shape (n, p).
    """
    return np.round(gains / np.where(largest > 0.0, largest, 1.0), _TIE_DIGITS).T


def _gains(u: ArrayLike, d: ArrayLike) -> tuple[Indices, Floats]:
    """Return the rational outcomes and every party's gain from them, shape (p, n)."""
    payoffs, floors = np.asarray(u, dtype=np.float64), np.asarray(d, dtype=np.float64)
    rational = _rational(payoffs, floors)
    return rational, np.maximum(payoffs.T.take(rational, axis=1) - floors[:, None], 0.0)


def _rational(payoffs: Floats, floors: Floats) -> Indices:
    rational = np.ones(len(payoffs), dtype=np.bool_)
    for column, floor in zip(payoffs.T, floors, strict=True):
        rational &= column >= floor - slack(column, floor)
    return np.flatnonzero(rational)


def distance(point: ArrayLike, points: ArrayLike) -> float:
    """Return the Euclidean distance from a point to the nearest of some points, nan if none.

    Parameters
    ----------
    point : array_like
        Shape (p,).
    points : array_like
        Shape (k, p), k from 0.
    """
    others = np.asarray(points, dtype=np.float64)
    if not len(others):
        return math.nan
    gaps = others - np.asarray(point, dtype=np.float64)
    return math.sqrt(float((gaps * gaps).sum(axis=1).min()))
