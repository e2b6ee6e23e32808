"""The course of a run, as far as metrics go by it: signings, deals, trust, threats and payoffs."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.runs.forecasts import Forecast, of_run
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Status
from simulator.world.standing import Act

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = ["Course", "Matrix", "Signing", "WorldCourse", "takes"]

#: A number for each ordered pair of countries: who relies, and on whom.
Matrix = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Signing:
    """A deal signed during the run.

    Its distance to the Nash point is NaN, and what it is worth to each party if all keep it (US$ bn
    a year) empty, if the run did not keep its deals.
    """

    talk: str
    week: int
    rejected: bool  # at home
    takes: bool  # whether somebody takes what it has not got today
    nash_distance: float
    worth: Mapping[str, float]


class Course(ABC):
    """What metrics go by: read from the world at the end, or from the tables that were kept."""

    @property
    @abstractmethod
    def scenario(self) -> Scenario:
        """What was played."""

    @property
    @abstractmethod
    def signings(self) -> Sequence[Signing]:
        """The deals signed during the run, without those in force at the start."""

    @property
    @abstractmethod
    def bound(self) -> set[str]:
        """The talks with a deal in force at the end."""

    @property
    @abstractmethod
    def trust(self) -> Matrix:
        """The trust of each in each at the end."""

    @property
    @abstractmethod
    def trust_start(self) -> Matrix:
        """The trust of each in each before the first week."""

    @property
    @abstractmethod
    def lowest_weekly_trust(self) -> Matrix:
        """The lowest trust of each in each at the end of a week that was kept."""

    @property
    def lowest_trust(self) -> Matrix:
        """The lowest trust of each in each, at the start or at the end of a week."""
        start = self.trust_start
        return {pair: min(start[pair], low) for pair, low in self.lowest_weekly_trust.items()}

    @property
    @abstractmethod
    def credibility(self) -> Matrix:
        """The credibility of each in the eyes of each at the end."""

    @property
    @abstractmethod
    def forecasts(self) -> Sequence[Forecast]:
        """Trust, and the performance that followed, review by review."""

    @property
    @abstractmethod
    def acts(self) -> Mapping[Act, int]:
        """How often each thing became of a threat."""

    @property
    @abstractmethod
    def shocks(self) -> int:
        """How often a country acted outside its deals by chance."""

    @property
    @abstractmethod
    def prevented(self) -> int:
        """How often a pledge prevented a disregard."""

    @property
    @abstractmethod
    def cumulative(self) -> Mapping[str, float]:
        """The weighted payoffs of each country, discounted, US$ bn."""


class WorldCourse(Course):
    """The course of a run by its world at the end."""

    def __init__(self, world: "Simulation") -> None:
        self.world = world

    @property
    def scenario(self) -> Scenario:
        """What was played, as it was before the first event."""
        return self.world.first

    @cached_property
    def signings(self) -> list[Signing]:
        """The deals signed; with distances if the table ``deals`` is kept."""
        ledger = self.world.ledger
        kept = {row[0]: row[1:] for row in self.world.records.rows["deals"]}
        bases = {key: track.plan.bases for key, track in self.world.tracks.items()}
        return [
            Signing(
                deal.talk,
                deal.signed,
                ledger.status(deal.id) is Status.REJECTED,
                takes(deal.levels, bases[deal.talk]),
                kept[deal.id][2] if deal.id in kept else math.nan,
                dict(zip(deal.parties, kept[deal.id][0], strict=True)) if deal.id in kept else {},
            )
            for deal in ledger.deals.values()
            if not ledger.is_initial(deal.id)
        ]

    @property
    def bound(self) -> set[str]:
        """The talks with a deal in force at the end."""
        ledger = self.world.ledger
        return {d.talk for d in ledger.deals.values() if ledger.status(d.id) == Status.IN_FORCE}

    @property
    def trust(self) -> Matrix:
        """The trust of each in each at the end."""
        return self.world.trust_matrix()

    @property
    def trust_start(self) -> Matrix:
        """The trust of each in each before the first week."""
        return self.world.trust_start

    @property
    def lowest_weekly_trust(self) -> Matrix:
        """The lowest trust of each in each, of a run that has kept the table ``trust``."""
        weeks = (trusts for _, trusts, _ in self.world.records.rows["trust"])
        return dict(zip(self.trust_start, map(min, zip(*weeks, strict=True)), strict=True))

    @property
    def credibility(self) -> Matrix:
        """The credibility of each in the eyes of each at the end."""
        return self.world.credibility_matrix()

    @property
    def forecasts(self) -> list[Forecast]:
        """The forecasts of a run that has kept the table ``performance``."""
        return of_run(self.world)

    @property
    def acts(self) -> Mapping[Act, int]:
        """How often each thing became of a threat."""
        return self.world.acts

    @property
    def shocks(self) -> int:
        """How often a country acted outside its deals by chance."""
        return self.world.shocks

    @property
    def prevented(self) -> int:
        """How often a pledge prevented a disregard."""
        return self.world.prevented

    @property
    def cumulative(self) -> dict[str, float]:
        """The weighted payoffs of each country, discounted as in its books, US$ bn."""
        return {key: account.cumulative for key, account in self.world.totals.items()}


def takes(levels: Sequence[int], bases: Sequence[int]) -> bool:
    """Return whether on some issue a deal stands before the status quo, by their positions."""
    return any(level < base for level, base in zip(levels, bases, strict=True))
