"""What one observer remembers of each subject."""

from collections.abc import Sequence

from agents.trust.model import State, TrustModel
from simulator.negotiator import Evidence

__all__ = ["Memory"]


class Memory:
    """An observer's trust in each subject: one state per subject, one model for all.

    Parameters
    ----------
    model : TrustModel
        How evidence moves trust; it may be replaced by one of the same kind, the states stay.
    """

    def __init__(self, model: TrustModel) -> None:
        self.model = model
        self._states: dict[str, State] = {}

    def observe(self, subject: str, dt: float, evidence: Sequence[Evidence]) -> None:
        """Let `dt` trust periods pass, then take in the evidence about `subject`."""
        model = self.model
        state = model.tick(self._states.get(subject) or model.init(), dt)
        for seen in evidence:
            state = model.update(state, seen.quality, seen.weight)
        self._states[subject] = state

    def trust(self, subject: str) -> float:
        """Return the trust in `subject`, in [0, 1] if the model keeps its word."""
        return self.model.value(self._states.get(subject) or self.model.init())
