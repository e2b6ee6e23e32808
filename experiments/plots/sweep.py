"""The pictures of a sweep: ``results.plot.response()``, ``results.plot.sobol()`` and so on."""

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.analysis import queries
from experiments.analysis.contrasts import in_order, unbeaten
from experiments.analysis.intervals import summarize
from experiments.design import sampling
from experiments.design.plan import Plan
from experiments.display import wording
from experiments.display.numbers import even_texts
from experiments.plots.calibration import reliability_diagram, stacked
from experiments.plots.hazard import hazard, hazards
from experiments.plots.heatmap import heatmap, matrix
from experiments.plots.labels import axis_label, metric_label
from experiments.plots.palette import Palette, literal_text, palette
from experiments.plots.payoffs import payoffs, payoffs_figure
from experiments.plots.response import response
from experiments.plots.scatter import scatter
from experiments.plots.sentences import effect, foretold, in_time, spread, strongest
from experiments.plots.sobol import sobol
from experiments.plots.style import figure, titled
from experiments.plots.trust import telling_rows, trust, trust_by, trust_matrix
from experiments.results.store import StoredResults
from simulator.errors import Problem, ScenarioError, StoreError
from simulator.scenario.scenario import Scenario
from simulator.text import listing, sentence_case

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


__all__ = ["SweepPlots"]

#: The most curves or panels in one picture.
CURVES = 8
#: Paths of strategies, with the country that plays them.
_PLAYER = re.compile(r"countries\.([^.]+)\.strategy$|talks\.[^.]+\.strategy\.([^.]+)$")


class SweepPlots:
    """Figures of a sweep, ready to look at; a notebook displays what a method returns."""

    #: What may be drawn: the names of the methods.
    KINDS = (
        *("response", "heatmap", "sobol", "hazard", "matrix", "trust", "payoffs"),
        *("calibration", "scatter"),
    )

    def __init__(self, results: StoredResults) -> None:
        self._results = results

    def __repr__(self) -> str:
        return f"Pictures of a sweep: {', '.join(self.KINDS)}"

    def response(self, metric: str | None = None, by: Sequence[str] = ()) -> "Figure":
        """Return the mean of a metric over an axis, and the differences to its first value.

        Both with 95 % intervals. The differences are those within a seed, in which the chance that
        points share drops out; where points do not share their seeds there are none. The title
        says what the axis does, if the differences do.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        by : sequence of str
            The axis, and another one with a curve for each of its values; by default the first,
            and the second if it has few values.
        """
        name = self._metric(metric)
        over, *others = self._axes(by, 1, 2) or self._curves()
        each = others[0] if others else None
        summary = queries.summary_of(self._results, [name], [over, *others])
        beside = queries.contrasts_of(self._results, name, over, others)
        fig = figure(8.0 if beside is None else 10.4, 4.4)
        left, *right = fig.subplots(1, 1 if beside is None else 2, squeeze=False)[0]
        response(summary, left, over, self._metric_label(name), each, self._axis_names)
        if beside is not None:
            first = even_texts(list(dict.fromkeys(beside[over])))[0]
            label = f"difference to {first} within a seed{self._unit(name)}"
            response(beside, right[0], over, label, each, self._axis_names)
            right[0].axhline(0.0, color="0.3", lw=0.8, zorder=1)
            left.get_legend().remove()
        words = self._words(over), self._metric_label(name, with_unit=False)
        return titled(fig, effect(beside, over, each, *words) or "Means with 95 % intervals")

    def scatter(
        self, metric: str | None = None, over: str | None = None, by: Sequence[str] = ()
    ) -> "Figure":
        """Return a metric against another: each run, and the means at each value of an axis.

        Parameters
        ----------
        metric, over : str, optional
            The metrics along the vertical and the horizontal axis; the second and the first of the
            experiment by default.
        by : sequence of str
            The axis by whose values the runs are told apart; the first by default, if it has few.
        """
        known = queries.metrics_of(self._results)
        if over is None and metric is None and len(known) < 2:
            allowed = "two metrics: --metric M, and --over N"
            raise ScenarioError([Problem("metric", known, allowed)])
        across = self._metric(over or known[0])
        name = self._metric(metric or next(m for m in known if m != across))
        each = self._axes(by, 1, 1) or self._few_valued(self._results.axes)[:1]
        means = queries.summary_of(self._results, [across, name], each)
        runs = queries.runs_of(self._results, [across, name])
        fig = figure(7.6, 4.6)
        words = self._axis_names.get(each[0], each[0]) if each else ""
        labels = self._metric_label(across), self._metric_label(name), words
        scatter(runs, means, fig.add_subplot(), across, name, each[0] if each else None, labels)
        return titled(fig, "Each run, and means with 95 % intervals")

    def heatmap(self, metric: str | None = None, by: Sequence[str] = ()) -> "Figure":
        """Return the mean of a metric at every pair of values of two axes, with 95 % intervals.

        A cell that differs from the mean of all by no more than chance, by the 95 % interval of the
        difference, has the colour of that mean; and the colours span a few intervals at least.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        by : sequence of str
            The horizontal and the vertical axis; the first two by default.
        """
        name = self._metric(metric)
        axes = self._axes(by, 2, 2) or self._results.axes[:2]
        if len(axes) < 2:
            raise ScenarioError([Problem("axes", axes, "two or more: heatmap is drawn over two")])
        across, down = axes
        summary = queries.summary_of(self._results, [name], [across, down])
        apart, differs = queries.apart_of(self._results, name, [across, down])
        summary = summary.merge(apart.rename("apart").reset_index(), how="left")
        fig = figure(8.4, 5.4)
        label = self._metric_label(name)
        heatmap(summary, fig.add_subplot(), across, down, label, self._axis_names)
        words = self._metric_label(name, with_unit=False)
        return titled(fig, spread(summary, differs, words))

    def sobol(self, metric: str | None = None) -> "Figure":
        """Return Sobol indices of a metric, with 95 % intervals; they take a Saltelli design.

        Parameters
        ----------
        metric : str, optional
            What was measured; the first metric by default.
        """
        name = self._metric(metric)
        result = queries.sensitivity_of(self._results, name)
        fig = figure(8.4, 1.4 + 0.62 * len(result.table))
        measured = self._metric_label(name, with_unit=False)  # a share of variance has none
        sobol(result.table, fig.add_subplot(), measured, self._axis_names)
        words = {axis: self._words(axis) for axis in self._results.axes}
        return titled(fig, strongest(result.table, words, measured))

    def hazard(self, talk: str | None = None, by: str | None = None) -> "Figure":
        """Return how likely a talk without a deal gets its first one, week by week.

        The title says how many had one in time: by the week of the deadline, if that is one.

        Parameters
        ----------
        talk : str, optional
            Which; a panel for each by default.
        by : str, optional
            An axis, with a panel for each of its values; the talk is then the first by default.
        """
        self._require_table("hazard", "deals")
        talks = list(self._base.talks)
        if talk is not None:
            wording.known_name("talk", talk, talks, "a talk")
        chosen = [talk] if talk else talks[:1] if by else talks[:CURVES]
        parts = self._runs_by(by)
        fig = figure(8.6, 0.6 + 1.9 * len(chosen) * len(parts))
        panels = fig.subplots(len(chosen) * len(parts), 1, squeeze=False)[:, 0]
        cases = [(name, value, runs) for name in chosen for value, runs in parts]
        told = even_texts([value for _, value, _ in cases])
        for k, (axes, (name, _, runs)) in enumerate(zip(panels, cases, strict=True)):
            horizon = int(runs["weeks"].max()) if len(runs) else 0
            table = hazards(self._first_signings(name, runs), horizon)
            suffix = f", {by.rpartition('.')[2]} {told[k]}" if by else ""
            title = wording.talk_name(self._base, name) + suffix
            deadlines = self._deadlines(name, runs)
            title = ": ".join(filter(None, [title, in_time(table, deadlines)]))
            hazard(table, axes, deadlines, title, self._base.start)
            if k and axes.get_legend():
                axes.get_legend().remove()
            if k < len(cases) - 1:
                axes.set_xlabel("")
                axes.tick_params(labelbottom=False)
        last = max(axes.get_xlim()[1] for axes in panels)
        for axes in panels:
            axes.set_xlim(0, last)
        return fig

    def matrix(self, by: Sequence[str] = ()) -> "Figure":
        """Return what strategies get against each other: mean weighted payoffs of both sides.

        A best reply is one that no other beats by more than chance.

        Parameters
        ----------
        by : sequence of str
            The axis whose strategies are in the rows, and that of the columns; by default the
            first two axes of strategies. The payoffs of several countries are added up.
        """
        axes = self._axes(by, 2, 2) or [a for a in self._results.axes if self._players(a)][:2]
        players = [self._players(axis) for axis in axes]
        if len(axes) < 2 or not all(players):
            allowed = "two axes of strategies, such as countries.us.strategy: sweep both, or name"
            raise ScenarioError([Problem("by", list(axes), f"{allowed} two with --by")])
        runs = queries.runs_of(self._results)
        sides = {
            side: sum(runs[f"payoff_weighted_{country}"] for country in countries)
            for side, countries in zip(("row", "column"), players, strict=True)
        }
        runs = runs.assign(**sides)
        summary = summarize(runs, axes, list(sides), queries.unit_of(self._results))
        table = summary.pivot_table(
            index=axes, columns="metric", values="mean", sort=False, dropna=False, observed=True
        )
        table["half_width"] = summary.groupby(axes, sort=False)["half_width"].max()
        table["row_best"] = unbeaten(runs, "row", axes[0], axes[1])
        table["column_best"] = unbeaten(runs, "column", axes[1], axes[0]).swaplevel()
        table = table.reset_index()
        names = [
            listing([wording.mention(self._base, country) for country in countries])
            for countries in players
        ]
        count = [len(set(table[axis])) for axis in axes]
        size = min(2.8 + 1.15 * count[1], 15.0), min(1.6 + 0.8 * count[0], 12.0)
        fig = figure(*size)
        matrix(table, fig.add_subplot(), axes[0], axes[1], (names[0], names[1]))
        return fig

    def trust(
        self, observer: str | None = None, subject: str | None = None, by: Sequence[str] = ()
    ) -> "Figure":
        """Return trust over time, a line for each value of an axis, with 95 % intervals.

        There is a panel for each who is trusted: by the observer, or by its partners in talks, on
        average. Where no axis has few values, it is the mean over all runs with the middle nine
        tenths of them, without trust that says nothing: in somebody whom one never meets, and which
        never moves.

        Parameters
        ----------
        observer : str, optional
            The country whose trust it is; that of all by default.
        subject : str, optional
            The country that is trusted; each by default.
        by : sequence of str
            The axis; the first by default, if it has few values.
        """
        self._require_table("trust", "trust")
        for key, country in (("observer", observer), ("subject", subject)):
            if country is not None:
                wording.known_name(key, country, self._base.countries, "a country")
        each = self._axes(by, 1, 1) or self._few_valued(self._results.axes)[:1]
        if each or subject is not None:
            return self._trust_by(observer, subject, each)
        table = telling_rows(self._results.trust, self._base.partners)
        table = _averaged(table, ["week", "observer", "subject"], "trust")
        if observer is None:
            size = 2.2 + 1.25 * min(len(self._base.countries), 12)
            fig = figure(1.1 * size, size)
            trust_matrix(table, fig.add_subplot(), styles=self._styles)
            return fig
        fig = figure(8.4, 4.2)
        axes = trust(table, fig.add_subplot(), observer, styles=self._styles,
                     start=self._base.start)  # fmt: skip
        axes.set_ylabel("trust (0 to 1), mean and 5 to 95 % of runs")
        return fig

    def _trust_by(self, observer: str | None, subject: str | None, by: list[str]) -> "Figure":
        """Return trust over time, a panel for each who is trusted, a line for each value."""
        trusted = [subject] if subject else self._partners(observer)
        pairs = {one: [observer] if observer else self._partners(one) for one in trusted}
        columns = min(len(pairs), 2)
        rows = -(-len(pairs) // columns)
        fig = figure(4.4 * columns + 3.4, 2.6 * rows + 1.4)
        panels = fig.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for k, (axes, (one, observers)) in enumerate(zip(panels, pairs.items(), strict=False)):
            means = self._mean_trust(one, observers, by)
            title = "" if len(pairs) == 1 else f"Trust in {wording.mention(self._base, one)}"
            key = self._axis_names.get(by[0], by[0]) if by and k == columns - 1 else None
            trust_by(means, axes, by[0] if by else None, title, self._base.start, key)
            if k % columns:
                axes.set_ylabel("")
            if k + columns < len(pairs):
                axes.set_xlabel("")
            axes.tick_params(labelbottom=k + columns >= len(pairs))
        for axes in panels[len(pairs) :]:
            axes.set_visible(False)
        return titled(fig, self._trust_title(pairs, by))

    def _partners(self, country: str | None) -> list[str]:
        """Return who talks with a country, all others if nobody does; of none, everybody."""
        everybody = list(self._base.countries)
        if country is None:
            return everybody
        others = [other for other in everybody if other != country]
        meetings = self._base.partners
        return [other for other in others if (country, other) in meetings] or others

    def _trust_in(self, subject: str, observers: Sequence[str]) -> "pd.DataFrame":
        """Return the mean trust of some in a country by run and week, with what runs say."""
        table = self._results.trust
        rows = table[(table["subject"] == subject) & table["observer"].isin(observers)]
        means = rows.groupby(["run", "week"], sort=False)["trust"].mean().reset_index()
        return means.merge(queries.runs_of(self._results), on="run")

    def _mean_trust(
        self, subject: str, observers: Sequence[str], by: Sequence[str]
    ) -> "pd.DataFrame":
        """Return the mean trust of some in a country by week, with 95 % intervals."""
        table, unit = self._trust_in(subject, observers), queries.unit_of(self._results)
        means = summarize(table, [*by, "week"], ["trust"], unit).rename(columns={"mean": "trust"})
        # A band begins where all runs still trust alike.
        return means.fillna(dict.fromkeys(("low", "high"), means["trust"]))

    def _trust_title(self, pairs: dict[str, list[str]], by: list[str]) -> str:
        """Return what an axis does to trust at the end, if that is all that is drawn."""
        (subject, observers), *more = pairs.items()
        whom = wording.mention(self._base, subject)
        whose = wording.mention(self._base, observers[0]) if len(observers) == 1 else "its partners"
        words = f"{'mean ' if len(observers) > 1 else ''}trust of {whose} in {whom} at the end"
        neutral = "Means with 95 % intervals"
        if more:
            return (
                neutral if len(observers) == 1 else f"{neutral} of the trust of partners in talks"
            )
        table = self._trust_in(subject, observers)
        last = table[table["week"] == table["week"].max()].set_index("run")["trust"]
        runs = queries.runs_of(self._results)
        runs = runs.assign(trust=runs["run"].map(last))
        said = ""
        if by:
            differences = queries.contrasts_of(self._results, "trust", by[0], runs=runs)
            said = effect(differences, by[0], None, self._words(by[0]), words)
        return said or sentence_case(words.removesuffix(" at the end"))

    def payoffs(self, by: Sequence[str] = ()) -> "Figure":
        """Return mean payoffs over time, a panel for each value of an axis.

        Where no axis has few values, it is the mean over all runs, and what has accrued below.

        Parameters
        ----------
        by : sequence of str
            The axis; the first by default, if it has few values.
        """
        self._require_table("payoffs", "payoffs")
        each = self._axes(by, 1, 1) or self._few_valued(self._results.axes)[:1]
        runs = self._results.runs[["run", *each]]
        table = self._results.payoffs.merge(runs, on="run")
        keys = [*each, "week", "country"]
        means = table.groupby(keys, sort=False).mean(numeric_only=True).reset_index()
        if not each:
            fig = payoffs_figure(means, self._styles, self._base.start)
            fig.axes[0].set_title("mean over runs", loc="left", fontsize="medium")
            return fig
        (axis,) = each
        values = in_order(runs[axis])
        fig = figure(8.4, 1.0 + 2.2 * len(values))
        panels = fig.subplots(len(values), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        for axes, value, told in zip(panels, values, even_texts(values), strict=True):
            rows = means[means[axis] == value]
            payoffs(rows, axes, "rate", self._styles, self._base.start, legend=axes is panels[0])
            axes.set_title(literal_text(told), loc="left", fontsize="small")
            if axes is not panels[-1]:
                axes.set_xlabel("")
        return titled(fig, f"Means over runs, by {self._axis_names.get(axis, axis)}")

    def calibration(self, by: Sequence[str] = (), obligor: str | None = None) -> "Figure":
        """Return the reliability diagram: performance over the trust with which it was expected.

        Parameters
        ----------
        by : sequence of str
            An axis, with a curve for each of its values; by default one that varies trust models.
        obligor : str, optional
            The country whose performance it is; everybody's by default.
        """
        chosen = self._axes(by, 1, 1) or None
        found = queries.calibration_of(self._results, chosen, obligor)
        each = found.by[0] if found.by else None
        fig = figure(7.6, 5.4)
        reliability_diagram(found.bins, *stacked(fig), each, self._axis_names)
        return titled(fig, sentence_case(foretold(found.groups)))

    # -- what was played -------------------------------------------------------------------------

    @property
    def _base(self) -> Scenario:
        return self._results.experiment.base

    @property
    def _styles(self) -> Palette:
        return palette({key: spec.name for key, spec in self._base.countries.items()})

    @property
    def _axis_names(self) -> dict[str, str]:
        """The names of the axes; for a model of the user's own, the user's names."""
        experiment = self._results.experiment
        if experiment.model is not None:
            return {}
        return {axis.path: axis_label(self._base, axis.paths) for axis in experiment.axes}

    def _words(self, axis: str) -> str:
        """Return the name of an axis without its unit."""
        experiment = self._results.experiment
        if experiment.model is not None:
            return axis
        (varied,) = (a for a in experiment.axes if a.path == axis)
        return axis_label(self._base, varied.paths, with_unit=False)

    def _unit(self, metric: str) -> str:
        """Return the unit of a metric in brackets, if there is one that a difference has, too."""
        label, words = self._metric_label(metric), self._metric_label(metric, with_unit=False)
        return "" if " to " in label[len(words) :] else label[len(words) :]

    def _metric_label(self, metric: str, with_unit: bool = True) -> str:
        if self._results.experiment.model is not None:
            return metric
        return metric_label(self._base, metric, with_unit)

    def _require_table(self, kind: str, table: str) -> None:
        """Refuse to draw if a table was not kept: say which were, and how to keep this one."""
        results = self._results
        if table in results.tables:
            return
        alternative = f", or draw one of its runs: --run N with {kind}" if kind == table else ""
        raise StoreError(
            f"{kind} takes the table {table!r}, which {results.folder} did not keep; kept are:"
            f" {', '.join(results.tables)}. Keep it: tradetalks sweep {results.folder}"
            f" --tables {table} --out NEW{alternative}"
        )

    def _metric(self, name: str | None) -> str:
        return queries.metrics_of(self._results, [name] if name else [])[0]

    def _axes(self, by: Sequence[str], least: int, most: int) -> list[str]:
        """Return the axes that the user named, if any, after checking them."""
        axes = queries.axes_of(self._results, by)
        if by and not least <= len(axes) <= most:
            allowed = f"{least} axes" if least == most else f"{least} to {most} axes"
            raise ScenarioError([Problem("by", list(by), allowed)], str(self._results.folder))
        return axes

    def _curves(self) -> list[str]:
        """Return the axis to draw over, and another one if it takes few values."""
        axes = self._results.axes
        if not axes:
            raise ScenarioError([Problem("axes", axes, "an experiment that varies something")])
        return [axes[0], *self._few_valued(axes[1:])[:1]]

    def _few_valued(self, axes: Sequence[str]) -> list[str]:
        """Return the axes that take so few values that there can be a curve for each."""
        runs = self._results.runs
        return [axis for axis in axes if runs[axis].nunique() <= CURVES]

    def _players(self, axis: str) -> list[str]:
        """Return the countries whose strategy an axis is, none if it is something else."""
        (varied,) = (a for a in self._results.experiment.axes if a.path == axis)
        matches = [_PLAYER.match(path) for path in varied.paths]
        return [m[1] or m[2] for m in matches if m] if all(matches) else []

    def _runs_by(self, by: str | None) -> "list[tuple[Any, pd.DataFrame]]":
        """Return the runs that did not fail, grouped by the values of an axis."""
        runs = self._results.runs
        runs = runs[runs["error"].isna()]
        if by is None:
            return [(None, runs)]
        (axis,) = self._axes([by], 1, 1)
        return list(runs.groupby(axis, sort=False))[:CURVES]

    def _first_signings(self, talk: str, runs: "pd.DataFrame") -> Any:
        """Return the week of the first signing in a talk for each run, NaN without one."""
        deals = self._results.deals
        party = self._base.talks[talk].parties[0]
        # A deal in force at the start was neither signed nor valued in the run.
        signed = deals[(deals["talk"] == talk) & deals[f"expected_{party}"].notna()]
        return signed.groupby("run")["signed"].min().reindex(runs["run"]).to_numpy(dtype=float)

    def _deadlines(self, talk: str, runs: "pd.DataFrame") -> list[float]:
        """Return the weeks of the first deadline of a talk at the points of some runs."""
        if "point" not in runs or not any("deadline" in axis for axis in self._results.axes):
            return _weeks(self._base, [self._base.talks[talk].deadline])
        experiment = self._results.experiment
        planned = Plan(experiment, sampling.design_points(experiment))
        scenarios = [experiment.at(planned.values(int(p))) for p in runs["point"].unique()]
        return _weeks(self._base, [scenario.talks[talk].deadline for scenario in scenarios])


def _weeks(scenario: Scenario, days: Sequence[datetime.date | None]) -> list[float]:
    return sorted({(day - scenario.start).days / 7 for day in days if day is not None})


def _averaged(table: "pd.DataFrame", keys: list[str], value: str) -> "pd.DataFrame":
    """Return means over runs, with the ends of the middle nine tenths."""
    if not len(table):
        return table
    groups = table.groupby(keys, sort=False)[value]
    ends = groups.quantile(np.array([0.05, 0.95])).unstack()
    return groups.mean().to_frame().assign(low=ends[0.05], high=ends[0.95]).reset_index()
