"""One talk of the world as it stands from week to week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import total
from simulator.negotiation.payoffs import Preferences, accrued, disagreement
from simulator.negotiation.talk import Talk
from simulator.scenario.specs import ThreatSpec
from simulator.world.accounts import Flow
from simulator.world.blueprint import TalkPlan
from simulator.world.deals import REFRAIN, Deal, InForce, Period
from simulator.world.threats import threat_table
from simulator.world.valuations import Peer, Valuations

__all__ = ["Session", "Track", "peers"]


@dataclass(frozen=True, slots=True)
class Session:
    """One opening of a talk."""

    number: int  # how often the talk had opened before
    week: int
    start: int  # its first day, counted from the start of the run
    deadline: int  # the day by which it was to end, counted likewise
    renewal: bool  # whether a deal in force is to be renewed


class Track:
    """The state of a talk that outlasts its openings.

    A talk opens and ends, with a deal or without one, and may open again. What lasts is its deal,
    pending or in force, the threats about it, and what its outcomes are worth in this run.
    """

    def __init__(self, plan: TalkPlan, factors: Sequence[Sequence[float]] | None) -> None:
        self.factors = factors
        self.session: Session | None = None  # the last opening
        self.talk: Talk | None = None  # under way
        #: Per seat of a party with an audience, which outcomes it believes that to pass.
        self.win_sets: Mapping[int, NDArray[np.bool_]] = {}
        self.pending: Deal | None = None  # signed and not yet in force
        self.in_force: InForce | None = None
        self._flows: tuple[tuple[object, ...], list[Flow]] = ((), [])
        self.take(plan)
        self.threaten()

    def take(self, plan: TalkPlan) -> None:
        """Go by `plan` from now on."""
        self.plan, self.spec = plan, plan.spec
        self.valuations = Valuations(plan, self.factors)
        self._wants: dict[int, tuple[tuple[object, ...], Preferences]] = {}

    def threaten(
        self, announced: Sequence[ThreatSpec] = (), due: Sequence[ThreatSpec] = ()
    ) -> None:
        """Have these threats of the talk stand, and some of them be due."""
        self.announced = threat_table(self.plan.seats, announced)
        self.due = threat_table(self.plan.seats, due)

    @property
    def openings(self) -> int:
        """How often the talk has opened."""
        return 0 if self.session is None else self.session.number + 1

    @property
    def deal(self) -> Deal | None:
        """The deal in force."""
        return None if self.in_force is None else self.in_force.deal

    def bring_into_force(self, deal: Deal, week: int) -> None:
        """Put a deal into force as of a week, below 0 for one that is older than the run."""
        term = self.spec.term_weeks
        self.in_force = InForce(deal, None if term is None else week + term, max(week, 0))

    def owes(self, deal: Deal, party: str) -> tuple[str, ...]:
        """Return what `party` has to perform: commitments, else not carrying out its threat."""
        commitments = deal.owed_by(party)
        if commitments:
            return commitments
        seat = self.plan.seats[party]
        return (REFRAIN,) if any(row[seat] for row in self.announced) else ()

    # -- what outcomes are worth -------------------------------------------------------------

    def preferences(
        self, seat: int, trust: Sequence[float], peers: Sequence[Peer], weight: float
    ) -> Preferences:
        """Return what a party wants now: the same object while nothing has changed."""
        benchmark, threats = self.valuations.benchmarks[seat], self.announced[seat]
        bar = benchmark.bar(peers) if weight else ()
        deal, session = self.deal, self.session
        key = (tuple(trust), threats, deal, session, bar, weight)
        last = self._wants.get(seat)
        if last is not None and last[0] == key:
            return last[1]
        payoffs = self.valuations.expected(seat, trust, threats)
        if bar:
            payoffs = payoffs - benchmark.penalty(bar, weight)
        on_table = self.win_sets.get(seat)
        held: float | None = None
        if deal is not None and not (session is not None and session.renewal):
            outcome = self.plan.space.index(deal.levels)
            held = float(payoffs[outcome])
            on_table = np.ones(len(payoffs), bool) if on_table is None else on_table.copy()
            on_table[outcome] = False
        wants = Preferences(payoffs, disagreement(threats, held), on_table)
        self._wants[seat] = key, wants
        return wants

    # -- payoffs -----------------------------------------------------------------------------

    def flows(self, period: Period | None) -> list[Flow]:
        """Return what each party gets per year in the period of its deal, in seat order."""
        key = (period, self.pending, self.due, self.valuations)
        if key != self._flows[0]:
            seats = range(len(self.plan.parties))
            self._flows = key, [self._flow(seat, period) for seat in seats]
        return self._flows[1]

    def _flow(self, seat: int, period: Period | None) -> Flow:
        threats, deal = self.due[seat], self.deal
        if deal is None or period is None:
            amount = 0.0 if self.pending is not None else total(threats)
            return Flow(amount, amount)
        levels, plan = deal.levels, self.plan
        qualities = [period.qualities[i.obligor].get(i.id, 1.0) for i in plan.space.issues]
        overall = [period.overall[party] for party in plan.parties]
        material, weighted = (
            accrued(values, plan.obligors, qualities, seat, overall, threats)
            for values in (
                self.valuations.material(seat, levels),
                self.valuations.seats[seat].of(levels),
            )
        )
        return Flow(material, weighted)


def peers(tracks: Iterable[Track], track: Track, name: str) -> list[Peer]:
    """Return what others have in force with the partners of `name` in one of the tracks."""
    partners = track.plan.partners[track.plan.seats[name]]
    return [
        Peer(issue.id, issue.obligor, issue.levels[level], issue.unit)
        for other in tracks
        if other.deal is not None and name not in other.deal.parties
        for issue, level in zip(other.plan.space.issues, other.deal.levels, strict=True)
        if issue.obligor in partners
    ]
