"""A run by the compiled engine, told in the object engine's terms, so that its tables are those."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.compiled import shapes as arrays
from experiments.compiled.batch import records
from experiments.compiled.performing import REASONS
from experiments.compiled.plan import DEALS, NONE, NotCompiled, Prepared, prepared
from experiments.compiled.shapes import Logs, World
from experiments.compiled.talks import AGREED, BROKEN, MEMORY, OFFER, PAIR, TALK
from experiments.compiled.threatening import ACTS
from experiments.compiled.wants import MEASURES
from experiments.compiled.week import STATUSES, play_run
from simulator import draws
from simulator.negotiation.offers import Offer
from simulator.negotiation.talk import TalkState
from simulator.scenario.scenario import Scenario
from simulator.theory.analysis import Analysis
from simulator.world.accounts import Account
from simulator.world.blueprint import Blueprint, Same, TalkPlan
from simulator.world.deals import REFRAIN, Deal, Ledger, Period, Status
from simulator.world.records import Records
from simulator.world.standing import Act

__all__ = ["CompiledRun", "Overflow", "compiled_run"]


class Overflow(Exception):
    """That a run needs more room than was made; the object engine can play it."""


@dataclass(frozen=True, slots=True)
class _Track:
    """A talk of a run that was played."""

    plan: TalkPlan
    openings: int


@dataclass(frozen=True, slots=True)
class _Talk:
    """A session that was held: its last offers, and how it ended."""

    offers: list[Offer]
    state: TalkState


@dataclass
class CompiledRun:
    """The world of a run at the end, as far as tables and metrics ask for it."""

    first: Scenario
    blueprint: Blueprint
    seed: int
    week: int
    ledger: Ledger
    records: Records
    tracks: Mapping[str, _Track]
    totals: Mapping[str, Account]
    acts: Mapping[Act, int]
    shocks: int
    prevented: int
    trust_start: Mapping[tuple[str, str], float]
    _trust: Mapping[tuple[str, str], float]
    _credibility: Mapping[tuple[str, str], float]
    openings: list[Any] = field(default_factory=list)
    news: list[Any] = field(default_factory=list)

    @property
    def scenario(self) -> Scenario:
        """The world as it was at the start."""
        return self.blueprint.scenario

    @property
    def parties(self) -> Mapping[str, Any]:
        """The countries by key."""
        return self.first.countries

    def trust_matrix(self) -> dict[tuple[str, str], float]:
        """Return the trust of every country (first) in every other (second) at the end."""
        return dict(self._trust)

    def credibility_matrix(self) -> dict[tuple[str, str], float]:
        """Return how credible every country (first) finds the threats of every other at the end."""
        return dict(self._credibility)


def compiled_run(scenario: Scenario, seed: int, tables: Iterable[str] = ()) -> CompiledRun:
    """Return a run of a scenario by the compiled engine.

    Raises
    ------
    NotCompiled
        If there is something in the scenario that only the object engine plays.
    Overflow
        If the run needs more room than was made.
    """
    made = _prepared(Same(scenario))
    if isinstance(made, NotCompiled):
        raise made
    kept = frozenset(tables)
    world, logs = _rooms(Same(scenario), kept)
    if failed := play_run(made.plan, world, logs, np.uint64(draws.fold(seed))):
        raise Overflow(f"no room ({failed})")
    return _Teller(made, world, logs, seed, kept).told()


@lru_cache(maxsize=4)
def _prepared(same: Same) -> Prepared | NotCompiled:
    try:
        return prepared(same.scenario)
    except NotCompiled as error:
        return error


@lru_cache(maxsize=4)
def _rooms(same: Same, kept: frozenset[str]) -> tuple[World, Logs]:
    """Return room for a run of a scenario that is known."""
    made = _prepared(same)
    assert isinstance(made, Prepared)
    return _world_for(made), _logs_for(made, kept)


def _world_for(made: Prepared) -> World:
    plan = made.plan
    settings, lengths = plan.settings[0], made.lengths
    weeks = int(settings.weeks)
    countries, nodes = plan.hearing.shape[2], plan.hearing.shape[3]
    threats, (count, seats, issues, levels) = plan.threats.shape[1], plan.weighted.shape[1:]
    deals, periods = count * DEALS, count * (weeks + 2) + 1
    # No session holds more rounds than the whole run.
    offers = (int(weeks * settings.rounds_per_week) + 1) * seats + 1
    vectors, pairs = lengths["vectors"], lengths["pairs"]
    conducts = len(plan.events) + countries + 2 * threats * 3 + count * seats * 3 + 8
    flag, whole = np.bool_, np.int64
    return World(
        run=records(1, arrays.RUN),
        trust=np.zeros((countries, countries, 4)),
        credibility=np.zeros((countries, countries, 4)),
        believed=np.zeros((2, countries, countries)),
        tracks=records(count, arrays.TRACK),
        threats=records(threats, arrays.STANDING),
        means=np.zeros((threats, seats, 3)),
        withdrawn=np.zeros(threats, flag),
        acted=np.zeros(len(ACTS), whole),
        forced=np.zeros((count, seats), flag),
        deals=records(deals, arrays.DEAL),
        agreed=np.zeros((deals, issues), whole),
        periods=records(periods, arrays.PERIOD),
        quality=np.ones((periods, issues)),
        refrains=np.ones((periods, seats)),
        owes=np.zeros((periods, seats), whole),
        overall=np.zeros((periods, seats)),
        excused=np.zeros((periods, seats), flag),
        spared=np.zeros((periods, threats), flag),
        entries=records(deals * 3 + 4, arrays.ENTRY),
        conducts=records(conducts, arrays.CONDUCT),
        towards=np.zeros((conducts, nodes), flag),
        qualities=np.zeros((conducts, nodes)),
        stakes=np.zeros((conducts, nodes)),
        accounts=records(countries, arrays.ACCOUNT),
        flows=np.zeros((count, seats, 2)),
        factors=np.ones((count, seats, issues)),
        values=np.zeros((count, seats, issues, levels)),
        expected=np.zeros(vectors),
        options=np.zeros(vectors),
        allowed=np.zeros(vectors),
        bargained=np.zeros(vectors),
        faith=np.zeros(vectors),
        penalties=np.zeros(vectors),
        bars=np.zeros((count, seats, issues)),
        promised=np.zeros(pairs),
        measures=records((count, seats), MEASURES),
        talk=records((count, 1), TALK),
        offers=records((count, offers), OFFER),
        memory=records((count, seats), MEMORY),
        pairs=records((count, seats, seats), PAIR),
        sent=np.zeros((count, seats, offers), whole),
        was_sent=np.zeros(vectors, flag),
        given=np.zeros((count, seats, seats, offers)),
        tables=np.zeros(lengths["tables"]),
        misfits=np.zeros(lengths["misfits"]),
        likely=np.zeros(lengths["likely"]),
        gains=np.zeros(pairs),
        ahead=np.zeros((count, seats, 2, offers + 1)),
        weights=np.zeros((count, seats, issues)),
    )


def _logs_for(made: Prepared, kept: Collection[str]) -> Logs:
    plan, settings = made.plan, made.plan.settings[0]
    weeks, rounds = int(settings.weeks), int(settings.rounds_per_week)
    (count, seats, issues, _), threats = plan.weighted.shape[1:], plan.threats.shape[1]
    countries = plan.countries.shape[1]
    proposals = count * weeks * rounds * seats if "offers" in kept else 0
    most = max((plan.space.size for plan in made.plans), default=1)
    signed = count * DEALS if "deals" in kept else 0
    done = count * weeks * (issues + seats) * 2 if "performance" in kept else 0
    return Logs(
        offers=np.zeros((proposals, 6), np.int64),
        expected=np.zeros((proposals, seats)),
        openings=np.zeros((count * (weeks + 1) if proposals else 0, 5), np.int64),
        signings=np.zeros((signed, 1 + seats, most)),
        performances=np.zeros((done, 9)),
        trust=np.zeros((weeks if "trust" in kept else 0, 2, countries, countries)),
        payoffs=np.zeros((weeks if "payoffs" in kept else 0, countries, 3)),
        acts=np.zeros((threats * weeks * 4 if "threats" in kept else 0, 5)),
    )


class _Teller:
    """Tells a run that was played."""

    def __init__(
        self, made: Prepared, world: World, logs: Logs, seed: int, kept: frozenset[str]
    ) -> None:
        self.plan, self.world, self.logs = made.plan, world, logs
        self.scenario, self.made, self.seed = made.scenario, made, seed
        self.plans, self.kept = made.plans, kept
        self.run = world.run[0]
        self.talks = list(self.scenario.talks)
        self.deals = [self._deal(number) for number in range(self.run.deals)]

    def told(self) -> CompiledRun:
        pairs = self.made.world.blueprint.witnesses.pairs
        order = {key: c for c, key in enumerate(self.scenario.countries)}
        places = [(order[a], order[b]) for a, b in pairs]
        trust, credibility = (
            dict(zip(pairs, [float(of[p]) for p in places], strict=True))
            for of in self.world.believed
        )
        return CompiledRun(
            first=self.scenario,
            blueprint=self.made.world.blueprint,
            seed=self.seed,
            week=int(self.run.week),
            ledger=self._ledger(),
            records=self._records(places),
            tracks={
                key: _Track(plan, int(track.openings))
                for key, plan, track in zip(self.talks, self.plans, self.world.tracks, strict=True)
            },
            totals={
                key: Account(*(float(x) for x in account))
                for key, account in zip(order, self.world.accounts, strict=True)
            },
            acts={Act(act): int(n) for act, n in zip(ACTS, self.world.acted, strict=True) if n},
            shocks=int(self.run.shocks),
            prevented=int(self.run.prevented),
            trust_start=self.made.world.trust_start,
            _trust=trust,
            _credibility=credibility,
        )

    def _deal(self, number: int) -> Deal:
        row = self.world.deals[number]
        plan = self.plans[row.talk]
        levels = tuple(int(x) for x in self.world.agreed[number, : len(plan.obligors)])
        return plan.deal(int(row.number), levels, int(row.signed))

    def _ledger(self) -> Ledger:
        ledger = Ledger()
        for entry in self.world.entries[: self.run.entries]:
            deal = self.deals[entry.deal]
            ledger.enter(deal, Status(STATUSES[entry.status]), int(entry.week))
        for number in range(self.run.periods):
            deal = self.deals[self.world.periods[number].deal]
            ledger.periods[deal.id].append(self._period(number, deal))
        return ledger

    def _period(self, number: int, deal: Deal) -> Period:
        world, plan = self.world, self.plans[self.talks.index(deal.talk)]
        qualities: dict[str, dict[str, float]] = {}
        for seat, party in enumerate(deal.parties):
            owes = world.owes[number, seat]
            qualities[party] = {}
            if owes == 1:
                position = plan.space.position
                qualities[party] = {
                    issue: float(world.quality[number, position[issue]])
                    for issue in deal.owed_by(party)
                }
            elif owes == 2:
                qualities[party] = {REFRAIN: float(world.refrains[number, seat])}
        seats = list(enumerate(deal.parties))
        overall = {party: float(world.overall[number, seat]) for seat, party in seats}
        excused = frozenset(party for seat, party in seats if world.excused[number, seat])
        return Period(int(world.periods[number].start), qualities, overall, excused)

    def _records(self, places: list[tuple[int, int]]) -> Records:
        told = Records(self.kept)
        if "offers" in self.kept:
            told.rows["offers"] = self._offers()
        if "deals" in self.kept:
            told.rows["deals"] = [
                (deal.id, *self._signing(number, deal))
                for number, deal in enumerate(self.deals)
                if number >= len(self.plan.deals)
            ]
        if "performance" in self.kept:
            told.rows["performance"] = self._performances()
        if "trust" in self.kept:
            index = tuple(np.array(places, dtype=np.intp).reshape(-1, 2).T)
            told.rows["trust"] = [
                (week, both[0][index].tolist(), both[1][index].tolist())
                for week, both in enumerate(self.logs.trust[: self.run.week])
            ]
        if "threats" in self.kept:
            told.rows["threats"] = self._acts()
        if "payoffs" in self.kept:
            told.rows["payoffs"] = [
                (week, key, *row.tolist())
                for week in range(self.run.week)
                for key, row in zip(self.scenario.countries, self.logs.payoffs[week], strict=True)
            ]
        return told

    def _offers(self) -> list[tuple[Any, ...]]:
        states = {AGREED: TalkState.AGREED, BROKEN: TalkState.BROKEN}
        talks = [
            _Talk([], states.get(int(row[3]), TalkState.TIMED_OUT))
            for row in self.logs.openings[: self.run.openings]
        ]
        rows = []
        log = self.logs.offers[: self.run.offers].tolist()
        for (week, k, opening, when, seat, outcome), pays in zip(
            log, self.logs.expected[: self.run.offers].tolist(), strict=True
        ):
            offer, talk = Offer(when, seat, outcome), talks[opening]
            talk.offers.append(offer)
            count = len(self.plans[k].parties)
            number = int(self.logs.openings[opening, 1])
            rows.append((week, self.talks[k], number, offer, pays[:count], talk))
        return rows

    def _signing(self, number: int, deal: Deal) -> tuple[Any, ...]:
        """Return what a deal is worth when signed, and how far it is from the best."""
        k = self.talks.index(deal.talk)
        plan, logged = self.plans[k], self.logs.signings[number]
        seats, size, outcome = (
            len(plan.parties),
            plan.space.size,
            int(self.world.deals[number].outcome),
        )
        disagreement, stage = logged[0, :seats], self._stage_at(deal.signed)
        faith = np.stack(
            [
                plan.space.total(
                    [
                        self.plan.weighted[stage, k, seat, i, : len(issue.levels)]
                        * self.world.factors[k, seat, i]
                        for i, issue in enumerate(plan.space.issues)
                    ]
                )
                for seat in range(seats)
            ],
            axis=1,
        )
        expected = np.ascontiguousarray(logged[1 : 1 + seats, :size].T)
        views = [Analysis(payoffs, disagreement) for payoffs in (faith, expected)]
        distances = [v.distance(outcome, at) for v in views for at in (v.nash, v.frontier)]
        return (faith[outcome].tolist(), expected[outcome].tolist(), *distances)

    def _stage_at(self, week: int) -> int:
        """Return the stage of the scenario in a week."""
        stages = [0, *(int(event.stage) for event in self.plan.events if event.week <= week)]
        return stages[-1]

    def _performances(self) -> list[tuple[Any, ...]]:
        rows = []
        for week, deal, seat, i, quality, reason, review, overall, trust in self.logs.performances[
            : self.run.performances
        ].tolist():
            of = self.deals[int(deal)]
            plan = self.plans[self.talks.index(of.talk)]
            issue = REFRAIN if int(i) == NONE else plan.space.issues[int(i)].id
            head = (int(week), of.id, of.talk, of.parties[int(seat)], issue, quality)
            rows.append((*head, REASONS[int(reason)], int(review), overall, trust))
        return rows

    def _acts(self) -> list[tuple[Any, ...]]:
        specs = [spec for spec, _, _ in self.made.world.blueprint.threats]
        return [
            (int(week), of.talk, of.by, of.id, ACTS[int(act)], times, int(deadline))
            for week, t, act, times, deadline in self.logs.acts[: self.run.acts].tolist()
            for of in [specs[int(t)]]
        ]
