"""Strategies whose demands depend on time alone (Faratin, Sierra & Jennings 1998)."""

import math
from typing import ClassVar, Literal

import numpy as np

from agents.strategies.strategy import Traits
from agents.strategies.timed import Timed
from simulator.arithmetic import exp, log, power
from simulator.errors import require
from simulator.negotiation.clock import LastTurn, relative_time
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import SLACK, Preferences

__all__ = ["Boulware", "Conceder", "Linear", "TimeDependent"]

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


class TimeDependent(Timed):
    """Concede along 1 - t^e: the worst outcome that still meets the target.

    The target is ``clip(a(t) patience (M - b) + b - tolerance, b, M)``, less 1e-6, with M the best
    rational payoff, b the larger of the disagreement payoff and the worst payoff, and a(t) the
    aspiration at relative time t, n / R in round n of R. It accepts whatever meets the target, and
    never asks for less than the partner has already offered: it offers that again. In the last turn
    it asks for b, and accepts anything rational.

    Parameters
    ----------
    exponent : float
        Above 0: above 1 it concedes late (Boulware 4), at 1 linearly, below 1 early (Conceder
        0.25).
    band : float
        Share of the payoff range, from 0 to 1, above the target within which it offers the outcome
        most similar to the partner's last offer; 0 offers the worst outcome that meets the target.
    tolerance : float
        What the target is lowered by, from 0, in units of the talk's payoffs (in the world: of the
        range from the floor to the best outcome).
    family : {"polynomial", "exponential"}
        1 - t^e, or 1 - exp((1 - t)^e ln opening).
    opening : float
        Of the exponential family: the share conceded at the opening, in (0, 1).
    last_turn : {"reservation", "open"}
        With open, t is n / (R + 1), the last turn one like any other, and what was offered before
        does not count, as in the field's library (NegMAS).
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
    ) -> None:
        super().__init__(last_turn)
        name = "time-dependent"
        require(0 < opening < 1, name, "opening", opening, "a share between 0 and 1")
        require(0 < exponent < math.inf, name, "exponent", exponent, "a number above 0")
        require(0 <= band <= 1, name, "band", band, "a share from 0 to 1")
        require(0 <= tolerance < math.inf, name, "tolerance", tolerance, "a number from 0")
        self.exponent = exponent
        self.band = band
        self.tolerance = tolerance
        self.family: Family = family
        self.opening = opening
        self._forget()

    def begin(self, turn: Turn) -> None:
        """Start without plans: those of another talk are of no use."""
        super().begin(turn)
        self._forget()

    def _forget(self) -> None:
        self._known: Preferences | None = None
        self._aspirations: list[float] = []
        self._first = 0
        self._targets: list[float] = []
        self._offers: list[int] = []

    def choose(self, turn: Turn, target: float) -> int:
        """Return the worst outcome that pays `target`; within a band, the one most similar."""
        standing = turn.standing if self.band else None
        if standing is not None:
            return self._most_similar(turn, target, standing.outcome)
        self._plan(turn)
        if not self._offers:
            self._offers = self._planned(turn.preferences)
        return self._offers[turn.round - self._first]

    def aim(self, turn: Turn) -> float:
        """Return the payoff asked for in this round."""
        self._plan(turn)
        return self._targets[turn.round - self._first]

    def _plan(self, turn: Turn) -> None:
        """Work out the targets of all rounds in which nothing else can change."""
        preferences = turn.preferences
        if self._known is preferences and turn.round - self._first < len(self._targets):
            return
        self._known = preferences
        self._first = turn.round
        if len(self._aspirations) != turn.rounds:
            self._aspirations = self._schedule(turn.rounds)
        until = max(turn.until, turn.round + 1)
        floor, best, eps = preferences.floor, preferences.best, self.tolerance * preferences.unit
        self._targets = [
            target(share * turn.patience, floor, best, eps) - SLACK
            for share in self._aspirations[turn.round : until]
        ]
        self._offers = []

    def _schedule(self, rounds: int) -> list[float]:
        """Return the aspiration of every round."""
        times = (relative_time(n, rounds, self.last_turn) for n in range(1, rounds + 1))
        return [aspiration(t, self.exponent, self.family, self.opening) for t in times]

    def _planned(self, preferences: Preferences) -> list[int]:
        if len(self._targets) > MANY:
            return preferences.lowest_at_least_each(np.array(self._targets))
        return [preferences.lowest_at_least(lowest) for lowest in self._targets]

    def _most_similar(self, turn: Turn, lowest: float, wanted: int) -> int:
        """Return, among outcomes in the band above the target, the one nearest to `wanted`."""
        preferences = turn.preferences
        high = lowest + SLACK + self.band * preferences.span
        options = preferences.between(lowest, high)
        if not len(options):
            return preferences.lowest_at_least(lowest)
        return turn.space.nearest(wanted, options)


#: Lookups per valuation from which one sort is cheaper than a scan for each.
MANY = 12


class _OfExponent(TimeDependent):
    """Time-dependent with the exponent of its class, of the polynomial family."""

    fixed: ClassVar[float]

    def __init__(
        self, *, band: float = 0.0, tolerance: float = 1e-4, last_turn: LastTurn = "reservation"
    ) -> None:
        super().__init__(exponent=self.fixed, band=band, tolerance=tolerance, last_turn=last_turn)


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
    """

    fixed = 0.25
