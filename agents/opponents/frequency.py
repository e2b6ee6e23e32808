"""The frequency model: what is offered often is wanted."""

from collections.abc import Sequence

import numpy as np

from agents.opponents.model import LearningModel
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Vector

__all__ = ["Frequency"]


class Frequency(LearningModel):
    """Take what is offered often for what is wanted: counts of the levels offered.

    A level is worth its count over the largest of its issue, and an issue weighs as its largest
    count, for a party holds on to what matters to it: weight times value is the count itself.

    References
    ----------
    van Galen Last (2012), "Agent Smith: opponent model estimation in bilateral multi-issue
    negotiation", in New Trends in Agent-Based Complex Automated Negotiations; compared with others
    by Baarslag, Hendrikx, Hindriks & Jonker (2013), "Predicting the performance of opponent models
    in automated negotiation", WI-IAT.
    """

    def begin(self, turn: Turn) -> None:
        """Start without counts."""
        super().begin(turn)
        self._counts: dict[int, list[Vector]] = {}

    def learned(self, turn: Turn, seat: int, fresh: Sequence[Offer]) -> list[Vector]:
        """Return the counts, the `fresh` offers included."""
        if seat not in self._counts:
            self._counts[seat] = [np.zeros(n) for n in turn.space.shape]
        counts = self._counts[seat]
        for offer in fresh:
            for count, level in zip(counts, turn.space.levels(offer.outcome), strict=True):
                count[level] += 1.0
        return counts
