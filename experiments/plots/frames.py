"""What pictures take and no table of a run has: outcomes, positions, the chronicle, zones."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import wording
from simulator.analysis import Analysis
from simulator.negotiator import disregarded
from simulator.news import Happening
from simulator.talk import TalkState

if TYPE_CHECKING:
    import pandas as pd

    from experiments.run import Run
    from simulator.scenario import Scenario
    from simulator.world import Opening

__all__ = ["analysed", "marks", "outcomes", "positions", "spans", "zones"]


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


def spans(run: "Run") -> "pd.DataFrame":
    """Return what lasted in a run: ``talk``, ``kind``, ``start`` and ``end`` in weeks.

    Parameters
    ----------
    run : Run
        A run that kept its offers and deals.
    """
    import pandas as pd

    run.needs("offers", "deals")
    talks = [(o.name, "talk", o.week, _last_week(o) + 1) for o in run.world.openings]
    rows = [*talks, *_deal_spans(run)]
    return pd.DataFrame(rows, columns=["talk", "kind", "start", "end"])


def _last_week(opening: "Opening") -> int:
    """Return the last week in which a talk was held."""
    return max(opening.talk.turns[0].week, opening.week)


def _deal_spans(run: "Run") -> Iterator[tuple[str, str, int, int]]:
    table = run.deals
    columns = table[["talk", "signed", "in_force", "ended"]].astype(object)
    rows: list[Any] = columns.where(table.notna(), None).to_numpy().tolist()
    for talk, signed, in_force, end in rows:
        ended = run.weeks if end is None else end
        begun = ended if in_force is None else in_force
        if begun > signed >= 0:
            yield talk, "pending", signed, begun
        if in_force is not None:
            yield talk, "in force", max(begun, 0), ended


def marks(run: "Run") -> "pd.DataFrame":
    """Return what happened in a run: ``week``, ``talk``, ``kind``, ``by``, ``text``.

    Parameters
    ----------
    run : Run
        A run that kept its offers, deals and performance.
    """
    import pandas as pd

    run.needs("offers", "deals", "performance")
    rows = [*_ends(run), *_fates(run), *_breaches(run), *_news(run)]
    return pd.DataFrame(rows, columns=["week", "talk", "kind", "by", "text"])


Mark = tuple[int, str, str, str, str]


def _ends(run: "Run") -> Iterator[Mark]:
    for opening in run.world.openings:
        if opening.talk.state is not TalkState.OPEN:
            yield _last_week(opening), opening.name, opening.talk.state.value, "", ""


def _fates(run: "Run") -> Iterator[Mark]:
    gone = run.deals[run.deals["status"].isin(["rejected", "collapsed"])]
    rows: list[Any] = list(gone.itertuples())
    for deal in rows:
        yield int(deal.ended), deal.talk, deal.status, "", ""


def _breaches(run: "Run") -> Iterator[Mark]:
    """Give each choice to perform below one half once, however many commitments it is about."""
    rows: list[Any] = list(run.performance.itertuples())
    chosen = ((r.week, r.talk, r.obligor) for r in rows if disregarded(r.quality))
    for week, talk, obligor in dict.fromkeys(chosen):
        yield week, talk, "disregard", obligor, ""


def _news(run: "Run") -> Iterator[Mark]:
    kinds = {Happening.ANNOUNCED: "announced", Happening.DUE: "due"}
    for news in run.world.news:
        if news.kind in kinds and news.threat is not None:
            yield news.week, news.talk, kinds[news.kind], news.threat.by, ""
        if news.event is not None:
            told = news.event.what or wording.event(run.scenario, news.event)
            yield news.week, "", "event", "", told


def zones(scenario: "Scenario", talk: str, steps: int = 40) -> "pd.DataFrame":
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

    from experiments.outset import Outset

    outset = Outset(scenario)
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
