"""Names as sentences have them."""

import pytest

from experiments.display.wording import cut, mention, signed, with_article
from experiments.run import load


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("United States", "the United States"),
        ("European Union", "the European Union"),
        ("Republic of Korea", "the Republic of Korea"),
        ("Marshall Islands", "the Marshall Islands"),
        ("Japan", "Japan"),
        ("Unitedland", "Unitedland"),
    ],
)
def test_some_names_take_an_article(name: str, told: str) -> None:
    assert with_article(name) == told


def test_a_country_is_mentioned_by_its_name() -> None:
    scenario = load("allies-2025")
    assert mention(scenario, "uk") == "the United Kingdom"
    assert mention(scenario, "china") == "China"


def test_an_amount_has_a_sign_where_it_shows() -> None:
    assert [signed(value) for value in (1234.5, 0.004, 0.0, -0.004, -2.0)] == [
        *("+1,234.50", "0.00", "0.00", "0.00", "-2.00")
    ]


def test_a_text_is_cut_between_words() -> None:
    assert cut("what is left", 12) == "what is left"
    assert cut("what is left out", 12) == "what is …"
    assert len(cut("x" * 50, 12)) <= 12
