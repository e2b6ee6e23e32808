"""What each strategy gets in many negotiations: in the mean, by seat, and against each other."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import RenderableType

from experiments.display import wording
from experiments.display.terminal import cross_table, heading, table

__all__ = ["standings"]

#: Up to how many strategies are shown against each other, and seats beside each other.
AGAINST, ABREAST = 10, 4

Floats = NDArray[np.float64]


def standings(
    labels: Sequence[str],
    seats: NDArray[np.int64],
    utilities: Floats,
    agreed: NDArray[np.bool_],
    parties: Sequence[str],
) -> Iterator[RenderableType]:
    """Give tables of what strategies get, the best first, with their headings.

    Parameters
    ----------
    labels : sequence of str
        What the strategies are called.
    seats : ndarray of int
        Which of them sits where, shape (n, parties).
    utilities : ndarray
        What each party gets, shape (n, parties).
    agreed : ndarray of bool
        Whether there was an agreement, shape (n,).
    parties : sequence of str
        What the seats are called.
    """
    each = np.broadcast_to(agreed[:, None], seats.shape)
    means, agreements = _means(labels, seats, utilities), _means(labels, seats, each)
    order = np.argsort(-means, kind="stable").tolist()
    by_seat = range(seats.shape[1] if seats.shape[1] <= ABREAST else 0)
    columns = [_means(labels, seats[:, [k]], utilities[:, [k]]) for k in by_seat]
    head = ["strategy", "agreed", "utility", *(f"as {parties[k]}" for k in by_seat)]
    rows = [
        [
            labels[k],
            f"{agreements[k]:.1%}",
            *(_number(column[k]) for column in (means, *columns)),
        ]
        for k in order
    ]
    yield heading("Mean utility")
    yield table(head, rows, numbers=len(head) - 1)
    if seats.shape[1] == 2 and 1 < len(labels) <= AGAINST:
        yield heading("Mean utility of each (row) against each")
        yield _against(labels, order, seats, utilities)


def _against(
    labels: Sequence[str], order: Sequence[int], seats: NDArray[np.int64], utilities: Floats
) -> RenderableType:
    """Return the mean utility of each strategy, in either seat, against each."""
    pairs = seats * len(labels) + seats[:, ::-1]
    means = _means(range(len(labels) ** 2), pairs, utilities)
    names = {str(k): labels[k] for k in order}
    cells = {
        (row, column): _number(means[int(row) * len(labels) + int(column)])
        for row in names
        for column in names
    }
    return cross_table(names, names, cells)


def _means(
    kinds: Sequence[object], places: NDArray[np.int64], values: NDArray[np.generic]
) -> Floats:
    """Return the mean value of each kind, nan where there is none."""
    weights = np.asarray(values, np.float64).ravel()
    sums = np.bincount(places.ravel(), weights, len(kinds))
    counts = np.bincount(places.ravel(), minlength=len(kinds))
    means: Floats = np.full(len(kinds), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def _number(value: float) -> str:
    return "-" if np.isnan(value) else wording.amount(float(value), 3)
