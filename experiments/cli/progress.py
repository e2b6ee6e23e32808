"""How far a sweep is, told on stderr: a bar on a terminal, else a plain line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.results.writer import Progress

__all__ = ["follow", "line"]

#: Seconds between two plain lines.
EVERY = 5.0


@contextmanager
def follow(name: str) -> Iterator[Callable[[Progress], None]]:
    """Lend a function that tells a `Progress`.

    Parameters
    ----------
    name : str
        What is played.
    """
    if sys.stderr.isatty():
        with _bar(name) as told:
            yield told
    else:
        yield _Lines().tell


def line(state: Progress, played: int, seconds: float) -> str:
    """Return how far a sweep is, in a line.

    Parameters
    ----------
    state : Progress
        How far it is.
    played : int
        Runs played since the first came back.
    seconds : float
        How long that took; there is no rate of less than a second, but at the end.
    """
    told = f"{state.done:,} of {state.total:,} runs"
    if state.failed:
        told += f", {state.failed:,} failed"
    left = state.total - state.done
    if not played or seconds <= 0 or (left and seconds < 1):
        return told
    rate = played / seconds
    told += f", {rate:,.1f} runs/s"
    return f"{told}, {_duration(left / rate)} left" if left else told


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Clock:
    """Tells the rate of what is played, and of notes those that are new."""

    def __init__(self) -> None:
        self.told = 0

    def line(self, state: Progress) -> str:
        if state.began is None:
            return line(state, 0, 0.0)
        return line(state, state.done - state.before, time.monotonic() - state.began)

    def notes(self, state: Progress) -> list[str]:
        """Return the notes that are new."""
        new, self.told = state.notes[self.told :], len(state.notes)
        return new


class _Lines:
    def __init__(self) -> None:
        self.clock = _Clock()
        self.last = time.monotonic()

    def tell(self, state: Progress) -> None:
        for note in self.clock.notes(state):
            print(note, file=sys.stderr)
        text, now = self.clock.line(state), time.monotonic()
        if now - self.last >= EVERY or state.done == state.total:
            self.last = now
            print(text, file=sys.stderr, flush=True)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    clock = _Clock()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, told="")

        def tell(state: Progress) -> None:
            for note in clock.notes(state):
                bar.console.print(note, markup=False, highlight=False)
            bar.update(task, total=state.total, completed=state.done, told=clock.line(state))

        yield tell
