"""The segments of a folder of results: the rows of a chunk, in one Parquet file per table.

``<table>/seg-<first run>-<last run>-<digest>.parquet``; the segments of a chunk have the same
name in all tables. The one in ``runs`` is published last; without it, the others do not count.
"""

import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from experiments.design.job import ChunkResult, Job, schema
from experiments.results import failure_log, manifest
from experiments.results.atomic import atomic_file, sync_folder, whole_name, write_file
from experiments.results.inside import own_folder, read_regular, require_regular
from experiments.runs.tables import typed
from simulator.errors import StoreError
from simulator.literals import is_whole
from simulator.world.records import LATER, Column, columns

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SegmentState", "Segments", "read_segment", "segment_name", "sorted_by_run"]

T = TypeVar("T")

ASIDE = "set-aside"
#: Notes which segments are being replaced by which, until they are.
SWAP = "swap.json"
#: What segments are called; no other name in a folder of tables is ever used.
_NAME = re.compile(r"seg-[0-9]{9,18}-[0-9]{9,18}-[0-9a-f]{8}\.parquet")
#: Files beside the tables of which a killed writer may leave parts.
_BESIDE = (manifest.NAME, failure_log.NAME, SWAP)


def segment_name(runs: Sequence[int], made_of: Sequence[object] = ()) -> str:
    """Return the file name of the segments of a chunk, whose runs are in ascending order.

    What it is `made_of` distinguishes it from other chunks between these runs; the runs by default.
    """
    key = ",".join(map(str, made_of or runs))
    digest = blake2b(key.encode(), digest_size=4).hexdigest()
    return f"seg-{runs[0]:09d}-{runs[-1]:09d}-{digest}.parquet"


@dataclass(frozen=True)
class SegmentState:
    """The state of a chunk's segments: its runs, none if it cannot be read, and those that failed.

    Those with a gap did not fail, but lack the value of a metric that raised. The fault is which
    segment cannot be read and why, or that an earlier chunk has one of its runs, too; empty if all
    is well.
    """

    name: str
    runs: frozenset[int]
    failed: frozenset[int]
    gaps: frozenset[int]
    fault: str


class Segments:
    """The segments in a folder, of ``runs`` and the tables besides."""

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        self.folder = folder
        self.tables = tuple(tables)
        self._empty: dict[str, pa.Table] = {}

    def names(self) -> list[str]:
        """Return the names of the chunks that are published, in the order of their runs."""
        paths = (self.folder / "runs").glob("seg-*.parquet")
        return sorted(path.name for path in paths if _NAME.fullmatch(path.name) and path.is_file())

    def _own(self, table: str, name: str) -> Path:
        """Return where a segment is written; StoreError if its folder is a link."""
        return own_folder(self.folder / table) / name

    def publish(self, result: ChunkResult) -> None:
        """Write the segments of a chunk, each whole or not at all.

        Raises OSError if they cannot be written.
        """
        name = segment_name(result.runs)
        for table in (*self.tables, "runs"):
            write_file(self._own(table, name), result.segments[table])

    def runs_in(self, name: str) -> list[int]:
        """Return the runs of a chunk."""
        return [int(run) for run in self.read("runs", name, ["run"])["run"].to_pylist()]

    def rows(self, name: str) -> int:
        """Return how many rows a chunk has in all tables."""
        tables = ("runs", *self.tables)
        return sum(self.read(table, name, ["run"]).num_rows for table in tables)

    def corrupt(self, name: str) -> str:
        """Return which segment of a chunk cannot be read and why, nothing if all can."""
        for table in ("runs", *self.tables):
            try:
                content = self.read(table, name)
            except StoreError as error:
                return str(error)
            if not _is_within(content, name):
                return f"{table}/{name}: it has other runs than its name says"
        return ""

    def states(self, names: Sequence[str] | None = None) -> Iterator[SegmentState]:
        """Give the state of each chunk, or of those named, in that order.

        It is whether it can be read, and has runs of its own only.
        """
        known_runs: set[int] = set()
        for name in self.names() if names is None else names:
            fault = self.corrupt(name)
            runs, failed, gaps = (frozenset[int](),) * 3 if fault else self._runs(name)
            if not known_runs.isdisjoint(runs):
                fault = f"runs/{name}: runs that another segment has too"
            else:
                known_runs |= runs
            yield SegmentState(name, runs, failed, gaps, fault)

    def _runs(self, name: str) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        """Return the runs of a chunk, those of them that failed, and those with a gap."""
        import pyarrow.compute as pc

        table = self.read("runs", name, ["run", "error", "traceback"])
        failed = pc.is_valid(table["error"])
        gap = pc.and_not(pc.is_valid(table["traceback"]), failed)
        every, bad, odd = (
            frozenset(t["run"].to_pylist())
            for t in (table, table.filter(failed), table.filter(gap))
        )
        return every, bad, odd

    def require_sound(self) -> set[int]:
        """Return all runs in the folder, after checking that each can be read and occurs once.

        Raises StoreError if one cannot be read, or is in two chunks.
        """
        all_runs: set[int] = set()
        for chunk in self.states():
            if chunk.fault:
                hint = f"`tradetalks sweep {self.folder} --resume` mends it"
                raise StoreError(f"{self.folder}: {chunk.fault}; {hint}")
            all_runs |= chunk.runs
        return all_runs

    def steady(self, look: Callable[[list[str]], T]) -> T:
        """Return what `look` makes of the chunks, even if somebody merges them meanwhile.

        It is called again with their names if one of them has disappeared; a StoreError that it
        raises while all are still there is raised.
        """
        while True:
            names = self.names()
            try:
                result = look(names)
            except StoreError:
                if self._has(names):
                    raise
            else:
                if self._has(names):
                    return result

    def _has(self, names: Iterable[str]) -> bool:
        return set(names) <= set(self.names())

    def set_aside(self, name: str) -> Path:
        """Move all segments of a chunk to ``set-aside``, and return that folder.

        What was set aside before keeps its name and stays.
        """
        home, tables = own_folder(self.folder / ASIDE), ("runs", *self.tables)
        stem = name.removesuffix(".parquet")
        names = itertools.chain([name], (f"{stem}.{k}.parquet" for k in itertools.count(2)))
        free = next(n for n in names if not any((home / table / n).exists() for table in tables))
        for table in tables:
            path = self._own(table, name)
            if os.path.lexists(path):
                path.replace(own_folder(home / table) / free)
        return home

    def sweep_up(self) -> None:
        """Remove what a killed writer left behind: parts of files, and unpublished segments."""
        homes = [own_folder(self.folder / table) for table in ("runs", *self.tables)]
        self._end_swap()
        published = set(self.names())
        for path in [path for home in (self.folder, *homes) for path in home.iterdir()]:
            name = whole_name(path.name)
            is_part = _NAME.fullmatch(name) or name in _BESIDE
            if is_part or (_NAME.fullmatch(path.name) and path.name not in published):
                path.unlink()
        sync_folder(self.folder)

    def clear(self) -> None:
        """Remove all segments and their folders; OSError if anything else is in one of these."""
        for table in self.tables:
            home = own_folder(self.folder / table)
            for path in list(home.iterdir()):
                if _NAME.fullmatch(path.name) or _NAME.fullmatch(whole_name(path.name)):
                    path.unlink()
            home.rmdir()

    def forget_failed(self, name: str) -> None:
        """Remove the runs of a chunk that failed or have a gap; a crash loses nothing.

        Raises StoreError or OSError as `swap` does.
        """
        chunk = next(self.states([name]))
        gone = chunk.failed | chunk.gaps
        if gone == chunk.runs:
            self._own("runs", name).unlink()  # without it, the others do not count
        elif gone:
            new = segment_name(sorted(chunk.runs - gone), [name, *sorted(gone)])
            self.swap([name], new, partial(self._without, name, gone), sorted(gone))

    def _without(self, name: str, gone: Collection[int], table: str) -> "pa.Table":
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = self.read(table, name)
        return rows.filter(pc.invert(pc.is_in(rows["run"], pa.array(gone, pa.int64()))))

    def swap(
        self,
        old: Sequence[str],
        new: str,
        content: "Callable[[str], pa.Table]",
        without: Sequence[int] = (),
    ) -> None:
        """Publish a new chunk, of that content by table, in place of others with the same runs.

        Or with the same runs but for some that it is `without`.

        If it is interrupted, every run can still be read once, and `sweep_up` completes it. Raises
        StoreError if what was written cannot be read: the old chunks stay; OSError if it cannot be
        written.
        """
        plan = {"old": list(old), "new": new, **({"without": list(without)} if without else {})}
        write_file(self.folder / SWAP, json.dumps(plan).encode())
        for table in (*self.tables, "runs"):
            _store(self._own(table, new), content(table))
        if fault := self._end_swap():
            raise StoreError(f"{self.folder}: what was written cannot be read: {fault}")

    def _end_swap(self) -> str:
        """Remove the old chunks of a swap, or the new one if it is damaged, and return why."""
        path = self.folder / SWAP
        try:
            old, new, without = _swap_of(json.loads(read_regular(path)))
        except FileNotFoundError:
            return ""
        except (ValueError, KeyError, TypeError, RecursionError):
            path.unlink()  # runs that are there twice can be told by their numbers, too
            return ""
        fault = self.corrupt(new)
        gone = [new] if fault else old if self._holds_all(new, without, old) else []
        for name, table in itertools.product(gone, ("runs", *self.tables)):
            self._own(table, name).unlink(missing_ok=True)
        sync_folder(self.folder / "runs")
        path.unlink()
        return fault

    def _holds_all(self, new: str, without: Iterable[int], old: Iterable[str]) -> bool:
        """Return whether a chunk has all runs of others that are still there, but for some."""
        there = set(self.names())
        runs = {*self.runs_in(new), *without}
        try:
            return all(runs.issuperset(self.runs_in(name)) for name in old if name in there)
        except StoreError:
            return False

    def copy_to(self, other: "Segments", names: Iterable[str]) -> None:
        """Copy chunks to another folder, whose lock is held.

        Raises StoreError if one of them already exists there; OSError if they cannot be written.
        """
        for name in names:
            if (other.folder / "runs" / name).exists():
                raise StoreError(f"{name} is in more than one of the folders")
            for table in (*self.tables, "runs"):
                with atomic_file(other._own(table, name)) as part:
                    shutil.copyfile(self.folder / table / name, part)

    def room(self) -> tuple[int, int]:
        """Return how many published segments there are, and their size in bytes."""
        sizes = []
        for name, table in itertools.product(self.names(), ("runs", *self.tables)):
            with contextlib.suppress(FileNotFoundError):  # merged with others meanwhile
                sizes.append((self.folder / table / name).stat().st_size)
        return len(sizes), sum(sizes)

    def read(self, table: str, name: str, only: Sequence[str] | None = None) -> "pa.Table":
        """Return a segment, or some columns, after checking that it has the experiment's columns.

        Raises StoreError if it cannot be read, with its name and the reason.
        """
        later = LATER.get(table, ())
        return read_segment(self.folder / table / name, only, self.empty(table).schema, later)

    def empty(self, table: str) -> "pa.Table":
        """Return a table of the experiment without rows."""
        if table not in self._empty:
            self._empty[table] = typed(self._columns(table), [])
        return self._empty[table]

    def _columns(self, table: str) -> list[Column]:
        content = manifest.read_manifest(self.folder)
        countries = tuple(content["countries"])
        if table != "runs":
            return columns(table, countries)
        experiment = manifest.experiment_of(content)
        options = (experiment.axes, experiment.tables, experiment.metrics, countries)
        return schema(Job("", experiment.name, None, experiment.model, *options))


def read_segment(
    path: Path,
    only: Sequence[str] | None = None,
    schema: "pa.Schema | None" = None,
    later: Collection[str] = (),
) -> "pa.Table":
    """Return the content of a segment, or some columns of it, its checksums verified.

    The schema has the columns that there must be; their units and meanings replace those in the
    file. Those that came `later` are empty if the file lacks them. Raises StoreError if it cannot
    be read, with its name and the reason.
    """
    import pyarrow as pa
    from pyarrow import ArrowException, parquet

    try:
        require_regular(path)
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            there = file.schema_arrow.names
            lacking = [name for name in later if name not in there]
            if schema is not None:
                expected = [field for field in schema if field.name not in lacking]
                _require_columns(file.schema_arrow, pa.schema(expected))
            table = file.read(None if only is None else [name for name in only if name in there])
            rows = file.metadata.num_rows
        # Nobody else compares the number of rows in the file's footer with those in its parts.
        if table.num_rows != rows:
            raise ValueError(f"{table.num_rows} rows where the file says {rows}")
        if schema is None:
            return table
        for field in (schema.field(name) for name in lacking if only is None or name in only):
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
        return table.cast(pa.schema([schema.field(name) for name in table.column_names]))
    except FileNotFoundError:
        reason = "missing"
    # A changed byte in the footer may raise any of these: it is read before any verification.
    except (OSError, ValueError, ArrowException) as error:
        reason = (str(error).splitlines() or ["cannot be read"])[0][:100].rstrip(".")
    raise StoreError(f"{path.parent.name}/{path.name}: {reason}")


def _swap_of(plan: Any) -> tuple[list[str], str, list[int]]:
    """Return which segments are replaced by which, and without which runs.

    Raises ValueError, KeyError or TypeError if it is no such plan.
    """
    old, new, without = list(plan["old"]), plan["new"], list(plan.get("without", ()))
    if not all(_NAME.fullmatch(name) for name in [*old, new]) or new in old:
        raise ValueError("no names of segments")
    if not all(is_whole(run, least=0) for run in without):
        raise ValueError("no numbers of runs")
    return old, new, without


def sorted_by_run(table: "pa.Table") -> "pa.Table":
    """Return a table with its rows sorted by run; the rows of a run keep their order."""
    import numpy as np

    runs = table["run"].to_numpy()
    if np.all(runs[1:] >= runs[:-1]):
        return table
    return table.take(np.argsort(runs, kind="stable"))


def _is_within(table: "pa.Table", name: str) -> bool:
    """Return whether all runs in a segment lie between those in its name."""
    import pyarrow.compute as pc

    first, last = map(int, name.split("-")[1:3])
    ends = pc.min_max(table["run"]).as_py()
    return not table.num_rows or bool(first <= ends["min"] and ends["max"] <= last)


def _store(path: Path, table: "pa.Table") -> None:
    from pyarrow import parquet

    with atomic_file(path) as part:
        parquet.write_table(table, part, write_page_checksum=True)


def _require_columns(actual: "pa.Schema", expected: "pa.Schema") -> None:
    """Raise ValueError unless the columns have the expected names and types."""
    for field, wanted in itertools.zip_longest(actual, expected):
        if field is None or wanted is None or not field.equals(wanted):
            raise ValueError(f"a column is {_described(field)} and should be {_described(wanted)}")


def _described(field: "pa.Field | None") -> str:
    return f"{field.name!r} ({field.type})" if field else "none"
