"""Concede in time, and look for the largest product of gains on the way."""

from agents.opponents.model import nash_product
from agents.strategies.belief import BeliefKind
from agents.strategies.modelling import TimedModelling
from agents.strategies.strategy import Traits
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn

__all__ = ["NashSeeking"]


class NashSeeking(TimedModelling):
    """Offer, of what meets a time-dependent target, the outcome with the largest Nash product.

    That is its own gain over disagreement times the gain of the partner (of each of the partners)
    as its model has it. It accepts whatever meets the target.

    Parameters
    ----------
    exponent : float
        How late the country concedes (exponent): of the time-dependent target, above 0.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.

    References
    ----------
    Nash (1950), "The bargaining problem", Econometrica 18: the point that it looks for.
    """

    traits = Traits(time=True, offers=True, model=True, source="Nash 1950")

    def __init__(
        self,
        *,
        exponent: float = 4.0,
        last_turn: LastTurn = "reservation",
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        super().__init__("nash-seeking", exponent, last_turn, resolve, belief, noise)

    def choose(self, turn: Turn, target: float) -> int:
        """Return the outcome with the largest product among those that pay `target`."""
        preferences = turn.preferences
        products = nash_product(turn, self.model)
        products[preferences.payoffs < target] = 0.0
        best = int(products.argmax())
        if products[best] > 0.0:
            return int(preferences.options[best])
        return preferences.lowest_at_least(target)
