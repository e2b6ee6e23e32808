"""A scenario as a notebook shows it: who talks with whom about what."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from simulator.markup import element, written

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario, TalkSpec

__all__ = ["card"]


def card(scenario: "Scenario") -> str:
    """Return a fragment of HTML: countries with their parts, and of each talk the issues.

    Parameters
    ----------
    scenario : Scenario
        The scenario; nothing of it is played.
    """
    made = element("div", *_head(scenario), _countries(scenario))
    made.extend(_talk(scenario, talk) for talk in scenario.talks.values())
    return written([made])


def _head(scenario: "Scenario") -> Iterator[Element]:
    yield element("p", element("strong", scenario.title or scenario.name))
    yield element(
        "p",
        f"{scenario.name}: {scenario.weeks} weeks from {scenario.start}, hash {scenario.hash[:12]}",
    )


def _countries(scenario: "Scenario") -> Element:
    parts = ("strategy", "compliance", "trust", "patience")
    rows = [
        [country.name, *(str(getattr(country, part)) for part in parts)]
        for country in scenario.countries.values()
    ]
    return _table(["country", *parts], rows)


def _talk(scenario: "Scenario", talk: "TalkSpec") -> Element:
    names = {key: country.name for key, country in scenario.countries.items()}
    parties = " \u2013 ".join(names[party] for party in talk.parties)
    until = f", to {talk.deadline}" if talk.open and talk.deadline else ""
    rows = [
        [issue.name, names[issue.obligor], _levels(issue.levels), issue.unit]
        for issue in talk.issues
    ]
    title = element("summary", f"{parties} ({talk.id}{until})")
    return element("details", title, _table(["issue", "owed by", "levels", "unit"], rows))


def _levels(levels: Sequence[float | int | str]) -> str:
    return ", ".join(level if isinstance(level, str) else f"{level:.15g}" for level in levels)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:
    names = element("tr", *(element("th", name, scope="col", style=_LEFT) for name in head))
    lines = (element("tr", *(element("td", cell, style=_LEFT) for cell in row)) for row in rows)
    box = element("table", element("thead", names), element("tbody", *lines))
    return element("div", box, style="overflow-x: auto")


#: Cells begin at the left, also where a notebook would have it otherwise.
_LEFT = "text-align: left; vertical-align: top; padding-right: 1em"
