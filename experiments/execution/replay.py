"""A run of a sweep, played again with all tables and compared with what was kept of it."""

import contextlib
import math
import sys
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.design.job import DIED, LATE, Chunk, ChunkResult, Job, job_of
from experiments.execution.processes import done_apart
from experiments.execution.pulse import TimedOut
from experiments.execution.trial import planned
from experiments.execution.worker import blamed, play_chunk
from experiments.results.inside import require_regular
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
    """A run played again: its values by dotted path, and its row in ``runs``, as played now.

    It differs nowhere from the run that was kept if all is well. The record has all its tables;
    it is None if the run failed, or a model was played.
    """

    number: int
    seed: int
    values: dict[str, Any]
    row: dict[str, Any]
    differences: tuple[str, ...]
    run: RunRecord | None
    advice: str = ""  # by what versions it may differ, and what to do


def replay(results: StoredResults, number: int) -> Replay:
    """Return a run of a sweep, played again.

    Raises StoreError if there is no such run in the results.
    """
    if not results.manifest:
        raise StoreError(f"{results.folder} holds a single run: tradetalks run plays it again")
    whole = planned(results.experiment, max_runs=sys.maxsize)  # as many were allowed before
    if not 0 <= number < whole.size:
        raise StoreError(f"run {number}: the runs are numbered from 0 to {whole.size - 1}")
    kept = _kept_tables(results, number)
    error = kept["runs"]["error"][0].as_py() or ""
    job, chunk, limit = job_of(whole), Chunk.cut(whole, [number]), _limit_in(error)
    is_apart = error == DIED or limit is not None
    played = _tables(_play_apart(job, chunk, limit) if is_apart else play_chunk(job, chunk))
    row = played["runs"].to_pylist()[0]
    values, seed = whole.values(whole.point(number)), whole.seed(number)
    run = None
    if not (row["error"] or whole.experiment.model):
        run = RunRecord(play_scenario(whole.experiment.at(values), seed))
    advice = _advice(results, kept, "tradetalks sweep with the experiment and another --out")
    return Replay(number, seed, values, row, _differences(kept, played), run, advice)


def replayed(results: StoredResults, number: int) -> RunRecord:
    """Return a run of a sweep with all tables, after checking that it is the one kept.

    Raises StoreError if there is no such run, it failed, a model was played, or it comes out
    differently now.
    """
    again = replay(results, number)
    where = f"run {number} of {results.folder}"
    if again.run is None:
        reason = again.row["error"] or "a model was played, and no world"
        raise StoreError(f"{where} has no tables: {reason}")
    _require_same_run(where, again.differences, again.advice)
    return again.run


def replayed_folder(results: StoredResults) -> RunRecord:
    """Return the run in a folder of ``tradetalks run --out``, after checking that it is the same.

    Raises StoreError if it does not hold one run, or the run comes out differently now.
    """
    kept = {"runs": results.arrow("runs")}
    scenario = results.folder / "scenario.toml"
    if kept["runs"].num_rows != 1 or not scenario.is_file():
        writes = "what tradetalks run --out writes: one run and its scenario.toml"
        raise StoreError(f"{results.folder} is not {writes}")
    played = RunRecord(
        play_scenario(
            load(scenario, allow_code=results.allow_code), kept["runs"]["seed"][0].as_py()
        )
    )
    differences = _differences(kept, {"runs": played.arrow("runs")})
    anew = f"tradetalks run {scenario} --seed {played.seed} and another --out"
    _require_same_run(str(results.folder), differences, _advice(results, kept, anew))
    return played


def _require_same_run(where: str, differences: tuple[str, ...], advice: str) -> None:
    """Refuse a run that does not come out as it was kept; another version alone does not count."""
    real = [line for line in differences if not line.startswith("version: ")]
    if real:
        lines = "\n".join(f"  {line}" for line in differences)
        raise StoreError(f"{where} does not come out as it was kept:\n{lines}\n{advice}")


def _advice(results: StoredResults, kept: "dict[str, pa.Table]", anew: str) -> str:
    """Return why a run may come out differently, and what to do: how it is played anew is given."""
    version = results.manifest.get("tradetalks") or kept["runs"]["version"][0].as_py()
    by, what = f"tradetalks {version}", "rules, code or scenario"
    if results.is_older:
        by, what = f"an earlier tradetalks {version}", "the rules"
    return (
        f"It was written by {by}; {what} have changed since.\n"
        f"Its tables can be read as they are. To show it by today's rules, play it anew: {anew}.\n"
        "Or install the version that wrote it."
    )


def _kept_tables(results: StoredResults, number: int) -> "dict[str, pa.Table]":
    """Return what was kept of a run, from the first segment that holds it."""
    for name in results.segments.names():
        first, last = map(int, name.split("-")[1:3])
        if first <= number <= last and _rows(results, "runs", name, number).num_rows:
            return {table: _rows(results, table, name, number) for table in results.tables}
    raise StoreError(f"run {number} has not been played yet; --resume plays it")


def _rows(results: StoredResults, table: str, name: str, number: int) -> "pa.Table":
    """Return the rows of a run in a segment, without loading all of it into memory."""
    from pyarrow import ArrowException, parquet

    path = results.folder / table / name
    only = [("run", "=", number)]
    try:
        require_regular(path)
        return parquet.read_table(
            path, filters=only, partitioning=None, page_checksum_verification=True
        )
    except (OSError, ValueError, ArrowException) as error:
        reason = (str(error).splitlines() or ["broken"])[0]
        hint = f"`tradetalks sweep {results.folder} --resume` plays its runs again"
        raise StoreError(f"{path} cannot be read ({reason}); {hint}") from error


def _limit_in(error: str) -> float | None:
    """Return how many seconds a run might take that took too long, None if it did not."""
    before, after = LATE.split("{:.15g}")
    if not (error.startswith(before) and error.endswith(after)):
        return None
    with contextlib.suppress(ValueError):
        return float(error[len(before) : -len(after)])
    return None


def _play_apart(job: Job, chunk: Chunk, limit: float | None) -> ChunkResult:
    """Return the result of a run that may end its process or take too long, played in another."""
    try:
        result: ChunkResult = done_apart(limit, play_chunk, job, chunk)
    except BrokenExecutor:
        return blamed(job, chunk, DIED)
    except TimedOut as error:
        return blamed(job, chunk, LATE.format(error.seconds))
    return result


def _tables(result: ChunkResult) -> "dict[str, pa.Table]":
    import pyarrow as pa
    from pyarrow import parquet

    return {
        # By this thread alone: another one that lets go of the segment while Python ends aborts it.
        name: parquet.ParquetFile(pa.BufferReader(segment)).read(use_threads=False)
        for name, segment in result.segments.items()
    }


def _differences(old: "dict[str, pa.Table]", new: "dict[str, pa.Table]") -> tuple[str, ...]:
    """Return where tables of one run differ: every cell of ``runs``, the others by table."""
    differences = []
    before, after = old["runs"].to_pylist()[0], new["runs"].to_pylist()[0]
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        # A traceback shows the call stack, which differs when the run killed its worker.
        if name != "traceback" and not _same(was, now):
            differences.append(f"{name}: {was} was kept, {now} came now")
    for table in new:
        if table != "runs" and not _rows_same(old[table], new[table]):
            counts = f"{old[table].num_rows} were kept, {new[table].num_rows} came now"
            differences.append(f"table {table}: its rows differ ({counts})")
    return tuple(differences)


def _rows_same(old: "pa.Table", new: "pa.Table") -> bool:
    a, b = old.to_pylist(), new.to_pylist()
    return len(a) == len(b) and all(
        _same(x[key], y[key]) for x, y in zip(a, b, strict=True) for key in x
    )


def _same(a: Any, b: Any) -> bool:
    both = isinstance(a, float) and isinstance(b, float)
    return a == b or (both and math.isnan(a) and math.isnan(b))
