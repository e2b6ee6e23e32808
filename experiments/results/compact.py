"""Merging many small segments into few large ones: the same tables in fewer files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.results.lock import Lock
from experiments.results.segments import Segments, segment_name, sorted_by_run
from experiments.results.store import stored_results
from simulator.errors import StoreError, WriteError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Compacted", "compact"]

#: Rows, of all tables together, in the segments that are written: some tens of megabytes.
MOST = 1_000_000


@dataclass(frozen=True)
class Compacted:
    """How many segments there were and are, and their size in bytes."""

    before: tuple[int, int]
    after: tuple[int, int]


def compact(folder: str | Path, most: int = MOST) -> Compacted:
    """Rewrite the segments of a sweep, finished or not, into few large ones, and return the effect.

    If it is interrupted, `open_results` still finds every run once, and the next sweep or compact
    completes it; only those who read the files by their pattern may find runs twice until then.
    Segments are merged up to so many rows, of all tables together.

    Raises StoreError if there is no sweep in the folder, somebody is writing to it, or it is
    damaged; WriteError if it cannot be written to: all runs are still there.
    """
    results = stored_results(folder)
    if not results.manifest:
        raise StoreError(f"{folder} holds a single run, which has no segments to put together")
    segments = results.segments
    try:
        with Lock(results.folder):
            segments.sweep_up()
            before = segments.room()
            segments.require_sound()
            for names in _groups(segments, most):
                if len(names) > 1:
                    runs = sorted(run for name in names for run in segments.runs_in(name))
                    new = segment_name(runs, names)
                    segments.swap(names, new, partial(_joined, segments, names))
            return Compacted(before, segments.room())
    except OSError as error:
        raise WriteError(f"{results.folder} cannot be written to: {error}") from error


def _groups(segments: Segments, most: int) -> Iterator[list[str]]:
    """Give groups of chunks to merge, each as large as allowed; a second time, nothing is merged.

    Size is counted in rows, which stay the same, not in bytes.
    """
    group: list[str] = []
    count = 0
    for name in segments.names():
        rows = segments.rows(name)
        if group and count + rows > most:
            yield group
            group, count = [], 0
        group.append(name)
        count += rows
    if group:
        yield group


def _joined(segments: Segments, names: Sequence[str], table: str) -> "pa.Table":
    import pyarrow as pa

    return sorted_by_run(pa.concat_tables(segments.read(table, name) for name in names))
