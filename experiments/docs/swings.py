"""How much hangs on each assumption: each at both ends of its range, all others as shipped.

``python -m experiments.docs.swings`` plays it all, half an hour on one core, and writes
`FILE`, from which the page of parameters tells what matters most.
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from experiments.runs.metrics import scenario_metrics
from experiments.runs.play import load, play
from simulator.errors import ScenarioError
from simulator.scenario.provenance import Origin, parameters, provenance
from simulator.scenario.scenario import Scenario

__all__ = ["FILE", "OUTCOMES", "Swing", "points", "swings"]

FILE = Path(__file__).parents[2] / "docs" / "explanation" / "allies-2025-swings.csv"
SCENARIO = "allies-2025"
RUNS = 100
#: What is looked at, and what it is; all are means over runs.
OUTCOMES: Mapping[str, str] = {
    "signed": "share of the four talks signed by the week of the first deadline",
    "in_force": "share of the four talks with a deal in force at the end",
    "trust": "trust of the others in the US at the end",
}


class Swing(NamedTuple):
    """Means of `OUTCOMES` over runs with the parameters of an entry moved to an end.

    The paths are ``shipped`` for none; the end is low, high, or what else is plausible.
    """

    paths: str
    end: str
    outcomes: dict[str, float]


def swings(file: str | Path = FILE) -> list[Swing]:
    """Return what was measured, the shipped scenario first."""
    with open(file, newline="", encoding="utf-8") as kept:
        return [
            Swing(row["paths"], row["end"], {name: float(row[name]) for name in OUTCOMES})
            for row in csv.DictReader(kept)
        ]


def points(scenario: Scenario, entry: Origin) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the ends of an entry's range, each with the values to set for it.

    An entry without a range, of what ``--set`` cannot reach, or of a date, with which what is
    looked at would move, too, gives nothing.
    """
    covered = {path: v for path, v in parameters(scenario).items() if entry.covers(path)}
    for end in _ends(entry):
        moved = {
            path: end if entry.among else entry.range(value)[end == "high"]
            for path, value in covered.items()
        }
        if moved != covered:
            yield str(end), _by_list(scenario, moved)


def _ends(entry: Origin) -> Sequence[str | bool]:
    if entry.among:
        return entry.among
    has_range = entry.times is not None or isinstance(entry.low, float | int)
    in_list = any(" " in path for path in entry.paths)  # tariffs have no ids
    return ("low", "high") if has_range and not in_list else ()


def _by_list(scenario: Scenario, moved: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by paths that can be set: what stands in a list as the whole list."""
    every = parameters(scenario)
    changes: dict[str, Any] = {}
    for path, value in moved.items():
        parent, _, last = path.rpartition(".")
        if not last.isdigit():
            changes[path] = value
        elif parent not in changes:
            rest = [every.get(f"{parent}.{k}", 0) for k in range(_length(every, parent))]
            changes[parent] = [moved.get(f"{parent}.{k}", v) for k, v in enumerate(rest)]
    return changes


def _length(every: Mapping[str, Any], parent: str) -> int:
    return 1 + max(int(p.rpartition(".")[2]) for p in every if p.rpartition(".")[0] == parent)


def _measured(scenario: Scenario, deadlines: Mapping[str, int]) -> dict[str, float]:
    metrics = scenario_metrics(scenario)
    worlds = [play(scenario, seed, ()) for seed in range(RUNS)]
    signed = (
        metrics[f"first_signing_{talk}"](world) <= week
        for world in worlds
        for talk, week in deadlines.items()
    )
    return {
        "signed": fmean(signed),
        "in_force": fmean(metrics["share_in_force"](world) for world in worlds),
        "trust": fmean(metrics["trust_in_us"](world) for world in worlds),
    }


def _swings() -> Iterator[Swing]:
    scenario = load(SCENARIO)
    deadlines = {k: scenario.week_of(t.deadline) for k, t in scenario.talks.items() if t.deadline}
    yield Swing("shipped", "", _measured(scenario, deadlines))
    for entry in provenance(SCENARIO):
        for end, changes in points(scenario, entry):
            paths = " ".join(entry.paths)
            try:
                moved = scenario.with_(changes)
            except ScenarioError as error:
                print(f"left out: {paths} at {end}: {error}", file=sys.stderr)
                continue
            yield Swing(paths, end, _measured(moved, deadlines))


def main() -> None:
    """Play every point, and write what came out."""
    with open(FILE, "w", newline="", encoding="utf-8") as kept:
        writer = csv.writer(kept, lineterminator="\n")
        writer.writerow(["paths", "end", *OUTCOMES])
        for swing in _swings():
            means = (f"{mean:.4f}" for mean in swing.outcomes.values())
            writer.writerow([swing.paths, swing.end, *means])
            kept.flush()


if __name__ == "__main__":
    main()
