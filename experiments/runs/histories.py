"""Histories of one scenario, a seed each: what came of it in a few numbers."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean, median

from experiments.runs.metrics import Measure, find_metric, measure, tables_read
from experiments.runs.play import play
from experiments.runs.record import RunRecord
from experiments.runs.typical import typical, typical_metrics
from simulator.scenario.scenario import Scenario

__all__ = ["Histories", "histories", "history_metrics"]

BROKEN, TRUST = "disregards", "lowest_partner_trust"


@dataclass(frozen=True)
class Histories:
    """The histories of a scenario: by seed, the value of each metric, NaN where there is none."""

    scenario: Scenario
    rows: Mapping[int, Mapping[str, float]]

    def values(self, metric: str) -> list[float]:
        """Return the values of a metric that are there."""
        found = (row[metric] for row in self.rows.values())
        return [value for value in found if not math.isnan(value)]

    def median(self, metric: str) -> float:
        """Return the median of a metric over the seeds that have it, NaN if none has."""
        values = self.values(metric)
        return median(values) if values else math.nan

    @property
    def same(self) -> bool:
        """Whether there are several, and every metric is the same in all of them."""
        # NaN is no less the same for not being equal to itself.
        told = {tuple(map(str, row.values())) for row in self.rows.values()}
        return len(self.rows) > 1 and len(told) == 1

    @property
    def typical(self) -> int:
        """The seed whose run is nearest to the medians, of what is measured in every run."""
        names = typical_metrics(self.scenario)
        rows = [{name: row[name] for name in names} for row in self.rows.values()]
        return list(self.rows)[typical(rows)]

    def share(self, metric: str) -> float:
        """Return in which share of the seeds it happened: a deal signed, a promise broken.

        NaN of metrics that do not tell whether something happened.
        """
        if metric == BROKEN:
            return fmean(row[metric] > 0 for row in self.rows.values())
        if metric.startswith(_FIRST_SIGNING):
            return len(self.values(metric)) / len(self.rows)
        return math.nan


_FIRST_SIGNING = "first_signing_"


def history_metrics(scenario: Scenario) -> list[str]:
    """Return what a history tells: first signings, broken promises, lowest trust, payoffs."""
    signings = [f"{_FIRST_SIGNING}{key}" for key, talk in scenario.talks.items() if talk.open]
    payoffs = [f"payoff_weighted_{key}" for key in scenario.countries]
    return [*signings, BROKEN, TRUST, *payoffs]


def histories(
    scenario: Scenario, seeds: Iterable[int]
) -> Iterator[tuple[int, Mapping[str, float]]]:
    """Play a scenario once with each seed, and give the seed with its metrics.

    Those that a history tells, and those by which one is typical.

    Raises ScenarioError if it cannot be played.
    """
    names = dict.fromkeys([*history_metrics(scenario), *typical_metrics(scenario)])
    metrics = {name: find_metric(name, scenario) for name in names}
    tables = tables_read(names, scenario)
    for seed in seeds:
        yield seed, _history(scenario, seed, metrics, tables)


def _history(
    scenario: Scenario, seed: int, metrics: Mapping[str, Measure | None], tables: Iterable[str]
) -> dict[str, float]:
    world = play(scenario, seed, tables)
    columns = RunRecord(world).row()
    return {
        name: float(columns[name]) if metric is None else measure(name, metric, world)
        for name, metric in metrics.items()
    }
