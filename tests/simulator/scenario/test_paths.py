import copy
from datetime import date
from typing import Any

import pytest

from simulator.errors import Problem, ScenarioError
from simulator.scenario import paths
from tests.fakes import sketch


def at(data: Any, *names: str | int) -> Any:
    for name in names:
        data = data[name]
    return data


def problem(path: str, value: object = 1) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        paths.assign(sketch(), path, value)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("weeks", 3, ("weeks",)),
        ("good_news", 0.5, ("good_news",)),
        ("threats", [], ("threats",)),
        ("countries.us.patience", 0.5, ("countries", "us", "patience")),
        ("countries.japan.patience", 0.5, ("countries", "japan", "patience")),
        ("countries.us.strategy", "boulware", ("countries", "us", "strategy")),
        ("talks.us-japan.deadline", date(2025, 8, 1), ("talks", "us-japan", "deadline")),
        ("talks.us-korea.strategy.us", "micro", ("talks", "us-korea", "strategy", "us")),
        (
            "talks.us-japan.issues.rice.payoffs.us",
            [0, 1, 2],
            ("talks", "us-japan", "issues", 1, "payoffs", "us"),
        ),
        ("talks.us-japan.issues.rice.face.us", 1, ("talks", "us-japan", "issues", 1, "face", "us")),
        (
            "talks.us-korea.audience.korea.threshold",
            3,
            ("talks", "us-korea", "audience", "korea", "threshold"),
        ),
        ("threats.us-us-japan.payoffs.japan", -9, ("threats", 0, "payoffs", "japan")),
        ("relationships.neighbours.weight", 0.1, ("relationships", 0, "weight")),
        ("events.truce.date", date(2025, 9, 1), ("events", 0, "date")),
        ("events.truce.set.weeks", 1, ("events", 0, "set", "weeks")),
        (
            "events.truce.set.countries.us.patience",
            1,
            ("events", 0, "set", "countries.us.patience"),
        ),
        ("events.truce.disregard.talk", "us-korea", ("events", 0, "disregard", "talk")),
        ("countries.eu", {"patience": 0.5}, ("countries", "eu")),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: object, place: tuple[str | int, ...]) -> None:
    assert at(paths.assign(sketch(), path, value), *place) == value


@pytest.mark.parametrize(
    ("path", "value", "place", "spec"),
    [
        (
            "countries.us.strategy.exponent",
            2,
            ("countries", "us", "strategy"),
            "time-dependent:exponent=2:band=0.1",
        ),
        (
            "countries.us.strategy.tolerance",
            0.1,
            ("countries", "us", "strategy"),
            "time-dependent:exponent=4:band=0.1:tolerance=0.1",
        ),
        (
            "countries.japan.strategy.exponent",
            2,
            ("countries", "japan", "strategy"),
            "time-dependent:exponent=2",
        ),
        ("countries.japan.trust.up", 0.2, ("countries", "japan", "trust"), "asymmetric:up=0.2"),
        (
            "talks.us-japan.strategy.us.exponent",
            2,
            ("talks", "us-japan", "strategy", "us"),
            "time-dependent:exponent=2:band=0.1",
        ),
        (
            "talks.us-japan.strategy.japan.exponent",
            2,
            ("talks", "us-japan", "strategy", "japan"),
            "time-dependent:exponent=2",
        ),
    ],
)
def test_a_path_leads_into_the_spec_of_a_part(
    path: str, value: object, place: tuple[str, ...], spec: str
) -> None:
    assert at(paths.assign(sketch(), path, value), *place) == spec


def test_a_path_leads_into_an_import_path() -> None:
    data = paths.assign(sketch(), "countries.us.strategy", "tests.fakes.Ladder:band=1")
    data = paths.assign(data, "countries.us.strategy.exponent", 2)
    assert at(data, "countries", "us", "strategy") == "tests.fakes.Ladder:band=1:exponent=2"


def test_the_original_stays_as_it_is() -> None:
    data = sketch()
    before = copy.deepcopy(data)
    for path in ("countries.us.patience", "talks.us-japan.issues.rice.payoffs.us", "weeks"):
        paths.assign(data, path, 1)
    assert data == before


def test_none_leaves_the_key_out() -> None:
    data = paths.assign(sketch(), "talks.us-japan.term_weeks", None)
    assert "term_weeks" not in at(data, "talks", "us-japan")
    assert paths.assign(sketch(), "threats.us-us-japan", None)["threats"] == []
    assert "korea" not in at(paths.assign(sketch(), "countries.korea", None), "countries")


def test_an_entry_may_be_replaced_whole() -> None:
    data = paths.assign(sketch(), "relationships.neighbours", {"weight": 1})
    assert data["relationships"] == [{"id": "neighbours", "weight": 1}]


@pytest.mark.parametrize(
    ("path", "key", "nearest"),
    [
        ("wekes", "wekes", "weeks"),
        ("contries.us.patience", "contries", "countries"),
        ("countries.uk.patience", "countries.uk", None),
        ("countries.jpan.patience", "countries.jpan", "japan"),
        ("countries.us.patiense", "countries.us.patiense", "patience"),
        ("talks.us-jpan.deadline", "talks.us-jpan", "us-japan"),
        ("talks.us-japan.dedline", "talks.us-japan.dedline", "deadline"),
        ("talks.us-japan.issues.ryce.face.us", "talks.us-japan.issues.ryce", "rice"),
        ("talks.us-japan.issues.rice.payofs.us", "talks.us-japan.issues.rice.payofs", "payoffs"),
        (
            "talks.us-japan.audience.japan.treshold",
            "talks.us-japan.audience.japan.treshold",
            "threshold",
        ),
        ("threats.us-us-jpan.payoffs.us", "threats.us-us-jpan", "us-us-japan"),
        ("events.truce.disregard.tallk", "events.truce.disregard.tallk", "talk"),
        ("countries.us.id", "countries.us.id", None),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_where_it_fails(
    path: str, key: str, nearest: str | None
) -> None:
    found = problem(path)
    assert (found.key, found.value, found.nearest) == (key, 1, nearest)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "countries.us",
        "countries.us.patience.more",
        "countries.us.strategy.exponent.more",
        "talks.us-japan.parties.us",
        "talks.us-japan.issues.rice.payoffs.us.more",
        "history.first.stake",
        "deals.us-korea.signed",
    ],
)
def test_a_path_that_goes_too_far_or_not_far_enough_is_refused(path: str) -> None:
    assert problem(path).value == 1


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("countries.us.patience=.5", "countries.us.patience", 0.5),
        ("talks.us-japan.deadline=2025-08-01", "talks.us-japan.deadline", date(2025, 8, 1)),
        ("threats=[]", "threats", []),
        (
            "countries.us.strategy=time-dependent:exponent=2",
            "countries.us.strategy",
            "time-dependent:exponent=2",
        ),
        (" title = Talks = more talks", "title", "Talks = more talks"),
        ("title=", "title", ""),
    ],
)
def test_an_assignment_is_split_at_the_first_equals_sign(
    text: str, path: str, value: object
) -> None:
    assert paths.parse_assignment(text) == (path, value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("weeks", "--set"),
        ("=3", "--set"),
        ("", "--set"),
        ("weeks=nan", "weeks"),
        ("weeks=-inf", "weeks"),
        ("threats=[", "threats"),
    ],
)
def test_an_assignment_without_path_or_value_is_refused(text: str, key: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        paths.parse_assignment(text)
    assert [found.key for found in caught.value.problems] == [key]


def test_a_whole_table_at_a_new_id_is_a_new_entry_of_a_list() -> None:
    table = {"talk": "us-japan", "by": "japan", "announced": date(2025, 6, 1)}
    before = sketch()
    data = paths.assign(before, "threats.list", table)
    assert at(data, "threats") == [*at(before, "threats"), {"id": "list", **table}]
    alone = paths.assign(data, "coalitions.allies", {"members": ["japan", "korea"]})
    assert at(alone, "coalitions") == [{"id": "allies", "members": ["japan", "korea"]}]
    assert at(paths.assign(data, "threats.list", None), "threats") == at(before, "threats")
