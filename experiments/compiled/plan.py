"""A scenario as arrays: what the compiled engine plays, or why it cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.compliance.opportunist import Opportunist
from agents.compliance.reciprocal import Generous, Grim, LimitedPunishment, Reciprocal
from agents.compliance.shortfall import Shortfall
from agents.compliance.unconditional import Always, Volatile
from agents.government import Government
from agents.trust.asymmetric import Asymmetric
from agents.trust.beta import Beta
from agents.trust.fire import Fire
from agents.trust.fixed import Fixed
from agents.trust.memory import Memory
from agents.trust.two_layer import TwoLayer
from agents.trust.types import Types
from experiments.compiled import shapes as arrays
from experiments.compiled.batch import hypotheses, keys_of, records
from experiments.compiled.parts import PART, coded
from experiments.compiled.performing import POLICIES
from experiments.compiled.shapes import Plan
from experiments.compiled.talks import MEMORY, PAIR
from experiments.compiled.trusting import KINDS
from simulator import draws
from simulator.scenario.parts import PartSpec
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec
from simulator.world.blueprint import Blueprint, TalkPlan, blueprints
from simulator.world.simulation import Simulation

__all__ = ["NotCompiled", "Prepared", "prepared"]

#: So many deals of a talk in one run at most; a run with more is for the object engine.
DEALS = 48
#: So many outcomes of a talk at most: objects sort them once, and machine code looks through all.
LARGE = 30_000
#: So many outcomes, times pairs of parties, of all talks together at most: a gigabyte or so.
MOST = 8_000_000
NONE = -1


class NotCompiled(Exception):
    """That a scenario has something that the compiled engine does not know; it says what."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scenario, and the arrays that are played."""

    scenario: Scenario
    plan: Plan
    world: Simulation  # at the start, of any seed
    plans: tuple[TalkPlan, ...]
    lengths: Mapping[str, int]  # of the flat arrays, by where those of a talk begin


def prepared(scenario: Scenario) -> Prepared:
    """Return a scenario as arrays.

    Raises
    ------
    NotCompiled
        If there is something in it that only the object engine plays.
    """
    try:
        return _Maker(scenario).made()
    except OverflowError:
        raise NotCompiled("a whole number of more than 64 bits") from None


class _Maker:
    """Makes the arrays of a scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.events = [event for event, _ in blueprints(scenario) if event is not None]
        self.stages: list[Blueprint] = []
        self.stage_of: list[int] = []  # of each event
        for _, blueprint in blueprints(scenario):
            known = next((n for n, s in enumerate(self.stages) if s is blueprint), None)
            if known is None:
                self.stages.append(blueprint)
                known = len(self.stages) - 1
            self.stage_of.append(known)
        self.countries = list(scenario.countries)
        self.nodes = [*self.countries, *scenario.bystanders]
        self.talks = list(scenario.talks)
        self.specs: list[PartSpec] = []  # of strategies, to tell them apart
        first = self.stages[0]
        self.plans = [first.plans[key] for key in self.talks]
        self.sizes = {
            "S": len(self.stages),
            "C": len(self.countries),
            "M": len(self.nodes),
            "K": len(self.talks),
            "P": max((len(plan.parties) for plan in self.plans), default=2),
            "I": max((len(plan.spec.issues) for plan in self.plans), default=1),
            "L": max((n for plan in self.plans for n in plan.space.shape), default=1),
            "T": len(first.threats),
            "D": DEALS,
        }
        self._check()

    def _check(self) -> None:
        """Refuse what is not known."""
        if self.sizes["P"] > 30:
            raise NotCompiled("a talk of more than 30 parties")
        spans = [len(plan.parties) ** 2 * plan.space.size for plan in self.plans]
        if any(plan.space.size > LARGE for plan in self.plans):
            raise NotCompiled("a talk of so many outcomes, which objects play as fast")
        if sum(spans) > MOST:
            raise NotCompiled("so many outcomes of all talks together")
        if any(coalition.part_ends for coalition in self.scenario.coalitions):
            raise NotCompiled("a coalition of which a deal ends a part")
        for stage in self.stages[1:]:
            for key, plan in zip(self.talks, self.plans, strict=True):
                if stage.plans[key].space.issues != plan.space.issues:
                    raise NotCompiled(f"an event that changes the levels of {key}")

    def made(self) -> Prepared:
        world = Simulation(self.scenario, Government, 0, ())
        fields = {
            **self._settings(),
            **self._countries(),
            **self._seats(),
            **self._issues(),
            **self._threats(),
            **self._news(),
            **self._peers(),
            **self._events(),
            **self._outcomes(),
            **self._keys(),
            "trust": self._states(world, "_memory"),
            "credibility": self._states(world, "_threats"),
            "deals": self._deals(),
        }
        return Prepared(self.scenario, Plan(**fields), world, tuple(self.plans), self.lengths)

    def _zeros(self, sizes: str, dtype: "type | np.dtype[np.void]" = np.float64) -> Any:
        shape = tuple(self.sizes[name] for name in sizes)
        made = np.zeros(shape, dtype)
        return made.view(np.recarray) if made.dtype.names else made

    # -- the scenario ------------------------------------------------------------------------

    def _settings(self) -> dict[str, Any]:
        settings = self._zeros("S", arrays.SETTINGS)
        for s, stage in enumerate(self.stages):
            of = stage.scenario
            settings[s] = (
                *(self.scenario.weeks, self.scenario.rounds_per_week, self.scenario.disregard),
                *(of.good_news, 1.0 / of.trust_period_weeks, self.scenario.valuation_sd),
                of.reciprocity,
            )
        return {"settings": settings}

    def _countries(self) -> dict[str, Any]:
        countries, towards = self._zeros("SC", arrays.COUNTRY), self._zeros("SCM", np.bool_)
        for s, stage in enumerate(self.stages):
            for c, (key, spec) in enumerate(stage.scenario.countries.items()):
                self._country(countries[s, c], key, spec)
                if spec.shocks is not None:
                    towards[s, c] = self._concerned(key, spec.shocks.towards)
        return {"countries": countries, "towards": towards}

    def _country(self, row: Any, key: str, spec: CountrySpec) -> None:
        row.patience, row.discounting, row.benchmark = (
            spec.patience,
            spec.discounting,
            spec.benchmark,
        )
        row.shock = -1.0
        if spec.shocks is not None:
            row.shock, row.shock_stake = spec.shocks.probability, spec.shocks.stake
            row.shock_quality, row.shock_key = spec.shocks.quality, draws.key("shocks", (key,))
        policy = spec.compliance.build()
        row.policy = POLICIES.index(_policy(policy))
        row.periods = -1
        if isinstance(policy, Opportunist):
            row.periods = -1 if policy.punishment is None else policy.punishment
        elif isinstance(policy, LimitedPunishment):
            row.periods = policy.periods
        elif isinstance(policy, Volatile):
            row.chance = policy.probability
        elif isinstance(policy, Generous):
            row.chance = policy.forgiveness
        elif isinstance(policy, Shortfall):
            row.middle, row.sd = policy.mean, policy.sd
        for name in ("trust", "credibility"):
            kind, by = _model(getattr(spec, name).build())
            row[name]["kind"] = KINDS.index(kind)
            row[name]["by"][: len(by)] = by

    def _seats(self) -> dict[str, Any]:
        seats, parts = self._zeros("SKP", arrays.SEAT), self._zeros("SKP", PART)
        for (s, stage), (k, key) in product(enumerate(self.stages), enumerate(self.talks)):
            spec = stage.scenario.talks[key]
            for p, party in enumerate(spec.parties):
                row, country = seats[s, k, p], stage.scenario.countries[party]
                strategy = spec.strategy.get(party, country.strategy)
                built = strategy.build()
                code = coded(built)
                if code is None:
                    raise NotCompiled(f"the strategy {strategy.name}")
                parts[s, k, p] = code[0]
                row.country, row.blind = (
                    self.countries.index(party),
                    getattr(built, "trust_blind", False),
                )
                row.strategy = self._number(strategy)
                if (audience := spec.audience.get(party)) is not None:
                    row.audience, row.threshold = True, audience.threshold
                    row.noise = audience.noise
                    row.audience_key = draws.key("audience", (key, party))
        return {"seats": seats, "parts": parts}

    def _number(self, strategy: PartSpec) -> int:
        """Return the number of a strategy: equal ones have the same."""
        if strategy not in self.specs:
            self.specs.append(strategy)
        return self.specs.index(strategy)

    def _issues(self) -> dict[str, Any]:
        issues, assurance = self._zeros("SKI", arrays.ISSUE), self._zeros("SKIL")
        material, weighted = self._zeros("SKPIL"), self._zeros("SKPIL")
        weights, face = self._zeros("SKPI"), self._zeros("SKPI")
        for (s, stage), (k, key) in product(enumerate(self.stages), enumerate(self.talks)):
            plan = stage.plans[key]
            for i, issue in enumerate(plan.spec.issues):
                count = len(issue.levels)
                bond = any(issue.assurance)
                short = self._falls_short(stage, plan, i)
                row = (count, plan.obligors[i], issue.base, issue.enforced, bond)
                issues[s, k, i] = (*row, short)
                if bond:
                    assurance[s, k, i, :count] = issue.assurance
                for p, party in enumerate(plan.parties):
                    material[s, k, p, i, :count] = plan.material[p][i]
                    weighted[s, k, p, i, :count] = plan.weighted[p][i]
                    weights[s, k, p, i] = issue.audience_weights.get(party, 1.0)
                    face[s, k, p, i] = issue.face.get(party, 0.0)
        found = {"issues": issues, "assurance": assurance, "material": material}
        return {**found, "weighted": weighted, "weights": weights, "face": face}

    def _falls_short(self, stage: Blueprint, plan: TalkPlan, i: int) -> bool:
        """Return whether the obligor of an issue falls short of it, if its policy does."""
        issue = plan.spec.issues[i]
        policy = stage.scenario.countries[issue.obligor].compliance.build()
        if not isinstance(policy, Shortfall):
            return False
        return issue.id in (plan.pledges if policy.issues is None else policy.issues)

    def _threats(self) -> dict[str, Any]:
        threats, payoffs = self._zeros("ST", arrays.THREAT), self._zeros("STP")
        ids = [spec.id for spec, _, _ in self.stages[0].threats]
        coalitions = list(self.scenario.coalitions)
        for s, stage in enumerate(self.stages):
            for t, (spec, announced, day) in enumerate(stage.threats):
                k = self.talks.index(spec.talk)
                plan = stage.plans[spec.talk]
                coalition = stage.coalitions.get(spec.id)
                whose = spec.by if coalition is None else coalition.id
                issue = NONE if spec.issue is None else plan.space.position[spec.issue]
                level = 0
                if issue != NONE:
                    level = plan.space.issues[issue].levels.index(spec.level)
                row, policy = threats[s, t], spec.policy
                row.talk, row.by = k, plan.seats[spec.by]
                row.country, row.issue, row.level = self.countries.index(spec.by), issue, level
                row.answers = NONE if spec.answers not in ids else ids.index(spec.answers)
                row.coalition = NONE
                if coalition is not None:
                    row.coalition = [c.id for c in coalitions].index(coalition.id)
                row.announced, row.day, row.weeks = announced, day, policy.weeks
                row.at_deadline = spec.effective == "deadline"
                row.suspended, row.cost = spec.suspended, spec.cost
                row.extend, row.grows, row.after = policy.extend, policy.raise_, policy.after
                row.key = draws.key("threat", (whose,))
                for p, party in enumerate(plan.parties):
                    payoffs[s, t, p] = spec.payoffs.get(party, 0.0)
        groups = records(len(coalitions), arrays.COALITION)
        members = np.full((len(coalitions), len(self.talks)), NONE)
        against = np.full((len(coalitions), len(self.talks)), NONE)
        for q, coalition in enumerate(coalitions):
            groups[q] = (coalition.part_ends,)
            for k, plan in enumerate(self.plans):
                inside = [party for party in plan.parties if party in coalition.members]
                if inside:
                    members[q, k] = plan.seats[inside[0]]
                if coalition.against in plan.seats:
                    against[q, k] = plan.seats[coalition.against]
        found = {"threats": threats, "payoffs": payoffs, "coalitions": groups}
        return {**found, "members": members, "against": against}

    def _news(self) -> dict[str, Any]:
        hearing = self._zeros("SCCM")
        for s, stage in enumerate(self.stages):
            for (observer, subject), weights in stage.witnesses.reports.items():
                row = hearing[s, self.countries.index(observer), self.countries.index(subject)]
                for node, weight in weights.items():
                    row[self.nodes.index(node)] = weight
        return {"hearing": hearing}

    def _peers(self) -> dict[str, Any]:
        peers: list[tuple[object, ...]] = []
        same: list[list[int]] = []
        for (k, plan), (o, other) in product(enumerate(self.plans), enumerate(self.plans)):
            for p, party in enumerate(plan.parties):
                if party in other.parties:
                    continue
                for j, theirs in enumerate(other.space.issues):
                    i = plan.space.position.get(theirs.id)
                    if i is None or theirs.obligor not in plan.partners[p]:
                        continue
                    own = plan.space.issues[i]
                    if own.obligor != theirs.obligor:
                        continue
                    unit = own.unit == theirs.unit
                    numbers = [_is_number(x) for x in (*own.levels, *theirs.levels)]
                    if unit and any(numbers) and not all(numbers):
                        raise NotCompiled(f"levels of {own.id} of which some are words")
                    numeric = unit and all(numbers)
                    peers.append((k, p, i, o, j, numeric, unit))
                    row = [
                        own.levels.index(x)
                        if x in own.levels and (unit or isinstance(x, str))
                        else NONE
                        for x in theirs.levels
                    ]
                    same.append([*row, *[NONE] * (self.sizes["L"] - len(row))])
        table = records(len(peers), arrays.PEER)
        for n, peer in enumerate(peers):
            table[n] = peer
        whole = np.array(same, np.int64).reshape(len(peers), self.sizes["L"])
        return {"peers": table, "same": whole}

    def _events(self) -> dict[str, Any]:
        count = len(self.events)
        events = records(count, arrays.EVENT)
        withdraws = np.zeros((count, self.sizes["T"]), np.bool_)
        concerns = np.zeros((count, len(self.nodes)), np.bool_)
        ids = [spec.id for spec, _, _ in self.stages[0].threats]
        for e, event in enumerate(self.events):
            row = events[e]
            row.week, row.stage = self.scenario.week_of(event.date), self.stage_of[e + 1]
            row.talk = row.seat = row.by = NONE
            if (broken := event.disregard) is not None:
                row.talk = self.talks.index(broken.talk)
                row.seat = self.plans[row.talk].seats[broken.by]
            if (told := event.evidence) is not None:
                row.by, row.kind = self.countries.index(told.by), int(told.kind == "threat")
                row.quality, row.stake = told.quality, told.stake
                concerns[e] = self._concerned(told.by, told.towards)
            for t, id in enumerate(ids):
                withdraws[e, t] = id in event.withdraw
        return {"events": events, "withdraws": withdraws, "concerns": concerns}

    def _concerned(self, by: str, towards: Sequence[str]) -> list[bool]:
        """Return which nodes an act concerns."""
        if tuple(towards) == ("*",):
            return [node in self.countries and node != by for node in self.nodes]
        return [node in towards for node in self.nodes]

    # -- outcomes ----------------------------------------------------------------------------

    def _outcomes(self) -> dict[str, Any]:
        talks = self._zeros("SK", arrays.TALKS)
        counts, levels = self._zeros("KI", np.int64), self._zeros("KIL")
        order = self._zeros("KIL", np.int64)
        rank, kinds = self._zeros("KI"), self._zeros("KI", np.int64)
        grids, scaled, supposed = [], [], []
        at = dict.fromkeys(("vectors", "pairs", "grid"), 0)
        at |= dict.fromkeys(("tables", "misfits", "likely", "supposed"), 0)
        for k, plan in enumerate(self.plans):
            space, parties = plan.space, len(plan.parties)
            issues, size = len(space.shape), space.size
            suppose = hypotheses(space.shape)
            _, kind, most = suppose.shapes.shape
            for s, stage in enumerate(self.stages):
                row = talks[s, k]
                row.parties, row.issues, row.outcomes = parties, issues, size
                row.kinds, row.most = kind, most
                for name, first in at.items():
                    row[name] = first
                self._dates(row, stage, stage.plans[self.talks[k]])
            at["vectors"] += parties * size
            at["pairs"] += parties * parties * size
            at["grid"] += issues * size
            at["tables"] += parties * parties * issues * most
            at["misfits"] += parties * parties * issues * issues * kind
            at["likely"] += issues * kind
            at["supposed"] += issues * kind * most
            counts[k, :issues], rank[k, :issues] = space.shape, suppose.weights
            kinds[k, :issues] = suppose.kinds
            grids.append(np.ascontiguousarray(space.grid, dtype=np.int64).ravel())
            scaled.append(np.ascontiguousarray(space.scaled_grid.T).ravel())
            for i, issue in enumerate(space.issues):
                own = issue.levels
                if all(_is_number(x) for x in own):
                    levels[k, i, : len(own)] = own
                    order[k, i, : len(own)] = np.argsort(np.array(own, float), kind="stable")
            supposed.append(suppose.shapes.ravel())
        self.lengths = at
        return {
            "talks": talks,
            "counts": counts,
            "levels": levels,
            "order": order,
            "ranks": rank,
            "kinds": kinds,
            "grid": np.concatenate(grids) if grids else np.zeros(0, np.int64),
            "scaled": np.concatenate(scaled) if scaled else np.zeros(0),
            "shapes": np.concatenate(supposed) if supposed else np.zeros(0),
        }

    def _dates(self, row: Any, stage: Blueprint, plan: TalkPlan) -> None:
        spec, start = plan.spec, self.scenario.start
        row.open = spec.open
        if spec.open:
            assert spec.deadline is not None
            row.opens, row.deadline = (spec.opens - start).days, (spec.deadline - start).days
        row.review, row.ratify, row.cooling = (
            spec.review_weeks,
            spec.ratify_weeks,
            spec.cooling_weeks,
        )
        row.term = NONE if spec.term_weeks is None else spec.term_weeks
        row.renew = NONE if spec.renew_weeks is None else spec.renew_weeks
        row.renegotiate = NONE if spec.renegotiate_weeks is None else spec.renegotiate_weeks

    def _keys(self) -> dict[str, Any]:
        memories, pairs = self._zeros("KP", MEMORY), self._zeros("KPP", PAIR)
        values = self._zeros("KPI", np.uint64)
        pledges, conducts = self._zeros("KPD", np.uint64), self._zeros("KPD", np.uint64)
        shortfalls, spares = self._zeros("KID", np.uint64), self._zeros("TD", np.uint64)
        for k, (key, plan) in enumerate(zip(self.talks, self.plans, strict=True)):
            count = len(plan.parties)
            memories[k, :count], pairs[k, :count, :count] = keys_of(key, plan.parties)
            for p, party in enumerate(plan.parties):
                for i, issue in enumerate(plan.space.issues):
                    values[k, p, i] = draws.key("valuation", (key, issue.id, party))
                for d in range(DEALS):
                    pledges[k, p, d] = draws.key("pledge", (party, f"{key}:{d}"))
                    conducts[k, p, d] = draws.key("compliance", (party, f"{key}:{d}"))
            for i, issue in enumerate(plan.space.issues):
                for d in range(DEALS):
                    ids = (issue.obligor, f"{key}:{d}", issue.id)
                    shortfalls[k, i, d] = draws.key("compliance", ids)
        for t, (spec, _, _) in enumerate(self.stages[0].threats):
            for d in range(DEALS):
                spares[t, d] = draws.key("breach", (spec.by, f"{spec.talk}:{d}"))
        found = {"memories": memories, "pairs": pairs, "values": values, "pledges": pledges}
        return {**found, "conducts": conducts, "shortfalls": shortfalls, "spares": spares}

    # -- the past ----------------------------------------------------------------------------

    def _states(self, world: Simulation, memory: str) -> NDArray[np.float64]:
        """Return what everybody remembers of everybody before the first week."""
        states = np.zeros((len(self.countries), len(self.countries), 4))
        for o, observer in enumerate(self.countries):
            remembered: Memory = getattr(world.parties[observer], memory)
            for s, subject in enumerate(self.countries):
                if o != s:
                    state = remembered._state(subject)
                    states[o, s, : len(state)] = state
        return states

    def _deals(self) -> NDArray[np.int64]:
        rows = []
        for spec in self.scenario.deals:
            k = self.talks.index(spec.talk)
            week = self.scenario.week_of(spec.signed)
            levels = self.plans[k].initial_deal(spec.outcome, week).levels
            rows.append([k, week, *levels, *[0] * (self.sizes["I"] - len(levels))])
        return np.array(rows, np.int64).reshape(len(rows), 2 + self.sizes["I"])


def _policy(policy: object) -> str:
    """Return the name of a policy by which the engine knows it."""
    known = {
        Always: "always",
        Volatile: "volatile",
        Opportunist: "opportunist",
        Reciprocal: "reciprocal",
        Generous: "generous",
        Grim: "grim",
        LimitedPunishment: "limited-punishment",
        Shortfall: "shortfall",
    }.get(type(policy))
    if known is None:
        raise NotCompiled(f"the policy {type(policy).__name__}")
    return known


def _model(model: object) -> tuple[str, Sequence[float]]:
    """Return the name of a model of trust by which the engine knows it, and its parameters."""
    if type(model) is Fixed:
        return "fixed", (model.t0,)
    if type(model) is Asymmetric:
        return "asymmetric", (model.up, model.down, model.t0, model.lam)
    if type(model) is Beta:
        return "beta", (model.lam, model.kappa, model.a, model.b)
    if type(model) is TwoLayer:
        return "two-layer", (model.up, model.down, model.mu, model.heal, model.t0, model.lam)
    if type(model) is Fire:
        return "fire", (model.half_life, model.gamma)
    if type(model) is Types:
        return "types", (*model.init(), *model.keeps, model.lam)
    raise NotCompiled(f"the model of trust {type(model).__name__}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
