"""Which run is typical."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.typical import typical, typical_metrics
from experiments.run import load


def test_it_is_the_run_nearest_to_the_medians() -> None:
    runs = [{"a": 0.0, "b": 9.0}, {"a": 5.0, "b": 5.0}, {"a": 10.0, "b": 0.0}, {"a": 6.0, "b": 1.0}]
    assert typical(runs) == 1


def test_each_metric_counts_in_interquartile_ranges() -> None:
    small = [{"a": a, "b": b} for a, b in ((0.0, 0.0), (1.0, 200.0), (2.0, 100.0), (1.1, 101.0))]
    assert typical(small) == 3


def test_what_is_the_same_in_all_runs_does_not_count() -> None:
    assert typical([{"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 1.0}]) == 1
    assert typical([{"a": 1.0}, {"a": 1.0}]) == 0


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(0.5, 10))
def test_units_do_not_matter(values: list[float], unit: float) -> None:
    values = [round(value) for value in values]
    runs = [{"a": value, "b": -3 * value} for value in values]
    assert typical(runs) == typical([{"a": 8 * r["a"], "b": r["b"]} for r in runs])


def test_there_are_ten_metrics_of_five_countries() -> None:
    assert len(typical_metrics(load("allies-2025"))) == 10
    assert len(set(typical_metrics(load("allies-2025")))) == 10


def test_a_single_run_is_typical() -> None:
    assert typical([{"a": 3.0}]) == pytest.approx(0)
