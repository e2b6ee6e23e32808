"""The schemas of files: what they flag of a hundred mistakes, and that they flag nothing sound."""

import itertools
import json
import re
import tomllib
import typing
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from agents.roster import ROSTER
from experiments.cli.main import main
from experiments.design.experiment import FILE_KEYS
from experiments.design.schema import experiment_schema
from simulator.errors import ScenarioError
from simulator.scenario.drafting import FOLLOWING
from simulator.scenario.parameters import signature
from simulator.scenario.part_patterns import part_pattern
from simulator.scenario.parts import parse
from simulator.scenario.paths import keys_of
from simulator.scenario.scenario import load
from simulator.scenario.schema import scenario_schema
from simulator.scenario.specs import (
    BystanderSpec,
    CountrySpec,
    IssueSpec,
    Settings,
    TalkSpec,
    ThreatSpec,
)
from tests.fakes import sketch
from tests.generators import scenarios
from tests.mistakes import files, mistakes, written
from tests.pages import ROOT, blocks, pages


@cache
def validator(of_scenario: bool) -> Draft7Validator:
    schema = scenario_schema(ROSTER) if of_scenario else experiment_schema()
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def flagged(data: dict[str, Any], of_scenario: bool = True) -> list[str]:
    found = validator(of_scenario).iter_errors(written(data))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


@pytest.mark.parametrize(
    ("number", "at_least"), [(20, 16), pytest.param(100, 80, marks=pytest.mark.long)]
)
def test_a_schema_alone_flags_four_in_five_mistakes(number: int, at_least: int) -> None:
    missed = [
        (mistake.kind, mistake.file, mistake.place)
        for mistake in mistakes(0, number)
        if not flagged(mistake.data, mistake.is_scenario)
    ]
    assert number - len(missed) >= at_least, missed


@pytest.mark.parametrize("of_scenario", [True, False])
def test_a_schema_is_one(of_scenario: bool) -> None:
    Draft7Validator.check_schema(validator(of_scenario).schema)


@pytest.mark.parametrize("name", files())
def test_a_shipped_file_is_not_flagged(name: str) -> None:
    assert flagged(*files()[name]) == []


@given(scenarios())
def test_a_sound_scenario_is_not_flagged_nor_what_is_written_of_it(data: dict[str, Any]) -> None:
    assert flagged(data) == []
    assert flagged(tomllib.loads(load(data, ROSTER).to_toml())) == []


def test_the_sketch_with_something_of_everything_is_not_flagged() -> None:
    assert flagged(sketch()) == []


def test_the_experiments_in_the_documentation_are_not_flagged() -> None:
    texts = [block.text for page in pages() for block in blocks(page.read_text(encoding="utf-8"))
             if block.language == "toml"]  # fmt: skip
    data = [tomllib.loads(text) for text in texts if "[axes]" in text]
    assert data
    assert [flagged(one, of_scenario=False) for one in data] == [[]] * len(data)


def test_a_schema_has_every_key_of_a_file() -> None:
    assert set(scenario_schema(ROSTER)["properties"]) == set(keys_of(Settings))
    assert tuple(experiment_schema()["properties"]) == FILE_KEYS


@pytest.mark.parametrize(
    ("strategy", "is_flagged"),
    [
        ("boulware", False),
        (" time-dependent : exponent = .5 ", False),
        ("time-dependent:exponent=4:band=0.1+noisy:sd=0.1", False),
        ("time-dependent:belief=reservation", False),
        ('time-dependent:belief="reservation"', False),
        ("package.module.Class:x=anything", False),
        ("boulware+package.Wrapper:x=1", False),
        ('{bidding = "boulware", acceptance = "next"}+noisy', False),
        ({"bidding": "micro", "acceptance": "combined:after=0.9", "model": "bayesian"}, False),
        ("bulware", True),
        ("time-dependent:exponent=4:noise=0", False),
        ("micro+wary:premium=.5+noisy:sd=1_0.5", False),
        ("time-dependent:exponent=0", True),
        ("time-dependent:exponent=0.0", True),
        ("time-dependent:exponent=-2", True),
        ("time-dependent:resolve=1.5", True),
        ("averaged-tit-for-tat:window=0", True),
        ("micro+wary:premium=2", True),
        ("micro+noisy:sd=-0.1", True),
        ({"bidding": "micro", "acceptance": "next:plus=-0.5"}, False),
        ({"bidding": "micro", "acceptance": "next:plus=-2"}, True),
        ({"bidding": "micro", "acceptance": "time:after=1.1"}, True),
        ("boulware:exponnent=2", True),
        ("boulware:exponent=fast", True),
        ("boulware:exponent", True),
        ("time-dependent:belief=none-such", True),
        ("boulware+nosy", True),
        ({"acceptance": "next"}, True),
        ({"bidding": "micro", "acceptance": "nxt"}, True),
        ({"bidding": "micro", "accept": "next"}, True),
        (7, True),
    ],
)
def test_a_part_is_known_by_its_name_and_its_parameters(strategy: object, is_flagged: bool) -> None:
    data = sketch()
    data["countries"]["us"]["strategy"] = strategy
    assert bool(flagged(data)) == is_flagged


def numeric(cls: type) -> list[str]:
    return [
        name for name, (type_, _) in signature(cls)[0].items()
        if {int, float} & {type_, *typing.get_args(type_)}
    ]  # fmt: skip


@pytest.mark.parametrize("slot", ["strategy", "compliance", "trust", "bidding", "acceptance"])
@given(st.data())
def test_numbers_that_a_part_takes_together_are_not_flagged(slot: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(n for n, cls in ROSTER[slot].items() if numeric(cls))))
    values = st.sampled_from([-3, -0.5, 0, 1e-6, 0.3, 0.3 + 0.4, 1, 1.5, 4, 1e5])
    given_ = data.draw(st.dictionaries(st.sampled_from(numeric(ROSTER[slot][name])), values))
    text = ":".join([name, *(f"{key}={value}" for key, value in given_.items())])
    try:
        parse(text, slot, ROSTER)
    except ScenarioError:
        return
    assert re.search(part_pattern(slot, ROSTER), text)


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ("compliance", "volatile:probability=5"),
        ("compliance", "volatile:probability=-.1"),
        ("compliance", "limited-punishment:periods=0"),
        ("trust", "asymmetric:t0=1.01"),
        ("trust", "asymmetric:up=0"),
        ("trust", "beta:kappa=-1"),
        ("trust", "fixed:t0=60"),
    ],
)
def test_a_number_beyond_what_a_part_can_take_is_flagged(slot: str, text: str) -> None:
    assert not re.search(part_pattern(slot, ROSTER), text)
    with pytest.raises(ScenarioError):
        parse(text, slot, ROSTER)


def test_the_days_of_a_schema_are_those_of_the_calendar() -> None:
    pattern = validator(True).schema["properties"]["start"]["pattern"]
    for year, month, day in itertools.product((1900, 2000, 2024, 2025), range(14), range(33)):
        text = f"{year}-{month:02}-{day:02}"
        assert bool(re.search(pattern, text)) == is_day(text), text


def is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def tables(data: dict[str, Any], cls: type) -> list[dict[str, Any]]:
    """Return the tables of a class in a scenario."""
    talks = list(data["talks"].values())
    found: dict[type, list[dict[str, Any]]] = {
        CountrySpec: list(data["countries"].values()),
        BystanderSpec: list(data["bystanders"].values()),
        TalkSpec: talks,
        ThreatSpec: data["threats"],
        IssueSpec: [issue for talk in talks for issue in talk["issues"]],
    }
    return found[cls]


@pytest.mark.parametrize("cls", FOLLOWING)
def test_a_key_that_follows_need_not_stand_in_a_file(cls: type) -> None:
    data = sketch()
    assert tables(data, cls)
    for table in tables(data, cls):
        for key in FOLLOWING[cls]:
            table.pop(key, None)
    data["events"] = []  # which may name a threat by its id
    load(data, ROSTER)
    assert flagged(data) == []


@pytest.mark.parametrize("cls", FOLLOWING)
def test_a_key_that_is_needed_must_stand_in_a_file(cls: Any) -> None:
    needed = validator(True).schema["definitions"][cls.__name__]["required"]
    required = {key for key, field in cls.model_fields.items() if field.is_required()}
    assert set(needed) - {"issues"} == required - FOLLOWING[cls]
    for key in needed:
        data = sketch()
        del tables(data, cls)[0][key]
        assert flagged(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("wekes", 3),
        ("countries.us.patiance", 0.5),
        ("countries.us.patience", 1.5),
        ("countries.us.patience", "high"),
        ("countries.us.shocks", {"probability": 0.1}),
        ("countries.us.shocks", {"probability": 0.1, "stake": 1, "stakes": 1}),
        ("countries.US", {}),
        ("talks.us-japan.deadline", "9 July 2025"),
        ("talks.us-japan.deadline", "2025-02-30"),
        ("talks.us-japan.issues", []),
        ("talks.us-japan.open", "yes"),
        ("bystanders.nowhere", {"id": "nowhere"}),
        ("valuation", "tables"),
        ("weeks", 0),
        ("weeks", 2.5),
        ("threats", {}),
        ("deals", [{"talk": "us-japan"}]),
    ],
)
def test_what_a_table_does_not_take_is_flagged(path: str, value: object) -> None:
    data = sketch()
    *way, last = path.split(".")
    holder: Any = data
    for name in way:
        holder = holder[name]
    holder[last] = value
    assert flagged(data)
    with pytest.raises(ScenarioError):
        load(data, ROSTER)


@pytest.mark.parametrize(
    ("change", "is_flagged"),
    [
        ({"countries.us.patience": 0.5}, False),
        ({"talks.us-japan.audience.us.threshold": 1}, False),
        ({"good_news": 0.5}, False),
        ({"us.patience": 0.5}, True),
        ({"countries.us.patiance": 0.5}, True),
        ({"weeks": 5}, True),
    ],
)
def test_what_an_event_sets_is_checked_by_its_path(
    change: dict[str, object], is_flagged: bool
) -> None:
    data = sketch()
    data["events"][0]["set"] = change
    assert bool(flagged(data)) == is_flagged


@pytest.mark.parametrize(
    ("change", "is_flagged"),
    [
        ({"axes": {"countries": {"us": {"patience": [0.5, 0.6]}}}}, False),
        ({"axes": {"x": {"from": 0, "to": 1, "n": 3}}}, False),
        ({"axes": {"x": {"from": 0, "too": 1, "n": 3}}}, True),
        ({"axes": {"x": {"from": 0, "to": 1, "n": 1}}}, True),
        ({"axes": {"x": []}}, True),
        ({"axes": {"x": 3}}, True),
        ({"tables": ["deals", "trust"]}, False),
        ({"tables": {"trust": 13}}, False),
        ({"tables": ["deels"]}, True),
        ({"tables": {"deals": 13}}, True),
        ({"metrics": ["trust_in_us", "module.function"]}, False),
        ({"metrics": ["trust_inus"]}, True),
        ({"metrics": ["anything"], "scenario": None, "model": "module.function"}, False),
        ({"design": "sobol"}, True),
        ({"design": "sobol", "samples": 8, "axes": {"x": {"low": 0, "high": 1}}}, False),
        ({"samples": 8}, True),
        ({"replications": 0}, True),
        ({"replicatons": 3}, True),
        ({"scenario": None}, True),
        ({"model": "module.function"}, True),
    ],
)
def test_an_experiment_is_checked_key_by_key(change: dict[str, Any], is_flagged: bool) -> None:
    changed = {"scenario": "allies-2025", **change}
    data = {key: value for key, value in changed.items() if value is not None}
    assert bool(flagged(data, of_scenario=False)) == is_flagged, flagged(data, of_scenario=False)


# -- the command -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["scenario", "experiment"])
def test_the_command_prints_the_schema_or_writes_it(kind: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["schema", kind])
    assert json.loads(printed.stdout) == validator(kind == "scenario").schema
    file = tmp_path / "x.schema.json"
    done = CliRunner().invoke(main, ["schema", kind, "-o", str(file)])
    assert (done.exit_code, done.stderr) == (0, f"The schema is in {file}.\n")
    assert file.read_text(encoding="utf-8") == printed.stdout


@pytest.mark.parametrize("arguments", [["sceario"], ["scenario", "-o", "x.toml"], []])
def test_the_command_refuses_what_it_cannot_write(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, ["schema", *arguments]).exit_code == 2


def test_a_line_for_an_editor_at_the_top_of_a_file_changes_nothing() -> None:
    text = (ROOT / "simulator" / "scenarios" / "first-talk.toml").read_text(encoding="utf-8")
    assert tomllib.loads(f"#:schema scenario.schema.json\n{text}") == tomllib.loads(text)


def test_a_mistake_is_refused_by_what_reads_the_file() -> None:
    mistake = next(mistakes(1, 1))
    with pytest.raises(ScenarioError):
        load(mistake.data, ROSTER)
