"""Metrics told from the tables kept: the same as those measured, and refused where none tells."""

from pathlib import Path

import numpy as np
import pytest

from experiments.analysis.later_metrics import later_metric, later_metrics
from experiments.analysis.queries import comparison_of, metrics_of, runs_of, summary_of
from experiments.results.run_folder import save_run
from experiments.run import load, run
from experiments.runs.metrics import METRICS
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import ScenarioError
from tests.fakes import sketch

TABLES = ["deals", "performance", "trust", "threats", "payoffs"]
OF_NO_TABLE = [m.name for m in METRICS if m.function is not None and not m.table]


def played(folder: Path, **given: object) -> Results:
    data = {"scenario": "allies-2025", "name": "kept", "weeks": 40, "replications": 2, **given}
    return sweep(load_experiment(data), folder, workers=1)


def assert_told_as_measured(folder: Path, **given: object) -> None:
    kept = played(folder / "kept", tables=TABLES, **given)
    named = [name for name in later_metrics(kept) if name not in OF_NO_TABLE]
    measured = played(folder / "measured", metrics=named, **given)
    for name in named:
        found, wanted = later_metric(kept, name), measured.runs[name]
        assert np.array_equal(found, wanted, equal_nan=True), name


def test_no_table_tells_of_shocks_and_of_prevented_breaches_alone() -> None:
    assert sorted(OF_NO_TABLE) == ["breaches_prevented", "shocks"]


def test_what_tables_tell_is_what_would_have_been_measured(tmp_path: Path) -> None:
    broken = {"countries.us.compliance": ["always", "volatile:probability=0.4"]}
    assert_told_as_measured(tmp_path, axes=broken)


def test_what_tables_tell_goes_by_the_talks_of_each_point(tmp_path: Path) -> None:
    axis = {"talks.us-uk.deadline": ["2025-06-04", "2025-12-31"]}
    assert_told_as_measured(tmp_path, axes=axis)


def test_what_tables_tell_is_right_for_threats_audiences_and_deals_at_the_start(
    tmp_path: Path,
) -> None:
    assert_told_as_measured(tmp_path, scenario=sketch(), weeks=None, replications=4)


def test_a_deal_in_force_at_the_start_was_not_signed_in_the_run(tmp_path: Path) -> None:
    scenario = load("symmetric-tariff-game")
    assert scenario.deals
    given = {"scenario": "symmetric-tariff-game", "tables": ["deals"]}
    kept = played(tmp_path / "kept", **given)
    assert list(later_metric(kept, "share_signed")) == [0, 0]
    assert list(later_metric(kept, "share_in_force")) == [1, 1]


def test_a_metric_that_was_not_measured_is_asked_for_like_any_other(tmp_path: Path) -> None:
    axis = {"countries.us.patience": [0.9, 0.99]}
    kept = played(tmp_path / "kept", tables=["deals", "trust"], axes=axis)
    summary = summary_of(kept, ["share_signed", "trust_in_us"])
    assert list(summary["metric"]) == ["share_signed"] * 2 + ["trust_in_us"] * 2
    assert summary["n"].eq(2).all()
    assert comparison_of(kept, kept, ["trust_in_us"]).overall["difference"].eq(0).all()
    assert "share_signed" not in kept.runs
    assert "share_signed" in runs_of(kept, ["share_signed"])


def test_a_folder_of_one_run_tells_all_that_a_table_has(tmp_path: Path) -> None:
    save_run(run("first-talk"), tmp_path / "one")
    assert list(later_metric(open_results(tmp_path / "one"), "first_signing_trade")) == [2]


@pytest.mark.parametrize(
    ("tables", "metric", "told"),
    [
        ([], "brier", "the table performance, which was not kept: tradetalks sweep"),
        ([], "brier", "--tables performance --out NEW"),
        ({"trust": 13}, "lowest_partner_trust", "every week of trust, of which one in 13"),
        ({"threats": 4}, "extensions", "every week of threats"),
        (TABLES, "shocks", "--metric shocks"),
    ],
)
def test_what_no_table_tells_is_refused_with_what_would(
    tables: object, metric: str, told: str, tmp_path: Path
) -> None:
    kept = played(tmp_path / "kept", scenario="first-talk", weeks=4, tables=tables)
    with pytest.raises(ScenarioError) as refused:
        summary_of(kept, [metric])
    assert told in str(refused.value)


def test_of_a_thinned_table_the_last_week_is_told(tmp_path: Path) -> None:
    thinned = played(tmp_path / "thin", tables={"trust": 13, "payoffs": 13})
    whole = played(tmp_path / "whole", tables=["trust", "payoffs"])
    for name in ("trust_in_us", "credibility_of_us", "cumulative_us"):
        assert list(later_metric(thinned, name)) == list(later_metric(whole, name))


def test_a_misspelt_metric_is_told_the_nearest_that_a_table_may_tell(tmp_path: Path) -> None:
    kept = played(tmp_path / "kept", scenario="first-talk", weeks=4)
    with pytest.raises(ScenarioError, match="did you mean 'share_signed'"):
        metrics_of(kept, ["share_sined"])


def test_a_run_that_failed_has_no_metric_told(tmp_path: Path) -> None:
    given = {"scenario": "first-talk", "weeks": 4, "tables": ["deals"]}
    kept = played(tmp_path / "kept", **given)
    kept.runs.loc[0, "error"] = "RuntimeError: ended"
    assert np.isnan(later_metric(kept, "share_signed")).tolist() == [True, False]
