"""All that a run came to: its deals and their renewals, broken promises, trust and payoffs."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from experiments.analysis.trust_path import TrustPath, trust_path
from experiments.display import wording
from experiments.display.numbers import VISIBLE
from experiments.display.sparkline import sparkline
from experiments.display.terminal import heading, outline, table
from experiments.pages.deal import deal_course, deal_stakes, deal_title
from experiments.pages.disregard import disregard_text, reason_text
from experiments.pages.failure import failure_rows
from experiments.pages.renewal import price_text, renewed_terms, trust_text
from experiments.pages.threats import threats_section
from experiments.runs import breaches
from experiments.runs.breaches import Disregard
from experiments.runs.record import RunRecord
from simulator.negotiation.talk import TalkState
from simulator.text import count, listing
from simulator.world.deals import Deal, Status

__all__ = ["run_details_page"]

#: The most broken promises that are listed one by one; more are grouped.
SINGLY = 8
#: Characters of the line that shows the course of trust.
SPARK = 16
#: What stands in brackets behind a price.
_PARTS = (
    "A price is what a deal is worth if kept: what there is with no deal, what makes up for doubt"
    " (if kept less expected), and the expected gain on no deal. In brackets: what they moved."
)


def run_details_page(run: RunRecord) -> Group:
    """Return the page that says what happened; tables that a run did not keep are left out."""
    return Group(
        *_head(run),
        *_talks(run),
        *_deals(run),
        *_talks_without_deal(run),
        *threats_section(run),
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
    promises = len(breaches.disregards(run.world))
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
    labels = set()
    for deal in sorted(deals.values(), key=lambda d: (d.signed, d.id)):
        rows = list(_deal_rows(run, deal, last.get(deal.talk)))
        labels |= {label for label, _ in rows}
        yield Padding(deal_title(run, deal), (0, 0, 0, 2))
        yield outline(rows, indent=4, label=width)
        if run.world.ledger.status(deal.id) is not Status.REJECTED:
            last[deal.talk] = deal
    if "price" in labels:
        yield Padding(Text(_PARTS, style="dim"), (0, 0, 0, 2))


def _deal_rows(run: RunRecord, deal: Deal, previous: Deal | None) -> Iterator[tuple[str, str]]:
    yield from _terms(run, deal, previous)
    if worth := _worth_text(run, deal):
        yield "worth", worth
    if previous is not None and previous.levels != deal.levels:
        yield from _price(run, previous, deal)
    if course := deal_course(run, deal):
        yield "course", course


def _price(run: RunRecord, previous: Deal, deal: Deal) -> Iterator[tuple[str, str]]:
    """Give for whom new terms are better and for whom worse, and how trust had changed before."""
    if price := price_text(run, previous, deal):
        yield "price", price
    if trust := trust_text(run, previous, deal):
        yield "since then", trust


def _terms(run: RunRecord, deal: Deal, previous: Deal | None) -> Iterator[tuple[str, str]]:
    """Give what each party owes, and what it owed by the deal before; or that it is the same."""
    issues = run.world.tracks[deal.talk].plan.space.issues
    if previous is not None and previous.levels == deal.levels:
        is_initial = run.world.ledger.is_initial(previous.id)
        which = "before the start" if is_initial else f"of week {previous.signed}"
        yield "terms", f"the same as in the deal {which}"
        return
    for party in deal.parties:
        own = [k for k, issue in enumerate(issues) if issue.obligor == party]
        before = deal.levels if previous is None else previous.levels
        levels = ([levels[k] for k in own] for levels in (before, deal.levels))
        yield wording.name(run.scenario, party), renewed_terms([issues[k] for k in own], *levels)


def _worth_text(run: RunRecord, deal: Deal) -> str:
    stakes = [
        f"{stake.party} {wording.amount(stake.kept)}"
        f" ({wording.amount(stake.expected)} expected,"
        f" {wording.amount(stake.disagreement)} without)"
        for stake in deal_stakes(run, deal)
    ]
    return f"{listing(stakes)} a year, if kept" if stakes else ""


# -- talks without a deal ----------------------------------------------------------------------


def _talks_without_deal(run: RunRecord) -> Iterator[RenderableType]:
    failed = [o for o in run.world.openings if o.talk.state is not TalkState.AGREED]
    if failed:
        yield heading("Talks without a deal")
        yield outline(failure_rows(run, failed))


# -- broken promises ---------------------------------------------------------------------------


def _disregards(run: RunRecord) -> Iterator[RenderableType]:
    disregards = breaches.disregards(run.world)
    if not disregards:
        return
    yield heading("Broken promises")
    if len(disregards) <= SINGLY:
        when = (wording.when(run.scenario, disregard.week) for disregard in disregards)
        texts = (disregard_text(run, disregard) for disregard in disregards)
        yield outline(zip(when, texts, strict=True))
        return
    groups: dict[tuple[str, str], list[Disregard]] = {}
    for disregard in disregards:
        talk = run.world.ledger.deals[disregard.deal].talk
        groups.setdefault((disregard.obligor, talk), []).append(disregard)
    yield outline(
        (wording.name(run.scenario, obligor), _group_text(run, obligor, talk, group))
        for (obligor, talk), group in groups.items()
    )


def _group_text(run: RunRecord, obligor: str, talk: str, disregards: Sequence[Disregard]) -> str:
    reasons = Counter(reason_text(run, disregard) for disregard in disregards)
    why = ", ".join(f"{number} {reason}" for reason, number in reasons.items())
    others = _other_parties(run, run.scenario.talks[talk].parties, obligor)
    first = wording.when(run.scenario, disregards[0].week)
    if len(disregards) == 1:
        return f"towards {others}: once, {first} ({next(iter(reasons))})"
    last = wording.when(run.scenario, disregards[-1].week)
    return f"towards {others}: {len(disregards)} times, {first} to {last} ({why})"


def _other_parties(run: RunRecord, parties: Iterable[str], obligor: str) -> str:
    return wording.parties(run.scenario, [p for p in parties if p != obligor])


# -- trust and payoffs -------------------------------------------------------------------------


def _trust(run: RunRecord) -> Iterator[RenderableType]:
    """Give how trust went among those that meet in talks; `r.trust` has the others', too."""
    pairs = run.scenario.partners
    if not pairs:
        return
    yield heading("Trust of partners in each other: start, lowest, end")
    paths = {pair: trust_path(run, *pair) for pair in pairs}
    values = [trust for path in paths.values() for trust in (path.start, *path.weekly)]
    low, high = min(values), max(values)
    yield outline(
        (_pair_name(run, *pair), _course_text(path, low, high)) for pair, path in paths.items()
    )
    yield Text(
        f"  The lowest bar stands for {wording.share(low)}, the highest for {wording.share(high)}.",
        style="dim",
    )


def _pair_name(run: RunRecord, observer: str, subject: str) -> str:
    return f"{wording.name(run.scenario, observer)} in {wording.name(run.scenario, subject)}"


def _course_text(path: TrustPath, low: float, high: float) -> Text:
    change = path.end - path.start
    style = "" if abs(change) < VISIBLE else "green" if change > 0 else "red"
    text = Text(f"{path.text:<27}", style=style)
    return text.append(sparkline(path.weekly, low, high, SPARK), style="dim")


def _payoffs(run: RunRecord) -> Iterator[RenderableType]:
    yield heading("Payoffs over the run, US$ bn")
    rows = []
    for key, total in run.world.totals.items():
        amounts = map(wording.amount, (total.material, total.weighted, total.cumulative))
        rows.append([wording.name(run.scenario, key), *amounts])
    yield table(["", "material", "weighted", "weighted, discounted"], rows, numbers=3)
