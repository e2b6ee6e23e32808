"""What a scenario says, as frozen values: countries, talks, issues, threats, deals and the rest.

Each class is one table of the scenario file, and its fields are the keys of that table. They are
checked one by one here; what must hold between them is in `simulator.consistency`.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from simulator.fields import (
    Amount,
    Compliance,
    Count,
    Day,
    Effective,
    Flag,
    Label,
    Level,
    Levels,
    Name,
    Names,
    Number,
    Patience,
    Payoffs,
    Period,
    Share,
    Spread,
    Strategy,
    Text,
    Trust,
    Valuation,
)

__all__ = [
    "AudienceSpec",
    "BaseTariff",
    "BystanderSpec",
    "CountrySpec",
    "DealSpec",
    "DisregardSpec",
    "EconomySpec",
    "EventSpec",
    "HistorySpec",
    "IssueSpec",
    "PurchaseSpec",
    "RelationshipSpec",
    "Settings",
    "Table",
    "TalkSpec",
    "TariffSpec",
    "ThreatSpec",
    "ThreatenedTariff",
]


class Table(BaseModel):
    """A table of a scenario file; frozen, and without keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: Text | None = None


class CountrySpec(Table):
    """A country: how it negotiates, whether it honours, how it learns to trust."""

    id: Name
    name: Label
    region: Label | None = None
    revenue_weight: Amount = 0.0
    strategy: Strategy = Field(default="time-dependent", validate_default=True)
    compliance: Compliance = Field(default="always", validate_default=True)
    trust: Trust = Field(default="asymmetric", validate_default=True)
    patience: Patience = 1.0
    benchmark: Amount = 0.0


class BystanderSpec(Table):
    """A node of the relationship graph that does not negotiate."""

    id: Name
    name: Label
    region: Label | None = None


class TariffSpec(Table):
    """How the levels of an issue are the obligor's tariff on a party's goods, in per cent."""

    on: Name = Field(description="the party whose goods are taxed")
    share: Share = Field(description="which share of its goods exports to the obligor, 0 to 1")
    quota: Amount | None = None
    volume: Amount | None = None


class PurchaseSpec(Table):
    """What purchases or pledges are worth per US$ bn of their face value, the issue's levels."""

    of: Name = Field(description="the party that sells, or in which is invested")
    gain: Share = Field(description="what it gains by each dollar of face value, from 0 to 1")
    cost: Share = Field(description="what each dollar costs the obligor, from 0 to 1")
    face: Levels | None = None


class IssueSpec(Table):
    """One thing to agree on; payoffs in US$ bn per year, one per level and party.

    Payoffs that are not given are derived from `tariff` or `purchase`, with valuation = "economy".
    Then `political` holds what comes on top of welfare, in the obligor's eyes.
    """

    id: Name = Field(description="a name of its own in the talk, such as car-tariff")
    name: Label
    obligor: Name = Field(description="the party that must perform it")
    unit: Text = ""
    levels: Levels = Field(description="the levels in order, the first of which is no commitment")
    payoffs: Mapping[str, Payoffs] = {}
    tariff: TariffSpec | None = None
    purchase: PurchaseSpec | None = None
    political_weights: Mapping[str, Amount] = {}
    pledge_share: Mapping[str, Share] = {}
    audience_weights: Mapping[str, Amount] = {}
    face: Mapping[str, Amount] = {}
    _political: dict[str, tuple[float, ...]] = PrivateAttr(default_factory=dict)

    @property
    def political(self) -> Mapping[str, tuple[float, ...]]:
        """Per party what derived values have on top of welfare, US$ bn per year and level."""
        return self._political

    def valued(
        self,
        payoffs: Mapping[str, tuple[float, ...]],
        political: Mapping[str, tuple[float, ...]],
    ) -> "IssueSpec":
        """Return the issue with payoffs, and what is on top of them.

        Parameters
        ----------
        payoffs, political : mapping
            Party -> value per level, US$ bn per year.
        """
        valued = self.model_copy(update={"payoffs": payoffs})
        valued._political = dict(political)
        return valued


class AudienceSpec(Table):
    """A domestic audience: what it must get, and how well its negotiator knows that."""

    threshold: Number = Field(description="the payoff that it must get, in US$ bn per year")
    noise: Amount = 0.0


class TalkSpec(Table):
    """A negotiation between parties about issues, and the life of the deals it makes."""

    id: Name
    parties: Names = Field(description='two or more countries in seat order, ["home", "partner"]')
    open: Flag = True
    opens: Day
    deadline: Day | None = None
    review_weeks: Period = 13
    ratify_weeks: Count = 0
    term_weeks: Period | None = None
    renew_weeks: Period | None = None
    cooling_weeks: Count = 4
    strategy: Mapping[str, Strategy] = {}
    audience: Mapping[str, AudienceSpec] = {}
    issues: tuple[IssueSpec, ...] = ()


class ThreatenedTariff(Table):
    """A tariff that a threat raises, in per cent."""

    on: Name = Field(description="the party whose goods are taxed")
    share: Share = Field(description="which share of its goods exports to the threatening party")
    rate: Number = Field(description="the tariff on them, in per cent")
    instead: Number = Field(description="the tariff that it takes the place of, in per cent")
    cost: Amount = 0.0


class ThreatSpec(Table):
    """What a party announces it will do if there is no deal by a date."""

    id: Name
    talk: Name = Field(description="the talk it is about")
    by: Name = Field(description="the party that threatens")
    announced: Day = Field(description="the date of the announcement")
    effective: Effective = "deadline"
    payoffs: Mapping[str, Number] = {}
    tariff: ThreatenedTariff | None = None


class DealSpec(Table):
    """A deal in force at the start; issues it does not name stand at level 0."""

    id: Name | None = None
    talk: Name = Field(description="the talk that it came from")
    signed: Day = Field(description="the date of its signing")
    outcome: Mapping[str, Level] = Field(description="the level agreed on each issue")


class RelationshipSpec(Table):
    """How much two nodes hear of each other, besides their talks."""

    id: Name | None = None
    between: Names = Field(description='two countries or bystanders, ["home", "partner"]')
    weight: Share = Field(description="a number from 0 to 1")


class HistorySpec(Table):
    """A promise kept or broken before the start."""

    id: Name | None = None
    date: Day = Field(description="when it was kept or broken")
    what: Text = Field(description="a line of text")
    obligor: Name = Field(description="the country that had promised")
    beneficiaries: Names = Field(description="those to whom it had promised")
    quality: Share = Field(description="how it was honoured, from 0 (broken) to 1 (kept)")
    stake: Share = Field(description="how much was at stake, from 0 to 1")
    excused: Share = 0.0


class DisregardSpec(Table):
    """A disregard that an event forces: which deal, by whom."""

    talk: Name = Field(description="the talk whose deal is disregarded")
    by: Name = Field(description="the party that disregards it")


class EventSpec(Table):
    """What changes the world on a date: values set, threats withdrawn, a forced disregard."""

    id: Name | None = None
    date: Day = Field(description="when it happens")
    what: Text = ""
    set: Mapping[str, Any] = {}
    withdraw: Names = ()
    disregard: DisregardSpec | None = None


class BaseTariff(Table):
    """A tariff outside all talks, in per cent; `"*"` stands for all that have none of their own."""

    by: Text = Field(description="a country or bystander, or a region of the trade data")
    on: Text = Field(description="the same, or *")
    rate: Number = Field(description="the tariff, in per cent")


class EconomySpec(Table):
    """What the trade model goes by, where payoffs are derived from it."""

    elasticity: Number = 4.0
    rent_share: Share = 0.3
    tariffs: tuple[BaseTariff, ...] = ()


class Settings(Table):
    """The keys of a scenario that stand outside its tables."""

    name: Label = Field(description="the scenario's name")
    title: Text = ""
    start: Day = Field(description="the first day, such as 2025-05-19")
    weeks: Period = Field(description="how many weeks are simulated")
    rounds_per_week: Period = 5
    valuation: Valuation = "table"
    valuation_sd: Spread = 0.0
    economy: EconomySpec = EconomySpec()
    trust_period_weeks: Period = 13
    good_news: Share = 0.25
    hearsay_decay: Share = 0.5

    def week_of(self, day: datetime.date) -> int:
        """Return the week in which `day` lies, from 0; negative before the start.

        Parameters
        ----------
        day : date
            A date.
        """
        return (day - self.start).days // 7
