"""What strategies share that demand a payoff and offer an outcome which pays it."""

from agents.strategies.strategy import Strategy
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.rounding import ROUNDING

__all__ = ["ROUNDING", "Demanding"]


class Demanding(Strategy):
    """A strategy that demands so much at every turn: the worst outcome that pays it, or better.

    A strategy of this kind has its own `target`; one that prefers others among the outcomes which
    pay that much has its own `choose`.
    """

    def target(self, turn: Turn) -> float:
        """Return the least payoff that it offers and accepts at this turn."""
        raise NotImplementedError("a strategy that demands must have its own target(turn)")

    def choose(self, turn: Turn, target: float) -> int:
        """Return which outcome to offer among those that pay `target`."""
        return turn.preferences.lowest_at_least(target)

    def propose(self, turn: Turn) -> int:
        """Return the outcome chosen at the target of this turn."""
        return self.choose(turn, self.target(turn))

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return the target of this turn, whatever it would offer itself."""
        return self.target(turn)
