"""What became of the threats of a run, in words."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType

from experiments.display import wording
from experiments.display.terminal import heading, outline
from experiments.runs.record import RunRecord
from simulator.text import count, listing
from simulator.world.news import News
from simulator.world.standing import Act, Standing

__all__ = ["threat_text", "threats_section"]


def threats_section(run: RunRecord) -> Iterator[RenderableType]:
    """Give a heading and a line per threat: who threatened what, and what became of it when.

    Nothing without threats, or if the run did not keep the table of offers, and news with it.
    """
    told: dict[str, list[News]] = {}
    for news in run.world.news:
        if news.threat is not None:
            told.setdefault(news.threat.spec.id, []).append(news)
    if not told:
        return
    yield heading("Threats")
    yield outline((_title(run, news[0]), _course(run, news)) for news in told.values())


def threat_text(run: RunRecord, threat: Standing) -> str:
    """Return what carrying a threat out means: the level it names, or what it is worth."""
    scenario, spec = run.scenario, threat.spec
    if spec.issue is None:
        worth = spec.payoffs.items()
        named = [f"{wording.name(scenario, p)} {wording.amount(u)}" for p, u in worth]
        return f"{listing(named)} a year"
    space = run.world.tracks[spec.talk].plan.space
    issue = space.issues[space.position[spec.issue]]
    assert spec.level is not None
    return f"{wording.short(issue)} {wording.quantity(spec.level, issue.unit)}"


def _title(run: RunRecord, news: News) -> str:
    assert news.threat is not None
    return f"{wording.name(run.scenario, news.threat.spec.by)} ({news.threat.spec.id})"


def _course(run: RunRecord, news: Sequence[News]) -> str:
    """Return what is threatened, and what was done with it, extensions that follow in one."""
    assert news[0].threat is not None
    clauses = [threat_text(run, news[0].threat)]
    for act, group in groupby(news, key=lambda item: item.act):
        same = list(group)
        clauses.append(_extended(run, same) if act is Act.EXTENDED else _done(run, same[-1]))
    return "; ".join(clauses)


def _extended(run: RunRecord, news: Sequence[News]) -> str:
    threat = news[-1].threat
    assert threat is not None
    until = wording.day(run.scenario.start + datetime.timedelta(days=threat.day), brief=True)
    grown = f", grown to {threat.times:.3g} times" if threat.times != 1 else ""
    often = f"{count(len(news), 'time')} from " if len(news) > 1 else ""
    return f"extended {often}{wording.when(run.scenario, news[0].week)}, until {until}{grown}"


def _done(run: RunRecord, news: News) -> str:
    done = {
        Act.ANNOUNCED: "announced",
        Act.CARRIED_OUT: "carried out from",
        Act.ENDED: "ended by a deal",
        Act.WITHDRAWN: "withdrawn",
    }
    assert news.act is not None
    return f"{done[news.act]} {wording.when(run.scenario, news.week)}"
