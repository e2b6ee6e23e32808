import time
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import literals

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63) | st.floats(-1e300, 1e300) | texts | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        (".5", 0.5),
        ("-.5", -0.5),
        ("[.5, 1, 'x .5']", [0.5, 1, "x .5"]),
        ("true", True),
        ("2025-07-09", date(2025, 7, 9)),
        ('"a: b"', "a: b"),
        ("boulware:exponent=3", "boulware:exponent=3"),
        ("United States", "United States"),
        ("", ""),
        ("1\nother = 2", "1\nother = 2"),
        ("{ us = 1 }", {"us": 1}),
        (" {us = 1}+noisy:sd=.1 ", "{us = 1}+noisy:sd=.1"),
    ],
)
def test_a_value_is_toml_or_else_the_bare_string(text: str, value: object) -> None:
    assert literals.read(text) == value


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "[1, nan]", "1e999", "{a = inf}", "{a = inf}+b"]
)
def test_numbers_that_are_not_finite_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        literals.read(text)


@pytest.mark.parametrize(
    "text", ["[1", '"open', "{a = }", "{a = }+b", "{a = 1+b", "[1]+b", "[" * 5000]
)
def test_brackets_and_quotes_that_do_not_close_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="closed"):
        literals.read(text)


@given(values)
def test_what_is_written_reads_back(value: Any) -> None:
    assert literals.read(literals.write(value)) == value


def test_separators_count_only_outside_brackets_and_quotes() -> None:
    assert literals.pieces('a:b=["x:y", 1]:c=":"', ":") == ["a", 'b=["x:y", 1]', 'c=":"']


@given(st.lists(texts))
def test_pieces_in_quotes_come_back_whole(pieces: list[str]) -> None:
    written = [f"name={literals.write(piece)}" for piece in pieces]
    assert literals.pieces(":".join(written), ":") == (written or [""])


def test_plain_copies_and_leaves_out_what_is_none() -> None:
    given_data = {"a": (1, 2), "b": None, "c": {"d": [3]}}
    copy = literals.plain(given_data)
    assert copy == {"a": [1, 2], "c": {"d": [3]}}


def test_numbers_of_numpy_become_numbers() -> None:
    np = pytest.importorskip("numpy")
    copy = literals.plain({"a": np.float64(0.5), "b": np.int64(3), "c": np.array([1, 2])})
    assert copy == {"a": 0.5, "b": 3, "c": [1, 2]}
    assert isinstance(copy, dict)
    assert type(copy["b"]) is int


@pytest.mark.parametrize(
    ("value", "number", "finite", "whole"),
    [
        (3, True, True, True),
        (-(10**400), True, True, True),
        (3.0, True, True, False),
        (float("nan"), True, False, False),
        (float("-inf"), True, False, False),
        (True, False, False, False),
        ("3", False, False, False),
        (None, False, False, False),
    ],
)
def test_true_is_no_number_and_three_point_nought_not_written_as_a_whole_one(
    value: object, number: bool, finite: bool, whole: bool
) -> None:
    kinds = literals.is_number(value), literals.is_finite(value), literals.is_whole(value)
    assert kinds == (number, finite, whole)


def test_a_whole_number_must_not_be_below_the_least() -> None:
    assert [literals.is_whole(value, least=1) for value in (0, 1, 2)] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9" * 310, "at most 309 digits"),
        ("9" * 5000, "at most 309 digits"),
        ("0x" + "f" * 300, "at most 309 digits"),
        ("[0x" + "f" * 5000 + "]", "at most 309 digits"),
        ("[" * 150 + "]" * 150, "nest less than 100 deep"),
        ("half \ud800", "Unicode"),
    ],
)
def test_what_nothing_can_be_done_with_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        literals.read(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" + ".a" * 50_000 + "=1", "nest less than 100 deep"),
        ("[a" + ' . "a"' * 50_000 + "]", "nest less than 100 deep"),
        ("a=" + "[" * 3000 + "]" * 3000, "nest less than 100 deep"),
        ("a=0x" + "f" * 300, "at most 309 digits"),
        ("a=" + "9" * 5000, "digits"),
        ("a=", "Invalid"),
    ],
)
def test_a_file_with_such_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        literals.table(text)


@pytest.mark.parametrize(
    "text",
    ['\\"' * 50_000, "'" * 50_001, '"' * 50_001, '"\\' * 50_000, "a'b" * 50_000, ".1" * 50_000],
)
def test_quotes_that_do_not_close_take_no_time(text: str) -> None:
    began = time.monotonic()
    assert "".join(literals.pieces(text, ",")) == text
    with suppress(ValueError):
        literals.read(text)
    assert time.monotonic() - began < 1


def test_a_quote_that_does_not_close_is_a_character_like_others() -> None:
    assert literals.pieces("it's,6\" or,'a,b',\"c", ",") == ["it's,6\" or,'a", "b'", '"c']
    assert literals.pieces("6\",'a,b',c", ",") == ['6"', "'a,b'", "c"]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("9" * 18, 10**18 - 1)])
def test_a_count_is_what_plain_digits_write(text: str, number: int) -> None:
    assert literals.count(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1_0", " 1", "1\n", "²", "٣", "1.0", "9" * 19])
def test_nothing_else_is_a_count(text: str) -> None:
    assert literals.count(text) is None
