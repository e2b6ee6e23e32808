"""What parties do who know all about each other: the equilibria of the discounted split.

They are for a pie that two parties divide, one proposal after the other, and there they are exact
but for rounding to the outcomes there are; elsewhere each payoff is counted as its share of the
party's range over all outcomes. What a party gets by leaving is its disagreement payoff. Among
several parties, the next seat counts as the partner.
"""

from abc import abstractmethod

from agents.strategies.strategy import Strategy, Traits
from simulator.errors import require
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.theory.splitting import finite_horizon_shares, rubinstein_shares

__all__ = ["BackwardInduction", "Rubinstein"]

Pair = tuple[float, float]

#: What a payoff one proposal later is worth where nobody says it.
DISCOUNT = 0.9
#: Two parties that lose nothing by waiting would never agree; the largest factor there is.
PATIENT = 1.0 - 1e-9


class Equilibrium(Strategy):
    """Ask for the equilibrium share; accept what is worth as much as to ask for it, or to leave.

    A strategy of this kind has its own `asked`, and the parameters of this one.
    """

    def __init__(
        self, *, discount: float | None = None, partner_discount: float | None = None
    ) -> None:
        name = type(self).__name__
        for parameter, value in (("discount", discount), ("partner_discount", partner_discount)):
            holds = value is None or 0 <= value < 1
            require(holds, name, parameter, value, "a number from 0, below 1, or none")
        self.discount = discount
        self.partner_discount = partner_discount

    def deltas(self, turn: Turn) -> Pair:
        """Return what a payoff one proposal later is worth to the party and to its partner."""
        partner = turn.seats[(turn.seat + 1) % turn.parties]
        return _factor(self.discount, turn), _factor(self.partner_discount, partner)

    @abstractmethod
    def asked(self, turn: Turn, outside: Pair) -> float:
        """Return the share to ask for when it proposes now.

        By leaving, it and its partner would get the shares `outside`.
        """

    def propose(self, turn: Turn) -> int:
        """Return the outcome that pays what is nearest to the share to ask for."""
        return nearest(turn.preferences, self.asked(turn, outside_options(turn)))

    def demand(self, turn: Turn, offer: Offer) -> float:
        """Return what the outcome pays that is worth as much as going on, or leaving."""
        preferences = turn.preferences
        return float(preferences.expected[nearest(preferences, max(self._prospects(turn)))])

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return acceptance of what going on, or leaving, is worth; leave if that is better."""
        outside, later = self._prospects(turn)
        response = super().respond(turn, offer)
        leaves = response is not Response.ACCEPT and outside > later
        return Response.WALK_AWAY if leaves else response

    def _prospects(self, turn: Turn) -> Pair:
        """Return which shares it gets by leaving, and by going on."""
        outside = outside_options(turn)
        return outside[0], self.deltas(turn)[0] * self.asked(turn, outside)


class Rubinstein(Equilibrium):
    """Ask for the equilibrium share of a split without deadline, at once.

    Without outside options ``(1 - d_partner) / (1 - d_own d_partner)``. Known to both.

    Parameters
    ----------
    discount : float or None
        Worth to the country of a payoff one proposal later (0 to 1): below 1; by default what the
        talk says, 0.9 where nothing counts by proposals there.
    partner_discount : float or None
        Worth to the partner of the country of a payoff one proposal later (0 to 1): below 1; by
        default likewise.

    References
    ----------
    Rubinstein (1982), "Perfect equilibrium in a bargaining model", Econometrica 50; with outside
    options Binmore, Shaked & Sutton (1989), Quarterly Journal of Economics 104.
    """

    traits = Traits(informed=True, source="Rubinstein 1982")

    def asked(self, turn: Turn, outside: Pair) -> float:
        """Return the equilibrium share of who proposes."""
        return rubinstein_shares(self.deltas(turn), outside)[0]


class BackwardInduction(Equilibrium):
    """Ask for the equilibrium share of a split with a last proposal, reckoned back from that.

    Parameters
    ----------
    discount : float or None
        Worth to the country of a payoff one proposal later (0 to 1): below 1; by default what the
        talk says, 0.9 where nothing counts by proposals there.
    partner_discount : float or None
        Worth to the partner of the country of a payoff one proposal later (0 to 1): below 1; by
        default likewise.

    References
    ----------
    Stahl (1972), Bargaining Theory.
    """

    traits = Traits(time=True, informed=True, source="Stahl 1972")

    def __init__(
        self, *, discount: float | None = None, partner_discount: float | None = None
    ) -> None:
        super().__init__(discount=discount, partner_discount=partner_discount)
        self._known: dict[int, tuple[Pair, Pair, Vector]] = {}

    def asked(self, turn: Turn, outside: Pair) -> float:
        """Return the share of who proposes with so many proposals left; without any, nothing."""
        left = turn.proposals_left
        return float(self._shares(left, self.deltas(turn), outside)[-left]) if left else 0.0

    def _shares(self, left: int, deltas: Pair, outside: Pair) -> Vector:
        """Return its shares with so many proposals left or fewer, the last one left last."""
        known = self._known.get(left % 2)  # this party proposes at every other of them
        if known is None or known[:2] != (deltas, outside) or len(known[2]) < left:
            shares = finite_horizon_shares(deltas, left, outside)[:, 0]
            self._known[left % 2] = known = deltas, outside, shares
        return known[2]


def _factor(given: float | None, turn: Turn) -> float:
    """Return the factor that was given, or that of a party's turn."""
    if given is not None:
        return given
    return DISCOUNT if turn.discount is None else min(turn.discount, PATIENT)


def outside_options(turn: Turn) -> Pair:
    """Return what the party and its partner get by leaving, as shares of their ranges."""
    partner = turn.seats[(turn.seat + 1) % turn.parties]
    own = _share(turn.preferences, turn.preferences.disagreement)
    return own, together(own, _share(partner.preferences, partner.preferences.disagreement))


def at_share(share: float, low: float, high: float) -> float:
    """Return the payoff at a share of the range from `low` to `high`."""
    return low + share * (high - low)


def nearest(preferences: Preferences, share: float) -> int:
    """Return the rational outcome whose payoff is nearest to a share of the range."""
    low, high = float(preferences.expected.min()), float(preferences.expected.max())
    gaps = abs(preferences.payoffs - at_share(share, low, high))
    return int(preferences.options[gaps.argmin()])


def _share(preferences: Preferences, payoff: float) -> float:
    """Return a payoff as a share of the range over all outcomes, from 0 to 1."""
    return of_range(payoff, float(preferences.expected.min()), float(preferences.expected.max()))


def together(own: float, other: float) -> float:
    """Return what a partner gets by leaving: with one's own share no more than there is."""
    return min(other, 1.0 - own)


def of_range(payoff: float, low: float, high: float) -> float:
    """Return a payoff as a share of the range from `low` to `high`, from 0 to 1."""
    return min(max((payoff - low) / (high - low), 0.0), 1.0) if high > low else 0.0
