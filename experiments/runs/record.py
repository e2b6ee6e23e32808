"""The record of one run: what was played, its tables, its row in the table ``runs``."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from experiments.runs import tables
from simulator.arithmetic import total
from simulator.errors import TradetalksError
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Status
from simulator.world.records import TABLES

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from simulator.world.simulation import Simulation

__all__ = ["RunRecord", "nested", "package_version"]


class RunRecord(tables.TableFrames):
    """The result of one run as data; tables are built only when they are used.

    Parameters
    ----------
    world : Simulation
        The world at the end.

    Attributes
    ----------
    scenario : Scenario
        What was played, changes included.
    seed : int
        The seed of its draws.
    """

    def __init__(self, world: "Simulation") -> None:
        self.world = world
        self.seed = world.seed

    def __repr__(self) -> str:
        initial = len(self.world.ledger.deals) - self._signed
        of = f"{self.scenario.name!r}, seed={self.seed}, weeks={self.weeks}, signed={self._signed}"
        return f"{type(self).__name__}({of}{f', initial={initial}' if initial else ''})"

    @property
    def scenario(self) -> Scenario:
        """What was played, as it was before the first event."""
        return self.world.first

    @property
    def weeks(self) -> int:
        """Weeks played."""
        return self.world.week

    def frame(self, table: str) -> "pd.DataFrame":
        """Return a table as a data frame.

        Raises
        ------
        TradetalksError
            If it was not kept.
        """
        if table == "runs":
            return tables.as_frame(self.world, table, [tuple(self.row().values())])
        self.needs(table)
        return tables.frame(self.world, table)

    def needs(self, *names: str) -> None:
        """Refuse to go on if one of these tables was not kept.

        Raises
        ------
        TradetalksError
            If so; it names the tables that were kept.
        """
        records = self.world.records
        missing = [name for name in names if not records.keeps(name)]
        if missing:
            kept = ", ".join(sorted(records.tables)) or "only runs"
            raise TradetalksError(
                f"the table {missing[0]!r} was not kept; kept: {kept}; run(..., tables=[...])"
                " keeps those it names"
            )

    def arrow(self, table: str) -> "pa.Table":
        """Return a table as Arrow, with types, units and descriptions of the schema."""
        if table == "runs":
            return tables.arrow(self.world, table, [tuple(self.row().values())])
        return tables.arrow(self.world, table, tables.rows(self.world, table))

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The relationship graph at the end: trust both ways, weight, distance, deals."""
        return self.world.graph

    @property
    def _signed(self) -> int:
        """How many deals were signed in the run, renewals among them, without the initial ones."""
        return sum(not self.world.ledger.is_initial(deal) for deal in self.world.ledger.deals)

    def row(self, number: int = 0) -> dict[str, Any]:
        """Return the row of this run in the table ``runs``."""
        world = self.world
        statuses = [world.ledger.status(deal) for deal in world.ledger.deals]
        trusts = world.trust_matrix().values()
        totals = world.totals.items()
        return {
            "run": number,
            "seed": self.seed,
            "scenario": self.scenario.name,
            "scenario_hash": self.scenario.hash,
            "version": package_version(),
            "weeks": self.weeks,
            "talks_opened": sum(track.openings for track in world.tracks.values()),
            "deals_signed": self._signed,
            "deals_in_force": statuses.count(Status.IN_FORCE),
            "deals_rejected": statuses.count(Status.REJECTED),
            "deals_collapsed": statuses.count(Status.COLLAPSED),
            "disregards": world.ledger.disregards(self.scenario.disregard),
            "mean_trust_end": total(trusts) / len(trusts) if trusts else float("nan"),
            **{f"payoff_material_{key}": total.material for key, total in totals},
            **{f"payoff_weighted_{key}": total.weighted for key, total in totals},
            "error": None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as ``tradetalks run --json`` prints it."""
        world = self.world
        self.needs("performance")
        threats = ["threats"] if world.records.keeps("threats") else []
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "weeks": self.weeks,
            "deals": [self._deal(deal) for deal in world.ledger.deals],
            "performance": self._plain_rows("performance"),
            **{table: self._plain_rows(table) for table in threats},
            "trust": nested(world.trust_matrix()),
            "trust_start": nested(world.trust_start),
            "credibility": nested(world.credibility_matrix()),
            "payoffs": {
                key: {"material": total.material, "weighted": total.weighted}
                for key, total in world.totals.items()
            },
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON: the same bytes for the same scenario and seed."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def _plain_rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table of the world's own, without the number of the run."""
        names = [column.name for column in TABLES[table] if column.name != "run"]
        return [dict(zip(names, row, strict=True)) for row in self.world.records.rows[table]]

    def _deal(self, key: str) -> dict[str, Any]:
        ledger = self.world.ledger
        deal = ledger.deals[key]
        issues = self.world.tracks[deal.talk].plan.space.issues
        return {
            "talk": deal.talk,
            "parties": list(deal.parties),
            "signed": deal.signed,
            "in_force": ledger.week(key, Status.IN_FORCE),
            "ended": ledger.ended(key),
            "status": str(ledger.status(key)),
            "outcome": {
                issue.id: {"level": issue.levels[level], "unit": issue.unit}
                for issue, level in zip(issues, deal.levels, strict=True)
            },
        }


@cache
def package_version() -> str:
    """Return the version of tradetalks."""
    return version("tradetalks")


def nested(matrix: Mapping[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    """Return a matrix whose keys are pairs as a dict of rows."""
    rows: dict[str, dict[str, float]] = {}
    for (row, column), value in matrix.items():
        rows.setdefault(row, {})[column] = value
    return rows
