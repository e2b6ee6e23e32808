"""One metric against another: a point for each run, and the means at each value of an axis."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.plots.palette import palette, shades
from experiments.plots.style import ACROSS, UP, dress, empty, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["scatter"]


def scatter(
    runs: "pd.DataFrame",
    means: "pd.DataFrame",
    ax: "Axes",
    over: str,
    metric: str,
    each: str | None = None,
    labels: tuple[str, str, str] = ("", "", ""),
) -> "Axes":
    """Return axes with a metric against another: runs as small points, means as crosses.

    The arms of a cross are 95 % intervals; a line joins the means in the order of the axis.

    Parameters
    ----------
    runs : DataFrame
        One row per run: the two metrics, and the axis `each`.
    means : DataFrame
        What `experiments.analysis.intervals.summarize` returns for both metrics, by `each`.
    ax : Axes
        Where to draw.
    over, metric : str
        The metrics along the horizontal and the vertical axis.
    each : str, optional
        The axis of the sweep by whose values the runs are told apart.
    labels : tuple of str
        What the horizontal axis, the vertical one and the axis of the sweep are called.
    """
    both = runs[np.isfinite(runs[[over, metric]].to_numpy(dtype=float)).all(axis=1)]
    values = list(dict.fromkeys(runs[each])) if each else [None]
    styles = shades(values) if each else [*palette([""]).values()]
    middles = []
    for value, style in zip(values, styles, strict=True):
        own, mean = ((table[table[each] == value] if each else table) for table in (both, means))
        ax.scatter(own[over], own[metric], s=9, color=style.colour, alpha=0.3, lw=0)
        x, y = (mean[mean["metric"] == name].iloc[0] for name in (over, metric))
        middles.append((x["mean"], y["mean"]))
        ax.errorbar(
            *middles[-1],
            xerr=_arms(x),
            yerr=_arms(y),
            fmt=style.marker,
            color=style.colour,
            ms=6,
            zorder=3,
            label=style.label if each else "mean, 95 % intervals",
        )
    ax.plot(*zip(*middles, strict=True), color="0.6", lw=1, zorder=2)
    ax.set_xlabel(lines(labels[0] or over, ACROSS))
    ax.set_ylabel(lines(labels[1] or metric, UP))
    dress(ax, key=labels[2])
    return ax if len(both) else empty(ax, "no run has a value of both")


def _arms(row: "pd.Series[float]") -> "NDArray[np.float64]":
    """Return how far an interval reaches below and above its mean, shape (2, 1)."""
    reach = np.array([[row["mean"] - row["low"]], [row["high"] - row["mean"]]], dtype=float)
    arms: NDArray[np.float64] = np.nan_to_num(reach)
    return arms
