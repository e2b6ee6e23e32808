"""Code that is named by import path: which of it may be imported, and its import.

What a user types, on the command line or in Python, is the user's word. A file may come from a
stranger: what it names stays closed, a name that can be read and shown but not played, until the
user allows it. Importing a module runs it; so nothing is imported to find out what it is.
"""

import importlib
import inspect
import os
import re
import sys
import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from simulator.errors import Problem, ScenarioError, describe_error, nearest

__all__ = ["ALLOW", "ANY", "Code", "import_function", "import_object", "is_path", "paths_in"]

#: The environment variable that allows code for jobs on other machines.
ALLOW = "TRADETALKS_ALLOW_CODE"

_PATH = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_KINDS = {"class": type, "function": types.FunctionType}


@dataclass(frozen=True)
class Code:
    """The import paths that may be imported: all of them, or those that the user has typed."""

    every: bool = False
    typed: frozenset[str] = frozenset()

    @classmethod
    def allowed(cls, every: bool = False) -> "Code":
        """Return what may be imported: nothing, unless it, or the environment, allows all."""
        return cls(every or os.environ.get(ALLOW, "").lower() not in {"", "0", "false", "no"})

    def __contains__(self, path: object) -> bool:
        return self.every or path in self.typed

    def with_typed(self, paths: Iterable[str]) -> "Code":
        """Return the same with import paths that the user has typed too."""
        return replace(self, typed=self.typed.union(paths))

    def __or__(self, other: "Code") -> "Code":
        return Code(self.every or other.every, self.typed | other.typed)

    @staticmethod
    def refused(key: str, path: str) -> Problem:
        """Return the problem of an import path that may not be imported."""
        allowed = (
            "code that you allow: a file names it, and playing it runs it; once you have read it,"
            f" allow it with --allow-code, allow_code=True in Python, or {ALLOW}=1"
        )
        return Problem(key, path, allowed)


#: What is named by the user, or by a program that the user runs.
ANY = Code(every=True)


def paths_in(text: str) -> list[str]:
    """Return what may be import paths in a text, such as the spec of a part."""
    return _PATH.findall(text)


def is_path(text: str) -> bool:
    """Return whether a text has the form of an import path."""
    return all(name.isidentifier() for name in text.split("."))


def import_object(path: str, key: str, kind: str = "class") -> object:
    """Return what stands at an import path, also from the current folder.

    Whether it may be imported is for the caller to know. Raises ScenarioError if there is nothing,
    or importing it raises.
    """
    names = path.split(".")
    if not is_path(path):
        raise ScenarioError([Problem(key, path, "an import path package.module.Class")])
    # At the end, so that a file of the user's hides nothing. It stays there, so that what was
    # imported can be pickled, and imported again by worker processes.
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.append(here)
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


def import_function(path: str, key: str, takes: Sequence[str]) -> Callable[..., Any]:
    """Return the function at an import path, which takes so many arguments, one by one.

    Raises ScenarioError if something else stands there: a class, a command, a function that takes
    whatever it is given.
    """
    function = import_object(path, key, "function")
    if not callable(function) or not _is_function(function, takes):
        allowed = f"the import path of a function f({', '.join(takes)})"
        raise ScenarioError([Problem(key, path, allowed)])
    return function


def _is_function(function: Callable[..., Any], names: Sequence[str]) -> bool:
    """Return whether it is a function of so many parameters in order, which needs no others."""
    inner = function.func if isinstance(function, partial) else function
    if not isinstance(inspect.unwrap(inner), types.FunctionType):
        return False
    parameters = inspect.signature(function).parameters.values()
    in_order = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    given = [p for p in parameters if p.kind in in_order][: len(names)]
    others = [p for p in parameters if p not in given and p.default is inspect.Parameter.empty]
    open_ended = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return len(given) == len(names) and all(p.kind in open_ended for p in others)


def _unimportable(path: str, key: str, error: BaseException) -> ScenarioError:
    reason = f"something that can be imported; importing it raised {describe_error(error)}"
    return ScenarioError([Problem(key, path, reason)])


def _attribute(
    module: types.ModuleType, names: list[str], path: str, key: str, kind: str
) -> object:
    value: object = module
    for name in names:
        if not hasattr(value, name):
            choices = [n for n, v in vars(module).items() if isinstance(v, _KINDS[kind])]
            allowed = f"a {kind} of {module.__name__}: {', '.join(choices) or 'it has none'}"
            raise ScenarioError([Problem(key, path, allowed, nearest(name, choices))])
        value = getattr(value, name)
    return value
