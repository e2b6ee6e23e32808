"""Trust that nothing moves: the control arm of an experiment."""

from dataclasses import dataclass

from agents.trust.model import State
from simulator.errors import require

__all__ = ["Fixed"]


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """Trust that neither time nor evidence moves.

    Parameters
    ----------
    t0 : float
        Trust of the country (0 to 1).
    """

    t0: float = 0.5

    def __post_init__(self) -> None:
        require(0 <= self.t0 <= 1, "fixed", "t0", self.t0, "from 0 to 1")

    def init(self) -> State:
        """Return the empty state: there is nothing to remember."""
        return ()

    def tick(self, state: State, dt: float) -> State:
        """Return the state as it was."""
        return state

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the state as it was."""
        return state

    def value(self, state: State) -> float:
        """Return the trust."""
        return float(self.t0)
