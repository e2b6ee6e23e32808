"""Sobol indices: estimators, their bootstrap, and the share of a variance that is chance."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Array", "chance", "index_intervals", "indices", "point_means"]

Array = NDArray[np.float64]
#: Bootstrap resamples, and how many of them are computed at a time.
RESAMPLES, AT_A_TIME = 1000, 50


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


def index_intervals(outputs: Array, seed: int, confidence: float) -> Array:
    """Return both ends of bootstrap intervals of first-order and total indices.

    Returns
    -------
    array, shape (2, 2, axes)
        Low and high ends; of first-order and total indices; per axis. NaN where nothing varies.
    """
    resampled = _shares(_resampled(_terms(outputs), seed))
    # With few base samples, a resample may hold only one of them, and has no variance.
    some = resampled[:, ~np.isnan(resampled).any(axis=(0, 2))]
    if not some.size:
        return np.full((2, 2, resampled.shape[-1]), np.nan)
    tail = (1 - confidence) / 2
    return np.quantile(some, [tail, 1 - tail], axis=1)


def _terms(outputs: Array) -> Array:
    """Return, per base sample, the terms from whose means the indices are computed."""
    a_and_b = outputs[:2]
    spread = a_and_b.std()
    # The variance that rounding gives a constant is none.
    scale = spread if spread > 1e-12 * np.abs(a_and_b).max() else np.nan
    (a, b), mixed = (a_and_b - a_and_b.mean()) / scale, (outputs[2:] - a_and_b.mean()) / scale
    first, total = b * (mixed - a), (mixed - a) ** 2 / 2
    return np.vstack([first, total, (a + b) / 2, (a**2 + b**2) / 2]).T


def _shares(means: Array) -> Array:
    """Return first-order and total indices, shape (2, ..., axes), from means of `_terms`."""
    variance = means[..., -1:] - means[..., -2:-1] ** 2
    variance = np.where(variance > 0, variance, np.nan)
    first, total = np.split(means[..., :-2], 2, axis=-1)
    return np.stack([first / variance, total / variance])


def _resampled(terms: Array, seed: int) -> Array:
    """Return the means of bootstrap resamples of the base samples, one row each [1]_.

    The points of a Sobol sequence are more even than random ones, so the intervals tend to be too
    wide rather than too narrow.

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


def point_means(points: NDArray[np.int64], values: Array, size: int) -> Array:
    """Return the mean of the values of runs at each of `size` points; NaN where there is none."""
    valid = ~np.isnan(values)
    counts = np.bincount(points[valid], minlength=size)
    with np.errstate(invalid="ignore"):
        means: Array = np.bincount(points[valid], values[valid], minlength=size) / counts
    return means


def chance(runs: "pd.DataFrame", values: Array, shared_seeds: bool) -> float:
    """Return the variance of a point's mean that is due to chance, NaN if it cannot be known.

    Where replications share their seeds, what a seed adds equally at every point moves no point
    relative to another, and does not count: what is left is the residual variance of the two-way
    layout of points and replications [1]_, over the points at which every replication has a value.

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
