"""How wrong a model of the partner is, offer by offer, whatever strategy may use it."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.opponents.model import OpponentModel, issue_weights
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import UNSEEN, Turn, show
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Vector
from simulator.negotiation.talk import Talk

__all__ = ["SAMPLE", "ModelError", "average_ranks", "correlation", "model_errors", "sampled"]

#: So many outcomes at most are ranked to score a model.
SAMPLE = 20_000


class ModelError(NamedTuple):
    """How wrong a model is after an offer."""

    round: int  # of the offer, from 0
    seat: int  # who made it: whose preferences are estimated
    offers: int  # how many of that party the model has seen
    weights: float  # root mean square error of the estimated weights of the issues
    #: Spearman rank correlation of estimated and true utilities over all outcomes, in [-1, 1];
    #: over at most `SAMPLE` of them, evenly spaced, where there are more. Nan where one of them
    #: is constant.
    rank: float


def model_errors(talk: Talk, seat: int, model: OpponentModel) -> list[ModelError]:
    """Return how wrong a model is about the others after each of their offers in a talk.

    The talk is looked at as the party at `seat` saw it; the model need not be the one that its
    strategy used, which may have had none, but is fresh. What is true is what the parties want at
    the end.
    """
    turn, offers = _replayed(talk, seat, getattr(model, "informed", False))
    among = sampled(talk.space)
    truth = {other.seat: _truth(other, among) for other in talk.turns if other.seat != seat}
    model.begin(turn)
    counts = [0] * len(talk.turns)
    errors = []
    for offer in talk.offers:
        offers.append(offer)
        show(turn, round=offer.round)
        if offer.seat == seat:
            continue
        counts[offer.seat] += 1
        estimate, (weights, places) = model.gains(turn, offer.seat), truth[offer.seat]
        gaps = issue_weights(talk.space, estimate) - weights
        wrong = float(np.sqrt(np.mean(gaps**2)))
        rank = correlation(average_ranks(estimate[among]), places)
        errors.append(ModelError(offer.round, offer.seat, counts[offer.seat], wrong, rank))
    return errors


def _replayed(talk: Talk, seat: int, informed: bool) -> tuple[Turn, list[Offer]]:
    """Return a turn of the party as at the opening, and the list of its offers to be filled."""
    was = talk.turns[seat]
    offers: list[Offer] = []
    turn = Turn(
        talk.name, was.party, seat, talk.space, was.preferences, offers, talk.rounds, was.seed
    )
    everybody = tuple(talk.turns) if informed else UNSEEN
    kept = {name: getattr(was, name) for name in ("parties", "trust", "limit", "discount")}
    show(turn, seats=everybody, **kept)
    return turn, offers


def sampled(space: OutcomeSpace, most: int = SAMPLE) -> NDArray[np.intp]:
    """Return evenly spaced outcomes, all if there are not more than `most`.

    Their step has no divisor in common with the number of levels of any issue, so that all
    combinations of levels of the last issues come equally often.
    """
    step = -(-space.size // most)
    while math.gcd(step, space.size) > 1:
        step += 1
    return np.arange(0, space.size, step)


def _truth(wants: Turn, among: NDArray[np.intp]) -> tuple[Vector, Vector]:
    """Return what a party's issues weigh, and the places of some outcomes in its ranking."""
    utilities = wants.preferences.expected
    return issue_weights(wants.space, utilities), average_ranks(utilities[among])


def correlation(one: Vector, other: Vector) -> float:
    """Return the correlation of numbers less their mean, nan where those of one side are constant.

    Of `average_ranks` it is Spearman's.
    """
    lengths = math.sqrt(_product(one, one) * _product(other, other))
    return _product(one, other) / lengths if lengths > 0 else math.nan


def _product(one: Vector, other: Vector) -> float:
    """Return the sum of the products; that of numpy has other last digits elsewhere."""
    return float((one * other).sum())


def average_ranks(values: Vector) -> Vector:
    """Return the rank of each value less their mean.

    Ties, and what differs by rounding only, are at their mean rank.
    """
    rounded = np.round(np.asarray(values, dtype=np.float64), 12)
    _, place, counts = np.unique(rounded, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: Vector = (ends - counts + ends - 1) / 2.0
    return middles[place] - (len(values) - 1) / 2.0
