"""Metrics: named summaries of a played world, each a number.

Beside the numeric columns of the table ``runs`` there are those of `METRICS` with a function.

Where there is nothing to measure, the number is nan. A metric of one's own is the import path of
a function of a `simulator.world.world.World` that returns a number.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from experiments.runs.forecasts import brier, of_run
from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario.code import import_function
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Status
from simulator.world.records import TABLES, Column
from simulator.world.standing import Act

if TYPE_CHECKING:
    from simulator.world.world import World

__all__ = [
    "COLUMNS",
    "METRICS",
    "READS",
    "Measure",
    "Metric",
    "find_metric",
    "measure",
    "outcome_columns",
    "scenario_metrics",
]

#: What a metric makes of a world.
Measure = Callable[["World"], float]

#: Numeric columns of ``runs`` that describe the run and not its outcome.
NO_OUTCOME = {"run", "seed", "weeks"}

#: The numeric columns of ``runs`` that are metrics, by name.
COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in TABLES["runs"]
    if column.type in {"int", "float"} and column.name not in NO_OUTCOME
}

#: Metrics that read a table, which must be kept for them while the run is played.
READS = {
    "nash_distance": "deals",
    "lowest_partner_trust": "trust",
    "brier": "performance",
    "forecast_gap": "performance",
}


@dataclass(frozen=True)
class Metric:
    """What a metric is called, and how it is measured.

    In its name ``{country}`` or ``{talk}`` stands for each country or talk of the scenario, in the
    words that pictures call it ``{}`` for the name of that; the unit of counts is empty. The
    function takes the world, and the country or talk; a column of ``runs`` has none.
    """

    name: str
    words: str
    unit: str = ""
    function: Callable[..., float] | None = None

    @property
    def subject(self) -> str:
        """``country`` or ``talk``, if there is such a metric for each, else empty."""
        return next((kind for kind in ("country", "talk") if f"{{{kind}}}" in self.name), "")

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
        name: partial(metric.function, **({metric.subject: key} if key else {}))
        for metric in METRICS
        if metric.function is not None
        for name, key in metric.names(scenario).items()
    }


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


def measure(name: str, metric: Measure, world: "World") -> float:
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


def _share_signed(world: "World") -> float:
    """Talks in which a deal was signed during the run, as a share."""
    return fmean(_signed(world, talk) > 0 for talk in world.tracks)


def _share_in_force(world: "World") -> float:
    """Talks with a deal in force at the end, as a share."""
    ledger = world.ledger
    bound = {d.talk for d in ledger.deals.values() if ledger.status(d.id) == Status.IN_FORCE}
    return len(bound) / len(world.tracks)


def _first_signing(world: "World", talk: str | None = None) -> float:
    """Week of the first signing in the run."""
    return float(min(_weeks(world, talk), default=math.nan))


def _nash_distance(world: "World") -> float:
    """Mean distance of the deals signed to the Nash point, at full faith."""
    distances = (row[3] for row in world.records.rows["deals"])
    return _mean(distance for distance in distances if not math.isnan(distance))


def _trust_in(world: "World", country: str) -> float:
    """Mean trust of the others in the country at the end."""
    return _mean(t for (_, subject), t in world.trust_matrix().items() if subject == country)


def _trust_of(world: "World", country: str) -> float:
    """Mean trust of the country in the others at the end."""
    return _mean(t for (observer, _), t in world.trust_matrix().items() if observer == country)


def _shocks(world: "World") -> float:
    """How often a country acted outside its deals, by chance."""
    return float(world.shocks)


def _extensions(world: "World") -> float:
    """How often the date of a threat was extended."""
    return float(world.acts[Act.EXTENDED])


def _carried_out(world: "World") -> float:
    """How often a threat was carried out for want of a deal."""
    return float(world.acts[Act.CARRIED_OUT])


def _deals_that_take(world: "World") -> float:
    """Deals signed in which somebody takes what it has not got today, as a share."""
    signed = [d for d in world.ledger.deals.values() if not world.ledger.is_initial(d.id)]
    bases = {key: track.plan.bases for key, track in world.tracks.items()}
    return _mean(
        any(level < base for level, base in zip(deal.levels, bases[deal.talk], strict=True))
        for deal in signed
    )


def _credibility_of(world: "World", country: str) -> float:
    """Mean credibility of the country's threats to the others at the end."""
    return _mean(c for (_, subject), c in world.credibility_matrix().items() if subject == country)


def _partner_trust(world: "World", country: str | None = None) -> float:
    """Mean trust of partners in talks in each other at the end."""
    trust = world.trust_matrix()
    pairs = world.scenario.partners
    return _mean(trust[pair] for pair in pairs if country in (None, pair[1]))


def _partner_trust_in(world: "World", country: str) -> float:
    """Mean trust of its partners in talks in the country at the end."""
    return _partner_trust(world, country)


def _lowest_partner_trust(world: "World") -> float:
    """Lowest trust of any partner in talks in another, at the start or in any week."""
    places = [world.blueprint.witnesses.pairs.index(pair) for pair in world.scenario.partners]
    weeks = [list(world.trust_start.values()), *(row[1] for row in world.records.rows["trust"])]
    return min((trusts[at] for trusts in weeks for at in places), default=math.nan)


def _brier(world: "World") -> float:
    """Mean squared difference of trust and the performance that followed, review by review."""
    return brier(of_run(world))


def _forecast_gap(world: "World") -> float:
    """Mean trust when performances were chosen, less their mean quality."""
    return _mean(trust - quality for trust, quality in of_run(world))


def _cumulative(world: "World", country: str) -> float:
    """Weighted payoffs of the country, discounted as in its books, US$ bn."""
    return world.totals[country].cumulative


def _signed(world: "World", talk: str) -> float:
    """Deals signed in the talk during the run."""
    return float(len(_weeks(world, talk)))


def _first_signing_in(world: "World", talk: str) -> float:
    """Week of the first signing in the talk."""
    return _first_signing(world, talk)


def _weeks(world: "World", talk: str | None) -> list[int]:
    """Return the weeks in which deals were signed, without those in force at the start."""
    deals = (d for d in world.ledger.deals.values() if not world.ledger.is_initial(d.id))
    return [deal.signed for deal in deals if talk is None or deal.talk == talk]


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
    Metric("share_signed", "talks with a deal signed", "share", _share_signed),
    Metric("share_in_force", "talks with a deal in force at the end", "share", _share_in_force),
    Metric("first_signing", "first signing", "week", _first_signing),
    Metric("nash_distance", "distance of deals to the Nash point", "US$ bn a year", _nash_distance),
    Metric("shocks", "shocks", "", _shocks),
    Metric("extensions", "dates extended", "", _extensions),
    Metric("threats_carried_out", "threats carried out", "", _carried_out),
    Metric("deals_that_take", "deals worse than today on an issue", "share", _deals_that_take),
    Metric("credibility_of_{country}", "credibility of {} at the end", "0 to 1", _credibility_of),
    Metric("trust_in_{country}", "mean trust in {} at the end", "0 to 1", _trust_in),
    Metric("trust_of_{country}", "mean trust of {} at the end", "0 to 1", _trust_of),
    Metric("partner_trust", "mean trust among partners at the end", "0 to 1", _partner_trust),
    Metric(
        *("partner_trust_in_{country}", "mean trust of partners in {} at the end", "0 to 1"),
        _partner_trust_in,
    ),
    Metric(
        *("lowest_partner_trust", "lowest trust among partners", "0 to 1"),
        _lowest_partner_trust,
    ),
    Metric("brier", "Brier score of trust", "0 to 1", _brier),
    Metric("forecast_gap", "trust less performance", "-1 to 1", _forecast_gap),
    Metric("cumulative_{country}", "discounted payoff of {}", "US$ bn", _cumulative),
    Metric("signed_{talk}", "deals signed, {}", "", _signed),
    Metric("first_signing_{talk}", "first signing, {}", "week", _first_signing_in),
)
assert [metric.name for metric in METRICS if metric.function is None] == list(COLUMNS)
