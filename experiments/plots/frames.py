"""Data for pictures that are in no table of a run: outcomes, positions, zones of agreement."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.analysis.agreement_zone import Baseline
from simulator.scenario.scenario import Scenario
from simulator.theory.analysis import Analysis

if TYPE_CHECKING:
    import pandas as pd

    from simulator.world.news import Opening

__all__ = ["analysed", "outcomes", "positions", "zones"]


def analysed(analysis: Analysis, parties: Sequence[str], agreed: int | None) -> "pd.DataFrame":
    """Return a row per outcome: its payoffs, and whether it is on the frontier or at a point.

    There is a column ``payoff_<party>`` for each party, in seat order.
    """
    import pandas as pd

    table = pd.DataFrame(analysis.u, columns=[f"payoff_{party}" for party in parties])
    for name, at in {"frontier": analysis.frontier, **analysis.points}.items():
        table[name] = np.isin(table.index, at)
    return table.assign(agreed=table.index == (-1 if agreed is None else agreed))


def outcomes(opening: "Opening") -> "tuple[pd.DataFrame, dict[str, float]]":
    """Return the outcomes of a talk by the payoffs expected at its end, and at disagreement.

    What a party expects moves with its trust and the threats; what counts is the end.
    """
    turns = opening.talk.turns
    parties = [turn.party for turn in turns]
    expected = np.stack([turn.preferences.expected for turn in turns], axis=1)
    disagreement = [turn.preferences.disagreement for turn in turns]
    table = analysed(Analysis(expected, disagreement), parties, opening.talk.agreement)
    return table, dict(zip(parties, disagreement, strict=True))


def positions(opening: "Opening") -> "pd.DataFrame":
    """Return what was proposed on each issue: ``round``, ``proposer``, ``issue``, ``level``."""
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

    The columns are those that `experiments.plots.zone.zone` takes.
    """
    import pandas as pd

    baseline = Baseline(scenario)
    parties = scenario.talks[talk].parties
    pairs = [(a, b) for a in parties for b in parties if a != b]
    trust_now = dict(baseline.trust)
    grid = np.linspace(0.0, 1.0, steps + 1).tolist()
    rows = []
    for whose in ("", *parties):
        varied = [pair for pair in pairs if whose in ("", pair[0])]
        now = {trust_now[pair] for pair in varied}
        stated = now if len(now) == 1 else set()
        for trust in sorted({*grid, *stated}):
            baseline.trust.update(trust_now | dict.fromkeys(varied, trust))
            rows.append((whose, trust, baseline.zone(talk).share, trust in stated))
    return pd.DataFrame(rows, columns=["whose", "trust", "share", "now"])
