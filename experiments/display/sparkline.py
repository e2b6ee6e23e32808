"""A course of numbers as a line of characters."""

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["sparkline"]

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], low: float, high: float, width: int) -> str:
    """Return numbers as bars of a few characters, each the mean of its stretch.

    Parameters
    ----------
    values : sequence of float
        The numbers, in order.
    low, high : float
        What the lowest and the highest bar stand for.
    width : int
        How many characters at most, from 1.
    """
    count = min(width, len(values))
    ends = [len(values) * k // count for k in range(count + 1)] if count else []
    parts = (values[a:b] for a, b in pairwise(ends))
    return "".join(_bar(sum(part) / len(part), low, high) for part in parts)


def _bar(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.0
    return BARS[min(max(int(share * len(BARS)), 0), len(BARS) - 1)]
