"""What turns rules into machine code, and where that is kept. It imports numba, which is an extra.

A rule is compiled as it stands in the room of its subject: the object engine calls it, and the
compiled engine compiles the very same function (`experiments.compiled.rules`).
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.extending import overload, register_jitable

from experiments.compiled.kept import made_folder
from experiments.compiled.rules import CACHED, RULES

__all__ = ["cached", "compiled", "scanned"]

#: Wrappers for Python are made of entries alone: options that the types of numba do not know.
_njit: Any = numba.njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return a function of the compiled engine as machine code, made when it is first called."""
    made: Function = _njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return made


def scanned(function: Function) -> Function:
    """Return a function that looks through arrays, compiled so that it takes several at a time.

    None of what it compares is no number, and 0 has no sign for it.
    """
    made: Function = _njit(
        nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, fastmath={"nnan", "nsz"}
    )(function)
    return made


def cached(function: Function) -> Function:
    """Return an entry to the compiled engine, whose machine code is kept for the next process.

    It is kept per machine type and version of numba, as numba does it; and in a folder of its own
    for every state of the sources, for numba only looks at the file in which the entry stands.
    """
    before = numba.config.CACHE_DIR
    try:
        place = made_folder()
    except (
        OSError,
        RuntimeError,
    ):  # nothing can be kept, and numba would keep it where it does not look well
        plain: Function = _njit(nogil=True)(function)
        return plain
    numba.config.CACHE_DIR = str(place)
    try:
        made: Function = _njit(nogil=True, cache=True)(function)
    finally:
        numba.config.CACHE_DIR = before
    return made


def _register() -> None:
    """Have compiled functions call the rules as machine code."""
    for rule in RULES:
        register_jitable(rule)
    for rule in CACHED:
        _register_cached(rule)


def _register_cached(rule: Any) -> None:
    """Have compiled functions call what a cache of values is wrapped around."""

    @overload(rule, strict=False)
    def _(*arguments: object) -> Any:
        return rule.__wrapped__


_register()
