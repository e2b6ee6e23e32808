"""The page that sets two runs beside each other: what differs, from which week, how they end."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from experiments import wording
from experiments.page import heading, matrix, outline, table

if TYPE_CHECKING:
    from experiments.divergence import Divergence
    from experiments.run import Run

__all__ = ["contrast"]

#: Settings that differ and are listed; more are counted.
LISTED = 20


def contrast(found: "Divergence") -> Group:
    """Return the page that says what differs between two runs.

    Parameters
    ----------
    found : Divergence
        Of the two.
    """
    return Group(*_head(found), *_settings(found), *_tables(found), *_missing(found), *_ends(found))


def _head(found: "Divergence") -> Iterator[RenderableType]:
    yield Text("Two runs side by side", style="bold")
    yield outline([("first", _run(found.first)), ("second", _run(found.second))])
    yield Text(_verdict(found))


def _run(run: "Run") -> str:
    return f"{run.scenario.name}, seed {run.seed}, {wording.count(run.weeks, 'week')}"


def _verdict(found: "Divergence") -> str:
    """Return in a sentence whether the runs differ, and from when."""
    if found.same:
        return "They are the same: scenario, seed, and every row of every table."
    if found.week is None:
        return "Nothing that was compared of what happened differs."
    week = wording.when(found.first.scenario, found.week)
    return f"They differ from {week} on; differences are the second minus the first."


def _settings(found: "Divergence") -> Iterator[RenderableType]:
    if found.scenario.empty:
        return
    yield heading("What was set")
    shown = found.scenario.head(LISTED)
    yield table(["", "first", "second"], shown.itertuples(index=False))
    if more := len(found.scenario) - len(shown):
        yield Text(f"and {wording.count(more, 'value')} more", style="dim")


def _tables(found: "Divergence") -> Iterator[RenderableType]:
    """Give what differs first in each table."""
    if found.week is None:
        return
    yield heading("What differs first, table by table")
    for row in found.tables.itertuples(index=False):
        if not row.differing:
            yield outline([(row.table, f"the same in all {wording.count(row.of, 'row')}")])
            continue
        rows = f"{row.differing:,} of {wording.count(row.of, 'row')} differ"
        yield outline([(row.table, f"{wording.when(found.first.scenario, row.week)}; {rows}")])
        told = [("", row.what), ("first", row.first), ("second", row.second)]
        yield outline(told, indent=4, label=6)


def _missing(found: "Divergence") -> Iterator[RenderableType]:
    if found.missing:
        yield heading("Not compared")
        yield outline(found.missing.items())


def _ends(found: "Divergence") -> Iterator[RenderableType]:
    """Give deals, trust and payoffs at the end of either, unless they are the same."""
    if found.week is None:
        return
    yield from _deals(found)
    yield from _trust(found)
    yield from _payoffs(found)


def _deals(found: "Divergence") -> Iterator[RenderableType]:
    yield heading("Deals signed, and what is in force at the end")
    for row in found.deals.itertuples(index=False):
        parties = found.first.scenario.talks[row.talk].parties
        yield Text(f"  {wording.parties(found.first.scenario, parties)}")
        if row.signed_first == row.signed_second and row.terms_first == row.terms_second:
            yield outline([("both", _standing(row.signed_first, row.terms_first))], 4, 6)
            continue
        yield outline(
            [
                ("first", _standing(row.signed_first, row.terms_first)),
                ("second", _standing(row.signed_second, row.terms_second)),
            ],
            indent=4,
            label=6,
        )


def _standing(signed: int, terms: str) -> str:
    return f"{signed} signed; in force: {terms}"


def _trust(found: "Divergence") -> Iterator[RenderableType]:
    yield heading("Trust of each (row) in each (column) at the end, first / second")
    cells = {
        (row.observer, row.subject): _share(row.first, row.second)
        for row in found.trust.itertuples(index=False)
    }
    keys = dict.fromkeys(found.trust["observer"])
    names = {key: wording.name(found.first.scenario, key) for key in keys}
    yield from matrix(names, names, cells)


def _share(first: float, second: float) -> Text:
    style = "" if first == second else "green" if second > first else "red"
    return Text(f"{wording.share(first)} / {wording.share(second)}", style=style)


def _payoffs(found: "Divergence") -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, weighted, US$ bn")
    weighted = found.payoffs.query("payoff == 'weighted'")
    rows = [
        [
            wording.name(found.first.scenario, row.country),
            *map(wording.amount, (row.first, row.second, row.difference)),
        ]
        for row in weighted.itertuples(index=False)
    ]
    yield table(["", "first", "second", "difference"], rows, numbers=3)
