"""A strategy put together from a bidding, a condition of acceptance and a model of the partner.

The three slots are those of the BOA framework. Every strategy is a bidding; a named strategy is
one with its own condition and, where it uses one, its own model, and either can be exchanged.

References
----------
Baarslag, Hindriks, Hendrikx, Dirkzwager & Jonker (2014), "Decoupling negotiating agents to explore
the space of negotiation strategies", in Novel Insights in Agent-based Complex Automated
Negotiation.
"""

from agents.opponents.model import OpponentModel
from agents.strategies.acceptance import Acceptance
from agents.strategies.strategy import Strategy
from simulator.errors import PartError
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.offers import Offer, Response

__all__ = ["Composed"]


class Composed(Strategy):
    """Offer by one part, accept by another, see the partner through a third.

    Parameters
    ----------
    bidding : Strategy
        What to offer.
    acceptance : Acceptance, optional
        What to accept; by default as the bidding does.
    model : OpponentModel, optional
        What the bidding makes of the partner; by default its own model.

    Raises
    ------
    PartError
        If the parts do not go together.
    """

    def __init__(
        self,
        *,
        bidding: Strategy,
        acceptance: Acceptance | None = None,
        model: OpponentModel | None = None,
    ) -> None:
        if model is not None:
            if not hasattr(bidding, "model") or isinstance(bidding, Composed):
                allowed = "none: this bidding uses no model of the partner"
                raise PartError("strategy", "model", type(model).__name__.lower(), allowed)
            bidding.model = self.model = model
        if acceptance is not None:
            acceptance.fit(bidding)
        self.bidding = bidding
        self.acceptance = acceptance

    @property
    def trust_blind(self) -> bool:
        """Whether the bidding is to see every promise at face value."""
        return getattr(self.bidding, "trust_blind", False)

    @property
    def informed(self) -> bool:
        """Whether the bidding, or its model, is shown the turns of the others."""
        return getattr(self.bidding, "informed", False)

    def begin(self, turn: Turn) -> None:
        """Let every part take note that the talk opens."""
        self.bidding.begin(turn)
        if self.acceptance is not None:
            self.acceptance.begin(turn)

    def propose(self, turn: Turn) -> int | None:
        """Return what the bidding proposes."""
        return self.bidding.propose(turn)

    def demand(self, turn: Turn, offer: Offer) -> float | None:
        """Return what the condition has an offer pay."""
        if self.acceptance is None:
            return self.bidding.demand(turn, offer)
        return self.acceptance.demand(turn, offer, self.bidding)

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return what the condition says to a rational offer."""
        if self.acceptance is None:
            return self.bidding.respond(turn, offer)
        rational = turn.preferences.rational[offer.outcome]
        accept = rational and self.acceptance.accepts(turn, offer, self.bidding)
        return Response.ACCEPT if accept else Response.COUNTER
