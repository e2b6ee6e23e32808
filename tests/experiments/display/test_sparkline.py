"""Numbers as a line of bars."""

from hypothesis import given
from hypothesis import strategies as st

from experiments.display.sparkline import sparkline


def test_low_and_high_have_the_lowest_and_the_highest_bar() -> None:
    assert sparkline([0, 1, 0.5], 0, 1, 9) == "▁█▅"


def test_stretches_have_their_mean() -> None:
    assert sparkline([0, 1, 1, 1, 0, 0], 0, 1, 3) == "▅█▁"


def test_without_numbers_it_is_empty() -> None:
    assert sparkline([], 0, 1, 9) == ""


@given(st.lists(st.floats(0, 1), max_size=200), st.integers(1, 40))
def test_it_is_never_wider_than_asked(values: list[float], width: int) -> None:
    assert len(sparkline(values, 0, 1, width)) == min(width, len(values))
