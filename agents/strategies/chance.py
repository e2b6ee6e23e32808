"""Baselines that leave it to chance."""

import math

import numpy as np

from agents.strategies.strategy import Strategy, Traits
from simulator.errors import require
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer

__all__ = ["Random", "TopFraction"]


class Random(Strategy):
    """Offer any rational outcome, and accept a rational offer with a probability.

    What it would offer itself at that turn it accepts for certain.

    Parameters
    ----------
    accepting : float
        Chance that the country accepts an offer (0 to 1).
    """

    traits = Traits(stochastic=True, source="a baseline")

    def __init__(self, *, accepting: float = 0.1) -> None:
        require(0 <= accepting <= 1, "random", "accepting", accepting, "from 0 to 1")
        self.accepting = accepting

    def propose(self, turn: Turn) -> int:
        """Return a rational outcome, each as likely as any other."""
        options = turn.preferences.options
        return int(options[int(turn.uniform() * len(options))])

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return nothing or everything, by the draw of this turn."""
        wanted = turn.uniform(1) < self.accepting or offer.outcome == self.propose(turn)
        return -math.inf if wanted else math.inf


def counted(share: float, outcomes: int) -> int:
    """Return how many outcomes a share of them is, at least one."""
    # A share of .29 of a hundred is 28.999... in floating point.
    return max(int(share * outcomes + 1e-9), 1)


class TopFraction(Strategy):
    """Offer a random one of the best outcomes, and accept any of them.

    Parameters
    ----------
    share : float
        Share of the rational outcomes that the country counts as best (0 to 1): above 0; at least
        one does, and whatever pays as much as the last of them.
    """

    traits = Traits(stochastic=True, source="a baseline")

    def __init__(self, *, share: float = 0.1) -> None:
        require(0 < share <= 1, "top-fraction", "share", share, "a share above 0, at most 1")
        self.share = share

    def propose(self, turn: Turn) -> int:
        """Return one of the best outcomes, each as likely as any other."""
        preferences = turn.preferences
        best = preferences.options[preferences.payoffs >= self._least(turn)]
        return int(best[int(turn.uniform() * len(best))])

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return what the last of the best pays."""
        return self._least(turn)

    def _least(self, turn: Turn) -> float:
        payoffs = turn.preferences.payoffs
        count = counted(self.share, len(payoffs))
        return float(np.partition(payoffs, -count)[-count])
