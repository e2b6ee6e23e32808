"""What a seat makes of what the others want, and of what they would take."""

import numpy as np
from numpy.typing import NDArray

from agents.opponents.bayesian import demanded_at, judge, worths
from experiments.compiled.machine import compiled, scanned
from experiments.compiled.parts import Models
from experiments.compiled.talks import NONE, Hypotheses, Play, Room
from experiments.compiled.wants import Wants, at_place, lowest_at_least, places
from simulator.negotiation.clock import relative_time
from simulator.rounding import slack_between

__all__ = ["issue_weights", "kindest", "learn", "learn_of", "most_left", "product"]

Floats = NDArray[np.float64]

#: So many outcomes are looked through at once.
_PIECE = 512

_FREQUENCY, _PERFECT = int(Models.FREQUENCY), int(Models.PERFECT)


# -- models ----------------------------------------------------------------------------------


@compiled
def learn(play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int) -> None:
    """Have a seat's model of all others be up to date."""
    for other in range(len(play.parts)):
        if other != seat:
            learn_of(play, wants, room, suppose, seat, other)


@compiled
def learn_of(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, other: int
) -> None:
    """Have the gains that a seat's model sees in each outcome for another be up to date."""
    part, pair, made = play.parts[seat], room.pairs[seat, other], room.memory[other].made
    gains = room.gains[seat, other]
    if pair.known == made:
        return
    if part.model == _PERFECT:
        if pair.known == NONE:
            for n in range(len(gains)):
                gains[n] = wants.expected[other, n] - wants.measures[other].disagreement
    elif part.model == _FREQUENCY:
        count_levels(wants, room, seat, other)
        add_up(wants, room.tables[seat, other], gains)
    else:
        judge_offers(play, wants, room, suppose, seat, other)
        add_up(wants, room.tables[seat, other], gains)
    pair.known = pair.learned = made


@compiled
def count_levels(wants: Wants, room: Room, seat: int, other: int) -> None:
    """Count the levels of another's offers beyond those that it has learned from."""
    tables, learned, passed = room.tables[seat, other], room.pairs[seat, other].learned, 0
    if learned == NONE:
        tables[:] = 0.0
    for number in range(room.talk[0].offers):
        if room.offers[number].seat == other:
            passed += 1
            if passed > learned:
                for k in range(len(wants.counts)):
                    tables[k, wants.levels[room.offers[number].outcome, k]] += 1.0


@compiled
def judge_offers(
    play: Play, wants: Wants, room: Room, suppose: Hypotheses, seat: int, other: int
) -> None:
    """Judge the hypotheses by another's offers beyond those learned from, each outcome once."""
    part, learned, passed = play.parts[seat], room.pairs[seat, other].learned, 0
    misfits, found = room.misfits[seat, other], room.tables[seat, other]
    if learned == NONE:
        for k in range(len(wants.counts)):
            misfits[k, :, : suppose.kinds[k]] = 0.0
            misfits[k, :, suppose.kinds[k] :] = np.inf
        worths(misfits, suppose.weights, suppose.shapes, found, room.likely)
    for number in range(room.talk[0].offers):
        offer = room.offers[number]
        if offer.seat != other:
            continue
        passed += 1
        if passed <= learned or was_offered(room, other, number):
            continue
        time = relative_time(offer.when + 1, play.rounds, "reservation")
        demanded = demanded_at(time, part.concession)
        levels = wants.levels[offer.outcome]
        judge(misfits, suppose.weights, suppose.shapes, found, levels, demanded, part.doubt)
        worths(misfits, suppose.weights, suppose.shapes, found, room.likely)


@compiled
def was_offered(room: Room, by: int, number: int) -> bool:
    """Return whether a party had offered the outcome of an offer before."""
    for earlier in range(number):
        offer = room.offers[earlier]
        if offer.seat == by and offer.outcome == room.offers[number].outcome:
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
    size, whole, matters = len(gains), 0.0, False
    left = gains.copy()
    for k in range(len(wants.counts)):
        size = size // wants.counts[k]
        weights[k] = range_of_means(left, wants.counts[k], size)
        average_out(left, wants.counts[k], size)
    for k in range(len(weights)):
        whole += weights[k]
    for k in range(len(weights)):
        weights[k] = weights[k] / whole if whole > 0.0 else weights[k]
        matters = matters or weights[k] != 0.0
    if not matters:
        weights[:] = 1.0


@compiled
def range_of_means(left: Floats, count: int, size: int) -> float:
    """Return the range of the means of so many levels, of so many numbers each."""
    low, high = np.inf, -np.inf
    for level in range(count):
        mean = left[level * size]
        for n in range(1, size):
            mean += left[level * size + n]
        mean = mean / size
        low, high = min(low, mean), max(high, mean)
    return high - low


@compiled
def average_out(left: Floats, count: int, size: int) -> None:
    """Put the mean over levels in the place of the numbers of the first."""
    for n in range(size):
        mean = left[n]
        for level in range(1, count):
            mean += left[level * size + n]
        left[n] = mean / count


# -- beliefs ---------------------------------------------------------------------------------


@compiled
def would_take(wants: Wants, room: Room, seat: int, parties: int, outcome: int) -> bool:
    """Return whether a seat believes all others to take an outcome."""
    for other in range(parties):
        if other != seat:
            pair, measures = room.pairs[seat, other], wants.measures[other]
            apart = slack_between(measures.low, measures.high, pair.least)
            if not considered(wants, other)[outcome] + pair.error >= pair.least - apart:
                return False
    return True


@compiled
def most_left(wants: Wants, room: Room, seat: int, parties: int) -> float:
    """Return what a seat would get by an offer to take or to leave, -inf without such (u*)."""
    memory = room.memory[seat]
    if not memory.most_known:
        memory.most, memory.most_known = -np.inf, True
        if parties == 2 and not wants.ranked:
            memory.most = most_of_two(wants, room, seat)
            return memory.most
        for place in range(places(wants, seat, -np.inf)):
            outcome = at_place(wants, seat, place, -np.inf)
            more = outcome != NONE and wants.expected[seat, outcome] > memory.most
            if more and would_take(wants, room, seat, parties, outcome):
                memory.most = wants.expected[seat, outcome]
                if wants.ranked:
                    break
    return memory.most


@compiled
def most_of_two(wants: Wants, room: Room, seat: int) -> float:
    """Return what a seat would get by an offer that its only partner takes, -inf without such."""
    other = 1 - seat
    pair, measures = room.pairs[seat, other], wants.measures[other]
    least = pair.least - slack_between(measures.low, measures.high, pair.least)
    return highest_taken(wants.options[seat], considered(wants, other), pair.error, least)


@compiled
def considered(wants: Wants, seat: int) -> Floats:
    """Return what outcomes pay a seat, minus infinity for those that it cannot consider."""
    return wants.allowed[seat] if wants.measures[seat].restricted else wants.expected[seat]


@scanned
def highest_taken(options: Floats, theirs: Floats, error: float, least: float) -> float:
    """Return the most that an outcome pays that a partner takes."""
    most = -np.inf
    for n in range(len(options)):
        pays = options[n] if theirs[n] + error >= least else -np.inf
        most = pays if pays > most else most
    return most


@compiled
def kindest(wants: Wants, room: Room, seat: int, parties: int, target: float) -> int:
    """Return what the others like best of what pays `target`, the worst of that if they cannot.

    First among what the only other's audience may pass.
    """
    found = liked_best(wants, room, seat, parties, target, True)
    if found == NONE and parties == 2:
        found = liked_best(wants, room, seat, parties, target, False)
    return lowest_at_least(wants, seat, target) if found == NONE else found


@compiled
def liked_best(
    wants: Wants, room: Room, seat: int, parties: int, target: float, passed: bool
) -> int:
    """Return what the others like best of what pays `target`, -1 without any such outcome."""
    highest, found = -np.inf, NONE
    if parties == 2 and not wants.ranked:
        other = 1 - seat
        theirs = considered(wants, other) if passed else wants.expected[other]
        return liked_by_one(wants.options[seat], theirs, target)
    for place in range(places(wants, seat, target)):
        outcome = at_place(wants, seat, place, target)
        if outcome == NONE:
            continue
        liked = liking(wants, room, seat, parties, outcome, passed)
        if liked > highest or (liked == highest and liked > -np.inf and outcome < found):
            highest, found = liked, outcome
    return found


@compiled
def liked_by_one(options: Floats, theirs: Floats, target: float) -> int:
    """Return the first outcome that pays `target` of those of which a partner expects most.

    Piece by piece, so that only one piece is looked through for the place.
    """
    highest, begins = -np.inf, NONE
    for begin in range(0, len(options), _PIECE):
        end = begin + _PIECE
        liked = most_liked(options[begin:end], theirs[begin:end], target)
        if liked > highest:
            highest, begins = liked, begin
    if begins == NONE:
        return NONE
    end = begins + _PIECE
    return begins + first_liked(options[begins:end], theirs[begins:end], target, highest)


@scanned
def most_liked(options: Floats, theirs: Floats, target: float) -> float:
    """Return the most that a partner expects of the outcomes that pay `target`."""
    most = -np.inf
    for n in range(len(options)):
        liked = theirs[n] if options[n] >= target else -np.inf
        most = liked if liked > most else most
    return most


@compiled
def first_liked(options: Floats, theirs: Floats, target: float, liked: float) -> int:
    """Return the first outcome that pays `target`, and of which a partner expects so much."""
    for n in range(len(options)):
        if theirs[n] == liked and options[n] >= target:
            return n
    return NONE


@compiled
def liking(wants: Wants, room: Room, seat: int, parties: int, outcome: int, passed: bool) -> float:
    """Return how good an outcome is for the others: for one what it expects, else a product."""
    if parties == 2:
        other = 1 - seat
        return considered(wants, other)[outcome] if passed else wants.expected[other, outcome]
    if not would_take(wants, room, seat, parties, outcome):
        return -np.inf
    found, begun = 0.0, False
    for other in range(parties):
        if other != seat:
            pair = room.pairs[seat, other]
            gain = max(wants.expected[other, outcome] + (pair.error - pair.least), 0.0)
            found = found * gain if begun else gain
            begun = True
    return found
