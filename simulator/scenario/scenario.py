"""A scenario: one validated, frozen description of a world, read from TOML or a dict.

`load` is the edge at which bad input is refused: with all its problems at once, each with its
dotted key, its value, what was allowed and the nearest name.
"""

import hashlib
import json
import pickle
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import tomli_w
from pydantic import PrivateAttr

from simulator import literals
from simulator.errors import Problem, ScenarioError
from simulator.markup import templates
from simulator.scenario import events, parts, paths
from simulator.scenario.code import Code
from simulator.scenario.cross_checks import Draft, unmuted
from simulator.scenario.drafting import drafted
from simulator.scenario.parts import PartSpec, Roster
from simulator.scenario.source import read_source
from simulator.scenario.specs import (
    BystanderSpec,
    CoalitionSpec,
    CountrySpec,
    DealSpec,
    EventSpec,
    HistorySpec,
    RelationshipSpec,
    Settings,
    TalkSpec,
    ThreatSpec,
)

__all__ = ["Scenario", "load"]


class Scenario(Settings):
    """One world, checked and frozen; `load` makes it."""

    countries: Mapping[str, CountrySpec]
    bystanders: Mapping[str, BystanderSpec]
    talks: Mapping[str, TalkSpec]
    threats: tuple[ThreatSpec, ...]
    coalitions: tuple[CoalitionSpec, ...]
    deals: tuple[DealSpec, ...]
    relationships: tuple[RelationshipSpec, ...]
    history: tuple[HistorySpec, ...]
    events: tuple[EventSpec, ...]

    _data: dict[str, object] = PrivateAttr(default_factory=dict)
    _roster: Roster = PrivateAttr(default_factory=dict)
    _code: Code = PrivateAttr(default_factory=Code)
    _stages: "tuple[Scenario, ...]" = PrivateAttr(default=())

    @property
    def data(self) -> dict[str, Any]:
        """The dict it was made of, a copy; parts given as objects are in it as objects."""
        return cast("dict[str, Any]", literals.plain(self._data))

    @property
    def stages(self) -> "tuple[Scenario, ...]":
        """The scenario after the sets of each event so far; one per event, in their order."""
        return self._stages

    @cached_property
    def partners(self) -> tuple[tuple[str, str], ...]:
        """Who meets whom in a talk: ordered pairs of countries, each once, both ways."""
        talks = self.talks.values()
        return tuple(
            dict.fromkeys(pair for talk in talks for pair in permutations(talk.parties, 2))
        )

    @cached_property
    def closed(self) -> list[Problem]:
        """The code that a file names and that may not be imported, by key: what keeps it from play.

        It can be shown, and nothing in it is known to be sound but its name.
        """
        named = {
            (key, path): Code.refused(key, path)
            for stage in (self, *self.stages)
            for key, part in stage.named_parts()
            for path in part.closed()
        }
        return list(named.values())

    def named_parts(self) -> Iterator[tuple[str, PartSpec]]:
        """Give every part of it, with the key under which it stands."""
        for country in self.countries.values():
            for slot in ("strategy", "compliance", "trust", "credibility"):
                yield f"countries.{country.id}.{slot}", getattr(country, slot)
        for name, talk in self.talks.items():
            for party, part in talk.strategy.items():
                yield f"talks.{name}.strategy.{party}", part

    @property
    def canonical(self) -> dict[str, Any]:
        """The values that tell it from others: 10 for 10.0, dates and parts as texts."""
        return cast("dict[str, Any]", _canonical(self._data))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the values, whatever the order of the keys and the formatting.

        Without `typical_seed`, which changes no run.
        """
        values = {key: value for key, value in self.canonical.items() if key != "typical_seed"}
        content = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    def to_toml(self) -> str:
        """Return the TOML file that loads as this scenario; objects stand as import paths."""
        return tomli_w.dumps(cast("dict[str, Any]", _with_texts(self._data)))

    def with_(self, changes: Mapping[str, object] | None = None, /, **values: object) -> "Scenario":
        """Return a scenario with other values, checked as a whole.

        Parameters
        ----------
        changes : mapping, optional
            Dotted path -> value, as in ``with_({"countries.home.patience": 0.99})``; None leaves
            the key out, and a part may be a class or an object.
        **values
            The same for keys of the scenario itself: ``with_(weeks=52, valuation_sd=0)``.

        Raises
        ------
        ScenarioError
            With every problem.
        """
        if not isinstance(changes, Mapping | None):
            allowed = "values by dotted path, or keywords: with_({'countries.home.patience': 0.99})"
            raise ScenarioError([Problem("changes", changes, allowed)])
        return load(self, self._roster, set={**(changes or {}), **values})

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, hash={self.hash[:12]!r})"

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        card = templates("simulator").get_template("scenario/templates/card.html.jinja")
        return card.render(scenario=self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)


def load(
    source: str | Path | Mapping[str, Any] | Scenario,
    roster: Roster,
    *,
    set: Mapping[str, object] | None = None,
    code: Code | None = None,
) -> Scenario:
    """Return the scenario that a file, a shipped name or a dict describes.

    Parameters
    ----------
    source : str, Path, mapping or Scenario
        A shipped name, the path of a TOML file, or what such a file holds.
    roster : Roster
        The parts that may be named.
    set : mapping, optional
        Dotted path -> value, set in this order before the check.
    code : Code, optional
        The code that may be imported, besides what a given scenario may; by default what a mapping
        and the changes name, and a file does not. Other code stays closed.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    if code is None:
        typed = source if isinstance(source, Mapping) else None
        code = Code.allowed().with_typed(parts.code_in([typed, set]))
    try:
        return _loaded(source, roster, set or {}, code)
    except RecursionError:
        allowed = "tables and lists that are less deep"
        raise ScenarioError([Problem("scenario", "nested values", allowed)]) from None


# --- reading ----------------------------------------------------------------------------------


def _loaded(source: object, roster: Roster, changes: Mapping[str, object], code: Code) -> Scenario:
    if isinstance(source, Scenario):
        data, label, code = source.data, "", code | source._code
    else:
        data, label = read_source(source)
    problems: list[Problem] = []
    for path, value in changes.items():
        try:
            data = paths.assign(data, str(path), value)
        except ScenarioError as error:
            problems.extend(error.problems)
    # What a scenario has, it was loaded with.
    fresh = changes if isinstance(source, Scenario) else data
    if broken := list(_half_letters(fresh)):
        raise ScenarioError([*problems, *broken], label)
    scenario = _complete(data, roster, code, problems)
    if problems or scenario is None:
        raise ScenarioError(problems, label)
    return scenario


def _half_letters(value: object, key: str = "") -> Iterator[Problem]:
    """Give texts and keys that are no Unicode: JSON and terminals can pass on halves of letters."""
    if isinstance(value, str) and not literals.is_unicode(value):
        yield Problem(key, value, "text that is Unicode")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _half_letters(name, f"{key}.{name}".lstrip("."))
            yield from _half_letters(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _half_letters(inner, key)


# --- checking ---------------------------------------------------------------------------------


def _complete(
    data: dict[str, object], roster: Roster, code: Code, problems: list[Problem]
) -> "Scenario | None":
    """Return the scenario of `data` with its stages, None if there are problems."""
    draft, of_tables = drafted(data, roster, code)
    scenario = None if of_tables else _built(draft, data, roster, code)
    stages, of_events = _staged(data, draft, of_tables, scenario, roster, code)
    problems.extend([*of_tables, *unmuted(of_events, of_tables)])
    if problems or scenario is None:
        return None
    scenario._stages = stages
    return scenario


def _built(draft: Draft, data: dict[str, object], roster: Roster, code: Code) -> Scenario:
    settings = cast(Settings, draft.settings)
    in_order = sorted(draft.events.values(), key=lambda event: event.date)
    scenario = Scenario.model_construct(
        **{name: getattr(settings, name) for name in Settings.model_fields},
        countries=draft.countries,
        bystanders=draft.bystanders,
        talks=draft.talks,
        threats=tuple(draft.threats.values()),
        coalitions=tuple(draft.coalitions.values()),
        deals=tuple(draft.deals.values()),
        relationships=tuple(draft.relationships.values()),
        history=tuple(draft.history.values()),
        events=tuple(in_order),
    )
    scenario._data, scenario._roster, scenario._code = data, roster, code
    return scenario


# --- stages -----------------------------------------------------------------------------------


def _staged(
    data: dict[str, object],
    draft: Draft,
    problems: list[Problem],
    stage: Scenario | None,
    roster: Roster,
    code: Code,
) -> tuple[tuple[Scenario, ...], list[Problem]]:
    """Return the scenario after each event, and the problems of what the events set."""
    stages, of_events = [], list[Problem]()
    known = {str(problem) for problem in problems}
    for key, event in sorted(draft.events.items(), key=lambda entry: entry[1].date):
        if event.set:
            data, refused = events.data_after(data, key, event)
            without_events = {k: v for k, v in data.items() if k != "events"}
            after, wrong = drafted(without_events, roster, code)
            new = [problem for problem in wrong if str(problem) not in known]
            of_events += [*refused, *events.problems_after(key, event, draft, after, new)]
            known.update(map(str, new))
            after.events = draft.events
            stage = None if wrong else _built(after, data, roster, code)
        if stage is not None:
            stages.append(stage)
    return tuple(stages), of_events


# --- writing ----------------------------------------------------------------------------------


def _with_texts(value: object) -> object:
    """Return data in which parts given as objects stand as texts."""
    if isinstance(value, Mapping):
        return {k: _with_texts(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_with_texts(v) for v in value]
    return parts.as_text(value)


def _canonical(value: object) -> object:
    """Return what is hashed: the same for 10 and 10.0, for a date and its text."""
    if isinstance(value, Mapping):
        return {k: _canonical(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_canonical(v) for v in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool):
        return value
    return _identity(value)


def _identity(part: object) -> str:
    """Return the text of a part given as an object, with its state if the text lacks that."""
    spec = parts.parse(part, "", {})
    if spec.tells_all:
        return str(spec)
    try:
        return f"{spec}#{hashlib.sha256(pickle.dumps(part)).hexdigest()}"
    except Exception:
        return str(spec)
