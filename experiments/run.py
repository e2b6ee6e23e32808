"""One run: ``run("allies-2025", seed=3)``, and what can be seen of it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.analysis.branch import branch
from experiments.analysis.divergence import Divergence, compare
from experiments.analysis.week import Week
from experiments.display.notebook import fragment
from experiments.display.terminal import plain_text
from experiments.pages.deal import DealView, deal_view
from experiments.pages.run_details import run_details_page
from experiments.pages.run_summary import run_summary_page
from experiments.pages.transcript import transcript_page
from experiments.pages.why import Why, why
from experiments.report.file import save_page
from experiments.runs.play import Source, load, play
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from experiments.plots.run import RunPlots

__all__ = ["Run", "load", "play", "run"]


def run(
    source: Source = "allies-2025",
    seed: int | None = None,
    weeks: int | None = None,
    set: Mapping[str, Any] | None = None,
    *,
    allow_code: bool = False,
    tables: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> "Run":
    """Return one played run.

    Parameters
    ----------
    source : Scenario, str, Path or mapping
        A scenario, the name of a shipped one, the path of a TOML file, or the contents of one.
    seed : int, optional
        Seed of every draw, the scenario's `typical_seed` by default; the same scenario and seed
        give the same run.
    weeks : int, optional
        How long; as the scenario says by default.
    set : mapping, optional
        What to change in the scenario: values by dotted path.
    allow_code : bool
        Whether code that a file names by import path may be imported and played.
    tables : iterable of str, optional
        Tables to keep besides ``runs``; all by default.
    progress : callable, optional
        Called with the weeks played and the weeks to play, after every week.

    Examples
    --------
    >>> r = run("first-talk", seed=1, set={"countries.home.patience": 0.99})
    >>> list(r.deals.columns[:4])
    ['run', 'deal', 'talk', 'parties']

    Raises
    ------
    ScenarioError
        If the scenario cannot be played, or names code that is not allowed.
    StrategyError, ConductError
        If a strategy, policy or trust model raises or answers nonsense.
    """
    if set is not None and not isinstance(set, Mapping):
        raise ScenarioError([Problem("set", set, "values by dotted path, as in {'weeks': 52}")])
    changes = dict(set or {})
    if weeks is not None:
        changes["weeks"] = weeks
    scenario = load(source, changes, allow_code=allow_code)
    return Run(play(scenario, scenario.typical_seed if seed is None else seed, tables, progress))


class Run(RunRecord):
    """The result of one run: its tables, and its pages and pictures.

    Parameters
    ----------
    world : Simulation
        The world at the end.

    Attributes
    ----------
    scenario : Scenario
        What was played, changes included.
    seed : int
        The seed of its draws.
    """

    def summary(self, width: int = 80) -> str:
        """Return what happened at a glance: 24 lines at most.

        Who signed what, who broke its word, and what that cost, for which a run with broken
        promises is played again without them.

        Parameters
        ----------
        width : int
            Columns of the text.
        """
        self.needs("offers", "deals", "performance", "trust")
        return plain_text(run_summary_page(self), width)

    def details(self, width: int = 80) -> str:
        """Return all that happened: every deal and renewal, failed talks, trust and payoffs.

        Parameters
        ----------
        width : int
            Columns of the text.
        """
        self.needs("offers", "deals", "performance", "trust")
        return plain_text(run_details_page(self), width)

    def transcript(self, talk: str | None = None, width: int = 80) -> str:
        """Return the talks told offer by offer.

        Parameters
        ----------
        talk : str, optional
            Which talk; all by default.
        width : int
            Columns of the text.
        """
        self.needs("offers", "deals", "performance")
        return plain_text(transcript_page(self, talk), width)

    @property
    def plot(self) -> "RunPlots":
        """Its pictures: ``r.plot.trust()``, ``r.plot.graph()``, ``r.plot.talk("us-japan")``."""
        from experiments.plots.run import RunPlots  # with what draws, and matplotlib

        return RunPlots(self)

    def deal(self, name: str) -> DealView:
        """Return a deal to look at: its terms before and after, what it is worth, its life.

        Parameters
        ----------
        name : str
            The deal, such as ``us-japan:0``, or a talk for its last.

        Raises
        ------
        ScenarioError
            If there is no such deal.
        """
        return deal_view(self, name)

    def report(self, target: str | Path) -> Path:
        """Write the run as one page for a browser, and return where it is.

        Parameters
        ----------
        target : str or Path
            Where to: a file that ends in ``.html`` or ``.htm``.

        Raises
        ------
        ScenarioError
            If the name ends otherwise.
        OSError
            If it cannot be written.
        """
        from experiments.report.run import run_report  # with pictures

        return save_page(target, lambda: run_report(self))

    def compare(self, other: RunRecord) -> Divergence:
        """Return what differs between this run and another, and from which week.

        Parameters
        ----------
        other : RunRecord
            The second of the two.
        """
        return compare(self, other)

    def why(self, what: Week | None = None, number: int | None = None) -> Why:
        """Return why decisions of the run came out as they did, each as the sum of its terms.

        Parameters
        ----------
        what : str, int or date, optional
            A talk: how each of its openings ended, its ratifications and its breaches. A deal, such
            as ``us-japan:0``: who accepted, passed and broke it. A week, by number or by a date in
            it: every decision made in it. By default all that decided something, in a sentence
            each.
        number : int, optional
            Which one of those, from 1.

        Raises
        ------
        ScenarioError
            If there is no such talk, deal, week or decision.
        """
        return why(self, what, number)

    def what_if(self, week: Week, set: Mapping[str, Any]) -> Divergence:
        """Return how the run differs from what it would be with other values from a week on.

        The second of the two it compares is that other run; draws are the same.

        Parameters
        ----------
        week : int, str or date
            The first week in which they count, by number or by a date in it, such as
            ``2025-07-09``; all before it is the same.
        set : mapping
            What changes: values by dotted path, of those that an event may set.

        Raises
        ------
        ScenarioError
            If there is no such week, or a value cannot change during a run.
        """
        return compare(self, Run(branch(self, week, set).world))

    def _repr_html_(self) -> str:
        return fragment(run_details_page(self))
