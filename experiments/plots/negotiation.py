"""The picture of one negotiation of a domain, in the space of utilities."""

import itertools
from typing import TYPE_CHECKING

from experiments.plots.frames import analysed
from experiments.plots.palette import literal_text
from experiments.plots.style import figure
from experiments.plots.talk import talk
from experiments.runs.negotiation import Negotiation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["negotiation", "negotiation_figure"]


def negotiation(result: Negotiation, ax: "Axes", pair: tuple[int, int] = (0, 1)) -> "Axes":
    """Return axes with the picture of a negotiation, in the utilities of two of its parties.

    The outcomes, the frontier, the bargaining points, every party's offers in order, and the
    agreement. Utilities are undiscounted.
    """
    import pandas as pd

    parties = [turn.party for turn in result.talk.turns]
    disagreement = dict(zip(parties, result.domain.reservations.tolist(), strict=True))
    outcomes = analysed(result.analysis, parties, result.talk.agreement)
    rows = [(parties[offer.seat], offer.outcome) for offer in result.talk.offers]
    offers = pd.DataFrame(rows, columns=["proposer", "outcome"])
    first, second = (parties[seat] for seat in pair)
    return talk(outcomes, offers, ax, (first, second), disagreement, unit="utility of {}")


def negotiation_figure(result: Negotiation) -> "Figure":
    """Return a figure of a negotiation, with a panel for each pair of its parties."""
    pairs = list(itertools.combinations(range(len(result.domain.profiles)), 2))
    columns = min(len(pairs), 3)
    rows = -(-len(pairs) // columns)
    fig = figure(5.4 * columns + 2.4, 5.4 * rows)
    panels = [fig.add_subplot(rows, columns, k + 1) for k in range(len(pairs))]
    for panel, pair in zip(panels, pairs, strict=True):
        negotiation(result, panel, pair)
    handles, labels = panels[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside right center", frameon=False)
    ends = {"agreed": "agreement in", "timed out": "no agreement after", "broken": "broken in"}
    end = f"{ends[result.talk.state.value]} round {result.talk.round} of {result.talk.rounds}"
    title = literal_text(f"{result.domain.name}: {end}")
    panels[0].set_title(title, loc="left", fontsize="medium")
    return fig
