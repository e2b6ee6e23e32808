"""The protocol of a talk: answers and proposals in turns, as in `simulator.negotiation.talk`."""

import numpy as np

from agents.strategies.acceptance import good_enough, window_from
from agents.strategies.demanding import ROUNDING
from agents.strategies.equilibrium import at_share
from agents.strategies.wrappers import least_with_margin, moved
from experiments.compiled.machine import compiled
from experiments.compiled.parts import Acceptances, Bidding, Wrappers
from experiments.compiled.strategies import (
    bid,
    deltas,
    equilibrium_share,
    least_of_micro,
    outside,
    target_of,
    top,
)
from experiments.compiled.talks import (
    AGREED,
    BROKEN,
    NONE,
    OPEN,
    TIMED_OUT,
    Hypotheses,
    Play,
    Room,
    normal,
    note,
    uniform,
)
from experiments.compiled.wants import Wants, is_rational, lowest_at_least, nearest
from simulator.negotiation.clock import relative_time
from simulator.negotiation.payoffs import share

__all__ = ["hold_rounds"]

#: What a party says to an offer.
_ACCEPT, _COUNTER, _WALK = 0, 1, 2

_MICRO, _HARDLINER, _RANDOM = int(Bidding.MICRO), int(Bidding.HARDLINER), int(Bidding.RANDOM)
_TOP, _RUBINSTEIN, _BACKWARD = int(Bidding.TOP), int(Bidding.RUBINSTEIN), int(Bidding.BACKWARD)
_OWN, _NEXT, _TARGET = int(Acceptances.OWN), int(Acceptances.NEXT), int(Acceptances.TARGET)
_CONSTANT, _LATE = int(Acceptances.CONSTANT), int(Acceptances.TIME)
_NOISY = int(Wrappers.NOISY)


@compiled
def hold_rounds(play: Play, wants: Wants, room: Room, suppose: Hypotheses, rounds: int) -> None:
    """Hold up to so many more rounds of a talk."""
    talk, parties = room.talk[0], len(play.parts)
    last = min(play.rounds, talk.now + rounds)
    while talk.state == OPEN and talk.now < last:
        for seat in range(parties):
            take_turn(play, wants, room, suppose, seat)
            if talk.state != OPEN:
                break
        talk.now += 1
    if talk.state == OPEN and talk.now >= play.rounds:
        talk.state = TIMED_OUT


@compiled
def take_turn(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> None:
    """Let a seat answer what was offered, and else propose."""
    talk = room.talk[0]
    if wants.measures[seat].count == 0:
        talk.state, talk.walked = BROKEN, seat
        return
    if talk.offered != NONE:
        said = respond(play, wants, room, suppose, seat)
        if said == _ACCEPT:
            talk.accepted += 1
            if talk.accepted == len(play.parts):
                talk.state, talk.agreed = AGREED, talk.offered
            return
        if said == _WALK:
            talk.state, talk.walked = BROKEN, seat
            return
    if talk.offers == play.limit:
        talk.state = TIMED_OUT
        return
    offer, outcome = room.offers[talk.offers], propose(play, wants, room, suppose, seat)
    offer.outcome, offer.seat, offer.when = outcome, seat, talk.now
    talk.offered, talk.by, talk.accepted = outcome, seat, 1
    talk.offers += 1
    note(play, wants, room, talk.offers - 1)


# -- acceptance ------------------------------------------------------------------------------


@compiled
def accepts(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> int:
    """Return what a seat's strategy says to the offer, its wrappers left out."""
    part, offered = play.parts[seat], room.talk[0].offered
    if part.acceptance == _OWN:
        least = demand(play, wants, room, suppose, seat)
    else:
        least = condition(play, wants, room, suppose, seat)
    if is_rational(wants, seat, offered) and wants.expected[seat, offered] >= least:
        return _ACCEPT
    if part.acceptance == _OWN and part.bidding in (_RUBINSTEIN, _BACKWARD):
        leaving, later = prospects(play, wants, room, seat)
        return _WALK if leaving > later else _COUNTER
    return _COUNTER


@compiled
def prospects(play: Play, wants: Wants, room: Room, seat: int) -> tuple[float, float]:
    """Return which shares a seat gets by leaving, and by going on."""
    later = deltas(play, room, seat)[0] * equilibrium_share(play, wants, room, seat)
    return outside(wants, seat, len(play.parts))[0], later


@compiled
def demand(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> float:
    """Return the least that the offer has to pay by a seat's own condition."""
    part, measures, talk = play.parts[seat], wants.measures[seat], room.talk[0]
    if part.bidding == _TOP:
        return top(wants, seat, part.share)
    if part.bidding == _HARDLINER:
        return wants.expected[seat, measures.best_outcome]
    if part.bidding == _MICRO:
        return least_of_micro(wants, room, seat, len(play.parts))
    if part.bidding == _RANDOM:
        if uniform(room.memory[seat].turns, play.week, talk.now, 1) < part.accepting:
            return -np.inf
        own = bid(play, wants, room, suppose, seat)
        return -np.inf if own == talk.offered else np.inf
    if part.bidding in (_RUBINSTEIN, _BACKWARD):
        leaving, later = prospects(play, wants, room, seat)
        asks = at_share(max(leaving, later), measures.low, measures.high)
        return wants.expected[seat, nearest(wants, seat, asks)]
    return target_of(play, wants, room, suppose, seat, True)


@compiled
def condition(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> float:
    """Return the least that the offer has to pay by a condition of its own.

    Nothing or everything where payoffs do not count.
    """
    part, measures, talk = play.parts[seat], wants.measures[seat], room.talk[0]
    pays = share(wants.expected[seat, talk.offered], measures.floor, measures.span)
    time = relative_time(talk.now + 1, play.rounds, "reservation")
    if part.acceptance == _CONSTANT:
        return -np.inf if pays >= part.least - ROUNDING else np.inf
    if part.acceptance == _LATE:
        return -np.inf if time >= part.after else np.inf
    if part.acceptance == _TARGET:
        return target_of(play, wants, room, suppose, seat, False)
    planned = wants.expected[seat, bid(play, wants, room, suppose, seat)]
    if part.acceptance == _NEXT:
        if part.factor == 1.0 and part.plus == 0.0:
            return planned
        asks = share(planned, measures.floor, measures.span)
        return -np.inf if good_enough(pays, asks, part.factor, part.plus) else np.inf
    if time < part.after:
        return planned
    return min(planned, expected_of_past(play, wants, room, seat))


@compiled
def expected_of_past(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return what offers received lead to expect, looking back as far as there is time left."""
    talk, since = room.talk[0], window_from(room.talk[0].now, play.rounds)
    best, whole, count = -np.inf, 0.0, 0
    for number in range(talk.offers - 1):
        offer = room.offers[number]
        if offer.seat != seat and offer.when >= since:
            pays = wants.expected[seat, offer.outcome]
            best, whole, count = max(best, pays), whole + pays, count + 1
    if count == 0:
        return -np.inf
    return whole / count if play.parts[seat].averages else best


# -- wrappers --------------------------------------------------------------------------------


@compiled
def wrapped_bid(play: Play, wants: Wants, room: Room, seat: int, layer: int, planned: int) -> int:
    """Return what a wrapper makes of what the strategy inside it proposes."""
    part, memory, talk = play.parts[seat], room.memory[seat], room.talk[0]
    degree = part.degree[layer]
    if part.kind[layer] == _NOISY:
        if degree == 0.0:
            return planned
        drawn = normal(memory.noise, play.week, talk.now, talk.offers)
        span = wants.measures[seat].span
        return nearest(wants, seat, moved(wants.expected[seat, planned], degree, span, drawn))
    least = with_margin(wants, room, seat, degree)
    if wants.expected[seat, planned] >= least:
        return planned
    return lowest_at_least(wants, seat, least)


@compiled
def with_margin(wants: Wants, room: Room, seat: int, premium: float) -> float:
    """Return the least that keeps the margin which a distrusted partner is asked for."""
    measures, trust = wants.measures[seat], room.memory[seat].trust
    return least_with_margin(premium, trust, measures.floor, measures.span, measures.best)


@compiled
def propose(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> int:
    """Return what a seat proposes."""
    planned = bid(play, wants, room, suppose, seat)
    for layer in range(play.parts[seat].wrappers):
        planned = wrapped_bid(play, wants, room, seat, layer, planned)
    return planned


@compiled
def respond(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> int:
    """Return what a seat says to the offer."""
    part, offered = play.parts[seat], room.talk[0].offered
    said = accepts(play, wants, room, suppose, seat)
    if part.wrappers == 0:
        return said
    inside = bid(play, wants, room, suppose, seat)
    for layer in range(part.wrappers):
        around = wrapped_bid(play, wants, room, seat, layer, inside)
        least = -np.inf
        if part.kind[layer] != _NOISY:
            least = with_margin(wants, room, seat, part.degree[layer])
        if wants.expected[seat, offered] < least:
            said = _COUNTER
        elif said == _COUNTER and offered == around and around != inside:
            said = _ACCEPT
        inside = around
    return said
