"""A chunk of runs, as a worker plays it: what goes in, and the segments that come out.

Everything here is picklable or made in the worker, so that the same code plays in this process,
in another one and on another machine.
"""

import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from experiments.design.axis import Axis, assigned
from experiments.design.fingerprint import digests, require
from experiments.design.plan import Plan
from experiments.runs import metrics
from simulator.errors import describe_error
from simulator.scenario import parts
from simulator.text import visible
from simulator.world.records import TABLES, Column, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.runs.metrics import Metric
    from simulator.scenario.scenario import Scenario
    from simulator.world.world import World

__all__ = [
    "DIED",
    "Chunk",
    "Failure",
    "Outcome",
    "Recipe",
    "blamed",
    "forget",
    "play",
    "probe",
    "recipe",
    "schema",
]

Row = tuple[Any, ...]

#: The error of a run that took its process with it.
DIED = "WorkerDied: the process that played this run was killed, or ended by itself"
#: An address in a traceback differs from process to process.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
#: One chunk at a time in a process: a scheduler may run several threads in one.
_TURN = threading.Lock()


@dataclass(frozen=True, eq=False)
class Recipe:
    """All that a worker must know of an experiment; two of the same key are the same.

    Parameters
    ----------
    key : str
        What tells it from other experiments.
    name : str
        Name of the scenario, or import path of the model.
    scenario : mapping or None
        The scenario as plain data, None for a model.
    model : str or None
        Import path of the model.
    axes : tuple of Axis
        What varies, without the values.
    tables : mapping
        Table -> every how-manieth week is kept.
    metrics : tuple of str
        What is measured.
    countries : tuple of str
        Countries of the scenario.
    folders : tuple of str
        Where the user's own modules are found.
    code : mapping
        Digests of the user's own code, as `experiments.design.fingerprint.digests` gives them.
    """

    key: str
    name: str
    scenario: Mapping[str, Any] | None
    model: str | None
    axes: tuple[Axis, ...]
    tables: Mapping[str, int]
    metrics: tuple[str, ...]
    countries: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def kept(self) -> tuple[str, ...]:
        """The tables kept besides ``runs``, in the order of the schema."""
        return tuple(table for table in TABLES if table in self.tables)


@dataclass(frozen=True)
class Chunk:
    """Runs that are played together.

    Parameters
    ----------
    runs : tuple of int
        Their numbers, rising.
    points : mapping
        Point -> values, one per axis.
    of : mapping
        Run -> its point, replication and seed.
    """

    runs: tuple[int, ...]
    points: Mapping[int, tuple[Any, ...]]
    of: Mapping[int, tuple[int, int, int]]

    @classmethod
    def cut(cls, plan: Plan, runs: Sequence[int]) -> "Chunk":
        """Return the chunk of these runs of a plan."""
        of = {
            run: (plan.point(run), run % plan.experiment.replications, plan.seed(run))
            for run in runs
        }
        points = {point: plan.points[point] for point, _, _ in of.values()}
        return cls(tuple(runs), points, of)


@dataclass(frozen=True)
class Failure:
    """A run that failed: its number, point, seed, error and traceback."""

    run: int
    point: int
    seed: int
    error: str
    traceback: str


@dataclass(frozen=True)
class Outcome:
    """What came of a chunk.

    Parameters
    ----------
    runs : tuple of int
        The runs that are in it.
    segments : mapping
        Table -> a Parquet file as bytes.
    failures : tuple of Failure
        The runs that failed.
    seconds : float
        How long the runs took.
    """

    runs: tuple[int, ...]
    segments: Mapping[str, bytes]
    failures: tuple[Failure, ...]
    seconds: float


def recipe(plan: Plan) -> Recipe:
    """Return what workers must know to play the runs of a plan.

    Raises
    ------
    ScenarioError
        If code of the user's has changed since it was imported.
    """
    import tomllib

    experiment = plan.experiment
    folders = (os.getcwd(), *(p for p in sys.path if p and "site-packages" not in p))
    axes = tuple(axis.bare() for axis in experiment.axes)
    shared = (axes, dict(experiment.tables), experiment.metrics)
    own = digests(experiment)
    if experiment.model is not None:
        model = experiment.model
        return Recipe(_key(model, shared, own), model, None, model, *shared, (), folders, own)
    base = experiment.base
    data = tomllib.loads(base.to_toml())
    key = _key(base.hash, shared, own)
    return Recipe(key, base.name, data, None, *shared, tuple(base.countries), folders, own)


def _key(played: str, *more: object) -> str:
    return f"{played} {more} {os.getcwd()}"


def schema(recipe: Recipe) -> list[Column]:
    """Return the columns of the table ``runs`` of an experiment.

    Parameters
    ----------
    recipe : Recipe
        Of the experiment.
    """
    found = columns("runs", recipe.countries)
    if recipe.model is not None:
        found = [c for c in found if c.name in {"run", "seed", "version", "error"}]
    known = {column.name for column in found}
    more = [
        Column("point", "int", "", "point of the design, from 0"),
        Column("replication", "int", "", "replication at this point, from 0"),
        *(Column(axis.path, axis.type, "", "value of the axis") for axis in recipe.axes),
        *(Column(name, "float?", "", "metric") for name in recipe.metrics),
        Column("traceback", "str?", "", "where the error arose"),
    ]
    return [*found, *(column for column in more if column.name not in known)]


def play(recipe: Recipe, chunk: Chunk) -> Outcome:
    """Return the segments of a chunk; a run that raises is a row with its error.

    Parameters
    ----------
    recipe : Recipe
        What is played.
    chunk : Chunk
        Which runs.
    """
    with _TURN:
        bench = _bench(recipe)
        start = time.perf_counter()
        played = _Played(recipe)
        for run in chunk.runs:
            point, replication, seed = chunk.of[run]
            task = _Task(run, point, replication, seed, chunk.points[point])
            played.add(task, bench)
        return played.outcome(chunk.runs, time.perf_counter() - start)


def blamed(recipe: Recipe, chunk: Chunk, error: str) -> Outcome:
    """Return the outcome of runs that could not be played at all, such as those that kill.

    Parameters
    ----------
    recipe : Recipe
        What was played.
    chunk : Chunk
        The runs to blame.
    error : str
        What happened.
    """
    played = _Played(recipe)
    for run in chunk.runs:
        point, replication, seed = chunk.of[run]
        played.fail(_Task(run, point, replication, seed, chunk.points[point]), error, "")
    return played.outcome(chunk.runs, 0.0)


def probe(recipe: Recipe) -> None:
    """Raise what keeps a worker from playing anything: what cannot be imported there."""
    with _TURN:
        _bench(recipe)


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
            "version": _version(),
            "point": self.point,
            "replication": self.replication,
            **{axis.path: axis.cell(value) for axis, value in named},
        }


class _Bench:
    """What a worker keeps from run to run of an experiment: scenarios and functions."""

    def __init__(self, recipe: Recipe) -> None:
        # At the end, so that nothing of the user's hides a package.
        sys.path.extend(folder for folder in recipe.folders if folder not in sys.path)
        self.recipe = recipe
        self.metrics: dict[str, Metric] = {}
        self._last: tuple[tuple[Any, ...], Scenario] | None = None
        require(recipe.code)
        if recipe.model is not None:
            self.model: Any = parts.import_object(recipe.model, "model", "function")
            return
        for name in recipe.metrics:
            metric = metrics.find(name, self.base)
            if metric is not None:
                self.metrics[name] = metric

    @cached_property
    def base(self) -> "Scenario":
        from agents.roster import ROSTER
        from simulator.scenario import scenario

        return scenario.load(self.recipe.scenario or {}, ROSTER)

    def scenario(self, values: tuple[Any, ...]) -> "Scenario":
        """Return the scenario at a point; the last one is kept for its replications."""
        if not self.recipe.axes:
            return self.base
        if self._last is None or self._last[0] != values:
            made = self.base.with_(assigned(self.recipe.axes, values))
            self._last = values, made
        return self._last[1]

    def play(self, task: _Task) -> tuple[dict[str, Any], dict[str, list[Row]]]:
        """Return the cells of a run and its rows in the other tables."""
        if self.recipe.model is not None:
            return self._modelled(task), {}
        from experiments.run import Run
        from experiments.run import play as played

        kept = self.recipe.kept
        needed = {metrics.READS[name] for name in self.metrics if name in metrics.READS}
        world = played(self.scenario(task.values), task.seed, {*kept, *needed})
        cells = Run(world).row(task.run)
        cells |= zip(self.metrics, metrics.measured(self.metrics, world), strict=True)
        return cells, {table: self._rows(world, table, task.run) for table in kept}

    def _modelled(self, task: _Task) -> dict[str, Any]:
        returned = self.model(assigned(self.recipe.axes, task.values), task.seed)
        missing = [name for name in self.recipe.metrics if name not in returned]
        if missing:
            raise KeyError(f"the model returned no {', '.join(missing)}")
        return {name: metrics.number(returned[name], name) for name in self.recipe.metrics}

    def _rows(self, world: "World", table: str, run: int) -> list[Row]:
        from experiments.runs import tables

        rows = tables.rows(world, table, run)
        every = self.recipe.tables[table]
        if every == 1:
            return rows
        week = [column.name for column in TABLES[table]].index("week")
        return [row for row in rows if row[week] % every == 0]


def forget() -> None:
    """Look models and metrics up anew: their names may stand for others in this process now."""
    _bench.cache_clear()


@lru_cache(maxsize=2)
def _bench(recipe: Recipe) -> _Bench:
    return _Bench(recipe)


@dataclass
class _Played:
    """The rows of a chunk so far."""

    recipe: Recipe
    runs: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def add(self, task: _Task, bench: _Bench) -> None:
        try:
            cells, rows = bench.play(task)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            where = [note for note in getattr(error, "__notes__", []) if note.startswith("metric ")]
            self.fail(task, ": ".join([*where[:1], describe_error(error)]), _traceback(error))
            return
        self.runs.append({**cells, **task.head(self.recipe.axes)})
        for table, found in rows.items():
            self.rows.setdefault(table, []).extend(found)

    def fail(self, task: _Task, error: str, trace: str) -> None:
        # Texts of the user's code, which end on terminals.
        error, trace = visible(_ADDRESS.sub("", error)), visible(trace)
        self.failures.append(Failure(task.run, task.point, task.seed, error, trace))
        head = task.head(self.recipe.axes)
        if self.recipe.model is None:
            head["scenario"] = self.recipe.name
        self.runs.append({**head, "error": error, "traceback": trace})

    def outcome(self, runs: tuple[int, ...], seconds: float) -> Outcome:
        from experiments.runs.tables import typed

        names = schema(self.recipe)
        rows = [tuple(row.get(column.name) for column in names) for row in self.runs]
        segments = {"runs": _parquet(typed(names, rows))}
        for table in self.recipe.kept:
            found = self.rows.get(table, [])
            segments[table] = _parquet(typed(columns(table, self.recipe.countries), found))
        return Outcome(runs, segments, tuple(self.failures), seconds)


@cache
def _version() -> str:
    return version("tradetalks")


def _traceback(error: BaseException) -> str:
    lines: Iterable[str] = traceback.format_exception(error)
    return _ADDRESS.sub("", "".join(lines))


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())
