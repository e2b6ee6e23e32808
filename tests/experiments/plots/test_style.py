import datetime
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from experiments.plots.palette import COLOURS, literal_text, palette
from experiments.plots.style import dress, empty, figure, weeks
from tests.experiments.plots.drawn import rendered, texts

FORTY = [f"c{k}" for k in range(40)]


def test_forty_countries_are_told_apart_without_colours() -> None:
    styles = palette(FORTY).values()
    assert len({(style.marker, str(style.dash)) for style in styles}) == 40


def test_neighbours_differ_in_colour_marker_and_dashes() -> None:
    styles = list(palette(FORTY).values())
    for one, other in pairwise(styles):
        assert one.colour != other.colour
        assert one.marker != other.marker
        assert one.dash != other.dash


def test_no_colour_fades_into_paper() -> None:
    for colour in COLOURS:
        red, green, blue = to_rgb(colour)
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.75


def test_a_country_looks_the_same_whatever_else_is_drawn() -> None:
    whole = palette({"us": "United States", "japan": "Japan", "eu": "European Union"})
    some = palette(["japan", "china"], whole)
    assert some["japan"] == whole["japan"]
    assert some["japan"].label == "Japan"
    assert some["china"].label == "china"


def test_a_name_that_comes_again_is_one_country() -> None:
    assert list(palette(["us", "japan", "us"])) == ["us", "japan"]


@pytest.mark.parametrize("text", ["US$ 5 bn or US$ 6 bn", "$x_{", r"a\frac", "a_b^c", "5 %"])
def test_text_is_shown_as_it_is(text: str) -> None:
    drawn = figure()
    ax = drawn.add_subplot()
    ax.set_title(literal_text(text))
    rendered(drawn)
    parsed = ax.title.get_text()
    assert parsed.count("$") == parsed.count(r"\$")


def test_weeks_have_dates_below_them() -> None:
    drawn = figure()
    ax = drawn.add_subplot()
    ax.plot([0, 26], [0, 1])
    weeks(ax, datetime.date(2025, 5, 19))
    assert "10\nJul 2025" in texts(drawn)


def test_weeks_without_a_known_start_are_numbers() -> None:
    drawn = figure()
    ax = drawn.add_subplot()
    ax.plot([0, 10], [0, 1])
    assert weeks(ax).get_xlabel() == "week"
    assert "2025" not in texts(drawn)


def test_weeks_beyond_all_calendars_are_numbers() -> None:
    drawn = figure()
    ax = drawn.add_subplot()
    ax.plot([0, 1e6], [0, 1])
    weeks(ax, datetime.date(2025, 5, 19))
    rendered(drawn)


def test_a_notebook_shows_a_figure_by_itself() -> None:
    drawn = figure()
    assert isinstance(drawn, Figure)
    assert drawn._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_what_is_empty_says_so() -> None:
    drawn = figure()
    empty(drawn.add_subplot(), "no deal was signed")
    assert "no deal was signed" in texts(drawn)


def test_many_entries_of_a_legend_stand_in_two_columns() -> None:
    drawn = figure()
    ax = drawn.add_subplot()
    for style in palette(FORTY).values():
        ax.plot([0, 1], [0, 1], **style.line)
    legend = dress(ax).get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 40
    drawn.draw_without_rendering()
    boxes = [text.get_window_extent() for text in legend.get_texts()]
    assert len(np.unique([round(box.x0) for box in boxes])) == 2
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
