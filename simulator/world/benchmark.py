"""What peers have agreed with the same partners, and what it costs to get less than they did."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.negotiation.issues import Level, OutcomeSpace
from simulator.negotiation.payoffs import Vector, benchmark_penalty, interpolated

__all__ = ["Bar", "Benchmark", "Peer"]

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

    Parameters
    ----------
    space : OutcomeSpace
        The talk's outcomes; ``n`` of them below.
    values : sequence of ndarray
        The party's value of each level, per issue, US$ bn per year.
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
        """Return what each outcome is marked down for falling short of the bar, shape ``(n,)``."""
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
