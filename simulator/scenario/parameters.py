"""Parameters of a part: read from the class that takes them, fitted to the types it declares."""

import enum
import functools
import inspect
import re
import types
import typing
from collections.abc import Mapping
from datetime import date

from simulator import literals

__all__ = ["REQUIRED", "Parameter", "choices", "describe", "fit", "signature", "words"]


#: The default of a parameter that has none.
REQUIRED = inspect.Parameter.empty


class Parameter(typing.NamedTuple):
    """A parameter of a part, as a user sees it.

    Its type is in words, its default `REQUIRED` where there is none, and its doc the line in the
    class's docstring, empty if that says nothing. The choices are the words it takes, where it
    takes these alone.
    """

    name: str
    type: str
    default: object
    doc: str
    choices: tuple[str, ...] = ()


def describe(cls: type) -> list[Parameter]:
    """Return the parameters of a part, in order."""
    docs = _documented(cls)
    return [
        Parameter(name, words(annotation), default, docs.get(name, ""), choices(annotation))
        for name, (annotation, default) in signature(cls)[0].items()
    ]


@functools.lru_cache(maxsize=256)
def signature(cls: type) -> tuple[dict[str, tuple[object, object]], bool]:
    """Return the type and the default of each parameter, and whether others are taken too."""
    try:
        signature = inspect.signature(cls)
        hints = _hints(cls)
    except (TypeError, ValueError):
        return {}, True
    named = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    parameters = signature.parameters.values()
    known = {
        p.name: (hints.get(p.name, typing.Any), p.default) for p in parameters if p.kind in named
    }
    return known, any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)


def _hints(cls: type) -> dict[str, object]:
    try:
        return typing.get_type_hints(cls.__init__)  # type: ignore[misc]
    except (NameError, TypeError, AttributeError):
        return {}


# --- types ------------------------------------------------------------------------------------

_WORDS: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    date: "a date",
    type(None): "none",
}
_LISTS = (list, tuple, set, frozenset)


def fit(value: object, annotation: object) -> object:
    """Return `value` as a parameter of this type takes it; ValueError says what it takes."""
    if annotation is typing.Any or isinstance(annotation, str):
        return value
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType}:
        return _fit_one_of(value, annotation)
    if origin is typing.Annotated:
        return fit(value, typing.get_args(annotation)[0])
    if origin is typing.Literal:
        return _fit_literal(value, annotation)
    if annotation in _WORDS:
        return _fit_scalar(value, annotation)
    return _fit_container(value, annotation, origin or annotation)


def _fit_one_of(value: object, annotation: object) -> object:
    options = typing.get_args(annotation)
    if type(None) in options and (value is None or value == "none"):
        return None
    for option in options:
        try:
            return fit(value, option)
        except ValueError:
            continue
    raise ValueError(words(annotation))


def _fit_literal(value: object, annotation: object) -> object:
    for option in typing.get_args(annotation):
        if type(option) is type(value) and option == value:
            return option
    raise ValueError(words(annotation))


def _fit_scalar(value: object, annotation: object) -> object:
    if annotation in {int, float} and literals.is_number(value):
        return _fit_number(value, annotation)
    if annotation is date and type(value) is date:
        return value
    if annotation in {bool, str, type(None)} and isinstance(value, typing.cast(type, annotation)):
        return value
    raise ValueError(words(annotation))


def _fit_number(value: float, annotation: object) -> float:
    if annotation is int:
        if value % 1 != 0:  # also for nan and inf
            raise ValueError(words(annotation))
        return int(value)
    if not abs(value) <= literals.LARGEST:  # also for nan
        raise ValueError(f"{words(annotation)}, finite and at most {literals.LARGEST:g} in size")
    return float(value)


def _fit_container(value: object, annotation: object, kind: object) -> object:
    args = typing.get_args(annotation)
    if not isinstance(kind, type):
        return value
    if issubclass(kind, Mapping):
        if not isinstance(value, Mapping):
            raise ValueError(words(annotation))
        entry = args[1] if len(args) == 2 else typing.Any
        return {k: fit(v, entry) for k, v in value.items()}
    if kind in _LISTS or kind.__module__ == "collections.abc":
        return _fit_list(value, annotation, kind, args)
    if issubclass(kind, enum.Enum):
        try:
            return kind(value)
        except ValueError:
            raise ValueError(words(annotation)) from None
    return value


def _fit_list(value: object, annotation: object, kind: type, args: tuple[object, ...]) -> object:
    if not isinstance(value, list | tuple):
        if kind.__name__ == "Callable":
            return value
        raise ValueError(words(annotation))
    fixed = kind is tuple and args and args[-1] is not Ellipsis
    if fixed and len(args) != len(value):
        raise ValueError(words(annotation))
    types_ = args if fixed else (args[0] if args else typing.Any,) * len(value)
    fitted = [fit(v, t) for v, t in zip(value, types_, strict=True)]
    return kind(fitted) if kind in _LISTS else tuple(fitted)


def choices(annotation: object) -> tuple[str, ...]:
    """Return the words that a type takes, empty if it takes anything else."""
    if typing.get_origin(annotation) is typing.Literal:
        return tuple(map(str, typing.get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def words(annotation: object) -> str:
    """Return what a type takes, in words."""
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(words(arg) for arg in args)
    if origin is typing.Annotated:
        return words(args[0])
    if choices(annotation):
        return f"one of {', '.join(choices(annotation))}"
    return _container_words(origin or annotation, args)


def _container_words(kind: object, args: tuple[object, ...]) -> str:
    if not isinstance(kind, type):
        return "a value"
    if issubclass(kind, Mapping):
        return "a table {name = value}"
    if kind in _LISTS or kind.__module__ == "collections.abc":
        entries = [a for a in args if a is not Ellipsis]
        return "a list [...]" + (f" of {words(entries[0])}" if len(entries) == 1 else "")
    return "a value"


# --- docstrings -------------------------------------------------------------------------------


def _documented(cls: type) -> dict[str, str]:
    """Return what a numpydoc docstring says of each parameter, each on one line."""
    docs: dict[str, str] = {}
    names: list[str] = []
    for line in (inspect.getdoc(cls) or "").splitlines():
        match = re.fullmatch(r"(\w+(?:, \w+)*) :.*", line)
        if match:
            names = match[1].split(", ")
        elif not line.startswith("    "):
            names = []
        for name in names if not match else ():
            docs[name] = f"{docs.get(name, '')} {line.strip()}".strip()
    return docs
