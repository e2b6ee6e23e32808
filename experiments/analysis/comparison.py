"""Two experiments side by side: what the second has that the first has not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.intervals import Unit, numbers, quantile, summarize
from experiments.display import wording
from experiments.display.numbers import LINES, decimals, labels, number_text, value_text, wrapped
from experiments.display.shown import Shown
from experiments.display.terminal import heading, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "comparison", "difference_tables", "pairing"]


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Differences of metrics between two experiments, second minus first.

    Parameters
    ----------
    paired : bool
        Whether runs with the same axes and seed were compared with each other (common random
        numbers), or only the means of all runs.
    by : tuple of str
        The axes that both vary: a point of one is compared with the point of the other that has
        the same values there.
    table : DataFrame
        One row per point in both and metric: columns of `by`, ``metric``, ``first`` and
        ``second`` (means of what is compared), ``difference``, ``low``, ``high``, and
        ``n_first`` and ``n_second``, of how many units each (pairs, if paired).
    overall : DataFrame
        The same over all points that are in both, one row per metric.
    only_first, only_second : int
        Points that only one of them has.
    left_over : int
        Runs at points in both that have no partner with the same seed, or are not of all the
        points that are averaged over; 0 if unpaired.
    failed : tuple of int
        Failed runs of the first and of the second, at points in both.
    """

    paired: bool
    by: tuple[str, ...]
    table: "pd.DataFrame"
    overall: "pd.DataFrame"
    only_first: int
    only_second: int
    left_over: int
    failed: tuple[int, int]

    def page(self) -> Group:
        """Return how two experiments were compared, and a table per metric."""
        return Group(Text(pairing(self)), *difference_tables(self))


def comparison(
    first: "pd.DataFrame",
    second: "pd.DataFrame",
    by: Sequence[str],
    metrics: Iterable[str],
    unit: Unit = "replication",
    confidence: float = 0.95,
) -> Comparison:
    """Return the differences of two experiments: paired by point and seed where seeds are shared.

    Where runs of both have the same axes and the same seed, their differences are compared, and
    chance that both share drops out; runs without a partner are counted and left out. Where seeds
    are not shared at every point, means are compared, with intervals after Welch [1]_.

    Parameters
    ----------
    first, second : DataFrame
        Their tables ``runs``.
    by : sequence of str
        The axes that both vary; over others, runs with the same seed are averaged first, and
        make a pair only if they are of all the points there.
    metrics : iterable of str
        Numeric columns of both.
    unit : {"replication", "point", "base sample"}
        As `experiments.analysis.intervals.summarize` takes it, for what is compared over all
        points.
    confidence : float
        Of the intervals, in (0, 1).

    References
    ----------
    .. [1] Welch 1947, "The generalization of 'Student's' problem when several different
       population variances are involved", Biometrika 34, 28-35.

    Raises
    ------
    ValueError
        If no point is in both.
    """
    by, metrics = list(by), list(metrics)
    first, second = _alike(first, second, by)
    kept = _shared(first, second, by), _shared(second, first, by)
    if kept[0].empty:
        raise ValueError(f"no point is in both: none has the same {', '.join(by) or 'runs'}")
    pairs = _pairs(*kept, by, metrics, unit)
    shared = _points(kept[0], by)
    paired = not pairs.empty and _points(pairs, by) == shared

    def table(keys: list[str]) -> "pd.DataFrame":
        if paired:
            return _paired(pairs, keys, metrics, unit, confidence)
        return _unpaired(*kept, keys, metrics, unit, confidence)

    return Comparison(
        paired=paired,
        by=tuple(by),
        table=table(by),
        overall=table([]),
        only_first=_points(first, by) - shared,
        only_second=_points(second, by) - shared,
        left_over=sum(_left_over(r, pairs, _keys(by, unit)) for r in kept) if paired else 0,
        failed=(_failed(kept[0]), _failed(kept[1])),
    )


def _alike(
    first: "pd.DataFrame", second: "pd.DataFrame", by: list[str]
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Return both tables with axes of the same type: text where one has text."""
    text = [axis for axis in by if len({t[axis].dtype.kind in "iuf" for t in (first, second)}) > 1]
    return first.astype(dict.fromkeys(text, "str")), second.astype(dict.fromkeys(text, "str"))


def _shared(runs: "pd.DataFrame", other: "pd.DataFrame", by: list[str]) -> "pd.DataFrame":
    """Return the runs at points that the other has too."""
    return runs[_index(runs, by).isin(_index(other, by))] if by else runs


def _left_over(runs: "pd.DataFrame", pairs: "pd.DataFrame", keys: list[str]) -> int:
    return int((~_index(runs, keys).isin(_index(pairs, keys))).sum())


def _index(runs: "pd.DataFrame", keys: list[str]) -> "pd.MultiIndex":
    import pandas as pd

    return pd.MultiIndex.from_frame(runs[keys])


def _points(runs: "pd.DataFrame", by: list[str]) -> int:
    return len(runs[by].drop_duplicates()) if by else 1


def _failed(runs: "pd.DataFrame") -> int:
    return int(runs["error"].notna().sum())


def _pairs(
    first: "pd.DataFrame", second: "pd.DataFrame", by: list[str], metrics: list[str], unit: Unit
) -> "pd.DataFrame":
    """Return one row per point and seed that both have; metrics of the second end in ``'``.

    A point that several base samples have is one of each.
    """
    keys = _keys(by, unit)
    merged = _by_seed(first, keys, metrics).merge(
        _by_seed(second, keys, metrics).drop(columns="replication"), on=keys, suffixes=("", "'")
    )
    point = merged.groupby(by, sort=False).ngroup() if by else 0
    return merged.assign(point=point, error=None)


def _keys(by: list[str], unit: Unit) -> list[str]:
    return [*by, *(["base sample"] if unit == "base sample" else []), "seed"]


def _by_seed(runs: "pd.DataFrame", keys: list[str], metrics: list[str]) -> "pd.DataFrame":
    """Return means per group and seed: of seeds that all points of the group were played with.

    A mean over fewer points would be one of something else; so a run without a value leaves none.
    """
    values = runs[keys].assign(**{m: numbers(runs, m) for m in metrics})
    groups = values.groupby(keys, sort=False)
    table = groups.mean(skipna=False)
    table["replication"] = runs.groupby(keys, sort=False)["replication"].min()
    played = groups.size().to_numpy()
    table = table.reset_index()
    whole: pd.DataFrame = table[played == _points_of(runs, table, keys[:-1])]
    return whole


def _points_of(
    runs: "pd.DataFrame", table: "pd.DataFrame", keys: list[str]
) -> NDArray[np.int64] | int:
    """Return how many points there are in the group that each row of a table is of."""
    if not keys:
        return int(runs["point"].nunique())
    counts = runs.groupby(keys, sort=False)["point"].nunique().rename("points").reset_index()
    return table[keys].merge(counts, on=keys, how="left")["points"].to_numpy()


def _paired(
    pairs: "pd.DataFrame", by: list[str], metrics: list[str], unit: Unit, confidence: float
) -> "pd.DataFrame":
    import pandas as pd

    tables = []
    for metric in metrics:
        both = pairs[[metric, f"{metric}'"]].rename(
            columns={metric: "first", f"{metric}'": "second"}
        )
        both = both.where(both.notna().all(axis=1))
        runs = pairs.drop(columns=[*metrics, *(f"{m}'" for m in metrics)]).join(both)
        runs["difference"] = runs["second"] - runs["first"]
        first, second, found = (
            summarize(runs, by, [name], unit, confidence)
            for name in ("first", "second", "difference")
        )
        tables.append(_arranged(found.assign(metric=metric), by, first, second))
    return pd.concat(tables, ignore_index=True)


def _unpaired(
    first: "pd.DataFrame",
    second: "pd.DataFrame",
    by: list[str],
    metrics: list[str],
    unit: Unit,
    confidence: float,
) -> "pd.DataFrame":
    one = summarize(first, by, metrics, unit, confidence)
    other = one[[*by, "metric"]].merge(
        summarize(second, by, metrics, unit, confidence), on=[*by, "metric"]
    )
    found = one[[*by, "metric"]].assign(mean=other["mean"] - one["mean"])
    half = _welch(one, other, confidence)
    found = found.assign(low=found["mean"] - half, high=found["mean"] + half)
    return _arranged(found, by, one, other)


def _welch(one: "pd.DataFrame", other: "pd.DataFrame", confidence: float) -> NDArray[np.float64]:
    """Return half-widths of intervals of differences of means."""
    counts = np.array([one["n"], other["n"]], dtype=float)
    freedom = np.where(counts > 1, counts - 1, np.nan)
    widths = np.array([one["half_width"], other["half_width"]], dtype=float)
    squares = (widths / quantile(freedom, confidence)) ** 2
    both = squares.sum(axis=0)
    # Two exact means leave no degrees of freedom, and need none.
    spread = np.where(both > 0, both, 1.0)
    joint = spread**2 / np.where(both > 0, (squares**2 / freedom).sum(axis=0), 1.0)
    half: NDArray[np.float64] = quantile(joint, confidence) * np.sqrt(both)
    return half


def _arranged(
    found: "pd.DataFrame", by: list[str], first: "pd.DataFrame", second: "pd.DataFrame"
) -> "pd.DataFrame":
    found = found.rename(columns={"mean": "difference"}).assign(
        first=first["mean"], second=second["mean"], n_first=first["n"], n_second=second["n"]
    )
    ends = ["difference", "low", "high", "n_first", "n_second"]
    return found[[*by, "metric", "first", "second", *ends]]


def pairing(found: Comparison) -> str:
    """Return what was compared with what, and what was left over."""
    told = [
        "Paired: runs with the same point and seed are compared with each other."
        if found.paired
        else "Unpaired: seeds are not shared at every point, so means are compared (Welch's"
        " interval)."
    ]
    for number, which in ((found.only_first, "first"), (found.only_second, "second")):
        if number:
            told.append(f"{wording.count(number, 'point')} only in the {which}, left out.")
    if found.left_over:
        told.append(f"{wording.count(found.left_over, 'run')} without a partner, left out.")
    if any(found.failed):
        first, second = found.failed
        lost = "their pairs" if found.paired else "they"
        told.append(f"{first:,} and {wording.count(second, 'run')} failed; {lost} are left out.")
    return " ".join(told)


def difference_tables(found: Comparison) -> Iterator[RenderableType]:
    """Give a table of differences per metric, under its heading."""
    names = labels(found.by)
    for metric, overall in found.overall.groupby("metric", sort=False):
        rows = found.table[found.table["metric"] == metric]
        yield heading(str(metric))
        many = len(rows) > LINES
        shown = [] if many or not found.by else rows.to_dict("records")
        alone = [] if len(shown) == 1 else overall.to_dict("records")
        places = decimals(overall[["first", "second", "low", "high"]].to_numpy().ravel())
        head = [*(wrapped(names[axis]) for axis in found.by), "n", "first", "second"]
        cells = _difference_cells([*shown, *alone], found, places)
        yield table([*head, "difference", "± 95 %"], cells, numbers=5)
        if many:
            yield Text(f"  {len(rows):,} points: only all together; --json has each", style="dim")


def _difference_cells(
    rows: Iterable[Mapping[Any, Any]], found: Comparison, places: int
) -> Iterator[Sequence[str]]:
    for row in rows:
        keys = [value_text(row[axis]) if axis in row else "" for axis in found.by]
        if found.by and found.by[0] not in row:
            keys[0] = "all"
        n = [f"{row['n_first']:,}", f"{row['n_second']:,}"]
        yield [
            *keys,
            n[0] if n[0] == n[1] else "/".join(n),
            *(number_text(row[name], places) for name in ("first", "second", "difference")),
            number_text(row["high"] - row["difference"], places),
        ]
