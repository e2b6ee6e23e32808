"""Playing an experiment to the end: `execute`.

The plan is cut into chunks of about a second. A few more chunks than workers are under way at a
time, and results are published as they come back. Workers that die are replaced, and the chunks
that were under way are played again; a chunk that was under way twice when workers died is played
alone, and halved until the run that kills is found, which is recorded as failed.
"""

import contextlib
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from experiments.design.experiment import Experiment
from experiments.design.plan import Plan
from experiments.execution import executors, worker
from experiments.execution.engine import engine_for, require_engine
from experiments.execution.executors import Workers
from experiments.execution.processes import Processes
from experiments.execution.scheduler import Scheduler
from experiments.execution.trial import planned
from experiments.results import amend, manifest
from experiments.results.progress import Progress
from experiments.results.store import StoredResults, stored_results
from experiments.results.sweep_folder import (
    opened_for_writing,
    pending_runs,
    publisher,
    require_same,
    require_usable,
)
from experiments.runs.engines import Engine, engine_problems
from simulator import literals
from simulator.errors import Problem, ScenarioError, WorkerError
from simulator.files import user_path

__all__ = ["dry_run", "execute"]


def execute(
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
    timeout: float | None = None,
    engine: Engine = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> StoredResults:
    """Play an experiment until every run of it is in a folder, and return its results.

    It takes and raises what `experiments.sweep.sweep` does.
    """
    _require_counts(workers=workers, chunk=chunk)
    worker.forget()
    folder, resume = user_path(out), resume or retry_failed
    if timeout is not None:
        experiment = replace(experiment, timeout=timeout)
    _require_own_workers(experiment, executor, scheduler)
    if problems := [*engine_problems(engine)]:
        raise ScenarioError(problems)
    whole = planned(experiment, shard, _most(folder, resume, max_runs))
    chosen = engine_for(engine)
    require_engine(chosen, None if experiment.model else experiment.base)
    report = progress or (lambda _: None)
    # Workers first: if they cannot be reached, no folder is left behind.
    with (
        _workers(workers, executor, scheduler, apart, experiment.timeout) as pool,
        opened_for_writing(folder, whole, resume, retry_failed) as (segments, state),
    ):
        pending = pending_runs(whole, segments, state, retry_failed)
        report(state)
        publish = publisher(folder, segments, state, report)

        def tell(note: str) -> None:
            state.notes.append(note)
            report(state)

        try:
            Scheduler(whole, deque(pending), pool, publish, chunk, tell, chosen).run()
        except WorkerError as error:
            raise WorkerError(
                f"{error}; {state.done:,} of {state.total:,} runs are in {folder}:"
                f" `tradetalks sweep {folder} --resume` goes on"
            ) from error
        finally:
            if state.compiled:
                with contextlib.suppress(OSError):  # which something else has told by then
                    manifest.note_compiled(folder, state.compiled)
    return stored_results(folder, allow_code=True)  # as it has just been played


def _require_counts(**counts: object) -> None:
    problems = [
        Problem(name, value, "a whole number, at least 1")
        for name, value in counts.items()
        if value is not None and (not literals.is_whole(value, least=1))
    ]
    if problems:
        raise ScenarioError(problems)


def _require_own_workers(
    experiment: Experiment, executor: Executor | None, scheduler: str | None
) -> None:
    """Refuse a time limit where the processes that play are not this sweep's to end."""
    if experiment.timeout is not None and (executor is not None or scheduler is not None):
        whose = "an executor" if scheduler is None else "a Dask scheduler"
        allowed = f"nothing with {whose}, whose workers cannot be ended: use own workers"
        raise ScenarioError([Problem("timeout", experiment.timeout, allowed)])


def dry_run(
    experiment: Experiment,
    out: str | Path,
    *,
    resume: bool = False,
    retry_failed: bool = False,
    shard: tuple[int, int] | None = None,
    max_runs: int | None = None,
) -> tuple[Plan, int]:
    """Return the plan of an experiment, and how many runs `execute` would play; change nothing.

    Raises ScenarioError if the experiment cannot be played; StoreError if the folder cannot be
    used: not empty, of another experiment.
    """
    folder, resume = user_path(out), resume or retry_failed
    whole = planned(experiment, shard, _most(folder, resume, max_runs))
    require_usable(folder, resume)
    if not (folder / manifest.NAME).is_file():
        return whole, sum(1 for _ in whole.runs())
    old, new = manifest.read_manifest(folder), manifest.manifest_of(whole)
    require_same(folder, amend.repaired(old, new, []) if retry_failed else old, new)
    return whole, len(amend.lacking(folder, whole, or_failed=retry_failed))


def _most(folder: Path, resume: bool, max_runs: int | None) -> int | None:
    """Return the largest number of runs: any, where the folder shows that they were allowed."""
    return sys.maxsize if resume and (folder / manifest.NAME).is_file() else max_runs


# -- the execution -----------------------------------------------------------------------------


@contextlib.contextmanager
def _workers(
    workers: int | None,
    executor: Executor | None,
    scheduler: str | None,
    apart: bool,
    timeout: float | None,
) -> Iterator[Workers]:
    pool: Workers
    if executor is not None:
        pool = executors.OwnExecutor(executor)
    elif scheduler is not None:
        pool = executors.Dask(scheduler)
    else:
        size = executors.cores() if workers is None else workers
        # A run that hangs can be ended only with its process.
        is_apart = size > 1 or apart or timeout is not None
        pool = Processes(size, timeout) if is_apart else executors.InProcess()
    try:
        yield pool
    finally:
        pool.stop()
