"""Two experiments side by side: what is paired, what is not, and what is left over."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.comparison import comparison

NOISE = np.random.default_rng(5).normal(size=1000)


def played(
    xs: list[object], shift: float = 0.0, seeds: range = range(20), own: int = 0
) -> pd.DataFrame:
    """Runs whose value is `shift`, shared chance by seed, and a hundredth of their own."""
    rng = np.random.default_rng(own)
    rows = [
        (point, k, seed, x, shift + 10 * point + NOISE[seed] + 0.01 * rng.normal(), None)
        for point, x in enumerate(xs)
        for k, seed in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["point", "replication", "seed", "x", "m", "error"])


def test_shared_seeds_are_paired_and_the_shared_chance_drops_out() -> None:
    first, second = played([1, 2]), played([1, 2], shift=0.1, own=1)
    found = comparison(first, second, ["x"], ["m"])
    test = stats.ttest_rel(second["m"][:20], first["m"][:20]).confidence_interval(0.95)
    row = found.table.iloc[0]
    assert found.paired
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))
    assert row["difference"] == pytest.approx(row["second"] - row["first"])
    assert row["high"] - row["low"] < 0.05
    assert list(found.table["n_first"]) == [20, 20]
    assert found.left_over == found.only_first == found.only_second == 0


def test_the_difference_over_all_points_is_by_replication() -> None:
    first, second = played([1, 2, 3]), played([1, 2, 3], shift=0.1, own=1)
    found = comparison(first, second, ["x"], ["m"]).overall.iloc[0]
    means = (second["m"] - first["m"]).to_numpy().reshape(3, 20).mean(axis=0)
    test = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert found["n_first"] == 20
    assert (found["low"], found["high"]) == pytest.approx((test.low, test.high))


def test_other_seeds_are_compared_by_their_means_after_welch() -> None:
    first = played([1, 2])
    second = played([1, 2], shift=0.1, seeds=range(100, 140), own=1)
    found = comparison(first, second, ["x"], ["m"])
    one, other = first["m"][:20], second["m"][:40]
    test = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    row = found.table.iloc[0]
    assert not found.paired
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))
    assert (row["n_first"], row["n_second"]) == (20, 40)
    assert found.left_over == 0


def test_runs_and_points_without_a_partner_are_counted_and_left_out() -> None:
    first = played([1, 2, 3], seeds=range(20))
    second = played([2, 3, 4, 5], shift=-10.0, seeds=range(5, 20), own=1)
    found = comparison(first, second, ["x"], ["m"])
    assert (found.only_first, found.only_second) == (1, 2)
    assert found.left_over == 2 * 5
    assert list(found.table["x"]) == [2, 3]
    assert list(found.table["n_first"]) == [15, 15]


def test_a_failed_run_takes_its_pair_with_it() -> None:
    first, second = played([1]), played([1], shift=1.0, own=1)
    second.loc[3, "m"] = math.nan
    second.loc[3, "error"] = "ValueError: no"
    first.loc[4, "m"] = math.nan
    found = comparison(first, second, ["x"], ["m"])
    row, kept = found.table.iloc[0], [k for k in range(20) if k not in (3, 4)]
    assert found.failed == (0, 1)
    assert row["n_first"] == row["n_second"] == 18
    assert row["first"] == pytest.approx(first["m"][kept].mean())
    assert row["second"] == pytest.approx(second["m"][kept].mean())


def test_over_an_axis_that_only_one_varies_runs_of_a_seed_are_averaged() -> None:
    first, second = played([1]), played([1, 2], own=1)
    found = comparison(first, second, [], ["m"])
    assert found.paired
    assert found.table.equals(found.overall)
    assert found.table["difference"][0] == pytest.approx(5.0, abs=0.05)
    assert found.table["n_first"][0] == 20


def test_seeds_of_a_part_of_what_is_averaged_over_pair_nothing() -> None:
    first = played([1], seeds=range(10))
    parts = [played([k], shift=50.0 * k, seeds=range(10 * k, 10 * k + 10)) for k in range(3)]
    second = pd.concat([part.assign(point=k) for k, part in enumerate(parts)], ignore_index=True)
    found = comparison(first, second, [], ["m"])
    means = second["m"].to_numpy().reshape(3, 10).mean(axis=0)
    test = stats.ttest_ind(means, first["m"], equal_var=False).confidence_interval(0.95)
    row = found.table.iloc[0]
    assert not found.paired
    assert found.left_over == 0
    assert row["difference"] == pytest.approx(means.mean() - first["m"].mean())
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))


def test_a_seed_without_all_that_is_averaged_over_is_left_over() -> None:
    first, second = played([1]), played([1, 2, 3], own=1)
    second = second[~((second["point"] == 2) & (second["seed"] < 5))]
    found = comparison(first, second, [], ["m"])
    whole = second[second["seed"] >= 5]["m"].to_numpy().reshape(-1)
    assert found.paired
    assert found.table["n_first"][0] == 15
    assert found.table["second"][0] == pytest.approx(whole.mean())
    assert found.left_over == 5 + 2 * 5


def test_a_failed_run_takes_its_pair_with_it_from_what_is_averaged_over_too() -> None:
    first, second = played([1]), played([1, 2, 3], own=1)
    lost = (second["point"] == 2) & (second["seed"] < 5)
    second["m"] = second["m"].mask(lost)
    second["error"] = second["error"].mask(lost, "ValueError: no")
    found = comparison(first, second, [], ["m"])
    row, kept = found.table.iloc[0], second[second["seed"] >= 5]["m"]
    assert found.paired
    assert found.failed == (0, 5)
    assert row["n_first"] == row["n_second"] == 15
    assert row["second"] == pytest.approx(kept.mean())
    assert row["first"] == pytest.approx(first["m"][5:].mean())


def test_numbers_and_names_on_an_axis_are_matched_as_text() -> None:
    found = comparison(played([1, 2]), played(["always", "1"], own=1), ["x"], ["m"])
    assert list(found.table["x"]) == ["1"]


def test_experiments_without_a_point_in_common_are_refused() -> None:
    with pytest.raises(ValueError, match="no point is in both"):
        comparison(played([1, 2]), played([3]), ["x"], ["m"])


@pytest.mark.parametrize("seeds", [range(20), range(100, 120)])
def test_constants_differ_by_an_exact_amount(seeds: range) -> None:
    first, second = played([1]).assign(m=1.0), played([1], seeds=seeds).assign(m=3.0)
    row = comparison(first, second, ["x"], ["m"]).table.iloc[0]
    assert (row["difference"], row["low"], row["high"]) == (2.0, 2.0, 2.0)


def test_single_runs_that_are_not_paired_have_no_interval() -> None:
    found = comparison(played([1], seeds=range(1)), played([1], seeds=range(5, 6)), ["x"], ["m"])
    assert not found.paired
    assert math.isfinite(found.table["difference"][0])
    assert math.isnan(found.table["low"][0])


def shares(ones: list[int], seeds: range) -> pd.DataFrame:
    pairs = zip(seeds, ones, strict=True)
    rows = [(0, k, seed, 1, float(one), None) for k, (seed, one) in enumerate(pairs)]
    return pd.DataFrame(rows, columns=["point", "replication", "seed", "x", "m", "error"])


def test_a_difference_is_no_share_though_it_be_0_or_1() -> None:
    before, after = [0] * 20, [1, *[0] * 19]
    paired = comparison(shares(before, range(20)), shares(after, range(20)), ["x"], ["m"])
    row = paired.table.iloc[0]
    test = stats.ttest_1samp(np.array(after) - np.array(before), 0).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))
    assert row["low"] < 0 < row["high"]
    itself = comparison(shares(after, range(20)), shares(after, range(20)), ["x"], ["m"])
    assert itself.table[["low", "high"]].iloc[0].tolist() == [0, 0]


def test_shares_of_other_seeds_are_compared_after_welch_too() -> None:
    one, other = [0, 1, 0, 0, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0, 1, 0]
    found = comparison(shares(one, range(8)), shares(other, range(50, 58)), ["x"], ["m"])
    test = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    row = found.table.iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))
