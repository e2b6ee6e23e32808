"""Scores of trust against forecasts worked out by hand, and in runs really played."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.calibration import calibration, forecast_frame, reliability_bins, score
from experiments.analysis.queries import calibration_of
from experiments.cli.main import main
from experiments.results.run_folder import save_run
from experiments.run import run
from experiments.runs.forecasts import brier, forecasts
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import ScenarioError, StoreError
from tests.simulator.world.small import issue, offers, plays, two, week

unit = st.floats(0, 1)
pairs = st.lists(st.tuples(unit, st.one_of(st.sampled_from([0.0, 1.0]), unit)), min_size=1)
#: Of what is trusted at .2 one promise of four is kept, of what is trusted at .8 five of six.
TRUSTED, KEPT = [0.2] * 4 + [0.8] * 6, [0, 0, 0, 1, 1, 1, 1, 1, 1, 0]


def test_the_parts_of_a_score_are_those_worked_out_by_hand() -> None:
    found = score(TRUSTED, KEPT)
    assert found.reviews == 10
    assert found.forecast == pytest.approx(0.56)
    assert found.performed == pytest.approx(0.6)
    # (3 x .04 + .64 + 5 x .04 + .64) / 10
    assert found.brier == pytest.approx(0.16)
    # (4 x .05^2 + 6 x (1/30)^2) / 10 and (4 x .35^2 + 6 x (7/30)^2) / 10
    assert found.reliability == pytest.approx(0.01 / 10 + 6 / 900 / 10)
    assert found.resolution == pytest.approx((4 * 0.1225 + 6 * 49 / 900) / 10)
    assert found.uncertainty == pytest.approx(0.24)
    assert found.within == pytest.approx(0.0)
    assert found.half == pytest.approx(0.25)


@given(told=pairs)
def test_the_parts_add_up_to_the_score_exactly(told: list[tuple[float, float]]) -> None:
    found = score(*zip(*told, strict=True))
    parts = found.reliability - found.resolution + found.uncertainty + found.within
    assert parts == pytest.approx(found.brier, abs=1e-12)
    assert found.brier == pytest.approx(brier(told), abs=1e-15)
    assert 0 <= found.resolution <= found.uncertainty + 1e-12
    assert found.reliability >= 0


@given(outcomes=st.lists(st.sampled_from([0.0, 1.0]), min_size=1))
def test_who_always_says_the_base_rate_scores_the_uncertainty(outcomes: list[float]) -> None:
    base = sum(outcomes) / len(outcomes)
    found = score([base] * len(outcomes), outcomes)
    assert found.brier == pytest.approx(found.uncertainty, abs=1e-12)
    assert found.uncertainty == pytest.approx(base * (1 - base), abs=1e-12)
    assert found.resolution == pytest.approx(0, abs=1e-12)


@given(qualities=st.lists(unit, min_size=2))
def test_a_promise_kept_in_part_is_scored_by_its_quality_so_that_the_mean_scores_best(
    qualities: list[float],
) -> None:
    mean = sum(qualities) / len(qualities)

    def scored(said: float) -> float:
        return score([said] * len(qualities), qualities).brier

    assert scored(mean) <= min(scored(said / 20) for said in range(21)) + 1e-12


def test_bins_are_tenths_of_trust_and_the_last_has_full_trust() -> None:
    found = reliability_bins([0.0, 0.05, 0.1, 0.95, 1.0], [0, 1, 1, 1, 0])
    assert found["low"].tolist() == [0.0, 0.1, 0.9]
    assert found["high"].tolist() == pytest.approx([0.1, 0.2, 1.0])
    assert found["reviews"].tolist() == [2, 1, 2]
    assert found["forecast"].tolist() == pytest.approx([0.025, 0.1, 0.975])
    assert found["performed"].tolist() == [0.5, 1.0, 0.5]


def test_without_forecasts_there_is_no_score() -> None:
    found = score([], [])
    assert found.reviews == 0
    assert math.isnan(found.brier)
    assert math.isnan(brier([]))


# -- from runs -----------------------------------------------------------------------------------


def test_a_review_counts_once_with_its_first_trust_and_its_last_quality() -> None:
    rows = [("a", 0.8, 1.0), ("a", 0.8, 1.0), ("b", 0.6, 1.0), ("b", 0.5, 0.0)]
    assert forecasts(rows) == {"a": (0.8, 1.0), "b": (0.6, 0.0)}


def broken(**rest: Any) -> dict[str, Any]:
    """The small world, where the US keeps its first two reviews and breaks the third, and so on."""
    us = {"compliance": plays(1, 1, 0, 1), "trust": "asymmetric:t0=0.8"}
    return two(us=us, japan={"trust": "beta:a=4:b=1"}, **rest)


def test_trust_is_written_down_as_it_was_before_the_performance_was_seen() -> None:
    result = run(broken())
    rows = result.performance
    mine = rows[rows["obligor"] == "us"].to_dict("records")
    assert [row["review"] for row in mine] == list(range(len(mine)))
    trusts = result.trust[result.trust["subject"] == "us"].set_index("week")["trust"]
    start = result.world.trust_start["japan", "us"]
    for row in mine:
        before = trusts[row["week"] - 1] if row["week"] else start
        assert row["trust"] == before
    # The breach of the third review is known from the end of its period on.
    assert mine[3]["trust"] > mine[2]["trust"]
    assert mine[4]["trust"] < mine[3]["trust"]


def test_what_an_event_changes_in_mid_period_is_one_review_with_the_first_trust() -> None:
    event = {"date": week(5), "disregard": {"talk": "trade", "by": "us"}}
    result = run(two(events=[event]))
    assert set(result.performance.query("week == 5")["obligor"]) == {"us"}
    talks = {"trade": ("us", "japan")}
    found = forecast_frame(result.performance, talks)
    mine = found[found["obligor"] == "us"]
    assert mine["review"].tolist() == list(range(len(mine)))
    assert mine["quality"].tolist()[:3] == [1.0, 0.0, 1.0]
    assert set(mine["observer"]) == {"japan"}


def test_the_quality_of_several_issues_is_one_weighted_by_stakes() -> None:
    issues = [
        issue("cut", "us", [10, 5], us=[0, -1], japan=[0, 3]),
        issue("open", "us", [10, 5], us=[0, -1], japan=[0, 1]),
        issue("buy", "japan", [0, 50], us=[0, 4], japan=[0, -0.5]),
    ]
    policy = "scripted:qualities={cut = [0], open = [1]}"
    us = {"strategy": offers([5, 5, 50]), "compliance": policy}
    result = run(two({"issues": issues}, us=us, japan={"strategy": offers([5, 5, 50])}))
    found = forecast_frame(result.performance, {"trade": ("us", "japan")})
    assert found[found["obligor"] == "us"]["quality"].iloc[0] == pytest.approx(0.25)
    assert len(found) * 3 == len(result.performance) * 2  # three issues, two obligors


def test_metrics_score_what_a_run_forecast() -> None:
    from experiments.runs.metrics import measure, scenario_metrics

    result = run(broken())
    found = forecast_frame(result.performance, {"trade": ("us", "japan")})
    named = scenario_metrics(result.scenario)
    scored = score(found["forecast"], found["quality"])
    assert measure("brier", named["brier"], result.world) == pytest.approx(scored.brier)
    gap = measure("forecast_gap", named["forecast_gap"], result.world)
    assert gap == pytest.approx(scored.forecast - scored.performed)


def test_partners_are_who_talk_to_each_other() -> None:
    from experiments.runs.metrics import measure, scenario_metrics

    data = two(us={"trust": "fixed:t0=0.2"}, japan={"trust": "fixed:t0=0.6"})
    data["countries"]["eu"] = {**data["countries"]["us"], "trust": "fixed:t0=1"}
    result = run(data)
    found = {n: measure(n, m, result.world) for n, m in scenario_metrics(result.scenario).items()}
    assert found["partner_trust"] == pytest.approx(0.4)
    assert found["partner_trust_in_us"] == 0.6
    assert found["trust_in_us"] == pytest.approx(0.8)
    assert math.isnan(found["partner_trust_in_eu"])


# -- from folders --------------------------------------------------------------------------------

MODEL = "countries.japan.trust"
SWEPT = {
    "name": "models",
    "scenario": broken(),
    "replications": 2,
    "tables": {"performance": 1},
    "metrics": ["brier"],
    "axes": {MODEL: ["fixed", "types"], "countries.us.patience": [0.9, 0.99]},
}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(load_experiment(SWEPT), tmp_path_factory.mktemp("sweep") / "models", workers=1)


def tradetalks(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_sweep_that_varies_the_model_is_scored_by_model(swept: Results) -> None:
    found = calibration_of(swept, obligor="us")
    assert found.groups[MODEL].tolist() == ["fixed", "types"]
    fixed, types = found.groups.to_dict("records")
    assert fixed["brier"] == fixed["half"] == 0.25
    assert fixed["resolution"] == 0
    assert types["brier"] != fixed["brier"]
    assert set(found.pairs["observer"]) == {"japan"}
    assert set(found.bins[MODEL]) == {"fixed", "types"}
    assert found.bins["reviews"].sum() == fixed["reviews"] + types["reviews"]


def test_who_has_another_model_is_not_scored_with_one_that_varies(swept: Results) -> None:
    found = calibration_of(swept)
    assert set(found.pairs["observer"]) == {"japan"}
    assert found.groups.equals(calibration_of(swept, obligor="us").groups)
    us = calibration_of(swept, observer="us")
    assert us.groups["reviews"].sum() == 0  # its model does not vary
    assert set(calibration_of(swept, by=[], observer="us").pairs["observer"]) == {"us"}


def test_where_several_models_forecast_each_is_scored_by_itself(tmp_path: Path) -> None:
    mixed = run(broken(), set={"countries.us.trust": "fixed:t0=0.3"})
    save_run(mixed, tmp_path / "mixed")
    found = calibration_of(open_results(tmp_path / "mixed"))
    of_us = found.groups.set_index("model").loc["fixed:t0=0.3"]
    assert (of_us["forecast"], len(found.groups)) == (pytest.approx(0.3), 2)
    both = {**SWEPT, "axes": {MODEL: ["fixed", "types"], "countries.us.trust": ["types", "fire"]}}
    swept = sweep(load_experiment(both), tmp_path / "both", workers=1)
    found = calibration_of(swept)
    assert set(found.groups["model"]) == {"fixed", "types", "fire"}
    pairs = found.pairs.set_index("model")["observer"]
    assert (pairs["fixed"], pairs["fire"], set(pairs["types"])) == ("japan", "us", {"japan", "us"})


def test_over_all_runs_each_run_counts(swept: Results) -> None:
    found = calibration_of(swept, by=[])
    assert len(found.groups) == 1
    assert len(found.pairs) == 2
    per_run = swept.runs["brier"].mean()  # as many reviews in each
    assert found.groups["brier"].iloc[0] == pytest.approx(per_run)


def test_the_command_tells_what_the_question_answers(swept: Results) -> None:
    told = tradetalks("calibration", swept.folder, "--by", "countries.us.patience", "--json")
    assert told.exit_code == 0, told.stderr
    answer = json.loads(told.stdout)
    expected = calibration_of(swept, ["countries.us.patience"])
    assert [row["brier"] for row in answer["groups"]] == expected.groups["brier"].tolist()
    page = tradetalks("calibration", swept.folder).stdout
    assert "Trust as a forecast" in page
    assert "types" in page


def test_a_single_run_is_scored_too(tmp_path: Path) -> None:
    result = run(broken())
    save_run(result, tmp_path / "run")
    told = tradetalks("calibration", tmp_path / "run", "--json")
    assert told.exit_code == 0, told.stderr
    found = forecast_frame(result.performance, {"trade": ("us", "japan")})
    expected = calibration(found).groups["brier"].iloc[0]
    groups = json.loads(told.stdout)["groups"]  # one per model
    reviews = sum(group["reviews"] for group in groups)
    mean = sum(group["reviews"] * group["brier"] for group in groups) / reviews
    assert mean == pytest.approx(expected)


def test_who_is_no_country_and_what_is_no_axis_are_refused(swept: Results) -> None:
    with pytest.raises(ScenarioError, match="did you mean 'japan'"):
        calibration_of(swept, obligor="japn")
    with pytest.raises(ScenarioError, match="did you mean 'japan'"):
        calibration_of(swept, observer="japn")
    with pytest.raises(ScenarioError, match="an axis of the experiment"):
        calibration_of(swept, by=["countries.us.trust"])


def test_a_table_that_was_not_kept_is_named_and_how_to_keep_it(tmp_path: Path) -> None:
    bare = sweep(load_experiment({**SWEPT, "tables": []}), tmp_path / "bare", workers=1)
    with pytest.raises(StoreError, match=r"'performance', which .* --tables performance --out NEW"):
        calibration_of(bare)


def test_results_of_before_are_read_and_asked_to_be_played_again(
    swept: Results, tmp_path: Path
) -> None:
    import shutil

    from pyarrow import parquet

    from experiments.sweep import open_results

    old = Path(shutil.copytree(swept.folder, tmp_path / "old"))
    for path in (old / "performance").iterdir():
        table = parquet.read_table(path, partitioning=None)
        lean = table.drop_columns(["review", "overall", "trust"])
        parquet.write_table(lean, path, write_page_checksum=True)
    results = open_results(old)
    assert results.performance["quality"].tolist() == swept.performance["quality"].tolist()
    assert results.performance["trust"].isna().all()
    assert results.performance.dtypes["trust"] == np.float64
    with pytest.raises(StoreError, match=r"by an earlier version.*Play it again: tradetalks sweep"):
        calibration_of(results)
    assert tradetalks("status", old).exit_code == 0


def test_a_table_without_rows_has_groups_without_numbers() -> None:
    names = ["run", "talk", "deal", "obligor", "review", "overall", "trust"]
    nothing = forecast_frame(pd.DataFrame(columns=names), {})
    found = calibration(nothing)
    assert found.groups["reviews"].tolist() == [0]
    assert len(found.pairs) == len(found.bins) == 0
    assert "Trust as a forecast" in str(found)
