"""Figures of runs by the compiled engine, and beside the object engine in the same process."""

from statistics import median

from experiments.bench.clock import spent
from experiments.bench.engines import MISSING, engines
from experiments.bench.runs import run_told
from experiments.runs.play import load
from simulator.world.records import TABLES

__all__ = ["compiled_runs", "plan_making"]


def compiled_runs(name: str, kept: str, aim: str, seeds: int = 20) -> tuple[str, str, str]:
    """Return runs per second of the compiled engine, and how many times as long objects take.

    Kept are ``table runs only`` or ``all tables``. Both engines play each seed, one after the
    other, so that what else the machine does meets both.
    """
    what = f"{name}, {kept}, compiled"
    if "compiled" not in engines():
        return what, MISSING, aim
    scenario = load(name)
    tables = tuple(TABLES) if kept == "all tables" else ()
    objects, compiled = [], []
    for seed in range(seeds + 1):
        objects.append(spent(run_told, scenario, seed, tables))
        compiled.append(spent(run_told, scenario, seed, tables, "compiled"))
    ratio = median(objects[1:]) / median(compiled[1:])  # the first run readies what others share
    return f"{what} ({ratio:.1f} x objects)", f"{1 / median(compiled[1:]):,.0f} / s CPU", aim


def plan_making(count: int = 9) -> tuple[str, str, str]:
    """Return the time in which allies-2025, with another number in it, becomes arrays."""
    what, aim = "allies-2025 as arrays, once a point of a sweep", "5 ms"
    if "compiled" not in engines():
        return what, MISSING, aim
    from experiments.compiled.plan import prepared  # with numba

    others = [load("allies-2025", {"countries.us.patience": 0.9 + k / 1000}) for k in range(count)]
    took = median(spent(prepared, other) for other in others)
    return what, f"{1e3 * took:.1f} ms CPU", aim
