"""A talk as arrays: who sits in it, what has been offered, and what its seats remember.

What a party remembers is put down when an offer is made, in place of when it is next asked, which
comes to the same; where its payoffs change, all of it is put down anew.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.strategies.mirror import within_range
from agents.strategies.tit_for_tat import averaged_step, random_step, relative_step
from experiments.compiled.machine import compiled
from experiments.compiled.parts import Beliefs, Bidding, Models
from experiments.compiled.wants import Wants, is_rational
from simulator.draws import WORDS, as_normal, as_uniform, bits, start
from simulator.negotiation.payoffs import share

__all__ = [
    "AGREED",
    "BROKEN",
    "MEMORY",
    "NONE",
    "OFFER",
    "OPEN",
    "PAIR",
    "TALK",
    "TIMED_OUT",
    "Hypotheses",
    "Play",
    "Room",
    "begin",
    "begin_draws",
    "normal",
    "note",
    "recall",
    "start_of",
    "uniform",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Record = Any

#: How a talk stands.
OPEN, AGREED, BROKEN, TIMED_OUT = 0, 1, 2, 3
#: No outcome: to walk away, or none yet.
NONE = -1

_WORDS = tuple(np.uint64(word) for word in WORDS)
_ELEVEN, _TWELVE = np.uint64(11), np.uint64(12)

_RELATIVE, _AVERAGED = int(Bidding.RELATIVE), int(Bidding.AVERAGED)
_RANDOM_ANSWER = int(Bidding.RANDOM_ANSWER)
_KNOWS_NOTHING, _RESERVATION = int(Beliefs.NONE), int(Beliefs.RESERVATION)
_PERFECT = int(Models.PERFECT)

#: An offer that was made.
OFFER = np.dtype([("outcome", np.int64), ("seat", np.int64), ("when", np.int64)])

#: How a talk stands: its round, the standing offer and who has accepted it, and how it ended.
TALK = np.dtype(
    [
        *((name, np.int64) for name in ("state", "now", "offers", "offered", "by", "accepted")),
        *((name, np.int64) for name in ("agreed", "walked")),
    ]
)

#: What a seat sees besides payoffs and offers, and what it remembers: numbers.
MEMORY = np.dtype(
    [
        ("turns", np.uint64),  # where its draws begin
        ("noise", np.uint64),
        ("since", np.int64),  # the week in which it sat down
        ("discount", np.float64),  # of a payoff one proposal later; NaN where that has no place
        *((name, np.float64) for name in ("patience", "hold", "trust")),  # the lowest trust
        *((name, np.int64) for name in ("best", "before")),  # outcomes received
        *((name, np.float64) for name in ("best_pays", "before_pays")),
        *((name, np.int64) for name in ("heard", "heard_of")),  # the last of others, and of whom
        *((name, np.int64) for name in ("first", "last", "made", "distinct")),  # its own offers
        ("rank", np.int64),  # of MiCRO
        *((name, np.int64) for name in ("planned", "planned_at")),
        ("most", np.float64),  # u*, as far as it is known
        ("most_known", np.bool_),
        ("reach", np.int64, (2,)),  # for how many proposals left the equilibrium is known
    ]
)

#: What a seat thinks of another: numbers.
PAIR = np.dtype(
    [
        *((name, np.uint64) for name in ("answers", "beliefs")),  # where draws begin
        *((name, np.float64) for name in ("demand", "least", "error")),
        ("known", np.int64),  # after how many offers of the other its gains were worked out
        ("learned", np.int64),  # how many of its offers a model has learned from
        ("heard", np.int64),  # how many of its offers are remembered
    ]
)


class Play(NamedTuple):
    """A talk as it is played this week.

    Attributes
    ----------
    parts : ndarray
        `PART` of each seat, shape (P,).
    shares : ndarray
        What the schedule of each seat asks for in each round, as a share, shape (P, R); without
        rounds where that is worked out as it is needed.
    rounds, limit, extension : int
        Rounds to the deadline, the most proposals (-1 without a limit), and by how many rounds the
        deadline may move.
    week : int
        Of the run.
    """

    parts: Record
    shares: Floats
    rounds: int
    limit: int
    extension: int
    week: int


class Hypotheses(NamedTuple):
    """What the Bayesian model supposes: weights by rank, and values per issue, shape and level."""

    weights: Floats
    shapes: Floats
    kinds: Whole  # how many shapes each issue has


class Room(NamedTuple):
    """What is written down of a talk, and what the seats (P) remember of it.

    Attributes
    ----------
    talk, offers : ndarray
        `TALK`, shape (1,), and every `OFFER`.
    memory, pairs : ndarray
        `MEMORY` of each seat, and its `PAIR` with each.
    sent : ndarray
        Distinct outcomes that each seat has offered, in order, shape (P, rounds).
    was_sent : ndarray
        Whether a seat has offered an outcome, shape (P, N).
    given : ndarray
        What each offer of another seat gives a seat, as a share, shape (P, P, rounds).
    tables : ndarray
        What a seat's model makes of each level in another's eyes, shape (P, P, I, L).
    misfits, likely : ndarray
        Of the Bayesian model, shapes (P, P, I, I, S) and (I, S).
    gains : ndarray
        What a seat's model makes of another's gains, shape (P, P, N).
    ahead : ndarray
        Shares in equilibrium with so many proposals left, shape (P, 2, proposals + 1).
    weights : ndarray
        Of issues, shape (P, I).
    """

    talk: Record
    offers: Record
    memory: Record
    pairs: Record
    sent: Whole
    was_sent: NDArray[np.bool_]
    given: Floats
    tables: Floats
    misfits: Floats
    likely: Floats
    gains: Floats
    ahead: Floats
    weights: Floats


# -- draws -----------------------------------------------------------------------------------


@compiled
def _word(number: int) -> int:
    return np.uint64(number)


@compiled
def start_of(fold: int, key: int) -> int:
    """Return where draws begin, by the fold of the seed and a key."""
    return start(fold, key, _WORDS)


@compiled
def uniform(begins: int, week: int, round: int, count: int) -> float:
    """Return a uniform draw."""
    return as_uniform(bits(begins, _word(week), _word(round), _word(count), _WORDS), _ELEVEN)


@compiled
def normal(begins: int, week: int, round: int, count: int) -> float:
    """Return a standard normal draw."""
    return as_normal(bits(begins, _word(week), _word(round), _word(count), _WORDS), _TWELVE)


@compiled
def begin_draws(room: Room, memories: Record, pairs: Record, parties: int, fold: int) -> None:
    """Put in where the draws of a run begin, by their keys."""
    for seat in range(parties):
        memory, key = room.memory[seat], memories[seat]
        memory.turns = start(fold, key.turns, _WORDS)
        memory.noise = start(fold, key.noise, _WORDS)
        for other in range(parties):
            pair, key_of_pair = room.pairs[seat, other], pairs[seat, other]
            pair.answers = start(fold, key_of_pair.answers, _WORDS)
            pair.beliefs = start(fold, key_of_pair.beliefs, _WORDS)


# -- what is remembered ----------------------------------------------------------------------


@compiled
def begin(play: Play, wants: Wants, room: Room) -> None:
    """Let a talk begin, without offers and memories."""
    talk = room.talk[0]
    talk.state = OPEN
    talk.now = talk.offers = talk.accepted = 0
    talk.offered = talk.by = talk.agreed = talk.walked = NONE
    for seat in range(len(play.parts)):
        room.was_sent[seat, :] = False
        sit_down(play, wants, room, seat)


@compiled
def sit_down(play: Play, wants: Wants, room: Room, seat: int) -> None:
    """Have somebody sit down who knows nothing of the talk but the offers that stand."""
    memory = room.memory[seat]
    memory.since = play.week
    for other in range(len(play.parts)):
        room.pairs[seat, other].learned = NONE
    recall(play, wants, room, seat)


@compiled
def recall(play: Play, wants: Wants, room: Room, seat: int) -> None:
    """Have a seat put down anew what it remembers, by its payoffs of today."""
    memory, part = room.memory[seat], play.parts[seat]
    memory.best = memory.before = memory.planned_at = memory.heard = memory.heard_of = NONE
    memory.best_pays = memory.before_pays = -np.inf
    memory.first = memory.last = NONE
    memory.made = memory.distinct = memory.rank = 0
    memory.most_known = False
    memory.reach[0] = memory.reach[1] = 0
    for other in range(len(play.parts)):
        pair = room.pairs[seat, other]
        pair.demand, pair.heard = 1.0, 0
        if part.model == _PERFECT or pair.learned == NONE:
            pair.known = NONE
        if part.belief != _KNOWS_NOTHING:
            believe(play, wants, room, seat, other)
    for number in range(room.talk[0].offers):
        take_note(play, wants, room, seat, number)


@compiled
def believe(play: Play, wants: Wants, room: Room, seat: int, other: int) -> None:
    """Have a seat believe of another what it does before any offer."""
    part, measures, pair = play.parts[seat], wants.measures[other], room.pairs[seat, other]
    pair.least = measures.settles if part.belief == _RESERVATION else measures.disagreement
    pair.error = 0.0
    if part.noise > 0.0 and measures.count > 0 and other != seat:
        drawn = normal(pair.beliefs, room.memory[seat].since, 0, 0)
        pair.error = part.noise * measures.span * drawn


@compiled
def note(play: Play, wants: Wants, room: Room, number: int) -> None:
    """Have everybody take note of the offer of this number, which has just been made."""
    for seat in range(len(play.parts)):
        take_note(play, wants, room, seat, number)


@compiled
def take_note(play: Play, wants: Wants, room: Room, seat: int, number: int) -> None:
    """Have a seat take note of an offer, another's or its own."""
    offer, memory = room.offers[number], room.memory[seat]
    if offer.seat == seat:
        send(room, seat, offer.outcome)
    else:
        memory.heard, memory.heard_of = offer.outcome, offer.seat
        receive(play, wants, room, seat, offer.seat, number)


@compiled
def send(room: Room, seat: int, outcome: int) -> None:
    """Have a seat remember what it has offered."""
    memory = room.memory[seat]
    if memory.first == NONE:
        memory.first = outcome
    memory.last = outcome
    memory.made += 1
    known = False
    if room.was_sent[seat, outcome]:
        for k in range(memory.distinct):
            known = known or room.sent[seat, k] == outcome
    if not known:
        room.was_sent[seat, outcome] = True
        room.sent[seat, memory.distinct] = outcome
        memory.distinct += 1


@compiled
def receive(play: Play, wants: Wants, room: Room, seat: int, by: int, number: int) -> None:
    """Have a seat take note of another's offer."""
    part, memory, outcome = play.parts[seat], room.memory[seat], room.offers[number].outcome
    pays = wants.expected[seat, outcome]
    room.pairs[seat, by].heard += 1
    memory.before, memory.before_pays = memory.best, memory.best_pays
    if is_rational(wants, seat, outcome) and (
        memory.best == NONE
        or pays > memory.best_pays
        or (pays == memory.best_pays and outcome < memory.best)
    ):
        memory.best, memory.best_pays = outcome, pays
    if part.bidding in (_RELATIVE, _AVERAGED, _RANDOM_ANSWER):
        answer(play, wants, room, seat, by, pays)
    if part.belief == _RESERVATION:
        offered, pair = wants.expected[by, outcome], room.pairs[seat, by]
        if offered < pair.least:
            pair.least = offered
            memory.most_known = False


@compiled
def answer(play: Play, wants: Wants, room: Room, seat: int, by: int, pays: float) -> None:
    """Have a seat that answers like with like demand less, or more, after another's offer."""
    part, pair, measures = play.parts[seat], room.pairs[seat, by], wants.measures[seat]
    given, count = room.given[seat, by], pair.heard
    given[count - 1] = within_range(share(pays, measures.floor, measures.span))
    demand = pair.demand
    if part.bidding == _AVERAGED:
        over = min(part.window, count - 1)
        if over >= 1:
            demand = averaged_step(demand, given[count - 1 - over], given[count - 1], over)
    elif count > part.delay:
        before, after = given[count - 1 - part.delay], given[count - part.delay]
        if part.bidding == _RELATIVE:
            demand = relative_step(demand, before, after)
        else:
            drawn = uniform(pair.answers, room.memory[seat].since, count, 0)
            demand = random_step(demand, before, after, part.spread, drawn)
    pair.demand = within_range(demand)
