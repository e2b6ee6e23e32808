"""Which axis matters how much: Sobol indices out of the runs of a Saltelli design.

The first-order index of an axis is the share of the metric's variance that goes when the axis is
fixed; its total index is the share that stays when all others are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "chance", "indices", "sensitivity"]

Array = NDArray[np.float64]

#: Resamples of the intervals, and how many of them are computed at a time.
RESAMPLES, AT_A_TIME = 1000, 50


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices of one metric, and what they rest on.

    Parameters
    ----------
    metric : str
        What was measured.
    table : DataFrame
        One row per axis: ``axis``; ``first``, ``first_low``, ``first_high``; ``total``,
        ``total_low``, ``total_high``.
    variance : float
        Of the metric over the design, its replications averaged.
    noise : float
        The share of that variance which is left over from chance within points, by the spread
        of the replications, less what they share under common random numbers; NaN with one
        replication.
    samples : int
        Base samples that were used.
    left_out : int
        Base samples left out: at one of their points no run has a value.
    runs, failed, missing : int
        Runs there should be, of which so many failed, and so many have no value.
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

    def _repr_html_(self) -> str:
        from experiments.display.notebook import fragment
        from experiments.pages.sweep import indices

        return fragment(indices(self))


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

    Replications are averaged at each point over those that have a value. A base sample one of
    whose points has no value at all is left out whole, so that the rest stays a Saltelli design.

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
        Root seed of the experiment; the same one gives the same intervals.
    confidence : float
        Of the intervals, in (0, 1).
    shared_seeds : bool
        Whether a replication has the same seed at every point (common random numbers).

    Raises
    ------
    ValueError
        If fewer than two base samples are whole.
    """
    values = numbers(runs, metric)
    means = _means(runs["point"].to_numpy(), values, blocks.size)
    outputs = means[blocks]
    whole = ~np.isnan(outputs).any(axis=0)
    if whole.sum() < 2:
        raise ValueError(
            f"{whole.sum()} of {blocks.shape[1]} base samples have a value of {metric!r} at all "
            "their points; indices take at least two"
        )
    used = outputs[:, whole]
    variance = float(np.var(used[:2]))
    failed = int(runs["error"].notna().sum())
    return Sensitivity(
        metric=metric,
        table=_table(axes, used, seed, confidence),
        variance=variance,
        noise=chance(runs, values, shared_seeds) / variance if variance else float("nan"),
        samples=int(whole.sum()),
        left_out=int((~whole).sum()),
        runs=len(runs),
        failed=failed,
        missing=int(np.isnan(values).sum()) - failed,
    )


def indices(outputs: Array) -> tuple[Array, Array]:
    """Return first-order and total Sobol indices; NaN where nothing varies.

    The first-order estimator is the one of Saltelli et al. [1]_ on centred outputs, the total
    one that of Jansen [2]_: formulas b and f of table 2 there.

    Parameters
    ----------
    outputs : array, shape (axes + 2, samples)
        Outputs at A, at B, and at A with one column from B after the other.

    References
    ----------
    .. [1] Saltelli et al. 2010, "Variance based sensitivity analysis of model output",
       Computer Physics Communications 181, 259-270.
    .. [2] Jansen 1999, "Analysis of variance designs for model output", Computer Physics
       Communications 117, 35-43.
    """
    first, total = _shares(_terms(outputs).mean(axis=0))
    return first, total


def _table(axes: Sequence[str], outputs: Array, seed: int, confidence: float) -> "pd.DataFrame":
    import pandas as pd

    terms = _terms(outputs)
    low, high = _interval(_shares(_resampled(terms, seed)), confidence)
    columns: dict[str, object] = {"axis": list(axes)}
    for k, (name, values) in enumerate(zip(("first", "total"), indices(outputs), strict=True)):
        columns |= {name: values, f"{name}_low": low[k], f"{name}_high": high[k]}
    return pd.DataFrame(columns)


def _interval(resampled: Array, confidence: float) -> Array:
    """Return both ends of percentile intervals of indices, shape (2, 2, axes)."""
    # Of few base samples, a resample may be the same one over and over, and has no variance.
    some = resampled[:, ~np.isnan(resampled).any(axis=(0, 2))]
    if not some.size:
        return np.full((2, 2, resampled.shape[-1]), np.nan)
    tail = (1 - confidence) / 2
    return np.quantile(some, [tail, 1 - tail], axis=1)


def _terms(outputs: Array) -> Array:
    """Return, per base sample, the terms whose means the indices are made of."""
    a_and_b = outputs[:2]
    spread = a_and_b.std()
    # What rounding leaves of the variance of a constant is none.
    scale = spread if spread > 1e-12 * np.abs(a_and_b).max() else np.nan
    (a, b), mixed = (a_and_b - a_and_b.mean()) / scale, (outputs[2:] - a_and_b.mean()) / scale
    first, total = b * (mixed - a), (mixed - a) ** 2 / 2
    return np.vstack([first, total, (a + b) / 2, (a**2 + b**2) / 2]).T


def _shares(means: Array) -> Array:
    """Return first-order and total indices, shape (2, ..., axes), out of means of `_terms`."""
    variance = means[..., -1:] - means[..., -2:-1] ** 2
    variance = np.where(variance > 0, variance, np.nan)
    first, total = np.split(means[..., :-2], 2, axis=-1)
    return np.stack([first / variance, total / variance])


def _resampled(terms: Array, seed: int) -> Array:
    """Return the means of bootstrap resamples of the base samples, one row each [1]_.

    On points of a Sobol sequence, which are more even than chance, the intervals that follow are
    rather too wide than too narrow.

    References
    ----------
    .. [1] Archer, Saltelli & Sobol 1997, "Sensitivity measures, ANOVA-like techniques and the
       use of bootstrap", Journal of Statistical Computation and Simulation 58, 99-120.
    """
    samples = len(terms)
    rng = np.random.default_rng([seed < 0, abs(seed)])
    even = np.full(samples, 1 / samples)
    parts = [
        rng.multinomial(samples, even, size=AT_A_TIME).astype(float) @ terms / samples
        for _ in range(RESAMPLES // AT_A_TIME)
    ]
    return np.concatenate(parts)


def _means(points: NDArray[np.int64], values: Array, size: int) -> Array:
    """Return the mean of the values at each point, by its number; NaN where there is none."""
    known = ~np.isnan(values)
    counts = np.bincount(points[known], minlength=size)
    with np.errstate(invalid="ignore"):
        means: Array = np.bincount(points[known], values[known], minlength=size) / counts
    return means


def chance(runs: "pd.DataFrame", values: Array, shared_seeds: bool) -> float:
    """Return the variance that chance leaves in the mean of a point, NaN if nothing tells.

    Where replications share their seeds, what a seed adds at every point alike moves no point
    against another, and is no part of it: the residual variance of the two-way layout of points
    and replications [1]_, by the points at which every replication has a value.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs``: columns ``point`` and ``replication``.
    values : array of float, shape (runs,)
        The metric, NaN where a run has none.
    shared_seeds : bool
        Whether a replication has the same seed at every point.

    References
    ----------
    .. [1] Scheffe 1959, The Analysis of Variance, chapter 4.
    """
    layout = runs[["point", "replication"]].assign(value=values).dropna()
    if not shared_seeds:
        spread = layout.groupby("point")["value"].agg(["var", "count"])
        return float((spread["var"] / spread["count"]).mean())
    table = layout.pivot_table(index="point", columns="replication", values="value").dropna()
    points, replications = table.shape
    if points < 2 or replications < 2:
        return float("nan")
    cells = table.to_numpy()
    rows, columns = cells.mean(axis=1, keepdims=True), cells.mean(axis=0, keepdims=True)
    residuals = cells - rows - columns + cells.mean()
    freedom = (points - 1) * (replications - 1)
    return float((residuals**2).sum() / freedom / replications)
