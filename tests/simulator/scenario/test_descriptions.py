"""Whatever can be set has one description, which names what the path names."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from agents.roster import ROSTER
from experiments.plots.labels import axis_label
from experiments.run import load
from simulator.scenario import paths, source
from simulator.scenario.descriptions import Description, description
from simulator.scenario.parameters import describe
from simulator.scenario.parts import PartSpec
from simulator.scenario.scenario import Scenario
from simulator.scenario.specs import Settings, Table

SCENARIO = load("allies-2025")
US_JAPAN = {"the talk": "us-japan", "the issue": "rice", "the obligor": "japan"}


def settable(scenario: Scenario) -> Iterator[str]:
    """Give the paths at which something can be set in a scenario."""
    yield from keys(scenario, Settings, "")
    for name, table in {**paths.REGISTERS, **paths.ENTRIES}.items():
        entries: Any = getattr(scenario, name)
        for entry in entries.values() if isinstance(entries, Mapping) else entries:
            if entry.id is not None:
                yield from keys(entry, table, f"{name}.{entry.id}.")


def keys(entry: Any, table: type[Table], at: str) -> Iterator[str]:
    """Give the paths of the keys of a table, and of what lies within them."""
    for name, field in table.model_fields.items():
        key = field.alias or name
        if key not in ("id", "source"):
            yield f"{at}{key}"
            yield from within(getattr(entry, name), table, key, f"{at}{key}.")


def within(value: Any, table: type[Table], key: str, at: str) -> Iterator[str]:
    inner, entries = paths.table_at(table, [key]), paths.table_at(table, [key, ""])
    if isinstance(value, PartSpec) and value.cls is not None:
        yield from (f"{at}{parameter.name}" for parameter in describe(value.cls))
    elif inner is not None and value is not None:
        yield from keys(value, inner, at)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from keys(one, entries, f"{at}{name}.") if entries else [f"{at}{name}"]
    elif entries is not None:
        for one in value:
            if name := getattr(one, "id", None):
                yield from keys(one, entries, f"{at}{name}.")


@pytest.mark.parametrize("name", source.shipped())
def test_every_path_that_can_be_set_has_a_description(name: str) -> None:
    scenario = load(name)
    listed = list(settable(scenario))
    assert len(listed) > 50
    assert [path for path in listed if description(scenario, path, ROSTER) is None] == []


@pytest.mark.parametrize("name", source.shipped())
def test_no_label_leaves_a_noun_open_that_its_path_names(name: str) -> None:
    scenario = load(name)
    for path in settable(scenario):
        found = description(scenario, path, ROSTER)
        assert found is not None
        told = axis_label(scenario, [path])
        nouns = {"the country", "the party", "the obligor", "the issue"} & {*found.named}
        assert not [noun for noun in nouns if noun in told], told
        assert "_" not in found.words, path
        assert "the country" in found.words or not path.startswith("countries."), path


@pytest.mark.parametrize("slot", ["strategy", "compliance", "trust"])
def test_every_parameter_of_a_part_says_whose_it_is(slot: str) -> None:
    for name, cls in ROSTER[slot].items():
        for parameter in describe(cls):
            scenario = SCENARIO.with_({f"countries.japan.{slot}": name})
            found = description(scenario, f"countries.japan.{slot}.{parameter.name}", ROSTER)
            assert found is not None, (name, parameter.name)
            assert "the country" in found.words, (name, parameter.name)
            assert not found.words.startswith("as in"), (name, parameter.name)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "countries.us.compliance.probability",
            Description(
                *("chance that the country disregards a deal at a review", "0 to 1"),
                {"the country": "us"},
            ),
        ),
        (
            "talks.us-japan.issues.rice.face.japan",
            Description(
                "cost in face to the party of each step on the issue from the status quo on",
                "US$ bn a year",
                {**US_JAPAN, "the party": "japan"},
            ),
        ),
        (
            "talks.us-japan.strategy.us.exponent",
            Description(
                *("how late the party concedes", "exponent"),
                {"the talk": "us-japan", "the party": "us"},
            ),
        ),
        (
            "countries.us.credibility.lam",
            Description(
                "memory of the country for evidence, as to threats",
                "share left after one trust period",
                {"the country": "us"},
            ),
        ),
        (
            "events.truce-ends.set.countries.us.patience",
            Description(
                *("patience of the country in a talk, by an event", "discount factor per week"),
                {"the country": "us"},
            ),
        ),
        (
            "deals.uk-general-terms.outcome.beef",
            Description(
                "level of the issue that the deal agreed on",
                "",
                {"the deal": "uk-general-terms", "the issue": "beef"},
            ),
        ),
    ],
)
def test_a_description_has_words_a_unit_and_what_the_path_names(
    path: str, told: Description
) -> None:
    assert description(SCENARIO, path, ROSTER) == told


def test_a_parameter_that_another_part_has_is_described_by_that_one() -> None:
    found = description(SCENARIO, "countries.japan.compliance.forgiveness", ROSTER)
    assert found is not None
    assert found.words == "chance that the country lets a disregard pass"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("countries.us.strategy.noisy.sd", "error of the country in what it offers"),
        ("countries.us.strategy.acceptance.share", "share of its range for which the country"),
        ("countries.us.strategy.bidding.exponent", "how late the country concedes"),
    ],
)
def test_a_parameter_within_a_part_is_that_of_its_slot_or_wrapper(path: str, words: str) -> None:
    found = description(SCENARIO, path, ROSTER)
    assert found is not None
    assert found.words.startswith(words)


@pytest.mark.parametrize("path", ["countries.us.nothing", "countries.us.trust.nothing", "nothing"])
def test_of_what_there_is_not_there_is_no_description(path: str) -> None:
    assert description(SCENARIO, path, ROSTER) is None
