import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trust.fire import Fire, aged, believed, experienced
from simulator.errors import PartError

LN2 = math.log(2)


def test_without_experience_trust_is_one_half() -> None:
    assert Fire().value(Fire().init()) == 0.5
    assert believed(0.0, 0.0, LN2) == 0.5


@given(count=st.integers(1, 20))
def test_each_promise_halves_what_is_missing_to_full_belief(count: int) -> None:
    assert believed(count, count, LN2) == pytest.approx(1 - 0.5 * 0.5**count)
    assert believed(-count, count, LN2) == pytest.approx(0.5 * 0.5**count)


def test_trust_follows_the_mean_rating() -> None:
    assert believed(1.0, 2.0, LN2) == pytest.approx(0.5 + 0.5 * 0.75 * 0.5)
    assert believed(1.0, 2.0, 1.5) == pytest.approx(0.5 + 0.5 * (1 - math.exp(-3)) * 0.5)


def test_a_rating_runs_from_minus_one_to_one() -> None:
    assert experienced(1.0, 2.0, 1.0, 0.5) == (1.5, 2.5)
    assert experienced(1.0, 2.0, 0.0, 0.5) == (0.5, 2.5)
    assert experienced(1.0, 2.0, 0.75, 0.5) == (1.25, 2.5)


def test_experience_counts_half_after_its_half_life() -> None:
    assert aged(3.0, 4.0, 5.0, 5.0) == (1.5, 2.0)
    assert Fire().tick((3.0, 4.0), 10.0) == (0.75, 1.0)
    assert Fire().tick((3.0, 4.0), 1 / 13) == pytest.approx(
        (3 * 2 ** (-1 / 65), 4 * 2 ** (-1 / 65))
    )


@given(periods=st.floats(0, 1e9))
def test_however_faint_experience_gives_a_number(periods: float) -> None:
    model = Fire()
    value = model.value(model.tick(model.update(model.init(), 0.0, 1.0), periods))
    assert 0.25 <= value <= 0.5


@pytest.mark.parametrize("parameter", ["half_life", "gamma"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"fire:{parameter}: "):
        Fire(**{parameter: value})
