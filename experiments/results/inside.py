"""What a folder of results may have written or deleted: what is its own, and nothing outside it.

Folders are handed on, so a name or a link in one may be a stranger's. Links are followed to read,
never to write or to delete.
"""

import os
import stat
from pathlib import Path

from simulator.errors import StoreError
from simulator.files import open_regular

__all__ = [
    "holds_results",
    "open_own",
    "own_folder",
    "read_regular",
    "require_no_way_out",
    "require_regular",
]

#: Bytes of the largest file that is read at once: a manifest with ten million values has fewer.
LARGEST = 2**30
#: A file with one of these names makes a folder one of results: of a sweep, or of a run.
_MARKS = ("manifest.json", "runs.parquet")


def own_folder(path: Path) -> Path:
    """Return a folder inside a folder of results, made if it is not there.

    Raises StoreError if it is a link, or no folder: what is written there would end elsewhere.
    """
    if os.path.lexists(path):
        if _leads_elsewhere(path) or not path.is_dir():
            raise StoreError(f"{path} is a link or a file, where only a folder is written to")
    else:
        path.mkdir(parents=True)
    return path


def open_own(path: Path, flags: int) -> int:
    """Return the descriptor of a file of a folder's own, which `flags` may create.

    Raises StoreError if it is a link, has another name elsewhere, or is no regular file; OSError
    if it cannot be opened.
    """
    if _leads_elsewhere(path):
        raise StoreError(f"{path} is a link, which is not followed to write")
    # Without waiting: a pipe would wait for its other end.
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.open(path, flags | careful, 0o666)
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(file)
        raise StoreError(f"{path} is no regular file, or has another name: it is not written to")
    return file


def require_regular(path: Path) -> None:
    """Raise OSError unless there is a regular file: a pipe or a device may have no end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is no regular file")


def read_regular(path: Path, most: int = LARGEST) -> bytes:
    """Return what is in a regular file of at `most` so many bytes.

    Raises OSError if it cannot be read, is larger, or is a pipe or a device.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise OSError(f"{path} has {size:,} bytes, and {most:,} at most are read")
        return file.read()


def holds_results(folder: Path) -> bool:
    """Return whether a folder is one of results, as far as names tell."""
    return any(os.path.lexists(folder / name) for name in _MARKS)


def require_no_way_out(target: Path) -> None:
    """Refuse a target that leads out of a folder of results by a link in it, as OSError."""
    absolute = Path(os.path.abspath(target))
    for folder in absolute.parents:
        home = Path(os.path.realpath(folder))
        if holds_results(folder) and not Path(os.path.realpath(absolute)).is_relative_to(home):
            raise OSError(
                f"{str(target)!r} leads out of {folder} by a link in it, which is not followed"
            )


def _leads_elsewhere(path: Path) -> bool:
    """Return whether a path is a link, of whatever kind the system has."""
    here = os.path.join(os.path.realpath(path.parent), path.name)
    return os.path.normcase(os.path.realpath(path)) != os.path.normcase(here)
