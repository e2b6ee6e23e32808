"""What may stand at a dotted path, as a schema: for files that set and vary values by path."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.scenario.paths import ENTRIES, REGISTERS, table_at
from simulator.scenario.specs import Settings, Table

__all__ = ["path_schemas", "sound_paths"]

#: A pattern of paths, and the schema of what may stand there.
Place = tuple[str, Mapping[str, Any]]

#: An id, or several in braces, which stand for paths that get the same value.
_ID = r"([^.{}]+|[{][^{}.]*[}])"


def path_schemas(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what may stand at the full paths into a scenario: a schema for each pattern of paths.

    Without tables at the top: in a file they may stand for paths that go on within them.

    Parameters
    ----------
    schema : mapping
        The schema of a scenario, whose definitions these schemas refer to.
    """
    by_schema: dict[str, list[str]] = {}
    for pattern, at in _places(schema):
        bare = {key: value for key, value in at.items() if key != "description"}
        by_schema.setdefault(json.dumps(bare), []).append(pattern)
    return {f"^({'|'.join(patterns)})$": json.loads(at) for at, patterns in by_schema.items()}


def sound_paths(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of paths: full ones that there are, short ones, and some in braces.

    Which path a short one means hangs on the scenario; so does one with points in its braces.
    """
    top = "|".join([*Settings.model_fields, *REGISTERS, *ENTRIES])
    known = [{"pattern": pattern} for pattern in schemas]
    in_braces, full = {"pattern": r"[{][^{}]*[.]"}, {"pattern": f"^({top})[.]"}
    return {"anyOf": [*known, in_braces, {"not": full}]}


def _places(schema: Mapping[str, Any]) -> Iterator[Place]:
    """Give the pattern of every path, and what may stand there, but for tables at the top."""
    properties, definitions = schema["properties"], schema["definitions"]
    for pattern, at in _within("", Settings, properties, definitions):
        if "[.]" in pattern or "type" in at:
            yield pattern, at
    for section, cls in {**REGISTERS, **ENTRIES}.items():
        yield from _entry(f"{section}[.]{_ID}", cls, definitions)


def _entry(head: str, cls: type[Table], definitions: Mapping[str, Any]) -> Iterator[Place]:
    """Give an entry as a whole, and what is in it."""
    needs_id = "id" in definitions[cls.__name__]["required"]  # which the path has
    yield head, {"type": "object"} if needs_id else {"$ref": f"#/definitions/{cls.__name__}"}
    yield from _within(f"{head}[.]", cls, definitions[cls.__name__]["properties"], definitions)


def _within(
    head: str, cls: type[Table], properties: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[Place]:
    """Give the keys of a table, and what is in them."""
    for field, info in cls.model_fields.items():
        key = info.alias or field
        if key in properties:
            yield f"{head}{key}", properties[key]
            yield from _inside(f"{head}{key}", cls, field, properties[key], definitions)


def _inside(
    head: str, cls: type[Table], field: str, at: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[Place]:
    """Give what is in a key: of a table its keys, of a part its parameters, of others entries."""
    inner, of_entries = table_at(cls, [field]), table_at(cls, [field, ""])
    each = at.get("additionalProperties")
    if inner is not None:
        inside = definitions[inner.__name__]["properties"]
        yield from _within(f"{head}[.]", inner, inside, definitions)
    elif of_entries is not None:
        yield from _entry(f"{head}[.]{_ID}", of_entries, definitions)
    elif isinstance(each, dict):
        yield f"{head}[.]{_ID}", each
        if "allOf" in each:
            yield f"{head}[.]{_ID}[.].+", {}
    elif "allOf" in at or each is True:
        yield f"{head}[.].+", {}
