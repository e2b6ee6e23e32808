"""Parties that mind inequality: what payoffs are worth to them, and the ultimatum game.

In the ultimatum game one party proposes a split and the other accepts it or leaves both with
nothing.

References
----------
Fehr & Schmidt (1999), "A theory of fairness, competition, and cooperation", Quarterly Journal of
Economics 114, equation 1 and proposition 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["inequity_averse", "least_acceptable", "ultimatum_offer"]


def inequity_averse(
    u: ArrayLike, envy: Sequence[float], guilt: Sequence[float]
) -> NDArray[np.float64]:
    """Return what payoffs are worth to parties that mind having less or more than others.

    A party's own payoff, less `envy` times the mean by which each other has more, less `guilt`
    times the mean by which each other has less.

    Parameters
    ----------
    u : array_like
        Payoffs in one unit for all, shape (n, p), p from 2.
    envy, guilt : sequence of float
        Per party; guilt in [0, 1) and no larger than envy.

    Returns
    -------
    ndarray
        Shape (n, p).
    """
    payoffs = np.asarray(u, dtype=np.float64)
    others = payoffs.shape[1] - 1
    ahead = payoffs[:, None, :] - payoffs[:, :, None]  # by how much the last has more
    more, less = np.maximum(ahead, 0.0).sum(axis=2), np.maximum(-ahead, 0.0).sum(axis=2)
    worth: NDArray[np.float64] = payoffs - (np.asarray(envy) * more + guilt * less) / others
    return worth


def least_acceptable(envy: float, pie: float = 1.0) -> float:
    """Return the least offer that a responder accepts: ``envy / (1 + 2 envy)`` of the pie.

    Parameters
    ----------
    envy : float
        The responder's, at least 0.
    pie : float
        What is split, above 0.
    """
    return pie * envy / (1.0 + 2.0 * envy)


def ultimatum_offer(guilt: float, envy: float, pie: float = 1.0) -> float:
    """Return what a proposer offers a responder whose envy it knows.

    Half of the pie if its guilt is above 1/2, else the least that is accepted. (At 1/2 all
    offers between are equally good to it.)

    Parameters
    ----------
    guilt : float
        The proposer's, in [0, 1).
    envy : float
        The responder's, at least 0.
    pie : float
        What is split, above 0.
    """
    return 0.5 * pie if guilt > 0.5 else least_acceptable(envy, pie)
