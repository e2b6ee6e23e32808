"""Parts of a country as a scenario names them: strategies, compliance policies, trust models.

A part's spec is ``name:parameter=value:parameter=value``. The name is one of a roster, or the
import path ``package.module.Class`` of a class of the user's; from Python it may also be the
class, or an instance, itself.
"""

import copy
import importlib
import os
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from simulator import literals
from simulator.errors import PartError, Problem, ScenarioError, nearest, told
from simulator.parameters import REQUIRED, Parameter, describe, fit, signature, words

__all__ = [
    "REQUIRED",
    "Parameter",
    "PartSpec",
    "Roster",
    "describe",
    "import_object",
    "parse",
    "text",
    "with_param",
]

#: What a part of each slot must be able to do.
METHODS: Mapping[str, tuple[str, ...]] = {
    "strategy": ("begin", "propose", "respond"),
    "compliance": ("choose",),
    "trust": ("init", "tick", "update", "value"),
}

#: What a class of the user's can inherit.
_BASES: Mapping[str, str] = {"strategy": "agents.strategies.strategy.Strategy"}

Found = typing.TypeVar("Found")

#: Slot ("strategy", "compliance", "trust") -> name -> class.
Roster = Mapping[str, Mapping[str, type]]

_KINDS: Mapping[str, type] = {"class": type, "function": types.FunctionType}


@dataclass(frozen=True)
class PartSpec:
    """Which part, with which parameters; checked, and ready to be built any number of times.

    Parameters
    ----------
    name : str
        Its name in the roster, or an import path.
    params : tuple of (str, object)
        The parameters given, in the order given; the others have their defaults.
    factory : callable
        Returns a new instance when called with the parameters.
    """

    name: str
    params: tuple[tuple[str, object], ...]
    factory: Callable[..., object]

    def build(self) -> object:
        """Return a new instance that shares no state with any other."""
        return self.factory(**dict(self.params))

    def with_param(self, name: str, value: object) -> "PartSpec":
        """Return the same part with one parameter changed.

        Parameters
        ----------
        name : str
            A parameter of the part.
        value : object
            Its value.

        Raises
        ------
        ScenarioError
            If the part has no such parameter, or cannot take the value.
        """
        factory = self.factory.original if isinstance(self.factory, _Copies) else self.factory
        cls = factory if isinstance(factory, type) else type(factory)
        return _checked(self.name, {**dict(self.params), name: value}, cls, self.name)

    def __str__(self) -> str:
        return ":".join([self.name, *(f"{k}={literals.write(v)}" for k, v in self.params)])


@dataclass(frozen=True)
class _Copies:
    """Builds copies of an instance that the user made."""

    original: object

    def __call__(self, **params: object) -> object:
        return copy.deepcopy(self.original)


def parse(part: object, slot: str, roster: Roster, key: str = "") -> PartSpec:
    """Return the checked spec of a part.

    Parameters
    ----------
    part : object
        The text of a spec; or a class, an instance or a PartSpec, from Python.
    slot : str
        What it is to be: a key of `roster`.
    roster : Roster
        The names that may stand there.
    key : str, optional
        Where it stands, for messages; `slot` if left out.

    Raises
    ------
    ScenarioError
        With every problem of the spec.
    """
    key = key or slot
    if isinstance(part, PartSpec):
        return part
    if isinstance(part, type):
        return _checked(_path(part), {}, _fit_for(slot, part, key), key)
    if isinstance(part, str):
        return _parsed(part, slot, roster, key)
    if part is None or isinstance(part, bool | int | float | list | tuple | Mapping | date):
        raise ScenarioError([_unknown(key, part, slot, roster)])
    return _of_instance(_fit_for(slot, part, key))


def text(part: object) -> object:
    """Return the text of a part given as an object; anything else as it is.

    Parameters
    ----------
    part : object
        What stands where a part is expected.
    """
    if isinstance(part, PartSpec | type) or not isinstance(
        part, str | bool | int | float | list | tuple | Mapping | date | None
    ):
        return str(parse(part, "", {}))
    return part


def with_param(part: object, name: str, value: object) -> str:
    """Return the text of a part's spec with one parameter set, unchecked.

    Parameters
    ----------
    part : object
        The spec, or the object.
    name : str
        The parameter.
    value : object
        Its value.
    """
    head, *pieces = literals.split(str(text(part)), ":")
    given = dict(piece.partition("=")[::2] for piece in pieces)
    keys = {k.strip(): v for k, v in given.items()} | {name: literals.write(value)}
    return ":".join([head, *(f"{k}={v}" for k, v in keys.items())])


def _fit_for(slot: str, part: Found, key: str) -> Found:
    """Return a part of the user's if it has what its slot asks of it."""
    lacking = [name for name in METHODS.get(slot, ()) if not callable(getattr(part, name, None))]
    if lacking:
        cls = part if isinstance(part, type) else type(part)
        allowed = f"a {slot}: a class with {', '.join(METHODS[slot])}; it has no {lacking[0]}"
        if slot in _BASES:
            allowed = f"{allowed}; inherit {_BASES[slot]}, which has what it lacks"
        raise ScenarioError([Problem(key, _path(cls), allowed)])
    return part


# --- names ------------------------------------------------------------------------------------


def _parsed(spec: str, slot: str, roster: Roster, key: str) -> PartSpec:
    head, *pieces = literals.split(spec, ":")
    name = head.strip()
    cls = roster.get(slot, {}).get(name)
    if cls is None:
        if "." not in name:
            raise ScenarioError([_unknown(key, name, slot, roster)])
        cls = _fit_for(slot, _imported(name, key), key)
    problems: list[Problem] = []
    params = _given(pieces, cls, key, problems)
    return _checked(name, params, cls, key, problems)


def _unknown(key: str, value: object, slot: str, roster: Roster) -> Problem:
    names = sorted(roster.get(slot, {}))
    allowed = f"a {slot}: {', '.join(names)}; or an import path package.module.Class"
    return Problem(key, value, allowed, nearest(value, names))


def _given(pieces: list[str], cls: type, key: str, problems: list[Problem]) -> dict[str, object]:
    params: dict[str, object] = {}
    for piece in pieces:
        name, equals, written = (part.strip() for part in piece.partition("="))
        if not equals or not name:
            problems.append(Problem(key, piece, "parameter=value, as in name:parameter=value"))
        elif name in params:
            problems.append(Problem(f"{key}.{name}", written, "given only once"))
        else:
            try:
                params[name] = literals.read(written)
            except ValueError as error:
                problems.append(Problem(f"{key}.{name}", written, str(error)))
    return params


def _imported(path: str, key: str) -> type:
    """Return the class at an import path, also from the current folder."""
    found = import_object(path, key)
    if not isinstance(found, type):
        raise ScenarioError(
            [Problem(key, path, "the import path of a class, not of another object")]
        )
    return found


def import_object(path: str, key: str, kind: str = "class") -> object:
    """Return what stands at an import path, also from the current folder.

    Parameters
    ----------
    path : str
        ``package.module.name``.
    key : str
        Where it stands, for messages.
    kind : str
        ``class`` or ``function``: what is looked for, for messages.

    Raises
    ------
    ScenarioError
        If there is nothing, or importing it raises.
    """
    names = path.split(".")
    if not all(name.isidentifier() for name in names):
        raise ScenarioError([Problem(key, path, "an import path package.module.Class")])
    _find_in_current_folder()
    for length in range(len(names) - 1, 0, -1):
        module_name = ".".join(names[:length])
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name and (module_name + ".").startswith(error.name + "."):
                continue
            raise _unimportable(path, key, error) from error
        except (Exception, SystemExit) as error:
            raise _unimportable(path, key, error) from error
        return _attribute(module, names[length:], path, key, kind)
    allowed = f"an import path; there is no module {names[0]!r} here or among the packages"
    raise ScenarioError([Problem(key, path, allowed)])


def _find_in_current_folder() -> None:
    # At the end, so that a file of the user's hides nothing. It stays there, so that what was
    # found can be pickled and found again by worker processes.
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.append(here)


def _unimportable(path: str, key: str, error: BaseException) -> ScenarioError:
    reason = f"something that can be imported; importing it raised {told(error)}"
    return ScenarioError([Problem(key, path, reason)])


def _attribute(
    module: types.ModuleType, names: list[str], path: str, key: str, kind: str
) -> object:
    found: object = module
    for name in names:
        if not hasattr(found, name):
            there = [n for n, v in vars(module).items() if isinstance(v, _KINDS[kind])]
            allowed = f"a {kind} of {module.__name__}: {', '.join(there) or 'it has none'}"
            raise ScenarioError([Problem(key, path, allowed, nearest(name, there))])
        found = getattr(found, name)
    return found


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _of_instance(part: object) -> PartSpec:
    """Return the spec of copies of an instance, with the parameters that can be read from it."""
    cls: type = type(part)
    names = signature(cls)[0]
    readable = {n: getattr(part, n) for n in names if _is_value(getattr(part, n, part))}
    return PartSpec(_path(cls), tuple(readable.items()), _Copies(part))


def _is_value(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_value(v) for v in value)
    return value is None or isinstance(value, bool | int | float | str)


# --- parameters -------------------------------------------------------------------------------


def _checked(
    name: str,
    given: Mapping[str, object],
    cls: type,
    key: str,
    problems: list[Problem] | None = None,
) -> PartSpec:
    problems = [] if problems is None else problems
    params = dict(_fitted(name, given, cls, key, problems))
    known, _ = signature(cls)
    tried = params.keys() | {problem.key.removeprefix(f"{key}.") for problem in problems}
    for missing, (annotation, default) in known.items():
        if default is REQUIRED and missing not in tried:
            allowed = f"{name}:{missing}=... is needed: {words(annotation)}"
            problems.append(Problem(f"{key}.{missing}", name, allowed))
    if not problems:
        problems.extend(_refused_by_constructor(name, params, cls, key))
    if problems:
        raise ScenarioError(problems)
    return PartSpec(name, tuple(params.items()), cls)


def _fitted(
    name: str, given: Mapping[str, object], cls: type, key: str, problems: list[Problem]
) -> Iterator[tuple[str, object]]:
    known, is_open = signature(cls)
    for param, value in given.items():
        if param not in known and not is_open:
            takes = ", ".join(f"{n} ({words(a)})" for n, (a, _) in known.items())
            allowed = f"{name} takes {takes or 'no parameters'}"
            problems.append(Problem(f"{key}.{param}", value, allowed, nearest(param, known)))
            continue
        try:
            yield param, fit(value, known[param][0] if param in known else typing.Any)
        except ValueError as error:
            problems.append(Problem(f"{key}.{param}", value, str(error)))


def _refused_by_constructor(
    name: str, params: dict[str, object], cls: type, key: str
) -> Iterator[Problem]:
    try:
        cls(**params)
    except PartError as error:
        where = f"{key}.{error.parameter}" if error.parameter else key
        yield Problem(where, error.value, error.allowed, error.nearest)
    except ValueError as error:
        yield Problem(key, _text(name, params), str(error) or "values that it accepts")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        reason = f"a part that can be built; it raised {told(error)}"
        yield Problem(key, _text(name, params), reason)


def _text(name: str, params: dict[str, object]) -> str:
    return str(PartSpec(name, tuple(params.items()), object))
