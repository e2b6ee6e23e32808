"""Mirroring: ask for less by as much as the partner has conceded."""

import numpy as np

from agents.strategies.strategy import Strategy
from simulator.negotiator import Turn
from simulator.offers import Offer, Response
from simulator.payoffs import SLACK, Preferences

__all__ = ["Mirror"]


class Mirror(Strategy):
    """Concede as much as the partner's last offer concedes (absolute tit for tat).

    Known as naive tit-for-tat in other libraries; not the relative one of Faratin et al.
    """

    def propose(self, turn: Turn) -> int:
        """Return the worst outcome that keeps what the partner has not conceded."""
        return turn.preferences.lowest_at_least(self._target(turn))

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return acceptance of what is as good as the mirrored demand."""
        preferences = turn.preferences
        enough = preferences.expected[offer.outcome] >= self._target(turn)
        accept = enough and preferences.rational[offer.outcome]
        return Response.ACCEPT if accept else Response.COUNTER

    def _target(self, turn: Turn) -> float:
        preferences = turn.preferences
        share = 1.0 - self._concession(turn)
        return share * preferences.span + preferences.floor - TINY

    def _concession(self, turn: Turn) -> float:
        """Return what the partner concedes, as a share of this party's range."""
        own_turns = turn.round
        standing = turn.standing
        if own_turns == 0 or standing is None:
            return 0.0
        if own_turns <= 2:
            return smallest_gap(turn.preferences)
        return min(max(turn.preferences.share(standing.outcome), 0.0), 1.0)


#: Slack for targets that are themselves payoffs of outcomes.
TINY = SLACK * 1e-3
#: Share of the range up to which payoffs differ only because they were summed differently.
NOISE = 1e-12


def smallest_gap(preferences: Preferences) -> float:
    """Return the smallest gap between two adjacent payoffs, as a share of the range."""
    if preferences.span <= 0:
        return 0.0
    gaps = np.diff(np.unique(preferences.payoffs)) / preferences.span
    gaps = gaps[gaps > NOISE]
    return float(gaps.min()) if len(gaps) else 0.0
