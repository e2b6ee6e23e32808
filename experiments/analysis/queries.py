"""What may be asked of a folder of results, and the answers as tables.

The arithmetic is in `experiments.analysis.intervals`, `experiments.analysis.comparison` and
`experiments.analysis.sensitivity`; here the question is checked against what was played.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.analysis.comparison import Comparison, comparison
from experiments.analysis.intervals import Unit, summarize
from experiments.analysis.sensitivity import Sensitivity, sensitivity
from experiments.design.sampling import SAMPLING, blocks
from experiments.results.store import StoredResults
from simulator.errors import Problem, ScenarioError, nearest

if TYPE_CHECKING:
    import pandas as pd


__all__ = [
    "comparison_of",
    "metrics_of",
    "reach_of",
    "sensitivity_of",
    "shared_unit",
    "summary_of",
    "unit_of",
]

#: What is told where neither the experiment nor the user names metrics.
_MAIN = ("deals_signed", "deals_in_force", "disregards", "mean_trust_end")


def summary_of(
    results: StoredResults, metrics: Sequence[str] = (), by: Sequence[str] | None = None
) -> "pd.DataFrame":
    """Return means with 95 % intervals, as `experiments.analysis.intervals.summarize` gives them.

    Parameters
    ----------
    results : Results
        What was played.
    metrics : sequence of str
        Metrics; those of the experiment by default.
    by : sequence of str, optional
        Axes whose values make a group, none for one group of all runs; the points of the design
        by default.

    Raises
    ------
    ScenarioError
        If there is no such metric or axis.
    """
    asked = metrics_of(results, metrics)
    keys = ["point", *results.axes] if by is None else _axes(results, by)
    return summarize(runs_of(results), keys, asked, unit_of(results))


def sensitivity_of(results: StoredResults, metric: str) -> Sensitivity:
    """Return Sobol indices with 95 % intervals.

    Parameters
    ----------
    results : Results
        Of a Saltelli design.
    metric : str
        A metric.

    Raises
    ------
    ScenarioError
        If there is no such metric, the design is another one, or too much of it has no value.
    """
    metrics_of(results, [metric])
    experiment = results.experiment
    if experiment.design != "saltelli":
        allowed = (
            "saltelli, the design that Sobol indices are computed from: sweep the same axes as"
            " ranges with --design saltelli and a power of two of samples"
        )
        raise ScenarioError([Problem("design", experiment.design, allowed)], str(results.folder))
    layout = blocks(experiment.samples or 0, len(results.axes))
    try:
        return sensitivity(
            runs_of(results),
            metric,
            results.axes,
            layout,
            experiment.seed,
            shared_seeds=experiment.common_random_numbers,
        )
    except ValueError as error:
        raise ScenarioError([Problem("metric", metric, str(error))], str(results.folder)) from error


def comparison_of(
    first: StoredResults, second: StoredResults, metrics: Sequence[str] = ()
) -> Comparison:
    """Return differences with 95 % intervals, second minus first.

    Parameters
    ----------
    first, second : Results
        What was played.
    metrics : sequence of str
        Metrics; those of the experiments that both have by default.

    Raises
    ------
    ScenarioError
        If one has no such metric, or they have no point in common.
    """
    asked = metrics_of(first, metrics) if metrics else _metrics_of_both(first, second)
    metrics_of(second, asked)
    shared = [axis for axis in first.axes if axis in second.axes]
    unit = shared_unit(first, second)
    try:
        return comparison(runs_of(first), runs_of(second), shared, asked, unit)
    except ValueError as error:
        raise ScenarioError([Problem("axes", shared, str(error))]) from error


def _metrics_of_both(first: StoredResults, second: StoredResults) -> list[str]:
    """Return the metrics of the first that the second has too; other outcomes if there are none."""
    for names in (metrics_of(first), first.outcomes):
        if both := [name for name in names if name in second.outcomes]:
            return both
    allowed = f"a metric of both; the second measured {', '.join(second.outcomes) or 'none'}"
    raise ScenarioError([Problem("metrics", ", ".join(first.outcomes), allowed)])


def metrics_of(results: StoredResults, asked: Sequence[str] = ()) -> list[str]:
    """Return the metrics that are meant.

    Parameters
    ----------
    results : Results
        What was played.
    asked : sequence of str
        What the user named; nothing for those of the experiment, or the main ones and payoffs.

    Raises
    ------
    ScenarioError
        If one of them was not measured, with the nearest name.
    """
    known = results.outcomes
    if not asked:
        payoffs = [name for name in known if name.startswith("payoff_weighted_")]
        main = [*(name for name in _MAIN if name in known), *payoffs]
        named = results.experiment.metrics or main
        return list(named) or known
    allowed = f"a metric that was measured: {', '.join(known)}"
    problems = [
        Problem("metric", name, allowed, nearest(name, known))
        for name in asked
        if name not in known
    ]
    if problems:
        raise ScenarioError(problems, str(results.folder))
    return list(dict.fromkeys(asked))


def runs_of(results: StoredResults) -> "pd.DataFrame":
    """Return the table ``runs``, with the base samples of a Saltelli design.

    A single run is a point with one replication.
    """
    runs, experiment = results.runs, results.experiment
    if "point" not in runs:
        return runs.assign(point=0, replication=0)
    if experiment.design != "saltelli":
        return runs
    return runs.assign(**{"base sample": runs["point"] % (experiment.samples or 1)})


def unit_of(results: StoredResults) -> Unit:
    """Return what is independent of what over several points, see `summarize`.

    Drawn points are, if each was drawn for itself: those of a Saltelli design are columns of two
    matrices put together, whose rows are. But where points share their seeds, what chance adds is
    common to all of them, and only replications tell how large that is.
    """
    experiment = results.experiment
    shared = experiment.common_random_numbers and experiment.replications > 1
    if experiment.design not in SAMPLING or shared:
        return "replication"
    return "base sample" if experiment.design == "saltelli" else "point"


def shared_unit(first: StoredResults, second: StoredResults) -> Unit:
    """Return what is independent of what over several points of two experiments."""
    one, other = unit_of(first), unit_of(second)
    return one if one == other else "replication"


def reach_of(results: StoredResults, unit: Unit) -> str | None:
    """Return what intervals over several points hold for; None if they hold for all chance.

    Parameters
    ----------
    results : Results
        What was played.
    unit : {"replication", "point", "base sample"}
        What the intervals are over, see `experiments.analysis.intervals.summarize`.
    """
    experiment = results.experiment
    if experiment.design not in SAMPLING or not experiment.common_random_numbers:
        return None
    if unit == "replication":
        held = "over replications hold for the points that were drawn"
    else:
        held = f"over {unit}s hold for the chance in those seeds"
    replications = experiment.replications
    shared = "one seed" if replications == 1 else f"same {replications:,} seeds"
    return f"Every point was played with the {shared}: intervals {held} only."


def _axes(results: StoredResults, by: Sequence[str]) -> list[str]:
    axes = results.axes
    allowed = f"an axis of the experiment: {', '.join(axes) or 'it has none'}"
    problems = [
        Problem("by", name, allowed, nearest(name, axes)) for name in by if name not in axes
    ]
    if problems:
        raise ScenarioError(problems, str(results.folder))
    return list(dict.fromkeys(by))
