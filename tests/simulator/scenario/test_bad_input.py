"""Whatever is wrong in a scenario is refused with its key, its value and what was allowed."""

import contextlib
import copy
import math
import time as clock
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import Problem, ScenarioError
from simulator.scenario import paths, scenario, source
from tests.fakes import ROSTER, SKETCH, sketch
from tests.generators import scenarios

Data = dict[str, Any]


def problems(data: object, **changes: object) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        scenario.load(data, ROSTER, **changes)  # type: ignore[arg-type]
    assert str(caught.value)
    return caught.value.problems


def only(data: object, **changes: object) -> Problem:
    (problem,) = problems(data, **changes)
    return problem


def keys(found: tuple[Problem, ...]) -> list[str]:
    return [problem.key for problem in found]


# --- one wrong value --------------------------------------------------------------------------


def evidence(**given: object) -> Data:
    return {"by": "us", "towards": ["japan"], "quality": 0, "stake": 0.2} | given


def shocks(**given: object) -> Data:
    return {"probability": 0.05, "stake": 0.2} | given


#: Path, value, words of what was allowed, nearest name; the key reported is the path.
WRONG_VALUES: list[tuple[str, object, str, str | None]] = [
    ("name", 3, "text", None),
    ("start", "May", "a date", None),
    ("start", datetime(2025, 5, 19), "a date without time", None),
    ("start", time(9), "a date", None),
    ("start", "2025-02-30", "a day of the calendar", None),
    ("weeks", 0, "from 1", None),
    ("weeks", 13.5, "a whole number", None),
    ("weeks", True, "a whole number", None),
    ("weeks", "13", "a whole number", None),
    ("weeks", [13], "a whole number", None),
    ("weeks", 10**30, "a whole number from 1 to 100,000", None),
    ("weeks", math.nan, "a whole number", None),
    ("valuation", "tables", '"table"', "table"),
    ("valuation_sd", -0.1, "from 0", None),
    ("good_news", 1.1, "from 0 to 1", None),
    ("countries.us.name", True, "text", None),
    ("countries.us.patience", 0, "above 0", None),
    ("countries.us.patience", 1.01, "at most 1", None),
    ("countries.us.patience", math.nan, "at most 1", None),
    ("countries.us.patience", True, "a number", None),
    ("countries.us.benchmark", -1, "at least 0", None),
    ("countries.us.benchmark", math.inf, "finite", None),
    ("countries.us.benchmark", 10**400, "finite", None),
    ("countries.us.benchmark", Decimal(1), "a number of at least 0", None),
    ("countries.us.strategy", "time-dependnt", "time-dependent", "time-dependent"),
    ("countries.us.compliance", "volatil:probability=1", "volatile", "volatile"),
    ("countries.us.trust", 3, "a trust", None),
    ("countries.us.trust.upp", 3, "up (a number)", "up"),
    ("countries.us.trust.up", "x", "a number", None),
    ("countries.us.strategy.exponent", -1, "above 0", None),
    ("talks.us-japan.parties", ["us"], "two or more", None),
    ("talks.us-japan.parties", ["us", "us"], "differ", None),
    ("talks.us-japan.parties", 3, "a list", None),
    ("talks.us-japan.open", 1, "true or false", None),
    ("talks.us-japan.opens", date(2025, 5, 1), "from the start on", None),
    ("talks.us-japan.deadline", date(2025, 5, 1), "after the talk opens", None),
    ("talks.us-japan.deadline", date(2025, 5, 20), "one round", None),
    ("talks.us-japan.deadline", "soon", "a date", None),
    ("talks.us-japan.review_weeks", 0, "from 1", None),
    ("talks.us-japan.renew_weeks", 53, "at most term_weeks, 52", None),
    ("talks.us-japan.renew_weeks", 4, "more than ratify_weeks, 4", None),
    ("talks.us-korea.renew_weeks", 4, "without term_weeks", None),
    ("talks.us-japan.renegotiate_weeks", 13, "less than review_weeks, 13", None),
    ("talks.us-japan.renegotiate_weeks", 0, "from 1", None),
    ("talks.us-japan.strategy.us", "boulwere", "boulware", "boulware"),
    ("talks.us-japan.strategy.us.expnent", 3, "exponent", "exponent"),
    ("talks.us-japan.strategy.jpan", "boulware", "a party", "japan"),
    ("talks.us-japan.audience.japan", 3, "a table", None),
    ("talks.us-japan.audience.korea", {"threshold": 3}, "a party", None),
    ("talks.us-japan.audience.japan.noise", -1, "at least 0", None),
    ("talks.us-japan.issues.rice.obligor", "jpan", "a party", "japan"),
    ("talks.us-japan.issues.rice.obligor", "korea", "a party", None),
    ("talks.us-japan.issues.rice.unit", 3, "text", None),
    ("talks.us-japan.issues.rice.levels", ["a", "b", "a"], "twice", None),
    ("talks.us-japan.issues.rice.levels", [1], "two or more", None),
    ("talks.us-japan.issues.rice.levels", [1, 3, 2], "rise throughout", None),
    ("talks.us-japan.issues.rice.levels", [10, 5, 10.0], "twice", None),
    ("talks.us-japan.issues.rice.levels", "none", "a list", None),
    ("talks.us-japan.issues.rice.levels", [0, 10**400], "a finite number", None),
    ("talks.us-japan.issues.rice.levels", [0, math.nan], "a finite number", None),
    ("talks.us-japan.issues.rice.levels", [0, ""], "or a word", None),
    ("talks.us-japan.issues.rice.payoffs.us", [0, 1], "one value per level: 3, not 2", None),
    ("talks.us-japan.issues.rice.payoffs.us", [1, 2, 3], "first value of 0", None),
    ("talks.us-japan.issues.rice.payoffs.us", 3, "a list", None),
    ("talks.us-japan.issues.rice.payoffs.korea", [0, 1, 2], "a party", None),
    ("talks.us-japan.issues.rice.payoffs.jpan", [0, 1, 2], "a party", "japan"),
    ("talks.us-japan.issues.rice.political_weights.us", -1, "at least 0", None),
    ("talks.us-japan.issues.rice.political_weights.us", math.nan, "finite", None),
    ("talks.us-japan.issues.rice.audience_weights.us", -1, "at least 0", None),
    ("talks.us-japan.issues.rice.pledge_share.us", 2, "from 0 to 1", None),
    ("talks.us-japan.issues.rice.pledge_share.us", 60, "such as 0.6 for 60 %", None),
    ("talks.us-japan.issues.rice.pledge_share.u", 1, "a party", "us"),
    ("talks.us-japan.issues.rice.face.us", -1, "at least 0", None),
    ("talks.us-japan.issues.rice.face", 1, "a table", None),
    ("threats.us-us-japan.effective", "dedline", "deadline", "deadline"),
    ("threats.us-us-japan.effective", date(2025, 5, 1), "from the announcement on", None),
    ("threats.us-us-japan.payoffs", {}, "about nothing", None),
    ("threats.us-us-japan.payoffs.korea", -1, "a party", None),
    ("threats.us-us-japan.payoffs.us", "much", "a number", None),
    ("relationships.neighbours.between", ["japan", "japan"], "differ", None),
    ("relationships.neighbours.between", ["japan", "koera"], "a country or bystander", "korea"),
    ("relationships.neighbours.between", ["japan"], "two", None),
    ("relationships.neighbours.weight", 1.5, "from 0 to 1", None),
    ("events.truce.date", date(2025, 5, 1), "from the start on", None),
    ("events.truce.withdraw", "us-us-jpan", "a threat's id", "us-us-japan"),
    ("events.truce.disregard", {"talk": "us-japan", "by": "korea"}, "a party", None),
    ("events.truce.disregard", {"talk": "us-jpan", "by": "us"}, "a talk", "us-japan"),
    ("events.truce.evidence", evidence(by="uss"), "a country", "us"),
    ("events.truce.evidence", evidence(by="china"), "a country", None),
    ("events.truce.evidence", evidence(towards="us"), "somebody else than us", None),
    ("events.truce.evidence", evidence(towards=["jpan"]), "a country or bystander", "japan"),
    ("events.truce.evidence", evidence(towards=["japan"] * 2), "names that differ", None),
    ("events.truce.evidence", evidence(towards=[]), '"*" (all other countries), or', None),
    ("events.truce.evidence", evidence(towards=["*", "japan"]), '"*" (all other', None),
    ("events.truce.evidence", evidence(quality=1.5), "from 0 to 1", None),
    ("events.truce.evidence", evidence(stake=-1), "from 0 to 1", None),
    ("events.truce.evidence", evidence(kind="threats"), '"promise" or "threat"', "threat"),
    (
        "events.truce.evidence",
        {"by": "us", "towards": "*", "stake": 1},
        "what the event says",
        None,
    ),
    ("countries.us.shocks", {"probability": 2, "stake": 0.2}, "from 0 to 1", None),
    ("countries.us.shocks", {"probability": 0.1}, "stake of what the country does", None),
    ("countries.us.shocks", shocks(towards="us"), "somebody else than us", None),
    ("countries.us.shocks", shocks(towards=["koreaa"]), "a country or bystander", "korea"),
    ("countries.us.shocks", shocks(towards=3), '"*" (all other countries), or a list', None),
    ("countries.us.shocks", 0.2, "a table", None),
    ("disregard", 0, "above 0 and below 1", None),
    ("disregard", 1, "above 0 and below 1", None),
    ("disregard", "half", "above 0 and below 1", None),
    ("disregard", math.nan, "above 0 and below 1", None),
]


@pytest.mark.parametrize(("path", "value", "words", "nearest"), WRONG_VALUES)
def test_a_wrong_value_is_refused_by_its_key(
    path: str, value: object, words: str, nearest: str | None
) -> None:
    problem = only(sketch(), set={path: value})
    assert problem.key.startswith(path)
    assert words in problem.allowed
    assert problem.nearest == nearest


def test_a_value_within_a_list_is_refused_by_its_place() -> None:
    path = "talks.us-japan.issues.rice.payoffs.us"
    problem = only(sketch(), set={path: [0, "x", 2]})
    assert (problem.key, problem.value) == (f"{path}[1]", "x")
    levels = only(sketch(), set={"talks.us-japan.issues.rice.levels": [0, True]})
    assert levels.key == "talks.us-japan.issues.rice.levels[1]"


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert scenario.load(sketch(), ROSTER, set={"weeks": 13.0}).weeks == 13


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("wekes", "weeks"),
        ("contries", "countries"),
        ("countries.us.patiense", "patience"),
        ("talks.us-japan.dead_line", "deadline"),
        ("talks.us-japan.audience.japan.noize", "noise"),
        ("talks.us-japan.issues.rice.politcal_weights", "political_weights"),
        ("threats.us-us-japan.efective", "effective"),
        ("deals[0].outcomes", "outcome"),
        ("events.truce.withdrow", "withdraw"),
        ("events.truce.disregard.tallk", "talk"),
    ],
)
def test_a_misspelt_key_of_a_file_gets_the_nearest(path: str, nearest: str) -> None:
    data = sketch()
    data["events"][0]["disregard"] = {"talk": "us-korea", "by": "us"}
    places = {
        "wekes": data,
        "contries": data,
        "countries.us.patiense": data["countries"]["us"],
        "talks.us-japan.dead_line": data["talks"]["us-japan"],
        "talks.us-japan.audience.japan.noize": data["talks"]["us-japan"]["audience"]["japan"],
        "talks.us-japan.issues.rice.politcal_weights": data["talks"]["us-japan"]["issues"][1],
        "threats.us-us-japan.efective": data["threats"][0],
        "deals[0].outcomes": data["deals"][0],
        "events.truce.withdrow": data["events"][0],
        "events.truce.disregard.tallk": data["events"][0]["disregard"],
    }
    places[path][path.split(".")[-1]] = 1
    assert only(data) == Problem(path, 1, only(data).allowed, nearest)
    assert "no such key" in only(data).allowed


# --- what does not fit together ---------------------------------------------------------------


def without(data: Data, *names: str | int) -> Data:
    node = data
    for name in names[:-1]:
        node = node[name]  # type: ignore[index]
    del node[names[-1]]  # type: ignore[arg-type]
    return data


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (("name",), "name"),
        (("start",), "start"),
        (("weeks",), "weeks"),
        (("talks",), "talks"),
        (("countries",), "countries"),
        (("talks", "us-japan", "parties"), "talks.us-japan.parties"),
        (("talks", "us-japan", "deadline"), "talks.us-japan.deadline"),
        (("talks", "us-japan", "issues"), "talks.us-japan.issues"),
        (("talks", "us-japan", "issues", 1, "id"), "talks.us-japan.issues[1].id"),
        (("talks", "us-japan", "issues", 1, "obligor"), "talks.us-japan.issues.rice.obligor"),
        (("talks", "us-japan", "issues", 1, "levels"), "talks.us-japan.issues.rice.levels"),
        (("talks", "us-japan", "issues", 1, "payoffs"), "talks.us-japan.issues.rice.payoffs"),
        (
            ("talks", "us-japan", "issues", 1, "payoffs", "us"),
            "talks.us-japan.issues.rice.payoffs.us",
        ),
        (
            ("talks", "us-japan", "audience", "japan", "threshold"),
            "talks.us-japan.audience.japan.threshold",
        ),
        (("threats", 0, "announced"), "threats.us-us-japan.announced"),
        (("threats", 0, "payoffs"), "threats.us-us-japan.payoffs"),
        (("deals", 0, "outcome"), "deals[0].outcome"),
        (("history", 0, "obligor"), "history[0].obligor"),
        (("history", 0, "stake"), "history[0].stake"),
        (("events", 0, "date"), "events.truce.date"),
    ],
)
def test_a_key_that_is_missing_is_named(place: tuple[str | int, ...], key: str) -> None:
    problem = only(without(sketch(), *place))
    assert problem.key == key
    assert repr(problem.value) == "missing"


def test_a_threat_without_talk_or_author_is_placed_by_number() -> None:
    assert "threats[0].by" in keys(problems(without(sketch(), "threats", 0, "by")))


#: Changes a scenario; the keys that must then be reported.
MISFITS: list[tuple[Callable[[Data], object], list[str]]] = [
    (lambda d: d["deals"].append(d["deals"][0]), ["deals[1].talk"]),
    (lambda d: d["deals"][0].update(talk="us-koera"), ["deals[0].talk"]),
    (lambda d: d["deals"][0].update(signed=date(2026, 1, 1)), ["deals[0].signed"]),
    (lambda d: d["deals"][0].update(outcome={"car-tarif": 10}), ["deals[0].outcome.car-tarif"]),
    (lambda d: d["deals"][0].update(outcome={"car-tariff": 11}), ["deals[0].outcome.car-tariff"]),
    (lambda d: d["deals"][0].update(outcome={"car-tariff": True}), ["deals[0].outcome.car-tariff"]),
    (
        lambda d: (
            d["talks"]["us-korea"].update(term_weeks=1),
            d["deals"][0].update(signed=date(2025, 5, 12)),
        ),
        ["deals[0].signed"],
    ),
    (lambda d: d["talks"]["us-korea"].update(open=True), ["talks.us-korea.deadline"]),
    (lambda d: d["threats"][0].update(by="korea"), ["threats.korea-us-japan.by"]),
    (lambda d: d["threats"][0].update(talk="us-korea"), ["threats.us-us-korea.effective"]),
    (lambda d: d["threats"].append(dict(d["threats"][0])), ["threats[1].id"]),
    (
        lambda d: d["talks"]["us-japan"]["issues"].append(d["talks"]["us-japan"]["issues"][0]),
        ["talks.us-japan.issues[2].id"],
    ),
    (
        lambda d: d["relationships"].append({"between": ["korea", "japan"], "weight": 1}),
        ["relationships[1].between"],
    ),
    (lambda d: d["bystanders"].update(us={}), ["bystanders.us"]),
    (lambda d: d["bystanders"].update(China={}), ["bystanders.China.id"]),
    (lambda d: d["countries"]["us"].update(id="us"), ["countries.us.id"]),
    (lambda d: d["history"][0].update(beneficiaries=["us"]), ["history[0].beneficiaries"]),
    (lambda d: d["history"][0].update(beneficiaries=[]), ["history[0].beneficiaries"]),
    (lambda d: d["history"][0].update(beneficiaries=["chyna"]), ["history[0].beneficiaries"]),
    (lambda d: d["history"][0].update(beneficiaries=["china"] * 2), ["history[0].beneficiaries"]),
    (lambda d: d["history"][0].update(obligor="china"), ["history[0].obligor"]),
    (lambda d: d["history"][0].update(date=date(2025, 6, 1)), ["history[0].date"]),
    (lambda d: d["events"].append({"date": date(2025, 6, 1), "what": "rain"}), ["events[2]"]),
    (lambda d: d.update(weeks=99_999, start=date(9000, 1, 1)), ["weeks"]),
    (lambda d: d.update(threats={}), ["threats"]),
    (lambda d: d.update(threats=[3]), ["threats[0]"]),
    (lambda d: d.update(countries=[]), ["countries"]),
    (lambda d: d["countries"].update(us=3), ["countries.us"]),
    (lambda d: d["talks"].update({"us-japan": []}), ["talks.us-japan"]),
]


@pytest.mark.parametrize(("change", "expected"), MISFITS)
def test_what_does_not_fit_together_is_refused(
    change: Callable[[Data], object], expected: list[str]
) -> None:
    data = sketch()
    change(data)
    assert set(expected) <= set(keys(problems(data)))


def threatened() -> Data:
    """The sketch with a status quo, a threat about an issue, an answer, a coalition, a pledge."""
    data = sketch()
    cars = data["talks"]["us-japan"]["issues"][0]
    cars |= {"status_quo": 15}
    word = {"id": "word", "obligor": "japan", "levels": ["no", "yes"], "assurance": [0, 0.5]}
    data["talks"]["us-japan"]["issues"].append(word | {"payoffs": {"us": [0, 0], "japan": [0, 0]}})
    data["talks"]["us-korea"]["issues"][0]["id"] = "chips"
    data["deals"][0]["outcome"] = {"chips": 10}
    day = date(2025, 5, 19)
    data["threats"] = [
        {"talk": "us-japan", "by": "us", "announced": day, "issue": "car-tariff", "level": 25},
        {"talk": "us-japan", "by": "japan", "announced": day, "payoffs": {"us": -1}},
        {"talk": "us-korea", "by": "korea", "announced": day, "payoffs": {"us": -1}},
    ]
    data["threats"][1]["answers"] = "us-us-japan"
    data["threats"][2]["effective"] = date(2025, 8, 1)
    data["coalitions"] = [{"id": "front", "members": ["japan", "korea"], "against": "us"}]
    return data


TALK, RICE = "talks.us-japan.issues", "talks.us-japan.issues.rice"
OURS, ANSWER, FRONT = "threats.us-us-japan", "threats.japan-us-japan", "coalitions.front"

#: Path, value, the key reported, words of what was allowed, nearest name.
WRONG_THREATS: list[tuple[str, object, str, str, str | None]] = [
    (f"{RICE}.status_quo", "som", f"{RICE}.status_quo", "a level of the issue: none, so", "some"),
    (f"{RICE}.status_quo", 3, f"{RICE}.status_quo", "a level of the issue: none, some, much", None),
    (f"{OURS}.issue", "chips", f"{OURS}.issue", "an issue of us-japan: car-tariff, rice", None),
    (f"{OURS}.issue", "car-tarif", f"{OURS}.issue", "an issue of us-japan", "car-tariff"),
    (f"{OURS}.issue", "rice", f"{OURS}.issue", "us is the obligor; of this one japan is", None),
    (f"{OURS}.level", 24, f"{OURS}.level", "a level of the issue: 25, 15, 2.5", None),
    (f"{OURS}.level", 15, f"{OURS}.level", "a level before the status quo, 15", None),
    (f"{OURS}.level", 2.5, f"{OURS}.level", "a level before the status quo, 15", None),
    (f"{OURS}.payoffs", {"us": 1}, f"{OURS}.payoffs", "nothing beside an issue and a", None),
    (f"{OURS}.cost", -1, f"{OURS}.cost", "at least 0", None),
    (f"{ANSWER}.cost", 5, f"{ANSWER}.cost", "nothing without an issue and a level", None),
    (f"{OURS}.policy.extend", 1.5, f"{OURS}.policy.extend", "from 0 to 1", None),
    (f"{OURS}.policy.extend", -0.1, f"{OURS}.policy.extend", "from 0 to 1", None),
    (f"{OURS}.policy.weeks", 0, f"{OURS}.policy.weeks", "from 1", None),
    (f"{OURS}.policy.raise", -1, f"{OURS}.policy.raise", "at least 0", None),
    (f"{OURS}.policy.after", -1, f"{OURS}.policy.after", "at least 0", None),
    (f"{OURS}.policy", {"extend": 0.5, "after": 3}, f"{OURS}.policy.after", "at most 2", None),
    (f"{OURS}.policy", {"extent": 0.5}, f"{OURS}.policy.extent", "no such key", "extend"),
    (f"{ANSWER}.answers", "us-us-jpan", f"{ANSWER}.answers", "of another party", "us-us-japan"),
    (f"{ANSWER}.answers", "japan-us-japan", f"{ANSWER}.answers", "another party", "us-us-japan"),
    (f"{ANSWER}.answers", "korea-us-korea", f"{ANSWER}.answers", "another party in us-ja", None),
    (f"{ANSWER}.suspended", 1, f"{ANSWER}.suspended", "true or false", None),
    (f"{FRONT}.members", ["japan"], f"{FRONT}.members", "two countries or more", None),
    (f"{FRONT}.members", ["japan", "koera"], f"{FRONT}.members", "a country", "korea"),
    (f"{FRONT}.members", ["japan", "japan"], f"{FRONT}.members", "names that differ", None),
    (f"{FRONT}.members", ["japan", "korea", "us"], f"{FRONT}.members", "somebody else than", None),
    (f"{FRONT}.against", "uss", f"{FRONT}.against", "a country", "us"),
    (f"{FRONT}.part_ends", "no", f"{FRONT}.part_ends", "true or false", None),
    (f"{TALK}.word.assurance", [], f"{TALK}.word.assurance", "one probability per level: 2", None),
    (f"{TALK}.word.assurance", [0.5], f"{TALK}.word.assurance", "2, not 1", None),
    (f"{TALK}.word.assurance", [0.5, 1], f"{TALK}.word.assurance", "0 at the status quo", None),
    (f"{TALK}.word.assurance", [0, 2], f"{TALK}.word.assurance[1]", "from 0 to 1", None),
    (f"{TALK}.word.enforced", 1, f"{TALK}.word.enforced", "true or false", None),
    (f"{RICE}.enforced", True, f"{RICE}.enforced", "nothing without assurance", None),
    (f"{TALK}.car-tariff.assurance", [0.5, 0, 1], f"{TALK}.car-tariff.assurance", "no other", None),
    ("countries.us.credibility", "betta", "countries.us.credibility", "beta", "beta"),
    ("countries.us.discount", 0, "countries.us.discount", "above 0", None),
    ("reciprocity", 1, "reciprocity", "true or false", None),
]


def test_a_scenario_of_threats_a_coalition_and_a_pledge_is_sound() -> None:
    assert len(scenario.load(threatened(), ROSTER).threats) == 3


@pytest.mark.parametrize(("path", "value", "key", "words", "nearest"), WRONG_THREATS)
def test_a_wrong_threat_coalition_or_pledge_is_refused_by_its_key(
    path: str, value: object, key: str, words: str, nearest: str | None
) -> None:
    found = problems(threatened(), set={path: value})
    assert {problem.key for problem in found} == {key}
    problem = next(p for p in found if words in p.allowed)
    assert problem.nearest == nearest


def test_a_member_that_threatens_nobody_is_refused() -> None:
    data = threatened()
    del data["threats"][2]
    problem = only(data)
    assert (problem.key, problem.value) == (f"{FRONT}.members", "korea")
    assert "countries that threaten us in a talk" in problem.allowed


def test_a_member_of_a_talk_that_is_not_sound_is_not_blamed() -> None:
    found = problems(threatened(), set={"talks.us-korea.parties": ["us", "koera"]})
    assert not any(key.startswith("coalitions") for key in keys(found))


def test_two_threats_of_a_party_about_one_issue_are_refused() -> None:
    data = threatened()
    data["threats"].append({**data["threats"][0], "id": "again"})
    problem = only(data)
    assert (problem.key, problem.value) == ("threats.again.issue", "car-tariff")
    assert "threats.us-us-japan" in problem.allowed


def test_threats_that_answer_each_other_are_refused() -> None:
    found = problems(threatened(), set={f"{OURS}.answers": "japan-us-japan"})
    assert {problem.key: problem.value for problem in found} == {
        f"{OURS}.answers": "japan-us-japan",
        f"{ANSWER}.answers": "us-us-japan",
    }
    assert "us-us-japan answers japan-us-japan answers us-us-japan" in found[0].allowed
    chained = threatened()
    again = {**chained["threats"][1], "id": "again", "by": "us", "answers": "japan-us-japan"}
    chained["threats"].append(again)
    assert len(scenario.load(chained, ROSTER).threats) == 4  # an answer to an answer


@pytest.mark.parametrize(("left_out", "other"), [("issue", "level"), ("level", "issue")])
def test_an_issue_and_a_level_go_together(left_out: str, other: str) -> None:
    problem = only(without(threatened(), "threats", 0, left_out))
    assert (problem.key, repr(problem.value)) == (f"{OURS}.{left_out}", "missing")
    assert other in problem.allowed


def test_all_that_is_wrong_with_threats_is_told_at_once() -> None:
    changes = {
        f"{RICE}.status_quo": "som",
        f"{OURS}.level": 2.5,
        f"{ANSWER}.answers": "nobody",
        "threats.korea-us-korea.policy": {"extend": 0.5, "after": 3},
        f"{FRONT}.members": ["japan"],
        f"{TALK}.word.assurance": [0.5, 0.5],
    }
    assert {*keys(problems(threatened(), set=changes))} == {
        *(key for key in changes if "policy" not in key),
        "threats.korea-us-korea.policy.after",
    }


def test_a_level_that_is_none_of_the_issue_gets_the_nearest() -> None:
    deal = {"talk": "us-japan", "signed": date(2025, 5, 8), "outcome": {"rice": "mutch"}}
    problem = only(sketch() | {"deals": [deal]})
    assert (problem.value, problem.nearest) == ("mutch", "much")
    assert "none, some, much" in problem.allowed


def test_a_space_too_large_to_enumerate_is_refused_with_its_size_and_a_way_out() -> None:
    data = sketch()
    issue = data["talks"]["us-japan"]["issues"][1]
    wide = issue | {
        "levels": list(range(101)),
        "payoffs": {"us": [0] * 101, "japan": [0] * 101},
    }
    data["talks"]["us-japan"]["issues"] = [wide | {"id": f"issue-{k}"} for k in range(3)]
    problem = only(data)
    assert problem.key == "talks.us-japan.issues"
    assert "1,030,301" in problem.allowed
    assert "drop issues or levels" in problem.allowed
    data["talks"]["us-japan"]["open"] = False
    assert scenario.load(data, ROSTER).talks


def test_a_country_that_is_also_a_bystander_is_told_what_to_do() -> None:
    data = sketch()
    data["bystanders"]["us"] = {}
    assert "leave out [bystanders.us]" in only(data).allowed


def test_a_misspelt_party_is_one_problem() -> None:
    problem = only(sketch(), set={"talks.us-japan.parties": ["us", "jpan"]})
    assert (problem.key, problem.nearest) == ("talks.us-japan.parties", "japan")


def test_all_problems_come_at_once() -> None:
    data = sketch()
    data["wekes"] = 3
    data["weeks"] = 0
    data["countries"]["us"] |= {"patience": 2, "strategy": "nice", "trust": "asymmetric:u=1"}
    data["talks"]["us-japan"]["issues"][0]["payoffs"]["us"] = [0]
    data["talks"]["us-japan"]["issues"][1]["levels"] = [1, 1]
    data["talks"]["us-korea"]["parties"] = ["us", "koera"]
    data["threats"][0]["talk"] = "us-jpan"
    data["history"][0] |= {"quality": -1, "date": date(2026, 1, 1)}
    data["events"][0]["date"] = date(2020, 1, 1)
    assert set(keys(problems(data))) == {
        "wekes",
        "weeks",
        "countries.us.patience",
        "countries.us.strategy",
        "countries.us.trust.u",
        "talks.us-japan.issues.car-tariff.payoffs.us",
        "talks.us-japan.issues.rice.levels",
        "talks.us-korea.parties",
        "threats.us-us-jpan.talk",
        "history[0].quality",
        "history[0].date",
        "events.truce.date",
        "events[1].withdraw",
    }


def test_a_bad_value_hides_nothing_else_in_its_entry() -> None:
    data = sketch()
    data["history"] = [data["history"][0]]
    data["history"][0] |= {
        "quality": 2,
        "stake": -1,
        "date": date(2027, 1, 1),
        "beneficiaries": [data["history"][0]["obligor"]],
    }
    assert keys(problems(data)) == [
        *("history[0].quality", "history[0].stake"),
        *("history[0].beneficiaries", "history[0].date"),
    ]


@pytest.mark.parametrize("pair", [["us", "jpan"], ["us", "us"]])
def test_a_bad_weight_hides_no_bad_pair(pair: list[str]) -> None:
    data = sketch() | {"relationships": [{"between": pair, "weight": 2}]}
    assert keys(problems(data)) == ["relationships[0].weight", "relationships[0].between"]


def test_an_unknown_key_of_a_disregard_hides_no_misspelt_talk() -> None:
    forced = {"talk": "us-jpan", "by": "us", "x": 1}
    data = sketch() | {"events": [{"date": date(2025, 7, 1), "disregard": forced}]}
    found = problems(data)
    assert keys(found) == ["events[0].disregard.x", "events[0].disregard.talk"]
    assert found[1].nearest == "us-japan"


@pytest.mark.parametrize("value", ["", "  "])
@pytest.mark.parametrize("path", ["name", "countries.us.name", "talks.us-japan.issues.rice.name"])
def test_an_empty_name_is_refused(path: str, value: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario.load(sketch(), ROSTER, set={path: value})
    assert [p.key for p in refused.value.problems] == [path]
    assert "not empty" in refused.value.problems[0].allowed


def test_values_are_shown_as_the_file_writes_them() -> None:
    shown = {True: "true", (0.0, 1.0): "[0.0, 1.0]", None: "none", -1.0: "-1.0"}
    for value, text in shown.items():
        assert str(Problem("key", value, "else")) == f"key: {text}: else"


def test_a_pair_in_the_wrong_order_is_recognised() -> None:
    pairs = [{"id": f"{a}-{b}", "between": [a, b], "weight": 0.5} for a, b in _PAIRS]
    with pytest.raises(ScenarioError, match="did you mean 'japan-korea'"):
        scenario.load(
            sketch() | {"relationships": pairs}, ROSTER, set={"relationships.korea-japan": 1}
        )


_PAIRS = [("japan", "korea"), ("us", "korea")]


def test_a_number_without_its_zero_is_explained() -> None:
    with pytest.raises(ScenarioError, match=r"as in 0\.5"):
        source._parsed("weight = .5", "mine.toml")


def test_a_space_of_very_many_issues_is_refused_in_few_words() -> None:
    data = sketch()
    rice = data["talks"]["us-japan"]["issues"][1]
    data["talks"]["us-japan"]["issues"] = [rice | {"id": f"rice-{k}"} for k in range(200)]
    found = [p for p in problems(data) if p.key == "talks.us-japan.issues"]
    assert len(str(found[0])) < 300
    assert "200 issues make more than 10^" in found[0].allowed


# --- events -----------------------------------------------------------------------------------


def event(values: Data, day: date = date(2025, 7, 1)) -> Data:
    """The sketch with one event that sets values."""
    return sketch() | {"events": [{"id": "shock", "date": day, "set": values}]}


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "start",
        "weeks",
        "rounds_per_week",
        "valuation",
        "valuation_sd",
        "trust_period_weeks",
        "bystanders",
        "history",
        "deals",
        "events",
        "threats",
        "countries",
        "countries.us",
        "countries.us.name",
        "talks.us-japan",
        "talks.us-japan.parties",
        "talks.us-japan.open",
        "talks.us-japan.opens",
        "talks.us-japan.issues",
        "talks.us-japan.issues.rice.id",
        "talks.us-japan.issues.rice.obligor",
        "talks.us-japan.issues.rice.levels",
        "talks.us-japan.issues.rice.unit",
        "threats.us-us-japan.talk",
        "threats.us-us-japan.by",
        "threats.us-us-japan.announced",
        "threats.us-us-japan.effective",
        "relationships.neighbours.between",
        "wekes",
        "",
    ],
)
def test_an_event_cannot_set_what_makes_the_world(path: str) -> None:
    problem = only(event({path: 1}))
    assert problem.key == f"events.shock.set.{path}"
    assert "what an event may set" in problem.allowed


@pytest.mark.parametrize(
    ("path", "value", "words", "nearest"),
    [
        ("countries.us.patience", 2, "at most 1", None),
        ("countries.us.patiense", 1, "what an event may set of countries.us", "patience"),
        ("countries.jpan.patience", 1, "one of the countries", "japan"),
        ("countries.us.strategy.exponnt", 1, "exponent", "exponent"),
        ("countries.us.strategy", "boulwere", "a strategy", "boulware"),
        ("countries.us.trust", "beta", "the same model", None),
        ("talks.us-japan.deadline", date(2025, 6, 1), "from the event on", None),
        ("talks.us-japan.deadline", date(2025, 1, 1), "after the talk opens", None),
        ("talks.us-japan.review_weeks", 0, "from 1", None),
        ("talks.us-japan.renew_weeks", 60, "at most term_weeks", None),
        ("talks.us-japan.issues.rice.payoffs.us", [0], "one value per level", None),
        ("threats.us-us-jpan.payoffs.us", 1, "the threats", "us-us-japan"),
        ("relationships.neighbour.weight", 1, "the relationships", "neighbours"),
    ],
)
def test_a_bad_value_that_an_event_sets_is_refused_under_the_event(
    path: str, value: object, words: str, nearest: str | None
) -> None:
    problem = problems(event({path: value}))[0]
    assert problem.key.startswith("events.shock.set.")
    assert path.startswith(problem.key.removeprefix("events.shock.set."))
    assert words in problem.allowed
    assert problem.nearest == nearest


def test_a_value_that_breaks_another_key_is_refused_under_the_event() -> None:
    problem = only(event({"talks.us-japan.term_weeks": 6}))
    assert problem.key == "events.shock.set"
    assert "talks.us-japan.renew_weeks" in problem.allowed


def test_a_trust_model_may_change_its_parameters() -> None:
    stages = scenario.load(event({"countries.us.trust.down": 0.5}), ROSTER).stages
    assert str(stages[0].countries["us"].trust) == "asymmetric:up=0.05:down=0.5"


def test_problems_of_the_file_are_not_repeated_under_its_events() -> None:
    data = event({"countries.us.benchmark": 1})
    data["countries"]["us"]["patience"] = 2
    assert keys(problems(data)) == ["countries.us.patience"]


# --- files ------------------------------------------------------------------------------------


def test_an_unknown_name_gets_the_shipped_ones_and_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first-talk.toml").write_text(SKETCH)
    monkeypatch.setattr(source, "_FOLDER", tmp_path)
    problem = only("first-tlak")
    assert (problem.value, problem.nearest) == ("first-tlak", "first-talk")
    assert "first-talk" in problem.allowed
    with pytest.raises(ScenarioError, match="did you mean 'first-talk'"):
        source.text("first-tlak")


@pytest.mark.parametrize("source", ["no-such.toml", "", "a\0b", "x" * 5000, "~nobody/x.toml"])
def test_a_file_that_is_not_there_is_refused(source: str) -> None:
    assert only(source).key == "scenario"


def test_thousands_of_mistakes_are_found_in_no_time_and_a_hundred_told() -> None:
    began = clock.process_time()
    with pytest.raises(ScenarioError) as caught:
        scenario.load(sketch(), ROSTER, set={"history": [{"a": 1}] * 1500})
    assert clock.process_time() - began < 3
    head, *lines = str(caught.value).splitlines()
    assert head == f"{len(caught.value.problems)} problems:"
    assert len(lines) == 101
    assert lines[-1] == f"  and {len(caught.value.problems) - 100:,} more"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": "\ud800"}, "name"),
        ({"countries.us.name": "\ud800"}, "countries.us.name"),
        ({"history": [{"\ud800": 1}]}, "history.\ud800"),
    ],
)
def test_half_a_letter_is_refused_where_it_stands(changes: Data, key: str) -> None:
    problem = only(sketch(), set=changes)
    assert (problem.key, problem.allowed) == (key, "text that is Unicode")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert "not a directory" in only(tmp_path).allowed


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes('name = "Cura\xe7ao"'.encode("latin-1"))
    assert "byte 12 (0xe7)" in only(file).allowed


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("weeks = 3\npatience 0.9\n", 2, 10, "patience 0.9"),
        ("weeks = [1,\n", 1, 12, "weeks = [1,"),
        ("weeks = 3\nweeks = 4\n", 2, 10, "weeks = 4"),
        ("[talks.us\n", 1, 10, "[talks.us"),
    ],
)
def test_malformed_toml_is_refused_with_file_line_and_column(
    tmp_path: Path, text: str, line: int, column: int, shown: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        scenario.load(file, ROSTER)
    (problem,) = caught.value.problems
    assert (problem.key, problem.value) == (f"line {line}, column {column}", shown)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("depth", [50, 300, 900, 5000])
def test_nesting_without_end_is_refused(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "own.toml"
    file.write_text("weeks = " + "[" * depth + "]" * depth)
    assert problems(file)
    nested: Any = 1
    for _ in range(depth):
        nested = {"a": nested}
    assert problems({"weeks": nested})
    assert problems(sketch(), set={"weeks": nested})


@pytest.mark.parametrize("source", [None, 3, 0.5, [], b"x", object()])
def test_what_is_no_source_is_refused(source: object) -> None:
    assert only(source).key == "scenario"


def test_an_empty_file_is_told_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("")
    assert keys(problems(file)) == ["name", "start", "weeks", "countries", "talks"]


# --- anything at all --------------------------------------------------------------------------

garbage_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(5000, 5001).map(lambda digits: -(10**digits)),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(["us", "us-japan", "deadline", "time-dependent:exponent=nan", "a:b=c", "["]),
    st.sampled_from(
        ["json.JSONDecoder", "os.path.join", "collections.OrderedDict:x=1", "..", ".x"]
    ),
    st.sampled_from([b"x", 1j, int, len]),
)
garbage = st.recursive(
    garbage_values,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["us", "id", "set", "talk", "x y"]), inner, max_size=3)
    ),
    max_leaves=6,
)
Place = tuple[str | int, ...]


def places(node: object, at: Place = ()) -> Iterator[Place]:
    """Every place within nested tables and lists."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)  # type: ignore[arg-type]
    for name, inside in entries:
        yield (*at, name)
        if isinstance(inside, dict | list):
            yield from places(inside, (*at, name))


@st.composite
def mutations(draw: st.DrawFn) -> Data:
    """A valid scenario with a few keys left out, misspelt, doubled or set to anything."""
    data = copy.deepcopy(draw(scenarios(max_parties=3)))
    for _ in range(draw(st.integers(1, 3))):
        *head, last = draw(st.sampled_from([*places(data)] or [("name",)]))
        node: Any = data
        for at in head:
            node = node[at]
        kind = draw(st.sampled_from(["leave out", "set", "misspell", "double"]))
        if kind == "set":
            node[last] = draw(garbage)
        elif kind == "leave out":
            del node[last]
        elif isinstance(node, list):
            node.append(copy.deepcopy(node[-1]))
        else:
            node[f"{last}s"] = node.pop(last)
    return data


def load_or_refuse(data: object, **changes: Any) -> None:
    """Load, or be refused with problems that can be printed; anything else is an error."""
    world: scenario.Scenario | None = None
    found: tuple[Problem, ...] = ()
    try:
        world = scenario.load(data, ROSTER, **changes)  # type: ignore[arg-type]
    except ScenarioError as error:
        found = error.problems
        message = str(error)
    if world is None:
        assert found
        assert all(problem.key and problem.allowed for problem in found)
        assert message.count("\n") >= len(found)
    else:
        assert scenario.load(world, ROSTER) == world


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_any_scenario_loads_or_is_refused(data: Data) -> None:
    load_or_refuse(data)


@given(garbage)
def test_anything_at_all_is_refused(source: object) -> None:
    load_or_refuse(source)


names = st.sampled_from(
    [
        *("countries", "us", "japan", "strategy", "exponent", "talks", "us-japan", "issues"),
        *("rice", "payoffs", "audience", "threshold", "events", "truce", "set", "disregard"),
        *("threats", "us-us-japan", ""),
    ]
)


@given(st.dictionaries(st.lists(names, max_size=6).map(".".join), garbage, max_size=3))
def test_any_change_is_made_or_refused(changes: Data) -> None:
    load_or_refuse(sketch(), set=changes)
    load_or_refuse(event(changes))


@given(st.text(max_size=12) | st.text("ab.=:[]{}\"' 01+-e\n", max_size=12))
def test_any_assignment_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        path, value = paths.parse_assignment(f"countries.us.strategy={text}")
        load_or_refuse(sketch(), set={path: value})


# --- those whom an issue does not touch --------------------------------------------------------


def three(**payoffs: list[float]) -> Data:
    data = sketch()
    data["talks"]["us-japan"]["parties"] = ["us", "japan", "korea"]
    (_, rice) = data["talks"]["us-japan"]["issues"]
    data["talks"]["us-japan"]["issues"] = [{**rice, "payoffs": payoffs}]
    return data


def test_an_issue_is_worth_0_to_a_third_party_that_it_does_not_touch() -> None:
    loaded = scenario.load(three(japan=[0, -0.2, -1.2], us=[0, 0.15, 0.6]), ROSTER)
    (rice,) = loaded.talks["us-japan"].issues
    assert rice.payoffs == {"japan": (0, -0.2, -1.2), "us": (0, 0.15, 0.6), "korea": (0, 0, 0)}


@pytest.mark.parametrize(
    ("payoffs", "missing"),
    [
        ({"us": [0, 0.15, 0.6], "korea": [0, 0, 0.1]}, ["japan"]),  # which is the obligor
        ({"japan": [0, -0.2, -1.2]}, ["us", "korea"]),  # for whom else would it be?
    ],
)
def test_whom_an_issue_touches_must_be_told(payoffs: Data, missing: list[str]) -> None:
    found = problems(three(**payoffs))
    assert keys(found) == [f"talks.us-japan.issues.rice.payoffs.{party}" for party in missing]
    assert all("those whom it does not touch need none" in problem.allowed for problem in found)


def test_between_two_an_issue_touches_both() -> None:
    data = sketch()
    del data["talks"]["us-japan"]["issues"][1]["payoffs"]["us"]
    assert only(data).key == "talks.us-japan.issues.rice.payoffs.us"
