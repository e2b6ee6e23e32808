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


class _Beliefs:
    """What is believed of one party: per issue, how ill each pair of weight and shape fits.

    The probability of a pair falls with the exponential of its misfit. Probabilities themselves
    would vanish for good where an offer all but rules a pair out.
    """

    def __init__(self, space_shape: Sequence[int]) -> None:
        kinds = [shapes(count) for count in space_shape]
        most = max(map(len, kinds)), max(space_shape)
        self.counts = tuple(space_shape)
        self.weights = ranks(len(kinds))
        # Issues with fewer shapes or levels than others are filled up, and what fills them is
        # ruled out.
        self.shapes = np.zeros((len(kinds), *most))
        self.misfits = np.full((len(kinds), len(self.weights), most[0]), np.inf)
        for k, kind in enumerate(kinds):
            self.shapes[k, : kind.shape[0], : kind.shape[1]] = kind
            self.misfits[k, :, : len(kind)] = 0.0

    def worths(self) -> Floats:
        """Return the expected weight times value, shape (issues, levels)."""
        odds = _exp(self.misfits.min(axis=(1, 2), keepdims=True) - self.misfits)
        odds /= odds.sum(axis=(1, 2), keepdims=True)
        # No matrix products: their last digits hang on the processor.
        weighted = (self.weights[:, None] * odds).sum(axis=1)
        result: Floats = (weighted[:, :, None] * self.shapes).sum(axis=1)
        return result

    def learn(self, levels: Sequence[int], demanded: float, spread: float) -> None:
        """Judge the hypotheses by an offer that is expected to be worth so much to its maker."""
        issues = np.arange(len(levels))
        means = self.worths()[issues, levels]
        # Each issue by itself, the others as they are expected to be.
        others = (means.sum() - means)[:, None, None]
        values = self.shapes[issues, :, levels][:, None, :]
        supposed = others + self.weights[:, None] * values
        self.misfits = self.misfits + ((supposed - demanded) / spread) ** 2 / 2.0


def _exp(values: Floats) -> Floats:
    """Return the exponential of each of many values, none above 0."""
    found = [exp(value) if value > NOTHING else 0.0 for value in values.ravel().tolist()]
    return np.array(found).reshape(values.shape)


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
                demanded = 1.0 - self.concession * time
                beliefs.learn(turn.space.levels(offer.outcome), demanded, self.spread)
        worths = beliefs.worths()
        return [row[:count] for row, count in zip(worths, beliefs.counts, strict=True)]
