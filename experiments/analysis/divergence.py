"""Two runs compared: what differs between them, and from which week."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis import run_facts
from experiments.analysis.trust_path import trust_path
from experiments.display import wording
from experiments.display.shown import Shown
from experiments.display.terminal import heading, outline, table
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError
from simulator.scenario.scenario import Scenario
from simulator.text import count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Divergence", "compare"]

Rows = list[dict[str, Any]]

#: Shown in place of what one of the runs does not have.
NOTHING = "\u2013"
#: How many differing settings are listed; the rest are only counted.
LISTED = 20


@dataclass(frozen=True, eq=False, repr=False)
class Divergence(Shown):
    """What differs between two runs; differences are the second minus the first.

    Parameters
    ----------
    first, second : RunRecord
        The runs.
    scenario : DataFrame
        Where the scenarios differ: ``path``, and the values ``first`` and ``second``, as texts;
        None where a scenario has none.
    tables : DataFrame
        One row per table that both kept: ``table``, the ``week`` in which it first differs (none
        if it does not), ``what`` differs first, in words, the values ``first`` and ``second``,
        and how many rows differ, ``differing``, ``of`` how many. Only weeks, countries and talks
        that both have are compared.
    deals : DataFrame
        One row per talk in both: deals ``signed_first`` and ``signed_second`` in the run, their
        ``difference``, and the ``terms_first`` and ``terms_second`` in force at the end.
    trust : DataFrame
        One row per ordered pair of countries in both: trust at the end, ``first``, ``second``,
        and their ``difference``.
    payoffs : DataFrame
        One row per country in both and ``payoff``: the sum over the run that is ``material``,
        ``weighted``, or ``cumulative`` (weighted and discounted), US$ bn; ``first``, ``second``,
        and their ``difference``.
    missing : dict
        What could not be compared -> why: countries and talks of one of them, tables that one did
        not keep, weeks that one did not play.
    """

    first: RunRecord
    second: RunRecord
    scenario: "pd.DataFrame"
    tables: "pd.DataFrame"
    deals: "pd.DataFrame"
    trust: "pd.DataFrame"
    payoffs: "pd.DataFrame"
    missing: dict[str, str]

    unfolded = 2

    @property
    def week(self) -> int | None:
        """The first week in which anything differs; None if nothing does."""
        weeks = self.tables["week"].dropna()
        return int(weeks.min()) if len(weeks) else None

    @property
    def same(self) -> bool:
        """Whether scenario, seed and everything that happened are the same, nothing left out."""
        seeds = self.first.seed == self.second.seed
        return seeds and self.week is None and self.scenario.empty and not self.missing

    @property
    def compared(self) -> int:
        """How many rows of tables were compared: none if the runs share nothing that happened."""
        return int(self.tables["of"].sum())

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as ``tradetalks compare --json`` prints it."""
        tables = ("scenario", "tables", "deals", "trust", "payoffs")
        return {
            "seeds": [self.first.seed, self.second.seed],
            "weeks": [self.first.weeks, self.second.weeks],
            "same": self.same,
            "week": self.week,
            **{name: run_facts.records_of(getattr(self, name)) for name in tables},
            "missing": self.missing,
        }

    def page(self) -> Group:
        """Return what differs, from which week, and how both end."""
        rows = self.to_dict()
        return Group(
            *_head(self),
            *_settings(rows["scenario"]),
            *_tables(self, rows["tables"]),
            *_missing(self),
            *_ends(self, rows),
        )


def compare(first: RunRecord, second: RunRecord) -> Divergence:
    """Return what differs between two runs, and from which week: every number exactly.

    Parameters
    ----------
    first, second : RunRecord
        The runs. Where their scenarios have other countries or talks, they are compared in those
        that both have; where one is shorter, over its weeks; where one kept fewer tables, in
        those that both kept. What is left out is listed in ``missing``.

    Raises
    ------
    ScenarioError
        If either of them is not a run.

    Examples
    --------
    >>> from experiments.run import run
    >>> base, changed = run("first-talk"), run("first-talk", set={"countries.home.patience": 0.9})
    >>> compare(base, changed).week
    1
    """
    import pandas as pd

    _check(first=first, second=second)
    settings = run_facts.settings(first, second)
    return Divergence(
        first=first,
        second=second,
        scenario=pd.DataFrame(settings, columns=["path", "first", "second"]),
        tables=run_facts.first_differences(first, second),
        deals=run_facts.deals_apart(first, second),
        trust=run_facts.trust_apart(first, second),
        payoffs=run_facts.payoffs_apart(first, second),
        missing=dict(run_facts.not_compared(first, second)),
    )


def _check(**runs: object) -> None:
    allowed = "what experiments.run.run returns; comparison_of compares results of sweeps"
    problems = [
        Problem(name, run, allowed) for name, run in runs.items() if not isinstance(run, RunRecord)
    ]
    if problems:
        raise ScenarioError(problems)


# -- the page ----------------------------------------------------------------------------------


def _head(divergence: Divergence) -> Iterator[RenderableType]:
    yield Text("Two runs side by side", style="bold")
    yield outline([("first", _run(divergence.first)), ("second", _run(divergence.second))])
    yield Text(_verdict(divergence))


def _run(run: RunRecord) -> str:
    return f"{run.scenario.name}, seed {run.seed}, {count(run.weeks, 'week')}"


def _verdict(divergence: Divergence) -> str:
    """Return in a sentence whether the runs differ, and from when."""
    if divergence.same:
        return "They are the same: scenario, seed, and every row of every table."
    if not divergence.compared:
        return f"They share {_unshared(divergence)}: what happened cannot be compared week by week."
    if divergence.week is None:
        return "Nothing that was compared of what happened differs."
    week = wording.when(divergence.first.scenario, divergence.week)
    return f"They differ from {week} on; differences are the second minus the first."


def _unshared(divergence: Divergence) -> str:
    """Return what two runs lack in common, of which no row of a table is in both."""
    if divergence.payoffs.empty and divergence.deals.empty:
        return "no country and no talk"
    return "no table" if divergence.tables.empty else "no row of a table that both kept"


def _settings(rows: Rows) -> Iterator[RenderableType]:
    if not rows:
        return
    yield heading("What was set")
    yield table(["", "first", "second"], [[row["path"], *_values(row)] for row in rows[:LISTED]])
    if len(rows) > LISTED:
        yield Text(f"and {len(rows) - LISTED:,} more", style="dim")


def _tables(divergence: Divergence, rows: Rows) -> Iterator[RenderableType]:
    """Give what differs first in each table."""
    if divergence.week is None:
        return
    yield heading("What differs first, table by table")
    for row in rows:
        size = count(row["of"], "row")
        if not row["differing"]:
            yield outline([(row["table"], f"the same in all {size}")])
            continue
        when = wording.when(divergence.first.scenario, row["week"])
        yield outline([(row["table"], f"{when}; {row['differing']:,} of {size} differ")])
        first, second = _values(row)
        lines = [("", row["what"]), ("first", first), ("second", second)]
        yield outline(lines, indent=4, label=6)


def _values(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["first"] or NOTHING, row["second"] or NOTHING


def _missing(divergence: Divergence) -> Iterator[RenderableType]:
    if divergence.missing:
        yield heading("Not compared")
        yield outline(divergence.missing.items())


def _ends(divergence: Divergence, rows: Mapping[str, Rows]) -> Iterator[RenderableType]:
    """Give deals, trust and payoffs at the end, unless all was compared and is the same."""
    lengths = {divergence.first.weeks, divergence.second.weeks}
    if divergence.week is not None or len(lengths) > 1 or not divergence.compared:
        scenario = divergence.first.scenario
        yield from _deals(scenario, rows["deals"]) if rows["deals"] else ()
        yield from _trust(divergence)
        yield from _payoffs(scenario, rows["payoffs"]) if rows["payoffs"] else ()


def _deals(scenario: Scenario, rows: Rows) -> Iterator[RenderableType]:
    yield heading("Deals signed, and what is in force at the end")
    for row in rows:
        yield Text(f"  {wording.talk_name(scenario, row['talk'])}")
        first, second = (
            f"{row[f'signed_{run}']} signed; in force: {row[f'terms_{run}'] or NOTHING}"
            for run in ("first", "second")
        )
        lines = [("both", first)] if first == second else [("first", first), ("second", second)]
        yield outline(lines, indent=4, label=6)


def _trust(divergence: Divergence) -> Iterator[RenderableType]:
    """Give how trust went in both, among those that meet in talks of both."""
    first, second = divergence.first, divergence.second
    pairs = [pair for pair in first.scenario.partners if pair in second.scenario.partners]
    if not pairs:
        return
    yield heading("Trust of partners in each other: start, lowest, end")
    rows = list[list[str | Text]]()
    for pair in pairs:
        paths = [trust_path(run, *pair) for run in (first, second)]
        texts = [wording.trust_course(path.start, path.low, None, path.end) for path in paths]
        names = [wording.name(first.scenario, country) for country in pair]
        style = "" if texts[0] == texts[1] else "yellow"
        rows.append([f"{names[0]} in {names[1]}", texts[0], Text(texts[1], style=style)])
    yield table(["", "first", "second"], rows)


def _payoffs(scenario: Scenario, rows: Rows) -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, weighted, US$ bn")
    columns = ["first", "second", "difference"]
    lines = [
        [wording.name(scenario, row["country"]), *(wording.amount(row[c]) for c in columns)]
        for row in rows
        if row["payoff"] == "weighted"
    ]
    yield table(["", *columns], lines, numbers=3)
