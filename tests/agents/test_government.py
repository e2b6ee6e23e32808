"""A government made of parts of the user's that fail."""

import pytest

from agents.compliance.unconditional import Always
from agents.trust.fixed import Fixed
from agents.trust.model import State
from experiments.run import run
from simulator.errors import ConductError
from simulator.world.party import Review


class Quits(Always):
    """A policy that ends the process."""

    def choose(self, review: Review) -> float:
        raise SystemExit(3)


class Forgets(Fixed):
    """A trust model that ends the process."""

    def tick(self, state: State, dt: float) -> State:
        raise SystemExit


class Stops(Always):
    """A policy during which the user presses Ctrl-C."""

    def choose(self, review: Review) -> float:
        raise KeyboardInterrupt


def test_a_policy_that_exits_is_named() -> None:
    with pytest.raises(ConductError, match=r"Quits of 'home', week 2: deal .*SystemExit: 3"):
        run("first-talk", set={"countries.home.compliance": Quits})


def test_a_trust_model_that_exits_is_named() -> None:
    with pytest.raises(ConductError, match=r"Forgets of 'home', week 0: SystemExit$"):
        run("first-talk", set={"countries.home.trust": Forgets})


def test_an_interrupt_in_a_policy_is_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt):
        run("first-talk", set={"countries.home.compliance": Stops})
