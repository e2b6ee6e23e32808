"""The simulation: countries talk, sign, perform and learn, week by week."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec
from simulator.world.accounts import Account, Flow, weekly
from simulator.world.acts import conduct_of, shocks
from simulator.world.blueprint import Blueprint, TalkPlan, blueprints
from simulator.world.calendar import Calendar
from simulator.world.coalitions import talks_of
from simulator.world.deals import Deal, InForce, Ledger, Status
from simulator.world.delegations import Delegations
from simulator.world.evidence import Conduct, Lessons
from simulator.world.graph import directed_graph
from simulator.world.journal import Journal
from simulator.world.party import Party
from simulator.world.reviews import Reviews
from simulator.world.standing import Act, Standing
from simulator.world.threats import ThreatRegister, lesson
from simulator.world.track import Session, Track

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MakeParty", "Simulation"]

#: Makes the party of a country: of the simulation, of the class that plays it, and the country.
MakeParty = Callable[[Any, CountrySpec], Party]


class Simulation:
    """Countries that negotiate, and the rules under which they do.

    Parameters
    ----------
    scenario : Scenario
        The world at the start and the events to come.
    make_party : callable
        Makes the party of a country: ``make_party(simulation, spec)``.
    seed : int
        Seed of every draw of the run.
    tables : iterable of str, optional
        Tables to keep besides ``runs``; all by default.

    Attributes
    ----------
    week : int
        The week that `step` plays next, from 0.
    first : Scenario
        The world at the start.
    parties, tracks : dict
        The countries and the talks by key.
    ledger : Ledger
        Every deal.
    totals : dict
        What each country has got so far.
    shocks : int
        How often a country has acted outside its deals, by chance.
    acts : Counter
        How often a threat was announced, extended, carried out, ended or withdrawn.
    records, openings, news
        What has been written down so far (`simulator.world.journal.Journal`).
    """

    def __init__(
        self,
        scenario: Scenario,
        make_party: MakeParty,
        seed: int = 0,
        tables: Iterable[str] | None = None,
    ) -> None:
        self.seed = int(seed)
        self.week = 0
        self.journal = Journal(scenario.disregard, tables)
        self.records = self.journal.records
        self.openings, self.news = self.journal.openings, self.journal.news
        self.first = scenario
        (_, self.blueprint), *_ = stages = blueprints(scenario)
        self.parties: dict[str, Party] = {
            key: make_party(self, spec) for key, spec in scenario.countries.items()
        }
        self.tracks = {
            key: Track(plan, self.blueprint.factors(key, self.seed))
            for key, plan in self.blueprint.plans.items()
        }
        self.ledger = Ledger()
        self.totals = {key: Account() for key in self.parties}
        self.shocks = 0
        self.acts = Counter[Act]()
        self._calendar = Calendar(stages)
        self._threats = ThreatRegister(self.seed)
        self._delegations = Delegations(self.parties, self.tracks, self.seed)
        self._reviews = Reviews(
            self.parties, self.ledger, self.journal, self._threats, self.seed, scenario.disregard
        )
        self._flows: list[list[Flow]] = []
        self._weekly = dict.fromkeys(self.parties, (0.0, 0.0))
        self._begin()

    @property
    def scenario(self) -> Scenario:
        """The world as it stands, what events have changed included."""
        return self.blueprint.scenario

    @property
    def prevented(self) -> int:
        """How often a pledge has kept a country from a disregard at a review."""
        return self._reviews.prevented

    # -- the week ----------------------------------------------------------------------------

    def step(self) -> None:
        """Play one week."""
        self.hold_events()
        self.hold_talks()
        self.ratify()
        self.perform()
        self.settle_threats()
        self.learn()
        self.pay()
        self.week += 1

    def _begin(self) -> None:
        """Let the past teach, and enter the deals that are in force at the start."""
        for passed, lessons in self.blueprint.history:
            self._teach(passed, lessons)
        for spec in self.scenario.deals:
            track, week = self.tracks[spec.talk], self.scenario.week_of(spec.signed)
            deal = track.plan.initial_deal(spec.outcome, week)
            self.ledger.enter(deal, Status.IN_FORCE, week)
            track.bring_into_force(deal, week)
        self.trust_start = self.trust_matrix()

    # -- 1. events ---------------------------------------------------------------------------

    def hold_events(self) -> None:
        """Let the events of the week change the world, shocks come, and threats be announced."""
        self._reviews.forced.clear()
        for event, blueprint in self._calendar.events(self.week):
            self.journal.event(self.week, event)
            self._change(blueprint)
            self._threats.withdrawn.update(event.withdraw)
            if event.disregard is not None:
                self._reviews.forced.add((event.disregard.talk, event.disregard.by))
            if (told := event.evidence) is not None:
                conduct = conduct_of(told, told.by, self.parties, told.kind)
                self._reviews.conducts.append(conduct)
        self._hold_shocks()
        acts = self._threats.update(self.blueprint, self.week)
        if acts is not None:
            self._take_note(acts)

    def _hold_shocks(self) -> None:
        """Let countries do what they do outside their deals, by chance."""
        for key, shock in shocks(self.seed, self.week, self.scenario.countries):
            self.shocks += 1
            self.journal.shock(self.week, key, shock)
            self._reviews.conducts.append(conduct_of(shock, key, self.parties))

    def _change(self, blueprint: Blueprint) -> None:
        """Go by another stage of the scenario from now on."""
        if blueprint is self.blueprint:
            return
        before, self.blueprint = self.scenario, blueprint
        for key, party in self.parties.items():
            party.reform(self.scenario)
            self._delegations.reseat(key, before, self.scenario, self.week)
        for key, track in self.tracks.items():
            if track.plan is not blueprint.plans[key]:
                self._change_talk(track, blueprint.plans[key])

    def _change_talk(self, track: Track, plan: TalkPlan) -> None:
        """Go by another plan of a talk, which goes on from its opening if it is under way."""
        deadline = track.spec.deadline
        track.take(plan)
        if track.talk is None or track.session is None:
            return
        self._delegations.believe(track)
        if plan.spec.deadline != deadline and track.breach is None:
            self._move_deadline(track, self._calendar.day(plan.spec.deadline))

    def _move_deadline(self, track: Track, day: int) -> None:
        """Move the deadline of the talk under way to a day, counted from the start."""
        assert track.talk is not None
        assert track.session is not None
        track.ends = day
        track.talk.extend(self._calendar.rounds(track.session, day))
        self.journal.moved(self.week, track)

    def _take_note(self, acts: Sequence[tuple[Standing, Act]]) -> None:
        """Write down what has become of threats, let it teach, and tell the talks."""
        self._threats.tell(self.tracks, self.blueprint.coalitions)
        for threat, act in acts:
            self.acts[act] += 1
            self.journal.threat(self.week, threat, act)
        self._reviews.conducts.extend(self._lessons(acts))

    def _lessons(self, acts: Sequence[tuple[Standing, Act]]) -> list[Conduct]:
        """Return what acts say of how far threats are to be believed: one lesson of each kind."""
        targets: dict[tuple[str, Act, bool], set[str]] = {}
        for threat, act in acts:
            track, by = self.tracks[threat.spec.talk], threat.spec.by
            targets.setdefault((by, act, track.has_deal), set()).update(track.spec.parties)
        learned = [
            lesson(act, by, sorted(whom - {by}), had_deal)
            for (by, act, had_deal), whom in targets.items()
        ]
        return [conduct for conduct in learned if conduct is not None]

    # -- 2. talks ----------------------------------------------------------------------------

    def hold_talks(self) -> None:
        """Open the talks that are due, and let every open talk hold its rounds of the week."""
        for track in self.tracks.values():
            self._open_if_due(track)
        open_tracks = [track for track in self.tracks.values() if track.talk is not None]
        for track in open_tracks:
            self._delegations.revalue(track, self.scenario, self.week)
        for track in open_tracks:
            self._hold_rounds(track)

    def _open_if_due(self, track: Track) -> None:
        session = self._calendar.next_session(track, self.week) or self._renegotiation(track)
        if session is not None:
            track.session = session
            track.ends = session.deadline
            rounds = self._calendar.rounds(session, session.deadline)
            self._delegations.meet(track, rounds, self.scenario)
            self.journal.opening(track)

    def _renegotiation(self, track: Track) -> Session | None:
        """Return the session about other terms that opens, if a disregard is to be expected."""
        if not self._calendar.may_renegotiate(track, self.week):
            return None
        breach = self._reviews.foreseen(track, self.scenario)
        return breach and self._calendar.renegotiation(track, self.week, breach)

    def _hold_rounds(self, track: Track) -> None:
        talk = track.talk
        assert talk is not None
        last = talk.round + self.scenario.rounds_per_week
        state = self._negotiate(track, talk, last)
        if state is TalkState.TIMED_OUT and any(t.may_move for t in track.moving):
            # What happens at the deadline is open until the date has come.
            if any(t.week > self.week for t in track.moving):
                talk.wait()
                return
            self._fall_due(track)
            self._delegations.revalue(track, self.scenario, self.week)
            state = self._negotiate(track, talk, last)
        if state is TalkState.OPEN:
            return
        track.talk = None
        if _changes_nothing(talk):
            talk.end_without_agreement()
        if talk.agreement is None:
            self._calendar.reopen(track, self.week)
        else:
            levels = track.plan.space.levels(talk.agreement)
            deal = track.plan.deal(self.ledger.count(track.spec.id), levels, self.week)
            self.ledger.enter(deal, Status.PENDING, self.week)
            self.journal.signing(track, deal, talk)
            track.pending = deal

    def _negotiate(self, track: Track, talk: Talk, last: int) -> TalkState:
        """Let a talk hold its rounds until the one numbered `last`, and write down its offers."""
        before = len(talk.offers)
        state = talk.play(last - talk.round, self.week)
        self.journal.offers(self.week, track, talk, before)
        return state

    # -- 3. ratification ---------------------------------------------------------------------

    def ratify(self) -> None:
        """Put pending deals before the audiences, and into force if they pass."""
        for track in self.tracks.values():
            deal = track.pending
            if deal is None or self.week < deal.signed + track.spec.ratify_weeks:
                continue
            track.pending = None
            if self._delegations.ratify(track, deal):
                self._bring_into_force(track, deal)
            else:
                self.ledger.enter(deal, Status.REJECTED, self.week)
                self._calendar.reopen(track, self.week)

    def _bring_into_force(self, track: Track, deal: Deal) -> None:
        if track.deal is not None:
            self._reviews.close(track, track.deal)
            self.ledger.enter(track.deal, Status.SUPERSEDED, self.week)
        self.ledger.enter(deal, Status.IN_FORCE, self.week)
        track.bring_into_force(deal, self.week)

    # -- 4. performance ----------------------------------------------------------------------

    def perform(self) -> None:
        """Judge the periods that end, and let the parties choose for those that begin."""
        for track in self.tracks.values():
            if track.in_force is not None:
                self._perform(track, track.in_force)
        self.journal.idle(self.week, self._reviews.forced)

    def _perform(self, track: Track, in_force: InForce) -> None:
        deal, complete = in_force.deal, self.week >= in_force.next_review
        expired = in_force.expired(self.week)
        if not expired and not complete:
            self._reviews.interrupt(track, deal, self.week)
            return
        collapsed = self._reviews.close(track, deal) and complete
        if expired or collapsed:
            self._end(track, deal, Status.COLLAPSED if collapsed else Status.EXPIRED)
        else:
            self._reviews.begin(track, deal, self.week, self.scenario)

    def _end(self, track: Track, deal: Deal, status: Status) -> None:
        self.ledger.enter(deal, status, self.week)
        track.in_force = None
        if status is Status.COLLAPSED and track.spec.open:
            self._calendar.reopen(track, self.week)

    # -- threats, when their date has come ----------------------------------------------------

    def settle_threats(self) -> None:
        """Let deals end what is being carried out, and dates without a deal have their effect."""
        for track in self.tracks.values():
            if track.threats:
                ended = [t for t in track.threats if t.in_effect and self._is_met(track, t)]
                if ended:
                    self._take_note(self._threats.end(ended))
                self._fall_due(track)
        if self.blueprint.coalitions:  # a deal may have ended the part of a member
            self._threats.tell(self.tracks, self.blueprint.coalitions)

    def _is_met(self, track: Track, threat: Standing) -> bool:
        """Return whether a threat has the deal it was about, or its coalition all of theirs."""
        coalition = self.blueprint.coalitions.get(threat.spec.id)
        if coalition is None or coalition.part_ends:
            return track.has_deal
        return all(other.has_deal for other in talks_of(coalition, self.tracks.values()))

    def _fall_due(self, track: Track) -> None:
        """Let the dates that have come without a deal be extended, the talk with them, or not."""
        unmet = [t for t in track.threats if t.has_come(self.week) and not self._is_met(track, t)]
        at_deadline = {t.spec.id for t in track.moving}
        if track.talk is not None:  # its deadline may yet move, and whatever is suspended waits
            unmet = [t for t in unmet if not t.spec.suspended or t.spec.id in at_deadline]
        if not unmet:
            return
        acts = self._threats.fall_due(unmet, self.week)
        self._take_note(acts)
        moved = [t.day for t, act in acts if act is Act.EXTENDED and t.spec.id in at_deadline]
        if moved and track.talk is not None:
            self._move_deadline(track, max(moved))

    # -- 5. trust ----------------------------------------------------------------------------

    def learn(self) -> None:
        """Let a week pass in everybody's trust, and the evidence of the week come in."""
        conducts, self._reviews.conducts = self._reviews.conducts, []
        lessons = self.blueprint.witnesses.lessons(conducts) if conducts else Lessons()
        self._teach(1.0 / self.scenario.trust_period_weeks, lessons)
        if self.records.keeps("trust"):
            self.journal.trust(self.week, self._trusts(), self._credibilities())

    def _teach(self, passed: float, lessons: Lessons) -> None:
        for pair in self.blueprint.witnesses.pairs:
            promises, threats = lessons.promises.get(pair, ()), lessons.threats.get(pair, ())
            self.parties[pair[0]].observe(pair[1], passed, promises, threats)

    def trust_matrix(self) -> dict[tuple[str, str], float]:
        """Return the trust of every country (first) in every other (second) as it stands."""
        return dict(zip(self.blueprint.witnesses.pairs, self._trusts(), strict=True))

    def credibility_matrix(self) -> dict[tuple[str, str], float]:
        """Return how credible every country (first) finds the threats of every other (second)."""
        return dict(zip(self.blueprint.witnesses.pairs, self._credibilities(), strict=True))

    def _trusts(self) -> list[float]:
        parties = self.parties
        return [parties[o].trust(s) for o, s in self.blueprint.witnesses.pairs]

    def _credibilities(self) -> list[float]:
        parties = self.parties
        return [parties[o].credibility(s) for o, s in self.blueprint.witnesses.pairs]

    # -- 6. payoffs --------------------------------------------------------------------------

    def pay(self) -> None:
        """Let the payoffs of the week accrue."""
        period = self.ledger.current_period
        flows = [track.flows(period(track.deal)) for track in self.tracks.values()]
        if flows != self._flows:
            seats = [track.plan.parties for track in self.tracks.values()]
            self._flows, self._weekly = flows, weekly(self.parties, seats, flows)
        countries = self.scenario.countries
        for key, (material, weighted) in self._weekly.items():
            self.totals[key].accrue(material, weighted, countries[key].discounting)
        self.journal.payoffs(self.week, self._weekly, self.totals)

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The relationship graph as it stands, with an edge each way."""
        deals = [track.deal for track in self.tracks.values() if track.deal is not None]
        trust, credibility = self.trust_matrix(), self.credibility_matrix()
        return directed_graph(self.blueprint.graph, self.scenario, trust, credibility, deals)


def _changes_nothing(talk: Talk) -> bool:
    """Return whether a talk agrees on no commitment at all, which nobody gains by: on no deal."""
    nothing = talk.space.status_quo
    return talk.agreement == nothing and not any(
        turn.preferences.expected[nothing] > turn.preferences.disagreement for turn in talk.turns
    )
