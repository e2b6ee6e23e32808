"""Who plays which runs next: chunks of a plan under way, and those that kill workers found."""

import concurrent.futures
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, replace

from experiments.design.job import DIED, LATE, Chunk, ChunkResult, Job, job_of
from experiments.design.plan import Plan
from experiments.execution import worker
from experiments.execution.executors import Workers
from experiments.execution.pulse import TimedOut
from experiments.runs.engines import Engine
from simulator.errors import WorkerError, describe_error

__all__ = ["Scheduler"]

#: Seconds of work in a chunk, and the most runs.
SECONDS, MOST = 1.0, 20_000
#: Seconds after which workers that say nothing are looked after.
SLICE = 1.0
#: Times that workers may die of a chunk before it is played alone.
STRIKES = 2
#: A run that takes so many times the usual, and so many seconds, is told of.
SLOW, LEAST = 100, 1.0


@dataclass
class _Part:
    """Runs to be played together, and how often workers died of them."""

    runs: tuple[int, ...]
    strikes: int = 0

    def halves(self) -> "list[_Part]":
        middle = len(self.runs) // 2
        return [_Part(self.runs[:middle], STRIKES), _Part(self.runs[middle:], STRIKES)]


class Scheduler:
    """Plays pending runs with workers, and tells of a run that takes very long."""

    def __init__(
        self,
        planned: Plan,
        pending: "deque[int]",
        workers: Workers,
        publish: Callable[[ChunkResult], None],
        chunk: int | None,
        tell: Callable[[str], None] = lambda _: None,
        engine: Engine = "object",
    ) -> None:
        self.plan = planned
        self.job: Job = replace(job_of(planned), engine=engine)
        self.pending = pending
        self.workers = workers
        self.publish = publish
        self.chunk = chunk
        self.tell = tell
        self.retries: deque[_Part] = deque()
        self.suspects: deque[_Part] = deque()
        self.in_flight: dict[Future[ChunkResult], _Part] = {}
        self.works = False
        self.per_run = self.usual = SECONDS
        self.slow: set[int] = set()

    def run(self) -> None:
        """Play all pending runs; what is finished is published also when this is cut short."""
        try:
            while self.fill():
                self.collect()
        except (KeyboardInterrupt, WorkerError):
            self.keep_finished()
            raise

    def fill(self) -> bool:
        """Submit chunks while there is room, and return whether any is under way."""
        while len(self.in_flight) < self.room():
            part = self.next_part()
            if part is None:
                break
            self.in_flight[self.workers.submit(worker.play_chunk, self.job, self.cut(part))] = part
        return bool(self.in_flight)

    def room(self) -> int:
        """Return how many chunks may be under way; a suspect flies alone."""
        doubtful = self.suspects or (self.retries and not self.works)
        if doubtful or any(part.strikes >= STRIKES for part in self.in_flight.values()):
            return 0 if self.in_flight else 1
        ahead = self.works and self.workers.size > 1
        return self.workers.size * (2 if ahead else 1)

    def next_part(self) -> _Part | None:
        """Return what is played next: suspects first, None if nothing is left."""
        if self.suspects:
            return self.suspects.popleft()
        if self.retries:
            return self.retries.popleft()
        if not self.pending:
            return None
        count = min(self.size(), len(self.pending))
        return _Part(tuple(self.pending.popleft() for _ in range(count)))

    def size(self) -> int:
        """Return how many runs the next chunk has: a second of work, and enough for everybody."""
        if self.chunk is not None:
            return self.chunk
        shares = 1 if self.workers.size == 1 else 4 * self.workers.size
        fair = -(-len(self.pending) // shares)
        least = int(SECONDS / 10 / self.per_run)
        return max(1, min(int(SECONDS / self.per_run), max(fair, least), MOST))

    def collect(self) -> None:
        """Publish what is finished, and deal with what is broken."""
        done, _ = concurrent.futures.wait(self.in_flight, SLICE, concurrent.futures.FIRST_COMPLETED)
        errors = {future: error for future in done if (error := _error_of(future)) is not None}
        for future in done - errors.keys():
            self.in_flight.pop(future)
            self.accept(future.result())
        self.look()
        if errors or not done:
            self.workers.check(errors.values())
        for future, error in errors.items():
            if isinstance(error, TimedOut):
                self.end_late(self.in_flight.pop(future), error)
            else:
                self.strike(self.in_flight.pop(future), error)
        if errors and not self.in_flight:
            self.require_workers()

    def look(self) -> None:
        """Tell once of each run that takes far longer than the usual."""
        for run, seconds in self.workers.under_way():
            if seconds > max(SLOW * self.usual, LEAST) and run not in self.slow:
                self.slow.add(run)
                limit = self.plan.experiment.timeout
                end = f"its end is at {limit:g}" if limit else "--timeout SECONDS would end it"
                usual = f"over {SLOW} times the usual" if self.works else "and none is finished yet"
                self.tell(f"run {run} takes long: {seconds:,.1f} seconds so far, {usual}; {end}")

    def end_late(self, part: _Part, error: TimedOut) -> None:
        """Let a run that took too long fail, and play those that were to be played with it."""
        self.works = True
        position = len(part.runs) if error.run is None else part.runs.index(error.run)
        late = part.runs[position : position + 1]
        if late:
            what = LATE.format(error.seconds)
            self.publish(worker.blamed(self.job, self.cut(_Part(late)), what))
        again = self.suspects if part.strikes >= STRIKES else self.retries
        # Those before it are known to end: they need not be played once more for one after it.
        for runs in (part.runs[:position], part.runs[position + 1 :]):
            if runs:
                again.append(_Part(runs, part.strikes))

    def accept(self, result: ChunkResult) -> None:
        """Publish what came back, and learn how long a run takes."""
        self.works = True
        self.per_run = max(result.seconds / len(result.runs), 1e-6)
        self.usual = (result.seconds - result.ready_after) / len(result.runs)
        self.publish(result)

    def strike(self, part: _Part, error: BaseException) -> None:
        """Play a chunk again whose worker died; in the end, blame a run."""
        if isinstance(error, WorkerError):
            raise error
        # Dask has played it again already, as often as its settings say.
        certain = _is_killed_worker(error)
        if part.strikes < STRIKES:
            part.strikes = STRIKES if certain else part.strikes + 1
            (self.retries if part.strikes < STRIKES else self.suspects).append(part)
        elif len(part.runs) > 1:
            self.suspects.extendleft(reversed(part.halves()))
        elif part.strikes == STRIKES and not certain:
            # Once more alone: its worker may have died of something else.
            part.strikes += 1
            self.suspects.appendleft(part)
        else:
            self.publish(worker.blamed(self.job, self.cut(part), _blame(error)))

    def cut(self, part: _Part) -> Chunk:
        """Return the chunk of a part."""
        return Chunk.cut(self.plan, part.runs)

    def require_workers(self) -> None:
        """Raise WorkerError if workers cannot even begin: no run is to blame for that."""
        if self.works:
            return
        try:
            future = self.workers.submit(worker.probe, self.job)
            while not concurrent.futures.wait([future], SLICE).done:
                self.workers.check()
            future.result()
        except WorkerError:
            raise
        except Exception as error:
            raise WorkerError(
                f"the workers cannot start ({type(error).__name__}: {error}); a script that sweeps"
                " needs `if __name__ == '__main__':`, and workers on other machines need"
                " tradetalks and your own modules"
            ) from error
        self.works = True

    def keep_finished(self) -> None:
        """Publish what is finished, and give up the rest."""
        for future in self.in_flight:
            if future.done() and _error_of(future) is None:
                self.publish(future.result())
        self.in_flight.clear()


def _error_of(future: "Future[ChunkResult]") -> BaseException | None:
    try:
        return future.exception()
    except concurrent.futures.CancelledError as error:
        return error


def _blame(error: BaseException) -> str:
    if isinstance(error, BrokenExecutor) or _is_killed_worker(error):
        return DIED
    return describe_error(error)


def _is_killed_worker(error: BaseException) -> bool:
    # Dask's own name for it, with an address in the text.
    return type(error).__name__ == "KilledWorker"
