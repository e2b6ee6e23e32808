"""What a command line asks for: a scenario, with values set in it.

Nothing heavy is imported here, since every command passes by.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.scenario.scenario import Scenario

__all__ = ["loaded_scenario"]


def loaded_scenario(source: str, assignments: "Sequence[str]" = ()) -> "Scenario":
    """Return the scenario with its changes.

    Parameters
    ----------
    source : str
        A shipped name, or the path of a file.
    assignments : sequence of str
        ``path=value`` each.

    Raises
    ------
    ScenarioError
        With all that is wrong with either.
    """
    from agents.roster import ROSTER
    from simulator.errors import Problem, ScenarioError
    from simulator.scenario import scenario
    from simulator.scenario.paths import parse_assignment

    changes: dict[str, object] = {}
    problems: list[Problem] = []
    for assignment in assignments:
        try:
            path, value = parse_assignment(assignment)
            changes[path] = value
        except ScenarioError as error:
            problems.extend(error.problems)
    try:
        loaded = scenario.load(source, ROSTER, set=changes)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems], error.source) from error
    if problems:
        raise ScenarioError(problems)
    return loaded
