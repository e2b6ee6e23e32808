"""Reports as files, from Python."""

import os
from pathlib import Path

import pytest

from experiments.run import run
from simulator.errors import ScenarioError
from tests.simulator.world.small import two


def test_from_python_a_wrong_name_is_refused_and_the_place_is_returned(tmp_path: Path) -> None:
    bare = run(two(weeks=6), tables=[])
    with pytest.raises(ScenarioError, match=r"target: 'x\.doc': a file that ends in"):
        bare.report("x.doc")
    with pytest.raises(FileNotFoundError, match="there is no"):
        bare.report(tmp_path / "nowhere" / "x.html")
    assert bare.report(tmp_path / "x.html") == tmp_path / "x.html"
    assert (tmp_path / "x.html").read_bytes().startswith(b"<!DOCTYPE html>\n")


def test_a_full_disk_leaves_the_report_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "x.html").write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: .*x\.html'"):
        run(two(weeks=6), tables=[]).report(tmp_path / "x.html")
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("x.html", b"before")]
