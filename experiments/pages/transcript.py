"""The transcript of a run: its talks in words, offer by offer."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from experiments.display import wording
from experiments.display.terminal import heading, outline
from experiments.pages.threats import threat_text
from experiments.runs import breaches
from experiments.runs.record import RunRecord
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario.specs import EventSpec, ThreatSpec
from simulator.text import count, level_text, listing
from simulator.world.deals import Deal, Occasion, Period, Status
from simulator.world.news import Happening, News, Opening
from simulator.world.party import disregarded
from simulator.world.standing import Act, Standing

__all__ = ["transcript_page"]

STYLES = {
    TalkState.AGREED: "bold green",
    TalkState.BROKEN: "bold red",
    TalkState.TIMED_OUT: "bold yellow",
    TalkState.OPEN: "dim",
}


@dataclass(frozen=True)
class _Line:
    """A line of a transcript: week, label, text."""

    week: int
    label: str
    text: Text


def transcript_page(run: RunRecord, talk: str | None = None) -> Group:
    """Return the transcript of a run that kept its offers: of a talk, or of all in order.

    Raises
    ------
    ScenarioError
        If the scenario has no such talk.
    """
    talks = list(run.scenario.talks)
    if talk is not None:
        talks = [wording.known_name("talk", talk, talks, f"a talk of {run.scenario.name}")]
    return Group(*(part for key in talks for part in _talk(run, key)))


def _talk(run: RunRecord, key: str) -> Iterator[RenderableType]:
    """Give the heading of a talk, its issues, and what was said and done week by week."""
    scenario = run.scenario
    spec = scenario.talks[key]
    yield heading(f"{wording.talk_name(scenario, key)} ({key})")
    yield outline(_agenda(run, key), indent=2)
    seats = ", ".join(wording.name(scenario, party) for party in spec.parties)
    yield Text(f"  In brackets what an offer is worth, US$ bn a year: {seats}.", style="dim")
    yield Text("  Rounds are counted from 1 here, in tables and messages from 0.", style="dim")
    lines = sorted(
        [*_news(run, key), *_negotiations(run, key), *_deal_lines(run, key)],
        key=lambda line: line.week,
    )
    if not lines:
        yield Text("\n  Nothing was said.")
    for week, lines_of_week in groupby(lines, key=lambda line: line.week):
        yield Text(f"\n  {_week(run, week)}", style="bold")
        yield outline(((line.label, line.text) for line in lines_of_week), indent=4, label=9)


def _week(run: RunRecord, week: int) -> str:
    if week < 0:
        return "Before the run"
    date, number = wording.when(run.scenario, week).split(" (")
    return f"{number.rstrip(')').capitalize()}, {date}"


def _agenda(run: RunRecord, key: str) -> Iterator[tuple[str, str]]:
    """Give the short names of the issues as used below, and what they are."""
    for issue in run.world.tracks[key].plan.space.issues:
        many = len(issue.levels) > 8
        levels = f"{len(issue.levels)} levels" if many else ", ".join(map(level_text, issue.levels))
        who = wording.name(run.scenario, issue.obligor)
        unit = f" {issue.unit}" if issue.unit else ""
        yield wording.short(issue), f"{issue.name} ({who}): {levels}{unit}"


# -- the world around ---------------------------------------------------------------------------


def _news(run: RunRecord, key: str) -> Iterator[_Line]:
    """Give the events that touch a talk, its threats, and how its deadline moves."""
    for news in run.world.news:
        at_review = news.kind is Happening.FORCED and news.before is None  # shown as a review
        is_here = news.talk == key or _touches(run, news, key)
        if is_here and not at_review:
            label, text, style = _news_text(run, news)
            yield _Line(news.week, label, Text(text, style=style))


def _touches(run: RunRecord, news: News, key: str) -> bool:
    """Return whether an event concerns a talk, or a shock comes from one of its parties."""
    if news.event is not None:
        return _concerns(run, news.event, key)
    return news.shock is not None and news.by in run.scenario.talks[key].parties


def _news_text(run: RunRecord, news: News) -> tuple[str, str, str]:
    """Return label, text and style of a line of news."""
    if news.event is not None:
        return "event", f"{wording.event(run.scenario, news.event)}.", "magenta"
    if news.shock is not None:
        return "shock", f"{wording.act(run.scenario, news.by, news.shock)}.", "magenta"
    if news.threat is not None and news.act is not None:
        return "threat", _threat(run, news.threat, news.act, news.week), _THREATS[news.act]
    if news.kind is Happening.MOVED:
        rounds_left = count(news.rounds, "round")
        return "deadline", f"The deadline is moved: {rounds_left} left.", "yellow"
    who = wording.name(run.scenario, news.by)
    if news.kind is Happening.PREVENTED:
        return "pledge", f"Its pledge keeps {who} from disregarding the deal.", "yellow"
    if news.kind is Happening.IDLE:
        return "deal", f"{who} owes nothing that it could disregard.", "dim"
    return "deal", f"{who} disregards the deal from now on, by the event.", "red"


_THREATS = {
    Act.ANNOUNCED: "yellow",
    Act.EXTENDED: "yellow",
    Act.CARRIED_OUT: "red",
    Act.ENDED: "green",
    Act.WITHDRAWN: "green",
}


def _threat(run: RunRecord, threat: Standing, act: Act, week: int) -> str:
    """Return a line on what becomes of a threat."""
    scenario, spec = run.scenario, threat.spec
    who = wording.name(scenario, spec.by)
    match act:
        case Act.ANNOUNCED:
            until = spec.effective
            date = "the deadline" if until == "deadline" else wording.day(until, brief=True)
            what = f"{who} threatens, if there is no deal by {date}: {threat_text(run, threat)}"
        case Act.EXTENDED:
            day = scenario.start + datetime.timedelta(days=threat.day)
            grown = f", and raises it to {threat.times:.3g} times" if threat.times != 1 else ""
            what = f"{who} extends the date of its threat to {wording.day(day, brief=True)}{grown}"
        case Act.CARRIED_OUT:
            what = f"{who} carries its threat out: {_unmet(run, spec, week)}"
        case Act.ENDED:
            coalition = run.world.blueprint.coalitions.get(spec.id)
            alone = coalition is None or coalition.part_ends
            deal = "The deal" if alone else "The last deal of all that answered together"
            what = f"{deal} ends what {who} had carried out"
        case Act.WITHDRAWN:
            what = f"{who} withdraws its threat"
    return f"{what} ({spec.id})."


def _unmet(run: RunRecord, threat: ThreatSpec, week: int) -> str:
    """Return why a threat is carried out: who of those that threaten together has no deal."""
    coalition = run.world.blueprint.coalitions.get(threat.id)
    ledger = run.world.ledger
    if coalition is None or not ledger.has_deal(threat.talk, week):
        return "there is no deal"
    lacking = [
        wording.name(run.scenario, member)
        for key, talk in run.scenario.talks.items()
        for member in talk.parties
        if coalition.against in talk.parties
        and member in coalition.members
        and not ledger.has_deal(key, week)
    ]
    return f"{listing(lacking)} {'has' if len(lacking) == 1 else 'have'} no deal"


def _concerns(run: RunRecord, event: EventSpec, key: str) -> bool:
    """Return whether an event concerns a talk: itself, its parties, its threats, or all talks."""
    talks = [threat.talk for threat in run.scenario.threats if threat.id in event.withdraw]
    if event.disregard is not None:
        talks.append(event.disregard.talk)
    if event.evidence is not None and event.evidence.by in run.scenario.talks[key].parties:
        return True
    return key in talks or any(_is_about(run, path.split("."), key) for path in event.set)


def _is_about(run: RunRecord, path: Sequence[str], key: str) -> bool:
    section, name = path[0], path[1] if len(path) > 1 else ""
    if section == "countries":
        return name in run.scenario.talks[key].parties
    if section == "threats":
        return any(threat.talk == key for threat in run.scenario.threats if threat.id == name)
    return section != "talks" or name == key


# -- negotiations ------------------------------------------------------------------------------


def _negotiations(run: RunRecord, key: str) -> Iterator[_Line]:
    """Give what was said in a talk, opening by opening."""
    offers: dict[int, list[tuple[int, Offer, Sequence[float]]]] = {}
    for week, name, number, offer, payoffs, _ in run.world.records.rows["offers"]:
        if name == key:
            offers.setdefault(number, []).append((week, offer, payoffs))
    for opening in run.world.openings:
        if opening.name == key:
            yield _opened(run, opening)
            yield from _offers(run, opening, offers.get(opening.number, []))
            yield _ended(run, opening)


def _opened(run: RunRecord, opening: Opening) -> _Line:
    again = " again" if opening.number else ""
    why = {
        Occasion.PLANNED: "",
        Occasion.RENEWAL: ", to renew the deal in force",
        Occasion.RENEGOTIATION: f", as {wording.unwilling(run.scenario, opening.by)}",
    }[opening.occasion]
    rounds = count(opening.rounds, "round")
    text = f"The talk opens{again}{why}: {rounds} to the deadline."
    return _Line(opening.week, "", Text(text, style="cyan"))


def _offers(
    run: RunRecord, opening: Opening, offers: Sequence[tuple[int, Offer, Sequence[float]]]
) -> Iterator[_Line]:
    """Give the offers of one opening; rounds in which everybody repeats share a line."""
    teller = _Teller(run, opening.talk)
    acts = _acts(opening.talk, offers)
    rounds = [
        (week, number, [teller.tell(*act) for _, _, act in entries])
        for (week, number), entries in groupby(acts, key=lambda entry: entry[:2])
    ]
    for repeated, group in groupby(rounds, key=lambda entry: all(s.repeats for s in entry[2])):
        same = list(group)
        yield from [_repetition(same)] if repeated and len(same) > 1 else _round_by_round(same)


def _acts(
    talk: Talk, offers: Sequence[tuple[int, Offer, Sequence[float]]]
) -> "Iterator[tuple[int, int, _Act]]":
    """Give week and round of every offer, and of every acceptance by which nothing was agreed.

    All act in turn: who made no offer of its own between two has accepted the first of them.
    """
    everybody = len(talk.turns)
    places = [offer.round * everybody + offer.seat for _, offer, _ in offers]
    weeks = [week for week, _, _ in offers]
    following = zip([*weeks[1:], talk.turns[0].week], [*places[1:], _end_of(talk)], strict=True)
    for (week, offer, payoffs), place, (later, end) in zip(offers, places, following, strict=False):
        yield week, offer.round, (offer.seat, offer, payoffs)
        for accepted in range(place + 1, end):
            number, seat = divmod(accepted, everybody)
            yield week if number == offer.round else later, number, (seat, None, ())


def _end_of(talk: Talk) -> int:
    """Return how many turns a talk without agreement has had, 0 with one."""
    everybody = len(talk.turns)
    if talk.state is TalkState.AGREED:
        return 0
    if talk.walked_away is not None:
        return (talk.round - 1) * everybody + talk.walked_away
    return talk.round * everybody


def _round_by_round(rounds: "Sequence[_Round]") -> Iterator[_Line]:
    for week, number, statements in rounds:
        for k, statement in enumerate(statements):
            yield _Line(week, "" if k else f"round {number + 1}", statement.text)


def _repetition(rounds: "Sequence[_Round]") -> _Line:
    """Return a single line for rounds in which everybody repeats."""
    (week, first, statements), (until, last, _) = rounds[0], rounds[-1]
    who = listing(list(dict.fromkeys(statement.who for statement in statements)))
    action = "repeats its offer" if len(statements) == 1 else "repeat their offers"
    end = f", until week {until}" if until != week else ""
    text = Text(f"{who} {action} (x{len(rounds)}{end}).", style="dim")
    return _Line(week, f"rounds {first + 1}-{last + 1}", text)


def _ended(run: RunRecord, opening: Opening) -> _Line:
    """Return how an opening of a talk ended."""
    talk = opening.talk
    text = Text(_ending(run, talk), style=STYLES[talk.state])
    return _Line(talk.turns[0].week, f"round {talk.round}" if talk.round else "", text)


def _ending(run: RunRecord, talk: Talk) -> str:
    teller = _Teller(run, talk)
    if talk.state is TalkState.AGREED:
        assert talk.agreement is not None
        others = [t.seat for t in talk.turns if t.seat != talk.offers[-1].seat]
        who = listing([teller.name(seat) for seat in others])
        accepts = "accepts" if len(others) == 1 else "accept"
        return f"{who} {accepts}. Signed: {teller.terms(talk.agreement)}."
    if talk.state is TalkState.BROKEN:
        assert talk.walked_away is not None
        turn = talk.turns[talk.walked_away]
        hopeless = not len(turn.preferences.options)
        why = ": there is nothing it could agree to" if hopeless else ""
        return f"{teller.name(turn.seat)} walks away{why}."
    if talk.state is TalkState.TIMED_OUT:
        return "The deadline passes without agreement."
    return "The run ends, and the talk is still open."


@dataclass(frozen=True)
class _Statement:
    """What a party says in a round, and whether it repeats itself."""

    who: str
    text: Text
    repeats: bool


_Round = tuple[int, int, list[_Statement]]
#: Who acts in a turn, and the offer made with what it is worth to each; None to accept.
_Act = tuple[int, Offer | None, Sequence[float]]


class _Teller:
    """Puts the offers of a negotiation into words, each compared with the speaker's last."""

    def __init__(self, run: RunRecord, talk: Talk) -> None:
        self.run = run
        self.talk = talk
        self.space: OutcomeSpace = talk.space
        self.last: dict[int, int] = {}

    def tell(self, seat: int, offer: Offer | None, payoffs: Sequence[float]) -> _Statement:
        """Return what a speaker says; any offer but the first declines the one on the table."""
        before, who = self.last.get(seat), self.name(seat)
        if offer is None:
            return _Statement(who, Text(f"{who} accepts."), repeats=False)
        text = Text(f"{who} declines; " if self.last else f"{who} ")
        if before is None:
            text.append(f"offers {self.terms(offer.outcome)}")
        elif before == offer.outcome:
            text.append("repeats its offer", style="dim")
        else:
            text.append(listing(self.changes(before, offer.outcome)), style="bold")
        text.append(f" [{', '.join(wording.amount(p) for p in payoffs)}]", style="dim")
        self.last[seat] = offer.outcome
        return _Statement(who, text, before == offer.outcome)

    def name(self, seat: int) -> str:
        """Return the name of the party at a seat."""
        return wording.name(self.run.scenario, self.talk.turns[seat].party)

    def terms(self, outcome: int) -> str:
        """Return an outcome in brief words."""
        return wording.terms(self.space.issues, self.space.levels(outcome), brief=True)

    def changes(self, before: int, after: int) -> list[str]:
        """Return what differs between two outcomes."""
        levels = zip(self.space.levels(before), self.space.levels(after), strict=True)
        pairs = zip(self.space.issues, levels, strict=True)
        return [wording.change(issue, old, new) for issue, (old, new) in pairs if old != new]


# -- what became of the deals ------------------------------------------------------------------


def _deal_lines(run: RunRecord, key: str) -> Iterator[_Line]:
    """Give ratification, performance and end of the deals of a talk."""
    ledger = run.world.ledger
    for deal in ledger.deals.values():
        if deal.talk == key:
            yield from _entry(run, deal)
            yield from _performance(run, deal)
            if (ended := ledger.ended(deal.id)) is not None:
                yield _end(run, deal, ended)


def _entry(run: RunRecord, deal: Deal) -> Iterator[_Line]:
    entered = run.world.ledger.week(deal.id, Status.IN_FORCE)
    if run.world.ledger.is_initial(deal.id):
        issues = run.world.tracks[deal.talk].plan.space.issues
        terms = wording.terms(issues, deal.levels, brief=True)
        yield _Line(-1, "deal", Text(f"In force from before the run: {terms}.", style="green"))
    elif entered is not None:
        passed = "ratified and " if entered > deal.signed else ""
        yield _Line(entered, "deal", Text(f"The deal is {passed}in force.", style="green"))


def _end(run: RunRecord, deal: Deal, week: int) -> _Line:
    status = run.world.ledger.status(deal.id)
    text = {
        Status.REJECTED: "An audience at home does not pass the deal: it is rejected.",
        Status.EXPIRED: "The deal has run its term and expires.",
        Status.SUPERSEDED: "The deal before is superseded.",
        Status.COLLAPSED: "The deal collapses.",
    }[status]
    failed = status in (Status.REJECTED, Status.COLLAPSED)
    return _Line(week, "deal", Text(text, style="bold red" if failed else ""))


def _performance(run: RunRecord, deal: Deal) -> Iterator[_Line]:
    """Give who keeps the deal and who does not, with consecutive equal reviews on one line."""
    periods = [_period_at_review(run, deal, period) for period in run.world.ledger.periods[deal.id]]
    texts = [(p.start, _conduct_text(run, p.overall)) for p in periods]
    for text, group in groupby(texts, key=lambda entry: entry[1]):
        weeks = [week for week, _ in group]
        again = f" The same in {_weeks(weeks[1:])}." if len(weeks) > 1 else ""
        style = "" if text == _ALL_KEPT else "red"
        yield _Line(weeks[0], "review", Text(text + again, style=style))


def _period_at_review(run: RunRecord, deal: Deal, period: Period) -> Period:
    """Return a period as it was chosen at its review, before any event interfered."""
    forced = breaches.forced_in(run.world.news, deal.id, period)
    return next((news.before for news in forced if news.before is not None), period)


_ALL_KEPT = "Everybody keeps the deal."


def _conduct_text(run: RunRecord, overall: Mapping[str, float]) -> str:
    disregards, partial = [], []
    for party, quality in overall.items():
        who = wording.name(run.scenario, party)
        if disregarded(quality, run.scenario.disregard):
            part = f", keeping {quality:.0%} of it" if quality > 0 else ""
            disregards.append(f"{who} disregards the deal{part}")
        elif quality < 1:
            partial.append(f"{who} keeps {quality:.0%} of it")
    clauses = [*disregards, *partial]
    return f"{listing(clauses)}." if clauses else _ALL_KEPT


def _weeks(weeks: Sequence[int]) -> str:
    if len(weeks) == 1:
        return f"week {weeks[0]}"
    if len(weeks) > 4:
        return f"weeks {weeks[0]} to {weeks[-1]} ({len(weeks)} reviews)"
    return f"weeks {listing([str(week) for week in weeks])}"
