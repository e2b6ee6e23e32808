"""Questions about a folder of results, answered by tables.

The arithmetic is in `experiments.analysis.intervals`, `experiments.analysis.comparison`,
`experiments.analysis.sensitivity` and `experiments.analysis.calibration`; here the question is
checked against what was played.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.analysis.calibration import Calibration, calibration, forecast_frame, model_of
from experiments.analysis.comparison import Comparison, comparison
from experiments.analysis.contrasts import apart, contrasts, in_order
from experiments.analysis.intervals import Unit, summarize
from experiments.analysis.later_metrics import later_metric, later_metrics
from experiments.analysis.sensitivity import Sensitivity, sensitivity
from experiments.design.sampling import SAMPLING, blocks
from experiments.display.wording import known_name
from experiments.results.store import StoredResults
from experiments.runs.metrics import SHARES
from simulator.errors import Problem, ScenarioError, StoreError, nearest

if TYPE_CHECKING:
    import pandas as pd


__all__ = [
    "apart_of",
    "calibration_of",
    "comparison_of",
    "contrasts_of",
    "metrics_of",
    "moves_alone",
    "reach_of",
    "sensitivity_of",
    "shared_unit",
    "summary_of",
    "unit_of",
]

#: The metrics that are shown, besides payoffs, where neither experiment nor user names any.
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
        Axes whose values form a group, none for one group of all runs; the points of the design
        by default.

    Raises
    ------
    ScenarioError
        If there is no such metric or axis.
    """
    names = metrics_of(results, metrics)
    keys = ["point", *results.axes] if by is None else axes_of(results, by)
    return summarize(runs_of(results, names), keys, names, unit_of(results), shares=SHARES)


def contrasts_of(
    results: StoredResults,
    metric: str,
    over: str,
    each: Sequence[str] = (),
    runs: "pd.DataFrame | None" = None,
) -> "pd.DataFrame | None":
    """Return differences within a seed to the first value of an axis, with 95 % intervals.

    None where points do not share their seeds, so that there are none.

    Parameters
    ----------
    results : Results
        What was played.
    metric : str
        A metric.
    over : str
        The axis.
    each : sequence of str
        Other axes: only points that have the same values there are compared.
    runs : DataFrame, optional
        The table of runs with the metric, where it is none that was measured.

    Returns
    -------
    DataFrame
        Columns of `over` and `each`; ``mean``, the difference, ``low``, ``high`` and
        ``half_width``.
    """
    runs = runs_of(results, [metric]) if runs is None else runs
    if not (_shares_seeds(results) and moves_alone(results)) or runs[over].nunique() < 2:
        return None
    found = contrasts(runs, metric, over, each)
    table = found.table.rename(columns={"difference": "mean"})
    table = table.assign(half_width=table["high"] - table["mean"])
    table = table.sort_values(over, key=lambda v: v.map(in_order(runs[over]).index), kind="stable")
    return table if found.paired and table["half_width"].notna().any() else None


def apart_of(
    results: StoredResults, metric: str, by: Sequence[str]
) -> "tuple[pd.Series[bool], bool]":
    """Return which groups differ from the mean of all beyond 95 % intervals, and whether any does.

    Of many groups some lie beyond such intervals by chance. So that any is said to differ with
    probability .05 at most where none does, intervals are widened for that (Bonferroni).
    """
    runs = runs_of(results, [metric])
    groups = len(runs[list(by)].drop_duplicates())
    any_apart = apart(runs, metric, by, 1 - 0.05 / max(groups, 1)).any()
    return apart(runs, metric, by), bool(any_apart)


def moves_alone(results: StoredResults) -> bool:
    """Return whether each axis moves while all others stay as they are."""
    return results.experiment.design == "factorial" or len(results.axes) == 1


def _shares_seeds(results: StoredResults) -> bool:
    """Return whether runs at different points can be paired by their seeds."""
    return results.experiment.common_random_numbers and unit_of(results) == "replication"


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
            runs_of(results, [metric]),
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
    names = metrics_of(first, metrics) if metrics else _metrics_of_both(first, second)
    metrics_of(second, names)
    common = [axis for axis in first.axes if axis in second.axes]
    unit = shared_unit(first, second)
    try:
        return comparison(runs_of(first, names), runs_of(second, names), common, names, unit)
    except ValueError as error:
        raise ScenarioError([Problem("axes", common, str(error))]) from error


def calibration_of(
    results: StoredResults,
    by: Sequence[str] | None = None,
    obligor: str | None = None,
    observer: str | None = None,
) -> Calibration:
    """Return how good trust is as a forecast of performance.

    Parameters
    ----------
    results : Results
        What was played, with the table ``performance``.
    by : sequence of str, optional
        Axes whose values form a group, none for one group. By default the trust model of whoever
        forecasts: of one axis that varies it, for those whose model that is; else ``model``, if
        there are several.
    obligor : str, optional
        The country whose performance is looked at; everybody's by default.
    observer : str, optional
        The country that forecasts; everybody by default.

    Raises
    ------
    ScenarioError
        If there is no such axis or country.
    StoreError
        If the table was not kept, or by a version that wrote down no trust in it.
    """
    keys = [] if by is None else axes_of(results, by)
    performance, scenario = _performance(results), results.experiment.base
    if obligor is not None:
        known_name("obligor", obligor, scenario.countries, "a country")
        performance = performance[performance["obligor"] == obligor]
    parties = {key: talk.parties for key, talk in scenario.talks.items()}
    found = forecast_frame(performance, parties)
    if observer is not None:
        known_name("observer", observer, scenario.countries, "a country")
        found = found[[observer in names for names in found["observer"].str.split("+")]]
    if by is None:
        return calibration(*_by_model(results, found))
    return calibration(found.merge(results.runs[["run", *keys]], on="run"), keys)


def _by_model(
    results: StoredResults, forecasts: "pd.DataFrame"
) -> "tuple[pd.DataFrame, list[str]]":
    """Return forecasts with the trust models that made them, and the column that has these."""
    axes = [a for a in results.experiment.axes if all(p.endswith(".trust") for p in a.paths)]
    observers = [names.split("+") for names in forecasts["observer"]]
    if len(axes) == 1:
        (path,) = (axis.path for axis in axes)
        varied = {p.split(".")[1] for p in axes[0].paths}
        own = forecasts[[varied.issuperset(names) for names in observers]]
        return own.merge(results.runs[["run", path]], on="run"), [path]
    base = {key: str(spec.trust) for key, spec in results.experiment.base.countries.items()}
    of_runs = {
        run: base | {p.split(".")[1]: str(row[axis.path]) for axis in axes for p in axis.paths}
        for run, row in results.runs.set_index("run").iterrows()
    }
    models = [
        model_of(names, of_runs[run])
        for run, names in zip(forecasts["run"], forecasts["observer"], strict=True)
    ]
    several = len(set(models)) > 1
    return forecasts.assign(model=models), ["model"] if several else []


def _performance(results: StoredResults) -> "pd.DataFrame":
    """Return the table ``performance`` with forecasts, or say how to get it."""
    again = "tradetalks run scenario.toml --seed SEED --out NEW, in that folder"
    if results.manifest:
        again = f"tradetalks sweep {results.folder} --tables performance --out NEW"
    if "performance" not in results.tables:
        raise StoreError(
            f"calibration takes the table 'performance', which {results.folder} did not keep; kept"
            f" are: {', '.join(results.tables)}. Keep it: {again}"
        )
    performance = results.performance
    if "trust" not in performance or performance["trust"].isna().any():
        raise StoreError(
            f"{results.folder} was played by an earlier version, which did not write down how far"
            f" a performance was trusted. Play it again: {again}"
        )
    return performance


def _metrics_of_both(first: StoredResults, second: StoredResults) -> list[str]:
    """Return the metrics of the first that the second has too; other outcomes if there are none."""
    for names in (metrics_of(first), first.outcomes):
        if both := [name for name in names if name in second.outcomes]:
            return both
    allowed = f"a metric of both; the second measured {', '.join(second.outcomes) or 'none'}"
    raise ScenarioError([Problem("metrics", ", ".join(first.outcomes), allowed)])


def metrics_of(results: StoredResults, names: Sequence[str] = ()) -> list[str]:
    """Return the metrics to look at.

    Parameters
    ----------
    results : Results
        What was played.
    names : sequence of str
        As the user named them; if empty, those of the experiment, else the main ones and payoffs.

    Raises
    ------
    ScenarioError
        If one of them was not measured, and no table could tell it; with the nearest name.
    """
    measured = results.outcomes
    if not names:
        payoffs = [metric for metric in measured if metric.startswith("payoff_weighted_")]
        main = [*(metric for metric in _MAIN if metric in measured), *payoffs]
        defaults = results.experiment.metrics or main
        return list(defaults) or measured
    if set(names) <= set(measured):
        return list(dict.fromkeys(names))
    allowed = f"a metric that was measured: {', '.join(measured)}"
    later = later_metrics(results)
    if later:
        tables = ", ".join(results.tables[1:]) or "none but runs"
        allowed = f"{allowed}; or one told from the tables kept ({tables}): tradetalks metrics"
    return _known(results, "metric", names, [*measured, *later], allowed)


def runs_of(results: StoredResults, metrics: Sequence[str] = ()) -> "pd.DataFrame":
    """Return the table ``runs``, with the base samples of a Saltelli design.

    A single run is a point with one replication. Metrics that were not measured are told from the
    tables that were kept.

    Raises
    ------
    ScenarioError
        If the table of one of them was not kept.
    """
    runs, experiment = results.runs, results.experiment
    later = {name: later_metric(results, name) for name in metrics if name not in runs}
    runs = runs.assign(**later) if later else runs
    if "point" not in runs:
        return runs.assign(point=0, replication=0)
    if experiment.design != "saltelli":
        return runs
    return runs.assign(**{"base sample": runs["point"] % (experiment.samples or 1)})


def unit_of(results: StoredResults) -> Unit:
    """Return what counts as independent over several points, see `summarize`.

    Points do that were drawn independently; those of a Saltelli design combine the columns of two
    matrices, and only its base samples, the rows, are independent. But where points share their
    seeds, chance moves all of them alike, and only replications show by how much.
    """
    experiment = results.experiment
    shared = experiment.common_random_numbers and experiment.replications > 1
    if experiment.design not in SAMPLING or shared:
        return "replication"
    return "base sample" if experiment.design == "saltelli" else "point"


def shared_unit(first: StoredResults, second: StoredResults) -> Unit:
    """Return what counts as independent over several points of two experiments."""
    unit, unit_second = unit_of(first), unit_of(second)
    return unit if unit == unit_second else "replication"


def reach_of(results: StoredResults, unit: Unit) -> str | None:
    """Return how far intervals over several points reach, None if they cover all chance.

    Parameters
    ----------
    results : Results
        What was played.
    unit : {"replication", "point", "base sample"}
        The unit of the intervals, see `experiments.analysis.intervals.summarize`.
    """
    experiment = results.experiment
    if experiment.design not in SAMPLING or not experiment.common_random_numbers:
        return None
    if unit == "replication":
        limit = "over replications hold for the points that were drawn"
    else:
        limit = f"over {unit}s hold for the chance in those seeds"
    replications = experiment.replications
    seeds = "one seed" if replications == 1 else f"same {replications:,} seeds"
    return f"Every point was played with the {seeds}: intervals {limit} only."


def axes_of(results: StoredResults, by: Sequence[str]) -> list[str]:
    """Return axes that the user named, by their ends or in full, each once, after checking them."""
    allowed = f"an axis of the experiment: {', '.join(results.axes) or 'it has none'}"
    return _known(results, "by", [_axis(results, name) for name in by], results.axes, allowed)


def _axis(results: StoredResults, name: str) -> str:
    """Return the one axis whose path ends so; the name itself if there is none, or several."""
    ends = [axis for axis in results.axes if axis.endswith(f".{name}")]
    return ends[0] if len(ends) == 1 and name not in results.axes else name


def _known(
    results: StoredResults, key: str, names: Sequence[str], known: list[str], allowed: str
) -> list[str]:
    unknown = [name for name in names if name not in known]
    if unknown:
        problems = [Problem(key, name, allowed, nearest(name, known)) for name in unknown]
        raise ScenarioError(problems, str(results.folder))
    return list(dict.fromkeys(names))
