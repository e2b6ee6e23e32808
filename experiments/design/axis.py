"""What varies in an experiment: a path into the scenario, and the values it takes."""

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from simulator import literals
from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario import parts

__all__ = ["FORMS", "KEYS", "Axis", "assigned", "axis_of", "path_problem", "vary"]

#: The keys of an axis in a file, and their meaning.
KEYS: Mapping[str, str] = {
    "from": "the first of evenly spaced values",
    "to": "the last of them",
    "n": "how many there are, both ends included",
    "low": "the lower end of a range, for designs that sample",
    "high": "the upper end of it",
    "integer": "whether only whole numbers of the range are drawn",
    "values": "a list of values, as a bare list also gives",
}
#: Each value costs at least one run, and memory before the allowed number of runs is known.
MAX_VALUES = 10_000_000
#: The keys of each form of an axis, of which it needs all but those that have a default.
FORMS = ({"values"}, {"from", "to", "n"}, {"low", "high", "integer"})
_FORMS = "a list of values, {from, to, n}, or {low, high, integer}"
#: Steps between numbers up to it, and sums of these, are finite.
_LARGEST = 1e300
#: More paths that get one value are a mistake in braces.
_MOST_PATHS = 10_000
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_NUMBER = rf"[+-]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SPACED = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*:\s*({_NUMBER})\s*")
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(rf"\s*({_NUMBER})\.\.({_NUMBER})\s*")


@dataclass(frozen=True)
class Axis:
    """One thing that an experiment varies.

    Parameters
    ----------
    path : str
        Dotted path into the scenario, or the name of a model's parameter. Names in braces stand
        for several paths that get the same value: ``countries.{japan,eu}.patience``.
    values : tuple or None
        The values, if they are listed: numbers, texts of parts, dates, lists, tables. Numbers of
        numpy become Python's.
    low, high : float or None
        The ends of the range, if the values are not listed.
    integer : bool
        Whether the range has only whole numbers.
    """

    path: str
    values: tuple[Any, ...] | None = None
    low: float | None = None
    high: float | None = None
    integer: bool = False

    def __post_init__(self) -> None:
        values = None if self.values is None else tuple(map(literals.plain, self.values))
        object.__setattr__(self, "values", values)
        for end in ("low", "high"):
            object.__setattr__(self, end, literals.plain(getattr(self, end)))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths that get the value, with braces expanded."""
        pieces = _BRACES.split(self.path)
        choices = [piece.split(",") if k % 2 else [piece] for k, piece in enumerate(pieces)]
        return tuple("".join(map(str.strip, chosen)) for chosen in itertools.product(*choices))

    @property
    def is_range(self) -> bool:
        """Whether the values are drawn from a range."""
        return self.values is None

    @cached_property
    def type(self) -> str:
        """``int``, ``float`` or ``str``: the type of the axis as a column."""
        if self.values is None:
            return "int" if self.integer else "float"
        if not all(literals.is_number(value) for value in self.values):
            return "str"
        return "int" if all(isinstance(value, int) for value in self.values) else "float"

    def at(self, share: float) -> Any:
        """Return the value at a share in [0, 1) of the axis; listed values have equal shares."""
        if self.values is not None:
            return self.values[int(share * len(self.values))]
        low, high = self.low or 0, self.high or 0
        if self.integer:
            return int(low) + int(share * (int(high) - int(low) + 1))
        return low + share * (high - low)

    @property
    def ends(self) -> tuple[Any, ...]:
        """The lowest and the highest value of a range; nothing if the values are listed."""
        return (self.at(0.0), self.high) if self.values is None else ()

    def cell(self, value: Any) -> int | float | str:
        """Return a value as a cell of a column of this `type`."""
        if self.type == "str":
            return value if isinstance(value, str) else literals.write(value)
        return float(value) if self.type == "float" else int(value)

    def bare(self) -> "Axis":
        """Return an axis of the same path and type, without its values."""
        value = {"int": 0, "float": 0.0, "str": ""}[self.type]
        return Axis(self.path, (value,))

    def to_dict(self) -> dict[str, Any]:
        """Return a dict from which `axis_of` makes this axis."""
        if self.values is not None:
            return {"values": list(self.values)}
        return {"low": self.low, "high": self.high, "integer": self.integer}


def assigned(axes: Iterable[Axis], values: Iterable[Any]) -> dict[str, Any]:
    """Return the value of each path at a point.

    Parameters
    ----------
    axes : iterable of Axis
        What varies.
    values : iterable
        A value for each axis.
    """
    pairs = zip(axes, values, strict=True)
    return {path: value for axis, value in pairs for path in axis.paths}


def axis_of(path: str, spec: object, problems: list[Problem]) -> Axis | None:
    """Return the axis that a file describes, None if something is wrong with it.

    Parameters
    ----------
    path : str
        The path that varies.
    spec : object
        A list of values, ``{from, to, n}``, ``{low, high, integer}`` or ``{values}``.
    problems : list of Problem
        What is wrong is added here.
    """
    key = f"axes.{path}"
    if wrong := path_problem(key, path):
        problems.append(wrong)
        return None
    if math.prod(len(names.split(",")) for names in _BRACES.findall(path)) > _MOST_PATHS:
        allowed = f"a path whose braces stand for at most {_MOST_PATHS:,} paths"
        problems.append(Problem(key, path, allowed))
        return None
    if isinstance(spec, list | tuple):
        spec = {"values": list(spec)}
    if not isinstance(spec, Mapping) or not spec:
        problems.append(Problem(key, spec, _FORMS))
        return None
    form = next((form for form in FORMS if spec.keys() & form), FORMS[-1])
    surplus = [name for name in spec if name not in form]
    for name in surplus:
        idle = f"nothing: it says nothing beside {', '.join(k for k in spec if k in form)}"
        allowed = f"{idle if name in KEYS else 'no such key'}; an axis is {_FORMS}"
        near = None if name in KEYS else nearest(name, KEYS)
        problems.append(Problem(f"{key}.{name}", spec[name], allowed, near))
    if surplus:
        return None
    if "values" in spec:
        return _listed_axis(path, key, spec["values"], problems)
    if form is FORMS[1]:
        return _spaced_axis(path, key, spec, problems)
    return _range_axis(path, key, spec, problems)


def path_problem(key: str, path: str) -> Problem | None:
    """Return what is wrong with the form of a path that varies, named by a key; None if nothing."""
    if set(_BRACES.sub("", path)) & set("{}"):
        return Problem(key, path, "a path in which every { is closed by a }")
    if "" in map(str.strip, re.split(r"[.,{}]", _BRACES.sub(r"\1", path))):
        return Problem(key, path, "a path with a name between all dots and commas")
    return None


def vary(text: str) -> Axis:
    """Return the axis that ``--vary`` describes.

    Parameters
    ----------
    text : str
        ``path=x,y,z``; ``path=a:b:n``, n evenly spaced values including both ends; or
        ``path=a..b``, a range for designs that sample.

    Raises
    ------
    ScenarioError
        If it is none of these.
    """
    path, equals, values = text.partition("=")
    path = path.strip()
    if not literals.is_unicode(text):
        raise ScenarioError([Problem("--vary", text, "text that is Unicode")])
    if not equals or not path or not values.strip():
        allowed = "path=value,value or path=from:to:n, as in countries.us.patience=0.9:0.99:4"
        raise ScenarioError([Problem("--vary", text, allowed)])
    problems: list[Problem] = []
    axis = axis_of(path, _spec(path, values), problems)
    if axis is None or problems:
        raise ScenarioError(problems)
    return axis


def _spec(path: str, text: str) -> dict[str, object]:
    """Return the values of ``--vary`` in the form that a file gives them."""
    try:
        if match := _SPACED.fullmatch(text):
            first, last, count = (_number(group) for group in match.groups())
            return {"from": first, "to": last, "n": count}
        if match := _RANGE.fullmatch(text):
            low, high = (_number(group) for group in match.groups())
            return {"low": low, "high": high, "integer": False}
        return {"values": [literals.read(piece) for piece in literals.pieces(text, ",")]}
    except ValueError as error:
        raise ScenarioError([Problem(f"axes.{path}", text, str(error))]) from None


def _number(text: str) -> int | float:
    if not re.fullmatch(rf"[+-]?{_DIGITS}", text):
        return float(text)
    if len(text) > literals.MOST_DIGITS:
        raise ValueError(f"numbers of at most {literals.MOST_DIGITS} digits")
    return int(text)


def _listed_axis(path: str, key: str, values: object, problems: list[Problem]) -> Axis | None:
    if not isinstance(values, list | tuple) or not values:
        problems.append(Problem(key, values, "at least one value"))
        return None
    entries = tuple(parts.as_text(literals.plain(value)) for value in values)
    if any(isinstance(value, str) and not value.strip() for value in entries):
        problems.append(Problem(key, values, "values between the commas, none of them empty"))
        return None
    if any(literals.is_number(value) and not literals.is_finite(value) for value in entries):
        problems.append(Problem(key, values, "finite numbers, not nan or inf"))
        return None
    return Axis(path, entries)


def _spaced_axis(
    path: str, key: str, spec: Mapping[str, Any], problems: list[Problem]
) -> Axis | None:
    first, last, count = (spec.get(name) for name in ("from", "to", "n"))
    if not (_is_end(first) and _is_end(last)) or first == last:
        allowed = f"from and to, two different numbers of at most {_LARGEST:g} in size"
        problems.append(Problem(key, dict(spec), allowed))
        return None
    if not literals.is_whole(count, least=2) or count > MAX_VALUES:
        allowed = f"a whole number, at least 2 and at most {MAX_VALUES:,}"
        problems.append(Problem(f"{key}.n", count, allowed))
        return None
    return Axis(path, _spaced_values(first, last, count))


def _is_end(value: object) -> TypeGuard[int | float]:
    return literals.is_number(value) and abs(value) <= _LARGEST


def _spaced_values(first: Any, last: Any, count: int) -> tuple[int | float, ...]:
    # Twelve digits: 0.3, not 0.30000000000000004, so that values can be typed and matched.
    steps = [first + (last - first) * k / (count - 1) for k in range(1, count - 1)]
    values = [first, *(float(f"{step:.12g}") for step in steps), last]
    if all(value == int(value) for value in values) and isinstance(first, int):
        return tuple(int(value) for value in values)
    return tuple(float(value) for value in values)


def _range_axis(
    path: str, key: str, spec: Mapping[str, Any], problems: list[Problem]
) -> Axis | None:
    low, high, integer = spec.get("low"), spec.get("high"), spec.get("integer", False)
    if not (_is_end(low) and _is_end(high)) or low >= high:
        allowed = f"low and high, low below high, both of at most {_LARGEST:g} in size"
        problems.append(Problem(key, dict(spec), allowed))
        return None
    if not isinstance(integer, bool):
        problems.append(Problem(f"{key}.integer", integer, "true or false"))
        return None
    if integer and not (low == int(low) and high == int(high)):
        problems.append(Problem(key, dict(spec), "whole numbers as low and high"))
        return None
    return Axis(path, None, low, high, integer)
