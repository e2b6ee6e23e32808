"""Metrics told after a sweep, from the tables that were kept of its runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from experiments.design.axis import assigned
from experiments.design.sampling import design_points
from experiments.results.store import StoredResults
from experiments.runs.course import Course, Matrix, Signing, takes
from experiments.runs.forecasts import Forecast, forecasts
from experiments.runs.metrics import Metric, scenario_metrics, shipped_metric
from experiments.runs.play import begun
from simulator.errors import Problem, ScenarioError
from simulator.scenario.scenario import Scenario
from simulator.world.blueprint import TalkPlan
from simulator.world.deals import Status
from simulator.world.standing import Act

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["later_metric", "later_metrics"]

Rows = list[tuple[Any, ...]]

#: Tables whose last week, which is always kept, tells all but the metrics that read them.
_TOLD_BY_THE_LAST_WEEK = {"trust", "payoffs"}


def later_metrics(results: StoredResults) -> list[str]:
    """Return the shipped metrics of what was played that are no columns of ``runs`` anyway."""
    if results.experiment.model is not None:
        return []
    return list(scenario_metrics(results.experiment.base))


def later_metric(results: StoredResults, name: str) -> "pd.Series[float]":
    """Return a shipped metric of each run, which was not measured when it was played.

    Parameters
    ----------
    results : StoredResults
        What was played, with the table that tells of the metric.
    name : str
        Its name, one of `later_metrics`.

    Returns
    -------
    Series of float
        In the order of ``results.runs``; NaN for runs that failed.

    Raises
    ------
    ScenarioError
        If the table was not kept, or not every week of it where that matters.
    """
    import pandas as pd

    found = shipped_metric(name, results.experiment.base)
    assert found is not None
    metric, key = found
    require_table(results, name, metric)
    by_run = _by_run(_ROWS[metric.table](results.frame(metric.table)))
    tell, played_at = (
        metric.of(key),
        _played(results, by_start=metric.reads and metric.table == "trust"),
    )
    runs = results.runs
    points = runs["point"] if "point" in runs else [0] * len(runs)
    values = [
        tell(KeptCourse(played_at(int(point)), by_run.get(run, [])))
        if pd.isna(error)
        else float("nan")
        for run, point, error in zip(runs["run"], points, runs["error"], strict=True)
    ]
    return pd.Series(values, index=runs.index, name=name, dtype=float)


def require_table(results: StoredResults, name: str, metric: Metric) -> None:
    """Refuse a metric whose table was not kept, and say how to keep it."""
    table, again = metric.table, f"tradetalks sweep {results.folder}"
    every = results.experiment.tables.get(table, 1) if results.manifest else 1
    if not table:
        told = f"measured while a run is played, told from no table: {again} --metric {name}"
    elif table not in results.tables:
        told = f"told from the table {table}, which was not kept: {again} --tables {table}"
    elif every != 1 and (metric.reads or table not in _TOLD_BY_THE_LAST_WEEK):
        weeks = f"told from every week of {table}, of which one in {every} was kept"
        told = f"{weeks}: {again} --tables {table}"
    else:
        return
    raise ScenarioError([Problem("metric", name, f"{told} --out NEW")], str(results.folder))


@dataclass(frozen=True, eq=False)
class Played:
    """What was played at a point."""

    scenario: Scenario

    @cached_property
    def trust_start(self) -> Matrix:
        """The trust of each in each before the first week."""
        return begun(self.scenario, 0, ()).trust_start

    @cached_property
    def plans(self) -> dict[str, TalkPlan]:
        """The outcomes of each talk."""
        return {key: TalkPlan(talk) for key, talk in self.scenario.talks.items()}


class KeptCourse(Course):
    """The course of a run by its rows of the one table that a metric is told from."""

    def __init__(self, played: Played, rows: Rows) -> None:
        self._played = played
        self._rows = rows

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self._played.scenario

    @cached_property
    def signings(self) -> list[Signing]:
        """The deals signed; of a talk with a deal at the start, the first of the table is that."""
        initial = {f"{deal.talk}:0" for deal in self.scenario.deals}
        return [
            Signing(
                talk,
                signed,
                status == Status.REJECTED,
                self._takes(talk, outcome),
                distance,
                self._worth(talk, kept),
            )
            for deal, talk, signed, status, outcome, distance, *kept in self._rows
            if deal not in initial
        ]

    def _worth(self, talk: str, kept: list[float]) -> dict[str, float]:
        """Return what a deal is worth to each of its parties; of the others it is not known."""
        worths = zip(self.scenario.countries, kept, strict=True)
        return {key: worth for key, worth in worths if key in self.scenario.talks[talk].parties}

    def _takes(self, talk: str, outcome: int) -> bool:
        plan = self._played.plans[talk]
        return takes(plan.space.levels(outcome), plan.bases)

    @property
    def bound(self) -> set[str]:
        """The talks with a deal in force at the end."""
        return {talk for _, talk, _, status, *_ in self._rows if status == Status.IN_FORCE}

    @property
    def trust(self) -> Matrix:
        """The trust of each in each at the end."""
        return {(observer, subject): last for observer, subject, last, *_ in self._rows}

    @property
    def credibility(self) -> Matrix:
        """The credibility of each in the eyes of each at the end."""
        return {(observer, subject): last for observer, subject, _, last, _ in self._rows}

    @property
    def trust_start(self) -> Matrix:
        """The trust of each in each before the first week."""
        return self._played.trust_start

    @property
    def lowest_weekly_trust(self) -> Matrix:
        """The lowest trust of each in each at the end of a week."""
        return {(observer, subject): lowest for observer, subject, *_, lowest in self._rows}

    @property
    def forecasts(self) -> list[Forecast]:
        """Trust, and the performance that followed, review by review."""
        told = ((tuple(review), trust, overall) for *review, trust, overall in self._rows)
        return list(forecasts(told).values())

    @property
    def acts(self) -> Mapping[Act, int]:
        """How often each thing became of a threat."""
        return {Act(act): times for act, times in self._rows}

    @property
    def cumulative(self) -> dict[str, float]:
        """The weighted payoffs of each country, discounted, US$ bn."""
        return dict(self._rows)

    @property
    def shocks(self) -> int:
        """How often a country acted by chance: no table has it."""
        raise NotImplementedError

    @property
    def prevented(self) -> int:
        """How often a pledge prevented a disregard: no table has it."""
        raise NotImplementedError


# -- rows of a table, reduced to what metrics go by ------------------------------------------------


def _deals(deals: "pd.DataFrame") -> "pd.DataFrame":
    columns = ["run", "deal", "talk", "signed", "status", "outcome", "nash_distance"]
    return deals[[*columns, *(name for name in deals if str(name).startswith("payoff_"))]]


def _trust(trust: "pd.DataFrame") -> "pd.DataFrame":
    """Return per run and pair trust and credibility of the last week, and the lowest trust."""
    pairs = ["run", "observer", "subject"]
    last = trust.drop_duplicates(pairs, keep="last")[[*pairs, "trust", "credibility"]]
    lowest = trust.groupby(pairs, sort=False, observed=True)["trust"].min().rename("lowest")
    return last.join(lowest, on=pairs)


def _performance(performance: "pd.DataFrame") -> "pd.DataFrame":
    return performance[["run", "deal", "obligor", "review", "trust", "overall"]]


def _threats(threats: "pd.DataFrame") -> "pd.DataFrame":
    return threats.groupby(["run", "act"], sort=False, observed=True).size().reset_index()


def _payoffs(payoffs: "pd.DataFrame") -> "pd.DataFrame":
    last = payoffs.drop_duplicates(["run", "country"], keep="last")
    return last[["run", "country", "cumulative"]]


_ROWS: Mapping[str, "Callable[[pd.DataFrame], pd.DataFrame]"] = {
    "deals": _deals,
    "trust": _trust,
    "performance": _performance,
    "threats": _threats,
    "payoffs": _payoffs,
}


def _by_run(frame: "pd.DataFrame") -> dict[int, Rows]:
    """Return the rows of each run, as they follow each other, without its number."""
    rows: dict[int, Rows] = {}
    for run, *row in zip(*(frame[name].tolist() for name in frame), strict=True):
        rows.setdefault(run, []).append(tuple(row))
    return rows


# -- what was played -----------------------------------------------------------------------------


def _played(results: StoredResults, by_start: bool) -> Callable[[int], Played]:
    """Return how to find what was played at a point, as far as a metric goes by it.

    That is by talks and deals; or by all, if it goes by the start.
    """
    experiment = results.experiment
    paths = [path for axis in experiment.axes for path in axis.paths]
    if not by_start and not any(path.partition(".")[0] in {"talks", "deals"} for path in paths):
        everywhere = Played(experiment.base)
        return lambda point: everywhere
    points = design_points(experiment)

    @cache
    def played_at(point: int) -> Played:
        return Played(experiment.at(assigned(experiment.axes, points[point])))

    return played_at
