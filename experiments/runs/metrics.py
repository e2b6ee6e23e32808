"""Metrics: named summaries of a played world, each a number.

Beside the numeric columns of the table ``runs`` there are those of `METRICS`.

Where there is nothing to measure, the number is nan. A metric of one's own is the import path of
a function of a `simulator.world.world.World` that returns a number.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from simulator.errors import Problem, ScenarioError, nearest
from simulator.scenario import parts
from simulator.world.deals import Status
from simulator.world.records import columns

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario
    from simulator.world.world import World

__all__ = [
    "METRICS",
    "READS",
    "Metric",
    "find_metric",
    "measure",
    "outcome_columns",
    "scenario_metrics",
]

Metric = Callable[["World"], float]

#: Numeric columns of ``runs`` that describe the run and not what came of it.
NO_OUTCOME = {"run", "seed", "weeks"}

#: Metrics that read a table, which has to be kept for them while the run is played.
READS = {"nash_distance": "deals"}


def outcome_columns(scenario: "Scenario") -> list[str]:
    """Return the metrics that every run has: the numeric columns of ``runs`` but its keys."""
    found = columns("runs", scenario.countries)
    return [c.name for c in found if c.type in {"int", "float"} and c.name not in NO_OUTCOME]


def scenario_metrics(scenario: "Scenario") -> dict[str, Metric]:
    """Return the metrics of a scenario by name, those that are columns of ``runs`` left out."""
    each = {"country": scenario.countries, "talk": scenario.talks}
    found: dict[str, Metric] = {}
    for name, metric in METRICS.items():
        of = next((kind for kind in each if f"{{{kind}}}" in name), None)
        if of is None:
            found[name] = metric
        else:
            one_each = {name.format(**{of: key}): partial(metric, **{of: key}) for key in each[of]}
            found.update(one_each)
    return found


def find_metric(name: str, scenario: "Scenario") -> Metric | None:
    """Return the metric of this name or import path; None if it is a column of ``runs`` anyway.

    Parameters
    ----------
    name : str
        What the experiment says.
    scenario : Scenario
        Whose worlds it is to measure.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    if name in outcome_columns(scenario):
        return None
    known = scenario_metrics(scenario)
    if name in known:
        return known[name]
    if "." not in name:
        names = [*outcome_columns(scenario), *known]
        allowed = f"a metric: {', '.join(names)}; or an import path module.function"
        raise ScenarioError([Problem("metrics", name, allowed, nearest(name, names))])
    found = parts.import_object(name, "metrics", "function")
    if not callable(found):
        raise ScenarioError([Problem("metrics", name, "the import path of a function of a world")])
    return found


def measure(metrics: Mapping[str, Metric], world: "World") -> list[float]:
    """Return what each metric makes of a world.

    Raises
    ------
    TypeError
        If one of them returns something else than a number.
    BaseException
        Whatever one of them raises, with a note that names it.
    """
    return [as_number(_asked(name, metric, world), name) for name, metric in metrics.items()]


def _asked(name: str, metric: Metric, world: "World") -> float:
    try:
        return metric(world)
    except BaseException as error:
        error.add_note(f"metric {name!r}")
        raise


def as_number(value: object, name: str) -> float:
    """Return a value as a float.

    Parameters
    ----------
    value : object
        What a function of the user's returned.
    name : str
        The metric, for the message.

    Raises
    ------
    TypeError
        If it is no number.
    """
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
    held = {d.talk for d in ledger.deals.values() if ledger.status(d.id) == Status.IN_FORCE}
    return len(held) / len(world.tracks)


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


def _cumulative(world: "World", country: str) -> float:
    """Weighted payoffs of the country, discounted by its patience, US$ bn."""
    return world.totals[country].cumulative


def _signed(world: "World", talk: str) -> float:
    """Deals signed in the talk during the run."""
    return float(len(_weeks(world, talk)))


def _first_signing_in(world: "World", talk: str) -> float:
    """Week of the first signing in the talk."""
    return _first_signing(world, talk)


def _weeks(world: "World", talk: str | None) -> list[int]:
    """Return the weeks in which deals were signed, those at the start left out."""
    found = (d for d in world.ledger.deals.values() if not world.ledger.is_initial(d.id))
    return [deal.signed for deal in found if talk is None or deal.talk == talk]


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fmean(found) if found else math.nan


#: The metrics by name; what stands in braces stands for each country or talk of the scenario.
METRICS: Mapping[str, Callable[..., float]] = {
    "share_signed": _share_signed,
    "share_in_force": _share_in_force,
    "first_signing": _first_signing,
    "nash_distance": _nash_distance,
    "trust_in_{country}": _trust_in,
    "trust_of_{country}": _trust_of,
    "cumulative_{country}": _cumulative,
    "signed_{talk}": _signed,
    "first_signing_{talk}": _first_signing_in,
}
