"""Which runs are played next: chunks under way, dead workers replaced, runs that kill found."""

import concurrent.futures
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass

from experiments.design.job import DIED, Chunk, ChunkResult, Job, job_of
from experiments.design.plan import Plan
from experiments.execution import worker
from experiments.execution.executors import Workers
from simulator.errors import WorkerError, describe_error

__all__ = ["Scheduler"]

#: Seconds of work in a chunk, and the most runs.
SECONDS, MOST = 1.0, 20_000
#: Seconds without an answer after which workers are checked.
SLICE = 1.0
#: How often a chunk may be under way when workers die before it is played alone.
STRIKES = 2


@dataclass
class _Part:
    """Runs to be played together, and how often workers died while they were under way."""

    runs: tuple[int, ...]
    strikes: int = 0

    def halves(self) -> "list[_Part]":
        middle = len(self.runs) // 2
        return [_Part(self.runs[:middle], STRIKES), _Part(self.runs[middle:], STRIKES)]


class Scheduler:
    """Plays pending runs with workers.

    Parameters
    ----------
    planned : Plan
        The plan of the experiment.
    pending : deque of int
        The runs to be played.
    workers : Workers
        Who plays them.
    publish : callable
        Takes the result of each chunk.
    chunk : int or None
        Runs per chunk; as many as take about a second if None.
    """

    def __init__(
        self,
        planned: Plan,
        pending: "deque[int]",
        workers: Workers,
        publish: Callable[[ChunkResult], None],
        chunk: int | None,
    ) -> None:
        self.plan = planned
        self.job: Job = job_of(planned)
        self.pending = pending
        self.workers = workers
        self.publish = publish
        self.chunk = chunk
        self.retries: deque[_Part] = deque()
        self.suspects: deque[_Part] = deque()
        self.in_flight: dict[Future[ChunkResult], _Part] = {}
        self.workers_ok = False
        self.per_run = SECONDS

    def run(self) -> None:
        """Play all pending runs; if interrupted, still publish what is finished."""
        try:
            while self.fill():
                self.collect()
        except (KeyboardInterrupt, WorkerError):
            self.keep_finished()
            raise

    def fill(self) -> bool:
        """Submit chunks while there is room, and return whether any are under way."""
        while len(self.in_flight) < self.room():
            part = self.next_part()
            if part is None:
                break
            work = Chunk.cut(self.plan, part.runs)
            try:
                future = self.workers.submit(worker.play_chunk, self.job, work)
            except BrokenExecutor:
                self.retries.appendleft(part)
                self.replace_workers()
                continue
            self.in_flight[future] = part
        return bool(self.in_flight)

    def room(self) -> int:
        """Return how many chunks may be under way; a suspect is played alone."""
        if self.suspects or any(part.strikes >= STRIKES for part in self.in_flight.values()):
            return 0 if self.in_flight else 1
        return 1 if self.workers.size == 1 else 2 * self.workers.size

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
        """Return how many runs the next chunk has: a second of work, and a fair share."""
        if self.chunk is not None:
            return self.chunk
        shares = 1 if self.workers.size == 1 else 4 * self.workers.size
        fair = -(-len(self.pending) // shares)
        least = int(SECONDS / 10 / self.per_run)
        return max(1, min(int(SECONDS / self.per_run), max(fair, least), MOST))

    def collect(self) -> None:
        """Publish what is finished, and deal with failures of workers."""
        done, _ = concurrent.futures.wait(self.in_flight, SLICE, concurrent.futures.FIRST_COMPLETED)
        errors = {future: error for future in done if (error := _error_of(future)) is not None}
        for future in done - errors.keys():
            self.in_flight.pop(future)
            self.accept(future.result())
        if errors or not done:
            self.workers.check()
        for future, error in errors.items():
            self.strike(self.in_flight.pop(future), error)
        if any(isinstance(error, BrokenExecutor) for error in errors.values()):
            self.replace_workers()

    def accept(self, result: ChunkResult) -> None:
        """Publish a result, and note how long a run takes."""
        self.workers_ok = True
        self.per_run = max(result.seconds / len(result.runs), 1e-6)
        self.publish(result)

    def strike(self, part: _Part, error: BaseException) -> None:
        """Requeue a chunk that was under way when workers died; in the end, blame a run."""
        if isinstance(error, WorkerError):
            raise error
        # Dask has already retried it as often as its settings say.
        certain = _is_killed_worker(error)
        if part.strikes < STRIKES:
            part.strikes = STRIKES if certain else part.strikes + 1
            (self.retries if part.strikes < STRIKES else self.suspects).append(part)
        elif len(part.runs) > 1:
            self.suspects.extendleft(reversed(part.halves()))
        elif part.strikes == STRIKES and not certain:
            # Once more alone: its worker may have died for another reason.
            part.strikes += 1
            self.suspects.appendleft(part)
        else:
            self.require_workers()
            self.publish(worker.blamed(self.job, self.cut(part), _blame(error)))

    def cut(self, part: _Part) -> Chunk:
        """Return the chunk of a part."""
        return Chunk.cut(self.plan, part.runs)

    def replace_workers(self) -> None:
        """Take back the chunks under way, and replace dead workers."""
        for future, part in self.in_flight.items():
            if future.done() and _error_of(future) is None:
                self.accept(future.result())
            else:
                self.strike(part, BrokenExecutor("the worker process died"))
        self.in_flight.clear()
        self.workers.rebuild()
        self.require_workers()

    def require_workers(self) -> None:
        """Raise WorkerError if workers cannot even start: no run is to blame for that."""
        if self.workers_ok:
            return
        try:
            self.answer(self.workers.submit(worker.probe, self.job))
        except WorkerError:
            raise
        except Exception as error:
            raise WorkerError(
                f"the workers cannot start ({type(error).__name__}: {error}); a script that sweeps"
                " needs `if __name__ == '__main__':`, and workers on other machines need"
                " tradetalks and your own modules"
            ) from error
        self.workers_ok = True

    def answer(self, future: "Future[None]") -> None:
        """Wait for a future, and raise what it raises, or WorkerError if no worker is left."""
        while not concurrent.futures.wait([future], SLICE).done:
            self.workers.check()
        future.result()

    def keep_finished(self) -> None:
        """Publish what is finished, and drop the rest."""
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
    # Dask's exception, whose message contains an address.
    return type(error).__name__ == "KilledWorker"
