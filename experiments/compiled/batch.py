"""Many talks about one domain, set up for the compiled engine."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.opponents.bayesian import ranks, shapes
from experiments.compiled.negotiation import (
    MEMORY,
    Chance,
    Hypotheses,
    Room,
    curves,
    play,
)
from experiments.compiled.wants import wants_of
from simulator import draws
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import rounds_of

__all__ = ["held"]

Whole = NDArray[np.int64]


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
    shares = np.zeros((len(parts), last))
    curves(parts, last, shares)
    keys = _keys(name, parties)
    room = _room(count, space, last, parts)
    ended = np.zeros((len(matches), 4), np.int64)
    offers = np.full((len(matches), last * count) if trace else (0, 0), -1, np.int64)
    play(
        parts,
        shares,
        wants_of(space, list(preferences)),
        _hypotheses(space.shape),
        keys,
        matches,
        np.array([draws.fold(seed) for seed in seeds], np.uint64),
        rounds,
        -1 if limit is None else limit,
        np.full(count, np.nan) if discounts is None else np.array(discounts, dtype=np.float64),
        _keys(name, parties),
        room,
        ended,
        offers,
    )
    return ended, offers


def _keys(talk: str, parties: Sequence[str]) -> Chance:
    """Return the keys of all that is drawn in a talk."""

    def words(stream: str, *ids: str) -> int:
        return draws.key(stream, (talk, *ids))

    seats = range(len(parties))
    return Chance(
        np.array([words("strategy", party) for party in parties], np.uint64),
        np.array([words("noisy", party) for party in parties], np.uint64),
        np.array(
            [[words("tit-for-tat", party, str(seat)) for seat in seats] for party in parties],
            np.uint64,
        ),
        np.array(
            [[words("belief", party, other) for other in parties] for party in parties], np.uint64
        ),
    )


def _hypotheses(shape: Sequence[int]) -> Hypotheses:
    """Return what the Bayesian model supposes of a domain, filled up with what is ruled out."""
    kinds = [shapes(count) for count in shape]
    supposed = np.zeros((len(kinds), max(map(len, kinds)), max(shape)))
    for k, kind in enumerate(kinds):
        supposed[k, : kind.shape[0], : kind.shape[1]] = kind
    return Hypotheses(ranks(len(kinds)), supposed, np.array([len(k) for k in kinds], np.int64))


def _room(parties: int, space: OutcomeSpace, rounds: int, parts: NDArray[np.void]) -> Room:
    """Return room for what is written down and remembered of a talk."""
    pairs, most, issues = (parties, parties), rounds * parties + 1, len(space.shape)
    levels = max(space.shape)
    models = bool((parts["model"] > 0).any())
    kinds = max(len(shapes(count)) for count in space.shape)
    whole, real = np.int64, np.float64
    return Room(
        outcomes=np.zeros(most, whole),
        seats=np.zeros(most, whole),
        when=np.zeros(most, whole),
        memory=np.zeros(parties, MEMORY),
        sent=np.zeros((parties, rounds + 1), whole),
        was_sent=np.zeros((parties, space.size), np.bool_),
        distinct=np.zeros(parties, whole),
        first=np.zeros(parties, whole),
        last=np.zeros(parties, whole),
        given=np.zeros((*pairs, rounds + 1), real),
        made=np.zeros(parties, whole),
        demands=np.zeros(pairs, real),
        least=np.zeros(pairs, real),
        errors=np.zeros(pairs, real),
        counts=np.zeros((*pairs, issues, levels), real),
        misfits=np.zeros((*pairs, issues, issues, kinds), real),
        worth=np.zeros((*pairs, issues, levels), real),
        likely=np.zeros((issues, kinds), real),
        gains=np.zeros((*pairs, space.size if models else 1), real),
        known=np.zeros(pairs, whole),
        ahead=np.zeros((parties, 2, most + 1), real),
        reach=np.zeros((parties, 2), whole),
        weights=np.zeros((parties, issues), real),
    )
