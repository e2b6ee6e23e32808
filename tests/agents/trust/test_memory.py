"""What an observer makes of what a model says."""

import math
from dataclasses import dataclass

import pytest

from agents.trust.fixed import Fixed
from agents.trust.memory import Memory
from agents.trust.model import State
from agents.trust.two_layer import TwoLayer
from simulator.world.party import Evidence


@dataclass(frozen=True, kw_only=True)
class Says(Fixed):
    """A model that values trust at whatever it is told."""

    said: float

    def value(self, state: State) -> float:
        return self.said


def test_time_passes_and_then_the_evidence_counts_piece_by_piece_for_each_subject_by_itself() -> (
    None
):
    memory, model = Memory(TwoLayer(lam=0.9)), TwoLayer(lam=0.9)
    state = model.update(model.update(model.tick(model.init(), 2.0), 0.0, 1.0), 1.0, 0.5)
    memory.observe("us", 2.0, [Evidence(0.0, 1.0), Evidence(1.0, 0.5)])
    assert memory.trust("us") == model.value(state)
    memory.observe("us", 3.0, [])
    assert memory.trust("us") == model.value(model.tick(state, 3.0))
    assert memory.trust("eu") == 0.5


@pytest.mark.parametrize("said", [0.0, 0.5, 1.0])
def test_trust_is_anything_from_0_to_1(said: float) -> None:
    assert Memory(Says(said=said)).trust("us") == said


@pytest.mark.parametrize("said", [-0.01, 1.01, math.nan, math.inf])
def test_a_model_that_says_anything_else_is_found_out(said: float) -> None:
    with pytest.raises(ValueError, match=f"trust in 'us' at {said}, allowed 0 to 1"):
        Memory(Says(said=said)).trust("us")
