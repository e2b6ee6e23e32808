import re
from typing import Any

import pytest
from hypothesis import given, settings
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from experiments.display.html import folded, parted, rendered
from experiments.display.notebook import fragment
from experiments.display.terminal import cross_table, heading, ladder, outline, plain_text, table
from experiments.pages.scenario import scenario_page
from experiments.pages.transcript import transcript_page
from experiments.report.document import part
from experiments.run import run
from simulator.text import visible
from tests.experiments.report.reading import Page, hostile
from tests.simulator.world.small import two, week

#: Everything that pages are made of.
ELEMENTS = {
    *("div", "style", "p", "strong", "span", "br", "dl", "dt", "dd", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "h2", "h3"),
}
ATTRIBUTES = {"class", "scope", "open", "style"}


def html(*parts: Any) -> str:
    return str(rendered(Group(*parts)))


def test_a_heading_is_one_and_its_level_is_given() -> None:
    assert html(heading("Deals")) == "<h2>Deals</h2>"
    assert rendered(heading("Deals"), 4) == "<h4>Deals</h4>"


def test_a_table_says_what_its_columns_and_rows_are_about() -> None:
    page = Page(html(table(["who", "what"], [["us", "1"], ["japan", "2"]], numbers=1)))
    scopes = [attrs["scope"] for attrs in page.all("th")]
    assert scopes == ["col", "col", "row", "row"]
    assert [attrs.get("class") for attrs in page.all("td")] == ["number", "number"]


def test_a_cell_without_a_word_heads_no_row() -> None:
    page = Page(html(table(["", "x"], [["", "1"]])))
    assert len(page.all("td")) == 2


def test_labels_become_terms_and_one_without_a_label_goes_on_with_the_last() -> None:
    found = html(outline([("round 1", "a"), ("", "b"), ("round 2", "c")]))
    terms = "<dt>round 1</dt><dd>a</dd><dd>b</dd><dt>round 2</dt><dd>c</dd>"
    assert found == f"<dl>{terms}</dl>"


def test_a_ladder_has_its_first_row_for_a_head() -> None:
    page = Page(html(ladder([("", ["25 %", "10 %"]), ("us", ["0", "-1"])])))
    assert [attrs["scope"] for attrs in page.all("th")] == ["col", "col", "col", "row"]


def test_a_matrix_is_one_table_however_wide() -> None:
    names = {f"c{k}": f"Country {k}" for k in range(12)}
    wide = cross_table(names, names, {("c0", "c1"): "x"})
    assert html(wide).count("<table>") == 1
    assert html(wide) == html(Padding(wide, (0, 0, 0, 2)))
    assert plain_text(wide).count("Country\n") == 0  # the terminal breaks it after five
    assert len(re.findall("─{9,}", plain_text(wide))) == 3


def test_styles_of_a_text_and_of_its_parts_are_kept() -> None:
    text = Text("Week 3: ", style="bold")
    text.append("kept", style="not bold green")
    text.append(" dimly", style="dim")
    assert html(text) == (
        '<p><strong>Week 3: </strong><span class="green">kept</span>'
        '<strong class="dim"> dimly</strong></p>'
    )


def test_indents_and_blank_lines_are_of_the_terminal_alone() -> None:
    assert html(Text("\n  Week 3"), Text(""), Text("  ")) == "<p>Week 3</p>"


def test_a_page_folds_at_its_headings() -> None:
    page = Group(Text("above"), heading("One"), Text("1"), heading("Two"), Text("2"))
    found = folded(page, unfolded=1)
    assert found == (
        '<p>above</p>\n<details open=""><summary>One</summary><p>1</p></details>\n'
        "<details><summary>Two</summary><p>2</p></details>"
    )
    above, below = parted(page)
    assert html(above) == "<p>above</p>"
    assert html(below).startswith("<h2>One</h2>")


def test_what_has_no_html_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match="no HTML for a int"):
        html(3)


def test_lines_in_a_file_stay_lines_and_elsewhere_are_broken() -> None:
    assert part("commands", ["a", "b <c>"]) == "<pre>a\nb &lt;c&gt;</pre>"
    assert html(Text("a\nb <c>")) == "<p>a<br>b &lt;c&gt;</p>"


def test_an_attribute_holds_no_control_characters() -> None:
    figure = part("figure", "data:,", 'a"\x1b[1m\u202e', 1, 1)
    assert ' alt="a&#34;\\x1b[1m\\u202e" ' in figure


def named(text: str) -> dict[str, Any]:
    """A world in which everything that may be called anything is called so."""
    data = two(
        weeks=6,
        title=text,
        threats=[{"talk": "trade", "by": "us", "announced": week(0),
                  "payoffs": {"us": -0.1, "japan": -1}}],
        history=[{"date": week(-4), "what": text, "obligor": "us", "beneficiaries": ["japan"],
                  "quality": 0, "stake": 0.2}],
        events=[{"date": week(1), "what": text, "set": {"countries.us.patience": 0.9}}],
    )  # fmt: skip
    for country in data["countries"].values():
        country["name"] = text
    for issue in data["talks"]["trade"]["issues"]:
        issue |= {"name": text, "unit": text}
    data["talks"]["trade"]["issues"].append(
        {"id": "pledge", "obligor": "us", "levels": ["none", text + "!"],
         "payoffs": {"us": [0, 0], "japan": [0, 0.1]}}
    )  # fmt: skip
    for name, country in data["countries"].items():
        country["strategy"] = {"us": "boulware", "japan": "linear"}[name]
    return data


@settings(max_examples=50)
@given(hostile())
def test_text_of_a_scenario_is_text_whatever_it_says(text: str) -> None:
    played = run(named(text))
    scenario = played.scenario
    pages = [
        played._repr_html_(),
        scenario._repr_html_(),
        fragment(transcript_page(played)),
        fragment(scenario_page(scenario)),
        played.deal("trade")._repr_html_() if played.world.ledger.deals else "<p></p>",
    ]
    for source in pages:
        page = Page(source)
        assert page.faults == []
        assert page.tags <= ELEMENTS
        assert {name for _, attrs in page.elements for name in attrs} <= ATTRIBUTES
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", source)
    for source in pages[:2]:
        assert _letters(visible(text)) in _letters(Page(source).text)


def _letters(text: str) -> str:
    return "".join(text.split())
