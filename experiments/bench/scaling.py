"""How the time of a run grows with its size, by both engines: a table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np

from experiments.bench.clock import spent
from experiments.bench.engines import engines
from experiments.bench.runs import run_told
from experiments.runs.engines import Engine
from experiments.runs.play import load
from simulator.scenario.scenario import Scenario

__all__ = ["scaling", "star"]

#: What grows, each from where the others stand: see `star`.
AXES = {
    "countries": (2, 5, 10, 20, 40),
    "outcomes": (100, 1_000, 10_000, 100_000),
    "rounds": (1, 5, 20, 100),
    "weeks": (52, 104, 208, 520),
}

START = date(2025, 1, 6)


def scaling(axes: Mapping[str, Sequence[int]] = AXES, seeds: int = 3) -> Iterator[str]:
    """Give the lines of the table: ms CPU of a run, and the exponent of their growth."""
    for axis, sizes in axes.items():
        worlds = [star(**{axis: size}) for size in sizes]
        yield f"{axis:10}" + "".join(f"{size:>9,}" for size in sizes)
        for name in engines():
            took = [1e3 * _of_a_run(world, name, seeds) for world in worlds]
            cells = "".join(f"{ms:>9.{2 if ms < 10 else 0}f}" for ms in took)
            yield f"  {name:8}{cells}   n^{_exponent(sizes, took):.2f}"


def star(countries: int = 5, outcomes: int = 100, rounds: int = 5, weeks: int = 52) -> Scenario:
    """Return a world in which one country talks to all others, and goes on renewing the deals.

    Outcomes are a power of 10, rounds are those of a week.
    """
    rng = np.random.default_rng(0)
    others = [f"c{k}" for k in range(1, countries)]
    issues = round(np.log10(outcomes))
    country = {"strategy": "boulware", "compliance": "volatile:probability=0.1"}
    return load(
        {
            "name": "star",
            "start": START,
            "weeks": weeks,
            "rounds_per_week": rounds,
            "valuation": "table",
            "valuation_sd": 0.1,
            "countries": dict.fromkeys(("c0", *others), country),
            "talks": {f"c0-{other}": _talk("c0", other, issues, rng) for other in others},
        }
    )


def _talk(hub: str, other: str, issues: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return a talk of half a year about a deal for half a year, renewed in its second half."""
    pairs = [(hub, other), (other, hub)]
    return {
        "parties": [hub, other],
        "deadline": START + timedelta(weeks=26),
        "term_weeks": 26,
        "renew_weeks": 13,
        "issues": [_issue(f"i{k}", *pairs[k % 2], rng) for k in range(issues)],
    }


def _issue(id: str, obligor: str, partner: str, rng: np.random.Generator) -> dict[str, Any]:
    """Return an issue of ten levels, worth twice as much to the one as it costs the other."""
    costs, gains = np.sort(rng.random((2, 9)))
    payoffs = {obligor: [0.0, *(-costs).tolist()], partner: [0.0, *(2 * gains).tolist()]}
    return {"id": id, "obligor": obligor, "levels": list(range(10)), "payoffs": payoffs}


def _of_a_run(world: Scenario, engine: Engine, seeds: int) -> float:
    """Return the seconds of the processor of a run, without what is made once a scenario."""
    took = [spent(run_told, world, seed, (), engine) for seed in range(seeds + 1)]
    return median(took[1:])


def _exponent(sizes: Sequence[int], took: Sequence[float]) -> float:
    """Return e where what took so long grows as the size to the power of e, fitted in logs."""
    return float(np.polyfit(np.log(sizes), np.log(took), 1)[0])
