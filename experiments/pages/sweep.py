"""Pages about the results of experiments: summaries, comparisons, sensitivity."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis import queries as findings
from experiments.analysis.intervals import precision, quantile, replications_needed
from experiments.display.terminal import heading, outline, table
from simulator.text import count, listing

if TYPE_CHECKING:
    import pandas as pd

    from experiments.analysis.comparison import Comparison
    from experiments.analysis.intervals import Unit
    from experiments.analysis.sensitivity import Sensitivity
    from experiments.results.store import Results

__all__ = [
    "compared",
    "counts",
    "indices",
    "plain_data",
    "sensitive",
    "side_by_side",
    "summarized",
    "summary_data",
]

#: Points that are shown one by one if not asked for; errors that are told apart.
LINES, ERRORS = 40, 5
#: Numbers of replications after which the widest interval is shown.
STEPS = 5
NONE = "-"
#: Letters in a line of a column that is one of many, and of one that stands alone.
NARROW, WIDE = 14, 28
#: What need not be said of a path where nothing else ends like it.
_HEADS = ("countries.", "talks.", "threats.", "relationships.")


def summarized(
    results: "Results",
    metrics: Sequence[str] = (),
    by: Sequence[str] | None = None,
    within: float | None = None,
    each: bool = False,
) -> Group:
    """Return the page of ``tradetalks summarize``.

    Parameters
    ----------
    results : Results
        What was played.
    metrics : sequence of str
        Metrics; those of the experiment by default.
    by : sequence of str, optional
        Axes whose values make a group; the points by default.
    within : float, optional
        The half-width of the intervals that is wanted.
    each : bool
        Whether every point of a large design is shown.
    """
    points = int(results.manifest.get("points", 1))
    if by is None and points > LINES and not each:
        by = []
    found = findings.summary_of(results, metrics, by)
    keys = results.axes if by is None else list(by)
    return Group(
        *_head(results),
        *_scope(results, by),
        *_means(results, found, keys),
        *_enough(results, found, by, within),
        *_failures(results),
    )


def compared(first: "Results", second: "Results", found: "Comparison") -> Group:
    """Return the page of ``tradetalks compare``.

    Parameters
    ----------
    first, second : Results
        What was played.
    found : Comparison
        Of the two.
    """
    return Group(
        Text("The second minus the first, with 95 % intervals", style="bold"),
        outline([("first", _title(first)), ("second", _title(second))]),
        *_differing(first, second),
        Text(f"\n{_how(found)}"),
        *_over(first, second, found),
        *_differences(found),
        *_failures(first, " of the first"),
        *_failures(second, " of the second"),
    )


def side_by_side(found: "Comparison") -> Group:
    """Return how two experiments were compared, and a table per metric."""
    return Group(Text(_how(found)), *_differences(found))


def sensitive(results: "Results", found: "Sensitivity") -> Group:
    """Return the page of ``tradetalks sensitivity``.

    Parameters
    ----------
    results : Results
        Of a Saltelli design.
    found : Sensitivity
        Of one of its metrics.
    """
    return Group(
        *_head(results),
        *indices(found).renderables,
        outline(_basis(results, found)),
        *_reach(results, "base sample"),
        *_failures(results),
    )


def indices(found: "Sensitivity") -> Group:
    """Return the table of Sobol indices under its heading, largest first."""
    names = labels(found.table["axis"].tolist())
    order = found.table.sort_values("total", ascending=False, kind="stable")
    rows = [
        [
            broken(names[row["axis"]], WIDE),
            *_share(row["first"], row["first_low"], row["first_high"]),
            *_share(row["total"], row["total_low"], row["total_high"]),
        ]
        for row in order.to_dict("records")
    ]
    return Group(
        heading(f"Which axis moves {found.metric}: shares of its variance"),
        table(["", "first", "95 %", "total", "95 %"], rows, numbers=4),
    )


def summary_data(
    results: "Results", metrics: Sequence[str] = (), by: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return what `summarized` shows as plain data, a row per group and metric."""
    found = findings.summary_of(results, metrics, by)
    return [_plain_row(row) for row in found.to_dict("records")]


def plain_data(found: "Comparison | Sensitivity") -> dict[str, Any]:
    """Return a finding as plain data, None where there is no number."""
    import pandas as pd

    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {
        name: [_plain_row(row) for row in value.to_dict("records")]
        if isinstance(value, pd.DataFrame)
        else _plain(value)
        for name, value in values.items()
    }


def counts(results: "Results") -> dict[str, int]:
    """Return how many runs there should be, how many there are, and how many failed."""
    runs = results.runs
    return {
        "planned": int(results.manifest.get("runs", len(runs))),
        "runs": len(runs),
        "failed": int(runs["error"].notna().sum()),
    }


# -- head and failures -------------------------------------------------------------------------


def _head(results: "Results") -> Iterator[RenderableType]:
    yield Text(results.experiment.title or results.experiment.name, style="bold")
    yield Text(_title(results))
    found = counts(results)
    if found["runs"] < found["planned"]:
        shard = results.manifest.get("shard")
        why = f"shard {shard[0]} of {shard[1]}" if shard else "unfinished"
        yield Text(f"{found['runs']:,} of {found['planned']:,} runs are there ({why}).", "yellow")


def _title(results: "Results") -> str:
    experiment = results.experiment
    if not results.manifest:
        return f"{experiment.name}: a single run"
    seeds = "common random numbers" if experiment.common_random_numbers else "a seed per run"
    times = f"{count(experiment.replications, 'replication')}, root seed {experiment.seed}"
    points = count(results.manifest["points"], "point")
    return f"{experiment.name}: {experiment.design}, {points} x {times}, {seeds}"


def _failures(results: "Results", whose: str = "") -> Iterator[RenderableType]:
    errors = results.runs["error"].dropna()
    if errors.empty:
        return
    yield heading(f"Failed runs{whose}: {len(errors):,} of {len(results.runs):,}")
    told = errors.value_counts()
    yield outline((f"{number:,} x", str(error)) for error, number in told.head(ERRORS).items())
    if len(told) > ERRORS:
        yield Text(f"  and {len(told) - ERRORS:,} other errors: column `error` of `runs`")


# -- summaries ---------------------------------------------------------------------------------


def _scope(results: "Results", by: Sequence[str] | None) -> Iterator[RenderableType]:
    """Give what a row stands for, where it is not a point."""
    points = results.manifest.get("points", 1)
    if by is None or points == 1:
        return
    unit = findings.unit_of(results)
    if not by:
        told = f"tradetalks summarize {results.folder} --by AXIS (or --points) tells them apart."
        yield Text(f"All {points:,} points together; {told}")
    yield Text(f"n counts {unit}s: the interval is that of the mean over them.")
    yield from _reach(results, unit)


def _reach(results: "Results", unit: "Unit") -> Iterator[Text]:
    if told := findings.reach_of(results, unit):
        yield Text(told)


def _means(results: "Results", found: "pd.DataFrame", keys: list[str]) -> Iterator[RenderableType]:
    names = labels(results.axes)
    for metric, rows in found.groupby("metric", sort=False):
        yield heading(str(metric))
        counted = [name for name in ("failed", "missing") if rows[name].any()]
        head = [*(broken(names[key]) for key in keys), "n", "mean", "± 95 %", "median", "sd"]
        told = {"failed": "failed", "missing": "no finite value"}
        yield table(
            [*head, *(told[name] for name in counted)],
            _mean_cells(rows, keys, counted),
            numbers=5 + len(counted),
        )


def _mean_cells(
    rows: "pd.DataFrame", keys: list[str], counted: list[str]
) -> Iterator[Sequence[str]]:
    shown = ["mean", "half_width", "median", "sd"]
    places = decimals(rows[shown].to_numpy().ravel())
    for row in rows.to_dict("records"):
        yield [
            *(_value(row[key]) for key in keys),
            f"{row['n']:,}",
            *(_number(row[name], places) for name in shown),
            *(f"{row[name]:,}" if row[name] else NONE for name in counted),
        ]


def _enough(
    results: "Results",
    found: "pd.DataFrame",
    by: Sequence[str] | None,
    within: float | None,
) -> Iterator[RenderableType]:
    """Give how the widest interval shrank with replications, and what a narrower one takes."""
    runs = findings.runs_of(results)
    over_points = by is not None and findings.unit_of(results) != "replication"
    if runs.empty or results.experiment.replications < 2 or over_points:
        return
    keys = ["point"] if by is None else list(by)
    shrinking = {
        str(metric): (rows, precision(runs, keys, str(metric)))
        for metric, rows in found.groupby("metric", sort=False)
    }
    played = _replications(runs, keys)
    after = list(next(iter(shrinking.values()))[1]["replications"])[-STEPS:]
    yield heading("Enough replications? Half-width of the widest interval after so many")
    last = "for half" if within is None else f"for ±{within:g}"
    yield table(
        ["", *(f"{count:,}" for count in after), last],
        (
            [metric, *_widths(widths["widest"][-STEPS:]), _needed(rows, played, within)]
            for metric, (rows, widths) in shrinking.items()
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


def _needed(rows: "pd.DataFrame", played: list[int], within: float | None) -> str:
    """Return how many replications the widest interval would take to be as narrow as wanted.

    As many more than it takes values as were played for each value that there is.
    """
    widths = rows["half_width"].to_numpy(dtype=float)
    if np.isnan(widths).all():
        return NONE
    widest = int(np.nanargmax(widths))
    width, count = float(widths[widest]), int(rows["n"].iloc[widest])
    sd = width * math.sqrt(count) / float(quantile(count - 1, 0.95))
    wanted = width / 2 if within is None else within
    try:
        values = replications_needed(sd, wanted) if width else 2
    except ValueError:
        return NONE
    return f"{-(-values * played[widest] // count):,}"


# -- sensitivity -------------------------------------------------------------------------------


def _share(value: float, low: float, high: float) -> tuple[str, str]:
    if math.isnan(value):
        return NONE, NONE
    return f"{value:.3f}", NONE if math.isnan(low) else f"{low:.3f} to {high:.3f}"


def _basis(results: "Results", found: "Sensitivity") -> Iterator[tuple[str, str]]:
    """Give what the indices rest on, and what was done about runs without a value."""
    sums = found.table[["first", "total"]].sum(min_count=1)
    if math.isnan(sums["first"]):
        yield "note", f"{found.metric} does not vary over the design: there is nothing to share out"
    else:
        first, total = (round(sums[order], 2) for order in ("first", "total"))
        rest = "; the rest is interaction" if first < 1 else ""
        if total < first:
            rest = "; a total below the first order is sampling error: take more samples"
        yield "sums", f"first {first:.2f}, total {total:.2f}{rest}"
    yield "samples", f"{found.samples:,} base samples of {found.samples + found.left_out:,}"
    if found.failed or found.missing:
        yield (
            "without a value",
            f"{found.failed:,} failed runs and {found.missing:,} others, of {found.runs:,}",
        )
    if found.left_out:
        yield (
            "left out",
            f"{found.left_out:,} base samples with a point at which no run has a value; the"
            " indices are those of the rest",
        )
    if not math.isnan(found.noise):
        count = results.experiment.replications
        left = (
            f"up to {found.noise:.0%} of the variance is chance that {count:,} replications leave"
        )
        yield "chance", f"{left}; totals include it"


# -- comparison --------------------------------------------------------------------------------


def _differing(first: "Results", second: "Results") -> Iterator[RenderableType]:
    from experiments.results.manifest import differences

    if not (first.manifest and second.manifest):
        return
    lines = differences(first.manifest, second.manifest)
    lines = [line.strip() for line in lines if "scenario_hash" not in line]
    shown = lines[:8] + ([f"and {len(lines) - 8:,} more"] if len(lines) > 8 else [])
    yield outline(zip(["differing", *[""] * len(shown)], shown or ["nothing"], strict=False))


def _how(found: "Comparison") -> str:
    """Return what was compared with what, and what was left over."""
    told = [
        "Paired: runs with the same point and seed are compared with each other."
        if found.paired
        else "Unpaired: seeds are not shared at every point, so means are compared (Welch's"
        " interval)."
    ]
    for number, which in ((found.only_first, "first"), (found.only_second, "second")):
        if number:
            told.append(f"{count(number, 'point')} only in the {which}, left out.")
    if found.left_over:
        told.append(f"{count(found.left_over, 'run')} without a partner, left out.")
    if any(found.failed):
        first, second = found.failed
        lost = "their pairs" if found.paired else "they"
        told.append(f"{first:,} and {count(second, 'run')} failed; {lost} are left out.")
    return " ".join(told)


def _over(first: "Results", second: "Results", found: "Comparison") -> Iterator[Text]:
    """Give the axes that runs are averaged over, and what the intervals over points hold for."""
    for results, which in ((first, "first"), (second, "second")):
        if apart := [axis for axis in results.axes if axis not in found.by]:
            yield Text(f"Averaged over {listing(apart)}, which only the {which} varies.")
    if first.axes or second.axes:
        unit = findings.shared_unit(first, second)
        told = (findings.reach_of(results, unit) for results in (first, second))
        yield from map(Text, dict.fromkeys(filter(None, told)))


def _differences(found: "Comparison") -> Iterator[RenderableType]:
    names = labels(found.by)
    for metric, overall in found.overall.groupby("metric", sort=False):
        rows = found.table[found.table["metric"] == metric]
        yield heading(str(metric))
        many = len(rows) > LINES
        shown = [] if many or not found.by else rows.to_dict("records")
        alone = [] if len(shown) == 1 else overall.to_dict("records")
        places = decimals(overall[["first", "second", "low", "high"]].to_numpy().ravel())
        head = [*(broken(names[axis]) for axis in found.by), "n", "first", "second"]
        cells = _difference_cells([*shown, *alone], found, places)
        yield table([*head, "difference", "± 95 %"], cells, numbers=5)
        if many:
            yield Text(f"  {len(rows):,} points: only all together; --json has each", style="dim")


def _difference_cells(
    rows: Iterable[Mapping[Any, Any]], found: "Comparison", places: int
) -> Iterator[Sequence[str]]:
    for row in rows:
        keys = [_value(row[axis]) if axis in row else "" for axis in found.by]
        if found.by and found.by[0] not in row:
            keys[0] = "all"
        n = [f"{row['n_first']:,}", f"{row['n_second']:,}"]
        yield [
            *keys,
            n[0] if n[0] == n[1] else "/".join(n),
            *(_number(row[name], places) for name in ("first", "second", "difference")),
            _number(row["high"] - row["difference"], places),
        ]


# -- wording -----------------------------------------------------------------------------------


def labels(paths: Sequence[str]) -> dict[str, str]:
    """Return short names of dotted paths: without their first part, where they stay apart."""
    short = {path: path for path in paths}
    for path in paths:
        for head in _HEADS:
            short[path] = short[path].removeprefix(head)
    return short if len(set(short.values())) == len(short) else {path: path for path in paths}


def decimals(values: Iterable[float]) -> int:
    """Return how many decimals show four digits of the largest value."""
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    if not sizes:
        return 0
    return min(max(3 - math.floor(math.log10(max(sizes))), 0), 8)


def _number(value: float, places: int) -> str:
    return NONE if math.isnan(value) else f"{value:,.{places}f}"


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else broken(str(value))


def broken(text: str, length: int = NARROW) -> str:
    """Return a path or a part's spec on lines of some length, broken where it has joints."""
    lines = [""]
    for piece in re.split(r"(?<=[.:,])(?=[A-Za-z])", text):
        if lines[-1] and len(lines[-1] + piece) > length:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in row.items()}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
