"""Relative time in a talk: how much of it is over in which round."""

from typing import Literal

__all__ = ["LastTurn", "relative_time"]

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
