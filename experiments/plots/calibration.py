"""The reliability diagram: what was performed over the trust with which it was expected."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from experiments.plots.palette import palette
from experiments.plots.style import dress, empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["reliability_diagram", "stacked"]

#: Points of fewer reviews are hollow: chance has the better of them.
FEW = 10


def stacked(fig: "Figure") -> "tuple[Axes, Axes]":
    """Return axes for the diagram and, below, for its counts."""
    ax, counts = fig.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    return ax, counts


def reliability_diagram(
    bins: "pd.DataFrame",
    ax: "Axes",
    counts: "Axes",
    each: str | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> "Axes":
    """Return axes with mean performance over mean trust, and below how many reviews that is.

    On the diagonal, trust is a probability that can be taken at its word; above it, partners are
    better than they are trusted to be.

    Parameters
    ----------
    bins : DataFrame
        The bins of an `experiments.analysis.calibration.Calibration`.
    ax, counts : Axes
        Where to draw the diagram, and the counts.
    each : str, optional
        A column with a curve for each of its values.
    names : mapping
        Names of the axes of a sweep; their paths by default.

    References
    ----------
    Murphy & Winkler (1977), "Reliability of subjective probability forecasts of precipitation and
    temperature", Applied Statistics 26.
    """
    values = list(dict.fromkeys(bins[each])) if each else [None]
    styles = palette(map(str, values))
    ax.plot([0, 1], [0, 1], color="0.6", lw=1, ls=":", label="as trusted" if len(bins) else None)
    for k, value in enumerate(values):
        curve = bins[bins[each] == value] if each else bins
        style = styles[str(value)]
        look = style.line | {"label": style.label if each else "performed"}
        ax.plot(curve["forecast"], curve["performed"], **look, lw=1.5, marker=style.marker, ms=6)
        thin = curve[curve["reviews"] < FEW]
        ax.scatter(thin["forecast"], thin["performed"], marker=style.marker, s=30, fc="white",
                   ec=style.colour, zorder=3)  # fmt: skip
        width = 0.086 / len(values)
        middle = curve["low"] + 0.007 + (k + 0.5) * width
        counts.bar(middle, curve["reviews"], width=width, color=style.colour, ec="white", lw=0.3)
    if (bins["reviews"] < FEW).any():
        ax.scatter([], [], s=30, fc="white", ec="0.4", label=f"fewer than {FEW} reviews")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.03, 1.03), ylabel="performed (mean quality)")
    ax.tick_params(labelbottom=False)
    counts.set(
        xlim=(-0.02, 1.02), ylabel="reviews", xlabel="trust when it was chosen (bins of 0.1)"
    )
    dress(counts, legend=False)
    dress(ax, key=names.get(each, each) if each else "")
    return ax if len(bins) else empty(ax, "nothing was performed")
