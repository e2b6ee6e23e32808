"""The true preferences, as an upper bound for models of them."""

from agents.opponents.model import OpponentModel
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Vector

__all__ = ["Perfect"]


class Perfect(OpponentModel):
    """Know what the others really want: what a model could do at best."""

    informed = True

    def gains(self, turn: Turn, seat: int) -> Vector:
        """Return the party's expected payoffs less its disagreement payoff, as they are now."""
        wants = turn.seats[seat].preferences
        return wants.expected - wants.disagreement
