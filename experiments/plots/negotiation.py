"""The picture of one negotiation of a domain, in utilities."""

import itertools
from typing import TYPE_CHECKING

from experiments.plots.frames import analysed
from experiments.plots.palette import literal_text
from experiments.plots.style import figure
from experiments.plots.talk import talk
from experiments.runs.negotiation import Negotiation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


__all__ = ["negotiation", "negotiation_figure"]


def negotiation(played: Negotiation, ax: "Axes", pair: tuple[int, int] = (0, 1)) -> "Axes":
    """Return axes with the picture of a negotiation, in the utilities of two of its parties.

    The outcomes, the frontier, the bargaining points, every party's offers in order, and the
    agreement. Utilities are undiscounted.

    Parameters
    ----------
    played : Negotiation
        What was played.
    ax : Axes
        Where to draw.
    pair : (int, int)
        The seats along the two axes.
    """
    parties = [turn.party for turn in played.talk.turns]
    floors = dict(zip(parties, played.domain.reservations.tolist(), strict=True))
    outcomes = analysed(played.analysis, parties, played.talk.agreement)
    first, second = (parties[seat] for seat in pair)
    return talk(outcomes, _offers(played), ax, (first, second), floors, unit="utility of {}")


def negotiation_figure(played: Negotiation) -> "Figure":
    """Return a figure of a negotiation, with a panel for each pair of its parties.

    Parameters
    ----------
    played : Negotiation
        What was played.
    """
    pairs = list(itertools.combinations(range(len(played.domain.profiles)), 2))
    columns = min(len(pairs), 3)
    rows = -(-len(pairs) // columns)
    drawn = figure(5.4 * columns + 2.4, 5.4 * rows)
    panels = [drawn.add_subplot(rows, columns, k + 1) for k in range(len(pairs))]
    for panel, pair in zip(panels, pairs, strict=True):
        negotiation(played, panel, pair)
    handles, labels = panels[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside right center", frameon=False)
    panels[0].set_title(literal_text(_title(played)), loc="left", fontsize="medium")
    return drawn


def _title(played: Negotiation) -> str:
    talk = played.talk
    ends = {"agreed": "agreement in", "timed out": "no agreement after", "broken": "broken in"}
    end = f"{ends[talk.state.value]} round {talk.round} of {talk.rounds}"
    return f"{played.domain.name}: {end}"


def _offers(played: Negotiation) -> "pd.DataFrame":
    import pandas as pd

    turns = played.talk.turns
    made = [(turns[offer.seat].party, offer.outcome) for offer in played.talk.offers]
    return pd.DataFrame(made, columns=["proposer", "outcome"])
