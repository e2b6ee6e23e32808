"""The beta reputation system: trust as the mean of a beta distribution."""

import math
from dataclasses import dataclass

from agents.trust.model import State
from simulator.arithmetic import power
from simulator.errors import require

__all__ = ["Beta", "counted", "expectation", "faded"]


def faded(kept: float, broken: float, lam: float, dt: float) -> tuple[float, float]:
    """Return both counts after `dt` periods, in each of which a share `lam` is left of them.

    Parameters
    ----------
    kept, broken : float
        Counts of kept and broken promises, at least 0.
    lam : float
        In (0, 1].
    dt : float
        Periods, at least 0.
    """
    left = power(lam, dt)
    return kept * left, broken * left


def counted(
    kept: float, broken: float, quality: float, weight: float, kappa: float
) -> tuple[float, float]:
    """Return both counts after evidence: ``r + w q`` and ``s + kappa w (1 - q)``.

    Parameters
    ----------
    kept, broken : float
        The counts r and s, at least 0.
    quality, weight : float
        Each in [0, 1].
    kappa : float
        How many kept promises' weight a broken one has, at least 1.

    References
    ----------
    Josang & Ismail (2002), "The beta reputation system", 15th Bled Electronic Commerce
    Conference; there kappa is 1.
    """
    return kept + weight * quality, broken + kappa * weight * (1.0 - quality)


def expectation(kept: float, broken: float, a: float = 1.0, b: float = 1.0) -> float:
    """Return the mean ``(r + a) / (r + s + a + b)`` of the distribution.

    Parameters
    ----------
    kept, broken : float
        The counts r and s, at least 0.
    a, b : float
        The counts before any evidence, above 0; with one of each, the uniform distribution.
    """
    return (kept + a) / (kept + broken + (a + b))


@dataclass(frozen=True, kw_only=True)
class Beta:
    """Trust as the expected share of kept promises, with older ones counting less.

    Parameters
    ----------
    lam : float
        Memory of the country for evidence (share left after one trust period): in (0, 1]; 1 forgets
        nothing.
    kappa : float
        Kept promises that weigh as much as a broken one to the country (number): at least 1; 1 is
        the textbook model.
    a : float
        Kept promises that the country counts in advance (number): above 0, never forgotten; at a =
        b = 1 nothing is known.
    b : float
        Broken promises that the country counts in advance (number): above 0, never forgotten.
    """

    lam: float = 0.95
    kappa: float = 3.0
    a: float = 1.0
    b: float = 1.0

    def __post_init__(self) -> None:
        require(0 < self.lam <= 1, "beta", "lam", self.lam, "a number above 0 and at most 1")
        require(1 <= self.kappa < math.inf, "beta", "kappa", self.kappa, "a number from 1")
        require(0 < self.a < math.inf, "beta", "a", self.a, "a number above 0")
        require(0 < self.b < math.inf, "beta", "b", self.b, "a number above 0")

    def init(self) -> State:
        """Return empty counts."""
        return (0.0, 0.0)

    def tick(self, state: State, dt: float) -> State:
        """Return the counts after some of the evidence is forgotten."""
        return faded(state[0], state[1], self.lam, dt)

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the counts after evidence."""
        return counted(state[0], state[1], quality, weight, self.kappa)

    def value(self, state: State) -> float:
        """Return the trust."""
        return expectation(state[0], state[1], self.a, self.b)
