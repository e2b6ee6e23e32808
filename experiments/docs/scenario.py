"""The page of scenario files: every table and key, from the classes that check them."""

import types
import typing
from collections import abc
from collections.abc import Iterator
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, anchor, pipe_table, prose
from simulator import literals
from simulator.scenario import field_types, parts, paths
from simulator.scenario.events import CHANGEABLE
from simulator.scenario.field_docs import meanings
from simulator.scenario.parts import PartSpec
from simulator.scenario.specs import Settings, Table

__all__ = ["page"]

#: What is told elsewhere: parts, and what a name is.
_LINKS: dict[Any, str] = {
    field_types.Strategy: "[strategy](strategies.md)",
    field_types.Compliance: "[policy](compliance.md)",
    field_types.Trust: "[trust model](trust.md)",
    field_types.Name: "a [name](#dotted-paths)",
}


class _Place(typing.NamedTuple):
    """A table of the file: its class, how its head is written, and the path to it."""

    table: type[Table]
    head: str
    path: str

    @property
    def title(self) -> str:
        return f"`{self.head}`" if self.head else "The keys outside all tables"


def page() -> Page:
    """Return the page of scenario files."""
    about = (
        "Every table and key of a scenario, which is one TOML file. A key that is not listed here"
        " is refused, as is a value that does not fit; every table may carry a `source`."
        " `tradetalks show first-talk --toml` prints a small file to copy and edit."
    )
    parted = f"## Parts\n\n{prose(read(parts).body)}"
    sections = [_paths(), *map(_section, _places()), _events(), parted]
    return Page("scenario.md", "Scenario files", about, "\n\n".join(sections))


def _places() -> Iterator[_Place]:
    """Give the tables in the order in which they stand in a file, those inside others after."""
    yield from _within(_Place(Settings, "", ""))
    for name, cls in paths.REGISTERS.items():
        yield from _within(_Place(cls, f"[{name}.<id>]", f"{name}.<id>"))
    for name, cls in paths.ENTRIES.items():
        yield from _within(_Place(cls, f"[[{name}]]", f"{name}.<id>"))


def _within(place: _Place) -> Iterator[_Place]:
    yield place
    head = place.head.strip("[]")
    for key in place.table.model_fields:
        inside = f"{head}.{key}" if head else key
        path = f"{place.path}.{key}" if place.path else key
        if (inner := paths.table_at(place.table, [key])) is not None:
            yield from _within(_Place(inner, f"[{inside}]", path))
        elif (inner := paths.table_at(place.table, [key, ""])) is not None:
            listed = typing.get_origin(place.table.model_fields[key].annotation) is tuple
            one = "<id>" if listed else "<party>"
            head_of = f"[[{inside}]]" if listed else f"[{inside}.{one}]"
            # Entries without ids are replaced with their list alone.
            has_id = not listed or "id" in inner.model_fields
            yield from _within(_Place(inner, head_of, f"{path}.{one}" if has_id else ""))


def _section(place: _Place) -> str:
    said = read(place.table)
    path = f"By path: `{place.path}.<key>`." if place.path else ""
    if not place.path and place.head:
        path = "By path only as a whole list."
    about = " ".join([prose(f"{said.summary}\n\n{said.body}".strip()), path]).strip()
    meaning = meanings(place.table)
    fields = {of.alias or field: field for field, of in place.table.model_fields.items()}
    rows = [
        [f"`{key}`", _takes(place, field), _default(place.table, field), prose(meaning[field])]
        for key in paths.keys_of(place.table)
        if (field := fields.get(key)) is not None and key != "source"
    ]
    listed = pipe_table(["key", "takes", "default", "meaning"], rows)
    return f"## {place.title}\n\n{about}\n\n{listed}"


def _takes(place: _Place, key: str) -> str:
    """Return what a key takes; of a table, a link to it."""
    inner = paths.table_at(place.table, [key]) or paths.table_at(place.table, [key, ""])
    if inner is None:
        hints = typing.get_type_hints(place.table, include_extras=True)
        return prose(_words(hints[key]))
    (found,) = {p.title for p in _within(place) if p.table is inner}
    return f"[{found}](#{anchor(found)})"


def _words(annotation: Any) -> str:
    """Return what a type takes: what it says when it refuses something, else what it is of."""
    if annotation in _LINKS:
        return _LINKS[annotation]
    if told := _refusal(annotation):
        return told
    inner = [a for a in typing.get_args(annotation) if a not in (types.NoneType, Ellipsis)]
    origin = typing.get_origin(annotation)
    if origin is abc.Mapping:
        return f"a table, each {_words(inner[1])}"
    if origin is tuple:
        return f"a list, each {_words(inner[0])}"
    return _words(inner[0]) if inner else "any value"


def _refusal(annotation: Any) -> str | None:
    """Return what a type says it takes when it is given something else."""
    is_table = isinstance(annotation, type) and issubclass(annotation, Table)
    config = None if is_table else ConfigDict(arbitrary_types_allowed=True)
    checker: TypeAdapter[Any] = TypeAdapter(annotation, config=config)
    for wrong in ("?", object(), []):
        try:
            checker.validate_python(wrong)
        except ValidationError as error:
            (first, *_) = error.errors()
            if first["type"] == "refused" and not first["loc"]:
                return str(first["ctx"]["allowed"])
    return None


def _default(cls: type[Table], key: str) -> str:
    """Return the default of a key as it would be written; nothing where its meaning says it."""
    field: FieldInfo = cls.model_fields[key]
    if any(word in meanings(cls)[key].lower() for word in ("by default", "needed")):
        return ""
    if field.is_required():
        return "needed"
    value = field.default
    if value is None or value in ((), {}) or isinstance(value, Table):
        return "none"
    if isinstance(value, str | PartSpec):
        return f'`"{value}"`'
    return f"`{value:g}`" if isinstance(value, float) else f"`{literals.write(value)}`"


def _paths() -> str:
    kinds = [prose(read(module).body) for module in (paths, literals)]
    return "\n\n".join(["## Dotted paths", *kinds, f"A *name* is {_refusal(field_types.Name)}."])


def _events() -> str:
    """Return what an event may set."""
    ways = (f"{head}{key}" for head, keys in CHANGEABLE.items() for key in keys)
    rows = [[f"`{way.replace('*', '<id>')}`"] for way in ways]
    told = "These, and whatever lies below them."
    return f"## What an event may set\n\n{told}\n\n{pipe_table(['path'], rows)}"
