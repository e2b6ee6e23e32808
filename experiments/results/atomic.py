"""Files and folders that appear whole or not at all, and survive a machine that stops."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.results.inside import require_no_way_out
from simulator.files import user_path

__all__ = [
    "atomic_file",
    "check_folder",
    "fill_folder",
    "part_name",
    "sync_folder",
    "whole_name",
    "write_file",
]

#: What a file is called while it is written; a version before wrote without the token.
_PART = re.compile(r"\.(?:[0-9a-f]{16}\.)?(.+)\.part")


def write_file(path: Path, content: bytes) -> None:
    """Write a file; it appears whole or not at all, and stays if the machine stops.

    Raises OSError if it cannot be written.
    """
    with atomic_file(path) as part:
        part.write_bytes(content)


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Lend a path to write to; what is written there replaces `path` at the end, for good.

    Raises OSError if it cannot be written.
    """
    part = path.with_name(part_name(path.name))
    try:
        with _naming(path, part):
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            yield part
            with open(part, "rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def _naming(path: Path, part: Path) -> Iterator[None]:
    """Make errors about `part` name `path`, which the user knows.

    The error of a full disk names no file at all.
    """
    try:
        yield
    except OSError as error:
        about = part if error.filename is None else Path(error.filename)
        if error.errno is None or about != part:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def part_name(name: str) -> str:
    """Return what a file is called while it is written; a killed writer leaves it behind.

    Nobody can know it beforehand, and have put something else there.
    """
    return f".{secrets.token_hex(8)}.{name[-50:]}.part"


def whole_name(name: str) -> str:
    """Return what a part will be called when it is written; nothing if the name is of no part."""
    match = _PART.fullmatch(name)
    return match[1] if match else ""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a machine that stops, where the system can."""
    with contextlib.suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def check_folder(folder: str | Path) -> None:
    """Refuse a folder that could not be filled; nothing is created.

    Raises OSError if it is a file, holds anything, or could not be created.
    """
    path = user_path(folder)
    require_no_way_out(path)
    if path.is_symlink() and not path.exists():
        raise FileExistsError(f"{str(folder)!r} is a link to nothing; name a new folder")
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"{str(folder)!r} is a file; name a new folder, or an empty one")
    if path.is_dir() and any(path.iterdir()):
        raise FileExistsError(
            f"{str(folder)!r} is not empty, and nothing in it is overwritten; "
            "name another folder, or empty this one first"
        )
    absolute = path.absolute()
    above = next(p for p in (absolute, *absolute.parents) if p.exists())
    if not above.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} cannot be created: {above} is a file")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"{str(folder)!r} cannot be written: no right to write to {above}")


def fill_folder(folder: str | Path, write: Callable[[Path], None]) -> None:
    """Fill a folder with files that appear all at once or not at all.

    A folder that already exists stays the same folder: somebody may be working in it. Raises
    OSError if it cannot be written.
    """
    check_folder(folder)
    path = user_path(folder).absolute()
    is_new = not path.is_dir()
    home = path.parent if is_new else path
    home.mkdir(parents=True, exist_ok=True)
    part = home / part_name(path.name)
    with _naming(path, part):
        part.mkdir()
    try:
        write(part)
        if is_new:
            part.replace(path)
        else:
            _move_up(part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _move_up(part: Path) -> None:
    """Move the files of a folder into its parent, all or none."""
    moved = []
    try:
        for file in sorted(part.iterdir()):
            moved.append(file.replace(part.parent / file.name))
        part.rmdir()
    except BaseException:
        for file in moved:
            file.unlink(missing_ok=True)
        raise
