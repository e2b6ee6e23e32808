"""Many talks about one domain, set up for the compiled engine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.opponents.bayesian import ranks, shapes
from experiments.compiled.negotiation import play
from experiments.compiled.talks import MEMORY, OFFER, PAIR, TALK, Hypotheses, Room
from experiments.compiled.wants import wants_of
from simulator import draws
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import rounds_of

__all__ = ["held", "hypotheses", "keys_of", "records", "room_for"]

Whole = NDArray[np.int64]
Record = Any


def held(
    space: OutcomeSpace,
    preferences: Sequence[Preferences],
    name: str,
    parties: Sequence[str],
    parts: NDArray[np.void],
    matches: Whole,
    seeds: Sequence[int],
    rounds: int,
    limit: int | None = None,
    discounts: Sequence[float] | None = None,
    trace: bool = False,
) -> tuple[Whole, Whole]:
    """Return how each of many talks about a domain ended, and the outcomes offered if asked.

    Parameters
    ----------
    space, preferences, name, parties
        Of the domain, as in `simulator.negotiation.talk.Talk`.
    parts : ndarray
        The strategies, as `experiments.compiled.parts.coded` has them.
    matches : ndarray
        Which strategy sits where, shape (talks, parties).
    seeds : sequence of int
        Of each talk.
    rounds, limit, discounts
        Rounds to the deadline, the most proposals, and discount factors by proposal.
    trace : bool
        Whether to return what was offered.

    Returns
    -------
    tuple of ndarray
        Shape (talks, 4): state, outcome agreed on or -1, rounds held, offers made; and shape
        (talks, offers), or (0, 0).
    """
    count = len(parties)
    last = rounds if limit is None else min(rounds, rounds_of(limit, count))
    ended = np.zeros((len(matches), 4), np.int64)
    offers = np.full((len(matches), last * count) if trace else (0, 0), -1, np.int64)
    models = bool((parts["model"] > 0).any())
    room = room_for(count, space, last, models)
    room.memory["discount"] = np.nan if discounts is None else discounts
    seated = np.resize(parts, max(len(parts), count)).view(np.recarray)
    play(
        seated,
        np.zeros((len(seated), last)),
        wants_of(space, list(preferences)),
        hypotheses(space.shape),
        matches,
        np.array([draws.fold(seed) for seed in seeds], np.uint64),
        rounds,
        -1 if limit is None else limit,
        *keys_of(name, parties),
        room,
        ended,
        offers,
    )
    return ended, offers


def keys_of(talk: str, parties: Sequence[str]) -> tuple[Record, Record]:
    """Return the keys of all that is drawn in a talk, by seat and by pair of seats."""
    memory, pairs = records(len(parties), MEMORY), records((len(parties), len(parties)), PAIR)
    for seat, party in enumerate(parties):
        memory["turns"][seat] = draws.key("strategy", (talk, party))
        memory["noise"][seat] = draws.key("noisy", (talk, party))
        for other, name in enumerate(parties):
            answers = draws.key("tit-for-tat", (talk, party, str(other)))
            pairs["answers"][seat, other] = answers
            pairs["beliefs"][seat, other] = draws.key("belief", (talk, party, name))
    return memory, pairs


def hypotheses(shape: Sequence[int]) -> Hypotheses:
    """Return what the Bayesian model supposes of a domain, filled up with what is ruled out."""
    kinds = [shapes(count) for count in shape]
    supposed = np.zeros((len(kinds), max(map(len, kinds)), max(shape)))
    for k, kind in enumerate(kinds):
        supposed[k, : kind.shape[0], : kind.shape[1]] = kind
    return Hypotheses(ranks(len(kinds)), supposed, np.array([len(k) for k in kinds], np.int64))


def room_for(parties: int, space: OutcomeSpace, rounds: int, models: bool) -> Room:
    """Return room for what is written down and remembered of a talk, with models or without."""
    pairs, most, issues = (parties, parties), rounds * parties + 1, len(space.shape)
    levels, size = (max(space.shape), space.size) if models else (1, 1)
    kinds = max(len(shapes(count)) for count in space.shape) if models else 1
    memory = records(parties, MEMORY)
    memory["patience"] = memory["hold"] = memory["trust"] = 1.0
    return Room(
        talk=records(1, TALK),
        offers=records(most, OFFER),
        memory=memory,
        pairs=records(pairs, PAIR),
        sent=np.zeros((parties, most), np.int64),
        was_sent=np.zeros((parties, space.size), np.bool_),
        given=np.zeros((*pairs, most)),
        tables=np.zeros((*pairs, issues, levels)),
        misfits=np.zeros((*pairs, issues, issues, kinds)),
        likely=np.zeros((issues, kinds)),
        gains=np.zeros((*pairs, size)),
        ahead=np.zeros((parties, 2, most + 1)),
        weights=np.zeros((parties, issues)),
    )


def records(shape: "int | tuple[int, ...]", dtype: "np.dtype[np.void]") -> Record:
    """Return an array of records, all of them 0."""
    return np.zeros(shape, dtype).view(np.recarray)
