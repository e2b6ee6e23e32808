"""A talk in the space of payoffs: outcomes, frontier, bargaining points, offers, agreement."""

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.plots.palette import Palette, Style, literal_text, palette
from experiments.plots.style import empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["talk"]

Floats = NDArray[np.float64]

#: Label, marker and size of each bargaining point; as they often coincide, the small lie on top.
POINTS = {
    "utilitarian": ("utilitarian", "h", 230),
    "kalai_smorodinsky": ("Kalai-Smorodinsky", "D", 120),
    "egalitarian": ("egalitarian", "o", 60),
    "nash": ("Nash", "*", 30),
}
#: Cells per side into which the cloud of outcomes is thinned.
CELLS = 300
#: Characters per line of the labels of the axes.
WIDE = 56


def talk(
    outcomes: "pd.DataFrame",
    offers: "pd.DataFrame",
    ax: "Axes",
    pair: tuple[str, str],
    disagreement: Mapping[str, float],
    styles: Palette | None = None,
    unit: str = "expected payoff of {} (US$ bn a year)",
) -> "Axes":
    """Return axes with the picture of a talk, in the payoffs of two of its parties.

    Parameters
    ----------
    outcomes : DataFrame
        One row per outcome, by index: ``payoff_<party>`` each, and whether it is on the
        ``frontier``, at each point (``nash``, ``kalai_smorodinsky``, ``egalitarian``,
        ``utilitarian``), and ``agreed``; as `experiments.plots.frames.outcomes` makes it.
    offers : DataFrame
        The offers of the talk in order: ``proposer`` and ``outcome``, as in the table ``offers``.
    ax : Axes
        Where to draw.
    pair : (str, str)
        The parties along the two axes.
    disagreement : mapping
        The disagreement payoff of each party.
    styles : Palette, optional
        How parties are drawn.
    unit : str
        The labels of the axes, with a place for the party's name.
    """
    parties = [str(name) for name in disagreement]
    styles = palette(parties, styles)
    u = outcomes[[f"payoff_{party}" for party in pair]].to_numpy(dtype=float)
    if not np.isfinite(u).all(axis=1).any():
        return empty(ax, "no outcome has a payoff")
    _cloud(u[np.isfinite(u).all(axis=1)], ax)
    dotted: dict[str, Any] = {"color": "0.6", "lw": 0.8, "ls": ":", "zorder": 0}
    ax.axvline(disagreement[pair[0]], label="without agreement", **dotted)
    ax.axhline(disagreement[pair[1]], **dotted)
    _frontier(u[outcomes["frontier"].to_numpy()], ax, len(parties) == 2)
    for name, (label, marker, size) in POINTS.items():
        x, y = u[outcomes[name].to_numpy()].T
        inside = "black" if name == "nash" else "white"
        ax.scatter(x, y, s=size, marker=marker, fc=inside, ec="black", label=label, zorder=4)
    for party in parties:
        outcomes_offered = offers.loc[offers["proposer"] == party, "outcome"].to_numpy(dtype=int)
        _path(u[outcomes_offered], ax, styles[party])
    x, y = u[outcomes["agreed"].to_numpy()].T
    if len(x):
        ax.scatter(x, y, s=260, fc="none", ec="black", lw=2, label="agreement", zorder=6)
    across, up = (literal_text(unit).format(styles[party].mention) for party in pair)
    ax.set_xlabel(fill(across, WIDE, break_long_words=False))
    ax.set_ylabel(fill(up, WIDE, break_long_words=False))
    return ax


def _cloud(u: Floats, ax: "Axes") -> None:
    """Draw the outcomes; if there are many, one per cell of a fine grid."""
    if len(u) > CELLS * CELLS // 4:
        low, spread = u.min(axis=0), np.ptp(u, axis=0)
        cells = np.floor((u - low) / np.where(spread > 0, spread, 1.0) * CELLS).astype(np.int64)
        _, first = np.unique(cells @ np.array([CELLS + 1, 1]), return_index=True)
        u = u[first]
    ax.scatter(u[:, 0], u[:, 1], s=9, c="0.8", lw=0, label="outcomes", rasterized=True, zorder=1)


def _frontier(front: Floats, ax: "Axes", joined: bool) -> None:
    """Draw the frontier, as a line if there are two parties."""
    order = np.lexsort((-front[:, 1], front[:, 0]))
    line = "-" if joined else "none"
    x, y = front[order].T
    ax.plot(x, y, ls=line, marker=".", color="0.35", lw=1, ms=4, label="frontier", zorder=2)


def _path(u: Floats, ax: "Axes", style: Style) -> None:
    """Draw the path of a party's offers, fainter at the start than at the end."""
    from matplotlib.colors import to_rgba

    label = f"offers of {style.mention}"
    ax.plot(u[:, 0], u[:, 1], color=style.colour, ls=style.dash, lw=0.8, alpha=0.5, zorder=3)
    shades = [to_rgba(style.colour, float(a)) for a in np.linspace(0.25, 1.0, len(u))]
    if shades:
        ax.scatter(u[:, 0], u[:, 1], c=shades, marker=style.marker, s=22, zorder=5)
    ax.scatter([], [], color=style.colour, marker=style.marker, s=22, label=label)
