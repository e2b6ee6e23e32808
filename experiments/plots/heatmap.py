"""Two axes of a sweep at once: a metric as a heat map, or the payoffs of strategies."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import interval_of
from experiments.display.numbers import even_texts, places_of, printed
from experiments.plots.palette import literal_text
from experiments.plots.style import empty, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar

__all__ = ["heatmap", "matrix"]

Floats = NDArray[np.float64]

#: Dark to light, also in grey and for the colour-blind.
COLOURS = "cividis"
#: The most rows and columns for which numbers are written into the cells.
FEW = 12
#: The most numbers along an axis.
MOST = 12
#: Characters per line of labels.
WIDE = 44
#: The least range of the colours, in half-widths: what chance does is a small part of it.
FLOOR = 8


def heatmap(
    summary: "pd.DataFrame",
    ax: "Axes",
    across: str,
    down: str,
    label: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> "Axes":
    """Return axes with the mean of a metric at every pair of values of two axes of a sweep.

    Where there is room, 95 % intervals stand in the cells. One that differs from the mean of all
    cells by no more than chance has the colour of that; colours span `FLOOR` half-widths at least.

    Parameters
    ----------
    summary : DataFrame
        What `experiments.analysis.intervals.summarize` returns for one metric, by both axes; and
        ``apart``, whether the group differs from the mean of all by more than chance, as
        `experiments.analysis.contrasts.apart` knows it; by default whether the mean of all lies
        outside its interval.
    ax : Axes
        Where to draw.
    across, down : str
        The axes of the sweep along the horizontal and the vertical axis.
    label : str
        The metric, with its unit.
    names : mapping
        Names of the axes of the sweep; their paths by default.
    """
    columns, rows = _values(summary[across]), _values(summary[down], falling=True)
    cells, widths = (
        _cells(summary, down, across, rows, columns, value) for value in ("mean", "half_width")
    )
    if not np.isfinite(cells).any():
        return empty(ax, "no run has a value")
    middle = float(np.nanmean(cells))
    apart = ~(abs(cells - middle) <= widths)
    if "apart" in summary:
        apart = _cells(summary, down, across, rows, columns, "apart") > 0
    places = places_of(cells[np.isfinite(cells)], widths.ravel())
    shown = np.where(apart, cells, np.where(np.isfinite(cells), middle, np.nan))
    ends = _ends(cells, widths)
    bar = _draw_cells(ax, shown, label, ends, places)
    if not apart[np.isfinite(cells)].all():
        _mark_middle(bar, label, printed(middle, places), middle)
    if max(cells.shape) <= FEW:
        shade = (shown - ends[0]) / (ends[1] - ends[0])
        intervals = {
            (rows.index(row[down]), columns.index(row[across])): interval_of(row, places)
            for row in summary.to_dict("records")
        }
        _write_means(ax, cells, intervals, shade, places)
    return _label_axes(ax, rows, columns, names.get(down, down), names.get(across, across))


def matrix(
    payoffs: "pd.DataFrame",
    ax: "Axes",
    down: str,
    across: str,
    parties: tuple[str, str],
) -> "Axes":
    """Return axes with the payoffs of strategies against each other.

    Each cell shows the payoff of the row's strategy at the lower left, and of the column's at the
    upper right. Best replies are bold and boxed; a cell with two is framed, an equilibrium in pure
    strategies of these means. The colour shows the payoff of the row.

    Parameters
    ----------
    payoffs : DataFrame
        One row per pair: the strategies in columns `down` and `across`, and mean payoffs, ``row``
        and ``column``, US$ bn; half-widths of their intervals, if known, in ``half_width``, the
        larger of the two; and, if known, in ``row_best`` and ``column_best`` whether no other
        reply is better by more than chance.
    ax : Axes
        Where to draw.
    down, across : str
        The columns of strategies.
    parties : (str, str)
        Who plays the rows, and who the columns.
    """
    from matplotlib.patches import Rectangle

    rows, columns = _values(payoffs[down]), _values(payoffs[across])
    mine, theirs = (_cells(payoffs, down, across, rows, columns, who) for who in ("row", "column"))
    if not np.isfinite(mine).any():
        return empty(ax, "no run has a value")
    widths = payoffs["half_width"].dropna() if "half_width" in payoffs else payoffs["row"][:0]
    places = places_of([*mine.ravel(), *theirs.ravel()], widths)
    ends = _ends(mine, np.array(widths))
    _draw_cells(ax, mine, f"payoff of {parties[0]} (US$ bn)", ends, places)
    best_replies = _best_replies(mine, 0), _best_replies(theirs, 1)
    if known := "row_best" in payoffs:
        row_best, column_best = (
            _cells(payoffs, down, across, rows, columns, best)
            for best in ("row_best", "column_best")
        )
        best_replies = row_best > 0, column_best > 0
    for i, j in np.argwhere(best_replies[0] & best_replies[1]):
        corner = float(j) - 0.47, float(i) - 0.47
        ax.add_patch(Rectangle(corner, 0.94, 0.94, fc="none", ec="#D55E00", lw=3, zorder=3))
    if max(mine.shape) <= FEW:
        shade = (mine - ends[0]) / (ends[1] - ends[0])
        own, other = ((-0.42, 0.38), ("left", "bottom")), ((0.42, -0.38), ("right", "top"))
        _write_payoffs(ax, mine, shade, best_replies[0], *own, places)
        _write_payoffs(ax, theirs, shade, best_replies[1], *other, places)
        chance = f"; 95 % intervals: \u00b1 {printed(widths.max(), places)} or less"
        legend = _LEGEND + (_UNBEATEN if known else _BEST) + (chance if len(widths) else "")
        ax.set_title(legend, loc="left", fontsize="small")
    return _label_axes(ax, rows, columns, f"strategy of {parties[0]}", f"strategy of {parties[1]}")


def _values(column: "pd.Series[Any]", falling: bool = False) -> list[Any]:
    """Return the values of an axis: numbers in rising or falling order, others as they come."""
    import pandas as pd

    values = list(dict.fromkeys(column))
    return sorted(values, reverse=falling) if pd.api.types.is_numeric_dtype(column) else values


def _cells(
    table: "pd.DataFrame", down: str, across: str, rows: list[Any], columns: list[Any], value: str
) -> Floats:
    cells = np.full((len(rows), len(columns)), np.nan)
    for i, j, mean in zip(table[down], table[across], table[value], strict=True):
        cells[rows.index(i), columns.index(j)] = mean
    return np.where(np.isfinite(cells), cells, np.nan)


def _best_replies(payoffs: Floats, side: int) -> NDArray[np.bool_]:
    """Return where a payoff is the largest of its column (side 0) or row (side 1)."""
    filled = np.where(np.isfinite(payoffs), payoffs, -np.inf)
    most = filled.max(axis=side, keepdims=True)
    best: NDArray[np.bool_] = np.isclose(filled, most) & np.isfinite(payoffs)
    return best


def _ends(cells: Floats, widths: Floats) -> tuple[float, float]:
    """Return the ends of the colours: of the cells, or more if chance may do most of that."""
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    chance = float(np.median(widths[np.isfinite(widths)])) if np.isfinite(widths).any() else 0.0
    span = max(high - low, FLOOR * chance) or 1.0
    start = (low + high - span) / 2
    # What cannot be negative gets no colours below zero.
    start = max(start, 0.0) if low >= 0 else start
    return start, start + span


def _draw_cells(
    ax: "Axes", cells: Floats, label: str, ends: tuple[float, float], places: int
) -> "Colorbar":
    import matplotlib as mpl

    colours = mpl.colormaps[COLOURS].with_extremes(bad="white")
    image = ax.imshow(cells, cmap=colours, aspect="auto", vmin=ends[0], vmax=ends[1])
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.9)
    bar.set_label(lines(label, WIDE))
    bar.ax.yaxis.set_major_formatter(lambda value, _: printed(value, places))
    bar.outline.set_visible(False)
    return bar


def _mark_middle(bar: "Colorbar", label: str, told: str, middle: float) -> None:
    """Mark the mean of all on the bar, and say which cells have its colour."""
    bar.ax.axhline(middle, color="#D55E00", lw=2.5)
    note = (
        f"orange: mean of all, {told}, the colour of what differs from it by no more than chance"
        " (by the interval of that difference; in the cells are those of the means)"
    )
    bar.set_label(f"{lines(label, WIDE)}\n{lines(note, WIDE)}")


def _write_means(
    ax: "Axes",
    cells: Floats,
    intervals: Mapping[tuple[int, int], str],
    shade: Floats,
    places: int,
) -> None:
    """Write a mean into each cell, and its interval below."""
    for i, j in np.argwhere(np.isfinite(cells)):
        size = 8.5 if max(cells.shape) <= 7 else 6.5
        text = f"{printed(cells[i, j], places)}\n{intervals[int(i), int(j)]}".rstrip()
        ax.text(j, i, text, ha="center", va="center", fontsize=size, color=_ink(shade[i, j]))


def _write_payoffs(
    ax: "Axes",
    payoffs: Floats,
    shade: Floats,
    best: NDArray[np.bool_],
    shift: tuple[float, float],
    sides: tuple[Any, Any],
    places: int,
) -> None:
    """Write a payoff into each cell, a best reply bold and boxed."""
    for i, j in np.argwhere(np.isfinite(payoffs)):
        ink = _ink(shade[i, j])
        ax.text(
            *(j + shift[0], i + shift[1], printed(payoffs[i, j], places)),
            ha=sides[0],
            va=sides[1],
            fontsize=9 if max(payoffs.shape) <= 7 else 7,
            color=ink,
            fontweight="bold" if best[i, j] else "normal",
            bbox={**_BOX, "ec": ink} if best[i, j] else None,
        )


def _ink(shade: float) -> str:
    """Return what can be read on a cell: black on light, and on white, where there is no value."""
    return "white" if shade <= 0.55 else "black"


_LEGEND = "payoffs in US\\$ bn: of the row lower left, of the column upper right;\n"
_BEST = "boxed: best reply; framed: both are, an equilibrium"
_UNBEATEN = "boxed: no reply is better beyond chance; framed: both, perhaps an equilibrium"
_BOX: dict[str, Any] = {"boxstyle": "round,pad=0.15", "fc": "none", "lw": 0.8}


def _label_axes(ax: "Axes", rows: list[Any], columns: list[Any], down: str, across: str) -> "Axes":
    labels = _tick_labels(columns)
    long = max(map(len, labels.values())) * len(labels) > 60
    ax.set_xticks([*labels], [*labels.values()],
                  rotation=35 if long else 0, ha="right" if long else "center")  # fmt: skip
    labels = _tick_labels(rows)
    ax.set_yticks([*labels], [*labels.values()])
    few = max(len(rows), len(columns)) <= FEW
    ax.tick_params(length=0, labelsize="medium" if few else "x-small")
    ax.set_xlabel(lines(across, 70))
    ax.set_ylabel(lines(down, WIDE))
    ax.spines[:].set_visible(False)
    return ax


def _tick_labels(values: list[Any]) -> dict[int, str]:
    """Return the labels of the ticks by position; of many numbers, only some have one."""
    numbers = all(isinstance(value, int | float | np.number) for value in values)
    every = -(-len(values) // MOST) if numbers else 1
    return {k: _short(text) for k, text in [*enumerate(even_texts(values))][::every]}


def _short(text: str, length: int = 34) -> str:
    return literal_text(text if len(text) <= length else f"{text[: length - 3]}...")
