"""Strategies whose demands depend on time alone (Faratin, Sierra & Jennings 1998)."""

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

from agents.strategies.belief import BeliefKind
from agents.strategies.strategy import Traits
from agents.strategies.timed import Timed
from simulator.arithmetic import exp, log, power
from simulator.errors import require
from simulator.negotiation.clock import LastTurn, mixed
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import SLACK, Preferences

__all__ = ["Boulware", "Conceder", "Linear", "Schedule", "TimeDependent", "Ultimatum"]

Family = Literal["polynomial", "exponential"]
_TRAITS = Traits(time=True, offers=True, source="Faratin et al. 1998")


def aspiration(
    time: float, exponent: float, family: Family = "polynomial", opening: float = 0.01
) -> float:
    """Return the share of its range that a party still asks for.

    ``1 - t^e`` of the polynomial family, ``1 - exp((1 - t)^e ln k)`` of the exponential one.

    Parameters
    ----------
    time : float
        Relative time, in [0, 1].
    exponent : float
        Polynomial: above 1 it concedes late (Boulware), below 1 early (Conceder). Exponential:
        the other way round, in the notation of the reference.
    family : {"polynomial", "exponential"}
        The form of the curve.
    opening : float
        Of the exponential family: what is conceded at time 0 (k), in (0, 1).

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24.
    """
    if family == "exponential":
        return 1.0 - exp(power(1.0 - time, exponent) * log(opening))
    return 1.0 - power(time, exponent)


def target(aspiration: float, floor: float, best: float, tolerance: float) -> float:
    """Return the payoff asked for: the aspiration on the scale from `floor` to `best`."""
    payoff = aspiration * (best - floor) + floor - tolerance
    return min(max(payoff, floor), best)


@dataclass(slots=True)
class _Plan:
    """What to ask for in the rounds in which nothing else can change, and what to offer then."""

    wants: Preferences
    floor: float
    clock: tuple[int, float, int]  # rounds, chance that the deadline stands, extension
    first: int
    targets: list[float]
    offers: list[int] = field(default_factory=list)


class Schedule:
    """What a party asks for in every round, by time alone.

    Parameters
    ----------
    name : str
        What messages call it.
    exponent : float
        Of the curve, above 0.
    last_turn : {"reservation", "open"}
        Which relative time.
    family : {"polynomial", "exponential"}
        The form of the curve.
    opening : float
        Of the exponential family: the share conceded at the opening, in (0, 1).
    tolerance : float
        What a target is lowered by, from 0, in the unit of the party's preferences.
    """

    def __init__(
        self,
        name: str,
        exponent: float,
        last_turn: LastTurn,
        family: Family = "polynomial",
        opening: float = 0.01,
        tolerance: float = 1e-4,
    ) -> None:
        require(0 < exponent < math.inf, name, "exponent", exponent, "a number above 0")
        self.exponent = exponent
        self.last_turn: LastTurn = last_turn
        self.family: Family = family
        self.opening = opening
        self.tolerance = tolerance
        self.begin()

    def begin(self) -> None:
        """Start without plans: those of another talk are of no use."""
        self._plan: _Plan | None = None
        self._clock: tuple[int, float, int] | None = None
        self._shares: list[float] = []

    def aim(self, turn: Turn, floor: float) -> float:
        """Return the payoff asked for in this round, on the way from the best to `floor`."""
        plan = self.plan(turn, floor)
        return plan.targets[turn.round - plan.first]

    def offer(self, turn: Turn) -> int:
        """Return the worst outcome that pays what is asked for without a raised floor."""
        wants = turn.preferences
        plan = self.plan(turn, wants.floor)
        if not plan.offers:
            many = len(plan.targets) > MANY
            plan.offers = (
                wants.lowest_at_least_each(np.array(plan.targets))
                if many
                else [wants.lowest_at_least(lowest) for lowest in plan.targets]
            )
        return plan.offers[turn.round - plan.first]

    def plan(self, turn: Turn, floor: float) -> _Plan:
        """Return what to ask for from some round on, this one included."""
        plan = self._plan
        if (
            plan is None
            or plan.wants is not turn.preferences
            or plan.floor != floor
            or plan.clock != (turn.rounds, turn.hold, turn.extension)
            or not plan.first <= turn.round < plan.first + len(plan.targets)
        ):
            self._plan = plan = self._planned(turn, floor)
        return plan

    def _planned(self, turn: Turn, floor: float) -> _Plan:
        wants, patience = turn.preferences, turn.patience
        # A raised floor may move with every offer.
        until = turn.round + 1 if floor != wants.floor else max(turn.until, turn.round + 1)
        best, eps = wants.best, self.tolerance * wants.unit
        clock = turn.rounds, turn.hold, turn.extension
        targets = [
            target(share * patience, floor, best, eps) - SLACK
            for share in self._aspirations(clock)[turn.round : until]
        ]
        return _Plan(wants, floor, clock, turn.round, targets)

    def _aspirations(self, clock: tuple[int, float, int]) -> list[float]:
        """Return the aspiration of every round."""
        if clock != self._clock:
            numbers = range(1, clock[0] + 1)
            self._shares = [mixed(self._share, n, *clock, self.last_turn) for n in numbers]
            self._clock = clock
        return self._shares

    def _share(self, time: float) -> float:
        return aspiration(time, self.exponent, self.family, self.opening)


#: Lookups per valuation from which one sort is cheaper than a scan for each.
MANY = 12


class TimeDependent(Timed):
    """Concede along 1 - t^e: the worst outcome that still meets the target.

    The target is ``clip(a(t) patience (M - f) + f - tolerance, f, M)``, less 1e-6, with M the best
    rational payoff and a(t) the aspiration at relative time t, n / R in round n of R. It falls to
    ``f = b + resolve max(u* - b, 0)``, with b the larger of the disagreement payoff and the worst
    payoff, and u* the most that the partner is believed to leave it. It accepts whatever meets the
    target, and never asks for less than the partner has already offered: it offers that again. In
    the last turn it asks for f, and accepts anything rational. Where the deadline may move, a(t) is
    the mean of both curves, and there is no such last turn.

    With a belief it offers, of what meets the target, what is best for the partner (for several:
    the largest product of their gains).

    Parameters
    ----------
    exponent : float
        How late the country concedes (exponent): above 0; above 1 late (Boulware 4), at 1 linearly,
        below 1 early (Conceder 0.25).
    band : float
        Width of the band in which the country offers what is most like the partner's last offer
        (share of the payoff range): from 0 to 1, above the target; 0 offers the worst outcome that
        meets the target. Counts without a belief only.
    tolerance : float
        Tolerance of the country below its target (share of its range): what the target is lowered
        by, from 0, in units of the talk's payoffs (in the world: of the range from the floor to the
        best outcome).
    family : {"polynomial", "exponential"}
        Curve along which the country concedes: 1 - t^e, or 1 - exp((1 - t)^e ln opening).
    opening : float
        Share that the country concedes at the opening (0 to 1): of the exponential family, in (0,
        1).
    last_turn : {"reservation", "open"}
        Last turn of the country: with open, t is n / (R + 1), the last turn one like any other, and
        what was offered before does not count, as in the field's library (NegMAS).
    resolve : float
        Resolve of the country (0 to 1): which share it insists on of what an offer to take or to
        leave would get it beyond no deal.
    belief : {"none", "perfect", "reservation"}
        What the country knows of its partner: nothing, all, or its payoffs but not what it would
        settle for, which is inferred from its offers. With resolve above 0 none means perfect.
    noise : float
        Error of the country about its partner's payoffs (standard deviation, share of their range):
        from 0, of what is added to them, one draw per talk.

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24. Schelling (1956), "An essay on bargaining", American
    Economic Review 46: power as being known not to give in.
    """

    traits = _TRAITS

    def __init__(
        self,
        *,
        exponent: float = 4.0,
        band: float = 0.0,
        tolerance: float = 1e-4,
        family: Family = "polynomial",
        opening: float = 0.01,
        last_turn: LastTurn = "reservation",
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        name = "time-dependent"
        super().__init__(name, last_turn, resolve, belief, noise)
        require(0 < opening < 1, name, "opening", opening, "a share between 0 and 1")
        require(0 <= band <= 1, name, "band", band, "a share from 0 to 1")
        require(0 <= tolerance < math.inf, name, "tolerance", tolerance, "a number from 0")
        self.exponent = exponent
        self.band = band
        self.tolerance = tolerance
        self.family: Family = family
        self.opening = opening
        self._schedule = Schedule(name, exponent, last_turn, family, opening, tolerance)

    def begin(self, turn: Turn) -> None:
        """Start without plans."""
        super().begin(turn)
        self._schedule.begin()

    def choose(self, turn: Turn, target: float) -> int:
        """Return the worst outcome that pays `target`, or by its belief what the others like best.

        Within a band, the one most similar to the partner's last offer.
        """
        if self._belief is not None:
            return super().choose(turn, target)
        standing = turn.standing if self.band else None
        if standing is not None:
            return self._most_similar(turn, target, standing.outcome)
        return self._schedule.offer(turn)

    def aim(self, turn: Turn) -> float:
        """Return the payoff asked for in this round."""
        return self._schedule.aim(turn, self.floor(turn))

    def _most_similar(self, turn: Turn, lowest: float, wanted: int) -> int:
        """Return, among outcomes in the band above the target, the one nearest to `wanted`."""
        preferences = turn.preferences
        high = lowest + SLACK + self.band * preferences.span
        options = preferences.between(lowest, high)
        if not len(options):
            return preferences.lowest_at_least(lowest)
        return turn.space.nearest(wanted, options)


class _OfExponent(TimeDependent):
    """Time-dependent with the exponent of its class, of the polynomial family."""

    fixed: ClassVar[float]

    def __init__(
        self,
        *,
        band: float = 0.0,
        tolerance: float = 1e-4,
        last_turn: LastTurn = "reservation",
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        super().__init__(
            exponent=self.fixed,
            band=band,
            tolerance=tolerance,
            last_turn=last_turn,
            resolve=resolve,
            belief=belief,
            noise=noise,
        )


class Boulware(_OfExponent):
    """Concede late: time-dependent with exponent 4.

    Parameters
    ----------
    band : float
        As in time-dependent.
    tolerance : float
        As in time-dependent.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.
    """

    fixed = 4.0


class Linear(_OfExponent):
    """Concede steadily: time-dependent with exponent 1.

    Parameters
    ----------
    band : float
        As in time-dependent.
    tolerance : float
        As in time-dependent.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.
    """

    fixed = 1.0


class Conceder(_OfExponent):
    """Concede early: time-dependent with exponent 0.25.

    Parameters
    ----------
    band : float
        As in time-dependent.
    tolerance : float
        As in time-dependent.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.
    """

    fixed = 0.25


class Ultimatum(TimeDependent):
    """Insist on all that the partner is believed to leave it: time-dependent with resolve 1.

    Its demands fall to what an offer to take or to leave would get it, and in the last turn it
    makes that offer. It accepts whatever it asks for, in the last turn anything rational.

    Parameters
    ----------
    exponent : float
        As in time-dependent.
    tolerance : float
        As in time-dependent.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    belief : {"perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.

    References
    ----------
    Güth, Schmittberger & Schwarze (1982), "An experimental analysis of ultimatum bargaining",
    Journal of Economic Behavior & Organization 3.
    """

    traits = Traits(time=True, offers=True, informed=True, source="Güth et al. 1982")

    def __init__(
        self,
        *,
        exponent: float = 4.0,
        tolerance: float = 1e-4,
        last_turn: LastTurn = "reservation",
        belief: Literal["perfect", "reservation"] = "perfect",
        noise: float = 0.0,
    ) -> None:
        super().__init__(
            exponent=exponent,
            tolerance=tolerance,
            last_turn=last_turn,
            resolve=1.0,
            belief=belief,
            noise=noise,
        )
