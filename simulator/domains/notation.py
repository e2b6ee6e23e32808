"""JSON and TOML as others wrote them, with every key once and every number finite."""

import json
from pathlib import Path

from simulator import literals
from simulator.errors import DomainError, InputError, Problem
from simulator.files import file_text

__all__ = ["read_json", "read_toml"]


def read_json(path: Path) -> object:
    """Return what a JSON file holds.

    Raises DomainError if it is no JSON, has a key twice, nests too deep, or cannot be read.
    """
    try:
        return json.loads(_text(path), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        line = error.doc.split("\n")[error.lineno - 1].strip()
        problem = Problem(where, line, f"well-formed JSON: {error.msg}")
    except _TwiceError as error:
        problem = Problem("file", str(error), "every key once")
    except (ValueError, RecursionError) as error:
        problem = Problem(
            "file", path.name, f"JSON with finite numbers, not too deep: {literals.fault_of(error)}"
        )
    raise DomainError([problem], str(path))


def read_toml(path: Path) -> dict[str, object]:
    """Return what a TOML file holds. Raises DomainError if it is no TOML or cannot be read."""
    try:
        return literals.table(_text(path))
    except ValueError as error:
        raise DomainError([Problem("file", path.name, f"TOML: {error}")], str(path)) from None


def _text(path: Path) -> str:
    try:
        return file_text(path)
    except InputError as error:
        raise DomainError(error.problems, str(path)) from None


class _TwiceError(ValueError):
    """A key that stands twice in one table."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table: dict[str, object] = {}
    for name, value in pairs:
        if name in table:
            raise _TwiceError(name)
        table[name] = value
    return table


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no finite number")
