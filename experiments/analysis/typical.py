"""Which of many runs is typical: the one nearest to the medians of what runs came to."""

from collections.abc import Mapping, Sequence
from statistics import fmean, median, quantiles

from simulator.scenario.scenario import Scenario

__all__ = ["typical", "typical_metrics"]


def typical_metrics(scenario: Scenario) -> tuple[str, ...]:
    """Return the metrics by which runs are told apart: ten, if there are five countries."""
    payoffs = (f"payoff_weighted_{country}" for country in scenario.countries)
    conduct = "deals_signed", "deals_in_force", "disregards"
    return (*conduct, "partner_trust", "lowest_partner_trust", *payoffs)


def typical(runs: Sequence[Mapping[str, float]]) -> int:
    """Return the position of the run that is nearest to the medians, the first among equals.

    The distance is the mean over the metrics of the difference from the median, in interquartile
    ranges; in ranges, where the quartiles agree. What is the same in all runs does not count.

    Parameters
    ----------
    runs : sequence of mapping
        Metrics by name, the same of every run, at least one run.
    """
    columns = {name: [float(run[name]) for run in runs] for name in runs[0]}
    scales = {name: scale for name, values in columns.items() if (scale := _scale(values))}
    middle = {name: median(columns[name]) for name in scales}
    distances = [
        fmean(abs(run[name] - middle[name]) / scale for name, scale in scales.items())
        if scales
        else 0.0
        for run in runs
    ]
    return distances.index(min(distances))


def _scale(values: Sequence[float]) -> float:
    """Return the interquartile range, or the range if that is 0."""
    if len(values) < 2:
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return high - low or max(values) - min(values)
