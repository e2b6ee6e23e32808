"""How far a sweep is, shown on stderr: a bar on a terminal, else a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from experiments.results.writer import Progress

__all__ = ["follow", "progress_line"]

#: Seconds between two plain lines.
EVERY = 5.0


@contextmanager
def follow(name: str) -> Iterator[Callable[[Progress], None]]:
    """Lend a function that shows a `Progress` of what is played under a name."""
    if sys.stderr.isatty():
        with _bar(name) as show:
            yield show
    else:
        yield _Lines().show


def progress_line(progress: Progress, played: int, seconds: float) -> str:
    """Return how far a sweep is, in a line, with its rate since the first run came back.

    There is no rate of less than a second, but at the end.
    """
    line = f"{progress.done:,} of {progress.total:,} runs"
    if progress.failed:
        line += f", {progress.failed:,} failed"
    left = progress.total - progress.done
    if not played or seconds <= 0 or (left and seconds < 1):
        return line
    rate = played / seconds
    line += f", {rate:,.1f} runs/s"
    return f"{line}, {_duration(left / rate)} left" if left else line


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Clock:
    """Knows the rate of what is played, and of notes those that are new."""

    def __init__(self) -> None:
        self.notes_shown = 0

    def line(self, progress: Progress) -> str:
        if progress.began is None:
            return progress_line(progress, 0, 0.0)
        played, seconds = progress.done - progress.before, time.monotonic() - progress.began
        return progress_line(progress, played, seconds)

    def new_notes(self, progress: Progress) -> list[str]:
        new, self.notes_shown = progress.notes[self.notes_shown :], len(progress.notes)
        return new


class _Lines:
    def __init__(self) -> None:
        self.clock = _Clock()
        self.last = time.monotonic()

    def show(self, progress: Progress) -> None:
        for note in self.clock.new_notes(progress):
            print(note, file=sys.stderr)
        line, now = self.clock.line(progress), time.monotonic()
        if now - self.last >= EVERY or progress.done == progress.total:
            self.last = now
            print(line, file=sys.stderr, flush=True)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[line]}"))
    clock = _Clock()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, line="")

        def show(progress: Progress) -> None:
            for note in clock.new_notes(progress):
                bar.console.print(note, markup=False, highlight=False)
            line = clock.line(progress)
            bar.update(task, total=progress.total, completed=progress.done, line=line)

        yield show
