"""Half time, half tit for tat."""

import math

from agents.strategies.mirror import Mirror
from agents.strategies.strategy import Traits
from agents.strategies.time_dependent import TimeDependent
from agents.strategies.timed import Timed
from simulator.errors import require
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn

__all__ = ["Hybrid"]


class Hybrid(Timed):
    """Demand a mean of what the time and what mirroring the partner would have it demand.

    ``(1 - mirroring) time-dependent target + mirroring mirrored target``; in the last turn, what it
    would get without a deal. It never asks for less than the partner has already offered.

    Parameters
    ----------
    exponent : float
        Of the time-dependent target, above 0.
    mirroring : float
        Weight of the mirrored target, in [0, 1].
    last_turn : {"reservation", "open"}
        As in time-dependent.

    References
    ----------
    Faratin, Sierra & Jennings (1998), "Negotiation decision functions for autonomous agents",
    Robotics and Autonomous Systems 24: weighted combinations of tactics.
    """

    traits = Traits(time=True, offers=True, source="Faratin et al. 1998")

    def __init__(
        self,
        *,
        exponent: float = 1.0,
        mirroring: float = 0.5,
        last_turn: LastTurn = "reservation",
    ) -> None:
        super().__init__(last_turn)
        require(0 < exponent < math.inf, "hybrid", "exponent", exponent, "a number above 0")
        require(0 <= mirroring <= 1, "hybrid", "mirroring", mirroring, "a share from 0 to 1")
        self.exponent = exponent
        self.mirroring = mirroring
        self._schedule = TimeDependent(exponent=exponent, last_turn=last_turn)
        self._mirror = Mirror()

    def begin(self, turn: Turn) -> None:
        """Start without plans."""
        super().begin(turn)
        self._schedule.begin(turn)
        self._mirror.begin(turn)

    def aim(self, turn: Turn) -> float:
        """Return the weighted mean of the two targets."""
        by_time, mirrored = self._schedule.aim(turn), self._mirror.target(turn)
        return (1.0 - self.mirroring) * by_time + self.mirroring * mirrored
