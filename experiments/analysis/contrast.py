"""The page that sets two runs beside each other: what differs, from which week, how they end."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.display import wording
from experiments.display.terminal import heading, matrix, outline, table
from simulator.text import count

if TYPE_CHECKING:
    from experiments.analysis.divergence import Divergence
    from experiments.run import Run
    from simulator.scenario.scenario import Scenario

__all__ = ["contrast"]

Rows = list[dict[str, Any]]

#: What stands for something that one of the runs does not have.
NOTHING = "\u2013"
#: Settings that differ and are listed; more are counted.
LISTED = 20


def contrast(found: "Divergence") -> Group:
    """Return the page that says what differs between two runs.

    Parameters
    ----------
    found : Divergence
        Of the two.
    """
    rows = found.to_dict()
    return Group(
        *_head(found),
        *_settings(rows["scenario"]),
        *_tables(found, rows["tables"]),
        *_missing(found),
        *_ends(found, rows),
    )


def _head(found: "Divergence") -> Iterator[RenderableType]:
    yield Text("Two runs side by side", style="bold")
    yield outline([("first", _run(found.first)), ("second", _run(found.second))])
    yield Text(_verdict(found))


def _run(run: "Run") -> str:
    return f"{run.scenario.name}, seed {run.seed}, {count(run.weeks, 'week')}"


def _verdict(found: "Divergence") -> str:
    """Return in a sentence whether the runs differ, and from when."""
    if found.same:
        return "They are the same: scenario, seed, and every row of every table."
    if found.week is None:
        return "Nothing that was compared of what happened differs."
    week = wording.when(found.first.scenario, found.week)
    return f"They differ from {week} on; differences are the second minus the first."


def _settings(rows: Rows) -> Iterator[RenderableType]:
    if not rows:
        return
    yield heading("What was set")
    yield table(["", "first", "second"], [[row["path"], *_values(row)] for row in rows[:LISTED]])
    if len(rows) > LISTED:
        yield Text(f"and {len(rows) - LISTED:,} more", style="dim")


def _tables(found: "Divergence", rows: Rows) -> Iterator[RenderableType]:
    """Give what differs first in each table."""
    if found.week is None:
        return
    yield heading("What differs first, table by table")
    for row in rows:
        size = count(row["of"], "row")
        if not row["differing"]:
            yield outline([(row["table"], f"the same in all {size}")])
            continue
        when = wording.when(found.first.scenario, row["week"])
        yield outline([(row["table"], f"{when}; {row['differing']:,} of {size} differ")])
        first, second = _values(row)
        told = [("", row["what"]), ("first", first), ("second", second)]
        yield outline(told, indent=4, label=6)


def _values(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["first"] or NOTHING, row["second"] or NOTHING


def _missing(found: "Divergence") -> Iterator[RenderableType]:
    if found.missing:
        yield heading("Not compared")
        yield outline(found.missing.items())


def _ends(found: "Divergence", rows: Mapping[str, Rows]) -> Iterator[RenderableType]:
    """Give deals, trust and payoffs at the end of either, unless all that happened is the same."""
    if found.week is not None or found.first.weeks != found.second.weeks:
        scenario = found.first.scenario
        yield from _deals(scenario, rows["deals"]) if rows["deals"] else ()
        yield from _trust(scenario, rows["trust"]) if rows["trust"] else ()
        yield from _payoffs(scenario, rows["payoffs"]) if rows["payoffs"] else ()


def _deals(scenario: "Scenario", rows: Rows) -> Iterator[RenderableType]:
    yield heading("Deals signed, and what is in force at the end")
    for row in rows:
        yield Text(f"  {wording.talk(scenario, row['talk'])}")
        first, second = (
            f"{row[f'signed_{run}']} signed; in force: {row[f'terms_{run}'] or NOTHING}"
            for run in ("first", "second")
        )
        told = [("both", first)] if first == second else [("first", first), ("second", second)]
        yield outline(told, indent=4, label=6)


def _trust(scenario: "Scenario", rows: Rows) -> Iterator[RenderableType]:
    yield heading("Trust of each (row) in each (column) at the end, first / second")
    cells = {(row["observer"], row["subject"]): _share(row["first"], row["second"]) for row in rows}
    names = {row["observer"]: wording.name(scenario, row["observer"]) for row in rows}
    yield matrix(names, names, cells)


def _share(first: float, second: float) -> Text:
    style = "" if first == second else "green" if second > first else "red"
    return Text(f"{wording.share(first)} / {wording.share(second)}", style=style)


def _payoffs(scenario: "Scenario", rows: Rows) -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, weighted, US$ bn")
    lines = [
        [
            wording.name(scenario, row["country"]),
            *(wording.amount(row[column]) for column in ("first", "second", "difference")),
        ]
        for row in rows
        if row["payoff"] == "weighted"
    ]
    yield table(["", "first", "second", "difference"], lines, numbers=3)
