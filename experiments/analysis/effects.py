"""The effect of each axis of a sweep on all metrics, what is worth telling first.

Of several metrics the clearest is picked. So that any is said to change with probability .05 at
most where none does, the intervals of a table hold together (Bonferroni).
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.roster import ROSTER
from experiments.analysis import queries
from experiments.analysis.comparison import comparison
from experiments.design.experiment import Experiment
from experiments.results.store import StoredResults
from experiments.runs.metrics import shipped_metric
from simulator.scenario.descriptions import description

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Effect", "effects_of"]

#: Words of this length and more name a subject, by as many of their first letters less one.
LONG = 7


class Effect(NamedTuple):
    """What changed from the first value of an axis to its last, over all values of the others.

    Parameters
    ----------
    axis : str
        Its path.
    values : list
        Its values, two or more.
    table : DataFrame
        One row per metric: ``metric``, ``first`` and ``second`` (means at the two values),
        ``difference``, ``low`` and ``high`` of its interval, and ``set``: whether the axis sets
        the metric, by the words that describe both. With probability .95 all intervals hold.
        Changes beyond chance come first: of money, then of others, then of what the axis sets;
        and of each of these the clearest.
    """

    axis: str
    values: list[Any]
    table: "pd.DataFrame"


def effects_of(results: StoredResults, metrics: Sequence[str] = ()) -> list[Effect]:
    """Return the effect of each axis, of a design in which others stay as they are when it moves.

    Parameters
    ----------
    results : Results
        What was played.
    metrics : sequence of str
        Metrics; those of the experiment by default.
    """
    names = queries.metrics_of(results, metrics)
    if not queries.moves_alone(results):
        return []
    runs = queries.runs_of(results, names)
    values = {axis: list(dict.fromkeys(runs[axis])) for axis in results.axes}
    found = (_effect(results, runs, axis, v, names) for axis, v in values.items() if len(v) > 1)
    return [effect for effect in found if effect is not None]


def _effect(
    results: StoredResults,
    runs: "pd.DataFrame",
    axis: str,
    values: Sequence[object],
    metrics: list[str],
) -> Effect | None:
    """Return the effect of an axis; None if both its ends have not been played at one point."""
    first, last = values[0], values[-1]
    at_first, at_last = (runs[runs[axis] == value] for value in (first, last))
    others = [other for other in results.axes if other != axis]
    unit, confidence = queries.unit_of(results), 1 - 0.05 / len(metrics)
    try:
        table = comparison(at_first, at_last, others, metrics, unit, confidence).overall
    except ValueError:
        return None
    sets = [_sets(results.experiment, axis, metric) for metric in table["metric"]]
    money = [_is_money(results.experiment, metric) for metric in table["metric"]]
    table = table.assign(set=sets)
    return Effect(axis, list(values), table.iloc[_order(table, np.where(sets, 2, 1) - money)])


def _order(table: "pd.DataFrame", rank: NDArray[np.int_]) -> NDArray[np.intp]:
    """Return the places of rows: those beyond chance by rank, then others; the clearest first."""
    ends = (table[name].to_numpy(dtype=float) for name in ("low", "high", "difference"))
    low, high, difference = ends
    beyond = (low > 0) | (high < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        clear = np.nan_to_num(np.abs(difference) / (high - low), nan=-1.0, posinf=np.inf)
    return np.lexsort((-clear, np.where(beyond, rank, np.max(rank) + 1)))


def _is_money(experiment: Experiment, metric: str) -> bool:
    """Return whether a metric is what somebody gets in the end, not what was done for it."""
    known = None if experiment.model else shipped_metric(metric, experiment.base)
    return known is not None and known[0].unit.startswith("US$")


def _sets(experiment: Experiment, axis: str, metric: str) -> bool:
    """Return whether an axis sets a metric: a word of its description is among those of the metric.

    ``Chance that a country disregards a deal`` and ``commitments disregarded`` are of one subject.
    """
    known = None if experiment.model else shipped_metric(metric, experiment.base)
    if known is None:
        return False
    paths = next(one.paths for one in experiment.axes if one.path == axis)
    told = (description(experiment.base, path, ROSTER) for path in paths)
    words = " ".join(one.words for one in told if one is not None)
    return not _subjects(words).isdisjoint(_subjects(known[0].words))


def _subjects(words: str) -> set[str]:
    """Return the stems of the long words of a description."""
    found = re.findall(rf"[a-z]{{{LONG},}}", words.lower())
    return {word[: LONG - 1] for word in found}
