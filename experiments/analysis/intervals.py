"""Means over the runs of an experiment, with intervals, and whether there are enough runs.

A failed run has no value of any metric, and a run may have none of a metric that does not apply
to it (no first signing where nothing was signed). Neither is dropped silently: every row says how
many there are.

The interval of a mean is Student's, but where every value is 0 or 1 of what lies between them by
its nature: there it is Wilson's, which is right for shares near 0 and 1, and has a width where all
values are the same. Of other values that are all the same Student's would be ±0, as if no run could
ever differ: there is none, and what is known is that n of n are alike. Then fewer than about 3 / n
of all runs differ (with 95 %, the rule of three).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.display.numbers import interval_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ALIKE",
    "half_width",
    "interval_of",
    "precision",
    "replications_needed",
    "summarize",
    "wilson",
]

Unit = Literal["replication", "point", "base sample"]

Floats = NDArray[np.float64]

#: In place of the name of an interval, where all values are the same.
ALIKE = "all alike"
#: More replications than anybody would play.
MOST = 1e12


def summarize(
    runs: "pd.DataFrame",
    by: Sequence[str],
    metrics: Iterable[str],
    unit: Unit = "replication",
    confidence: float = 0.95,
    shares: Collection[str] | None = (),
) -> "pd.DataFrame":
    """Return mean, spread and an interval of the mean: one row per group and metric.

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
    shares : collection of str or None
        Metrics that lie between 0 and 1 by their nature. So does, as it is taken, one whose
        values in `runs` are 0 and 1, both of them and nothing else. None of differences within a
        seed: they are no shares, whatever their values, and may be the same without chance.

    Returns
    -------
    DataFrame
        Columns of `by`; ``metric``; ``runs``, of which ``failed`` and ``missing`` (not failed,
        but without a value); ``n`` units with a value; ``mean`` over the units; ``sd`` and
        ``median`` of the runs; ``low`` and ``high``, the interval, and ``half_width``, half of
        what lies between them; ``interval``, which one it is: ``Wilson`` in groups of a share
        whose units all have 0 or 1 (`wilson`), otherwise ``t``, around the mean (`half_width`), or
        ``all alike``, and no interval, where two and more have the same value. NaN where there are
        too few values: a t-interval takes two.
    """
    import pandas as pd

    tables = [
        _summary(runs, list(by), metric, unit, confidence, is_share(runs, metric, shares))
        for metric in metrics
    ]
    summary = pd.concat(tables, ignore_index=True)
    return summary if shares is None else _without_certainty(summary)


def interval_of(row: Mapping[Any, Any], places: int) -> str:
    """Return the interval of a row of a summary as text: ``± 0.03``, its ends, or ``all 20``.

    The last is where that many values are all the same; empty where no interval is known.
    """
    if row.get("interval") == ALIKE:
        return f"all {row['n']:,}"
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    return interval_text(mean, low, high, places) if np.isfinite(high) else ""


def precision(
    runs: "pd.DataFrame",
    by: Sequence[str],
    metric: str,
    confidence: float = 0.95,
    shares: Collection[str] = (),
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
    shares : collection of str
        Metrics that lie between 0 and 1 by their nature, see `summarize`.

    Returns
    -------
    DataFrame
        ``replications``, and the ``median`` and the ``widest`` half-width over the groups after
        so many.
    """
    import pandas as pd

    # What all runs say: the first few of them may all have the same value.
    shares = [metric] if is_share(runs, metric, shares) else []
    rows = []
    for count in _doublings(int(runs["replication"].max()) + 1 if len(runs) else 0):
        first_runs = runs[runs["replication"] < count]
        summary = summarize(first_runs, by, [metric], confidence=confidence, shares=shares)
        widths = summary["half_width"]
        rows.append((count, widths.median(), widths.max()))
    return pd.DataFrame(rows, columns=["replications", "median", "widest"])


def replications_needed(
    sd: float, width: float, confidence: float = 0.95, share: float | None = None
) -> int:
    """Return how many replications give an interval no wider than wanted.

    Parameters
    ----------
    sd : float
        Estimated standard deviation from run to run.
    width : float
        The largest half-width that is wanted, above 0.
    confidence : float
        Of the interval, in (0, 1).
    share : float, optional
        The share of runs that have 1 and not 0, for Wilson's interval in place of Student's; then
        the deviation does not matter.

    Raises
    ------
    ValueError
        If no number of replications would do; or if the deviation is not known, as of one value.
    """
    if not np.isfinite(sd):
        known = "the standard deviation of two or more replications, a finite number"
        raise ValueError(f"sd: {sd}: {known}: play two or more first, without what failed")
    if not (width > 0 and sd <= width * MOST**0.5):
        raise ValueError(f"no number of replications gives ±{width} with a deviation of {sd}")

    def half(count: int) -> float:
        if share is None:
            return float(half_width(sd, count, confidence))
        low, high = wilson(share, count, confidence)
        return float(high - low) / 2

    return _fewest(half, width, least=2 if share is None else 1)


def _fewest(half: Callable[[int], float], width: float, least: int) -> int:
    """Return the smallest count from `least` on of which an interval is no wider than wanted."""
    if half(least) <= width:
        return least
    few, enough = least, 2 * least
    while half(enough) > width:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        if half(middle) > width:
            few = middle
        else:
            enough = middle
    return enough


def half_width(sd: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Floats:
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
    width: Floats = quantile(counts - 1, confidence) * np.asarray(sd, dtype=float) / np.sqrt(counts)
    return width


def wilson(share: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    r"""Return the ends of Wilson's interval of a share [1]_; NaN for no values.

    It holds the shares p from which the one observed differs by no more than z standard errors of
    p itself, ``sqrt(p (1 - p) / n)``. With 20 values and more it covers about as often as it says
    whatever the share is, where Student's and Wald's intervals fail near 0 and 1 [2]_. What lies
    between 0 and 1 varies no more than what is 0 or 1 with the same mean, so that of a mean of
    shares it is none too narrow.

    Parameters
    ----------
    share : array_like of float
        Shares observed, in [0, 1].
    n : array_like of int
        How many values each is of.
    confidence : float
        Of the intervals, in (0, 1).

    References
    ----------
    .. [1] Wilson (1927), "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22, 209-212.
    .. [2] Brown, Cai & DasGupta (2001), "Interval estimation for a binomial proportion",
       Statistical Science 16, 101-133.
    """
    counts, p = np.asarray(n, dtype=float), np.asarray(share, dtype=float)
    counts, z = np.where(counts >= 1, counts, np.nan), float(quantile(np.inf, confidence))
    middle = (p + z**2 / (2 * counts)) / (1 + z**2 / counts)
    reach = z * np.sqrt(p * (1 - p) / counts + z**2 / (4 * counts**2)) / (1 + z**2 / counts)
    # Rounding must not push an end beyond 0 or 1, nor beyond the share.
    low, high = np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)
    return np.minimum(low, p), np.maximum(high, p)


def is_share(runs: "pd.DataFrame", metric: str, shares: Collection[str] | None = ()) -> bool:
    """Return whether a metric lies between 0 and 1: one of `shares`, or seen to be 0 and 1."""
    if shares is None:
        return False
    values = numbers(runs, metric)
    return metric in shares or set(np.unique(values[np.isfinite(values)])) == {0.0, 1.0}


def quantile(freedom: ArrayLike, confidence: float) -> Floats:
    """Return the t for which Student's distribution has `confidence` between -t and t."""
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}: it lies between 0 and 1")
    t: Floats = stdtrit(np.asarray(freedom, dtype=float), (1 + confidence) / 2)
    return t


def numbers(runs: "pd.DataFrame", metric: str) -> Floats:
    """Return a metric as floats, NaN where a run failed or has no finite value."""
    values = runs[metric].to_numpy(dtype=float, na_value=np.nan)
    return np.where(runs["error"].isna().to_numpy() & np.isfinite(values), values, np.nan)


def _summary(
    runs: "pd.DataFrame",
    by: list[str],
    metric: str,
    unit: Unit,
    confidence: float,
    is_share: bool,
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
    levels = list(range(len(keys)))
    spread = means.groupby(level=levels, sort=False, dropna=False).agg(["count", "mean", "std"])
    table = table.assign(n=spread["count"], mean=spread["mean"])
    between = (means > 0) & (means < 1)
    mixed = between.groupby(level=levels, sort=False, dropna=False).any().to_numpy()
    ends = _ends(spread, confidence, ~mixed & is_share)
    return _arranged(table.assign(**ends).reset_index(), by, metric)


def _ends(
    spread: "pd.DataFrame", confidence: float, by_wilson: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    """Return the columns of the intervals, by Wilson in some groups."""
    mean, count = spread["mean"].to_numpy(), spread["count"].to_numpy()
    half = half_width(spread["std"], count, confidence)
    low, high = wilson(np.where(by_wilson, mean, 0.0), count, confidence)
    return {
        "low": np.where(by_wilson, low, mean - half),
        "high": np.where(by_wilson, high, mean + half),
        "half_width": np.where(by_wilson, (high - low) / 2, half),
        "interval": np.where(by_wilson, "Wilson", "t"),
    }


def _without_certainty(summary: "pd.DataFrame") -> "pd.DataFrame":
    """Return a summary without t-intervals of values that are all the same, but for rounding."""
    width = summary["half_width"]
    alike = (summary["interval"] == "t") & (width <= 1e-9 * summary["mean"].abs())
    summary.loc[alike, ["low", "high", "half_width"]] = np.nan
    summary.loc[alike, "interval"] = ALIKE
    return summary


def _units(runs: "pd.DataFrame", data: "pd.DataFrame", keys: list[str], unit: Unit) -> Any:
    """Return the unit that each run belongs to; in a group of one point, itself."""
    points = data.assign(_point=runs["point"]).groupby(keys, sort=False, dropna=False)["_point"]
    return runs[unit].where(points.transform("nunique") > 1, runs["replication"])


def _arranged(table: "pd.DataFrame", by: list[str], metric: str) -> "pd.DataFrame":
    counts = ["runs", "failed", "missing", "n"]
    statistics = ["mean", "sd", "median", "low", "high", "half_width", "interval"]
    table = table.assign(metric=metric)
    return table[[*by, "metric", *counts, *statistics]].astype(dict.fromkeys(counts, "int64"))


def _doublings(most: int) -> list[int]:
    """Return 2, 4, 8, ... up to and including `most`."""
    counts = [2**k for k in range(1, max(most, 1).bit_length())]
    return counts if not counts or counts[-1] == most else [*counts, most]
