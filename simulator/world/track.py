"""One talk of the world as it stands from week to week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import total
from simulator.negotiation.payoffs import (
    Menace,
    Preferences,
    accrued,
    rests,
    surpluses,
)
from simulator.negotiation.talk import Talk
from simulator.world.accounts import Flow
from simulator.world.blueprint import TalkPlan
from simulator.world.deals import REFRAIN, Deal, InForce, Occasion, Period
from simulator.world.grounds import Breach, Facing, Grounds, Views, chances, menaces
from simulator.world.standing import Standing
from simulator.world.valuations import Bar, Peer, Valuations
from simulator.world.votes import Votes

__all__ = ["Session", "Track", "peers"]


@dataclass(frozen=True, slots=True)
class Session:
    """One opening of a talk."""

    number: int  # how often the talk had opened before
    week: int
    start: int  # its first day, counted from the start of the run
    deadline: int  # the day by which it was to end, counted likewise
    occasion: Occasion = Occasion.PLANNED
    breach: Breach | None = None  # that a renegotiation is about


class Track:
    """The state of a talk that outlasts its openings.

    A talk opens and ends, with a deal or without one, and may open again. What lasts is its deal,
    pending or in force, the threats about it, and what its outcomes are worth in this run.
    """

    def __init__(self, plan: TalkPlan, factors: Sequence[Sequence[float]] | None) -> None:
        self.factors = factors
        self.session: Session | None = None  # the last opening
        self.ends = 0  # the deadline of that as it stands, in days from the start
        self.talk: Talk | None = None  # under way
        #: Per seat of a party with an audience, which outcomes it believes that to pass.
        self.win_sets: Mapping[int, NDArray[np.bool_]] = {}
        self._stance = 0  # goes up when threats or beliefs about audiences change
        self.pending: Deal | None = None  # signed and not yet in force
        self.in_force: InForce | None = None
        self._flows: tuple[tuple[object, ...], list[Flow]] = ((), [])
        self.threats: tuple[Standing, ...] = ()
        self.allied: tuple[tuple[Facing, ...], ...] = tuple(() for _ in plan.parties)
        self.take(plan)

    def take(self, plan: TalkPlan) -> None:
        """Go by `plan` from now on."""
        self.plan, self.spec = plan, plan.spec
        self.valuations = Valuations(plan, self.factors)
        self._wants: dict[int, tuple[tuple[object, ...], Preferences]] = {}
        #: Per seat, what the preferences that the party has follow from.
        self.grounds: dict[int, Grounds] = {}
        self.threaten(self.threats, self.allied)

    def believe(self, win_sets: Mapping[int, NDArray[np.bool_]]) -> None:
        """Have the parties believe that their audiences would pass these outcomes."""
        self.win_sets = win_sets
        self._stance += 1

    def threaten(
        self, threats: Sequence[Standing], allied: Sequence[Sequence[Facing]] | None = None
    ) -> None:
        """Have these threats of the talk stand, and per seat those of allies about other talks."""
        self.threats = tuple(threats)
        if allied is not None:
            self.allied = tuple(map(tuple, allied))
        self._stance += 1
        #: Per seat, what each threat means to that party.
        self.facing = [
            (*(self.means(seat, threat) for threat in self.threats), *self.allied[seat])
            for seat in range(len(self.plan.parties))
        ]

    def means(self, seat: int, threat: Standing) -> Facing:
        """Return what a threat about the talk means to the party at a seat."""
        spec, plan = threat.spec, self.plan
        material, weighted, audience = self.valuations.threat(seat, spec)
        issue = None if spec.issue is None else plan.space.position[spec.issue]
        times, by = threat.times, plan.seats[spec.by]
        return Facing(threat, by, issue, times * material, times * weighted, times * audience)

    @property
    def openings(self) -> int:
        """How often the talk has opened."""
        return 0 if self.session is None else self.session.number + 1

    @property
    def deal(self) -> Deal | None:
        """The deal in force."""
        return None if self.in_force is None else self.in_force.deal

    @property
    def breach(self) -> Breach | None:
        """The breach that the deal in force is renegotiated to prevent, since the last opening."""
        return None if self.deal is None or self.session is None else self.session.breach

    @property
    def has_deal(self) -> bool:
        """Whether a deal is signed or in force."""
        return self.deal is not None or self.pending is not None

    @property
    def precedent(self) -> Deal | None:
        """The deal with which peers compare: the one signed last, in force or not yet."""
        return self.deal if self.pending is None else self.pending

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
        own = (f for row in self.facing for f in row if f.by == seat and not f.allied)
        threatens = any(f.weighted for f in own)
        return (REFRAIN,) if threatens else ()

    # -- what outcomes are worth -------------------------------------------------------------

    def on_breach(self, seat: int, credibility: Sequence[float]) -> list[list[Menace]]:
        """Return, per seat, the threats that party carries out if it breaks a deal."""
        return menaces(self.valuations, seat, credibility, self._own(seat))

    def without(self, seat: int, credibility: Sequence[float]) -> list[float]:
        """Return, per seat, what a party expects of that party's threats while there is no deal."""
        facing = menaces(self.valuations, seat, credibility, self.facing[seat])
        return [total(m.weight * m.payoff for m in of_party) for of_party in facing]

    def votes(self, seat: int, credibility: Sequence[float]) -> Votes:
        """Return what the vote of a party's audience follows from."""
        facing = self.facing[seat]
        likely = chances(self.valuations, seat, credibility, facing)
        threats = [(of.by, chance * of.audience) for chance, of in zip(likely, facing, strict=True)]
        return Votes(self.valuations.audience(seat), tuple(threats))

    def preferences(self, seat: int, views: Views, peers: Sequence[Peer]) -> Preferences:
        """Return what a party wants now: the same object while nothing has changed."""
        bar = self.valuations.benchmarks[seat].bar(peers) if views.benchmark else ()
        key = (views, self._stance, self.deal, self.session, bar)
        last = self._wants.get(seat)
        if last is not None and last[0] == key:
            return last[1]
        grounds = self._grounds(seat, views, bar)
        wants = grounds.preferences()
        self._wants[seat] = key, wants
        self.grounds[seat] = grounds
        return wants

    def _grounds(self, seat: int, views: Views, bar: Bar) -> Grounds:
        """Return what a party's preferences follow from now."""
        renewal = self.session is not None and self.session.occasion is Occasion.RENEWAL
        return Grounds(
            self.valuations,
            seat,
            views,
            bar,
            self._own(seat),
            self.facing[seat],
            None if renewal else self.deal,
            self.breach,
            self.win_sets.get(seat),
        )

    def _own(self, seat: int) -> tuple[Facing, ...]:
        """Return the threats about this talk itself."""
        return tuple(facing for facing in self.facing[seat] if not facing.allied)

    # -- the deadline ------------------------------------------------------------------------

    @property
    def moving(self) -> list[Standing]:
        """The threats whose date is the deadline of the talk under way, unless a review sets it."""
        if self.breach is not None:
            return []
        return [t for t in self.threats if t.at_deadline and t.day == self.ends]

    @property
    def weeks_of_extension(self) -> int:
        """By how many weeks the deadline moves if it is extended, 0 if it cannot be."""
        return max((t.spec.policy.weeks for t in self.moving if t.may_move), default=0)

    def hold(self, seat: int, credibility: Sequence[float]) -> float:
        """Return the chance that the deadline stands, as the party at `seat` sees it.

        It knows how likely it is itself to extend its threats, and goes by the credibility of
        each partner's. The dates of one party move together.
        """
        if not self.threats:
            return 1.0
        moving = {threat.spec.id for threat in self.moving}
        facing = [of for of in self.facing[seat] if of.threat.spec.id in moving]
        held: dict[int, float] = {}
        likely = chances(self.valuations, seat, credibility, facing)
        for of, chance in zip(facing, likely, strict=True):
            held[of.by] = min(chance, held.get(of.by, 1.0))
        chance = 1.0
        for by in sorted(held):
            chance = chance * held[by]
        return chance

    # -- payoffs -----------------------------------------------------------------------------

    def flows(self, period: Period | None) -> list[Flow]:
        """Return what each party gets per year in the period of its deal, in seat order."""
        key = (period, self.pending, self._stance, self.valuations)
        if key != self._flows[0]:
            seats = range(len(self.plan.parties))
            self._flows = key, [self._flow(seat, period) for seat in seats]
        return self._flows[1]

    def _flow(self, seat: int, period: Period | None) -> Flow:
        deal, facing = self.deal, self._own(seat)
        now = [f for f in facing if f.threat.in_effect]
        material, weighted = total(f.material for f in now), total(f.weighted for f in now)
        if deal is None or period is None:
            return Flow(material, weighted)
        values = self.valuations.material(seat, deal.levels)
        material += self._accrued(seat, deal, period, values, [f.material for f in facing], facing)
        values = list(self.valuations.seats[seat].of(deal.levels))
        weighted += self._accrued(seat, deal, period, values, [f.weighted for f in facing], facing)
        return Flow(material, weighted)

    def _accrued(
        self,
        seat: int,
        deal: Deal,
        period: Period,
        values: Sequence[float],
        payoffs: Sequence[float],
        facing: Sequence[Facing],
    ) -> float:
        """Return what a party gets by its `values` of each issue, and `payoffs` of each threat."""
        plan = self.plan
        # On a breach those are carried out whose date has come, but for those spared.
        meant = [
            f.threat.due and not f.threat.in_effect and f.threat.spec.id not in period.spared
            for f in facing
        ]
        taken = [level < base for level, base in zip(deal.levels, plan.bases, strict=True)]
        added = [0.0] * len(plan.parties)
        for j in range(len(plan.parties)) if any(meant) else ():
            threats = [(p, f.issue) for p, f in zip(payoffs, facing, strict=True) if f.by == j]
            brings = [m for m, f in zip(meant, facing, strict=True) if f.by == j]
            takes = [
                value if was and obligor == j else 0.0
                for value, was, obligor in zip(values, taken, plan.obligors, strict=True)
            ]
            sides = [min(take, 0.0) for take in takes]
            adds = surpluses(threats, takes) if j == seat else rests(threats, sides)
            added[j] = total(float(a) for a, brought in zip(adds, brings, strict=True) if brought)
        qualities = [period.qualities[i.obligor].get(i.id, 1.0) for i in plan.space.issues]
        overall = [period.overall[party] for party in plan.parties]
        return accrued(values, plan.obligors, qualities, seat, overall, added, taken)


def peers(tracks: Iterable[Track], track: Track, name: str) -> list[Peer]:
    """Return what others have agreed with the partners of `name` in one of the tracks."""
    partners = track.plan.partners[track.plan.seats[name]]
    agreed = ((other.plan.space.issues, other.precedent) for other in tracks)
    return [
        Peer(issue.id, issue.obligor, issue.levels[level], issue.unit)
        for issues, deal in agreed
        if deal is not None and name not in deal.parties
        for issue, level in zip(issues, deal.levels, strict=True)
        if issue.obligor in partners
    ]
