"""One negotiating track: how a talk, its deal and its threats stand in the world."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.negotiation.issues import Level
from simulator.negotiation.payoffs import (
    Preferences,
    Valuation,
    Vector,
    accrued,
    benchmark_penalty,
    disagreement,
    expected,
    interpolated,
)
from simulator.negotiation.talk import Talk
from simulator.scenario.specs import ThreatSpec
from simulator.world.blueprint import TalkPlan
from simulator.world.deals import REFRAIN, Commitment, Deal, Period, shares
from simulator.world.evidence import Conduct
from simulator.world.party import Evidence, disregarded

__all__ = ["Flow", "Peer", "Track", "peers"]

#: Per issue, by its position, the value of what the best-treated peer has.
Bar = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What a party gets from one track, US$ bn per year: all weights 1, and weighted."""

    material: float
    weighted: float


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer has agreed with a partner: a level of an issue with the same id and obligor."""

    issue: str
    obligor: str
    level: float | int | str
    unit: str


def peers(tracks: Iterable["Track"], track: "Track", name: str) -> list[Peer]:
    """Return what others have in force with the partners of `name` in one of the tracks.

    Parameters
    ----------
    tracks : iterable of Track
        All tracks.
    track : Track
        The one in which `name` compares itself with its peers.
    name : str
        A party to it.
    """
    partners = {p for p in track.plan.parties if p != name}
    found = []
    for other in tracks:
        deal = other.deal
        if deal is None or other is track or name in deal.parties:
            continue
        for issue, level in zip(other.plan.space.issues, deal.levels, strict=True):
            if issue.obligor in partners:
                found.append(Peer(issue.id, issue.obligor, issue.levels[level], issue.unit))
    return found


class Track:
    """Everything about one talk that outlasts a single round of negotiations.

    Parameters
    ----------
    plan : TalkPlan
        Outcomes and value tables.
    factors : sequence of sequence of float or None
        Per seat and issue, this run's draw of value uncertainty.
    """

    def __init__(self, plan: TalkPlan, factors: Sequence[Sequence[float]] | None) -> None:
        self.factors = factors
        self.talk: Talk | None = None
        self.renewal = False
        self.opened = 0
        self.openings = 0
        self.begun = False
        self.opened_day = 0
        self.next_opening: int | None = None
        self.deal: Deal | None = None
        self.pending: Deal | None = None
        self.expires: int | None = None
        self.next_review = 0
        self.deals = 0
        self.recorded = 0
        self.first_length = 0
        self.renewed: Deal | None = None
        self.take(plan)
        #: What each party (row) gets from the threats announced by each (column), and of these
        #: from the threats that are due; replaced, never edited.
        self.announced = self.threatened(())
        self.due = self.announced
        self.win_sets: dict[int, NDArray[np.bool_]] = {}
        self._standing: tuple[object, ...] = ()
        self._flows: list[Flow] = []

    def take(self, plan: TalkPlan) -> None:
        """Go by `plan` from now on."""
        self.plan = plan
        self.spec = plan.spec
        self.valuations = [self._valuation(seat) for seat in range(len(plan.parties))]
        self._wants: dict[int, tuple[object, Preferences]] = {}
        self._bars: dict[int, tuple[Sequence[Peer], Bar]] = {}
        self._penalties: dict[object, Vector] = {}

    def _valuation(self, seat: int) -> Valuation:
        return self.plan.valuation(seat, self.factors[seat] if self.factors else None)

    # -- what outcomes are worth -------------------------------------------------------------

    def preferences(
        self, seat: int, trust: Sequence[float], peers: Sequence[Peer], weight: float
    ) -> Preferences:
        """Return what a party wants now: the same object while nothing has changed.

        Parameters
        ----------
        seat : int
            Whose.
        trust : sequence of float
            Its trust in each partner, in seat order.
        peers : sequence of Peer
            What peers have in force with its partners.
        weight : float
            Weight of the comparison with peers.
        """
        bar = self._known_bar(seat, peers) if weight else ()
        threats = self.announced[seat]
        key = (tuple(trust), tuple(threats), self.deal, self.renewal, self.openings, bar, weight)
        known = self._wants.get(seat)
        if known is not None and known[0] == key:
            return known[1]
        vector = self.expected(seat, trust)
        if bar:
            vector = vector - self._penalty(seat, bar, weight)
        on_table = self.win_sets.get(seat)
        held: float | None = None
        if self.deal is not None and not self.renewal:
            index = self.plan.space.index(self.deal.levels)
            held = float(vector[index])
            on_table = self._without(index, on_table)
        wants = Preferences(vector, disagreement(threats, held), on_table)
        self._wants[seat] = key, wants
        return wants

    def expected(self, seat: int, trust: Sequence[float]) -> Vector:
        """Return what a party expects of each outcome, face included, peers left out."""
        valuation = self.valuations[seat]
        threats = [self.announced[seat][j] for j in valuation.partners]
        return expected(valuation.bargained, valuation.promised, trust, threats)

    def _without(self, index: int, on_table: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        mask = np.ones(self.plan.space.size, bool) if on_table is None else on_table.copy()
        mask[index] = False
        return mask

    def _known_bar(self, seat: int, peers: Sequence[Peer]) -> Bar:
        """Return the bar, set anew only for another list of peers."""
        if seat not in self._bars or self._bars[seat][0] is not peers:
            self._bars[seat] = peers, self._bar(seat, peers)
        return self._bars[seat][1]

    def _bar(self, seat: int, peers: Sequence[Peer]) -> Bar:
        """Return, per issue that a peer has too, the value of the best peer's level."""
        values = self.valuations[seat].values
        bar: dict[int, float] = {}
        for peer in peers:
            k = self.plan.space.position.get(peer.issue)
            if k is None or self.plan.space.issues[k].obligor != peer.obligor:
                continue
            issue = self.plan.space.issues[k]
            value = interpolated(issue.levels, values[k], peer.level, issue.unit == peer.unit)
            if value is not None:
                bar[k] = max(value, bar.get(k, value))
        return tuple(sorted(bar.items()))

    def _penalty(self, seat: int, bar: Bar, weight: float) -> Vector:
        key = (seat, bar, weight)
        if key not in self._penalties:
            tables = [0.0 * v for v in self.valuations[seat].values]
            for k, value in bar:
                tables[k] = benchmark_penalty(self.valuations[seat].values[k], value, weight)
            self._penalties[key] = self.plan.space.total(tables)
        return self._penalties[key]

    def audience_payoffs(self, seat: int) -> list[Vector]:
        """Return, per issue, what the audience of the party at `seat` gets at each level."""
        count = len(self.plan.obligors)
        factors = self.factors[seat] if self.factors else [1.0] * count
        return self.plan.audience_payoffs(seat, factors)

    # -- deals -------------------------------------------------------------------------------

    def sign(self, outcome: int, week: int) -> Deal:
        """Return the deal to which the parties have agreed."""
        return self.deal_of(self.plan.space.levels(outcome), week)

    def stated(self, outcome: Mapping[str, Level], week: int) -> Deal:
        """Return the deal that agrees these levels by issue; issues not named stand at level 0."""
        issues = self.plan.space.issues
        levels = (i.levels.index(outcome[i.id]) if i.id in outcome else 0 for i in issues)
        return self.deal_of(tuple(levels), week)

    def deal_of(self, levels: tuple[int, ...], week: int) -> Deal:
        """Return the track's next deal, with these `levels`."""
        issues = self.plan.space.issues
        commitments = tuple(
            Commitment(issue.id, issue.obligor, level)
            for issue, level in zip(issues, levels, strict=True)
            if level
        )
        number, self.deals = self.deals, self.deals + 1
        name = self.spec.id
        return Deal(f"{name}:{number}", name, self.plan.parties, levels, commitments, week)

    def owes(self, deal: Deal, party: str) -> tuple[str, ...]:
        """Return what `party` has to perform: commitments, else not carrying out its threat."""
        owed = deal.owed_by(party)
        if owed:
            return owed
        seat = self.plan.seats[party]
        threatens = any(row[seat] for row in self.announced)
        return (REFRAIN,) if threatens else ()

    def quality_towards(
        self, deal: Deal, obligor: str, beneficiary: str, qualities: dict[str, float]
    ) -> float:
        """Return how well an obligor performs in a beneficiary's eyes: the stake-weighted mean."""
        lowest, highest = min(qualities.values(), default=1.0), max(qualities.values(), default=1.0)
        if lowest == highest:
            return lowest
        values = self.valuations[self.plan.seats[beneficiary]].values
        position = self.plan.space.position
        worth = [
            float(values[position[issue]][deal.levels[position[issue]]]) if issue in position else 0
            for issue in qualities
        ]
        stakes = shares(worth)
        mean = sum(s * q for s, q in zip(stakes, qualities.values(), strict=True))
        # Rounding must not make a disregard of commitments all kept at one half.
        return min(max(mean, lowest), highest)

    def period(
        self,
        deal: Deal,
        week: int,
        chosen: dict[str, dict[str, float]],
        before: Period | None,
        forced: Collection[str] = (),
    ) -> Period:
        """Return the period that these choices open; a forced disregard answers nothing."""
        overall = {
            party: min(
                self.quality_towards(deal, party, other, chosen[party])
                for other in deal.parties
                if other != party
            )
            for party in deal.parties
        }
        excused = frozenset(
            party
            for party in deal.parties
            if disregarded(overall[party])
            and party not in forced
            and before is not None
            and any(disregarded(before.overall[other]) for other in deal.parties if other != party)
        )
        return Period(week, chosen, overall, excused)

    def conducts(self, deal: Deal, period: Period) -> list[Conduct]:
        """Return how each obligor performed in a period that is over, as evidence."""
        found = []
        for obligor, qualities in period.qualities.items():
            if not qualities:
                continue
            weight = 0.0 if obligor in period.excused else 1.0
            towards = {
                other: Evidence(self.quality_towards(deal, obligor, other, dict(qualities)), weight)
                for other in deal.parties
                if other != obligor
            }
            found.append(Conduct(obligor, towards))
        return found

    def threatened(self, threats: Sequence[ThreatSpec]) -> list[list[float]]:
        """Return what each party (row) gets if each (column) carries out its threats."""
        seats = self.plan.seats
        table = [[0.0] * len(seats) for _ in seats]
        for threat in threats:
            for party, payoff in threat.payoffs.items():
                table[seats[party]][seats[threat.by]] += payoff
        return table

    # -- payoffs -----------------------------------------------------------------------------

    def flows(self, period: Period | None) -> list[Flow]:
        """Return what each party gets per year as things stand, in seat order.

        Parameters
        ----------
        period : Period or None
            The current period of the deal in force, None without one.
        """
        standing = (period, self.pending, self.due, self.plan)
        if standing != self._standing:
            self._standing = standing
            self._flows = [self._flow(seat, period) for seat in range(len(self.plan.parties))]
        return self._flows

    def _flow(self, seat: int, period: Period | None) -> Flow:
        threats = self.due[seat]
        if self.deal is None or period is None:
            amount = 0.0 if self.pending is not None else float(sum(threats))
            return Flow(amount, amount)
        valuation, deal = self.valuations[seat], self.deal
        factors = self.factors[seat] if self.factors else [1.0] * len(deal.levels)
        material = [
            float(table[level]) * factor
            for table, level, factor in zip(
                self.plan.material[seat], deal.levels, factors, strict=True
            )
        ]
        issues = self.plan.space.issues
        qualities = [period.qualities[i.obligor].get(i.id, 1.0) for i in issues]
        overall = [period.overall[party] for party in deal.parties]
        amounts = [
            accrued(values, self.plan.obligors, qualities, seat, overall, threats)
            for values in (material, valuation.of(deal.levels))
        ]
        return Flow(*amounts)
