"""How two parties who make offers in turns split a pie: the shares in equilibrium.

A period is one proposal, so a round of both parties takes two: what a party would get one proposal
later is worth its discount factor times as much. The party that proposes first takes the more, the
less patient the other is, and the first proposal is accepted. A party may leave the talk when it
responds, for its outside option at that time. Payoffs are in the unit of the pie, the first
seat's first.

References
----------
Rubinstein (1982), "Perfect equilibrium in a bargaining model", Econometrica 50; Stahl (1972),
Bargaining Theory (finite horizon); Binmore, Shaked & Sutton (1989), "An outside option
experiment", Quarterly Journal of Economics 104 (a threat to leave counts only if it is better
than staying); Binmore, Rubinstein & Wolinsky (1986), "The Nash bargaining solution in economic
modelling", RAND Journal of Economics 17 (what is left of it where proposals take no time).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.arithmetic import log

__all__ = ["finite_horizon_shares", "power_from_patience", "rubinstein_shares"]

Pair = tuple[float, float]


def rubinstein_shares(
    deltas: Sequence[float],
    outside: Sequence[float] = (0.0, 0.0),
    pie: float = 1.0,
    first: int = 0,
) -> Pair:
    """Return what each party gets where proposals may go on for ever.

    Without outside options that count, the party that proposes first gets
    ``(1 - d_other) / (1 - d_own d_other)`` of the pie.

    Parameters
    ----------
    deltas : sequence of float
        Discount factor of each party per proposal, in [0, 1] and not both 1.
    outside : sequence of float
        What each party gets by leaving, at least 0, together at most the pie.
    pie : float
        What is split, above 0.
    first : int
        Seat of the party that proposes first, 0 or 1.
    """
    own, other = deltas[first], deltas[1 - first]
    # Let x be the share of who proposes first and y the other's when it proposes:
    # x = pie - max(d_other y, outside_other) and y = pie - max(d_own x, outside_own).
    inside = pie * (1.0 - other) / (1.0 - own * other)
    backed = pie * (1.0 - other) + other * outside[first]
    return _seated(min(max(inside, backed), pie - outside[1 - first]), pie, first)


def power_from_patience(patience: float, partner: float) -> float:
    """Return the power that patience gives: ``ln d_partner / (ln d_own + ln d_partner)``.

    It is what the share in equilibrium comes to as proposals follow each other ever faster, and
    the weight with which a Nash point is that equilibrium. Equal patience makes it a half, and
    who does not mind waiting at all has everything.

    Parameters
    ----------
    patience : float
        What a payoff one period later is worth to the party, in [0, 1].
    partner : float
        What it is worth to its partner, in [0, 1].

    References
    ----------
    Binmore, Rubinstein & Wolinsky (1986), "The Nash bargaining solution in economic modelling",
    RAND Journal of Economics 17.
    """
    if patience == partner:
        return 0.5
    if patience == 0.0 or partner == 0.0:
        return 0.0 if patience == 0.0 else 1.0
    own, other = -log(patience), -log(partner)
    return other / (own + other)


def finite_horizon_shares(
    deltas: Sequence[float],
    proposals: int,
    outside: Sequence[float] = (0.0, 0.0),
    pie: float = 1.0,
    first: int = 0,
) -> NDArray[np.float64]:
    """Return the split that each of a limited number of proposals makes, by backward induction.

    Nothing is left after the last. Each split would be accepted; in equilibrium the first is.

    Parameters
    ----------
    deltas : sequence of float
        Discount factor of each party per proposal, in [0, 1].
    proposals : int
        How many there may be, in turns.
    outside : sequence of float
        What each party gets by leaving, at least 0, together at most the pie.
    pie : float
        What is split, above 0.
    first : int
        Seat of the party that proposes first, 0 or 1.

    Returns
    -------
    ndarray
        Shape (proposals, 2), the first proposal first.
    """
    splits = np.zeros((proposals, 2))
    later: Pair = (0.0, 0.0)
    for k in range(proposals - 1, -1, -1):
        proposer = (first + k) % 2
        responder = 1 - proposer
        conceded = max(deltas[responder] * later[responder], outside[responder])
        later = _seated(pie - conceded, pie, proposer)
        splits[k, 0], splits[k, 1] = later
    return splits


def _seated(share: float, pie: float, proposer: int) -> Pair:
    """Return the shares in seat order, one party's and the rest."""
    return (share, pie - share) if proposer == 0 else (pie - share, share)
