"""Where machine code is kept from one process to the next. Nothing of numba is here."""

import contextlib
import hashlib
import os
import platform
import shutil
import sys
import time
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["folder", "is_kept", "is_made", "is_over", "made_folder", "may_make", "say_made"]

#: Files that say that the machine code of worlds is there, and that it is being made.
_MADE, _MAKING = "worlds-made", "worlds-making"
#: Seconds after which whoever makes it has failed.
_LONG = 1800.0

_ROOT = Path(__file__).parents[2]
#: The packages whose sources the machine code follows from.
_SOURCES = ("simulator", "agents", "experiments/compiled")

#: Of so many states of the sources machine code is kept: some 50 MB each.
STATES = 3


@lru_cache(maxsize=1)
def folder() -> Path:
    """Return where machine code of these sources is kept, for every state of them another place.

    And for every machine, place and version: numba itself keeps these apart within a folder, and of
    the sources only looks at the file in which the entry stands.
    """
    return _caches() / "tradetalks" / f"compiled-{_digest()}"


def made_folder() -> Path:
    """Return the folder of these sources, made if it was not there, in place of the oldest.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    place = folder()
    if not place.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        ages = sorted(place.parent.glob("compiled-*"), key=lambda one: one.stat().st_mtime)
        for old in ages[:-STATES]:
            shutil.rmtree(old, ignore_errors=True)
    return place


def is_made() -> bool:
    """Return whether the machine code of worlds is there to be used."""
    with contextlib.suppress(OSError, RuntimeError):  # there may be no home, or no way into it
        return (folder() / _MADE).is_file()
    return False


def say_made() -> None:
    """Note that the machine code of worlds is there."""
    (made_folder() / _MADE).touch()


def may_make() -> bool:
    """Return whether to make the machine code of worlds now, in which nobody else is engaged.

    Whoever began to make it long ago has failed.
    """
    try:
        mark = folder() / _MAKING
        if mark.is_file() and time.time() - mark.stat().st_mtime > _LONG:
            mark.unlink(missing_ok=True)
        made_folder()
        mark.touch(exist_ok=False)
    except (OSError, RuntimeError):  # somebody is, or nothing can be kept
        return False
    return True


def is_over() -> None:
    """Note that nobody makes it any more, whether it is there or not."""
    with contextlib.suppress(OSError):
        (folder() / _MAKING).unlink(missing_ok=True)


def is_kept(entry: str) -> bool:
    """Return whether there is machine code of an entry, such as ``negotiation.play``."""
    with contextlib.suppress(OSError, RuntimeError):
        return any(folder().rglob(f"{entry}-*.nbc"))
    return False


def _caches() -> Path:
    """Return the folder of a user's caches."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _digest() -> str:
    """Return the digest of all that machine code may follow from: sources, machine, numba."""
    digest = hashlib.blake2b(digest_size=8)
    with contextlib.suppress(PackageNotFoundError):
        digest.update(version("numba").encode())
    digest.update(f"{_ROOT} {platform.node()} {platform.python_version()}".encode())
    for package in _SOURCES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            digest.update(path.relative_to(_ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
