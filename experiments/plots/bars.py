"""Pictures of trade economics: each takes figures and axes, draws on them and returns them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.plots.style import figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bars", "bars_figure"]

#: Gains and losses, distinct also in grey and for the colour-blind (Okabe & Ito 2008).
GAIN, LOSS = "#0072B2", "#E69F00"


def bars(regions: Sequence[str], values: Sequence[float], ax: "Axes", unit: str) -> "Axes":
    """Return axes with a bar for each region, from top to bottom, and its value beside it.

    NaN leaves a place empty; `unit` says what the values are, and in which unit.
    """
    colours = [LOSS if value < 0.0 else GAIN for value in values]
    container = ax.barh(range(len(regions)), values, color=colours)
    ax.bar_label(container, fmt="{:.3g}", padding=3, fontsize="small")
    ax.set_yticks(range(len(regions)), labels=list(regions))
    ax.invert_yaxis()
    ax.axvline(0.0, color="black", lw=0.8)
    ax.margins(x=0.15)
    ax.set_xlabel(unit)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def bars_figure(regions: Sequence[str], values: Sequence[float], unit: str, title: str) -> "Figure":
    """Return a figure of bars, high enough for all regions."""
    fig = figure(6.4, 1.4 + 0.3 * len(regions))
    axes = bars(regions, values, fig.add_subplot(), unit)
    axes.set_title(title, loc="left", fontsize="medium")
    return fig
