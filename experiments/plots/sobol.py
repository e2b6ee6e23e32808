"""Sobol indices as bars: which axes move a metric."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.palette import literal_text
from experiments.plots.style import dress, empty, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["sobol"]

#: Column, colour, hatching and label of the two bars of an axis.
BARS = (
    ("first", "#0072B2", None, "first-order: by itself"),
    ("total", "#E69F00", "////", "total: with all others"),
)


def sobol(
    table: "pd.DataFrame",
    ax: "Axes",
    metric: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> "Axes":
    """Return axes with the Sobol indices of each axis of a sweep, with 95 % intervals.

    Parameters
    ----------
    table : DataFrame
        What `experiments.analysis.sensitivity.sensitivity` returns: ``axis``;
        ``first`` and ``total``, each with ``_low`` and ``_high``.
    ax : Axes
        Where to draw.
    metric : str
        The metric whose variance it is.
    names : mapping
        Names of the axes of the sweep; their paths by default.
    """
    places = np.arange(len(table))
    for k, (name, colour, hatch, words) in enumerate(BARS):
        value, low, high = (
            table[column].to_numpy(dtype=float) for column in (name, f"{name}_low", f"{name}_high")
        )
        at = places + 0.38 * (k - 0.5)
        ax.barh(at, np.nan_to_num(value), 0.36, color=colour, hatch=hatch, ec="white", label=words)
        finite = np.isfinite(value) & np.isfinite(low) & np.isfinite(high)
        ax.hlines(at[finite], low[finite], high[finite], color="black", lw=1.2, zorder=3)
        ax.plot(low[finite], at[finite], "|", high[finite], at[finite], "|", color="black", ms=6)
    ax.set_yticks(places, [lines(names.get(axis, axis), 36) for axis in table["axis"]])
    ax.invert_yaxis()
    ax.axvline(0.0, color="0.3", lw=0.8)
    share = f"share of the variance of\n{metric}" if metric else "share of variance"
    ax.set_xlabel(literal_text(share))
    dress(ax, legend=False)
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(*(handles, labels), loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2,
              frameon=False, fontsize="small")  # fmt: skip
    return ax if np.isfinite(table["first"].to_numpy(dtype=float)).any() else empty(
        ax, "nothing varies")  # fmt: skip
