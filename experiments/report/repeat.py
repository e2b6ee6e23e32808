"""How to repeat what a page tells of: commands, and the files that they take, to be saved."""

from urllib.parse import quote

from markupsafe import Markup

from experiments.report.document import part
from experiments.runs.play import load
from simulator.errors import ScenarioError
from simulator.scenario.paths import flatten, parse_assignment
from simulator.scenario.scenario import Scenario
from simulator.scenario.source import shipped

__all__ = ["attached", "changed"]

#: Changes that are read at ease in a command; of more, the file is the better source.
MOST = 12


def attached(name: str, text: str, what: str) -> Markup:
    """Return a file that is part of the page: to be unfolded, read and saved."""
    # Letter by letter, but for half letters, which no file could hold.
    address = f"data:text/plain;charset=utf-8,{quote(text, errors='backslashreplace')}"
    return part("file", name, text, what, address)


def changed(scenario: Scenario) -> list[str] | None:
    """Return what was set in the shipped scenario of the same name, as ``--set`` takes it.

    None if there is none of that name, or it takes more than a few values to come from there.
    """
    if scenario.name not in shipped():
        return None
    original = load(scenario.name)
    before, after = (dict(flatten(each.canonical)) for each in (original, scenario))
    changes = [f"{key[0]}={value}" for key, value in after.items() if before.get(key) != value]
    return changes if len(changes) <= MOST and _leads_to(original, changes, scenario) else None


def _leads_to(original: Scenario, changes: list[str], scenario: Scenario) -> bool:
    try:
        return original.with_(dict(map(parse_assignment, changes))) == scenario
    except ScenarioError:
        return False
