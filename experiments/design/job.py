"""What a worker receives and returns: a job, chunks of its runs, the result of a chunk."""

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.design.axis import Axis
from experiments.design.fingerprint import digests
from experiments.design.plan import Plan
from experiments.runs.engines import Engine
from simulator.world.records import TABLES, Column, columns

__all__ = ["DIED", "LATE", "Chunk", "ChunkResult", "Failure", "Job", "job_of", "schema"]


#: The error of a run that took its process with it.
DIED = "WorkerDied: the process that played this run was killed, or ended by itself"
#: The error of a run that took too long, and how many seconds it may have taken.
LATE = "TimedOut: the run took longer than {:.15g} seconds, and was ended"


@dataclass(frozen=True, eq=False)
class Job:
    """All that a worker must know of an experiment; jobs with the same key are equal."""

    key: str  # what tells it from other jobs
    name: str  # of the scenario, or the import path of the model
    scenario: Mapping[str, Any] | None  # as plain data; None for a model
    model: str | None  # its import path
    axes: tuple[Axis, ...]  # without their values
    tables: Mapping[str, int]  # table -> n, if every n-th week of it is kept
    metrics: tuple[str, ...]
    countries: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # where the user's own modules are
    code: Mapping[str, str] = field(default_factory=dict)  # as `fingerprint.digests` gives it
    engine: Engine = "auto"  # who plays

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and (self.key, self.engine) == (other.key, other.engine)

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def kept_tables(self) -> tuple[str, ...]:
        """The tables that are kept besides ``runs``, in the order of the schema."""
        return tuple(table for table in TABLES if table in self.tables)


@dataclass(frozen=True)
class Chunk:
    """Runs that are played together, in ascending order.

    `points` has the values of each point, one per axis; `of` each run's point, replication, seed.
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
    """A run that failed, or a metric of one: number, point and seed; the error, its traceback."""

    run: int
    point: int
    seed: int
    error: str
    traceback: str


@dataclass(frozen=True)
class ChunkResult:
    """The result of a chunk: per table a Parquet file, and how long its runs took together.

    The seconds include those in which a worker got ready for its first run. A run that failed has
    nothing but its error; one of which a metric raised has all the rest.
    """

    runs: tuple[int, ...]
    segments: Mapping[str, bytes]
    failures: tuple[Failure, ...]
    gaps: tuple[Failure, ...]
    seconds: float
    ready_after: float = 0.0
    compiled: int = 0  # of the runs, how many the compiled engine has played


def job_of(plan: Plan) -> Job:
    """Return what workers must know to play the runs of a plan.

    Raises ScenarioError if the user's code has changed since it was imported.
    """
    experiment = plan.experiment
    folders = (os.getcwd(), *(p for p in sys.path if p and "site-packages" not in p))
    axes = tuple(axis.bare() for axis in experiment.axes)
    options = (axes, dict(experiment.tables), experiment.metrics)
    code, model = digests(experiment), experiment.model
    if model is not None:
        key = f"{model} {(options, code)} {os.getcwd()}"
        return Job(key, model, None, model, *options, (), folders, code)
    base = experiment.base
    data = tomllib.loads(base.to_toml())
    key = f"{base.hash} {(options, code)} {os.getcwd()}"
    return Job(key, base.name, data, None, *options, tuple(base.countries), folders, code)


def schema(job: Job) -> list[Column]:
    """Return the columns of the table ``runs`` of an experiment."""
    base = columns("runs", job.countries)
    if job.model is not None:
        base = [c for c in base if c.name in {"run", "seed", "version", "error"}]
    names = {column.name for column in base}
    added = [
        Column("point", "int", "", "point of the design, from 0"),
        Column("replication", "int", "", "replication at this point, from 0"),
        *(Column(axis.path, axis.type, "", "value of the axis") for axis in job.axes),
        *(Column(name, "float?", "", "metric") for name in job.metrics),
        Column(
            "traceback",
            "str?",
            "",
            "where an error arose: of the run, or of metrics without a value",
        ),
    ]
    return [*base, *(column for column in added if column.name not in names)]
