"""A chunk of runs, as a worker plays it: what goes in, and the segments that come out.

Everything here is picklable or made in the worker, so that the same code plays in this process,
in another one and on another machine.
"""

import re
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from agents.roster import ROSTER
from experiments.design.axis import Axis, assigned
from experiments.design.fingerprint import require
from experiments.design.job import Chunk, ChunkResult, Failure, Job, schema
from experiments.runs import metrics, tables
from experiments.runs.play import play as play_scenario
from experiments.runs.record import RunRecord, package_version
from simulator.errors import told
from simulator.scenario import parts
from simulator.scenario.scenario import Scenario, load
from simulator.text import visible
from simulator.world.records import TABLES, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from simulator.world.world import World

__all__ = ["blamed", "forget", "play", "probe"]

Row = tuple[Any, ...]

#: An address in a traceback differs from process to process.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
#: One chunk at a time in a process: a scheduler may run several threads in one.
_TURN = threading.Lock()


def play(job: Job, chunk: Chunk) -> ChunkResult:
    """Return the segments of a chunk; a run that raises is a row with its error.

    Parameters
    ----------
    job : Job
        What is played.
    chunk : Chunk
        Which runs.
    """
    with _TURN:
        player = _player(job)
        start = time.perf_counter()
        played = _Played(job)
        for run in chunk.runs:
            point, replication, seed = chunk.of[run]
            task = _Task(run, point, replication, seed, chunk.points[point])
            played.add(task, player)
        return played.result(chunk.runs, time.perf_counter() - start)


def blamed(job: Job, chunk: Chunk, error: str) -> ChunkResult:
    """Return the result of runs that could not be played at all, such as those that kill.

    Parameters
    ----------
    job : Job
        What was played.
    chunk : Chunk
        The runs to blame.
    error : str
        What happened.
    """
    played = _Played(job)
    for run in chunk.runs:
        point, replication, seed = chunk.of[run]
        played.fail(_Task(run, point, replication, seed, chunk.points[point]), error, "")
    return played.result(chunk.runs, 0.0)


def probe(job: Job) -> None:
    """Raise what keeps a worker from playing anything: what cannot be imported there."""
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
        """Return the cells that are known before the run is played."""
        named = zip(axes, self.values, strict=True)
        return {
            "run": self.run,
            "seed": self.seed,
            "version": package_version(),
            "point": self.point,
            "replication": self.replication,
            **{axis.path: axis.cell(value) for axis, value in named},
        }


class _Player:
    """What a worker keeps from run to run of an experiment: scenarios and functions."""

    def __init__(self, job: Job) -> None:
        # At the end, so that nothing of the user's hides a package.
        sys.path.extend(folder for folder in job.folders if folder not in sys.path)
        self.job = job
        self.metrics: dict[str, metrics.Metric] = {}
        self._last: tuple[tuple[Any, ...], Scenario] | None = None
        require(job.code)
        if job.model is not None:
            self.model: Any = parts.import_object(job.model, "model", "function")
            return
        for name in job.metrics:
            metric = metrics.find(name, self.base)
            if metric is not None:
                self.metrics[name] = metric

    @cached_property
    def base(self) -> Scenario:
        return load(self.job.scenario or {}, ROSTER)

    def scenario(self, values: tuple[Any, ...]) -> Scenario:
        """Return the scenario at a point; the last one is kept for its replications."""
        if not self.job.axes:
            return self.base
        if self._last is None or self._last[0] != values:
            self._last = values, self.base.with_(assigned(self.job.axes, values))
        return self._last[1]

    def play(self, task: _Task) -> tuple[dict[str, Any], dict[str, list[Row]]]:
        """Return the cells of a run and its rows in the other tables."""
        if self.job.model is not None:
            return self._modelled(task), {}
        kept = self.job.kept
        needed = {metrics.READS[name] for name in self.metrics if name in metrics.READS}
        world = play_scenario(self.scenario(task.values), task.seed, {*kept, *needed})
        cells = RunRecord(world).row(task.run)
        cells |= zip(self.metrics, metrics.measured(self.metrics, world), strict=True)
        return cells, {table: self._rows(world, table, task.run) for table in kept}

    def _modelled(self, task: _Task) -> dict[str, Any]:
        returned = self.model(assigned(self.job.axes, task.values), task.seed)
        missing = [name for name in self.job.metrics if name not in returned]
        if missing:
            raise KeyError(f"the model returned no {', '.join(missing)}")
        return {name: metrics.number(returned[name], name) for name in self.job.metrics}

    def _rows(self, world: "World", table: str, run: int) -> list[Row]:
        rows = tables.rows(world, table, run)
        every = self.job.tables[table]
        if every == 1:
            return rows
        week = [column.name for column in TABLES[table]].index("week")
        return [row for row in rows if row[week] % every == 0]


def forget() -> None:
    """Look models and metrics up anew: their names may stand for others in this process now."""
    _player.cache_clear()


@lru_cache(maxsize=2)
def _player(job: Job) -> _Player:
    return _Player(job)


@dataclass
class _Played:
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
            self.fail(task, ": ".join([*where[:1], told(error)]), _traceback(error))
            return
        self.runs.append({**cells, **task.head(self.job.axes)})
        for table, added in rows.items():
            self.rows.setdefault(table, []).extend(added)

    def fail(self, task: _Task, error: str, trace: str) -> None:
        # Texts of the user's code, which end on terminals.
        error, trace = visible(_ADDRESS.sub("", error)), visible(trace)
        self.failures.append(Failure(task.run, task.point, task.seed, error, trace))
        head = task.head(self.job.axes)
        if self.job.model is None:
            head["scenario"] = self.job.name
        self.runs.append({**head, "error": error, "traceback": trace})

    def result(self, runs: tuple[int, ...], seconds: float) -> ChunkResult:
        run_columns = schema(self.job)
        rows = [tuple(row.get(column.name) for column in run_columns) for row in self.runs]
        segments = {"runs": _parquet(tables.typed(run_columns, rows))}
        for table in self.job.kept:
            table_columns = columns(table, self.job.countries)
            segments[table] = _parquet(tables.typed(table_columns, self.rows.get(table, [])))
        return ChunkResult(runs, segments, tuple(self.failures), seconds)


def _traceback(error: BaseException) -> str:
    lines: Iterable[str] = traceback.format_exception(error)
    return _ADDRESS.sub("", "".join(lines))


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())
