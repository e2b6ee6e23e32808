"""Concede as the partner does, relative to what was asked before (Faratin et al. 1998)."""

from abc import abstractmethod
from collections.abc import Sequence

from agents.strategies.demanding import ROUNDING, Demanding
from agents.strategies.mirror import within_range
from agents.strategies.strategy import Traits
from simulator import draws
from simulator.arithmetic import power
from simulator.errors import require
from simulator.negotiation.negotiator import Turn
from simulator.negotiation.payoffs import Preferences

__all__ = ["AveragedTitForTat", "RandomTitForTat", "RelativeTitForTat"]

_SOURCE = "Faratin et al. 1998"


def remaining(before: float, after: float) -> float:
    """Return the share of a party's demand that is left after a concession.

    Parameters
    ----------
    before, after : float
        What its offers gave the other, as shares of the other's range, in [0, 1]; its demand is
        the rest of the range.
    """
    return (1.0 - after) / (1.0 - before) if before < 1.0 else 1.0


def asked(demand: float, floor: float, span: float) -> float:
    """Return the payoff to ask for at a demand, which is a share of the range."""
    return floor + demand * span - span * ROUNDING


def relative_step(demand: float, before: float, after: float) -> float:
    """Return the demand shrunk by the percentage by which the partner shrank its own."""
    return demand * remaining(before, after)


def averaged_step(demand: float, before: float, after: float, count: int) -> float:
    """Return the demand shrunk by the mean percentage of so many concessions."""
    return demand * power(remaining(before, after), 1.0 / count)


def random_step(demand: float, before: float, after: float, spread: float, drawn: float) -> float:
    """Return the demand less the partner's concession, moved by a draw from [0, 1)."""
    return demand - (after - before) + spread * (2.0 * drawn - 1.0)


class TitForTat(Demanding):
    """Ask for everything, and for less from turn to turn as the partner concedes.

    A strategy of this kind has its own `step`. Among several partners the one that concedes least
    counts, of those that have offered anything.
    """

    def begin(self, turn: Turn) -> None:
        """Start with a demand for everything."""
        self._opened = turn.week
        self._forget()

    def _forget(self) -> None:
        self._known: Preferences | None = None
        self._seen = 0
        self._given: dict[int, list[float]] = {}
        self._demands: dict[int, float] = {}

    def target(self, turn: Turn) -> float:
        """Return what is asked for at this turn."""
        preferences = turn.preferences
        if self._known is not preferences:
            self._forget()
            self._known = preferences
        for offer in turn.offers[self._seen :]:
            if offer.seat != turn.seat:
                self._take(turn, offer.seat, offer.outcome)
        self._seen = len(turn.offers)
        demand = max(self._demands.values(), default=1.0)
        if turn.round == 0 and len(self._demands) < turn.parties - 1:
            demand = 1.0  # somebody has not had its turn; later, who offers nothing only accepts
        return asked(demand, preferences.floor, preferences.span)

    def _take(self, turn: Turn, seat: int, outcome: int) -> None:
        given = self._given.setdefault(seat, [])
        given.append(within_range(turn.preferences.share(outcome)))
        demand = self.step(turn, seat, self._demands.get(seat, 1.0), given)
        self._demands[seat] = within_range(demand)

    @abstractmethod
    def step(self, turn: Turn, seat: int, demand: float, given: Sequence[float]) -> float:
        """Return the share of its range to ask for after one more offer of the party at `seat`.

        `demand` is the share asked for before, `given` what each offer of that party has given,
        in shares as well, oldest first.
        """


class RelativeTitForTat(TitForTat):
    """Shrink the demand by the percentage by which the partner shrank its own `delay` turns ago.

    A party's demand is what it keeps from the other: the other's best payoff less what the offer
    gives it.

    Parameters
    ----------
    delay : int
        Delay with which the country answers a concession (turns): from 1.
    """

    traits = Traits(offers=True, source=_SOURCE)

    def __init__(self, *, delay: int = 1) -> None:
        require(delay >= 1, "relative-tit-for-tat", "delay", delay, "a whole number from 1")
        self.delay = delay
        self._forget()

    def step(self, turn: Turn, seat: int, demand: float, given: Sequence[float]) -> float:
        """Return the demand shrunk by the same percentage."""
        if len(given) <= self.delay:
            return demand
        return relative_step(demand, given[-1 - self.delay], given[-self.delay])


class AveragedTitForTat(TitForTat):
    """Shrink the demand by the partner's average percentage over its last `window` concessions.

    The average of percentages that follow each other is their geometric mean.

    Parameters
    ----------
    window : int
        Concessions of its partner over which the country averages (number): from 1, which is
        relative tit for tat.
    """

    traits = Traits(offers=True, source=_SOURCE)

    def __init__(self, *, window: int = 3) -> None:
        require(window >= 1, "averaged-tit-for-tat", "window", window, "a whole number from 1")
        self.window = window
        self._forget()

    def step(self, turn: Turn, seat: int, demand: float, given: Sequence[float]) -> float:
        """Return the demand shrunk by the mean percentage."""
        count = min(self.window, len(given) - 1)
        if count < 1:
            return demand
        return averaged_step(demand, given[-1 - count], given[-1], count)


class RandomTitForTat(TitForTat):
    """Give in by as much as the partner did `delay` turns ago, give or take a draw.

    Parameters
    ----------
    delay : int
        Delay with which the country answers a concession (turns): from 1.
    spread : float
        Most by which chance moves the demand of the country either way (share of the range): from 0
        to 1.
    """

    traits = Traits(stochastic=True, offers=True, source=_SOURCE)

    def __init__(self, *, delay: int = 1, spread: float = 0.05) -> None:
        name = "random-tit-for-tat"
        require(delay >= 1, name, "delay", delay, "a whole number from 1")
        require(0 <= spread <= 1, name, "spread", spread, "a share from 0 to 1")
        self.delay = delay
        self.spread = spread
        self._forget()

    def step(self, turn: Turn, seat: int, demand: float, given: Sequence[float]) -> float:
        """Return the demand less the partner's concession, moved by the draw of that offer."""
        if len(given) <= self.delay:
            return demand
        ids = (turn.talk, turn.party, str(seat))
        drawn = draws.uniform(turn.seed, "tit-for-tat", ids, self._opened, len(given))
        before, after = given[-1 - self.delay], given[-self.delay]
        return random_step(demand, before, after, self.spread, drawn)
