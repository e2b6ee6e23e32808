"""Results on disk, read back: ``open_results(DIR).runs``.

A folder of results holds ``manifest.json`` (what was played), a folder of Parquet segments per
table, and ``errors.jsonl`` (a line per failed run). ``DIR/runs/*.parquet`` is what DuckDB, polars
and others read.
"""

import itertools
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

from experiments.design.experiment import Experiment
from experiments.results import manifest
from experiments.results.segments import Segments, read_segment, sorted_by_run
from experiments.runs.metrics import NO_OUTCOME
from experiments.runs.tables import TableFrames
from simulator.errors import ScenarioError, StoreError, nearest
from simulator.files import user_path
from simulator.world.records import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["StoredResults", "stored_results"]


def stored_results(folder: str | Path, *, allow_code: bool = False) -> "StoredResults":
    """Return the results in a folder of a sweep, or of ``tradetalks run --out``.

    Parameters
    ----------
    folder : str or Path
        The folder.
    allow_code : bool
        Whether code that its files name may be imported, to play its runs again.

    Raises
    ------
    StoreError
        If there are no results in it.
    """
    path = user_path(folder)
    if not path.is_dir():
        raise StoreError(f"there is no folder {str(folder)!r}")
    if not os.path.lexists(path / manifest.NAME) and (path / "runs.parquet").is_file():
        return StoredResults(path, {}, allow_code)
    return StoredResults(path, manifest.read_manifest(path), allow_code)


class StoredResults(TableFrames):
    """The results in a folder; tables are read when they are used, and sorted by run.

    Parameters
    ----------
    folder : Path
        The folder.
    manifest : mapping
        Its manifest; empty for the folder of a single run.
    allow_code : bool
        Whether code that its files name may be imported, to play its runs again.
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any], allow_code: bool = False) -> None:
        self.folder = folder
        self.manifest = manifest
        self.allow_code = allow_code

    @cached_property
    def experiment(self) -> Experiment:
        """What was played, resolved."""
        if self.manifest:
            try:
                return manifest.experiment_of(self.manifest, allow_code=self.allow_code)
            except ScenarioError as error:
                where = str(self.folder / manifest.NAME)
                raise ScenarioError(error.problems, where) from error
        scenario = str(self.folder / "scenario.toml")
        return Experiment(self.folder.name, scenario, allow_code=self.allow_code)

    @property
    def axes(self) -> list[str]:
        """The dotted paths that vary: columns of ``runs``."""
        return [axis.path for axis in self.experiment.axes]

    @cached_property
    def metrics(self) -> list[str]:
        """The metrics that the experiment names; all `outcomes` if none."""
        return list(self.experiment.metrics) or self.outcomes

    @cached_property
    def outcomes(self) -> list[str]:
        """All metrics: those that the experiment names, then other numeric columns of ``runs``."""
        apart = {*NO_OUTCOME, "point", "replication", *self.axes, *self.experiment.metrics}
        numeric = self.runs.select_dtypes("number").columns
        return [*self.experiment.metrics, *(name for name in numeric if name not in apart)]

    @property
    def metric_errors(self) -> "pd.Series[str]":
        """What metrics raised whose cells are empty, in runs that did not fail; by run."""
        runs = self.runs.set_index("run")
        if "traceback" not in runs:
            return runs["error"].dropna().iloc[:0]
        told = runs["traceback"][runs["error"].isna()].dropna()
        return told.str.partition("\n")[0] if len(told) else told

    @property
    def tables(self) -> list[str]:
        """The tables that were kept."""
        if not self.manifest:
            return [name for name in TABLES if (self.folder / f"{name}.parquet").is_file()]
        return ["runs", *(name for name in TABLES if name in self.experiment.tables)]

    @property
    def is_older(self) -> bool:
        """Whether a version of tradetalks wrote it that played by other rules than this one.

        Folders of single runs have no format, and all tables that there were when they were kept.
        """
        if not self.manifest:
            return len(self.tables) < len(TABLES)
        return manifest.is_older(self.manifest)

    def path(self, table: str) -> str:
        """Return the pattern of the files of a table, for DuckDB or polars.

        Raises
        ------
        StoreError
            If it was not kept.
        """
        if table not in self.tables:
            raise StoreError(f"table {table!r} is not in {self.folder}; {self._tables_kept(table)}")
        name = f"{table}/*.parquet" if self.manifest else f"{table}.parquet"
        return str(self.folder / name)

    def __getattr__(self, name: str) -> Never:
        # Others, such as pickle, look for special names, even before `__init__` has run.
        hint = "" if name.startswith("_") else f"; tables that were {self._tables_kept(name)}"
        raise AttributeError(f"results have no {name!r}{hint}", name=name, obj=self)

    def _tables_kept(self, name: str) -> str:
        meant = nearest(name, self.tables)
        hint = f"; did you mean {meant!r}?" if meant else ""
        return f"kept are: {', '.join(self.tables)}{hint}"

    def arrow(self, table: str) -> "pa.Table":
        """Return a table as Arrow, sorted by run, each run once.

        Raises
        ------
        StoreError
            If it was not kept, or a segment of it cannot be read.
        """
        self.path(table)
        if not self.manifest:
            return read_segment(self.folder / f"{table}.parquet")
        return self.segments.steady(lambda names: sorted_by_run(self._concatenated(table, names)))

    def frame(self, table: str) -> "pd.DataFrame":
        """Return a table as a data frame, sorted by run."""
        return _frame(self.arrow(table), table)

    @cached_property
    def segments(self) -> Segments:
        """The segments in which the tables are kept."""
        return Segments(self.folder, [name for name in self.tables if name != "runs"])

    def _concatenated(self, table: str, names: list[str]) -> "pa.Table":
        import pyarrow as pa

        owners = self._owners(names)
        tables = [self._rows_owned(self._read_segment(table, name), name, owners) for name in names]
        return pa.concat_tables(tables) if tables else self.segments.empty(table)

    def _read_segment(self, table: str, name: str, only: Sequence[str] | None = None) -> "pa.Table":
        try:
            return self.segments.read(table, name, only)
        except StoreError as error:
            raise StoreError(
                f"{self.folder} has a segment that cannot be read, {error};"
                f" `tradetalks sweep {self.folder} --resume` sets it aside and plays its runs again"
            ) from error

    def _rows_owned(self, table: "pa.Table", name: str, owners: Mapping[int, str]) -> "pa.Table":
        """Return the rows of those runs that this segment is the first to hold."""
        if not owners:
            return table
        import pyarrow as pa

        is_owner = [owners[run] == name for run in table["run"].to_pylist()]
        return table.filter(pa.array(is_owner, pa.bool_()))

    def _owners(self, names: list[str]) -> dict[int, str]:
        """Return the first segment that holds each run; empty if no run is in two.

        A run is in two when two machines wrote at once, and while segments are being merged.
        """
        ends = [tuple(int(part) for part in name.split("-")[1:3]) for name in names]
        if all(a[1] < b[0] for a, b in itertools.pairwise(ends)):
            return {}
        owners: dict[int, str] = {}
        count = 0
        for name in names:
            runs = self._read_segment("runs", name, ["run"])["run"].to_pylist()
            count += len(runs)
            for run in runs:
                owners.setdefault(run, name)
        return owners if count > len(owners) else {}


def _frame(table: "pa.Table", name: str) -> "pd.DataFrame":
    """Return a table with the types of the schema; integers stay so even if some are missing."""
    import pandas as pd
    import pyarrow as pa

    nullable = {pa.int64(): pd.Int64Dtype()}
    whole = [field.name for field in table.schema if pa.types.is_integer(field.type)]
    may_lack = {column.name for column in TABLES[name] if column.type == "int?"}
    lacking = [name for name in whole if name in may_lack or table[name].null_count]
    rest = [name for name in table.column_names if name not in lacking]
    frame: pd.DataFrame = table.select(rest).to_pandas(split_blocks=True)
    for name in lacking:
        frame[name] = table[name].to_pandas(types_mapper=nullable.get)
    ordered: pd.DataFrame = frame[table.column_names]
    return ordered
