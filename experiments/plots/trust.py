"""Trust over time: that of one observer, or of everybody in everybody."""

import datetime
from collections.abc import Container
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.display.numbers import VISIBLE
from experiments.plots.palette import Palette, Style, palette, shades
from experiments.plots.style import dress, empty, weeks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["telling_rows", "tells_something", "trust", "trust_by", "trust_matrix"]

Floats = NDArray[np.float64]

#: The share of its cell that a panel of the matrix takes; the most names for which marks are drawn.
CELL, MANY = 0.84, 12


def tells_something(
    pair: tuple[str, str], meetings: Container[tuple[str, str]], moved: float
) -> bool:
    """Return whether the trust of one country in another is worth showing.

    Between two that never meet in a talk it is so only if it moves, in the digits that are shown.

    Parameters
    ----------
    pair : (str, str)
        Who trusts, and whom.
    meetings : container of pairs of str
        Who meet in a talk, as `Scenario.partners` gives them.
    moved : float
        By how much it has moved, 0 or more.
    """
    return pair in meetings or not moved < VISIBLE  # of what is not known, it is not known either


def telling_rows(table: "pd.DataFrame", meetings: Container[tuple[str, str]]) -> "pd.DataFrame":
    """Return the table ``trust`` without pairs that never meet and whose trust never moves.

    Of an observer of whom nothing would be left, all stays.

    Parameters
    ----------
    table : DataFrame
        The table ``trust``.
    meetings : container of pairs of str
        Who meet in a talk, as `Scenario.partners` gives them.
    """
    import pandas as pd

    if not len(table):
        return table
    pairs = table.groupby(["observer", "subject"], sort=False)["trust"]
    apart = pairs.transform("max") - pairs.transform("min")
    both = zip(table["observer"], table["subject"], strict=True)
    tells = pd.Series(
        [tells_something(pair, meetings, by) for pair, by in zip(both, apart, strict=True)],
        index=table.index,
    )
    silent = ~tells.groupby(table["observer"]).transform("any")
    return table[tells | silent]


def trust(
    table: "pd.DataFrame",
    ax: "Axes",
    observer: str,
    deals: "pd.DataFrame | None" = None,
    performance: "pd.DataFrame | None" = None,
    styles: Palette | None = None,
    start: datetime.date | None = None,
) -> "Axes":
    """Return axes with the trust of one observer in everybody else, week by week.

    Parameters
    ----------
    table : DataFrame
        The table ``trust``; if it has ``low`` and ``high``, a band is drawn between them.
    ax : Axes
        Where to draw.
    observer : str
        The country whose trust is drawn.
    deals, performance : DataFrame, optional
        These tables: the line is broad while the two have a deal in force, and a cross marks a
        disregard by the subject.
    styles : Palette, optional
        How countries are drawn.
    start : date, optional
        The first day of week 0.
    """
    styles = palette(_names(table), styles)
    rows = table[table["observer"] == observer]
    lines = {str(subject): line for subject, line in rows.groupby("subject", sort=False)}
    for turn, (subject, line) in enumerate(lines.items()):
        line = line.sort_values("week")
        _line(line, ax, styles[subject], turn, len(lines) <= MANY)
        x, y = line["week"].to_numpy(dtype=float), line["trust"].to_numpy(dtype=float)
        _mark(ax, styles[subject].colour, x, y, _marks(observer, subject, deals, performance))
    _explain(ax, deals, performance)
    ax.set_ylim(-0.03, 1.03)
    ax.set_ylabel("trust (0 to 1)")
    dress(weeks(ax, start), f"Trust of {_mention(styles, observer)}")
    return ax if lines else empty(ax, f"no trust of {_mention(styles, observer)} was recorded")


def trust_by(
    table: "pd.DataFrame",
    ax: "Axes",
    each: str | None = None,
    title: str = "",
    start: datetime.date | None = None,
    key: str | None = None,
) -> "Axes":
    """Return axes with trust week by week at several points of a sweep, a line for each.

    Parameters
    ----------
    table : DataFrame
        ``week``, the mean ``trust``, and the ends of its interval, ``low`` and ``high``; and the
        column `each`.
    ax : Axes
        Where to draw.
    each : str, optional
        The axis of the sweep: a line for each of its values.
    title : str
        Whose trust it is, and in whom.
    start : date, optional
        The first day of week 0.
    key : str, optional
        The title of the legend; without it there is none.
    """
    values = list(dict.fromkeys(table[each])) if each else [None]
    styles = shades(values) if each else [*palette(["mean"]).values()]
    for turn, (value, style) in enumerate(zip(values, styles, strict=True)):
        line = table[table[each] == value] if each else table
        _line(line.sort_values("week"), ax, style, turn, len(values) <= MANY)
    ax.set_ylabel("trust (0 to 1)")
    dress(weeks(ax, start), title, legend=key is not None, key=key or "")
    return ax if table["trust"].notna().any() else empty(ax, "no trust was recorded")


def trust_matrix(
    table: "pd.DataFrame",
    ax: "Axes",
    deals: "pd.DataFrame | None" = None,
    performance: "pd.DataFrame | None" = None,
    styles: Palette | None = None,
) -> "Axes":
    """Return axes with a small panel of trust over time for each observer (row) and subject.

    All panels have the same scales: the weeks of the table, and trust from 0 to 1.

    Parameters
    ----------
    table, deals, performance, styles
        As in `trust`.
    ax : Axes
        Where to draw.
    """
    from matplotlib.collections import LineCollection

    styles = palette(_names(table), styles)
    names = _names(table)
    if not names:
        return empty(ax, "no trust was recorded")
    few = len(names) <= MANY
    span = (int(table["week"].min()), int(table["week"].max()))
    pairs = table[["observer", "subject"]].drop_duplicates().to_numpy().tolist()
    _cells(ax, [(names.index(observer), names.index(subject)) for observer, subject in pairs])
    lines, colours = [], []
    for (observer, subject), line in table.groupby(["observer", "subject"], sort=False):
        row, column = names.index(str(observer)), names.index(str(subject))
        line = line.sort_values("week")
        x = _across(line["week"].to_numpy(dtype=float), span, column)
        y = _up(line["trust"].to_numpy(dtype=float), row)
        colour = styles[str(subject)].colour
        lines.append(np.column_stack([x, y]))
        colours.append(colour)
        if few:
            marks = _marks(str(observer), str(subject), deals, performance)
            _mark(ax, colour, x, y, _shifted(marks, span, column), 0.6)
    width = 1.5 if few else 0.7
    ax.add_collection(LineCollection(lines, colors=colours, linewidths=width, zorder=2))
    if few:
        _explain(ax, deals, performance)
    return _label_cells(ax, [_label(styles, name) for name in names], span)


def _names(table: "pd.DataFrame") -> list[str]:
    return [str(name) for name in dict.fromkeys([*table["observer"], *table["subject"]])]


def _label(styles: Palette, name: str) -> str:
    return styles[name].label if name in styles else name


def _mention(styles: Palette, name: str) -> str:
    return styles[name].mention if name in styles else name


def _line(line: "pd.DataFrame", ax: "Axes", style: Style, turn: int, wide: bool) -> None:
    """Draw a line; markers are staggered, in case lines lie on each other."""
    x = line["week"].to_numpy(dtype=float)
    every = max(len(x) // 6, 1)
    ax.plot(
        *(x, line["trust"]),
        **style.line,
        lw=1.7 if wide else 0.9,
        marker=style.marker,
        markevery=(turn * every // 5 % every, every),
        ms=5,
    )
    if {"low", "high"} <= set(line.columns):
        ax.fill_between(x, line["low"], line["high"], color=style.colour, alpha=0.15, lw=0)


@dataclass(frozen=True)
class _Marks:
    """Spans of weeks in which two had a deal in force, and the weeks of disregards."""

    bands: tuple[tuple[float, float], ...]
    disregards: Floats


def _marks(
    observer: str,
    subject: str,
    deals: "pd.DataFrame | None",
    performance: "pd.DataFrame | None",
) -> _Marks:
    if deals is None:
        return _Marks((), np.array([]))
    between = [{observer, subject} <= set(parties.split("+")) for parties in deals["parties"]]
    shared = deals[np.array(between, dtype=bool)]
    entered = shared[shared["in_force"].notna()]
    ends = entered["ended"].astype("Float64").fillna(np.inf)
    begins = entered["in_force"].to_numpy(dtype=float).tolist()
    bands = zip(begins, ends.to_numpy(dtype=float).tolist(), strict=True)
    return _Marks(tuple(bands), _disregards(shared, subject, performance))


def _disregards(shared: "pd.DataFrame", subject: str, performance: "pd.DataFrame | None") -> Floats:
    if performance is None:
        return np.array([])
    rows = performance[
        performance["deal"].isin(shared["deal"])
        & (performance["obligor"] == subject)
        & (performance["reason"] != "kept")
    ]
    return rows["week"].drop_duplicates().to_numpy(dtype=float)


#: The look of a line while a deal is in force, and of the mark of a disregard.
BAND: dict[str, Any] = {"alpha": 0.3, "solid_capstyle": "butt", "zorder": 1.5}
DISREGARD: dict[str, Any] = {"marker": "X", "fc": "black", "ec": "white", "lw": 0.9, "zorder": 4}


def _mark(ax: "Axes", colour: str, x: Floats, y: Floats, marks: _Marks, size: float = 1.0) -> None:
    """Broaden a line where a deal is in force, and mark disregards with crosses.

    Line and marks are in the coordinates of the axes, x in the order of weeks.
    """
    if not len(x):
        return
    for begin, end in marks.bands:
        inside = (x >= begin) & (x <= end)
        ax.plot(x[inside], y[inside], color=colour, lw=9 * size, **BAND)
    at = np.clip(marks.disregards, x[0], x[-1])
    ax.scatter(at, np.interp(at, x, y), s=62 * size, **DISREGARD)


def _explain(ax: "Axes", deals: "pd.DataFrame | None", performance: "pd.DataFrame | None") -> None:
    """Explain the marks in the legend."""
    if deals is not None:
        ax.plot([], [], color="0.4", lw=9, label="deal in force", **BAND)
        if performance is not None:
            ax.scatter([], [], s=62, label="disregard by the trusted", **DISREGARD)


def _cells(ax: "Axes", pairs: list[tuple[int, int]]) -> None:
    """Draw the frames of the panels, and the line at one half."""
    from matplotlib.collections import LineCollection, PatchCollection
    from matplotlib.patches import Rectangle

    gap = (1 - CELL) / 2
    frames = [Rectangle((j + gap, i + gap), CELL, CELL) for i, j in pairs]
    ax.add_collection(PatchCollection(frames, fc="0.975", ec="0.85", lw=0.6, zorder=0))
    halves = [[(j + gap, i + 0.5), (j + 1 - gap, i + 0.5)] for i, j in pairs]
    ax.add_collection(LineCollection(halves, colors="0.85", linewidths=0.6, zorder=0))


def _across(week: Floats, span: tuple[int, int], column: int) -> Floats:
    """Return the horizontal positions of weeks in the panels of a column."""
    share = (week - span[0]) / max(span[1] - span[0], 1)
    across: Floats = column + (1 - CELL) / 2 + CELL * share
    return across


def _up(trusted: Floats, row: int) -> Floats:
    """Return the vertical positions of trust in the panels of a row; rows count downwards."""
    up: Floats = row + (1 - CELL) / 2 + CELL * (1 - trusted)
    return up


def _shifted(marks: _Marks, span: tuple[int, int], column: int) -> _Marks:
    bands = tuple(tuple(_across(np.array(band), span, column)) for band in marks.bands)
    return _Marks(bands, _across(marks.disregards, span, column))


def _label_cells(ax: "Axes", labels: list[str], span: tuple[int, int]) -> "Axes":
    """Write the names of the trusted above, and of the trusting on the left."""
    few = len(labels) <= MANY
    at, small = np.arange(len(labels)) + 0.5, "small" if few else "xx-small"
    names = [fill(label, 16, break_long_words=False) for label in labels] if few else labels
    ax.set_xticks(at, names, fontsize=small, rotation=0 if few else 90)
    ax.set_yticks(at, names, fontsize=small)
    ax.tick_params(length=0, pad=1, labeltop=True, labelbottom=False)
    ax.set(xlim=(0, len(labels)), ylim=(len(labels), 0), ylabel="trusting")
    ax.xaxis.set_label_position("top")
    panel = f"in each panel: weeks {span[0]} to {span[1]}, trust 0 to 1, line at 0.5"
    ax.set_xlabel(fill(f"trusted ({panel})", 10 + 16 * len(labels)))
    ax.spines[:].set_visible(False)
    handles, entries = ax.get_legend_handles_labels()
    if entries:
        ax.legend(*(handles, entries), loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2,
                  frameon=False, fontsize="small")  # fmt: skip
    return ax
