"""The commands why and what-if: what they print, draw and refuse."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_why_gives_a_sentence_for_each_decision_that_counted() -> None:
    result = call("why", "allies-2025", "--seed", "3", "--weeks", "12")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert (
        "European Union accepted an offer in the talk with United States because United States"
        " threatens it: without that it would have refused it." in text
    )


def test_why_splits_the_decisions_of_a_talk_into_terms() -> None:
    result = call("why", "allies-2025", "us-korea", "--seed", "3", "--weeks", "12")
    assert result.exit_code == 0, result.output
    assert "4 Aug 2025 (week 11): Korea refused an offer in the talk with United" in result.output
    assert "distrust of United States (.37)" in result.output
    rows = [line.split() for line in result.output.splitlines() if line.startswith("margin")]
    assert rows == [["margin", "-0.25"], ["margin", "-0.09"]]


def test_why_as_data_has_every_term() -> None:
    result = call("why", "allies-2025", "us-eu:0", "--seed", "3", "--weeks", "30", "--json")
    decisions = json.loads(result.output)["decisions"]
    assert [each["outcome"] for each in decisions] == ["accepted", "passed", "broke"]
    for each in decisions:
        assert sum(t["amount"] for t in each["terms"]) == pytest.approx(each["margin"], abs=1e-9)
        assert each["turning"]


def test_why_takes_a_folder_of_a_run_and_draws(tmp_path: Path) -> None:
    folder, picture = str(tmp_path / "run"), tmp_path / "why.png"
    assert call("run", "first-talk", "--out", folder).exit_code == 0
    result = call("why", folder, "-o", str(picture))
    assert result.exit_code == 0, result.output
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_why_takes_a_run_of_a_sweep_that_is_named(tmp_path: Path) -> None:
    folder = str(tmp_path / "sweep")
    made = ("--replications", "2", "--metric", "deals_signed", "--out", folder)
    assert call("sweep", "first-talk", *made).exit_code == 0
    assert call("why", folder, "--run", "1").exit_code == 0
    refused = call("why", folder)
    assert refused.exit_code == 2
    assert "--run N names one of its runs" in refused.output


def test_what_if_shows_both_arms_side_by_side() -> None:
    way = ("what-if", "first-talk", "--seed", "1", "--from", "2")
    result = call(*way, "--set", "countries.home.strategy=hardliner")
    assert result.exit_code == 0, result.output
    assert "Two runs side by side" in result.output
    data = json.loads(call(*way, "--set", "countries.home.strategy=hardliner", "--json").output)
    assert data["week"] >= 2


def test_a_week_may_be_named_by_a_date_in_it() -> None:
    way = ("--set", "countries.home.strategy=hardliner", "--seed", "1")
    by_date = call("what-if", "first-talk", "--from", "2025-01-22", *way)
    assert by_date.exit_code == 0, by_date.output
    assert by_date.output == call("what-if", "first-talk", "--from", "2", *way).output
    assert call("why", "first-talk", "2025-01-22").output == call("why", "first-talk", "2").output


def test_one_of_many_decisions_is_told_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "one.png"
    way = ("why", "allies-2025", "0", "--weeks", "2", "--number", "3")
    result = call(*way, "-o", str(picture))
    assert result.exit_code == 0, result.output
    assert len(re.findall("^margin", result.output, re.M)) == 1
    assert picture.exists()


WRONG = [
    (("why", "first-talk", "tade"), "did you mean 'trade'"),
    (("why", "first-talk", "4000"), "a week of the run"),
    (("why", "first-talk", "2030-01-01"), "a date from 2025-01-06 (6 January 2025) to 2025-07-06"),
    (("why", "first-talk", "trade", "--number", "99"), "the number of a decision: 1 to"),
    (("what-if", "first-talk", "--from", "soon", "--set", "reciprocity=true"), "or a date from"),
    (("why", "first-talk", "-o", "why.doc"), ".png"),
    (("what-if", "first-talk", "--from", "2"), "--set"),
    (("what-if", "first-talk", "--set", "countries.home.patience=.9"), "--from"),
    (("what-if", "first-talk", "--from", "2", "--set", "weeks=9"), "what an event may set"),
    (("what-if", "first-talk", "--from", "2", "--set", "nonsense"), "nonsense"),
    (("what-if", "first-talk", "--from", "999", "--set", "reciprocity=true"), "a week of the run"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], message: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.output
