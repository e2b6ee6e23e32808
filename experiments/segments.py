"""The segments of a folder of results: what a chunk left behind, one Parquet file per table.

``<table>/seg-<first run>-<last run>-<digest of the runs>.parquet``; the segments of a chunk have
one name in all tables. The one in ``runs`` is published last, and makes the others count.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.chunk import Outcome
from simulator.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Segments", "name_of", "read"]

ASIDE = "set-aside"


def name_of(runs: Sequence[int]) -> str:
    """Return the file name of the segments of a chunk.

    Parameters
    ----------
    runs : sequence of int
        Its runs, rising.
    """
    digest = blake2b(",".join(map(str, runs)).encode(), digest_size=4).hexdigest()
    return f"seg-{runs[0]:09d}-{runs[-1]:09d}-{digest}.parquet"


class Segments:
    """The segments in a folder.

    Parameters
    ----------
    folder : Path
        The folder of results.
    tables : sequence of str
        The tables besides ``runs``.
    """

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        self.folder = folder
        self.tables = tuple(tables)

    def names(self) -> list[str]:
        """Return the names of the chunks that are published, in the order of their runs."""
        return sorted(path.name for path in (self.folder / "runs").glob("seg-*.parquet"))

    def publish(self, outcome: Outcome) -> None:
        """Write the segments of a chunk, each whole or not at all.

        Raises
        ------
        OSError
            If they cannot be written.
        """
        name = name_of(outcome.runs)
        for table in (*self.tables, "runs"):
            write(self.folder / table / name, outcome.segments[table])

    def runs_in(self, name: str, only_failed: bool = False) -> list[int]:
        """Return the runs of a chunk.

        Parameters
        ----------
        name : str
            One of `names`.
        only_failed : bool
            Whether to return the failed ones only.
        """
        import pyarrow.compute as pc

        table = read(self.folder / "runs" / name, ["run", "error"])
        if only_failed:
            table = table.filter(pc.is_valid(table["error"]))
        return [int(run) for run in table["run"].to_pylist()]

    def corrupt(self, name: str) -> str:
        """Return which segment of a chunk cannot be read and why, empty if all can.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        from pyarrow import ArrowException

        for table in ("runs", *self.tables):
            path = self.folder / table / name
            try:
                read(path)
            except FileNotFoundError:
                return f"{table}/{name}: missing"
            except (OSError, ArrowException) as error:
                reason = (str(error).splitlines() or ["cannot be read"])[0]
                return f"{table}/{name}: {reason[:100]}"
        return ""

    def set_aside(self, name: str) -> Path:
        """Move all segments of a chunk to ``set-aside``, and return that folder.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        for table in ("runs", *self.tables):
            path, aside = self.folder / table / name, self.folder / ASIDE / table / name
            if path.exists():
                aside.parent.mkdir(parents=True, exist_ok=True)
                path.replace(aside)
        return self.folder / ASIDE

    def sweep_up(self) -> None:
        """Remove what a killed writer left: parts, and segments of chunks never published."""
        published = set(self.names())
        for table in ("runs", *self.tables):
            (self.folder / table).mkdir(exist_ok=True)
            for path in list((self.folder / table).iterdir()):
                unpublished = path.name.startswith("seg-") and path.name not in published
                if path.name.endswith(".part") or unpublished:
                    path.unlink()

    def forget_failed(self, name: str) -> list[int]:
        """Remove the failed runs of a chunk, and return them.

        They have rows in ``runs`` only, which is replaced at once: a crash loses nothing.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        from pyarrow import parquet

        path = self.folder / "runs" / name
        failed = self.runs_in(name, only_failed=True)
        if not failed:
            return []
        table = read(path)
        rest = table.filter(pc.is_null(table["error"]))
        if not rest.num_rows:
            path.unlink()
            return failed
        sink = pa.BufferOutputStream()
        parquet.write_table(rest, sink, write_page_checksum=True)
        write(path, bytes(sink.getvalue()))
        return failed

    def copy_to(self, other: "Segments", names: Iterable[str]) -> None:
        """Copy chunks to another folder, whose lock is held.

        Raises
        ------
        StoreError
            If one of them is there already.
        OSError
            If they cannot be written.
        """
        for name in names:
            if (other.folder / "runs" / name).exists():
                raise StoreError(f"{name} is in more than one of the folders")
            for table in (*self.tables, "runs"):
                path = other.folder / table / name
                part = path.with_name(f".{name}.part")
                shutil.copyfile(self.folder / table / name, part)
                part.replace(path)

    def files(self) -> Iterator[Path]:
        """Give the paths of all published segments."""
        for name in self.names():
            for table in ("runs", *self.tables):
                yield self.folder / table / name


def read(path: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Return what is in a segment, its checksums verified.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str, optional
        Which columns; all by default.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it cannot be read.
    """
    from pyarrow import parquet

    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns)


def write(path: Path, content: bytes) -> None:
    """Write a file; it appears whole or not at all, and stays if the machine stops.

    Parameters
    ----------
    path : Path
        Where.
    content : bytes
        What.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
