"""A small scenario and a roster of parts that do nothing, for tests of what reads them."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.errors import PartError

__all__ = ["ROSTER", "SKETCH", "Drift", "Idle", "Ladder", "Plain", "Script", "Volatile", "sketch"]


class Idle:
    """What every slot asks for, and nothing done."""

    def _nothing(self, *given: object) -> None:
        return None

    begin = propose = respond = choose = init = tick = update = value = _nothing


class Ladder(Idle):
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
    resolve : float
        How hard it is.
    belief : str
        What it knows.
    noise : float
        How well.
    """

    def __init__(
        self,
        *,
        exponent: float = 4.0,
        band: float = 0.0,
        tolerance: float = 1e-4,
        resolve: float = 0.0,
        belief: str = "",
        noise: float = 0.0,
    ) -> None:
        if exponent <= 0:
            raise PartError("time-dependent", "exponent", exponent, "a number above 0")
        self.exponent = exponent
        self.band = band
        self.tolerance = tolerance
        self.resolve = resolve
        self.belief = belief
        self.noise = noise


class Script(Idle):
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


class Plain(Idle):
    """A part without parameters."""


class Volatile:
    """Disregards at random."""

    def __init__(self, *, probability: float = 0.1) -> None:
        if not 0 <= probability <= 1:
            raise ValueError("a probability from 0 to 1")
        self.probability = probability


class Short:
    """Performs by a draw."""

    def __init__(
        self, *, mean: float = 0.6, sd: float = 0.1, issues: list[str] | None = None
    ) -> None:
        self.given = (mean, sd, issues)


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

    def __init__(
        self, *, half_life: float = 5.0, gamma: float = math.log(2), kappa: float = 4.0
    ) -> None:
        self.half_life = half_life
        self.kappa = kappa
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
        "shortfall": Short,
    },
    "trust": {
        "asymmetric": Drift,
        "beta": Decay,
        "two-layer": Drift,
        "fire": Decay,
        "types": Decay,
        "fixed": Drift,
    },
}

SKETCH = """
name = "sketch"
start = 2025-05-19
weeks = 104
valuation_sd = 0.15

[countries.us]
name = "United States"
strategy = "time-dependent:exponent=4:band=0.1"
compliance = "volatile:probability=0.05"
trust = "asymmetric:up=0.05"
patience = 0.95

[countries.japan]
benchmark = 0.5

[countries.korea]

[bystanders.china]

[talks.us-japan]
parties = ["us", "japan"]
deadline = 2025-07-09
ratify_weeks = 4
term_weeks = 52
renew_weeks = 8
audience.japan = { threshold = 2, noise = 0.6 }

[[talks.us-japan.issues]]
id = "car-tariff"
obligor = "us"
unit = "%"
levels = [25, 15, 2.5]
payoffs = { us = [0, -0.5, -1.6], japan = [0, 2.8, 6.3] }

[[talks.us-japan.issues]]
id = "rice"
obligor = "japan"
levels = ["none", "some", "much"]
payoffs = { us = [0, 0.15, 0.6], japan = [0, -0.2, -1.2] }
political_weights = { japan = 1.91 }

[talks.us-korea]
parties = ["us", "korea"]
open = false

[[talks.us-korea.issues]]
id = "car-tariff"
obligor = "us"
levels = [25, 10]
payoffs = { us = [0, -1], korea = [0, 2] }

[[threats]]
talk = "us-japan"
by = "us"
announced = 2025-05-19
payoffs = { us = -0.3, japan = -3 }

[[deals]]
talk = "us-korea"
signed = 2025-05-08
outcome = { car-tariff = 10 }

[[relationships]]
id = "neighbours"
between = ["japan", "korea"]
weight = 0.4

[[history]]
date = 2025-04-03
what = "the car tariff overrides an agreement"
obligor = "us"
beneficiaries = ["japan", "china"]
quality = 0
stake = 0.6

[[events]]
id = "truce"
date = 2025-08-12
set = { "countries.us.patience" = 0.995 }

[[events]]
date = 2025-06-16
withdraw = "us-us-japan"
"""


def sketch() -> dict[str, Any]:
    """Return a scenario with something of everything, to be changed by a test."""
    return tomllib.loads(SKETCH)
