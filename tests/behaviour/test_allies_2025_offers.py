"""In the shipped scenario offers rarely waste what both sides could have."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pytest

from experiments.run import load, play
from simulator.negotiation.talk import Talk, TalkState
from simulator.world.news import Opening

pytestmark = pytest.mark.long

SEEDS = range(24)


@lru_cache(maxsize=1)
def openings() -> tuple[Opening, ...]:
    """All openings of the talks of some runs, as they ended."""
    scenario = load("allies-2025")
    return tuple(o for seed in SEEDS for o in play(scenario, seed, ["offers"]).openings)


def payoffs(talk: Talk, outcome: int) -> np.ndarray:
    """What both expect of an outcome at the end of the talk."""
    return np.array([turn.preferences.expected[outcome] for turn in talk.turns])


def worse_for_both(talk: Talk) -> Iterator[bool]:
    """Per offer, whether one of the same party before was better for both."""
    made: dict[int, list[np.ndarray]] = {0: [], 1: []}
    for offer in talk.offers:
        now = payoffs(talk, offer.outcome)
        yield any((before > now + 1e-9).all() for before in made[offer.seat])
        made[offer.seat].append(now)


def test_few_offers_are_worse_for_both_than_one_of_the_same_party_before() -> None:
    worse = [is_worse for opening in openings() for is_worse in worse_for_both(opening.talk)]
    assert len(worse) > 1000
    assert sum(worse) <= 0.02 * len(worse)


def test_no_last_turn_that_cannot_move_passes_over_what_both_prefer_to_none() -> None:
    # The first deadline of a talk with a threat may be put off; a later one, and the UK's, may not.
    fixed = (o.talk for o in openings() if o.number > 0 or o.name == "us-uk")
    ended = [talk for talk in fixed if talk.state is TalkState.TIMED_OUT]
    assert ended
    for talk in ended:
        wants = [turn.preferences for turn in talk.turns]
        # What the party before the last offered at last was answered by the last.
        last = talk.offers[-2]
        assert last.round == talk.rounds - 1
        assert not all(want.rational[last.outcome] for want in wants), (talk.name, last)
