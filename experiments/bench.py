"""How fast the simulator is: ``make bench`` prints each figure beside what it aims at.

Figures are reported as measured; nothing fails for being slow. Ratios to the same work in plain
numpy, done in the same process, carry from machine to machine better than the times do.
"""

import gc
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median

import numpy as np
from numpy.typing import NDArray

from agents.strategies.time_dependent import Boulware
from experiments.run import load, play
from simulator.issues import Issue, OutcomeSpace
from simulator.payoffs import Preferences
from simulator.talk import Talk

__all__ = ["main"]

Tables = list[NDArray[np.float64]]


def main() -> None:
    """Print the machine, the versions and every figure."""
    print(f"{platform.platform()}, {_processor()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in ("tradetalks", "numpy", "mesa")))
    print(f"\n{'what':58} {'measured':>14}   aim")
    for figure in (runs_bare, runs_full, talk, help_page, memory):
        what, measured, aim = figure()
        print(f"{what:58} {measured:>14}   {aim}", flush=True)


def runs_bare() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 without tables."""
    return _runs("allies-2025, 104 weeks, table runs only", (), "40 / s")


def runs_full() -> tuple[str, str, str]:
    """Return runs per second of allies-2025 with all tables kept and built as rows."""
    from simulator.records import TABLES

    return _runs("allies-2025, 104 weeks, all tables", tuple(TABLES), "25 / s")


def _runs(what: str, kept: tuple[str, ...], aim: str, count: int = 40) -> tuple[str, str, str]:
    from experiments.tables import rows

    scenario = load("allies-2025")
    play(scenario, 0, kept)

    def work(seed: int) -> None:
        world = play(scenario, seed, kept)
        for table in kept:
            if table != "runs":
                rows(world, table)

    seconds = [_timed(work, seed) for seed in range(1, count + 1)]
    return what, f"{1 / median(seconds):.0f} / s", aim


def talk() -> tuple[str, str, str]:
    """Return the time of one talk of two Boulware parties, the valuation included."""
    rng = np.random.default_rng(0)
    space = OutcomeSpace([Issue(f"i{k}", tuple(range(4))) for k in range(5)])
    tables = [[rng.random(4) for _ in range(5)] for _ in range(2)]
    ours = median(_timed(_held, space, tables) for _ in range(300))
    plain = median(_timed(_plain, space, tables) for _ in range(300))
    measured = f"{1e3 * ours:.2f} ms"
    return f"talk, 1,024 outcomes, 100 rounds ({ours / plain:.1f} x numpy)", measured, "0.5 ms"


def _held(space: OutcomeSpace, tables: list[Tables]) -> None:
    wants = [Preferences(space.total(table), 0.0) for table in tables]
    Talk(space, [Boulware(), Boulware()], wants, 100).play()


def _plain(space: OutcomeSpace, tables: list[Tables]) -> None:
    """Do the arithmetic of such a talk in bare numpy: values, a sort, a search per round."""
    time_left = 1.0 - (np.arange(1, 101) / 101.0) ** 4.0
    for table in tables:
        values = space.total(table)
        rising = np.sort(values)
        lowest = np.searchsorted(rising, time_left * rising[-1])
        for _ in range(100):
            _ = rising[lowest[_]] >= values[_]


def help_page() -> tuple[str, str, str]:
    """Return the processor time of ``tradetalks --help``."""
    command = [sys.executable, "-m", "experiments.cli", "--help"]

    def spent() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return (
        "tradetalks --help, processor time",
        f"{median(spent() for _ in range(9)):.3f} s",
        ("0.15 s"),
    )


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
