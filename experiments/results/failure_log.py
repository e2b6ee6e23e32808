"""The failure log of a folder of results: a line for each run that ever failed."""

import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from experiments.design.job import Failure
from experiments.results import atomic

__all__ = ["append", "join", "logged_runs"]

NAME = "errors.jsonl"


def append(folder: Path, failures: Sequence[Failure]) -> None:
    """Append a line per failed run, each on a line of its own even after a crash.

    Raises OSError if it cannot be written.
    """
    if not failures:
        return
    path = folder / NAME
    lines = "".join(json.dumps(vars(failure), ensure_ascii=False) + "\n" for failure in failures)
    with open(path, "a+b") as file:
        if file.tell() and not _ends_a_line(path):
            file.write(b"\n")
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def logged_runs(folder: Path) -> set[int]:
    """Return the runs that ever failed."""
    runs = set()
    for line in _text(folder).splitlines():
        with contextlib.suppress(
            ValueError, KeyError, TypeError, ArithmeticError, RecursionError
        ):  # half a line, after a crash
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
        return (folder / NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _ends_a_line(path: Path) -> bool:
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
