"""The zone of agreement of a talk as a function of trust."""

from typing import TYPE_CHECKING

from experiments.plots.palette import Palette, palette
from experiments.plots.style import dress, empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["zone"]


def zone(table: "pd.DataFrame", ax: "Axes", styles: Palette | None = None) -> "Axes":
    """Return axes with the share of outcomes that all parties would sign, over trust.

    Parameters
    ----------
    table : DataFrame
        ``whose`` trust is varied (a party, or ``""`` for everybody's alike), ``trust``, the
        ``share`` of outcomes in the zone, and whether that is the trust ``now``;
        `experiments.plots.frames.zones` makes it.
    ax : Axes
        Where to draw.
    styles : Palette, optional
        How parties are drawn.
    """
    styles = palette((whose for whose in map(str, table["whose"]) if whose), styles)
    for name, line in table.groupby("whose", sort=False):
        whose, line = str(name), line.sort_values("trust")
        colour = styles[whose].colour if whose else "black"
        label = f"trust of {styles[whose].mention} alone" if whose else "trust of all alike"
        dash = styles[whose].dash if whose else "-"
        ax.plot(line["trust"], 100 * line["share"], color=colour, ls=dash, lw=1.8, label=label)
        now = line[line["now"]]
        marker = styles[whose].marker if whose else "o"
        ax.scatter(now["trust"], 100 * now["share"], color=colour, marker=marker, s=50, zorder=4)
    ax.scatter([], [], color="0.4", s=50, label="as it stands")
    ax.set_xlim(0, 1)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("trust (0 to 1)")
    ax.set_ylabel("outcomes in the zone of agreement (%)")
    dress(ax)
    return ax if table["share"].notna().any() else empty(ax, "there are no outcomes")
