"""The JSON schema of experiment files, by which editors complete and check them while one types.

It is made of the fields of an experiment, the forms of an axis, the designs, the tables and the
metrics. What a path leads to, and whether the values suit it, it does not know.
"""

import math
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from agents.roster import ROSTER
from experiments.design.axis import FORMS, KEYS, MAX_VALUES
from experiments.design.experiment import FILE_KEYS, Experiment
from experiments.design.plan import MOST_RUNS
from experiments.design.sampling import DESIGNS, SAMPLING
from experiments.design.validation import LEAST, is_by_week
from experiments.runs.metrics import METRICS
from simulator.literals import LARGEST
from simulator.scenario.field_types import NAME_PATTERN
from simulator.scenario.parameters import describe
from simulator.scenario.path_schemas import path_schemas, sound_paths
from simulator.scenario.schema import DIALECT, Schema, scenario_schema
from simulator.world.records import TABLES

__all__ = ["experiment_schema"]

#: What a type is in a schema; of what is not here, more is said below.
_TYPES: Mapping[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_PATHS: Schema = {"$ref": "#/definitions/path"}
_PATH = r"[A-Za-z_]\w*([.]\w+)+"


def experiment_schema() -> Schema:
    """Return the JSON schema of an experiment file."""
    known = {parameter.name: parameter for parameter in describe(Experiment)}
    hints, scenario = typing.get_type_hints(Experiment), scenario_schema(ROSTER)
    return {
        "$schema": DIALECT,
        "title": "An experiment of tradetalks",
        "type": "object",
        "properties": {
            key: {"description": known[key].doc, **_type(hints[key]), **_limits(key, scenario)}
            for key in FILE_KEYS
        },
        "additionalProperties": False,
        "oneOf": [{"required": ["scenario"]}, {"required": ["model"]}],
        "allOf": [_of_a_scenario(), _of_a_sampling_design()],
        "definitions": {
            "axis": _any_axis(),
            "path": sound_paths(path_schemas(scenario)),
            **scenario["definitions"],
        },
    }


def _type(hint: object) -> Schema:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    known = [_TYPES[option] for option in options if option in _TYPES]
    return {"type": known[0]} if known else {}


def _limits(key: str, scenario: Schema) -> Schema:
    """Return what else is known of a key."""
    weeks = scenario["properties"]["weeks"]
    known: Mapping[str, Schema] = {
        "scenario": {"type": ["string", "object"]},
        "set": _settings(scenario),
        "axes": _axes(scenario),
        "design": {"enum": list(DESIGNS)},
        "weeks": {limit: weeks[limit] for limit in ("minimum", "maximum")},
        "tables": {"anyOf": [_listed_tables(), _thinned_tables()]},
        "metrics": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "model": {"pattern": f"^{_PATH}$"},
        "timeout": {"exclusiveMinimum": 0, "maximum": LARGEST},
    }
    if key in LEAST and math.isfinite(LEAST[key]):
        return {"minimum": int(LEAST[key]), "maximum": MOST_RUNS}
    return known.get(key, {})


def _listed_tables() -> Schema:
    return {"type": "array", "items": {"enum": list(TABLES)}, "uniqueItems": True}


def _thinned_tables() -> Schema:
    every = {table: {"type": "integer", "minimum": 1} for table in TABLES}
    whole: Schema = {"const": 1}
    return {
        "type": "object",
        "properties": {k: v if is_by_week(k) else whole for k, v in every.items()},
        "additionalProperties": False,
    }


def _settings(scenario: Schema) -> Schema:
    """Return the schema of values by path: what a scenario takes there."""
    at = path_schemas(scenario)
    return {"type": "object", "patternProperties": at, "propertyNames": _PATHS}


def _axes(scenario: Schema) -> Schema:
    """Return the schema of axes by path: of values that a scenario takes there."""
    at = path_schemas(scenario)
    return {
        "type": "object",
        "patternProperties": {path: _axis(value) for path, value in at.items()},
        "additionalProperties": {"$ref": "#/definitions/axis"},
        "propertyNames": _PATHS,
    }


def _any_axis() -> Schema:
    """Return the schema of an axis of anything; or of a table in which the path to one goes on."""
    here = {"$ref": "#/definitions/axis"}
    within = {"type": "object", "minProperties": 1, "additionalProperties": here}
    return {"anyOf": [*_axis({})["anyOf"], within]}


def _axis(value: Schema) -> Schema:
    values: Schema = {"type": "array", "minItems": 1, "items": value}
    return {"anyOf": [values, *(_form(form, values, value) for form in FORMS)]}


def _form(keys: set[str], values: Schema, value: Schema) -> Schema:
    kinds: Mapping[str, Schema] = {
        "values": values,
        "n": {"type": "integer", "minimum": 2, "maximum": MAX_VALUES},
        "integer": {"type": "boolean"},
    }
    number: Schema = {"allOf": [{"type": "number"}, value]}
    return {
        "type": "object",
        "properties": {key: kinds.get(key, number) for key in KEYS if key in keys},
        "required": sorted(keys - {"integer"}),
        "additionalProperties": False,
    }


def _of_a_scenario() -> Schema:
    """Return what holds where no model is played: metrics are known, or have an import path."""
    names = "|".join(
        re.sub(r"\{\w+\}", f"({NAME_PATTERN.strip('^$')})", metric.name) for metric in METRICS
    )
    metrics = {"items": {"pattern": f"^({names}|{_PATH})$"}}
    has_none: Any = {"not": {"required": ["model"]}}
    return {"if": has_none, "then": {"properties": {"metrics": metrics}}}


def _of_a_sampling_design() -> Schema:
    samples = {"properties": {"design": {"enum": list(SAMPLING)}}, "required": ["design"]}
    return {
        "if": samples,
        "then": {"required": ["samples", "axes"]},
        "else": {"not": {"required": ["samples"]}},
    }
