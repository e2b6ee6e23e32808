"""How far a sweep has got."""

from dataclasses import dataclass, field

__all__ = ["Progress"]


@dataclass
class Progress:
    """How far a sweep has got.

    Attributes
    ----------
    total, done, failed : int
        Runs of the whole (or of the shard), those in the folder, and those of them that failed.
    notes : list of str
        What the user should know: segments set aside, a lock taken over.
    began : float or None
        When the first chunk that was played came back, by `time.monotonic`; None before.
    before : int
        Runs done by then; as starting takes time, they do not count towards the rate.
    gaps : int
        Runs that did not fail, but lack the value of a metric, which raised.
    played, compiled : int
        Runs that were played just now, and those of them that the compiled engine has played.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)
    began: float | None = None
    before: int = 0
    gaps: int = 0
    played: int = 0
    compiled: int = 0
