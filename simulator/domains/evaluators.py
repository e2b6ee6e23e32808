"""What the values of a numeric issue are worth, as Genius has it: on a line, or on a triangle."""

from collections.abc import Sequence

import numpy as np

from simulator.negotiation.payoffs import Vector

__all__ = ["linear", "triangular"]


def linear(numbers: Sequence[float], slope: float, offset: float) -> Vector:
    """Return slope times each number plus the offset, within [0, 1].

    References
    ----------
    Genius 10.4, classes EvaluatorInteger, EvaluatorReal.
    """
    return np.array([min(max(slope * x + offset, 0.0), 1.0) for x in numbers])


def triangular(numbers: Sequence[float], low: float, high: float, top: float) -> Vector:
    """Return a triangle over each number: 0 up to `low` and from `high` on, 1 at the top.

    References
    ----------
    Genius 10.4, class EVALFUNCTYPE: parameter0, parameter1 and parameter2 are `low`, `high` and
    the top; where the top is `high`, that is worth 0 all the same.
    """
    return np.array([_at(x, low, high, top) for x in numbers])


def _at(x: float, low: float, high: float, top: float) -> float:
    if low <= x < top:
        return (x - low) / (top - low)
    return 1.0 - (x - top) / (high - top) if top <= x < high else 0.0
