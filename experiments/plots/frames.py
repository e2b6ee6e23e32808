"""What pictures take and no table of a run has: outcomes, positions, zones of agreement."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.analysis.agreement_zone import Baseline
from simulator.scenario.scenario import Scenario
from simulator.theory.analysis import Analysis

if TYPE_CHECKING:
    import pandas as pd

    from simulator.world.world import Opening

__all__ = ["analysed", "outcomes", "positions", "zones"]


def analysed(found: Analysis, parties: Sequence[str], agreed: int | None) -> "pd.DataFrame":
    """Return outcomes with their payoffs, and what theory says of each: a row per outcome.

    Parameters
    ----------
    found : Analysis
        Of all outcomes.
    parties : sequence of str
        In seat order; a column ``payoff_<party>`` each.
    agreed : int or None
        What was agreed.
    """
    import pandas as pd

    table = pd.DataFrame(found.u, columns=[f"payoff_{party}" for party in parties])
    for name, at in {"frontier": found.frontier, **found.points}.items():
        table[name] = np.isin(table.index, at)
    return table.assign(agreed=table.index == (-1 if agreed is None else agreed))


def outcomes(opening: "Opening") -> "tuple[pd.DataFrame, dict[str, float]]":
    """Return the outcomes of a talk of a run in the payoffs expected at its end, and its floors.

    What a party expects moves with its trust and the threats; the end is when it counts.

    Parameters
    ----------
    opening : Opening
        The talk.
    """
    turns = opening.talk.turns
    parties = [turn.party for turn in turns]
    expected = np.stack([turn.preferences.expected for turn in turns], axis=1)
    floors = [turn.preferences.disagreement for turn in turns]
    table = analysed(Analysis(expected, floors), parties, opening.talk.agreement)
    return table, dict(zip(parties, floors, strict=True))


def positions(opening: "Opening") -> "pd.DataFrame":
    """Return what was proposed on each issue: ``round``, ``proposer``, ``issue``, ``level``.

    Parameters
    ----------
    opening : Opening
        The talk.
    """
    import pandas as pd

    talk = opening.talk
    rows = [
        (offer.round, talk.turns[offer.seat].party, issue.id, level)
        for offer in talk.offers
        for issue, level in zip(talk.space.issues, talk.space.levels(offer.outcome), strict=True)
    ]
    return pd.DataFrame(rows, columns=["round", "proposer", "issue", "level"])


def zones(scenario: Scenario, talk: str, steps: int = 40) -> "pd.DataFrame":
    """Return the zone of agreement of a talk before the first week, at any level of trust.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    talk : str
        The talk.
    steps : int
        Into how many parts trust is divided.

    Returns
    -------
    DataFrame
        ``whose`` trust in its partners is varied (``""``: everybody's alike), ``trust``,
        ``share`` of the outcomes in the zone, and ``now``: whether trust is so as things stand.
    """
    import pandas as pd

    outset = Baseline(scenario)
    parties = scenario.talks[talk].parties
    pairs = [(a, b) for a in parties for b in parties if a != b]
    stands = dict(outset.trust)
    grid = np.linspace(0.0, 1.0, steps + 1).tolist()
    rows = []
    for whose in ("", *parties):
        varied = [pair for pair in pairs if whose in ("", pair[0])]
        now = {stands[pair] for pair in varied}
        known = now if len(now) == 1 else set()
        for trust in sorted({*grid, *known}):
            outset.trust.update(stands | dict.fromkeys(varied, trust))
            rows.append((whose, trust, outset.zone(talk).share, trust in known))
    return pd.DataFrame(rows, columns=["whose", "trust", "share", "now"])
