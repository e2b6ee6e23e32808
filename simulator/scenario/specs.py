"""What a scenario says, as frozen values: countries, talks, issues, threats, deals and the rest.

Each class is one table of the scenario file, its fields are the keys of that table, and what a key
means stands below it. They are checked one by one here; what must hold between them is in
`simulator.scenario.cross_checks`.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from simulator.scenario.field_types import (
    Amount,
    AnyLevel,
    Compliance,
    Count,
    Day,
    Effective,
    Flag,
    Inside,
    Kind,
    Label,
    Levels,
    Name,
    Names,
    Number,
    Patience,
    Payoffs,
    PositiveCount,
    Share,
    Spread,
    Strategy,
    Text,
    Towards,
    Trust,
    ValuedBy,
)

__all__ = [
    "AudienceSpec",
    "BaseTariff",
    "BystanderSpec",
    "CoalitionSpec",
    "CountrySpec",
    "DealSpec",
    "DisregardSpec",
    "EconomySpec",
    "EventSpec",
    "EvidenceSpec",
    "HistorySpec",
    "IssueSpec",
    "PurchaseSpec",
    "RelationshipSpec",
    "Settings",
    "ShockSpec",
    "Table",
    "TalkSpec",
    "TariffSpec",
    "ThreatPolicySpec",
    "ThreatSpec",
    "ThreatenedTariff",
]


class Table(BaseModel):
    """A table of a scenario file; frozen, and without keys that it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    source: Text | None = None
    """Where the numbers of the table come from; nothing goes by it."""


class ShockSpec(Table):
    """What a country does outside its deals by chance, drawn once a week, with what it says of it.

    One act, of which each learns once: those towards whom it was, by experience; others by what
    they hear.
    """

    probability: Share
    """The probability that it happens in a week."""
    stake: Share
    """How much is at stake, from 0 to 1: the weight of the evidence."""
    quality: Share = 0.0
    """What it says of how its promises are kept, from 0 (broken faith) to 1; one half is
    neutral."""
    towards: Towards = ("*",)
    """Countries or bystanders that it concerns; `"*"` for all other countries."""


class CountrySpec(Table):
    """A country: how it negotiates, whether it honours, how it learns to trust."""

    id: Name
    """Its key."""
    name: Label
    """What people call it; its key by default."""
    region: Label | None = None
    """Its region in the trade data; where payoffs are derived, a country with tariffs needs one."""
    revenue_weight: Amount = 0.0
    """How much more a dollar of tariff revenue counts for it than a dollar of income, where
    payoffs are derived."""
    strategy: Strategy = Field(default="time-dependent", validate_default=True)
    """What it offers and what it accepts, in talks that do not say otherwise."""
    compliance: Compliance = Field(default="always", validate_default=True)
    """Whether it honours the deals in force."""
    conduct: Text = ""
    """Why that is assumed of it, where its history makes others expect something else; shown, and
    nothing goes by it."""
    trust: Trust = Field(default="asymmetric", validate_default=True)
    """How evidence moves its trust in the others."""
    credibility: Trust = Field(default="fixed:t0=1", validate_default=True)
    """How evidence moves the credibility, in its eyes, of the others' threats; by default it takes
    every threat at its word."""
    patience: Patience = 1.0
    """Discount factor per week of its aspiration in a talk."""
    discount: Patience | None = None
    """Discount factor per week of the cumulative payoffs, and of the future in an opportunist's
    choice; its patience by default."""
    benchmark: Amount = 0.0
    """Weight of what a peer got of the same partner: by how many dollars an outcome is marked down
    for each dollar that it is worse; 0 does not look."""
    shocks: ShockSpec | None = None
    """What it does outside its deals, by chance; nothing by default."""

    @property
    def discounting(self) -> float:
        """The discount factor per week in its books."""
        return self.patience if self.discount is None else self.discount


class BystanderSpec(Table):
    """A node of the relationship graph that does not negotiate."""

    id: Name
    """Its key."""
    name: Label
    """What people call it; its key by default."""
    region: Label | None = None
    """Its region in the trade data, for tariffs on it."""


class TariffSpec(Table):
    """How the levels of an issue are the obligor's tariff on a party's goods, in per cent."""

    on: Name
    """The party whose goods are taxed."""
    share: Share
    """Which share of its goods exports to the obligor, 0 to 1."""
    quota: Amount | None = None
    """How many units come in at the lower rate, in any unit; the rest pays what it does without a
    deal. With volume."""
    volume: Amount | None = None
    """How many units are shipped, in the unit of the quota, which needs it; beyond the quota the
    tariff changes nothing at the margin and is a rent to the exporter."""


class PurchaseSpec(Table):
    """What purchases or pledges are worth per US$ bn of their face value, the issue's levels."""

    of: Name
    """The party that sells, or in which is invested."""
    gain: Share
    """What it gains by each dollar of face value, from 0 to 1."""
    cost: Share
    """What each dollar costs the obligor, from 0 to 1."""
    face: Levels | None = None
    """Face value of each level, US$ bn a year; by default the levels are that."""


class IssueSpec(Table):
    """One thing to agree on; payoffs in US$ bn per year, one per level and party.

    Payoffs that are not given are derived from `tariff` or `purchase`, with valuation = "economy".
    Then `political` holds what comes on top of welfare, in the obligor's eyes.
    """

    id: Name
    """A name of its own in the talk, such as car-tariff; the same in every talk in which the same
    thing is at stake, by which parties compare."""
    name: Label
    """What people call it; its id by default."""
    obligor: Name
    """The party that must perform it."""
    unit: Text = ""
    """Unit of the levels."""
    levels: Levels
    """The levels in order, from the worst for the other side to what the obligor gives at most."""
    status_quo: AnyLevel | None = None
    """The level that stands without a deal, which is no commitment: the first by default. Those
    before it are what a deal allows the obligor to take."""
    payoffs: Mapping[str, Payoffs] = {}
    """Per party, what each level is worth, US$ bn a year, measured from the status quo: 0 at the
    first level where that is the status quo. Needed unless derived."""
    tariff: TariffSpec | None = None
    """What payoffs derive from, where the issue is a tariff."""
    purchase: PurchaseSpec | None = None
    """What payoffs derive from, where the issue is a purchase or a pledge."""
    political_weights: Mapping[str, Amount] = {}
    """Per party, what its values are multiplied by, since a protected sector weighs more than its
    dollars; of a derived tariff, what the rent of the sector weighs. 1 by default."""
    pledge_share: Mapping[str, Share] = {}
    """Per party, the share of the face value at which it books the issue. 1 by default."""
    audience_weights: Mapping[str, Amount] = {}
    """Per party, what its values are multiplied by in the eyes of its audience, on top of the
    political weight. 1 by default."""
    face: Mapping[str, Amount] = {}
    """Per party, the cost of each step from the status quo on, US$ bn a year; counts in talks
    alone. 0 by default."""
    assurance: tuple[Share, ...] = ()
    """Where the issue is a pledge to observe the deal: per level the probability, from 0 to 1, with
    which it prevents that the obligor disregards its other commitments in the deal."""
    enforced: Flag = False
    """Whether a third party enforces that pledge: then it counts even where there is no trust."""
    _political: dict[str, tuple[float, ...]] = PrivateAttr(default_factory=dict)

    @property
    def base(self) -> int:
        """Position of the status quo among the levels, the first if it is none of them."""
        return self.levels.index(self.status_quo) if self.status_quo in self.levels else 0

    def measured(self) -> "IssueSpec":
        """Return the issue with its payoffs measured from the status quo that it names."""
        if self.status_quo is None or not self.payoffs:
            return self
        base = self.base
        payoffs = {
            party: tuple(value - values[base] for value in values) if len(values) > base else values
            for party, values in self.payoffs.items()
        }
        return self.model_copy(update={"payoffs": payoffs})

    @property
    def political(self) -> Mapping[str, tuple[float, ...]]:
        """Per party what derived values have on top of welfare, US$ bn per year and level."""
        return self._political

    def valued(
        self, payoffs: Mapping[str, Payoffs], political: Mapping[str, Payoffs]
    ) -> "IssueSpec":
        """Return the issue with payoffs, and what is on top, per party and level, US$ bn a year."""
        valued = self.model_copy(update={"payoffs": payoffs})
        valued._political = dict(political)
        return valued


class AudienceSpec(Table):
    """A domestic audience: what it must get, and how well its negotiator knows that."""

    threshold: Number
    """The payoff that it must get, in US$ bn per year."""
    noise: Amount = 0.0
    """Standard deviation of the negotiator's error about the threshold, US$ bn a year."""


class TalkSpec(Table):
    """A negotiation between parties about issues, and the life of the deals it makes."""

    id: Name
    """Its key."""
    parties: Names
    """Two or more countries in seat order, ["home", "partner"]."""
    open: Flag = True
    """Whether it is ever held; if not, it only carries the deal that is in force."""
    opens: Day
    """The day it opens; the start by default."""
    deadline: Day | None = None
    """The day it ends without agreement; needed if it is open."""
    review_weeks: PositiveCount = 13
    """Weeks from one review of a deal to the next."""
    ratify_weeks: Count = 0
    """Weeks from signing to ratification and entry into force."""
    term_weeks: PositiveCount | None = None
    """Weeks for which a deal is in force; for ever by default."""
    renew_weeks: PositiveCount | None = None
    """How many weeks before a deal expires the talk about its renewal opens; never by default."""
    renegotiate_weeks: PositiveCount | None = None
    """How many weeks before a review of a deal a talk about other terms opens, if some party would
    disregard it there; never by default."""
    cooling_weeks: Count = 4
    """Weeks until the talk reopens after it has failed, an audience has rejected its deal or the
    deal has collapsed."""
    strategy: Mapping[str, Strategy] = {}
    """Per party, the strategy it plays in this talk, in place of its own."""
    audience: Mapping[str, AudienceSpec] = {}
    """Per party, the audience that has to pass a deal; parties without one need not ask."""
    issues: tuple[IssueSpec, ...] = ()
    """What there is to agree on; one is needed at least."""


class ThreatenedTariff(Table):
    """A tariff that a threat raises, in per cent."""

    on: Name
    """The party whose goods are taxed."""
    share: Share
    """Which share of its goods exports to the threatening party."""
    rate: Number
    """The tariff on them, in per cent, above -100."""
    instead: Number
    """The tariff that it takes the place of, in per cent."""
    cost: Amount = 0.0
    """What carrying it out costs the threatening party besides, US$ bn a year."""


class ThreatPolicySpec(Table):
    """What a party does with its threat when the date has come and there is no deal."""

    extend: Share = 0.0
    """Probability that it extends the date, from 0 to 1; else it carries the threat out."""
    weeks: PositiveCount = 4
    """By how many weeks."""
    raise_: Amount = Field(default=0.0, alias="raise")
    """By what share the threat grows with each extension."""
    after: Amount = 1.0
    """What `extend` is multiplied by once the date has been extended; with it at most 1."""


class ThreatSpec(Table):
    """What a party announces it will do if there is no deal by a date."""

    id: Name
    """By what paths and events address it; `<by>-<talk>` by default."""
    talk: Name
    """The talk it is about."""
    by: Name
    """The party that threatens."""
    announced: Day
    """The date of the announcement."""
    effective: Effective = "deadline"
    """When it falls due: with the deadline of the talk, with which it moves until then, or on a
    date."""
    issue: Name | None = None
    """The issue that it is about, of which the threatening party is the obligor; with level, in the
    place of payoffs."""
    level: AnyLevel | None = None
    """The level of that issue which it threatens, one before the status quo: carrying it out is
    worth to everybody what that level is worth."""
    cost: Amount = 0.0
    """What carrying it out costs the threatening party besides, US$ bn a year; with a level."""
    policy: ThreatPolicySpec = ThreatPolicySpec()
    """What happens at the date if there is no deal: by default it is carried out."""
    answers: Name | None = None
    """The id of another party's threat in the talk that it answers: it is announced no earlier, and
    withdrawn with that one."""
    suspended: Flag = False
    """Whether its date waits while the talk is under way."""
    payoffs: Mapping[str, Number] = {}
    """Per party, what carrying it out is worth, US$ bn a year. Those not given are 0, or derived
    from `tariff`; one is needed unless derived, or an issue and a level."""
    tariff: ThreatenedTariff | None = None
    """What payoffs derive from, where the threat is a tariff."""


class CoalitionSpec(Table):
    """Countries that answer one of their partners together, each in its own talk."""

    id: Name
    """By what paths address it."""
    members: Names
    """Two or more countries that threaten the same one."""
    against: Name
    """Whom: without a deal with any of them, it reckons with the threats of all."""
    part_ends: Flag = False
    """Whether a deal with a member ends that member's part; if not, it ends with the last deal."""


class DealSpec(Table):
    """A deal in force at the start; issues it does not name stand at the status quo."""

    id: Name | None = None
    """By what paths address it."""
    talk: Name
    """The talk that it came from."""
    signed: Day
    """The date of its signing."""
    outcome: Mapping[str, AnyLevel]
    """The level agreed on each issue; those not named stand at the status quo."""


class RelationshipSpec(Table):
    """How much two nodes hear of each other, besides their talks."""

    id: Name | None = None
    """By what paths and events address it."""
    between: Names
    """Two countries or bystanders, ["home", "partner"]."""
    weight: Share
    """A number from 0 to 1: what is left of the news of one when it reaches the other."""


class HistorySpec(Table):
    """A promise kept or broken, or a threat carried out or not, before the start."""

    id: Name | None = None
    """By what paths address it."""
    kind: Kind = "promise"
    """What it is evidence of: "promise", how far the country is to be relied on, or "threat", how
    far its threats are to be believed."""
    date: Day
    """When it was kept or broken, carried out or not."""
    what: Text
    """A line of text."""
    obligor: Name
    """The country that had promised, or threatened."""
    beneficiaries: Names
    """Those to whom it had promised, or whom it had threatened."""
    quality: Share
    """How it was honoured, from 0 (broken) to 1 (kept); of a threat 1 carried out, 0 not."""
    stake: Share
    """How much was at stake, from 0 to 1."""
    excused: Share = 0.0
    """How far it is excused; the weight of the evidence is the stake times what is not."""


class DisregardSpec(Table):
    """A disregard that an event forces: which deal, by whom."""

    talk: Name
    """The talk whose deal is disregarded."""
    by: Name
    """The party that disregards it."""


class EvidenceSpec(Table):
    """What an event says of a country, outside any deal: an announcement, a tariff, an assurance.

    One act, of which each learns once: those towards whom it was, by experience; others by what
    they hear.
    """

    kind: Kind = "promise"
    """Of what it is evidence: of how its promises are kept, or of how its threats are carried
    out."""
    by: Name
    """The country that it tells of."""
    towards: Towards
    """Countries or bystanders that it concerns; `"*"` for all other countries."""
    quality: Share
    """What it says, from 0 (broken faith) to 1 (kept); one half is neutral."""
    stake: Share
    """How much is at stake, from 0 to 1: the weight of the evidence."""


class EventSpec(Table):
    """What changes the world on a date: values set, threats withdrawn, a disregard, evidence."""

    id: Name | None = None
    """By what paths address it."""
    date: Day
    """When it happens."""
    what: Text = ""
    """A line of text, for the transcript."""
    set: Mapping[str, Any] = {}
    """Values by dotted path, from the week of the event on."""
    withdraw: Names = ()
    """Ids of threats that are withdrawn."""
    disregard: DisregardSpec | None = None
    """A disregard that takes place whatever the policy of the party says."""
    evidence: EvidenceSpec | None = None
    """What it says of a country, outside any deal."""


class BaseTariff(Table):
    """A tariff outside all talks, in per cent; `"*"` stands for all that have none of their own."""

    by: Text
    """A country or bystander, or a region of the trade data."""
    on: Text
    """The same, or *."""
    rate: Number
    """The tariff, in per cent, above -100."""


class EconomySpec(Table):
    """What the trade model goes by, where payoffs are derived from it."""

    elasticity: Number = 4.0
    """Elasticity of trade, above 0."""
    rent_share: Share = 0.3
    """How many dollars more the producers of a protected sector sell for each dollar of taxed
    imports; the rent that a political weight weighs."""
    tariffs: tuple[BaseTariff, ...] = ()
    """Tariffs in force without any deal; those on one region go before those on all."""


class Settings(Table):
    """The keys of a scenario that stand outside its tables."""

    name: Label
    """The scenario's name."""
    title: Text = ""
    """What it is about, in a line."""
    start: Day
    """The first day, such as 2025-05-19."""
    weeks: PositiveCount
    """How many weeks are simulated."""
    rounds_per_week: PositiveCount = 5
    """Rounds that each open talk holds a week."""
    valuation: ValuedBy = "table"
    """By what outcomes are valued: the payoffs in the file, or, where it has none, the trade
    model."""
    valuation_sd: Spread = 0.0
    """Standard deviation of the logarithm of the factor, with mean 1, that is drawn once per run
    for each talk, issue and party, and multiplies the values."""
    economy: EconomySpec = EconomySpec()
    """What the trade model goes by, with valuation = "economy"."""
    disregard: Inside = 0.5
    """The quality below which a performance is a disregard, and who performs so withholds; as
    evidence it is neutral."""
    trust_period_weeks: PositiveCount = 13
    """Weeks in the period that trust models count time in."""
    good_news: Share = 0.25
    """Factor on the weight of kept promises, and of threats carried out, that are only heard of."""
    hearsay_decay: Share = 0.5
    """What is left of news after each further edge."""

    reciprocity: Flag = False
    """Whether a party reckons in a talk that it will stop paying once it has been let down."""
    typical_seed: Count = 0
    """The seed of the run that is played if none is asked for, which changes nothing in any run: of
    one that is near the middle of many."""

    def week_of(self, day: datetime.date) -> int:
        """Return the week in which `day` lies, from 0; negative before the start."""
        return (day - self.start).days // 7
