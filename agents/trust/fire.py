"""FIRE's direct experience: a recent average, believed as far as there is experience."""

import math
from dataclasses import dataclass

from agents.trust.model import State
from simulator.arithmetic import expm1, power
from simulator.errors import require

__all__ = ["Fire", "aged", "believed", "experienced"]


def aged(rated: float, seen: float, half_life: float, dt: float) -> tuple[float, float]:
    """Return both sums after `dt` periods: each times ``2^(-dt / half_life)``.

    Parameters
    ----------
    rated, seen : float
        The sums A of weight times rating, and B of weight.
    half_life : float
        Periods in which experience comes to count half, above 0.
    dt : float
        Periods, at least 0.
    """
    left = power(2.0, -dt / half_life)
    return rated * left, seen * left


def experienced(rated: float, seen: float, quality: float, weight: float) -> tuple[float, float]:
    """Return both sums after evidence: ``A + w v`` and ``B + w`` with the rating v = 2q - 1.

    Parameters
    ----------
    rated, seen : float
        The sums A of weight times rating, and B of weight.
    quality, weight : float
        Each in [0, 1].
    """
    return rated + weight * (2.0 * quality - 1.0), seen + weight


def believed(rated: float, seen: float, gamma: float) -> float:
    """Return trust: one half plus half the mean rating times its reliability.

    It is ``.5 + .5 (1 - exp(-gamma B)) A / B``, and .5 without experience.

    Parameters
    ----------
    rated, seen : float
        The sums A of weight times rating, and B of weight; ``|A| <= B``.
    gamma : float
        How fast experience makes the mean reliable, above 0.

    References
    ----------
    Huynh, Jennings & Shadbolt (2006), "An integrated trust and reputation model for open
    multi-agent systems", Autonomous Agents and Multi-Agent Systems 13.
    """
    if seen <= 0.0:
        return 0.5
    return 0.5 - 0.5 * expm1(-gamma * seen) * (rated / seen)


@dataclass(frozen=True, kw_only=True)
class Fire:
    """Trust as the mean rating of recent promises, the nearer to one half the fewer there are.

    Parameters
    ----------
    half_life : float
        Time in which experience comes to count half for the country (trust periods): above 0.
    gamma : float
        How fast experience makes its mean reliable to the country (rate): above 0; at ln 2 one
        promise does by half.
    """

    half_life: float = 5.0
    gamma: float = 0.6931471805599453  # ln 2

    def __post_init__(self) -> None:
        name = "fire"
        half_life, gamma = self.half_life, self.gamma
        require(0 < half_life < math.inf, name, "half_life", half_life, "a number above 0")
        require(0 < gamma < math.inf, name, "gamma", gamma, "a number above 0")

    def init(self) -> State:
        """Return empty sums."""
        return (0.0, 0.0)

    def tick(self, state: State, dt: float) -> State:
        """Return the sums after some of the experience has faded."""
        return aged(state[0], state[1], self.half_life, dt)

    def update(self, state: State, quality: float, weight: float) -> State:
        """Return the sums after evidence."""
        return experienced(state[0], state[1], quality, weight)

    def value(self, state: State) -> float:
        """Return the trust."""
        return believed(state[0], state[1], self.gamma)
