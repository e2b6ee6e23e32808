"""Figures of sweeps: workers, overhead, the store, and Mesa's own batch runs."""

import time
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.bench.clock import timed
from experiments.bench.engines import engines
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.job import job_of, schema
from experiments.design.plan import Plan
from experiments.results import manifest
from experiments.results.segments import segment_name
from experiments.sweep import open_results, sweep

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["mesa_batch", "opened_store", "spin", "sweep_overhead", "two_workers"]


#: What the sweeps of the bench vary, and how often each point is played: a minute and more for
#: one worker on the machine that the aims are from.
PROBABILITIES = (0.0, 0.05, 0.1, 0.2, 0.3)
REPLICATIONS = 700


def two_workers(replications: int = REPLICATIONS) -> tuple[str, str, str]:
    """Return how much faster two workers play a sweep of allies-2025 than one does."""
    one, two = _swept(1, replications), _swept(2, replications)
    runs = len(PROBABILITIES) * replications
    what = (
        f"2 workers against 1, {runs:,} runs of allies-2025, {engines()[-1]} ({one:.0f} s with 1)"
    )
    return what, f"{one / two:.2f} x", "1.8 x"


def mesa_batch(replications: int = 60, reference: int = REPLICATIONS) -> tuple[str, str, str]:
    """Return how much faster a sweep with two workers is than Mesa's ``batch_run`` with two.

    Mesa's collector takes a few figures of the model and of every agent each week, as its users
    do; here a run leaves its row in the table ``runs``. Both rates include the start.
    """
    ours = len(PROBABILITIES) * reference / _swept(2, reference)
    runs = len(PROBABILITIES) * replications
    rates = [runs / timed(_batched, replications, processes) for processes in (1, 2)]
    told = f"Mesa's batch_run: {rates[0]:.0f} / s with 1 process, {rates[1]:.0f} with 2; a sweep"
    return told, f"{ours:.0f} / s = {ours / max(rates):.1f} x", "3 x, with 2 workers"


def sweep_overhead(runs: int = 1500, busy: float = 0.01) -> tuple[str, str, str]:
    """Return what a sweep adds to runs that take 10 ms each, segments and start included."""
    axes = (Axis("seconds", (busy,)),)
    experiment = Experiment(
        "busy",
        model="experiments.bench.sweeps.spin",
        axes=axes,
        replications=runs,
        metrics=("spent",),
    )
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        played = sweep(experiment, Path(folder) / "busy", workers=1)
        seconds = time.perf_counter() - start
        share = seconds / played.runs["spent"].sum() - 1
    return f"overhead of a sweep, {runs:,} runs of {1e3 * busy:.0f} ms", f"{share:.1%}", "3%"


def opened_store(rows: int = 1_000_000) -> tuple[str, str, str]:
    """Return how long it takes to open a store and average four metrics by an axis."""
    with TemporaryDirectory() as folder:
        _fill(Path(folder), rows)
        seconds = median(timed(_aggregated, folder) for _ in range(3))
    return f"opening and aggregating a store of {rows:,} runs", f"{seconds:.2f} s", "0.5 s"


def spin(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return, after so many ``seconds`` of work, how many it were."""
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < parameters["seconds"]:
        pass
    return {"spent": spent}


@lru_cache
def _swept(workers: int, replications: int) -> float:
    """Return the seconds that a sweep of allies-2025 takes by the fastest engine."""
    axes = (Axis("countries.us.compliance.probability", PROBABILITIES),)
    experiment = Experiment("bench", "allies-2025", axes=axes, replications=replications)
    with TemporaryDirectory() as folder:
        return timed(
            lambda: sweep(experiment, Path(folder) / "bench", workers=workers, engine=engines()[-1])
        )


def _batched(replications: int, processes: int) -> None:
    import warnings

    import mesa

    from experiments.bench.mesa import Batched  # only where Mesa is measured

    parameters = {"probability": list(PROBABILITIES), "seed": list(range(replications))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mesa.batch_run(Batched, parameters, number_processes=processes, display_progress=False)


def _fill(folder: Path, rows: int, each: int = 10_000) -> None:
    """Write a store of so many runs of a model that is never played."""
    from pyarrow import parquet

    axes = (Axis("x", tuple(range(10))),)
    names = ("a", "b", "c", "d")
    experiment = Experiment(
        "store",
        model="experiments.bench.sweeps.spin",
        axes=axes,
        replications=rows // 10,
        metrics=names,
    )
    planned = Plan(experiment, [(x,) for x in range(10)])
    manifest.write_manifest(folder, manifest.manifest_of(planned))
    (folder / "runs").mkdir()
    for first in range(0, rows, each):
        runs = range(first, min(first + each, rows))
        path = folder / "runs" / segment_name(runs)
        parquet.write_table(_segment(planned, np.array(runs)), path, write_page_checksum=True)


def _segment(planned: Plan, runs: NDArray[np.int64]) -> "pa.Table":
    import pyarrow as pa

    draws = np.random.default_rng(int(runs[0]))
    points, replications = np.divmod(runs, planned.experiment.replications)
    known = {
        "run": runs,
        "seed": draws.integers(2**63, size=len(runs)),
        "version": np.full(len(runs), version("tradetalks")),
        "point": points,
        "replication": replications,
        "x": points,
        **{name: draws.random(len(runs)) for name in planned.experiment.metrics},
    }
    types = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    fields = [pa.field(c.name, types[c.type.rstrip("?")]) for c in schema(job_of(planned))]
    cells = [
        pa.array(known[f.name], f.type) if f.name in known else pa.nulls(len(runs), f.type)
        for f in fields
    ]
    return pa.Table.from_arrays(cells, schema=pa.schema(fields))


def _aggregated(folder: str) -> None:
    runs = open_results(folder).runs
    runs.groupby("x")[["a", "b", "c", "d"]].agg(["mean", "std"])
