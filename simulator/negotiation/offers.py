"""Offers and the responses to them."""

from enum import Enum
from typing import NamedTuple, NoReturn

__all__ = ["Offer", "Offers", "Response"]


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


class Offers(list[Offer]):
    """The offers of a talk so far, oldest first, which those who are shown them cannot change.

    Whoever holds the talk adds one by ``list.append(offers, offer)``.
    """

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("offers that were made cannot be changed")

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __reduce__(self) -> tuple[type["Offers"], tuple[list[Offer]]]:
        return Offers, (list(self),)
