"""A small roster of parts that do nothing, for tests of what reads and checks them."""

import math
from collections.abc import Mapping, Sequence

from simulator.errors import PartError

__all__ = ["ROSTER", "Drift", "Ladder"]


class Ladder:
    """A strategy that concedes.

    Parameters
    ----------
    exponent : float
        Shape of the concession,
        on two lines.
    band : float
        Width of the band.
    tolerance : float
        Slack.
    """

    def __init__(
        self, *, exponent: float = 4.0, band: float = 0.0, tolerance: float = 1e-4
    ) -> None:
        if exponent <= 0:
            raise PartError("time-dependent", "exponent", exponent, "a number above 0")
        self.exponent = exponent
        self.band = band
        self.tolerance = tolerance


class Script:
    """Plays what it is told."""

    def __init__(
        self,
        *,
        offers: Sequence[int],
        labels: tuple[str, ...] = (),
        weights: Mapping[str, float] | None = None,
        limit: int | None = None,
        loud: bool = False,
        motto: str = "",
    ) -> None:
        self.given = (offers, labels, weights, limit, loud, motto)


class Plain:
    """A part without parameters."""


class Volatile:
    """Disregards at random."""

    def __init__(self, *, probability: float = 0.1) -> None:
        if not 0 <= probability <= 1:
            raise ValueError("a probability from 0 to 1")
        self.probability = probability


class Drift:
    """A trust model."""

    def __init__(self, *, up: float = 0.1, down: float = 0.3, t0: float = 0.5) -> None:
        if not 0 < up <= down:
            raise PartError("asymmetric", "up", up, f"a number above 0 and at most {down}")
        self.up = up
        self.down = down
        self.t0 = t0


class Decay:
    """Another trust model, with parameters of its own."""

    def __init__(self, *, half_life: float = 5.0, gamma: float = math.log(2)) -> None:
        self.half_life = half_life
        self.gamma = gamma


ROSTER: Mapping[str, Mapping[str, type]] = {
    "strategy": {
        "time-dependent": Ladder,
        "boulware": Plain,
        "linear": Plain,
        "conceder": Plain,
        "mirror": Plain,
        "micro": Plain,
        "scripted": Script,
    },
    "compliance": {
        "always": Plain,
        "opportunist": Plain,
        "reciprocal": Plain,
        "grim": Plain,
        "generous": Plain,
        "limited-punishment": Plain,
        "volatile": Volatile,
    },
    "trust": {
        "asymmetric": Drift,
        "beta": Decay,
        "two-layer": Drift,
        "fire": Decay,
        "fixed": Drift,
    },
}
