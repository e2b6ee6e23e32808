"""The first page of a run, a screen: who signed what, who broke it, what that cost, what to try.

A narrow terminal cuts its lines, so that it fits 24 of 80 characters whatever the run.
"""

import datetime
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.breach_cost import BreachCost, Signing, breach_cost
from experiments.analysis.failed_opening import failure_of
from experiments.analysis.price import moves
from experiments.analysis.trust_path import trust_path
from experiments.display import wording
from experiments.display.blocks import Line
from experiments.display.terminal import heading, ladder, outline
from experiments.pages.disregard import disregard_text, reason_text
from experiments.runs.breaches import disregards
from experiments.runs.record import RunRecord
from simulator.text import count
from simulator.world.deals import Deal

__all__ = ["run_summary_page"]

#: Characters of a line on which a command and what it shows stand beside each other.
WIDTH = 80
#: The most talks and broken promises that are listed.
TALKS, BROKEN = 4, 3
_NEXT = "next deal worth a year"


def run_summary_page(run: RunRecord, hints: Sequence[tuple[str, str]] = ()) -> Group:
    """Return the first page of a run: at most 24 lines of 80 characters, or of more if there are.

    Parameters
    ----------
    run : RunRecord
        A run that kept its offers, deals, performances and trust.
    hints : sequence of (str, str)
        Commands to try next, up to three, and what each shows.
    """
    cost = breach_cost(run)
    after = _trust(run) if cost is None else _cost(run, cost)
    return Group(*_head(run), *_signed(run), *_broken(run), *after, *_next(hints))


def _head(run: RunRecord) -> Iterator[RenderableType]:
    scenario, ledger = run.scenario, run.world.ledger
    end = scenario.start + datetime.timedelta(weeks=run.weeks, days=-1)
    signed = sum(not ledger.is_initial(deal) for deal in ledger.deals)
    passed = [_passed(run, talk) for talk in scenario.talks]
    renewals = sum(max(len(deals) - 1, 0) for deals in passed)
    yield Line(scenario.title or scenario.name, style="bold")
    days = f"{scenario.start:%b %Y} to {end:%b %Y}"
    deals = count(signed, "deal") + _renewed(renewals)
    yield Line(f"{scenario.name}, seed {run.seed}, {days}: {deals}")


def _renewed(renewals: int) -> str:
    if not renewals:
        return ""
    return f", {renewals} of them {'a renewal' if renewals == 1 else 'renewals'}"


# -- who signed what -----------------------------------------------------------------------------


def _signed(run: RunRecord) -> Iterator[RenderableType]:
    """Give the first deal of each talk in the run, in the order of signing."""
    deals = {talk: _passed(run, talk) for talk in run.scenario.talks}
    order = sorted(deals, key=lambda talk: [deal.signed for deal in deals[talk]] or [run.weeks])
    hub = _hub(run)
    title = "Signed (what the first gives for what the other gives):"
    if hub:
        who = wording.name(run.scenario, hub)
        title = f"{who} signed with, first (what it gives for what it gets):"
    yield heading(title, one_line=True)
    shown = order if len(order) <= TALKS else order[: TALKS - 1]
    rows = [_row(run, talk, deals[talk], hub) for talk in shown]
    if rest := order[len(shown) :]:
        rows.append((f"{len(rest)} more", f"{sum(map(bool, map(deals.get, rest)))} with a deal"))
    yield outline((Line(name), Line(text)) for name, text in rows)


def _passed(run: RunRecord, talk: str) -> list[Deal]:
    """Return the deals that a talk led to in the run, without those rejected at home."""
    ledger = run.world.ledger
    return [deal for deal in ledger.passed(talk) if not ledger.is_initial(deal.id)]


def _hub(run: RunRecord) -> str | None:
    """Return the country that takes part in every one of several talks, if there is one."""
    talks = [set(talk.parties) for talk in run.scenario.talks.values()]
    common = set.intersection(*talks) if len(talks) > 1 else set()
    return common.pop() if len(common) == 1 else None


def _row(run: RunRecord, talk: str, deals: Sequence[Deal], hub: str | None) -> tuple[str, str]:
    """Return with whom a talk was, and when and on what terms a deal was signed first."""
    others = [party for party in run.scenario.talks[talk].parties if party != hub]
    name = wording.parties(run.scenario, others)
    if not deals:
        return name, _without(run, talk, hub)
    return name, f"{_day(run, deals[0].signed)}: {_terms(run, deals[0], hub)}"


def _without(run: RunRecord, talk: str, hub: str | None) -> str:
    """Return why a talk led to no deal, or which one of before the run there was."""
    if before := run.world.ledger.passed(talk):
        status = run.world.ledger.status(before[-1].id)
        return f"before the run, {status}: {_terms(run, before[-1], hub)}"
    openings = [opening for opening in run.world.openings if opening.name == talk]
    return f"no deal: {failure_of(openings[-1]).obstacle.value}" if openings else "no talk"


def _day(run: RunRecord, week: int) -> str:
    return wording.day(run.scenario.start + datetime.timedelta(weeks=week), brief=True)


def _terms(run: RunRecord, deal: Deal, hub: str | None) -> str:
    """Return the terms of a deal in brief, first those that the hub owes: ``car 5 % for rice``.

    Among more than two, who owes them is named.
    """
    issues = run.world.tracks[deal.talk].plan.space.issues
    owed = []
    for party in sorted(deal.parties, key=lambda party: party != hub):
        own = [k for k, issue in enumerate(issues) if issue.obligor == party]
        levels = [deal.levels[k] for k in own]
        terms = wording.terms([issues[k] for k in own], levels, brief=True)
        several = len(deal.parties) > 2
        owed.append(f"{terms} ({wording.name(run.scenario, party)})" if several else terms)
    return " for ".join(owed)


# -- who broke it, and what it cost ----------------------------------------------------------------


def _broken(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Broken promises")
    broken = disregards(run.world)
    if not broken:
        yield Text("  None: everybody kept every deal.")
        return
    shown = broken if len(broken) <= BROKEN else broken[: BROKEN - 1]
    for disregard in shown:
        text = disregard_text(run, disregard, brief=True)
        yield Line(f"  {_day(run, disregard.week):>11}  {text}")
    if rest := broken[len(shown) :]:
        unprovoked = sum(reason_text(run, each) == "unprovoked" for each in rest)
        yield Text(f"  {'':>11}  and {len(rest)} more, {unprovoked} unprovoked")


def _cost(run: RunRecord, cost: BreachCost) -> Iterator[RenderableType]:
    """Give what followed the first breach, what would have followed without any, and the cost."""
    by = wording.name(run.scenario, cost.by)
    party = next(p for p in run.world.ledger.deals[cost.first.deal].parties if p != cost.by)
    was, kept = (trust_path(each, party, cost.by, cost.first.week) for each in (run, cost.loyal))
    without = wording.trust_course(kept.start, kept.low, None, kept.end)
    fall = wording.share(kept.end - was.end)
    total, unbroken = (each.world.totals[cost.by].weighted for each in (run, cost.loyal))
    verb = "cost" if unbroken >= total else "brought"
    what = f"What that {verb} {by}, by the same run with its word kept (US$ bn)"
    yield heading(what, one_line=True)
    rows = [
        ("", "as it was", "word kept", "cost"),
        (f"trust: {wording.name(run.scenario, party)}", was.text, without, fall),
        *_renewal(run, cost),
        ("its payoffs in all", *map(wording.amount, (total, unbroken)), _loss(total, unbroken)),
    ]
    yield ladder(((Line(name), values) for name, *values in rows), indent=2)


def _renewal(run: RunRecord, cost: BreachCost) -> Iterator[tuple[str, ...]]:
    """Give the next deal with those let down, its worth, and which part of that moved most."""
    signed, unbroken = cost.signed, cost.unbroken
    if signed is None and unbroken is None:
        return
    texts = (_signed_on(run, signing) for signing in (signed, unbroken))
    if signed is None or unbroken is None:
        yield _NEXT, *texts, ""
        return
    yield _NEXT, *texts, _loss(signed.price.kept, unbroken.price.kept)
    for part in list(moves(unbroken.price, signed.price))[:1]:
        amounts = signed.price.parts[part], unbroken.price.parts[part]
        yield f"of it: {part}", *map(wording.amount, amounts), _loss(*amounts)


def _loss(was: float, kept: float) -> str:
    """Return by how much something is less than it would have been, as shown: a gain is < 0."""
    return wording.amount(round(kept, 2) - round(was, 2))


def _signed_on(run: RunRecord, signing: Signing | None) -> str:
    if signing is None:
        return "none"
    date = run.scenario.start + datetime.timedelta(weeks=signing.week)
    return f"{date:%b %Y}: {wording.amount(signing.price.kept)}"


def _trust(run: RunRecord) -> Iterator[RenderableType]:
    """Give the trust of partners that moved most, where nobody broke a promise unprovoked."""
    paths = [(pair, trust_path(run, *pair)) for pair in run.scenario.partners]
    yield heading("Trust, the share at which a promise of the other counts")
    most = sorted(paths, key=lambda of: -abs(of[1].end - of[1].start))[:3]
    yield outline((Line(_in(run, *pair)), path.text) for pair, path in most)


def _in(run: RunRecord, observer: str, subject: str) -> str:
    """Return whose trust in whom: ``Japan in Korea``."""
    return f"{wording.name(run.scenario, observer)} in {wording.name(run.scenario, subject)}"


# -- what to try next ------------------------------------------------------------------------------


def _next(hints: Sequence[tuple[str, str]]) -> Iterator[RenderableType]:
    """Give commands to copy, never broken into lines, and what they show where that fits."""
    if hints:
        yield Text("")
    longest = max((len(what) for _, what in hints), default=0)
    short = [len(command) for command, _ in hints if len(command) + longest < WIDTH - 1]
    for command, what in hints:
        line = Text(f"{command:<{max(short, default=0)}}", style="bold")
        line.no_wrap, line.overflow = True, "ignore"
        if len(line) + len(what) < WIDTH - 1:
            line.append(f"  {what}", style="not bold")
        yield line
