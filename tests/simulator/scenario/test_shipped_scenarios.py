"""The scenarios that ship: every number accounted for, every formula they claim recomputed."""

import datetime
import itertools
import math
import re
import tomllib

import pytest

from agents.roster import ROSTER
from experiments.analysis.agreement_zone import Baseline
from simulator.errors import ScenarioError
from simulator.negotiation.payoffs import Preferences, expected
from simulator.negotiation.talk import Talk, TalkState
from simulator.scenario import scenario
from simulator.scenario import source as scenarios
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import IssueSpec
from simulator.world.blueprint import Blueprint

SHIPPED = ("allies-2025", "first-talk", "symmetric-tariff-game")

#: Keys whose digits are no numbers from the world, only names.
NAMING = {
    "id",
    "name",
    "title",
    "what",
    "talk",
    "by",
    "between",
    "beneficiaries",
    "obligor",
    "typical_seed",
}


def load(name: str) -> Scenario:
    return scenario.load(name, ROSTER)


# Every number carries its source or the word "assumed".


def known_sources(text: str) -> set[str]:
    """The short names that the header of a scenario file explains under "References"."""
    listed = text.partition("# References\n")[2].partition("\n\n")[0]
    return set(re.findall(r"^#   (\S(?:\S| (?! ))*)  ", listed, re.MULTILINE))


def has_number(line: str) -> bool:
    key, equals, value = line.partition("=")
    return bool(equals) and key.strip() not in NAMING and bool(re.search(r"\d", value))


def says_where_from(comment: str, sources: set[str]) -> bool:
    return "assumed" in comment or any(
        re.search(rf"\b{re.escape(source)}", comment) for source in sources
    )


def uncovered(text: str) -> list[str]:
    """The lines with a number for which no comment above them in their block accounts."""
    sources = known_sources(text)
    missing = []
    for block in re.split(r"\n\s*\n", text):
        comment = ""
        for line in block.splitlines():
            code, _, remark = line.partition("#")
            comment += f" {remark}"
            if has_number(code) and not says_where_from(comment, sources):
                missing.append(line)
    return missing


def test_every_number_of_allies_2025_carries_its_source_or_the_word_assumed() -> None:
    text = scenarios.text("allies-2025")
    assert len(known_sources(text)) > 10
    assert uncovered(text) == []


@pytest.mark.parametrize("source", ["assumed", "Proc. 10908", "General Terms"])
def test_a_number_without_its_comment_is_noticed(source: str) -> None:
    text = scenarios.text("allies-2025")
    header, start, body = text.partition('name = "allies-2025"')
    assert uncovered(header + start + body.replace("assumed", "").replace(source, ""))


def test_a_source_that_the_header_does_not_explain_does_not_count() -> None:
    text = "# References\n#   ACEA   makers\n\n# Hearsay.\nweeks = 3\n\n# ACEA.\nweeks = 4\n"
    assert uncovered(text) == ["weeks = 3"]


def test_a_blank_line_ends_what_a_comment_covers() -> None:
    assert uncovered("# assumed\nweeks = 3\n\nweeks = 4") == ["weeks = 4"]


def test_payoffs_of_allies_2025_never_pass_for_facts() -> None:
    blocks = scenarios.text("allies-2025").split("\n\n")
    valued = [block for block in blocks if re.search(r"^payoffs", block, re.MULTILINE)]
    assert len(valued) == 12
    assert all("assumed" in block for block in valued)


# Allies-2025.


@pytest.mark.parametrize("talk", ["us-japan", "us-eu", "us-korea", "us-uk"])
def test_a_talk_of_the_allies_has_five_to_seven_issues_and_at_most_10000_outcomes(
    talk: str,
) -> None:
    issues = load("allies-2025").talks[talk].issues
    size = math.prod(len(issue.levels) for issue in issues)
    assert 5 <= len(issues) <= 7
    assert size <= 10_000
    about = scenarios.text("allies-2025").partition(f"[talks.{talk}]")[0].rpartition("# ---")[2]
    assert f"# {size:,} outcomes." in about


def test_whoever_performs_an_issue_bears_its_cost_and_the_other_gains() -> None:
    for talk in load("allies-2025").talks.values():
        for issue in talk.issues:
            (other,) = set(talk.parties) - {issue.obligor}
            cost = in_all(issue, issue.obligor)[issue.base :]
            assert all(a > b for a, b in itertools.pairwise(cost)), (talk.id, issue.id)
            if issue.assurance:
                assert set(issue.payoffs[other]) == {0}
            else:
                gain = in_all(issue, other)
                assert all(a < b for a, b in itertools.pairwise(gain)), (talk.id, issue.id)


def test_what_is_threatened_is_a_level_that_hurts_and_costs_washington_less_than_it_hurts() -> None:
    world = load("allies-2025")
    for threat in (threat for threat in world.threats if threat.by == "us"):
        (issue,) = (i for i in world.talks[threat.talk].issues if i.id == threat.issue)
        (ally,) = set(world.talks[threat.talk].parties) - {"us"}
        assert issue.levels.index(threat.level) == 0 < issue.base
        assert issue.status_quo == 10
        hurt, own = issue.payoffs[ally][0], in_all(issue, "us")[0]
        assert hurt < -1
        assert own > 0 > own - threat.cost > hurt


def test_the_uk_is_not_threatened() -> None:
    assert {threat.talk for threat in load("allies-2025").threats} == {
        "us-japan",
        "us-eu",
        "us-korea",
    }


def test_car_tariffs_of_all_talks_are_whole_rates() -> None:
    ladders = {ally: cut.levels for (ally, id), cut in us_tariffs().items() if id == "car-tariff"}
    assert ladders["japan"] == ladders["eu"] == ladders["uk"] == (27.5, 20, 15, 10, 2.5)
    assert ladders["korea"] == (25, 20, 15, 10, 0)


def in_all(issue: IssueSpec, party: str) -> list[float]:
    """What each level is worth to a party, welfare and politics together."""
    on_top = issue.political.get(party, [0.0] * len(issue.levels))
    return [a + b for a, b in zip(issue.payoffs[party], on_top, strict=True)]


def us_tariffs() -> dict[tuple[str, str], IssueSpec]:
    """The derived issues of the US by ally and id."""
    talks = load("allies-2025").talks.values()
    issues = ((talk.parties[1], issue) for talk in talks for issue in talk.issues if issue.tariff)
    return {(ally, issue.id): issue for ally, issue in issues}


@pytest.mark.parametrize(("key", "value"), [("start", "2025-02-30"), ("valuation", "tables")])
def test_what_is_wrong_outside_the_talks_does_not_pass_for_missing_payoffs(
    key: str, value: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario.load("allies-2025", ROSTER, set={key: value})
    assert [problem.key for problem in caught.value.problems] == [key]


def test_us_tariffs_and_its_threats_are_derived_from_the_trade_model() -> None:
    text = tomllib.loads(scenarios.text("allies-2025"))
    given = [issue for talk in text["talks"].values() for issue in talk["issues"]]
    tariffs = [issue for issue in given if issue["id"].split("-")[-1] == "tariff"]
    assert len(tariffs) == len(us_tariffs()) == 11
    assert not any("payoffs" in issue for issue in tariffs)
    threats = [threat for threat in text["threats"] if threat["by"] == "us"]
    assert [threat["issue"] for threat in threats] == ["baseline-tariff"] * 3
    assert not any("payoffs" in threat or "tariff" in threat for threat in threats)


@pytest.mark.parametrize(
    ("issue", "least", "most"),
    [
        ("car-tariff", 3 / 8, 3 / 4),
        ("steel-tariff", 3 / 5, 9 / 10),
        ("baseline-tariff", 2 / 5, 4 / 5),
    ],
)
def test_a_us_tariff_cut_costs_washington_the_share_of_the_gain_that_the_header_states(
    issue: str, least: float, most: float
) -> None:
    cuts = {ally: cut for (ally, id), cut in us_tariffs().items() if id == issue}
    shares = [
        -a / b
        for ally, cut in cuts.items()
        if not (cut.tariff and cut.tariff.quota)
        for a, b in list(zip(in_all(cut, "us"), cut.payoffs[ally], strict=True))[cut.base + 1 :]
    ]
    assert least <= min(shares) < least + 0.07
    assert most - 0.1 < max(shares) <= most


@pytest.mark.parametrize(
    ("ally", "cars", "exports"),
    [("japan", 40.0, 141.4), ("eu", 45.4, 531.7), ("korea", 37.4, 117.9), ("uk", 9.7, 63.3)],
)
def test_the_share_of_cars_is_that_of_trade(ally: str, cars: float, exports: float) -> None:
    # US$ bn: cars 2024 (CRS; the UK's: DoC), goods 2023 (BACI; the UK's balanced).
    tariff = us_tariffs()[ally, "car-tariff"].tariff
    assert tariff is not None
    assert tariff.share == pytest.approx(cars / exports, abs=0.006)


def test_the_deal_in_force_gives_the_uk_the_rent_of_its_quota() -> None:
    issue = us_tariffs()["uk", "car-tariff"]
    rate = issue.levels.index(10)
    in_quota = 9.6  # US$ bn: 100,000 of 101,000 cars, 9.7 bn in 2024
    assert issue.payoffs["uk"][rate] == pytest.approx((0.275 - 0.10) * in_quota, abs=0.05)
    assert issue.payoffs["us"][rate] == pytest.approx(-issue.payoffs["uk"][rate])


def test_the_deal_in_force_is_worth_keeping_for_both() -> None:
    zone = Baseline(load("allies-2025")).zone("us-uk")
    assert min(zone.disagreement) > 0.2


@pytest.mark.parametrize("talk", ["us-japan", "us-eu", "us-korea", "us-uk"])
def test_no_zone_of_agreement_of_allies_2025_is_empty(talk: str) -> None:
    assert Baseline(load("allies-2025")).zone(talk).ratified > 50


def test_nothing_in_allies_2025_was_known_only_after_its_start() -> None:
    allies = load("allies-2025")
    dates = [entry.date for entry in allies.history]
    dates += [deal.signed for deal in allies.deals]
    dates += [threat.announced for threat in allies.threats]
    assert max(dates) < allies.start == datetime.date(2025, 5, 19)


def test_the_history_of_allies_2025_gives_the_known_trust() -> None:
    allies = load("allies-2025")
    trust = replayed(allies)
    in_us = {key: round(trust[key, "us"], 2) for key in ("japan", "korea", "eu", "uk")}
    of_us = [round(trust["us", key], 2) for key in ("japan", "korea", "eu", "uk")]
    assert in_us == {"japan": 0.36, "korea": 0.37, "eu": 0.39, "uk": 0.47}
    assert (min(of_us), max(of_us)) == (0.54, 0.59)


def test_the_dated_threats_of_allies_2025_give_the_known_credibility() -> None:
    world = load("allies-2025")
    for observer, subject, known in [
        ("japan", "us", 0.71),
        ("korea", "us", 0.70),
        ("eu", "us", 0.69),
        ("us", "eu", 0.43),
    ]:
        kept = broken = 0.0
        for passed, news in Blueprint(world).history:
            kept, broken = kept * 0.95**passed, broken * 0.95**passed
            for evidence in news.threats.get((observer, subject), []):
                kept += evidence.weight * evidence.quality
                broken += evidence.weight * (1 - evidence.quality)
        assert (kept + 1) / (kept + broken + 2) == pytest.approx(known, abs=0.005)


def test_of_the_dated_threats_of_the_us_thirteen_were_carried_out_and_eight_not() -> None:
    threats = [e for e in load("allies-2025").history if e.kind == "threat" and e.obligor == "us"]
    counted = [(entry.quality, entry.stake) for entry in threats]
    assert counted.count((1, 1)) == 13
    assert counted.count((0, 0.5)) == 6
    assert counted.count((0, 1)) == 2
    assert len(counted) == 21


def replayed(world: Scenario) -> dict[tuple[str, str], float]:
    """Trust of each observer in each subject at the start, by the asymmetric rule spelt out."""
    up, down, prior, lam = 0.05, 0.3, 0.5, 0.98
    pairs = [(a, b) for a in world.countries for b in world.countries if a != b]
    trust = dict.fromkeys(pairs, prior)
    for passed, news in Blueprint(world).history:
        for pair in pairs:
            value = prior + (trust[pair] - prior) * lam**passed
            for evidence in news.promises.get(pair, []):
                change = (2 * evidence.quality - 1) * evidence.weight
                value += up * change * (1 - value) if change > 0 else down * change * value
            trust[pair] = value
    return trust


# First talk.


def test_the_first_talk_goes_as_its_header_tells() -> None:
    world = load("first-talk")
    plan = Blueprint(world).plans["trade"]
    views = []
    for seat in (0, 1):
        value = plan.valuation(seat)
        certain = value.own + value.harm
        views.append(Preferences(expected(certain, value.promised, [0.8], [0.0]), 0.0))
    assert views[0].expected == pytest.approx([0, 1.6, 2.4, -1, 0.6, 1.4, -3, -1.4, -0.6])
    assert views[1].expected == pytest.approx([0, -0.5, -2, 2.4, 1.9, 0.4, 4, 3.5, 2])
    strategies = [country.strategy.build() for country in world.countries.values()]
    talk = Talk(plan.space, strategies, views, rounds=4)  # type: ignore[arg-type]
    assert talk.play() is TalkState.AGREED
    assert plan.space.values(talk.agreement or 0) == (5, 50)
    assert [plan.space.values(offer.outcome) for offer in talk.offers] == [
        (10, 100),
        (0, 50),
        (5, 100),
        (0, 100),
        (5, 50),
    ]


# The repeated tariff game.


@pytest.mark.parametrize(("setter", "other"), [("home", "foreign"), ("foreign", "home")])
def test_the_numbers_of_the_tariff_game_equal_its_formula(setter: str, other: str) -> None:
    a, b, c = 1.0, 2.0, 0.9
    nash = a / b
    issues = {issue.id: issue for issue in load("symmetric-tariff-game").talks["tariffs"].issues}
    issue = issues[f"{setter}-tariff"]
    tariffs = [round(nash - 0.01 * k, 12) for k in range(51)]
    kept = a * nash - b * nash**2 / 2
    assert issue.obligor == setter
    assert list(issue.levels) == tariffs
    assert list(issue.payoffs[setter]) == [round(a * t - b * t * t / 2 - kept, 12) for t in tariffs]
    assert list(issue.payoffs[other]) == [round(c * (nash - t), 12) for t in tariffs]


def test_the_tariff_game_as_shipped_keeps_free_trade() -> None:
    game = load("symmetric-tariff-game")
    patience = {country.patience for country in game.countries.values()}
    trust = {dict(country.trust.params)["t0"] for country in game.countries.values()}
    assert patience == {0.9}
    assert trust == {0.8}
    assert 0.9 * 0.8 >= 1 / (2 * 0.9)
    assert not game.talks["tariffs"].open
    assert game.talks["tariffs"].term_weeks is None


# All of them.


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_reads_back_from_what_it_writes(name: str) -> None:
    world = load(name)
    assert world.name == name
    assert scenario.load(tomllib.loads(world.to_toml()), ROSTER).hash == world.hash


def test_all_shipped_scenarios_are_tested_here() -> None:
    assert sorted(scenarios.shipped()) == sorted(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_fits_a_page(name: str) -> None:
    assert max(map(len, scenarios.text(name).splitlines())) <= 100
