"""What a party believes that the others would take, and the power which it draws from that."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.opponents.model import product_of_gains
from simulator import draws
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.rounding import slack

__all__ = ["Belief", "BeliefKind", "raised_floor", "ultimatum", "would_take"]

#: What is known of the others: nothing; all; or their payoffs, but not what they would settle for.
BeliefKind = Literal["none", "perfect", "reservation"]

Mask = NDArray[np.bool_]


def would_take(payoffs: Vector, least: float, error: float = 0.0) -> Mask:
    """Return which outcomes a party is believed to take.

    Parameters
    ----------
    payoffs : ndarray
        What it expects of each, shape ``(n,)``.
    least : float
        What it is believed to settle for.
    error : float
        What is added to its payoffs in the eyes of who believes so.
    """
    taken: Mask = payoffs + error >= least - slack(payoffs, least)
    return taken


def ultimatum(payoffs: Vector, taken: Mask) -> int | None:
    """Return which outcome pays a party most of those that the others would take.

    The lowest index among equals, None if there is none.

    Parameters
    ----------
    payoffs : ndarray
        The party's payoffs, shape ``(n,)``.
    taken : ndarray of bool
        Which outcomes the others are believed to take, shape ``(n,)``.
    """
    return int(np.where(taken, payoffs, -np.inf).argmax()) if taken.any() else None


def raised_floor(least: float, most: float | None, resolve: float) -> float:
    """Return what a party's target falls to: ``b + resolve max(u* - b, 0)``.

    Parameters
    ----------
    least : float
        What it would get without a deal, or its worst payoff if that is higher (b).
    most : float or None
        What it would get by an offer to take or to leave (u*), None if there is no such offer.
    resolve : float
        How much of that it insists on, in [0, 1].
    """
    if most is None or most <= least:
        return least
    return min(least + resolve * (most - least), most)  # which rounding may have put above it


class Belief:
    """What a party believes of the others in one talk; it is shown their turns.

    A party is believed to take what its audience is believed to pass and what pays it as much as
    it is believed to settle for: perfect knowledge has what it would get without a deal. Who only
    knows its payoffs infers from its offers that it would settle for the least it has offered for
    itself in this talk, by today's payoffs, and before its first offer for nothing but the best.

    Parameters
    ----------
    kind : {"perfect", "reservation"}
        What is known.
    noise : float
        Standard deviation of what is added to a party's payoffs in comparing them with what it
        would settle for, in shares of its range, from 0: one draw per party and talk.
    """

    def __init__(self, kind: BeliefKind, noise: float) -> None:
        self.kind: BeliefKind = kind
        self.noise = noise
        self._forget(0)

    def begin(self, turn: Turn) -> None:
        """Start knowing nothing; draws are those of the week in which the party sits down."""
        self._forget(turn.week)

    def _forget(self, week: int) -> None:
        self._week = week
        self._known: list[Preferences] = []
        self._seen = 0
        self._least: list[float] = []
        self._most: tuple[float | None] | None = None  # None where it is to be worked out
        self._scores: tuple[Vector, ...] | None = None  # likewise

    def most(self, turn: Turn) -> float | None:
        """Return what it would get by an offer to take or to leave (u*), None without such."""
        self._look(turn)
        if self._most is None:
            own = turn.preferences
            best = ultimatum(own.payoffs, self._taken(turn))
            self._most = (None if best is None else float(own.payoffs[best]),)
        return self._most[0]

    def kindest(self, turn: Turn, target: float) -> int | None:
        """Return what the others like best of the outcomes that pay `target`, None if they cannot.

        With one partner what it expects most of, if there are such among those that its audience
        may pass; with several the largest product of their gains over what they would settle for,
        if all would take it. The lowest index among equals.
        """
        self._look(turn)
        if self._scores is None:
            self._scores = self._scored(turn)
        wants = turn.preferences
        enough = wants.payoffs >= target
        for liked in self._scores:
            scores = np.where(enough, liked, -np.inf)
            best = int(scores.argmax())
            if scores[best] > -np.inf:
                return int(wants.options[best])
        return None

    def _look(self, turn: Turn) -> None:
        """Take note of what has changed; what depends on payoffs alone is worked out once."""
        known = [seat.preferences for seat in turn.seats]
        if known != self._known:  # none is equal to another
            self._known, self._seen = known, 0
            self._most = self._scores = None
            self._least = [self._at_first(wants) for wants in known]
        if self.kind == "reservation" and self._seen < len(turn.offers):
            for offer in turn.offers[self._seen :]:
                pays = float(known[offer.seat].expected[offer.outcome])
                if offer.seat != turn.seat and pays < self._least[offer.seat]:
                    self._least[offer.seat], self._most = pays, None
                    if turn.parties > 2:
                        self._scores = None
            self._seen = len(turn.offers)

    def _at_first(self, wants: Preferences) -> float:
        """Return what a party is taken to settle for before it has offered anything."""
        if self.kind == "perfect":
            return wants.disagreement
        if wants.allowed is None or not wants.allowed.any():
            return float(wants.expected.max())
        return float(wants.expected[wants.allowed].max())

    def _taken(self, turn: Turn) -> Mask:
        """Return which of its rational outcomes the others are believed to take."""
        own = turn.preferences
        taken = np.ones(len(own.options), dtype=np.bool_)
        for seat in self._others(turn):
            wants, error = self._known[seat], self._error(turn, seat)
            takes = would_take(wants.expected, self._least[seat], error)
            taken &= _may_pass(wants, own) & takes.take(own.options)
        return taken

    def _scored(self, turn: Turn) -> tuple[Vector, ...]:
        """Return how good each of its rational outcomes is for the others.

        By one measure, and by the next where that rules out all that it asks for.
        """
        own, others = turn.preferences, self._others(turn)
        if len(others) == 1:
            wants = self._known[others[0]]
            liked = wants.expected.take(own.options)
            return np.where(_may_pass(wants, own), liked, -np.inf), liked
        gains = [
            self._known[seat].expected.take(own.options)
            + (self._error(turn, seat) - self._least[seat])
            for seat in others
        ]
        return (np.where(self._taken(turn), product_of_gains(gains), -np.inf),)

    def _others(self, turn: Turn) -> list[int]:
        return [seat for seat in range(turn.parties) if seat != turn.seat]

    def _error(self, turn: Turn, seat: int) -> float:
        """Return what is added to a party's payoffs."""
        wants, party = self._known[seat], turn.seats[seat].party
        if not self.noise or not len(wants.options):
            return 0.0
        ids = (turn.talk, turn.party, party)
        return self.noise * wants.span * draws.normal(turn.seed, "belief", ids, self._week)


def _may_pass(wants: Preferences, own: Preferences) -> Mask:
    """Return which of a party's own rational outcomes another can consider at all."""
    if wants.allowed is None:
        return np.ones(len(own.options), dtype=np.bool_)
    return wants.allowed.take(own.options)
