"""What a dotted path sets, in words: one description of each key and parameter.

It is the phrase with which the meaning of the key begins, the docstring below the field of its
table; of a parameter of a part, what the docstring of its class says. Nouns such as "the country"
in it stand for what the path names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from simulator.scenario.field_docs import meanings, phrase
from simulator.scenario.parameters import describe
from simulator.scenario.parts import PartSpec, Roster
from simulator.scenario.paths import ENTRIES, REGISTERS, table_at
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import (
    BystanderSpec,
    CoalitionSpec,
    CountrySpec,
    DealSpec,
    EventSpec,
    HistorySpec,
    IssueSpec,
    RelationshipSpec,
    Settings,
    Table,
    TalkSpec,
    ThreatSpec,
)

__all__ = ["Description", "description"]

#: What the entries of a table are called in its meanings.
_NOUNS: Mapping[type[Table], str] = {
    CountrySpec: "the country",
    BystanderSpec: "the bystander",
    TalkSpec: "the talk",
    IssueSpec: "the issue",
    ThreatSpec: "the threat",
    CoalitionSpec: "the coalition",
    DealSpec: "the deal",
    RelationshipSpec: "the pair",
    HistorySpec: "the entry",
    EventSpec: "the event",
}
#: Keys under which parts stand, with their slots in the roster.
_SLOTS = {
    "strategy": "strategy",
    "compliance": "compliance",
    "trust": "trust",
    "credibility": "trust",
}
_UNIT = re.compile(r"(.*?)(?: \(([^()]*)\))?")
_ELSEWHERE = re.compile(r"As in ([\w-]+)\.")


@dataclass(frozen=True)
class Description:
    """What a path sets: ``chance that the country disregards a deal at a review``.

    Parameters
    ----------
    words : str
        The phrase.
    unit : str
        In what it is counted, or between what it lies, such as ``0 to 1``; may be empty.
    named : mapping
        What the path names, by the noun that stands for it in the words: ``the country``, ``us``.
        Not all nouns need stand in the words.
    """

    words: str
    unit: str = ""
    named: Mapping[str, str] = field(default_factory=dict)


def description(scenario: Scenario, path: str, roster: Roster) -> Description | None:
    """Return what a path sets, in words; None if nothing says it.

    Parameters
    ----------
    scenario : Scenario
        Whose parts play where the path leads.
    path : str
        A dotted path, as of ``--set``.
    roster : Roster
        The parts that there are: a sweep may put another one into the place of one that has no
        such parameter.
    """
    head, *names = path.split(".")
    table = {**REGISTERS, **ENTRIES}.get(head) if len(names) > 1 else None
    if table is None:
        return _of_key(scenario, Settings, [head, *names], {}, roster)
    return _of_key(scenario, table, names[1:], {_NOUNS[table]: names[0]}, roster)


def _of_key(
    scenario: Scenario,
    table: type[Table],
    names: list[str],
    named: Mapping[str, str],
    roster: Roster,
) -> Description | None:
    """Return what a key of a table sets, or what lies within it."""
    fields = {of.alias or key: key for key, of in table.model_fields.items()}
    key, *within = names
    meaning = meanings(table).get(fields.get(key, ""))
    if meaning is None:
        return None
    if within and key == "set":
        set_by_event = description(scenario, ".".join(within), roster)
        return set_by_event and replace(set_by_event, words=f"{set_by_event.words}, by an event")
    inner = table_at(table, [key])
    if within and inner is not None:
        return _of_key(scenario, inner, within, named, roster)
    if within and not (key in _SLOTS and table is CountrySpec):
        entries = table_at(table, [key, ""])
        named = {**named, **_entry(scenario, table, key, within.pop(0), named)}
        if within and entries is not None:
            return _of_key(scenario, entries, within, named, roster)
    if within:
        return _of_part(scenario, key, within, named, roster)
    return _described(meaning, named)


def _entry(
    scenario: Scenario, table: type[Table], key: str, name: str, named: Mapping[str, str]
) -> Mapping[str, str]:
    """Return what the name of an entry within a key names; of an issue, who owes it, too."""
    if key != "issues":
        return {"the issue" if table is DealSpec else "the party": name}
    talk = scenario.talks.get(named["the talk"])
    for issue in talk.issues if talk is not None else ():
        if issue.id == name:
            return {"the issue": name, "the obligor": issue.obligor}
    return {"the issue": name}


def _of_part(
    scenario: Scenario, key: str, names: list[str], named: Mapping[str, str], roster: Roster
) -> Description | None:
    """Return what a parameter of the part of a country, or of a party in a talk, does."""
    if key not in _SLOTS:
        return None
    country = scenario.countries.get(named.get("the country", named.get("the party", "")))
    talk = scenario.talks.get(named.get("the talk", ""))
    part = getattr(country, key, None) if talk is None else talk.strategy.get(named["the party"])
    doc = _parameter(part, _SLOTS[key], names, roster)
    if not doc:
        return None
    found = _described(doc, named)
    told = f"{found.words}, as to threats" if key == "credibility" else found.words
    # In a talk the country is its party.
    told = told.replace("the country", "the party") if talk is not None else told
    return replace(found, words=told)


def _parameter(part: PartSpec | None, slot: str, names: list[str], roster: Roster) -> str:
    """Return what the docstrings say of a parameter: of the part that plays, else of another.

    Before the parameter may stand the slots of a table and the wrapper within which it is.
    """
    *around, name = names
    within = "wrapper" if around and around[-1] in roster["wrapper"] else [slot, *around][-1]
    alike = roster.get(within, {})
    plays = [part.cls] if not around and part is not None and part.cls is not None else []
    docs = (_documented(cls, name, alike) for cls in (*plays, *alike.values()))
    return next(filter(None, docs), "")


def _documented(cls: type, name: str, alike: Mapping[str, type]) -> str:
    """Return what a class says of a parameter, or one of the others to which it refers."""
    doc = next((known.doc for known in describe(cls) if known.name == name), "")
    other = _ELSEWHERE.match(doc)
    return _documented(alike[other[1]], name, alike) if other and other[1] in alike else doc


def _described(meaning: str, named: Mapping[str, str]) -> Description:
    match = _UNIT.fullmatch(phrase(meaning))
    assert match is not None
    return Description(match[1], match[2] or "", named)
