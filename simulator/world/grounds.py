"""What a party's preferences in a talk follow from, whole or with some of it left out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import power, total
from simulator.negotiation.payoffs import (
    Menace,
    Part,
    Preferences,
    Vector,
    after_breach,
    disagreement,
    temptation,
    trusted,
)
from simulator.world.deals import Deal
from simulator.world.ground_kinds import Ground, Kind
from simulator.world.standing import Standing
from simulator.world.valuations import Bar, Valuations

__all__ = ["Breach", "Facing", "Grounds", "Views", "chances", "menaces", "valued"]


class Breach(NamedTuple):
    """The disregard of a deal that a renegotiation is to prevent."""

    by: tuple[str, ...]  # the parties that would disregard it
    periods: int  # after how many of them it would collapse


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


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What a party's preferences follow from at one moment.

    Parameters
    ----------
    valuations : Valuations
        What outcomes are worth.
    seat : int
        Whose preferences.
    views : Views
        What it believes.
    bar : Bar
        What the best-treated peers have.
    on_breach, without : tuple of Facing
        The threats that are carried out if a deal is broken, and while there is none.
    held : Deal or None
        The deal in force that goes on if no other is made.
    breach : Breach or None
        The disregard of that deal which is to be prevented.
    win_set : ndarray of bool or None
        Which outcomes the party believes its audience to pass.
    """

    valuations: Valuations
    seat: int
    views: Views
    bar: Bar = ()
    on_breach: tuple[Facing, ...] = ()
    without: tuple[Facing, ...] = ()
    held: Deal | None = None
    breach: Breach | None = None
    win_set: NDArray[np.bool_] | None = None

    def preferences(self) -> Preferences:
        """Return what the party wants."""
        payoffs, on_table = self._expected(self.views), self.win_set
        worth: float | None = None
        if self.held is not None:
            outcome = self.valuations.plan.space.index(self.held.levels)
            worth = float(payoffs[outcome])
            on_table = np.ones(len(payoffs), bool) if on_table is None else on_table.copy()
            on_table[outcome] = False
        threats = self._menaces(self.without)
        expected = [total(m.weight * m.payoff for m in of_party) for of_party in threats]
        without = disagreement(expected, worth)
        if worth is not None and self.breach is not None:
            without = self._after_breach(self.breach, total(expected))
            if self.breach.by == (self.valuations.plan.parties[self.seat],):
                without = max(without, worth)  # it may as well keep the deal
        return Preferences(payoffs, without, on_table)

    def _after_breach(self, breach: Breach, without: float) -> float:
        """Return what a party expects if the deal in force is broken, until it collapses and on."""
        assert self.held is not None
        plan, seat = self.valuations.plan, self.seat
        views, levels = self.views, self.held.levels
        breaks = plan.parties[seat] in breach.by
        partners = zip(plan.partners[seat], views.trust, strict=True)
        trust = tuple(0.0 if partner in breach.by else t for partner, t in partners)
        let_down = views._replace(trust=trust, reciprocity=views.reciprocity and not breaks)
        broken = float(self._expected(let_down)[plan.space.index(levels)])
        if breaks:
            parts = self.valuations.seats[seat].parts(levels)
            kept = trusted(0.0, plan.assurances(seat, levels))
            own = self._menaces(self.on_breach)[seat]
            broken += (1.0 - kept) * (temptation(own, parts.takes) - parts.concessions)
        delta = power(views.discount, plan.spec.review_weeks)
        return after_breach(broken, without, delta, breach.periods)

    def _expected(self, views: Views) -> Vector:
        """Return what the party expects of each outcome if it believes so, peers included."""
        notice = self._before_notice() if views.reciprocity else None
        threats = self._menaces(self.on_breach)
        payoffs = self.valuations.expected(self.seat, views.trust, threats, notice)
        if self.bar:
            penalty = self.valuations.benchmarks[self.seat].penalty(self.bar, views.benchmark)
            payoffs = payoffs - penalty
        return payoffs

    def _menaces(self, facing: Sequence[Facing]) -> list[list[Menace]]:
        return menaces(self.valuations, self.seat, self.views.credibility, facing)

    def _before_notice(self) -> float:
        """Return the share of a deal's term that is over at its first review."""
        spec = self.valuations.plan.spec
        return 0.0 if spec.term_weeks is None else min(spec.review_weeks / spec.term_weeks, 1.0)

    # -- ground by ground --------------------------------------------------------------------

    def __iter__(self) -> Iterator[Ground]:
        """Yield all there are, in the order in which one makes sense after the other."""
        partners = self.valuations.seats[self.seat].partners
        yield Ground(Kind.OWN)
        yield Ground(Kind.HARM)
        for kind in (Kind.SIDE, Kind.PROMISED, Kind.DISTRUST, Kind.ASSURANCE):
            yield from (Ground(kind, partner) for partner in partners)
        yield Ground(Kind.NOTICE)
        yield from (Ground(Kind.REST, partner) for partner in partners)
        yield Ground(Kind.FACE)
        yield Ground(Kind.BENCHMARK)
        yield from (Ground(Kind.THREAT, seat) for seat in (*partners, self.seat))
        yield Ground(Kind.HELD)
        yield Ground(Kind.AUDIENCE)

    def less(self, left_out: Collection[Ground]) -> "Grounds":
        """Return the grounds without some of them: partners fully trusted, no threat, and so on."""
        of = {kind: {g.seat for g in left_out if g.kind == kind} for kind in Kind}
        partners = self.valuations.seats[self.seat].partners
        trust = tuple(
            1.0 if partner in of[Kind.DISTRUST] else t
            for partner, t in zip(partners, self.views.trust, strict=True)
        )
        reciprocity = self.views.reciprocity and not of[Kind.NOTICE]
        return replace(
            self,
            valuations=self.valuations.less(
                self.seat,
                valued(left_out),
                Ground(Kind.FACE) not in left_out,
                of[Kind.ASSURANCE],
            ),
            views=self.views._replace(trust=trust, reciprocity=reciprocity),
            bar=() if of[Kind.BENCHMARK] else self.bar,
            on_breach=tuple(f for f in self.on_breach if f.by not in of[Kind.REST]),
            without=tuple(f for f in self.without if f.by not in of[Kind.THREAT]),
            held=None if of[Kind.HELD] else self.held,
            win_set=None if of[Kind.AUDIENCE] else self.win_set,
        )


#: The kinds that are parts of what outcomes are worth.
_VALUED = (Kind.OWN, Kind.HARM, Kind.SIDE, Kind.PROMISED)


def valued(left_out: Collection[Ground]) -> list[Part]:
    """Return which of the grounds are parts of what outcomes are worth."""
    return [Part(*ground) for ground in left_out if ground.kind in _VALUED]


def chances(
    valuations: Valuations, seat: int, credibility: Sequence[float], facing: Sequence[Facing]
) -> list[float]:
    """Return how likely each threat is to be carried out, as the party at `seat` sees it.

    By how credible it finds those of each partner; of its own it knows the chance, and what is
    being carried out is certain.
    """
    believed = dict(zip(valuations.seats[seat].partners, credibility, strict=True))
    return [
        of.threat.chance if of.by == seat or of.threat.in_effect else believed[of.by]
        for of in facing
    ]


def menaces(
    valuations: Valuations, seat: int, credibility: Sequence[float], facing: Sequence[Facing]
) -> list[list[Menace]]:
    """Return, per seat, that party's threats as the party at `seat` reckons with them."""
    found: list[list[Menace]] = [[] for _ in valuations.plan.parties]
    for of, chance in zip(facing, chances(valuations, seat, credibility, facing), strict=True):
        found[of.by].append(Menace(of.weighted, chance, of.issue))
    return found
