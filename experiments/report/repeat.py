"""How to repeat what a page tells of: commands, and the files that they take, to be saved."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import Element

from experiments.runs.play import load
from simulator.errors import ScenarioError
from simulator.markup import element
from simulator.scenario import source as scenarios
from simulator.scenario.paths import flatten, parse_assignment

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

__all__ = ["attached", "changed", "commands"]

#: Changes that are read at ease in a command; of more, the file is the better source.
MOST = 12


def commands(lines: Iterable[str]) -> Element:
    """Return commands as they are typed."""
    return element("pre", "\n".join(lines))


def attached(name: str, text: str, what: str) -> Element:
    """Return a file that is part of the page: to be unfolded, read and saved.

    Parameters
    ----------
    name : str
        Its name.
    text : str
        What is in it.
    what : str
        What it is.
    """
    # Letter by letter, but for half letters, which no file could hold.
    address = f"data:text/plain;charset=utf-8,{quote(text, errors='backslashreplace')}"
    save = element("p", element("a", f"Save {name}", href=address, download=name))
    fold = element("summary", what)
    return element("details", fold, save, element("pre", text), class_="file")


def changed(scenario: "Scenario") -> list[str] | None:
    """Return what was set in the shipped scenario of the same name, as ``--set`` takes it.

    None if there is none of that name, or it takes more than a few values to come from there.

    Parameters
    ----------
    scenario : Scenario
        The scenario that was played.
    """
    if scenario.name not in scenarios.shipped():
        return None
    shipped = load(scenario.name)
    before, after = (dict(flatten(one.canonical)) for one in (shipped, scenario))
    found = [f"{key[0]}={value}" for key, value in after.items() if before.get(key) != value]
    return found if len(found) <= MOST and _leads_to(shipped, found, scenario) else None


def _leads_to(shipped: "Scenario", changes: list[str], scenario: "Scenario") -> bool:
    try:
        return shipped.with_(dict(map(parse_assignment, changes))) == scenario
    except ScenarioError:
        return False
