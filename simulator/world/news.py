"""What happens in a world besides offers and deals: the log from which it is told afterwards."""

from dataclasses import dataclass
from enum import Enum

from simulator.scenario.specs import EventSpec, ThreatSpec
from simulator.world.deals import Period

__all__ = ["Happening", "News"]


class Happening(Enum):
    """What kind of news it is."""

    EVENT = "event"
    ANNOUNCED = "announced"
    DUE = "due"
    MOVED = "moved"
    FORCED = "forced"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened.

    Parameters
    ----------
    week : int
        When.
    kind : Happening
        An event; a threat announced or falling due; the deadline of an open talk moved; a
        disregard that an event forced, or one that it could not force, nothing being owed.
    talk : str
        In which talk, empty for an event.
    event : EventSpec or None
        The event.
    threat : ThreatSpec or None
        The threat.
    rounds : int
        Rounds that are left of a talk whose deadline has moved.
    by, deal : str
        Who was to disregard which deal.
    before : Period or None
        The period as it was when the disregard fell into its middle; None at a review.
    """

    week: int
    kind: Happening
    talk: str = ""
    event: EventSpec | None = None
    threat: ThreatSpec | None = None
    rounds: int = 0
    by: str = ""
    deal: str = ""
    before: Period | None = None
