"""Every parameter of allies-2025 is accounted for, once, and lies where it is plausible."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from agents.roster import ROSTER
from simulator.errors import ScenarioError
from simulator.scenario import provenance as module
from simulator.scenario import scenario
from simulator.scenario import source as scenarios
from simulator.scenario.provenance import Origin, parameters, provenance

NAME = "allies-2025"
LOADED = scenario.load(NAME, ROSTER)
VALUES = parameters(LOADED)
ENTRIES = provenance(NAME)


def covering(path: str, entries: tuple[Origin, ...] = ENTRIES) -> list[Origin]:
    return [entry for entry in entries if entry.covers(path)]


def test_every_parameter_is_covered_by_exactly_one_entry() -> None:
    assert {path: found for path in VALUES if len(found := covering(path)) != 1} == {}


def test_no_path_of_an_entry_covers_nothing() -> None:
    idle = [
        path
        for entry in ENTRIES
        for path in entry.paths
        if not any(replace(entry, paths=(path,)).covers(parameter) for parameter in VALUES)
    ]
    assert idle == []


def test_every_value_lies_in_its_range() -> None:
    for path, value in VALUES.items():
        (entry,) = covering(path)
        if isinstance(value, str | bool):
            assert (entry.low, entry.high, entry.times) == (None, None, None), path
            assert not entry.among or value in entry.among, path
        else:
            low, high = entry.range(value)
            assert low <= value <= high, path
            assert not entry.among, path


def test_each_says_what_its_status_asks_for() -> None:
    for entry in ENTRIES:
        assert entry.why, entry.paths
        assert bool(entry.source) == (entry.status != "assumed"), entry.paths


def test_every_source_is_explained_by_the_scenario_file() -> None:
    listed = scenarios.text(NAME).partition("# References\n")[2].partition("\n\n")[0]
    known = re.findall(r"^#   (\S(?:\S| (?! ))*)  ", listed, re.M)
    for entry in ENTRIES:
        for source in filter(None, entry.source.split("; ")):
            assert any(source.startswith(name) for name in known), source


def test_the_ends_of_each_range_that_stands_alone_are_accepted() -> None:
    for end in (0, 1):
        changes = {
            path: covering(path)[0].range(value)[end]
            for path, value in VALUES.items()
            if not isinstance(value, str | bool)
            and path.startswith(("countries.", "history.", "relationships.", "threats."))
        }
        changed = scenario.load(NAME, ROSTER, set=changes)
        assert changed != LOADED


def test_what_is_derived_or_0_by_definition_is_no_parameter() -> None:
    assert "talks.us-japan.issues.shipbuilding.payoffs.us.1" in VALUES
    assert "talks.us-japan.issues.shipbuilding.payoffs.us.0" not in VALUES
    assert "talks.us-japan.issues.rice.levels.0" not in VALUES
    assert "talks.us-japan.issues.car-tariff.levels.0" in VALUES
    assert not any(".car-tariff.payoffs." in path for path in VALUES)
    assert not any(path.startswith("threats.us-us-japan.payoffs") for path in VALUES)
    assert VALUES["threats.eu-us-eu.payoffs.us"] == -0.5


def test_defaults_are_parameters_and_names_are_not() -> None:
    assert VALUES["countries.japan.strategy"] == "time-dependent"
    assert VALUES["countries.japan.strategy.family"] == "polynomial"
    assert VALUES["history.korus-2012-us.excused"] == 0
    assert not any(path.endswith((".name", ".what", ".obligor")) for path in VALUES)


def test_parameters_of_a_table_scenario_are_its_payoffs() -> None:
    first = parameters(scenario.load("first-talk", ROSTER))
    assert any(".payoffs." in path for path in first)
    assert not any(path.endswith(".0") and ".payoffs." in path for path in first)


def test_a_gap_and_an_overlap_are_seen() -> None:
    assert covering("weeks", ENTRIES[:1]) == []
    assert len(covering("start", (ENTRIES[0], *ENTRIES))) == 2


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('paths = ["a"]\nstatus = "asumed"', "entries[0].status"),
        ('paths = ["a"]\nstatus = "assumed"\nwhi = "x"', "did you mean 'why'"),
        ('status = "assumed"', "with paths and status"),
    ],
)
def test_an_entry_that_is_not_sound_is_refused(
    entry: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(f"[[entries]]\n{entry}\n", encoding="utf-8")
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        provenance("mine")
    assert told in str(caught.value)


def test_a_scenario_without_provenance_names_those_that_have_it() -> None:
    with pytest.raises(ScenarioError, match="allies-2025"):
        provenance("allies-2024")
