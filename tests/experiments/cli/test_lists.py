"""What the commands that list say, and that what they list is there."""

import json

import pytest
from click.testing import CliRunner

from experiments.cli.main import main
from experiments.design.reader import shipped_experiments
from experiments.run import load
from experiments.runs.metrics import COLUMNS, METRICS, find_metric, outcome_columns
from simulator.scenario import source


def told(*arguments: str) -> str:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_shipped_experiment_is_listed_with_what_it_asks_and_takes() -> None:
    page = told("experiments")
    names = [line.split()[0] for line in page.splitlines() if line[:1] != " "]
    assert names == shipped_experiments()
    assert "What if the allies act together? (allies-2025, 3 points, 1,200 runs)" in " ".join(
        page.split()
    )


def test_every_shipped_scenario_is_listed() -> None:
    names = [line.split()[0] for line in told("scenarios").splitlines() if line[:1] != " "]
    assert names == source.shipped()


def test_every_metric_is_listed_below_the_table_that_tells_it() -> None:
    page = told("metrics")
    assert all(f"  {metric.name} " in page for metric in METRICS)
    tables = [line for line in page.splitlines() if line.startswith("Told by the table")]
    assert [line.split()[-1] for line in tables] == [
        "deals", "performance", "trust", "threats", "payoffs",
    ]  # fmt: skip
    assert page.index("In every run") < page.index("Told by no table") < page.index("  shocks ")


def test_the_metrics_of_a_scenario_are_those_that_a_sweep_of_it_takes() -> None:
    scenario = load("first-talk")
    found = json.loads(told("metrics", "first-talk", "--json"))["metrics"]
    names = [entry["name"] for entry in found]
    assert names[: len(outcome_columns(scenario))] == outcome_columns(scenario)
    for name in names[len(outcome_columns(scenario)) :]:
        assert find_metric(name, scenario) is not None
    (signed,) = (entry for entry in found if entry["name"] == "signed_trade")
    assert (signed["words"], signed["table"]) == ("deals signed, Home and Partner", "deals")


def test_metrics_as_data_say_which_table_tells_each() -> None:
    found = {
        entry["name"]: entry["table"] for entry in json.loads(told("metrics", "--json"))["metrics"]
    }
    assert {name for name, table in found.items() if table == "runs"} == set(COLUMNS)
    assert found["shocks"] is None


@pytest.mark.parametrize("arguments", [["metrics", "frist-talk"], ["experiments", "x"]])
def test_a_list_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2
