"""Payoffs over time, country by country."""

import datetime
from typing import TYPE_CHECKING, Literal

from experiments.plots.palette import Palette, literal_text, palette
from experiments.plots.style import dress, empty, figure, weeks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["payoffs"]

#: Column, factor and label of what may be drawn; a week is a 52nd of a year.
MEASURES = {
    "rate": ("weighted", 52.0, "weighted payoff (US$ bn a year)"),
    "material": ("material", 52.0, "material payoff (US$ bn a year)"),
    "cumulative": ("cumulative", 1.0, "weighted payoff so far,\ndiscounted (US$ bn)"),
}


def payoffs(
    table: "pd.DataFrame",
    ax: "Axes",
    measure: Literal["rate", "material", "cumulative"] = "rate",
    styles: Palette | None = None,
    start: datetime.date | None = None,
    legend: bool = True,
) -> "Axes":
    """Return axes with the payoffs of every country, week by week; NaN leaves a gap.

    Parameters
    ----------
    table : DataFrame
        The table ``payoffs``.
    ax : Axes
        Where to draw.
    measure : {"rate", "material", "cumulative"}
        What accrues in a week at a yearly rate, weighted or with all weights 1; or the weighted
        sum so far, discounted by ``discount``.
    styles : Palette, optional
        How countries are drawn.
    start : date, optional
        The first day of week 0.
    legend : bool
        Whether to show which country is which.
    """
    column, factor, words = MEASURES[measure]
    styles = palette(map(str, table["country"]), styles)
    countries = list(table.groupby("country", sort=False))
    # A rate holds for its own week only: if weeks are missing, the rate between is unknown.
    sparse = measure != "cumulative" and table["week"].drop_duplicates().diff().max() > 1
    steps = "default" if measure == "cumulative" else "steps-post"
    for country, line in countries:
        style = styles[str(country)]
        ax.plot(
            *(line["week"], factor * line[column]),
            **(style.line | ({"linestyle": "none"} if sparse else {})),
            drawstyle=steps,
            lw=1.7 if len(countries) <= 12 else 0.9,
            marker=style.marker,
            markevery=1 if sparse else max(len(line) // 8, 1),
            ms=4,
        )
    ax.axhline(0.0, color="0.3", lw=0.8, zorder=1)
    ax.set_ylabel(literal_text(words))
    dress(weeks(ax, start), legend=legend)
    return ax if table[column].notna().any() else empty(ax, "no payoffs were recorded")


def payoffs_figure(table: "pd.DataFrame", styles: Palette, start: datetime.date) -> "Figure":
    """Return a figure of payoffs over time: what accrues, and below what has accrued."""
    fig = figure(8.4, 6.2)
    above, below = fig.subplots(2, 1, sharex=True)
    payoffs(table, above, "rate", styles, start).set_xlabel("")
    payoffs(table, below, "cumulative", styles, start, legend=False)
    return fig
