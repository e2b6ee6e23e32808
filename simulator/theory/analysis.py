"""The analysis of a domain: its frontier, its bargaining points, how opposed its parties are."""

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.rounding import slack
from simulator.theory import bargaining
from simulator.theory.pareto import contenders

__all__ = ["Analysis", "opposition"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Point = Callable[[ArrayLike, ArrayLike], Indices]

_SLACK = 1e-11  # of a party's largest gain; above what the points take for a tie


class Analysis:
    """Where theory would have a talk about a domain end; each part worked out when asked for.

    Outcomes are given as indices, rising. Without rational outcomes there is no frontier and no
    point, and a distance to them is nan.

    Parameters
    ----------
    u : array_like
        Payoffs, shape (n, p), finite.
    d : array_like
        Disagreement payoffs, shape (p,).
    """

    #: The points that a domain has by itself.
    NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")

    def __init__(self, u: ArrayLike, d: ArrayLike) -> None:
        self.u: Floats = np.asarray(u, dtype=np.float64)
        self.d: Floats = np.asarray(d, dtype=np.float64)

    @property
    def n_outcomes(self) -> int:
        """Number of outcomes."""
        return len(self.u)

    @cached_property
    def _gains(self) -> Floats:
        """Gain of every party (row) from every outcome."""
        return np.subtract(self.u.T, self.d[:, None], order="C")

    @cached_property
    def _slack(self) -> Floats:
        """What rounding may make of every party's gains, shape (p, 1)."""
        each = [slack(column, floor) for column, floor in zip(self.u.T, self.d, strict=True)]
        return np.array(each)[:, None]

    @cached_property
    def rational(self) -> Indices:
        """Outcomes that give no party less than disagreement, but for rounding."""
        return np.flatnonzero((self._gains >= -self._slack).all(axis=0))

    @property
    def rational_share(self) -> float:
        """Share of the outcomes that are rational; nan if there are no outcomes."""
        return len(self.rational) / self.n_outcomes if self.n_outcomes else math.nan

    @cached_property
    def gainful_share(self) -> float:
        """Share of the outcomes better than disagreement for every party; nan if there are none."""
        return (
            float((self._gains > self._slack).all(axis=0).mean()) if self.n_outcomes else math.nan
        )

    @cached_property
    def _close(self) -> Indices:
        """Rational outcomes on the frontier or so close that rounding may hide the difference.

        On them alone every point is what it is on all: what improves on a tie is a tie.
        """
        if not self.rational.size:
            return self.rational
        gains = self._gains.take(self.rational, axis=1)
        return self.rational[contenders(gains, _SLACK * gains.max(axis=1))]

    @cached_property
    def frontier(self) -> Indices:
        """Outcomes on the Pareto frontier of the rational ones."""
        return self._at(bargaining.frontier)

    @cached_property
    def ideal(self) -> Floats:
        """Each party's largest payoff over the rational outcomes, shape (p,)."""
        return bargaining.ideal(self.u[self._close], self.d)

    @cached_property
    def nash(self) -> Indices:
        """Outcomes at the Nash point."""
        return self._at(bargaining.nash_points)

    def asymmetric_nash(self, power: Sequence[float]) -> Indices:
        """Return the outcomes at the Nash point of parties with unequal bargaining power.

        Parameters
        ----------
        power : sequence of float
            Bargaining power per party, above 0.
        """
        return self._at(partial(bargaining.nash_points, weights=power))

    @cached_property
    def kalai_smorodinsky(self) -> Indices:
        """Outcomes at the Kalai-Smorodinsky point."""
        return self._at(bargaining.kalai_smorodinsky_points)

    @cached_property
    def egalitarian(self) -> Indices:
        """Outcomes at the egalitarian point."""
        return self._at(bargaining.egalitarian_points)

    @cached_property
    def utilitarian(self) -> Indices:
        """Outcomes at the utilitarian point."""
        return self._at(bargaining.utilitarian_points)

    def _at(self, point: Point) -> Indices:
        # No less than disagreement: that these are rational is settled.
        return self._close[point(np.maximum(self.u[self._close], self.d), self.d)]

    @property
    def points(self) -> dict[str, Indices]:
        """Outcomes at each of the points `NAMES`."""
        return {name: getattr(self, name) for name in self.NAMES}

    @cached_property
    def opposition(self) -> float:
        """How far the best compromise is from giving everybody everything."""
        return opposition(self.u)

    def distance(self, outcome: int, place: Indices) -> float:
        """Return the distance of an outcome's payoffs from the nearest ones of a place.

        Parameters
        ----------
        outcome : int
            Index of the outcome.
        place : ndarray of int
            Indices of the outcomes of a point or of the frontier; the distance is nan without any.
        """
        return bargaining.distance(self.u[outcome], self.u[place])

    def distances(self, outcome: int) -> dict[str, float]:
        """Return how far an outcome is from the ``frontier`` and from each of the points `NAMES`.

        Parameters
        ----------
        outcome : int
            Index of the outcome.
        """
        places = {"frontier": self.frontier, **self.points}
        return {name: self.distance(outcome, place) for name, place in places.items()}


def opposition(u: ArrayLike) -> float:
    """Return the least distance of an outcome from giving every party its largest payoff.

    Payoffs are counted in shares of the party's largest one over all outcomes, so that 0 means
    an outcome best for everybody; those of a party without a payoff above 0 in shares of its
    range, from its worst to its best. A party that is indifferent is left out; without outcomes
    the result is nan.

    Parameters
    ----------
    u : array_like
        Payoffs, shape (n, p).

    References
    ----------
    Baarslag, Hindriks & Jonker (2011), "Towards a quantitative concession-based classification
    method of negotiation strategies", PRIMA 2011 (for payoffs in [0, 1]).
    """
    columns = np.asarray(u, dtype=np.float64).T
    if not columns.shape[1]:
        return math.nan
    squares = np.zeros(columns.shape[1])
    for column in columns:
        best = column.max()
        unit = best if best > 0.0 else best - column.min()
        if unit > 0.0:
            squares += ((best - column) / unit) ** 2
    return math.sqrt(float(squares.min()))
