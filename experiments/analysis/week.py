"""A week of a run, as a user names it: by its number, or by a date that lies in it."""

import contextlib
import datetime
import re

from experiments.display import wording
from simulator import literals
from simulator.errors import Problem, ScenarioError
from simulator.scenario.scenario import Scenario

__all__ = ["Week", "looks_like_week", "week_of"]

#: A number from 0, or a date.
Week = int | str | datetime.date

_NUMBER, _DATE = re.compile(r"-?[0-9]+"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def looks_like_week(what: object) -> bool:
    """Return whether something can only be meant as a week: a number or a date."""
    if isinstance(what, str):
        return bool(_NUMBER.fullmatch(what) or _DATE.fullmatch(what))
    return True


def week_of(scenario: Scenario, what: object) -> int:
    """Return the number of a week of a run, from 0.

    Parameters
    ----------
    scenario : Scenario
        What is played; its calendar says in which week a date lies.
    what : int, str or date
        The number, or a date as in ``2025-07-09``.

    Raises
    ------
    ScenarioError
        If the run has no such week.
    """
    number = _number(scenario, literals.plain(what))
    if number is not None and 0 <= number < scenario.weeks:
        return number
    end = scenario.start + datetime.timedelta(weeks=scenario.weeks, days=-1)
    allowed = (
        f"a week of the run: 0 to {scenario.weeks - 1}, or a date from"
        f" {scenario.start.isoformat()} ({wording.day(scenario.start)}) to {end.isoformat()}"
    )
    raise ScenarioError([Problem("week", what, allowed)])


def _number(scenario: Scenario, what: object) -> int | None:
    """Return the number that is meant, which need not be one of the run."""
    if isinstance(what, str) and re.fullmatch("-?[0-9]{1,9}", what):
        return int(what)
    if isinstance(what, str) and _DATE.fullmatch(what):
        with contextlib.suppress(ValueError):  # such as the 30th of February
            return scenario.week_of(datetime.date.fromisoformat(what))
    if isinstance(what, datetime.date):
        return scenario.week_of(what.date() if isinstance(what, datetime.datetime) else what)
    return what if literals.is_whole(what) else None
