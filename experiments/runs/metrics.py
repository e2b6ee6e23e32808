"""Metrics: named summaries of a played world, each a number.

Beside the numeric columns of the table ``runs`` there are those of `METRICS` with a function.

Where there is nothing to measure, the number is nan. A metric of one's own is the import path of
a function of a `simulator.world.simulation.Simulation` that returns a number.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from experiments.runs.course import Course, WorldCourse
from experiments.runs.forecasts import brier
from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario.code import import_function
from simulator.scenario.scenario import Scenario
from simulator.world.records import TABLES, Column
from simulator.world.standing import Act

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = [
    "COLUMNS",
    "METRICS",
    "SHARES",
    "Measure",
    "Metric",
    "find_metric",
    "measure",
    "outcome_columns",
    "scenario_metrics",
    "shipped_metric",
    "tables_read",
]

#: What a metric makes of a world.
Measure = Callable[["Simulation"], float]

#: Numeric columns of ``runs`` that describe the run and not its outcome.
NO_OUTCOME = {"run", "seed", "weeks"}

#: The numeric columns of ``runs`` that are metrics, by name.
COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in TABLES["runs"]
    if column.type in {"int", "float"} and column.name not in NO_OUTCOME
}


@dataclass(frozen=True)
class Metric:
    """What a metric is called, and how it is measured.

    In its name ``{country}`` or ``{talk}`` stands for each country or talk of the scenario, in the
    words that pictures call it ``{}`` for the name of that; the unit of counts is empty. The
    function takes the course of the run, and the country or talk; a column of ``runs`` has none.
    The table is the one from which it can be told after a sweep, empty if none has it; where it is
    so while the run is played, too, it `reads` that table, which must be kept then.
    """

    name: str
    words: str
    unit: str = ""
    function: Callable[..., float] | None = None
    table: str = ""
    reads: bool = False

    @property
    def subject(self) -> str:
        """``country`` or ``talk``, if there is such a metric for each, else empty."""
        return next((kind for kind in ("country", "talk") if f"{{{kind}}}" in self.name), "")

    def of(self, key: str) -> Callable[[Course], float]:
        """Return how it is told of a course, for a country or a talk if it is about one."""
        assert self.function is not None
        return partial(self.function, **({self.subject: key} if key else {}))

    def names(self, scenario: Scenario) -> dict[str, str]:
        """Return its names in a scenario, each with the country or talk that it is about."""
        keys = {"country": scenario.countries, "talk": scenario.talks}.get(self.subject, ("",))
        return {self.name.replace(f"{{{self.subject}}}", key): key for key in keys}


def outcome_columns(scenario: Scenario) -> list[str]:
    """Return the metrics that every run has: the numeric columns of ``runs`` but its keys."""
    return [name for m in METRICS if m.function is None for name in m.names(scenario)]


def scenario_metrics(scenario: Scenario) -> dict[str, Measure]:
    """Return the metrics of a scenario by name, except those that are columns of ``runs``."""
    return {
        name: partial(_of_world, metric.of(key))
        for metric in METRICS
        if metric.function is not None
        for name, key in metric.names(scenario).items()
    }


def _of_world(function: Callable[[Course], float], world: "Simulation") -> float:
    return function(WorldCourse(world))


def shipped_metric(name: str, scenario: Scenario) -> tuple[Metric, str] | None:
    """Return the shipped metric of this name, and which country or talk it is about, if any."""
    for metric in METRICS:
        names = metric.names(scenario)
        if name in names:
            return metric, names[name]
    return None


def tables_read(names: Iterable[str], scenario: Scenario) -> set[str]:
    """Return the tables that must be kept of a run for these metrics of it."""
    found = (shipped_metric(name, scenario) for name in names)
    return {metric[0].table for metric in found if metric and metric[0].reads}


def find_metric(name: str, scenario: Scenario) -> Measure | None:
    """Return the metric of this name or import path; None if it is a column of ``runs`` anyway.

    Raises ScenarioError if there is no such metric.
    """
    if name in outcome_columns(scenario):
        return None
    metrics = scenario_metrics(scenario)
    if name in metrics:
        return metrics[name]
    if "." not in name:
        names = [*outcome_columns(scenario), *metrics]
        allowed = f"a metric: {', '.join(names)}; or an import path module.function"
        raise ScenarioError([Problem("metrics", name, allowed, nearest(name, names))])
    return import_function(name, "metrics", ["world"])


def measure(name: str, metric: Measure, world: "Simulation") -> float:
    """Return the value of a metric for a world.

    Raises TypeError if it returns something other than a number, and whatever it raises, with a
    note that names it.
    """
    try:
        value = metric(world)
    except BaseException as error:
        error.add_note(f"metric {name!r}")
        raise
    return as_number(value, name)


def as_number(value: object, name: str) -> float:
    """Return a value as a float. Raises TypeError if it is not a number."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"metric {name!r} must be a number, not {value!r}") from None


def _share_signed(course: Course) -> float:
    """Talks in which a deal was signed during the run, as a share."""
    return fmean(_signed(course, talk) > 0 for talk in course.scenario.talks)


def _share_in_force(course: Course) -> float:
    """Talks with a deal in force at the end, as a share."""
    return len(course.bound) / len(course.scenario.talks)


def _first_signing(course: Course, talk: str | None = None) -> float:
    """Week of the first signing in the run."""
    return float(min(_weeks(course, talk), default=math.nan))


def _nash_distance(course: Course) -> float:
    """Mean distance of the deals signed to the Nash point, at full faith."""
    distances = (signing.nash_distance for signing in course.signings)
    return _mean(distance for distance in distances if not math.isnan(distance))


def _renewed_worth(course: Course, country: str) -> float:
    """Mean worth to the country, if kept, of deals after the first of their talk, not rejected."""
    before, worths = set[str](), list[float]()
    for signing in course.signings:
        if signing.rejected:
            continue
        if signing.talk in before and country in signing.worth:
            worths.append(signing.worth[country])
        before.add(signing.talk)
    return _mean(worths)


def _trust_in(course: Course, country: str) -> float:
    """Mean trust of the others in the country at the end."""
    return _mean(t for (_, subject), t in course.trust.items() if subject == country)


def _trust_of(course: Course, country: str) -> float:
    """Mean trust of the country in the others at the end."""
    return _mean(t for (observer, _), t in course.trust.items() if observer == country)


def _prevented(course: Course) -> float:
    """Disregards at reviews that pledges prevented; in the table ``performance`` they are kept."""
    return float(course.prevented)


def _shocks(course: Course) -> float:
    """How often a country acted outside its deals, by chance."""
    return float(course.shocks)


def _extensions(course: Course) -> float:
    """How often the date of a threat was extended."""
    return float(course.acts.get(Act.EXTENDED, 0))


def _carried_out(course: Course) -> float:
    """How often a threat was carried out for want of a deal."""
    return float(course.acts.get(Act.CARRIED_OUT, 0))


def _deals_that_take(course: Course) -> float:
    """Deals signed in which somebody takes what it has not got today, as a share."""
    return _mean(signing.takes for signing in course.signings)


def _credibility_of(course: Course, country: str) -> float:
    """Mean credibility of the country's threats to the others at the end."""
    return _mean(c for (_, subject), c in course.credibility.items() if subject == country)


def _partner_trust(course: Course, country: str | None = None) -> float:
    """Mean trust of partners in talks in each other at the end."""
    trust = course.trust
    return _mean(trust[pair] for pair in course.scenario.partners if country in (None, pair[1]))


def _partner_trust_in(course: Course, country: str) -> float:
    """Mean trust of its partners in talks in the country at the end."""
    return _partner_trust(course, country)


def _lowest_partner_trust(course: Course) -> float:
    """Lowest trust of any partner in talks in another, at the start or in any week."""
    lowest = course.lowest_trust
    return min((lowest[pair] for pair in course.scenario.partners), default=math.nan)


def _brier(course: Course) -> float:
    """Mean squared difference of trust and the performance that followed, review by review."""
    return brier(course.forecasts)


def _forecast_gap(course: Course) -> float:
    """Mean trust when performances were chosen, less their mean quality."""
    return _mean(trust - quality for trust, quality in course.forecasts)


def _cumulative(course: Course, country: str) -> float:
    """Weighted payoffs of the country, discounted as in its books, US$ bn."""
    return course.cumulative[country]


def _signed(course: Course, talk: str) -> float:
    """Deals signed in the talk during the run."""
    return float(len(_weeks(course, talk)))


def _first_signing_in(course: Course, talk: str) -> float:
    """Week of the first signing in the talk."""
    return _first_signing(course, talk)


def _weeks(course: Course, talk: str | None) -> list[int]:
    """Return the weeks in which deals were signed."""
    return [signing.week for signing in course.signings if talk in (None, signing.talk)]


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return fmean(numbers) if numbers else math.nan


def _column(name: str, words: str, unit: str | None = None) -> Metric:
    """Return the metric that a column of ``runs`` is."""
    return Metric(name, words, COLUMNS[name].unit if unit is None else unit)


METRICS: tuple[Metric, ...] = (
    _column("talks_opened", "talks opened"),
    _column("deals_signed", "deals signed"),
    _column("deals_in_force", "deals in force"),
    _column("deals_rejected", "deals rejected"),
    _column("deals_collapsed", "deals collapsed"),
    _column("disregards", "commitments disregarded"),
    _column("mean_trust_end", "mean trust at the end", "0 to 1"),
    _column("payoff_material_{country}", "material payoff of {}"),
    _column("payoff_weighted_{country}", "weighted payoff of {}"),
    Metric("share_signed", "talks with a deal signed", "share", _share_signed, "deals"),
    Metric(
        *("share_in_force", "talks with a deal in force at the end", "share"),
        *(_share_in_force, "deals"),
    ),
    Metric("first_signing", "first signing", "week", _first_signing, "deals"),
    Metric(
        *("nash_distance", "distance of deals to the Nash point", "US$ bn a year"),
        *(_nash_distance, "deals", True),
    ),
    Metric(
        *("renewed_worth_{country}", "worth to {} of a deal made anew", "US$ bn a year"),
        *(_renewed_worth, "deals", True),
    ),
    Metric("breaches_prevented", "breaches prevented by a pledge", "", _prevented),
    Metric("shocks", "shocks", "", _shocks),
    Metric("extensions", "dates extended", "", _extensions, "threats"),
    Metric("threats_carried_out", "threats carried out", "", _carried_out, "threats"),
    Metric(
        *("deals_that_take", "deals worse than today on an issue", "share"),
        *(_deals_that_take, "deals"),
    ),
    Metric(
        *("credibility_of_{country}", "credibility of {} at the end", "0 to 1"),
        *(_credibility_of, "trust"),
    ),
    Metric("trust_in_{country}", "mean trust in {} at the end", "0 to 1", _trust_in, "trust"),
    Metric("trust_of_{country}", "mean trust of {} at the end", "0 to 1", _trust_of, "trust"),
    Metric(
        *("partner_trust", "mean trust among partners at the end", "0 to 1"),
        *(_partner_trust, "trust"),
    ),
    Metric(
        *("partner_trust_in_{country}", "mean trust of partners in {} at the end", "0 to 1"),
        *(_partner_trust_in, "trust"),
    ),
    Metric(
        *("lowest_partner_trust", "lowest trust among partners", "0 to 1"),
        *(_lowest_partner_trust, "trust", True),
    ),
    Metric("brier", "Brier score of trust", "0 to 1", _brier, "performance", True),
    Metric("forecast_gap", "trust less performance", "-1 to 1", _forecast_gap, "performance", True),
    Metric("cumulative_{country}", "discounted payoff of {}", "US$ bn", _cumulative, "payoffs"),
    Metric("signed_{talk}", "deals signed, {}", "", _signed, "deals"),
    Metric("first_signing_{talk}", "first signing, {}", "week", _first_signing_in, "deals"),
)
assert [metric.name for metric in METRICS if metric.function is None] == list(COLUMNS)

#: Metrics that lie between 0 and 1 by their nature, as they count how many of some had something.
SHARES = frozenset(metric.name for metric in METRICS if metric.unit == "share")
