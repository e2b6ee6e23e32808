"""Means over the runs of an experiment, with intervals, and whether there are enough runs.

A failed run has no value of any metric, and a run may have none of a metric that does not apply
to it (no first signing where nothing was signed). Neither is dropped silently: every row says how
many there are.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["half_width", "precision", "replications_needed", "summarize"]

Unit = Literal["replication", "point", "base sample"]

#: More replications than anybody would play.
MOST = 1e12


def summarize(
    runs: "pd.DataFrame",
    by: Sequence[str],
    metrics: Iterable[str],
    unit: Unit = "replication",
    confidence: float = 0.95,
) -> "pd.DataFrame":
    """Return mean, spread and a t-interval of the mean: one row per group and metric.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs`` of an experiment: columns ``point``, ``replication``, ``error``, those
        of `by` and those of `metrics`; and ``base sample``, if that is the unit.
    by : sequence of str
        Columns whose values form a group, such as ``["point"]``; all runs form one if empty.
    metrics : iterable of str
        Numeric columns.
    unit : {"replication", "point", "base sample"}
        What counts as independent in a group of several points: replications, where the design
        was chosen, as its points may share their random numbers; points, where it was drawn; or
        the base samples of a Saltelli design, whose points share coordinates. The interval is
        that of the mean over the units.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        Columns of `by`; ``metric``; ``runs``, of which ``failed`` and ``missing`` (not failed,
        but without a value); ``n`` units with a value; ``mean`` over the units; ``sd`` and
        ``median`` of the runs; ``low`` and ``high``, the interval, and ``half_width``. NaN where
        there are too few values: an interval takes two.
    """
    import pandas as pd

    tables = [_summary(runs, list(by), metric, unit, confidence) for metric in metrics]
    return pd.concat(tables, ignore_index=True)


def precision(
    runs: "pd.DataFrame", by: Sequence[str], metric: str, confidence: float = 0.95
) -> "pd.DataFrame":
    """Return how wide the intervals are after 2, 4, 8, ... and all replications.

    Parameters
    ----------
    runs : DataFrame
        The table ``runs`` of an experiment.
    by : sequence of str
        Columns whose values form a group.
    metric : str
        A numeric column.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        ``replications``, and the ``median`` and the ``widest`` half-width over the groups after
        so many.
    """
    import pandas as pd

    rows = []
    for count in _doublings(int(runs["replication"].max()) + 1 if len(runs) else 0):
        first_runs = runs[runs["replication"] < count]
        widths = summarize(first_runs, by, [metric], confidence=confidence)["half_width"]
        rows.append((count, widths.median(), widths.max()))
    return pd.DataFrame(rows, columns=["replications", "median", "widest"])


def replications_needed(sd: float, width: float, confidence: float = 0.95) -> int:
    """Return how many replications give an interval no wider than wanted.

    Parameters
    ----------
    sd : float
        Estimated standard deviation from run to run.
    width : float
        The largest half-width that is wanted, above 0.
    confidence : float
        Of the interval, in (0, 1).

    Raises
    ------
    ValueError
        If no number of replications would do.
    """
    if not (width > 0 and np.isfinite(sd) and sd <= width * MOST**0.5):
        raise ValueError(f"no number of replications gives ±{width} with a deviation of {sd}")
    few, enough = 1, 2
    while half_width(sd, enough, confidence) > width:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        if half_width(sd, middle, confidence) > width:
            few = middle
        else:
            enough = middle
    return enough


def half_width(sd: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> NDArray[np.float64]:
    """Return the half-width of the t-interval of a mean; NaN for fewer than two values.

    Parameters
    ----------
    sd : array_like of float
        Standard deviations (with n - 1).
    n : array_like of int
        How many values each mean is of.
    confidence : float
        Of the intervals, in (0, 1).
    """
    counts = np.asarray(n, dtype=float)
    counts = np.where(counts >= 2, counts, np.nan)
    width: NDArray[np.float64] = (
        quantile(counts - 1, confidence) * np.asarray(sd, dtype=float) / np.sqrt(counts)
    )
    return width


def quantile(freedom: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """Return the t for which Student's distribution has `confidence` between -t and t."""
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}: it lies between 0 and 1")
    t: NDArray[np.float64] = stdtrit(np.asarray(freedom, dtype=float), (1 + confidence) / 2)
    return t


def numbers(runs: "pd.DataFrame", metric: str) -> NDArray[np.float64]:
    """Return a metric as floats, NaN where a run failed or has no finite value."""
    values = runs[metric].to_numpy(dtype=float, na_value=np.nan)
    return np.where(runs["error"].isna().to_numpy() & np.isfinite(values), values, np.nan)


def _summary(
    runs: "pd.DataFrame", by: list[str], metric: str, unit: Unit, confidence: float
) -> "pd.DataFrame":
    data = runs[[*by]].assign(_all=0, _value=numbers(runs, metric))
    data["_failed"] = runs["error"].notna()
    data["_missing"] = data["_value"].isna() & ~data["_failed"]
    keys = by or ["_all"]
    groups = data.groupby(keys, sort=False, dropna=False)
    table = groups.agg(
        runs=("_value", "size"),
        failed=("_failed", "sum"),
        missing=("_missing", "sum"),
        sd=("_value", "std"),
        median=("_value", "median"),
    )
    data["_unit"] = _units(runs, data, keys, unit)
    means = data.groupby([*keys, "_unit"], sort=False, dropna=False)["_value"].mean()
    spread = means.groupby(level=list(range(len(keys))), sort=False, dropna=False).agg(
        ["count", "mean", "std"]
    )
    table = table.assign(n=spread["count"], mean=spread["mean"])
    table["half_width"] = half_width(spread["std"], spread["count"], confidence)
    table["low"] = table["mean"] - table["half_width"]
    table["high"] = table["mean"] + table["half_width"]
    return _arranged(table.reset_index(), by, metric)


def _units(runs: "pd.DataFrame", data: "pd.DataFrame", keys: list[str], unit: Unit) -> Any:
    """Return the unit that each run belongs to; in a group of one point, itself."""
    points = data.assign(_point=runs["point"]).groupby(keys, sort=False, dropna=False)["_point"]
    return runs[unit].where(points.transform("nunique") > 1, runs["replication"])


def _arranged(table: "pd.DataFrame", by: list[str], metric: str) -> "pd.DataFrame":
    counts = ["runs", "failed", "missing", "n"]
    statistics = ["mean", "sd", "median", "low", "high", "half_width"]
    table = table.assign(metric=metric)
    return table[[*by, "metric", *counts, *statistics]].astype(dict.fromkeys(counts, "int64"))


def _doublings(most: int) -> list[int]:
    """Return 2, 4, 8, ... up to and including `most`."""
    counts = [2**k for k in range(1, max(most, 1).bit_length())]
    return counts if not counts or counts[-1] == most else [*counts, most]
