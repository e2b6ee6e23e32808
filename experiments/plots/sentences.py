"""The sentence that a picture supports, as its title."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from experiments.analysis.intervals import ALIKE, interval_of, wilson
from experiments.display.numbers import (
    difference_text,
    even_texts,
    places_of,
    printed,
)
from simulator.text import sentence_case

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effect", "foretold", "in_time", "spread", "strongest"]

#: The most curves whose differences a title tells one by one, and the longest name of a value.
CURVES, LONGEST = 3, 30
#: What begins so takes no article.
_NO_THE = re.compile(r"(how|what|whether|why|every|each|the)\b.*")


def effect(
    differences: "pd.DataFrame | None", over: str, each: str | None, axis: str, metric: str
) -> str:
    """Return what an axis does to a metric; empty where the differences do not agree on it.

    ``Raising the patience of Japan from 0.9 to 1 lowers the disregards by 1.2 ± 0.3``. It
    takes that the last value differs from the first by more than chance, in each curve to the same
    side, and that none in between does to the other side, or by more.

    Parameters
    ----------
    differences : DataFrame or None
        To the first value of the axis, as `experiments.analysis.queries.contrasts_of` gives them.
    over, each : str
        The axis, and another one with a curve for each of its values.
    axis, metric : str
        The axis and the metric in words.
    """
    if differences is None or ": " in axis:
        return ""
    curves = [rows for _, rows in differences.groupby(each, sort=False)] if each else [differences]
    if all(_by_chance(rows) for rows in curves):
        return f"No difference in {_the(metric)} beyond chance"
    change = _change(differences[over], axis)
    signs = {_direction(rows) for rows in curves}
    if not change or signs not in ({1}, {-1}):
        return ""
    verb = "raises" if signs == {1} else "lowers"
    return f"{change} {verb} {_the(metric)}{_by_how_much(curves, each)}"


def spread(summary: "pd.DataFrame", differs: bool, metric: str) -> str:
    """Return between what a metric lies; or that it does not move, if no group differs.

    Parameters
    ----------
    summary : DataFrame
        Means and half-widths, as `experiments.analysis.intervals.summarize` gives them.
    differs : bool
        Whether any differs from the mean of all by more than chance.
    metric : str
        The metric in words.
    """
    if not differs:
        return f"No difference in {_the(metric)} beyond chance"
    known = summary[summary["half_width"].notna() | _alike(summary)].sort_values("mean")
    low, high = (known[end].fillna(known["mean"]) for end in ("low", "high"))
    if len(known) < 2 or low.iloc[-1] <= high.iloc[0]:
        return ""
    places = places_of(known["mean"], known["half_width"])
    least, most = (_with_chance(known.iloc[k], places) for k in (0, -1))
    return f"{sentence_case(metric)}: from {least} to {most}"


def _alike(summary: "pd.DataFrame") -> "pd.Series[bool]":
    """Return which rows are of values that are all the same."""
    return summary.get("interval", summary["mean"]) == ALIKE


def _with_chance(row: "pd.Series[Any]", places: int) -> str:
    """Return a mean with its interval: ``0.15 ± 0.02``, or ``0.97 (0.91 to 0.99)``."""
    mean = printed(row["mean"], places)
    interval = interval_of(row.to_dict(), places)
    return f"{mean} {interval}" if interval.startswith("\u00b1") else f"{mean} ({interval})"


def strongest(table: "pd.DataFrame", names: Mapping[str, str], metric: str) -> str:
    """Return which axis moves a metric most; empty if no interval lies above all others.

    Parameters
    ----------
    table : DataFrame
        What `experiments.analysis.sensitivity.sensitivity` returns.
    names : mapping
        The axes in words.
    metric : str
        The metric in words.
    """
    if len(table) < 2:
        return ""
    ranked = table.sort_values("total", ascending=False)
    first, others = ranked.iloc[0], ranked.iloc[1:]
    if not (first["total_low"] > others["total_high"]).all():
        return ""
    return f"{sentence_case(_the(names[first['axis']]))} moves {_the(metric)} most"


def in_time(table: "pd.DataFrame", deadlines: Sequence[float]) -> str:
    """Return in how many runs there was a deal by the deadline; empty without a single one.

    Parameters
    ----------
    table : DataFrame
        What `experiments.plots.hazard.hazards` returns for one talk.
    deadlines : sequence of float
        Weeks in which the talk's first deadline may fall.
    """
    runs = int(table["at_risk"].iloc[0]) if len(table) else 0
    if len(deadlines) != 1 or not runs:
        return ""
    signed = table.loc[table["week"] <= deadlines[0], "signed"].sum()
    share, low, high = (100 * x for x in (signed / runs, *wilson(signed / runs, runs, 0.95)))
    return f"a deal in time in {share:.0f} % of runs ({low:.0f} to {high:.0f})"


def foretold(groups: "pd.DataFrame") -> str:
    """Return what trust foretold on average and what was performed, if all forecasts are one group.

    Parameters
    ----------
    groups : DataFrame
        The groups of an `experiments.analysis.calibration.Calibration`.
    """
    if len(groups) != 1 or not groups["reviews"].iloc[0]:
        return "performance over the trust with which it was expected"
    reviews, forecast, performed = groups[["reviews", "forecast", "performed"]].iloc[0]
    return (
        f"trust foretold {printed(forecast, 2)} on average over {reviews:,.0f} reviews, and"
        f" {printed(performed, 2)} was performed"
    )


def _by_chance(rows: "pd.DataFrame") -> bool:
    """Return whether all differences but that of the first to itself may be chance."""
    others = rows.iloc[1:]
    return len(others) > 0 and bool(((others["low"] <= 0) & (others["high"] >= 0)).all())


def _direction(rows: "pd.DataFrame") -> int:
    """Return to which side the last value differs, 0 if chance may do that, or others disagree."""
    rows = rows[rows["half_width"].notna()]
    if not len(rows):
        return 0
    last = rows.iloc[-1]
    sign = 1 if last["low"] > 0 else -1 if last["high"] < 0 else 0
    reach = sign * last["mean"] + last["half_width"]
    back = (sign * rows["mean"] + rows["half_width"] < 0).any()
    beyond = (sign * rows["mean"] - rows["half_width"] > reach).any()
    return 0 if back or beyond else sign


def _change(values: "pd.Series[Any]", axis: str) -> str:
    """Return what was done, as a phrase; empty if it cannot be said in one."""
    import pandas as pd

    once = list(dict.fromkeys(values))
    if pd.api.types.is_numeric_dtype(values):
        rising = all(a < b for a, b in pairwise(once))
        texts = even_texts(once)
        return f"Raising {_the(axis)} from {texts[0]} to {texts[-1]}" if rising else ""
    first, last = str(once[0]), str(once[-1])
    told = len(once) == 2 and max(len(first), len(last)) <= LONGEST
    return f"{sentence_case(last)} in place of {first}, {_the(axis)}," if told else ""


def _by_how_much(curves: "list[pd.DataFrame]", each: str | None) -> str:
    """Return how much the last value does, for each curve if there are few."""
    lasts = [rows.iloc[-1] for rows in curves]
    places = places_of([last["mean"] for last in lasts], [last["half_width"] for last in lasts])
    if each is None:
        last = lasts[0]
        return (
            f" by {printed(abs(last['mean']), places)} \u00b1 {printed(last['half_width'], places)}"
        )
    names = even_texts([last[each] for last in lasts])
    if len(lasts) > CURVES or max(map(len, names)) > LONGEST:
        return ""
    told = [
        f"{difference_text(last['mean'], last['half_width'], places)} ({name})"
        for last, name in zip(lasts, names, strict=True)
    ]
    return f": {', '.join(told)}"


def _the(words: str) -> str:
    """Return words with their article, but a single one, such as a name."""
    return words if " " not in words or _NO_THE.fullmatch(words) else f"the {words}"
