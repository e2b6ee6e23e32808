"""The sentence that a picture of a run supports, as its title: what happened, without chance."""

from typing import TYPE_CHECKING

from experiments.analysis.trust_path import trust_path
from experiments.display import wording
from experiments.display.numbers import VISIBLE
from experiments.plots.palette import Palette
from experiments.runs.breaches import disregards
from experiments.runs.record import RunRecord
from simulator.text import count

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["extremes", "furthest_fall", "tally"]


def furthest_fall(run: RunRecord, observer: str | None = None) -> str:
    """Return whose trust in whom fell furthest, and how it went on; that none fell if none did.

    Parameters
    ----------
    run : RunRecord
        A run that kept its trust.
    observer : str, optional
        The country whose trust it is; among all that meet in a talk by default.
    """
    pairs = [pair for pair in sorted(run.scenario.partners) if observer in (None, pair[0])]
    paths = {pair: trust_path(run, *pair) for pair in pairs}
    falls = {pair: path.start - path.low for pair, path in paths.items()}
    if not falls:
        return "trust"
    (one, other), fall = max(falls.items(), key=lambda item: item[1])
    if fall < VISIBLE:
        return "trust, which falls nowhere"
    who, whom = (wording.mention(run.scenario, key) for key in (one, other))
    course = paths[one, other].text.replace(" ", "\u00a0")  # stays together
    return f"trust of {who} in {whom} falls furthest, {course}"


def tally(run: RunRecord) -> str:
    """Return how many deals a run signed, and how often a promise was broken in it."""
    ledger = run.world.ledger
    signed = count(sum(not ledger.is_initial(deal) for deal in ledger.deals), "deal")
    if not run.world.records.keeps("performance"):
        return f"{signed} signed"
    broken = len(disregards(run.world))
    times = f"broken {count(broken, 'time')}" if broken else "all kept"
    return f"{signed} signed, promises {times}"


def extremes(table: "pd.DataFrame", styles: Palette) -> str:
    """Return who got most and least by the last week; empty if there is nothing to tell.

    Parameters
    ----------
    table : DataFrame
        The table ``payoffs``.
    styles : Palette
        What the countries are called.
    """
    last = table[table["week"] == table["week"].max()].set_index("country")["cumulative"].dropna()
    if len(last) < 2 or last.max() - last.min() < VISIBLE:
        return "payoffs"
    most, least = str(last.idxmax()), str(last.idxmin())
    ends = wording.amount(last[most]), wording.amount(last[least])
    return (
        f"{styles[most].mention} gets most, US$ {ends[0]} bn,"
        f" and {styles[least].mention} least, {ends[1]}"
    )
