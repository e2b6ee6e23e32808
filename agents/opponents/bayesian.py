"""The Bayesian model: hypotheses about weights and values, judged by what is offered when."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.opponents.model import LearningModel
from simulator.arithmetic import exp
from simulator.errors import require
from simulator.negotiation.clock import relative_time
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Vector

__all__ = ["Bayesian"]

Floats = NDArray[np.float64]
Row = list[float]
Rows = list[list[float]]
Table = list[list[list[float]]]

#: What is so much more unlikely than the likeliest, in logarithms, counts for nothing.
NOTHING = -60.0
#: Peaks that are supposed possible, at most; of an issue with more levels, evenly spaced ones.
PEAKS = 21


def shapes(count: int) -> Floats:
    """Return the hypotheses of how the value runs over an issue's levels, one per row.

    It rises, it falls, or it rises to a peak at an inner level and falls again, between 0 and 1.
    """
    at = np.arange(count)
    peaks = np.unique(np.linspace(0, count - 1, min(count, PEAKS)).astype(np.intp))[:, None]
    rising = at / np.maximum(peaks, 1)
    falling = (count - 1 - at) / np.maximum(count - 1 - peaks, 1)
    return np.where(at == peaks, 1.0, np.where(at < peaks, rising, falling))


def ranks(issues: int) -> Vector:
    """Return the hypotheses of an issue's weight: 2 r / (k (k + 1)), for its rank r among k."""
    return 2.0 * np.arange(1, issues + 1) / (issues * (issues + 1))


def worths(misfits: Table, weights: Row, shapes: Table, found: Rows, likely: Rows) -> None:
    """Put into `found` the expected weight times value of each level, per issue.

    Parameters
    ----------
    misfits : sequence of sequences of sequences of float
        Per issue, rank of its weight and shape of its values, how ill they fit: their probability
        falls with its exponential.
    weights : sequence of float
        The weight of each rank.
    shapes : sequence of sequences of sequences of float
        Per issue and shape, the value of each level.
    found : sequence of sequences of float
        What is put in, per issue and level.
    likely : sequence of sequences of float
        Room for as many numbers as an issue has ranks and shapes.
    """
    for k in range(len(misfits)):
        least = math.inf
        for of_rank in misfits[k]:
            for misfit in of_rank:
                least = min(least, misfit)
        for level in range(len(found[k])):
            found[k][level] = 0.0
        whole = 0.0
        for r in range(len(weights)):
            for s in range(len(shapes[k])):
                likely[r][s] = odds(misfits[k][r][s], least)
                whole += likely[r][s]
        for s in range(len(shapes[k])):
            weighted = 0.0
            for r in range(len(weights)):
                weighted += weights[r] * (likely[r][s] / whole)
            for level in range(len(found[k])):
                found[k][level] += weighted * shapes[k][s][level]


def odds(misfit: float, least: float) -> float:
    """Return how likely a hypothesis is beside the one that fits best, none if hardly at all."""
    return exp(least - misfit) if least - misfit > NOTHING else 0.0


def judge(
    misfits: Table,
    weights: Row,
    shapes: Table,
    found: Rows,
    levels: Sequence[int],
    demanded: float,
    spread: float,
) -> None:
    """Change the misfits by an offer that is expected to be worth so much to its maker.

    Each issue is judged by itself, the others as they are expected to be.

    Parameters
    ----------
    misfits, weights, shapes, found
        As in `worths`, whose expectations `found` has to hold.
    levels : sequence of int
        What is offered, per issue.
    demanded, spread : float
        What it is expected to be worth, and the standard deviation around that.
    """
    whole = 0.0
    for k in range(len(levels)):
        whole += found[k][levels[k]]
    for k in range(len(levels)):
        others = whole - found[k][levels[k]]
        for r in range(len(weights)):
            for s in range(len(shapes[k])):
                gap = (others + weights[r] * shapes[k][s][levels[k]] - demanded) / spread
                misfits[k][r][s] += gap * gap / 2.0


def demanded_at(time: float, concession: float) -> float:
    """Return the utility that a partner is supposed to demand at a relative time."""
    return 1.0 - concession * time


class _Beliefs:
    """What is believed of one party: per issue, how ill each pair of weight and shape fits.

    Probabilities themselves would vanish for good where an offer all but rules a pair out.
    """

    def __init__(self, space_shape: Sequence[int]) -> None:
        self.shapes: Table = [shapes(count).tolist() for count in space_shape]
        self.weights: Row = ranks(len(space_shape)).tolist()
        self.misfits: Table = [[[0.0] * len(kinds) for _ in self.weights] for kinds in self.shapes]
        self.worths: Rows = [[0.0] * count for count in space_shape]
        self._likely: Rows = [[0.0] * max(map(len, self.shapes)) for _ in self.weights]
        self._expect()

    def _expect(self) -> None:
        worths(self.misfits, self.weights, self.shapes, self.worths, self._likely)

    def learn(self, levels: Sequence[int], demanded: float, spread: float) -> None:
        """Judge the hypotheses by an offer."""
        judge(self.misfits, self.weights, self.shapes, self.worths, levels, demanded, spread)
        self._expect()


class Bayesian(LearningModel):
    """Judge hypotheses about the partner's weights and values by what it offers and when.

    The partner is supposed to concede linearly: at relative time t it demands a utility of
    ``1 - concession t``, give or take. Each issue is judged by itself, with the others at what is
    expected of them, so that the cost grows with the number of issues and not with the number of
    their combinations. An outcome that is offered again says nothing new.

    Parameters
    ----------
    concession : float
        Share of its utility that the country supposes its partner to concede by the deadline (0 to
        1).
    spread : float
        Spread of what the country supposes its partner to demand (standard deviation): around that,
        from 1e-6.

    References
    ----------
    Hindriks & Tykhonov (2008), "Opponent modelling in automated multi-issue negotiation using
    Bayesian learning", AAMAS.
    """

    def __init__(self, *, concession: float = 0.5, spread: float = 0.25) -> None:
        name = "bayesian"
        require(0 <= concession <= 1, name, "concession", concession, "a share from 0 to 1")
        require(1e-6 <= spread < math.inf, name, "spread", spread, "a number from 0.000001")
        self.concession = concession
        self.spread = spread

    def begin(self, turn: Turn) -> None:
        """Start with all hypotheses equally likely."""
        super().begin(turn)
        self._beliefs: dict[int, _Beliefs] = {}
        self._judged: dict[int, set[int]] = {}

    def learned(self, turn: Turn, seat: int, fresh: Sequence[Offer]) -> list[Vector]:
        """Return the expectation over the hypotheses, the `fresh` offers judged."""
        if seat not in self._beliefs:
            self._beliefs[seat] = _Beliefs(turn.space.shape)
        beliefs = self._beliefs[seat]
        judged = self._judged.setdefault(seat, set())
        for offer in fresh:
            if offer.outcome not in judged:
                judged.add(offer.outcome)
                time = relative_time(offer.round + 1, turn.rounds)
                demanded = demanded_at(time, self.concession)
                beliefs.learn(turn.space.levels(offer.outcome), demanded, self.spread)
        return [np.array(row) for row in beliefs.worths]
