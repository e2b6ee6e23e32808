"""One format for the numbers of a picture."""

import math

import pytest

from experiments.display.numbers import (
    difference_text,
    even_texts,
    places_of,
    point_texts,
    printed,
    signed,
)


@pytest.mark.parametrize(
    ("values", "widths", "places"),
    [
        ([0.4711], [0.032], 2),
        ([0.4711], [0.012], 3),
        ([37.64], [1.8], 1),
        ([37.64], [2.5], 0),
        ([1234.5], [40.0], 0),
        ([0.4711], [math.nan, 0.0], 3),
        ([15.25, 8.5], [], 1),
        ([3.0, 4.0], [], 0),
        ([], [], 0),
    ],
)
def test_the_typical_half_width_says_how_many_decimals(
    values: list[float], widths: list[float], places: int
) -> None:
    assert places_of(values, widths) == places


def test_numbers_are_printed_with_a_minus_but_no_less_than_nothing() -> None:
    assert printed(-1.25, 1) == "\u22121.2"
    assert printed(-0.01, 1) == "0.0"
    assert difference_text(0.21, 0.03, 2) == "+0.21 \u00b1 0.03"
    assert difference_text(-0.21, 0.03, 2) == "\u22120.21 \u00b1 0.03"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 0.05, 0.1], ["0.00", "0.05", "0.10"]),
        ([1, 2, 10], ["1", "2", "10"]),
        ([k / 39 for k in (0, 1, 2)], ["0.0000", "0.0256", "0.0513"]),
        ([0.5], ["0.5"]),
        (["reciprocal", "always"], ["reciprocal", "always"]),
        ([True, False], ["True", "False"]),
    ],
)
def test_the_values_of_an_axis_have_as_many_decimals_each(
    values: list[object], texts: list[str]
) -> None:
    assert even_texts(values) == texts


def test_a_number_of_a_picture_has_a_sign_where_it_shows() -> None:
    assert [signed(value, 2) for value in (1.0, 0.004, -0.004, -2.0)] == [
        *("+1.00", "0.00", "0.00", "\u22122.00")
    ]


def test_points_are_written_alike_down_each_column() -> None:
    rows = [{"x": 0.0, "y": "us.strategy"}, {"x": 0.25, "y": "a"}, {"x": 1, "y": "b"}]
    assert point_texts(rows, ["x", "y"]) == [
        ["0.00", "us.strategy"],
        ["0.25", "a"],
        ["1.00", "b"],
    ]
    assert point_texts(rows, []) == [[], [], []]
    assert point_texts([], ["x"]) == []
