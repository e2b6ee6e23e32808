"""The summary of a run: deals, broken promises, trust and payoffs at a glance."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from experiments.display import wording
from experiments.display.terminal import cross_table, heading, outline, table
from experiments.pages.deal import deal_course, deal_stakes, deal_title
from experiments.runs.record import RunRecord
from simulator.negotiation.talk import TalkState
from simulator.text import count, listing
from simulator.world.deals import Deal, Status
from simulator.world.news import Opening

__all__ = ["run_summary_page"]

#: The most broken promises that are listed one by one; more are grouped.
SINGLY = 8
#: The least change of trust that is coloured.
VISIBLE = 0.005


def run_summary_page(run: RunRecord) -> Group:
    """Return the page that says what happened; tables that a run did not keep are left out."""
    return Group(
        *_head(run),
        *_talks(run),
        *_deals(run),
        *_talks_without_deal(run),
        *_disregards(run),
        *_trust(run),
        *_payoffs(run),
    )


# -- head --------------------------------------------------------------------------------------


def _head(run: RunRecord) -> Iterator[RenderableType]:
    scenario = run.scenario
    end = scenario.start + datetime.timedelta(weeks=run.weeks, days=-1)
    yield Text(scenario.title or scenario.name, style="bold")
    yield Text(
        f"{scenario.name}, seed {run.seed}: {count(run.weeks, 'week')}, "
        f"{wording.day(scenario.start)} to {wording.day(end)}. Amounts in US$ bn."
    )
    yield Text(_tally(run))


def _tally(run: RunRecord) -> str:
    """Return the run in one sentence."""
    row = run.row()
    clauses = [
        f"{count(row['deals_signed'], 'deal')} signed",
        f"{row['deals_in_force']} in force at the end",
        f"{row['deals_rejected']} rejected at home" if row["deals_rejected"] else "",
        f"{row['deals_collapsed']} collapsed" if row["deals_collapsed"] else "",
        _disregards_count(run, row["disregards"]),
    ]
    return ", ".join(part for part in clauses if part) + "."


def _disregards_count(run: RunRecord, commitments: int) -> str:
    if not commitments:
        return "no broken promises"
    of = count(commitments, "commitment")
    if not run.world.records.keeps("performance"):
        return f"{of} broken"
    promises = len(_disregards_of(run))
    return count(promises, "broken promise") + (f" ({of})" if commitments != promises else "")


def _talks(run: RunRecord) -> Iterator[RenderableType]:
    """Give a line per talk, if there are more than one."""
    talks = run.scenario.talks
    if len(talks) < 2:
        return
    yield heading("Talks")
    yield outline((wording.talk_name(run.scenario, key), _talk_tally(run, key)) for key in talks)


def _talk_tally(run: RunRecord, key: str) -> str:
    """Return how often a talk led to a deal, how often not, and whether a deal is in force."""
    ledger = run.world.ledger
    deals = [deal.id for deal in ledger.deals.values() if deal.talk == key]
    signed = sum(not ledger.is_initial(deal) for deal in deals)
    failed = run.world.tracks[key].openings - signed
    in_force = any(ledger.status(deal) is Status.IN_FORCE for deal in deals)
    return f"{signed} signed, {failed} without a deal; {'one' if in_force else 'none'} in force"


# -- deals -------------------------------------------------------------------------------------


def _deals(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Deals")
    deals = run.world.ledger.deals
    if not deals:
        yield Text("  None was signed, and none in force at the start.")
    longest = max(len(country.name) for country in run.scenario.countries.values())
    width = min(max(len("became"), longest), 18)  # of the labels, within reason
    last: dict[str, Deal] = {}
    for deal in sorted(deals.values(), key=lambda d: (d.signed, d.id)):
        yield Padding(deal_title(run, deal), (0, 0, 0, 2))
        yield outline(_deal_rows(run, deal, last.get(deal.talk)), indent=4, label=width)
        if run.world.ledger.status(deal.id) is not Status.REJECTED:
            last[deal.talk] = deal


def _deal_rows(run: RunRecord, deal: Deal, previous: Deal | None) -> Iterator[tuple[str, str]]:
    yield from _terms(run, deal, previous)
    if worth := _worth_text(run, deal):
        yield "worth", worth
    if course := deal_course(run, deal):
        yield "course", course


def _terms(run: RunRecord, deal: Deal, previous: Deal | None) -> Iterator[tuple[str, str]]:
    """Give what each party owes, or that it is the same as in the deal before."""
    issues = run.world.tracks[deal.talk].plan.space.issues
    if previous is not None and previous.levels == deal.levels:
        is_initial = run.world.ledger.is_initial(previous.id)
        which = "before the start" if is_initial else f"of week {previous.signed}"
        yield "terms", f"the same as in the deal {which}"
        return
    for party in deal.parties:
        own = [k for k, issue in enumerate(issues) if issue.obligor == party]
        text = wording.terms([issues[k] for k in own], [deal.levels[k] for k in own])
        yield wording.name(run.scenario, party), text


def _worth_text(run: RunRecord, deal: Deal) -> str:
    stakes = [
        f"{stake.party} {wording.amount(stake.kept)}"
        f" ({wording.amount(stake.expected)} expected,"
        f" {wording.amount(stake.disagreement)} without)"
        for stake in deal_stakes(run, deal)
    ]
    return f"{listing(stakes)} a year" if stakes else ""


# -- talks without a deal ----------------------------------------------------------------------


def _talks_without_deal(run: RunRecord) -> Iterator[RenderableType]:
    groups: dict[tuple[str, str], list[Opening]] = {}
    for opening in run.world.openings:
        if opening.talk.state is not TalkState.AGREED:
            groups.setdefault((opening.name, _outcome(run, opening)), []).append(opening)
    if not groups:
        return
    yield heading("Talks without a deal")
    yield outline(
        (wording.talk_name(run.scenario, name), _failure_text(run, o, end))
        for (name, end), o in groups.items()
    )


def _outcome(run: RunRecord, opening: Opening) -> str:
    """Return how a talk without a result ended, and of one about other terms why it was held."""
    why = f", although {wording.unwilling(run.scenario, opening.by)}" if opening.by else ""
    return f"{_ending(run, opening)}{why}"


def _ending(run: RunRecord, opening: Opening) -> str:
    """Return how a talk without a result ended."""
    talk = opening.talk
    if talk.state is TalkState.OPEN:
        return "still open at the end"
    if talk.state is TalkState.TIMED_OUT:
        return "no agreement by the deadline"
    assert talk.walked_away is not None
    turn = talk.turns[talk.walked_away]
    why = "" if len(turn.preferences.options) else ": there was nothing it could agree to"
    return f"{wording.name(run.scenario, turn.party)} walked away{why}"


def _failure_text(run: RunRecord, openings: "Sequence[Opening]", ending: str) -> str:
    weeks = [wording.when(run.scenario, opening.week) for opening in openings]
    if len(weeks) > 3:
        return f"opened {len(weeks)} times from {weeks[0]} to {weeks[-1]}; each time {ending}"
    each = "; each time " if len(weeks) > 1 else "; "
    return f"opened {listing(weeks)}{each}{ending}"


# -- broken promises ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Disregard:
    """A choice to perform below one half: when, under which deal, by whom, why, on what issues."""

    week: int
    deal: str
    obligor: str
    reason: str
    issues: tuple[str, ...]


def _disregards(run: RunRecord) -> Iterator[RenderableType]:
    disregards = _disregards_of(run)
    if not disregards:
        return
    yield heading("Broken promises")
    if len(disregards) <= SINGLY:
        when = (wording.when(run.scenario, disregard.week) for disregard in disregards)
        texts = (_disregard_text(run, disregard) for disregard in disregards)
        yield outline(zip(when, texts, strict=True))
        return
    groups: dict[tuple[str, str], list[_Disregard]] = {}
    for disregard in disregards:
        talk = run.world.ledger.deals[disregard.deal].talk
        groups.setdefault((disregard.obligor, talk), []).append(disregard)
    yield outline(
        (wording.name(run.scenario, obligor), _group_text(run, obligor, talk, group))
        for (obligor, talk), group in groups.items()
    )


def _disregards_of(run: RunRecord) -> list[_Disregard]:
    groups: dict[tuple[int, str, str, str], list[str]] = {}
    for row in run.world.records.rows["performance"]:
        week, deal, _, obligor, issue, _, reason = row[:7]
        if reason != "kept":
            groups.setdefault((week, deal, obligor, reason), []).append(issue)
    return [_Disregard(*key, tuple(issues)) for key, issues in groups.items()]


def _disregard_text(run: RunRecord, disregard: _Disregard) -> str:
    deal = run.world.ledger.deals[disregard.deal]
    all_of_it = len(disregard.issues) >= len(deal.owed_by(disregard.obligor))
    space = run.world.tracks[deal.talk].plan.space
    positions = [space.position[i] for i in disregard.issues if i in space.position]
    issues = [wording.short(space.issues[k]) for k in positions]
    withheld = "all it owes" if all_of_it or not issues else listing(issues)
    others = _other_parties(run, deal.parties, disregard.obligor)
    return (
        f"{wording.name(run.scenario, disregard.obligor)} withholds {withheld} from {others}"
        f" ({_reason(disregard.reason)})"
    )


def _group_text(run: RunRecord, obligor: str, talk: str, disregards: Sequence[_Disregard]) -> str:
    reasons = Counter(_reason(disregard.reason) for disregard in disregards)
    why = ", ".join(f"{number} {reason}" for reason, number in reasons.items())
    others = _other_parties(run, run.scenario.talks[talk].parties, obligor)
    first = wording.when(run.scenario, disregards[0].week)
    if len(disregards) == 1:
        return f"towards {others}: once, {first} ({next(iter(reasons))})"
    last = wording.when(run.scenario, disregards[-1].week)
    return f"towards {others}: {len(disregards)} times, {first} to {last} ({why})"


def _other_parties(run: RunRecord, parties: Iterable[str], obligor: str) -> str:
    return wording.parties(run.scenario, [p for p in parties if p != obligor])


def _reason(reason: str) -> str:
    words = {"withheld": "unprovoked", "excused": "in answer", "forced": "by an event"}
    return words.get(reason, reason)


# -- trust and payoffs -------------------------------------------------------------------------


def _trust(run: RunRecord) -> Iterator[RenderableType]:
    before, after = run.world.trust_start, run.world.trust_matrix()
    names = {key: country.name for key, country in run.scenario.countries.items()}
    yield heading("Trust of each (row) in each (column), from the start to the end")
    changes = {pair: _change_text(before[pair], after[pair]) for pair in after}
    yield cross_table(names, names, changes)


def _change_text(before: float, after: float) -> Text:
    change = after - before
    style = "" if abs(change) < VISIBLE else "green" if change > 0 else "red"
    return Text(f"{wording.share(before)} → {wording.share(after)}", style=style)


def _payoffs(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, US$ bn")
    rows = []
    for key, total in run.world.totals.items():
        amounts = map(wording.amount, (total.material, total.weighted, total.cumulative))
        rows.append([wording.name(run.scenario, key), *amounts])
    yield table(["", "material", "weighted", "weighted, discounted"], rows, numbers=3)
