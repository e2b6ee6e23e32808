"""What the vote of a party's audience on a deal follows from, whole or with some of it left out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from simulator.arithmetic import total
from simulator.negotiation.payoffs import Valuation, Vector
from simulator.rounding import slack
from simulator.world.ground_kinds import Ground, Kind
from simulator.world.grounds import valued

__all__ = ["Votes"]


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """What an audience compares: outcomes at full faith with what is to come without a deal.

    Parameters
    ----------
    valuation : Valuation
        What outcomes are worth in its eyes.
    threats : tuple of (int, float)
        What it expects of each threat while there is no deal, after the seat of its author, US$ bn
        per year.
    """

    valuation: Valuation
    threats: tuple[tuple[int, float], ...] = ()

    @property
    def without(self) -> float:
        """What it expects without a deal, US$ bn per year."""
        return total(amount for _, amount in self.threats)

    def gains(self) -> Vector:
        """Return how much better each outcome is than none."""
        return self.valuation.full_faith - self.without

    def payoffs(self) -> Vector:
        """Return the `gains`, and what rounding may have taken."""
        gains = self.gains()
        return gains + slack(gains)

    def __iter__(self) -> Iterator[Ground]:
        """Yield the grounds there are, in the order in which one makes sense after the other."""
        partners = self.valuation.partners
        yield Ground(Kind.OWN)
        yield Ground(Kind.HARM)
        for kind in (Kind.SIDE, Kind.PROMISED):
            yield from (Ground(kind, partner) for partner in partners)
        yield from (Ground(Kind.THREAT, seat) for seat in (*partners, self.valuation.seat))

    def less(self, left_out: Collection[Ground]) -> "Votes":
        """Return what the vote would follow from without some of the grounds."""
        threats = tuple(t for t in self.threats if Ground(Kind.THREAT, t[0]) not in left_out)
        return Votes(self.valuation.less(valued(left_out)), threats)
