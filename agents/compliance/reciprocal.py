"""Policies that answer the partner's conduct under the same deal."""

from agents.compliance.policy import KEEP, WITHHOLD
from simulator.errors import require
from simulator.world.party import Review, disregarded

__all__ = ["Generous", "Grim", "LimitedPunishment", "Reciprocal"]


class Reciprocal:
    """Tit for tat: withhold after a period in which a partner did.

    References
    ----------
    Axelrod (1984), The Evolution of Cooperation.
    """

    reliability = KEEP  # towards a partner that keeps its part

    def choose(self, review: Review) -> float:
        """Return what the partner did in the period just ended."""
        return WITHHOLD if _provoked(review) else KEEP


class Generous:
    """Tit for tat that lets a disregard pass now and then.

    Parameters
    ----------
    forgiveness : float
        Chance that the country lets a disregard pass (0 to 1).

    References
    ----------
    Nowak & Sigmund (1992), "Tit for tat in heterogeneous populations", Nature 355.
    """

    reliability = KEEP  # towards a partner that keeps its part

    def __init__(self, *, forgiveness: float = 1 / 3) -> None:
        require(0 <= forgiveness <= 1, "generous", "forgiveness", forgiveness, "from 0 to 1")
        self.forgiveness = forgiveness

    def choose(self, review: Review) -> float:
        """Return what the partner did, or full quality if the draw forgives it."""
        if _provoked(review) and review.uniform() >= self.forgiveness:
            return WITHHOLD
        return KEEP


class Grim:
    """Never perform a deal again once a partner has disregarded it.

    References
    ----------
    Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38.
    """

    reliability = KEEP  # towards a partner that keeps its part

    def choose(self, review: Review) -> float:
        """Return full quality unless a partner ever withheld under this deal."""
        broken = any(disregarded(partner, review.disregard) for _, partner in review.past)
        return WITHHOLD if broken else KEEP


class LimitedPunishment:
    """Withhold for a number of periods after a disregard, then start afresh.

    What partners do during the punishment does not prolong it.

    Parameters
    ----------
    periods : int
        Length of the punishment by the country (review periods): from 1.

    References
    ----------
    Mailath & Samuelson (2006), Repeated Games and Reputations, chapter 2.
    """

    reliability = KEEP  # towards a partner that keeps its part

    def __init__(self, *, periods: int = 2) -> None:
        good = periods >= 1 and periods % 1 == 0
        require(good, "limited-punishment", "periods", periods, "a whole number from 1")
        self.periods = periods

    def choose(self, review: Review) -> float:
        """Return full quality unless a punishment is under way."""
        left = 0
        for _, partner in review.past:
            if left:
                left -= 1
            elif disregarded(partner, review.disregard):
                left = self.periods
        return WITHHOLD if left else KEEP


def _provoked(review: Review) -> bool:
    return bool(review.past) and disregarded(review.past[-1][1], review.disregard)
