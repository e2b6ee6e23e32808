"""Dotted paths into a scenario: what ``--set``, sweeps and events address.

A path names keys from the outside in: ``countries.us.patience``. Entries of a list are addressed
by their id (``talks.us-japan.issues.car-tariff.payoffs.us``), parameters of a part by their name
(``countries.us.strategy.exponent``). The end of a path will do where no other path of the scenario
has it, as in ``us.patience``; what an event sets is named in full.
"""

import typing
from collections import abc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator import literals
from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario import parts
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

__all__ = [
    "ENTRIES",
    "REGISTERS",
    "assign",
    "entry_id",
    "flatten",
    "keys_of",
    "parse_assignment",
    "table_at",
]

#: Tables of the file whose keys are ids: ``[countries.us]``.
REGISTERS: Mapping[str, type[Table]] = {
    "countries": CountrySpec,
    "bystanders": BystanderSpec,
    "talks": TalkSpec,
}
#: Lists of tables: ``[[threats]]``.
ENTRIES: Mapping[str, type[Table]] = {
    "threats": ThreatSpec,
    "coalitions": CoalitionSpec,
    "deals": DealSpec,
    "relationships": RelationshipSpec,
    "history": HistorySpec,
    "events": EventSpec,
}
_PARTS = ("strategy", "compliance", "trust", "credibility")
_ABSENT = object()


def parse_assignment(text: str) -> tuple[str, object]:
    """Return the path and the value of ``path=value``, split at the first ``=``.

    Raises ScenarioError if there is no ``=``, or the value is nan, inf or malformed.
    """
    path, equals, written = text.partition("=")
    path = path.strip()
    if not equals or not path or not literals.is_unicode(path):
        raise ScenarioError(
            [Problem("--set", text, "path=value, as in countries.home.patience=0.99")]
        )
    try:
        return path, literals.read(written)
    except ValueError as error:
        raise ScenarioError([Problem(path, written, str(error))]) from None


def assign(data: Mapping[str, object], path: str, value: object) -> dict[str, object]:
    """Return the data of a scenario, which stay as they are, with one value set by dotted path.

    Keys that may stand in a scenario but do not are put in; None leaves the key out. The value is
    checked only later, with the scenario. Raises ScenarioError if the path leads nowhere.
    """
    new = None if value is None else literals.plain(value)
    changed = _Assignment(data, path, new).within_scenario()
    return typing.cast("dict[str, object]", changed)


def table_at(table: type[Table], names: Sequence[object]) -> type[Table] | None:
    """Return the table within `table` to which keys lead, None if it is not one."""
    at: type[Table] | None = table
    entries_of: type[Table] | None = None
    for name in names:
        if at is None:
            at, entries_of = entries_of, None
        else:
            field = at.model_fields.get(str(name))
            at, entries_of = _tables_in(field.annotation if field else None)
    return at


def keys_of(table: type[Table]) -> list[str]:
    """Return the keys that may stand in a table of a scenario."""
    unlisted = {"source", "id"} if table in REGISTERS.values() else {"source"}
    keys = [of.alias or key for key, of in table.model_fields.items() if key not in unlisted]
    sections = [*REGISTERS, *ENTRIES] if table is Settings else []
    return [*keys, *sections, "source"]


def entry_id(section: str, entry: object) -> str | None:
    """Return the id by which an entry of a list is addressed, None if it has none.

    Those of ``threats`` default to ``<by>-<talk>``.
    """
    if not isinstance(entry, Mapping):
        return None
    given = entry.get("id")
    if given is None and section == "threats" and {"by", "talk"} <= entry.keys():
        given = f"{entry['by']}-{entry['talk']}"
    return given if isinstance(given, str) else None


def flatten(node: object, path: str = "") -> Iterator[tuple[tuple[str, str], str]]:
    """Give the values of a scenario by dotted path; an entry of a list without id by itself."""
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from flatten(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list) and node and all(isinstance(entry, Mapping) for entry in node):
        for entry in node:
            name = entry_id(path.rpartition(".")[2], entry)
            if name is None:
                yield (path, literals.write(entry)), literals.write(entry)
            else:
                yield from flatten(entry, f"{path}.{name}")
    else:
        yield (path, ""), node if isinstance(node, str) else literals.write(node)


def _tables_in(annotation: object) -> tuple[type[Table] | None, type[Table] | None]:
    """Return the table that a field is, and the table that the entries of a field are."""
    candidates = [annotation, *typing.get_args(annotation)]
    tables = [a for a in candidates if isinstance(a, type) and issubclass(a, Table)]
    table = tables[0] if tables else None
    has_entries = typing.get_origin(annotation) in {abc.Mapping, tuple}
    return (None, table) if has_entries else (table, None)


def _turned(name: str, names: Sequence[str]) -> str | None:
    """Return the name that has the same parts in another order: ``japan-us`` for ``us-japan``."""
    parts = sorted(name.split("-"))
    return next((known for known in names if sorted(known.split("-")) == parts), None)


@dataclass(frozen=True)
class _Assignment:
    """Sets one value, building changed copies of the tables on the way to it."""

    data: Mapping[str, object]
    path: str
    value: object

    @property
    def names(self) -> list[str]:
        return self.path.split(".")

    def refuse(self, depth: int, allowed: str, names: Sequence[str] = ()) -> ScenarioError:
        key = ".".join(self.names[: depth + 1]) or "''"
        suggestion = _turned(self.names[depth], names) or nearest(self.names[depth], names)
        allowed = f"{allowed}: {', '.join(names)}" if names else allowed
        return ScenarioError([Problem(key, self.value, allowed, suggestion)])

    def within_scenario(self) -> object:
        name = self.names[0]
        if name in REGISTERS and len(self.names) > 1:
            register = self.table(self.data.get(name, {}), 0)
            return {**self.data, name: self.within_register(register, REGISTERS[name])}
        if name in ENTRIES and len(self.names) > 1:
            entries = self.within_list(self.data.get(name), name, ENTRIES[name], 1)
            return {**self.data, name: entries}
        if name in REGISTERS or name in ENTRIES:
            return self.put(self.data, 0)
        return self.within_table(self.data, Settings, 0)

    def within_register(self, register: Mapping[str, object], table: type[Table]) -> object:
        name = self.names[1]
        if len(self.names) == 2 and (self.value is None or isinstance(self.value, Mapping)):
            return self.put(register, 1)
        if name not in register:
            raise self.refuse(1, f"one of the {self.names[0]}", sorted(register))
        if len(self.names) == 2:
            raise self.refuse(1, "a key of it is needed, one of", keys_of(table))
        return {**register, name: self.within_table(self.table(register[name], 1), table, 2)}

    def within_list(self, entries: object, section: str, table: type[Table], depth: int) -> object:
        whole = len(self.names) == depth + 1 and isinstance(self.value, Mapping)
        if whole and entries is None:
            entries = []
        if not isinstance(entries, list) or not (entries or whole):
            raise self.refuse(depth, f"an entry of {section}, of which there are none")
        ids = [entry_id(section, entry) for entry in entries]
        if whole and self.names[depth] not in ids:
            return [
                *entries,
                {"id": self.names[depth], **typing.cast("Mapping[str, object]", self.value)},
            ]
        if self.names[depth] not in ids:
            known = [i for i in ids if i is not None]
            nothing = f"an entry of {section} that has an id; none of them has"
            allowed = f"the id of one of the {section}" if known else nothing
            raise self.refuse(depth, allowed, known)
        at = ids.index(self.names[depth])
        if len(self.names) == depth + 1:
            return self.entry_replaced(entries, at, depth)
        inside = self.within_table(self.table(entries[at], depth), table, depth + 1)
        return [*entries[:at], inside, *entries[at + 1 :]]

    def entry_replaced(self, entries: list[object], at: int, depth: int) -> list[object]:
        if self.value is None:
            return entries[:at] + entries[at + 1 :]
        if not isinstance(self.value, Mapping):
            raise self.refuse(depth, "a whole table, or a path that goes on to one of its keys")
        return [*entries[:at], {"id": self.names[depth], **self.value}, *entries[at + 1 :]]

    def within_table(self, node: Mapping[str, object], table: type[Table], depth: int) -> object:
        name, is_last = self.names[depth], depth == len(self.names) - 1
        if name not in keys_of(table):
            raise self.refuse(depth, "no such key; the keys are", keys_of(table))
        if is_last:
            return self.put(node, depth)
        return {**node, name: self.within_key(node.get(name, _ABSENT), table, depth)}

    def within_key(self, node: object, table: type[Table], depth: int) -> object:
        """Return what becomes of the value at a key that the path goes into."""
        name = self.names[depth]
        annotation = table.model_fields[name].annotation
        if name == "issues":
            return self.within_list(node, name, IssueSpec, depth + 1)
        if name == "set":
            key = ".".join(self.names[depth + 1 :])
            return {**self.table(node, depth), key: self.value}
        if name in _PARTS and annotation is parts.PartSpec:
            return self.within_part(node, depth + 1)
        if typing.get_origin(annotation) is abc.Mapping:
            return self.within_mapping(self.table(node, depth), table, depth + 1)
        return self.within_inner(node, table_at(table, [name]), depth)

    def within_mapping(self, node: Mapping[str, object], table: type[Table], depth: int) -> object:
        if depth == len(self.names) - 1:
            return self.put(node, depth)
        name = self.names[depth]
        if self.names[depth - 1] in _PARTS:
            return {**node, name: self.within_part(node.get(name, _ABSENT), depth + 1)}
        inner = table_at(table, self.names[depth - 1 : depth + 1])
        return {**node, name: self.within_inner(node.get(name, _ABSENT), inner, depth)}

    def within_inner(self, node: object, table: type[Table] | None, depth: int) -> object:
        if table is None:
            raise self.refuse(depth + 1, f"{'.'.join(self.names[: depth + 1])} has no keys inside")
        return self.within_table(self.table(node, depth), table, depth + 1)

    def within_part(self, part: object, depth: int) -> object:
        part = self.default_part(depth) if part is _ABSENT else part
        if isinstance(part, bool | int | float | list):
            raise self.refuse(depth, "a part given as text, which has parameters")
        try:
            return parts.with_param(part, self.names[depth:], self.value)
        except ValueError as error:
            raise self.refuse(
                depth + 1, f"a part has no such thing inside; allowed is {error}"
            ) from None

    def default_part(self, depth: int) -> object:
        """Return the part that plays where the scenario names none; what is in it is at `depth`."""
        name = self.names[depth - 1]
        if self.names[0] == "countries":
            return CountrySpec.model_fields[name].default
        country = self.table(self.data.get("countries", {}), 0).get(name)
        given = country.get("strategy") if isinstance(country, Mapping) else None
        return CountrySpec.model_fields["strategy"].default if given is None else given

    def put(self, node: Mapping[str, object], depth: int) -> dict[str, object]:
        rest = {k: v for k, v in node.items() if k != self.names[depth] or self.value is not None}
        return rest if self.value is None else {**rest, self.names[depth]: self.value}

    def table(self, node: object, depth: int) -> Mapping[str, object]:
        if node is _ABSENT:
            return {}
        if not isinstance(node, Mapping):
            raise self.refuse(depth, f"a table must stand at {'.'.join(self.names[: depth + 1])}")
        return node
