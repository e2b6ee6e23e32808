"""The files that a user asks for: what can be refused beforehand, and how they are written."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.results.atomic import atomic_file
from experiments.results.inside import require_no_way_out

__all__ = ["check_file", "other_ending", "output_file"]


def other_ending(path: Path, endings: Sequence[str]) -> str:
    """Return what is allowed if a name has another ending; nothing if its ending is allowed."""
    ends = path.suffix.lower().removeprefix(".") in endings
    return "" if ends else f"a file that ends in .{' or .'.join(endings)}"


@contextlib.contextmanager
def output_file(target: str | Path) -> Iterator[Path]:
    """Lend a path to write the file that a user asked for; it appears whole or not at all.

    A link is followed, but for one in a folder of results; what is not a regular file, such as a
    pipe, is written to directly. Raises OSError if it cannot be written.
    """
    path = _followed(target)
    is_special = path.exists() and not path.is_file()
    with contextlib.nullcontext(path) if is_special else atomic_file(path) as part:
        yield part


def check_file(target: str | Path) -> None:
    """Refuse a place where no file could be written, as far as that can be known beforehand.

    Raises OSError if it is a folder, there is no folder to hold it, there is no right to write
    there, or it begins with the home of an unknown user.
    """
    path = _followed(target)
    if path.is_dir():
        raise IsADirectoryError(f"{str(target)!r} is a folder; name a file")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{str(target)!r} cannot be written: there is no {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(f"{str(target)!r} cannot be written: no right to write there")


def _followed(target: str | Path) -> Path:
    """Return where a path leads once links are followed; itself if they form a circle."""
    try:
        path = Path(target).expanduser()
    except RuntimeError as error:
        raise OSError(f"{str(target)!r} cannot be written: {error}") from error
    require_no_way_out(path)
    return Path(os.path.realpath(path))
