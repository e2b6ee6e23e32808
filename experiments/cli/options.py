"""What several commands take by options: a scenario with values set in it, an experiment."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import click

from experiments.design import axis
from experiments.runs.play import load
from simulator import literals
from simulator.errors import Problem, ScenarioError
from simulator.scenario.paths import parse_assignment
from simulator.scenario.scenario import Scenario

__all__ = [
    "DEFAULT_SCENARIO",
    "allow_code_option",
    "experiment_changes",
    "loaded_scenario",
    "parse_shard",
    "parsed_assignments",
    "set_option",
]

#: What is played if nothing is named.
DEFAULT_SCENARIO = "allies-2025"

Value = TypeVar("Value")

allow_code_option = click.option(
    "--allow-code",
    is_flag=True,
    help="Import and play code that a file names: only of files that you trust.",
)
set_option = partial(click.option, "--set", "assignments", metavar="PATH=VALUE", multiple=True)


def loaded_scenario(
    source: str, assignments: Sequence[str] = (), allow_code: bool = False
) -> Scenario:
    """Return a scenario, by its shipped name or path, with its changes, ``path=value`` each.

    A `ScenarioError` names all that is wrong with either.
    """
    problems: list[Problem] = []
    changes = dict(_parsed(parse_assignment, assignments, problems))
    try:
        scenario = load(source, changes, allow_code=allow_code)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems], error.source) from error
    if problems:
        raise ScenarioError(problems)
    return scenario


def parsed_assignments(assignments: Sequence[str]) -> dict[str, Any]:
    """Return changes by dotted path, of texts ``path=value``; an error names all faults."""
    problems: list[Problem] = []
    changes = dict(_parsed(parse_assignment, assignments, problems))
    if problems:
        raise ScenarioError(problems)
    return changes


def experiment_changes(options: dict[str, Any]) -> dict[str, Any]:
    """Return what the options of a command say of the experiment; an error names all faults."""
    problems: list[Problem] = []
    names = ("design", "samples", "table", "replications", "seed", "common_random_numbers", "weeks")
    changes = {name: options[name] for name in (*names, "timeout", "allow_code")}
    changes["vary"] = _parsed(axis.vary, options["vary"], problems)
    changes["set"] = dict(_parsed(parse_assignment, options["assignments"], problems))
    changes["tables"] = _tables(options["tables"])
    changes["metrics"] = options["metrics"] or None
    if problems:
        raise ScenarioError(problems)
    return changes


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Return the part and the number of parts of ``1/3``, nothing of nothing; refuse the rest."""
    if text is None:
        return None
    part, _, of = text.partition("/")
    i, n = literals.count(part), literals.count(of)
    if i is None or n is None or not 1 <= i <= n:
        shown = f"{text[:40]!r}: i/n with i from 1 to n"
        raise click.BadParameter(shown, param_hint="--shard")
    return i, n


def _parsed(
    parse: Callable[[str], Value], texts: Iterable[str], problems: list[Problem]
) -> list[Value]:
    """Return what texts say, and add to the problems what is wrong with the others."""
    values = []
    for text in texts:
        try:
            values.append(parse(text))
        except ScenarioError as error:
            problems.extend(error.problems)
    return values


def _tables(text: str | None) -> dict[str, int | str] | None:
    """Return the tables of ``deals,trust:13``, each with every how-manieth row is kept."""
    if text is None:
        return None
    rows: dict[str, int | str] = {}
    for name, colon, every in (name.strip().partition(":") for name in text.split(",")):
        if name in rows:
            raise ScenarioError([Problem(f"tables.{name}", every, "each table once")])
        if (colon and not every) or not name:
            allowed = "names of tables, as in deals,trust:13"
            raise ScenarioError([Problem("tables", text, allowed)])
        rows[name] = _every(every)
    if rows.get("runs", 1) != 1:
        allowed = "nothing, or 1: it is always kept, with a row per run"
        raise ScenarioError([Problem("tables.runs", rows["runs"], allowed)])
    return {name: every for name, every in rows.items() if name != "runs"}


def _every(text: str) -> int | str:
    """Return every how-manieth row is kept; a text that says no number is refused later."""
    every = literals.count(text)
    return (text or 1) if every is None else every
