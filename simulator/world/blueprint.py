"""What can be worked out once per scenario: spaces, value tables, who hears of what."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from simulator import draws
from simulator.arithmetic import exp
from simulator.negotiation.issues import Issue, Level, OutcomeSpace
from simulator.negotiation.payoffs import Valuation, Vector, trusted
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CoalitionSpec, EventSpec, TalkSpec, ThreatSpec
from simulator.world.deals import Commitment, Deal
from simulator.world.evidence import Conduct, Lessons, WitnessNetwork
from simulator.world.party import Evidence
from simulator.world.relationships import relationship_graph, ties

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Blueprint", "Same", "TalkPlan", "blueprints"]


class TalkPlan:
    """The outcomes of one talk and the value tables of its parties."""

    def __init__(self, spec: TalkSpec) -> None:
        self.spec = spec
        self.parties = spec.parties
        self.seats = {party: seat for seat, party in enumerate(spec.parties)}
        self.partners = [tuple(p for p in spec.parties if p != party) for party in spec.parties]
        self.obligors = tuple(self.seats[issue.obligor] for issue in spec.issues)
        self.pledges = {issue.id for issue in spec.issues if issue.is_pledge}
        self.space = OutcomeSpace(
            [Issue(i.id, i.levels, i.obligor, i.unit, i.name, i.base) for i in spec.issues]
        )
        self.bases = tuple(issue.base for issue in spec.issues)
        self.bonds = self._bonds()
        self.material = [self._tables(party) for party in self.parties]
        self.weighted = [
            [t * self._weight(k, party) + self._on_top(k, party) for k, t in enumerate(tables)]
            for party, tables in zip(self.parties, self.material, strict=True)
        ]
        self._certain: dict[int, Valuation] = {}

    def valuation(self, seat: int, factors: Sequence[float] | None = None) -> Valuation:
        """Return how the party at `seat` values the outcomes, political weights included.

        The values of each issue are multiplied by its factor; without, one shared object is
        returned.
        """
        if factors is not None:
            return self._valuation(seat, factors)
        if seat not in self._certain:
            self._certain[seat] = self._valuation(seat, [1.0] * len(self.obligors))
        return self._certain[seat]

    def audience(self, seat: int, factors: Sequence[float]) -> Valuation:
        """Return how the audience of the party at `seat` values the outcomes.

        With its own weights on top of political ones; the values of each issue are multiplied by
        its factor.
        """
        party = self.parties[seat]
        weights = [issue.audience_weights.get(party, 1.0) for issue in self.spec.issues]
        tables = zip(self.weighted[seat], weights, factors, strict=True)
        values = [table * weight * factor for table, weight, factor in tables]
        return Valuation(self.space, seat, self.obligors, values, self._others(seat))

    def deal(self, number: int, levels: tuple[int, ...], signed: int) -> Deal:
        """Return the talk's deal of this number, from 0, in which these levels are agreed."""
        commitments = tuple(
            Commitment(issue.id, issue.obligor, level)
            for issue, level in zip(self.space.issues, levels, strict=True)
            if level != issue.status_quo
        )
        talk = self.spec.id
        return Deal(f"{talk}:{number}", talk, self.parties, levels, commitments, signed)

    def initial_deal(self, outcome: Mapping[str, Level], signed: int) -> Deal:
        """Return the deal of level values by issue; those not named stand at the status quo."""
        levels = (
            issue.levels.index(outcome[issue.id]) if issue.id in outcome else issue.status_quo
            for issue in self.space.issues
        )
        return self.deal(0, tuple(levels), signed)

    def _valuation(self, seat: int, factors: Sequence[float]) -> Valuation:
        party = self.parties[seat]
        return Valuation(
            self.space,
            seat,
            self.obligors,
            [t * f for t, f in zip(self.weighted[seat], factors, strict=True)],
            self._others(seat),
            [issue.face.get(party, 0.0) for issue in self.spec.issues],
        )

    def _others(self, seat: int) -> list[int]:
        return [j for j in range(len(self.parties)) if j != seat]

    def trusted(self, seat: int, trust: float) -> "float | Vector":
        """Return the trust in what the party at `seat` promises, in each outcome if they differ.

        A pledge in the outcome stands behind its other commitments there.
        """
        return trusted(trust, ((bond, enforced) for bond, enforced, _ in self.bonds[seat]))

    def unbound(self, seats: Collection[int | None]) -> "TalkPlan":
        """Return this plan with nobody bound by the pledges of some seats."""
        freed = copy(self)
        freed.bonds = [[] if k in seats else bonds for k, bonds in enumerate(self.bonds)]
        return freed

    def assurances(self, seat: int, levels: Sequence[int]) -> list[tuple[float, bool]]:
        """Return how strongly pledges of the party at `seat` bind it at these levels.

        Each with whether it is enforced; without those that bind nobody.
        """
        bound = (
            (self.spec.issues[k].assurance[levels[k]], enforced)
            for _, enforced, k in self.bonds[seat]
        )
        return [(assurance, enforced) for assurance, enforced in bound if assurance]

    def _bonds(self) -> list[list[tuple[Vector, bool, int]]]:
        """Return, per seat, its pledges to observe a deal.

        Of each the assurance per outcome, whether it is enforced, and the issue.
        """
        bonds: list[list[tuple[Vector, bool, int]]] = [[] for _ in self.parties]
        for k, issue in enumerate(self.spec.issues):
            if any(issue.assurance):
                assurance = self.space.spread(k, np.array(issue.assurance))
                bonds[self.seats[issue.obligor]].append((assurance, issue.enforced, k))
        return bonds

    def _tables(self, party: str) -> list[Vector]:
        return [np.array(issue.payoffs[party], dtype=float) for issue in self.spec.issues]

    def _weight(self, k: int, party: str) -> float:
        """Return the weight of a party's values of an issue; derived ones may have it inside."""
        issue = self.spec.issues[k]
        political = 1.0 if party in issue.political else issue.political_weights.get(party, 1.0)
        return political * issue.pledge_share.get(party, 1.0)

    def _on_top(self, k: int, party: str) -> Vector:
        """Return what a party's values have on top of welfare, per level."""
        issue = self.spec.issues[k]
        return np.array(issue.political.get(party, (0.0,) * len(issue.levels)), dtype=float)


class Blueprint:
    """A scenario, from some event on, made ready to be played any number of times.

    Whatever the event left alone is taken from the blueprint before it.
    """

    def __init__(self, scenario: Scenario, before: "Blueprint | None" = None) -> None:
        self.scenario = scenario
        self._before = before
        earlier: dict[str, TalkPlan] = before.plans if before is not None else {}
        self.plans: dict[str, TalkPlan] = {
            id: earlier[id] if id in earlier and earlier[id].spec == spec else TalkPlan(spec)
            for id, spec in scenario.talks.items()
        }

    @cached_property
    def graph(self) -> "nx.Graph[str]":
        """The relationship graph: an edge per relationship and per pair that talks."""
        scenario = self.scenario
        pairs = [p for talk in scenario.talks.values() for p in combinations(talk.parties, 2)]
        return relationship_graph(*self._relationships, pairs)

    @property
    def _relationships(self) -> tuple[list[str], dict[tuple[str, str], float]]:
        """The nodes, and the weight of the relationship between two of them."""
        scenario = self.scenario
        weights = {(r.between[0], r.between[1]): r.weight for r in scenario.relationships}
        return [*scenario.countries, *scenario.bystanders], weights

    @cached_property
    def witnesses(self) -> WitnessNetwork:
        """Who hears of what."""
        scenario, before = self.scenario, self._before
        if before is not None and _news(scenario) == _news(before.scenario):
            return before.witnesses
        return WitnessNetwork(
            ties(*self._relationships),
            scenario.countries,
            scenario.hearsay_decay,
            scenario.good_news,
        )

    @cached_property
    def threats(self) -> list[tuple[ThreatSpec, int, int]]:
        """Each threat with the week of its announcement, and its date in days from the start."""
        scenario, start = self.scenario, self.scenario.start
        announced = {t.id: scenario.week_of(t.announced) for t in scenario.threats}
        for _ in scenario.threats:  # an answer comes no earlier than what it answers
            for t in scenario.threats:
                if t.answers in announced:
                    announced[t.id] = max(announced[t.id], announced[t.answers])
        return [(t, announced[t.id], (self._effective(t) - start).days) for t in scenario.threats]

    @cached_property
    def coalitions(self) -> dict[str, CoalitionSpec]:
        """The coalition to which each threat belongs, by the id of the threat."""
        scenario = self.scenario
        return {
            threat.id: coalition
            for coalition in scenario.coalitions
            for threat in scenario.threats
            if threat.by in coalition.members
            and coalition.against in scenario.talks[threat.talk].parties
        }

    def _effective(self, threat: ThreatSpec) -> date:
        """Return when a threat takes effect: by default with the deadline of its talk."""
        if threat.effective != "deadline":
            return threat.effective
        deadline = self.scenario.talks[threat.talk].deadline
        assert deadline is not None
        return deadline

    @cached_property
    def history(self) -> list[tuple[float, Lessons]]:
        """What the past taught: trust periods that pass, then the evidence of that week.

        The last entry lets time pass up to week 0.
        """
        scenario = self.scenario
        weeks: dict[int, list[Conduct]] = {}
        for entry in scenario.history:
            evidence = Evidence(entry.quality, entry.stake * (1.0 - entry.excused))
            # A promise to each beneficiary: it makes no difference how entries are grouped.
            conducts = [
                Conduct(entry.obligor, {other: evidence}, entry.kind)
                for other in entry.beneficiaries
            ]
            weeks.setdefault(scenario.week_of(entry.date), []).extend(conducts)
        lessons = []
        last = min(weeks, default=0)
        for week in sorted(weeks):
            passed = (week - last) / scenario.trust_period_weeks
            lessons.append((passed, self.witnesses.lessons(weeks[week])))
            last = week
        lessons.append((-last / scenario.trust_period_weeks, Lessons()))
        return lessons

    def factors(self, talk: str, seed: int) -> list[list[float]] | None:
        """Return what each party's values of each issue are multiplied by in one run.

        Lognormal with mean 1, one draw per talk, issue and party; None without uncertainty.
        """
        sd = self.scenario.valuation_sd
        if sd == 0:
            return None
        plan = self.plans[talk]
        shocks = (
            [
                draws.normal(seed, "valuation", (talk, issue.id, party))
                for issue in plan.space.issues
            ]
            for party in plan.parties
        )
        return [[exp(sd * shock - sd * sd / 2) for shock in row] for row in shocks]


def blueprints(scenario: Scenario) -> Sequence[tuple[EventSpec | None, Blueprint]]:
    """Return the blueprint at the start, then one after each event, with the event.

    Made once per scenario object; events come in the order in which they happen.
    """
    return _blueprints(Same(scenario))


class Same:
    """A scenario that is equal to itself alone: equal ones may hold different parts of a user."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.scenario is self.scenario


@lru_cache(maxsize=8)
def _blueprints(same: Same) -> tuple[tuple[EventSpec | None, Blueprint], ...]:
    scenario = same.scenario
    stages: list[tuple[EventSpec | None, Blueprint]] = [(None, Blueprint(scenario))]
    for event, stage in zip(scenario.events, scenario.stages, strict=True):
        before = stages[-1][1]
        unchanged = stage is before.scenario
        stages.append((event, before if unchanged else Blueprint(stage, before)))
    return tuple(stages)


def _news(scenario: Scenario) -> tuple[object, ...]:
    """Return all that who hears of what depends on."""
    s = scenario
    return (s.relationships, s.hearsay_decay, s.good_news, s.talks.keys())
