"""A chunk of runs as a worker plays it, into the segments that come out.

Everything here can be pickled or is made in the worker, so that the same code plays in this
process, in another one and on another machine.
"""

import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from agents.roster import ROSTER
from experiments.design.axis import Axis, assigned
from experiments.design.fingerprint import require_code
from experiments.design.job import Chunk, ChunkResult, Failure, Job, schema
from experiments.runs import metrics, tables
from experiments.runs.play import play as play_scenario
from experiments.runs.record import RunRecord, package_version
from simulator.errors import describe_error
from simulator.scenario.code import ANY, import_object
from simulator.scenario.scenario import Scenario, load
from simulator.text import visible
from simulator.world.records import TABLES, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from simulator.world.world import World

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
        collected = _ChunkRows(job)
        for task in _tasks(chunk):
            collected.add(task, player)
        return collected.result(chunk.runs, time.perf_counter() - start)


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

    def scenario(self, values: tuple[Any, ...]) -> Scenario:
        """Return the scenario at a point; the last one is kept for its replications."""
        if not self.job.axes:
            return self.base
        if self._last is None or self._last[0] != values:
            scenario = self.base.with_(assigned(self.job.axes, values))
            self._last = values, scenario
        return self._last[1]

    def play(self, task: _Task) -> tuple[dict[str, Any], dict[str, list[Row]]]:
        """Return the cells of a run and its rows in the other tables."""
        if self.job.model is not None:
            return self._modelled(task), {}
        tables_kept = self.job.kept_tables
        tables_read = {metrics.READS[name] for name in self.metrics if name in metrics.READS}
        world = play_scenario(self.scenario(task.values), task.seed, {*tables_kept, *tables_read})
        cells = RunRecord(world).row(task.run)
        cells |= zip(self.metrics, metrics.measure(self.metrics, world), strict=True)
        return cells, {table: self._rows(world, table, task.run) for table in tables_kept}

    def _modelled(self, task: _Task) -> dict[str, Any]:
        results = self.model(assigned(self.job.axes, task.values), task.seed)
        missing = [name for name in self.job.metrics if name not in results]
        if missing:
            raise KeyError(f"the model returned no {', '.join(missing)}")
        return {name: metrics.as_number(results[name], name) for name in self.job.metrics}

    def _rows(self, world: "World", table: str, run: int) -> list[Row]:
        rows = tables.rows(world, table, run)
        every = self.job.tables[table]
        if every == 1:
            return rows
        week = [column.name for column in TABLES[table]].index("week")
        return [row for row in rows if row[week] % every == 0]


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

    def add(self, task: _Task, player: _Player) -> None:
        try:
            cells, rows = player.play(task)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            where = [note for note in getattr(error, "__notes__", []) if note.startswith("metric ")]
            trace = "".join(traceback.format_exception(error))
            self.fail(task, ": ".join([*where[:1], describe_error(error)]), trace)
            return
        self.runs.append({**cells, **task.head(self.job.axes)})
        for table, more in rows.items():
            self.rows.setdefault(table, []).extend(more)

    def fail(self, task: _Task, error: str, trace: str) -> None:
        # Texts from the user's code, which will be shown on terminals.
        error, trace = (visible(_ADDRESS.sub("", text)) for text in (error, trace))
        self.failures.append(Failure(task.run, task.point, task.seed, error, trace))
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
        return ChunkResult(runs, segments, tuple(self.failures), seconds)


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())
