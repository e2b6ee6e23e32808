"""The tables that come out of a run: their one schema, and the log they are kept in.

One row per thing. A column whose name ends in a country's key stands once for every country of
the scenario. Payoffs are US$ bn per year where a deal or an offer is valued, US$ bn where they
have accrued.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.errors import Problem, ScenarioError, nearest

__all__ = ["LATER", "TABLES", "Column", "Records", "columns"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str  # "{country}" in it stands for each country
    type: str  # int, float or str; with "?" where there may be no value
    unit: str  # empty for names and counts
    doc: str


def _table(*rows: tuple[str, str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in (("run", "int", "", "number of the run"), *rows))


TABLES: dict[str, tuple[Column, ...]] = {
    "runs": _table(
        ("seed", "int", "", "seed of the run"),
        ("scenario", "str", "", "name of the scenario"),
        ("scenario_hash", "str", "", "hash of the resolved scenario"),
        ("version", "str", "", "version of tradetalks"),
        ("weeks", "int", "weeks", "weeks played"),
        ("talks_opened", "int", "", "openings of talks, all that open again included"),
        ("deals_signed", "int", "", "deals signed during the run"),
        ("deals_in_force", "int", "", "deals in force at the end"),
        ("deals_rejected", "int", "", "deals that an audience did not pass"),
        ("deals_collapsed", "int", "", "deals that collapsed"),
        ("disregards", "int", "", "rows of performance that are disregards"),
        ("mean_trust_end", "float", "", "mean over all ordered pairs of countries at the end"),
        ("payoff_material_{country}", "float", "US$ bn", "sum over the run, all weights 1"),
        ("payoff_weighted_{country}", "float", "US$ bn", "sum over the run, weighted"),
        ("error", "str?", "", "what ended the run early"),
    ),
    "offers": _table(
        ("week", "int", "weeks", "week of the run, from 0"),
        ("talk", "str", "", "talk"),
        ("opening", "int", "", "which opening of the talk, from 0"),
        ("round", "int", "", "round of the talk, from 0"),
        ("proposer", "str", "", "who proposed"),
        ("outcome", "int", "", "index of the outcome; the last issue varies fastest"),
        ("offer", "str", "", "the outcome in words"),
        ("expected_{country}", "float?", "US$ bn / year", "payoff expected at that moment"),
        ("response", "str", "", "accept, counter, walk away, or none at the deadline"),
    ),
    "deals": _table(
        ("deal", "str", "", "talk and number"),
        ("talk", "str", "", "talk"),
        ("parties", "str", "", "parties in seat order, joined by +"),
        ("signed", "int", "weeks", "week of signing, below 0 before the run"),
        ("ratified", "int?", "weeks", "week in which the last audience passed it"),
        ("in_force", "int?", "weeks", "week of entry into force"),
        ("ended", "int?", "weeks", "week in which it ended"),
        ("status", "str", "", "pending, rejected, in force, expired, superseded or collapsed"),
        ("outcome", "int", "", "index of the outcome"),
        ("terms", "str", "", "the outcome in words"),
        ("payoff_{country}", "float?", "US$ bn / year", "at full faith, at signing"),
        ("expected_{country}", "float?", "US$ bn / year", "at the trust of signing"),
        ("nash_distance", "float?", "US$ bn / year", "to the Nash point, at full faith"),
        ("frontier_distance", "float?", "US$ bn / year", "to the frontier, at full faith"),
        ("nash_distance_expected", "float?", "US$ bn / year", "to the Nash point, expected"),
        ("frontier_distance_expected", "float?", "US$ bn / year", "to the frontier, expected"),
    ),
    "performance": _table(
        ("week", "int", "weeks", "week of the review"),
        ("deal", "str", "", "deal"),
        ("talk", "str", "", "talk"),
        ("obligor", "str", "", "who performs"),
        ("issue", "str", "", "what; (threat) where only a threat is to be refrained from"),
        ("quality", "float", "", "in [0, 1]; below `disregard` of the scenario a disregard"),
        ("reason", "str", "", "kept, withheld, excused (a partner's came just before) or forced"),
        ("review", "int?", "", "review of the deal, from 0; an event may change a performance"),
        ("overall", "float?", "", "quality of all that is owed, weighted by stakes, at its lowest"),
        ("trust", "float?", "", "of the beneficiary in the obligor when it chose, at its lowest"),
    ),
    "trust": _table(
        ("week", "int", "weeks", "at the end of this week, from 0"),
        ("observer", "str", "", "who relies"),
        ("subject", "str", "", "on whom"),
        ("trust", "float", "", "in the subject's promises, in [0, 1]"),
        ("credibility", "float?", "", "of the subject's threats, in [0, 1]"),
    ),
    "threats": _table(
        ("week", "int", "weeks", "week of the run"),
        ("talk", "str", "", "talk"),
        ("by", "str", "", "who threatens"),
        ("threat", "str", "", "which threat"),
        ("act", "str", "", "announced, extended, carried out, ended (by a deal) or withdrawn"),
        ("factor", "float", "", "what the threat has grown to, 1 as announced"),
        ("deadline", "int", "weeks", "week of its date as it stands then"),
    ),
    "payoffs": _table(
        ("week", "int", "weeks", "week of the run"),
        ("country", "str", "", "country"),
        ("material", "float", "US$ bn", "accrued in the week, all weights 1"),
        ("weighted", "float", "US$ bn", "accrued in the week, weighted"),
        ("cumulative", "float", "US$ bn", "weighted so far, discounted by `discount`"),
    ),
}

#: Columns that a table lacks in folders of results of earlier versions; they are read as empty.
LATER: dict[str, tuple[str, ...]] = {
    "performance": ("review", "overall", "trust"),
    "trust": ("credibility",),
}


def columns(table: str, countries: Iterable[str]) -> list[Column]:
    """Return the columns of a table, those per country written out."""
    names = list(countries)
    return [
        replace(column, name=column.name.format(country=country))
        for column in TABLES[table]
        for country in (names if "{country}" in column.name else [""])
    ]


@dataclass
class Records:
    """The log of one run, in the world's own terms; `experiments.runs.tables` reads it.

    Raises
    ------
    ScenarioError
        If there is no such table.
    """

    tables: frozenset[str] = frozenset(TABLES)  # which to keep besides "runs"
    rows: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {table: [] for table in TABLES}
    )

    def __post_init__(self) -> None:
        unknown = sorted(self.tables - TABLES.keys())
        if unknown:
            raise ScenarioError(
                [
                    Problem("tables", name, f"a table: {', '.join(TABLES)}", nearest(name, TABLES))
                    for name in unknown
                ]
            )

    def keeps(self, table: str) -> bool:
        """Return whether `table` is kept."""
        return table in self.tables

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        """Append a row, if the table is kept."""
        if table in self.tables:
            self.rows[table].append(row)
