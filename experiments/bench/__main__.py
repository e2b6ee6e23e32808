"""How fast the simulator is: ``make bench`` prints each figure beside what it aims at.

Figures are reported as measured; nothing fails for being slow. Ratios to the same work in plain
numpy, done in the same process, carry from machine to machine better than the times do.
"""

import gc
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.roster import STRATEGIES
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.runs.play import load, play
from experiments.sweep import open_results, sweep
from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay
from simulator.economy.strategic import nash_tariffs
from simulator.economy.trade import read_trade
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk
from simulator.theory.analysis import Analysis

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.design.plan import Plan

__all__ = ["main"]

Tables = list[NDArray[np.float64]]

#: What the sweeps of the bench vary, and how often each point is played: a minute and more for
#: one worker on the machine that the aims are from.
PROBABILITIES = (0.0, 0.05, 0.1, 0.2, 0.3)
REPLICATIONS = 700


def main() -> None:
    """Print the machine, the versions and every figure."""
    print(f"{platform.platform()}, {_processor()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in ("tradetalks", "numpy", "mesa")))
    print(f"\n{'what':76} {'measured':>14}   aim")
    figures = (
        runs_bare,
        runs_full,
        building,
        talk,
        micro,
        nice,
        nash,
        million,
        points,
        help_page,
        table,
        memory,
        workers,
        batch,
        overhead,
        store,
        equilibria,
        equilibrium,
        tariff_war,
        liberation,
    )
    for figure in figures:
        what, measured, aim = figure()
        print(f"{what:76} {measured:>14}   {aim}", flush=True)


def runs_bare() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 without tables."""
    return _runs("allies-2025, 104 weeks, table runs only", (), "40 / s")


def runs_full() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 with all tables kept and built as rows."""
    from simulator.world.records import TABLES

    return _runs("allies-2025, 104 weeks, all tables", tuple(TABLES), "25 / s")


def _runs(what: str, kept: tuple[str, ...], aim: str, count: int = 40) -> tuple[str, str, str]:
    from experiments.runs.tables import rows

    scenario = load("allies-2025")
    play(scenario, 0, kept)

    def work(seed: int) -> None:
        world = play(scenario, seed, kept)
        for table in kept:
            if table != "runs":
                rows(world, table)

    seconds = [_timed(work, seed) for seed in range(1, count + 1)]
    return what, f"{1 / median(seconds):.0f} / s", aim


def building(count: int = 20) -> tuple[str, str, str]:
    """Return the time in which allies-2025 is read, checked and valued by the trade model.

    Each time in another economy: what tariffs are worth in the same one is not derived again.
    """
    load("allies-2025")
    others = [{"economy.elasticity": 4 + k / 100} for k in range(1, count + 1)]
    took = median(_timed(load, "allies-2025", other) for other in others)
    return "building allies-2025 with its valuations", f"{took:.3f} s", "0.3 s"


def talk() -> tuple[str, str, str]:
    """Return the time of one talk of two Boulware parties beside its arithmetic in bare numpy."""
    domains = _talks(300)
    ours = median(_timed(_held, ("boulware", "boulware"), *domain) for domain in domains)
    plain = median(_timed(_plain, *domain) for domain in domains)
    what = f"boulware: 1,024 outcomes, 100 rounds ({ours / plain:.1f} x numpy)"
    return what, f"{1e3 * ours:.2f} ms", "0.5 ms"


def micro() -> tuple[str, str, str]:
    """Return the time of one talk of two parties that play MiCRO."""
    return _talk("micro", "micro", "0.5 ms")


def nice() -> tuple[str, str, str]:
    """Return the time of one talk of nice tit for tat; two of a kind would agree soon."""
    return _talk("nice-tit-for-tat", "boulware", "5 ms")


def nash() -> tuple[str, str, str]:
    """Return the time of one talk of two parties that seek the Nash point."""
    return _talk("nash-seeking", "nash-seeking", "5 ms")


def _talk(strategy: str, partner: str, aim: str, count: int = 100) -> tuple[str, str, str]:
    """Return the median time of talks over random domains, valuation included."""
    pair = (strategy, partner)
    took = median(_timed(_held, pair, *domain) for domain in _talks(count))
    ended = median(_held(pair, *domain) for domain in _talks(count))
    what = " against ".join(dict.fromkeys(pair))
    return f"{what}: 1,024 outcomes, {ended:.0f} of 100 rounds", f"{1e3 * took:.2f} ms", aim


def _talks(count: int) -> list[tuple[OutcomeSpace, list[Tables]]]:
    """Return random domains of 1,024 outcomes of two parties, the same every time."""
    rng = np.random.default_rng(0)
    space = OutcomeSpace([Issue(f"i{k}", tuple(range(4))) for k in range(5)])
    return [(space, _weighted(rng, 5, 4)) for _ in range(count)]


def _held(pair: tuple[str, str], space: OutcomeSpace, tables: list[Tables]) -> int:
    """Play a talk of two strategies, and return after how many rounds it ended."""
    wants = [Preferences(space.total(table), 0.0, unit=1.0) for table in tables]
    talk = Talk(space, [STRATEGIES[name]() for name in pair], wants, 100)
    talk.play()
    return talk.round


def _plain(space: OutcomeSpace, tables: list[Tables]) -> None:
    """Do the arithmetic of such a talk in bare numpy: values, a sort, a search per round."""
    time_left = 1.0 - (np.arange(1, 101) / 101.0) ** 4.0
    for table in tables:
        values = space.total(table)
        rising = np.sort(values)
        lowest = np.searchsorted(rising, time_left * rising[-1])
        for _ in range(100):
            _ = rising[lowest[_]] >= values[_]


def million(issues: int = 6) -> tuple[str, str, str]:
    """Return time and memory of a process that plays and analyses a domain of 10^6 outcomes."""
    code = (
        "import resource, sys, time\n"
        "from experiments.bench.__main__ import large_talk\n"
        "start = time.perf_counter()\n"
        "large_talk(int(sys.argv[1]))\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10\n"
        "print(f'{time.perf_counter() - start:.1f} s, {peak:.0f} MB')\n"
    )
    command = [sys.executable, "-c", code, str(issues)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    what = f"nice-tit-for-tat against boulware, {10**issues:,} outcomes, 100 rounds, and points"
    return what, told.stdout.strip(), "seconds, 1 GB"


def large_talk(issues: int) -> None:
    """Play a talk about so many issues of ten levels, and work out its points.

    Parameters
    ----------
    issues : int
        How many.
    """
    rng = np.random.default_rng(0)
    space = OutcomeSpace([Issue(f"i{k}", tuple(range(10))) for k in range(issues)])
    totals = [space.total(table) for table in _weighted(rng, issues)]
    wants = [Preferences(total, 0.0, unit=1.0) for total in totals]
    seated = [STRATEGIES[name]() for name in ("nice-tit-for-tat", "boulware")]
    Talk(space, seated, wants, 100).play()
    seen = Analysis(np.stack(totals, axis=1), np.zeros(2))
    _ = seen.frontier, seen.points


def points(counts: tuple[int, int, int] = (300, 100, 50)) -> tuple[str, str, str]:
    """Return the time of frontier and points of random two-party domains, valuation included."""
    rng = np.random.default_rng(0)
    times = []
    for issues, count in zip((3, 4, 5), counts, strict=True):
        space = OutcomeSpace([Issue(f"i{k}", tuple(range(10))) for k in range(issues)])
        domains = [_weighted(rng, issues) for _ in range(count)]
        times.append(1e3 * median(_timed(_analysed, space, *parties) for parties in domains))
    measured = " / ".join(f"{milliseconds:.2g}" for milliseconds in times)
    what = "frontier and all points, 1,000 / 10,000 / 100,000 outcomes"
    return what, f"{measured} ms", "0.4 / 2 / 33 ms"


def _weighted(rng: np.random.Generator, issues: int, levels: int = 10) -> list[Tables]:
    """Return two parties' tables of an issue's levels, each issue with a random weight."""
    weights = rng.dirichlet(np.ones(issues), 2)
    return [[weight * rng.random(levels) for weight in party] for party in weights]


def _analysed(space: OutcomeSpace, first: Tables, second: Tables) -> None:
    seen = Analysis(np.stack([space.total(first), space.total(second)], axis=1), np.zeros(2))
    _ = seen.frontier, seen.points


def help_page() -> tuple[str, str, str]:
    """Return the processor time of ``tradetalks --help``."""
    return "tradetalks --help, processor time", _spent("--help"), "0.15 s"


def table() -> tuple[str, str, str]:
    """Return the processor time of ``tradetalks negotiate`` for a small domain."""
    with TemporaryDirectory() as folder:
        for side, values in zip("AB", ((0.0, 0.5, 1.0), (1.0, 0.5, 0.0)), strict=True):
            levels = {f"i{k}": dict(zip("xyz", values, strict=True)) for k in range(5)}
            weights = dict.fromkeys(levels, 0.2)
            profile = {"reservationValue": 0.0, "issueWeights": weights, "issues": levels}
            Path(folder, f"profile{side}.json").write_text(json.dumps(profile), encoding="utf-8")
        spent = _spent("negotiate", folder, "--strategies", "boulware,micro", "--json")
    return "tradetalks negotiate, 243 outcomes, processor time", spent, "0.5 s"


def _spent(*arguments: str) -> str:
    """Return the median processor time of a command."""
    command = [sys.executable, "-m", "experiments.cli.main", *arguments]

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return f"{median(once() for _ in range(9)):.3f} s"


def memory(count: int = 10_000) -> tuple[str, str, str]:
    """Return how much memory a process grows by over many runs."""
    scenario = load("first-talk")
    for seed in range(200):
        play(scenario, seed, ())
    gc.collect()
    before = _resident()
    for seed in range(count):
        play(scenario, seed, ())
    gc.collect()
    grown = (_resident() - before) / 2**20
    return f"memory growth over {count:,} runs of first-talk", f"{grown:.1f} MB", "under 10 MB"


def workers(replications: int = REPLICATIONS) -> tuple[str, str, str]:
    """Return how much faster two workers play a sweep of allies-2025 than one does."""
    one, two = _swept(1, replications), _swept(2, replications)
    runs = len(PROBABILITIES) * replications
    what = f"2 workers against 1, {runs:,} runs of allies-2025 ({one:.0f} s with 1)"
    return what, f"{one / two:.2f} x", "1.8 x"


def batch(replications: int = 60, reference: int = REPLICATIONS) -> tuple[str, str, str]:
    """Return how much faster a sweep with two workers is than Mesa's ``batch_run`` with two.

    Mesa's collector takes a few figures of the model and of every agent each week, as its users
    do; here a run leaves its row in the table ``runs``. Both rates include the start.
    """
    ours = len(PROBABILITIES) * reference / _swept(2, reference)
    runs = len(PROBABILITIES) * replications
    rates = [runs / _timed(_batched, replications, processes) for processes in (1, 2)]
    told = f"Mesa's batch_run: {rates[0]:.0f} / s with 1 process, {rates[1]:.0f} with 2; a sweep"
    return told, f"{ours:.0f} / s = {ours / max(rates):.1f} x", "3 x, with 2 workers"


def overhead(runs: int = 1500, busy: float = 0.01) -> tuple[str, str, str]:
    """Return what a sweep adds to runs that take 10 ms each, segments and start included."""
    axes = (Axis("seconds", (busy,)),)
    experiment = Experiment(
        "busy",
        model="experiments.bench.__main__.spin",
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


def store(rows: int = 1_000_000) -> tuple[str, str, str]:
    """Return how long it takes to open a store and average four metrics by an axis."""
    with TemporaryDirectory() as folder:
        _fill(Path(folder), rows)
        seconds = median(_timed(_aggregated, folder) for _ in range(3))
    return f"opening and aggregating a store of {rows:,} runs", f"{seconds:.2f} s", "0.5 s"


def equilibria(count: int = 10_000) -> tuple[str, str, str]:
    """Return the time per vector of tariffs of nine regions, many solved at once."""
    base = _nine_regions()
    rates = base.uniform(np.random.default_rng(0).uniform(0.0, 0.5, (count, 9)))
    start = solve(base, rates.mean(axis=0)).wage_hat
    seconds = median(_timed(lambda: solve(base, rates, start=start)) for _ in range(3))
    what = f"equilibrium of nine regions, each of {count:,} vectors of tariffs at once"
    return what, f"{1e3 * seconds / count:.3f} ms", "0.2 ms"


def equilibrium(count: int = 300) -> tuple[str, str, str]:
    """Return the time of one equilibrium of nine regions, from the one before."""
    base = _nine_regions()
    vectors = base.uniform(np.random.default_rng(0).uniform(0.2, 0.3, (count, 9)))
    start = solve(base, vectors[0]).wage_hat
    seconds = median(_timed(lambda v: solve(base, v, start=start), v) for v in vectors)
    return "equilibrium of nine regions, alone, from one nearby", f"{1e3 * seconds:.2f} ms", "1 ms"


def tariff_war(count: int = 20) -> tuple[str, str, str]:
    """Return the time of the Nash tariffs of nine regions, by iterated best responses."""
    base = _nine_regions()
    seconds = median(_timed(nash_tariffs, base) for _ in range(count))
    return "Nash tariffs of nine regions", f"{1e3 * seconds:.1f} ms", "10 ms"


def liberation(regions: int = 194) -> tuple[str, str, str]:
    """Return the time of the Liberation Day model on a synthetic world of many countries."""
    rng = np.random.default_rng(0)
    gdp = np.exp(1.5 * rng.standard_normal(regions))
    flows = np.outer(gdp, gdp) * np.exp(rng.standard_normal((regions, regions)))
    flows *= (0.3 * gdp / flows.sum(axis=1))[:, None]
    base = LiberationDay([f"r{k}" for k in range(regions)], flows, gdp, "r0")
    rates = np.zeros((regions, regions))
    rates[1:, 0] = rng.uniform(0.1, 0.5, regions - 1)
    seconds = median(_timed(lambda: base.solve(rates)) for _ in range(3))
    return f"Liberation Day model, {regions} countries", f"{seconds:.2f} s", "1 s"


def _nine_regions() -> Economy:
    return balance(read_trade().economy())


def spin(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return, after so many ``seconds`` of work, how many it were."""
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < parameters["seconds"]:
        pass
    return {"spent": spent}


@lru_cache
def _swept(workers: int, replications: int) -> float:
    """Return the seconds that a sweep of allies-2025 takes."""
    axes = (Axis("countries.us.compliance.probability", PROBABILITIES),)
    experiment = Experiment("bench", "allies-2025", axes=axes, replications=replications)
    with TemporaryDirectory() as folder:
        return _timed(lambda: sweep(experiment, Path(folder) / "bench", workers=workers))


def _batched(replications: int, processes: int) -> None:
    import warnings

    import mesa

    from experiments.bench.mesa import Batched

    parameters = {"probability": list(PROBABILITIES), "seed": list(range(replications))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mesa.batch_run(Batched, parameters, number_processes=processes, display_progress=False)


def _fill(folder: Path, rows: int, each: int = 10_000) -> None:
    """Write a store of so many runs of a model that is never played."""
    from experiments.design.plan import Plan
    from experiments.results import manifest
    from experiments.results.segments import segment_name

    axes = (Axis("x", tuple(range(10))),)
    names = ("a", "b", "c", "d")
    experiment = Experiment(
        "store",
        model="experiments.bench.__main__.spin",
        axes=axes,
        replications=rows // 10,
        metrics=names,
    )
    planned = Plan(experiment, [(x,) for x in range(10)])
    manifest.write_manifest(folder, manifest.manifest_of(planned))
    (folder / "runs").mkdir()
    for first in range(0, rows, each):
        runs = range(first, min(first + each, rows))
        _write(folder / "runs" / segment_name(runs), _segment(planned, np.array(runs)))


def _segment(planned: "Plan", runs: NDArray[np.int64]) -> "pa.Table":
    import pyarrow as pa

    from experiments.design.job import job_of, schema

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


def _write(path: Path, table: "pa.Table") -> None:
    from pyarrow import parquet

    parquet.write_table(table, path, write_page_checksum=True)


def _aggregated(folder: str) -> None:
    runs = open_results(folder).runs
    runs.groupby("x")[["a", "b", "c", "d"]].agg(["mean", "std"])


def _resident() -> int:
    """Return the memory of this process in bytes; its peak where the system tells no more."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _timed(work: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or "processor unknown"


if __name__ == "__main__":
    main()
