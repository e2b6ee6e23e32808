"""How much rounding may hide: sums of the same numbers in another order are not quite the same."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROUNDING", "slack", "slack_between"]

#: Slack in comparing payoffs, as a share of their range.
ROUNDING = 1e-9
#: What sums of a few numbers are off by at most, as a share of the largest: for payoffs that are
#: all alike, which have no range.
_DIGITS = 2.0**-48


def slack(payoffs: NDArray[np.float64], least: float = 0.0) -> float:
    """Return by how much a payoff may fall short of `least` and still count as that much.

    Parameters
    ----------
    payoffs : ndarray
        All payoffs there are, whose range is the measure.
    least : float
        What some of them are compared with.
    """
    if not payoffs.size:
        return 0.0
    return slack_between(float(payoffs.min()), float(payoffs.max()), least)


def slack_between(low: float, high: float, least: float) -> float:
    """Return the `slack` of payoffs that run from `low` to `high`."""
    return ROUNDING * (high - low) + _DIGITS * max(abs(low), abs(high), abs(least))
