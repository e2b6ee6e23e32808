"""Offers and the responses to them."""

from enum import Enum
from typing import NamedTuple

__all__ = ["Offer", "Response"]


class Response(Enum):
    """What a party says to a standing offer."""

    ACCEPT = "accept"
    COUNTER = "counter"
    WALK_AWAY = "walk away"


class Offer(NamedTuple):
    """A proposed outcome; it is replaced, never edited.

    Parameters
    ----------
    round : int
        Round of the talk, from 0.
    seat : int
        Seat of the proposer, from 0.
    outcome : int
        Index of the outcome in the talk's outcome space.
    """

    round: int
    seat: int
    outcome: int
