"""Models that stand in for the world in experiments: what they return is known."""

import math
import random
from collections.abc import Mapping
from typing import Any

Parameters = Mapping[str, Any]


def ishigami(parameters: Parameters, seed: int) -> dict[str, float]:
    a, b, c = (math.pi * (2 * parameters[name] - 1) for name in "abc")
    return {"y": math.sin(a) + 7 * math.sin(b) ** 2 + 0.1 * c**4 * math.sin(a)}


def g(parameters: Parameters, seed: int) -> dict[str, float]:
    weights = {"a": 0, "b": 1, "c": 4.5}
    factors = ((abs(4 * parameters[k] - 2) + w) / (1 + w) for k, w in weights.items())
    return {"y": math.prod(factors)}


def flaky(parameters: Parameters, seed: int) -> dict[str, float]:
    if parameters["a"] > 0.97:
        raise ValueError("too large")
    return g(parameters, seed)


def constant(parameters: Parameters, seed: int) -> dict[str, float]:
    return {"y": 0.1}


def hopeless(parameters: Parameters, seed: int) -> dict[str, float]:
    return {"y": math.nan}


def noisy(parameters: Parameters, seed: int) -> dict[str, float]:
    """`y` of mean `x`; `late` only where x is above 0; odd ones fail at one seed in six."""
    rng = random.Random(seed)
    if parameters["kind"] == "odd" and seed in _odd():
        raise ValueError("odd")
    late = 3.0 if parameters["x"] else math.nan
    return {"y": parameters["x"] + rng.gauss(0, 0.1), "late": late}


def shifted(parameters: Parameters, seed: int) -> dict[str, float]:
    found = noisy(parameters, seed)
    return {**found, "y": found["y"] + 0.5}


def rare(parameters: Parameters, seed: int) -> dict[str, float]:
    """Has a value in one run of eight."""
    rng = random.Random(seed)
    return {"y": rng.gauss(parameters["x"], 1) if rng.random() < 1 / 8 else math.nan}


def summed(parameters: Parameters, seed: int) -> dict[str, float]:
    """`y` is the sum of whatever varies, with chance."""
    return {"y": sum(parameters.values()) + random.Random(seed).gauss(0, 0.1)}


def _odd() -> set[int]:
    from experiments.design.plan import seed_of

    return {seed_of(0, 3)}
