"""Axes and metrics are called what people call them."""

import pytest

from experiments.plots.labels import axis_label, metric_label
from experiments.run import load
from experiments.runs.metrics import outcome_columns, scenario_metrics

SCENARIO = load("allies-2025")


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["countries.us.compliance.probability"], "United States: compliance probability"),
        (["countries.japan.trust.up", "countries.korea.trust.up"], "Japan and Korea: trust up"),
        (["talks.us-japan.deadline"], "United States and Japan: deadline"),
        (
            ["talks.us-japan.issues.car-tariff.payoffs.us"],
            "United States and Japan: car tariff payoffs us",
        ),
        (["countries.us.patience", "valuation_sd"], "United States: patience and valuation sd"),
        (["good_news"], "good news"),
    ],
)
def test_an_axis_is_told_by_country_or_talk_and_by_what_varies(paths: list[str], told: str) -> None:
    assert axis_label(SCENARIO, paths) == told


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("payoff_weighted_us", "weighted payoff of United States (US$ bn)"),
        ("trust_in_eu", "mean trust in European Union at the end (0 to 1)"),
        ("first_signing_us-japan", "first signing, United States and Japan (week)"),
        ("deals_in_force", "deals in force"),
        ("mine.metrics.odd_one", "mine.metrics.odd_one"),
    ],
)
def test_a_metric_is_told_in_words_with_its_unit(metric: str, told: str) -> None:
    assert metric_label(SCENARIO, metric) == told


def test_a_metric_without_its_unit_keeps_a_name_in_brackets() -> None:
    renamed = SCENARIO.with_({"countries.korea.name": "Korea (South)"})
    told = metric_label(renamed, "payoff_weighted_korea", with_unit=False)
    assert told == "weighted payoff of Korea (South)"


def test_no_shipped_metric_is_called_by_its_key() -> None:
    metrics = [*outcome_columns(SCENARIO), *scenario_metrics(SCENARIO)]
    assert len({metric_label(SCENARIO, metric) for metric in metrics}) == len(metrics)
    assert not [m for m in metrics if "_" in metric_label(SCENARIO, m)]
