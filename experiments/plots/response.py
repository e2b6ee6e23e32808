"""Response curves: a metric of a sweep over one of its axes, with intervals."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.intervals import ALIKE
from experiments.plots.palette import Style, literal_text, palette, shades
from experiments.plots.style import ACROSS, UP, dress, empty, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["response"]


def response(
    summary: "pd.DataFrame",
    ax: "Axes",
    over: str,
    label: str = "",
    each: str | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> "Axes":
    """Return axes with the mean of a metric over an axis of a sweep, with intervals.

    Numbers are joined into curves with bands; other values are placed side by side with error bars.
    A white marker is a mean of values that are all the same, and has no interval.

    Parameters
    ----------
    summary : DataFrame
        What `experiments.analysis.intervals.summarize` returns for one metric, by `over` and
        `each`.
    ax : Axes
        Where to draw.
    over : str
        The axis of the sweep along the horizontal axis.
    label : str
        The metric, with its unit.
    each : str, optional
        Another axis of the sweep: a curve for each of its values.
    names : mapping
        Names of the axes of the sweep; their paths by default.
    """
    finite = summary[np.isfinite(summary["mean"].to_numpy(dtype=float))]
    values = list(dict.fromkeys(summary[each])) if each else [None]
    styles = shades(values) if each else [*palette([""]).values()]
    for k, (value, style) in enumerate(zip(values, styles, strict=True)):
        curve = finite[finite[each] == value] if each else finite
        if _numeric(summary[over]):
            _curve(ax, curve.sort_values(over), over, style, bool(each))
        else:
            places = list(dict.fromkeys(summary[over]))
            _points(ax, curve, over, places, style, (k, len(values)) if each else None)
    ax.set_xlabel(lines(names.get(over, over), ACROSS))
    ax.set_ylabel(lines(label, UP))
    dress(ax, key=names.get(each, each) if each else "")
    return ax if len(finite) else empty(ax, "no run has a value")


def _numeric(values: "pd.Series[Any]") -> bool:
    import pandas as pd

    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return bool(numbers)


def _curve(ax: "Axes", curve: "pd.DataFrame", over: str, style: Style, several: bool) -> None:
    x = curve[over].to_numpy(dtype=float)
    look = style.line | {"label": style.label if several else "mean"}
    ax.plot(x, curve["mean"], **look, lw=1.7, marker=style.marker, ms=5)
    # A band begins and ends in a point where no interval is known.
    low, high = (curve[end].fillna(curve["mean"]) for end in ("low", "high"))
    ax.fill_between(x, low, high, color=style.colour, alpha=0.12 if several else 0.18, lw=0,
                    label=None if several else "95 % interval")  # fmt: skip
    _mark_alike(ax, curve, x, style)


def _points(
    ax: "Axes",
    curve: "pd.DataFrame",
    over: str,
    places: list[Any],
    style: Style,
    position: tuple[int, int] | None,
) -> None:
    """Draw means with intervals, side by side if there are several at a place."""
    shift = 0.0 if position is None else 0.6 * ((position[0] + 0.5) / position[1] - 0.5)
    x = [places.index(value) + shift for value in curve[over]]
    mean, low, high = (curve[end].to_numpy(dtype=float) for end in ("mean", "low", "high"))
    ax.errorbar(
        *(x, mean),
        yerr=np.nan_to_num([mean - low, high - mean]),
        color=style.colour,
        fmt=style.marker,
        capsize=3,
        label="mean, 95 % interval" if position is None else style.label,
    )
    _mark_alike(ax, curve, np.array(x), style)
    long = max((len(str(place)) for place in places), default=0) * len(places) > 60
    ax.set_xticks(range(len(places)), [literal_text(place) for place in places],
                  rotation=35 if long else 0, ha="right" if long else "center")  # fmt: skip


def _mark_alike(ax: "Axes", curve: "pd.DataFrame", x: NDArray[np.float64], style: Style) -> None:
    """Mark in white what is the mean of values that are all the same; say so in the legend."""
    if "interval" not in curve or not (alike := (curve["interval"] == ALIKE).to_numpy()).any():
        return
    known = "all runs alike" in ax.get_legend_handles_labels()[1]
    ax.plot(
        *(x[alike], curve["mean"][alike]),
        color=style.colour,
        ls="none",
        marker=style.marker,
        mfc="white",
        ms=6,
        label=None if known else "all runs alike",
    )
