"""The page of tables: columns, types and units, from the one schema."""

from collections.abc import Iterable

from experiments.design.axis import Axis
from experiments.design.job import Job, schema
from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose
from experiments.sweep import Results
from simulator.world import records
from simulator.world.records import TABLES, Column

__all__ = ["page"]


def page() -> Page:
    """Return the page of tables."""
    about = (
        "The tables that come out of a run and of a sweep: data frames in Python, Parquet on disk."
        f" {prose(read(records).body)}"
    )
    abouts = {name: read(getattr(Results, name)).summary for name in TABLES}
    sections = [_section(name, abouts[name], TABLES[name]) for name in TABLES]
    return Page("tables.md", "Tables", " ".join(about.split()), "\n\n".join([*sections, _sweep()]))


def _section(name: str, about: str, columns: Iterable[Column]) -> str:
    rows = [
        [f"`{c.name}`", c.type.rstrip("?"), "yes" if c.type.endswith("?") else "", c.unit, c.doc]
        for c in columns
    ]
    head = ["column", "type", "may be empty", "unit", "meaning"]
    return f"## {name}\n\n{about}\n\n{pipe_table(head, rows)}"


def _sweep() -> str:
    """Return what a sweep adds to the table of runs."""
    axis = Axis("<axis>", (0.0,))
    shown = Job("", "", {}, None, (axis,), {}, ("<metric>",), ("{country}",))
    known = {column.name for column in TABLES["runs"]}
    more = [column for column in schema(shown) if column.name.strip("<>") not in known]
    fresh = [c for c in more if not c.name.startswith("payoff_")]
    about = "What a sweep adds: one row per run, one column per axis and [metric](metrics.md)."
    return _section("runs of a sweep", about, fresh)
