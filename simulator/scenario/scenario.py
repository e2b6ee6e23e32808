"""A scenario: one validated, frozen description of a world, read from TOML or a dict.

`load` is the edge at which bad input is refused: with all its problems at once, each with its
dotted key, its value, what was allowed and the nearest name.
"""

import hashlib
import json
import pickle
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import tomli_w
from pydantic import PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from simulator import literals
from simulator.errors import MISSING, EconomyError, Problem, ScenarioError, nearest
from simulator.markup import templates
from simulator.scenario import cross_checks, parts, paths
from simulator.scenario.cross_checks import Draft
from simulator.scenario.field_docs import meanings
from simulator.scenario.field_types import is_name
from simulator.scenario.parts import Roster
from simulator.scenario.specs import (
    AudienceSpec,
    BystanderSpec,
    CountrySpec,
    DealSpec,
    DisregardSpec,
    EventSpec,
    HistorySpec,
    IssueSpec,
    RelationshipSpec,
    Settings,
    Table,
    TalkSpec,
    ThreatSpec,
)

__all__ = [
    "CHANGEABLE",
    "AudienceSpec",
    "BystanderSpec",
    "CountrySpec",
    "DealSpec",
    "DisregardSpec",
    "EventSpec",
    "HistorySpec",
    "IssueSpec",
    "RelationshipSpec",
    "Scenario",
    "TalkSpec",
    "ThreatSpec",
    "load",
    "shipped",
    "text",
]

_FOLDER = Path(__file__).parents[1] / "scenarios"

#: What an event may set, and whatever lies below; ``*`` stands for any id.
CHANGEABLE = {
    "": ("good_news", "hearsay_decay"),
    "countries.*.": (
        *("strategy", "compliance", "trust", "patience", "benchmark", "revenue_weight"),
    ),
    "economy.": ("rent_share", "tariffs"),
    "talks.*.": (
        *("deadline", "review_weeks", "ratify_weeks", "term_weeks", "renew_weeks"),
        *("cooling_weeks", "strategy", "audience"),
    ),
    "talks.*.issues.*.": (
        *("payoffs", "political_weights", "pledge_share", "audience_weights", "face"),
        *("tariff", "purchase"),
    ),
    "threats.*.": ("payoffs", "tariff"),
    "relationships.*.": ("weight",),
}


class Scenario(Settings):
    """One world, checked and frozen; `load` makes it."""

    countries: Mapping[str, CountrySpec]
    bystanders: Mapping[str, BystanderSpec]
    talks: Mapping[str, TalkSpec]
    threats: tuple[ThreatSpec, ...]
    deals: tuple[DealSpec, ...]
    relationships: tuple[RelationshipSpec, ...]
    history: tuple[HistorySpec, ...]
    events: tuple[EventSpec, ...]

    _data: dict[str, object] = PrivateAttr(default_factory=dict)
    _roster: Roster = PrivateAttr(default_factory=dict)
    _stages: "tuple[Scenario, ...]" = PrivateAttr(default=())

    @property
    def data(self) -> dict[str, Any]:
        """The dict it was made of, a copy; parts given as objects are in it as objects."""
        return cast("dict[str, Any]", literals.plain(self._data))

    @property
    def stages(self) -> "tuple[Scenario, ...]":
        """The scenario after the sets of each event so far; one per event, in their order."""
        return self._stages

    @property
    def canonical(self) -> dict[str, Any]:
        """The values it is told from others by: 10 for 10.0, dates and parts as texts."""
        return cast("dict[str, Any]", _canonical(self._data))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the values, whatever the order of the keys and the formatting."""
        content = json.dumps(self.canonical, sort_keys=True, separators=(",", ":"))
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
        return load(self._data, self._roster, set={**(changes or {}), **values})

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

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    try:
        return _loaded(source, roster, set or {})
    except RecursionError:
        allowed = "tables and lists that are less deep"
        raise ScenarioError([Problem("scenario", "nested values", allowed)]) from None


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def text(name: str) -> str:
    """Return the TOML of a shipped scenario, comments and all.

    Parameters
    ----------
    name : str
        One of `shipped`.

    Raises
    ------
    ScenarioError
        If there is none of this name.
    """
    if name not in shipped():
        raise ScenarioError([_unknown_source(name)])
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


# --- reading ----------------------------------------------------------------------------------


def _loaded(source: object, roster: Roster, changes: Mapping[str, object]) -> Scenario:
    data, label = _read(source)
    problems: list[Problem] = []
    for path, value in changes.items():
        try:
            data = paths.assign(data, str(path), value)
        except ScenarioError as error:
            problems.extend(error.problems)
    scenario = _complete(data, roster, problems)
    if problems or scenario is None:
        raise ScenarioError(problems, label)
    return scenario


def _read(source: object) -> tuple[dict[str, object], str]:
    """Return the data of a source, and what to call it in messages."""
    if isinstance(source, Scenario):
        return source.data, ""
    if isinstance(source, Mapping):
        return cast("dict[str, object]", literals.plain(source)), ""
    if isinstance(source, str) and source in shipped():
        return _parsed(text(source), source), source
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        return _parsed(_file_text(path, source), str(source)), str(source)
    shown = literals.plain(source)
    raise ScenarioError([Problem("scenario", shown, "a name, the path of a TOML file, or a dict")])


def _file_text(path: Path, source: str | Path) -> str:
    try:
        if path.is_dir():
            raise ScenarioError([Problem("scenario", str(source), "a TOML file, not a directory")])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        allowed = f"a text in UTF-8; byte {error.start} (0x{error.object[error.start]:02x}) is none"
        raise ScenarioError([Problem("scenario", str(source), allowed)]) from None
    except FileNotFoundError:
        raise ScenarioError([_unknown_source(source)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        allowed = f"a file that can be read: {reason}"
        raise ScenarioError([Problem("scenario", str(source), allowed)]) from None


def _unknown_source(source: str | Path) -> Problem:
    names = shipped()
    allowed = f"a shipped scenario ({', '.join(names)}) or the path of a TOML file that exists"
    return Problem("scenario", str(source), allowed, nearest(Path(source).stem, names))


def _parsed(content: str, label: str) -> dict[str, object]:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        raise ScenarioError([_malformed(content, error)], label) from None


def _malformed(content: str, error: Exception) -> Problem:
    """Return where TOML ends being TOML: line, column and the text of the line."""
    lines = content.splitlines() or [""]
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
    if match is None:
        return Problem("file", f"{len(lines)} lines", f"TOML; {error}")
    line = int(match[1] or len(lines))
    column = int(match[2] or len(lines[-1]) + 1)
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    reason = str(error)[: match.start()]
    if re.search(r"[=\[,]\s*[+-]?\.\d", shown):
        reason += "; a number needs a digit before its point, as in 0.5"
    return Problem(f"line {line}, column {column}", shown, f"malformed TOML: {reason}")


# --- checking ---------------------------------------------------------------------------------


def _complete(
    data: dict[str, object], roster: Roster, problems: list[Problem]
) -> "Scenario | None":
    """Return the scenario of `data` with its stages, None if there are problems."""
    draft, found = _drafted(data, roster)
    scenario = None if found else _built(draft, data, roster)
    stages, in_stages = _staged(data, draft, found, scenario, roster)
    problems.extend([*found, *cross_checks.unmuted(in_stages, found)])
    if problems or scenario is None:
        return None
    scenario._stages = stages
    return scenario


def _drafted(data: dict[str, object], roster: Roster) -> tuple[Draft, list[Problem]]:
    """Return the tables that are sound, and the problems of and between them."""
    drafting = _Drafting(data, roster)
    drafting.run()
    problems = drafting.problems
    if drafting.has_sections:
        between = list(cross_checks.problems_of(drafting.draft))
        problems = [*problems, *cross_checks.unmuted(between, problems)]
        if drafting.draft.derives and not problems:
            problems = _valued(drafting.draft)
    else:
        drafting.draft.events = {}  # without the sections nothing can be said of what they set
    return drafting.draft, problems


def _valued(draft: Draft) -> list[Problem]:
    """Derive the payoffs that are not given, and return what keeps them from being derived."""
    # Imported here, so that reading a scenario of tables does not bring in numpy.
    from simulator.scenario.valuation import Valuer, regions

    # Each once: what one country lacks, several of its tariffs may miss.
    problems = {str(problem): problem for problem in cross_checks.of_economy(draft, regions())}
    if problems:
        return list(problems.values())
    settings = cast(Settings, draft.settings)
    countries = cast("dict[str, CountrySpec]", draft.countries)
    bystanders = cast("dict[str, BystanderSpec]", draft.bystanders)
    talks = cast("dict[str, TalkSpec]", draft.talks)
    try:
        valuer = Valuer(settings.economy, countries, bystanders, talks)
        for name, talk in talks.items():
            issues = tuple(valuer.issue(issue, talk) for issue in talk.issues)
            draft.talks[name] = talk.model_copy(update={"issues": issues})
        for key, threat in draft.threats.items():
            draft.threats[key] = valuer.threat(threat, talks[threat.talk].parties)
    except EconomyError as error:
        return [Problem(f"economy.{p.key}", p.value, p.allowed) for p in error.problems]
    return []


def _built(draft: Draft, data: dict[str, object], roster: Roster) -> Scenario:
    settings = cast(Settings, draft.settings)
    events = sorted(draft.events.values(), key=lambda event: event.date)
    scenario = Scenario.model_construct(
        **{name: getattr(settings, name) for name in Settings.model_fields},
        countries=draft.countries,
        bystanders=draft.bystanders,
        talks=draft.talks,
        threats=tuple(draft.threats.values()),
        deals=tuple(draft.deals.values()),
        relationships=tuple(draft.relationships.values()),
        history=tuple(draft.history.values()),
        events=tuple(events),
    )
    scenario._data, scenario._roster = data, roster
    return scenario


class _Drafting:
    """Checks the tables of a scenario one by one."""

    def __init__(self, data: dict[str, object], roster: Roster) -> None:
        self.data = data
        self.roster = roster
        self.draft = Draft()
        self.problems: list[Problem] = []
        self.has_sections = True

    def run(self) -> None:
        sections = {**paths.REGISTERS, **paths.ENTRIES}
        head = {k: v for k, v in self.data.items() if k not in sections}
        self.draft.settings = cast("Settings | None", self.table(Settings, head, ""))
        self.draft.has_valuation = all(problem.key != "valuation" for problem in self.problems)
        for section in paths.REGISTERS:
            self.register(section)
        for section, table in paths.ENTRIES.items():
            entries = self.entries(section, self.data.get(section, []), section)
            sound = {key: self.table(table, self.completed(table, e), key) for key, e in entries}
            setattr(self.draft, section, {k: v for k, v in sound.items() if v is not None})
            if section == "threats":
                ids = [paths.entry_id(section, entry) for _, entry in entries]
                self.draft.threat_ids = [i for i in ids if i is not None]

    def register(self, section: str) -> None:
        raw = self.data.get(section, {})
        needed = section != "bystanders"
        if not isinstance(raw, Mapping) or (needed and not raw):
            value = raw if section in self.data else MISSING
            allowed = f"tables, each under [{section}.<id>]"
            self.problems.append(Problem(section, value, allowed))
            self.has_sections = False
            return
        getattr(self.draft, section).update(
            {name: self.entry_of_register(section, name, entry) for name, entry in raw.items()}
        )

    def entry_of_register(self, section: str, name: str, entry: object) -> Table | None:
        key = f"{section}.{name}"
        if not isinstance(entry, Mapping):
            self.problems.append(Problem(key, entry, f"a table, [{key}]"))
            return None
        if section == "talks":
            return self.talk(name, entry, key)
        known = {"id": name, **({} if "name" in entry else {"name": name})}
        raw = {**self.without_id(entry, key), **known}
        return cast("Table | None", self.table(paths.REGISTERS[section], raw, key))

    def without_id(self, entry: Mapping[str, object], key: str) -> dict[str, object]:
        if "id" in entry:
            allowed = f"no such key: the id is the name of the table, [{key}]"
            self.problems.append(Problem(f"{key}.id", entry["id"], allowed))
        return {k: v for k, v in entry.items() if k != "id"}

    def talk(self, name: str, entry: Mapping[str, object], key: str) -> TalkSpec | None:
        raw = self.without_id(entry, key)
        entries = self.entries(f"{key}.issues", raw.pop("issues", MISSING), "issues")
        opens = self.draft.start or date.min
        talk = self.table(TalkSpec, {"opens": opens, **raw, "id": name}, key)
        ids = [paths.entry_id("issues", issue) for _, issue in entries]
        self.draft.issue_ids[name] = [i for i in ids if i is not None]
        issues = [self.table(IssueSpec, self.completed(IssueSpec, e), k) for k, e in entries]
        sound = tuple(issue for issue in issues if issue is not None)
        return cast(TalkSpec, talk.model_copy(update={"issues": sound})) if talk else None

    def entries(self, key: str, raw: object, section: str) -> list[tuple[str, object]]:
        """Return the entries of a list with the keys by which messages name them."""
        needed = section == "issues"
        if not isinstance(raw, list) or (needed and not raw):
            self.problems.append(Problem(key, raw, f"a list of tables, each under [[{key}]]"))
            self.has_sections = self.has_sections and needed
            return []
        ids = [paths.entry_id(section, entry) for entry in raw]
        self.problems.extend(_ids_given_twice(key, section, ids))
        named = zip(ids, raw, strict=True)
        return [
            (f"{key}.{i}" if i is not None and ids.count(i) == 1 else f"{key}[{k}]", entry)
            for k, (i, entry) in enumerate(named)
        ]

    def completed(self, table: type[Table], entry: object) -> object:
        """Return an entry with the ids and names that follow from its other keys."""
        if not isinstance(entry, Mapping):
            return entry
        if table is ThreatSpec:
            given = all(is_name(entry.get(key)) for key in ("by", "talk"))
            return {"id": paths.entry_id("threats", entry) if given else "unnamed", **entry}
        if table is IssueSpec:
            return {"name": entry["id"] if is_name(entry.get("id")) else "unnamed", **entry}
        return entry

    def table(self, table: type[Table], raw: object, key: str) -> Any:
        """Return the table, without the keys that are not sound, None if that cannot be."""
        if not isinstance(raw, Mapping):
            self.problems.append(Problem(key, raw, "a table"))
            return None
        try:
            return table.model_validate(raw, context=self.roster)
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            self.problems.extend(_problems_of(detail, table, key))
        try:
            return table.model_validate(_mended(table, raw, details), context=self.roster)
        except ValidationError:
            return None


def _ids_given_twice(key: str, section: str, ids: list[str | None]) -> list[Problem]:
    hint = "; by default it is <by>-<talk>" if section == "threats" else ""
    return [
        Problem(f"{key}[{k}].id", name, f"an id of its own; another entry has this one{hint}")
        for k, name in enumerate(ids)
        if name is not None and name in ids[:k]
    ]


def _problems_of(detail: ErrorDetails, table: type[Table], key: str) -> list[Problem]:
    """Return the problems that one error of pydantic stands for."""
    where = _key(key, detail["loc"])
    value, context = detail["input"], detail.get("ctx", {})
    if detail["type"] == "part":
        return [_within(problem, where) for problem in context["problems"]]
    if detail["type"] == "refused":
        return [Problem(where, value, context["allowed"], context["nearest"])]
    holder = paths.table_at(table, detail["loc"][:-1]) or table
    name = str(detail["loc"][-1])
    if detail["type"] == "missing":
        return [Problem(where, MISSING, _needed(meanings(holder).get(name, "A value.")))]
    if detail["type"] == "extra_forbidden":
        keys = paths.keys_of(holder)
        return [
            Problem(
                where, value, f"no such key; the keys are: {', '.join(keys)}", nearest(name, keys)
            )
        ]
    return [Problem(where, value, _STRUCTURE.get(detail["type"], detail["msg"]))]


def _needed(meaning: str) -> str:
    """Return the first sentence of what a key means as a phrase."""
    sentence = re.split(r"[.;](?: |$)", meaning, maxsplit=1)[0]
    return sentence[:1].lower() + sentence[1:]


#: What takes the place of keys that are not sound, so that the others can be checked further.
_STAND_INS: Mapping[type[Table], dict[str, object]] = {
    Settings: {"name": "unnamed", "weeks": 1},
    ThreatSpec: {
        "id": "unnamed",
        "talk": "unnamed",
        "by": "unnamed",
        "announced": date.min,
        "payoffs": {},
    },
    DealSpec: {"talk": "unnamed", "signed": date.min, "outcome": {}},
    RelationshipSpec: {"between": [], "weight": 0},
    HistorySpec: {
        "date": date.min,
        "what": "",
        "obligor": "unnamed",
        "beneficiaries": [],
        "quality": 1,
        "stake": 0,
    },
    EventSpec: {"date": date.min},
    DisregardSpec: {"talk": "unnamed", "by": "unnamed"},
}


def _mended(
    table: type[Table], raw: Mapping[str, object], details: list[ErrorDetails]
) -> dict[str, Any]:
    """Return the data of a table with stand-ins, or nothing, for what is not sound."""
    mended = _copied(raw)
    for detail in reversed(details):  # positions in lists stay right from the end
        *way, last = detail["loc"]
        node: Any = mended
        for name in way:
            inside = (isinstance(node, dict) and name in node) or isinstance(node, list)
            node = node[name] if inside else None
        if not isinstance(node, dict | list):
            node, table_of, last = mended, table, detail["loc"][0]
        else:
            table_of = paths.table_at(table, way) or table
        stand_ins = _STAND_INS.get(table_of, {})
        if isinstance(node, dict) and last in stand_ins:
            node[last] = stand_ins[str(last)]
        elif isinstance(node, list) or last in node:
            del node[last]
    return cast("dict[str, Any]", mended)


def _copied(value: object) -> object:
    """Return a copy of tables and lists; what stands in them stays the same."""
    if isinstance(value, Mapping):
        return {k: _copied(v) for k, v in value.items()}
    return [_copied(v) for v in value] if isinstance(value, list) else value


_STRUCTURE = {
    "tuple_type": "a list, [...]",
    "mapping_type": "a table, {name = value}",
    "dict_type": "a table, {name = value}",
    "model_type": "a table, {name = value}",
    "model_attributes_type": "a table, {name = value}",
}


def _within(problem: Problem, key: str) -> Problem:
    """Return the problem of a part with the key of the part before its parameter."""
    _, dot, parameter = problem.key.partition(".")
    return Problem(f"{key}{dot}{parameter}", problem.value, problem.allowed, problem.nearest)


def _key(key: str, names: tuple[int | str, ...]) -> str:
    for name in names:
        key = f"{key}[{name}]" if isinstance(name, int) else f"{key}.{name}" if key else name
    return key


# --- stages -----------------------------------------------------------------------------------


def _staged(
    data: dict[str, object],
    draft: Draft,
    found: list[Problem],
    stage: Scenario | None,
    roster: Roster,
) -> tuple[tuple[Scenario, ...], list[Problem]]:
    """Return the scenario after each event, and the problems of what the events set."""
    problems: list[Problem] = []
    current, stages = data, []
    known = {str(problem) for problem in found}
    for key, event in sorted(draft.events.items(), key=lambda entry: entry[1].date):
        if event.set:
            current, stage = _after(current, key, event, draft, known, roster, problems)
        if stage is not None:
            stages.append(stage)
    return tuple(stages), problems


def _after(
    data: dict[str, object],
    key: str,
    event: EventSpec,
    draft: Draft,
    known: set[str],
    roster: Roster,
    problems: list[Problem],
) -> tuple[dict[str, object], Scenario | None]:
    """Return the data and the scenario after what an event sets."""
    for path, value in event.set.items():
        data = _assigned(data, path, value, key, problems)
    stage, found = _drafted({k: v for k, v in data.items() if k != "events"}, roster)
    new = [problem for problem in found if str(problem) not in known]
    problems.extend(_in_event(problem, key, event) for problem in new)
    problems.extend(_of_changes(key, event, draft, stage))
    known.update(map(str, new))
    stage.events = draft.events
    return data, None if found else _built(stage, data, roster)


def _assigned(
    data: dict[str, object], path: str, value: object, key: str, problems: list[Problem]
) -> dict[str, object]:
    refusal = _unchangeable(path)
    if refusal is not None:
        allowed, suggestion = refusal
        problems.append(Problem(f"{key}.set.{path}", value, allowed, suggestion))
        return data
    try:
        return paths.assign(data, path, value)
    except ScenarioError as error:
        for problem in error.problems:
            inside = f"{key}.set.{problem.key}"
            problems.append(Problem(inside, value, problem.allowed, problem.nearest))
        return data


def _unchangeable(path: str) -> tuple[str, str | None] | None:
    """Return what may be set instead of a path and the nearest name, None if an event may set it.

    Told is what may stand where the path leaves all that may be set.
    """
    names = path.split(".")
    ways = [f"{head}{key}".split(".") for head, keys in CHANGEABLE.items() for key in keys]
    for depth, name in enumerate(names):
        if any(len(way) <= depth for way in ways):
            return None  # within what may be set
        further = [way for way in ways if way[depth] in {"*", name}]
        if not further:
            known = list(dict.fromkeys(way[depth] for way in ways))
            of = f" of {'.'.join(names[:depth])}" if depth else ""
            return f"what an event may set{of}: {', '.join(known)}", nearest(name, known)
        ways = further
    if any(len(way) == len(names) for way in ways):
        return None
    known = [".".join(way[len(names) :]) for way in ways]
    return f"what an event may set of {path}: {', '.join(known)}", None


def _in_event(problem: Problem, key: str, event: EventSpec) -> Problem:
    """Return a problem of the scenario after an event as a problem of the event."""
    for path in event.set:
        if (
            problem.key == path
            or problem.key.startswith((f"{path}.", f"{path}["))
            or (path.startswith(problem.key + "."))
        ):
            inside = f"{key}.set.{problem.key}"
            return Problem(inside, problem.value, problem.allowed, problem.nearest)
    return Problem(f"{key}.set", dict(event.set), f"values after which {problem}")


def _of_changes(key: str, event: EventSpec, before: Draft, after: Draft) -> list[Problem]:
    """Return the problems of what cannot change in mid-course."""
    problems = []
    for name, country in after.countries.items():
        old = before.countries.get(name)
        if country and old and country.trust.name != old.trust.name:
            allowed = f"the same model with other parameters, {old.trust.name}: trust is its state"
            where = f"{key}.set.countries.{name}.trust"
            problems.append(Problem(where, str(country.trust), allowed))
    for name, talk in after.talks.items():
        path = f"talks.{name}.deadline"
        if talk and talk.deadline and path in event.set and talk.deadline < event.date:
            allowed = f"a date from the event on, {event.date}"
            problems.append(Problem(f"{key}.set.{path}", talk.deadline, allowed))
    return problems


# --- writing ----------------------------------------------------------------------------------


def _with_texts(value: object) -> object:
    """Return data in which parts given as objects stand as texts."""
    if isinstance(value, Mapping):
        return {k: _with_texts(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_with_texts(v) for v in value]
    return parts.text(value)


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
