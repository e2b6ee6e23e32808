import re
import socket
import ssl  # noqa: F401 - has a class of sockets, and has to be there before they are refused
import subprocess
import sys
from typing import Any

import pytest
from matplotlib.text import Text

from experiments.plots.run import RunPlots
from experiments.run import run
from simulator.errors import ScenarioError, TradetalksError
from tests.experiments.plots.drawn import played, rendered, texts, world

WORLDS = ["two", "no deal", "no talk", "three", "forty", "odd names", "first-talk"]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a picture opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)


def draw(kind: str, name: str, **given: Any) -> Any:
    return getattr(played(name).plot, kind)(**given)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("kind", RunPlots.KINDS)
def test_every_kind_is_drawn_of_every_world(kind: str, name: str) -> None:
    if name == "no talk" and kind in {"talk", "offers"}:
        with pytest.raises(TradetalksError, match="no talk opened"):
            draw(kind, name)
        return
    assert rendered(draw(kind, name)).startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", RunPlots.KINDS)
@pytest.mark.parametrize(("form", "head"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_every_kind_is_drawn_in_every_form(kind: str, form: str, head: bytes) -> None:
    assert rendered(draw(kind, "first-talk"), form).startswith(head)


@pytest.mark.parametrize("kind", RunPlots.KINDS)
def test_every_kind_is_a_method_that_says_what_it_draws(kind: str) -> None:
    assert (getattr(RunPlots, kind).__doc__ or "").startswith("Return ")


def test_a_notebook_is_told_which_pictures_there_are() -> None:
    assert repr(played("two").plot).startswith("Pictures of a run: graph, trust, talk")


def test_outlines_of_what_a_decision_hangs_on_are_explained() -> None:
    told = texts(run("first-talk", weeks=4).plot.why("trade"))
    assert "outlined: what it turns without" in told
    assert not [text for text in told if re.fullmatch(r"[+-]?\d.*", text) and "-" in text]


def test_countries_are_called_by_their_names() -> None:
    told = texts(draw("graph", "allies-2025"))
    assert "European Union" in told
    assert "Canada" in told
    assert "China" not in told  # hears of nobody


def test_the_graph_shows_no_trust_that_says_nothing() -> None:
    r = played("allies-2025")
    assert len(r.plot.graph().axes[0].patches) == 2 * len(r.scenario.talks)


@pytest.mark.parametrize("kind", ["graph", "trust", "talk", "offers"])
def test_names_of_countries_stay_within_the_picture(kind: str) -> None:
    figure = draw(kind, "long names")
    figure.draw_without_rendering()
    named = (axes.get_children() for axes in figure.axes)
    titles = [child for children in named for child in children if isinstance(child, Text)]
    labels = (label for axes in figure.axes for label in (axes.xaxis.label, axes.yaxis.label))
    written = [*titles, *labels, *figure.texts]
    written += [tick for axes in figure.axes for tick in axes.get_xticklabels()] * (kind == "trust")
    boxes = {text.get_text(): text.get_window_extent() for text in written if text.get_text()}
    room = figure.bbox.padded(3)
    assert boxes
    for text, box in boxes.items():
        assert room.x0 <= box.x0 <= box.x1 <= room.x1, text


@pytest.mark.parametrize("name", ["first-talk", "allies-2025"])
def test_names_and_key_of_a_graph_lie_within_the_picture(name: str) -> None:
    drawn = draw("graph", name)
    assert rendered(drawn)
    (ax,) = drawn.axes
    boxes = [one.get_window_extent() for one in (*ax.texts, ax.get_legend())]
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= drawn.bbox.width


@pytest.mark.parametrize("kind", ["talk", "offers"])
def test_a_talk_says_who_talked_and_how_it_ended(kind: str) -> None:
    told = texts(draw(kind, "first-talk"))
    assert "Home and Partner" in told
    assert "agreed after" in told


def test_of_three_parties_each_pair_has_a_panel() -> None:
    drawn = draw("talk", "three")
    labels = {(ax.get_xlabel(), ax.get_ylabel()) for ax in drawn.axes}
    assert len(labels) == len(drawn.axes) == 3


def test_each_issue_has_a_panel_with_its_levels_in_its_unit() -> None:
    drawn = draw("offers", "allies-2025", talk="us-japan")
    issues = played("allies-2025").scenario.talks["us-japan"].issues
    assert len(drawn.axes) == len(issues)
    told = texts(drawn)
    assert "2.5 %" in told
    assert "US tariff on cars" in told


def test_without_observer_there_is_a_panel_for_every_pair() -> None:
    (ax,) = draw("trust", "allies-2025").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        country.name for country in played("allies-2025").scenario.countries.values()
    ]


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("trust", {"observer": "jpan"}, ("observer", "'jpan'", "us, japan", "mean 'japan'")),
        ("talk", {"talk": "trad"}, ("talk", "'trad'", "mean 'trade'")),
        ("offers", {"talk": "x"}, ("talk", "'x'", "trade")),
        ("zone", {"talk": "tarde"}, ("talk", "'tarde'", "mean 'trade'")),
        ("talk", {"opening": 3}, ("opening", "3", "0 to 0")),
        ("talk", {"opening": -1}, ("opening", "-1")),
    ],
)
def test_what_there_is_not_is_refused(
    kind: str, given: dict[str, Any], told: tuple[str, ...]
) -> None:
    with pytest.raises(ScenarioError) as refused:
        draw(kind, "two", **given)
    assert all(word in str(refused.value) for word in told), str(refused.value)


@pytest.mark.parametrize(
    ("kind", "table"),
    [("trust", "trust"), ("talk", "offers"), ("offers", "offers"), ("timeline", "offers"),
     ("payoffs", "payoffs"), ("calibration", "performance")],
)  # fmt: skip
def test_a_table_that_was_not_kept_is_named_and_how_to_keep_it(kind: str, table: str) -> None:
    bare = run(world("two"), tables=["deals"])
    with pytest.raises(TradetalksError) as refused:
        getattr(bare.plot, kind)()
    told = str(refused.value)
    assert f"{table!r} was not kept" in told
    assert "kept: deals" in told
    assert "tables=" in told


def test_pictures_need_neither_a_display_nor_a_window() -> None:
    code = (
        "import sys\n"
        "from experiments.run import run\n"
        "r = run('first-talk')\n"
        "for kind in ('graph', 'trust', 'talk'):\n"
        "    getattr(r.plot, kind)()._repr_png_()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_forecasts_of_a_run_have_a_curve_for_each_trust_model() -> None:
    mixed = {"countries.us.trust": "beta", "countries.japan.trust": "fixed"}
    told = texts(run(world("two"), set=mixed).plot.calibration())
    assert "beta" in told
    assert "fixed" in told
    assert "beta" not in texts(run(world("two")).plot.calibration())
