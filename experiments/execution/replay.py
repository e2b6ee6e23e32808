"""One run of a sweep played again, with all tables, and compared with what was kept of it."""

import math
import sys
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.design.job import DIED, Chunk, ChunkResult, job_of
from experiments.design.plan import Plan, plan
from experiments.execution.processes import Processes
from experiments.execution.worker import blamed, play
from experiments.results.store import StoredResults
from experiments.runs.play import load
from experiments.runs.play import play as play_scenario
from experiments.runs.record import RunRecord
from simulator.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa


__all__ = ["Replay", "replay", "replayed", "replayed_folder"]


@dataclass(frozen=True)
class Replay:
    """A run played again.

    Parameters
    ----------
    number, seed : int
        Which run, and its seed.
    values : mapping
        What it varied: values by dotted path.
    row : dict
        Its row in ``runs``, as played now.
    differences : tuple of str
        Where it is not the run that was kept: nowhere, if all is well.
    run : RunRecord or None
        The run with all its tables; None if it failed, or a model was played.
    """

    number: int
    seed: int
    values: dict[str, Any]
    row: dict[str, Any]
    differences: tuple[str, ...]
    run: RunRecord | None


def replay(results: StoredResults, number: int) -> Replay:
    """Return a run of a sweep, played again.

    Parameters
    ----------
    results : Results
        Of a sweep.
    number : int
        Which run.

    Raises
    ------
    StoreError
        If there is no such run in the results.
    """
    if not results.manifest:
        raise StoreError(f"{results.folder} holds a single run: tradetalks run plays it again")
    planned = plan(results.experiment, max_runs=sys.maxsize)  # it was allowed before
    if not 0 <= number < planned.size:
        raise StoreError(f"run {number}: the runs are numbered from 0 to {planned.size - 1}")
    old = _kept(results, number)
    died = old["runs"]["error"][0].as_py() == DIED
    new = _tables((_apart if died else _played)(planned, number))
    row = new["runs"].to_pylist()[0]
    run = None if row["error"] or planned.experiment.model else _full(planned, number)
    values = planned.values(planned.point(number))
    return Replay(number, planned.seed(number), values, row, _compared(old, new), run)


def replayed(results: StoredResults, number: int) -> RunRecord:
    """Return a run of a sweep with all tables, once it is certain that it is the one kept.

    Parameters
    ----------
    results : Results
        Of a sweep.
    number : int
        Which run.

    Raises
    ------
    StoreError
        If there is no such run, it failed, a model was played, or it is another one now.
    """
    again = replay(results, number)
    where = f"run {number} of {results.folder}"
    if again.run is None:
        reason = again.row["error"] or "a model was played, and no world"
        raise StoreError(f"{where} has no tables: {reason}")
    _same_run(where, again.differences)
    return again.run


def replayed_folder(results: StoredResults) -> RunRecord:
    """Return the run in a folder of ``tradetalks run --out``, once it is certain that it is that.

    Parameters
    ----------
    results : Results
        Of such a folder.

    Raises
    ------
    StoreError
        If it does not hold one run, or it is another one now.
    """
    kept = results.arrow("runs")
    scenario = results.folder / "scenario.toml"
    if kept.num_rows != 1 or not scenario.is_file():
        raise StoreError(f"{results.folder} is not what tradetalks run --out writes: one run and"
                         " its scenario.toml")  # fmt: skip
    again = RunRecord(play_scenario(load(scenario), kept["seed"][0].as_py()))
    _same_run(str(results.folder), _compared({"runs": kept}, {"runs": again.arrow("runs")}))
    return again


def _same_run(where: str, differences: tuple[str, ...]) -> None:
    """Refuse what does not come out as it was kept; the version alone is no difference."""
    found = [line for line in differences if not line.startswith("version: ")]
    if found:
        told = "\n".join(f"  {line}" for line in differences)
        raise StoreError(f"{where} does not come out as it was kept:\n{told}")


def _kept(results: StoredResults, number: int) -> "dict[str, pa.Table]":
    """Return what was kept of a run, from the first segment that has it."""
    for name in results.segments.names():
        first, last = map(int, name.split("-")[1:3])
        if first <= number <= last and _rows(results, "runs", name, number).num_rows:
            return {table: _rows(results, table, name, number) for table in results.tables}
    raise StoreError(f"run {number} has not been played yet; --resume plays it")


def _rows(results: StoredResults, table: str, name: str, number: int) -> "pa.Table":
    """Return the rows of a run in a segment, which need not fit into memory."""
    from pyarrow import ArrowException, parquet

    path = results.folder / table / name
    only = [("run", "=", number)]
    try:
        return parquet.read_table(
            path, filters=only, partitioning=None, page_checksum_verification=True
        )
    except (OSError, ValueError, ArrowException) as error:
        reason = (str(error).splitlines() or ["broken"])[0]
        hint = f"`tradetalks sweep {results.folder} --resume` plays its runs again"
        raise StoreError(f"{path} cannot be read ({reason}); {hint}") from error


def _played(planned: Plan, number: int) -> ChunkResult:
    return play(job_of(planned), Chunk.cut(planned, [number]))


def _apart(planned: Plan, number: int) -> ChunkResult:
    """Return the result of a run that may end its process, which is not this one."""
    given = job_of(planned), Chunk.cut(planned, [number])
    workers = Processes(1)
    try:
        result: ChunkResult = workers.submit(play, *given).result()
    except BrokenExecutor:
        return blamed(*given, DIED)
    finally:
        workers.stop()
    return result


def _tables(result: ChunkResult) -> "dict[str, pa.Table]":
    import pyarrow as pa
    from pyarrow import parquet

    return {
        name: parquet.read_table(pa.BufferReader(segment))
        for name, segment in result.segments.items()
    }


def _full(planned: Plan, number: int) -> RunRecord:
    scenario = planned.experiment.base
    values = planned.values(planned.point(number))
    scenario = scenario.with_(values) if values else scenario
    return RunRecord(play_scenario(scenario, planned.seed(number)))


def _compared(old: "dict[str, pa.Table]", new: "dict[str, pa.Table]") -> tuple[str, ...]:
    """Return where tables of one run differ: every cell of ``runs``, the others by table."""
    found = []
    before, after = old["runs"].to_pylist()[0], new["runs"].to_pylist()[0]
    for name in dict.fromkeys([*before, *after]):
        a, b = before.get(name), after.get(name)
        # A traceback tells of the way there, which differs when the run killed its worker.
        if name != "traceback" and not _same(a, b):
            found.append(f"{name}: {a} was kept, {b} came now")
    for table in new:
        if table != "runs" and not _rows_same(old[table], new[table]):
            kept, came = old[table].num_rows, new[table].num_rows
            found.append(f"table {table}: its rows differ ({kept} were kept, {came} came now)")
    return tuple(found)


def _rows_same(old: "pa.Table", new: "pa.Table") -> bool:
    a, b = old.to_pylist(), new.to_pylist()
    return len(a) == len(b) and all(
        _same(x[key], y[key]) for x, y in zip(a, b, strict=True) for key in x
    )


def _same(a: Any, b: Any) -> bool:
    both = isinstance(a, float) and isinstance(b, float)
    return a == b or (both and math.isnan(a) and math.isnan(b))
