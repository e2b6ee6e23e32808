"""What strategies share that ask for less as time runs out: the floor, and the last turn."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from agents.strategies.belief import Belief, BeliefKind, raised_floor
from agents.strategies.demanding import Demanding
from simulator.errors import require
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Preferences

__all__ = ["Timed", "demanded"]


def demanded(target: float, received: Sequence[float]) -> float:
    """Return what a party demands: its target, but no less than the others have offered already.

    Parameters
    ----------
    target : float
        What it asks for by itself.
    received : sequence of float
        What the offers that it has received pay it today, of those that it could agree to.
    """
    return max((target, *received))


class Timed(Demanding):
    """A strategy whose demands fall to a floor when time is over.

    The floor is what it would get without a deal, raised by its resolve towards what it would get
    by an offer to take or to leave. In the last turn of a deadline that cannot move it asks for
    just that, and accepts whatever is rational. It never asks for less than the others have already
    offered: where the best offer received pays more than its target, that is what it demands, and
    offers again. A strategy of this kind has its own `aim`.

    Parameters
    ----------
    name : str
        What messages call it.
    last_turn : {"reservation", "open"}
        With "open" the last turn is one like any other, relative time is n / (R + 1) instead of
        n / R, and what was offered before does not count.
    resolve : float
        How much it insists on of what an offer to take or to leave would get it, in [0, 1].
    belief : {"none", "perfect", "reservation"}
        What it knows of the others; resolve above 0 goes by a belief, so that none is perfect then.
    noise : float
        How wrong it is about them, from 0.
    """

    def __init__(
        self, name: str, last_turn: LastTurn, resolve: float, belief: BeliefKind, noise: float
    ) -> None:
        require(0 <= resolve <= 1, name, "resolve", resolve, "a share from 0 to 1")
        require(0 <= noise < math.inf, name, "noise", noise, "a number from 0")
        self.last_turn: LastTurn = last_turn
        self.resolve = resolve
        self.belief: BeliefKind = belief
        self.noise = noise
        kind: BeliefKind = "perfect" if resolve > 0 and belief == "none" else belief
        self.goes_by = kind
        self._belief = None if kind == "none" else Belief(kind, noise)
        self._received = _Received()
        self._weighs = False  # the last offer received

    @property
    def informed(self) -> bool:
        """Whether it is shown the turns of the others: for its belief, or a model that is."""
        return self._belief is not None or super().informed

    def begin(self, turn: Turn) -> None:
        """Start with nothing received, and no belief about the others."""
        self._received = _Received()
        if self._belief is not None:
            self._belief.begin(turn)

    def aim(self, turn: Turn) -> float:
        """Return the payoff asked for in this round but the last, whatever was offered."""
        raise NotImplementedError("a strategy that goes by time must have its own aim(turn)")

    def floor(self, turn: Turn) -> float:
        """Return what its target falls to: what no deal is worth, or more with resolve."""
        least = turn.preferences.floor
        if self._belief is None or self.resolve == 0:
            return least
        return raised_floor(least, self._belief.most(turn), self.resolve)

    def target(self, turn: Turn) -> float:
        """Return the least payoff that it accepts at this turn."""
        if self._is_last(turn):
            return turn.preferences.floor
        asked, best = self.aim(turn), self._best(turn)
        return asked if best is None else demanded(asked, [best.pays])

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return its target as it was before the offer, which does not count against itself."""
        self._weighs = True
        try:
            return self.target(turn)
        finally:
            self._weighs = False

    def choose(self, turn: Turn, target: float) -> int:
        """Return what it believes the others like best of what pays `target`; else the worst."""
        kindest = None if self._belief is None else self._belief.kindest(turn, target)
        return turn.preferences.lowest_at_least(target) if kindest is None else kindest

    def propose(self, turn: Turn) -> int:
        """Return the outcome chosen at what it asks for, or the best received if that pays more."""
        asked, best = self._asked(turn), self._best(turn)
        if best is not None and best.pays >= asked:
            return best.outcome
        return self.choose(turn, asked)

    def _asked(self, turn: Turn) -> float:
        return self.floor(turn) if self._is_last(turn) else self.aim(turn)

    def _is_last(self, turn: Turn) -> bool:
        return self.last_turn != "open" and turn.is_final

    def _best(self, turn: Turn) -> "_Best | None":
        if self.last_turn == "open":
            return None
        return self._received.before(turn) if self._weighs else self._received.best(turn)


class _Best(NamedTuple):
    pays: float
    outcome: int


class _Received:
    """The best offer received in a talk, by the party's payoffs of the moment."""

    def __init__(self) -> None:
        self._known: Preferences | None = None
        self._seen = 0
        self._best: _Best | None = None
        self._before: _Best | None = None  # the last offer received

    def best(self, turn: Turn) -> _Best | None:
        """Return the rational outcome that pays most of those offered by others, None without one.

        The lowest index among equals.
        """
        wants = turn.preferences
        if self._known is not wants:
            self._known, self._seen, self._best, self._before = wants, 0, None, None
        for offer in turn.offers[self._seen :]:
            if offer.seat == turn.seat:
                continue
            self._before = self._best
            if wants.rational[offer.outcome]:
                new, old = _Best(float(wants.expected[offer.outcome]), offer.outcome), self._best
                if old is None or (new.pays, -new.outcome) > (old.pays, -old.outcome):
                    self._best = new
        self._seen = len(turn.offers)
        return self._best

    def before(self, turn: Turn) -> _Best | None:
        """Return what was the best before the last offer received."""
        self.best(turn)
        return self._before
