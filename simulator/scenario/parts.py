"""Parts of a country as a scenario names them: strategies, compliance policies, trust models.

A part's spec is ``name:parameter=value:parameter=value``. The name is one of a roster, or the
import path ``package.module.Class`` of a class of the user's; from Python it may also be the
class, or an instance, itself. A strategy may be put together from a table of parts,
``{bidding = "boulware", acceptance = "next"}``, and wrapped: ``boulware+noisy:sd=0.1``.
"""

import copy
import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from simulator import literals
from simulator.errors import PartError, Problem, ScenarioError, describe_error, nearest
from simulator.scenario.code import ANY, Code, import_object, is_path, paths_in
from simulator.scenario.parameters import REQUIRED, choices, fit, signature, words

__all__ = ["PartSpec", "Roster", "as_text", "code_in", "parse", "with_param"]

#: What a part of each slot must be able to do.
METHODS: Mapping[str, tuple[str, ...]] = {
    "strategy": ("begin", "propose", "respond"),
    "compliance": ("choose",),
    "trust": ("init", "tick", "update", "value"),
    "bidding": ("begin", "propose"),
    "acceptance": ("begin", "accepts"),
    "model": ("begin", "gains"),
    "wrapper": ("begin", "propose", "respond"),
}

#: The slots of which a part may be a table of other parts, or be wrapped: each with the names in
#: the roster of the slot whose class a table builds, and of the slot of what may wrap it.
_COMPOSED: Mapping[str, tuple[str, str]] = {"strategy": ("composed", "wrapper")}

#: Classes of which a table of parts is the text.
_TABLES = ("agents.strategies.composed.Composed",)

#: A part is built, and asked, through all of its wrappers.
_MOST_WRAPPERS = 50

#: What a class of the user's can inherit.
_BASES: Mapping[str, str] = {"strategy": "agents.strategies.strategy.Strategy"}

Given = typing.TypeVar("Given")

#: Slot ("strategy", "compliance", "trust") -> name -> class.
Roster = Mapping[str, Mapping[str, type]]

#: Where a wrapper follows: not the sign of an exponent, as in 1e+5.
_WRAPPER = re.compile(r"\s*[A-Za-z_]")


@dataclass(frozen=True)
class PartSpec:
    """Which part, with which parameters; checked, and ready to be built any number of times.

    The name is that in the roster, or an import path. The parameters are those given, in that
    order, of a table of parts their specs; the factory makes a new instance of them. Wrappers are
    what it is wrapped in, the innermost first.
    """

    name: str
    params: tuple[tuple[str, object], ...]
    factory: Callable[..., object]
    wrappers: "tuple[PartSpec, ...]" = ()

    def build(self) -> object:
        """Return a new instance that shares no state with any other."""
        params = {k: v.build() if isinstance(v, PartSpec) else v for k, v in self.params}
        part = self.factory(**params)
        for wrapper in self.wrappers:
            part = wrapper.factory(part, **dict(wrapper.params))
        return part

    @property
    def cls(self) -> type | None:
        """The class of what it builds, None of code that may not be imported."""
        if isinstance(self.factory, _Closed):
            return None
        made = self.factory.original if isinstance(self.factory, _Copies) else self.factory
        return made if isinstance(made, type) else type(made)

    def given(self) -> "Iterator[str]":
        """Give the parameters that are given, as paths address them: ``acceptance.after``."""
        for name, value in self.params:
            if isinstance(value, PartSpec):
                yield from (f"{name}.{inner}" for inner in value.given())
            else:
                yield name
        for wrapper in self.wrappers:
            yield from (f"{wrapper.name}.{name}" for name, _ in wrapper.params)

    def names(self) -> "Iterator[str]":
        """Give the names of the part and of all that it is put together from."""
        return (spec.name for spec in self._layers())

    def closed(self) -> "Iterator[str]":
        """Give the import paths in it that may not be imported: it can be shown, not built."""
        return (spec.name for spec in self._layers() if isinstance(spec.factory, _Closed))

    def _layers(self) -> "Iterator[PartSpec]":
        """Give the part and all that it is put together from."""
        yield self
        for inner in (*(value for _, value in self.params), *self.wrappers):
            if isinstance(inner, PartSpec):
                yield from inner._layers()

    @property
    def tells_all(self) -> bool:
        """Whether its text says all there is to say: of an instance, every parameter."""
        inner = [spec for _, spec in self.params if isinstance(spec, PartSpec)]
        if not all(spec.tells_all for spec in (*inner, *self.wrappers)):
            return False
        if not isinstance(self.factory, _Copies):
            return True
        cls: type = type(self.factory.original)
        names, is_open = signature(cls)
        return not is_open and len(names) == len(self.params)

    def with_param(self, name: str, value: object) -> "PartSpec":
        """Return the same part with one parameter changed.

        Raises ScenarioError if the part has no such parameter, or cannot take the value.
        """
        params = {**dict(self.params), name: value}
        if self.cls is None:
            return replace(self, params=tuple(params.items()))
        changed = _checked(self.name, params, self.cls, self.name)
        return replace(changed, wrappers=self.wrappers)

    def __str__(self) -> str:
        return "+".join([self._inner(), *map(str, self.wrappers)])

    def _inner(self) -> str:
        if any(isinstance(value, PartSpec) for _, value in self.params):
            return literals.write({k: str(v) for k, v in self.params})
        return ":".join([self.name, *(f"{k}={literals.write(v)}" for k, v in self.params)])


@dataclass(frozen=True)
class _Copies:
    """Builds copies of an instance that the user made."""

    original: object

    def __call__(self, **params: object) -> object:
        return copy.deepcopy(self.original)


@dataclass(frozen=True)
class _Closed:
    """Stands for code that may not be imported."""

    key: str
    path: str

    def __call__(self, *around: object, **params: object) -> object:
        raise ScenarioError([Code.refused(self.key, self.path)])


def parse(part: object, slot: str, roster: Roster, key: str = "", code: Code = ANY) -> PartSpec:
    """Return the checked spec of a part, which is the text of one, or a table of specs.

    From Python it may be a class, an instance or a PartSpec, too. The key is where it stands, for
    messages; the slot by default. Code that may not be imported stays closed, and its parameters
    unchecked. Raises ScenarioError with every problem of the spec.
    """
    key = key or slot
    if isinstance(part, PartSpec):
        return part
    if isinstance(part, type):
        return _checked(_path(part), {}, _fit_for(slot, part, key), key)
    if isinstance(part, str):
        return _wrapped(part, slot, roster, key, code)
    if isinstance(part, Mapping) and slot in _COMPOSED:
        return _composed(part, slot, roster, key, code)
    if part is None or isinstance(part, bool | int | float | list | tuple | Mapping | date):
        raise ScenarioError([_unknown(key, part, slot, roster)])
    return _of_instance(_fit_for(slot, part, key))


def as_text(part: object) -> object:
    """Return the text of a part given as an object; anything else as it is."""
    if isinstance(part, PartSpec | type) or not isinstance(
        part, str | bool | int | float | list | tuple | Mapping | date | None
    ):
        return str(parse(part, "", {}))
    return part


def code_in(value: object) -> frozenset[str]:
    """Return what may be import paths in texts and parts, at any depth of a value."""
    found: set[str] = set()
    pending, seen = [value], set[int]()
    while pending:
        inner = pending.pop()
        if not isinstance(inner, Mapping | list | tuple):
            found.update(paths_in(_text_of(inner)))
        elif id(inner) not in seen:
            seen.add(id(inner))
            pending.extend(inner.values() if isinstance(inner, Mapping) else inner)
    return frozenset(found)


def _text_of(value: object) -> str:
    try:
        text = as_text(value)
    except ScenarioError:  # it is refused where it stands
        return ""
    return text if isinstance(text, str) else ""


def with_param(part: object, names: Sequence[str], value: object) -> object:
    """Return a part, a spec or an object, with one thing in it set, unchecked: its text or table.

    The names are a parameter; or a slot of a table or a wrapper, and what follows within it. None
    leaves a slot of a table out. Raises ValueError if there is nothing of that name which has
    something within it.
    """
    if isinstance(part, Mapping):
        changed = {**part, names[0]: _set(part.get(names[0]), names[1:], value)}
        return {slot: inner for slot, inner in changed.items() if inner is not None}
    inner, *wrappers = _layers(str(as_text(part)))
    known = [_name_of(wrapper) for wrapper in wrappers]
    around = ".".join(names[:-1])  # of an import path several
    if around in known:
        at = known.index(around)
        wrappers[at] = _with_value(wrappers[at], names[-1], value)
    elif inner.startswith("{"):
        inner = _with_value_inside(inner, names, value)
    elif len(names) == 1:
        inner = _with_value(inner, names[0], value)
    else:
        raise ValueError(f"a parameter, or {', '.join(known) or 'a wrapper, of which it has none'}")
    return "+".join([inner, *wrappers])


def _set(inner: object, names: Sequence[str], value: object) -> object:
    if not names:
        return as_text(value)
    if inner is None:
        raise ValueError("a slot that the table fills")
    return with_param(inner, names, value)


def _with_value(layer: str, name: str, value: object) -> str:
    head, *pieces = literals.pieces(layer, ":")
    given = dict(piece.partition("=")[::2] for piece in pieces)
    keys = {k.strip(): v for k, v in given.items()} | {name: literals.write(value)}
    return ":".join([head, *(f"{k}={v}" for k, v in keys.items())])


def _with_value_inside(table: str, names: Sequence[str], value: object) -> str:
    """Return the text of a table with one thing in it set; one that cannot be read stays as it is.

    It is refused where it stands.
    """
    try:
        parts = _table_of(table)
    except ScenarioError:
        return table
    return literals.write(with_param(parts, names, value))


def _layers(spec: str) -> list[str]:
    """Return the part of a spec and its wrappers, as texts."""
    first, *pieces = literals.pieces(spec, "+")
    layers = [first]
    for piece in pieces:
        if _WRAPPER.match(piece):
            layers.append(piece)
        else:
            layers[-1] = f"{layers[-1]}+{piece}"
    return [layer.strip() for layer in layers]


def _name_of(layer: str) -> str:
    return literals.pieces(layer, ":")[0].strip()


def _fit_for(slot: str, part: Given, key: str) -> Given:
    """Return a part of the user's if it has what its slot asks of it."""
    lacking = [name for name in METHODS.get(slot, ()) if not callable(getattr(part, name, None))]
    if lacking:
        cls = part if isinstance(part, type) else type(part)
        allowed = f"a {slot}: a class with {', '.join(METHODS[slot])}; it has no {lacking[0]}"
        if slot in _BASES:
            allowed = f"{allowed}; inherit {_BASES[slot]}, which has what it lacks"
        raise ScenarioError([Problem(key, _path(cls), allowed)])
    return part


# --- compositions -----------------------------------------------------------------------------


def _wrapped(spec: str, slot: str, roster: Roster, key: str, code: Code) -> PartSpec:
    """Return the checked spec of a text: a name or a table, and what it is wrapped in."""
    if slot not in _COMPOSED:
        return _parsed(spec, slot, roster, key, code)
    inner, *wrappers = _layers(spec)
    if len(wrappers) > _MOST_WRAPPERS:
        allowed = f"a {slot} in at most {_MOST_WRAPPERS} wrappers; it is in {len(wrappers)}"
        raise ScenarioError([Problem(key, spec, allowed)])
    if inner.startswith("{"):
        part = _composed(_table_of(inner, key), slot, roster, key, code)
    else:
        part = _parsed(inner, slot, roster, key, code)
    around = _COMPOSED[slot][1]
    parsed = [_parsed(w, around, roster, f"{key}.{_name_of(w)}", code) for w in wrappers]
    return replace(part, wrappers=tuple(parsed))


def _table_of(spec: str, key: str = "") -> Mapping[str, object]:
    """Return the table that a text writes."""
    try:
        table = literals.read(spec)
    except ValueError as error:
        raise ScenarioError([Problem(key, spec, str(error))]) from None
    assert isinstance(table, Mapping)
    return table


def _composed(
    table: Mapping[str, object], slot: str, roster: Roster, key: str, code: Code
) -> PartSpec:
    """Return the checked spec of a table of parts."""
    name = _COMPOSED[slot][0]
    cls = roster.get(name, {}).get(slot)
    if cls is None:
        raise ScenarioError([_unknown(key, dict(table), slot, roster)])
    slots = signature(cls)[0]
    problems: list[Problem] = []
    specs: dict[str, object] = {}
    for inner, part in table.items():
        if inner not in slots:
            allowed = f"a slot of a {slot}: {', '.join(slots)}"
            problems.append(Problem(f"{key}.{inner}", part, allowed, nearest(inner, slots)))
            continue
        try:
            specs[inner] = parse(part, inner, roster, f"{key}.{inner}", code)
        except ScenarioError as error:
            problems.extend(error.problems)
    for needed in (n for n, (_, default) in slots.items() if default is REQUIRED):
        if needed not in table:
            allowed = f'a table with a {needed}, as in {{{needed} = "..."}}'
            problems.append(Problem(key, dict(table), allowed))
    if problems:
        raise ScenarioError(problems)
    in_order = {inner: specs[inner] for inner in slots if inner in specs}
    return _checked(name, in_order, cls, key)


# --- names ------------------------------------------------------------------------------------


def _parsed(spec: str, slot: str, roster: Roster, key: str, code: Code) -> PartSpec:
    head, *pieces = literals.pieces(spec, ":")
    name = head.strip()
    cls = roster.get(slot, {}).get(name)
    if cls is None and "." not in name:
        raise ScenarioError([_unknown(key, name, slot, roster)])
    problems: list[Problem] = []
    params = _given(pieces, key, problems)
    if cls is None and is_path(name) and name not in code:
        if problems:
            raise ScenarioError(problems)
        return PartSpec(name, tuple(params.items()), _Closed(key, name))
    return _checked(name, params, cls or _class_at(name, slot, key), key, problems, slot)


def _class_at(path: str, slot: str, key: str) -> type:
    """Return the class at an import path, which has what its slot asks of it."""
    imported = import_object(path, key)
    if not isinstance(imported, type):
        raise ScenarioError(
            [Problem(key, path, "the import path of a class, not of another object")]
        )
    return _fit_for(slot, imported, key)


def _unknown(key: str, value: object, slot: str, roster: Roster) -> Problem:
    names = sorted(roster.get(slot, {}))
    article = "an" if slot[0] in "aeiou" else "a"
    allowed = f"{article} {slot}: {', '.join(names)}; or an import path package.module.Class"
    return Problem(key, value, allowed, nearest(value, names))


def _given(pieces: list[str], key: str, problems: list[Problem]) -> dict[str, object]:
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


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _of_instance(part: object) -> PartSpec:
    """Return the spec of copies of an instance, with the parameters that can be read from it.

    One that is put together from parts has the spec of these.
    """
    cls: type = type(part)
    names = signature(cls)[0]
    if _path(cls) in _TABLES:
        inside = {n: getattr(part, n, None) for n in names}
        specs = ((n, _of_instance(inner)) for n, inner in inside.items() if inner is not None)
        return PartSpec(_path(cls), tuple(specs), cls)
    readable = {n: getattr(part, n) for n in names if _is_value(getattr(part, n, part))}
    params = tuple(readable.items())
    inner = _wrapped_in(part)
    if inner is None or len(readable) < len(names):
        return PartSpec(_path(cls), params, _Copies(part))
    spec = _of_instance(inner)
    return replace(spec, wrappers=(*spec.wrappers, PartSpec(_path(cls), params, cls)))


def _wrapped_in(part: object) -> object:
    """Return what an instance was built around, its one positional argument; None if nothing."""
    try:
        parameters = inspect.signature(type(part)).parameters.values()
    except (TypeError, ValueError):
        return None
    around = [p.name for p in parameters if p.kind is inspect.Parameter.POSITIONAL_ONLY]
    inner = getattr(part, around[0], None) if len(around) == 1 else None
    acts = all(callable(getattr(inner, method, None)) for method in METHODS["strategy"])
    return inner if acts else None


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
    slot: str = "",
) -> PartSpec:
    problems = [] if problems is None else problems
    params = dict(_fitted(name, given, cls, key, problems))
    known, _ = signature(cls)
    named = params.keys() | {problem.key.removeprefix(f"{key}.") for problem in problems}
    for missing, (annotation, default) in known.items():
        if default is REQUIRED and missing not in named:
            allowed = f"{name}:{missing}=... is needed: {words(annotation)}"
            problems.append(Problem(f"{key}.{missing}", name, allowed))
    inner = [spec for spec in params.values() if isinstance(spec, PartSpec)]
    if not any(any(spec.closed()) for spec in inner):
        around = (None,) if slot in {wrapper for _, wrapper in _COMPOSED.values()} else ()
        refused = [problem.key.removeprefix(f"{key}.") for problem in problems]
        problems.extend(_refused_by_constructor(name, params, cls, key, around, refused))
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
        annotation = known[param][0] if param in known else typing.Any
        try:
            yield param, fit(value, annotation)
        except ValueError as error:
            hint = nearest(value, choices(annotation))
            problems.append(Problem(f"{key}.{param}", value, str(error), hint))


def _refused_by_constructor(
    name: str,
    params: dict[str, object],
    cls: type,
    key: str,
    around: tuple[None, ...],
    refused: list[str],
) -> Iterator[Problem]:
    """Give what the constructor of a part refuses, each parameter after those refused before."""
    while error := _first_refused(name, params, cls, around):
        where = f"{key}.{error.parameter}" if error.parameter else key
        # What goes by a parameter that is refused cannot be judged, nor the part as a whole.
        if not refused or (error.parameter in params and error.by not in refused):
            yield Problem(where, error.value, error.allowed, error.nearest)
        if error.parameter not in params:
            return
        refused = [*refused, error.parameter]
        params = {other: value for other, value in params.items() if other != error.parameter}


def _first_refused(
    name: str, params: dict[str, object], cls: type, around: tuple[None, ...]
) -> PartError | None:
    """Return what the constructor of a part refuses first, None if it takes all."""
    try:
        cls(*around, **{k: v.build() if isinstance(v, PartSpec) else v for k, v in params.items()})
    except PartError as error:
        return error
    except ValueError as error:
        reason = str(error) or "values that it accepts"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        reason = f"a part that can be built; it raised {describe_error(error)}"
    else:
        return None
    return PartError(name, "", _spec_text(name, params), reason)


def _spec_text(name: str, params: dict[str, object]) -> str:
    return str(PartSpec(name, tuple(params.items()), object))
