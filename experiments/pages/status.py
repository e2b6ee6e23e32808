"""The state of a folder of results: what is in it, what failed, what is missing or damaged."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.plan import shard_size
from experiments.design.sampling import design_size
from experiments.display.numbers import even_texts
from experiments.display.terminal import heading, outline
from experiments.results.failure_log import logged_runs
from experiments.results.lock import holder
from experiments.results.manifest import has_digest
from experiments.results.segments import SegmentState
from experiments.results.store import StoredResults, stored_results
from simulator.text import count, file_size, level_text, listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["experiment_page", "status_page"]

#: How many failures, and how many values of an axis, are listed one by one.
SHOWN = 5
NO_METRICS = "the columns of runs"
UNGUARDED = "of an earlier version, without a digest: changes in it go unnoticed"


def status_page(folder: str | Path) -> Group:
    """Return the page on the state of a folder of results; `StoreError` if there are none."""
    results = stored_results(folder)
    if not results.manifest:
        return Group(Text(f"{folder} holds a single run, with all tables."))
    assigned = results.manifest.get("set", {})
    return Group(*experiment_page(results.experiment, assigned), *_progress(results))


def experiment_page(
    experiment: Experiment,
    assigned: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Iterator[RenderableType]:
    """Give the parts of a page about an experiment, for ``--dry-run`` and ``status_page``.

    `assigned` is what was set in its scenario, as text; the scenario in a manifest has it already.
    With `titles`, axes and metrics are called by these, not by their names.
    """
    names = titles or {}
    points, replications = design_size(experiment), experiment.replications
    title = f": {experiment.title}" if experiment.title else ""
    yield Text(f"{experiment.name}{title}", style="bold")
    shared = "as many as replications" if experiment.common_random_numbers else "one per run"
    times = count(replications, "replication")
    runs = f"{count(points, 'point')} x {times} = {points * replications:,}"
    source = ("model", experiment.model) if experiment.model else ("scenario", experiment.base.name)
    yield outline(
        [
            source,
            *((f"set {names.get(path, path)}", value) for path, value in (assigned or {}).items()),
            *_weeks(experiment),
            ("design", experiment.design),
            ("runs", runs),
            ("seeds", f"from {experiment.seed}, {shared}"),
            ("tables", listing(["runs", *map(_table_text, experiment.tables.items())])),
            ("metrics", listing([names.get(m, m) for m in experiment.metrics]) or NO_METRICS),
            *([] if experiment.timeout is None else [("time limit", _limit(experiment.timeout))]),
        ]
    )
    if experiment.axes:
        yield heading("What varies")
        yield outline((names.get(axis.path, axis.path), _values(axis)) for axis in experiment.axes)


def _limit(seconds: float | None) -> str:
    return "none" if seconds is None else f"{level_text(seconds)} seconds a run"


def _weeks(experiment: Experiment) -> Iterator[tuple[str, str]]:
    if experiment.model is None and all("weeks" not in axis.paths for axis in experiment.axes):
        yield "weeks", str(experiment.base.weeks)


def _table_text(table: tuple[str, int]) -> str:
    name, every = table
    return name if every == 1 else f"{name} (every {every} weeks)"


def _values(axis: Axis) -> str:
    if axis.values is None:
        return f"{axis.low} to {axis.high}{', whole numbers' if axis.integer else ''}"
    values = even_texts(list(dict.fromkeys(axis.cell(value) for value in axis.values)))
    if len(values) <= 2 * SHOWN:
        return ", ".join(values)
    return f"{', '.join(values[:SHOWN])} ... {values[-1]} ({len(values)} values)"


def _progress(results: StoredResults) -> Iterator[RenderableType]:
    segments = results.segments
    states = segments.steady(lambda names: list(segments.states(names)))
    # A run in two segments counts once, and does no harm to readers.
    faults = [chunk.fault for chunk in states if chunk.fault and not chunk.runs]
    done, failed, gaps = _runs_of(states)
    succeeded = len(logged_runs(results.folder) & (done - failed - gaps))
    shard_given = results.manifest["shard"]
    shard = (int(shard_given[0]), int(shard_given[1])) if shard_given else None
    points, replications = int(results.manifest["points"]), results.experiment.replications
    planned = shard_size(points, replications, shard)
    number, size = segments.room()
    yield heading("What is there")
    yield outline(
        [
            ("part", f"shard {shard[0]} of {shard[1]}" if shard else "the whole"),
            ("played", f"{len(done):,} of {planned:,} runs"),
            ("failed", f"{len(failed):,}"),
            *([("metrics raised", f"in {count(len(gaps), 'run')}")] if gaps else []),
            *([("failed once", f"{succeeded:,} more, which succeeded since")] if succeeded else []),
            *_changes(results.manifest),
            ("on disk", f"{file_size(size)} in {count(number, 'segment')}"),
            ("written by", holder(results.folder) or "nobody now"),
            *([] if has_digest(results.manifest) else [("manifest", UNGUARDED)]),
            *(("broken", fault) for fault in faults),
        ]
    )
    if (failed or gaps) and not faults:
        errors = results.runs.set_index("run")["error"].dropna()
        yield from _errors("Runs that failed", errors, "error")
        title = "Metrics that raised, whose cells are empty"
        yield from _errors(title, results.metric_errors, "traceback")
    yield from _advice(results, planned - len(done), len(failed | gaps), bool(faults))


def _changes(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what was changed since the sweep was begun, and when."""
    for note in manifest.get("repairs") or ():
        yield "repaired", f"{note['since']}: changed code plays the runs {note['runs']}"
    for note in manifest.get("timeouts") or ():
        yield "time limit", f"changed {note['since']}; before, {_limit(note['before'])}"


def _runs_of(states: Iterable[SegmentState]) -> tuple[set[int], set[int], set[int]]:
    """Return the runs that are there, which of them failed, and in which of them a metric raised.

    Of duplicates, the first counts.
    """
    done: set[int] = set()
    failed: set[int] = set()
    gaps: set[int] = set()
    for chunk in states:
        failed |= chunk.failed - done
        gaps |= chunk.gaps - done
        done |= chunk.runs
    return done, failed, gaps


def _errors(title: str, errors: "pd.Series[str]", column: str) -> Iterator[RenderableType]:
    """Give the first errors, by run."""
    if errors.empty:
        return
    yield heading(title)
    yield outline((str(run), error) for run, error in errors.iloc[:SHOWN].items())
    if len(errors) > SHOWN:
        more = f"  and {len(errors) - SHOWN:,} more, in the column `{column}` of runs"
        yield Text(more, style="dim")


def _advice(results: StoredResults, missing: int, failed: int, damaged: bool) -> Iterator[Text]:
    if holder(results.folder):
        return
    if missing or damaged:
        yield Text(f"\nGo on with: tradetalks sweep {results.folder} --resume")
    elif failed:
        yield Text(f"\nTry again with: tradetalks sweep {results.folder} --resume --retry-failed")
