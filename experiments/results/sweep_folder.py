"""Writing to a folder of results: started or resumed under its lock, chunk by chunk."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.design.job import ChunkResult, job_of
from experiments.design.plan import Plan
from experiments.results import amend, failure_log, manifest
from experiments.results.atomic import whole_name
from experiments.results.lock import NAME as LOCK
from experiments.results.lock import Lock
from experiments.results.progress import Progress
from experiments.results.segments import Segments
from simulator.errors import StoreError, WriteError

__all__ = [
    "opened_for_writing",
    "pending_runs",
    "publisher",
    "require_same",
    "require_usable",
]

_CHANGED = (
    "Warning: code has changed since {} was begun; failed and missing runs are played with the new"
    " one, as manifest.json notes:"
)


@contextlib.contextmanager
def opened_for_writing(
    folder: Path, planned: Plan, resume: bool, repaired: bool
) -> Iterator[tuple[Segments, Progress]]:
    """Lend the segments of a folder that is new or resumes this plan, and hold its lock."""
    content = manifest.manifest_of(planned)
    require_usable(folder, resume)
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    segments = Segments(folder, job_of(planned).kept_tables)
    with Lock(folder) as lock:
        state = Progress()
        if lock.stale:
            state.notes.append(f"the lock of {lock.stale}, which is gone, was taken over")
        with _writing(folder):
            changes = amend.accept(folder, planned, content) if repaired else []
            if changes:
                state.notes.append("\n".join([_CHANGED.format(folder), *changes]))
            _begin(folder, content, resume)
            segments.sweep_up()
        yield segments, state


def require_usable(folder: Path, resume: bool) -> None:
    """Raise StoreError if there is anything in a folder, unless it is a sweep to be resumed."""
    with _writing(folder):
        names = {p.name for p in folder.iterdir()} if folder.exists() else set[str]()
    names = {name for name in names if not _is_begun(name)}
    if not names or (resume and manifest.NAME in names):
        return
    if manifest.UNFINISHED in names:
        raise StoreError(manifest.HALF_MERGED.format(folder))
    if resume:
        raise StoreError(f"{folder} is not empty, and holds no results of a sweep")
    hint = "--resume goes on with it" if manifest.NAME in names else "it is no results folder"
    raise StoreError(f"{folder} is not empty, and nothing in it is overwritten; {hint}")


def _is_begun(name: str) -> bool:
    """Return whether a name is left by a writer that was killed before it wrote anything."""
    return name == LOCK or whole_name(name) == manifest.NAME


def require_same(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Raise StoreError if what is to be played in a folder is not what was played there."""
    if changes := manifest.differences(old, new):
        lines = "\n".join(changes)
        holds = "results of a different experiment, which cannot be gone on with"
        do = "Name another folder with --out, or undo the changes."
        if manifest.is_older(old):
            holds = "results of an earlier version of tradetalks, which only that can go on with"
            do = "Play it anew in another folder with --out, or install the version that wrote it."
        raise StoreError(f"{folder} holds {holds}:\n{lines}\n{do}")


def _begin(folder: Path, content: Mapping[str, Any], resume: bool) -> None:
    # Checked once more, now that nobody else can write to it.
    require_usable(folder, resume)
    if (folder / manifest.NAME).exists():
        old = manifest.read_manifest(folder)
        require_same(folder, old, content)
        if old.get("timeout") != content["timeout"]:
            manifest.write_manifest(folder, amend.timed(old, content["timeout"]))
    else:
        manifest.write_manifest(folder, content)


def pending_runs(planned: Plan, segments: Segments, state: Progress, retry: bool) -> list[int]:
    """Return the runs that are not in the folder, after setting unreadable segments aside."""
    done: set[int] = set()
    for chunk in segments.states():
        if chunk.fault:
            aside = segments.set_aside(chunk.name)
            again = "those that no other has" if chunk.runs else "its runs"
            state.notes.append(f"{chunk.fault}; set aside in {aside}, {again} are played again")
        elif retry:
            segments.forget_failed(chunk.name)
            done |= chunk.runs - chunk.failed - chunk.gaps
        else:
            state.failed += len(chunk.failed)
            state.gaps += len(chunk.gaps)
            done |= chunk.runs
    runs = list(planned.runs())
    state.total, state.done = len(runs), len(done)
    return [run for run in runs if run not in done]


def publisher(
    folder: Path, segments: Segments, state: Progress, report: Callable[[Progress], None]
) -> Callable[[ChunkResult], None]:
    """Return a function that publishes a chunk in a folder, and reports progress."""

    def publish(result: ChunkResult) -> None:
        with _writing(folder):
            failure_log.append(folder, [*result.failures, *result.gaps])
            segments.publish(result)
        state.done += len(result.runs)
        state.played += len(result.runs)
        state.compiled += result.compiled
        state.failed += len(result.failures)
        state.gaps += len({gap.run for gap in result.gaps})
        if state.began is None and result.seconds:  # runs that are only blamed take no time
            state.began, state.before = time.monotonic(), state.done
        report(state)

    return publish


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Raise WriteError if a folder cannot be written to, and say what to do."""
    try:
        yield
    except OSError as error:
        message = f"{folder} cannot be written to: {error.strerror or error}"
        if (folder / manifest.NAME).is_file():
            message += (
                ". What is in it is whole and can be read; --resume goes on when that is mended"
            )
        raise WriteError(message) from error
