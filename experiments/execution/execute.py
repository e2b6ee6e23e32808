"""Playing an experiment to the end: `sweep`.

The plan is cut into chunks of about a second, a few more than there are workers are under way at
a time, and what comes back is published at once. Workers that die are replaced; chunks under way
then are played again, and one that was there twice is played alone and halved until the run that
kills is found, which is recorded as failed.
"""

import concurrent.futures
import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.design.experiment import Experiment
from experiments.design.plan import Plan, plan
from experiments.execution import executors as crews
from experiments.execution import worker as chunks
from experiments.execution.executors import Crew
from experiments.execution.worker import Chunk, Outcome, Recipe
from experiments.results import amend as repair
from experiments.results import failure_log as failures
from experiments.results import manifest
from experiments.results.atomic import part_of
from experiments.results.lock import NAME as LOCK
from experiments.results.lock import Lock
from experiments.results.segments import Segments
from experiments.results.store import Results, open_results
from simulator import literals
from simulator.errors import (
    Problem,
    ScenarioError,
    StoreError,
    WorkerError,
    WriteError,
    describe_error,
)

__all__ = ["Progress", "outlook", "sweep"]

#: What is in a folder of which a writer was killed before anything was in it.
_BEGUN = {LOCK, part_of(manifest.NAME)}
#: Seconds of work in a chunk, and the most runs.
SECONDS, MOST = 1.0, 20_000
#: Seconds after which workers that say nothing are looked after.
SLICE = 1.0
_CHANGED = (
    "Warning: code has changed since {} was begun; failed and missing runs are played with the new"
    " one, as manifest.json notes:"
)
#: Times that a chunk may be under way when workers die before it is played alone.
STRIKES = 2


@dataclass
class Progress:
    """How far a sweep is.

    Attributes
    ----------
    total, done, failed : int
        Runs of the whole (or of the shard), those that are in the folder, and those of them that
        failed.
    notes : list of str
        What the user should know: segments set aside, a lock taken over.
    began : float or None
        When the first chunk that was played came back, by `time.monotonic`; None before.
    before : int
        Runs that were done by then: the rate is of what came after, as starting takes its time.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)
    began: float | None = None
    before: int = 0


def sweep(
    experiment: Experiment,
    out: str | Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    shard: tuple[int, int] | None = None,
    max_runs: int | None = None,
    chunk: int | None = None,
    apart: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Return the results of an experiment, once every run of it is in a folder.

    Parameters
    ----------
    experiment : Experiment
        What to play.
    out : str or Path
        A new folder or an empty one; or, to resume, one that holds a part of it.
    workers : int, optional
        Processes; 1 plays in this one; as many as there are cores by default.
    executor : Executor, optional
        Anything with the interface of `concurrent.futures`, in place of processes.
    scheduler : str, optional
        Address of a Dask scheduler, in place of processes.
    resume : bool
        Whether to go on with what is in the folder.
    retry_failed : bool
        Whether to play runs that failed again; by code of the user's that has changed since
        then, if it has.
    shard : (int, int), optional
        Play part i of n, i from 1.
    max_runs : int, optional
        The most runs that a new experiment may have; one that is gone on with was allowed.
    chunk : int, optional
        Runs per chunk; as many as take about a second by default.
    apart : bool
        Whether a single worker too is a process of its own: a run that ends it ends nothing else.
    progress : callable, optional
        Called with a `Progress` at the start and after every chunk.

    Raises
    ------
    ScenarioError
        If the experiment cannot be played; before the first run.
    StoreError
        If the folder cannot be used: not empty, of another experiment, locked.
    WriteError
        If it cannot be written to; what is in it can be read, and gone on with.
    WorkerError
        If the workers cannot start or be reached, or have other code of the user's; or if all are
        gone. What is finished is kept.
    """
    _require_counts(workers=workers, chunk=chunk)
    chunks.forget()
    folder, resume = Path(out).expanduser(), resume or retry_failed
    planned = plan(experiment, shard, _most(folder, resume, max_runs))
    told = progress or (lambda _: None)
    # Whoever cannot be reached leaves no folder behind.
    with (
        _crew(workers, executor, scheduler, apart) as crew,
        _entered(folder, planned, resume, retry_failed) as (segments, state),
    ):
        pending = _pending(planned, segments, state, retry_failed)
        told(state)
        publish = _publisher(folder, segments, state, told)
        try:
            _Execution(planned, deque(pending), crew, publish, chunk).run()
        except WorkerError as error:
            raise WorkerError(f"{error}; {_kept(folder, state)}") from error
    return open_results(folder)


def _require_counts(**given: object) -> None:
    problems = [
        Problem(name, value, "a whole number, at least 1")
        for name, value in given.items()
        if value is not None and not literals.is_whole(value, least=1)
    ]
    if problems:
        raise ScenarioError(problems)


def outlook(
    experiment: Experiment,
    out: str | Path,
    *,
    resume: bool = False,
    retry_failed: bool = False,
    shard: tuple[int, int] | None = None,
    max_runs: int | None = None,
) -> tuple[Plan, int]:
    """Return the plan of an experiment, and how many runs `sweep` would play; nothing is changed.

    Parameters
    ----------
    experiment, out, resume, retry_failed, shard, max_runs
        As `sweep` takes them.

    Raises
    ------
    ScenarioError
        If the experiment cannot be played.
    StoreError
        If the folder cannot be used: not empty, of another experiment.
    """
    folder, resume = Path(out).expanduser(), resume or retry_failed
    planned = plan(experiment, shard, _most(folder, resume, max_runs))
    _require_usable(folder, resume)
    if not (folder / manifest.NAME).is_file():
        return planned, sum(1 for _ in planned.runs())
    old, new = manifest.read(folder), manifest.manifest(planned)
    _require_same(folder, repair.repaired(old, new, []) if retry_failed else old, new)
    return planned, len(repair.lacking(folder, planned, or_failed=retry_failed))


def _most(folder: Path, resume: bool, max_runs: int | None) -> int | None:
    """Return the most runs that there may be: any number where they were allowed before."""
    return sys.maxsize if resume and (folder / manifest.NAME).is_file() else max_runs


def _kept(folder: Path, state: Progress) -> str:
    return (
        f"{state.done:,} of {state.total:,} runs are in {folder}:"
        f" `tradetalks sweep {folder} --resume` goes on"
    )


# -- the folder --------------------------------------------------------------------------------


@contextlib.contextmanager
def _entered(
    folder: Path, planned: Plan, resume: bool, repaired: bool
) -> Iterator[tuple[Segments, Progress]]:
    """Lend the segments of a folder that is new or goes on with this plan, under its lock."""
    content = manifest.manifest(planned)
    _make(folder, resume)
    segments = Segments(folder, chunks.recipe(planned).kept)
    with Lock(folder) as lock:
        state = Progress()
        if lock.stale:
            state.notes.append(f"the lock of {lock.stale}, which is gone, was taken over")
        try:
            changes = repair.accept(folder, planned, content) if repaired else []
            if changes:
                state.notes.append("\n".join([_CHANGED.format(folder), *changes]))
            _begin(folder, content, resume)
            segments.sweep_up()
        except OSError as error:
            raise WriteError(_unwritable(folder, error)) from error
        yield segments, state


def _make(folder: Path, resume: bool) -> None:
    _require_usable(folder, resume)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(_unwritable(folder, error)) from error


def _require_usable(folder: Path, resume: bool) -> None:
    """Raise StoreError if there is anything in a folder that is not gone on with."""
    try:
        there = {p.name for p in folder.iterdir()} - _BEGUN if folder.exists() else set()
    except OSError as error:
        raise WriteError(_unwritable(folder, error)) from error
    if not there or (resume and manifest.NAME in there):
        return
    if resume:
        raise StoreError(f"{folder} is not empty, and holds no results of a sweep")
    hint = "--resume goes on with it" if manifest.NAME in there else "it is no results folder"
    raise StoreError(f"{folder} is not empty, and nothing in it is overwritten; {hint}")


def _require_same(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Raise StoreError if what is to be played in a folder is not what was."""
    changes = manifest.differences(old, new)
    if changes:
        lines = "\n".join(changes)
        raise StoreError(
            f"{folder} holds results of a different experiment, which cannot be gone on with:\n"
            f"{lines}\nName another folder with --out, or undo the changes."
        )


def _begin(folder: Path, content: Mapping[str, Any], resume: bool) -> None:
    # Once more, now that nobody else can write to it.
    _require_usable(folder, resume)
    if (folder / manifest.NAME).exists():
        _require_same(folder, manifest.read(folder), content)
    else:
        manifest.write(folder, content)


def _pending(planned: Plan, segments: Segments, state: Progress, retry: bool) -> list[int]:
    """Return the runs that are not in the folder, segments that cannot be read set aside."""
    done: set[int] = set()
    for found in segments.standings():
        if found.fault:
            aside = segments.set_aside(found.name)
            again = "those that no other has" if found.runs else "its runs"
            state.notes.append(f"{found.fault}; set aside in {aside}, {again} are played again")
        elif retry:
            segments.forget_failed(found.name)
            done |= found.runs - found.failed
        else:
            state.failed += len(found.failed)
            done |= found.runs
    runs = list(planned.runs())
    state.total, state.done = len(runs), len(done)
    return [run for run in runs if run not in done]


def _publisher(
    folder: Path, segments: Segments, state: Progress, told: Callable[[Progress], None]
) -> Callable[[Outcome], None]:
    def publish(outcome: Outcome) -> None:
        try:
            failures.append(folder, outcome.failures)
            segments.publish(outcome)
        except OSError as error:
            raise WriteError(_unwritable(folder, error)) from error
        state.done += len(outcome.runs)
        state.failed += len(outcome.failures)
        if state.began is None and outcome.seconds:  # none was played of what is only blamed
            state.began, state.before = time.monotonic(), state.done
        told(state)

    return publish


def _unwritable(folder: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    told = f"{folder} cannot be written to: {reason}"
    if not (folder / manifest.NAME).is_file():
        return told
    return f"{told}. What is in it is whole and can be read; --resume goes on when that is mended"


# -- the execution -----------------------------------------------------------------------------


@contextlib.contextmanager
def _crew(
    workers: int | None, executor: Executor | None, scheduler: str | None, apart: bool
) -> Iterator[Crew]:
    crew: Crew
    if executor is not None:
        crew = crews.Borrowed(executor)
    elif scheduler is not None:
        crew = crews.Dask(scheduler)
    else:
        size = crews.cores() if workers is None else workers
        crew = crews.Processes(size) if size > 1 or apart else crews.Alone()
    try:
        yield crew
    finally:
        crew.stop()


@dataclass
class _Part:
    """Runs to be played together, and how often workers died meanwhile."""

    runs: tuple[int, ...]
    strikes: int = 0

    def halves(self) -> "list[_Part]":
        middle = len(self.runs) // 2
        return [_Part(self.runs[:middle], STRIKES), _Part(self.runs[middle:], STRIKES)]


class _Execution:
    """Plays pending runs with a crew."""

    def __init__(
        self,
        planned: Plan,
        pending: "deque[int]",
        crew: Crew,
        publish: Callable[[Outcome], None],
        chunk: int | None,
    ) -> None:
        self.plan = planned
        self.recipe: Recipe = chunks.recipe(planned)
        self.pending = pending
        self.crew = crew
        self.publish = publish
        self.chunk = chunk
        self.again: deque[_Part] = deque()
        self.suspects: deque[_Part] = deque()
        self.flying: dict[Future[Outcome], _Part] = {}
        self.works = False
        self.per_run = SECONDS

    def run(self) -> None:
        try:
            while self.fill():
                self.collect()
        except (KeyboardInterrupt, WorkerError):
            self.keep_finished()
            raise

    def fill(self) -> bool:
        """Submit chunks while there is room, and return whether any is under way."""
        while len(self.flying) < self.room():
            part = self.next_part()
            if part is None:
                break
            work = Chunk.cut(self.plan, part.runs)
            try:
                future = self.crew.submit(chunks.play, self.recipe, work)
            except BrokenExecutor:
                self.again.appendleft(part)
                self.replace_workers()
                continue
            self.flying[future] = part
        return bool(self.flying)

    def room(self) -> int:
        """Return how many chunks may be under way; a suspect flies alone."""
        if self.suspects or any(part.strikes >= STRIKES for part in self.flying.values()):
            return 0 if self.flying else 1
        return 1 if self.crew.size == 1 else 2 * self.crew.size

    def next_part(self) -> _Part | None:
        if self.suspects:
            return self.suspects.popleft()
        if self.again:
            return self.again.popleft()
        if not self.pending:
            return None
        count = min(self.size(), len(self.pending))
        return _Part(tuple(self.pending.popleft() for _ in range(count)))

    def size(self) -> int:
        """Return how many runs the next chunk has: a second of work, and enough for everybody."""
        if self.chunk is not None:
            return self.chunk
        shares = 1 if self.crew.size == 1 else 4 * self.crew.size
        fair = -(-len(self.pending) // shares)
        least = int(SECONDS / 10 / self.per_run)
        return max(1, min(int(SECONDS / self.per_run), max(fair, least), MOST))

    def collect(self) -> None:
        """Publish what is finished, and deal with what is broken."""
        done, _ = concurrent.futures.wait(self.flying, SLICE, concurrent.futures.FIRST_COMPLETED)
        errors = {future: error for future in done if (error := _error_of(future)) is not None}
        for future in done - errors.keys():
            self.flying.pop(future)
            self.accept(future.result())
        if errors or not done:
            self.crew.check()
        for future, error in errors.items():
            self.strike(self.flying.pop(future), error)
        if any(isinstance(error, BrokenExecutor) for error in errors.values()):
            self.replace_workers()

    def accept(self, outcome: Outcome) -> None:
        self.works = True
        self.per_run = max(outcome.seconds / len(outcome.runs), 1e-6)
        self.publish(outcome)

    def strike(self, part: _Part, error: BaseException) -> None:
        """Play a chunk again that was under way when workers died; in the end, blame a run."""
        if isinstance(error, WorkerError):
            raise error
        # Dask has played it again already, as often as its settings say.
        certain = _is_killed_worker(error)
        if part.strikes < STRIKES:
            part.strikes = STRIKES if certain else part.strikes + 1
            (self.again if part.strikes < STRIKES else self.suspects).append(part)
        elif len(part.runs) > 1:
            self.suspects.extendleft(reversed(part.halves()))
        elif part.strikes == STRIKES and not certain:
            # Once more alone: its worker may have died of something else.
            part.strikes += 1
            self.suspects.appendleft(part)
        else:
            self.require_workers()
            self.publish(chunks.blamed(self.recipe, self.cut(part), _blame(error)))

    def cut(self, part: _Part) -> Chunk:
        return Chunk.cut(self.plan, part.runs)

    def replace_workers(self) -> None:
        """Take back what was under way, and have the dead replaced."""
        for future, part in self.flying.items():
            if future.done() and _error_of(future) is None:
                self.accept(future.result())
            else:
                self.strike(part, BrokenExecutor("the worker process died"))
        self.flying.clear()
        self.crew.rebuild()
        self.require_workers()

    def require_workers(self) -> None:
        """Raise WorkerError if workers cannot even begin: no run is to blame for that."""
        if self.works:
            return
        try:
            self.answer(self.crew.submit(chunks.probe, self.recipe))
        except WorkerError:
            raise
        except Exception as error:
            raise WorkerError(
                f"the workers cannot start ({type(error).__name__}: {error}); a script that sweeps"
                " needs `if __name__ == '__main__':`, and workers on other machines need"
                " tradetalks and your own modules"
            ) from error
        self.works = True

    def answer(self, future: "Future[None]") -> None:
        """Raise what a future raises, or WorkerError if nobody is left to answer."""
        while not concurrent.futures.wait([future], SLICE).done:
            self.crew.check()
        future.result()

    def keep_finished(self) -> None:
        for future in self.flying:
            if future.done() and _error_of(future) is None:
                self.publish(future.result())
        self.flying.clear()


def _error_of(future: "Future[Outcome]") -> BaseException | None:
    try:
        return future.exception()
    except concurrent.futures.CancelledError as error:
        return error


def _blame(error: BaseException) -> str:
    if isinstance(error, BrokenExecutor) or _is_killed_worker(error):
        return chunks.DIED
    return describe_error(error)


def _is_killed_worker(error: BaseException) -> bool:
    # Dask's own name for it, with an address in the text.
    return type(error).__name__ == "KilledWorker"
