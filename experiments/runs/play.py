"""A scenario played: loaded with the shipped parts, and its world run to the end."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from agents.government import Government
from agents.roster import ROSTER
from simulator import literals
from simulator.errors import Problem, ScenarioError
from simulator.scenario import scenario as scenarios
from simulator.scenario.code import ANY
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec
from simulator.world.simulation import Simulation

__all__ = ["Source", "begun", "load", "play"]

#: A scenario, the name of a shipped one, the path of a TOML file, or the contents of one.
Source = Scenario | str | Path | Mapping[str, Any]


def load(
    source: Source, set: Mapping[str, Any] | None = None, *, allow_code: bool = False
) -> Scenario:
    """Return a scenario, read with the shipped strategies, policies and trust models.

    Values are set in it by dotted path. Code that a file names by import path stays closed, so
    that the scenario can be looked at, unless it is allowed. Raises ScenarioError with every
    problem.
    """
    if isinstance(source, Scenario) and not (set or allow_code):
        return source
    return scenarios.load(source, ROSTER, set=set, code=ANY if allow_code else None)


def play(
    scenario: Scenario,
    seed: int,
    tables: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    make_party: Callable[[Simulation, CountrySpec], Government] | None = None,
) -> Simulation:
    """Return the world of a scenario at the end of its weeks.

    Countries may be played by another class than `Government`. Raises ScenarioError if the scenario
    names code that may not be imported.
    """
    world = begun(scenario, seed, tables, make_party)
    while world.week < scenario.weeks:
        world.step()
        if progress is not None:
            progress(world.week, scenario.weeks)
    return world


def begun(
    scenario: Scenario,
    seed: int,
    tables: Iterable[str] | None = None,
    make_party: Callable[[Simulation, CountrySpec], Government] | None = None,
) -> Simulation:
    """Return the world of a scenario before its first week.

    Raises ScenarioError if it names code that may not be imported.
    """
    if closed := scenario.closed:
        raise ScenarioError(closed)
    number = literals.plain(seed)
    if not literals.is_whole(number, least=-(2**63)) or number >= 2**63:  # as in the tables
        allowed = "a whole number from -2^63 to 2^63 - 1"
        raise ScenarioError([Problem("seed", seed, allowed)])
    return Simulation(scenario, make_party or Government, number, tables)
