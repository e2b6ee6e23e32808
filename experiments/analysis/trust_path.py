"""How trust went in a run: where it began, where it was lowest and when, and where it ended."""

from typing import NamedTuple

from experiments.display import wording
from experiments.runs.record import RunRecord

__all__ = ["TrustPath", "trust_path"]


class TrustPath(NamedTuple):
    """The trust of a country in another over a run, each value in [0, 1].

    Parameters
    ----------
    start : float
        Before the first week that counts.
    low : float
        The lowest, at the start or at the end of a week.
    week : int
        The first week at whose end it was lowest; the one before those that count, if it was so
        at the start.
    end : float
        At the end of the run.
    weekly : tuple of float
        At the end of each week that the run kept; empty without the table ``trust``.
    """

    start: float
    low: float
    week: int
    end: float
    weekly: tuple[float, ...]

    @property
    def text(self) -> str:
        """Its start, lowest and end in words: ``.36 ↘ .26 (week 23) ↗ .44``."""
        return wording.trust_course(self.start, self.low, self.week, self.end)


def trust_path(run: RunRecord, observer: str, subject: str, since: int = 0) -> TrustPath:
    """Return how the trust of a country in another went in a run, or from a week on.

    From start and end alone, if the run did not keep the table ``trust``.

    Parameters
    ----------
    run : RunRecord
        The run.
    observer, subject : str
        Two different countries of it.
    since : int
        The first week that counts.
    """
    world, pair = run.world, (observer, subject)
    at = world.blueprint.witnesses.pairs.index(pair)
    kept = [(week, trusts[at]) for week, trusts, _ in world.records.rows["trust"]]
    before = [trust for week, trust in kept if week < since]
    start = before[-1] if before else world.trust_start[pair]
    kept, end = kept[len(before) :], world.trust_matrix()[pair]
    low, week = min((t, week) for week, t in [(since - 1, start), *kept, (run.weeks - 1, end)])
    return TrustPath(start, low, week, end, tuple(trust for _, trust in kept))
