"""The offers of a talk, issue by issue: how the positions approach each other."""

from typing import TYPE_CHECKING

from experiments.plots.palette import Palette, literal_text, palette
from experiments.plots.style import empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["offers"]


def offers(
    positions: "pd.DataFrame",
    ax: "Axes",
    levels: list[str],
    title: str = "",
    agreed: int | None = None,
    styles: Palette | None = None,
) -> "Axes":
    """Return axes with what each party proposed on one issue, round by round.

    Parameters
    ----------
    positions : DataFrame
        ``round``, ``proposer`` and ``level``, the position of the level from 0: the rows of one
        issue from `experiments.plots.frames.positions`.
    ax : Axes
        Where to draw.
    levels : list of str
        The issue's levels in words, from 0.
    title : str
        The name of the issue.
    agreed : int, optional
        The level that was agreed.
    styles : Palette, optional
        How parties are drawn.
    """
    from matplotlib.ticker import MaxNLocator

    styles = palette(map(str, positions["proposer"]), styles)
    for proposer, path in positions.groupby("proposer", sort=False):
        style = styles[str(proposer)]
        ax.plot(path["round"], path["level"], **style.line, lw=1.4, marker=style.marker, ms=4)
    if agreed is not None and len(positions):
        last = positions["round"].max()
        ax.scatter([last], [agreed], s=200, fc="none", ec="black", lw=1.6, zorder=4,
                   label="agreement", clip_on=False)  # fmt: skip
    # Of many levels, only a dozen are labelled.
    every = -(-len(levels) // 12)
    ax.set_yticks(range(0, len(levels), every), [literal_text(level) for level in levels[::every]])
    ax.tick_params(axis="y", labelsize="small")
    ax.set_ylim(-0.4, len(levels) - 0.6)
    ax.set_xlabel("round of the talk, from 0")
    ax.set_title(literal_text(title), loc="left", fontsize="small")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="0.92", lw=0.7)
    ax.set_axisbelow(True)
    return ax if len(positions) else empty(ax, "no offers were made")
