"""The texts of parts as regular expressions: names and parameters of a roster, for a schema."""

import re
import types
import typing
from collections.abc import Iterator

from simulator.scenario.parameters import choices, signature
from simulator.scenario.parts import Roster

__all__ = ["part_pattern"]

_NUMBER = r"[+-]?([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_WHOLE = r"[+-]?[0-9][0-9_]*(\.0*)?"
_PATH = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+"
#: What a value may hold where all that is known of it is that it is a value.
_ANYTHING = r".+"
_GAP = r"\s*"


def part_pattern(slot: str, roster: Roster, wrapper: str = "") -> str:
    """Return a regular expression that every sound text of a part matches, and few others.

    It holds names, the parameters of each and what type they are of; not which values a parameter
    takes, nor that it is given once. What has an import path may have any parameters.

    Parameters
    ----------
    slot : str
        The slot of the part in the roster.
    roster : Roster
        The parts that may be named.
    wrapper : str, optional
        The slot of what it may be wrapped in, after a plus sign; it may be a table then, too.
    """
    if not wrapper:
        return f"^{_GAP}({_layer(slot, roster)}){_GAP}$"
    around = f"({_GAP}\\+{_GAP}({_layer(wrapper, roster)}))*"
    return f"^{_GAP}({_layer(slot, roster)}|\\{{.*\\}}){around}{_GAP}$"


def _layer(slot: str, roster: Roster) -> str:
    return "|".join([*_named(slot, roster), f"{_PATH}({_GAP}:.*)?"])


def _named(slot: str, roster: Roster) -> Iterator[str]:
    """Give the expression of each name with its parameters, of which none is needed."""
    for name, cls in roster[slot].items():
        known, _ = signature(cls)
        given = (f"{param}{_GAP}={_GAP}({_value(type_)})" for param, (type_, _) in known.items())
        params = f"({_GAP}:{_GAP}({'|'.join(given)}))*" if known else ""
        yield f"{re.escape(name)}{params}".replace(r"\-", "-")


def _value(annotation: object) -> str:
    """Return the expression of a value of a type; of lists and tables, anything."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return "|".join(_value(option) for option in typing.get_args(annotation))
    if words := choices(annotation):
        return "|".join(f'"{word}"|{word}' for word in map(re.escape, words))
    known = {int: _WHOLE, float: _NUMBER, bool: "true|false", types.NoneType: "none"}
    return known.get(annotation, _ANYTHING)  # type: ignore[call-overload, no-any-return]
