"""The Pareto frontier: the outcomes that no other outcome improves on.

An outcome improves on another if it is better for one party and worse for none.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["contenders", "pareto_mask"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

_FEW = 100  # outcomes that are compared sooner than thinned out
_BLOCK = 64  # outcomes compared with all others at a time
_TINY = 1e-300  # has a reciprocal with room to spare
_SEARCHES = (0.5, 0.2, 0.8, 0.05, 0.95)  # where the outcomes are sought that rule out most others


def pareto_mask(u: ArrayLike) -> Mask:
    """Return which outcomes no other outcome improves on: none is better for one, worse for none.

    Outcomes with equal payoffs do not exclude each other.

    Parameters
    ----------
    u : array_like
        Payoffs, shape (n, p), finite.

    Returns
    -------
    ndarray of bool
        Shape (n,).
    """
    payoffs = np.asarray(u, dtype=np.float64)
    columns = np.ascontiguousarray(payoffs.T)
    mask = np.zeros(len(payoffs), dtype=np.bool_)
    if mask.size:
        left = contenders(columns)
        scan = _scan if len(columns) == 2 else _cull
        mask[left] = scan(columns[:, left])
    return mask


def contenders(columns: Floats, slack: ArrayLike = 0.0) -> Indices:
    """Return the outcomes, rising, that are left when a few good ones have ruled out theirs.

    All that are on the frontier are among them, and so are all within `slack` of it; of many
    outcomes few others are.

    Parameters
    ----------
    columns : ndarray
        Payoffs, shape (p, n), finite, n from 1; fastest when contiguous.
    slack : array_like
        Per party or for all, at least 0: one outcome rules another out only where it improves on
        it by more than this for some party.
    """
    spread = columns.max(axis=1) - columns.min(axis=1)
    scale = 1.0 / np.where(spread > _TINY, spread, 1.0)
    left: Indices = np.arange(columns.shape[1])
    for weights in _directions(len(columns)):
        if len(left) <= _FEW:
            break
        best = columns[:, [int(np.argmax((weights * scale) @ columns))]]
        unbeaten = np.flatnonzero(~_beaten(columns, best, slack)[0])
        columns, left = columns.take(unbeaten, axis=1), left[unbeaten]
    return left


def _directions(parties: int) -> list[Floats]:
    """Return weights of the parties: equal ones, and such that favour or neglect the first few."""
    if parties == 2:
        return [np.array([share, 1.0 - share]) for share in _SEARCHES]
    favours = [1.0 + parties * np.eye(parties)[i] for i in range(min(parties, 8))]
    return [np.ones(parties), *favours]


def _beaten(columns: Floats, rivals: Floats, slack: ArrayLike = 0.0) -> Mask:
    """Return, one row per rival, which outcomes it improves on, by more than the slack for one."""
    no_worse = np.ones((rivals.shape[1], columns.shape[1]), dtype=np.bool_)
    better = np.zeros_like(no_worse)
    bars = rivals - np.reshape(slack, (-1, 1))
    for theirs, bar, mine in zip(rivals, bars, columns, strict=True):
        no_worse &= theirs[:, None] >= mine
        better |= bar[:, None] > mine
    return no_worse & better


def _scan(columns: Floats) -> Mask:
    """Return the Pareto mask for two parties: sort by the first, keep the records of the second."""
    order = np.lexsort((columns[1], columns[0]))[::-1]
    first, second = columns[:, order]
    best = np.maximum.accumulate(second)
    # Where the record in force was set; a tie with it counts only for an equal outcome.
    record = np.concatenate(([True], second[1:] > best[:-1]))
    setter = np.maximum.accumulate(np.where(record, np.arange(len(order)), 0))
    mask = np.empty(len(order), dtype=np.bool_)
    mask[order] = (second == best) & (first == first[setter])
    return mask


def _cull(columns: Floats) -> Mask:
    """Return the Pareto mask for any number of parties, block after block."""
    # Whatever improves on an outcome comes before it, also where rounding makes sums equal.
    left = np.lexsort((*columns, columns.sum(axis=0)))[::-1]
    mask = np.zeros(columns.shape[1], dtype=np.bool_)
    while left.size:
        block, left = left[:_BLOCK], left[_BLOCK:]
        block = block[~_beaten(columns[:, block], columns[:, block]).any(axis=0)]
        mask[block] = True
        left = left[~_beaten(columns[:, left], columns[:, block]).any(axis=0)]
    return mask
