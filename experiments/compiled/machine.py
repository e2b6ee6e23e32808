"""What turns rules into machine code, and where that is kept. It imports numba, which is an extra.

A rule is compiled as it stands in the room of its subject: the object engine calls it, and the
compiled engine compiles the very same function (`experiments.compiled.rules`).
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.extending import overload, register_jitable

from experiments.compiled.rules import CACHED, RULES

__all__ = ["cached", "compiled", "scanned"]

Function = TypeVar("Function", bound=Callable[..., Any])

_ROOT = Path(__file__).parents[2]
#: The packages whose sources the machine code follows from.
_SOURCES = ("simulator", "agents", "experiments/compiled")


def compiled(function: Function) -> Function:
    """Return a function of the compiled engine as machine code, made when it is first called."""
    made: Function = numba.njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        function
    )
    return made


def scanned(function: Function) -> Function:
    """Return a function that looks through arrays, compiled so that it takes several at a time.

    None of what it compares is no number, and 0 has no sign for it.
    """
    made: Function = numba.njit(
        nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, fastmath={"nnan", "nsz"}
    )(function)
    return made


def cached(function: Function) -> Function:
    """Return an entry to the compiled engine, whose machine code is kept for the next process.

    It is kept per machine type and version of numba, as numba does it; and in a folder of its own
    for every state of the sources, for numba only looks at the file in which the entry stands.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_folder())
    try:
        made: Function = numba.njit(nogil=True, cache=True)(function)
    finally:
        numba.config.CACHE_DIR = before
    return made


def _folder() -> Path:
    """Return where machine code of these sources is kept."""
    return _caches() / "tradetalks" / f"compiled-{_digest()}"


def _caches() -> Path:
    """Return the folder of a user's caches."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _digest() -> str:
    """Return the digest of all sources that the machine code may follow from."""
    digest = hashlib.blake2b(digest_size=8)
    for package in _SOURCES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            digest.update(path.relative_to(_ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


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
