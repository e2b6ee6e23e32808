"""The JSON schema of scenario files, by which editors complete and check them while one types.

It is made of the classes that check a scenario (`simulator.scenario.specs`), and knows what stands
in one table: keys, types, ranges, names of parts. What must hold between tables it does not know.
"""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from simulator.scenario.drafting import FOLLOWING
from simulator.scenario.events import CHANGEABLE
from simulator.scenario.field_docs import meanings
from simulator.scenario.field_types import NAME_PATTERN
from simulator.scenario.parameters import REQUIRED, signature
from simulator.scenario.part_patterns import part_pattern
from simulator.scenario.parts import Roster
from simulator.scenario.path_schemas import path_schemas
from simulator.scenario.paths import ENTRIES, REGISTERS
from simulator.scenario.specs import EventSpec, Settings, Table

__all__ = ["DIALECT", "Schema", "scenario_schema"]

Schema = dict[str, Any]

#: The dialect that editors of TOML understand.
DIALECT = "http://json-schema.org/draft-07/schema#"
#: What pydantic calls limits of a field, and what a schema calls them.
_LIMITS = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}
#: Sections and lists without which a scenario is none.
_NEEDED = {"countries", "talks", "issues"}


def scenario_schema(roster: Roster) -> Schema:
    """Return the JSON schema of a scenario file.

    Parameters
    ----------
    roster : Roster
        The parts that may be named.
    """
    definitions = {**_tables(), **_parts(roster)}
    settings = definitions.pop(Settings.__name__)
    sections = {**_registers(), **_lists()}
    schema = {
        "$schema": DIALECT,
        "title": "A scenario of tradetalks",
        **settings,
        "properties": {**settings["properties"], **sections},
        "required": [*settings["required"], *(key for key in sections if key in _NEEDED)],
        "definitions": definitions,
    }
    changed = definitions[EventSpec.__name__]["properties"]["set"]
    changed |= {"patternProperties": path_schemas(schema), "propertyNames": _changeable()}
    return schema


def _changeable() -> Schema:
    """Return the schema of what an event may set."""
    ways = (
        head.replace(".", "[.]").replace("*", "[^.]+") + f"({'|'.join(keys)})"
        for head, keys in CHANGEABLE.items()
    )
    return {"pattern": f"^({'|'.join(ways)})([.]|$)"}


# -- tables ----------------------------------------------------------------------------------------


def _tables() -> dict[str, Schema]:
    """Return the schema of every table, by the name of its class."""
    roots: list[type[Table]] = [Settings, *REGISTERS.values(), *ENTRIES.values()]
    template = "#/definitions/{model}"
    _, made = models_json_schema([(root, "validation") for root in roots], ref_template=template)
    classes = {cls.__name__: cls for cls in _subclasses(Table)}
    return {name: _table(classes[name], plain) for name, plain in made["$defs"].items()}


def _subclasses(cls: type[Table]) -> list[type[Table]]:
    return [inner for sub in cls.__subclasses__() for inner in (sub, *_subclasses(sub))]


def _table(cls: type[Table], made: Mapping[str, Any]) -> Schema:
    """Return the schema of a table as a file has it, with what each key means."""
    following = FOLLOWING.get(cls, frozenset())
    said = {
        field.alias or key: meanings(cls).get(key, "") for key, field in cls.model_fields.items()
    }
    hidden = {"id"} if cls in REGISTERS.values() else set()
    properties = {
        key: {"description": said[key], **_plain(value)}
        for key, value in made["properties"].items()
        if key not in hidden
    }
    for key in properties.keys() & _NEEDED:
        properties[key]["minItems"] = 1
    needed = [key for key in made.get("required", []) if key not in following]
    return {
        "description": " ".join(made["description"].split()),
        "type": "object",
        "properties": properties,
        "required": [*needed, *(properties.keys() & _NEEDED)],
        "additionalProperties": False,
    }


def _plain(node: Any) -> Any:
    """Return a schema without titles and nulls, with limits and parts as a schema has them."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    plain = {_LIMITS.get(k, k): _plain(v) for k, v in node.items() if k not in {"title", "default"}}
    if "part" in plain:
        plain["$ref"] = f"#/definitions/{plain.pop('part')}"
    if "$ref" in plain:  # beside which nothing else counts, in this dialect
        plain["allOf"] = [{"$ref": plain.pop("$ref")}]
    some = [one for one in plain.pop("anyOf", []) if one != {"type": "null"}]
    if len(some) == 1:
        return {**plain, **some[0]}
    return {**plain, "anyOf": some} if some else plain


# -- sections --------------------------------------------------------------------------------------


def _registers() -> dict[str, Schema]:
    return {
        name: {
            "description": f"Tables, each under [{name}.<id>].",
            "type": "object",
            "propertyNames": {"pattern": NAME_PATTERN},
            "additionalProperties": {"$ref": f"#/definitions/{cls.__name__}"},
            "minProperties": 1 if name in _NEEDED else 0,
        }
        for name, cls in REGISTERS.items()
    }


def _lists() -> dict[str, Schema]:
    return {
        name: {
            "description": f"A list of tables, each under [[{name}]].",
            "type": "array",
            "items": {"$ref": f"#/definitions/{cls.__name__}"},
        }
        for name, cls in ENTRIES.items()
    }


# -- parts -----------------------------------------------------------------------------------------


def _parts(roster: Roster) -> dict[str, Schema]:
    """Return the schema of each slot that may stand in a file or in a table of parts."""
    composed = signature(roster["composed"]["strategy"])[0]
    plain = {
        slot: {"type": "string", "pattern": part_pattern(slot, roster)}
        for slot in ("compliance", "trust", *composed)
    }
    text = {"type": "string", "pattern": part_pattern("strategy", roster, "wrapper")}
    together = {
        "type": "object",
        "properties": {slot: {"$ref": f"#/definitions/{slot}"} for slot in composed},
        "required": [slot for slot, (_, default) in composed.items() if default is REQUIRED],
        "additionalProperties": False,
    }
    return {**plain, "strategy": {"anyOf": [text, together]}}
