"""A threat as it stands, and what becomes of it when its date has come without a deal."""

from dataclasses import dataclass
from enum import StrEnum

from simulator.scenario.specs import ThreatPolicySpec, ThreatSpec

__all__ = ["DAYS", "Act", "Standing", "chance_of_extension", "extends"]

DAYS = 7


class Act(StrEnum):
    """What becomes of a threat in a week."""

    ANNOUNCED = "announced"
    EXTENDED = "extended"
    CARRIED_OUT = "carried out"
    ENDED = "ended"  # by a deal
    WITHDRAWN = "withdrawn"


def chance_of_extension(policy: ThreatPolicySpec, extended: int) -> float:
    """Return the probability that a date is extended, which has been `extended` so often."""
    return policy.extend * policy.after if extended else policy.extend


def extends(policy: ThreatPolicySpec, extended: int, draw: float) -> bool:
    """Return whether a date is extended, by a draw from [0, 1); else the threat is carried out."""
    return draw < chance_of_extension(policy, extended)


@dataclass(frozen=True, slots=True)
class Standing:
    """A threat as it stands."""

    spec: ThreatSpec
    given: int  # its date by the scenario, in days from the start
    day: int  # its date as it stands
    extended: int = 0  # how often the date has been extended
    times: float = 1.0  # what it has grown to
    due: bool = False  # whether its date has come
    in_effect: bool = False  # whether it is being carried out

    @property
    def week(self) -> int:
        """The week of its date."""
        return self.day // DAYS

    def has_come(self, week: int) -> bool:
        """Whether its date has come by a week, and it is not yet being carried out."""
        return self.week <= week and not self.in_effect

    @property
    def at_deadline(self) -> bool:
        """Whether its date is a deadline of its talk, and still open."""
        return self.spec.effective == "deadline" and not self.in_effect

    @property
    def chance(self) -> float:
        """How likely it is to be carried out, as its author knows: 1 while it is."""
        if self.in_effect:
            return 1.0
        return 1.0 - chance_of_extension(self.spec.policy, self.extended)

    @property
    def may_move(self) -> bool:
        """Whether its date may be extended."""
        return chance_of_extension(self.spec.policy, self.extended) > 0.0
