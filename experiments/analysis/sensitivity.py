"""How much each axis matters: Sobol indices from the runs of a Saltelli design.

The first-order index of an axis is the share of the metric's variance that disappears when the
axis is fixed; its total index is the share that remains when all others are fixed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rich.console import Group

from experiments.analysis.intervals import numbers
from experiments.analysis.sobol import Array, chance, index_intervals, indices, point_means
from experiments.display.numbers import NONE, WIDE, labels, wrapped
from experiments.display.shown import Shown
from experiments.display.terminal import heading, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "sensitivity"]


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """Sobol indices of one metric, and the runs they are computed from.

    Parameters
    ----------
    metric : str
        What was measured.
    table : DataFrame
        One row per axis: ``axis``; ``first``, ``first_low``, ``first_high``; ``total``,
        ``total_low``, ``total_high``.
    variance : float
        Variance of the metric over the design, replications averaged.
    noise : float
        The share of that variance which is due to chance within points, by the spread of the
        replications, less what they share under common random numbers; NaN with one replication.
    samples : int
        Base samples that were used.
    left_out : int
        Base samples left out, as at one of their points no run has a value.
    runs, failed, missing : int
        How many runs there are, how many of them failed, and how many others have no value.
    """

    metric: str
    table: "pd.DataFrame"
    variance: float
    noise: float
    samples: int
    left_out: int
    runs: int
    failed: int
    missing: int

    def page(self) -> Group:
        """Return the table of indices under its heading, largest first."""
        names = labels(self.table["axis"].tolist())
        order = self.table.sort_values("total", ascending=False, kind="stable")
        rows = [
            [
                wrapped(names[row["axis"]], WIDE),
                *_share_cells(row["first"], row["first_low"], row["first_high"]),
                *_share_cells(row["total"], row["total_low"], row["total_high"]),
            ]
            for row in order.to_dict("records")
        ]
        return Group(
            heading(f"Which axis moves {self.metric}: shares of its variance"),
            table(["", "first", "95 %", "total", "95 %"], rows, numbers=4),
        )


def sensitivity(
    runs: "pd.DataFrame",
    metric: str,
    axes: Sequence[str],
    blocks: NDArray[np.int64],
    seed: int,
    confidence: float = 0.95,
    shared_seeds: bool = False,
) -> Sensitivity:
    """Return first-order and total Sobol indices with bootstrap intervals.

    At each point, the replications that have a value are averaged. A base sample with a point
    that has no value at all is left out, so that the rest remains a Saltelli design.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs``: columns ``point``, ``replication``, ``error`` and `metric`.
    metric : str
        A numeric column.
    axes : sequence of str
        The axes, in the order of the design.
    blocks : array of int, shape (axes + 2, samples)
        Numbers of the points of A, of B, and of A with one column from B after the other, as
        `experiments.design.sampling.blocks` gives them.
    seed : int
        Root seed of the experiment; the same seed gives the same intervals.
    confidence : float
        Of the intervals, in (0, 1).
    shared_seeds : bool
        Whether a replication has the same seed at every point (common random numbers).

    Raises
    ------
    ValueError
        If fewer than two base samples are complete.
    """
    values = numbers(runs, metric)
    means = point_means(runs["point"].to_numpy(), values, blocks.size)
    outputs = means[blocks]
    whole = ~np.isnan(outputs).any(axis=0)
    if whole.sum() < 2:
        raise ValueError(
            f"{whole.sum()} of {blocks.shape[1]} base samples have a value of {metric!r} at all "
            "their points; indices take at least two"
        )
    complete = outputs[:, whole]
    variance = float(np.var(complete[:2]))
    failed = int(runs["error"].notna().sum())
    return Sensitivity(
        metric=metric,
        table=_table(axes, complete, seed, confidence),
        variance=variance,
        noise=chance(runs, values, shared_seeds) / variance if variance else float("nan"),
        samples=int(whole.sum()),
        left_out=int((~whole).sum()),
        runs=len(runs),
        failed=failed,
        missing=int(np.isnan(values).sum()) - failed,
    )


def _table(axes: Sequence[str], outputs: Array, seed: int, confidence: float) -> "pd.DataFrame":
    import pandas as pd

    low, high = index_intervals(outputs, seed, confidence)
    columns: dict[str, object] = {"axis": list(axes)}
    for k, (name, values) in enumerate(zip(("first", "total"), indices(outputs), strict=True)):
        columns |= {name: values, f"{name}_low": low[k], f"{name}_high": high[k]}
    return pd.DataFrame(columns)


def _share_cells(value: float, low: float, high: float) -> tuple[str, str]:
    if math.isnan(value):
        return NONE, NONE
    return f"{value:.3f}", NONE if math.isnan(low) else f"{low:.3f} to {high:.3f}"
