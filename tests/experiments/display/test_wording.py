"""Names as sentences have them."""

import pytest

from experiments.display.wording import mention, with_article
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
