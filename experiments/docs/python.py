"""The page of Python: what a notebook calls, with signatures, from the modules themselves."""

import importlib
import inspect
import itertools
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from experiments.docs.public_interface import FACES, FORMER, MODULES

__all__ = ["page"]


def page() -> Page:
    """Return the page of Python."""
    about = (
        "What a notebook calls, module by module, with the first line of what each says;"
        " `help(...)` tells the rest: parameters, shapes, units, errors and sources."
    )
    sections = [_section(importlib.import_module(name)) for name in MODULES]
    return Page("python.md", "Python", about, "\n\n".join([*sections, _former()]))


def _section(module: ModuleType) -> str:
    """Return the section of a module."""
    rows = [
        row
        for name in module.__all__
        if _home(getattr(module, name)) == module.__name__
        for row in _rows(name, getattr(module, name))
    ]
    summary, listed = prose(read(module).summary), pipe_table(["name", "what it is"], rows)
    return f"## {module.__name__}\n\n{summary}\n\n{listed}"


def _home(value: object) -> str:
    """Return the module under which something is listed: the face that offers it, else its own."""
    for face in map(importlib.import_module, FACES):
        if any(value is getattr(face, name) for name in face.__all__):
            return face.__name__
    return getattr(value, "__module__", "")


def _rows(name: str, value: object) -> Iterator[list[str]]:
    return _of_class(name, value) if inspect.isclass(value) else _row(name, value)


def _row(name: str, value: object, is_method: bool = False) -> Iterator[list[str]]:
    """Give the row of a function, a method or a property; nothing for what is none of these."""
    if inspect.isfunction(value):
        yield [f"`{name}{_signature(value, is_method)}`", prose(read(value).summary)]
    elif isinstance(value, property | cached_property):
        yield [f"`{name}`", prose(read(value).summary)]


def _of_class(name: str, cls: type) -> Iterator[list[str]]:
    """Give the rows of a class, of its attributes, and of what is public in it."""
    docstring, members = read(cls), _members(cls)
    is_record = is_dataclass(cls) or hasattr(cls, "_fields")
    # Of a scenario there are more keys than a line holds: they have their own page.
    uncalled = hasattr(cls, "model_fields") or getattr(cls, "_is_protocol", False)
    yield [f"`{name}{'' if uncalled else _signature(cls)}`", prose(docstring.summary)]
    items = (*(docstring.items("Parameters") if is_record else ()), *docstring.items("Attributes"))
    plain = [i for i in items if not isinstance(members.get(i.name), property | cached_property)]
    for text, same in itertools.groupby(plain, key=lambda item: item.text):
        yield [", ".join(f"`{name}.{item.name}`" for item in same), prose(text)]
    for inner, value in members.items():
        yield from _row(f"{name}.{inner}", value, is_method=True)


def _members(cls: type) -> dict[str, Any]:
    """Return what is public in a class, and in its bases of the project that are not listed."""
    bases = [base for base in cls.__mro__ if base is cls or _is_unlisted(base)]
    return {
        name: value
        for base in reversed(bases)
        for name, value in vars(base).items()
        if not name.startswith("_") and inspect.getdoc(value) and name != "model_post_init"
    }


def _is_unlisted(base: type) -> bool:
    return base.__module__.startswith("experiments.") and _home(base) not in MODULES


def _signature(value: object, is_method: bool = False) -> str:
    """Return what a call takes, without types."""
    signature = inspect.signature(value)  # type: ignore[arg-type]
    parameters = list(signature.parameters.values())[int(is_method) :]
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    return str(inspect.Signature(bare)).replace("<factory>", "...")


def _former() -> str:
    rows = [[f"`{former}`", f"`{now}`"] for former, now in FORMER.items()]
    about = "These still work, for what was imported from them; write the new ones."
    return f"## Former paths\n\n{about}\n\n{pipe_table(['former', 'now'], rows)}"
