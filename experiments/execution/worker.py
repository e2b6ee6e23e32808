"""A chunk of runs as a worker plays it, into the segments that come out.

Everything here can be pickled or is made in the worker, so that the same code plays in this
process, in another one and on another machine.
"""

import contextlib
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from agents.roster import ROSTER
from experiments.design.axis import Axis, assigned
from experiments.design.fingerprint import require_code
from experiments.design.job import Chunk, ChunkResult, Failure, Job, schema
from experiments.execution.engine import played
from experiments.execution.pulse import playing
from experiments.runs import metrics, tables
from experiments.runs.engines import Engine
from experiments.runs.record import RunRecord, package_version
from simulator.errors import describe_error
from simulator.scenario.code import ANY, import_object
from simulator.scenario.scenario import Scenario, load
from simulator.text import visible
from simulator.world.records import TABLES, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from simulator.world.simulation import Simulation

__all__ = ["blamed", "forget", "play_chunk", "probe"]

Row = tuple[Any, ...]

#: An address in memory, which differs from process to process.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
#: One chunk at a time in a process: a scheduler may run several threads in one.
_TURN = threading.Lock()


def play_chunk(job: Job, chunk: Chunk) -> ChunkResult:
    """Return the result of playing a chunk; a run that raises becomes a row with its error."""
    with _TURN:
        player = _player(job)
        start = time.perf_counter()
        player.warm_up()
        ready_after = time.perf_counter() - start
        collected = _ChunkRows(job)
        for task in _tasks(chunk):
            with playing(task.run):
                collected.add(task, player)
        result = collected.result(chunk.runs, time.perf_counter() - start)
        return replace(result, ready_after=ready_after)


def blamed(job: Job, chunk: Chunk, error: str) -> ChunkResult:
    """Return the result of runs that could not be played at all, as they kill their process."""
    collected = _ChunkRows(job)
    for task in _tasks(chunk):
        collected.fail(task, error, "")
    return collected.result(chunk.runs, 0.0)


def probe(job: Job) -> None:
    """Raise the error that keeps a worker from playing anything, such as a failed import."""
    with _TURN:
        _player(job)


# -- in the worker -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Task:
    run: int
    point: int
    replication: int
    seed: int
    values: tuple[Any, ...]

    def head(self, axes: Sequence[Axis]) -> dict[str, Any]:
        """Return the cells of the row in ``runs`` that are known before the run is played."""
        pairs = zip(axes, self.values, strict=True)
        return {
            "run": self.run,
            "seed": self.seed,
            "version": package_version(),
            "point": self.point,
            "replication": self.replication,
            **{axis.path: axis.cell(value) for axis, value in pairs},
        }


def _tasks(chunk: Chunk) -> Iterator[_Task]:
    for run in chunk.runs:
        point, replication, seed = chunk.of[run]
        yield _Task(run, point, replication, seed, chunk.points[point])


class _Player:
    """Plays the runs of a job, and keeps its scenarios and functions from run to run."""

    def __init__(self, job: Job) -> None:
        # At the end, so that the user's modules hide no package.
        sys.path.extend(folder for folder in job.folders if folder not in sys.path)
        self.job = job
        self.metrics: dict[str, metrics.Measure] = {}
        self._last: tuple[tuple[Any, ...], Scenario] | None = None
        require_code(job.code)
        if job.model is not None:
            self.model: Any = import_object(job.model, "model", "function")
            return
        for name in job.metrics:
            metric = metrics.find_metric(name, self.base)
            if metric is not None:
                self.metrics[name] = metric

    @cached_property
    def base(self) -> Scenario:
        return load(self.job.scenario or {}, ROSTER, code=ANY)  # as who made the job allowed

    @cached_property
    def engine(self) -> Engine:
        """Who plays: metrics of the user's own may ask a world for what a compiled run lacks."""
        own = any(metrics.shipped_metric(name, self.base) is None for name in self.metrics)
        return "object" if own else self.job.engine

    @cached_property
    def tables_read(self) -> set[str]:
        """The tables that metrics read while a run is played."""
        return metrics.tables_read(self.metrics, self.base)

    def warm_up(self) -> None:
        """Do what belongs to no run beforehand; what is wrong with it, the runs tell."""
        if self.job.model is None:
            with contextlib.suppress(Exception):
                _ = self.base

    def scenario(self, values: tuple[Any, ...]) -> Scenario:
        """Return the scenario at a point; the last one is kept for its replications."""
        if not self.job.axes:
            return self.base
        if self._last is None or self._last[0] != values:
            scenario = self.base.with_(assigned(self.job.axes, values))
            self._last = values, scenario
        return self._last[1]

    def play(self, task: _Task) -> "_Played":
        """Return the cells of a run, its rows in the other tables, and which metrics raised."""
        if self.job.model is not None:
            return self._modelled(task)
        tables_kept = self.job.kept_tables
        scenario = self.scenario(task.values)
        asked = {*tables_kept, *self.tables_read}
        world, compiled = played(scenario, task.seed, asked, self.engine)
        measures = {
            name: partial(metrics.measure, name, metric, world)
            for name, metric in self.metrics.items()
        }
        measured, gaps = _measured(measures)
        cells = {**RunRecord(world).row(task.run), **measured}
        rows = {table: self._rows(world, table, task.run) for table in tables_kept}
        return _Played(cells, rows, gaps, compiled)

    def _modelled(self, task: _Task) -> "_Played":
        results = self.model(assigned(self.job.axes, task.values), task.seed)
        if not hasattr(results, "keys"):
            raise TypeError(f"the model must return numbers by name, not {results!r}")
        measures = {name: partial(_result, results, name) for name in self.job.metrics}
        cells, gaps = _measured(measures)
        return _Played(cells, {}, gaps)

    def _rows(self, world: "Simulation", table: str, run: int) -> list[Row]:
        rows = tables.rows(world, table, run)
        every = self.job.tables[table]
        if every == 1:
            return rows
        week, last = [column.name for column in TABLES[table]].index("week"), world.week - 1
        return [row for row in rows if row[week] % every == 0 or row[week] == last]


@dataclass(frozen=True)
class _Played:
    """A run: its cells, its rows by table, and what its metrics without a value raised."""

    cells: dict[str, Any]
    rows: dict[str, list[Row]]
    gaps: Sequence[BaseException]
    compiled: bool = False  # whether the compiled engine has played it


def _result(results: Mapping[str, object], name: str) -> float:
    """Return a number that a model returned; KeyError if it returned none of that name."""
    if name not in results:
        raise KeyError(f"the model returned no {name}")
    return metrics.as_number(results[name], name)


def _measured(
    measures: Mapping[str, Callable[[], float]],
) -> tuple[dict[str, float | None], list[BaseException]]:
    """Return the value of each metric, None of those that raise, and what they raise."""
    values: dict[str, float | None] = {}
    gaps = []
    for name, measure in measures.items():
        try:
            values[name] = measure()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            values[name] = None
            gaps.append(error)
    return values, gaps


def forget() -> None:
    """Forget models and metrics: in this process, their names may stand for others by now."""
    _player.cache_clear()


@lru_cache(maxsize=2)
def _player(job: Job) -> _Player:
    return _Player(job)


@dataclass
class _ChunkRows:
    """The rows of a chunk so far."""

    job: Job
    runs: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    gaps: list[Failure] = field(default_factory=list)
    compiled: int = 0

    def add(self, task: _Task, player: _Player) -> None:
        try:
            played = player.play(task)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.fail(task, *_told(error))
            return
        self.compiled += played.compiled
        texts = [_told(error) for error in played.gaps]
        self.gaps.extend(_failure(task, *text) for text in texts)
        trace = "\n".join(f"{error}\n{trace}" for error, trace in texts) or None
        self.runs.append({**played.cells, **task.head(self.job.axes), "traceback": trace})
        for table, more in played.rows.items():
            self.rows.setdefault(table, []).extend(more)

    def fail(self, task: _Task, error: str, trace: str) -> None:
        self.failures.append(_failure(task, error, trace))
        head = task.head(self.job.axes)
        if self.job.model is None:
            head["scenario"] = self.job.name
        self.runs.append({**head, "error": error, "traceback": trace})

    def result(self, runs: tuple[int, ...], seconds: float) -> ChunkResult:
        head = schema(self.job)
        rows = [tuple(row.get(column.name) for column in head) for row in self.runs]
        segments = {"runs": _parquet(tables.typed(head, rows))}
        for table in self.job.kept_tables:
            cells = self.rows.get(table, [])
            segments[table] = _parquet(tables.typed(columns(table, self.job.countries), cells))
        told = tuple(self.failures), tuple(self.gaps)
        return ChunkResult(runs, segments, *told, seconds, compiled=self.compiled)


def _told(error: BaseException) -> tuple[str, str]:
    """Return what an error says, and its traceback.

    They are texts from the user's code, which will be shown on terminals.
    """
    where = [note for note in getattr(error, "__notes__", []) if note.startswith("metric ")]
    texts = (
        ": ".join([*where[:1], describe_error(error)]),
        "".join(traceback.format_exception(error)),
    )
    told, trace = (visible(_ADDRESS.sub("", text)) for text in texts)
    return told, trace


def _failure(task: _Task, error: str, trace: str) -> Failure:
    return Failure(task.run, task.point, task.seed, error, trace)


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())
