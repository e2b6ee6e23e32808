"""Axes and metrics are called what people call them."""

import pytest

from experiments.plots.labels import axis_label, metric_label
from experiments.run import load
from experiments.runs.metrics import outcome_columns, scenario_metrics

SCENARIO = load("allies-2025")


ALLIES = ["japan", "eu", "korea", "uk"]
DISREGARD = "chance that the United States disregards a deal at a review (0 to 1)"
TARIFF = "worth of each level of the car tariff to the United States (US$ bn a year)"


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["countries.us.compliance.probability"], DISREGARD),
        (["countries.japan.patience"], "patience of Japan in a talk (discount factor per week)"),
        (["countries.eu.compliance"], "compliance policy of the European Union"),
        (
            ["talks.us-japan.deadline"],
            "day on which the talk of the United States and Japan ends without agreement",
        ),
        (
            ["talks.us-japan.ratify_weeks"],
            "United States and Japan: weeks from signing to ratification and entry into force",
        ),
        (["talks.us-japan.issues.car-tariff.payoffs.us"], f"United States and Japan: {TARIFF}"),
        (
            ["talks.us-japan.issues.rice.purchase.cost"],
            "United States and Japan: cost to Japan of each dollar of face value of the rice"
            " (US$, 0 to 1)",
        ),
        (
            ["threats.us-us-japan.policy.extend"],
            "chance that the date of the threat of the United States to Japan is extended (0 to 1)",
        ),
        (
            ["relationships.japan-korea.weight"],
            "how well Japan and Korea hear of what is done to each other (0 to 1)",
        ),
        (["countries.us.nothing.here"], "United States: nothing here"),
    ],
)
def test_an_axis_is_told_by_what_it_is_and_whose(paths: list[str], told: str) -> None:
    assert axis_label(SCENARIO, paths) == told


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (
            [f"countries.{c}.patience" for c in ALLIES],
            "patience of every country but the United States in a talk",
        ),
        (
            ["countries.japan.trust", "countries.korea.trust"],
            "trust model of each of Japan and Korea",
        ),
        (
            [f"talks.us-{c}.deadline" for c in ALLIES],
            "day on which every talk ends without agreement",
        ),
        (
            ["talks.us-eu.deadline", "talks.us-uk.deadline"],
            "day on which each of the talks us-eu and us-uk ends without agreement",
        ),
        (
            ["countries.us.compliance", "good_news"],
            "compliance policy of the United States and weight of kept promises that are only"
            " heard of",
        ),
    ],
)
def test_several_paths_of_a_kind_are_told_together(paths: list[str], told: str) -> None:
    assert axis_label(SCENARIO, paths, with_unit=False) == told


def test_with_a_single_talk_nobody_asks_which() -> None:
    told = axis_label(load("first-talk"), ["talks.trade.review_weeks"])
    assert told == "weeks from one review of a deal to the next"


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("payoff_weighted_us", "weighted payoff of the United States (US$ bn)"),
        ("trust_in_eu", "mean trust in the European Union at the end (0 to 1)"),
        ("first_signing_us-japan", "first signing, the United States and Japan (week)"),
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
