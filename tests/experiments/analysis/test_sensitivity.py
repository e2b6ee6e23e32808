"""Sobol indices against functions whose indices are known, and against failed runs."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.analysis.sensitivity import sensitivity
from experiments.analysis.sobol import chance, indices

Array = NDArray[np.float64]
AXES = ["a", "b", "c"]


def blocks(axes: int, samples: int) -> NDArray[np.int64]:
    return np.arange((axes + 2) * samples).reshape(axes + 2, samples)


def inputs(axes: int, samples: int) -> Array:
    """A, B, and A with one column from B after the other, shape (axes + 2, samples, axes)."""
    rng = np.random.default_rng(0)
    a, b = rng.random((2, samples, axes))
    return np.stack([a, b, *(np.where(np.arange(axes) == k, b, a) for k in range(axes))])


def runs(outputs: Array, replications: int = 1) -> pd.DataFrame:
    """The table `runs` of a design with these outputs, every replication alike."""
    points = np.repeat(np.arange(outputs.size), replications)
    numbers = np.tile(np.arange(replications), outputs.size)
    columns = {"point": points, "replication": numbers, "m": outputs.ravel()[points]}
    return pd.DataFrame(columns).assign(error=None)


def additive(samples: int = 4096) -> Array:
    """3 a + 4 b, with variances in the ratio 9 : 16 : 0 and no interaction."""
    x = inputs(3, samples)
    return 3 * x[..., 0] + 4 * x[..., 1]


def test_an_additive_function_has_equal_first_and_total_indices() -> None:
    first, total = indices(additive(2**15))
    assert first == pytest.approx([0.36, 0.64, 0], abs=0.02)
    assert total == pytest.approx([0.36, 0.64, 0], abs=0.02)


def test_a_product_of_centred_inputs_is_interaction_only() -> None:
    x = inputs(3, 2**15)
    first, total = indices((x[..., 0] - 0.5) * (x[..., 1] - 0.5))
    assert first == pytest.approx([0, 0, 0], abs=0.02)
    assert total == pytest.approx([1, 1, 0], abs=0.02)


@pytest.mark.parametrize(("shift", "scale"), [(0, 1e-6), (1e6, 1), (-5, 1e6)])
def test_indices_do_not_depend_on_the_unit_of_the_metric(shift: float, scale: float) -> None:
    ours, plain = indices(shift + scale * additive()), indices(additive())
    assert np.allclose(ours, plain, atol=1e-6)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9])
def test_a_metric_that_does_not_vary_has_no_indices(constant: float) -> None:
    outputs = np.full((5, 64), constant)
    found = sensitivity(runs(outputs), "m", AXES, blocks(3, 64), 0)
    assert found.table.drop(columns="axis").isna().all(axis=None)


def test_intervals_hold_the_indices_and_narrow_with_the_samples() -> None:
    widths = []
    for samples in (64, 512, 4096):
        found = sensitivity(runs(additive(samples)), "m", AXES, blocks(3, samples), 1).table
        assert (found["first_low"] <= found["first"]).all()
        assert (found["first"] <= found["first_high"]).all()
        assert (found["total_low"] <= found["total"]).all()
        assert (found["total"] <= found["total_high"]).all()
        widths.append((found["first_high"] - found["first_low"])[0])
    assert all(wide > narrow for wide, narrow in pairwise(widths))


def test_the_root_seed_settles_the_intervals() -> None:
    one, again, other = (
        sensitivity(runs(additive(64)), "m", AXES, blocks(3, 64), seed).table for seed in (7, 7, -7)
    )
    assert one.equals(again)
    assert not one.equals(other)
    assert one["first"].equals(other["first"])


def test_the_order_of_the_rows_does_not_matter() -> None:
    table = runs(additive(64))
    shuffled = table.sample(frac=1, random_state=0)
    one, other = (sensitivity(t, "m", AXES, blocks(3, 64), 7).table for t in (table, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_replications_are_averaged() -> None:
    rng = np.random.default_rng(0)
    table = runs(additive(256), replications=4)
    table["m"] += rng.normal(scale=0.5, size=len(table))
    found = sensitivity(table, "m", AXES, blocks(3, 256), 0)
    means = table.groupby("point")["m"].mean().to_numpy().reshape(5, 256)
    assert list(found.table["first"]) == pytest.approx(indices(means)[0])
    # The variance of a mean of four, over that of the function and of such a mean.
    assert found.noise == pytest.approx(0.0625 / (25 / 12 + 0.0625), rel=0.2)


@pytest.mark.parametrize("shared", [True, False])
def test_one_replication_says_nothing_about_chance(shared: bool) -> None:
    table = runs(additive(64))
    found = sensitivity(table, "m", AXES, blocks(3, 64), 0, shared_seeds=shared)
    assert math.isnan(found.noise)


def test_what_a_shared_seed_adds_everywhere_is_no_chance() -> None:
    rng = np.random.default_rng(3)
    table = runs(additive(256), replications=4)
    own = rng.normal(scale=0.5, size=len(table))
    table["m"] += rng.normal(scale=9.0, size=4)[table["replication"]] + own
    shared = sensitivity(table, "m", AXES, blocks(3, 256), 0, shared_seeds=True)
    # The variance of a mean of four, over that of the function and of such a mean.
    assert shared.noise == pytest.approx(0.0625 / (25 / 12 + 0.0625), rel=0.1)
    alone = sensitivity(table, "m", AXES, blocks(3, 256), 0)
    assert alone.noise > 10 * shared.noise


def test_chance_under_shared_seeds_is_the_residual_mean_square_of_a_two_way_layout() -> None:
    table = pd.DataFrame(
        {"point": [0, 0, 1, 1, 2, 2], "replication": [0, 1] * 3, "m": [1.0, 2, 3, 5, 4, 3]}
    )
    # Differences between the replications are 1, 2 and -1; half their variance, 7 / 3, is that of
    # the residuals, and half of that again is left in a mean of two.
    assert chance(table, table["m"].to_numpy(), True) == pytest.approx(7 / 12)
    assert chance(table, table["m"].to_numpy(), False) == pytest.approx((0.5 + 2 + 0.5) / 2 / 3)


def test_a_point_that_lacks_a_replication_says_nothing_about_chance_under_shared_seeds() -> None:
    whole = runs(additive(64), replications=3)
    whole["m"] += np.random.default_rng(0).normal(size=len(whole))
    lacking = whole.copy()
    lacking.loc[lacking.index[:3], "m"] = [math.nan, 1e6, 1e6]
    rest = whole[whole["point"] > 0]
    values = lacking["m"].to_numpy()
    assert chance(lacking, values, True) == pytest.approx(chance(rest, rest["m"].to_numpy(), True))


def test_a_base_sample_with_a_failed_point_is_left_out_whole() -> None:
    outputs = additive(256)
    table = runs(outputs)
    # Point 3 is base sample 3 at A; point 2 * 256 + 9 is base sample 9 at A with a column of B.
    table.loc[[3, 2 * 256 + 9], "m"] = math.nan
    table.loc[[3, 2 * 256 + 9], "error"] = "ValueError: no"
    table.loc[256 + 9, "m"] = math.nan
    found = sensitivity(table, "m", AXES, blocks(3, 256), 0)
    kept = [k for k in range(256) if k not in (3, 9)]
    assert (found.samples, found.left_out) == (254, 2)
    assert (found.runs, found.failed, found.missing) == (5 * 256, 2, 1)
    assert list(found.table["total"]) == pytest.approx(indices(outputs[:, kept])[1])


def test_a_point_counts_with_the_replications_it_has() -> None:
    table = runs(additive(64), replications=2)
    table.loc[0, "m"] = math.nan
    table.loc[0, "error"] = "ValueError: no"
    found = sensitivity(table, "m", AXES, blocks(3, 64), 0)
    assert (found.samples, found.left_out, found.failed) == (64, 0, 1)
    assert list(found.table["first"]) == pytest.approx(indices(additive(64))[0])


def test_points_that_are_not_there_yet_are_left_out() -> None:
    table = runs(additive(64))
    found = sensitivity(table.iloc[:-4], "m", AXES, blocks(3, 64), 0)
    assert (found.samples, found.left_out, found.runs) == (60, 4, 5 * 64 - 4)


def test_fewer_than_two_whole_base_samples_are_refused() -> None:
    table = runs(additive(64)).assign(m=math.nan)
    with pytest.raises(ValueError, match="0 of 64 base samples"):
        sensitivity(table, "m", AXES, blocks(3, 64), 0)


def test_two_base_samples_are_enough_for_indices() -> None:
    found = sensitivity(runs(additive(2)), "m", AXES, blocks(3, 2), 0)
    assert found.table["total"].notna().all()
