"""Who learns what about whom: evidence for the parties to a deal and for those who hear of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.world.party import Evidence, disregarded, in_order
from simulator.world.relationships import Ties, hearings

__all__ = ["Conduct", "Lessons", "WitnessNetwork", "excused"]


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one obligor performed under one agreement in one period, or acted outside of all."""

    obligor: str
    towards: Mapping[str, Evidence]  # per beneficiary, as that beneficiary sees it
    kind: str = "promise"  # what it is evidence of; or "threat"


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned in a week, per observer and subject, in the order in which it counts."""

    promises: Mapping[tuple[str, str], list[Evidence]] = field(default_factory=dict)
    threats: Mapping[tuple[str, str], list[Evidence]] = field(default_factory=dict)


class WitnessNetwork:
    """The network over which witnesses report: what beneficiaries see themselves and others hear.

    Parameters
    ----------
    graph : Ties
        The relationships, with edge attribute ``weight``.
    countries : iterable of str
        Who observes, and is observed.
    decay : float
        What is left of the news after each further edge.
    good_news : float
        Factor on the weight of kept promises that are only heard of, in [0, 1].

    Attributes
    ----------
    pairs : tuple of (str, str)
        Every observer with every subject.
    """

    def __init__(
        self, graph: Ties, countries: Iterable[str], decay: float, good_news: float
    ) -> None:
        self.countries = tuple(countries)
        self.good_news = good_news
        self.reports = hearings(graph, self.countries, decay)
        self.pairs = tuple(self.reports)

    def lessons(self, conducts: Sequence[Conduct]) -> Lessons:
        """Return what one week teaches, of promises and of threats."""
        promises = self.spread(c for c in conducts if c.kind == "promise")
        return Lessons(promises, self.spread(c for c in conducts if c.kind == "threat"))

    def spread(self, conducts: Iterable[Conduct]) -> dict[tuple[str, str], list[Evidence]]:
        """Return the evidence of one week per (observer, subject), in the order it counts.

        One piece of evidence per observer, obligor and conduct: one's own if one is a
        beneficiary, else the strongest that is heard.
        """
        evidence: dict[tuple[str, str], list[Evidence]] = {}
        for conduct in conducts:
            for observer in self.countries:
                pair = (observer, conduct.obligor)
                piece = self._piece(pair, conduct) if pair in self.reports else None
                if piece is not None and piece.weight > 0:
                    evidence.setdefault(pair, []).append(piece)
        return {pair: in_order(pieces) for pair, pieces in evidence.items()}

    def _piece(self, pair: tuple[str, str], conduct: Conduct) -> Evidence | None:
        """Return what a conduct is to an observer: own experience, a report, or nothing."""
        own = conduct.towards.get(pair[0])
        if own is not None:
            return own
        weights = self.reports[pair]
        reports = [
            Evidence(e.quality, e.weight * weights[victim] * self._interest(e))
            for victim, e in conduct.towards.items()
            if victim in weights
        ]
        return max(reports, key=lambda e: (e.weight, -e.quality), default=None)

    def _interest(self, evidence: Evidence) -> float:
        return 1.0 if evidence.adverse else self.good_news


def excused(
    overall: Mapping[str, float],
    before: Mapping[str, float] | None,
    level: float,
    forced: Collection[str] = (),
) -> frozenset[str]:
    """Return whose disregard answers one of a partner in the period before.

    Of both periods the overall quality per party is given, and the level below which that is a
    disregard. A disregard that an event forces answers nothing.
    """
    if before is None:
        return frozenset()
    return frozenset(
        party
        for party, quality in overall.items()
        if disregarded(quality, level)
        and party not in forced
        and any(disregarded(before[partner], level) for partner in before if partner != party)
    )
