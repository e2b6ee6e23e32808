"""Where machine code is kept from one process to the next. Nothing of numba is here."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

__all__ = ["folder", "is_kept", "made_folder"]

_ROOT = Path(__file__).parents[2]
#: The packages whose sources the machine code follows from.
_SOURCES = ("simulator", "agents", "experiments/compiled")

#: Of so many states of the sources machine code is kept: some 10 MB each.
STATES = 8


def folder() -> Path:
    """Return where machine code of these sources is kept, for every state of them another place.

    Numba itself only looks at the file in which the entry stands.
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


def is_kept(entry: str) -> bool:
    """Return whether there is machine code of an entry, such as ``negotiation.play``."""
    return any(folder().rglob(f"{entry}-*.nbc"))


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
