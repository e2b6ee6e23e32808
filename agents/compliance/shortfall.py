"""Fall short of what was pledged without breaking the deal: performance between kept and broken."""

import math
from collections.abc import Mapping, Sequence

from agents.compliance.policy import KEEP, WITHHOLD
from simulator.errors import require
from simulator.world.party import Review

__all__ = ["Shortfall"]


class Shortfall:
    """Perform purchases and pledges by a draw for each and review, and keep all else.

    The draw is normal, and taken for 0 below it and for 1 above. Whether what comes short is a
    disregard, the scenario's `disregard` says. Purchases and pledges are the issues that have
    `purchase` or `pledge_share`; without one in any talk, and with an issue that no talk has, the
    policy is refused.

    Parameters
    ----------
    mean : float
        Share of its pledges that the country performs on average (0 to 1): mean of the normal draw.
        China bought 58 % of what it had pledged for 2020 and 2021.
    sd : float
        Spread of what the country performs of its pledges (standard deviation): of the draw, at
        least 0.
    issues : list of str or none
        Issues on which the country falls short: their ids; by default all purchases and pledges.

    References
    ----------
    Bown (2022), "China bought none of the extra $200 billion of US exports in Trump's trade deal",
    Peterson Institute for International Economics. The standard deviation is assumed.
    """

    def __init__(
        self, *, mean: float = 0.58, sd: float = 0.15, issues: Sequence[str] | None = None
    ) -> None:
        require(0 <= mean <= 1, "shortfall", "mean", mean, "from 0 to 1")
        require(0 <= sd < math.inf, "shortfall", "sd", sd, "a number of at least 0")
        known = issues is None or (len(issues) > 0 and all(isinstance(i, str) for i in issues))
        good = known and not isinstance(issues, str)
        require(good, "shortfall", "issues", issues, "a list of one or more ids of issues, or none")
        self.mean = mean
        self.sd = sd
        self.issues = issues

    @property
    def singles_out(self) -> Sequence[str] | None:
        """Ids of the issues that fall short; None for all purchases and pledges."""
        return self.issues

    def choose(self, review: Review) -> Mapping[str, float]:
        """Return what is drawn for each commitment that falls short, full quality for the rest."""
        short = review.pledges if self.issues is None else self.issues
        return {
            issue: self._drawn(review.normal(issue)) if issue in short else KEEP
            for issue in review.commitments
        }

    def _drawn(self, deviation: float) -> float:
        return min(max(self.mean + self.sd * deviation, WITHHOLD), KEEP)
