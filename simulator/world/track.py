"""One talk of the world as it stands from week to week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import power, total
from simulator.negotiation.payoffs import (
    Menace,
    Preferences,
    Vector,
    accrued,
    after_breach,
    disagreement,
    rests,
    surpluses,
    temptation,
    trusted,
)
from simulator.negotiation.talk import Talk
from simulator.world.accounts import Flow
from simulator.world.blueprint import TalkPlan
from simulator.world.deals import REFRAIN, Deal, InForce, Occasion, Period
from simulator.world.standing import Standing
from simulator.world.valuations import Bar, Peer, Valuations

__all__ = ["Breach", "Facing", "Session", "Track", "Views", "peers"]


class Breach(NamedTuple):
    """The disregard of a deal that a renegotiation is to prevent."""

    by: tuple[str, ...]  # the parties that would disregard it
    periods: int  # after how many of them it would collapse


@dataclass(frozen=True, slots=True)
class Session:
    """One opening of a talk."""

    number: int  # how often the talk had opened before
    week: int
    start: int  # its first day, counted from the start of the run
    deadline: int  # the day by which it was to end, counted likewise
    occasion: Occasion = Occasion.PLANNED
    breach: Breach | None = None  # that a renegotiation is about


class Facing(NamedTuple):
    """What a threat that stands means to one party, US$ bn per year if it is carried out."""

    threat: Standing
    by: int  # seat of whoever threatens
    issue: int | None  # position of the issue that it is about
    material: float  # all weights 1
    weighted: float
    audience: float  # in the eyes of the party's audience
    allied: bool = False  # whether it is one of the author's allies', about another talk


class Views(NamedTuple):
    """What a party believes of its partners, in seat order, and what else it goes by in a talk."""

    trust: tuple[float, ...]
    credibility: tuple[float, ...]  # of their threats
    benchmark: float = 0.0  # weight of what peers have
    reciprocity: bool = False  # whether it stops paying once it is let down
    discount: float = 1.0  # factor per week


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

    def chances(
        self, seat: int, credibility: Sequence[float], facing: Sequence[Facing]
    ) -> list[float]:
        """Return how likely each threat is to be carried out, as the party at `seat` sees it.

        By how credible it finds those of each partner; of its own it knows the chance, and what is
        being carried out is certain.
        """
        partners = self.valuations.seats[seat].partners
        believed = dict(zip(partners, credibility, strict=True))
        return [
            of.threat.chance if of.by == seat or of.threat.in_effect else believed[of.by]
            for of in facing
        ]

    def menaces(
        self, seat: int, credibility: Sequence[float], facing: Sequence[Facing]
    ) -> list[list[Menace]]:
        """Return, per seat, that party's threats as the party at `seat` reckons with them."""
        menaces: list[list[Menace]] = [[] for _ in self.plan.parties]
        for of, chance in zip(facing, self.chances(seat, credibility, facing), strict=True):
            menaces[of.by].append(Menace(of.weighted, chance, of.issue))
        return menaces

    def on_breach(self, seat: int, credibility: Sequence[float]) -> list[list[Menace]]:
        """Return, per seat, the threats that party carries out if it breaks a deal."""
        own = [facing for facing in self.facing[seat] if not facing.allied]
        return self.menaces(seat, credibility, own)

    def without(self, seat: int, credibility: Sequence[float]) -> list[float]:
        """Return, per seat, what a party expects of that party's threats while there is no deal."""
        menaces = self.menaces(seat, credibility, self.facing[seat])
        return [total(m.weight * m.payoff for m in of_party) for of_party in menaces]

    def without_deal(self, seat: int, credibility: Sequence[float]) -> float:
        """Return what the audience of a party would get without a deal, US$ bn per year."""
        facing = self.facing[seat]
        chances = self.chances(seat, credibility, facing)
        return total(chance * of.audience for chance, of in zip(chances, facing, strict=True))

    def preferences(self, seat: int, views: Views, peers: Sequence[Peer]) -> Preferences:
        """Return what a party wants now: the same object while nothing has changed."""
        benchmark, weight = self.valuations.benchmarks[seat], views.benchmark
        bar = benchmark.bar(peers) if weight else ()
        deal, session, on_table = self.deal, self.session, self.win_sets.get(seat)
        key = (views, self._stance, deal, session, bar)
        last = self._wants.get(seat)
        if last is not None and last[0] == key:
            return last[1]
        menaces = self.on_breach(seat, views.credibility)
        payoffs = self._expected(seat, views, menaces, bar)
        held: float | None = None
        if deal is not None and not (session is not None and session.occasion is Occasion.RENEWAL):
            outcome = self.plan.space.index(deal.levels)
            held = float(payoffs[outcome])
            on_table = np.ones(len(payoffs), bool) if on_table is None else on_table.copy()
            on_table[outcome] = False
        threats = self.without(seat, views.credibility)
        without = disagreement(threats, held)
        if held is not None and self.breach is not None:
            without = self._after_breach(self.breach, seat, views, bar, total(threats))
            if self.breach.by == (self.plan.parties[seat],):
                without = max(without, held)  # it may as well keep the deal
        wants = Preferences(payoffs, without, on_table)
        self._wants[seat] = key, wants
        return wants

    def _after_breach(
        self,
        breach: Breach,
        seat: int,
        views: Views,
        bar: Bar,
        without: float,
    ) -> float:
        """Return what a party expects if the deal in force is broken, until it collapses and on."""
        assert self.deal is not None
        plan, levels = self.plan, self.deal.levels
        breaks = plan.parties[seat] in breach.by
        partners = zip(plan.partners[seat], views.trust, strict=True)
        trust = tuple(0.0 if partner in breach.by else t for partner, t in partners)
        views = views._replace(trust=trust, reciprocity=views.reciprocity and not breaks)
        menaces = self.on_breach(seat, views.credibility)
        broken = float(self._expected(seat, views, menaces, bar)[plan.space.index(levels)])
        if breaks:
            parts = self.valuations.seats[seat].parts(levels)
            held = trusted(0.0, plan.assurances(seat, levels))
            broken += (1.0 - held) * (temptation(menaces[seat], parts.takes) - parts.concessions)
        delta = power(views.discount, self.spec.review_weeks)
        return after_breach(broken, without, delta, breach.periods)

    def _expected(
        self, seat: int, views: Views, menaces: Sequence[Sequence[Menace]], bar: Bar
    ) -> Vector:
        """Return what a party expects of each outcome, peers included."""
        notice = self._before_notice() if views.reciprocity else None
        payoffs = self.valuations.expected(seat, views.trust, menaces, notice)
        if bar:
            payoffs = payoffs - self.valuations.benchmarks[seat].penalty(bar, views.benchmark)
        return payoffs

    def _before_notice(self) -> float:
        """Return the share of a deal's term that is over at its first review."""
        term = self.spec.term_weeks
        return 0.0 if term is None else min(self.spec.review_weeks / term, 1.0)

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
        for of, chance in zip(facing, self.chances(seat, credibility, facing), strict=True):
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
        deal, facing = self.deal, [f for f in self.facing[seat] if not f.allied]
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
