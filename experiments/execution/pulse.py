"""What a process plays at the moment: a run, and since when, where another process can see it."""

import contextlib
import time
from collections.abc import Iterator
from multiprocessing.context import BaseContext

__all__ = ["Pulse", "TimedOut", "adopt", "playing"]

_NOTHING = -1.0


class TimedOut(Exception):
    """Work that was ended, with its process, as a run of it took longer than it may.

    The run is None if it ended by itself at the last moment: nobody is to blame then.
    """

    def __init__(self, run: int | None, seconds: float) -> None:
        super().__init__(run, seconds)
        self.run, self.seconds = run, seconds


class Pulse:
    """Which run is under way in a process, seen by the one that started it."""

    def __init__(self, context: BaseContext) -> None:
        # Two numbers that are written at a stroke each: the run, and when it began.
        self._cells = context.RawArray("d", [_NOTHING, 0.0])

    def begin(self, run: int) -> None:
        """Say that a run begins."""
        self._cells[0] = _NOTHING
        self._cells[1] = time.monotonic()
        self._cells[0] = run

    def end(self) -> None:
        """Say that nothing is under way."""
        self._cells[0] = _NOTHING

    def under_way(self) -> tuple[int, float] | None:
        """Return the run that is under way, and for how many seconds; None if none is."""
        run, began = self._cells[0], self._cells[1]
        if run == _NOTHING or self._cells[0] != run:
            return None
        return int(run), time.monotonic() - began


#: That of this process, if somebody watches it.
_own: list[Pulse] = []


def adopt(pulse: Pulse) -> None:
    """Let runs of this process be seen by that pulse from now on."""
    _own[:] = [pulse]


@contextlib.contextmanager
def playing(run: int) -> Iterator[None]:
    """Let it be seen that a run is under way, if anybody watches."""
    for pulse in _own:
        pulse.begin(run)
    try:
        yield
    finally:
        for pulse in _own:
            pulse.end()
