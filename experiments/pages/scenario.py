"""The page of a scenario: readable tables, and what could be agreed at its start."""

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from agents.roster import ROSTER
from experiments.analysis.agreement_zone import Baseline, Zone
from experiments.display import wording
from experiments.display.terminal import cross_table, heading, ladder, outline, table
from simulator.scenario.descriptions import description
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import CountrySpec, IssueSpec, TalkSpec, ThreatSpec
from simulator.scenario.valuation import Valuer
from simulator.text import count, listing
from simulator.theory.splitting import power_from_patience

__all__ = ["scenario_page"]

#: The most levels of an issue that are all shown; of more, only the first and last few.
LADDER = 8


def scenario_page(scenario: Scenario) -> Group:
    """Return the page that shows a scenario, without playing it."""
    models = [m for c in scenario.countries.values() for m in (c.trust, c.credibility)]
    known = not any(any(model.closed()) for model in models)
    baseline = Baseline(scenario) if known else None
    return Group(
        *_head(scenario),
        *_closed(scenario, known),
        *_countries(scenario),
        *_parameters(scenario),
        *(part for talk in scenario.talks.values() for part in _talk(scenario, talk)),
        *(_zones(scenario, baseline) if baseline else ()),
        *_threats(scenario),
        *_coalitions(scenario),
        *_deals(scenario),
        *_relationships(scenario),
        *_history(scenario),
        *(_trust(scenario, baseline) if baseline else ()),
        *(_credibility(scenario, baseline) if baseline else ()),
        *(_conduct(scenario, baseline) if baseline else ()),
        *_events(scenario),
    )


def _head(scenario: Scenario) -> Iterator[RenderableType]:
    end = scenario.start + datetime.timedelta(weeks=scenario.weeks, days=-1)
    yield Text(scenario.title or scenario.name, style="bold")
    yield Text(
        f"{scenario.name}: {count(scenario.weeks, 'week')}, "
        f"{wording.day(scenario.start)} to {wording.day(end)}, "
        f"{count(scenario.rounds_per_week, 'round')} a week. "
        "Payoffs in US$ bn a year."
    )
    if scenario.valuation_sd:
        yield Text(
            f"Values are uncertain by {scenario.valuation_sd:.0%} in every run; "
            "shown are their means."
        )
    if scenario.disregard != 0.5:
        yield Text(f"A performance below {scenario.disregard:g} is a disregard.")
    if scenario.valuation == "economy":
        economy = scenario.economy
        yield Text(
            "What has no payoffs of its own is valued by the trade model: "
            f"elasticity {economy.elasticity:g}, rent share {economy.rent_share:g}."
        )
    if scenario.economy.data is not None:
        own = scenario.economy.data
        source = own.source or "as given in the scenario"
        yield Text(f"Trade and GDP are its own, of {listing(list(own.regions))}: {source}.")


def _closed(scenario: Scenario, known: bool) -> Iterator[RenderableType]:
    """Give the code of the file's that was not imported, and what it keeps from being shown."""
    if closed := scenario.closed:
        names = listing([f"{problem.value} ({problem.key})" for problem in closed])
        yield Text(f"Code that the file names was not imported: {names}.")
    if not known:
        yield Text("Without it, trust at the start is not known, nor what could be agreed at it.")


def _countries(scenario: Scenario) -> Iterator[RenderableType]:
    yield heading("Countries")
    for key, country in scenario.countries.items():
        name = Text(f"  {country.name}", style="bold")
        name.append(f" ({key})", style="not bold dim")
        yield name
        rows = [
            ("strategy", str(country.strategy)),
            ("compliance", f"{country.compliance}{_without_effect(scenario, country)}"),
            ("trust", str(country.trust)),
            ("patience", f"{country.patience:g} a week"),
        ]
        if country.discount is not None:
            rows.append(("discount", f"{country.discount:g} a week in its books"))
        if not _takes_at_word(country):
            rows.append(("believes", f"threats by {country.credibility}"))
        elif scenario.threats:
            rows.append(("believes", "every threat, at its word"))
        if country.benchmark:
            rows.append(("benchmark", f"{country.benchmark:g}, the weight of what a peer has"))
        if country.shocks is not None:
            often = f"with probability {country.shocks.probability:g} a week"
            rows.append(("shocks", f"{often}, {wording.act(scenario, key, country.shocks)}"))
        if country.revenue_weight:
            rows.append(("revenue", f"a dollar of it counts {country.revenue_weight:g} on top"))
        yield outline(rows, indent=4)
    if scenario.bystanders:
        names = [f"{spec.name} ({key})" for key, spec in scenario.bystanders.items()]
        yield Text(f"  Bystanders: {listing(names)}.")


def _parameters(scenario: Scenario) -> Iterator[RenderableType]:
    """Give what the numbers of the countries mean, each once."""
    told: dict[str, str] = {}
    for key, country in scenario.countries.items():
        parts = {slot: getattr(country, slot) for slot in _PARTS}
        if _takes_at_word(country):
            del parts["credibility"]
        given = [f"{slot}.{name}" for slot, part in parts.items() for name in part.given()]
        fields = CountrySpec.model_fields
        numbers = [name for name in _NUMBERS if getattr(country, name) != fields[name].default]
        for name in (*given, *numbers):
            found = description(scenario, f"countries.{key}.{name}", ROSTER)
            if found is not None and name not in told:
                told[name] = f"{found.words} ({found.unit})" if found.unit else found.words
    if told:
        yield heading("What these numbers mean")
        yield outline(told.items())


#: What a country is made of, and its numbers besides.
_PARTS = ("strategy", "compliance", "trust", "credibility")
_NUMBERS = ("patience", "discount", "benchmark", "revenue_weight")


def _takes_at_word(country: CountrySpec) -> bool:
    """Return whether the country believes every threat in full and for good, as by default."""
    model = country.credibility
    return (model.name, model.params) == ("fixed", (("t0", 1.0),))


def _without_effect(scenario: Scenario, country: CountrySpec) -> str:
    """Return a note if a country never owes any of the issues that its policy treats apart."""
    if any(country.compliance.closed()):
        return ""
    apart = getattr(country.compliance.build(), "singles_out", ())
    owed = [i for t in scenario.talks.values() for i in t.issues if i.obligor == country.id]
    if apart == () or any(i.is_pledge if apart is None else i.id in apart for i in owed):
        return ""
    return " (keeps everything: it never owes what that is about)"


# -- talks -------------------------------------------------------------------------------------


def _talk(scenario: Scenario, talk: TalkSpec) -> Iterator[RenderableType]:
    yield heading(f"Talk: {wording.talk_name(scenario, talk.id)} ({talk.id})")
    yield Padding(Text(_calendar(talk)), (0, 0, 0, 2))
    for party, audience in talk.audience.items():
        error = f", guessed with an error of {audience.noise:g}" if audience.noise else ""
        yield Text(
            f"  The audience of {wording.name(scenario, party)} asks for"
            f" {wording.number(audience.threshold)}{error}."
        )
    for party, strategy in talk.strategy.items():
        yield Text(f"  {wording.name(scenario, party)} plays {strategy} here.")
    for issue in talk.issues:
        yield from _issue(scenario, talk, issue)
    if any(issue.political for issue in talk.issues):
        yield Padding(Text(_joint_error_text(scenario, talk), style="dim"), (0, 0, 0, 2))


def _joint_error_text(scenario: Scenario, talk: TalkSpec) -> str:
    """Return how far the derived values of a talk are from the model's value of all at once."""
    valuer = Valuer(scenario.economy, scenario.countries, scenario.bystanders, scenario.talks)
    errors = [
        f"{wording.name(scenario, party)} {wording.amount(error)}"
        for party, error in valuer.joint_error(talk).items()
    ]
    return (
        "Tariffs are valued by the trade model. With all of them at their last level at once it "
        f"says {listing(errors)} more than their values add up to."
    )


def _calendar(talk: TalkSpec) -> str:
    """Return the dates and periods of a talk in a sentence."""
    if not talk.open or talk.deadline is None:
        clauses = ["Not open: it only carries its deal"]
    else:
        clauses = [f"Open from {wording.day(talk.opens)} to {wording.day(talk.deadline)}"]
    weeks = talk.review_weeks
    clauses.append(f"review every {f'{weeks} weeks' if weeks > 1 else 'week'}")
    if talk.ratify_weeks:
        clauses.append(f"ratification after {count(talk.ratify_weeks, 'week')}")
    if talk.term_weeks is not None:
        clauses.append(f"term of {count(talk.term_weeks, 'week')}")
    if talk.renew_weeks is not None:
        clauses.append(f"renewal opens {count(talk.renew_weeks, 'week')} before its end")
    if talk.renegotiate_weeks is not None:
        weeks_before = count(talk.renegotiate_weeks, "week")
        clauses.append(f"renegotiation {weeks_before} before a review that would see it broken")
    if talk.open:
        clauses.append(f"cooling-off of {count(talk.cooling_weeks, 'week')}")
    return f"{', '.join(clauses)}."


def _issue(scenario: Scenario, talk: TalkSpec, issue: IssueSpec) -> Iterator[RenderableType]:
    """Give the name of an issue, and a row per party with the value of each level to it."""
    title = Text(issue.name, style="bold")
    owed_by = wording.name(scenario, issue.obligor)
    title.append(f" ({issue.id}), owed by {owed_by}", style="not bold")
    yield Padding(title, (0, 0, 0, 2))
    shown = _ladder(len(issue.levels))
    levels = ["..." if k is None else wording.quantity(issue.levels[k], issue.unit) for k in shown]
    rows = [("", levels)]
    for party in talk.parties:
        for suffix, values in _worth(issue, party):
            texts = ["" if k is None else wording.number(round(values[k], 3)) for k in shown]
            rows.append((f"{wording.name(scenario, party)}{suffix}", texts))
    yield ladder(rows, label=max(len(name) for name, _ in rows))
    notes = (_stands(scenario, issue), _pledge(scenario, issue), _derived(scenario, issue))
    for note in (*notes, _weights(scenario, issue)):
        if note:
            yield Padding(Text(note, style="dim"), (0, 0, 0, 4))


def _worth(issue: IssueSpec, party: str) -> Iterator[tuple[str, Sequence[float]]]:
    """Give the value of each level to a party; if derived, welfare and politics separately."""
    welfare, on_top = issue.payoffs[party], issue.political.get(party)
    if on_top is None:
        yield "", welfare
        return
    yield ", welfare", welfare
    yield ", politics", on_top
    yield ", in all", [a + b for a, b in zip(welfare, on_top, strict=True)]


def _stands(scenario: Scenario, issue: IssueSpec) -> str:
    """Return where an issue stands without a deal, and what a deal may let its obligor take."""
    if not issue.base:
        return ""
    stands, *taken = [
        wording.quantity(issue.levels[k], issue.unit) for k in (issue.base, *range(issue.base))
    ]
    who = wording.name(scenario, issue.obligor)
    return f"stands at {stands} without a deal; {listing(taken)} is what {who} would take"


def _pledge(scenario: Scenario, issue: IssueSpec) -> str:
    """Return what a pledge binds its obligor to."""
    if not any(issue.assurance):
        return ""
    chances = ", ".join(f"{chance:g}" for chance in issue.assurance)
    by = "enforced by a third party, " if issue.enforced else ""
    who = wording.name(scenario, issue.obligor)
    return f"a pledge, {by}that keeps {who} from breaking the deal with probability {chances}"


def _derived(scenario: Scenario, issue: IssueSpec) -> str:
    """Return from what the values of an issue are derived; nothing if they are stated."""
    tariff, purchase = issue.tariff, issue.purchase
    if tariff is not None:
        text = f"on {tariff.share:.1%} of the goods of {wording.name(scenario, tariff.on)}"
        if tariff.quota is not None and tariff.volume is not None:
            text += f", in a quota of {tariff.quota:g} of {tariff.volume:g}"
        return text
    if purchase is not None:
        faces = ", ".join(wording.number(float(face)) for face in purchase.face or issue.levels)
        return (
            f"of a face value of {faces}: {wording.name(scenario, purchase.of)} gains "
            f"{purchase.gain:.1%}, {wording.name(scenario, issue.obligor)} pays {purchase.cost:.1%}"
        )
    return ""


def _ladder(count: int) -> list[int | None]:
    """Return the positions of the levels to show, None where some are left out."""
    return [*range(count)] if count <= LADDER else [0, 1, 2, None, count - 2, count - 1]


def _weights(scenario: Scenario, issue: IssueSpec) -> str:
    kinds: tuple[tuple[str, Mapping[str, float]], ...] = (
        ("political weight", issue.political_weights),
        ("pledge share", issue.pledge_share),
        ("audience's weight", issue.audience_weights),
        ("face per step", issue.face),
    )
    return "; ".join(
        f"{kind} {wording.name(scenario, party)} {wording.number(value)}"
        for kind, values in kinds
        for party, value in values.items()
    )


def _zones(scenario: Scenario, baseline: Baseline) -> Iterator[RenderableType]:
    yield heading("Zones of agreement at the start, at the trust that history leaves")
    rows = []
    for key, talk in scenario.talks.items():
        zone = baseline.zone(key)
        for seat, party in enumerate(talk.parties):
            passed = str(zone.ratified) if talk.audience else "-"
            head = [key, _size(zone), passed] if seat == 0 else ["", "", ""]
            values = [*_prospects(zone, seat), _power(scenario, talk, party)]
            rows.append([*head, wording.name(scenario, party), *values])
    columns = ["talk", "zone", "passed", "party", "no new deal", "worst", "best", "power"]
    yield table(columns, rows, numbers=4)
    yield Padding(Text(_EXPLAINED, style="dim"), (0, 0, 0, 2))


_EXPLAINED = (
    "Zone: outcomes that every party prefers to no new deal; passed: of these, how many the "
    "audiences would pass. What each party expects without a new deal (of the deal in force, if "
    "that is more than without any), and at worst and best in the zone. Power: the share of the "
    "gains that patience alone would give it in theory, a benchmark that no rule goes by."
)


def _size(zone: Zone) -> str:
    return f"{zone.size}/{zone.outcomes} ({zone.share:.0%})" if zone.size else "empty"


def _prospects(zone: Zone, seat: int) -> list[str]:
    values = [zone.disagreement[seat], *zone.ranges[seat]]
    return ["-" if math.isnan(value) else wording.amount(value) for value in values]


def _power(scenario: Scenario, talk: TalkSpec, party: str) -> str:
    """Return the power of a party from its patience and that of its partner, where it has one."""
    if len(talk.parties) != 2:
        return "-"
    (partner,) = (other for other in talk.parties if other != party)
    patience = [scenario.countries[name].patience for name in (party, partner)]
    return f"{power_from_patience(*patience):.2f}"


# -- around the talks --------------------------------------------------------------------------


def _threats(scenario: Scenario) -> Iterator[RenderableType]:
    if not scenario.threats:
        return
    yield heading("Threats")
    yield outline((threat.id, _threat(scenario, threat)) for threat in scenario.threats)


def _threat(scenario: Scenario, threat: ThreatSpec) -> str:
    announced = wording.day(threat.announced, brief=True)
    answers = "" if threat.answers is None else f" in answer to {threat.answers}"
    effective = "at the deadline"
    if threat.effective != "deadline":
        effective = f"from {wording.day(threat.effective, brief=True)}"
    waits = ", suspended while the talk is under way" if threat.suspended else ""
    return (
        f"by {wording.name(scenario, threat.by)}{answers}, announced {announced}, effective "
        f"{effective}{waits}{_raised(scenario, threat)}: {_threatened(scenario, threat)}"
        f"{_at_the_date(threat)}"
    )


def _threatened(scenario: Scenario, threat: ThreatSpec) -> str:
    """Return what a threat is worth to whom, or the level of an issue that it names."""
    if threat.issue is None or threat.level is None:
        payoffs = ((wording.name(scenario, key), value) for key, value in threat.payoffs.items())
        worth = [f"{name} {wording.number(round(value, 3))}" for name, value in payoffs]
        return f"worth {listing(worth)} a year"
    issue = next(i for i in scenario.talks[threat.talk].issues if i.id == threat.issue)
    cost = f", at a cost of {threat.cost:g} a year" if threat.cost else ""
    return f"{issue.name} {wording.quantity(threat.level, issue.unit)}{cost}"


def _at_the_date(threat: ThreatSpec) -> str:
    """Return what happens at the date of a threat if there is no deal, unless it is carried out."""
    policy = threat.policy
    if not policy.extend:
        return ""
    again = f", then {policy.extend * policy.after:.0%}" if policy.after != 1 else ""
    grows = f", growing by {policy.raise_:.0%} each time" if policy.raise_ else ""
    weeks = count(policy.weeks, "week")
    return f"; extended with probability {policy.extend:.0%}{again}, by {weeks}{grows}"


def _raised(scenario: Scenario, threat: ThreatSpec) -> str:
    """Return which tariff a threat raises, if its value is derived from a tariff."""
    tariff = threat.tariff
    if tariff is None:
        return ""
    goods = f"{tariff.share:.1%} of the goods of {wording.name(scenario, tariff.on)}"
    return f", a tariff of {tariff.rate:g} % instead of {tariff.instead:g} % on {goods}"


def _coalitions(scenario: Scenario) -> Iterator[RenderableType]:
    if not scenario.coalitions:
        return
    yield heading("Coalitions")
    for coalition in scenario.coalitions:
        members = wording.parties(scenario, coalition.members)
        against = wording.name(scenario, coalition.against)
        ends = (
            "; a deal with one ends its part" if coalition.part_ends else " until all have a deal"
        )
        text = f"{members} together: {against} reckons with the threats of all{ends}"
        yield outline([(coalition.id, text)])


def _deals(scenario: Scenario) -> Iterator[RenderableType]:
    if not scenario.deals:
        return
    yield heading("Deals in force at the start")
    for deal in scenario.deals:
        issues = {issue.id: issue for issue in scenario.talks[deal.talk].issues}
        pairs = [(issues[key], level) for key, level in deal.outcome.items()]
        terms = [f"{issue.name} {wording.quantity(level, issue.unit)}" for issue, level in pairs]
        who = wording.talk_name(scenario, deal.talk)
        signed = wording.day(deal.signed, brief=True)
        yield outline([(signed, f"{who}: {', '.join(terms) or 'nothing'}")])


def _relationships(scenario: Scenario) -> Iterator[RenderableType]:
    if not scenario.relationships:
        return
    yield heading("Relationships: how well each hears of what is done to the other")
    rows = [
        [*(wording.name(scenario, node) for node in edge.between), f"{edge.weight:g}"]
        for edge in scenario.relationships
    ]
    yield Padding(table(["between", "and", "weight"], rows, numbers=1), (0, 0, 0, 2))


def _history(scenario: Scenario) -> Iterator[RenderableType]:
    """Give what happened before, with entries about the same thing on one line."""
    if not scenario.history:
        return
    yield heading("History")
    groups: dict[tuple[str, str, str, float], list[tuple[datetime.date, str]]] = {}
    for entry in scenario.history:
        whom = wording.parties(scenario, entry.beneficiaries)
        key = (entry.kind, wording.name(scenario, entry.obligor), entry.what, entry.quality)
        groups.setdefault(key, []).append((entry.date, whom))
    rows = [
        (_dates([date for date, _ in entries]), _history_text(*key, [whom for _, whom in entries]))
        for key, entries in groups.items()
    ]
    yield outline(rows)


def _history_text(kind: str, who: str, what: str, quality: float, whom: list[str]) -> Text:
    each_once = listing(list(dict.fromkeys(whom)))
    if kind == "threat":
        done = Text({0.0: "not carried out", 1.0: "carried out"}.get(quality, f"by {quality:.0%}"))
        return Text.assemble("threat ", done, f" by {who} against {each_once}: {what}")
    return Text.assemble(_quality_text(quality), f" by {who} to {each_once}: {what}")


def _dates(dates: list[datetime.date]) -> str:
    first, last = min(dates), max(dates)
    return f"{first:%b %Y}" if first == last else f"{first:%b %Y} to {last:%b %Y}"


def _quality_text(quality: float) -> Text:
    if quality in {0.0, 1.0}:
        return Text("kept", style="green") if quality else Text("broken", style="red")
    return Text(f"kept by {quality:.0%}")


def _trust(scenario: Scenario, baseline: Baseline) -> Iterator[RenderableType]:
    names = {key: country.name for key, country in scenario.countries.items()}
    yield heading("Trust of each (row) in each (column) at the start")
    cells = {pair: wording.share(value) for pair, value in baseline.trust.items()}
    yield Padding(cross_table(names, names, cells), (0, 0, 0, 2))


def _conduct(scenario: Scenario, baseline: Baseline) -> Iterator[RenderableType]:
    """Give the conduct that is assumed of each country beside the trust its partners have in it."""
    yield heading("Conduct that is assumed, and what its partners in talks expect of it")
    rows, reasons = [], []
    for key, country in scenario.countries.items():
        talks = [talk for talk in scenario.talks.values() if key in talk.parties]
        partners = dict.fromkeys(p for talk in talks for p in talk.parties if p != key)
        trusts = [baseline.trust[partner, key] for partner in partners]
        if trusts:
            ends = dict.fromkeys(wording.share(trust) for trust in (min(trusts), max(trusts)))
            rows.append([country.name, _kept(country), " to ".join(ends)])
        if country.conduct:
            reasons.append((country.name, country.conduct))
    columns = ["country", "performs", "is trusted at the start"]
    yield Padding(table(columns, rows, numbers=1), (0, 0, 0, 2))
    if reasons:
        yield outline(reasons)


def _kept(country: CountrySpec) -> str:
    """Return how well a country performs for partners that keep their part, if that is known."""
    if any(country.compliance.closed()):
        return "-"
    reliability = getattr(country.compliance.build(), "reliability", None)
    return "-" if reliability is None else wording.share(float(reliability))


def _credibility(scenario: Scenario, baseline: Baseline) -> Iterator[RenderableType]:
    """Give how far threats are believed at the start, where anybody doubts any."""
    if all(value == 1.0 for value in baseline.credibility.values()):
        return
    names = {key: country.name for key, country in scenario.countries.items()}
    yield heading("How credible each (row) finds the threats of each (column) at the start")
    cells = {pair: wording.share(value) for pair, value in baseline.credibility.items()}
    yield Padding(cross_table(names, names, cells), (0, 0, 0, 2))


def _events(scenario: Scenario) -> Iterator[RenderableType]:
    if not scenario.events:
        return
    yield heading("Events to come")
    yield outline(
        (wording.day(event.date, brief=True), wording.event(scenario, event))
        for event in scenario.events
    )
