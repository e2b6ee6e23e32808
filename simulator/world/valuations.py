"""What the outcomes of a talk are worth to its parties in one run."""

from collections.abc import Sequence

from simulator.negotiation.payoffs import Vector, expected
from simulator.world.benchmark import Benchmark
from simulator.world.blueprint import TalkPlan

__all__ = ["Valuations"]


class Valuations:
    """What the outcomes of a talk are worth to its parties in one run.

    Parameters
    ----------
    plan : TalkPlan
        Outcomes and value tables.
    factors : sequence of sequence of float or None
        Per seat and issue, this run's draw of value uncertainty.

    Attributes
    ----------
    seats : list of Valuation
        Per seat, the party's values, political weights included.
    benchmarks : list of Benchmark
        Per seat, the party's comparison with its peers.
    """

    def __init__(self, plan: TalkPlan, factors: Sequence[Sequence[float]] | None) -> None:
        self.plan = plan
        self.factors = factors
        self.seats = [
            plan.valuation(seat, factors[seat] if factors else None)
            for seat in range(len(plan.parties))
        ]
        self.benchmarks = [Benchmark(plan.space, valuation.values) for valuation in self.seats]

    def expected(self, seat: int, trust: Sequence[float], threats: Sequence[float]) -> Vector:
        """Return what a party expects of each outcome, face included, peers left out.

        Parameters
        ----------
        seat : int
            Whose.
        trust : sequence of float
            Its trust in each partner, in seat order.
        threats : sequence of float
            Per seat, what it gets if that party carries out its threats.
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
