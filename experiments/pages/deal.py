"""One deal of a run: what was agreed, what it is worth, what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.display import wording
from experiments.display.shown import Shown
from experiments.display.terminal import outline, table
from experiments.runs import breaches
from experiments.runs.record import RunRecord
from simulator.errors import Problem, ScenarioError, nearest
from simulator.negotiation.talk import TalkState
from simulator.world.deals import Deal, Status
from simulator.world.party import disregarded

__all__ = ["DealView", "Stake", "Term", "deal_course", "deal_stakes", "deal_title", "deal_view"]

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
    """An issue of a deal, in words: who owes it, what applied when it was signed, what does now."""

    issue: str
    obligor: str
    before: str
    after: str


@dataclass(frozen=True)
class Stake:
    """What a deal is to a party, US$ bn a year at signing: if kept, as expected, without it.

    And in how many of its periods the party kept it.
    """

    party: str
    kept: float
    expected: float
    without: float
    honoured: int
    periods: int


@dataclass(frozen=True, repr=False)
class DealView(Shown):
    """A deal, to be looked at; a notebook shows it as tables.

    Parameters
    ----------
    id, talk : str
        Which deal, of which talk.
    title : Text
        When it was signed, by whom, and where it stands at the end.
    status : str
        Where it stands, as in the table ``deals``.
    signed : int
        Week of signing, below 0 for deals older than the run.
    in_force, ended : int or None
        Weeks in which it entered into force and ended.
    terms : tuple of Term
        Its issues.
    stakes : tuple of Stake
        Its parties, in seat order; none if it is older than the run, or the run did not keep
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
        return Group(*self._parts())

    def _parts(self) -> Iterator[RenderableType]:
        yield Text("")
        yield table(["issue", "owed by", "before", "after"], map(_term, self.terms))
        if self.stakes:
            yield Text("")
            head = ["US$ bn a year", "if kept", "expected", "without", "kept, periods"]
            yield table(head, map(_stake, self.stakes), numbers=4)
        if self.course:
            yield Text("")
            yield outline([("course", self.course)], indent=0)


def _term(term: Term) -> list[Text]:
    style = "" if term.before != term.after else "dim"
    told = (term.issue, term.obligor, term.before)
    after = Text(term.after, style="bold" if term.before != term.after else "dim")
    return [*(Text(word, style=style) for word in told), after]


def _stake(stake: Stake) -> list[str]:
    amounts = map(wording.amount, (stake.kept, stake.expected, stake.without))
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
    deal = ledger.deals[_found(run, name)]
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


def _found(run: RunRecord, name: str) -> str:
    """Return the key of the deal that is meant."""
    deals = run.world.ledger.deals
    if name in deals:
        return name
    if of_talk := [deal.id for deal in deals.values() if deal.talk == name]:
        return of_talk[-1]
    known = list(dict.fromkeys([*(deal.talk for deal in deals.values()), *deals]))
    allowed = (
        f"a deal of this run, or a talk that led to one: {', '.join(known) or 'there is none'}"
    )
    raise ScenarioError([Problem("deal", name, allowed, nearest(name, known))])


def _terms(run: RunRecord, deal: Deal) -> Iterator[Term]:
    issues = run.world.tracks[deal.talk].plan.space.issues
    for issue, old, new in zip(issues, _before(run, deal), deal.levels, strict=True):
        before, after = (wording.quantity(issue.levels[k], issue.unit) for k in (old, new))
        name = issue.name or wording.short(issue)
        yield Term(name, wording.name(run.scenario, issue.obligor), before, after)


def _before(run: RunRecord, deal: Deal) -> tuple[int, ...]:
    """Return the levels that applied when a deal was signed: of the one in force, or none."""
    others = (d for d in run.world.ledger.deals.values() if d.talk == deal.talk and d is not deal)
    standing = [other.levels for other in others if _stood(run, other, deal.signed)]
    return standing[-1] if standing else (0,) * len(deal.levels)


def _stood(run: RunRecord, deal: Deal, week: int) -> bool:
    begun, ended = run.world.ledger.week(deal.id, Status.IN_FORCE), run.world.ledger.ended(deal.id)
    return begun is not None and begun <= week and (ended is None or ended >= week)


def deal_title(run: RunRecord, deal: Deal) -> Text:
    """Return when a deal was signed, by whom, and where it stands at the end."""
    status = run.world.ledger.status(deal.id)
    told = Text(f"{_signed(run, deal)}, ")
    told.append(wording.parties(run.scenario, deal.parties), style="bold")
    told.append(": ")
    told.append(_state(status), style=COLOURS[status])
    return told


def _state(status: Status) -> str:
    return {
        Status.IN_FORCE: "in force at the end",
        Status.PENDING: "not yet ratified at the end",
        Status.REJECTED: "rejected at home",
    }.get(status, str(status))


def _signed(run: RunRecord, deal: Deal) -> str:
    """Return when a deal was signed; the date itself where the scenario gives it."""
    initial = [spec for spec in run.scenario.deals if spec.talk == deal.talk]
    if initial and deal.id == f"{deal.talk}:0":
        return f"{wording.day(initial[0].signed, brief=True)} (before the run)"
    return wording.when(run.scenario, deal.signed)


def deal_stakes(run: RunRecord, deal: Deal) -> tuple[Stake, ...]:
    """Return what a deal is to each party; nothing if it was not valued in the run, or not kept."""
    records = run.world.records
    rows = {row[0]: row for row in records.rows["deals"]}
    if deal.id not in rows or not records.keeps("offers"):
        return ()
    _, faith, hoped, *_ = rows[deal.id]
    periods = run.world.ledger.periods[deal.id]
    return tuple(
        Stake(
            wording.name(run.scenario, party),
            kept,
            expected,
            without,
            sum(not disregarded(period.overall[party]) for period in periods),
            len(periods),
        )
        for party, kept, expected, without in zip(
            deal.parties, faith, hoped, _without(run, deal), strict=True
        )
    )


def _without(run: RunRecord, deal: Deal) -> list[float]:
    """Return what each party expected at signing without this deal."""
    agreed = [
        opening.talk
        for opening in run.world.openings
        if opening.name == deal.talk and opening.talk.state is TalkState.AGREED
    ]
    signed = [
        other.id
        for other in run.world.ledger.deals.values()
        if other.talk == deal.talk and not run.world.ledger.is_initial(other.id)
    ]
    return [turn.preferences.disagreement for turn in agreed[signed.index(deal.id)].turns]


def deal_course(run: RunRecord, deal: Deal) -> str:
    """Return what became of a deal after signing, in one sentence."""
    ledger, scenario = run.world.ledger, run.scenario
    told = []
    begun = ledger.week(deal.id, Status.IN_FORCE)
    if begun is not None and begun > deal.signed:
        told.append(f"in force {wording.when(scenario, begun)}")
    for party in deal.parties:
        weeks = breaches.weeks_disregarded(run.world, deal.id, party)
        if weeks:
            times = f"{len(weeks)} times, first " if len(weeks) > 1 else ""
            by = wording.name(scenario, party)
            told.append(f"disregarded by {by} {times}{wording.when(scenario, weeks[0])}")
    ended = ledger.ended(deal.id)
    if ended is not None:
        status = ledger.status(deal.id)
        why = f" {_audiences(run, deal)}" if status is Status.REJECTED else ""
        told.append(f"{status}{why} {wording.when(scenario, ended)}")
    return ", ".join(told)


def _audiences(run: RunRecord, deal: Deal) -> str:
    watched = [p for p in deal.parties if p in run.scenario.talks[deal.talk].audience]
    return f"by the audience of {wording.parties(run.scenario, watched)}"
