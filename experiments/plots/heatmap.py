"""Two axes of a sweep at once: a metric as a heat map, or the payoffs of strategies."""

from collections.abc import Mapping
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.plots.palette import literal_text
from experiments.plots.style import empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["heatmap", "matrix"]

Floats = NDArray[np.float64]

#: Dark to light, also in grey and for the colour-blind.
COLOURS = "cividis"
#: The most rows and columns for which numbers are written into the cells.
FEW = 12
#: The most numbers along an axis.
MOST = 12


def heatmap(
    summary: "pd.DataFrame",
    ax: "Axes",
    across: str,
    down: str,
    label: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> "Axes":
    """Return axes with the mean of a metric at every pair of values of two axes of a sweep.

    Parameters
    ----------
    summary : DataFrame
        What `experiments.analysis.intervals.summarize` returns for one metric, by both axes.
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
    cells = _cells(summary, down, across, rows, columns, "mean")
    if not np.isfinite(cells).any():
        return empty(ax, "no run has a value")
    _draw_cells(ax, cells, label)
    if max(cells.shape) <= FEW:
        _write_numbers(ax, cells)
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
        and ``column``, US$ bn.
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
    _draw_cells(ax, mine, f"payoff of {parties[0]} (US$ bn)")
    best_replies = _best_replies(mine, 0), _best_replies(theirs, 1)
    for i, j in np.argwhere(best_replies[0] & best_replies[1]):
        corner = float(j) - 0.47, float(i) - 0.47
        ax.add_patch(Rectangle(corner, 0.94, 0.94, fc="none", ec="#D55E00", lw=3, zorder=3))
    if max(mine.shape) <= FEW:
        _write_numbers(ax, mine, best_replies[0], (-0.42, 0.38), ("left", "bottom"))
        _write_numbers(ax, mine, best_replies[1], (0.42, -0.38), ("right", "top"), theirs)
        ax.set_title(_LEGEND, loc="left", fontsize="small")
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


def _draw_cells(ax: "Axes", cells: Floats, label: str) -> None:
    import matplotlib as mpl

    colours = mpl.colormaps[COLOURS].with_extremes(bad="white")
    image = ax.imshow(cells, cmap=colours, aspect="auto")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.9)
    bar.set_label(literal_text(label))
    bar.outline.set_visible(False)


def _write_numbers(
    ax: "Axes",
    cells: Floats,
    best: NDArray[np.bool_] | None = None,
    shift: tuple[float, float] = (0.0, 0.0),
    sides: tuple[Any, Any] = ("center", "center"),
    values: Floats | None = None,
) -> None:
    """Write a number into each cell, black on light and white on dark.

    `cells` are the numbers that the colour shows, `values` others to be written in their place.
    """
    low, high = np.nanmin(cells), np.nanmax(cells)
    shade = (cells - low) / (high - low) if high > low else np.full(cells.shape, 0.0)
    numbers = cells if values is None else values
    for i, j in np.argwhere(np.isfinite(numbers)):
        dark = not np.isfinite(cells[i, j]) or shade[i, j] > 0.55
        stands_out = best is not None and best[i, j]
        number = f"{numbers[i, j] + 0.0:.3g}"
        ax.text(
            *(j + shift[0], i + shift[1], number),
            ha=sides[0],
            va=sides[1],
            fontsize=9 if max(cells.shape) <= 7 else 7,
            color="black" if dark else "white",
            fontweight="bold" if stands_out else "normal",
            bbox={**_BOX, "ec": "black" if dark else "white"} if stands_out else None,
        )


_LEGEND = (
    "payoffs in US\\$ bn: of the row lower left, of the column upper right;\n"
    "boxed: best reply; framed: both are, an equilibrium"
)
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
    ax.set_xlabel(literal_text(fill(across, 70)))
    ax.set_ylabel(literal_text(fill(down, 44)))
    ax.spines[:].set_visible(False)
    return ax


def _tick_labels(values: list[Any]) -> dict[int, str]:
    """Return the labels of the ticks by position; of many numbers, only some have one."""
    numbers = all(isinstance(value, int | float | np.number) for value in values)
    every = -(-len(values) // MOST) if numbers else 1
    return {k: _short(values[k]) for k in range(0, len(values), every)}


def _short(value: Any, length: int = 34) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return literal_text(text if len(text) <= length else f"{text[: length - 3]}...")
