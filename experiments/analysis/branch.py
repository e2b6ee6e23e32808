"""A run branched: played with other values from some week on, on the same draws."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from experiments.analysis.week import Week, week_of
from experiments.runs.play import play
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError
from simulator.scenario.scenario import Scenario
from simulator.scenario.short_paths import ShortPaths

__all__ = ["branch", "branched"]


def branch(run: RunRecord, week: Week, set: Mapping[str, Any]) -> RunRecord:
    """Return the run as it would have gone with other values from a week on.

    Parameters
    ----------
    run : RunRecord
        The run.
    week : int, str or date
        The first week in which they count, by number or by a date in it; all before it is the same.
    set : mapping
        What changes: values by dotted path, of those that an event may set.

    Raises
    ------
    ScenarioError
        If there is no such week, or a value cannot change during a run.
    """
    return RunRecord(play(branched(run.scenario, week, set), run.seed))


def branched(scenario: Scenario, week: Week, set: Mapping[str, Any]) -> Scenario:
    """Return a scenario with an event more: values that change in a week. As `branch` refuses."""
    number = week_of(scenario, week)
    changes: object = set
    if not isinstance(changes, Mapping) or not changes:
        allowed = "what changes, by dotted path: {'countries.us.patience': 0.9}"
        raise ScenarioError([Problem("set", set, allowed)])
    date = scenario.start + datetime.timedelta(weeks=number)
    events = scenario.data.get("events", [])
    short = ShortPaths(scenario.data)
    full = {short.full(path, value): value for path, value in changes.items()}
    change = {"date": date, "what": "what if", "set": full}
    try:
        return scenario.with_(events=[*events, change])
    except ScenarioError as error:
        where = f"events[{len(events)}].set."
        told = [replace(p, key=p.key.removeprefix(where)) for p in error.problems]
        raise ScenarioError(told, error.source) from error
