"""The Bayesian model: hypotheses about weights and values, judged by what is offered when."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.opponents.model import LearningModel
from simulator.errors import require
from simulator.negotiator import Turn
from simulator.offers import Offer
from simulator.payoffs import Vector

__all__ = ["Bayesian"]

Floats = NDArray[np.float64]


def shapes(count: int) -> Floats:
    """Return the hypotheses of how the value runs over an issue's levels, one per row.

    It rises, it falls, or it rises to a peak at an inner level and falls again, between 0 and 1.

    Parameters
    ----------
    count : int
        Number of levels.
    """
    if count == 1:
        return np.ones((1, 1))
    at = np.arange(count)
    peaks = [
        np.where(at <= peak, at / peak if peak else 1.0, (count - 1 - at) / (count - 1 - peak or 1))
        for peak in range(count)
    ]
    return np.stack(peaks)


def ranks(issues: int) -> Vector:
    """Return the hypotheses of an issue's weight: 2 r / (k (k + 1)), for its rank r among k."""
    return 2.0 * np.arange(1, issues + 1) / (issues * (issues + 1))


@dataclass
class _Beliefs:
    """Per issue how badly every pair of a weight (row) and a shape (column) fits the offers.

    The probability of a pair falls with the exponential of its misfit. Probabilities themselves
    would vanish for good where an offer all but rules a pair out.
    """

    weights: Vector
    shapes: list[Floats]
    misfits: list[Floats]

    def worth(self, issue: int) -> Vector:
        """Return the expected weight times value of every level of an issue."""
        misfits = self.misfits[issue]
        odds = np.exp(misfits.min() - misfits)
        result: Vector = self.weights @ (odds / odds.sum()) @ self.shapes[issue]
        return result

    def learn(self, levels: Sequence[int], demanded: float, spread: float) -> None:
        """Judge the hypotheses by an offer that is expected to be worth so much to its maker."""
        worths = [float(self.worth(k)[level]) for k, level in enumerate(levels)]
        total = sum(worths)
        for k, level in enumerate(levels):
            # Each issue by itself, the others as they are expected to be.
            supposed = total - worths[k] + np.outer(self.weights, self.shapes[k][:, level])
            self.misfits[k] = self.misfits[k] + ((supposed - demanded) / spread) ** 2 / 2.0


class Bayesian(LearningModel):
    """Judge hypotheses about the partner's weights and values by what it offers and when.

    The partner is supposed to concede linearly: at relative time t it demands a utility of
    ``1 - concession t``, give or take. Each issue is judged by itself, with the others at what is
    expected of them, so that the cost grows with the number of issues and not with the number of
    their combinations. An outcome that is offered again says nothing new.

    Parameters
    ----------
    concession : float
        How much of its utility the partner is supposed to concede by the deadline, in [0, 1].
    spread : float
        Standard deviation of what it demands around that, from 1e-6.

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
        beliefs = self._beliefs.setdefault(seat, _prior(turn.space.shape))
        judged = self._judged.setdefault(seat, set())
        for offer in fresh:
            if offer.outcome not in judged:
                judged.add(offer.outcome)
                time = (offer.round + 1) / (turn.rounds + 1)
                demanded = 1.0 - self.concession * time
                beliefs.learn(turn.space.levels(offer.outcome), demanded, self.spread)
        worths = [beliefs.worth(k) for k in range(len(beliefs.shapes))]
        most = sum(float(worth.max()) for worth in worths)
        return [worth / most for worth in worths]


def _prior(shape: Sequence[int]) -> _Beliefs:
    weights = ranks(len(shape))
    kinds = [shapes(count) for count in shape]
    return _Beliefs(weights, kinds, [np.zeros((len(weights), len(kind))) for kind in kinds])
