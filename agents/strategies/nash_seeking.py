"""Concede in time, and look for the largest product of gains on the way."""

import math

from agents.opponents.model import nash_product
from agents.strategies.modelling import Modelling
from agents.strategies.strategy import Traits
from agents.strategies.time_dependent import TimeDependent
from simulator.errors import require
from simulator.negotiator import Turn

__all__ = ["NashSeeking"]


class NashSeeking(Modelling):
    """Offer, of what meets a time-dependent target, the outcome with the largest Nash product.

    That is its own gain over disagreement times the gain of the partner (of each of the partners)
    as its model has it.

    Parameters
    ----------
    exponent : float
        Of the time-dependent target.

    References
    ----------
    Nash (1950), "The bargaining problem", Econometrica 18: the point that it looks for.
    """

    traits = Traits(time=True, offers=True, model=True, source="Nash 1950, Faratin et al. 1998")

    def __init__(self, *, exponent: float = 4.0) -> None:
        super().__init__()
        require(0 < exponent < math.inf, "nash-seeking", "exponent", exponent, "a number above 0")
        self.exponent = exponent
        self._schedule = TimeDependent(exponent=exponent)

    def begin(self, turn: Turn) -> None:
        """Start with no plans and no picture of the partner."""
        super().begin(turn)
        self._schedule.begin(turn)

    def target(self, turn: Turn) -> float:
        """Return the payoff asked for in this round."""
        return self._schedule.target(turn)

    def choose(self, turn: Turn, target: float) -> int:
        """Return the outcome with the largest product among those that pay `target`."""
        preferences = turn.preferences
        enough = preferences.payoffs >= target
        products = nash_product(turn, self.model)[enough]
        if not products.any():
            return preferences.lowest_at_least(target)
        return int(preferences.options[enough][products.argmax()])
