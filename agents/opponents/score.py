"""How wrong a model of the partner is, offer by offer, whatever strategy may use it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.opponents.model import OpponentModel, issue_weights
from simulator.negotiator import Turn
from simulator.offers import Offer
from simulator.payoffs import Vector
from simulator.talk import Talk

__all__ = ["ModelError", "model_errors", "rank_correlation"]


class ModelError(NamedTuple):
    """How wrong a model is after an offer.

    Parameters
    ----------
    round : int
        Round of the offer, from 0.
    seat : int
        Who made it: whose preferences are estimated.
    offers : int
        How many offers of that party the model has seen.
    weights : float
        Root mean square error of the estimated weights of the issues.
    rank : float
        Spearman rank correlation of estimated and true utilities over all outcomes, in [-1, 1];
        nan where one of them is constant.
    """

    round: int
    seat: int
    offers: int
    weights: float
    rank: float


def model_errors(talk: Talk, seat: int, model: OpponentModel) -> list[ModelError]:
    """Return how wrong a model is about the others after each of their offers in a talk.

    The talk is looked at as the party at `seat` saw it; the model need not be the one that its
    strategy used, which may have had none. What is true is what the parties want at the end.

    Parameters
    ----------
    talk : Talk
        A talk that was played.
    seat : int
        Who looks at the others.
    model : OpponentModel
        A fresh model.
    """
    turn, offers = _replayed(talk, seat)
    truth = [wants.preferences.expected for wants in talk.turns]
    model.begin(turn)
    seen = [0] * len(talk.turns)
    errors = []
    for offer in talk.offers:
        offers.append(offer)
        turn.round = offer.round
        if offer.seat == seat:
            continue
        seen[offer.seat] += 1
        estimate, true = model.gains(turn, offer.seat), truth[offer.seat]
        gaps = issue_weights(talk.space, estimate) - issue_weights(talk.space, true)
        wrong = float(np.sqrt(np.mean(gaps**2)))
        rank = rank_correlation(estimate, true)
        errors.append(ModelError(offer.round, offer.seat, seen[offer.seat], wrong, rank))
    return errors


def _replayed(talk: Talk, seat: int) -> tuple[Turn, list[Offer]]:
    """Return a turn of the party as at the opening, and the list of its offers to be filled."""
    was = talk.turns[seat]
    offers: list[Offer] = []
    turn = Turn(
        talk.name, was.party, seat, talk.space, was.preferences, offers, talk.rounds, was.seed
    )
    turn.seats, turn.limit, turn.trust = talk.turns, talk.max_proposals, was.trust
    return turn, offers


def rank_correlation(one: Vector, other: Vector) -> float:
    """Return Spearman's rank correlation, ties at their mean rank; nan where one is constant.

    Parameters
    ----------
    one, other : ndarray
        Numbers for the same things, shape ``(n,)``.
    """
    ranks = [_ranks(values) for values in (one, other)]
    centred = [rank - rank.mean() for rank in ranks]
    lengths = float(np.sqrt((centred[0] @ centred[0]) * (centred[1] @ centred[1])))
    return float(centred[0] @ centred[1]) / lengths if lengths > 0 else float("nan")


def _ranks(values: Sequence[float] | Vector) -> Vector:
    """Return the rank of each value from 0; what differs by rounding only is a tie."""
    rounded = np.round(np.asarray(values, dtype=np.float64), 12)
    _, place, counts = np.unique(rounded, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: Vector = (ends - counts + ends - 1) / 2.0
    return means[place]
