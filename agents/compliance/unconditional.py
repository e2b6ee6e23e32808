"""Policies that look at nothing: keep always, break by chance, follow a script."""

from collections.abc import Mapping, Sequence

from agents.compliance.policy import KEEP, WITHHOLD
from simulator.errors import require
from simulator.world.party import Review

__all__ = ["Always", "Scripted", "Volatile"]


class Always:
    """Keep every promise."""

    reliability = KEEP

    def choose(self, review: Review) -> float:
        """Return full quality."""
        return KEEP


class Volatile:
    """Disregard a deal with a fixed probability, drawn per deal and review.

    Parameters
    ----------
    probability : float
        Chance that the country disregards a deal at a review (0 to 1): it withholds in the period
        to come.
    """

    def __init__(self, *, probability: float = 0.1) -> None:
        require(0 <= probability <= 1, "volatile", "probability", probability, "from 0 to 1")
        self.probability = probability

    @property
    def reliability(self) -> float:
        """Mean quality of its performance."""
        return 1.0 - self.probability

    def choose(self, review: Review) -> float:
        """Return the quality that the draw of this deal and review gives."""
        return KEEP if self.margin(review) >= 0.0 else WITHHOLD

    def margin(self, review: Review) -> float:
        """Return by how much the draw exceeds the probability."""
        return review.uniform() - self.probability


class Scripted:
    """Play given qualities, review by review; the last one for ever after.

    Parameters
    ----------
    qualities : list of float, or table of lists
        Quality with which the country performs, review by review (0 to 1): one list for all
        commitments, or one per issue id (issues not named are kept).
    """

    def __init__(
        self, *, qualities: Sequence[float] | Mapping[str, Sequence[float]] = (1.0,)
    ) -> None:
        allowed = "a list of numbers from 0 to 1, or a table of such lists by issue"
        lists = list(qualities.values()) if isinstance(qualities, Mapping) else [qualities]
        for listed in lists:
            require(_is_script(listed), "scripted", "qualities", qualities, allowed)
        self.qualities = qualities

    def choose(self, review: Review) -> float | Mapping[str, float]:
        """Return what the script says for this review."""
        if not isinstance(self.qualities, Mapping):
            return _entry(self.qualities, review.review)
        scripts = self.qualities
        return {
            issue: _entry(scripts[issue], review.review) if issue in scripts else KEEP
            for issue in review.commitments
        }


def _is_script(value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and len(value) > 0
        and all(isinstance(quality, int | float) and 0 <= quality <= 1 for quality in value)
    )


def _entry(script: Sequence[float], review: int) -> float:
    return float(script[min(review, len(script) - 1)])
