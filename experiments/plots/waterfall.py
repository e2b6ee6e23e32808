"""How terms add up to a margin: a bar for each, from where the one before it ended."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from textwrap import fill
from typing import TYPE_CHECKING

from experiments.display.numbers import signed
from experiments.plots.palette import literal_text
from experiments.plots.style import dress, empty

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

__all__ = ["waterfall", "waterfall_key"]

#: As in pictures of gains and losses; the sum is black.
GAIN, LOSS, SUM, OUTLINE = "#0072B2", "#E69F00", "#000000", "black"


def waterfall(
    labels: Sequence[str],
    amounts: Sequence[float],
    ax: "Axes",
    unit: str,
    named: Collection[int] = (),
) -> "Axes":
    """Return axes with a bar per amount, from top to bottom, and below them their sum.

    Parameters
    ----------
    labels : sequence of str
        What each amount is.
    amounts : sequence of float
        What each adds.
    ax : Axes
        Where to draw.
    unit : str
        The unit of the amounts.
    named : collection of int
        The positions of the amounts that are set off by an outline.
    """
    if not amounts:
        return empty(ax, "nothing was at stake")
    ends = list(accumulate(amounts))
    starts = [0.0, *ends[:-1]]
    sizes = [*amounts, ends[-1]]
    colours = [*(LOSS if amount < 0.0 else GAIN for amount in amounts), SUM]
    outlines = [OUTLINE if k in named else "none" for k in range(len(sizes))]
    places = range(len(sizes))
    drawn = ax.barh(places, sizes, left=[*starts, 0.0], color=colours, ec=outlines, lw=1.6)
    ax.bar_label(drawn, [signed(size, 2) for size in sizes], padding=3, fontsize="small")
    ax.vlines(ends, [k + 0.4 for k in range(len(ends))], [k + 0.6 for k in range(len(ends))],
              color="0.5", lw=0.8)  # fmt: skip
    ax.set_yticks(places, labels=[*(fill(literal_text(label), 36) for label in labels), "margin"])
    ax.invert_yaxis()
    ax.axvline(0.0, color="black", lw=0.8)
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.15 * (high - low or 1.0)  # for the numbers beside the bars
    ax.set_xlim(low - room, high + room)
    ax.set_xlabel(literal_text(unit))
    return dress(ax, legend=False)


def waterfall_key() -> "list[Patch]":
    """Return what the colours and outlines of the bars of a decision mean, for a legend."""
    from matplotlib.patches import Patch

    return [
        Patch(color=GAIN, label="speaks for a yes"),
        Patch(color=LOSS, label="speaks for a no"),
        Patch(fc="none", ec=OUTLINE, lw=1.6, label="outlined: what it turns without"),
    ]
