"""Relative time in a talk, and what is still asked for at a deadline that may move."""

from collections.abc import Callable
from typing import Literal

__all__ = ["LastTurn", "in_the_mean", "mixed", "relative_time"]

#: What the last turn is for: "reservation", to ask for what one would get without a deal; "open",
#: a turn like any other, as in the field's libraries.
LastTurn = Literal["reservation", "open"]


def relative_time(number: int, rounds: int, last_turn: LastTurn = "reservation") -> float:
    """Return which share of a talk is over: ``n / R``, 1 in its last round.

    Where the last turn is open, ``n / (R + 1)``, which never reaches 1.

    Parameters
    ----------
    number : int
        The round (n), from 1.
    rounds : int
        Rounds to the deadline (R).
    last_turn : {"reservation", "open"}
        Which of the two.

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24: tactics that reach the reservation value at the deadline.
    Mohammad, Nakadai & Greenwald (2021), "NegMAS: a platform for automated negotiations", PRIMA
    2020, has the time of an open last turn.
    """
    return number / (rounds + 1 if last_turn == "open" else max(rounds, 1))


def mixed(
    curve: Callable[[float], float],
    number: int,
    rounds: int,
    hold: float = 1.0,
    extension: int = 0,
    last_turn: LastTurn = "reservation",
) -> float:
    """Return a curve of relative time, in the mean over a deadline that stands and one that moves.

    ``hold A(n / R) + (1 - hold) A(n / (R + m))``. Two curves are mixed, not two deadlines: who
    believes in an extension by half still asks for half of what it would then.

    Parameters
    ----------
    curve : callable
        What depends on relative time (A): the share of its range that a party asks for.
    number : int
        The round (n), from 1.
    rounds : int
        Rounds to the deadline (R).
    hold : float
        The chance that the deadline stands, in [0, 1].
    extension : int
        Rounds of one extension (m), from 0.
    last_turn : {"reservation", "open"}
        Which relative time.
    """
    stands = curve(relative_time(number, rounds, last_turn))
    if hold == 1.0 or extension == 0:
        return stands
    return in_the_mean(stands, curve(relative_time(number, rounds + extension, last_turn)), hold)


def in_the_mean(stands: float, moves: float, hold: float) -> float:
    """Return the mean of what holds if the deadline stands, with this chance, and if it moves."""
    return hold * stands + (1.0 - hold) * moves
