"""What a trust model is: pure functions on a small state."""

from typing import Protocol

__all__ = ["State", "TrustModel"]

#: What an observer remembers of one subject; only the model that made it can read it.
State = tuple[float, ...]


class TrustModel(Protocol):
    """How far an observer relies on a subject's promises, and how evidence moves it.

    A model holds parameters only. What it knows of a subject is the state, which the observer
    keeps, one per subject, and which no method changes: each returns the state that follows.
    """

    def init(self) -> State:
        """Return the state before any evidence."""

    def tick(self, state: State, dt: float) -> State:
        """Return the state after `dt` trust periods without evidence.

        Parameters
        ----------
        state : tuple of float
            The state before.
        dt : float
            Trust periods, at least 0, fractions included: a week is 1/13 by default.
            ``tick(tick(s, a), b)`` is ``tick(s, a + b)``.
        """

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the state after one piece of evidence.

        Parameters
        ----------
        state : tuple of float
            The state before.
        quality : float
            How the promise was honoured, in [0, 1]: 1 kept, 0 repudiated.
        weight : float
            Stake times (1 - excused), in [0, 1]: an excusable failure counts less (Tomz 2007);
            0 changes nothing.
        """

    def value(self, state: State) -> float:
        """Return the trust, in [0, 1]."""
