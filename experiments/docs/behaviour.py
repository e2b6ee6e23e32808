"""Whether what theory expects happens in allies-2025: every claim measured in two arms.

``python -m experiments.docs.behaviour`` plays all arms with the same seeds, a quarter of an hour on
one core, and writes `FILE`, from which a page tells what holds and what does not.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from experiments.docs.claims import CLAIMS, SCENARIO, Claim, arms
from experiments.docs.looks import Look, look_at
from experiments.runs.play import load, play

__all__ = ["FILE", "RUNS", "Finding", "findings", "measured", "played", "scenario_of", "write"]

FILE = Path(__file__).parents[2] / "docs" / "explanation" / "behaviour.csv"
RUNS = 200
NUMBERS = ("in_arm", "in_base", "difference", "low", "high")

Holds = Literal["yes", "no", "undecided"]


class Finding(NamedTuple):
    """What came out of a claim: means of both arms, and of the difference within a seed.

    With the 95 % interval of that, of `n` seeds in which there was something to compare.
    """

    topic: str
    arm: str
    base: str
    measure: str
    wanted: str
    in_arm: float
    in_base: float
    difference: float
    low: float
    high: float
    n: int

    @property
    def holds(self) -> Holds:
        """Whether the interval lies where it was expected; undecided if it holds 0, too."""
        if self.wanted == "same":
            return "yes" if self.low == self.difference == self.high == 0 else "no"
        low, high = (self.low, self.high) if self.wanted == "higher" else (-self.high, -self.low)
        return "yes" if low > 0 else "undecided" if high > 0 else "no"


def findings(file: str | Path = FILE) -> tuple[Finding, ...]:
    """Return what was found, in the order of the claims."""
    with open(file, newline="", encoding="utf-8") as kept:
        return tuple(_read(row) for row in csv.DictReader(kept))


def scenario_of(file: str | Path = FILE) -> str:
    """Return the hash of the scenario that was played."""
    with open(file, newline="", encoding="utf-8") as kept:
        (found,) = {row["scenario"] for row in csv.DictReader(kept)}
    return found


def _read(row: Mapping[str, str]) -> Finding:
    in_arm, in_base, difference, low, high = (float(row[name]) for name in NUMBERS)
    texts = row["topic"], row["arm"], row["base"], row["measure"], row["wanted"]
    return Finding(*texts, in_arm, in_base, difference, low, high, int(row["n"]))


def played(arm: str, seeds: Iterable[int]) -> list[Look]:
    """Return what the runs of an arm came to."""
    shipped = load(SCENARIO)
    scenario = shipped.with_(arms(shipped)[arm])
    return [look_at(play(scenario, seed, ("deals", "threats"))) for seed in seeds]


def measured(claim: Claim, runs: Callable[[str], Sequence[Look]]) -> Finding:
    """Return what comes out of a claim, given the runs of an arm, the same seeds for each."""
    found = claim.measure.of(runs(claim.arm))
    if isinstance(claim.base, str):
        base = claim.measure.of(runs(claim.base))
    else:
        base = np.full_like(found, claim.base)
    # Only what both arms have is compared: each ally's deal with its own in the other arm.
    paired = np.where(np.isfinite(found) & np.isfinite(base), found - base, np.nan)
    some = np.isfinite(paired).any(axis=1)
    each = np.nanmean(paired[some], axis=1)
    mean = float(each.mean())
    half = 1.96 * float(each.std(ddof=1)) / len(each) ** 0.5
    in_arm, in_base = float(np.nanmean(found)), float(np.nanmean(base))
    against = claim.base if isinstance(claim.base, str) else f"{claim.base:g}"
    names = claim.topic, claim.arm, against, claim.measure.words, claim.wanted
    return Finding(*names, in_arm, in_base, mean, mean - half, mean + half, len(each))


def write(found: Iterable[Finding], file: str | Path = FILE) -> None:
    """Write findings as they are kept."""
    scenario = load(SCENARIO).hash
    with open(file, "w", newline="", encoding="utf-8") as kept:
        writer = csv.writer(kept, lineterminator="\n")
        writer.writerow([*Finding._fields, "holds", "scenario"])
        for finding in found:
            cells = (f"{cell:.4f}" if isinstance(cell, float) else cell for cell in finding)
            writer.writerow([*cells, finding.holds, scenario])


def main() -> None:
    """Play every arm, and write what came out."""

    @cache
    def runs(arm: str) -> list[Look]:
        print(f"{arm} ...", flush=True)
        return played(arm, range(RUNS))

    write(measured(claim, runs) for claim in CLAIMS)


if __name__ == "__main__":
    main()
