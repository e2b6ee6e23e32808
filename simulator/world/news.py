"""What happens in a world besides offers and deals: entries of its log."""

from dataclasses import dataclass
from enum import Enum

from simulator.negotiation.talk import Talk
from simulator.scenario.specs import EventSpec, ShockSpec
from simulator.world.deals import Occasion, Period
from simulator.world.standing import Act, Standing

__all__ = ["Happening", "News", "Opening"]


class Happening(Enum):
    """What kind of news it is."""

    EVENT = "event"
    THREAT = "threat"  # that is announced, extended, carried out, ended by a deal or withdrawn
    MOVED = "moved"  # the deadline of an open talk
    FORCED = "forced"  # a disregard, by an event
    PREVENTED = "prevented"  # a disregard, by a pledge
    SHOCK = "shock"  # what a country does outside its deals
    IDLE = "idle"  # a disregard that an event could not force, nothing being owed


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened."""

    week: int
    kind: Happening
    talk: str = ""  # empty for an event and a shock
    event: EventSpec | None = None
    threat: Standing | None = None
    act: Act | None = None  # what becomes of the threat
    rounds: int = 0  # that are left of a talk whose deadline has moved
    by: str = ""  # who was to disregard, or acted
    shock: ShockSpec | None = None
    deal: str = ""  # what
    before: Period | None = None  # as it was when a disregard fell into its middle


@dataclass(frozen=True, slots=True)
class Opening:
    """That a talk opened: which, for the how-manieth time from 0, when, and how it went."""

    name: str
    number: int
    week: int
    occasion: Occasion
    by: tuple[str, ...]  # the parties that a renegotiation is to keep to the deal
    talk: Talk
    rounds: int  # to the deadline as it stood then
