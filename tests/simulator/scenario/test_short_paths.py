"""Short paths: what they mean, when they mean too much, and that full ones stay as they are."""

from typing import Any

import pytest
from hypothesis import given

from agents.roster import ROSTER
from simulator.errors import Problem, ScenarioError
from simulator.scenario.paths import REGISTERS, flatten
from simulator.scenario.scenario import load
from simulator.scenario.short_paths import ShortPaths
from tests.fakes import sketch
from tests.generators import scenarios


def full(path: str, value: object = 1) -> str:
    return ShortPaths(sketch()).full(path, value)


def problem(path: str, value: object = 1) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        full(path, value)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("us.patience", "countries.us.patience"),
        ("us.shocks.probability", "countries.us.shocks.probability"),
        ("us.compliance.probability", "countries.us.compliance.probability"),
        ("us-japan.deadline", "talks.us-japan.deadline"),
        ("rice.payoffs.us", "talks.us-japan.issues.rice.payoffs.us"),
        ("us-korea.strategy.us", "talks.us-korea.strategy.us"),
        ("neighbours.weight", "relationships.neighbours.weight"),
        ("truce.date", "events.truce.date"),
        ("elasticity", "economy.elasticity"),
    ],
)
def test_a_path_that_ends_only_one_means_that_one(short: str, long: str) -> None:
    assert full(short) == long


@pytest.mark.parametrize(
    "path", ["weeks", "countries.us.patience", "countries.us.nothing", "wekes"]
)
def test_a_path_that_begins_at_the_top_or_ends_no_other_stays_as_it_is(path: str) -> None:
    assert full(path) == path


def test_a_path_that_ends_several_is_refused_with_them() -> None:
    told = problem("patience", 0.9)
    assert (told.key, told.value) == ("patience", 0.9)
    assert told.allowed.startswith("one of the paths that end so: countries.us.patience, ")


def test_of_very_many_paths_some_are_named() -> None:
    data: dict[str, Any] = {"countries": {f"c{k}": {} for k in range(20)}}
    with pytest.raises(ScenarioError, match=r"countries\.c5\.patience and 14 more"):
        ShortPaths(data).full("patience", 0.9)


def test_a_key_that_is_misspelt_behind_an_id_is_told_the_nearest() -> None:
    told = problem("us.patiance")
    assert (told.key, told.nearest) == ("countries.us.patiance", "patience")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("US.patience", "us.patience"),
        ("us-jpan.deadline", "us-japan.deadline"),
        ("Elasticity", "elasticity"),
    ],
)
def test_a_misspelt_id_or_key_that_a_path_begins_with_is_told_the_nearest(
    written: str, meant: str
) -> None:
    assert problem(written).nearest == meant
    assert full(meant) != meant


def test_a_path_that_begins_with_what_there_is_not_is_told_which_entries_there_are() -> None:
    told = problem("zzz.patience")
    assert told.nearest is None
    assert (
        "'zzz' stands for no entry or key of the scenario, such as countries.us, " in told.allowed
    )


def test_without_a_scenario_nothing_is_taken_for_misspelt() -> None:
    assert ShortPaths({}).full("Elasticity", 1) == "Elasticity"


def meaning(short: ShortPaths, path: str) -> str:
    """Return the full path, or the error that says which it may be."""
    try:
        return short.full(path, None)
    except ScenarioError as error:
        return str(error)


@given(scenarios())
def test_an_end_means_its_own_path_or_too_many_and_never_another(data: dict[str, Any]) -> None:
    short = ShortPaths(data)
    for section in filter(data.get, REGISTERS):
        for (path, _), _ in flatten(data[section], section):
            told = meaning(short, path.partition(".")[2])
            assert told == path or f" {path}" in told or " more" in told


def test_a_scenario_takes_short_paths_wherever_values_are_set() -> None:
    first = load(sketch(), ROSTER)
    long = first.with_({"countries.us.patience": 0.5})
    assert first.with_({"us.patience": 0.5}) == long != first
    assert load(sketch(), ROSTER, set={"us.patience": 0.5}) == long


def test_what_an_event_sets_is_named_in_full() -> None:
    data = sketch()
    data["events"][0]["set"] = {"us.patience": 0.5}
    with pytest.raises(ScenarioError, match=r"us\.patience"):
        load(data, ROSTER)
