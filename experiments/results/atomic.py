"""Files that appear whole or not at all, and outlast a machine that stops."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["arriving", "naming", "part_of", "sync", "write"]


def write(path: Path, content: bytes) -> None:
    """Write a file; it appears whole or not at all, and stays if the machine stops.

    Parameters
    ----------
    path : Path
        Where.
    content : bytes
        What.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with arriving(path) as part:
        part.write_bytes(content)


@contextlib.contextmanager
def arriving(path: Path) -> Iterator[Path]:
    """Lend a path to write to: what is there in the end moves to its place, for good.

    Parameters
    ----------
    path : Path
        Its place.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    part = path.with_name(part_of(path.name))
    try:
        with naming(path, part):
            yield part
            with open(part, "rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextlib.contextmanager
def naming(path: Path, part: Path) -> Iterator[None]:
    """Have errors about what is written name the place it is for, which a user knows.

    A disk that is full names no file at all.

    Parameters
    ----------
    path : Path
        Its place.
    part : Path
        Where it is written.
    """
    try:
        yield
    except OSError as error:
        about = part if error.filename is None else Path(error.filename)
        if error.errno is None or about != part:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def part_of(name: str) -> str:
    """Return the name of a file while it is written: what a killed writer leaves."""
    return f".{name}.part"


def sync(folder: Path) -> None:
    """Have the names in a folder outlast a machine that stops, where the system can.

    Parameters
    ----------
    folder : Path
        The folder.
    """
    with contextlib.suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
