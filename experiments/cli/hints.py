"""The commands to try next, with which a run ends."""

import shlex
from collections.abc import Sequence

from experiments.cli.options import DEFAULT_SCENARIO
from experiments.runs.breaches import disregards
from experiments.runs.record import RunRecord
from simulator.errors import ScenarioError
from simulator.scenario.short_paths import ShortPaths

__all__ = ["hints_after_run"]

Hint = tuple[list[str], str]


def hints_after_run(
    run: RunRecord,
    source: str,
    seed: int | None = None,
    weeks: int | None = None,
    assignments: Sequence[str] = (),
    allow_code: bool = False,
) -> list[tuple[str, str]]:
    """Return three commands about the same run, and what each shows.

    Parameters
    ----------
    run : RunRecord
        What was played.
    source : str
        The scenario as it was asked for.
    seed, weeks : int, optional
        The seed and the weeks, if they were asked for.
    assignments : sequence of str
        What was set.
    allow_code : bool
        Whether code that the file names was allowed.
    """
    asked = [] if seed is None else ["--seed", str(seed)]
    asked += [] if weeks is None else ["--weeks", str(weeks)]
    changed = [word for assignment in assignments for word in ("--set", assignment)]
    named = [] if source == DEFAULT_SCENARIO else [source]
    again = ["run", *named, *asked, *changed]
    hints = [
        ([*again, "--details"], "every deal and its price"),
        (["why", source, *_talk(run), *asked, *changed], "what each decision hung on"),
        _otherwise(run, again, ["what-if", *named], asked),
    ]
    leave = ["--allow-code"] if allow_code else []
    return [(shlex.join(["tradetalks", *words, *leave]), what) for words, what in hints]


def _talk(run: RunRecord) -> list[str]:
    """Return a talk to ask about, one in which a promise was broken if there is one."""
    broken = [run.world.ledger.deals[d.deal].talk for d in disregards(run.world)]
    return [*broken, *run.scenario.talks][:1]


def _otherwise(run: RunRecord, again: list[str], what_if: list[str], asked: list[str]) -> Hint:
    """Return how to play the run without its breaches, or with some where there was none.

    What was set cannot be told to ``what-if``, which takes by the same option what changes.
    """
    broken = next((d for d in disregards(run.world) if d.reason == "withheld"), None)
    if broken is None:
        first = next(iter(run.scenario.countries))
        breaks = f"countries.{first}.compliance=volatile:probability=0.3"
        return [*again, "--set", breaks], "some broken"
    kept = ["--set", f"{_shortest(run, broken.obligor)}.compliance=always"]
    if "--set" in again:
        return [*again, *kept], "all kept"
    return [*what_if, "--from", str(broken.week), *kept, *asked], "all kept"


def _shortest(run: RunRecord, country: str) -> str:
    """Return the path of a country: its name alone, if that can mean nothing else."""
    full = f"countries.{country}"
    try:
        found = ShortPaths(run.scenario.data).full(f"{country}.compliance", "always")
    except ScenarioError:
        return full
    return country if found == f"{full}.compliance" else full
