"""What one observer remembers of each subject."""

from collections.abc import Sequence

from agents.trust.model import State, TrustModel
from simulator.world.party import Evidence

__all__ = ["Memory"]


class Memory:
    """An observer's trust in each subject: one state per subject, one model for all.

    The model may be replaced by one of the same kind; the states stay.
    """

    def __init__(self, model: TrustModel) -> None:
        self.model = model
        self._states: dict[str, State] = {}

    def observe(self, subject: str, dt: float, evidence: Sequence[Evidence]) -> None:
        """Let `dt` trust periods pass, then take in the evidence about `subject`."""
        model = self.model
        state = model.tick(self._state(subject), dt)
        for piece in evidence:
            state = model.update(state, piece.quality, piece.weight)
        self._states[subject] = state

    def trust(self, subject: str) -> float:
        """Return the trust in `subject`, in [0, 1].

        Raises
        ------
        ValueError
            If the model gives anything else.
        """
        value = float(self.model.value(self._state(subject)))
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"valued trust in {subject!r} at {value!r}, allowed 0 to 1")
        return value

    def _state(self, subject: str) -> State:
        state = self._states.get(subject)
        return self.model.init() if state is None else state
