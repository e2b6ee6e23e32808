"""Worlds played by both engines, and in what their tables differ."""

import math
from collections.abc import Iterator
from typing import Any

from experiments.runs import tables
from experiments.runs.play import play
from experiments.runs.record import RunRecord
from simulator.scenario.scenario import Scenario
from simulator.world.records import TABLES as ALL

__all__ = ["TABLES", "world_differences"]

#: All tables but ``runs``, which every run has.
TABLES = tuple(table for table in ALL if table != "runs")


def world_differences(scenario: Scenario, seed: int) -> Iterator[str]:
    """Give what differs in a run of both engines: numbers by their bits, but for the sign of 0."""
    from experiments.compiled.playing import compiled_run

    objects: Any = play(scenario, seed, TABLES)
    compiled: Any = compiled_run(scenario, seed, TABLES)
    yield from _different("runs", [RunRecord(objects).row()], [RunRecord(compiled).row()])
    for table in TABLES:
        rows = [
            [dict(enumerate(row)) for row in tables.rows(world, table)]
            for world in (objects, compiled)
        ]
        yield from _different(table, *rows)


def _different(
    table: str, ours: list[dict[Any, Any]], theirs: list[dict[Any, Any]]
) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{table}: {len(ours)} rows, and {len(theirs)} compiled"
    for own, other in zip(ours, theirs, strict=False):
        wrong = {k: (v, other[k]) for k, v in own.items() if not _same(v, other[k])}
        if wrong:
            yield f"{table}: {wrong} in {own}"
            return


def _same(own: Any, other: Any) -> bool:
    if isinstance(own, float) and isinstance(other, float) and math.isnan(own):
        return math.isnan(other)
    return bool(own == other)
