"""Where machine code is kept, and for how long."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.compiled import kept


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    """Have the folder looked up anew by every test, and by those that follow."""
    kept.folder.cache_clear()
    yield
    kept.folder.cache_clear()


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's caches, in which nothing is."""
    monkeypatch.setattr(kept, "_caches", lambda: tmp_path)
    return tmp_path / "tradetalks"


def older(caches: Path, count: int) -> list[Path]:
    """Make folders of former states of the sources, the oldest first."""
    made = [caches / f"compiled-{number:016x}" for number in range(count)]
    for age, one in enumerate(made):
        one.mkdir(parents=True)
        (one / "negotiation.play-1.nbc").write_bytes(b"code")
        os.utime(one, (age, age))
    return made


@pytest.mark.usefixtures("caches")
def test_the_folder_hangs_on_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    one = kept.folder()
    assert one == kept.folder()
    monkeypatch.setattr(kept, "_SOURCES", ("simulator",))
    kept.folder.cache_clear()
    assert kept.folder() != one


def test_the_oldest_make_room_for_a_new_one(caches: Path) -> None:
    made = older(caches, 10)
    (caches / "else").mkdir()
    assert kept.made_folder().is_dir()
    there = [one for one in made if one.exists()]
    assert there == made[-(kept.STATES - 1) :]
    assert (caches / "else").is_dir()


def test_while_the_sources_stay_the_same_nothing_goes(caches: Path) -> None:
    kept.made_folder()
    made = older(caches, 10)
    kept.made_folder()
    assert all(one.exists() for one in made)


def test_code_of_other_sources_does_not_count(caches: Path) -> None:
    older(caches, 1)
    assert not kept.is_kept("negotiation.play")
    assert not kept.is_made()
    (kept.made_folder() / "negotiation.play-20.py311.1.nbc").write_bytes(b"code")
    assert kept.is_kept("negotiation.play")
    assert not kept.is_kept("week.play_run")
    kept.say_made()
    assert kept.is_made()


def test_where_nothing_can_be_written_it_says_so(caches: Path) -> None:
    caches.write_text("no folder", encoding="utf-8")
    with pytest.raises(OSError, match="tradetalks"):
        kept.made_folder()


@pytest.mark.usefixtures("caches")
def test_one_alone_may_make_code_until_that_is_long_ago() -> None:
    assert kept.may_make()
    assert not kept.may_make()
    mark = kept.folder() / kept._MAKING
    os.utime(mark, (0, 0))
    assert kept.may_make()


@pytest.mark.parametrize(
    ("platform", "variable"), [("linux", "XDG_CACHE_HOME"), ("win32", "LOCALAPPDATA")]
)
def test_caches_are_where_the_system_wants_them(
    platform: str, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert kept.folder().parent == tmp_path / "tradetalks"
