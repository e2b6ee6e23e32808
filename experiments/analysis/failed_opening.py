"""Why an opening of a talk led to no deal: the zone of agreement, and what was on the table."""

from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState
from simulator.world.news import Opening

__all__ = ["BestOffer", "Failure", "Obstacle", "failure_of"]


class Obstacle(Enum):
    """What stood between the parties of a talk and a deal."""

    OPEN = "the run ended first"
    NOTHING_RATIONAL = "nothing was as good as no deal for all, and better for one"
    HOMES = "nothing better than no deal would have passed at home"
    NEVER_OFFERED = "no offer was as good as no deal for all"
    HELD_OUT = "all held out for more than was on the table"


class BestOffer(NamedTuple):
    """The best offer that was on the table: by whom, in which round, what each would have got.

    Parameters
    ----------
    party : str
        Who made it.
    round : int
        When, from 0.
    outcome : int
        What.
    gains : tuple of float
        What each party expected of it beyond no deal, in seat order, US$ bn a year.
    """

    party: str
    round: int
    outcome: int
    gains: tuple[float, ...]


class Failure(NamedTuple):
    """Why an opening failed, who walked away if somebody did, and the best that was offered."""

    obstacle: Obstacle
    walked_away: str | None = None
    best: BestOffer | None = None


def failure_of(opening: Opening) -> Failure:
    """Return why an opening without a deal failed, by what its parties wanted at its end.

    Of the offers that were as good as no deal for all, and better for one, the best is that with
    the largest product of gains (Nash 1950).
    """
    talk = opening.talk
    walked = None if talk.walked_away is None else talk.turns[talk.walked_away].party
    if talk.state is TalkState.OPEN:
        return Failure(Obstacle.OPEN)
    wants = [turn.preferences for turn in talk.turns]
    as_good = np.logical_and.reduce([of.expected >= of.least for of in wants])
    rational = as_good & np.logical_or.reduce([of.gainful for of in wants])
    if not rational.any():
        return Failure(Obstacle.NOTHING_RATIONAL, walked)
    if not np.logical_and.reduce([rational, *map(_passes, wants)]).any():
        return Failure(Obstacle.HOMES, walked)
    best = _best_offer(talk, wants, rational)
    return Failure(Obstacle.NEVER_OFFERED if best is None else Obstacle.HELD_OUT, walked, best)


def _passes(wants: Preferences) -> NDArray[np.bool_]:
    size = len(wants.expected)
    return np.ones(size, dtype=np.bool_) if wants.allowed is None else wants.allowed


def _best_offer(
    talk: Talk, wants: list[Preferences], rational: NDArray[np.bool_]
) -> BestOffer | None:
    offers = {offer.outcome: offer for offer in reversed(talk.offers) if rational[offer.outcome]}
    gains = {
        outcome: tuple(float(of.expected[outcome]) - of.disagreement for of in wants)
        for outcome in offers
    }
    if not gains:
        return None
    best = max(gains, key=lambda outcome: (float(np.prod(gains[outcome])), -outcome))
    offer = offers[best]
    return BestOffer(talk.turns[offer.seat].party, offer.round, best, gains[best])
