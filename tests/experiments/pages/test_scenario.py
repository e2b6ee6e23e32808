"""What is shown of a scenario before it is played."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from experiments.analysis.agreement_zone import Baseline
from experiments.display.terminal import outline, plain_text
from experiments.pages.scenario import scenario_page
from experiments.run import load, play
from simulator.scenario import source
from tests.generators import scenarios
from tests.simulator.world.small import allies, dear, two, week


def test_the_zone_of_first_talk_is_the_one_in_its_file() -> None:
    zone = Baseline(load("first-talk")).zone("trade")
    # (10 %, 0), (5 %, 50) and (5 %, 100): see the table in first-talk.toml.
    assert (zone.size, zone.outcomes) == (3, 9)
    assert zone.disagreement == (0.0, 0.0)
    assert np.allclose(zone.ranges, [(0.0, 1.4), (0.0, 1.9)])


def test_shocks_acts_and_another_level_of_a_disregard_are_shown() -> None:
    changes = {
        "disregard": 0.8,
        "countries.home.shocks": {"probability": 0.05, "stake": 0.2, "towards": "partner"},
        "events": [
            {
                "date": "2025-02-03",
                "what": "A word",
                "evidence": {"by": "partner", "towards": "*", "quality": 1, "stake": 0.3},
            }
        ],
    }
    text = re.sub(r"\s+", " ", plain_text(scenario_page(load("first-talk", set=changes))))
    assert "A performance below 0.8 is a disregard." in text
    assert "with probability 0.05 a week, Home breaks faith with Partner outside any deal" in text
    assert "A word; Partner keeps faith with all others outside any deal (quality 1" in text
    assert "disregard" not in plain_text(scenario_page(load("first-talk")))


@settings(max_examples=25)
@given(scenarios())
def test_the_trust_shown_is_the_trust_played(data: dict[str, Any]) -> None:
    loaded = load(data)
    assert Baseline(loaded).trust == play(loaded, 0).trust_start


@settings(max_examples=25)
@given(scenarios(deterministic=True))
def test_the_zone_shown_is_the_zone_in_which_the_talks_begin(data: dict[str, Any]) -> None:
    data = {**data, "weeks": 1}
    data["talks"] = {k: {**t, "opens": data["start"]} for k, t in data["talks"].items()}
    loaded = load({k: v for k, v in data.items() if k != "events"})
    world = play(loaded, 0)
    outset = Baseline(loaded)
    for opening in world.openings:
        zone = outset.zone(opening.name)
        turns = opening.talk.turns
        floors = tuple(turn.preferences.disagreement for turn in turns)
        assert np.allclose(zone.disagreement, floors)
        if not loaded.talks[opening.name].audience:
            inside = np.logical_and.reduce([turn.preferences.rational for turn in turns])
            assert zone.size == inside.sum()


def test_no_number_is_less_than_zero_by_nothing() -> None:
    loaded = load("first-talk", {"talks.trade.issues.tariff.payoffs.home": [-0.0, -0.0, -3]})
    assert not re.search(r"-0(?![\d.])", plain_text(scenario_page(loaded)))


def test_the_prospects_without_a_new_deal_are_those_of_the_deal_in_force() -> None:
    text = plain_text(scenario_page(load("symmetric-tariff-game")))
    assert "no new deal" in text
    assert "of the deal in force" in re.sub(r"\s+", " ", text)


def test_the_power_shown_is_that_of_patience_in_talks_of_two() -> None:
    changed = {"countries.home.patience": 0.95, "countries.partner.patience": 0.997}
    text = plain_text(scenario_page(load("first-talk", changed)))
    # ln .997 / (ln .95 + ln .997)
    assert re.findall(r"0\.06|0\.94", text) == ["0.06", "0.94"]


def test_an_empty_zone_is_shown_as_such() -> None:
    loaded = load("first-talk", {"countries.home.trust": "fixed:t0=0.1"})
    zone = Baseline(loaded).zone("trade")
    assert zone.size <= 1
    assert "nan" not in plain_text(scenario_page(loaded)).split()


@pytest.mark.parametrize("name", source.shipped())
def test_everything_in_a_shipped_scenario_is_shown(name: str) -> None:
    loaded = load(name)
    text = re.sub(r"\s+", " ", plain_text(scenario_page(loaded)))
    for country in loaded.countries.values():
        assert f"{country.name} ({country.id})" in text
        assert str(country.strategy) in text.replace(": ", ":")
    for talk in loaded.talks.values():
        for issue in talk.issues:
            assert f"{issue.name} ({issue.id})" in text
    for entry in loaded.history:
        assert entry.what in text
    for threat in loaded.threats:
        assert threat.id in text


def test_a_derived_value_is_shown_with_welfare_and_politics_apart_and_what_it_derives_from() -> (
    None
):
    loaded = load("allies-2025")
    text = plain_text(scenario_page(loaded), 120)
    issue = next(i for i in loaded.talks["us-eu"].issues if i.id == "steel-tariff")
    welfare, politics = issue.payoffs["us"][-1], issue.political["us"][-1]
    rows = text.partition("Talk: United States and European Union")[2].partition(issue.name)[2]
    for what, value in (("welfare", welfare), ("politics", politics), ("all", welfare + politics)):
        row = next(line for line in rows.splitlines() if f"{what} " in line)
        assert float(row.split()[-1]) == pytest.approx(value, abs=0.0006), what
    assert "on 5.0% of the goods of European Union" in rows
    assert "in a quota of 100 of 101" in text
    assert "of a face value of 0, 0.9, 4.5: United States gains 35.0%, Japan pays 9.0%" in text


def test_a_threat_is_shown_with_its_level_or_its_tariff_and_what_may_happen_at_its_date() -> None:
    listed = {
        "talk": "us-japan",
        "by": "japan",
        "announced": "2025-05-19",
        "effective": "2025-07-14",
        "tariff": {"on": "us", "share": 0.35, "rate": 24, "instead": 10},
    }
    loaded = load("allies-2025", {"threats.japan-list": listed})
    text = re.sub(r"\s+", " ", plain_text(scenario_page(loaded)))
    assert (
        "announced 2 Apr 2025, effective at the deadline: US baseline tariff 24 %, at a cost of 1.4"
        " a year; extended with probability 30%, by 4 weeks" in text
    )
    assert "a tariff of 24 % instead of 10 % on 35.0% of the goods of United States" in text


def test_against_a_coalition_the_zone_reckons_with_the_lists_of_all() -> None:
    """Each of two lists costs the US 1 or 2; only what they do together is below -2."""
    for part_ends, ends in ((True, "; a deal with one ends its part"), (False, " until all have")):
        loaded = load(allies(part_ends))
        for talk in ("a", "b"):
            assert Baseline(loaded).zone(talk).disagreement == (-3.0, -0.25)
        text = re.sub(r"\s+", " ", plain_text(scenario_page(loaded)))
        assert f"together a and b together: us reckons with the threats of all{ends}" in text
    ended = {"talk": "a", "signed": week(-1), "outcome": {"cut": 5}}
    for part_ends, without in ((True, -2.0), (False, -3.0)):
        outset = Baseline(load(allies(part_ends) | {"deals": [ended]}))
        assert outset.zone("b").disagreement[0] == without


def test_what_a_threat_answers_and_whether_it_is_suspended_is_shown() -> None:
    tariff = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"japan": -4}}
    own = {"by": "japan", "payoffs": {"us": -1}, "answers": "us-trade", "suspended": True}
    world = two(threats=[tariff, tariff | own | {"effective": week(2)}])
    text = re.sub(r"\s+", " ", plain_text(scenario_page(load(world))))
    assert (
        "by japan in answer to us-trade, announced 6 Jan 2025, effective from 20 Jan 2025,"
        " suspended while the talk is under way: worth us -1 a year" in text
    )


@pytest.mark.parametrize("width", [60, 80])
def test_a_strategy_too_long_for_a_line_breaks_at_its_colons(width: int) -> None:
    spec = "time-dependent:exponent=4.0:resolve=0.5:belief=reservation:noise=0.1"
    lines = plain_text(outline([("strategy", spec), ("trust", "fixed")], indent=4), width)
    first, *more, last = [line.strip() for line in lines.splitlines()]
    parts = [first.removeprefix("strategy").strip(), *more]
    assert "".join(parts) == spec
    assert all(part.endswith(":") for part in parts[:-1])
    assert 1 < len(parts) <= 2
    assert last.split() == ["trust", "fixed"]


@settings(max_examples=25)
@given(scenarios())
def test_any_scenario_is_shown_on_80_columns(data: dict[str, Any]) -> None:
    assert max(map(len, plain_text(scenario_page(load(data))).splitlines())) <= 80


def test_every_number_of_a_country_is_explained_once_and_no_other() -> None:
    text = re.sub(r"\s+", " ", plain_text(scenario_page(load("allies-2025"))))
    told = "compliance.probability chance that the country disregards a deal at a review (0 to 1)"
    assert text.count(told) == 1
    assert "credibility.lam memory of the country for evidence, as to threats" in text
    assert "benchmark weight that the country gives to what a peer got" in text
    small = re.sub(r"\s+", " ", plain_text(scenario_page(load("first-talk"))))
    assert "strategy.exponent how late the country concedes (exponent)" in small
    assert "benchmark weight" not in small


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("fixed:t0=1", "believes every threat, at its word"),
        ("fixed:t0=0.5", "believes threats by fixed:t0=0.5"),
    ],
)
def test_a_country_that_takes_threats_at_their_word_is_said_to(model: str, told: str) -> None:
    scenario = load("allies-2025", {"countries.us.credibility": model})
    text = re.sub(r"\s+", " ", plain_text(scenario_page(scenario)))
    assert told in text
    assert ("credibility.t0 " in text) is (model != "fixed:t0=1")


def test_what_nobody_threatens_with_is_not_said_to_be_believed() -> None:
    assert "believes" not in plain_text(scenario_page(load("first-talk")))


def test_the_dates_of_a_talk_say_when_other_terms_are_talked_about() -> None:
    text = re.sub(r"\s+", " ", plain_text(scenario_page(load(dear()))))
    assert "renegotiation 2 weeks before a review that would see it broken" in text
