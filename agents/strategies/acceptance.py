"""When to accept: the conditions that go with any bidding (Baarslag, Hindriks & Jonker 2014).

Utilities in these rules are shares of the party's range, 0 at its floor and 1 at its best
rational outcome. What is not rational no condition accepts.
"""

import math
from typing import Literal

from agents.strategies.demanding import ROUNDING, Demanding
from agents.strategies.strategy import Strategy
from simulator.arithmetic import total
from simulator.errors import PartError, require
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer

__all__ = ["Acceptance", "Combined", "Constant", "Next", "Target", "Time"]


class Acceptance:
    """A condition of acceptance; it holds parameters and the memory of one talk."""

    def begin(self, turn: Turn) -> None:
        """Take note that the talk opens."""

    def fit(self, bidding: Strategy) -> None:
        """Raise PartError if it does not go with this bidding."""

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        """Return whether to accept a rational `offer`.

        Parameters
        ----------
        turn : Turn
            The party's turn.
        offer : Offer
            The standing offer.
        bidding : Strategy
            What it offers by.
        """
        raise NotImplementedError("a condition must have its own accepts(...)")

    def demand(self, turn: Turn, offer: Offer, bidding: Strategy) -> float:
        """Return the least that `offer` has to pay: nothing or everything, if payoffs do not count.

        Parameters
        ----------
        turn, offer, bidding
            As in `accepts`.
        """
        return -math.inf if self.accepts(turn, offer, bidding) else math.inf


class _Paying(Acceptance):
    """A condition that goes by what an offer pays; it has its own `demand`."""

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        """Return whether the offer pays what is demanded."""
        pays = turn.preferences.expected[offer.outcome]
        return bool(pays >= self.demand(turn, offer, bidding))


def good_enough(offered: float, planned: float, factor: float, plus: float) -> bool:
    """Return whether an offer is as good as what is planned, both as shares of the range."""
    return factor * offered + plus >= planned


def window_from(round: int, rounds: int) -> int:
    """Return the first round of a window as long as the time that is left.

    In rounds, so that it does not hang on rounding.
    """
    return round - (rounds - round - 1)


class Next(_Paying):
    """Accept what is as good as what would be offered next (AC_next).

    ``factor u(offer) + plus >= u(next)``.

    Parameters
    ----------
    factor : float
        Factor on an offer before the country compares it with its own next one (above 0): above 1,
        it accepts a little less.
    plus : float
        Shortfall against its own next offer that the country accepts (share of its range): from -1
        to 1.
    """

    def __init__(self, *, factor: float = 1.0, plus: float = 0.0) -> None:
        require(0 < factor < math.inf, "next", "factor", factor, "a number above 0")
        require(-1 <= plus <= 1, "next", "plus", plus, "a share from -1 to 1")
        self.factor = factor
        self.plus = plus

    def demand(self, turn: Turn, offer: Offer, bidding: Strategy) -> float:
        """Return what the next offer pays; with a factor, nothing or everything."""
        planned = bidding.propose(turn)
        if planned is None:
            return math.inf
        if (self.factor, self.plus) == (1.0, 0.0):
            return float(turn.preferences.expected[planned])
        share = turn.preferences.share
        good = good_enough(share(offer.outcome), share(planned), self.factor, self.plus)
        return -math.inf if good else math.inf


class Target(_Paying):
    """Accept what meets the target of a bidding that demands a payoff."""

    def fit(self, bidding: Strategy) -> None:
        """Raise PartError if the bidding has no target."""
        if not isinstance(bidding, Demanding):
            allowed = "next, constant, time or combined: this bidding has no target to meet"
            raise PartError("strategy", "acceptance", "target", allowed)

    def demand(self, turn: Turn, offer: Offer, bidding: Strategy) -> float:
        """Return the target of this turn."""
        assert isinstance(bidding, Demanding)
        return bidding.target(turn)


class Constant(Acceptance):
    """Accept what gives a fixed share of the range (AC_const).

    Parameters
    ----------
    share : float
        Share of its range for which the country accepts an offer (0 to 1).
    """

    def __init__(self, *, share: float = 0.8) -> None:
        require(0 <= share <= 1, "constant", "share", share, "a share from 0 to 1")
        self.share = share

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        """Return whether the offer gives that share."""
        return turn.preferences.share(offer.outcome) >= self.share - ROUNDING


class Time(Acceptance):
    """Accept anything rational from a point in time on (AC_time).

    Parameters
    ----------
    after : float
        Time from which the country accepts any rational offer (share of the talk): in [0, 1]; at 1
        it is the last round.
    """

    def __init__(self, *, after: float = 0.95) -> None:
        require(0 <= after <= 1, "time", "after", after, "a time from 0 to 1")
        self.after = after

    def accepts(self, turn: Turn, offer: Offer, bidding: Strategy) -> bool:
        """Return whether it is late enough."""
        return turn.time >= self.after


class Combined(_Paying):
    """Accept as AC_next; late, also what is as good as what the past leads to expect (AC_combi).

    From the time `after` on, it looks back as far as there is time left, and accepts an offer as
    good as the best of the offers received in that window, or as their mean; anything rational
    where none was, as in the last round.

    Parameters
    ----------
    after : float
        Time from which the country accepts what the past leads it to expect (share of the talk): T,
        in [0, 1].
    window : {"best", "mean"}
        What of the offers in the window is enough for the country.
    """

    def __init__(self, *, after: float = 0.95, window: Literal["best", "mean"] = "best") -> None:
        require(0 <= after <= 1, "combined", "after", after, "a time from 0 to 1")
        self.after = after
        self.window: Literal["best", "mean"] = window
        self._next = Next()

    def demand(self, turn: Turn, offer: Offer, bidding: Strategy) -> float:
        """Return what the next offer pays, or if it is late and that was less, the past."""
        planned = self._next.demand(turn, offer, bidding)
        if turn.time < self.after:
            return planned
        expected = turn.preferences.expected
        since = window_from(turn.round, turn.rounds)
        received = [
            float(expected[o.outcome])
            for o in turn.offers[:-1]
            if o.seat != turn.seat and o.round >= since
        ]
        if not received:
            return -math.inf
        enough = max(received) if self.window == "best" else total(received) / len(received)
        return min(planned, enough)
