"""What strategies share that ask for less as time runs out: the clock, and the last turn."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.strategies.demanding import Demanding
from simulator.negotiation.clock import LastTurn, relative_time
from simulator.negotiation.negotiator import Turn
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
    """A strategy whose demands fall to what it would get without a deal when time is over.

    In the last turn it asks for just that, and accepts whatever is rational. It never asks for less
    than the others have already offered: where the best offer received pays more than its target,
    that is what it demands, and offers again. A strategy of this kind has its own `aim`.

    Parameters
    ----------
    last_turn : {"reservation", "open"}
        With "open" the last turn is one like any other, relative time is n / (R + 1) instead of
        n / R, and what was offered before does not count.
    """

    def __init__(self, last_turn: LastTurn) -> None:
        self.last_turn: LastTurn = last_turn
        self._received = _Received()

    def begin(self, turn: Turn) -> None:
        """Start with nothing received."""
        self._received = _Received()

    def aim(self, turn: Turn) -> float:
        """Return the payoff asked for in this round but the last, whatever was offered."""
        raise NotImplementedError("a strategy that goes by time must have its own aim(turn)")

    def time(self, turn: Turn) -> float:
        """Return the relative time by which it reckons."""
        return relative_time(turn.round + 1, turn.rounds, self.last_turn)

    def target(self, turn: Turn) -> float:
        """Return the least payoff that it accepts at this turn."""
        asked = self._asked(turn)
        best = None if self._is_last(turn) else self._best(turn)
        return asked if best is None else demanded(asked, [best.pays])

    def propose(self, turn: Turn) -> int:
        """Return the outcome chosen at what it asks for, or the best received if that pays more."""
        asked, best = self._asked(turn), self._best(turn)
        if best is not None and best.pays >= asked:
            return best.outcome
        return self.choose(turn, asked)

    def _asked(self, turn: Turn) -> float:
        return turn.preferences.floor if self._is_last(turn) else self.aim(turn)

    def _is_last(self, turn: Turn) -> bool:
        return self.last_turn != "open" and turn.round + 1 >= turn.rounds

    def _best(self, turn: Turn) -> "_Best | None":
        return None if self.last_turn == "open" else self._received.best(turn)


class _Best(NamedTuple):
    pays: float
    outcome: int


class _Received:
    """The best offer received in a talk, by the party's payoffs of the moment."""

    def __init__(self) -> None:
        self._known: Preferences | None = None
        self._seen = 0
        self._best: _Best | None = None

    def best(self, turn: Turn) -> _Best | None:
        """Return the rational outcome that pays most of those offered by others, None without one.

        The lowest index among equals.
        """
        wants = turn.preferences
        if self._known is not wants:
            self._known, self._seen, self._best = wants, 0, None
        for offer in turn.offers[self._seen :]:
            if offer.seat != turn.seat and wants.rational[offer.outcome]:
                new, old = _Best(float(wants.expected[offer.outcome]), offer.outcome), self._best
                if old is None or (new.pays, -new.outcome) > (old.pays, -old.outcome):
                    self._best = new
        self._seen = len(turn.offers)
        return self._best
