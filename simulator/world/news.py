"""What happens in a world besides offers and deals: entries of its log."""

from dataclasses import dataclass
from enum import Enum

from simulator.negotiation.talk import Talk
from simulator.scenario.specs import EventSpec, ThreatSpec
from simulator.world.deals import Period

__all__ = ["Happening", "News", "Opening"]


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


@dataclass(frozen=True, slots=True)
class Opening:
    """That a talk opened: which, for the how-manieth time from 0, when, and how it went.

    Parameters
    ----------
    name : str
        The talk's key.
    number, week : int
        The opening, from 0, and its week.
    renewal : bool
        Whether a deal in force is to be renewed.
    talk : Talk
        The negotiation itself.
    rounds : int
        Rounds from the opening to the deadline as it stood then.
    """

    name: str
    number: int
    week: int
    renewal: bool
    talk: Talk
    rounds: int
