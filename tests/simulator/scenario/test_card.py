"""A scenario's card: what a notebook shows of it."""

from html.parser import HTMLParser

from agents.roster import ROSTER
from simulator.scenario.scenario import Scenario, load


class Words(HTMLParser):
    """The text of a fragment, and the elements that it is made of."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(fragment)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def shown(**changes: object) -> Words:
    scenario: Scenario = load("first-talk", ROSTER, set=changes)
    return Words(scenario._repr_html_())


def test_it_names_countries_parts_issues_and_levels() -> None:
    text = shown().text
    for told in ("Home", "asymmetric", "Partner's purchases of Home's goods", "0, 50, 100"):
        assert told in text


def test_only_a_talk_that_is_held_has_a_deadline() -> None:
    assert ", to 2025-" in shown().text
    assert ", to 2025-" not in shown(**{"talks.trade.open": False}).text


def test_markup_in_a_name_is_text() -> None:
    found = shown(**{"countries.home.name": "<script>Home & Co</script>"})
    assert "<script>Home & Co</script>" in found.text
    assert "script" not in found.tags
