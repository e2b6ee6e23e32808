"""Tables of a scenario from its data, as far as they are sound, with all that is not."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator import literals
from simulator.errors import MISSING, EconomyError, Problem, nearest
from simulator.scenario import cross_checks, paths
from simulator.scenario.code import Code
from simulator.scenario.cross_checks import Draft
from simulator.scenario.field_docs import meanings, phrase
from simulator.scenario.field_types import is_name
from simulator.scenario.parts import Roster
from simulator.scenario.specs import (
    BystanderSpec,
    CoalitionSpec,
    CountrySpec,
    DealSpec,
    DisregardSpec,
    EventSpec,
    EvidenceSpec,
    HistorySpec,
    IssueSpec,
    RelationshipSpec,
    Settings,
    ShockSpec,
    Table,
    TalkSpec,
    ThreatSpec,
)

__all__ = ["FOLLOWING", "drafted"]

#: Keys that a table needs and a file may lack: they follow from its head, or from other keys.
FOLLOWING: Mapping[type[Table], frozenset[str]] = {
    CountrySpec: frozenset({"id", "name"}),
    BystanderSpec: frozenset({"id", "name"}),
    TalkSpec: frozenset({"id", "opens"}),
    ThreatSpec: frozenset({"id"}),
    IssueSpec: frozenset({"name"}),
}


def drafted(data: dict[str, object], roster: Roster, code: Code) -> tuple[Draft, list[Problem]]:
    """Return the tables that are sound, and the problems of and between them."""
    drafting = _Drafting(data, roster, code)
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
    settings = cast(Settings, draft.settings)
    known = regions(settings.economy)
    problems = {str(problem): problem for problem in cross_checks.of_economy(draft, known)}
    if problems:
        return list(problems.values())
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


class _Drafting:
    """Checks the tables of a scenario one by one."""

    def __init__(self, data: dict[str, object], roster: Roster, code: Code) -> None:
        self.data = data
        self.roster = roster
        self.code = code
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
        if talk is None:
            return None
        sound = (issue.completed(talk.parties) for issue in issues if issue is not None)
        measured = tuple(issue.measured() for issue in sound)
        return cast(TalkSpec, talk.model_copy(update={"issues": measured}))

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
        context = self.roster, self.code
        try:
            return table.model_validate(raw, context=context)
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            self.problems.extend(_problems_of(detail, table, key))
        try:
            return table.model_validate(_mended(table, raw, details), context=context)
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
        return [_refused(where, value, **context)]
    holder = paths.table_at(table, detail["loc"][:-1]) or table
    name = str(detail["loc"][-1])
    if detail["type"] == "missing":
        return [Problem(where, MISSING, phrase(meanings(holder).get(name, "A value.")))]
    if detail["type"] == "extra_forbidden":
        keys = paths.keys_of(holder)
        allowed = f"no such key; the keys are: {', '.join(keys)}"
        return [Problem(where, value, allowed, nearest(name, keys))]
    return [Problem(where, value, _STRUCTURE.get(detail["type"], detail["msg"]))]


def _refused(
    key: str,
    value: object,
    allowed: str,
    names: Sequence[str] = (),
    largest: float | None = None,
    fraction: bool = False,
) -> Problem:
    """Return the problem of a value that the type of its field refuses."""
    if largest is not None and literals.is_number(value) and not abs(value) <= largest:  # or nan
        allowed = f"{allowed}, finite and at most {largest:g} in size"
    if fraction and literals.is_number(value) and 2 <= value <= 100:
        allowed = f"{allowed}, such as {value / 100:g} for {value:g} %"
    return Problem(key, value, allowed, nearest(value, names) if isinstance(value, str) else None)


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
    CoalitionSpec: {"id": "unnamed", "members": [], "against": "unnamed"},
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
    EvidenceSpec: {"by": "unnamed", "towards": "*", "quality": 0.5, "stake": 0},
    ShockSpec: {"probability": 0, "stake": 0},
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
