"""Half time, half tit for tat."""

from agents.strategies.belief import BeliefKind
from agents.strategies.mirror import Mirror
from agents.strategies.strategy import Traits
from agents.strategies.time_dependent import Schedule
from agents.strategies.timed import Timed
from simulator.errors import require
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import SLACK

__all__ = ["Hybrid"]


def weighed(by_time: float, mirrored: float, mirroring: float) -> float:
    """Return the mean of two targets, the second of this weight."""
    return (1.0 - mirroring) * by_time + mirroring * mirrored


class Hybrid(Timed):
    """Demand a mean of what the time and what mirroring the partner would have it demand.

    ``(1 - mirroring) time-dependent target + mirroring mirrored target``; in the last turn, what it
    would get without a deal. It never asks for less than the partner has already offered. With
    resolve the mean counts no less than the floor of the time-dependent target.

    Parameters
    ----------
    exponent : float
        How late the country concedes (exponent): of the time-dependent target, above 0.
    mirroring : float
        Weight of the partner's concessions in the target of the country (0 to 1): of the mirrored
        target.
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
        resolve: float = 0.0,
        belief: BeliefKind = "none",
        noise: float = 0.0,
    ) -> None:
        super().__init__("hybrid", last_turn, resolve, belief, noise)
        require(0 <= mirroring <= 1, "hybrid", "mirroring", mirroring, "a share from 0 to 1")
        self.exponent = exponent
        self.mirroring = mirroring
        self._schedule = Schedule("hybrid", exponent, last_turn)
        self._mirror = Mirror()

    def begin(self, turn: Turn) -> None:
        """Start without plans."""
        super().begin(turn)
        self._schedule.begin()
        self._mirror.begin(turn)

    def aim(self, turn: Turn) -> float:
        """Return the weighted mean of the two targets."""
        floor = self.floor(turn)
        by_time, mirrored = self._schedule.aim(turn, floor), self._mirror.target(turn)
        mean = weighed(by_time, mirrored, self.mirroring)
        return max(mean, floor - SLACK) if self.resolve else mean
