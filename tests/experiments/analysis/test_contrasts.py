"""Differences within a sweep: paired by seed, and set apart only beyond chance."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.contrasts import apart, contrasts, in_order, unbeaten
from tests.experiments.analysis.test_intervals import table

RNG = np.random.default_rng(7)
SEEDS, OWN = RNG.normal(size=12), 0.05 * RNG.normal(size=(4, 12))


def played(effects: list[float]) -> pd.DataFrame:
    """Runs at a point per effect: the effect, the chance of the seed, and a little of its own."""
    values = [
        [effect + SEEDS[k] + OWN[p, k] for k in range(12)] for p, effect in enumerate(effects)
    ]
    return table(values).assign(x=lambda runs: runs["point"] / 2)


def test_each_value_is_compared_with_the_lowest_within_a_seed() -> None:
    runs = played([0.0, 0.2, 0.5])
    found = contrasts(runs.iloc[::-1], "m", "x").table.set_index("x")
    base, other = (runs.loc[runs["x"] == x, "m"].to_numpy() for x in (0.0, 1.0))
    test = stats.ttest_rel(other, base).confidence_interval(0.95)
    assert list(found.loc[1.0, ["low", "high"]]) == pytest.approx([test.low, test.high])
    assert test.high - test.low < 0.1 < SEEDS.std()
    assert list(found.loc[0.0, ["difference", "low", "high"]]) == [0.0, 0.0, 0.0]


def test_the_first_of_names_is_the_base() -> None:
    runs = played([0.0, 1.0]).assign(x=lambda runs: runs["point"].map({0: "z", 1: "a"}))
    found = contrasts(runs, "m", "x").table.set_index("x")["difference"]
    assert found["z"] == 0
    assert found["a"] == pytest.approx(1 + OWN[1].mean() - OWN[0].mean())


def test_another_axis_has_a_base_for_each_of_its_values() -> None:
    first, second = played([0.0, 1.0]).assign(z=0), played([5.0, 7.0]).assign(z=1)
    runs = pd.concat([first, second.assign(point=second["point"] + 2)])
    found = contrasts(runs, "m", "x", ["z"]).table.sort_values(["x", "z"])["difference"]
    own = OWN[1].mean() - OWN[0].mean()
    assert found.tolist() == pytest.approx([0.0, 0.0, 1 + own, 2 + own])


def test_over_other_axes_runs_are_averaged() -> None:
    first, second = played([0.0, 1.0]).assign(z=0), played([0.0, 3.0]).assign(z=1)
    runs = pd.concat([first, second.assign(point=second["point"] + 2)])
    (_, row) = contrasts(runs, "m", "x").table.to_dict("records")
    assert row["difference"] == pytest.approx(2 + OWN[1].mean() - OWN[0].mean())


def test_what_none_beats_beyond_chance_is_unbeaten_at_each_value_of_another_axis() -> None:
    first, second = played([0.0, 0.01, -1.0]).assign(z=0), played([0.0, -1.0, 0.5]).assign(z=1)
    runs = pd.concat([first, second.assign(point=second["point"] + 3)])
    best = unbeaten(runs, "m", "x", "z")
    assert {pair for pair, unbeaten_there in best.items() if unbeaten_there} == {
        *((0.0, 0), (0.5, 0)),
        (1.0, 1),
    }


def test_of_single_runs_the_best_alone_is_unbeaten() -> None:
    runs = table([[1.0], [3.0], [2.0]]).assign(x=[0, 1, 2], z=0)
    assert unbeaten(runs, "m", "x", "z").tolist() == [False, True, False]
    assert unbeaten(runs.assign(error="ValueError: no"), "m", "x", "z").empty


def test_a_group_is_apart_if_it_differs_within_a_seed_though_seeds_differ_more() -> None:
    found = apart(played([0.0, 0.0, 0.0, 0.4]), "m", ["x"])
    assert found[1.5]
    assert SEEDS.std() > 0.4
    assert not apart(played([0.0, 0.0, 0.0, 0.0]), "m", ["x"], 0.999).any()


def test_without_differences_one_group_in_twenty_is_apart_by_chance() -> None:
    rng = np.random.default_rng(1)
    maps = (table(rng.normal(size=(10, 8)).tolist()) for _ in range(40))
    shown = [apart(one.assign(x=one["point"]), "m", ["x"]).sum() for one in maps]
    # Of 400: outside of 6 to 36 in one of 10,000 cases.
    assert 6 <= sum(shown) <= 36


def test_the_more_confidence_the_fewer_are_apart() -> None:
    runs = table(np.random.default_rng(2).normal(size=(40, 4)).tolist())
    runs = runs.assign(x=runs["point"])
    counts = [apart(runs, "m", ["x"], confidence).sum() for confidence in (0.5, 0.95, 0.999)]
    assert counts[0] > counts[1] > counts[2]


def test_without_shared_seeds_each_group_has_its_own_chance() -> None:
    runs = played([-5.0, 0.0, 0.0, 5.0]).assign(seed=range(48))
    assert apart(runs, "m", ["x"]).tolist() == [True, False, False, True]


def test_what_chance_does_is_unknown_of_single_runs_which_stay_apart() -> None:
    assert apart(table([[1.0], [2.0]]), "m", ["x"]).tolist() == [True, True]


def test_runs_that_failed_leave_their_seed_out_of_pairs() -> None:
    runs = played([0.0, 1.0])
    runs.loc[[0, 13], "error"] = "ValueError: no"
    found = contrasts(runs, "m", "x").table
    assert found["n_first"].tolist() == [11, 10]


@pytest.mark.parametrize(("values", "order"), [([3, 1, 3, 2], [1, 2, 3]), (["b", "a"], ["b", "a"])])
def test_numbers_rise_and_names_stay_as_they_come(values: list[Any], order: list[Any]) -> None:
    assert in_order(pd.Series(values)) == order
