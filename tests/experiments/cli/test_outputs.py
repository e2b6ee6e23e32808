"""Files that options name."""

from pathlib import Path

import click
import pytest

from experiments.cli.outputs import file_path, file_place


def test_the_home_of_nobody_is_no_place_for_a_file() -> None:
    with pytest.raises(click.BadParameter, match="cannot be written"):
        file_path("~nobody-of-that-name/x.html", ["html"], "--out")


def test_a_file_that_no_option_names_is_new_when_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = file_place(None, "x", ["png", "svg"], "--out")
    assert place() == Path("x.png")
    Path("x.png").touch()
    assert place() == Path("x-2.png")


def test_a_file_that_an_option_names_is_where_it_says_and_refused_at_once(tmp_path: Path) -> None:
    named = tmp_path / "y.svg"
    assert file_place(str(named), "x", ["png", "svg"], "--out")() == named
    with pytest.raises(click.BadParameter, match=r"ends in \.png or \.svg"):
        file_place("y.gif", "x", ["png", "svg"], "--out")
