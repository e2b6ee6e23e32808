"""Files that a user names: where they are, and what stands in them.

Only regular files are read: a pipe or a device may have no end.
"""

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from simulator.errors import InputError, Problem

__all__ = ["MAX_BYTES", "Held", "file_bytes", "file_text", "open_regular", "opened", "user_path"]

#: Largest file that is read whole.
MAX_BYTES = 128 * 2**20


class Held(NamedTuple):
    """A file that has been read: where it was, by which messages call it, and what it held."""

    path: Path
    data: bytes

    def __str__(self) -> str:
        return str(self.path)


def user_path(name: str | Path) -> Path:
    """Return a path that a user wrote, with ``~`` for a home; nothing need be there.

    Raises
    ------
    InputError
        If nothing can be there: no such user, a name too long for the system or with a zero
        character, a folder that may not be looked into.
    """
    try:
        path = Path(name).expanduser()
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except RuntimeError:
        raise _impossible(name, "a path that can be; there is no such user") from None
    except (OSError, ValueError) as error:
        raise _impossible(name, f"a path that can be: {_reason(error)}") from None
    return path


def file_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return what stands in a regular file of so many bytes at most.

    Raises
    ------
    InputError
        If it is none, is larger, or cannot be read.
    """
    with opened(path) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise _refusal(path, f"a file of at most {most:,} bytes")
    return data


def file_text(path: Path, most: int = MAX_BYTES) -> str:
    """Return the text of a regular file in UTF-8, of so many bytes at most.

    Raises
    ------
    InputError
        If it is none, is larger, or cannot be read.
    """
    data = file_bytes(path, most)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        allowed = f"a text in UTF-8; byte {error.start} (0x{data[error.start]:02x}) is none"
        raise _refusal(path, allowed) from None


def open_regular(path: Path) -> BinaryIO:
    """Return a regular file, open to be read, without waiting for the other end of a pipe.

    Raises
    ------
    OSError
        If it is none, or cannot be read.
    """
    stream = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(f"{path} is no regular file")
    return stream


@contextmanager
def opened(path: Path | Held) -> Iterator[BinaryIO]:
    """Lend a regular file, or what one held, open to be read.

    Raises
    ------
    InputError
        If it is none, or cannot be read.
    """
    if isinstance(path, Held):
        yield io.BytesIO(path.data)
        return
    try:
        if not path.is_file():
            raise _refusal(path, _what_else(path))
        with open_regular(path) as stream:
            yield stream
    except OSError as error:
        raise _refusal(path, f"a file that can be read: {_reason(error)}") from None


def _what_else(path: Path) -> str:
    if path.is_dir():
        return "a file, not a directory"
    is_there = path.exists()
    more = " on disk, not a pipe or a device" if is_there else f": {os.strerror(errno.ENOENT)}"
    return f"a file that exists{more}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _refusal(path: Path, allowed: str) -> InputError:
    return InputError([Problem("file", path.name, allowed)], str(path))


def _impossible(name: str | Path, allowed: str) -> InputError:
    return InputError([Problem("path", str(name), allowed)])
