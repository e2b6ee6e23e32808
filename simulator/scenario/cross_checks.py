"""What must hold between the tables of a scenario: names that exist, dates in order, lengths.

Every check is a generator of problems, and goes as far as the tables before it are sound.
"""

import contextlib
import datetime
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.errors import MISSING, Problem, nearest
from simulator.scenario.parts import PartSpec
from simulator.scenario.specs import (
    CoalitionSpec,
    CountrySpec,
    DealSpec,
    EconomySpec,
    EventSpec,
    HistorySpec,
    IssueSpec,
    PurchaseSpec,
    RelationshipSpec,
    Settings,
    TalkSpec,
    TariffSpec,
    ThreatSpec,
)
from simulator.text import listing

__all__ = ["Draft", "of_announcements", "of_economy", "problems_of", "unmuted"]


@dataclass
class Draft:
    """The tables of a scenario so far as each is sound by itself.

    Settings, countries, bystanders and talks are None where they are not sound; threats,
    coalitions, deals, relationships, history and events are by dotted key, with stand-ins for what
    is not sound in them. Ids of issues (per talk) and threats are there sound or not, and
    `has_valuation` is whether it is known by what outcomes are valued.
    """

    settings: Settings | None = None
    has_valuation: bool = True
    countries: dict[str, CountrySpec | None] = field(default_factory=dict)
    bystanders: dict[str, object] = field(default_factory=dict)
    talks: dict[str, TalkSpec | None] = field(default_factory=dict)
    issue_ids: dict[str, list[str]] = field(default_factory=dict)
    threats: dict[str, ThreatSpec] = field(default_factory=dict)
    coalitions: dict[str, CoalitionSpec] = field(default_factory=dict)
    deals: dict[str, DealSpec] = field(default_factory=dict)
    relationships: dict[str, RelationshipSpec] = field(default_factory=dict)
    history: dict[str, HistorySpec] = field(default_factory=dict)
    events: dict[str, EventSpec] = field(default_factory=dict)
    threat_ids: list[str] = field(default_factory=list)

    @property
    def start(self) -> datetime.date | None:
        """The first day, None if it is not sound."""
        return self.settings.start if self.settings else None

    @property
    def derives(self) -> bool:
        """Whether payoffs that are not given are derived from the trade model, or may be."""
        if self.settings is None or not self.has_valuation:
            return True
        return self.settings.valuation == "economy"

    @property
    def nodes(self) -> list[str]:
        """Countries and bystanders."""
        return [*self.countries, *self.bystanders]

    def parties(self, talk: str) -> tuple[str, ...]:
        """Return the parties of a talk, none if the talk or its parties are not sound."""
        spec = self.talks.get(talk)
        parties = spec.parties if spec else ()
        known = {party for party in parties if party in self.countries}
        return parties if len(known) == len(parties) > 1 else ()


def problems_of(draft: Draft) -> Iterator[Problem]:
    """Yield what does not fit together in a scenario."""
    if draft.settings is not None:
        longest = (datetime.date.max - draft.settings.start).days // 7 - 1
        if draft.settings.weeks > longest:
            yield Problem("weeks", draft.settings.weeks, f"at most {longest}: the calendar ends")
        yield from _of_trade(draft.settings.economy)
    for name in draft.bystanders:
        if name in draft.countries:
            allowed = (
                f"a name that is not a country's: [countries.{name}] negotiates, and hears what a "
                f"bystander hears; leave out [bystanders.{name}], or give it a name of its own"
            )
            yield Problem(f"bystanders.{name}", name, allowed)
    for name, country in draft.countries.items():
        if country is not None and country.shocks is not None:
            key = f"countries.{name}.shocks.towards"
            yield from _of_towards(key, name, country.shocks.towards, draft)
    for name, country in draft.countries.items():
        if country is not None and not any(country.compliance.closed()):
            yield from _of_conduct(f"countries.{name}.compliance", country.compliance, draft)
    for name, talk in draft.talks.items():
        if talk is not None:
            yield from _of_talk(f"talks.{name}", talk, draft)
    for key, threat in draft.threats.items():
        yield from _of_threat(key, threat, draft)
    yield from _of_coalitions(draft)
    yield from _of_deals(draft)
    yield from _of_relationships(draft)
    for key, history in draft.history.items():
        yield from _of_history(key, history, draft)
    for key, event in draft.events.items():
        yield from _of_event(key, event, draft)


# --- names ------------------------------------------------------------------------------------


def _named(key: str, name: str, kind: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem if `name` is not known."""
    if name not in known:
        yield Problem(
            key, name, f"{kind}: {', '.join(known) or 'there is none'}", nearest(name, known)
        )


def _keyed(
    key: str, table: Mapping[str, object], kind: str, known: Collection[str]
) -> Iterator[Problem]:
    """Yield a problem for each key of a table that is not a known name, if there are any."""
    for name, value in table.items():
        if known and name not in known:
            allowed = f"{kind}: {', '.join(known)}"
            given = str(value) if isinstance(value, PartSpec) else value
            yield Problem(f"{key}.{name}", given, allowed, nearest(name, known))


def _distinct(key: str, names: tuple[str, ...]) -> Iterator[Problem]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield Problem(key, list(names), f"names that differ; {', '.join(twice)} stands there twice")


def _of_towards(key: str, by: str, towards: tuple[str, ...], draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with those towards whom a country acts outside its deals."""
    if towards == ("*",):
        return
    for name in towards:
        if name == by:
            yield Problem(key, name, f"somebody else than {by}")
        yield from _named(key, name, "a country or bystander", draft.nodes)
    yield from _distinct(key, towards)


def _of_conduct(key: str, compliance: PartSpec, draft: Draft) -> Iterator[Problem]:
    """Yield what a compliance policy treats apart that no talk is about."""
    apart, talks = getattr(compliance.build(), "singles_out", ()), draft.talks.values()
    if apart is not None:
        known = list(dict.fromkeys(id for ids in draft.issue_ids.values() for id in ids))
        for name in apart:
            yield from _named(key, name, "a policy about issues of the talks", known)
    elif not any(talk is None or any(i.is_pledge for i in talk.issues) for talk in talks):
        allowed = (
            "a policy about issues that there are: no talk has a purchase or a pledge, an issue"
            " with `purchase` or `pledge_share`"
        )
        yield Problem(key, str(compliance), allowed)


# --- talks ------------------------------------------------------------------------------------


def _of_talk(key: str, talk: TalkSpec, draft: Draft) -> Iterator[Problem]:
    if len(talk.parties) < 2:
        yield Problem(f"{key}.parties", list(talk.parties), "two or more countries")
    for party in talk.parties:
        yield from _named(f"{key}.parties", party, "a country", draft.countries)
    yield from _distinct(f"{key}.parties", talk.parties)
    parties = draft.parties(talk.id)
    yield from _keyed(f"{key}.strategy", talk.strategy, "a party of the talk", parties)
    yield from _keyed(f"{key}.audience", talk.audience, "a party of the talk", parties)
    yield from _of_dates(key, talk, draft)
    yield from _of_terms(key, talk)
    for issue in talk.issues:
        yield from _of_issue(f"{key}.issues.{issue.id}", issue, parties, draft.derives)
        yield from _of_ladder(f"{key}.issues.{issue.id}", issue)
        yield from _of_assurance(f"{key}.issues.{issue.id}", issue, talk)
    yield from _of_space(key, talk)


def _of_dates(key: str, talk: TalkSpec, draft: Draft) -> Iterator[Problem]:
    if draft.settings is None:
        return
    if talk.opens < draft.settings.start:
        yield Problem(
            f"{key}.opens", talk.opens, f"a date from the start on, {draft.settings.start}"
        )
    if talk.deadline is None:
        if talk.open:
            allowed = "a date after the talk opens (or open = false: it only carries its deal)"
            yield Problem(f"{key}.deadline", MISSING, allowed)
        return
    days = (talk.deadline - talk.opens).days
    if days <= 0:
        yield Problem(
            f"{key}.deadline", talk.deadline, f"a date after the talk opens, {talk.opens}"
        )
    elif days * draft.settings.rounds_per_week < 7:
        allowed = f"a date late enough for one round, at {draft.settings.rounds_per_week} a week"
        yield Problem(f"{key}.deadline", talk.deadline, allowed)


def _of_terms(key: str, talk: TalkSpec) -> Iterator[Problem]:
    if talk.renegotiate_weeks is not None and talk.renegotiate_weeks >= talk.review_weeks:
        allowed = f"less than review_weeks, {talk.review_weeks}: once in each period of a deal"
        yield Problem(f"{key}.renegotiate_weeks", talk.renegotiate_weeks, allowed)
    if talk.renew_weeks is None:
        return
    if talk.term_weeks is None:
        allowed = "nothing without term_weeks: a deal that never expires is never renewed"
        yield Problem(f"{key}.renew_weeks", talk.renew_weeks, allowed)
    elif talk.renew_weeks > talk.term_weeks:
        allowed = f"at most term_weeks, {talk.term_weeks}"
        yield Problem(f"{key}.renew_weeks", talk.renew_weeks, allowed)
    if talk.renew_weeks <= talk.ratify_weeks:
        allowed = f"more than ratify_weeks, {talk.ratify_weeks}: a renewal must be ratified in time"
        yield Problem(f"{key}.renew_weeks", talk.renew_weeks, allowed)


def _of_issue(
    key: str, issue: IssueSpec, parties: tuple[str, ...], derives: bool
) -> Iterator[Problem]:
    if parties:
        yield from _named(f"{key}.obligor", issue.obligor, "a party of the talk", parties)
    for name in ("payoffs", "political_weights", "pledge_share", "audience_weights", "face"):
        yield from _keyed(f"{key}.{name}", getattr(issue, name), "a party of the talk", parties)
    says_by_what = issue.tariff is not None or issue.purchase is not None
    if not (derives and says_by_what):
        yield from _of_missing_payoffs(key, issue, parties, derives, says_by_what)
    for party, values in issue.payoffs.items():
        if len(values) != len(issue.levels):
            allowed = f"one value per level: {len(issue.levels)}, not {len(values)}"
            yield Problem(f"{key}.payoffs.{party}", list(values), allowed)


def _of_ladder(key: str, issue: IssueSpec) -> Iterator[Problem]:
    """Yield a status quo that is no level, and payoffs that are not measured from the first one."""
    if issue.status_quo is None:
        for party, values in issue.payoffs.items():
            if values and values[0] != 0:
                allowed = (
                    "a first value of 0: level 0 is no commitment, what applies without a deal"
                )
                yield Problem(f"{key}.payoffs.{party}", list(values), allowed)
    elif issue.status_quo not in issue.levels:
        yield _no_level(f"{key}.status_quo", issue.status_quo, issue)


def _no_level(key: str, level: object, issue: IssueSpec) -> Problem:
    levels = [str(known) for known in issue.levels]
    allowed = f"a level of the issue: {', '.join(levels)}"
    return Problem(key, level, allowed, nearest(level, levels) if isinstance(level, str) else None)


def _of_assurance(key: str, issue: IssueSpec, talk: TalkSpec) -> Iterator[Problem]:
    others = [i for i in talk.issues if i.obligor == issue.obligor and i.id != issue.id]
    if "assurance" not in issue.model_fields_set:
        if issue.enforced:
            yield Problem(f"{key}.enforced", True, "nothing without assurance: there is no pledge")
        return
    if len(issue.assurance) != len(issue.levels):
        allowed = f"one probability per level: {len(issue.levels)}, not {len(issue.assurance)}"
        yield Problem(f"{key}.assurance", list(issue.assurance), allowed)
    elif issue.assurance[issue.base] != 0:
        allowed = "0 at the status quo: without a pledge nothing is assured"
        yield Problem(f"{key}.assurance", list(issue.assurance), allowed)
    if not others:
        allowed = f"nothing: {issue.obligor} has no other issue in the talk, and nothing to assure"
        yield Problem(f"{key}.assurance", list(issue.assurance), allowed)


def _of_missing_payoffs(
    key: str, issue: IssueSpec, parties: tuple[str, ...], derives: bool, says_by_what: bool
) -> Iterator[Problem]:
    hint = "; or a tariff or purchase, from which they are derived" if derives else ""
    if says_by_what:
        hint = '; or valuation = "economy", by which they are derived'
    if not issue.payoffs:
        allowed = "for each party a list of values in US$ bn per year, one per level"
        yield Problem(f"{key}.payoffs", MISSING, allowed + hint)
        return
    if len(parties) > 2:
        hint += "; those whom it does not touch need none, but the obligor and one other do"
    for party in parties:
        if party not in issue.payoffs:
            allowed = f"a list of {len(issue.levels)} values in US$ bn per year, one per level"
            yield Problem(f"{key}.payoffs.{party}", MISSING, allowed + hint)


def _of_space(key: str, talk: TalkSpec) -> Iterator[Problem]:
    # Imported here, so that reading a scenario does not bring in numpy.
    from simulator.negotiation.issues import MAX_OUTCOMES

    lengths = [len(issue.levels) for issue in talk.issues]
    size = math.prod(lengths)
    if talk.open and size > MAX_OUTCOMES:
        many = len(lengths) > 12
        product = f"{len(lengths)} issues" if many else f"{' x '.join(map(str, lengths))} levels"
        outcomes = f"{size:,}" if size < 10**15 else f"more than 10^{len(str(size)) - 1}"
        allowed = (
            f"at most {MAX_OUTCOMES:,} outcomes; {product} make {outcomes}: "
            "drop issues or levels, or split the talk"
        )
        yield Problem(f"{key}.issues", [issue.id for issue in talk.issues], allowed)


# --- what the trade model needs ---------------------------------------------------------------


def _of_trade(economy: EconomySpec) -> Iterator[Problem]:
    """Yield what is wrong with trade of one's own, whether or not anything is derived from it."""
    names = {key: getattr(economy, key) for key in ("trade", "gdp", "regions")}
    if given := {key: name for key, name in names.items() if name is not None}:
        allowed = (
            f"no {listing(list(given))} outside a scenario's own file, beside which the CSV files "
            "lie; elsewhere, give the figures: economy.data, with regions, gdp and flows"
        )
        yield Problem("economy", given, allowed)
    if economy.data is None:
        return
    regions, gdp, flows = economy.data.regions, economy.data.gdp, economy.data.flows
    if len(regions) < 2:
        yield Problem("economy.data.regions", list(regions), "two regions or more")
    yield from _distinct("economy.data.regions", regions)
    size = len(regions)
    if len(gdp) != size or 0.0 in gdp:
        allowed = f"one number above 0 per region: {size}"
        yield Problem("economy.data.gdp", list(gdp), allowed)
    if len(flows) != size or any(len(row) != size for row in flows):
        allowed = f"a list of {size} rows, one per exporter, with {size} numbers each"
        yield Problem("economy.data.flows", [list(row) for row in flows], allowed)


def of_economy(draft: Draft, regions: Collection[str]) -> Iterator[Problem]:
    """Yield what keeps payoffs from being derived from the trade model."""
    assert draft.settings is not None
    for section, nodes in (("countries", draft.countries), ("bystanders", draft.bystanders)):
        for name, node in nodes.items():
            region = getattr(node, "region", None)
            if region is not None:
                yield from _named(f"{section}.{name}.region", region, "a region", regions)
    elasticity = draft.settings.economy.elasticity
    if elasticity <= 0:
        yield Problem("economy.elasticity", elasticity, "a number above 0")
    yield from _of_base_tariffs(draft, regions)
    talks = [talk for talk in draft.talks.values() if talk is not None]
    for talk in talks:
        for issue in talk.issues:
            key = f"talks.{talk.id}.issues.{issue.id}"
            if issue.purchase is not None:
                yield from _of_purchase(key, issue, issue.purchase, draft.parties(talk.id))
            if issue.tariff is not None:
                yield from _of_tariff(key, issue, issue.tariff, talk.id, draft)
                yield from _of_regions(talk.id, draft, regions)
    yield from _of_shares(talks, draft)
    for key, threat in draft.threats.items():
        if threat.tariff is not None:
            tariff = threat.tariff
            yield from _of_taxed(f"{key}.tariff.on", tariff.on, threat.by, threat.talk, draft)
            yield from _of_regions(threat.talk, draft, regions)
            yield from _of_rate(f"{key}.tariff.rate", tariff.rate)
            yield from _of_rate(f"{key}.tariff.instead", tariff.instead)


def _of_shares(talks: Iterable[TalkSpec], draft: Draft) -> Iterator[Problem]:
    shares: dict[tuple[str, str], float] = {}
    for talk in talks:
        for issue in talk.issues:
            if issue.tariff is None:
                continue
            pair = _place(draft, issue.tariff.on), _place(draft, issue.obligor)
            shares[pair] = shares.get(pair, 0.0) + issue.tariff.share
            if shares[pair] > 1 + 1e-9:
                key = f"talks.{talk.id}.issues.{issue.id}.tariff.share"
                allowed = f"with the other tariffs of all talks on goods of {pair[0]} at most 1"
                yield Problem(key, issue.tariff.share, allowed)


def _of_base_tariffs(draft: Draft, regions: Collection[str]) -> Iterator[Problem]:
    assert draft.settings is not None
    placed = [*(n for n in draft.nodes if _region(draft, n) is not None), *regions]
    pairs = set[tuple[str, str]]()
    for k, tariff in enumerate(draft.settings.economy.tariffs):
        key = f"economy.tariffs[{k}]"
        unknown = [*_named(f"{key}.by", tariff.by, "a country with a region, or a region", placed)]
        if tariff.on != "*":
            unknown += _named(f"{key}.on", tariff.on, "as in by, or *", placed)
        yield from unknown
        yield from _of_rate(f"{key}.rate", tariff.rate)
        by, on = _place(draft, tariff.by), _place(draft, tariff.on)
        if by == on and not unknown:
            yield Problem(f"{key}.on", tariff.on, f"another region than that of {tariff.by}")
        if (by, on) in pairs and not unknown:
            allowed = f"goods that {tariff.by} does not tax already above"
            yield Problem(f"{key}.on", tariff.on, allowed)
        pairs.add((by, on))


def _region(draft: Draft, name: str) -> str | None:
    return getattr(draft.countries.get(name) or draft.bystanders.get(name), "region", None)


def _place(draft: Draft, name: str) -> str:
    """Return the region of a node, else the name, which may be that of a region."""
    return _region(draft, name) or name


def _of_rate(key: str, rate: float) -> Iterator[Problem]:
    if rate <= -100:
        yield Problem(key, rate, "a number above -100, in per cent")


def _of_purchase(
    key: str, issue: IssueSpec, purchase: PurchaseSpec, parties: Sequence[str]
) -> Iterator[Problem]:
    if issue.tariff is not None:
        allowed = "no purchase beside a tariff: an issue derives from one of them"
        yield Problem(f"{key}.purchase", purchase.of, allowed)
    sellers = [party for party in parties if party != issue.obligor]
    yield from _named(f"{key}.purchase.of", purchase.of, "another party of the talk", sellers)
    levels, face = issue.levels, purchase.face
    if face is None and any(isinstance(level, str) for level in levels):
        allowed = "the face value of every level in US$ bn, as the levels are words"
        yield Problem(f"{key}.purchase.face", MISSING, allowed)
    if face is not None and len(face) != len(levels):
        allowed = f"one value per level: {len(levels)}, not {len(face)}"
        yield Problem(f"{key}.purchase.face", list(face), allowed)


def _of_tariff(
    key: str, issue: IssueSpec, tariff: TariffSpec, talk: str, draft: Draft
) -> Iterator[Problem]:
    yield from _of_taxed(f"{key}.tariff.on", tariff.on, issue.obligor, talk, draft)
    if any(isinstance(level, str) or level <= -100 for level in issue.levels):
        allowed = "numbers above -100: tariffs in per cent"
        yield Problem(f"{key}.levels", list(issue.levels), allowed)
    if tariff.quota is None and tariff.volume is not None:
        yield Problem(f"{key}.tariff.quota", MISSING, "how much comes in at the lower rate")
    if tariff.quota is not None and not tariff.volume:
        given = MISSING if tariff.volume is None else tariff.volume
        allowed = "what is shipped anyway, above 0 and in the unit of the quota"
        yield Problem(f"{key}.tariff.volume", given, allowed)


def _of_taxed(key: str, on: str, by: str, talk: str, draft: Draft) -> Iterator[Problem]:
    others = [party for party in draft.parties(talk) if party != by]
    yield from _named(key, on, "another party of the talk", others)
    shared = _region(draft, on)
    if on in others and shared is not None and shared == _region(draft, by):
        yield Problem(key, on, f"a party of another region than {by}; both are {shared}")


def _of_regions(talk: str, draft: Draft, regions: Collection[str]) -> Iterator[Problem]:
    """Yield the parties of a talk with tariffs that have no region."""
    for party in draft.parties(talk):
        if _region(draft, party) is None:
            near = nearest(party.upper(), regions)
            allowed = (
                f"a region of the trade data, as {talk} has tariffs whose worth is derived: one of "
                f"{', '.join(regions)}; or payoffs by hand in place of tariff = ..., or trade data "
                "with its region, economy.trade"
            )
            yield Problem(f"countries.{party}.region", MISSING, allowed, near)


# --- threats, deals, relationships, history ---------------------------------------------------


def _of_threat(key: str, threat: ThreatSpec, draft: Draft) -> Iterator[Problem]:
    yield from _named(f"{key}.talk", threat.talk, "a talk", draft.talks)
    talk = draft.talks.get(threat.talk)
    yield from _of_policy(f"{key}.policy", threat)
    yield from _of_answer(key, threat, draft)
    if threat.issue is not None or threat.level is not None:
        yield from _of_level(key, threat, draft)
    else:
        yield from _of_worth(key, threat, draft)
    parties = draft.parties(threat.talk)
    if parties:
        yield from _named(f"{key}.by", threat.by, "a party of the talk", parties)
    yield from _keyed(f"{key}.payoffs", threat.payoffs, "a party of the talk", parties)
    if talk is not None and not talk.open and threat.effective == "deadline" and not talk.deadline:
        allowed = f"a date: the talk {talk.id!r} has no deadline"
        yield Problem(f"{key}.effective", threat.effective, allowed)
    if isinstance(threat.effective, datetime.date) and threat.effective < threat.announced:
        allowed = f"a date from the announcement on, {threat.announced}"
        yield Problem(f"{key}.effective", threat.effective, allowed)


def of_announcements(draft: Draft) -> Iterator[Problem]:
    """Yield the threats that fall due with a deadline that is over when they are announced."""
    for key, threat in draft.threats.items():
        deadline = _deadline_on(threat.announced, threat.talk, draft)
        if threat.effective == "deadline" and deadline is not None and deadline < threat.announced:
            allowed = (
                f"a date from the announcement on, {threat.announced}: the deadline of the talk,"
                f" {deadline}, is over by then"
            )
            yield Problem(f"{key}.effective", threat.effective, allowed)


def _deadline_on(day: datetime.date, name: str, draft: Draft) -> datetime.date | None:
    """Return the deadline of a talk as events have moved it until a day, None if not sound."""
    talk = draft.talks.get(name)
    if talk is None or talk.deadline is None or talk.deadline <= talk.opens:
        return None
    deadline = talk.deadline
    for event in sorted(draft.events.values(), key=lambda event: event.date):
        moved = event.set.get(f"talks.{name}.deadline")
        if moved is not None and event.date <= day:
            with contextlib.suppress(ValueError):  # which is refused as a value of the event
                deadline = datetime.date.fromisoformat(str(moved))
    return deadline


def _of_answer(key: str, threat: ThreatSpec, draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with the threat that one answers."""
    if threat.answers is None:
        return
    about = {other.id: other for other in draft.threats.values() if other.talk == threat.talk}
    others = [other.id for other in about.values() if other.by != threat.by]
    kind = f"the threat of another party in {threat.talk}"
    yield from _named(f"{key}.answers", threat.answers, kind, others)
    chain = _answered(threat, about)
    if chain[-1] == threat.id:
        allowed = f"a threat that does not answer it in turn, as here: {' answers '.join(chain)}"
        yield Problem(f"{key}.answers", threat.answers, allowed)


def _answered(threat: ThreatSpec, about: Mapping[str, ThreatSpec]) -> list[str]:
    """Return the ids of threats from one on, of which each answers the next, until one recurs."""
    chain = [threat.id]
    while (last := about.get(chain[-1])) and last.answers and chain[-1] not in chain[:-1]:
        chain.append(last.answers)
    return chain


def _of_worth(key: str, threat: ThreatSpec, draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with a threat that is worth its payoffs, or derives from a tariff."""
    if threat.cost:
        allowed = "nothing without an issue and a level: what it costs stands in payoffs or tariff"
        yield Problem(f"{key}.cost", threat.cost, allowed)
    if not threat.payoffs and not (draft.derives and threat.tariff is not None):
        given: object = {} if "payoffs" in threat.model_fields_set else MISSING
        allowed = (
            "what carrying it out is worth to each party, US$ bn per year; a value for one or"
            " more: else it is about nothing; or an issue and a level of it"
        )
        yield Problem(f"{key}.payoffs", given, allowed)


def _of_policy(key: str, threat: ThreatSpec) -> Iterator[Problem]:
    policy = threat.policy
    if policy.extend * policy.after > 1:
        allowed = f"at most {1 / policy.extend:g}: with extend, {policy.extend:g}, a probability"
        yield Problem(f"{key}.after", policy.after, allowed)


def _of_level(key: str, threat: ThreatSpec, draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with a threat that names an issue and a level."""
    talk = draft.talks.get(threat.talk)
    for name, needed in (("issue", threat.issue), ("level", threat.level)):
        if needed is None:
            beside = "level" if name == "issue" else "issue"
            yield Problem(f"{key}.{name}", MISSING, f"the {name} that goes with the {beside}")
    for name in ("payoffs", "tariff"):
        if name in threat.model_fields_set and getattr(threat, name):
            allowed = "nothing beside an issue and a level, from which it follows"
            yield Problem(f"{key}.{name}", getattr(threat, name), allowed)
    if threat.issue is None or talk is None:
        return
    known = draft.issue_ids.get(threat.talk, [])
    yield from _named(f"{key}.issue", threat.issue, f"an issue of {threat.talk}", known)
    issue = next((issue for issue in talk.issues if issue.id == threat.issue), None)
    if issue is None:
        return
    if threat.by in draft.parties(threat.talk) and issue.obligor != threat.by:
        allowed = f"an issue of which {threat.by} is the obligor; of this one {issue.obligor} is"
        yield Problem(f"{key}.issue", threat.issue, allowed)
        return
    if threat.level is not None and threat.level not in issue.levels:
        yield _no_level(f"{key}.level", threat.level, issue)
    elif threat.level is not None and issue.levels.index(threat.level) >= issue.base:
        allowed = f"a level before the status quo, {issue.levels[issue.base]}"
        yield Problem(f"{key}.level", threat.level, allowed)
    about = (threat.talk, threat.by, threat.issue)
    for first, other in draft.threats.items():
        if first == key:
            return
        if (other.talk, other.by, other.issue) == about:
            allowed = f"an issue that {first} is not about: a threat may grow by its policy"
            yield Problem(f"{key}.issue", threat.issue, allowed)


def _of_coalitions(draft: Draft) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}  # key of the coalition in which a member answers whom
    for key, coalition in draft.coalitions.items():
        if len(coalition.members) < 2:
            yield Problem(f"{key}.members", list(coalition.members), "two countries or more")
        yield from _named(f"{key}.against", coalition.against, "a country", draft.countries)
        yield from _distinct(f"{key}.members", coalition.members)
        for member in coalition.members:
            yield from _named(f"{key}.members", member, "a country", draft.countries)
            if (member, coalition.against) in first:
                allowed = f"countries that are not in {first[member, coalition.against]} already"
                yield Problem(f"{key}.members", member, allowed)
            first.setdefault((member, coalition.against), key)
            if member == coalition.against:
                yield Problem(f"{key}.members", member, "somebody else than it is against")
            elif {member, coalition.against} <= draft.countries.keys() and not _threatens(
                draft, member, coalition.against
            ):
                allowed = f"countries that threaten {coalition.against} in a talk"
                yield Problem(f"{key}.members", member, allowed)


def _threatens(draft: Draft, member: str, against: str) -> bool:
    """Return whether a country threatens another, or may, as a talk is not sound."""
    talks = [threat.talk for threat in draft.threats.values() if threat.by == member]
    return any(against in (draft.parties(talk) or (against,)) for talk in talks)


def _of_deals(draft: Draft) -> Iterator[Problem]:
    first: dict[str, str] = {}  # key of the first deal of each talk
    for key, deal in draft.deals.items():
        yield from _named(f"{key}.talk", deal.talk, "a talk", draft.talks)
        yield from _of_signing(key, deal, draft)
        yield from _of_outcome(f"{key}.outcome", deal, draft)
        if deal.talk in first:
            allowed = f"another talk: {first[deal.talk]} is a deal of this one, and one is in force"
            yield Problem(f"{key}.talk", deal.talk, allowed)
        first.setdefault(deal.talk, key)


def _of_signing(key: str, deal: DealSpec, draft: Draft) -> Iterator[Problem]:
    if draft.start is None:
        return
    if deal.signed > draft.start:
        yield Problem(f"{key}.signed", deal.signed, f"a date until the start, {draft.start}")
    talk = draft.talks.get(deal.talk)
    term = talk.term_weeks if talk else None
    if term is not None and (deal.signed - draft.start).days // 7 + term <= 0:
        allowed = f"a date less than term_weeks, {term}, before the start: else it has expired"
        yield Problem(f"{key}.signed", deal.signed, allowed)


def _of_outcome(key: str, deal: DealSpec, draft: Draft) -> Iterator[Problem]:
    if deal.talk not in draft.talks:
        return
    yield from _keyed(key, deal.outcome, "an issue of the talk", draft.issue_ids.get(deal.talk, []))
    talk = draft.talks[deal.talk]
    for issue in talk.issues if talk else ():
        level = deal.outcome.get(issue.id)
        if level is not None and level not in issue.levels:
            yield _no_level(f"{key}.{issue.id}", level, issue)


def _of_relationships(draft: Draft) -> Iterator[Problem]:
    first: dict[frozenset[str], str] = {}  # key of the first relationship of each pair
    for key, relationship in draft.relationships.items():
        pair = relationship.between
        if len(pair) != 2:
            yield Problem(f"{key}.between", list(pair), "two countries or bystanders")
        for node in pair:
            yield from _named(f"{key}.between", node, "a country or bystander", draft.nodes)
        yield from _distinct(f"{key}.between", pair)
        if frozenset(pair) in first:
            allowed = f"another pair: {first[frozenset(pair)]} is about this one"
            yield Problem(f"{key}.between", list(pair), allowed)
        first.setdefault(frozenset(pair), key)


def _of_history(key: str, history: HistorySpec, draft: Draft) -> Iterator[Problem]:
    yield from _named(f"{key}.obligor", history.obligor, "a country", draft.countries)
    if not history.beneficiaries:
        yield Problem(f"{key}.beneficiaries", [], "one country or bystander, or more")
    for name in history.beneficiaries:
        if name == history.obligor:
            yield Problem(f"{key}.beneficiaries", name, "somebody else than the obligor")
        yield from _named(f"{key}.beneficiaries", name, "a country or bystander", draft.nodes)
    yield from _distinct(f"{key}.beneficiaries", history.beneficiaries)
    if draft.start is not None and history.date > draft.start:
        allowed = f"a date until the start, {draft.start}; what comes later is an event"
        yield Problem(f"{key}.date", history.date, allowed)


# --- events -----------------------------------------------------------------------------------


def _of_event(key: str, event: EventSpec, draft: Draft) -> Iterator[Problem]:
    if draft.start is not None and event.date < draft.start:
        allowed = (
            f"a date from the start on, {draft.start}; what is older is history or a first value"
        )
        yield Problem(f"{key}.date", event.date, allowed)
    if not (event.set or event.withdraw or event.disregard or event.evidence):
        allowed = "set, withdraw, disregard or evidence: else it is about nothing"
        yield Problem(key, event.what or str(event.date), allowed)
    for threat in event.withdraw:
        yield from _named(f"{key}.withdraw", threat, "a threat's id", draft.threat_ids)
    if event.disregard is not None:
        talk, by = event.disregard.talk, event.disregard.by
        yield from _named(f"{key}.disregard.talk", talk, "a talk", draft.talks)
        if draft.parties(talk):
            yield from _named(f"{key}.disregard.by", by, "a party of the talk", draft.parties(talk))
    if event.evidence is not None:
        by, towards = event.evidence.by, event.evidence.towards
        yield from _named(f"{key}.evidence.by", by, "a country", draft.countries)
        yield from _of_towards(f"{key}.evidence.towards", by, towards, draft)


def unmuted(problems: Iterable[Problem], reported: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems that are not about a key reported already, or about its table."""
    keys = {problem.key for problem in reported}
    tables = {table for key in keys for table in _around(key)}
    for problem in problems:
        if keys.isdisjoint((problem.key, *_around(problem.key))) and problem.key not in tables:
            yield problem


def _around(key: str) -> Iterator[str]:
    """Give the keys of the tables and lists in which a key stands."""
    for match in re.finditer(r"[.\[]", key):
        yield key[: match.start()]
