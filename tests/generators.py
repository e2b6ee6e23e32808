"""Hypothesis generators shared by the tests: small valid scenarios, as dicts, and domains."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulator.domains.domain import Domain, Profile
from simulator.negotiation.issues import Issue

__all__ = ["file_domains", "scenarios"]

START = date(2025, 5, 19)
COUNTRIES = ("us", "japan", "eu", "korea")
BYSTANDERS = ("china", "canada")

Data = dict[str, Any]

_shares = st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.8, 1.0))
_weeks_from_start = st.integers(1, 20).map(lambda weeks: START + timedelta(weeks=weeks))


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    deterministic: bool = False,
    max_countries: int = 4,
    max_talks: int = 3,
    max_issues: int = 3,
    max_parties: int = 2,
    weeks: int = 40,
) -> Data:
    """Valid scenarios of a few countries, talks and issues.

    Parameters
    ----------
    deterministic : bool
        Without anything drawn at random: no value uncertainty, no volatile policy, no noise, no
        shocks; a date is extended always or never, a pledge binds always or never.
    max_countries, max_talks, max_issues, max_parties : int
        The largest numbers of each.
    weeks : int
        The longest run.
    """
    countries = draw(_names(COUNTRIES[:max_countries], at_least=2))
    bystanders = draw(st.sampled_from(((), BYSTANDERS[:1], BYSTANDERS)))
    talks = draw(_talks(countries, max_talks, max_issues, max_parties, deterministic))
    nodes = [*countries, *bystanders]
    data: Data = {
        "name": "generated",
        "start": START,
        "weeks": draw(st.integers(1, weeks)),
        "rounds_per_week": draw(st.sampled_from((1, 2, 5))),
        "valuation_sd": 0 if deterministic else draw(st.sampled_from((0.0, 0.15))),
        "trust_period_weeks": draw(st.sampled_from((4, 13))),
        "disregard": draw(st.sampled_from((0.5, 0.3, 0.8))),
        "countries": {name: draw(_countries(deterministic, nodes, name)) for name in countries},
        "bystanders": {name: {"name": name.title()} for name in bystanders},
        "talks": talks,
        "threats": [t for name in talks for t in draw(_threats(name, talks[name], deterministic))],
        "deals": draw(_at_most_one_each(talks, _deal)),
        "relationships": draw(_relationships(nodes)),
        "history": draw(st.lists(_history(countries, nodes), max_size=3)),
        "reciprocity": draw(st.sampled_from((False, False, True))),
    }
    data["coalitions"] = draw(_coalitions(data))
    return data | {"events": draw(_events(data, deterministic))}


def _names(names: tuple[str, ...], at_least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=at_least, max_size=len(names), unique=True)


@st.composite
def _countries(draw: st.DrawFn, deterministic: bool, nodes: list[str], name: str) -> Data:
    strategies = [
        *("time-dependent:exponent=2:band=0.1", "boulware", "linear", "conceder", "mirror"),
        *("time-dependent:resolve=0.5", "time-dependent:resolve=0.9:belief=reservation"),
    ]
    policies = ["always", "opportunist", "reciprocal", "grim", "limited-punishment"]
    models = [
        "asymmetric",
        "asymmetric:up=0.05",
        "beta",
        "two-layer",
        "fire",
        "types",
        "fixed:t0=0.6",
    ]
    if not deterministic:
        strategies += ["micro", "time-dependent:belief=perfect:noise=0.2"]
        policies += ["volatile:probability=0.2", "generous", 'shortfall:issues=["issue-0"]']
    country = {
        "strategy": draw(st.sampled_from(strategies)),
        "compliance": draw(st.sampled_from(policies)),
        "trust": draw(st.sampled_from(models)),
        "patience": draw(st.sampled_from((0.9, 0.995, 1.0))),
        "benchmark": draw(st.sampled_from((0.0, 0.5))),
    }
    if draw(st.booleans()):
        believes = ("fixed:t0=0.5", "beta:kappa=1", "asymmetric")
        country["credibility"] = draw(st.sampled_from(believes))
    if draw(st.booleans()):
        country["discount"] = draw(st.sampled_from((0.95, 1.0)))
    if not deterministic and draw(st.booleans()):
        act = {"probability": 0.3, "stake": draw(_shares), "quality": draw(_shares)}
        country["shocks"] = act | {"towards": draw(_towards(nodes, name))}
    return country


def _towards(nodes: list[str], name: str) -> st.SearchStrategy[Any]:
    """Give those towards whom somebody acts outside its deals."""
    others = st.sampled_from([node for node in nodes if node != name])
    return st.one_of(st.just("*"), st.lists(others, min_size=1, max_size=2, unique=True))


@st.composite
def _talks(
    draw: st.DrawFn,
    countries: list[str],
    max_talks: int,
    max_issues: int,
    max_parties: int,
    deterministic: bool,
) -> Data:
    size = min(max_parties, len(countries))
    tables = st.lists(st.sampled_from(countries), min_size=2, max_size=size, unique=True)
    seats = draw(st.lists(tables, min_size=1, max_size=max_talks, unique_by=frozenset))
    return {"-".join(s): draw(_talk(s, max_issues, deterministic)) for s in seats}


@st.composite
def _talk(draw: st.DrawFn, parties: list[str], max_issues: int, deterministic: bool) -> Data:
    count = draw(st.integers(1, max_issues))
    issues = [draw(_issue(f"issue-{k}", parties)) for k in range(count)]
    obligors = [issue["obligor"] for issue in issues]
    if obligors.count(obligors[0]) > 1 and draw(st.booleans()):
        issues[0] |= draw(_pledge(issues[0], deterministic))
    ratify = draw(st.sampled_from((0, 2)))
    talk: Data = {
        "parties": parties,
        "deadline": draw(_weeks_from_start),
        "review_weeks": draw(st.sampled_from((4, 13))),
        "ratify_weeks": ratify,
        "cooling_weeks": draw(st.sampled_from((0, 4))),
        "issues": issues,
    }
    if draw(st.booleans()):
        talk |= {"term_weeks": 20, "renew_weeks": ratify + 4}
    if ratify and draw(st.booleans()):
        noise = 0.0 if deterministic else draw(st.sampled_from((0.0, 0.5)))
        talk["audience"] = {parties[1]: {"threshold": 0.2, "noise": noise}}
    return talk


@st.composite
def _issue(draw: st.DrawFn, name: str, parties: list[str]) -> Data:
    obligor = draw(st.sampled_from(parties))
    ladders: tuple[list[Any], ...] = ([25, 15, 10, 2.5], [0, 50, 200], ["none", "some", "all"])
    levels = draw(st.sampled_from(ladders))
    steps = len(levels) - 1
    gains = st.lists(st.integers(0, 30), min_size=steps, max_size=steps)
    payoffs = {}
    for party in parties:
        sign = -1 if party == obligor else 1
        values = [sign * gain / 10 for gain in sorted(draw(gains))]
        payoffs[party] = [0, *values]
    issue: Data = {"id": name, "obligor": obligor, "levels": levels, "payoffs": payoffs}
    if draw(st.booleans()):
        base = draw(st.integers(0, steps))
        issue["status_quo"] = levels[base]
        for values in payoffs.values():  # raw, or measured from the status quo by the file
            origin = draw(st.sampled_from((values[base], 0.0, 0.5)))
            values[:] = [value - origin for value in values]
    if draw(st.booleans()):
        issue["political_weights"] = {parties[0]: 1.5}
        issue["pledge_share"] = {parties[0]: draw(_shares)}
        issue["face"] = {obligor: 0.05}
    return issue


def _base(issue: Data) -> int:
    """Return the position of the status quo among the levels."""
    levels: list[Any] = issue["levels"]
    return levels.index(issue.get("status_quo", levels[0]))


@st.composite
def _pledge(draw: st.DrawFn, issue: Data, deterministic: bool) -> Data:
    """What makes an issue a pledge to observe the deal."""
    binds = st.sampled_from((0.0, 1.0) if deterministic else (0.0, 0.5, 1.0))
    assurance = [draw(binds) for _ in issue["levels"]]
    assurance[_base(issue)] = 0.0
    return {"assurance": assurance, "enforced": draw(st.booleans())}


@st.composite
def _threats(draw: st.DrawFn, name: str, talk: Data, deterministic: bool) -> list[Data]:
    """The threats about a talk: up to two of each party, of which some answer the first."""
    threats: list[Data] = []
    for by in talk["parties"]:
        ladders = [i for i in talk["issues"] if i["obligor"] == by and _base(i) > 0]
        for kind in draw(st.sampled_from(((), ("payoffs",), ("level",), ("level", "payoffs")))):
            if kind == "level" and not ladders:
                continue
            issue = draw(st.sampled_from(ladders)) if kind == "level" else None
            threat = draw(_threat(name, talk, by, issue, deterministic))
            if any(other["by"] == by for other in threats):
                threat["id"] = f"{by}-{name}-{len(threats)}"
            answered = next((t for t in threats if t["by"] != by and "id" not in t), None)
            if answered is not None and draw(st.booleans()):
                threat["answers"] = f"{answered['by']}-{name}"
                threat["suspended"] = draw(st.booleans())
            threats.append(threat)
    return threats


@st.composite
def _threat(
    draw: st.DrawFn,
    name: str,
    talk: Data,
    by: str,
    issue: Data | None,
    deterministic: bool,
) -> Data:
    announced = START + timedelta(days=draw(st.sampled_from((0, -20, 30))))
    later = _weeks_from_start.map(lambda day: max(day, announced))
    dates = [later] if talk["deadline"] < announced else [st.just("deadline"), later]
    threat: Data = {
        "talk": name,
        "by": by,
        "announced": announced,
        "effective": draw(st.one_of(dates)),
    }
    if issue is None:
        other = next(party for party in talk["parties"] if party != by)
        threat["payoffs"] = {by: -draw(_shares), other: -3 * draw(_shares)}
    else:
        level = draw(st.sampled_from(issue["levels"][: _base(issue)]))
        threat |= {"issue": issue["id"], "level": level, "cost": draw(_shares)}
    if draw(st.booleans()):
        threat["policy"] = draw(_policies(deterministic))
    return threat


def _policies(deterministic: bool) -> st.SearchStrategy[Data]:
    """Give what becomes of a threat when its date has come."""
    chances = st.sampled_from((0, 1) if deterministic else (0, 0.3, 0.7, 1))
    return st.fixed_dictionaries(
        {
            "extend": chances,
            "weeks": st.sampled_from((4, 1, 9)),
            "raise": st.sampled_from((0, 0.5)),
            "after": st.sampled_from((1, 0) if deterministic else (1, 0.5, 0)),
        }
    )


@st.composite
def _coalitions(draw: st.DrawFn, data: Data) -> list[Data]:
    """Up to one coalition, where two countries threaten a third."""
    threatened = dict[str, set[str]]()
    for threat in data["threats"]:
        for party in data["talks"][threat["talk"]]["parties"]:
            if party != threat["by"]:
                threatened.setdefault(party, set()).add(threat["by"])
    possible = [(who, by) for who, by in sorted(threatened.items()) if len(by) > 1]
    if not possible or draw(st.booleans()):
        return []
    against, members = draw(st.sampled_from(possible))
    part_ends = draw(st.booleans())
    coalition = {"id": "front", "members": sorted(members), "against": against}
    return [coalition | {"part_ends": part_ends}]


@st.composite
def _deal(draw: st.DrawFn, name: str, talk: Data) -> Data:
    outcome = {issue["id"]: draw(st.sampled_from(issue["levels"])) for issue in talk["issues"]}
    return {"talk": name, "signed": START - timedelta(days=11), "outcome": outcome}


@st.composite
def _at_most_one_each(draw: st.DrawFn, talks: Data, entry: Any) -> list[Data]:
    return [draw(entry(name, talk)) for name, talk in talks.items() if draw(st.booleans())]


@st.composite
def _relationships(draw: st.DrawFn, nodes: list[str]) -> list[Data]:
    pairs = [(a, b) for k, a in enumerate(nodes) for b in nodes[k + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True))
    return [{"between": list(pair), "weight": draw(_shares)} for pair in chosen]


@st.composite
def _history(draw: st.DrawFn, countries: list[str], nodes: list[str]) -> Data:
    obligor = draw(st.sampled_from(countries))
    others = [node for node in nodes if node != obligor]
    return {
        "kind": draw(st.sampled_from(("promise", "threat"))),
        "date": START - timedelta(days=draw(st.integers(1, 3000))),
        "what": "a word",
        "obligor": obligor,
        "beneficiaries": draw(st.lists(st.sampled_from(others), min_size=1, unique=True)),
        "quality": draw(_shares),
        "stake": draw(_shares),
        "excused": draw(st.sampled_from((0.0, 0.5))),
    }


@st.composite
def _events(draw: st.DrawFn, data: Data, deterministic: bool) -> list[Data]:
    country, talk = next(iter(data["countries"])), next(iter(data["talks"]))
    by = data["talks"][talk]["parties"][0]
    deadline = START + timedelta(weeks=30)
    events: list[Data] = [
        {"set": {f"countries.{country}.patience": 0.97}},
        {"set": {f"talks.{talk}.deadline": deadline}},
        {"disregard": {"talk": talk, "by": by}},
        {
            "evidence": {
                "by": country,
                "towards": draw(_towards([*data["countries"], *data["bystanders"]], country)),
                "quality": draw(_shares),
                "stake": draw(_shares),
                "kind": draw(st.sampled_from(("promise", "promise", "threat"))),
            }
        },
    ]
    if data["threats"]:
        threat = f"{data['threats'][0]['by']}-{data['threats'][0]['talk']}"
        chances = st.sampled_from((0, 1) if deterministic else (0, 0.5, 1))
        events += [
            {"withdraw": threat},
            {"set": {f"threats.{threat}.policy.extend": draw(chances)}},
        ]
    chosen = draw(st.lists(st.sampled_from(events), max_size=2, unique_by=id))
    return [{"date": draw(_weeks_from_start), **event} for event in chosen]


# Names of every kind that all formats hold: blanks inside, quotes, marks of XML and TOML, no ASCII.
_words = st.text(st.sampled_from("ab1.-_ &<>\"'é€=]#"), min_size=1, max_size=6).map(
    lambda text: " ".join(text.split()) or "x"
)
_worths = st.one_of(st.integers(-4, 4).map(lambda x: x / 4), st.floats(-3, 3))


@st.composite
def file_domains(draw: st.DrawFn, *, words: bool = False, largest: float = 9) -> Domain:
    """Domains as files hold them: up to three parties, three issues and four levels each.

    Parameters
    ----------
    words : bool
        Levels are words; otherwise numbers among them, too.
    largest : float
        What the best outcome of no party exceeds; weights are scaled down to it.
    """
    texts = _words if words else st.one_of(_words, st.integers(-9, 9), st.floats(-9, 9))
    names = draw(st.lists(_words, min_size=1, max_size=3, unique=True))
    issues = tuple(
        Issue(name, tuple(draw(st.lists(texts, min_size=1, max_size=4, unique_by=str))))
        for name in names
    )
    parties = draw(st.lists(_words, min_size=1, max_size=3, unique=True))
    return Domain("made", issues, tuple(draw(_profiles(name, issues, largest)) for name in parties))


@st.composite
def _profiles(draw: st.DrawFn, name: str, issues: tuple[Issue, ...], largest: float) -> Profile:
    weights = [draw(_worths) for _ in issues]
    values = tuple(np.array([draw(_worths) for _ in issue.levels], dtype=float) for issue in issues)
    best = Profile(name, tuple(weights), values).highest()
    scale = min(1.0, largest / best) if best > 0 else 1.0
    return Profile(
        name,
        tuple(weight * scale for weight in weights),
        values,
        draw(_worths),
        draw(st.sampled_from((1.0, 0.5, 0.9))),
    )
