"""What a seat asks for and offers, by the rules of its strategy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.strategies.belief import raised_floor
from agents.strategies.chance import counted
from agents.strategies.demanding import ROUNDING
from agents.strategies.equilibrium import DISCOUNT, PATIENT, at_share, of_range, together
from agents.strategies.hybrid import weighed
from agents.strategies.mirror import mirrored, within_range
from agents.strategies.nice_tit_for_tat import bonus, conceded, on_the_way
from agents.strategies.resource_dependent import aspiration as patience_left
from agents.strategies.time_dependent import aspiration, target
from agents.strategies.tit_for_tat import asked
from experiments.compiled.machine import compiled
from experiments.compiled.models import issue_weights, kindest, learn, learn_of, most_left, product
from experiments.compiled.parts import Beliefs, Bidding
from experiments.compiled.talks import NONE, Hypotheses, Play, Room, uniform
from experiments.compiled.wants import (
    Wants,
    at_place,
    is_rational,
    lowest_at_least,
    most_similar,
    nearest,
    places,
)
from simulator.negotiation.clock import in_the_mean, relative_time
from simulator.negotiation.payoffs import SLACK, share
from simulator.theory.splitting import finite_horizon_shares, rubinstein_shares

__all__ = [
    "bid",
    "curve",
    "deltas",
    "equilibrium_share",
    "goes_by_time",
    "least_of_micro",
    "outside",
    "target_of",
    "top",
]

Floats = NDArray[np.float64]

_TIME, _RESOURCE, _HYBRID = int(Bidding.TIME), int(Bidding.RESOURCE), int(Bidding.HYBRID)
_TRADE_OFF, _NASH, _NICE = int(Bidding.TRADE_OFF), int(Bidding.NASH_SEEKING), int(Bidding.NICE)
_MIRROR, _MICRO, _HARDLINER = int(Bidding.MIRROR), int(Bidding.MICRO), int(Bidding.HARDLINER)
_RANDOM, _TOP = int(Bidding.RANDOM), int(Bidding.TOP)
_RUBINSTEIN, _BACKWARD = int(Bidding.RUBINSTEIN), int(Bidding.BACKWARD)
_KNOWS_NOTHING = int(Beliefs.NONE)


# -- the schedule ----------------------------------------------------------------------------


@compiled
def share_at(part: Any, number: int, rounds: int) -> float:
    """Return what a strategy asks for by time alone in a round, from 1, as a share of its range."""
    if part.open:
        time = relative_time(number, rounds, "open")
    else:
        time = relative_time(number, rounds, "reservation")
    if part.bidding == _RESOURCE:
        return patience_left(part.amount * (1.0 - time), part.opening)
    if part.exponential:
        return aspiration(time, part.exponent, "exponential", part.opening)
    return aspiration(time, part.exponent, "polynomial", part.opening)


@compiled
def goes_by_time(part: Any) -> bool:
    """Return whether a strategy has a curve over time."""
    if part.bidding == _RESOURCE:
        return not part.by_offers
    return part.bidding in (_TIME, _HYBRID, _TRADE_OFF, _NASH)


@compiled
def curve(part: Any, rounds: int, shares: Floats) -> None:
    """Put in what a strategy asks for in each round by time alone, as a share of its range."""
    for number in range(1, rounds + 1):
        shares[number - 1] = share_at(part, number, rounds)


@compiled
def share_now(play: Play, room: Room, seat: int) -> float:
    """Return what a seat asks for by time alone in this round, as a share of its range."""
    round = room.talk[0].now
    if play.shares.shape[1] > 0:
        return play.shares[seat, round]
    part, hold = play.parts[seat], room.memory[seat].hold
    stands = share_at(part, round + 1, play.rounds)
    if hold == 1.0 or play.extension == 0:
        return stands
    return in_the_mean(stands, share_at(part, round + 1, play.rounds + play.extension), hold)


# -- what is demanded ------------------------------------------------------------------------


@compiled
def is_timed(part: Any) -> bool:
    """Return whether the demands of a strategy fall to a floor when time is over."""
    return part.bidding in (_TIME, _RESOURCE, _HYBRID, _TRADE_OFF, _NASH)


@compiled
def is_last(play: Play, room: Room, seat: int) -> bool:
    """Return whether this is a seat's last turn, and that is no turn like any other."""
    stands = room.memory[seat].hold == 1.0 or play.extension == 0
    return not play.parts[seat].open and room.talk[0].now + 1 >= play.rounds and stands


@compiled
def floor_of(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return what a seat's target falls to."""
    part, least = play.parts[seat], wants.measures[seat].floor
    if part.belief == _KNOWS_NOTHING or part.resolve == 0.0:
        return least
    return raised_floor(least, most_left(wants, room, seat, len(play.parts)), part.resolve)


@compiled
def scheduled(play: Play, wants: Wants, room: Room, seat: int, floor: float) -> float:
    """Return what a seat asks for by its schedule, on the way from the best to a floor."""
    part, measures = play.parts[seat], wants.measures[seat]
    if part.bidding == _RESOURCE and part.by_offers:
        received = 0
        for other in range(len(play.parts)):
            received += room.memory[other].made if other != seat else 0
        each = received / max(len(play.parts) - 1, 1)
        asks = patience_left(part.amount / max(each, 1.0), part.opening)
    else:
        asks = share_now(play, room, seat)
    eps = part.tolerance * measures.unit
    return target(asks * room.memory[seat].patience, floor, measures.best, eps) - SLACK


@compiled
def aim(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return what a seat whose demands go by time asks for, whatever was offered."""
    part, floor = play.parts[seat], floor_of(play, wants, room, seat)
    by_time = scheduled(play, wants, room, seat, floor)
    if part.bidding != _HYBRID:
        return by_time
    mean = weighed(by_time, mirror(wants, room, seat), part.mirroring)
    return max(mean, floor - SLACK) if part.resolve != 0.0 else mean


@compiled
def mirror(wants: Wants, room: Room, seat: int) -> float:
    """Return what the partner has not conceded with its last offer."""
    measures, round, heard = wants.measures[seat], room.talk[0].now, room.memory[seat].heard
    gone = 0.0
    if round > 0 and heard != NONE:
        pays = wants.expected[seat, heard]
        gone = measures.step
        if round > 2:
            gone = within_range(share(pays, measures.floor, measures.span))
    return mirrored(gone, measures.floor, measures.span)


@compiled
def target_of(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, weighs: bool
) -> float:
    """Return the least payoff that a seat accepts, where its strategy demands a payoff.

    With `weighs`, the last offer of another does not count.
    """
    part, memory = play.parts[seat], room.memory[seat]
    if is_timed(part):
        if is_last(play, room, seat):
            return wants.measures[seat].floor
        asks = aim(play, wants, room, seat)
        best = memory.before if weighs else memory.best
        if part.open or best == NONE:
            return asks
        return max(asks, memory.before_pays if weighs else memory.best_pays)
    if part.bidding == _MIRROR:
        return mirror(wants, room, seat)
    if part.bidding == _NICE:
        return nice_target(play, wants, room, suppose, seat)
    return answered(play, wants, room, seat)


@compiled
def heard_of(room: Room, seat: int, parties: int) -> int:
    """Return how many others have offered anything."""
    heard = 0
    for other in range(parties):
        heard += 1 if other != seat and room.memory[other].made > 0 else 0
    return heard


@compiled
def answered(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return what a seat asks for that answers like with like."""
    parties, demand = len(play.parts), -np.inf
    heard = heard_of(room, seat, parties)
    for other in range(parties):
        if other != seat and room.memory[other].made > 0:
            demand = max(demand, room.pairs[seat, other].demand)
    if heard == 0 or (room.talk[0].now == 0 and heard < parties - 1):
        demand = 1.0
    return asked(demand, wants.measures[seat].floor, wants.measures[seat].span)


@compiled
def nice_target(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> float:
    """Return the best payoff, less the part of the way to the Nash point that others have gone."""
    measures, parties, round = wants.measures[seat], len(play.parts), room.talk[0].now
    heard = heard_of(room, seat, parties)
    if heard == 0:
        return measures.best
    learn(play, wants, room, suppose, seat)
    at = largest_product(wants, room, seat, parties, -np.inf)
    nash = measures.best if at == NONE else wants.expected[seat, at]
    gone = 0.0 if round == 0 and heard < parties - 1 else np.inf
    for other in range(parties):
        if other != seat and room.memory[other].made > 0:
            first = wants.expected[seat, room.memory[other].first]
            last = wants.expected[seat, room.memory[other].last]
            gone = min(gone, conceded(first, last, nash))
    late = bonus(relative_time(round + 1, play.rounds, "reservation"), play.parts[seat].deadline)
    return on_the_way(nash, measures.best, gone, late) - ROUNDING * measures.span


@compiled
def largest_product(wants: Wants, room: Room, seat: int, parties: int, least: float) -> int:
    """Return the outcome with the largest Nash product of those that pay a seat so much.

    The lowest index among equals; -1 if no product is above 0.
    """
    highest, found, disagreement = 0.0, NONE, wants.measures[seat].disagreement
    for place in range(places(wants, seat, least)):
        outcome = at_place(wants, seat, place, least)
        if outcome == NONE:
            continue
        gain = wants.expected[seat, outcome] - disagreement
        value = gain * product(room, seat, parties, outcome)
        if value > highest or (value == highest and found != NONE and outcome < found):
            highest, found = value, outcome
    return found


# -- what is offered -------------------------------------------------------------------------


@compiled
def bid(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> int:
    """Return what a seat's strategy proposes, its wrappers left out."""
    part, measures, memory = play.parts[seat], wants.measures[seat], room.memory[seat]
    if part.bidding == _HARDLINER:
        return measures.best_outcome
    if part.bidding == _MICRO:
        return micro(play, wants, room, seat)
    if part.bidding == _RANDOM:
        return drawn_of(play, wants, room, seat, -np.inf)
    if part.bidding == _TOP:
        return drawn_of(play, wants, room, seat, top(wants, seat, part.share))
    if part.bidding in (_RUBINSTEIN, _BACKWARD):
        asks = equilibrium_share(play, wants, room, seat)
        return nearest(wants, seat, at_share(asks, measures.low, measures.high))
    now = room.talk[0].offers * (play.rounds + 1) + room.talk[0].now
    if memory.planned_at != now or part.model == 0:
        memory.planned = demanding_bid(play, wants, room, suppose, seat)
        memory.planned_at = now
    return memory.planned


@compiled
def demanding_bid(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> int:
    """Return what a seat proposes whose strategy demands a payoff."""
    part, memory = play.parts[seat], room.memory[seat]
    if is_timed(part):
        if is_last(play, room, seat):
            asks = floor_of(play, wants, room, seat)
        else:
            asks = aim(play, wants, room, seat)
        if not part.open and memory.best != NONE and memory.best_pays >= asks:
            return memory.best
        return choose_timed(play, wants, room, suppose, seat, asks)
    asks = target_of(play, wants, room, suppose, seat, False)
    if part.bidding == _NICE:
        learn(play, wants, room, suppose, seat)
        return best_for_others(wants, room, seat, len(play.parts), asks)
    return lowest_at_least(wants, seat, asks)


@compiled
def choose_timed(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, asks: float
) -> int:
    """Return which of the outcomes that pay what is asked for a seat offers."""
    part, measures, parties = play.parts[seat], wants.measures[seat], len(play.parts)
    if part.bidding == _NASH:
        learn(play, wants, room, suppose, seat)
        found = largest_product(wants, room, seat, parties, asks)
        return lowest_at_least(wants, seat, asks) if found == NONE else found
    heard = room.memory[seat].heard
    if part.bidding == _TRADE_OFF:
        return on_curve(play, wants, room, suppose, seat, asks)
    if part.belief != _KNOWS_NOTHING:
        return kindest(wants, room, seat, parties, asks)
    if part.bidding != _TIME:
        return lowest_at_least(wants, seat, asks)
    if part.band > 0.0 and heard != NONE:
        room.weights[seat, :] = 1.0
        high = asks + SLACK + part.band * measures.span
        found = most_similar(wants, seat, heard, asks, high, room.weights[seat])
        return lowest_at_least(wants, seat, asks) if found == NONE else found
    return lowest_at_least(wants, seat, scheduled(play, wants, room, seat, measures.floor))


@compiled
def on_curve(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, asks: float
) -> int:
    """Return the outcome of an iso-payoff curve that is most like what was offered last."""
    memory, weights, found = room.memory[seat], room.weights[seat], NONE
    if memory.heard != NONE:
        learn_of(play, wants, room, suppose, seat, memory.heard_of)
        issue_weights(wants, room.gains[seat, memory.heard_of], weights)
        high = asks + play.parts[seat].band * wants.measures[seat].span
        found = most_similar(wants, seat, memory.heard, asks, high, weights)
    return lowest_at_least(wants, seat, asks) if found == NONE else found


@compiled
def best_for_others(wants: Wants, room: Room, seat: int, parties: int, asks: float) -> int:
    """Return the outcome that is best for the others of those that pay what is asked for."""
    highest, found = -1.0, NONE
    for place in range(places(wants, seat, asks)):
        outcome = at_place(wants, seat, place, asks)
        if outcome == NONE:
            continue
        value = product(room, seat, parties, outcome)
        if value > highest or (value == highest and outcome < found):
            highest, found = value, outcome
    return wants.measures[seat].best_outcome if found == NONE else found


@compiled
def drawn_of(play: Play, wants: Wants, room: Room, seat: int, least: float) -> int:
    """Return one of the rational outcomes that pay so much, each as likely as any other."""
    among = 0
    for outcome in range(wants.expected.shape[1]):
        if is_rational(wants, seat, outcome) and wants.expected[seat, outcome] >= least:
            among += 1
    drawn = int(uniform(room.memory[seat].turns, play.week, room.talk[0].now, 0) * among)
    for outcome in range(wants.expected.shape[1]):
        if is_rational(wants, seat, outcome) and wants.expected[seat, outcome] >= least:
            if drawn == 0:
                return outcome
            drawn -= 1
    return NONE


@compiled
def top(wants: Wants, seat: int, part: float) -> float:
    """Return what the last of the best outcomes pays, which are a part of all rational ones."""
    count = wants.measures[seat].count
    wanted = counted(part, count)
    if wants.ranked:
        return wants.payoffs[seat, wanted - 1]
    payoffs, filled = np.empty(count), 0
    for outcome in range(wants.expected.shape[1]):
        if is_rational(wants, seat, outcome):
            payoffs[filled] = wants.expected[seat, outcome]
            filled += 1
    return np.sort(payoffs)[count - wanted]


@compiled
def micro(play: Play, wants: Wants, room: Room, seat: int) -> int:
    """Return the next outcome in rank, or an earlier offer if a partner stands still."""
    following = next_in_rank(wants, room, seat, len(play.parts))
    if following != NONE:
        return following
    memory, among = room.memory[seat], 0
    for k in range(memory.distinct):
        among += 1 if is_rational(wants, seat, room.sent[seat, k]) else 0
    if among == 0:
        return wants.measures[seat].best_outcome
    drawn = int(uniform(memory.turns, play.week, room.talk[0].now, 0) * among)
    for k in range(memory.distinct):
        if is_rational(wants, seat, room.sent[seat, k]):
            if drawn == 0:
                return room.sent[seat, k]
            drawn -= 1
    return NONE


@compiled
def next_in_rank(wants: Wants, room: Room, seat: int, parties: int) -> int:
    """Return the best outcome not yet sent, -1 unless it is this seat's turn to concede."""
    received, memory = -1, room.memory[seat]
    for other in range(parties):
        if other != seat and room.memory[other].made > 0:
            distinct = room.memory[other].distinct
            received = distinct if received < 0 else min(received, distinct)
    if memory.distinct > max(received, 0):
        return NONE
    if wants.ranked:
        while memory.rank < wants.measures[seat].count:
            outcome = wants.ranking[seat, memory.rank]
            if not room.was_sent[seat, outcome]:
                return outcome
            memory.rank += 1
        return NONE
    highest, found = -np.inf, NONE
    for outcome in range(wants.expected.shape[1]):
        pays = wants.options[seat, outcome]
        if pays > highest and not room.was_sent[seat, outcome]:
            highest, found = pays, outcome
    return found


@compiled
def least_of_micro(wants: Wants, room: Room, seat: int, parties: int) -> float:
    """Return what the next in rank pays, or the worst of what would be sent again."""
    own = next_in_rank(wants, room, seat, parties)
    if own != NONE:
        return wants.expected[seat, own]
    least, found = np.inf, False
    for k in range(room.memory[seat].distinct):
        outcome = room.sent[seat, k]
        if is_rational(wants, seat, outcome):
            least, found = min(least, wants.expected[seat, outcome]), True
    return least if found else wants.expected[seat, wants.measures[seat].best_outcome]


# -- equilibria ------------------------------------------------------------------------------


@compiled
def outside(wants: Wants, seat: int, parties: int) -> tuple[float, float]:
    """Return what a seat and the next get by leaving, as shares of their ranges."""
    measures, partner = wants.measures[seat], wants.measures[(seat + 1) % parties]
    own = of_range(measures.disagreement, measures.low, measures.high)
    other = of_range(partner.disagreement, partner.low, partner.high)
    return own, together(own, other)


@compiled
def factor(given: float, of_talk: float) -> float:
    """Return the discount factor that was given, or that of the talk."""
    if not np.isnan(given):
        return given
    return DISCOUNT if np.isnan(of_talk) else min(of_talk, PATIENT)


@compiled
def deltas(play: Play, room: Room, seat: int) -> tuple[float, float]:
    """Return what a payoff one proposal later is worth to a seat and to the next."""
    part, partner = play.parts[seat], room.memory[(seat + 1) % len(play.parts)]
    own = factor(part.discount, room.memory[seat].discount)
    return own, factor(part.partner_discount, partner.discount)


@compiled
def equilibrium_share(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return the share that a seat asks for when it proposes now."""
    talk, memory, parties = room.talk[0], room.memory[seat], len(play.parts)
    factors, by_leaving = deltas(play, room, seat), outside(wants, seat, parties)
    if play.parts[seat].bidding == _RUBINSTEIN:
        return rubinstein_shares(factors, by_leaving)[0]
    left = (play.rounds - 1 - talk.now) * parties + 1 - seat
    if play.limit >= 0:
        left = min(left, play.limit - talk.offers)
    if left <= 0:
        return 0.0
    ahead, turns = room.ahead[seat, left % 2], memory.reach
    if left >= len(ahead):  # a deadline far beyond the run
        return finite_horizon_shares(factors, left, by_leaving)[0, 0]
    if turns[left % 2] < left:
        splits = finite_horizon_shares(factors, left, by_leaving)
        for k in range(left):
            ahead[left - k] = splits[k, 0]
        turns[left % 2] = left
    return ahead[left]
