"""The pictures of a run: ``r.plot.trust()``, ``r.plot.talk("us-japan")`` and so on."""

import itertools
from textwrap import fill
from typing import TYPE_CHECKING, Any

from experiments.analysis import reasons
from experiments.analysis.calibration import calibration, forecast_frame, model_of
from experiments.analysis.decision import Decision
from experiments.analysis.week import Week
from experiments.analysis.why import decisions_of
from experiments.display import wording
from experiments.plots import chronicle, frames
from experiments.plots.calibration import reliability_diagram, stacked
from experiments.plots.graph import graph, telling
from experiments.plots.offers import offers
from experiments.plots.palette import Palette, literal_text, palette
from experiments.plots.payoffs import payoffs_figure
from experiments.plots.run_sentences import extremes, furthest_fall, tally
from experiments.plots.sentences import foretold
from experiments.plots.style import empty, figure, titled
from experiments.plots.talk import talk
from experiments.plots.timeline import timeline
from experiments.plots.trust import telling_rows, trust, trust_matrix
from experiments.plots.waterfall import waterfall, waterfall_key
from experiments.plots.zone import zone
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError, TradetalksError
from simulator.negotiation.issues import Issue
from simulator.text import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.world.news import Opening

__all__ = ["RunPlots"]

#: How many decisions a picture shows.
PANELS = 6


class RunPlots:
    """Figures of a run, ready to look at; a notebook displays what a method returns.

    A figure needs the tables that it shows; a run keeps all by default.
    """

    #: What may be drawn: the names of the methods.
    KINDS = ("graph", "trust", "talk", "offers", "timeline", "payoffs", "zone", "calibration",
             "why")  # fmt: skip

    def __init__(self, run: RunRecord) -> None:
        self._run = run

    def __repr__(self) -> str:
        return f"Pictures of a run: {', '.join(self.KINDS)}"

    def graph(self) -> "Figure":
        """Return the relationship graph at the end: trust both ways, deals, bystanders.

        Without an arrow is what says nothing: trust between two that never meet in a talk, and that
        is what it was at the start.
        """
        world = self._run.world
        scenario, talks = world.scenario, world.scenario.talks
        told = telling(self._run.graph, scenario.partners, world.trust_start)
        threatened = {(party, t.by) for t in scenario.threats for party in talks[t.talk].parties}
        wide = len(told) == 2 or bool(scenario.bystanders)
        fig = figure(9.0, (3.6 if len(told) == 2 else 4.9) if wide else 6.0)
        graph(told, fig.add_subplot(), self._styles, threatened)
        return titled(fig, self._title("trust and deals at the end"))

    def trust(self, observer: str | None = None) -> "Figure":
        """Return trust over time, deals and disregards marked.

        Without trust that says nothing: in somebody whom one never meets, and which never moves.

        Parameters
        ----------
        observer : str, optional
            The country whose trust it is; everybody's, in small panels, by default.
        """
        run = self._run
        run.needs("trust", "deals", "performance")
        table = telling_rows(run.trust, run.scenario.partners)
        if observer is None:
            size = 2.2 + 1.25 * min(len(run.scenario.countries), 12)
            fig = figure(1.1 * size, size)
            trust_matrix(table, fig.add_subplot(), run.deals, run.performance, self._styles)
            return titled(fig, self._title(furthest_fall(run)))
        wording.known_name("observer", observer, run.scenario.countries, "a country")
        fig = figure(8.4, 4.2)
        tables = run.deals, run.performance
        trust(table, fig.add_subplot(), observer, *tables, self._styles, run.scenario.start)
        return titled(fig, self._title(furthest_fall(run, observer)))

    def talk(self, talk: str | None = None, opening: int = 0) -> "Figure":
        """Return a talk in the space of payoffs, a panel for each pair of its parties.

        Payoffs are those that the parties expected when it ended.

        Parameters
        ----------
        talk : str, optional
            Which; the first that opened by default.
        opening : int
            Which of its openings, from 0.
        """
        session = self._opening(talk, opening)
        outcomes, disagreement = frames.outcomes(session)
        offers = self._run.offers
        proposals = offers[(offers["talk"] == session.name) & (offers["opening"] == session.number)]
        pairs = list(itertools.combinations(disagreement, 2))
        columns = min(len(pairs), 3)
        rows = -(-len(pairs) // columns)
        fig = figure(5.0 * columns + 2.6, 5.0 * rows + 0.2)
        panels = [fig.add_subplot(rows, columns, k + 1) for k in range(len(pairs))]
        for axes, pair in zip(panels, pairs, strict=True):
            _draw_talk(outcomes, proposals, axes, pair, disagreement, self._styles)
        legend = panels[0].get_legend_handles_labels()
        fig.legend(*legend, loc="outside right center", frameon=False, fontsize="small")
        title = fill(self._talk_title(session), 26 + 56 * columns, break_long_words=False)
        panels[0].set_title(title, loc="left", fontsize="medium")
        return fig

    def offers(self, talk: str | None = None, opening: int = 0) -> "Figure":
        """Return what was offered on each issue of a talk, round by round, a panel per issue.

        Parameters
        ----------
        talk : str, optional
            Which; the first that opened by default.
        opening : int
            Which of its openings, from 0.
        """
        session = self._opening(talk, opening)
        table, issues = frames.positions(session), session.talk.space.issues
        agreed = session.talk.agreement
        levels = session.talk.space.levels(agreed) if agreed is not None else [None] * len(issues)
        rows = -(-len(issues) // 4)
        columns = -(-len(issues) // rows)
        fig = figure(3.6 * columns, 2.3 * rows + 1.0)
        panels = [fig.add_subplot(rows, columns, k + 1) for k in range(len(issues))]
        for axes, issue, level in zip(panels, issues, levels, strict=True):
            mine = table[table["issue"] == issue.id]
            words = [wording.quantity(each, issue.unit) for each in issue.levels]
            offers(mine, axes, words, self._issue(issue), level, self._styles)
        legend = panels[0].get_legend_handles_labels()
        if legend[1]:
            fig.legend(*legend, loc="outside lower center", ncols=3, frameon=False)
        title = fill(self._talk_title(session), 40 * columns, break_long_words=False)
        fig.suptitle(title, x=0.01, ha="left", fontsize="medium")
        return fig

    def timeline(self) -> "Figure":
        """Return talks, deals, ratifications, disregards, threats and events over the weeks."""
        run = self._run
        talks = {
            key: " \u2013 ".join(self._styles[party].label for party in spec.parties)
            for key, spec in run.scenario.talks.items()
        }
        fig = figure(10.5, 1.9 + 0.62 * min(max(len(talks), 2), 40))
        events = chronicle.spans(run), chronicle.marks(run)
        axes = timeline(*events, fig.add_subplot(), talks, self._styles, run.scenario.start)
        axes.set_xlim(-0.5, run.weeks + 0.5)
        return titled(fig, self._title(tally(run)))

    def payoffs(self) -> "Figure":
        """Return payoffs over time: what accrues, and what has accrued."""
        table, styles = self._run.payoffs, self._styles
        fig = payoffs_figure(table, styles, self._run.scenario.start)
        return titled(fig, self._title(extremes(table, styles)))

    def zone(self, talk: str | None = None) -> "Figure":
        """Return the zone of agreement of a talk, before the first week, over trust.

        Parameters
        ----------
        talk : str, optional
            Which; the first by default.
        """
        talks = self._run.scenario.talks
        name = next(iter(talks)) if talk is None else talk
        wording.known_name("talk", name, talks, "a talk")
        fig = figure(7.6, 4.2)
        axes = zone(frames.zones(self._run.scenario, name), fig.add_subplot(), self._styles)
        parties = wording.talk_name(self._run.scenario, name)
        title = literal_text(f"{parties}: before the first week")
        axes.set_title(title, loc="left", fontsize="medium")
        return fig

    def calibration(self, obligor: str | None = None) -> "Figure":
        """Return the reliability diagram: performance over the trust with which it was expected.

        There is a curve for each trust model, if there are several.

        Parameters
        ----------
        obligor : str, optional
            The country whose performance it is; everybody's by default.
        """
        run = self._run
        run.needs("performance")
        talks = {key: talk.parties for key, talk in run.scenario.talks.items()}
        forecasts = forecast_frame(run.performance, talks)
        if obligor is not None:
            wording.known_name("obligor", obligor, run.scenario.countries, "a country")
            forecasts = forecasts[forecasts["obligor"] == obligor]
        base = {key: str(spec.trust) for key, spec in run.scenario.countries.items()}
        models = [model_of(observer, base) for observer in forecasts["observer"]]
        each = "model" if len(set(models)) > 1 else None
        found = calibration(forecasts.assign(model=models), [each] if each else [])
        fig = figure(7.6, 5.4)
        reliability_diagram(found.bins, *stacked(fig), each)
        return titled(fig, self._title(foretold(found.groups)))

    def why(self, what: Week | None = None, number: int | None = None) -> "Figure":
        """Return how the terms of decisions add up to their margins, a panel each, six at most.

        Outlined is what a decision hangs on, as the legend says.

        Parameters
        ----------
        what : str, int or date, optional
            A talk, a deal or a week; all that decided something by default.
        number : int, optional
            Which one of those, from 1.
        """
        decisions = decisions_of(self._run, what, number)
        shown = [d for d in decisions if d.terms][:PANELS]
        fig = figure(8.6, 1.1 + sum(1.2 + 0.34 * len(d.terms) for d in shown) if shown else 2.0)
        if not shown:
            empty(fig.add_subplot(), "nothing was decided")
            return fig
        heights = [3.0 + len(decision.terms) for decision in shown]
        panels = fig.subplots(len(shown), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, decision in zip(panels, shown, strict=True):
            self._split(decision, axes)
        fig.legend(handles=waterfall_key(), loc="outside lower center", ncols=3, frameon=False)
        if len(shown) < len(decisions):
            rest = f"the first {len(shown)} of {len(decisions)} decisions"
            titled(fig, self._title(rest))
        return fig

    def _split(self, decision: Decision, axes: "Axes") -> None:
        """Draw the terms of a decision."""
        scenario, terms = self._run.scenario, decision.terms
        hangs_on = decision.turning[0] if decision.turning else ()
        named = [k for k, term in enumerate(terms) if term in hangs_on]
        labels = [reasons.label(scenario, decision, term) for term in terms]
        waterfall(labels, [term.amount for term in terms], axes, decision.unit, named)
        title = fill(reasons.title(scenario, decision), 66)
        axes.set_title(literal_text(title), loc="left", fontsize="medium")

    @property
    def _styles(self) -> Palette:
        scenario = self._run.scenario
        nodes: dict[str, Any] = {**scenario.countries, **scenario.bystanders}
        return palette({key: spec.name for key, spec in nodes.items()})

    def _opening(self, name: str | None, number: int) -> "Opening":
        """Return an opening of a talk."""
        self._run.needs("offers")
        if name is not None:
            wording.known_name("talk", name, self._run.scenario.talks, "a talk")
        openings = [o for o in self._run.world.openings if name in (None, o.name)]
        if not openings:
            subject = "no talk" if name is None else f"talk {name!r} never"
            raise TradetalksError(f"{subject} opened in this run: there is nothing to draw")
        same = [o for o in openings if o.name == openings[0].name]
        if not 0 <= number < len(same):
            allowed = f"an opening of {openings[0].name}: from 0 to {len(same) - 1}"
            raise ScenarioError([Problem("opening", number, allowed)])
        return same[number]

    def _talk_title(self, opening: "Opening") -> str:
        """Return the title of a talk: the parties, when it opened, and how it ended."""
        scenario, talk = self._run.scenario, opening.talk
        ends = {"agreed": "agreed", "timed out": "no agreement", "broken": "broken off",
                "open": "still open"}  # fmt: skip
        parties = wording.parties(scenario, [turn.party for turn in talk.turns])
        end = f"{ends[talk.state.value]} after {count(talk.round, 'round')}"
        return literal_text(f"{parties}, from {wording.when(scenario, opening.week)}: {end}")

    def _title(self, subject: str) -> str:
        run = self._run
        return f"{run.scenario.name}, seed {run.seed}, week {run.weeks}: {subject}"

    def _issue(self, issue: Issue) -> str:
        obligor = self._run.scenario.countries[issue.obligor].name
        return fill(f"{issue.name or wording.short(issue)} ({obligor})", 44)


_draw_talk = talk
