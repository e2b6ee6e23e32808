"""Demands that fall as a resource runs out (Faratin, Sierra & Jennings 1998)."""

import math
from typing import Literal

from agents.strategies.belief import BeliefKind
from agents.strategies.strategy import Traits
from agents.strategies.time_dependent import target
from agents.strategies.timed import Timed
from simulator.arithmetic import exp
from simulator.errors import require
from simulator.negotiation.clock import LastTurn, mixed
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import SLACK

__all__ = ["ResourceDependent"]


def aspiration(resource: float, opening: float) -> float:
    """Return the share of its range that a party still asks for: ``1 - (k + (1-k) exp(-r))``.

    Parameters
    ----------
    resource : float
        What is left of the resource (r), from 0.
    opening : float
        What is conceded even with plenty of it (k), in [0, 1).

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24.
    """
    return 1.0 - (opening + (1.0 - opening) * exp(-resource))


class ResourceDependent(Timed):
    """Concede as a resource runs out, along k + (1 - k) exp(-resource).

    The resource is the time that is left, ``amount (1 - t)``; or patience with partners that only
    talk, ``amount`` over the offers received from each. The rest is as in time-dependent, the last
    turn with either resource.

    Parameters
    ----------
    resource : {"time", "offers"}
        What runs out as the country concedes: time, or patience with offers.
    amount : float
        Amount of what runs out as the country concedes (at the start): above 0.
    opening : float
        Share that the country concedes even with plenty left (0 to 1): k, below 1.
    tolerance : float
        As in time-dependent.
    last_turn : {"reservation", "open"}
        As in time-dependent.
    resolve : float
        As in time-dependent.
    belief : {"none", "perfect", "reservation"}
        As in time-dependent.
    noise : float
        As in time-dependent.
    """

    traits = Traits(time=True, offers=True, source="Faratin et al. 1998")

    def __init__(
        self,
        *,
        resource: Literal["time", "offers"] = "time",
        amount: float = 5.0,
        opening: float = 0.0,
        tolerance: float = 1e-4,
        last_turn: LastTurn = "reservation",
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        name = "resource-dependent"
        super().__init__(name, last_turn, resolve, belief, noise)
        require(0 < amount < math.inf, name, "amount", amount, "a number above 0")
        require(0 <= opening < 1, name, "opening", opening, "a share from 0, below 1")
        require(0 <= tolerance < math.inf, name, "tolerance", tolerance, "a number from 0")
        self.resource: Literal["time", "offers"] = resource
        self.amount = amount
        self.opening = opening
        self.tolerance = tolerance

    def aim(self, turn: Turn) -> float:
        """Return the payoff asked for with what is left of the resource."""
        wants = turn.preferences
        eps = self.tolerance * wants.unit
        share = self._share(turn) * turn.patience
        return target(share, self.floor(turn), wants.best, eps) - SLACK

    def _share(self, turn: Turn) -> float:
        if self.resource == "time":
            clock = turn.rounds, turn.hold, turn.extension
            return mixed(self._share_at, turn.round + 1, *clock, self.last_turn)
        others = turn.parties - 1
        received = sum(offer.seat != turn.seat for offer in turn.offers) / max(others, 1)
        return aspiration(self.amount / max(received, 1.0), self.opening)

    def _share_at(self, time: float) -> float:
        return aspiration(self.amount * (1.0 - time), self.opening)
