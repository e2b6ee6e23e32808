"""Pictures: each function takes what was played and axes, draws on them and returns them.

Nothing is read or written here. Parties have one colour and one marker each, dark to light, so
that a picture can be read without colours.
"""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.negotiation import Negotiation

__all__ = ["negotiation", "negotiation_figure"]

Floats = NDArray[np.float64]

#: Colours that differ for the colour-blind and in grey (Okabe & Ito 2008), and markers.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
#: Name, marker and size of each bargaining point; they often coincide, so the smaller lie on top.
POINTS = {
    "utilitarian": ("utilitarian", "h", 230),
    "kalai_smorodinsky": ("Kalai-Smorodinsky", "D", 120),
    "egalitarian": ("egalitarian", "o", 60),
    "nash": ("Nash", "*", 30),
}
#: Cells per side into which the cloud of outcomes is thinned.
CELLS = 300


def negotiation(played: "Negotiation", ax: "Axes", pair: tuple[int, int] = (0, 1)) -> "Axes":
    """Return axes with the picture of a negotiation, in the utilities of two of its parties.

    The outcomes, the frontier, the bargaining points, every party's offers in order, and the
    agreement. Utilities are undiscounted.

    Parameters
    ----------
    played : Negotiation
        What was played.
    ax : Axes
        Where to draw.
    pair : (int, int)
        The seats along the two axes.
    """
    u = played.domain.utilities[:, list(pair)]
    names = played.talk.turns[pair[0]].party, played.talk.turns[pair[1]].party
    _cloud(u, ax)
    _reservations(played, ax, pair)
    front = u[played.analysis.frontier]
    order = np.lexsort((-front[:, 1], front[:, 0]))
    line = "-" if len(played.domain.profiles) == 2 else "none"
    x, y = front[order].T
    ax.plot(x, y, ls=line, marker=".", color="0.35", lw=1, ms=4, label="frontier", zorder=2)
    for name, (label, marker, size) in POINTS.items():
        x, y = u[played.analysis.points[name]].T
        fill = "black" if name == "nash" else "white"
        ax.scatter(x, y, s=size, marker=marker, fc=fill, ec="black", label=label, zorder=4)
    for seat in range(len(played.domain.profiles)):
        _offers(played, ax, u, seat)
    if played.talk.agreement is not None:
        x, y = u[[played.talk.agreement]].T
        ax.scatter(x, y, s=260, fc="none", ec="black", lw=2, label="agreement", zorder=6)
    ax.set_xlabel(f"utility of {names[0]}", parse_math=False)
    ax.set_ylabel(f"utility of {names[1]}", parse_math=False)
    return ax


def negotiation_figure(played: "Negotiation") -> "Figure":
    """Return a figure of a negotiation, with a panel for each pair of its parties.

    Parameters
    ----------
    played : Negotiation
        What was played.
    """
    from matplotlib.figure import Figure

    pairs = list(_pairs(len(played.domain.profiles)))
    columns = min(len(pairs), 3)
    rows = -(-len(pairs) // columns)
    figure = Figure(figsize=(5.4 * columns + 2.4, 5.4 * rows), layout="constrained")
    panels = [figure.add_subplot(rows, columns, k + 1) for k in range(len(pairs))]
    for panel, pair in zip(panels, pairs, strict=True):
        negotiation(played, panel, pair)
    handles, labels = panels[0].get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="outside right center", frameon=False)
    for text in legend.get_texts():  # a $ in a name is no formula
        text.set_parse_math(False)
    panels[0].set_title(_title(played), loc="left", fontsize="medium", parse_math=False)
    return figure


def _pairs(parties: int) -> Iterator[tuple[int, int]]:
    yield from itertools.combinations(range(parties), 2)


def _title(played: "Negotiation") -> str:
    talk = played.talk
    ends = {"agreed": "agreement in", "timed out": "no agreement after", "broken": "broken in"}
    end = f"{ends[talk.state.value]} round {talk.round} of {talk.rounds}"
    return f"{played.domain.name}: {end}"


def _cloud(u: Floats, ax: "Axes") -> None:
    """Draw the outcomes; of many, one per cell of a fine grid."""
    if len(u) > CELLS * CELLS // 4:
        low, spread = u.min(axis=0), np.ptp(u, axis=0)
        cells = np.floor((u - low) / np.where(spread > 0, spread, 1.0) * CELLS).astype(np.int64)
        _, first = np.unique(cells @ np.array([CELLS + 1, 1]), return_index=True)
        u = u[first]
    ax.scatter(u[:, 0], u[:, 1], s=9, c="0.8", lw=0, label="outcomes", rasterized=True, zorder=1)


def _reservations(played: "Negotiation", ax: "Axes", pair: tuple[int, int]) -> None:
    first, second = (float(played.domain.reservations[seat]) for seat in pair)
    ax.axvline(first, color="0.6", lw=0.8, ls=":", zorder=0, label="without agreement")
    ax.axhline(second, color="0.6", lw=0.8, ls=":", zorder=0)


def _offers(
    played: "Negotiation",
    ax: "Axes",
    u: Floats,
    seat: int,
) -> None:
    """Draw the path of a party's offers, fainter at the start than at the end."""
    from matplotlib.colors import to_rgba

    made = [offer.outcome for offer in played.talk.offers if offer.seat == seat]
    colour, marker = COLOURS[seat % len(COLOURS)], MARKERS[seat % len(MARKERS)]
    label = f"offers of {played.talk.turns[seat].party}"
    if not made:
        ax.plot([], [], color=colour, marker=marker, label=label)
        return
    x, y = u[made].T
    ax.plot(x, y, color=colour, lw=0.8, alpha=0.5, zorder=3)
    shades = [to_rgba(colour, float(alpha)) for alpha in np.linspace(0.25, 1.0, len(made))]
    ax.scatter(x, y, c=shades, marker=marker, s=22, zorder=5)
    ax.scatter([], [], color=colour, marker=marker, s=22, label=label)
