"""Two experiments compared: differences of their metrics, the second minus the first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.intervals import Unit, numbers, quantile, summarize
from experiments.display.numbers import LINES, decimals, labels, number_text, point_texts, wrapped
from experiments.display.shown import Shown
from experiments.display.terminal import heading, table
from simulator.text import count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "by_seed", "comparison", "difference_tables", "pairing"]


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
        Runs at points in both that have no partner with the same seed, or whose seed was not
        played at all the points that are averaged over; 0 if unpaired.
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

    Runs of both with the same axes and the same seed are compared with each other, so that the
    chance they share drops out; runs without a partner are counted and left out. Where seeds are
    not shared at every point, means are compared, with intervals after Welch [1]_.

    Parameters
    ----------
    first, second : DataFrame
        Their tables ``runs``.
    by : sequence of str
        The axes that both vary; over other axes, runs with the same seed are averaged first, and
        form a pair only if the seed was played at all the points there.
    metrics : iterable of str
        Numeric columns of both.
    unit : {"replication", "point", "base sample"}
        As in `experiments.analysis.intervals.summarize`, for comparisons over all points.
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
    common = _shared(first, second, by), _shared(second, first, by)
    if common[0].empty:
        raise ValueError(f"no point is in both: none has the same {', '.join(by) or 'runs'}")
    matched = _pairs(*common, by, metrics, unit)
    points = _points(common[0], by)
    paired = not matched.empty and _points(matched, by) == points

    def table(keys: list[str]) -> "pd.DataFrame":
        if paired:
            return _paired(matched, keys, metrics, unit, confidence)
        return _unpaired(*common, keys, metrics, unit, confidence)

    return Comparison(
        paired=paired,
        by=tuple(by),
        table=table(by),
        overall=table([]),
        only_first=_points(first, by) - points,
        only_second=_points(second, by) - points,
        left_over=sum(_left_over(r, matched, _keys(by, unit)) for r in common) if paired else 0,
        failed=(int(common[0]["error"].count()), int(common[1]["error"].count())),
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


def _pairs(
    first: "pd.DataFrame", second: "pd.DataFrame", by: list[str], metrics: list[str], unit: Unit
) -> "pd.DataFrame":
    """Return one row per point and seed that both have; metrics of the second end in ``'``.

    A point that belongs to several base samples counts in each.
    """
    keys = _keys(by, unit)
    merged = by_seed(first, keys, metrics).merge(
        by_seed(second, keys, metrics).drop(columns="replication"), on=keys, suffixes=("", "'")
    )
    point = merged.groupby(by, sort=False).ngroup() if by else 0
    return merged.assign(point=point, error=None)


def _keys(by: list[str], unit: Unit) -> list[str]:
    return [*by, *(["base sample"] if unit == "base sample" else []), "seed"]


def by_seed(runs: "pd.DataFrame", keys: list[str], metrics: list[str]) -> "pd.DataFrame":
    """Return means per group and seed, for seeds with which all points of the group were played.

    A mean over fewer points would measure something else; so one run without a value leaves none.
    """
    values = runs[keys].assign(**{m: numbers(runs, m) for m in metrics})
    groups = values.groupby(keys, sort=False)
    table = groups.mean(skipna=False)
    table["replication"] = runs.groupby(keys, sort=False)["replication"].min()
    runs_played = groups.size().to_numpy()
    table = table.reset_index()
    complete: pd.DataFrame = table[runs_played == _points_of(runs, table, keys[:-1])]
    return complete


def _points_of(
    runs: "pd.DataFrame", table: "pd.DataFrame", keys: list[str]
) -> NDArray[np.int64] | int:
    """Return how many points there are in the group of each row of a table."""
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
        names = {metric: "first", f"{metric}'": "second"}
        both = pairs[[*names]].rename(columns=names)
        both = both.where(both.notna().all(axis=1))
        runs = pairs.drop(columns=[*metrics, *(f"{m}'" for m in metrics)]).join(both)
        runs["difference"] = runs["second"] - runs["first"]
        first, second, differences = (
            summarize(runs, by, [name], unit, confidence, shares=None)
            for name in ("first", "second", "difference")
        )
        tables.append(_arranged(differences.assign(metric=metric), by, first, second))
    return pd.concat(tables, ignore_index=True)


def _unpaired(
    first: "pd.DataFrame",
    second: "pd.DataFrame",
    by: list[str],
    metrics: list[str],
    unit: Unit,
    confidence: float,
) -> "pd.DataFrame":
    means_first = summarize(first, by, metrics, unit, confidence, shares=None)
    means_second = means_first[[*by, "metric"]].merge(
        summarize(second, by, metrics, unit, confidence, shares=None), on=[*by, "metric"]
    )
    difference = means_second["mean"] - means_first["mean"]
    half_width = _welch(means_first, means_second, confidence)
    differences = means_first[[*by, "metric"]].assign(
        mean=difference, low=difference - half_width, high=difference + half_width
    )
    return _arranged(differences, by, means_first, means_second)


def _welch(first: "pd.DataFrame", second: "pd.DataFrame", confidence: float) -> NDArray[np.float64]:
    """Return the half-widths of Welch's intervals of differences between means."""
    counts = np.array([first["n"], second["n"]], dtype=float)
    freedom = np.where(counts > 1, counts - 1, np.nan)
    widths = np.array([first["half_width"], second["half_width"]], dtype=float)
    squares = (widths / quantile(freedom, confidence)) ** 2
    total = squares.sum(axis=0)
    # Two exact means leave no degrees of freedom, and need none.
    spread = np.where(total > 0, total, 1.0)
    joint = spread**2 / np.where(total > 0, (squares**2 / freedom).sum(axis=0), 1.0)
    half_width: NDArray[np.float64] = quantile(joint, confidence) * np.sqrt(total)
    return half_width


def _arranged(
    differences: "pd.DataFrame", by: list[str], first: "pd.DataFrame", second: "pd.DataFrame"
) -> "pd.DataFrame":
    differences = differences.rename(columns={"mean": "difference"}).assign(
        first=first["mean"], second=second["mean"], n_first=first["n"], n_second=second["n"]
    )
    ends = ["difference", "low", "high", "n_first", "n_second"]
    return differences[[*by, "metric", "first", "second", *ends]]


def pairing(comparison: Comparison) -> str:
    """Return in sentences what was compared with what, and what was left out."""
    sentences = [
        "Paired: runs with the same point and seed are compared with each other."
        if comparison.paired
        else "Unpaired: seeds are not shared at every point, so means are compared (Welch's"
        " interval)."
    ]
    for number, which in ((comparison.only_first, "first"), (comparison.only_second, "second")):
        if number:
            sentences.append(f"{count(number, 'point')} only in the {which}, left out.")
    if comparison.left_over:
        runs = count(comparison.left_over, "run")
        sentences.append(f"{runs} without a partner, left out.")
    if any(comparison.failed):
        first, second = comparison.failed
        runs, what = count(second, "run"), "their pairs" if comparison.paired else "they"
        sentences.append(f"{first:,} and {runs} failed; {what} are left out.")
    return " ".join(sentences)


def difference_tables(comparison: Comparison) -> Iterator[RenderableType]:
    """Give a table of differences per metric, under its heading."""
    names = labels(comparison.by)
    for metric, overall in comparison.overall.groupby("metric", sort=False):
        rows = comparison.table[comparison.table["metric"] == metric]
        yield heading(str(metric))
        too_many = len(rows) > LINES
        by_point = [] if too_many or not comparison.by else rows.to_dict("records")
        together = [] if len(by_point) == 1 else overall.to_dict("records")
        places = decimals(overall[["first", "second", "low", "high"]].to_numpy().ravel())
        head = [*(wrapped(names[axis]) for axis in comparison.by), "n", "first", "second"]
        points = point_texts(by_point, comparison.by)
        points += [["all", *[""] * len(comparison.by)][: len(comparison.by)] for _ in together]
        cells = _difference_cells([*by_point, *together], points, places)
        yield table([*head, "difference", "± 95 %"], cells, numbers=5)
        if too_many:
            yield Text(f"  {len(rows):,} points: only all together; --json has each", style="dim")


def _difference_cells(
    rows: Iterable[Mapping[Any, Any]], points: Iterable[Sequence[str]], places: int
) -> Iterator[Sequence[str]]:
    for row, point in zip(rows, points, strict=True):
        n = [f"{row['n_first']:,}", f"{row['n_second']:,}"]
        yield [
            *point,
            n[0] if n[0] == n[1] else "/".join(n),
            *(number_text(row[name], places) for name in ("first", "second", "difference")),
            number_text(row["high"] - row["difference"], places),
        ]
