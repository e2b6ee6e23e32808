"""How far a sweep is, shown on stderr: a bar on a terminal, else a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from experiments.results.progress import Progress
from simulator.text import visible

__all__ = ["follow", "progress_line"]

#: Seconds between two plain lines.
EVERY = 5.0


@contextmanager
def follow(name: str) -> Iterator[Callable[[Progress], None]]:
    """Lend a function that shows a `Progress` of what is played under a name."""
    if not sys.stderr.isatty():
        yield _Lines().show
        return
    columns = (*name_and_bar(), TextColumn("{task.fields[line]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task, notes = bar.add_task(visible(name), line=""), _Notes()

        def show(progress: Progress) -> None:
            for note in notes.new(progress):
                bar.console.print(note, markup=False, highlight=False)
            line = _line(progress)
            bar.update(task, total=progress.total, completed=progress.done, line=line)

        yield show


def name_and_bar() -> tuple[TextColumn, BarColumn]:
    """Return the first columns of a line of progress; brackets in a name are no markup."""
    return TextColumn("{task.description}", markup=False), BarColumn()


def progress_line(progress: Progress, played: int, seconds: float) -> str:
    """Return how far a sweep is, in a line, with its rate since the first run came back.

    There is no rate of less than a second, but at the end.
    """
    line = f"{progress.done:,} of {progress.total:,} runs"
    if progress.failed:
        line += f", {progress.failed:,} failed"
    if progress.compiled:
        most = "all" if progress.compiled == progress.played else f"{progress.compiled:,}"
        line += f", {most} as machine code"
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


def _line(progress: Progress) -> str:
    if progress.began is None:
        return progress_line(progress, 0, 0.0)
    played, seconds = progress.done - progress.before, time.monotonic() - progress.began
    return progress_line(progress, played, seconds)


class _Notes:
    """Knows of notes those that are new."""

    count = 0

    def new(self, progress: Progress) -> list[str]:
        new, self.count = progress.notes[self.count :], len(progress.notes)
        return new


class _Lines:
    def __init__(self) -> None:
        self.notes, self.last = _Notes(), time.monotonic()

    def show(self, progress: Progress) -> None:
        for note in self.notes.new(progress):
            print(note, file=sys.stderr)
        now = time.monotonic()
        if now - self.last >= EVERY or progress.done == progress.total:
            self.last = now
            print(_line(progress), file=sys.stderr, flush=True)
