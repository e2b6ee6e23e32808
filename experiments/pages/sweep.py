"""Pages about the results of sweeps: summaries, comparisons, sensitivity, calibration."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis import queries
from experiments.analysis.calibration import Calibration
from experiments.analysis.comparison import Comparison, difference_tables, pairing
from experiments.analysis.intervals import (
    ALIKE,
    Unit,
    interval_of,
    precision,
    quantile,
    replications_needed,
)
from experiments.analysis.sensitivity import Sensitivity
from experiments.display.numbers import (
    ERRORS,
    LINES,
    NONE,
    decimals,
    labels,
    number_text,
    point_texts,
    wrapped,
)
from experiments.display.terminal import heading, outline, table
from experiments.results.manifest import differences
from experiments.results.store import StoredResults
from experiments.runs.metrics import SHARES
from simulator.text import count, listing

if TYPE_CHECKING:
    import pandas as pd


__all__ = [
    "calibration_page",
    "comparison_page",
    "counts",
    "plain_data",
    "sensitivity_page",
    "summary_data",
    "summary_page",
]

#: Numbers of replications after which the widest interval is shown.
STEPS = 5


def summary_page(
    results: StoredResults,
    metrics: Sequence[str] = (),
    by: Sequence[str] | None = None,
    within: float | None = None,
    each: bool = False,
    titles: Mapping[str, str] | None = None,
) -> Group:
    """Return the page of ``tradetalks summarize``: by point, or by the values of some axes.

    With `within`, it tells how many replications intervals of that half-width take; with `each`,
    it shows every point of a large design; with `titles`, it calls axes and metrics by these, not
    by their names.
    """
    points = int(results.manifest.get("points", 1))
    if by is None and points > LINES and not each:
        by = []
    by = None if by is None else queries.axes_of(results, by)
    summary = queries.summary_of(results, metrics, by)
    keys = results.axes if by is None else by
    return Group(
        *_head(results),
        *_scope(results, by),
        *_means(summary, keys, labels(results.axes) | dict(titles or {})),
        *_enough(results, summary, by, within, titles or {}),
        *_failures(results),
    )


def comparison_page(first: StoredResults, second: StoredResults, comparison: Comparison) -> Group:
    """Return the page of ``tradetalks compare``."""
    return Group(
        Text("The second minus the first, with 95 % intervals", style="bold"),
        outline([("first", _title(first)), ("second", _title(second))]),
        *_differing(first, second),
        Text(f"\n{pairing(comparison)}"),
        *_over(first, second, comparison),
        *difference_tables(comparison),
        *_failures(first, " of the first"),
        *_failures(second, " of the second"),
    )


def sensitivity_page(results: StoredResults, sensitivity: Sensitivity) -> Group:
    """Return the page of ``tradetalks sensitivity``."""
    return Group(
        *_head(results),
        *sensitivity.page().renderables,
        outline(_basis(results, sensitivity)),
        *_reach(results, "base sample"),
        *_failures(results),
    )


def calibration_page(results: StoredResults, calibration: Calibration) -> Group:
    """Return the page of ``tradetalks calibration``."""
    return Group(*_head(results), *calibration.page().renderables, *_failures(results))


def summary_data(
    results: StoredResults, metrics: Sequence[str] = (), by: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return what `summary_page` shows as plain data, a row per group and metric."""
    summary = queries.summary_of(results, metrics, by)
    return [_plain_row(row) for row in summary.to_dict("records")]


def plain_data(result: Calibration | Comparison | Sensitivity) -> dict[str, Any]:
    """Return an answer as plain data, None where there is no number."""
    import pandas as pd

    values = {field.name: getattr(result, field.name) for field in fields(result)}
    return {
        name: [_plain_row(row) for row in value.to_dict("records")]
        if isinstance(value, pd.DataFrame)
        else _plain(value)
        for name, value in values.items()
    }


def counts(results: StoredResults) -> dict[str, int]:
    """Return how many runs are planned, how many have been played, and how many failed."""
    runs = results.runs
    return {
        "planned": int(results.manifest.get("runs", len(runs))),
        "runs": len(runs),
        "failed": int(runs["error"].notna().sum()),
    }


# -- head and failures -------------------------------------------------------------------------


def _head(results: StoredResults) -> Iterator[RenderableType]:
    yield Text(results.experiment.title or results.experiment.name, style="bold")
    yield Text(_title(results))
    number_of = counts(results)
    if number_of["runs"] < number_of["planned"]:
        shard = results.manifest.get("shard")
        why = f"shard {shard[0]} of {shard[1]}" if shard else "unfinished"
        runs = f"{number_of['runs']:,} of {number_of['planned']:,} runs"
        yield Text(f"{runs} are there ({why}).", "yellow")


def _title(results: StoredResults) -> str:
    experiment = results.experiment
    if not results.manifest:
        return f"{experiment.name}: a single run"
    seeds = "common random numbers" if experiment.common_random_numbers else "a seed per run"
    times = f"{count(experiment.replications, 'replication')}, root seed {experiment.seed}"
    points = count(results.manifest["points"], "point")
    return f"{experiment.name}: {experiment.design}, {points} x {times}, {seeds}"


def _failures(results: StoredResults, whose: str = "") -> Iterator[RenderableType]:
    errors, of = results.runs["error"].dropna(), f"of {len(results.runs):,}"
    yield from _by_kind(f"Failed runs{whose}: {len(errors):,} {of}", errors, "error")
    raised = results.metric_errors
    title = f"Runs with a metric that raised{whose}: {len(raised):,} {of}"
    yield from _by_kind(title, raised, "traceback")


def _by_kind(title: str, errors: "pd.Series[str]", column: str) -> Iterator[RenderableType]:
    if errors.empty:
        return
    yield heading(title)
    kinds = errors.value_counts()
    yield outline((f"{number:,} x", str(error)) for error, number in kinds.head(ERRORS).items())
    if len(kinds) > ERRORS:
        yield Text(f"  and {len(kinds) - ERRORS:,} other errors: column `{column}` of `runs`")


# -- summaries ---------------------------------------------------------------------------------


def _scope(results: StoredResults, by: Sequence[str] | None) -> Iterator[RenderableType]:
    """Give what a row stands for, if not for a point."""
    points = results.manifest.get("points", 1)
    if by is None or points == 1:
        return
    unit = queries.unit_of(results)
    if not by:
        hint = f"tradetalks summarize {results.folder} --by AXIS (or --points) tells them apart."
        yield Text(f"All {points:,} points together; {hint}")
    yield Text(f"n counts {unit}s: the interval is that of the mean over them.")
    yield from _reach(results, unit)


def _reach(results: StoredResults, unit: Unit) -> Iterator[Text]:
    if sentence := queries.reach_of(results, unit):
        yield Text(sentence)


def _means(
    summary: "pd.DataFrame", keys: list[str], names: Mapping[str, str]
) -> Iterator[RenderableType]:
    if (summary["interval"] == ALIKE).any():
        told = "has this value, and up to about 3 / N of further ones may have another (95 %)."
        yield Text(f"all N: each of N {told}")
    for metric, rows in summary.groupby("metric", sort=False):
        yield heading(names.get(str(metric), str(metric)))
        counts_shown = [name for name in ("failed", "missing") if rows[name].any()]
        by_wilson = "Wilson" in set(rows["interval"])
        interval = ["95 %", "interval"] if by_wilson else ["± 95 %"]
        head = [*(wrapped(names[key]) for key in keys), "n", "mean", *interval, "median", "sd"]
        heads = {"failed": "failed", "missing": "no finite value"}
        yield table(
            [*head, *(heads[name] for name in counts_shown)],
            _mean_cells(rows, keys, counts_shown, by_wilson),
            numbers=4 + len(interval) + len(counts_shown),
        )


def _mean_cells(
    rows: "pd.DataFrame", keys: list[str], counts_shown: list[str], by_wilson: bool
) -> Iterator[Sequence[str]]:
    """Give the cells of means: ends and kind of the interval where there are Wilson's among them.

    Those reach to other distances on either side of the mean.
    """
    statistics = ["mean", "half_width", "median", "sd"]
    places = decimals(rows[statistics].to_numpy().ravel())
    records = rows.to_dict("records")
    for row, point in zip(records, point_texts(records, keys), strict=True):
        mean, half, median, sd = (number_text(row[name], places) for name in statistics)
        low, high = (number_text(row[name], places) for name in ("low", "high"))
        ends = NONE if half == NONE else f"{low} to {high}"
        if row["interval"] == ALIKE:
            half, ends = interval_of(row, places), NONE
        yield [
            *point,
            *(f"{row['n']:,}", mean),
            *([ends, row["interval"]] if by_wilson else [half]),
            *(median, sd),
            *(f"{row[name]:,}" if row[name] else NONE for name in counts_shown),
        ]


def _enough(
    results: StoredResults,
    summary: "pd.DataFrame",
    by: Sequence[str] | None,
    within: float | None,
    names: Mapping[str, str],
) -> Iterator[RenderableType]:
    """Give how the widest interval shrank with replications, and what a narrower one would take."""
    runs = queries.runs_of(results, list(dict.fromkeys(summary["metric"])))
    over_points = by is not None and queries.unit_of(results) != "replication"
    if runs.empty or results.experiment.replications < 2 or over_points:
        return
    keys = ["point"] if by is None else list(by)
    by_metric = {
        str(metric): (rows, precision(runs, keys, str(metric), shares=SHARES))
        for metric, rows in summary.groupby("metric", sort=False)
    }
    replications = _replications(runs, keys)
    after = list(next(iter(by_metric.values()))[1]["replications"])[-STEPS:]
    yield heading("Enough replications? Half-width of the widest interval after so many")
    last = "for half" if within is None else f"for ±{within:g}"
    yield table(
        ["", *(f"{count:,}" for count in after), last],
        (
            [
                names.get(metric, metric),
                *_widths(widths["widest"][-STEPS:]),
                _needed(rows, replications, within),
            ]
            for metric, (rows, widths) in by_metric.items()
        ),
        numbers=len(after) + 1,
    )


def _widths(widths: "pd.Series[float]") -> Iterator[str]:
    return (NONE if math.isnan(width) else f"{width:.2g}" for width in widths)


def _replications(runs: "pd.DataFrame", keys: list[str]) -> list[int]:
    """Return how many replications were played in each group."""
    if not keys:
        return [int(runs["replication"].nunique())]
    return runs.groupby(keys, sort=False, dropna=False)["replication"].nunique().tolist()


def _needed(rows: "pd.DataFrame", replications: list[int], within: float | None) -> str:
    """Return how many replications the widest interval would take to be as narrow as wanted.

    If not all replications gave a value, more are needed in the same proportion.
    """
    widths = rows["half_width"].to_numpy(dtype=float)
    if np.isnan(widths).all():
        return NONE
    widest = int(np.nanargmax(widths))
    width, count = float(widths[widest]), int(rows["n"].iloc[widest])
    target = width / 2 if within is None else within
    try:
        if rows["interval"].iloc[widest] == "Wilson":
            values = replications_needed(0.0, target, share=float(rows["mean"].iloc[widest]))
        else:
            sd = width * math.sqrt(count) / float(quantile(count - 1, 0.95))
            values = replications_needed(sd, target) if width else 2
    except ValueError:
        return NONE
    return f"{-(-values * replications[widest] // count):,}"


# -- sensitivity -------------------------------------------------------------------------------


def _basis(results: StoredResults, sensitivity: Sensitivity) -> Iterator[tuple[str, str]]:
    """Give what the indices are based on, and what was done about runs without a value."""
    sums = sensitivity.table[["first", "total"]].sum(min_count=1)
    if math.isnan(sums["first"]):
        note = f"{sensitivity.metric} does not vary over the design"
        yield "note", f"{note}: there is nothing to share out"
    else:
        first, total = (round(sums[order], 2) for order in ("first", "total"))
        rest = "; the rest is interaction" if first < 1 else ""
        if total < first:
            rest = "; a total below the first order is sampling error: take more samples"
        yield "sums", f"first {first:.2f}, total {total:.2f}{rest}"
    samples = sensitivity.samples + sensitivity.left_out
    yield "samples", f"{sensitivity.samples:,} base samples of {samples:,}"
    if sensitivity.failed or sensitivity.missing:
        others = f"{sensitivity.missing:,} others, of {sensitivity.runs:,}"
        yield "without a value", f"{sensitivity.failed:,} failed runs and {others}"
    if sensitivity.left_out:
        why = "with a point at which no run has a value; the indices are those of the rest"
        yield "left out", f"{sensitivity.left_out:,} base samples {why}"
    if not math.isnan(sensitivity.noise):
        share = f"up to {sensitivity.noise:.0%} of the variance is chance"
        replications = f"{results.experiment.replications:,} replications"
        yield "chance", f"{share} that {replications} leave; totals include it"


# -- comparison --------------------------------------------------------------------------------


def _differing(first: StoredResults, second: StoredResults) -> Iterator[RenderableType]:
    if not (first.manifest and second.manifest):
        return
    lines = differences(first.manifest, second.manifest)
    lines = [line.strip() for line in lines if "scenario_hash" not in line]
    rest = [f"and {len(lines) - 8:,} more"] if len(lines) > 8 else []
    texts = [*lines[:8], *rest] or ["nothing"]
    yield outline(zip(["differing", *[""] * len(texts)], texts, strict=False))


def _over(first: StoredResults, second: StoredResults, comparison: Comparison) -> Iterator[Text]:
    """Give the axes that runs are averaged over, and how far intervals over points reach."""
    for results, which in ((first, "first"), (second, "second")):
        if axes := [axis for axis in results.axes if axis not in comparison.by]:
            yield Text(f"Averaged over {listing(axes)}, which only the {which} varies.")
    if first.axes or second.axes:
        unit = queries.shared_unit(first, second)
        sentences = (queries.reach_of(results, unit) for results in (first, second))
        yield from map(Text, dict.fromkeys(filter(None, sentences)))


# -- wording -----------------------------------------------------------------------------------


def _plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
