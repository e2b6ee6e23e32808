"""One run: a scenario, a seed, a result. Here the layers are put together."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.country import Country
from agents.roster import ROSTER
from experiments.runs import tables
from simulator import literals
from simulator.errors import Problem, ScenarioError, TradetalksError
from simulator.scenario import scenario as scenarios
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Status
from simulator.world.world import World

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from experiments.pages.deal import DealView
    from experiments.plots.run import RunPlots

__all__ = ["Run", "load", "play", "run"]

Source = Scenario | str | Path | Mapping[str, Any]


def load(source: Source, set: Mapping[str, Any] | None = None) -> Scenario:
    """Return a scenario in which the shipped strategies, policies and trust models are known.

    Parameters
    ----------
    source : Scenario, str, Path or mapping
        A scenario, the name of a shipped one, the path of a TOML file, or the contents of one.
    set : mapping, optional
        What to change: values by dotted path.

    Raises
    ------
    ScenarioError
        With everything that is wrong.
    """
    if isinstance(source, Scenario):
        return source.with_(set) if set else source
    return scenarios.load(source, ROSTER, set=set)


def run(
    source: Source = "allies-2025",
    seed: int = 0,
    weeks: int | None = None,
    set: Mapping[str, Any] | None = None,
    *,
    tables: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> "Run":
    """Return one played run.

    Parameters
    ----------
    source : Scenario, str, Path or mapping
        A scenario, the name of a shipped one, the path of a TOML file, or the contents of one.
    seed : int
        Seed of every draw; the same scenario and seed give the same run.
    weeks : int, optional
        How long; as the scenario says by default.
    set : mapping, optional
        What to change in the scenario: values by dotted path.
    tables : iterable of str, optional
        Tables to keep besides ``runs``; all by default.
    progress : callable, optional
        Called with the weeks played and the weeks to play, after every week.

    Examples
    --------
    >>> r = run("first-talk", seed=1, set={"countries.home.patience": 0.99})
    >>> list(r.deals.columns[:4])
    ['run', 'deal', 'talk', 'parties']

    Raises
    ------
    ScenarioError
        If the scenario cannot be played.
    StrategyError, ConductError
        If a strategy, policy or trust model raises or answers nonsense.
    """
    if set is not None and not isinstance(set, Mapping):
        raise ScenarioError([Problem("set", set, "values by dotted path, as in {'weeks': 52}")])
    changes = dict(set or {})
    if weeks is not None:
        changes["weeks"] = weeks
    return Run(play(load(source, changes), seed, tables, progress))


def play(
    scenario: Scenario,
    seed: int,
    tables: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> World:
    """Return the world of a scenario at the end of its weeks."""
    world = World(scenario, Country, _seed(seed), tables)
    try:
        while world.week < scenario.weeks:
            world.step()
            if progress is not None:
                progress(world.week, scenario.weeks)
    finally:
        world.let_go()
    return world


def _seed(seed: int) -> int:
    """Return a seed that fits the tables."""
    number = literals.plain(seed)
    if not literals.is_whole(number, least=-(2**63)) or number >= 2**63:
        allowed = "a whole number from -2^63 to 2^63 - 1"
        raise ScenarioError([Problem("seed", seed, allowed)])
    return number


class Run:
    """The result of one run; tables are built only when asked for.

    Parameters
    ----------
    world : World
        The world at the end.

    Attributes
    ----------
    scenario : Scenario
        What was played, changes included.
    seed : int
        The seed of its draws.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.seed = world.seed

    def __repr__(self) -> str:
        return (
            f"Run({self.scenario.name!r}, seed={self.seed}, weeks={self.weeks},"
            f" deals={len(self.world.ledger.deals)})"
        )

    @property
    def scenario(self) -> Scenario:
        """What was played, as it was before the first event."""
        return self.world.first

    @property
    def weeks(self) -> int:
        """Weeks played."""
        return self.world.week

    @cached_property
    def offers(self) -> "pd.DataFrame":
        """One row per offer."""
        return self._frame("offers")

    @cached_property
    def deals(self) -> "pd.DataFrame":
        """One row per deal."""
        return self._frame("deals")

    @cached_property
    def performance(self) -> "pd.DataFrame":
        """One row per commitment and review."""
        return self._frame("performance")

    @cached_property
    def trust(self) -> "pd.DataFrame":
        """One row per ordered pair of countries and week."""
        return self._frame("trust")

    @cached_property
    def payoffs(self) -> "pd.DataFrame":
        """One row per country and week."""
        return self._frame("payoffs")

    def _frame(self, table: str) -> "pd.DataFrame":
        self.needs(table)
        return tables.frame(self.world, table)

    def needs(self, *names: str) -> None:
        """Refuse to go on without tables that were not kept.

        Raises
        ------
        TradetalksError
            With the tables that were kept.
        """
        records = self.world.records
        missing = [name for name in names if not records.keeps(name)]
        if missing:
            kept = ", ".join(sorted(records.tables)) or "only runs"
            raise TradetalksError(
                f"the table {missing[0]!r} was not kept; kept: {kept}; run(..., tables=[...])"
                " keeps those it names"
            )

    @cached_property
    def runs(self) -> "pd.DataFrame":
        """The one row of this run."""
        return tables.as_frame(self.world, "runs", [tuple(self.row().values())])

    def arrow(self, table: str) -> "pa.Table":
        """Return a table as Arrow, with types, units and descriptions of the schema."""
        if table == "runs":
            return tables.arrow(self.world, table, [tuple(self.row().values())])
        return tables.arrow(self.world, table, tables.rows(self.world, table))

    def summary(self, width: int = 80) -> str:
        """Return what happened, as a text that a person reads at a glance.

        Parameters
        ----------
        width : int
            Columns of the text.
        """
        self.needs("offers", "deals", "performance")
        from experiments.display.terminal import plain
        from experiments.pages.run_summary import summary

        return plain(summary(self), width)

    def transcript(self, talk: str | None = None, width: int = 80) -> str:
        """Return the talks told offer by offer.

        Parameters
        ----------
        talk : str, optional
            Which talk; all by default.
        width : int
            Columns of the text.
        """
        self.needs("offers", "deals", "performance")
        from experiments.display.terminal import plain
        from experiments.pages.transcript import transcript

        return plain(transcript(self, talk), width)

    @property
    def plot(self) -> "RunPlots":
        """Its pictures: ``r.plot.trust()``, ``r.plot.graph()``, ``r.plot.talk("us-japan")``."""
        from experiments.plots.run import RunPlots

        return RunPlots(self)

    def deal(self, name: str) -> "DealView":
        """Return a deal to look at: its terms before and after, what it is worth, its life.

        Parameters
        ----------
        name : str
            The deal, such as ``us-japan:0``, or a talk for its last.

        Raises
        ------
        ScenarioError
            If there is no such deal.
        """
        from experiments.pages.deal import view

        return view(self, name)

    def report(self, target: str | Path) -> Path:
        """Write the run as one page for a browser, and return where it is.

        Parameters
        ----------
        target : str or Path
            Where to: a file that ends in ``.html`` or ``.htm``.

        Raises
        ------
        ScenarioError
            If the name ends otherwise.
        OSError
            If it cannot be written.
        """
        from experiments.report.file import save_page
        from experiments.report.run import page_of_run

        return save_page(target, lambda: page_of_run(self))

    def _repr_html_(self) -> str:
        from experiments.display.notebook import fragment
        from experiments.pages.run_summary import summary

        return fragment(summary(self))

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The relationship graph at the end: trust both ways, weight, distance, deals."""
        return self.world.graph

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
            "version": _version(),
            "weeks": self.weeks,
            "talks_opened": sum(track.openings for track in world.tracks.values()),
            "deals_signed": sum(not world.ledger.is_initial(deal) for deal in world.ledger.deals),
            "deals_in_force": statuses.count(Status.IN_FORCE),
            "deals_rejected": statuses.count(Status.REJECTED),
            "deals_collapsed": statuses.count(Status.COLLAPSED),
            "disregards": world.ledger.disregards(),
            "mean_trust_end": sum(trusts) / len(trusts) if trusts else float("nan"),
            **{f"payoff_material_{key}": total.material for key, total in totals},
            **{f"payoff_weighted_{key}": total.weighted for key, total in totals},
            "error": None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as ``tradetalks run --json`` prints it."""
        world = self.world
        self.needs("performance")
        names = ("week", "deal", "talk", "obligor", "issue", "quality", "reason")
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "weeks": self.weeks,
            "deals": [self._deal(deal) for deal in world.ledger.deals],
            "performance": [
                dict(zip(names, row, strict=True)) for row in world.records.rows["performance"]
            ],
            "trust": nested(world.trust_matrix()),
            "trust_start": nested(world.trust_start),
            "payoffs": {
                key: {"material": total.material, "weighted": total.weighted}
                for key, total in world.totals.items()
            },
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON: the same bytes for the same scenario and seed."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

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
def _version() -> str:
    return version("tradetalks")


def nested(matrix: Mapping[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    """Return a matrix by pairs as a dict of its rows."""
    rows: dict[str, dict[str, float]] = {}
    for (row, column), value in matrix.items():
        rows.setdefault(row, {})[column] = value
    return rows
