"""Tables of results for other programs: tidy or wide, as CSV or Parquet."""

from typing import TYPE_CHECKING

from experiments.results.store import StoredResults
from simulator.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHAPES", "exported"]

SHAPES = ("tidy", "wide")
#: Tables that can be wide: there is a column per combination of the first, with the second in it.
_SPREAD = {
    "trust": (["observer", "subject"], ["trust", "credibility"]),
    "payoffs": (["country"], ["material", "weighted", "cumulative"]),
}


def exported(results: StoredResults, table: str = "runs", shape: str = "wide") -> "pd.DataFrame":
    """Return a table with the values of the axes beside every row.

    Parameters
    ----------
    results : Results
        Of a sweep or of a run.
    table : str
        Which table.
    shape : str
        ``tidy``: one value per row; in ``runs`` a row per run and metric. ``wide``: ``runs`` with
        a row per run and a column per metric; ``trust`` with columns per pair and ``payoffs``
        with columns per country, a row per run and week.

    Raises
    ------
    StoreError
        If the table was not kept, or has no wide shape.
    """
    if table == "runs":
        return _long(results) if shape == "tidy" else results.runs
    frame = results.frame(table)
    if keys := _keys(results):
        frame = frame.merge(results.runs[["run", *keys]], on="run", how="left")
    if shape == "tidy":
        return frame
    if table not in _SPREAD:
        wide = ", ".join(["runs", *_SPREAD])
        raise StoreError(f"table {table!r} has no wide shape; {wide} have")
    return _wide(results, frame, *_SPREAD[table])


def _keys(results: StoredResults) -> list[str]:
    return [key for key in ("point", "replication") if key in results.runs] + results.axes


def _long(results: StoredResults) -> "pd.DataFrame":
    keys = ["run", "seed", *_keys(results)]
    long = results.runs.melt([*keys, "error"], results.metrics, "metric", "value")
    return long.sort_values("run", kind="stable", ignore_index=True)


def _wide(
    results: StoredResults, frame: "pd.DataFrame", names: list[str], values: list[str]
) -> "pd.DataFrame":
    keys = ["run", *_keys(results), "week"]
    wide = frame.pivot(index=keys, columns=names, values=values)
    wide.columns = ["_".join(str(part) for part in column) for column in wide.columns]
    return wide.reset_index()
