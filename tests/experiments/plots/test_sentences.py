"""A picture's title says what its intervals support, and nothing else."""

from typing import Any

import pandas as pd
import pytest

from experiments.analysis.calibration import calibration
from experiments.plots.hazard import hazards
from experiments.plots.sentences import effect, foretold, in_time, spread, strongest

AXIS, METRIC = "patience of Japan", "weighted payoff of Japan"


def differences(rows: list[tuple[Any, ...]], *by: str) -> pd.DataFrame:
    """Differences to the first, each with its half-width."""
    table = pd.DataFrame(rows, columns=[*by, "mean", "half_width"])
    low, high = table["mean"] - table["half_width"], table["mean"] + table["half_width"]
    return table.assign(low=low, high=high)


def told(rows: list[tuple[Any, ...]], axis: str = AXIS) -> str:
    return effect(differences(rows, "x"), "x", None, axis, METRIC)


def test_what_raising_an_axis_does_is_said_with_its_interval() -> None:
    rows = [(0.9, 0.0, 0.0), (0.95, -0.5, 0.2), (1.0, -1.21, 0.34)]
    assert told(rows) == (
        "Raising the patience of Japan from 0.90 to 1.00 lowers the weighted payoff of Japan by"
        " 1.2 \u00b1 0.3"
    )
    assert "raises the weighted payoff" in told([(0, 0.0, 0.0), (1, 2.0, 0.5)])


def test_of_two_names_one_takes_the_place_of_the_other() -> None:
    assert told([("always", 0.0, 0.0), ("grim", -2.0, 0.5)], "compliance policy of Japan") == (
        "Grim in place of always, the compliance policy of Japan, lowers the weighted payoff of"
        " Japan by 2.0 \u00b1 0.5"
    )
    assert told([("a", 0.0, 0.0), ("b", 1.0, 0.1), ("c", 2.0, 0.1)]) == ""


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 0.0, 0.0), (1, 0.8, 0.3), (2, 0.2, 0.4)],  # the last may be chance
        [(0, 0.0, 0.0), (1, -0.8, 0.3), (2, 0.8, 0.3)],  # first down, then up
        [(0, 0.0, 0.0), (1, 3.0, 0.3), (2, 1.0, 0.3)],  # up, and half of it down again
        [(0, 0.0, 0.0), (1, 1.0, float("nan"))],
    ],
)
def test_what_points_do_not_agree_on_is_not_said(rows: list[tuple[Any, ...]]) -> None:
    assert told(rows) == ""


def test_a_hump_within_chance_does_not_silence_the_ends() -> None:
    assert told([(0, 0.0, 0.0), (1, 1.1, 0.3), (2, 1.0, 0.3)]).endswith("by 1.0 \u00b1 0.3")


def test_where_all_may_be_chance_that_is_said() -> None:
    rows = [(0, 0.0, 0.0), (1, 0.2, 0.3), (2, -0.1, 0.3)]
    assert told(rows) == "No difference in the weighted payoff of Japan beyond chance"
    assert told([(0, 0.0, 0.0), (1, 0.0, 0.0)]).startswith("No difference")


def test_of_several_curves_each_is_told_if_they_go_the_same_way() -> None:
    rows = [(0, "a", 0.0, 0.0), (1, "a", 2.04, 0.5), (0, "b", 0.0, 0.0), (1, "b", 3.0, 0.5)]
    said = effect(differences(rows, "x", "z"), "x", "z", AXIS, METRIC)
    assert said == (
        "Raising the patience of Japan from 0 to 1 raises the weighted payoff of Japan:"
        " +2.0 \u00b1 0.5 (a), +3.0 \u00b1 0.5 (b)"
    )
    rows[-1] = (1, "b", -3.0, 0.5)
    assert effect(differences(rows, "x", "z"), "x", "z", AXIS, METRIC) == ""


def test_without_differences_there_is_no_sentence() -> None:
    assert effect(None, "x", None, AXIS, METRIC) == ""


def test_an_axis_that_has_its_subject_before_it_makes_no_sentence() -> None:
    assert told([(0, 0.0, 0.0), (1, 2.0, 0.5)], "Japan and Korea: weeks of something") == ""


@pytest.mark.parametrize("word", ["how late Japan concedes", "every week", "x"])
def test_not_all_words_take_an_article(word: str) -> None:
    assert told([(0, 0.0, 0.0), (1, 2.0, 0.5)], word).startswith(f"Raising {word} from 0 to 1")


def test_a_map_says_between_what_it_lies() -> None:
    table = differences([(0, 5.0, 1.0), (1, 9.0, 2.0), (2, 20.0, 1.5)], "x")
    said = spread(table, True, METRIC)
    assert said == "Weighted payoff of Japan: from 5.0 \u00b1 1.0 to 20.0 \u00b1 1.5"
    near = differences([(0, 5.0, 1.0), (1, 6.0, 1.0)], "x")
    assert spread(near, True, METRIC) == ""


def test_a_map_of_chance_says_so() -> None:
    table = differences([(0, 5.0, 1.0), (1, 5.5, 1.0)], "x")
    said = spread(table, False, METRIC)
    assert said == "No difference in the weighted payoff of Japan beyond chance"


def test_the_axis_that_moves_most_is_named_if_its_interval_lies_above_the_others() -> None:
    columns = ["axis", "total", "total_low", "total_high"]
    table = pd.DataFrame([("x", 0.3, 0.1, 0.4), ("y", 0.7, 0.5, 0.9)], columns=columns)
    names = {"x": "good news", "y": "patience of Japan"}
    assert strongest(table, names, METRIC) == (
        "The patience of Japan moves the weighted payoff of Japan most"
    )
    assert strongest(table.assign(total_low=0.0), names, METRIC) == ""
    assert strongest(table[:1], names, METRIC) == ""


def test_how_many_signed_by_the_deadline_is_told_with_its_interval() -> None:
    table = hazards([3.0] * 30 + [5.0] * 10 + [6.0] * 8 + [float("nan")] * 2, 10)
    told = "a deal in time in 80 % of runs (67 to 89)"
    assert in_time(table, [5.0]) == in_time(table, [5.9]) == told
    assert in_time(table, [5.0, 8.0]) == in_time(table, []) == ""
    assert in_time(hazards([], 10), [5.0]) == in_time(hazards([], 0), [5.0]) == ""


def test_what_trust_foretold_is_told_of_all_forecasts_together() -> None:
    one = {"run": 0, "observer": "us", "obligor": "japan", "model": "beta"}
    forecasts = pd.DataFrame(
        [{**one, "forecast": 0.5, "quality": 1.0}, {**one, "forecast": 0.6, "quality": 0.8}]
    )
    assert foretold(calibration(forecasts).groups) == (
        "trust foretold 0.55 on average over 2 reviews, and 0.90 was performed"
    )
    two = forecasts.assign(model=["beta", "fixed"])
    for groups in (calibration(two, ["model"]).groups, calibration(forecasts[:0]).groups):
        assert "foretold" not in foretold(groups)


def test_the_ends_of_an_axis_are_written_alike_as_in_the_legend() -> None:
    rows = [(0.0, 0.0, 0.0), (0.1, 1.0, 0.1), (0.5, 2.0, 0.1)]
    assert told(rows).startswith("Raising the patience of Japan from 0.0 to 0.5 ")
