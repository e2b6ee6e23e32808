"""Talks about domains as machine code: the protocol of `simulator.negotiation.talk`, many times.

A talk goes as there, and every seat by the rules of its strategy. What a party remembers is put
down when an offer is made, in place of when it is next asked, which comes to the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.opponents.bayesian import demanded_at, judge, worths
from agents.strategies.acceptance import good_enough, window_from
from agents.strategies.belief import raised_floor
from agents.strategies.chance import counted
from agents.strategies.demanding import ROUNDING
from agents.strategies.equilibrium import DISCOUNT, PATIENT, at_share, of_range, together
from agents.strategies.hybrid import weighed
from agents.strategies.mirror import mirrored, within_range
from agents.strategies.nice_tit_for_tat import bonus, conceded, on_the_way
from agents.strategies.resource_dependent import aspiration as patience_left
from agents.strategies.time_dependent import aspiration, target
from agents.strategies.tit_for_tat import asked, averaged_step, random_step, relative_step
from agents.strategies.wrappers import least_with_margin, moved
from experiments.compiled.machine import cached, compiled
from experiments.compiled.parts import Acceptances, Beliefs, Bidding, Models, Wrappers
from experiments.compiled.wants import (
    Wants,
    at_least,
    lowest_at_least,
    more_than,
    most_similar,
    nearest,
)
from simulator.draws import WORDS, as_normal, as_uniform, bits, start
from simulator.negotiation.clock import relative_time
from simulator.negotiation.payoffs import SLACK, share
from simulator.negotiation.talk import rounds_of
from simulator.rounding import slack_between
from simulator.theory.splitting import finite_horizon_shares, rubinstein_shares

__all__ = [
    "AGREED",
    "BROKEN",
    "TIMED_OUT",
    "Chance",
    "Hypotheses",
    "Play",
    "Room",
    "curves",
    "play",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Words64 = NDArray[np.uint64]

#: How a talk ended.
AGREED, BROKEN, TIMED_OUT = 0, 1, 2
#: What a party says to an offer.
_ACCEPT, _COUNTER, _WALK = 0, 1, 2
#: No outcome: to walk away, or none yet.
_NONE = -1

_WORDS = tuple(np.uint64(word) for word in WORDS)
_ELEVEN, _TWELVE = np.uint64(11), np.uint64(12)

_TIME, _RESOURCE, _HYBRID = int(Bidding.TIME), int(Bidding.RESOURCE), int(Bidding.HYBRID)
_TRADE_OFF, _NASH, _NICE = int(Bidding.TRADE_OFF), int(Bidding.NASH_SEEKING), int(Bidding.NICE)
_MIRROR, _RELATIVE = int(Bidding.MIRROR), int(Bidding.RELATIVE)
_AVERAGED, _RANDOM_ANSWER = int(Bidding.AVERAGED), int(Bidding.RANDOM_ANSWER)
_MICRO, _HARDLINER, _RANDOM = int(Bidding.MICRO), int(Bidding.HARDLINER), int(Bidding.RANDOM)
_TOP, _RUBINSTEIN, _BACKWARD = int(Bidding.TOP), int(Bidding.RUBINSTEIN), int(Bidding.BACKWARD)
_OWN, _NEXT, _TARGET = int(Acceptances.OWN), int(Acceptances.NEXT), int(Acceptances.TARGET)
_CONSTANT, _LATE = int(Acceptances.CONSTANT), int(Acceptances.TIME)
_COMBINED = int(Acceptances.COMBINED)
_FREQUENCY, _BAYESIAN, _PERFECT = (
    int(Models.FREQUENCY),
    int(Models.BAYESIAN),
    int(Models.PERFECT),
)
_KNOWS_NOTHING, _RESERVATION = int(Beliefs.NONE), int(Beliefs.RESERVATION)
_NOISY = int(Wrappers.NOISY)


class Play(NamedTuple):
    """A talk as it is played: who sits where, for how long, and by which draws.

    Attributes
    ----------
    parts : ndarray
        `PART` of each seat, shape (P,).
    shares : ndarray
        What the schedule of each seat asks for in each round, as a share, shape (P, R).
    rounds, limit : int
        Rounds to the deadline, and the most proposals, -1 without a limit.
    discounts : ndarray
        What a payoff one proposal later is worth to each seat, NaN where that has no place.
    trust : ndarray
        The lowest trust of each seat in the others.
    """

    parts: NDArray[np.void]
    shares: Floats
    rounds: int
    limit: int
    discounts: Floats
    trust: Floats


class Chance(NamedTuple):
    """Where the draws of a talk begin: of each seat, and of each seat about each other."""

    turns: Words64
    noise: Words64
    answers: Words64  # shape (P, P)
    beliefs: Words64  # shape (P, P)


class Hypotheses(NamedTuple):
    """What the Bayesian model supposes: weights by rank, and values per issue, shape and level."""

    weights: Floats
    shapes: Floats
    kinds: Whole  # how many shapes each issue has


#: What a seat remembers of a talk: numbers.
MEMORY = np.dtype(
    [
        *((name, np.int64) for name in ("best", "before")),  # outcomes received, -1 without
        *((name, np.float64) for name in ("best_pays", "before_pays")),
        *((name, np.int64) for name in ("sent", "rank")),  # of MiCRO
        *((name, np.int64) for name in ("planned", "planned_at")),
        ("most", np.float64),  # u*, as far as it is known
        ("most_known", np.bool_),
    ]
)


class Room(NamedTuple):
    """What is written down of a talk, and what the seats remember of it.

    Attributes
    ----------
    outcomes, seats, when : ndarray
        Every offer: the outcome, who made it, and its round.
    memory : ndarray
        `MEMORY` of each seat.
    sent : ndarray
        Distinct outcomes that each seat has offered, in order, shape (P, offers).
    was_sent : ndarray
        Whether a seat has offered an outcome, shape (P, N).
    distinct : ndarray
        How many distinct outcomes each seat has offered.
    first, last : ndarray
        First and last outcome that each seat has offered, -1 without.
    given : ndarray
        What each offer of another seat gives a seat, as a share, shape (P, P, R).
    made : ndarray
        How many offers each seat has made.
    demands : ndarray
        What a seat demands of another, as a share, shape (P, P).
    least : ndarray
        What a seat believes another to settle for, shape (P, P).
    errors : ndarray
        The error of a seat about another's payoffs, shape (P, P).
    counts : ndarray
        Offers of each level by another, shape (P, P, I, L).
    misfits, worth, likely : ndarray
        Of the Bayesian model: shapes (P, P, I, I, S), (P, P, I, L) and (I, S).
    gains : ndarray
        What a seat's model makes of another's gains, shape (P, P, N).
    known : ndarray
        After how many offers of the other that was worked out, -1 if not, shape (P, P).
    ahead : ndarray
        Shares in equilibrium with so many proposals left, shape (P, 2, proposals + 1).
    reach : ndarray
        For how many proposals left these are known, shape (P, 2).
    """

    outcomes: Whole
    seats: Whole
    when: Whole
    memory: NDArray[np.void]
    sent: Whole
    was_sent: NDArray[np.bool_]
    distinct: Whole
    first: Whole
    last: Whole
    given: Floats
    made: Whole
    demands: Floats
    least: Floats
    errors: Floats
    counts: Floats
    misfits: Floats
    worth: Floats
    likely: Floats
    gains: Floats
    known: Whole
    ahead: Floats
    reach: Whole
    weights: Floats  # of issues, shape (P, I)


# -- draws -----------------------------------------------------------------------------------


@compiled
def _word(number: int) -> int:
    return np.uint64(number)


@compiled
def uniform(begins: int, round: int, count: int) -> float:
    """Return a uniform draw of week 0."""
    drawn = bits(begins, _word(0), _word(round), _word(count), _WORDS)
    return as_uniform(drawn, _ELEVEN)


@compiled
def normal(begins: int, round: int, count: int) -> float:
    """Return a standard normal draw of week 0."""
    drawn = bits(begins, _word(0), _word(round), _word(count), _WORDS)
    return as_normal(drawn, _TWELVE)


# -- the schedule ----------------------------------------------------------------------------


@compiled
def curve(part: np.void, rounds: int, shares: Floats) -> None:
    """Put in what a strategy asks for in each round by time alone, as a share of its range."""
    for number in range(1, rounds + 1):
        if part.open:
            time = relative_time(number, rounds, "open")
        else:
            time = relative_time(number, rounds, "reservation")
        if part.bidding == _RESOURCE:
            shares[number - 1] = patience_left(part.amount * (1.0 - time), part.opening)
        elif part.exponential:
            shares[number - 1] = aspiration(time, part.exponent, "exponential", part.opening)
        else:
            shares[number - 1] = aspiration(time, part.exponent, "polynomial", part.opening)


@compiled
def goes_by_time(part: np.void) -> bool:
    """Return whether a strategy has a curve over time."""
    if part.bidding == _RESOURCE:
        return not part.by_offers
    return part.bidding in (_TIME, _HYBRID, _TRADE_OFF, _NASH)


@cached
def curves(parts: NDArray[np.void], rounds: int, shares: Floats) -> None:
    """Put in what each strategy asks for in each round by time alone, shape (strategies, rounds)."""
    for k in range(len(parts)):
        if goes_by_time(parts[k]):
            curve(parts[k], rounds, shares[k])


# -- what is remembered ----------------------------------------------------------------------


@compiled
def forget(play: Play, wants: Wants, room: Room, chance: Chance) -> None:
    """Start a talk with nothing remembered."""
    for seat in range(len(play.parts)):
        part, memory = play.parts[seat], room.memory[seat]
        memory.best = memory.before = memory.planned_at = _NONE
        memory.best_pays = memory.before_pays = -np.inf
        memory.sent = memory.rank = 0
        memory.most_known = False
        room.first[seat] = room.last[seat] = _NONE
        room.made[seat] = room.distinct[seat] = 0
        room.was_sent[seat, :] = False
        room.reach[seat, :] = 0
        for other in range(len(play.parts)):
            room.demands[seat, other] = 1.0
            room.known[seat, other] = _NONE
            if part.model == _FREQUENCY:
                room.counts[seat, other] = 0.0
            if part.belief != _KNOWS_NOTHING:
                believe(play, wants, room, chance, seat, other)


@compiled
def believe(play: Play, wants: Wants, room: Room, chance: Chance, seat: int, other: int) -> None:
    """Have a seat believe of another what it does before any offer."""
    part, measures = play.parts[seat], wants.measures[other]
    reservation = part.belief == _RESERVATION
    room.least[seat, other] = measures.settles if reservation else measures.disagreement
    room.errors[seat, other] = 0.0
    if part.noise > 0.0 and measures.count > 0 and other != seat:
        drawn = normal(chance.beliefs[seat, other], 0, 0)
        room.errors[seat, other] = part.noise * measures.span * drawn


@compiled
def note(play: Play, wants: Wants, room: Room, chance: Chance, number: int) -> None:
    """Have everybody take note of the offer of this number, which has just been made."""
    by, outcome = room.seats[number], room.outcomes[number]
    if room.first[by] == _NONE:
        room.first[by] = outcome
    room.last[by] = outcome
    room.made[by] += 1
    if not room.was_sent[by, outcome]:
        room.was_sent[by, outcome] = True
        room.sent[by, room.distinct[by]] = outcome
        room.distinct[by] += 1
    for seat in range(len(play.parts)):
        if seat != by:
            receive(play, wants, room, chance, seat, by, outcome)


@compiled
def receive(
    play: Play, wants: Wants, room: Room, chance: Chance, seat: int, by: int, outcome: int
) -> None:
    """Have a seat take note of another's offer."""
    part, memory = play.parts[seat], room.memory[seat]
    pays = wants.expected[seat, outcome]
    memory.before, memory.before_pays = memory.best, memory.best_pays
    if wants.rational[seat, outcome] and (
        memory.best == _NONE
        or pays > memory.best_pays
        or (pays == memory.best_pays and outcome < memory.best)
    ):
        memory.best, memory.best_pays = outcome, pays
    if part.bidding in (_RELATIVE, _AVERAGED, _RANDOM_ANSWER):
        answer(part, wants, room, chance, seat, by, pays)
    if part.belief == _RESERVATION:
        offered = wants.expected[by, outcome]
        if offered < room.least[seat, by]:
            room.least[seat, by] = offered
            memory.most_known = False


@compiled
def answer(
    part: np.void, wants: Wants, room: Room, chance: Chance, seat: int, by: int, pays: float
) -> None:
    """Have a seat that answers like with like demand less, or more, after another's offer."""
    count, measures, given = room.made[by], wants.measures[seat], room.given[seat, by]
    given[count - 1] = within_range(share(pays, measures.floor, measures.span))
    demand = room.demands[seat, by]
    if part.bidding == _AVERAGED:
        over = min(part.window, count - 1)
        if over >= 1:
            demand = averaged_step(demand, given[count - 1 - over], given[count - 1], over)
    elif count > part.delay:
        before, after = given[count - 1 - part.delay], given[count - part.delay]
        if part.bidding == _RELATIVE:
            demand = relative_step(demand, before, after)
        else:
            drawn = uniform(chance.answers[seat, by], count, 0)
            demand = random_step(demand, before, after, part.spread, drawn)
    room.demands[seat, by] = within_range(demand)


# -- models of the others --------------------------------------------------------------------


@compiled
def gains_of(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, other: int, offers: int
) -> Floats:
    """Return what a seat's model makes of another's gain from each outcome."""
    part, known = play.parts[seat], room.known[seat, other]
    gains = room.gains[seat, other]
    if known == room.made[other]:
        return gains
    if part.model == _PERFECT:
        if known == _NONE:
            for n in range(len(gains)):
                gains[n] = wants.expected[other, n] - wants.measures[other].disagreement
        room.known[seat, other] = room.made[other]
        return gains
    if part.model == _FREQUENCY:
        count_levels(wants, room, seat, other, max(known, 0), offers)
        add_up(wants, room.counts[seat, other], gains)
    else:
        judge_offers(play, wants, room, suppose, seat, other, known, offers)
        add_up(wants, room.worth[seat, other], gains)
    room.known[seat, other] = room.made[other]
    return gains


@compiled
def count_levels(wants: Wants, room: Room, seat: int, other: int, known: int, offers: int) -> None:
    """Count the levels of another's offers beyond the first that are `known`."""
    passed = 0
    for number in range(offers):
        if room.seats[number] == other:
            passed += 1
            if passed > known:
                for k in range(len(wants.counts)):
                    room.counts[seat, other, k, wants.levels[room.outcomes[number], k]] += 1.0


@compiled
def judge_offers(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    other: int,
    known: int,
    offers: int,
) -> None:
    """Judge the hypotheses by another's offers beyond the first that are `known`, each once."""
    part = play.parts[seat]
    misfits, found = room.misfits[seat, other], room.worth[seat, other]
    if known == _NONE:
        for k in range(len(wants.counts)):
            misfits[k, :, : suppose.kinds[k]] = 0.0
            misfits[k, :, suppose.kinds[k] :] = np.inf
        worths(misfits, suppose.weights, suppose.shapes, found, room.likely)
    passed = 0
    for number in range(offers):
        if room.seats[number] != other:
            continue
        passed += 1
        if passed <= known or was_offered(room, other, number):
            continue
        levels = wants.levels[room.outcomes[number]]
        time = relative_time(room.when[number] + 1, play.rounds, "reservation")
        demanded = demanded_at(time, part.concession)
        judge(misfits, suppose.weights, suppose.shapes, found, levels, demanded, part.doubt)
        worths(misfits, suppose.weights, suppose.shapes, found, room.likely)


@compiled
def was_offered(room: Room, by: int, number: int) -> bool:
    """Return whether a party had offered the outcome of an offer before."""
    for earlier in range(number):
        if room.seats[earlier] == by and room.outcomes[earlier] == room.outcomes[number]:
            return True
    return False


@compiled
def add_up(wants: Wants, tables: Floats, gains: Floats) -> None:
    """Put in the sum over issues of each outcome's table entries, in units of the largest."""
    highest = -np.inf
    for n in range(len(gains)):
        whole = tables[0, wants.levels[n, 0]]
        for k in range(1, len(wants.counts)):
            whole += tables[k, wants.levels[n, k]]
        gains[n] = whole
        highest = max(highest, whole)
    if highest == 0.0:
        highest = 1.0
    for n in range(len(gains)):
        gains[n] = gains[n] / highest


@compiled
def learn(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, offers: int
) -> None:
    """Have a seat's model of all others be up to date."""
    for other in range(len(play.parts)):
        if other != seat:
            gains_of(play, wants, room, suppose, seat, other, offers)


@compiled
def product(room: Room, seat: int, parties: int, outcome: int) -> float:
    """Return the product of the others' gains as a seat's model has them; a loss is no gain."""
    found, begun = 0.0, False
    for other in range(parties):
        if other != seat:
            gain = max(room.gains[seat, other, outcome], 0.0)
            found = found * gain if begun else gain
            begun = True
    return found


@compiled
def issue_weights(wants: Wants, gains: Floats, weights: Floats) -> None:
    """Put in how much each issue matters by these gains; 1 each where nothing does."""
    size = len(gains)
    left = gains.copy()
    for k in range(len(wants.counts)):
        count = wants.counts[k]
        size = size // count
        low, high = np.inf, -np.inf
        for level in range(count):
            mean = left[level * size]
            for n in range(1, size):
                mean += left[level * size + n]
            mean = mean / size
            low, high = min(low, mean), max(high, mean)
        weights[k] = high - low
        for n in range(size):
            mean = left[n]
            for level in range(1, count):
                mean += left[level * size + n]
            left[n] = mean / count
    whole = 0.0
    for k in range(len(weights)):
        whole += weights[k]
    matters = False
    for k in range(len(weights)):
        weights[k] = weights[k] / whole if whole > 0.0 else weights[k]
        matters = matters or weights[k] != 0.0
    if not matters:
        weights[:] = 1.0


# -- beliefs about the others ----------------------------------------------------------------


@compiled
def would_take(wants: Wants, room: Room, seat: int, parties: int, outcome: int) -> bool:
    """Return whether a seat believes all others to take an outcome."""
    for other in range(parties):
        if other != seat:
            least, measures = room.least[seat, other], wants.measures[other]
            apart = slack_between(measures.low, measures.high, least)
            if not wants.expected[other, outcome] + room.errors[seat, other] >= least - apart:
                return False
    return True


@compiled
def most_left(wants: Wants, room: Room, seat: int, parties: int) -> float:
    """Return what a seat would get by an offer to take or to leave, -inf without such (u*)."""
    memory = room.memory[seat]
    if not memory.most_known:
        memory.most, memory.most_known = -np.inf, True
        for place in range(wants.measures[seat].count):
            if would_take(wants, room, seat, parties, wants.ranking[seat, place]):
                memory.most = wants.payoffs[seat, place]
                break
    return memory.most


@compiled
def kindest(wants: Wants, room: Room, seat: int, parties: int, target: float) -> int:
    """Return what the others like best of what pays `target`, the worst of that if they cannot."""
    highest, found = -np.inf, _NONE
    for place in range(at_least(wants, seat, target)):
        outcome = wants.ranking[seat, place]
        liked = liking(wants, room, seat, parties, outcome)
        if liked > highest or (liked == highest and liked > -np.inf and outcome < found):
            highest, found = liked, outcome
    return lowest_at_least(wants, seat, target) if found == _NONE else found


@compiled
def liking(wants: Wants, room: Room, seat: int, parties: int, outcome: int) -> float:
    """Return how good an outcome is for the others: for one what it expects, else a product."""
    if parties == 2:
        return wants.expected[1 - seat, outcome]
    if not would_take(wants, room, seat, parties, outcome):
        return -np.inf
    found, begun = 0.0, False
    for other in range(parties):
        if other != seat:
            more = room.errors[seat, other] - room.least[seat, other]
            gain = max(wants.expected[other, outcome] + more, 0.0)
            found = found * gain if begun else gain
            begun = True
    return found


# -- what is demanded ------------------------------------------------------------------------


@compiled
def is_timed(part: np.void) -> bool:
    """Return whether the demands of a strategy fall to a floor when time is over."""
    return part.bidding in (_TIME, _RESOURCE, _HYBRID, _TRADE_OFF, _NASH)


@compiled
def floor_of(play: Play, wants: Wants, room: Room, seat: int) -> float:
    """Return what a seat's target falls to."""
    part, least = play.parts[seat], wants.measures[seat].floor
    if part.belief == _KNOWS_NOTHING or part.resolve == 0.0:
        return least
    most = most_left(wants, room, seat, len(play.parts))
    return raised_floor(least, most, part.resolve)


@compiled
def aim(play: Play, wants: Wants, room: Room, seat: int, round: int, standing: int) -> float:
    """Return what a seat whose demands go by time asks for, whatever was offered."""
    part, measures = play.parts[seat], wants.measures[seat]
    floor = floor_of(play, wants, room, seat)
    if part.bidding == _RESOURCE and part.by_offers:
        received = 0
        for other in range(len(play.parts)):
            received += room.made[other] if other != seat else 0
        each = received / max(len(play.parts) - 1, 1)
        asks = patience_left(part.amount / max(each, 1.0), part.opening)
    else:
        asks = play.shares[seat, round]
    by_time = target(asks * 1.0, floor, measures.best, part.tolerance * measures.unit) - SLACK
    if part.bidding != _HYBRID:
        return by_time
    mean = weighed(by_time, mirror(wants, seat, round, standing), part.mirroring)
    return max(mean, floor - SLACK) if part.resolve != 0.0 else mean


@compiled
def mirror(wants: Wants, seat: int, round: int, standing: int) -> float:
    """Return what the partner has not conceded with its last offer, -1 without one."""
    measures = wants.measures[seat]
    if round == 0 or standing == _NONE:
        gone = 0.0
    elif round <= 2:
        gone = measures.step
    else:
        pays = wants.expected[seat, standing]
        gone = within_range(share(pays, measures.floor, measures.span))
    return mirrored(gone, measures.floor, measures.span)


@compiled
def is_last(play: Play, seat: int, round: int) -> bool:
    """Return whether this is a seat's last turn, and that is no turn like any other."""
    return not play.parts[seat].open and round + 1 >= play.rounds


@compiled
def target_of(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offers: int,
    weighs: bool,
) -> float:
    """Return the least payoff that a seat accepts, where its strategy demands a payoff.

    The standing outcome is the last offer of somebody else. With `weighs` that does not count.
    """
    part, measures = play.parts[seat], wants.measures[seat]
    if is_timed(part):
        if is_last(play, seat, round):
            return measures.floor
        asks = aim(play, wants, room, seat, round, standing)
        memory = room.memory[seat]
        best = memory.before if weighs else memory.best
        if part.open or best == _NONE:
            return asks
        return max(asks, memory.before_pays if weighs else memory.best_pays)
    if part.bidding == _MIRROR:
        return mirror(wants, seat, round, standing)
    if part.bidding == _NICE:
        return nice_target(play, wants, room, suppose, seat, round, offers)
    return answered(play, wants, room, seat, round)


@compiled
def answered(play: Play, wants: Wants, room: Room, seat: int, round: int) -> float:
    """Return what a seat asks for that answers like with like."""
    demand, heard = -np.inf, 0
    for other in range(len(play.parts)):
        if other != seat and room.made[other] > 0:
            demand = max(demand, room.demands[seat, other])
            heard += 1
    if heard == 0 or (round == 0 and heard < len(play.parts) - 1):
        demand = 1.0
    return asked(demand, wants.measures[seat].floor, wants.measures[seat].span)


@compiled
def nice_target(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    round: int,
    offers: int,
) -> float:
    """Return the best payoff, less the part of the way to the Nash point that others have gone."""
    measures, parties = wants.measures[seat], len(play.parts)
    heard = 0
    for other in range(parties):
        heard += 1 if other != seat and room.made[other] > 0 else 0
    if heard == 0:
        return measures.best
    learn(play, wants, room, suppose, seat, offers)
    nash = nash_payoff(wants, room, seat, parties)
    gone = 0.0
    if round > 0 or heard == parties - 1:
        gone = np.inf
        for other in range(parties):
            if other != seat and room.made[other] > 0:
                first = wants.expected[seat, room.first[other]]
                last = wants.expected[seat, room.last[other]]
                gone = min(gone, conceded(first, last, nash))
    time = relative_time(round + 1, play.rounds, "reservation")
    late = bonus(time, play.parts[seat].deadline)
    return on_the_way(nash, measures.best, gone, late) - ROUNDING * measures.span


@compiled
def nash_payoff(wants: Wants, room: Room, seat: int, parties: int) -> float:
    """Return what the Nash point pays by a seat's model, the best payoff without such a point."""
    place = largest_product(wants, room, seat, parties, wants.measures[seat].count)
    return wants.measures[seat].best if place == _NONE else wants.payoffs[seat, place]


@compiled
def largest_product(wants: Wants, room: Room, seat: int, parties: int, among: int) -> int:
    """Return the place in a seat's ranking, of the first so many, with the largest Nash product.

    The lowest index among equals; -1 if no product is above 0.
    """
    highest, found = 0.0, _NONE
    for place in range(among):
        outcome = wants.ranking[seat, place]
        gain = wants.payoffs[seat, place] - wants.measures[seat].disagreement
        value = gain * product(room, seat, parties, outcome)
        if value > highest or (
            value == highest and found != _NONE and outcome < wants.ranking[seat, found]
        ):
            highest, found = value, place
    return found


# -- what is offered -------------------------------------------------------------------------


@compiled
def bid(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offers: int,
) -> int:
    """Return what a seat's strategy proposes, its wrappers left out."""
    part, measures, memory = play.parts[seat], wants.measures[seat], room.memory[seat]
    if part.bidding == _HARDLINER:
        return measures.best_outcome
    if part.bidding == _MICRO:
        return micro(wants, room, chance, seat, len(play.parts), round)
    if part.bidding == _RANDOM:
        drawn = int(uniform(chance.turns[seat], round, 0) * measures.count)
        return rational_number(wants, seat, drawn, -np.inf)
    if part.bidding == _TOP:
        least = top(wants, seat, part.share)
        among = at_least(wants, seat, least)
        drawn = int(uniform(chance.turns[seat], round, 0) * among)
        return rational_number(wants, seat, drawn, least)
    if part.bidding in (_RUBINSTEIN, _BACKWARD):
        own, other = outside(wants, seat)
        shares = equilibrium_share(play, room, seat, round, offers, own, other)
        return nearest(wants, seat, at_share(shares, measures.low, measures.high))
    now = offers * (play.rounds + 1) + round
    if memory.planned_at != now or part.model == 0:
        memory.planned = demanding_bid(play, wants, room, suppose, seat, round, standing, offers)
        memory.planned_at = now
    return memory.planned


@compiled
def demanding_bid(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offers: int,
) -> int:
    """Return what a seat proposes whose strategy demands a payoff."""
    part, memory = play.parts[seat], room.memory[seat]
    if is_timed(part):
        if is_last(play, seat, round):
            asks = floor_of(play, wants, room, seat)
        else:
            asks = aim(play, wants, room, seat, round, standing)
        if not part.open and memory.best != _NONE and memory.best_pays >= asks:
            return memory.best
        return choose_timed(play, wants, room, suppose, seat, round, standing, offers, asks)
    asks = target_of(play, wants, room, suppose, seat, round, standing, offers, False)
    if part.bidding == _NICE:
        learn(play, wants, room, suppose, seat, offers)
        return best_for_others(wants, room, seat, len(play.parts), asks)
    return lowest_at_least(wants, seat, asks)


@compiled
def choose_timed(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offers: int,
    asks: float,
) -> int:
    """Return which of the outcomes that pay what is asked for a seat offers."""
    part, measures, parties = play.parts[seat], wants.measures[seat], len(play.parts)
    if part.bidding == _NASH:
        learn(play, wants, room, suppose, seat, offers)
        place = largest_product(wants, room, seat, parties, at_least(wants, seat, asks))
        if place != _NONE:
            return wants.ranking[seat, place]
        return lowest_at_least(wants, seat, asks)
    if part.bidding == _TRADE_OFF:
        high = asks + part.band * measures.span
        return on_curve(play, wants, room, suppose, seat, standing, offers, asks, high)
    if part.belief != _KNOWS_NOTHING:
        return kindest(wants, room, seat, parties, asks)
    if part.bidding != _TIME:
        return lowest_at_least(wants, seat, asks)
    if part.band > 0.0 and standing != _NONE:
        high = asks + SLACK + part.band * measures.span
        first, last = more_than(wants, seat, high), at_least(wants, seat, asks)
        if first >= last:
            return lowest_at_least(wants, seat, asks)
        room.weights[seat, :] = 1.0
        return most_similar(wants, seat, standing, first, last, room.weights[seat])
    eps = part.tolerance * measures.unit
    planned = target(play.shares[seat, round] * 1.0, measures.floor, measures.best, eps) - SLACK
    return lowest_at_least(wants, seat, planned)


@compiled
def on_curve(
    play: Play,
    wants: Wants,
    room: Room,
    suppose: Hypotheses,
    seat: int,
    standing: int,
    offers: int,
    low: float,
    high: float,
) -> int:
    """Return the outcome that pays from `low` to `high` and is most like the standing one."""
    first, last = more_than(wants, seat, high), at_least(wants, seat, low)
    if standing == _NONE or first >= last:
        return lowest_at_least(wants, seat, low)
    by = last_of_others(room, seat, offers)
    weights = room.weights[seat]
    gains = gains_of(play, wants, room, suppose, seat, by, offers)
    issue_weights(wants, gains, weights)
    return most_similar(wants, seat, standing, first, last, weights)


@compiled
def last_of_others(room: Room, seat: int, offers: int) -> int:
    """Return who has made the last offer but this seat."""
    number = offers - 1
    while room.seats[number] == seat:
        number -= 1
    return room.seats[number]


@compiled
def best_for_others(wants: Wants, room: Room, seat: int, parties: int, asks: float) -> int:
    """Return the outcome that is best for the others of those that pay what is asked for."""
    highest, found = -1.0, _NONE
    for place in range(at_least(wants, seat, asks)):
        outcome = wants.ranking[seat, place]
        value = product(room, seat, parties, outcome)
        if value > highest or (value == highest and outcome < found):
            highest, found = value, outcome
    return wants.measures[seat].best_outcome if found == _NONE else found


@compiled
def rational_number(wants: Wants, seat: int, number: int, least: float) -> int:
    """Return the rational outcome of this number, by index, among those that pay `least`."""
    passed = 0
    for outcome in range(wants.expected.shape[1]):
        if wants.rational[seat, outcome] and wants.expected[seat, outcome] >= least:
            if passed == number:
                return outcome
            passed += 1
    return _NONE


@compiled
def top(wants: Wants, seat: int, part: float) -> float:
    """Return what the last of the best outcomes pays, which are a part of all rational ones."""
    return wants.payoffs[seat, counted(part, wants.measures[seat].count) - 1]


@compiled
def micro(wants: Wants, room: Room, chance: Chance, seat: int, parties: int, round: int) -> int:
    """Return the next outcome in rank, or an earlier offer if a partner stands still."""
    following = next_in_rank(wants, room, seat, parties)
    if following != _NONE:
        return following
    among = 0
    for k in range(room.distinct[seat]):
        among += 1 if wants.rational[seat, room.sent[seat, k]] else 0
    if among == 0:
        return wants.measures[seat].best_outcome
    drawn = int(uniform(chance.turns[seat], round, 0) * among)
    for k in range(room.distinct[seat]):
        if wants.rational[seat, room.sent[seat, k]]:
            if drawn == 0:
                return room.sent[seat, k]
            drawn -= 1
    return _NONE


@compiled
def next_in_rank(wants: Wants, room: Room, seat: int, parties: int) -> int:
    """Return the best outcome not yet sent, -1 unless it is this seat's turn to concede."""
    received, heard = np.inf, False
    for other in range(parties):
        if other != seat and room.made[other] > 0:
            received, heard = min(received, room.distinct[other]), True
    if room.distinct[seat] > (received if heard else 0):
        return _NONE
    memory = room.memory[seat]
    while memory.rank < wants.measures[seat].count:
        outcome = wants.ranking[seat, memory.rank]
        if not room.was_sent[seat, outcome]:
            return outcome
        memory.rank += 1
    return _NONE


# -- equilibria ------------------------------------------------------------------------------


@compiled
def outside(wants: Wants, seat: int) -> tuple[float, float]:
    """Return what a seat and the next get by leaving, as shares of their ranges."""
    measures, partner = wants.measures[seat], wants.measures[(seat + 1) % len(wants.measures)]
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
def deltas(play: Play, seat: int) -> tuple[float, float]:
    """Return what a payoff one proposal later is worth to a seat and to the next."""
    part, partner = play.parts[seat], (seat + 1) % len(play.parts)
    own = factor(part.discount, play.discounts[seat])
    return own, factor(part.partner_discount, play.discounts[partner])


@compiled
def equilibrium_share(
    play: Play, room: Room, seat: int, round: int, offers: int, own: float, other: float
) -> float:
    """Return the share that a seat asks for when it proposes now."""
    factors = deltas(play, seat)
    if play.parts[seat].bidding == _RUBINSTEIN:
        return rubinstein_shares(factors, (own, other))[0]
    left = (play.rounds - 1 - round) * len(play.parts) + 1 - seat
    if play.limit >= 0:
        left = min(left, play.limit - offers)
    if left <= 0:
        return 0.0
    ahead, reach = room.ahead[seat, left % 2], room.reach[seat]
    if reach[left % 2] < left:
        splits = finite_horizon_shares(factors, left, (own, other))
        for k in range(left):
            ahead[left - k] = splits[k, 0]
        reach[left % 2] = left
    return ahead[left]


# -- acceptance ------------------------------------------------------------------------------


@compiled
def accepts(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offered: int,
    offers: int,
) -> int:
    """Return what a seat's strategy says to an offered outcome, its wrappers left out."""
    part, measures = play.parts[seat], wants.measures[seat]
    if part.acceptance == _OWN:
        least = demand(play, wants, room, chance, suppose, seat, round, standing, offered, offers)
    else:
        least = condition(
            play, wants, room, chance, suppose, seat, round, standing, offered, offers
        )
    if wants.rational[seat, offered] and wants.expected[seat, offered] >= least:
        return _ACCEPT
    if part.acceptance == _OWN and part.bidding in (_RUBINSTEIN, _BACKWARD):
        own, other = outside(wants, seat)
        later = deltas(play, seat)[0] * equilibrium_share(
            play, room, seat, round, offers, own, other
        )
        return _WALK if own > later else _COUNTER
    return _COUNTER


@compiled
def demand(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offered: int,
    offers: int,
) -> float:
    """Return the least that an offered outcome has to pay by a seat's own condition."""
    part, measures = play.parts[seat], wants.measures[seat]
    if part.bidding == _TOP:
        return top(wants, seat, part.share)
    if part.bidding == _HARDLINER:
        return wants.expected[seat, measures.best_outcome]
    if part.bidding == _RANDOM:
        if uniform(chance.turns[seat], round, 1) < part.accepting:
            return -np.inf
        own = bid(play, wants, room, chance, suppose, seat, round, standing, offers)
        return -np.inf if own == offered else np.inf
    if part.bidding == _MICRO:
        return least_of_micro(wants, room, seat, len(play.parts))
    if part.bidding in (_RUBINSTEIN, _BACKWARD):
        own, other = outside(wants, seat)
        later = deltas(play, seat)[0] * equilibrium_share(
            play, room, seat, round, offers, own, other
        )
        shares = at_share(max(own, later), measures.low, measures.high)
        return wants.expected[seat, nearest(wants, seat, shares)]
    return target_of(play, wants, room, suppose, seat, round, standing, offers, True)


@compiled
def least_of_micro(wants: Wants, room: Room, seat: int, parties: int) -> float:
    """Return what the next in rank pays, or the worst of what would be sent again."""
    own = next_in_rank(wants, room, seat, parties)
    if own != _NONE:
        return wants.expected[seat, own]
    least, found = np.inf, False
    for k in range(room.distinct[seat]):
        outcome = room.sent[seat, k]
        if wants.rational[seat, outcome]:
            least, found = min(least, wants.expected[seat, outcome]), True
    return least if found else wants.expected[seat, wants.measures[seat].best_outcome]


@compiled
def condition(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offered: int,
    offers: int,
) -> float:
    """Return the least that an offered outcome has to pay by a condition of its own.

    Nothing or everything where payoffs do not count.
    """
    part, measures = play.parts[seat], wants.measures[seat]
    pays = share(wants.expected[seat, offered], measures.floor, measures.span)
    time = relative_time(round + 1, play.rounds, "reservation")
    if part.acceptance == _CONSTANT:
        return -np.inf if pays >= part.least - ROUNDING else np.inf
    if part.acceptance == _LATE:
        return -np.inf if time >= part.after else np.inf
    if part.acceptance == _TARGET:
        return target_of(play, wants, room, suppose, seat, round, standing, offers, False)
    own = bid(play, wants, room, chance, suppose, seat, round, standing, offers)
    planned = wants.expected[seat, own]
    if part.acceptance == _NEXT:
        if part.factor == 1.0 and part.plus == 0.0:
            return planned
        asks = share(planned, measures.floor, measures.span)
        good = good_enough(pays, asks, part.factor, part.plus)
        return -np.inf if good else np.inf
    if time < part.after:
        return planned
    return min(planned, expected_of_past(part, wants, room, seat, round, play.rounds, offers))


@compiled
def expected_of_past(
    part: np.void, wants: Wants, room: Room, seat: int, round: int, rounds: int, offers: int
) -> float:
    """Return what the offers received lead to expect, looking back as far as there is time left."""
    since = window_from(round, rounds)
    best, whole, count = -np.inf, 0.0, 0
    for number in range(offers - 1):
        if room.seats[number] != seat and room.when[number] >= since:
            pays = wants.expected[seat, room.outcomes[number]]
            best, whole, count = max(best, pays), whole + pays, count + 1
    if count == 0:
        return -np.inf
    return whole / count if part.mean else best


# -- wrappers --------------------------------------------------------------------------------


@compiled
def wrapped_bid(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    seat: int,
    round: int,
    offers: int,
    layer: int,
    planned: int,
) -> int:
    """Return what a wrapper makes of what the strategy inside it proposes."""
    part, measures = play.parts[seat], wants.measures[seat]
    degree = part.degree[layer]
    if part.kind[layer] == _NOISY:
        if degree == 0.0:
            return planned
        drawn = normal(chance.noise[seat], round, offers)
        meant = moved(wants.expected[seat, planned], degree, measures.span, drawn)
        return nearest(wants, seat, meant)
    least = with_margin(play, wants, seat, degree)
    if wants.expected[seat, planned] >= least:
        return planned
    return lowest_at_least(wants, seat, least)


@compiled
def with_margin(play: Play, wants: Wants, seat: int, premium: float) -> float:
    """Return the least that keeps the margin which a distrusted partner is asked for."""
    measures = wants.measures[seat]
    range_ = measures.floor, measures.span, measures.best
    return least_with_margin(premium, play.trust[seat], range_[0], range_[1], range_[2])


@compiled
def propose(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offers: int,
) -> int:
    """Return what a seat proposes."""
    planned = bid(play, wants, room, chance, suppose, seat, round, standing, offers)
    for layer in range(play.parts[seat].wrappers):
        planned = wrapped_bid(play, wants, room, chance, seat, round, offers, layer, planned)
    return planned


@compiled
def respond(
    play: Play,
    wants: Wants,
    room: Room,
    chance: Chance,
    suppose: Hypotheses,
    seat: int,
    round: int,
    standing: int,
    offered: int,
    offers: int,
) -> int:
    """Return what a seat says to an offered outcome."""
    part = play.parts[seat]
    said = accepts(play, wants, room, chance, suppose, seat, round, standing, offered, offers)
    if part.wrappers == 0:
        return said
    inside = bid(play, wants, room, chance, suppose, seat, round, standing, offers)
    for layer in range(part.wrappers):
        around = wrapped_bid(play, wants, room, chance, seat, round, offers, layer, inside)
        short = part.kind[layer] != _NOISY and wants.expected[seat, offered] < with_margin(
            play, wants, seat, part.degree[layer]
        )
        if short:
            said = _COUNTER
        elif said == _COUNTER and offered == around and around != inside:
            said = _ACCEPT
        inside = around
    return said


# -- the protocol ----------------------------------------------------------------------------


@compiled
def hold(
    play: Play, wants: Wants, room: Room, chance: Chance, suppose: Hypotheses, ended: Whole
) -> None:
    """Play a talk to its end, and put in how it ended.

    State, outcome agreed on or -1, rounds held, offers made.
    """
    parties = len(play.parts)
    forget(play, wants, room, chance)
    offers, accepted, offered = 0, 0, _NONE
    ended[0], ended[1], ended[2], ended[3] = TIMED_OUT, _NONE, play.rounds, 0
    for round in range(play.rounds):
        for seat in range(parties):
            if wants.measures[seat].count == 0:
                ended[0], ended[2], ended[3] = BROKEN, round + 1, offers
                return
            standing = offered_by_others(room, seat, offers)
            if offered != _NONE:
                said = respond(
                    play, wants, room, chance, suppose, seat, round, standing, offered, offers
                )
                if said == _ACCEPT:
                    accepted += 1
                    if accepted == parties:
                        ended[0], ended[1], ended[2], ended[3] = AGREED, offered, round + 1, offers
                        return
                    continue
                if said == _WALK:
                    ended[0], ended[2], ended[3] = BROKEN, round + 1, offers
                    return
            if offers == play.limit:
                ended[0], ended[2], ended[3] = TIMED_OUT, round + 1, offers
                return
            offered = propose(play, wants, room, chance, suppose, seat, round, standing, offers)
            room.outcomes[offers], room.seats[offers], room.when[offers] = offered, seat, round
            note(play, wants, room, chance, offers)
            offers, accepted = offers + 1, 1
    ended[3] = offers


@compiled
def offered_by_others(room: Room, seat: int, offers: int) -> int:
    """Return the last outcome offered by anybody but this seat, -1 before there is one."""
    number = offers - 1
    while number >= 0 and room.seats[number] == seat:
        number -= 1
    return room.outcomes[number] if number >= 0 else _NONE


@compiled
def begin_chance(fold: int, keys: Chance, chance: Chance) -> None:
    """Put in where the draws of a run begin, by the fold of its seed."""
    for seat in range(len(chance.turns)):
        chance.turns[seat] = start(fold, keys.turns[seat], _WORDS)
        chance.noise[seat] = start(fold, keys.noise[seat], _WORDS)
        for other in range(len(chance.turns)):
            chance.answers[seat, other] = start(fold, keys.answers[seat, other], _WORDS)
            chance.beliefs[seat, other] = start(fold, keys.beliefs[seat, other], _WORDS)


@cached
def play(
    parts: NDArray[np.void],
    shares: Floats,
    wants: Wants,
    suppose: Hypotheses,
    keys: Chance,
    matches: Whole,
    folds: Words64,
    rounds: int,
    limit: int,
    discounts: Floats,
    chance: Chance,
    room: Room,
    ended: Whole,
    offers: Whole,
) -> None:
    """Play many talks about one domain, and put in how each ended.

    Parameters
    ----------
    parts, shares : ndarray
        `PART` of each strategy, and its curve, shape (strategies, rounds).
    wants, suppose, keys
        Of the domain.
    matches : ndarray
        Which strategy sits where, shape (talks, P).
    folds : ndarray
        The fold of each talk's seed.
    rounds, limit, discounts
        As in `Play`.
    chance, room
        To be used.
    ended : ndarray
        What is put in, shape (talks, 4).
    offers : ndarray
        Where the outcomes offered are put in, shape (talks, offers), or (0, 0).
    """
    parties = matches.shape[1]
    seated, plans = parts[matches[0]], shares[matches[0]]
    trust = np.ones(parties)
    held = min(rounds, rounds_of(limit, parties)) if limit >= 0 else rounds
    for number in range(len(matches)):
        for seat in range(parties):
            seated[seat] = parts[matches[number, seat]]
            plans[seat] = shares[matches[number, seat]]
        begin_chance(folds[number], keys, chance)
        now = Play(seated, plans, held, limit, discounts, trust)
        hold(now, wants, room, chance, suppose, ended[number])
        if len(offers) > 0:
            offers[number, : ended[number, 3]] = room.outcomes[: ended[number, 3]]
