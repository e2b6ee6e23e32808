"""What happened in a run, at a glance: deals, broken promises, trust, payoffs."""

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
from simulator.world.party import disregarded

__all__ = ["run_summary_page"]

#: Broken promises told one by one; more are added up.
SINGLY = 8
#: A change of trust that is worth an arrow.
VISIBLE = 0.005


def run_summary_page(run: RunRecord) -> Group:
    """Return the page that says what happened.

    Parameters
    ----------
    run : RunRecord
        A run; what it did not keep is not told.
    """
    return Group(
        *_head(run),
        *_talks(run),
        *_deals(run),
        *_failures(run),
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
    told = [
        f"{count(row['deals_signed'], 'deal')} signed",
        f"{row['deals_in_force']} in force at the end",
        f"{row['deals_rejected']} rejected at home" if row["deals_rejected"] else "",
        f"{row['deals_collapsed']} collapsed" if row["deals_collapsed"] else "",
        _broken(run, row["disregards"]),
    ]
    return ", ".join(part for part in told if part) + "."


def _broken(run: RunRecord, commitments: int) -> str:
    if not commitments:
        return "no broken promises"
    if not run.world.records.keeps("performance"):
        return f"{count(commitments, 'commitment')} broken"
    promises = len(_disregarded(run))
    told = count(promises, "broken promise")
    of = f" ({count(commitments, 'commitment')})" if commitments != promises else ""
    return f"{told}{of}"


def _talks(run: RunRecord) -> Iterator[RenderableType]:
    """Give a line per talk, if there are more than one."""
    talks = run.scenario.talks
    if len(talks) < 2:
        return
    yield heading("Talks")
    yield outline((wording.talk_name(run.scenario, key), _tried(run, key)) for key in talks)


def _tried(run: RunRecord, key: str) -> str:
    """Return how often a talk led to a deal, how often not, and whether a deal stands."""
    ledger = run.world.ledger
    deals = [deal.id for deal in ledger.deals.values() if deal.talk == key]
    signed = sum(not ledger.is_initial(deal) for deal in deals)
    failed = run.world.tracks[key].openings - signed
    stands = any(ledger.status(deal) is Status.IN_FORCE for deal in deals)
    return f"{signed} signed, {failed} without a deal; {'one' if stands else 'none'} in force"


# -- deals -------------------------------------------------------------------------------------


def _deals(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Deals")
    deals = run.world.ledger.deals
    if not deals:
        yield Text("  None was signed, and none in force at the start.")
    last: dict[str, Deal] = {}
    for deal in sorted(deals.values(), key=lambda d: (d.signed, d.id)):
        yield Padding(deal_title(run, deal), (0, 0, 0, 2))
        yield outline(_story(run, deal, last.get(deal.talk)), indent=4, label=_width(run))
        if run.world.ledger.status(deal.id) is not Status.REJECTED:
            last[deal.talk] = deal


def _width(run: RunRecord) -> int:
    """Return the width of the labels: as wide as the longest name, within reason."""
    names = [country.name for country in run.scenario.countries.values()]
    return min(max(len("became"), *map(len, names)), 18)


def _story(run: RunRecord, deal: Deal, before: Deal | None) -> Iterator[tuple[str, str | Text]]:
    yield from _terms(run, deal, before)
    worth = _worth(run, deal)
    if worth:
        yield "worth", worth
    became = deal_course(run, deal)
    if became:
        yield "course", became


def _terms(run: RunRecord, deal: Deal, before: Deal | None) -> Iterator[tuple[str, str]]:
    """Give what each party owes; of a deal like the one before, only what has changed."""
    issues = run.world.tracks[deal.talk].plan.space.issues
    if before is not None and before.levels == deal.levels:
        yield "terms", f"the same as in {_called(run, before)}"
        return
    for party in deal.parties:
        owed = [
            (issue, level)
            for issue, level in zip(issues, deal.levels, strict=True)
            if level and issue.obligor == party
        ]
        text = wording.terms(owed) or "nothing"
        yield wording.name(run.scenario, party), text


def _called(run: RunRecord, deal: Deal) -> str:
    is_initial = run.world.ledger.is_initial(deal.id)
    return "the deal before the start" if is_initial else f"the deal of week {deal.signed}"


def _worth(run: RunRecord, deal: Deal) -> str:
    told = [
        f"{one.party} {wording.amount(one.kept)}"
        f" ({wording.amount(one.expected)} expected, {wording.amount(one.without)} without)"
        for one in deal_stakes(run, deal)
    ]
    return f"{listing(told)} a year" if told else ""


# -- talks without a deal ----------------------------------------------------------------------


def _failures(run: RunRecord) -> Iterator[RenderableType]:
    failed = _failed(run)
    if not failed:
        return
    yield heading("Talks without a deal")
    groups: dict[tuple[str, str], list[Opening]] = {}
    for opening in failed:
        groups.setdefault((opening.name, _ending(run, opening)), []).append(opening)
    yield outline(
        (wording.talk_name(run.scenario, name), _when_failed(run, o, end))
        for (name, end), o in groups.items()
    )


def _failed(run: RunRecord) -> "list[Opening]":
    return [o for o in run.world.openings if o.talk.state is not TalkState.AGREED]


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


def _when_failed(run: RunRecord, openings: "Sequence[Opening]", ending: str) -> str:
    weeks = [wording.when(run.scenario, opening.week) for opening in openings]
    if len(weeks) > 3:
        return f"opened {len(weeks)} times from {weeks[0]} to {weeks[-1]}; each time {ending}"
    each = "; each time " if len(weeks) > 1 else "; "
    return f"opened {listing(weeks)}{each}{ending}"


# -- broken promises ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Disregard:
    """One choice to perform below one half: when, by whom, under which deal, why, of what."""

    week: int
    deal: str
    obligor: str
    reason: str
    issues: tuple[str, ...]


def _disregards(run: RunRecord) -> Iterator[RenderableType]:
    found = _disregarded(run)
    if not found:
        return
    yield heading("Broken promises")
    if len(found) <= SINGLY:
        yield outline((wording.when(run.scenario, d.week), _told(run, d)) for d in found)
        return
    groups: dict[tuple[str, str], list[_Disregard]] = {}
    for one in found:
        groups.setdefault((one.obligor, run.world.ledger.deals[one.deal].talk), []).append(one)
    yield outline(
        (wording.name(run.scenario, obligor), _added_up(run, obligor, talk, some))
        for (obligor, talk), some in groups.items()
    )


def _disregarded(run: RunRecord) -> list[_Disregard]:
    groups: dict[tuple[int, str, str, str], list[str]] = {}
    for week, deal, _, obligor, issue, quality, reason in run.world.records.rows["performance"]:
        if disregarded(quality):
            groups.setdefault((week, deal, obligor, reason), []).append(issue)
    return [_Disregard(*key, tuple(issues)) for key, issues in groups.items()]


def _told(run: RunRecord, one: _Disregard) -> str:
    deal = run.world.ledger.deals[one.deal]
    all_of_it = len(one.issues) >= len(deal.owed_by(one.obligor))
    space = run.world.tracks[deal.talk].plan.space
    named = [
        wording.short(space.issues[space.position[i]]) for i in one.issues if i in space.position
    ]
    what = "all it owes" if all_of_it or not named else listing(named)
    others = _others(run, deal.parties, one.obligor)
    return (
        f"{wording.name(run.scenario, one.obligor)} withholds {what} from {others}"
        f" ({_reason(one.reason)})"
    )


def _added_up(run: RunRecord, obligor: str, talk: str, some: Sequence[_Disregard]) -> str:
    reasons = Counter(_reason(one.reason) for one in some)
    why = ", ".join(f"{number} {reason}" for reason, number in reasons.items())
    others = _others(run, run.scenario.talks[talk].parties, obligor)
    first = wording.when(run.scenario, some[0].week)
    if len(some) == 1:
        return f"towards {others}: once, {first} ({next(iter(reasons))})"
    last = wording.when(run.scenario, some[-1].week)
    return f"towards {others}: {len(some)} times, {first} to {last} ({why})"


def _others(run: RunRecord, parties: Iterable[str], obligor: str) -> str:
    return wording.parties(run.scenario, [p for p in parties if p != obligor])


def _reason(reason: str) -> str:
    return {"withheld": "unprovoked", "excused": "in answer", "forced": "by an event"}.get(
        reason, reason
    )


# -- trust and payoffs -------------------------------------------------------------------------


def _trust(run: RunRecord) -> Iterator[RenderableType]:
    before, after = run.world.trust_start, run.world.trust_matrix()
    names = {key: country.name for key, country in run.scenario.countries.items()}
    yield heading("Trust of each (row) in each (column), from the start to the end")
    yield cross_table(names, names, {pair: _moved(before[pair], after[pair]) for pair in after})


def _moved(before: float, after: float) -> Text:
    change = after - before
    style = "" if abs(change) < VISIBLE else "green" if change > 0 else "red"
    return Text(f"{wording.share(before)} → {wording.share(after)}", style=style)


def _payoffs(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, US$ bn")
    rows = [
        [
            wording.name(run.scenario, key),
            *map(wording.amount, (total.material, total.weighted, total.cumulative)),
        ]
        for key, total in run.world.totals.items()
    ]
    head = ["", "material", "weighted", "weighted, discounted"]
    yield table(head, rows, numbers=3)
