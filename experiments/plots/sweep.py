"""The pictures of a sweep: ``results.plot.response()``, ``results.plot.sobol()`` and so on."""

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.analysis import queries
from experiments.analysis.intervals import summarize
from experiments.design.plan import plan
from experiments.display import wording
from experiments.plots.hazard import hazard, hazards
from experiments.plots.heatmap import heatmap, matrix
from experiments.plots.labels import axis_label, metric_label
from experiments.plots.palette import Palette, palette
from experiments.plots.payoffs import payoffs
from experiments.plots.response import response
from experiments.plots.sobol import sobol
from experiments.plots.style import figure
from experiments.plots.trust import trust, trust_matrix
from experiments.results.store import StoredResults
from simulator.errors import Problem, ScenarioError, StoreError, nearest
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


__all__ = ["SweepPlots"]

#: Curves that are told apart in one picture.
CURVES = 8
#: Who plays the strategy of an axis.
_PLAYER = re.compile(r"countries\.([^.]+)\.strategy$|talks\.[^.]+\.strategy\.([^.]+)$")


class SweepPlots:
    """Figures of a sweep, each laid out by default; a notebook shows what a method returns.

    Parameters
    ----------
    results : Results
        What was played.
    """

    #: What may be drawn: the names of the methods.
    KINDS = ("response", "heatmap", "sobol", "hazard", "matrix", "trust", "payoffs")

    def __init__(self, results: StoredResults) -> None:
        self._results = results

    def __repr__(self) -> str:
        return f"Pictures of a sweep: {', '.join(self.KINDS)}"

    def response(self, metric: str | None = None, by: Sequence[str] = ()) -> "Figure":
        """Return the mean of a metric over an axis, with 95 % intervals.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        by : sequence of str
            The axis, and another for whose values there are curves; by default the first, and
            the second if it has few values.
        """
        name = self._metric(metric)
        axes = self._axes(by, 1, 2) or self._curves()
        summary = queries.summary_of(self._results, [name], axes)
        drawn = figure(8.0, 4.4)
        each = axes[1] if len(axes) > 1 else None
        response(summary, drawn.add_subplot(), axes[0], self._measures(name), each, self._varies)
        return drawn

    def heatmap(self, metric: str | None = None, by: Sequence[str] = ()) -> "Figure":
        """Return the mean of a metric at every pair of values of two axes.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        by : sequence of str
            The axis from left to right, and the one from top to bottom; the first two by default.
        """
        name = self._metric(metric)
        across, down = self._axes(by, 2, 2) or self._two("heatmap")
        summary = queries.summary_of(self._results, [name], [across, down])
        drawn = figure(8.0, 5.2)
        heatmap(summary, drawn.add_subplot(), across, down, self._measures(name), self._varies)
        return drawn

    def sobol(self, metric: str | None = None) -> "Figure":
        """Return Sobol indices of a metric, with 95 % intervals; they take a Saltelli design.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        """
        name = self._metric(metric)
        found = queries.sensitivity_of(self._results, name)
        drawn = figure(8.4, 1.4 + 0.62 * len(found.table))
        measured = self._measures(name, with_unit=False)  # a share of variance has none
        sobol(found.table, drawn.add_subplot(), measured, self._varies)
        return drawn

    def hazard(self, talk: str | None = None, by: str | None = None) -> "Figure":
        """Return how likely a talk without a deal gets its first one, week by week.

        Parameters
        ----------
        talk : str, optional
            Which; a panel for each by default.
        by : str, optional
            An axis: a panel for each of its values. The talk is the first, then, by default.
        """
        self._needs("hazard", "deals")
        talks = list(self._base.talks)
        if talk is not None and talk not in talks:
            allowed = f"a talk: {', '.join(talks)}"
            raise ScenarioError([Problem("talk", talk, allowed, nearest(talk, talks))])
        shown = [talk] if talk else talks[:1] if by else talks[:CURVES]
        parts = self._parts(by)
        drawn = figure(8.6, 0.6 + 1.9 * len(shown) * len(parts))
        panels = drawn.subplots(len(shown) * len(parts), 1, squeeze=False)[:, 0]
        cases = [(name, value, runs) for name in shown for value, runs in parts]
        for k, (axes, (name, value, runs)) in enumerate(zip(panels, cases, strict=True)):
            found = hazards(self._first(name, runs), int(runs["weeks"].max()) if len(runs) else 0)
            told = f", {by.rpartition('.')[2]} {value}" if by else ""
            title = wording.talk_name(self._base, name) + told
            hazard(found, axes, self._deadlines(name, runs), title, self._base.start)
            if k and axes.get_legend():
                axes.get_legend().remove()
            if k < len(cases) - 1:
                axes.set_xlabel("")
                axes.tick_params(labelbottom=False)
        last = max(axes.get_xlim()[1] for axes in panels)
        for axes in panels:
            axes.set_xlim(0, last)
        return drawn

    def matrix(self, by: Sequence[str] = ()) -> "Figure":
        """Return what strategies get against each other: mean weighted payoffs of both sides.

        Parameters
        ----------
        by : sequence of str
            The axis of the strategies in the rows, and that of those in the columns; by default
            the first two that are of strategies. Of several countries, payoffs are added up.
        """
        axes = self._axes(by, 2, 2) or [a for a in self._results.axes if self._players(a)][:2]
        players = [self._players(axis) for axis in axes]
        if len(axes) < 2 or not all(players):
            raise ScenarioError([Problem("by", list(axes), _OF_STRATEGIES)])
        runs = queries.runs_of(self._results)
        sides = {
            side: sum(runs[f"payoff_weighted_{country}"] for country in countries)
            for side, countries in zip(("row", "column"), players, strict=True)
        }
        summary = summarize(runs.assign(**sides), axes, list(sides), queries.unit_of(self._results))
        table = summary.pivot_table(
            index=axes, columns="metric", values="mean", sort=False, dropna=False, observed=True
        ).reset_index()
        names = [wording.parties(self._base, countries) for countries in players]
        count = [len(set(table[axis])) for axis in axes]
        size = min(2.8 + 1.15 * count[1], 15.0), min(1.6 + 0.8 * count[0], 12.0)
        drawn = figure(*size)
        matrix(table, drawn.add_subplot(), axes[0], axes[1], (names[0], names[1]))
        return drawn

    def trust(self, observer: str | None = None) -> "Figure":
        """Return trust over time, the mean over all runs with the middle nine tenths of them.

        Parameters
        ----------
        observer : str, optional
            Whose; that of everybody, in small panels and without spread, by default.
        """
        self._needs("trust", "trust")
        table = _averaged(self._results.trust, ["week", "observer", "subject"], "trust")
        if observer is None:
            size = 2.2 + 1.25 * min(len(self._base.countries), 12)
            drawn = figure(1.1 * size, size)
            trust_matrix(table, drawn.add_subplot(), styles=self._styles)
            return drawn
        if observer not in self._base.countries:
            names = list(self._base.countries)
            allowed = f"a country: {', '.join(names)}"
            raise ScenarioError([Problem("observer", observer, allowed, nearest(observer, names))])
        drawn = figure(8.4, 4.2)
        axes = trust(table, drawn.add_subplot(), observer, styles=self._styles,
                     start=self._base.start)  # fmt: skip
        axes.set_ylabel("trust (0 to 1), mean and 5 to 95 % of runs")
        return drawn

    def payoffs(self) -> "Figure":
        """Return payoffs over time, the mean over all runs."""
        self._needs("payoffs", "payoffs")
        table = self._results.payoffs
        means = table.groupby(["week", "country"], sort=False).mean(numeric_only=True).reset_index()
        drawn = figure(8.4, 6.2)
        above, below = drawn.subplots(2, 1, sharex=True)
        look = self._styles, self._base.start
        payoffs(means, above, "rate", *look).set_xlabel("")
        payoffs(means, below, "cumulative", *look, legend=False)
        above.set_title("mean over runs", loc="left", fontsize="medium")
        return drawn

    # -- what was played -------------------------------------------------------------------------

    @property
    def _base(self) -> Scenario:
        return self._results.experiment.base

    @property
    def _styles(self) -> Palette:
        return palette({key: spec.name for key, spec in self._base.countries.items()})

    @property
    def _varies(self) -> dict[str, str]:
        """What each axis is called; of a model of the user's own, as the user calls it."""
        experiment = self._results.experiment
        if experiment.model is not None:
            return {}
        return {axis.path: axis_label(self._base, axis.paths) for axis in experiment.axes}

    def _measures(self, metric: str, with_unit: bool = True) -> str:
        if self._results.experiment.model is not None:
            return metric
        return metric_label(self._base, metric, with_unit)

    def _needs(self, kind: str, table: str) -> None:
        """Refuse to draw what was not kept.

        Raises
        ------
        StoreError
            With the tables that were, and how to keep this one.
        """
        results = self._results
        if table in results.tables:
            return
        one = f", or draw one of its runs: --run N with {kind}" if kind == table else ""
        raise StoreError(
            f"{kind} takes the table {table!r}, which {results.folder} did not keep; kept are:"
            f" {', '.join(results.tables)}. Keep it: tradetalks sweep {results.folder}"
            f" --tables {table} --out NEW{one}"
        )

    def _metric(self, name: str | None) -> str:
        return queries.metrics_of(self._results, [name] if name else [])[0]

    def _axes(self, by: Sequence[str], least: int, most: int) -> list[str]:
        """Return the axes that the user named, none if none."""
        known = self._results.axes
        problems = [
            Problem("by", name, f"an axis of the experiment: {', '.join(known) or 'it has none'}",
                    nearest(name, known))
            for name in by if name not in known
        ]  # fmt: skip
        if by and not problems and not least <= len(set(by)) <= most:
            allowed = f"{least} axes" if least == most else f"{least} to {most} axes"
            problems = [Problem("by", list(by), allowed)]
        if problems:
            raise ScenarioError(problems, str(self._results.folder))
        return list(by)

    def _curves(self) -> list[str]:
        """Return the axis to draw over, and another that takes few values."""
        axes = self._results.axes
        if not axes:
            raise ScenarioError([Problem("axes", axes, "an experiment that varies something")])
        runs = self._results.runs
        rest = [axis for axis in axes[1:] if runs[axis].nunique() <= CURVES]
        return [axes[0], *rest[:1]]

    def _two(self, kind: str) -> list[str]:
        axes = self._results.axes
        if len(axes) < 2:
            raise ScenarioError([Problem("axes", axes, f"two or more: {kind} is drawn over two")])
        return axes[:2]

    def _players(self, axis: str) -> list[str]:
        """Return the countries whose strategy an axis is, none if it is something else."""
        (found,) = (a for a in self._results.experiment.axes if a.path == axis)
        matches = [_PLAYER.match(path) for path in found.paths]
        return [m[1] or m[2] for m in matches if m] if all(matches) else []

    def _parts(self, by: str | None) -> "list[tuple[Any, pd.DataFrame]]":
        """Return the runs that did not fail, by the values of an axis."""
        runs = self._results.runs
        runs = runs[runs["error"].isna()]
        if by is None:
            return [(None, runs)]
        self._axes([by], 1, 1)
        return list(runs.groupby(by, sort=False))[:CURVES]

    def _first(self, talk: str, runs: "pd.DataFrame") -> Any:
        """Return the week of the first signing in a talk, run by run, NaN without one."""
        deals = self._results.deals
        party = self._base.talks[talk].parties[0]
        # What was in force at the start was never signed, nor valued, in the run.
        signed = deals[(deals["talk"] == talk) & deals[f"expected_{party}"].notna()]
        return signed.groupby("run")["signed"].min().reindex(runs["run"]).to_numpy(dtype=float)

    def _deadlines(self, talk: str, runs: "pd.DataFrame") -> list[float]:
        """Return the weeks of the first deadline of a talk, over the points of some runs."""
        if "point" not in runs or not any("deadline" in axis for axis in self._results.axes):
            return _weeks(self._base, [self._base.talks[talk].deadline])
        planned = plan(self._results.experiment)
        scenarios = [self._base.with_(planned.values(int(p))) for p in runs["point"].unique()]
        return _weeks(self._base, [scenario.talks[talk].deadline for scenario in scenarios])


_OF_STRATEGIES = (
    "two axes of strategies, such as countries.us.strategy: sweep both, or name two with --by"
)


def _weeks(scenario: Scenario, days: Sequence[datetime.date | None]) -> list[float]:
    return sorted({(day - scenario.start).days / 7 for day in days if day is not None})


def _averaged(table: "pd.DataFrame", keys: list[str], value: str) -> "pd.DataFrame":
    """Return means over runs, with the ends of the middle nine tenths."""
    if not len(table):
        return table
    groups = table.groupby(keys, sort=False)[value]
    ends = groups.quantile(np.array([0.05, 0.95])).unstack()
    return groups.mean().to_frame().assign(low=ends[0.05], high=ends[0.95]).reset_index()
