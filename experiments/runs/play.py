"""A scenario played: loaded with the shipped parts, and its world run to the end."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.roster import ROSTER
from simulator import literals
from simulator.errors import Problem, ScenarioError
from simulator.scenario import scenario as scenarios
from simulator.scenario.code import ANY
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    from agents.country import Country
    from simulator.scenario.specs import CountrySpec
    from simulator.world.world import World

__all__ = ["Source", "begun", "load", "play", "prepare"]

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
    make_party: "Callable[[World, CountrySpec], Country] | None" = None,
) -> "World":
    """Return the world of a scenario at the end of its weeks.

    Countries may be of another class than `Country`. Raises ScenarioError if the scenario names
    code that may not be imported.
    """
    world = begun(scenario, seed, tables, make_party)
    try:
        while world.week < scenario.weeks:
            world.step()
            if progress is not None:
                progress(world.week, scenario.weeks)
    finally:
        world.let_go()
    return world


def begun(
    scenario: Scenario,
    seed: int,
    tables: Iterable[str] | None = None,
    make_party: "Callable[[World, CountrySpec], Country] | None" = None,
) -> "World":
    """Return the world of a scenario before its first week; whoever has it lets it go.

    Raises ScenarioError if it names code that may not be imported.
    """
    if closed := scenario.closed:
        raise ScenarioError(closed)
    world_of, party_of = _world()
    number = literals.plain(seed)
    if not literals.is_whole(number, least=-(2**63)) or number >= 2**63:  # as in the tables
        allowed = "a whole number from -2^63 to 2^63 - 1"
        raise ScenarioError([Problem("seed", seed, allowed)])
    return world_of(scenario, make_party or party_of, number, tables)


def prepare() -> None:
    """Import what the first run would import, which is slow."""
    _world()


def _world() -> "tuple[type[World], type[Country]]":
    # These import Mesa, and Mesa imports pandas.
    from agents.country import Country
    from simulator.world.world import World

    return World, Country
