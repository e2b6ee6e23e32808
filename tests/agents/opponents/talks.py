"""What tests of opponent models share: a turn after so many offers, and how right a model is."""

from collections.abc import Sequence

import numpy as np

from agents.opponents.model import OpponentModel
from simulator.negotiation.negotiator import Turn, show
from simulator.negotiation.payoffs import Vector
from simulator.negotiation.talk import Talk
from tests.negotiations import Domain, Puppet, Wants, space_of

__all__ = ["heard", "informed", "knowing", "rank_correlation"]


def heard(shape: Sequence[int], *partners: Sequence[int], rounds: int = 4) -> Turn:
    """Return the turn of a first party after the offers of its partners, one a round each."""
    size = space_of(*shape).size
    flat = Wants((0.0,) * size, 0.0)
    domain = Domain(tuple(shape), (flat,) * (len(partners) + 1))
    talk = domain.talk([Puppet(0), *(Puppet(*moves) for moves in partners)], rounds)
    talk.play(len(partners[0]))
    return knowing(talk)


def knowing(talk: Talk, seat: int = 0) -> Turn:
    """Return the turn of a party who sees those of the others, too."""
    show(talk.turns[seat], seats=tuple(talk.turns))
    return talk.turns[seat]


def informed(model: OpponentModel, turn: Turn, seat: int = 1) -> list[float]:
    """Return the gains by a model that begins now and reads what has been offered."""
    model.begin(turn)
    return [float(gain) for gain in model.gains(turn, seat)]


def rank_correlation(one: Vector, other: Vector) -> float:
    """Return Spearman's coefficient; ranks of equals are shared."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Vector) -> Vector:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    result: Vector = (ends - (counts - 1) / 2)[inverse]
    return result
