"""Files where a user wants them: what can be known before, and how they are written."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.results.atomic import arriving

__all__ = ["check", "delivered", "other_ending"]


def other_ending(path: Path, endings: Sequence[str]) -> str:
    """Return what is allowed where a name ends otherwise, nothing where it ends as it may.

    Parameters
    ----------
    path : Path
        The name of a file.
    endings : sequence of str
        How it may end, without the dot.
    """
    ends = path.suffix.lower().removeprefix(".") in endings
    return "" if ends else f"a file that ends in .{' or .'.join(endings)}"


@contextlib.contextmanager
def delivered(target: str | Path) -> Iterator[Path]:
    """Lend a path to write what a user asked for: a file appears whole or not at all.

    A link is followed; what is no regular file, such as a pipe, is written to as it is.

    Parameters
    ----------
    target : str or Path
        Where the user wants it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path = _followed(target)
    is_special = path.exists() and not path.is_file()
    with contextlib.nullcontext(path) if is_special else arriving(path) as part:
        yield part


def check(target: str | Path) -> None:
    """Refuse a place where no file could be written, as far as that can be known before.

    Parameters
    ----------
    target : str or Path
        Where a file is to be.

    Raises
    ------
    OSError
        If it is a folder, there is no folder to hold it, no right to write there, or it
        begins with the home of nobody.
    """
    path = _followed(target)
    if path.is_dir():
        raise IsADirectoryError(f"{str(target)!r} is a folder; name a file")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{str(target)!r} cannot be written: there is no {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(f"{str(target)!r} cannot be written: no right to write there")


def _followed(target: str | Path) -> Path:
    """Return where a path leads; of links in a circle, itself."""
    try:
        return Path(os.path.realpath(Path(target).expanduser()))
    except RuntimeError as error:
        raise OSError(f"{str(target)!r} cannot be written: {error}") from error
