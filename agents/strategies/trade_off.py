"""Trade-offs: give what the partner wants without giving up payoff (Faratin et al. 2002)."""

import numpy as np

from agents.opponents.model import issue_weights
from agents.strategies.belief import BeliefKind
from agents.strategies.modelling import TimedModelling
from agents.strategies.strategy import Traits
from simulator.errors import require
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Vector

__all__ = ["TradeOff"]


class TradeOff(TimedModelling):
    """Offer, on its own iso-payoff curve, what is most similar to the partner's last offer.

    The curve is that of a time-dependent target: the outcomes that pay from the target to `band`
    of the range above it. Similarity is the sum over issues of level distance over number of
    levels less one, weighted by what the model makes of the partner's weights. It accepts
    whatever meets the target.

    Parameters
    ----------
    exponent : float
        How late the country concedes (exponent): of the time-dependent target, above 0.
    band : float
        Width of the curve on which the country trades off (share of the payoff range): from 0 to 1.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.

    References
    ----------
    Faratin, Sierra & Jennings (2002), "Using similarity criteria to make issue trade-offs in
    automated negotiations", Artificial Intelligence 142.
    """

    traits = Traits(time=True, offers=True, model=True, source="Faratin et al. 2002")

    def __init__(
        self,
        *,
        exponent: float = 1.0,
        band: float = 0.05,
        last_turn: LastTurn = "reservation",
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        super().__init__("trade-off", exponent, last_turn, resolve, belief, noise)
        require(0 <= band <= 1, "trade-off", "band", band, "a share from 0 to 1")
        self.band = band

    def choose(self, turn: Turn, target: float) -> int:
        """Return the outcome of the curve that is most similar to the partner's last offer."""
        preferences, standing = turn.preferences, turn.standing
        options = preferences.between(target, target + self.band * preferences.span)
        if standing is None or not len(options):
            return preferences.lowest_at_least(target)
        return turn.space.nearest(standing.outcome, options, self._weights(turn, standing.seat))

    def _weights(self, turn: Turn, seat: int) -> Vector:
        weights = issue_weights(turn.space, self.model.gains(turn, seat))
        return weights if weights.any() else np.ones_like(weights)
