"""The strategy that never moves."""

from agents.strategies.strategy import Strategy, Traits
from simulator.negotiation.negotiator import Turn

__all__ = ["Hardliner"]


class Hardliner(Strategy):
    """Always offer the best outcome, accept nothing worse."""

    traits = Traits(source="a baseline")

    def propose(self, turn: Turn) -> int:
        """Return the best rational outcome."""
        return turn.preferences.best_outcome
