"""Histories of a scenario by seed: what a row tells, and the medians and shares below."""

import json
import math
import re
from pathlib import Path
from statistics import median

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.display.terminal import plain_text
from experiments.pages.histories import histories_page
from experiments.run import load, run
from experiments.runs.histories import Histories, histories, history_metrics

BROKEN = {"countries.home.compliance": "volatile:probability=0.5"}


def told(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["run", *arguments])


def test_a_row_is_the_run_of_its_seed() -> None:
    scenario = load("allies-2025").with_(weeks=40)
    ((seed, row),) = histories(scenario, [3])
    played = run(scenario, 3)
    partners = {(a, b) for talk in scenario.talks.values() for a in talk.parties
                for b in talk.parties if a != b}  # fmt: skip
    trust = played.trust
    among = [pair in partners for pair in zip(trust["observer"], trust["subject"], strict=True)]
    assert seed == 3
    assert row["disregards"] == played.row()["disregards"]
    assert row["payoff_weighted_us"] == played.row()["payoff_weighted_us"]
    assert row["lowest_partner_trust"] == trust[among]["trust"].min()
    first = played.deals[played.deals["signed"] >= 0].groupby("talk")["signed"].min()
    assert {talk: row[f"first_signing_{talk}"] for talk in first.index} == dict(first)
    assert {talk for talk in scenario.talks if math.isnan(row[f"first_signing_{talk}"])} == set(
        scenario.talks
    ) - set(first.index)


def test_seeds_are_a_row_each_with_medians_and_shares_below() -> None:
    page = told(
        "first-talk", "--seeds", "4", "--seed", "2", "--set", "home.compliance=always"
    ).stdout
    assert "first-talk, 4 seeds from 2 to 5, 26 weeks each." in page
    lines = [line.split() for line in page.splitlines()]
    assert [line[0] for line in lines if line and line[0].isdigit()] == ["2", "3", "4", "5"]
    assert ["median", "2", "0", "0.80", "0.462", "1.154"] in lines
    assert ["share", "100%", "0%"] in lines
    again = page.partition("The history:\n")[2].split()
    assert again == [
        "tradetalks",
        "run",
        "first-talk",
        "--set",
        "home.compliance=always",
        "--seed",
        "2",
    ]


@pytest.mark.parametrize(
    "change", ["valuation_sd=0.15", "home.compliance=volatile:probability=0.5"]
)
def test_histories_that_are_all_the_same_are_said_to_be_and_how_to_bring_chance_in(
    change: str,
) -> None:
    def page(*more: str) -> str:
        return re.sub(
            r"\s+", " ", told("first-talk", "--seeds", "4", "--weeks", "40", *more).stdout
        )

    said = "All 4 histories are the same: nothing in the scenario is drawn by chance, or"
    assert said in page()
    assert change.replace("home", "countries.home").replace("0.5", "0.1") in page()
    assert "histories are the same" not in page("--set", change)
    assert "histories are the same" not in told("first-talk", "--seeds", "1").stdout


def test_histories_without_a_value_of_one_metric_are_the_same_all_the_same() -> None:
    rows = {seed: {"first_signing_trade": float("nan"), "disregards": 0.0} for seed in range(3)}
    assert Histories(load("first-talk"), rows).same
    assert not Histories(load("first-talk"), {**rows, 3: {**rows[0], "disregards": 1.0}}).same
    assert not Histories(load("first-talk"), {0: rows[0]}).same


def test_medians_and_shares_are_of_the_seeds_that_have_a_value() -> None:
    nan = math.nan
    rows = {
        seed: {"first_signing_trade": week, "disregards": broken, "lowest_partner_trust": 0.5,
               "payoff_weighted_home": 1.0, "payoff_weighted_partner": 2.0,
               "deals_signed": 1.0, "deals_in_force": 1.0, "partner_trust": 0.5}
        for seed, (week, broken) in enumerate([(3.0, 0.0), (nan, 2.0), (6.0, 1.0), (nan, 0.0)])
    }  # fmt: skip
    found = Histories(load("first-talk"), rows)
    assert found.median("first_signing_trade") == median([3, 6])
    assert found.share("first_signing_trade") == 0.5
    assert found.share("disregards") == 0.5
    assert math.isnan(found.share("payoff_weighted_home"))
    page = plain_text(histories_page(found, "tradetalks run"))
    assert [line.split()[:3] for line in page.splitlines() if line[:1] == "1"] == [["1", "-", "2"]]


def test_json_has_the_same_and_no_number_where_there_is_none() -> None:
    change = "trade.deadline=2025-01-13"
    found = json.loads(told("first-talk", "--seeds", "2", "--set", change, "--json").stdout)
    assert [row["seed"] for row in found["seeds"]] == [0, 1]
    assert found["seeds"][0]["first_signing_trade"] is None
    assert found["median"]["first_signing_trade"] is None
    assert found["share"]["first_signing_trade"] == 0
    assert found["same"] is True


def test_payoffs_of_many_stand_in_a_table_of_their_own_that_fits() -> None:
    page = told("allies-2025", "--seeds", "2", "--weeks", "8").stdout
    assert max(map(len, page.splitlines())) <= 80
    assert page.count("\nseed ") == 2
    assert len(history_metrics(load("allies-2025"))) == 4 + 2 + 5


def test_one_seed_is_told_as_one() -> None:
    assert (
        "first-talk, seed 7, 26 weeks." in told("first-talk", "--seeds", "1", "--seed", "7").stdout
    )


@pytest.mark.parametrize("more", [["--out", "kept"], ["--transcript"]])
def test_what_is_of_one_run_is_refused_of_many(more: list[str]) -> None:
    refused = told("first-talk", "--seeds", "2", *more)
    assert refused.exit_code == 2
    assert "tradetalks sweep keeps many runs" in refused.stderr


@pytest.mark.parametrize("number", ["0", "1001", "many"])
def test_a_number_of_seeds_that_cannot_be_is_refused(number: str) -> None:
    assert told("first-talk", "--seeds", number).exit_code == 2


def test_heads_of_columns_are_whole_however_many_countries_there_are(tmp_path: Path) -> None:
    file = str(tmp_path / "seven.toml")
    names = ["us", "japan", "korea", "eu", "uk", "canada", "mexico"]
    assert CliRunner().invoke(main, ["new", *names, "--out", file]).exit_code == 0
    tables = told(file, "--seeds", "1", "--weeks", "4").stdout.partition("Trust is")[0]
    for talk in names[1:]:
        assert f" us-{talk} " in f"{tables} ".replace("\n", " ")
    assert max(map(len, tables.splitlines())) <= 80
