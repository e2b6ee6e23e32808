"""Nice tit for tat: concede toward the Nash point as the partner does (Baarslag et al. 2013)."""

from agents.opponents.model import nash_product, others_product
from agents.strategies.demanding import ROUNDING
from agents.strategies.modelling import Modelling
from agents.strategies.strategy import Traits
from simulator.errors import require
from simulator.negotiation.negotiator import Turn

__all__ = ["NiceTitForTat"]


def conceded(first: float, last: float, nash: float) -> float:
    """Return the share of its way to the Nash point that a partner has gone, in [0, 1].

    Parameters
    ----------
    first, last, nash : float
        What its first offer, its last offer and the Nash point pay the party that asks.
    """
    if nash <= first:
        return 1.0
    return min(max((last - first) / (nash - first), 0.0), 1.0)


def bonus(time: float, deadline: float) -> float:
    """Return the share of the rest of the way that is gone because time runs out, in [0, 1].

    Parameters
    ----------
    time : float
        Relative time.
    deadline : float
        When it begins; a twentieth of the time later it is 1.
    """
    return min(max(20.0 * (time - deadline), 0.0), 1.0)


def on_the_way(nash: float, best: float, conceded: float, bonus: float) -> float:
    """Return the payoff that is so far on the way from the best to the Nash point.

    Parameters
    ----------
    nash, best : float
        What they pay.
    conceded, bonus : float
        The share that is gone because the partner has, and of the rest because time runs out.
    """
    return nash + (1.0 - conceded) * (1.0 - bonus) * (best - nash)


class NiceTitForTat(Modelling):
    """Concede as large a part of the way to the Nash point as the partner has, at first nothing.

    Where the Nash point lies, its model of the partner says. Near the deadline it goes the rest
    of the way whatever the partner does. Of the outcomes that meet its target it offers the one
    that is best for the partner (for the partners: with the largest product of their gains).
    It accepts whatever meets the target. Among several partners, the one that has conceded least
    counts, of those that have offered anything.

    Parameters
    ----------
    deadline : float
        Time from which the country gives in to the deadline (share of the talk): in [0, 1].

    References
    ----------
    Baarslag, Hindriks & Jonker (2013), "A tit for tat negotiation strategy for real-time bilateral
    negotiations", in Complex Automated Negotiations: Theories, Models, and Software Competitions.
    """

    traits = Traits(time=True, offers=True, model=True, source="Baarslag et al. 2013")

    def __init__(self, *, deadline: float = 0.91) -> None:
        super().__init__()
        require(0 <= deadline <= 1, "nice-tit-for-tat", "deadline", deadline, "from 0 to 1")
        self.deadline = deadline

    def begin(self, turn: Turn) -> None:
        """Start without knowing the partner."""
        super().begin(turn)
        self._seen = 0
        self._ends: dict[int, tuple[int, int]] = {}

    def target(self, turn: Turn) -> float:
        """Return the best payoff, less the same part of the way to the Nash point."""
        preferences = turn.preferences
        self._read(turn)
        if not self._ends:
            return preferences.best
        nash = self._nash(turn)
        gone = self._conceded(turn, nash), bonus(turn.time, self.deadline)
        return on_the_way(nash, preferences.best, *gone) - ROUNDING * preferences.span

    def choose(self, turn: Turn, target: float) -> int:
        """Return the outcome that is best for the partners among those that pay `target`."""
        preferences = turn.preferences
        products = others_product(turn, self.model)
        products[preferences.payoffs < target] = -1.0
        best = int(products.argmax())
        return int(preferences.options[best]) if products[best] >= 0.0 else preferences.best_outcome

    def _read(self, turn: Turn) -> None:
        """Note the first and the last offer of each of the others."""
        for offer in turn.offers[self._seen :]:
            if offer.seat != turn.seat:
                first = self._ends.get(offer.seat, (offer.outcome,))[0]
                self._ends[offer.seat] = first, offer.outcome
        self._seen = len(turn.offers)

    def _nash(self, turn: Turn) -> float:
        """Return what the estimated Nash point pays."""
        preferences = turn.preferences
        products = nash_product(turn, self.model)
        best = int(products.argmax())
        return float(preferences.payoffs[best]) if products[best] > 0.0 else preferences.best

    def _conceded(self, turn: Turn, nash: float) -> float:
        if turn.round == 0 and len(self._ends) < turn.parties - 1:
            return 0.0  # somebody has not had its turn; later, who offers nothing only accepts
        expected = turn.preferences.expected
        shares = (
            conceded(float(expected[first]), float(expected[last]), nash)
            for first, last in self._ends.values()
        )
        return min(shares)
