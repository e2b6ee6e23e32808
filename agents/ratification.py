"""The domestic audience that has to pass a deal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.negotiation.payoffs import Vector

__all__ = ["Audience"]


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience with its own view of the issues (two-level games, Putnam 1988)."""

    #: Least payoff, at full faith and with the audience's weights, that it passes; US$ bn per year.
    threshold: float
    #: Standard deviation of the negotiator's error about the threshold.
    noise: float = 0.0

    def passes(self, payoff: float) -> bool:
        """Return whether the audience passes a deal that pays it `payoff`."""
        return self.surplus(payoff) >= 0.0

    def surplus(self, payoff: float) -> float:
        """Return by how much a deal that pays it `payoff` exceeds what it passes."""
        return payoff - self.threshold

    def believed_win_set(self, payoffs: Vector, error: float) -> NDArray[np.bool_]:
        """Return which outcomes the negotiator believes would pass, by the audience's payoffs.

        Its error is given in standard deviations.
        """
        return self.believed_surplus(payoffs, error) >= 0.0

    def believed_surplus(self, payoffs: Vector, error: float) -> Vector:
        """Return by how much the negotiator believes that outcomes exceed what would pass."""
        return payoffs - (self.threshold + self.noise * error)
