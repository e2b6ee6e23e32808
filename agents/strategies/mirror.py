"""Mirroring: ask for less by as much as the partner has conceded."""

from agents.strategies.demanding import ROUNDING, Demanding
from agents.strategies.strategy import Traits
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Preferences

__all__ = ["Mirror"]


def mirrored(conceded: float, floor: float, span: float) -> float:
    """Return the payoff to ask for after a partner has conceded a share of the range."""
    return (1.0 - conceded) * span + floor - ROUNDING * span


def within_range(share: float) -> float:
    """Return a share of the range, that of a payoff outside it as the nearer end."""
    return min(max(share, 0.0), 1.0)


class Mirror(Demanding):
    """Concede as much as the partner's last offer concedes (absolute tit for tat).

    Known as naive tit-for-tat in other libraries; not the relative one of Faratin et al. With
    ``c`` the share of this party's range that the partner's last offer gives it (0 in the first
    round, the step from its best payoff to the second best in the two that follow), it offers the
    worst outcome that pays the share ``1 - c``.

    NegMAS differs in those two rounds: there the first concession is what the partner's offer gives
    and a hundredth of the range at a time more, until two outcomes are in reach, so that it may
    stay with the best outcome or pass over the second best.

    References
    ----------
    Mohammad, Nakadai & Greenwald (2021), "NegMAS: a platform for automated negotiations", PRIMA
    2020: its naive tit for tat.
    """

    traits = Traits(offers=True, source="Mohammad et al. 2021")

    def target(self, turn: Turn) -> float:
        """Return what the partner has not conceded."""
        wants = turn.preferences
        return mirrored(self._concession(turn), wants.floor, wants.span)

    def _concession(self, turn: Turn) -> float:
        """Return what the partner concedes, as a share of this party's range."""
        standing = turn.standing
        if turn.round == 0 or standing is None:
            return 0.0
        if turn.round <= 2:
            return first_step(turn.preferences)
        return within_range(turn.preferences.share(standing.outcome))


#: Share of the range up to which payoffs differ only because they were summed differently.
NOISE = 1e-12


def first_step(preferences: Preferences) -> float:
    """Return the gap between the best payoff and the second best, as a share of the range.

    Nothing where all outcomes pay alike.
    """
    best, payoffs = preferences.best, preferences.payoffs
    below = payoffs[payoffs < best - NOISE * preferences.span]
    return (best - float(below.max())) / preferences.span if len(below) else 0.0
