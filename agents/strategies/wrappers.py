"""Wrappers: a strategy changed in one respect, to see what that respect does."""

import math

from agents.strategies.strategy import Strategy, Traits
from simulator import draws
from simulator.errors import require
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer, Response

__all__ = ["Noisy", "TrustBlind", "Wary", "Wrapper"]


def least_with_margin(
    premium: float, trust: float, floor: float, span: float, best: float
) -> float:
    """Return the least payoff that keeps the margin a distrusted partner is asked for."""
    return min(floor + premium * (1.0 - trust) * span, best)


def moved(payoff: float, sd: float, span: float, drawn: float) -> float:
    """Return a payoff moved by a standard normal draw times so large a share of the range."""
    return payoff + sd * span * drawn


class Wrapper(Strategy):
    """A strategy that does as another one does, but for what its class says.

    Its `traits` are what it adds to those of the other.
    """

    def __init__(self, strategy: Strategy, /) -> None:
        self.strategy = strategy

    @property
    def trust_blind(self) -> bool:
        """Whether it is to see every promise at face value."""
        return getattr(self.strategy, "trust_blind", False)

    @property
    def informed(self) -> bool:
        """Whether the strategy is shown the turns of the others."""
        return getattr(self.strategy, "informed", False)

    def begin(self, turn: Turn) -> None:
        """Let the strategy take note that the talk opens."""
        self.strategy.begin(turn)

    def propose(self, turn: Turn) -> int | None:
        """Return what the strategy proposes."""
        return self.strategy.propose(turn)

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return what the strategy responds."""
        return self.strategy.respond(turn, offer)

    def demand(self, turn: Turn, offer: Offer) -> float | None:
        """Return what the strategy demands; nothing of what this offers itself."""
        return -math.inf if self._is_own(turn, offer) else self.strategy.demand(turn, offer)

    def _or_own(self, response: Response, turn: Turn, offer: Offer) -> Response:
        """Return the response; acceptance of what this offers itself."""
        own = response is Response.COUNTER and self._is_own(turn, offer)
        return Response.ACCEPT if own else response

    def _is_own(self, turn: Turn, offer: Offer) -> bool:
        """Return whether this offers itself what the strategy does not."""
        return offer.outcome == self.propose(turn) != self.strategy.propose(turn)


class Noisy(Wrapper):
    """Offer something that pays a little more or less than what it meant to offer.

    The payoff of every offer is moved by a normal draw; it offers the rational outcome whose payoff
    is nearest to that, and accepts also what it would offer itself.

    Parameters
    ----------
    sd : float
        Error of the country in what it offers (standard deviation, share of its range): of the
        draw, from 0.
    """

    traits = Traits(stochastic=True)

    def __init__(self, strategy: Strategy, /, *, sd: float = 0.1) -> None:
        require(0 <= sd < math.inf, "noisy", "sd", sd, "a number from 0")
        super().__init__(strategy)
        self.sd = sd

    def propose(self, turn: Turn) -> int | None:
        """Return the outcome next to what the strategy proposes and the draw."""
        planned = self.strategy.propose(turn)
        preferences = turn.preferences
        if planned is None or self.sd == 0:
            return planned
        drawn = draws.normal(
            turn.seed, "noisy", (turn.talk, turn.party), turn.week, turn.round, len(turn.offers)
        )
        meant = moved(float(preferences.expected[planned]), self.sd, preferences.span, drawn)
        return int(preferences.options[abs(preferences.payoffs - meant).argmin()])

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return acceptance of what the strategy accepts, and of what it would offer itself."""
        return self._or_own(self.strategy.respond(turn, offer), turn, offer)


class TrustBlind(Wrapper):
    """See every promise at face value: payoffs are what they would be with full trust.

    The control for what trust does to a strategy. In a domain of the field, where nobody has to
    trust, it changes nothing.
    """

    @property
    def trust_blind(self) -> bool:
        """True."""
        return True


class Wary(Wrapper):
    """Ask distrusted partners for a premium: nothing is agreed that pays less than a safety margin.

    The margin is the share ``premium (1 - T)`` of the party's range above its floor, with T its
    lowest trust in the others. What pays less it neither offers nor accepts, but for its best
    outcome; what it offers for the margin's sake it accepts. Trust counts twice then: it lowers
    what promises are worth, and asks for more of it.

    Parameters
    ----------
    premium : float
        Premium that the country asks for at no trust at all (share of its range): in [0, 1].
    """

    traits = Traits(trust=True)

    def __init__(self, strategy: Strategy, /, *, premium: float = 0.2) -> None:
        require(0 <= premium <= 1, "wary", "premium", premium, "a share from 0 to 1")
        super().__init__(strategy)
        self.premium = premium

    def propose(self, turn: Turn) -> int | None:
        """Return what the strategy proposes, or the worst outcome that keeps the margin."""
        planned = self.strategy.propose(turn)
        if planned is None or turn.preferences.expected[planned] >= self._least(turn):
            return planned
        return turn.preferences.lowest_at_least(self._least(turn))

    def demand(self, turn: Turn, offer: Offer) -> float | None:
        """Return what the strategy demands, no less than keeps the margin."""
        least = super().demand(turn, offer)
        return None if least is None else max(least, self._least(turn))

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return what the strategy responds to what keeps the margin, a counter-offer otherwise."""
        if turn.preferences.expected[offer.outcome] < self._least(turn):
            return Response.COUNTER
        return self._or_own(self.strategy.respond(turn, offer), turn, offer)

    def _least(self, turn: Turn) -> float:
        wants, trust = turn.preferences, min(turn.trust, default=1.0)
        return least_with_margin(self.premium, trust, wants.floor, wants.span, wants.best)
