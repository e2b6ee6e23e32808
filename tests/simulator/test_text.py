import pytest

from simulator.text import count, file_size, level_text, listing, visible


def test_a_noun_stands_in_the_plural_but_for_one() -> None:
    assert [count(number, "deal") for number in (0, 1, 2000)] == [
        "0 deals",
        "1 deal",
        "2,000 deals",
    ]
    assert count(2, "country", "countries") == "2 countries"


def test_items_in_a_row_have_one_and() -> None:
    rows = [[], ["a"], ["a", "b"], ["a", "b", "c"]]
    assert [listing(items) for items in rows] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0.0 KB"), (1536, "1.5 KB"), (1200 * 2**20, "1,200.0 MB")]
)
def test_a_size_stands_in_its_unit(size: int, text: str) -> None:
    assert file_size(size) == text


@pytest.mark.parametrize(
    ("level", "text"), [(15, "15"), (15.0, "15"), (0.1 + 0.2, "0.3"), ("written", "written")]
)
def test_a_level_stands_without_digits_that_say_nothing(
    level: float | int | str, text: str
) -> None:
    assert level_text(level) == text


def test_what_a_terminal_obeys_is_written_out() -> None:
    assert visible("a\x1b[31m\tb\n\ud800") == "a\\x1b[31m\tb\n\\ud800"
