"""What strategies share that choose their offers by a model of the partner."""

from agents.opponents.frequency import Frequency
from agents.opponents.model import OpponentModel
from agents.strategies.belief import BeliefKind
from agents.strategies.demanding import Demanding
from agents.strategies.time_dependent import Schedule
from agents.strategies.timed import Timed
from simulator.negotiation.clock import LastTurn
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Preferences

__all__ = ["Modelling", "TimedModelling"]


class Modelling(Demanding):
    """A strategy that demands a payoff, and chooses what pays it by a model of the partner.

    It accepts whatever meets the target, though its own next offer may pay it more.
    """

    model: OpponentModel  # the frequency model, unless it is composed with another one

    def __init__(self) -> None:
        self.model = Frequency()
        self._planned: tuple[Preferences, int, int, int] | None = None

    def begin(self, turn: Turn) -> None:
        """Start with no picture of the partner."""
        super().begin(turn)
        self.model.begin(turn)
        self._planned = None

    def propose(self, turn: Turn) -> int:
        """Return the outcome chosen at the target of this turn; worked out once a turn."""
        planned = self._planned
        if (
            planned is None
            or planned[0] is not turn.preferences
            or planned[1:3] != (turn.round, len(turn.offers))
        ):
            outcome = super().propose(turn)
            self._planned = planned = (turn.preferences, turn.round, len(turn.offers), outcome)
        return planned[3]


class TimedModelling(Modelling, Timed):
    """A strategy whose demands depend on time, and whose choice on a model of the partner.

    It has the `exponent` of time-dependent, above 0, and what all strategies of that kind have;
    messages call it by its name. A belief raises its floor, and leaves the choice to the model.
    """

    def __init__(
        self,
        name: str,
        exponent: float,
        last_turn: LastTurn,
        resolve: float,
        belief: BeliefKind,
        noise: float,
    ) -> None:
        Modelling.__init__(self)
        Timed.__init__(self, name, last_turn, resolve, belief, noise)
        self.exponent = exponent
        self._schedule = Schedule(name, exponent, last_turn)

    def begin(self, turn: Turn) -> None:
        """Start with no plans and no picture of the partner."""
        super().begin(turn)
        self._schedule.begin()

    def aim(self, turn: Turn) -> float:
        """Return the time-dependent payoff of this round."""
        return self._schedule.aim(turn, self.floor(turn))
