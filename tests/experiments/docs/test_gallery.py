from pathlib import Path

from experiments.docs.gallery import PICTURES, _page
from experiments.plots.run import RunPlots
from experiments.plots.sweep import SweepPlots

GALLERY = Path(__file__).parents[3] / "docs" / "gallery"


def test_every_kind_hangs_in_the_gallery() -> None:
    shown = {picture.kind for picture in PICTURES}
    assert shown == {*RunPlots.KINDS, *SweepPlots.KINDS}


def test_every_picture_is_there_and_no_other() -> None:
    kept = {file.stem for file in GALLERY.glob("*.png")}
    assert kept == {picture.name for picture in PICTURES}
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in GALLERY.glob("*.png"))


def test_the_pictures_together_are_small() -> None:
    assert sum(file.stat().st_size for file in GALLERY.glob("*.png")) < 1_500_000


def test_the_page_says_how_each_was_drawn() -> None:
    assert (GALLERY / "README.md").read_text(encoding="utf-8") == _page()
