"""Figures of runs: how many a second, building a scenario, memory."""

import gc
from statistics import median

from experiments.bench.clock import resident, timed
from experiments.execution.engine import played
from experiments.runs.engines import Engine
from experiments.runs.play import load, play
from experiments.runs.tables import rows
from simulator.scenario.scenario import Scenario
from simulator.world.records import TABLES

__all__ = ["memory_growth", "run_told", "runs_bare", "runs_full", "scenario_building"]


def runs_bare() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 without tables."""
    return _runs("allies-2025, 104 weeks, table runs only", (), "40 / s")


def runs_full() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 with all tables kept and built as rows."""
    return _runs("allies-2025, 104 weeks, all tables", tuple(TABLES), "25 / s")


def _runs(what: str, kept: tuple[str, ...], aim: str, count: int = 40) -> tuple[str, str, str]:
    scenario = load("allies-2025")
    run_told(scenario, 0, kept)
    seconds = [timed(run_told, scenario, seed, kept) for seed in range(1, count + 1)]
    return what, f"{1 / median(seconds):.0f} / s", aim


def run_told(
    scenario: Scenario, seed: int, kept: tuple[str, ...], engine: Engine = "object"
) -> None:
    """Play a run by just this engine, and build the rows of the tables that are kept.

    Raises
    ------
    RuntimeError
        If the engine has left the run to the other.
    """
    world, compiled = played(scenario, seed, kept, engine)
    if compiled != (engine == "compiled"):
        raise RuntimeError(f"the {engine} engine has not played {scenario.name}")
    for table in kept:
        if table != "runs":
            rows(world, table)


def scenario_building(count: int = 20) -> tuple[str, str, str]:
    """Return the time in which allies-2025 is read, checked and valued by the trade model.

    Each time in another economy: what tariffs are worth in the same one is not derived again.
    """
    load("allies-2025")
    others = [{"economy.elasticity": 4 + k / 100} for k in range(1, count + 1)]
    took = median(timed(load, "allies-2025", other) for other in others)
    return "building allies-2025 with its valuations", f"{took:.3f} s", "0.3 s"


def memory_growth(count: int = 10_000) -> tuple[str, str, str]:
    """Return how much memory a process grows by over many runs."""
    scenario = load("first-talk")
    for seed in range(200):
        play(scenario, seed, ())
    gc.collect()
    before = resident()
    for seed in range(count):
        play(scenario, seed, ())
    gc.collect()
    grown = (resident() - before) / 2**20
    return f"memory growth over {count:,} runs of first-talk", f"{grown:.1f} MB", "under 10 MB"
