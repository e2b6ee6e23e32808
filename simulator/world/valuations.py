"""What the outcomes of a talk are worth to its parties in one run, and compared with peers'."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.negotiation.issues import Level, OutcomeSpace
from simulator.negotiation.payoffs import Vector, benchmark_penalty, expected, interpolated
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
        self.benchmarks = [Benchmark(plan.space, valuation.values) for valuation in self.seats]

    def expected(self, seat: int, trust: Sequence[float], threats: Sequence[float]) -> Vector:
        """Return what a party expects of each outcome, face included, peers left out.

        By its trust in each partner and, per seat, what it gets from that party's threats.
        """
        valuation = self.seats[seat]
        of_partners = [threats[partner] for partner in valuation.partners]
        return expected(valuation.bargained, valuation.promised, trust, of_partners)

    def audience_payoffs(self, seat: int) -> list[Vector]:
        """Return, per issue, what the audience of the party at `seat` gets at each level."""
        return self.plan.audience_payoffs(seat, self._factors(seat))

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
