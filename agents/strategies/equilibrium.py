"""What parties do who know all about each other: the equilibria of the discounted split.

They are for a pie that two parties divide, one proposal after the other, and there they are exact
but for rounding to the outcomes there are; elsewhere each payoff is counted as its share of the
party's range over all outcomes. What a party gets by leaving is its disagreement payoff. Among
several parties, the next seat counts as the partner.
"""

from abc import abstractmethod

from agents.strategies.strategy import Strategy, Traits
from simulator.errors import require
from simulator.negotiator import Turn
from simulator.offers import Offer, Response
from simulator.payoffs import Preferences
from simulator.splitting import finite_horizon_shares, rubinstein_shares

__all__ = ["BackwardInduction", "Rubinstein"]


class Equilibrium(Strategy):
    """Ask for the equilibrium share; accept what is worth as much as to ask for it, or to leave.

    A strategy of this kind has its own `asked`.

    Parameters
    ----------
    discount : float
        What a payoff one proposal later is worth to this party, in [0, 1).
    partner_discount : float
        What it is worth to the partner, in [0, 1).
    """

    def __init__(self, *, discount: float = 0.9, partner_discount: float = 0.9) -> None:
        name = type(self).__name__
        for parameter, value in (("discount", discount), ("partner_discount", partner_discount)):
            require(0 <= value < 1, name, parameter, value, "a number from 0, below 1")
        self.discount = discount
        self.partner_discount = partner_discount

    @abstractmethod
    def asked(self, turn: Turn, outside: tuple[float, float]) -> float:
        """Return the share to ask for when it proposes now.

        Parameters
        ----------
        turn : Turn
            The party's turn.
        outside : (float, float)
            What it and its partner get by leaving, as shares.
        """

    def propose(self, turn: Turn) -> int:
        """Return the outcome that pays what is nearest to the share to ask for."""
        return nearest(turn.preferences, self.asked(turn, outside_options(turn)))

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return acceptance of what going on, or leaving, is worth; leave if that is better."""
        outside = outside_options(turn)
        later = self.discount * self.asked(turn, outside)
        preferences = turn.preferences
        enough = preferences.expected[nearest(preferences, max(later, outside[0]))]
        if preferences.rational[offer.outcome] and preferences.expected[offer.outcome] >= enough:
            return Response.ACCEPT
        return Response.WALK_AWAY if outside[0] > later else Response.COUNTER


class Rubinstein(Equilibrium):
    """Ask for the equilibrium share of a split without deadline, at once.

    Without outside options ``(1 - d_partner) / (1 - d_own d_partner)``. Known to both.

    Parameters
    ----------
    discount : float
        What a payoff one proposal later is worth to this party, in [0, 1).
    partner_discount : float
        What it is worth to the partner, in [0, 1).

    References
    ----------
    Rubinstein (1982), "Perfect equilibrium in a bargaining model", Econometrica 50; with outside
    options Binmore, Shaked & Sutton (1989), Quarterly Journal of Economics 104.
    """

    traits = Traits(source="Rubinstein 1982")

    def asked(self, turn: Turn, outside: tuple[float, float]) -> float:
        """Return the equilibrium share of who proposes."""
        return rubinstein_shares((self.discount, self.partner_discount), outside)[0]


class BackwardInduction(Equilibrium):
    """Ask for the equilibrium share of a split with a last proposal, reckoned back from that.

    Parameters
    ----------
    discount : float
        What a payoff one proposal later is worth to this party, in [0, 1).
    partner_discount : float
        What it is worth to the partner, in [0, 1).

    References
    ----------
    Stahl (1972), Bargaining Theory.
    """

    traits = Traits(time=True, source="Stahl 1972")

    def asked(self, turn: Turn, outside: tuple[float, float]) -> float:
        """Return the share of who proposes with so many proposals left; without any, nothing."""
        left = turn.proposals_left
        if left < 1:
            return 0.0
        deltas = (self.discount, self.partner_discount)
        return float(finite_horizon_shares(deltas, left, outside)[0, 0])


def outside_options(turn: Turn) -> tuple[float, float]:
    """Return what the party and its partner get by leaving, as shares of their ranges."""
    partner = turn.seats[(turn.seat + 1) % len(turn.seats)]
    own = _share(turn.preferences, turn.preferences.disagreement)
    # Together no more than there is.
    return own, min(_share(partner.preferences, partner.preferences.disagreement), 1.0 - own)


def nearest(preferences: Preferences, share: float) -> int:
    """Return the rational outcome whose payoff is nearest to a share of the range."""
    low, high = float(preferences.expected.min()), float(preferences.expected.max())
    gaps = abs(preferences.payoffs - (low + share * (high - low)))
    return int(preferences.options[gaps.argmin()])


def _share(preferences: Preferences, payoff: float) -> float:
    """Return a payoff as a share of the range over all outcomes, from 0 to 1."""
    low, high = float(preferences.expected.min()), float(preferences.expected.max())
    return min(max((payoff - low) / (high - low), 0.0), 1.0) if high > low else 0.0
