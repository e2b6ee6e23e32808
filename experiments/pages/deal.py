"""The page of a deal of a run: what was agreed, what it is worth, what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.analysis.price import prices_of
from experiments.display import wording
from experiments.display.shown import Shown
from experiments.display.terminal import outline, table
from experiments.runs import breaches
from experiments.runs.openings import opening_of
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError, nearest
from simulator.world.deals import Deal, Status
from simulator.world.party import disregarded

__all__ = [
    "DealView",
    "Stake",
    "Term",
    "deal_course",
    "deal_stakes",
    "deal_title",
    "deal_view",
]

COLOURS = {
    Status.PENDING: "yellow",
    Status.REJECTED: "red",
    Status.IN_FORCE: "green",
    Status.EXPIRED: "dim",
    Status.SUPERSEDED: "dim",
    Status.COLLAPSED: "red",
}


@dataclass(frozen=True)
class Term:
    """An issue of a deal in words: who owes it, and its level before and after signing."""

    issue: str
    obligor: str
    before: str
    after: str


@dataclass(frozen=True)
class Stake:
    """What a deal is worth to a party, and how often the party honoured it.

    Parameters
    ----------
    party : str
        The name of the party.
    kept, expected, disagreement : float
        Payoffs at signing, US$ bn a year: if the deal is kept, as expected, and without the deal.
    honoured, periods : int
        In how many of the deal's periods the party kept it.
    """

    party: str
    kept: float
    expected: float
    disagreement: float
    honoured: int
    periods: int


@dataclass(frozen=True, repr=False)
class DealView(Shown):
    """A deal to look at; a notebook shows it as tables.

    Parameters
    ----------
    id, talk : str
        The deal, and the talk that led to it.
    title : Text
        When it was signed, by whom, and its status at the end.
    status : str
        Its status at the end, as in the table ``deals``.
    signed : int
        Week of signing, below 0 for deals older than the run.
    in_force, ended : int or None
        Weeks in which it entered into force and ended.
    terms : tuple of Term
        Its issues.
    stakes : tuple of Stake
        Its parties, in seat order; empty if it is older than the run, or the run did not keep
        its deals and offers.
    course : str
        What became of it, in a sentence.
    """

    id: str
    talk: str
    title: Text
    status: str
    signed: int
    in_force: int | None
    ended: int | None
    terms: tuple[Term, ...]
    stakes: tuple[Stake, ...]
    course: str

    def page(self) -> Group:
        """Return its title and its tables."""
        return Group(self.title, self.body)

    @property
    def body(self) -> Group:
        """Its tables, without the title."""
        head = ["issue", "owed by", "before", "after"]
        parts: list[RenderableType] = [Text(""), table(head, map(_term, self.terms))]
        if self.stakes:
            head = ["US$ bn a year", "if kept", "expected", "without", "kept, periods"]
            parts += [Text(""), table(head, map(_stake, self.stakes), numbers=4)]
        if self.course:
            parts += [Text(""), outline([("course", self.course)], indent=0)]
        return Group(*parts)


def _term(term: Term) -> list[Text]:
    style = "" if term.before != term.after else "dim"
    cells = (term.issue, term.obligor, term.before)
    after = Text(term.after, style="bold" if term.before != term.after else "dim")
    return [*(Text(word, style=style) for word in cells), after]


def _stake(stake: Stake) -> list[str]:
    amounts = map(wording.amount, (stake.kept, stake.expected, stake.disagreement))
    return [stake.party, *amounts, f"{stake.honoured} of {stake.periods}"]


def deal_view(run: RunRecord, name: str) -> DealView:
    """Return a deal of a run.

    Parameters
    ----------
    run : RunRecord
        The run.
    name : str
        The deal, such as ``us-japan:0``, or a talk for its last.

    Raises
    ------
    ScenarioError
        If there is no such deal.
    """
    ledger = run.world.ledger
    deal = ledger.deals[_deal_key(run, name)]
    return DealView(
        id=deal.id,
        talk=deal.talk,
        title=deal_title(run, deal),
        status=str(ledger.status(deal.id)),
        signed=deal.signed,
        in_force=ledger.week(deal.id, Status.IN_FORCE),
        ended=ledger.ended(deal.id),
        terms=tuple(_terms(run, deal)),
        stakes=deal_stakes(run, deal),
        course=deal_course(run, deal),
    )


def _deal_key(run: RunRecord, name: str) -> str:
    """Return the key of the deal that is meant by its own name or that of a talk."""
    deals = run.world.ledger.deals
    if name in deals:
        return name
    if of_talk := [deal.id for deal in deals.values() if deal.talk == name]:
        return of_talk[-1]
    names = list(dict.fromkeys([*(deal.talk for deal in deals.values()), *deals]))
    known = ", ".join(names) or "there is none"
    allowed = f"a deal of this run, or a talk that led to one: {known}"
    raise ScenarioError([Problem("deal", name, allowed, nearest(name, names))])


def _terms(run: RunRecord, deal: Deal) -> Iterator[Term]:
    issues = run.world.tracks[deal.talk].plan.space.issues
    for issue, old, new in zip(issues, _before(run, deal), deal.levels, strict=True):
        before, after = (wording.quantity(issue.levels[k], issue.unit) for k in (old, new))
        name = issue.name or wording.short(issue)
        yield Term(name, wording.name(run.scenario, issue.obligor), before, after)


def _before(run: RunRecord, deal: Deal) -> tuple[int, ...]:
    """Return the levels that applied before a deal was signed: of the deal in force, or today's."""
    others = (d for d in run.world.ledger.deals.values() if d.talk == deal.talk and d is not deal)
    standing = [other.levels for other in others if _was_in_force(run, other, deal.signed)]
    return standing[-1] if standing else run.world.tracks[deal.talk].plan.bases


def _was_in_force(run: RunRecord, deal: Deal, week: int) -> bool:
    ledger = run.world.ledger
    entered, ended = ledger.week(deal.id, Status.IN_FORCE), ledger.ended(deal.id)
    return entered is not None and entered <= week and (ended is None or ended >= week)


def deal_title(run: RunRecord, deal: Deal) -> Text:
    """Return when a deal was signed, by whom, and its status at the end."""
    status = run.world.ledger.status(deal.id)
    words = {
        Status.IN_FORCE: "in force at the end",
        Status.PENDING: "not yet ratified at the end",
        Status.REJECTED: "rejected at home",
    }
    who = wording.parties(run.scenario, deal.parties), "bold"
    state = words.get(status, str(status)), COLOURS[status]
    return Text.assemble(f"{_signed(run, deal)}, ", who, ": ", state)


def _signed(run: RunRecord, deal: Deal) -> str:
    """Return when a deal was signed; for a deal of the scenario, its exact date."""
    initial = [spec for spec in run.scenario.deals if spec.talk == deal.talk]
    if initial and deal.id == f"{deal.talk}:0":
        return f"{wording.day(initial[0].signed, brief=True)} (before the run)"
    return wording.when(run.scenario, deal.signed)


def deal_stakes(run: RunRecord, deal: Deal) -> tuple[Stake, ...]:
    """Return what a deal is worth to each party; nothing if it was not valued in the run."""
    periods, level = run.world.ledger.periods[deal.id], run.scenario.disregard
    return tuple(
        Stake(
            wording.name(run.scenario, party),
            *price,
            sum(not disregarded(period.overall[party], level) for period in periods),
            len(periods),
        )
        for party, price in zip(deal.parties, prices_of(run, deal), strict=False)
    )


def deal_course(run: RunRecord, deal: Deal) -> str:
    """Return in a sentence what became of a deal after signing."""
    ledger, scenario = run.world.ledger, run.scenario
    steps = []
    opening = opening_of(run, deal)
    if opening is not None and opening.by:
        who = wording.parties(scenario, opening.by)
        steps.append(f"agreed in the place of one that {who} would not have kept")
    entered = ledger.week(deal.id, Status.IN_FORCE)
    if entered is not None and entered > deal.signed:
        steps.append(f"in force {wording.when(scenario, entered)}")
    for party in deal.parties:
        if weeks := breaches.weeks_disregarded(run.world, deal.id, party):
            times = f"{len(weeks)} times, first " if len(weeks) > 1 else ""
            by = wording.name(scenario, party)
            steps.append(f"disregarded by {by} {times}{wording.when(scenario, weeks[0])}")
    if (ended := ledger.ended(deal.id)) is not None:
        status = ledger.status(deal.id)
        why = ""
        if status is Status.REJECTED:
            asked = [p for p in deal.parties if p in scenario.talks[deal.talk].audience]
            why = f" by the audience of {wording.parties(scenario, asked)}"
        steps.append(f"{status}{why} {wording.when(scenario, ended)}")
    return ", ".join(steps)
