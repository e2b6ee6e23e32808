"""Summaries, intervals and how many replications they take, against plain computations."""

import math
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.analysis.intervals import (
    ALIKE,
    half_width,
    interval_of,
    precision,
    replications_needed,
    summarize,
    wilson,
)


def table(values: list[list[float]], failed: set[tuple[int, int]] | None = None) -> pd.DataFrame:
    """The table `runs` of an experiment with these values of `m`, by point and replication."""
    rows = [
        (point, k, k, float(point % 2), value, None)
        for point, line in enumerate(values)
        for k, value in enumerate(line)
    ]
    runs = pd.DataFrame(rows, columns=["point", "replication", "seed", "x", "m", "error"])
    for point, k in failed or ():
        where = (runs["point"] == point) & (runs["replication"] == k)
        runs["m"] = runs["m"].mask(where)
        runs["error"] = runs["error"].mask(where, "ValueError: no")
    return runs


def test_a_summary_is_the_mean_and_students_interval() -> None:
    values = [1.0, 2.0, 4.0, 9.0]
    row = summarize(table([values]), ["point"], ["m"]).iloc[0]
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert row["mean"] == 4.0
    assert row["median"] == 3.0
    assert row["sd"] == pytest.approx(statistics.stdev(values))
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
    assert list(row[["runs", "failed", "missing", "n"]]) == [4, 0, 0, 4]


def test_a_wider_confidence_has_a_wider_interval() -> None:
    runs = table([[1.0, 2.0, 4.0]])
    widths = [summarize(runs, [], ["m"], confidence=c)["half_width"][0] for c in (0.5, 0.95, 0.99)]
    assert widths == sorted(widths)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_outside_zero_to_one_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        summarize(table([[1.0, 2.0]]), [], ["m"], confidence=confidence)


def test_failed_runs_and_missing_values_are_counted_apart_and_in_no_mean() -> None:
    runs = table([[1.0, 3.0, math.nan, math.inf, 99.0]], failed={(0, 4)})
    row = summarize(runs, ["point"], ["m"]).iloc[0]
    assert row["mean"] == 2.0
    assert list(row[["runs", "failed", "missing", "n"]]) == [5, 1, 2, 2]


def test_a_value_beside_an_error_does_not_count() -> None:
    runs = table([[1.0, 3.0]])
    runs.loc[1, "error"] = "ValueError: late"
    assert summarize(runs, [], ["m"])["mean"][0] == 1.0


def test_a_point_whose_runs_all_failed_has_a_row_of_its_own() -> None:
    found = summarize(table([[1.0, 2.0], [1.0, 2.0]], {(1, 0), (1, 1)}), ["point"], ["m"])
    assert list(found["point"]) == [0, 1]
    assert list(found["n"]) == [2, 0]
    assert found.loc[1, ["mean", "low", "high", "sd", "median"]].isna().all()


def test_one_run_has_a_mean_and_no_interval() -> None:
    row = summarize(table([[5.0]]), ["point"], ["m"]).iloc[0]
    assert row["mean"] == 5.0
    assert math.isnan(row["half_width"])


def test_whole_numbers_that_may_lack_are_summarized() -> None:
    runs = table([[1.0, 3.0, 5.0]], failed={(0, 2)})
    runs["m"] = runs["m"].astype("Int64")
    assert summarize(runs, [], ["m"])["mean"][0] == 2.0


def test_points_that_share_their_chance_do_not_narrow_the_interval() -> None:
    shared = [0.0, 1.0, 5.0, 6.0]
    runs = table([shared] * 50)
    together = summarize(runs, [], ["m"]).iloc[0]
    alone = summarize(runs, ["point"], ["m"]).iloc[0]
    assert together["n"] == 4
    assert together["half_width"] == pytest.approx(alone["half_width"])


def test_drawn_points_are_the_units_of_a_drawn_design() -> None:
    runs = table([[float(point)] * 3 for point in range(6)])
    row = summarize(runs, [], ["m"], unit="point").iloc[0]
    assert row["n"] == 6
    assert row["half_width"] == pytest.approx(half_width(np.std(range(6), ddof=1), 6))


def test_at_one_point_the_runs_are_the_units_whatever_the_design() -> None:
    runs = table([[1.0, 2.0, 6.0], [3.0, 4.0, 5.0]])
    drawn, chosen = (
        summarize(runs, ["point"], ["m"], unit=unit) for unit in ("point", "replication")
    )
    assert list(drawn["n"]) == [3, 3]
    assert drawn.equals(chosen)


def test_groups_are_by_the_values_of_an_axis() -> None:
    found = summarize(table([[1.0, 2.0], [5.0, 6.0], [3.0, 4.0]]), ["x"], ["m"])
    assert dict(zip(found["x"], found["mean"], strict=True)) == {0.0: 2.5, 1.0: 5.5}


def test_several_metrics_stand_below_each_other() -> None:
    runs = table([[1.0, 2.0], [3.0, 4.0]]).assign(twice=lambda r: 2 * r["m"])
    found = summarize(runs, ["point"], ["m", "twice"])
    assert list(found["metric"]) == ["m", "m", "twice", "twice"]
    assert list(found["mean"]) == [1.5, 3.5, 3.0, 7.0]


def test_precision_is_that_of_the_first_replications() -> None:
    rng = np.random.default_rng(0)
    runs = table(rng.normal(size=(3, 11)).tolist())
    found = precision(runs, ["point"], "m")
    assert list(found["replications"]) == [2, 4, 8, 11]
    first = summarize(runs[runs["replication"] < 4], ["point"], ["m"])["half_width"]
    assert found.loc[1, "widest"] == first.max()
    assert found.loc[1, "median"] == first.median()


def test_one_replication_has_no_precision() -> None:
    assert precision(table([[1.0], [2.0]]), ["point"], "m").empty


@given(sd=st.floats(0.01, 100), wanted=st.floats(0.01, 100))
def test_the_replications_needed_suffice_and_one_less_would_not(sd: float, wanted: float) -> None:
    count = replications_needed(sd, wanted)
    assert half_width(sd, count) <= wanted
    assert count == 2 or half_width(sd, count - 1) > wanted


@pytest.mark.parametrize(("sd", "wanted"), [(1.0, 0.0), (1.0, -1.0), (1e9, 1e-9)])
def test_no_number_of_replications_does_the_impossible(sd: float, wanted: float) -> None:
    with pytest.raises(ValueError, match="no number of replications"):
        replications_needed(sd, wanted)


@pytest.mark.parametrize("sd", [math.nan, math.inf])
def test_a_deviation_that_is_not_known_says_what_to_play_first(sd: float) -> None:
    with pytest.raises(ValueError, match=r"^sd: (nan|inf): .*play two or more first"):
        replications_needed(sd, 1.0)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    found = summarize(table(rng.normal(7, 2, size=(2000, 5)).tolist()), ["point"], ["m"])
    covered = ((found["low"] <= 7) & (found["high"] >= 7)).mean()
    assert 0.935 < covered < 0.965


# -- shares --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_has_the_ends_that_newcombe_printed(
    events: int, n: int, low: float, high: float
) -> None:
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in
    # Medicine 17, table I, method 3.
    assert [float(end) for end in wilson(events / n, n)] == pytest.approx([low, high], abs=5e-5)


@given(n=st.integers(1, 2000), data=st.data(), confidence=st.floats(0.5, 0.999))
def test_wilsons_interval_is_that_of_scipy_and_holds_the_share(
    n: int, data: st.DataObject, confidence: float
) -> None:
    events = data.draw(st.integers(0, n))
    low, high = wilson(events / n, n, confidence)
    known = stats.binomtest(events, n).proportion_ci(confidence, method="wilson")
    assert (low, high) == pytest.approx((known.low, known.high), abs=1e-9)
    assert 0 <= low <= events / n <= high <= 1


def coverage(p: float, n: int) -> float:
    """The probability that Wilson's interval of n values covers the share p, exactly."""
    events = np.arange(n + 1)
    low, high = wilson(events / n, n)
    return float(stats.binom.pmf(events, n, p)[(low <= p) & (p <= high)].sum())


@given(p=st.floats(0.1, 0.9), n=st.integers(20, 200))
def test_wilsons_interval_covers_about_as_often_as_it_says_at_every_share(p: float, n: int) -> None:
    assert 0.915 < coverage(p, n) < 0.985


@pytest.mark.parametrize("n", [10, 40, 100])
def test_wilsons_interval_covers_as_often_as_it_says_over_all_shares(n: int) -> None:
    assert np.mean([coverage(p, n) for p in np.linspace(0.001, 0.999, 999)]) == pytest.approx(
        0.95, abs=0.01
    )


def test_the_interval_of_what_is_zero_or_one_is_wilsons() -> None:
    found = summarize(table([[0, 0, 0, 1], [1, 1, 1, 1]]), ["point"], ["m"])
    assert list(found["interval"]) == ["Wilson", "Wilson"]
    assert list(found["low"]) == pytest.approx([float(wilson(0.25, 4)[0]), float(wilson(1, 4)[0])])
    assert list(found["high"]) == pytest.approx([float(wilson(0.25, 4)[1]), 1.0])
    assert list(found["half_width"]) == pytest.approx(list((found["high"] - found["low"]) / 2))


@pytest.mark.parametrize("value", [3.0, 0.0, 0.1])
def test_values_that_are_all_the_same_have_no_interval_of_width_zero(value: float) -> None:
    constant, varied = summarize(table([[value] * 20, [1.0, 2.0] * 10]), ["point"], ["m"]).to_dict(
        "records"
    )
    assert (constant["interval"], constant["n"]) == (ALIKE, 20)
    assert all(math.isnan(constant[end]) for end in ("low", "high", "half_width"))
    assert interval_of(constant, 2) == "all 20"
    assert interval_of(varied, 2).startswith("\u00b1 0.2")


def test_differences_within_a_seed_may_be_exact() -> None:
    row = summarize(table([[2.0] * 20]), ["point"], ["m"], shares=None).iloc[0]
    assert (row["interval"], row["half_width"]) == ("t", 0)


@pytest.mark.parametrize(
    ("values", "shares", "kinds"),
    [
        ([[1.0, 1.0], [1.0, 1.0]], [], [ALIKE, ALIKE]),  # may be a count, of which nothing is known
        ([[1.0, 1.0], [1.0, 1.0]], ["m"], ["Wilson", "Wilson"]),
        ([[1.0, 1.0], [0.5, 1.0]], ["m"], ["Wilson", "t"]),  # a share of several, not of one
        ([[0.0, 1.0], [0.0, 2.0]], [], ["t", "t"]),
        ([[0.0, 1.0], [math.nan, math.nan]], [], ["Wilson", "Wilson"]),
    ],
)
def test_which_interval_it_is_goes_by_the_values(
    values: list[list[float]], shares: list[str], kinds: list[str]
) -> None:
    found = summarize(table(values), ["point"], ["m"], shares=shares)
    assert list(found["interval"]) == kinds


def test_means_over_points_that_are_neither_zero_nor_one_are_no_shares() -> None:
    found = summarize(table([[0, 1, 0], [1, 1, 0]]), [], ["m"]).iloc[0]
    assert found["interval"] == "t"
    assert found["half_width"] == pytest.approx(float(half_width(0.5, 3)))


def test_where_nothing_happened_there_is_still_a_width() -> None:
    (row,) = summarize(table([[0.0] * 40]), ["point"], ["m"], shares=["m"]).to_dict("records")
    assert (row["low"], row["high"]) == (0, pytest.approx(0.0876, abs=5e-5))
    widths = precision(table([[0.0] * 40]), ["point"], "m", shares=["m"])["widest"]
    assert list(widths) == sorted(widths, reverse=True)
    assert widths.iloc[-1] == row["half_width"]


def test_the_first_replications_of_a_share_have_its_interval_even_if_they_are_alike() -> None:
    found = precision(table([[1.0, 1.0, 0.0, 1.0]]), ["point"], "m")
    assert found.loc[0, "widest"] == pytest.approx(float(1 - wilson(1, 2)[0]) / 2)


@given(share=st.floats(0, 1), wanted=st.floats(0.01, 0.4))
def test_the_replications_a_share_needs_suffice_and_one_less_would_not(
    share: float, wanted: float
) -> None:
    def half(n: int) -> float:
        low, high = wilson(share, n)
        return float(high - low) / 2

    count = replications_needed(0, wanted, share=share)
    assert half(count) <= wanted
    assert count == 1 or half(count - 1) > wanted


def test_the_interval_of_a_share_covers_the_truth_where_students_does_not() -> None:
    rng = np.random.default_rng(1)
    runs = table((rng.random((3000, 40)) < 0.05).astype(float).tolist())
    found = summarize(runs, ["point"], ["m"])
    assert (found["interval"] == "Wilson").all()
    by_student = half_width(found["sd"], 40)
    covered = ((found["low"] <= 0.05) & (found["high"] >= 0.05)).mean()
    missed = (abs(found["mean"] - 0.05) <= by_student).mean()
    assert 0.93 < covered < 0.98
    assert missed < 0.9
