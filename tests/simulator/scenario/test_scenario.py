import pickle
import random
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ScenarioError
from simulator.scenario import scenario, source
from simulator.scenario.scenario import Scenario
from tests.fakes import ROSTER, SKETCH, Ladder, sketch
from tests.generators import scenarios


def load(data: Any, **changes: Any) -> Scenario:
    return scenario.load(data, ROSTER, set=changes.get("set"))


def test_a_scenario_holds_what_the_file_says() -> None:
    world = load(sketch())
    assert (world.name, world.start, world.weeks) == ("sketch", date(2025, 5, 19), 104)
    assert list(world.countries) == ["us", "japan", "korea"]
    assert world.countries["us"].name == "United States"
    assert str(world.countries["us"].compliance) == "volatile:probability=0.05"
    assert world.bystanders["china"].name == "china"
    talk = world.talks["us-japan"]
    assert talk.parties == ("us", "japan")
    assert talk.audience["japan"].threshold == 2
    car, rice = talk.issues
    assert car.levels == (25, 15, 2.5)
    assert car.payoffs["japan"] == (0, 2.8, 6.3)
    assert rice.levels == ("none", "some", "much")
    assert world.threats[0].effective == "deadline"
    assert world.deals[0].outcome == {"car-tariff": 10}
    assert world.relationships[0].between == ("japan", "korea")
    assert world.history[0].beneficiaries == ("japan", "china")
    assert world.events[0].withdraw == ("us-us-japan",)


def test_what_the_file_leaves_out_has_defaults() -> None:
    world = load(sketch())
    japan, talk = world.countries["japan"], world.talks["us-japan"]
    assert (japan.name, japan.patience) == ("japan", 1)
    assert [str(p) for p in (japan.strategy, japan.compliance, japan.trust)] == [
        "time-dependent",
        "always",
        "asymmetric",
    ]
    assert (talk.opens, talk.review_weeks, talk.cooling_weeks) == (world.start, 13, 4)
    assert world.talks["us-korea"].term_weeks is None
    assert world.threats[0].id == "us-us-japan"
    assert world.talks["us-japan"].issues[0].name == "car-tariff"
    assert (world.good_news, world.hearsay_decay, world.trust_period_weeks) == (0.25, 0.5, 13)


@given(scenarios(max_parties=3))
def test_generated_scenarios_load(data: dict[str, Any]) -> None:
    assert load(data).countries.keys() == data["countries"].keys()


@given(scenarios(deterministic=True))
def test_deterministic_scenarios_have_no_random_parts(data: dict[str, Any]) -> None:
    world = load(data)
    assert world.valuation_sd == 0
    assert all(c.compliance.name != "volatile" for c in world.countries.values())
    assert all(a.noise == 0 for talk in world.talks.values() for a in talk.audience.values())
    policies = [threat.policy for threat in world.threats]
    assert all({p.extend, p.extend * p.after} <= {0, 1} for p in policies)
    issues = [issue for talk in world.talks.values() for issue in talk.issues]
    assert all({*issue.assurance} <= {0, 1} for issue in issues)


# --- sources ----------------------------------------------------------------------------------


def test_a_file_a_path_and_a_dict_give_the_same_scenario(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SKETCH, encoding="utf-8")
    assert load(file) == load(str(file)) == load(sketch()) == load(load(sketch()))


def test_a_file_that_begins_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SKETCH, encoding="utf-8-sig")
    assert load(file).name == "sketch"


def test_shipped_scenarios_are_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sketch.toml").write_text(SKETCH, encoding="utf-8")
    monkeypatch.setattr(source, "_FOLDER", tmp_path)
    assert source.shipped() == ["sketch"]
    assert source.text("sketch") == SKETCH
    assert load("sketch") == load(sketch())


def test_every_name_listed_has_a_text() -> None:
    assert all(source.text(name) for name in source.shipped())


def test_the_dict_given_is_neither_changed_nor_kept() -> None:
    data = sketch()
    world = load(data, set={"weeks": 3})
    assert data == sketch()
    data["countries"]["us"]["patience"] = 0.1
    world.data["weeks"] = 9
    assert world.data["countries"]["us"]["patience"] == 0.95
    assert world.data["weeks"] == 3


# --- changes ----------------------------------------------------------------------------------


def test_with_changes_a_copy() -> None:
    world = load(sketch())
    other = world.with_({"countries.us.patience": 0.5, "countries.us.strategy.exponent": 2})
    assert (world.countries["us"].patience, other.countries["us"].patience) == (0.95, 0.5)
    assert str(other.countries["us"].strategy) == "time-dependent:exponent=2.0:band=0.1"
    assert other.data["countries"]["us"]["patience"] == 0.5
    assert world == load(sketch())


def test_keys_of_the_scenario_itself_may_be_given_as_keywords() -> None:
    world = load(sketch())
    other = world.with_({"countries.us.patience": 0.5}, weeks=7, valuation_sd=0)
    assert (other.weeks, other.valuation_sd, other.countries["us"].patience) == (7, 0, 0.5)
    assert world.with_(weeks=7) == world.with_({"weeks": 7})
    assert world.with_() == world == world.with_({})
    assert world.with_(good_news=0.3).with_(good_news=None) == world.with_(good_news=None)


@pytest.mark.parametrize(
    ("changes", "keywords", "told"),
    [
        (None, {"week": 7}, "week: 7: no such key; the keys are: name, title, start, weeks"),
        (None, {"week": 7}, "did you mean 'weeks'?"),
        (None, {"weeks": "x"}, "weeks: 'x': a whole number from 1 to 100,000"),
        ({"countries.us.patienc": 1}, {}, "did you mean 'patience'?"),
        ({"weeks": 0}, {"goodnews": 2}, "2 problems"),
        (3, {}, "changes: 3: values by dotted path, or keywords"),
        ("weeks", {}, "changes: 'weeks': values by dotted path, or keywords"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    changes: Any, keywords: dict[str, object], told: str
) -> None:
    with pytest.raises(ScenarioError, match=re.escape(told)):
        load(sketch()).with_(changes, **keywords)


def test_changes_are_made_in_the_order_given() -> None:
    world = load(
        sketch(), set={"countries.us.strategy": "time-dependent", "countries.us.strategy.band": 1}
    )
    assert str(world.countries["us"].strategy) == "time-dependent:band=1.0"
    world = load(
        sketch(), set={"countries.us.strategy.band": 0.2, "countries.us.strategy": "boulware"}
    )
    assert str(world.countries["us"].strategy) == "boulware"


def test_changes_may_be_objects() -> None:
    world = load(sketch()).with_({"countries.us.strategy": Ladder(exponent=3)})
    built = world.countries["us"].strategy.build()
    assert isinstance(built, Ladder)
    assert built.exponent == 3
    again = world.with_({"countries.us.strategy.exponent": 5}).countries["us"].strategy.build()
    assert isinstance(again, Ladder)
    assert again.exponent == 5


def test_a_date_may_be_given_as_text() -> None:
    world = load(sketch(), set={"talks.us-japan.deadline": "2025-08-01"})
    assert world.talks["us-japan"].deadline == date(2025, 8, 1)
    assert world == load(sketch(), set={"talks.us-japan.deadline": date(2025, 8, 1)})


def test_all_bad_changes_are_reported_with_the_problems_of_the_file() -> None:
    data = sketch() | {"weeks": 0}
    with pytest.raises(ScenarioError) as caught:
        load(data, set={"contries": 1, "countries.us.patience": 9})
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"contries", "countries.us.patience", "weeks"}


# --- values -----------------------------------------------------------------------------------


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(v, order) for v in value] if isinstance(value, list) else value


@given(scenarios(), st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys(
    data: dict[str, Any], order: random.Random
) -> None:
    assert load(data).hash == load(shuffled(data, order)).hash


def test_the_hash_does_not_depend_on_formatting() -> None:
    text = SKETCH.replace("patience = 0.95", "patience = 9.5e-1 # a comment")
    text = text.replace("weeks = 104", "weeks = 104.0").replace("[0, -1]", "[0.0, -1.0,]")
    assert load(tomllib.loads(text)).hash == load(sketch()).hash


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("weeks", 105),
        ("title", "x"),
        ("countries.us.patience", 0.951),
        ("countries.us.strategy.band", 0.2),
        ("talks.us-japan.issues.rice.payoffs.us", [0, 0.15, 0.61]),
        ("talks.us-japan.parties", ["japan", "us"]),
        ("events.truce.set", {"countries.us.patience": 0.99}),
        ("history", []),
    ],
)
def test_the_hash_changes_with_any_value(path: str, value: object) -> None:
    assert load(sketch(), set={path: value}).hash != load(sketch()).hash


def test_the_hash_is_the_same_in_another_process() -> None:
    code = (
        "from simulator.scenario import scenario; from tests.fakes import ROSTER, sketch;"
        "print(scenario.load(sketch(), ROSTER).hash)"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == load(sketch()).hash


@given(scenarios(max_parties=3))
def test_the_toml_written_loads_as_the_same_scenario(data: dict[str, Any]) -> None:
    world = load(data)
    again = load(tomllib.loads(world.to_toml()))
    assert again.data == world.data
    assert again.hash == world.hash


def test_the_toml_of_objects_holds_their_import_paths() -> None:
    world = load(sketch(), set={"countries.us.strategy": Ladder(exponent=3)})
    assert "tests.fakes.Ladder:exponent=3" in world.to_toml()
    assert load(tomllib.loads(world.to_toml())) == world


def test_objects_that_differ_in_state_differ_in_hash() -> None:
    one, other = (load(sketch(), set={"countries.us.strategy": Ladder(exponent=e)}) for e in (2, 3))
    assert one != other


@pytest.mark.parametrize("part", ["boulware", "tests.fakes.Ladder:band=0.5", Ladder(exponent=3)])
def test_scenarios_survive_pickling(part: object) -> None:
    world = load(sketch(), set={"countries.us.strategy": part})
    again = pickle.loads(pickle.dumps(world))
    assert again == world
    assert again.stages[0].countries["us"].patience == 0.95
    assert again.with_({"weeks": 3}).weeks == 3
    assert type(again.countries["us"].strategy.build()) is type(
        world.countries["us"].strategy.build()
    )


def test_a_scenario_is_printed_by_name_and_hash() -> None:
    world = load(sketch())
    assert str(world) == repr(world) == f"Scenario('sketch', hash={world.hash[:12]!r})"


def test_scenarios_are_frozen() -> None:
    world = load(sketch())
    with pytest.raises(ValueError, match="frozen"):
        world.weeks = 3
    with pytest.raises(ValueError, match="frozen"):
        world.countries["us"].patience = 0.1


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2025, 5, 18), -1),
        (date(2025, 5, 19), 0),
        (date(2025, 5, 25), 0),
        (date(2025, 5, 26), 1),
    ],
)
def test_a_week_has_seven_days_from_the_start_on(day: date, week: int) -> None:
    assert load(sketch()).week_of(day) == week


def test_reading_scenarios_imports_nothing_heavy() -> None:
    code = (
        "import sys, simulator.scenario.scenario;"
        "print(sorted({'numpy', 'pandas', 'mesa', 'matplotlib'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- stages -----------------------------------------------------------------------------------


def test_events_stand_in_the_order_of_their_dates_with_the_world_after_each() -> None:
    world = load(sketch())
    withdrawal, truce = world.events
    assert (withdrawal.date, truce.id) == (date(2025, 6, 16), "truce")
    after_withdrawal, after_truce = world.stages
    assert after_withdrawal.countries["us"].patience == 0.95
    assert after_truce.countries["us"].patience == 0.995
    assert world.countries["us"].patience == 0.95


def test_an_event_that_sets_nothing_keeps_the_stage() -> None:
    quiet = [{"date": date(2025, 9, day), "withdraw": "us-us-japan"} for day in (1, 2)]
    data = sketch() | {"events": [sketch()["events"][0], *quiet]}
    first, second, third = load(data).stages
    assert first is second is third
    world = load(sketch())
    assert world.stages[0] is world


def test_events_of_one_day_follow_the_file() -> None:
    events = [
        {"date": date(2025, 9, 1), "set": {"countries.us.patience": p}} for p in (0.1, 0.2, 0.3)
    ]
    stages = load(sketch() | {"events": events}).stages
    assert [stage.countries["us"].patience for stage in stages] == [0.1, 0.2, 0.3]


def test_what_events_set_adds_up() -> None:
    events = [
        {"date": date(2025, 7, 1), "set": {"countries.us.strategy.exponent": 2}},
        {"date": date(2025, 9, 1), "set": {"countries.us.strategy.band": 0.5}},
        {"date": date(2025, 6, 1), "set": {"talks.us-japan.deadline": date(2025, 8, 1)}},
        {"date": date(2025, 9, 1), "set": {"threats.us-us-japan.payoffs.japan": -9}},
        {"date": date(2025, 9, 1), "set": {"relationships.neighbours.weight": 0.9}},
    ]
    *_, last = load(sketch() | {"events": events}).stages
    assert str(last.countries["us"].strategy) == "time-dependent:exponent=2.0:band=0.5"
    assert last.talks["us-japan"].deadline == date(2025, 8, 1)
    assert last.threats[0].payoffs["japan"] == -9
    assert last.relationships[0].weight == 0.9
