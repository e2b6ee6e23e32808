"""What the outcomes of a talk are worth to its parties in one run, and compared with peers'."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from simulator.arithmetic import total
from simulator.negotiation.issues import Level, OutcomeSpace
from simulator.negotiation.payoffs import (
    Menace,
    Part,
    Valuation,
    Vector,
    benchmark_penalty,
    expected,
    interpolated,
    rests,
)
from simulator.scenario.specs import ThreatSpec
from simulator.world.blueprint import TalkPlan

__all__ = ["Bar", "Benchmark", "Peer", "Valuations"]

#: Per issue, by its position, the value of what the best-treated peer has.
Bar = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer has agreed with a partner: a level of an issue with the same id and obligor."""

    issue: str
    obligor: str
    level: Level
    unit: str


class Benchmark:
    """How one party of a talk compares its outcomes with what peers have.

    It does so by its `values` of each level, per issue, US$ bn per year.
    """

    def __init__(self, space: OutcomeSpace, values: Sequence[Vector]) -> None:
        self.space = space
        self.values = values
        self._bar: tuple[Sequence[Peer], Bar] = ((), ())
        self._penalties: dict[tuple[Bar, float], Vector] = {}

    def bar(self, peers: Sequence[Peer]) -> Bar:
        """Return, per issue that a peer has too, the value of the best peer's level.

        Worked out anew for another list of peers only.
        """
        if self._bar[0] is not peers:
            self._bar = peers, self._worked_out(peers)
        return self._bar[1]

    def penalty(self, bar: Bar, weight: float) -> Vector:
        """Return what each outcome is marked down for falling short of the bar."""
        if (bar, weight) not in self._penalties:
            tables = [0.0 * levels for levels in self.values]
            for k, value in bar:
                tables[k] = benchmark_penalty(self.values[k], value, weight)
            self._penalties[bar, weight] = self.space.total(tables)
        return self._penalties[bar, weight]

    def _worked_out(self, peers: Sequence[Peer]) -> Bar:
        bar: dict[int, float] = {}
        for peer in peers:
            k = self.space.position.get(peer.issue)
            if k is None or self.space.issues[k].obligor != peer.obligor:
                continue
            issue = self.space.issues[k]
            value = interpolated(issue.levels, self.values[k], peer.level, issue.unit == peer.unit)
            if value is not None:
                bar[k] = max(value, bar.get(k, value))
        return tuple(sorted(bar.items()))


class Valuations:
    """What the outcomes of a talk are worth to its parties in one run.

    The `factors`, per seat and issue, are the run's draw of value uncertainty, if there is one.
    """

    def __init__(self, plan: TalkPlan, factors: Sequence[Sequence[float]] | None) -> None:
        self.plan = plan
        self.factors = factors
        #: Per seat, the party's values, political weights included.
        self.seats = [
            plan.valuation(seat, factors[seat] if factors else None)
            for seat in range(len(plan.parties))
        ]
        #: Rests of threats, by seat, partner, and what the threats are worth.
        self._rests: dict[tuple[object, ...], list[float | Vector]] = {}
        self.benchmarks = [Benchmark(plan.space, valuation.values) for valuation in self.seats]

    def expected(
        self,
        seat: int,
        trust: Sequence[float],
        menaces: Sequence[Sequence[Menace]],
        before_notice: float | None = None,
    ) -> Vector:
        """Return what a party expects of each outcome, face included, peers left out.

        Parameters
        ----------
        seat : int
            Whose.
        trust : sequence of float
            Its trust in each partner, in seat order.
        menaces : sequence of sequences of Menace
            Per seat, that party's threats as they concern it.
        before_notice : float, optional
            The share of the term before it notices that it is let down, if it stops paying then.
        """
        valuation, certain = self.seats[seat], self.seats[seat].bargained
        effective: list[float | Vector] = list(trust)
        rests = []
        for k, partner in enumerate(valuation.partners):
            rests.append(self._rest(seat, k, menaces[partner]))
            issues = [issue for _, _, issue in self.plan.bonds[partner]]
            if issues:
                effective[k] = self.plan.trusted(partner, trust[k])
                pledged = valuation.promised_on(issues)
                certain = certain + (trust[k] - effective[k]) * pledged
        if before_notice is not None:
            certain = certain + self._withheld(valuation, effective, before_notice)
        return expected(certain, valuation.promised, effective, rests)

    def less(
        self, seat: int, parts: Collection[Part], face: bool, unbound: Collection[int | None]
    ) -> "Valuations":
        """Return these, for the party at `seat` with some parts of its values worth nothing.

        Without face if so said, and without what the pledges of some seats make good.
        """
        fewer = copy(self)
        fewer.plan = self.plan.unbound(unbound) if unbound else self.plan
        fewer.seats = [*self.seats]
        fewer.seats[seat] = self.seats[seat].less(parts, face)
        fewer._rests = {}
        return fewer

    def _rest(self, seat: int, partner: int, menaces: Sequence[Menace]) -> "float | Vector":
        """Return what a partner that breaks a deal is expected to add by its threats."""
        sides = self.seats[seat].sides[partner]
        if sides is None:
            return total(m.weight * m.payoff for m in menaces)
        key = (seat, partner, tuple((m.payoff, m.issue) for m in menaces))
        if key not in self._rests:
            self._rests[key] = rests(key[2], sides)
        added: float | Vector = 0.0
        for menace, of in zip(menaces, self._rests[key], strict=True):
            added = added + menace.weight * of
        return added

    @staticmethod
    def _withheld(
        valuation: Valuation, trust: "Sequence[float | Vector]", before_notice: float
    ) -> Vector:
        """Return what a party saves by paying no more once it has been let down, per outcome."""
        costs = np.minimum(valuation.concessions, 0.0)
        kept = _reliability(trust, valuation.promised)
        saved: Vector = costs * (kept + (1.0 - kept) * before_notice - 1.0)
        return saved

    def audience(self, seat: int) -> Valuation:
        """Return how the audience of the party at `seat` values the outcomes."""
        return self.plan.audience(seat, self._factors(seat))

    def threat(self, seat: int, threat: ThreatSpec) -> tuple[float, float, float]:
        """Return what carrying a threat out is worth to a party, US$ bn per year.

        Material, weighted, and in the eyes of its audience.
        """
        party = self.plan.parties[seat]
        if threat.issue is None:
            payoff = threat.payoffs.get(party, 0.0)
            return payoff, payoff, payoff
        issue = self.plan.space.position[threat.issue]
        level = self.plan.space.issues[issue].levels.index(threat.level)
        factor = self._factors(seat)[issue]
        material = float(self.plan.material[seat][issue][level]) * factor
        weighted = float(self.seats[seat].values[issue][level])
        audience = float(self.audience(seat).values[issue][level])
        cost = threat.cost if party == threat.by else 0.0
        return material - cost, weighted - cost, audience - cost

    def material(self, seat: int, levels: Sequence[int]) -> list[float]:
        """Return what each issue at these levels is worth to a party, all weights 1."""
        return [
            float(table[level]) * factor
            for table, level, factor in zip(
                self.plan.material[seat], levels, self._factors(seat), strict=True
            )
        ]

    def _factors(self, seat: int) -> Sequence[float]:
        return self.factors[seat] if self.factors else [1.0] * len(self.plan.obligors)


def _reliability(trust: "Sequence[float | Vector]", promised: Sequence[Vector]) -> "float | Vector":
    """Return the trust in partners, weighted by what each promises; the lowest if nothing is."""
    if len(trust) == 1:
        return trust[0]
    whole, weighted, lowest = 0.0 * promised[0], 0.0 * promised[0], 0.0 * promised[0] + 1.0
    for t, p in zip(trust, promised, strict=True):
        whole, weighted, lowest = whole + p, weighted + t * p, np.minimum(lowest, t)
    return np.where(whole > 0.0, weighted / np.where(whole > 0.0, whole, 1.0), lowest)
