"""What all models of the other parties share."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from simulator.arithmetic import total
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer
from simulator.negotiation.payoffs import Vector

__all__ = [
    "LearningModel",
    "OpponentModel",
    "issue_weights",
    "nash_product",
    "others_product",
    "product_of_gains",
]


class OpponentModel:
    """What a party makes of what the others want; it holds the memory of one talk.

    Attributes
    ----------
    informed : bool
        Whether it is shown the turns of the others, and so what they really want.
    """

    informed: ClassVar[bool] = False

    def begin(self, turn: Turn) -> None:
        """Take note that the talk opens; offers may stand already."""

    def gains(self, turn: Turn, seat: int) -> Vector:
        """Return what each outcome is worth to the party at `seat`, above no agreement.

        Parameters
        ----------
        turn : Turn
            The turn of the party that asks.
        seat : int
            Whose gains.

        Returns
        -------
        ndarray
            Shape ``(outcomes,)``, in a unit of that party's; not to be edited.
        """
        raise NotImplementedError("a model must have its own gains(turn, seat)")


class LearningModel(OpponentModel):
    """A model that learns from the levels in a party's offers: weights of issues, values of levels.

    A model of this kind has its own `learned`. Gains are the sum over issues of weight times value,
    in units of the largest; that a party gets 0 without agreement is assumed.
    """

    def begin(self, turn: Turn) -> None:
        """Start without knowing anything."""
        self._seen = 0
        self._offers: dict[int, list[Offer]] = {}
        self._gains: dict[int, tuple[int, Vector]] = {}

    def gains(self, turn: Turn, seat: int) -> Vector:
        """Return the estimated utilities of the party at `seat`, by what it has offered so far."""
        for offer in turn.offers[self._seen :]:
            self._offers.setdefault(offer.seat, []).append(offer)
        self._seen = len(turn.offers)
        offers = self._offers.get(seat, [])
        known = self._gains.get(seat)
        if known is None or known[0] != len(offers):
            fresh = offers[known[0] if known else 0 :]
            utilities = turn.space.total(self.learned(turn, seat, fresh))
            known = len(offers), utilities / (utilities.max() or 1.0)
            self._gains[seat] = known
        return known[1]

    def learned(self, turn: Turn, seat: int, fresh: Sequence[Offer]) -> list[Vector]:
        """Return the estimated weight times value of every level, per issue, in any unit.

        Parameters
        ----------
        turn : Turn
            The turn of the party that asks.
        seat : int
            Whose preferences.
        fresh : sequence of Offer
            What it has offered since the last call.
        """
        raise NotImplementedError("a model that learns must have its own learned(...)")


def issue_weights(space: OutcomeSpace, utilities: Vector) -> Vector:
    """Return how much each issue matters: the range of its levels' mean utilities, summing to 1.

    Of additive utilities these are the weights, with the evaluations of each issue scaled to run
    from 0 to 1; all zero where nothing matters.

    Parameters
    ----------
    space : OutcomeSpace
        The outcomes.
    utilities : ndarray
        Utility of each, shape ``(outcomes,)``.
    """
    ranges = np.array([float(np.ptp(means)) for means in _means(space.shape, utilities)])
    whole = total(ranges.tolist())
    return ranges / whole if whole > 0 else ranges


def _means(shape: Sequence[int], utilities: Vector) -> Iterator[Vector]:
    """Give the mean utility of each level, issue by issue."""
    for count in shape:
        by_level = utilities.reshape(count, -1)
        # One after the other: the order in which numpy sums depends on their number.
        yield np.add.accumulate(by_level, axis=1)[:, -1] / by_level.shape[1]
        # The issue is averaged out for those that follow.
        utilities = np.add.accumulate(by_level, axis=0)[-1] / count


def nash_product(turn: Turn, model: OpponentModel) -> Vector:
    """Return the product of everybody's gains over the rational outcomes of a party.

    Its own over disagreement, the others' as its model has them; a loss counts as no gain.

    Parameters
    ----------
    turn : Turn
        The party's turn.
    model : OpponentModel
        What it makes of the others.

    Returns
    -------
    ndarray
        One entry per outcome in ``turn.preferences.options``.
    """
    wants = turn.preferences
    return (wants.payoffs - wants.disagreement) * others_product(turn, model)


def others_product(turn: Turn, model: OpponentModel) -> Vector:
    """Return the product of the others' gains over the rational outcomes of a party.

    Parameters
    ----------
    turn : Turn
        The party's turn.
    model : OpponentModel
        What it makes of the others; a loss counts as no gain.

    Returns
    -------
    ndarray
        One entry per outcome in ``turn.preferences.options``.
    """
    options = turn.preferences.options
    others = [seat for seat in range(turn.parties) if seat != turn.seat]
    return product_of_gains([model.gains(turn, seat).take(options) for seat in others])


def product_of_gains(gains: Sequence[Vector]) -> Vector:
    """Return the product of each party's gains; a loss counts as no gain.

    Parameters
    ----------
    gains : sequence of ndarray
        Per party, its gain from each outcome over no agreement, each of shape ``(n,)``.
    """
    product = np.maximum(gains[0], 0.0)
    for gain in gains[1:]:
        product = product * np.maximum(gain, 0.0)
    return product
