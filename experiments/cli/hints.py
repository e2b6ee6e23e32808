"""The commands to try next, with which a run ends."""

import shlex
from collections.abc import Iterator, Sequence

from experiments.runs.breaches import disregards
from experiments.runs.record import RunRecord
from simulator.errors import ScenarioError
from simulator.scenario.short_paths import ShortPaths

__all__ = ["hints_after_run"]

Hint = tuple[list[str], str]


def hints_after_run(
    run: RunRecord,
    source: str,
    seed: int | None,
    assignments: Sequence[str],
    default: str,
    allow_code: bool = False,
) -> list[tuple[str, str]]:
    """Return commands about the same run, and what each shows.

    Parameters
    ----------
    run : RunRecord
        What was played.
    source : str
        The scenario as it was asked for; `default` is played by ``run`` without a name.
    seed : int, optional
        The seed, if one was asked for.
    assignments : sequence of str
        What was set.
    allow_code : bool
        Whether code that the file names was allowed.
    """
    asked = [] if seed is None else ["--seed", str(seed)]
    asked += [word for assignment in assignments for word in ("--set", assignment)]
    again = ["run", *([] if source == default else [source]), *asked]
    hints = [([*again, "--details"], "every deal and its price"), *_why(run, source, asked)]
    hints += _otherwise(run, again, source, seed, assignments)
    leave = ["--allow-code"] if allow_code else []
    return [(shlex.join(["tradetalks", *words, *leave]), what) for words, what in hints]


def _why(run: RunRecord, source: str, asked: list[str]) -> Iterator[Hint]:
    """Give how to ask for the reasons, of a talk in which a promise was broken if there is one."""
    broken = [run.world.ledger.deals[d.deal].talk for d in disregards(run.world)]
    for talk in [*broken, *run.scenario.talks][:1]:
        yield ["why", source, talk, *asked], "what each decision hung on"


def _otherwise(
    run: RunRecord, again: list[str], source: str, seed: int | None, assignments: Sequence[str]
) -> Iterator[Hint]:
    """Give how to play the run without its breaches, or with some where there was none."""
    broken = next((d for d in disregards(run.world) if d.reason == "withheld"), None)
    if broken is None:
        first = next(iter(run.scenario.countries))
        breaks = f"countries.{first}.compliance=volatile:probability=0.3"
        yield [*again, "--set", breaks], "some broken"
    elif not assignments:
        kept = f"{_shortest(run, broken.obligor)}.compliance=always"
        asked = [] if seed is None else ["--seed", str(seed)]
        yield ["what-if", source, "--from", str(broken.week), "--set", kept, *asked], "all kept"


def _shortest(run: RunRecord, country: str) -> str:
    """Return the path of a country: its name alone, if that can mean nothing else."""
    full = f"countries.{country}"
    try:
        found = ShortPaths(run.scenario.data).full(f"{country}.compliance", "always")
    except ScenarioError:
        return full
    return country if found == f"{full}.compliance" else full
