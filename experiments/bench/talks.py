"""Figures of single talks, large outcome spaces and their analysis."""

import subprocess
import sys
from statistics import median

import numpy as np
from numpy.typing import NDArray

from agents.roster import STRATEGIES
from experiments.bench.clock import timed
from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk
from simulator.theory.analysis import Analysis

__all__ = [
    "bargaining_points",
    "boulware_talk",
    "large_talk",
    "million_outcomes",
    "talk_of",
]


Tables = list[NDArray[np.float64]]


def boulware_talk() -> tuple[str, str, str]:
    """Return the time of one talk of two Boulware parties beside its arithmetic in bare numpy."""
    domains = _talks(300)
    ours = median(timed(_held, ("boulware", "boulware"), *domain) for domain in domains)
    plain = median(timed(_in_plain_numpy, *domain) for domain in domains)
    what = f"boulware: 1,024 outcomes, 100 rounds ({ours / plain:.1f} x numpy)"
    return what, f"{1e3 * ours:.2f} ms", "0.5 ms"


def talk_of(strategy: str, partner: str, aim: str, count: int = 100) -> tuple[str, str, str]:
    """Return the median time of talks over random domains, valuation included."""
    pair = (strategy, partner)
    took = median(timed(_held, pair, *domain) for domain in _talks(count))
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


def _in_plain_numpy(space: OutcomeSpace, tables: list[Tables]) -> None:
    """Do the arithmetic of such a talk in bare numpy: values, a sort, a search per round."""
    time_left = 1.0 - (np.arange(1, 101) / 101.0) ** 4.0
    for table in tables:
        values = space.total(table)
        rising = np.sort(values)
        lowest = np.searchsorted(rising, time_left * rising[-1])
        for _ in range(100):
            _ = rising[lowest[_]] >= values[_]


def million_outcomes(issues: int = 6) -> tuple[str, str, str]:
    """Return time and memory of a process that plays and analyses a domain of 10^6 outcomes."""
    code = (
        "import resource, sys, time\n"
        "from experiments.bench.talks import large_talk\n"
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
    """Play a talk about so many issues of ten levels, and work out its points."""
    rng = np.random.default_rng(0)
    space = OutcomeSpace([Issue(f"i{k}", tuple(range(10))) for k in range(issues)])
    totals = [space.total(table) for table in _weighted(rng, issues)]
    wants = [Preferences(total, 0.0, unit=1.0) for total in totals]
    seated = [STRATEGIES[name]() for name in ("nice-tit-for-tat", "boulware")]
    Talk(space, seated, wants, 100).play()
    seen = Analysis(np.stack(totals, axis=1), np.zeros(2))
    _ = seen.frontier, seen.points


def bargaining_points(counts: tuple[int, int, int] = (300, 100, 50)) -> tuple[str, str, str]:
    """Return the time of frontier and points of random two-party domains, valuation included."""
    rng = np.random.default_rng(0)
    times = []
    for issues, count in zip((3, 4, 5), counts, strict=True):
        space = OutcomeSpace([Issue(f"i{k}", tuple(range(10))) for k in range(issues)])
        domains = [_weighted(rng, issues) for _ in range(count)]
        times.append(1e3 * median(timed(_analysed, space, *parties) for parties in domains))
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
