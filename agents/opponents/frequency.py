"""The frequency model: what is offered often is wanted."""

from collections.abc import Sequence

import numpy as np

from agents.opponents.model import LearningModel
from simulator.negotiator import Turn
from simulator.offers import Offer
from simulator.payoffs import Vector

__all__ = ["Frequency"]


def estimate(counts: Sequence[Vector]) -> list[Vector]:
    """Return weight times value of every level, from how often each was offered.

    A level is worth its count over the largest of its issue; an issue weighs as its largest count
    (a party holds on to what matters to it), the weights summing to 1.

    Parameters
    ----------
    counts : sequence of ndarray
        Per issue how often each level was offered.

    References
    ----------
    van Galen Last (2012), "Agent Smith: opponent model estimation in bilateral multi-issue
    negotiation", in New Trends in Agent-Based Complex Automated Negotiations; compared with others
    by Baarslag, Hendrikx, Hindriks & Jonker (2013), "Predicting the performance of opponent models
    in automated negotiation", WI-IAT.
    """
    total = sum(float(count.max()) for count in counts)
    # Weight times value: (largest / total) * (count / largest).
    return [count / (total or 1.0) for count in counts]


class Frequency(LearningModel):
    """Take what is offered often for what is wanted: counts of the levels offered."""

    def begin(self, turn: Turn) -> None:
        """Start without counts."""
        super().begin(turn)
        self._counts: dict[int, list[Vector]] = {}

    def learned(self, turn: Turn, seat: int, fresh: Sequence[Offer]) -> list[Vector]:
        """Return the estimate from the counts, the `fresh` offers included."""
        counts = self._counts.setdefault(seat, [np.zeros(n) for n in turn.space.shape])
        for offer in fresh:
            for count, level in zip(counts, turn.space.levels(offer.outcome), strict=True):
                count[level] += 1.0
        return estimate(counts)
