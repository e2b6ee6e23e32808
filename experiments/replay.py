"""One run of a sweep played again, with all tables, and compared with what was kept of it."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.chunk import Chunk, play, recipe
from experiments.plan import Plan, plan
from experiments.store import Results
from simulator.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.run import Run

__all__ = ["Replay", "replay"]


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
    run : Run or None
        The run with all its tables; None if it failed, or a model was played.
    """

    number: int
    seed: int
    values: dict[str, Any]
    row: dict[str, Any]
    differences: tuple[str, ...]
    run: "Run | None"


def replay(results: Results, number: int) -> Replay:
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
    planned = plan(results.experiment)
    if not 0 <= number < planned.size:
        raise StoreError(f"run {number}: the runs are numbered from 0 to {planned.size - 1}")
    old = _kept(results, number)
    new = _played(planned, number)
    row = new["runs"].to_pylist()[0]
    run = None if row["error"] or planned.experiment.model else _full(planned, number)
    values = planned.values(planned.point(number))
    return Replay(number, planned.seed(number), values, row, _compared(old, new), run)


def _kept(results: Results, number: int) -> "dict[str, pa.Table]":
    import pyarrow.compute as pc

    tables = {name: results.arrow(name) for name in results.tables}
    found = {name: table.filter(pc.equal(table["run"], number)) for name, table in tables.items()}
    if not found["runs"].num_rows:
        raise StoreError(f"run {number} has not been played yet; --resume plays it")
    return found


def _played(planned: Plan, number: int) -> "dict[str, pa.Table]":
    import pyarrow as pa
    from pyarrow import parquet

    outcome = play(recipe(planned), Chunk.cut(planned, [number]))
    return {
        name: parquet.read_table(pa.BufferReader(segment))
        for name, segment in outcome.segments.items()
    }


def _full(planned: Plan, number: int) -> "Run":
    from experiments.run import Run
    from experiments.run import play as played

    scenario = planned.experiment.base
    values = planned.values(planned.point(number))
    return Run(played(scenario.with_(values) if values else scenario, planned.seed(number)))


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
