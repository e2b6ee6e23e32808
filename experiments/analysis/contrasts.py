"""Differences between the points of one sweep, paired by seed where the points share them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.analysis.comparison import Comparison, by_seed, comparison
from experiments.analysis.intervals import numbers, summarize

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["apart", "contrasts", "in_order", "unbeaten"]


def contrasts(
    runs: "pd.DataFrame", metric: str, over: str, each: Sequence[str] = (), confidence: float = 0.95
) -> Comparison:
    """Return the differences of each value of an axis to the first: the lowest, if numbers.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs`` of an experiment.
    metric : str
        A numeric column.
    over : str
        The axis; the same values of `each` are compared with each other, and runs are averaged
        over all other axes.
    each : sequence of str
        Other axes.
    confidence : float
        Of the intervals, in (0, 1).
    """
    return _to_base(runs, metric, over, in_order(runs[over])[0], each, confidence)


def unbeaten(
    runs: "pd.DataFrame", metric: str, over: str, at: str, confidence: float = 0.95
) -> "pd.Series[bool]":
    """Return which values of an axis no other beats by more than chance, at each of another axis.

    Each is compared with the one of the highest mean there; where no interval is known, that one
    alone is unbeaten.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs`` of an experiment.
    metric : str
        A numeric column.
    over, at : str
        The axis whose values are compared, and the other one; the index of what is returned.
    confidence : float
        Of the intervals, in (0, 1).
    """
    import pandas as pd

    found = []
    for value, rows in runs.groupby(at, sort=False):
        means = rows.assign(_value=numbers(rows, metric)).groupby(over, sort=False)["_value"].mean()
        if means.notna().any():
            table = _to_base(rows, metric, over, means.idxmax(), (), confidence).table
            best = (table["high"] >= 0) | (table["difference"] == 0)
            found.append(best.set_axis(pd.MultiIndex.from_product([table[over], [value]])))
    return pd.concat(found).rename_axis([over, at]) if found else pd.Series(dtype=bool)


def apart(
    runs: "pd.DataFrame", metric: str, by: Sequence[str], confidence: float = 0.95
) -> "pd.Series[bool]":
    """Return which groups differ from the mean of all by more than chance: beyond an interval.

    Where all groups were played with the same seeds, it is that of the difference within a seed;
    else that of the group. A group whose interval is not known is apart.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs`` of an experiment.
    metric : str
        A numeric column.
    by : sequence of str
        Columns whose values form a group; the index of what is returned.
    confidence : float
        Of each interval, in (0, 1).
    """
    by = list(by)
    found = _to_the_mean(runs, metric, by, confidence)
    if found is None:
        means = summarize(runs, by, [metric], confidence=confidence)
        middle = means["mean"].mean()
        found = means.assign(low=means["low"] - middle, high=means["high"] - middle)
    rounding = 1e-9 * float(np.nanmax(np.abs(numbers(runs, metric)), initial=0.0))
    beyond = ~((found["low"] <= rounding) & (found["high"] >= -rounding))
    return beyond.set_axis(found.set_index(by).index)


def _to_base(
    runs: "pd.DataFrame",
    metric: str,
    over: str,
    base: object,
    each: Sequence[str],
    confidence: float,
) -> Comparison:
    """Return the differences of each value of an axis to one of them."""
    import pandas as pd

    first = runs[runs[over] == base].drop(columns=over)
    first = first.merge(pd.DataFrame({over: in_order(runs[over])}), how="cross")
    return comparison(first, runs, [over, *each], [metric], confidence=confidence)


def _to_the_mean(
    runs: "pd.DataFrame", metric: str, by: list[str], confidence: float
) -> "pd.DataFrame | None":
    """Return the differences of groups to the mean of all within a seed, None if there are none."""
    means = by_seed(runs, ["seed"], [metric]).assign(point=0, error=None)
    if means[metric].count() < 2:
        return None
    everywhere = means.merge(runs[by].drop_duplicates(), how="cross")
    found = comparison(everywhere, runs, by, [metric], confidence=confidence)
    return found.table if found.paired else None


def in_order(values: "pd.Series[Any]") -> list[Any]:
    """Return the values of an axis, each once: numbers rise, others stay as they come."""
    import pandas as pd

    once = list(dict.fromkeys(values))
    return sorted(once) if pd.api.types.is_numeric_dtype(values) else once
