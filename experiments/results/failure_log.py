"""The failure log of a folder of results: a line for each run that ever failed."""

import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from experiments.design.job import Failure
from experiments.results import atomic
from experiments.results.inside import open_own, read_regular

__all__ = ["append", "join", "logged_runs"]

NAME = "errors.jsonl"
#: Bytes of the largest log that is read; a traceback has about a thousand.
MOST = 2**34


def append(folder: Path, failures: Sequence[Failure]) -> None:
    """Append a line per failed run, each on a line of its own even after a crash.

    Raises OSError if it cannot be written; StoreError if it is a link, or no file of the folder's.
    """
    if not failures:
        return
    path = folder / NAME
    lines = "".join(json.dumps(vars(failure), ensure_ascii=False) + "\n" for failure in failures)
    with open(open_own(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+b") as file:
        if file.seek(0, os.SEEK_END) and not _ends_a_line(file):
            file.write(b"\n")
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def logged_runs(folder: Path) -> set[int]:
    """Return the runs that ever failed."""
    runs = set()
    for line in _text(folder).splitlines():
        # Half a line, after a crash.
        with contextlib.suppress(ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
            runs.add(int(json.loads(line)["run"]))
    return runs


def join(folders: Iterable[Path], out: Path) -> None:
    """Write the logs of several folders to another one as a whole.

    Raises OSError if it cannot be written.
    """
    texts = filter(None, map(_text, folders))
    # A crash may have cut off the last line.
    text = "".join(text if text.endswith("\n") else f"{text}\n" for text in texts)
    if text:
        atomic.write_file(out / NAME, text.encode())


def _text(folder: Path) -> str:
    try:
        return read_regular(folder / NAME, MOST).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _ends_a_line(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
