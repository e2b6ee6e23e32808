"""The texts of parts as regular expressions: names and parameters of a roster, for a schema."""

import re
import types
import typing
from collections.abc import Callable, Iterator

from simulator.errors import ScenarioError
from simulator.scenario.parameters import choices, signature
from simulator.scenario.parts import Roster, parse

__all__ = ["part_pattern"]

#: A number without its sign: with an exponent, of any size; zero; below one; from one on.
_SCALED = r"([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9_]+)[eE][+-]?[0-9_]+"
_ZERO = r"0(\.[0_]*)?|\.[0_]+"
_BELOW_ONE = r"0?\.[0-9_]*[1-9][0-9_]*"
_ONE = r"1(\.[0_]*)?"
_FROM_ONE = r"[1-9][0-9_]*(\.[0-9_]*)?"
_WHOLE_FROM_ONE = r"[1-9][0-9_]*(\.[0_]*)?"
#: What is tried on a parameter, to see whether it takes any number below 0, or larger than 1.
_NEGATIVE = (-1e-9, -0.5, -1.0)
_LARGE = (1 + 1e-9, 1.5, 2.0, 10.0, 1e6)
_PATH = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+"
#: What a value may hold where all that is known of it is that it is a value.
_ANYTHING = r".+"
_GAP = r"\s*"

#: Whether a parameter takes a number, all others as they are by default.
Takes = Callable[[float], bool]


def part_pattern(slot: str, roster: Roster, wrapper: str = "") -> str:
    """Return a regular expression that every sound text of a part matches, and few others.

    It holds names, the parameters of each, what type they are of, and of numbers whether any is
    taken below 0, or larger than 1, and whether 0 is; not that a parameter is given once. What has
    an import path may have any parameters.

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
        given = (
            f"{param}{_GAP}={_GAP}({_value(type_, _takes(slot, name, param, roster))})"
            for param, (type_, _) in known.items()
        )
        params = f"({_GAP}:{_GAP}({'|'.join(given)}))*" if known else ""
        yield f"{re.escape(name)}{params}".replace(r"\-", "-")


def _takes(slot: str, name: str, param: str, roster: Roster) -> Takes:
    """Return whether a parameter takes a number, by asking the part itself."""
    wrapped = f"{next(iter(roster['strategy']))}+" if slot == "wrapper" else ""

    def takes(value: float) -> bool:
        text = f"{wrapped}{name}:{param}={value:.9f}"
        try:
            parse(text, "strategy" if wrapped else slot, roster)
        except ScenarioError:
            return False
        return True

    return takes


def _value(annotation: object, takes: Takes) -> str:
    """Return the expression of a value of a type; of lists and tables, anything."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return "|".join(_value(option, takes) for option in typing.get_args(annotation))
    if words := choices(annotation):
        return "|".join(f'"{word}"|{word}' for word in map(re.escape, words))
    if annotation in {int, float}:
        return _number(annotation is int, takes)
    known = {bool: "true|false", types.NoneType: "none"}
    return known.get(annotation, _ANYTHING)


def _number(is_whole: bool, takes: Takes) -> str:
    """Return the expression of the numbers that are taken, by their sign and by size up to 1."""
    is_signed = any(map(takes, (*_NEGATIVE, *(-one for one in _LARGE))))
    sign = "[+-]?" if is_signed else "[+]?"
    zero = [f"[+-]?({_ZERO})"] if takes(0.0) else []
    if is_whole:
        return "|".join([*zero, f"{sign}{_WHOLE_FROM_ONE}"])
    largest = _FROM_ONE if any(takes(one) or takes(-one) for one in _LARGE) else _ONE
    return "|".join([*zero, f"{sign}({_SCALED}|{_BELOW_ONE}|{largest})"])
