"""Letters that the usual font lacks are drawn in one that has them, and without a word."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from experiments.plots import fonts
from experiments.plots.bars import bars_figure
from experiments.run import run

#: Chinese, Korean, Arabic, an emoji of several characters, a letter of no script.
NAMES = ["中国", "한국", "مصر", "👩‍🌾", "\U00010fff"]


def font(path: Path, letters: str, weight: int = 500) -> None:
    """Write a font that has some letters, all of them squares."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (700, 700), (700, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"u{ord(letter):X}" for letter in letters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):X}" for letter in letters})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2(usWeightClass=weight)
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install two fonts, of Chinese and of Korean, after matplotlib has looked."""
    font(tmp_path / "Sans Han.ttf", "中国")
    font(tmp_path / "Sans Hangul.ttf", "한국")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    paths = [str(path) for path in tmp_path.glob("*.ttf")]
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: paths)
    before = list(fontManager.ttflist)
    fonts._installed.cache_clear()
    fonts._families.cache_clear()
    yield
    fontManager.ttflist[:] = before
    fonts._installed.cache_clear()
    fonts._families.cache_clear()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_letters_are_drawn_in_an_installed_font_that_has_them(
    form: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    figure = bars_figure(NAMES, range(5), "unit", "한국 and 中国")
    with caplog.at_level(logging.WARNING):
        figure.savefig(tmp_path / f"bars.{form}")
    labels = figure.axes[0].get_yticklabels()
    assert labels[0].get_fontfamily()[1:] == ["Sans Han"]
    assert labels[1].get_fontfamily()[1:] == ["Sans Hangul"]
    assert labels[2].get_fontfamily()[1:] == []  # the usual font has Arabic
    (title,) = (t for t in figure.findobj(Text) if " and " in str(getattr(t, "get_text", str)()))
    assert isinstance(title, Text)
    assert set(title.get_fontfamily()[1:]) == {"Sans Han", "Sans Hangul"}
    assert caplog.records == []


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_what_no_font_has_is_drawn_without_a_word(form: str, tmp_path: Path) -> None:
    bars_figure(NAMES, range(5), "unit", "title 中").savefig(tmp_path / f"bars.{form}")
    bars_figure(NAMES, range(5), "unit", "title 中")._repr_png_()  # type: ignore[attr-defined]


def test_pictures_of_runs_and_their_reports_are_drawn_without_a_word(tmp_path: Path) -> None:
    names = {"countries.home.name": "中国", "countries.partner.name": "한국 👩‍🌾"}
    played = run("first-talk", seed=1, set=names)
    played.plot.trust().savefig(tmp_path / "trust.png")
    played.report(tmp_path / "run.html")


def test_the_usual_font_stays_alone_where_it_has_all_letters() -> None:
    figure = bars_figure(["Österreich", "Россия", "Ελλάδα"], range(3), "unit", "title")
    figure._repr_png_()  # type: ignore[attr-defined]
    families = {tuple(label.get_fontfamily()) for label in figure.axes[0].get_yticklabels()}
    assert families == {("sans-serif",)}
