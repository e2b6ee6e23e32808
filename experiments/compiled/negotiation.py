"""Talks about domains as machine code: many of one domain, one after the other."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.machine import cached
from experiments.compiled.protocol import hold_rounds
from experiments.compiled.references import HypothesesOf, PlayOf, RoomOf, WantsOf
from experiments.compiled.strategies import curve, goes_by_time
from experiments.compiled.talks import Hypotheses, Room, begin, begin_draws
from experiments.compiled.wants import Wants
from simulator.negotiation.talk import rounds_of

__all__ = ["play"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Record = Any


@cached
def play(
    parts: Record,
    shares: Floats,
    wants: Wants,
    suppose: Hypotheses,
    matches: Whole,
    folds: NDArray[np.uint64],
    rounds: int,
    limit: int,
    memories: Record,
    pairs: Record,
    room: Room,
    ended: Whole,
    offers: Whole,
) -> None:
    """Play many talks about one domain, and put in how each ended.

    Parameters
    ----------
    parts, shares : ndarray
        `PART` of each strategy, and room for its curve, shape (strategies, rounds).
    wants, suppose
        Of the domain.
    matches : ndarray
        Which strategy sits where, shape (talks, P).
    folds : ndarray
        The fold of each talk's seed.
    rounds, limit : int
        As in `simulator.negotiation.talk.Talk`; -1 for no limit.
    memories, pairs : ndarray
        Keys of draws.
    room
        To be used.
    ended : ndarray
        What is put in, shape (talks, 4): state, outcome agreed on or -1, rounds held, offers made.
    offers : ndarray
        Where the outcomes offered are put in, shape (talks, offers), or (0, 0).
    """
    parties = matches.shape[1]
    seated, plans = parts[:parties].copy(), np.empty((parties, shares.shape[1]))
    asks, supposed, holds = WantsOf(*wants), HypothesesOf(*suppose), RoomOf(*room)
    held = min(rounds, rounds_of(limit, parties)) if limit >= 0 else rounds
    for k in range(len(parts)):
        if goes_by_time(parts[k]):
            curve(parts[k], held, shares[k])
    for number in range(len(matches)):
        for seat in range(parties):
            seated[seat] = parts[matches[number, seat]]
            plans[seat] = shares[matches[number, seat]]
        begin_draws(holds, memories, pairs, parties, folds[number])
        now = PlayOf(seated, plans, held, limit, 0, 0)
        begin(now, asks, holds)
        hold_rounds(now, asks, holds, supposed, held)
        talk, end = room.talk[0], ended[number]
        end[0], end[1], end[2], end[3] = talk.state, talk.agreed, talk.now, talk.offers
        if len(offers) > 0:
            for n in range(talk.offers):
                offers[number, n] = room.offers[n].outcome
