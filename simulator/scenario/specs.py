"""What a scenario says, as frozen values: countries, talks, issues, threats, deals and the rest.

Each class is one table of the scenario file, its fields are the keys of that table, and what a key
means stands below it. They are checked one by one here; what must hold between them is in
`simulator.scenario.cross_checks`.
"""

import datetime
from collections.abc import Mapping, Sequence
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
    Labels,
    Levels,
    Name,
    Names,
    Number,
    Patience,
    Payoffs,
    PositiveCount,
    Row,
    Rows,
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
    "TradeSpec",
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
    """Chance that the country acts outside its deals in a week (0 to 1)."""
    stake: Share
    """Stake of what the country does outside its deals (0 to 1): the weight of the evidence."""
    quality: Share = 0.0
    """Quality of what the country does outside its deals (0 to 1): what it says of how its promises
    are kept, from broken faith to kept; one half is neutral."""
    towards: Towards = ("*",)
    """Those towards whom the country acts outside its deals: countries or bystanders; `"*"` for all
    other countries."""


class CountrySpec(Table):
    """A country: how it negotiates, whether it honours, how it learns to trust."""

    id: Name
    """Its key."""
    name: Label
    """Name of the country, for people; its key by default."""
    region: Label | None = None
    """Region of the country in the trade data; where payoffs are derived, a country with tariffs
    needs one."""
    revenue_weight: Amount = 0.0
    """Worth to the country of a dollar of tariff revenue beyond a dollar of income (US$); where
    payoffs are derived."""
    strategy: Strategy = Field(default="time-dependent", validate_default=True)
    """Strategy of the country: what it offers and what it accepts, in talks that do not say
    otherwise."""
    compliance: Compliance = Field(default="always", validate_default=True)
    """Compliance policy of the country: whether it honours the deals in force."""
    conduct: Text = ""
    """Why that conduct is assumed of the country: where its history makes others expect something
    else; shown, and nothing goes by it."""
    trust: Trust = Field(default="asymmetric", validate_default=True)
    """Trust model of the country: how evidence moves its trust in the others."""
    credibility: Trust = Field(default="fixed:t0=1", validate_default=True)
    """Model by which the country believes threats: how evidence moves the credibility, in its eyes,
    of the others' threats; by default it takes every threat at its word."""
    patience: Patience = 1.0
    """Patience of the country in a talk (discount factor per week): of its aspiration."""
    discount: Patience | None = None
    """Discount factor of the country for what it gets (per week): of the cumulative payoffs, and of
    the future in an opportunist's choice; its patience by default."""
    benchmark: Amount = 0.0
    """Weight that the country gives to what a peer got of the same partner (US$ per US$): by how
    many dollars an outcome is marked down for each dollar that it is worse; 0 does not look."""
    shocks: ShockSpec | None = None
    """Acts of the country outside its deals, by chance; nothing by default."""

    @property
    def discounting(self) -> float:
        """The discount factor per week in its books."""
        return self.patience if self.discount is None else self.discount


class BystanderSpec(Table):
    """A node of the relationship graph that does not negotiate."""

    id: Name
    """Its key."""
    name: Label
    """Name of the bystander, for people; its key by default."""
    region: Label | None = None
    """Region of the bystander in the trade data; for tariffs on it."""


class TariffSpec(Table):
    """How the levels of an issue are the obligor's tariff on a party's goods, in per cent."""

    on: Name
    """Party whose goods the issue taxes."""
    share: Share
    """Share of the goods exports to the obligor that the issue taxes (0 to 1)."""
    quota: Amount | None = None
    """Quota that comes in at the lower rate under the issue (in any unit): the rest pays what it
    does without a deal. With volume."""
    volume: Amount | None = None
    """Volume that is shipped under the issue (in the unit of the quota): the quota needs it; beyond
    the quota the tariff changes nothing at the margin and is a rent to the exporter."""


class PurchaseSpec(Table):
    """What purchases or pledges are worth per US$ bn of their face value, the issue's levels."""

    of: Name
    """Party that sells under the issue, or in which is invested."""
    gain: Share
    """Gain of the seller by each dollar of face value of the issue (US$, 0 to 1)."""
    cost: Share
    """Cost to the obligor of each dollar of face value of the issue (US$, 0 to 1)."""
    face: Levels | None = None
    """Face value of each level of the issue (US$ bn a year); by default the levels are that."""


class IssueSpec(Table):
    """One thing to agree on; payoffs in US$ bn per year, one per level and party.

    Payoffs that are not given are derived from `tariff` or `purchase`, with valuation = "economy".
    Then `political` holds what comes on top of welfare, in the obligor's eyes.
    """

    id: Name
    """A name of its own in the talk, such as car-tariff; the same in every talk in which the same
    thing is at stake, by which parties compare."""
    name: Label
    """Name of the issue, for people; its id by default."""
    obligor: Name
    """Party that must perform the issue."""
    unit: Text = ""
    """Unit of the levels of the issue."""
    levels: Levels
    """Levels of the issue in order: from the worst for the other side to what the obligor gives at
    most."""
    status_quo: AnyLevel | None = None
    """Level at which the issue stands without a deal: no commitment, and the first by default.
    Those before it are what a deal allows the obligor to take."""
    payoffs: Mapping[str, Payoffs] = {}
    """Worth of each level of the issue to the party (US$ bn a year): measured from the status quo,
    0 at the first level where that is the status quo. Needed unless derived; where three or more
    talk, only for the obligor and one other, as it is 0 to those whom the issue does not touch."""
    tariff: TariffSpec | None = None
    """What the payoffs of the issue derive from as a tariff."""
    purchase: PurchaseSpec | None = None
    """What the payoffs of the issue derive from as a purchase or a pledge."""
    political_weights: Mapping[str, Amount] = {}
    """Political weight of the issue to the party (factor): what its values are multiplied by, since
    a protected sector weighs more than its dollars; of a derived tariff, what the rent of the
    sector weighs. 1 by default."""
    pledge_share: Mapping[str, Share] = {}
    """Share of its face value at which the party books the issue (0 to 1); 1 by default. An issue
    with it, or with `purchase`, is a purchase or a pledge, of which a `shortfall` comes short."""
    audience_weights: Mapping[str, Amount] = {}
    """Weight of the issue with the audience of the party (factor): what its values are multiplied
    by in the eyes of the audience, on top of the political weight. 1 by default."""
    face: Mapping[str, Amount] = {}
    """Cost in face to the party of each step on the issue from the status quo on (US$ bn a year):
    counts in talks alone. 0 by default."""
    assurance: tuple[Share, ...] = ()
    """Chance that the issue, as a pledge, holds the obligor to the rest of the deal, by level (0 to
    1): the probability with which it prevents that the obligor disregards its other commitments in
    the deal."""
    enforced: Flag = False
    """Whether a third party enforces the issue as a pledge: then it counts even where there is no
    trust."""
    _political: dict[str, tuple[float, ...]] = PrivateAttr(default_factory=dict)

    @property
    def base(self) -> int:
        """Position of the status quo among the levels, the first if it is none of them."""
        return self.levels.index(self.status_quo) if self.status_quo in self.levels else 0

    @property
    def is_pledge(self) -> bool:
        """Whether it is a purchase or a pledge, of which an obligor may come short."""
        return self.purchase is not None or bool(self.pledge_share)

    def completed(self, parties: Sequence[str]) -> "IssueSpec":
        """Return the issue, worth 0 to those parties of its talk whom it does not touch.

        Where three or more talk these are the others than the obligor without payoffs, if one has
        some; in a talk of two, an issue touches both.
        """
        derives = self.tariff is not None or self.purchase is not None
        touched = [party for party in parties if party in self.payoffs]
        if derives or self.obligor not in touched or not 1 < len(touched) < len(parties):
            return self
        zeros = (0.0,) * len(self.levels)
        rest = {party: zeros for party in parties if party not in touched}
        return self.model_copy(update={"payoffs": {**self.payoffs, **rest}})

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
    """Payoff that the audience of the party must get (US$ bn a year)."""
    noise: Amount = 0.0
    """Error of the party about what its audience must get (standard deviation, US$ bn a year)."""


class TalkSpec(Table):
    """A negotiation between parties about issues, and the life of the deals it makes."""

    id: Name
    """Its key."""
    parties: Names
    """Parties of the talk: two or more countries in seat order, ["home", "partner"]."""
    open: Flag = True
    """Whether the talk is ever held; if not, it only carries the deal that is in force."""
    opens: Day
    """Day on which the talk opens; the start by default."""
    deadline: Day | None = None
    """Day on which the talk ends without agreement; needed if it is open."""
    review_weeks: PositiveCount = 13
    """Weeks from one review of a deal to the next."""
    ratify_weeks: Count = 0
    """Weeks from signing to ratification and entry into force."""
    term_weeks: PositiveCount | None = None
    """Weeks for which a deal is in force; for ever by default."""
    renew_weeks: PositiveCount | None = None
    """Weeks before the end of a deal at which the talk about its renewal opens; never by
    default."""
    renegotiate_weeks: PositiveCount | None = None
    """Weeks before a review of a deal at which a talk about other terms opens: if some party would
    disregard the deal there; never by default."""
    cooling_weeks: Count = 4
    """Weeks until the talk reopens after a failure: it has failed, an audience has rejected its
    deal or the deal has collapsed."""
    strategy: Mapping[str, Strategy] = {}
    """Strategy of the party in the talk: in place of its own."""
    audience: Mapping[str, AudienceSpec] = {}
    """Audience of the party in the talk: it has to pass a deal; parties without one need not
    ask."""
    issues: tuple[IssueSpec, ...] = ()
    """Issues of the talk: what there is to agree on; one is needed at least."""


class ThreatenedTariff(Table):
    """A tariff that a threat raises, in per cent."""

    on: Name
    """Party whose goods the threat would tax."""
    share: Share
    """Share of its goods exports that the threat would tax (0 to 1): of those to the threatening
    party."""
    rate: Number
    """Tariff under the threat (per cent): above -100."""
    instead: Number
    """Tariff whose place the threat would take (per cent)."""
    cost: Amount = 0.0
    """Cost of carrying out the threat to who threatens (US$ bn a year); what it costs besides."""


class ThreatPolicySpec(Table):
    """What a party does with its threat when the date has come and there is no deal."""

    extend: Share = 0.0
    """Chance that the date of the threat is extended (0 to 1): once it has come and there is no
    deal; else the threat is carried out."""
    weeks: PositiveCount = 4
    """Weeks by which the date of the threat is extended."""
    raise_: Amount = Field(default=0.0, alias="raise")
    """Growth of the threat with each extension of its date (share)."""
    after: Amount = 1.0
    """Factor on the chance that the date of the threat is extended once more: what `extend` is
    multiplied by once the date has been extended; with it at most 1."""


class ThreatSpec(Table):
    """What a party announces it will do if there is no deal by a date."""

    id: Name
    """By what paths and events address it; `<by>-<talk>` by default."""
    talk: Name
    """Talk that the threat is about."""
    by: Name
    """Party that makes the threat."""
    announced: Day
    """Day on which the threat is announced."""
    effective: Effective = "deadline"
    """Day on which the threat falls due: with the deadline of the talk, with which it moves until
    then, or on a date; no earlier than it is announced."""
    issue: Name | None = None
    """Issue that the threat is about: one of which the threatening party is the obligor; with
    level, in the place of payoffs."""
    level: AnyLevel | None = None
    """Level of its issue that the threat announces: one before the status quo; carrying it out is
    worth to everybody what that level is worth."""
    cost: Amount = 0.0
    """Cost of carrying out the threat to who threatens (US$ bn a year); what it costs besides; with
    a level."""
    policy: ThreatPolicySpec = ThreatPolicySpec()
    """What becomes of the threat at its date if there is no deal: by default it is carried out."""
    answers: Name | None = None
    """Threat of another party in the talk that the threat answers: its id; this one is announced no
    earlier, and withdrawn with that one."""
    suspended: Flag = False
    """Whether the date of the threat waits while the talk is under way."""
    payoffs: Mapping[str, Number] = {}
    """Worth to the party of carrying out the threat (US$ bn a year): those not given are 0, or
    derived from `tariff`; one is needed unless derived, or an issue and a level."""
    tariff: ThreatenedTariff | None = None
    """Tariff that the payoffs of the threat derive from."""


class CoalitionSpec(Table):
    """Countries that answer one of their partners together, each in its own talk."""

    id: Name
    """By what paths address it."""
    members: Names
    """Members of the coalition: two or more countries that threaten the same one."""
    against: Name
    """Country that the coalition is against: without a deal with any of them, it reckons with the
    threats of all."""
    part_ends: Flag = False
    """Whether a deal with a member ends its part in the coalition; if not, it ends with the last
    deal."""


class DealSpec(Table):
    """A deal in force at the start; issues it does not name stand at the status quo."""

    id: Name | None = None
    """By what paths address it."""
    talk: Name
    """Talk that the deal came from."""
    signed: Day
    """Day on which the deal was signed."""
    outcome: Mapping[str, AnyLevel]
    """Level of the issue that the deal agreed on; issues that are not named stand at the status
    quo."""


class RelationshipSpec(Table):
    """How much two nodes hear of each other, besides their talks."""

    id: Name | None = None
    """By what paths and events address it."""
    between: Names
    """Who the pair are: countries or bystanders, ["home", "partner"]."""
    weight: Share
    """How well the pair hear of what is done to each other (0 to 1): what is left of the news of
    one when it reaches the other."""


class HistorySpec(Table):
    """A promise kept or broken, or a threat carried out or not, before the start."""

    id: Name | None = None
    """By what paths address it."""
    kind: Kind = "promise"
    """Kind of the entry: evidence of "promise", how far the country is to be relied on, or of
    "threat", how far its threats are to be believed."""
    date: Day
    """Day of the entry: when a promise was kept or broken, a threat carried out or not."""
    what: Text
    """What the entry tells: a line of text."""
    obligor: Name
    """Country that the entry tells of: that had promised, or threatened."""
    beneficiaries: Names
    """Those concerned by the entry: to whom the country had promised, or whom it had threatened."""
    quality: Share
    """Quality of the entry (0 to 1): how a promise was honoured, from 0 (broken) to 1 (kept); of a
    threat 1 carried out, 0 not."""
    stake: Share
    """Stake of the entry (0 to 1): how much was at stake."""
    excused: Share = 0.0
    """Share of the entry that is excused (0 to 1): the weight of the evidence is the stake times
    what is not."""


class DisregardSpec(Table):
    """A disregard that an event forces: which deal, by whom."""

    talk: Name
    """Talk whose deal the event breaks."""
    by: Name
    """Party that breaks its deal by the event."""


class EvidenceSpec(Table):
    """What an event says of a country, outside any deal: an announcement, a tariff, an assurance.

    One act, of which each learns once: those towards whom it was, by experience; others by what
    they hear.
    """

    kind: Kind = "promise"
    """Kind of what the event says: of how promises are kept, or of how threats are carried out."""
    by: Name
    """Country that the event tells of."""
    towards: Towards
    """Those whom the event concerns: countries or bystanders; `"*"` for all other countries."""
    quality: Share
    """Quality of what the event says (0 to 1): from 0 (broken faith) to 1 (kept); one half is
    neutral."""
    stake: Share
    """Stake of the event (0 to 1): the weight of the evidence."""


class EventSpec(Table):
    """What changes the world on a date: values set, threats withdrawn, a disregard, evidence."""

    id: Name | None = None
    """By what paths address it."""
    date: Day
    """Day of the event."""
    what: Text = ""
    """What the event tells: a line of text, for the transcript."""
    set: Mapping[str, Any] = {}
    """Values that the event sets: by dotted path, from its week on."""
    withdraw: Names = ()
    """Threats that the event withdraws: their ids."""
    disregard: DisregardSpec | None = None
    """Disregard that the event forces: it takes place whatever the policy of the party says."""
    evidence: EvidenceSpec | None = None
    """What the event says of a country: outside any deal."""


class BaseTariff(Table):
    """A tariff outside all talks, in per cent; `"*"` stands for all that have none of their own."""

    by: Text
    """A country or bystander, or a region of the trade data."""
    on: Text
    """The same, or *."""
    rate: Number
    """The tariff, in per cent, above -100."""


class TradeSpec(Table):
    """Trade and GDP of regions of one's own, in the place of those that ship with tradetalks."""

    regions: Labels
    """What they are called; two or more."""
    gdp: Row
    """GDP of each, US$ bn a year, above 0."""
    flows: Rows
    """Trade in US$ bn a year, a row per exporter and in it a number per importer. What a region
    sells to itself is what it sells at home; where that is 0 it is GDP less exports."""


class EconomySpec(Table):
    """What the trade model goes by, where payoffs are derived from it.

    Without `trade`, `gdp`, `regions` and `data` it is the trade of nine regions in 2023.
    """

    elasticity: Number = 4.0
    """Elasticity of trade; above 0."""
    rent_share: Share = 0.3
    """Sales that producers at home gain by a dollar of taxed imports in their sector (US$): the
    rent that a political weight weighs."""
    tariffs: tuple[BaseTariff, ...] = ()
    """Tariffs in force without any deal: those on one region go before those on all."""
    trade: Text | None = None
    """File of trade flows (CSV): beside the scenario's file or below its folder; what stands in the
    files becomes `data` when the scenario is read."""
    gdp: Text | None = None
    """File of GDP by region (CSV)."""
    regions: Text | None = None
    """File of the region to which each code in the flows belongs (CSV)."""
    data: TradeSpec | None = None
    """Trade and GDP themselves."""


class Settings(Table):
    """The keys of a scenario that stand outside its tables."""

    name: Label
    """Name of the scenario."""
    title: Text = ""
    """Title of the scenario: what it is about, in a line."""
    start: Day
    """First day of the run, such as 2025-05-19."""
    weeks: PositiveCount
    """Number of weeks that are simulated."""
    rounds_per_week: PositiveCount = 5
    """Rounds a week that each open talk holds."""
    valuation: ValuedBy = "table"
    """What outcomes are valued by: the payoffs in the file, or, where it has none, the trade
    model."""
    valuation_sd: Spread = 0.0
    """Uncertainty of values from run to run (standard deviation of their logarithm): of the factor,
    with mean 1, that is drawn once per run for each talk, issue and party, and multiplies the
    values."""
    economy: EconomySpec = EconomySpec()
    """What the trade model goes by: with valuation = "economy"."""
    disregard: Inside = 0.5
    """Quality below which a performance is a disregard (0 to 1): who performs so withholds; as
    evidence it is neutral."""
    trust_period_weeks: PositiveCount = 13
    """Weeks in the period that trust models count time in."""
    good_news: Share = 0.25
    """Weight of kept promises that are only heard of (0 to 1): the factor on them, and on threats
    carried out."""
    hearsay_decay: Share = 0.5
    """Share of the news that is left after each further edge (0 to 1)."""

    reciprocity: Flag = False
    """Whether parties reckon in a talk that they will stop paying once they have been let down."""
    typical_seed: Count = 0
    """Seed of the run that is played if none is asked for: of one that is near the middle of many;
    it changes nothing in any run."""

    def week_of(self, day: datetime.date) -> int:
        """Return the week in which `day` lies, from 0; negative before the start."""
        return (day - self.start).days // 7
