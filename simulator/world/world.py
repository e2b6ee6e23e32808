"""The world: countries talk, sign, perform and learn, week by week."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import mesa
import networkx as nx
import numpy as np

from simulator.negotiation.issues import Level
from simulator.negotiation.negotiator import Evidence, Negotiator, Party, Review, disregarded
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec, EventSpec, ThreatSpec
from simulator.theory.analysis import Analysis
from simulator.world.blueprint import Blueprint, blueprints
from simulator.world.deals import Deal, Ledger, Period, Status, collapses
from simulator.world.evidence import Conduct
from simulator.world.news import Happening, News
from simulator.world.records import Records
from simulator.world.track import Flow, Peer, Track, peers

__all__ = ["Opening", "World"]

MakeParty = Callable[["World", CountrySpec], Party]

#: Weeks in a year: payoffs are per year, a week accrues one part of this many.
YEAR = 52.0
DAYS = 7


@dataclass(slots=True)
class Account:
    """What a country has got so far, US$ bn: all weights 1, weighted, and weighted discounted."""

    material: float = 0.0
    weighted: float = 0.0
    cumulative: float = 0.0
    discount: float = 1.0

    def accrue(self, material: float, weighted: float, patience: float) -> None:
        """Add the payoffs of a week, and discount the next by another factor of `patience`."""
        self.material += material
        self.weighted += weighted
        self.cumulative += self.discount * weighted
        self.discount *= patience


@dataclass(frozen=True, slots=True)
class Opening:
    """That a talk opened: which, for the how-manieth time from 0, when, and how it went.

    Parameters
    ----------
    name : str
        The talk's key.
    number, week : int
        The opening, from 0, and its week.
    renewal : bool
        Whether a deal in force is to be renewed.
    talk : Talk
        The negotiation itself.
    rounds : int
        Rounds from the opening to the deadline as it stood then.
    """

    name: str
    number: int
    week: int
    renewal: bool
    talk: Talk
    rounds: int


class World(mesa.Model):
    """Countries that negotiate, and the rules under which they do.

    Parameters
    ----------
    scenario : Scenario
        The world at the start and the events to come.
    make_party : callable
        Makes the party of a country: ``make_party(world, spec)``.
    seed : int
        Seed of every draw of the run.
    tables : iterable of str, optional
        Tables to keep besides ``runs``; all by default.

    Attributes
    ----------
    week : int
        The week that `step` plays next, from 0.
    parties : dict
        The countries by key.
    tracks : dict
        The talks by key.
    ledger : Ledger
        Every deal.
    records : Records
        The tables so far.
    openings : list of Opening
        Every opening of a talk so far, if the table of offers is kept.
    news : list of News
        Events, threats and forced disregards so far, if the table of offers is kept.
    """

    def __init__(
        self,
        scenario: Scenario,
        make_party: MakeParty,
        seed: int = 0,
        tables: Iterable[str] | None = None,
    ) -> None:
        super().__init__(rng=abs(int(seed)))
        self.seed = int(seed)
        self.week = 0
        self.records = Records() if tables is None else Records(frozenset(tables))
        self.ledger = Ledger()
        self.openings: list[Opening] = []
        self.news: list[News] = []
        stages = blueprints(scenario)
        self.blueprint: Blueprint = stages[0][1]
        self._schedule = self._dated(stages[1:])
        self.scenario = self.first = scenario
        self.parties: dict[str, Party] = {
            key: make_party(self, spec) for key, spec in scenario.countries.items()
        }
        self.tracks = {
            key: Track(plan, self.blueprint.factors(key, self.seed))
            for key, plan in self.blueprint.plans.items()
        }
        self.withdrawn: set[str] = set()
        self._due: set[str] = set()
        self._told: set[tuple[Happening, str]] = set()
        self._threats: tuple[object, ...] = ()
        self._forced: set[tuple[str, str]] = set()
        self._conducts: list[Conduct] = []
        self._flows: list[list[Flow]] = []
        self._gains = dict.fromkeys(self.parties, (0.0, 0.0))
        self._deals: list[Deal | None] = []
        self._peers: dict[tuple[str, str], list[Peer]] = {}
        self.totals = {key: Account() for key in self.parties}
        self._periods: dict[str, list[Period]] = self.ledger.periods
        self._start()

    # -- the week ----------------------------------------------------------------------------

    def step(self) -> None:
        """Play one week."""
        self.hold_events()
        self.hold_talks()
        self.ratify()
        self.perform()
        self.learn()
        self.pay()
        self.week += 1

    def let_go(self) -> None:
        """Have Mesa forget a finished world: it counts the agents of every model there ever was."""
        counters = getattr(mesa.Agent, "_ids", None)
        if counters is not None:
            counters.pop(self, None)

    def _start(self) -> None:
        for passed, lessons in self.blueprint.history:
            self._teach(passed, lessons)
        for spec in self.scenario.deals:
            self._enter_initial(self.tracks[spec.talk], spec.outcome, spec.signed)
        for key, track in self.tracks.items():
            if track.spec.open:
                track.next_opening = max(self.scenario.week_of(track.spec.opens), 0)
            track.first_length = self._length(key)
        self.trust_start = self.trust_matrix()

    # -- 1. events ---------------------------------------------------------------------------

    def hold_events(self) -> None:
        """Let the events of the week change the world, and threats be announced or fall due."""
        self._forced.clear()
        for event, blueprint in self._schedule.get(self.week, ()):
            self._note(News(self.week, Happening.EVENT, event=event))
            self._change(blueprint)
            self.withdrawn.update(event.withdraw)
            if event.disregard is not None:
                self._forced.add((event.disregard.talk, event.disregard.by))
        self._weigh_threats()

    def _dated(
        self, stages: Sequence[tuple[EventSpec | None, Blueprint]]
    ) -> dict[int, list[tuple[EventSpec, Blueprint]]]:
        dated: dict[int, list[tuple[EventSpec, Blueprint]]] = {}
        for event, blueprint in stages:
            if event is not None:
                week = blueprint.scenario.week_of(event.date)
                dated.setdefault(week, []).append((event, blueprint))
        return dated

    def _change(self, blueprint: Blueprint) -> None:
        """Go by another stage of the scenario from now on."""
        before, after = self.scenario, blueprint.scenario
        if after is before:
            return
        self.scenario, self.blueprint = after, blueprint
        for key, party in self.parties.items():
            party.reform(after)
            self._reseat(key, before)
        for key, track in self.tracks.items():
            plan = blueprint.plans[key]
            if plan is not track.plan:
                moved = plan.spec.deadline != track.spec.deadline
                track.take(plan)
                if track.talk is not None:
                    self._believe(track)
                if moved and track.talk is not None:
                    rounds = self._rounds(track, self._days(plan.spec.deadline))
                    track.talk.move_deadline(rounds)
                    left = max(rounds - track.talk.round, 0)
                    self._note(News(self.week, Happening.MOVED, key, rounds=left))

    def _reseat(self, key: str, before: Scenario) -> None:
        """Give a party whose strategy has changed a new negotiator in its open talks."""
        for name, track in self.tracks.items():
            if track.talk is not None and key in track.plan.seats:
                was = before.talks[name].strategy.get(key, before.countries[key].strategy)
                talk = self.scenario.talks[name]
                now = talk.strategy.get(key, self.scenario.countries[key].strategy)
                if was != now:
                    negotiator = self.parties[key].negotiator(name)
                    track.talk.seat(track.plan.seats[key], negotiator, self.week)

    def _weigh_threats(self) -> None:
        """Announce threats, let them fall due, and tell the tracks if anything has changed."""
        standing, due = [], []
        for threat, announced, effective in self.blueprint.threats:
            if announced <= self.week and threat.id not in self.withdrawn:
                standing.append(threat)
                if effective <= self.week:
                    self._due.add(threat.id)
                if threat.id in self._due:
                    due.append(threat)
        known = (self.blueprint, len(standing), len(due), len(self.withdrawn))
        if known == self._threats:
            return
        self._threats = known
        self._note_threats(Happening.ANNOUNCED, standing)
        self._note_threats(Happening.DUE, due)
        for key, track in self.tracks.items():
            track.announced = track.threatened([t for t in standing if t.talk == key])
            track.due = track.threatened([t for t in due if t.talk == key])

    # -- 2. talks ----------------------------------------------------------------------------

    def hold_talks(self) -> None:
        """Open the talks that are due, and let every open talk hold its rounds of the week."""
        for track in self.tracks.values():
            self._open_if_due(track)
        open_tracks = [track for track in self.tracks.values() if track.talk is not None]
        for track in open_tracks:
            self._revalue(track)
        for track in open_tracks:
            self._hold_rounds(track)

    def _open_if_due(self, track: Track) -> None:
        if track.talk is None and track.pending is None and track.spec.open:
            due = self._renewal_due(track) or self._opening_due(track)
            if due is not None:
                self._open(track, *due)

    def _renewal_due(self, track: Track) -> tuple[int, int, bool] | None:
        """Return start, deadline (days) and renewal of the talk that a deal's expiry calls for."""
        if not self._renewing(track) or track.renewed is track.deal:
            return None
        assert track.expires is not None
        start, end = DAYS * self.week, DAYS * (track.expires - track.spec.ratify_weeks)
        if end <= start:
            return None
        if track.begun:
            track.next_opening = None
        return start, end, True

    def _opening_due(self, track: Track) -> tuple[int, int, bool] | None:
        """Return start, deadline (days) and renewal of the talk that is scheduled for now."""
        if track.next_opening is None or self.week < track.next_opening:
            return None
        start, end = DAYS * self.week, DAYS * self.week + track.first_length
        if not track.begun and self._days(track.spec.deadline) > start:
            start = max(self._days(track.spec.opens), start)
            end = self._days(track.spec.deadline)
        track.next_opening, track.begun = None, True
        return start, end, self._renewing(track)

    def _renewing(self, track: Track) -> bool:
        """Return whether a deal is in force that expires within the weeks of renewal."""
        renew = track.spec.renew_weeks
        return (
            track.deal is not None
            and track.expires is not None
            and renew is not None
            and self.week >= track.expires - renew
        )

    def _open(self, track: Track, start: int, end: int, renewal: bool) -> None:
        track.renewed = track.deal if renewal else track.renewed
        track.renewal = renewal
        track.opened, track.opened_day = self.week, start
        track.openings += 1
        track.recorded = 0
        self._believe(track)
        parties = track.plan.parties
        negotiators = [self.parties[party].negotiator(track.spec.id) for party in parties]
        track.talk = Talk(
            track.plan.space,
            negotiators,
            [self._preferences(track, seat, who) for seat, who in enumerate(negotiators)],
            self._rounds(track, end),
            name=track.spec.id,
            parties=parties,
            seed=self.seed,
            week=self.week,
        )
        if self.records.keeps("offers"):
            number = track.openings - 1
            opening = Opening(
                track.spec.id, number, self.week, renewal, track.talk, track.talk.rounds
            )
            self.openings.append(opening)

    def _rounds(self, track: Track, end: int) -> int:
        """Return the number of rounds from the opening to a deadline, both in days."""
        return max((end - track.opened_day) * self.scenario.rounds_per_week // DAYS, 0)

    def _length(self, key: str) -> int:
        spec = self.scenario.talks[key]
        return self._days(spec.deadline) - self._days(spec.opens) if spec.open else 0

    def _days(self, date: datetime.date | None) -> int:
        """Return the days from the start to a date; a talk that opens has a deadline."""
        assert date is not None
        return (date - self.scenario.start).days

    def _believe(self, track: Track) -> None:
        """Form the parties' beliefs about what their audiences would pass."""
        track.win_sets = {}
        for party in track.spec.audience:
            seat = track.plan.seats[party]
            payoffs = track.plan.space.total(track.audience_payoffs(seat))
            believed = self.parties[party].believed_win_set(track.spec.id, track.opened, payoffs)
            track.win_sets[seat] = believed

    def _revalue(self, track: Track) -> None:
        talk = track.talk
        assert talk is not None
        for seat, party in enumerate(track.plan.parties):
            talk.revalue(seat, self._preferences(track, seat, talk.negotiators[seat]))
            patience = self.scenario.countries[party].patience
            talk.turns[seat].patience = patience ** (self.week - track.opened)
            talk.turns[seat].trust = self._trust_of(track, seat)

    def _preferences(self, track: Track, seat: int, negotiator: Negotiator) -> Preferences:
        """Return what a party wants now; one blind to trust takes promises at face value."""
        name = track.plan.parties[seat]
        weight = self.scenario.countries[name].benchmark
        found = self._peers_of(name, track) if weight else []
        trust = self._trust_of(track, seat)
        if getattr(negotiator, "trust_blind", False):
            trust = [1.0] * len(trust)
        return track.preferences(seat, trust, found, weight)

    def _peers_of(self, name: str, track: Track) -> list[Peer]:
        """Return what peers of `name` have in force: the same list while no deal changes."""
        deals = [other.deal for other in self.tracks.values()]
        if deals != self._deals:
            self._deals, self._peers = deals, {}
        key = (track.spec.id, name)
        if key not in self._peers:
            self._peers[key] = peers(self.tracks.values(), track, name)
        return self._peers[key]

    def _trust_of(self, track: Track, seat: int) -> list[float]:
        party = self.parties[track.plan.parties[seat]]
        return [party.trust(p) for j, p in enumerate(track.plan.parties) if j != seat]

    def _hold_rounds(self, track: Track) -> None:
        talk = track.talk
        assert talk is not None
        state = talk.play(self.scenario.rounds_per_week, self.week)
        self._note_offers(track, talk)
        if state is TalkState.OPEN:
            return
        track.talk = None
        if state is TalkState.AGREED:
            assert talk.agreement is not None
            deal = track.sign(talk.agreement, self.week)
            self.ledger.enter(deal, Status.PENDING, self.week)
            self._note_signing(track, deal, talk)
            track.pending = deal
        else:
            self._reopen_later(track)

    def _reopen_later(self, track: Track) -> None:
        """Have a talk without a result open again, unless it is under way already."""
        if track.talk is None and track.pending is None and track.next_opening is None:
            track.next_opening = self.week + track.spec.cooling_weeks

    # -- 3. ratification ---------------------------------------------------------------------

    def ratify(self) -> None:
        """Put pending deals before the audiences, and into force if they pass."""
        for track in self.tracks.values():
            deal = track.pending
            if deal is None or self.week < deal.signed + track.spec.ratify_weeks:
                continue
            track.pending = None
            if all(self._passes(track, deal, party) for party in track.spec.audience):
                self._bring_into_force(track, deal)
            else:
                self.ledger.enter(deal, Status.REJECTED, self.week)
                self._reopen_later(track)

    def _passes(self, track: Track, deal: Deal, party: str) -> bool:
        tables = track.audience_payoffs(track.plan.seats[party])
        payoff = sum(float(t[level]) for t, level in zip(tables, deal.levels, strict=True))
        return self.parties[party].ratify(track.spec.id, payoff)

    def _bring_into_force(self, track: Track, deal: Deal) -> None:
        if track.deal is not None:
            self._close_period(track, track.deal)
            self.ledger.enter(track.deal, Status.SUPERSEDED, self.week)
        self.ledger.enter(deal, Status.IN_FORCE, self.week)
        self._apply(track, deal, self.week)

    def _apply(self, track: Track, deal: Deal, since: int) -> None:
        term = track.spec.term_weeks
        track.deal = deal
        track.expires = None if term is None else since + term
        track.next_review = max(since, 0)

    def _enter_initial(
        self, track: Track, outcome: Mapping[str, Level], date: datetime.date
    ) -> None:
        since = self.scenario.week_of(date)
        deal = track.stated(outcome, since)
        self.ledger.enter(deal, Status.IN_FORCE, since)
        self._apply(track, deal, since)

    # -- 4. performance ----------------------------------------------------------------------

    def perform(self) -> None:
        """Judge the periods that end, and let the parties choose for those that begin."""
        for track in self.tracks.values():
            deal = track.deal
            if deal is None:
                continue
            expired = track.expires is not None and self.week >= track.expires
            if not expired and self.week < track.next_review:
                self._force(track, deal)
                continue
            complete = self.week >= track.next_review
            collapsed = self._close_period(track, deal) and complete
            if expired or collapsed:
                self._end(track, deal, Status.COLLAPSED if collapsed else Status.EXPIRED)
            else:
                self._begin_period(track, deal)
        self._note_idle()

    def _end(self, track: Track, deal: Deal, status: Status) -> None:
        self.ledger.enter(deal, status, self.week)
        track.deal = track.expires = None
        if status is Status.COLLAPSED and track.spec.open:
            self._reopen_later(track)

    def _close_period(self, track: Track, deal: Deal) -> bool:
        """Take the evidence of the period just ended, if any; return whether the deal collapses."""
        periods = self._periods[deal.id]
        if not periods:
            return False
        self._conducts.extend(track.conducts(deal, periods[-1]))
        before = periods[-2].overall if len(periods) > 1 else None
        return collapses(periods[-1].overall, before)

    def _begin_period(self, track: Track, deal: Deal) -> None:
        periods = self._periods[deal.id]
        chosen = {party: self._choice(track, deal, party) for party in deal.parties}
        forced = [party for party in deal.parties if (track.spec.id, party) in self._forced]
        before = periods[-1] if periods else None
        period = track.period(deal, self.week, chosen, before, forced)
        periods.append(period)
        track.next_review = self.week + track.spec.review_weeks
        for party in deal.parties:
            self._note_performance(track, deal, party, period)

    def _force(self, track: Track, deal: Deal) -> None:
        """Have parties disregard a deal from the middle of a period on, if an event says so."""
        for party in deal.parties:
            if (track.spec.id, party) not in self._forced:
                continue
            periods = self._periods[deal.id]
            now = periods[-1]
            if not any(now.qualities[party].values()):
                continue
            chosen = {name: dict(qualities) for name, qualities in now.qualities.items()}
            chosen[party] = dict.fromkeys(track.owes(deal, party), 0.0)
            changed = track.period(deal, now.start, chosen, None)
            periods[-1] = replace(changed, excused=now.excused - {party})
            self._note_forced(track, deal, party, now)
            self._note_performance(track, deal, party, periods[-1])

    def _choice(self, track: Track, deal: Deal, party: str) -> dict[str, float]:
        owed = track.owes(deal, party)
        if not owed:
            return {}
        if (track.spec.id, party) in self._forced:
            self._note_forced(track, deal, party, None)
            return dict.fromkeys(owed, 0.0)
        return dict(self.parties[party].perform(self._review(track, deal, party, owed)))

    def _review(self, track: Track, deal: Deal, party: str, owed: tuple[str, ...]) -> Review:
        seat = track.plan.seats[party]
        own, harm, promised = track.valuations[seat].parts(deal.levels)
        trust = self._trust_of(track, seat)
        total = sum(promised)
        weighed = sum(t * p for t, p in zip(trust, promised, strict=True))
        periods = self._periods[deal.id]
        threats = track.announced[seat]
        return Review(
            deal=deal.id,
            country=party,
            week=self.week,
            review=len(periods),
            review_weeks=track.spec.review_weeks,
            commitments=owed,
            own=own,
            harm=harm,
            promised=total,
            suffered=sum(threat for j, threat in enumerate(threats) if j != seat),
            gained=threats[seat],
            trust=weighed / total if total > 0 else min(trust),
            patience=self.scenario.countries[party].patience,
            past=tuple(
                (p.overall[party], min(q for other, q in p.overall.items() if other != party))
                for p in periods
            ),
            seed=self.seed,
        )

    # -- 5. trust ----------------------------------------------------------------------------

    def learn(self) -> None:
        """Let a week pass in everybody's trust, and the evidence of the week come in."""
        conducts, self._conducts = self._conducts, []
        lessons = self.blueprint.grapevine.spread(conducts) if conducts else {}
        self._teach(1.0 / self.scenario.trust_period_weeks, lessons)
        self._note_trust(self.week)

    def _teach(self, passed: float, lessons: dict[tuple[str, str], list[Evidence]]) -> None:
        for pair in self.blueprint.grapevine.pairs:
            self.parties[pair[0]].observe(pair[1], passed, lessons.get(pair, ()))

    # -- 6. payoffs --------------------------------------------------------------------------

    def pay(self) -> None:
        """Let the payoffs of the week accrue."""
        flows = [track.flows(self._period(track)) for track in self.tracks.values()]
        if flows != self._flows:
            self._flows, self._gains = flows, self._weekly(flows)
        for key, (material, weighted) in self._gains.items():
            account = self.totals[key]
            account.accrue(material, weighted, self.scenario.countries[key].patience)
            row = (self.week, key, material, weighted, account.cumulative)
            self.records.add("payoffs", row)

    def _period(self, track: Track) -> Period | None:
        """Return the current period of the deal in force, None without one."""
        return self._periods[track.deal.id][-1] if track.deal is not None else None

    def _weekly(self, flows: Sequence[Sequence[Flow]]) -> dict[str, tuple[float, float]]:
        """Return what each country gets in a week, material and weighted, over all tracks."""
        week = dict.fromkeys(self.parties, (0.0, 0.0))
        for track, got in zip(self.tracks.values(), flows, strict=True):
            for party, flow in zip(track.plan.parties, got, strict=True):
                material, weighted = week[party]
                week[party] = (material + flow.material / YEAR, weighted + flow.weighted / YEAR)
        return week

    # -- 7. records --------------------------------------------------------------------------

    def _note(self, news: News) -> None:
        if self.records.keeps("offers"):
            self.news.append(news)

    def _note_threats(self, kind: Happening, threats: Iterable[ThreatSpec]) -> None:
        for threat in threats:
            if (kind, threat.id) not in self._told:
                self._told.add((kind, threat.id))
                self._note(News(self.week, kind, threat.talk, threat=threat))

    def _note_forced(self, track: Track, deal: Deal, party: str, before: Period | None) -> None:
        self._note(
            News(
                self.week,
                Happening.FORCED,
                track.spec.id,
                by=party,
                deal=deal.id,
                before=before,
            )
        )

    def _note_idle(self) -> None:
        """Note the forced disregards of the week for which nothing was owed."""
        done = {(n.talk, n.by) for n in self.news if n.week == self.week and n.deal}
        for talk, party in sorted(self._forced - done):
            self._note(News(self.week, Happening.IDLE, talk, by=party))

    def _note_trust(self, week: int) -> None:
        if self.records.keeps("trust"):
            trusts = [self.parties[o].trust(s) for o, s in self.blueprint.grapevine.pairs]
            self.records.add("trust", (week, trusts))

    def trust_matrix(self) -> dict[tuple[str, str], float]:
        """Return the trust of every country (first) in every other (second) as it stands."""
        pairs = self.blueprint.grapevine.pairs
        return {(o, s): self.parties[o].trust(s) for o, s in pairs}

    def _note_offers(self, track: Track, talk: Talk) -> None:
        if not self.records.keeps("offers"):
            return
        fresh = talk.offers[track.recorded :]
        track.recorded = len(talk.offers)
        outcomes = np.array([offer.outcome for offer in fresh], dtype=np.intp)
        expected = [turn.preferences.expected.take(outcomes).tolist() for turn in talk.turns]
        for offer, payoffs in zip(fresh, zip(*expected, strict=True), strict=True):
            self.records.add(
                "offers", (self.week, track.spec.id, track.openings - 1, offer, payoffs, talk)
            )

    def _note_signing(self, track: Track, deal: Deal, talk: Talk) -> None:
        if self.records.keeps("deals"):
            self.records.add("deals", (deal.id, *signing(track, deal, talk)))

    def _note_performance(self, track: Track, deal: Deal, party: str, period: Period) -> None:
        forced = (track.spec.id, party) in self._forced
        for issue, quality in period.qualities[party].items():
            if not disregarded(quality):
                reason = "kept"
            elif forced:
                reason = "forced"
            else:
                reason = "excused" if party in period.excused else "withheld"
            row = (self.week, deal.id, track.spec.id, party, issue, quality, reason)
            self.records.add("performance", row)

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The relationship graph as it stands, an edge each way.

        Node attributes: ``name``, ``kind`` (``country`` or ``bystander``). Edge attributes:
        ``weight``, ``distance``, ``trust`` of the first in the second (absent with bystanders)
        and ``deals``, the ids of the deals in force between them.
        """
        graph: nx.DiGraph[str] = self.blueprint.graph.to_directed()
        for key, country in self.scenario.countries.items():
            graph.nodes[key].update(name=country.name, kind="country")
        for key, bystander in self.scenario.bystanders.items():
            graph.nodes[key].update(name=bystander.name, kind="bystander")
        for a, b, data in graph.edges(data=True):
            if a in self.parties and b in self.parties:
                data["trust"] = self.parties[a].trust(b)
            data["deals"] = tuple(
                t.deal.id for t in self.tracks.values() if t.deal and {a, b} <= set(t.deal.parties)
            )
        return graph


def signing(track: Track, deal: Deal, talk: Talk) -> tuple[Any, ...]:
    """Return what a deal was worth when signed, and how far it was from the best.

    Payoffs at full faith and expected, per seat; then the distances to the Nash point and to the
    frontier, at full faith and expected.
    """
    outcome = track.plan.space.index(deal.levels)
    floors = np.array([turn.preferences.disagreement for turn in talk.turns])
    faith = np.stack([v.full_faith for v in track.valuations], axis=1)
    hoped = np.stack([turn.preferences.expected for turn in talk.turns], axis=1)
    views = [Analysis(u, floors) for u in (faith, hoped)]
    distances = [view.distance(outcome, at) for view in views for at in (view.nash, view.frontier)]
    return (faith[outcome].tolist(), hoped[outcome].tolist(), *distances)
