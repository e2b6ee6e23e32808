"""What happened in a run and when, as two tables: what lasted, and what was over at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from experiments.display import wording
from experiments.runs.record import RunRecord
from simulator.negotiation.talk import TalkState
from simulator.world.deals import Occasion
from simulator.world.news import Opening
from simulator.world.standing import Act

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["marks", "spans"]


def spans(run: RunRecord) -> "pd.DataFrame":
    """Return what lasted in a run: ``talk``, ``kind``, and ``start`` and ``end`` in weeks."""
    import pandas as pd

    run.needs("offers", "deals")
    talks = [(o.name, _kind(o), o.week, _last_week(o) + 1) for o in run.world.openings]
    rows = [*talks, *_deal_spans(run)]
    return pd.DataFrame(rows, columns=["talk", "kind", "start", "end"])


def _kind(opening: Opening) -> str:
    return "renegotiation" if opening.occasion is Occasion.RENEGOTIATION else "talk"


def _last_week(opening: Opening) -> int:
    """Return the last week in which a talk was held."""
    return max(opening.talk.turns[0].week, opening.week)


def _deal_spans(run: RunRecord) -> Iterator[tuple[str, str, int, int]]:
    table = run.deals
    columns = table[["talk", "signed", "in_force", "ended"]].astype(object)
    rows: list[Any] = columns.where(table.notna(), None).to_numpy().tolist()
    for talk, signed, in_force, end in rows:
        until = run.weeks if end is None else end
        started = until if in_force is None else in_force
        if started > signed >= 0:
            yield talk, "pending", signed, started
        if in_force is not None:
            yield talk, "in force", max(started, 0), until


def marks(run: RunRecord) -> "pd.DataFrame":
    """Return what happened in a run: ``week``, ``talk``, ``kind``, ``by``, ``text``."""
    import pandas as pd

    run.needs("offers", "deals", "performance")
    rows = [*_talk_ends(run), *_deal_ends(run), *_disregards(run), *_news(run)]
    return pd.DataFrame(rows, columns=["week", "talk", "kind", "by", "text"])


Mark = tuple[int, str, str, str, str]


def _talk_ends(run: RunRecord) -> Iterator[Mark]:
    for opening in run.world.openings:
        if opening.talk.state is not TalkState.OPEN:
            yield _last_week(opening), opening.name, opening.talk.state.value, "", ""


def _deal_ends(run: RunRecord) -> Iterator[Mark]:
    ended = run.deals[run.deals["status"].isin(["rejected", "collapsed"])]
    rows: list[Any] = list(ended.itertuples())
    for deal in rows:
        yield int(deal.ended), deal.talk, deal.status, "", ""


def _disregards(run: RunRecord) -> Iterator[Mark]:
    """Give each disregard once, however many commitments it concerns."""
    rows: list[Any] = list(run.performance.itertuples())
    chosen = ((r.week, r.talk, r.obligor) for r in rows if r.reason != "kept")
    for week, talk, obligor in dict.fromkeys(chosen):
        yield week, talk, "disregard", obligor, ""


def _news(run: RunRecord) -> Iterator[Mark]:
    for news in run.world.news:
        if news.threat is not None and news.act not in (Act.ENDED, Act.WITHDRAWN):
            yield news.week, news.talk, str(news.act), news.threat.spec.by, ""
        if news.shock is not None:
            talks = run.scenario.talks.values()
            yield from (
                (news.week, talk.id, "shock", news.by, "")
                for talk in talks
                if news.by in talk.parties
            )
        if news.event is not None:
            text = news.event.what or wording.event(run.scenario, news.event)
            yield news.week, "", "event", "", text
