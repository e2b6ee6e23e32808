import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design.axis import Axis
from experiments.run import run
from experiments.sweep import load_experiment, open_results, sweep
from simulator.errors import ScenarioError
from tests.simulator.world.small import two


def told(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, and a sweep that kept its runs only."""
    path: Path = tmp_path_factory.mktemp("home")
    played = CliRunner().invoke(main, ["run", "first-talk", "--out", str(path / "run")])
    assert played.exit_code == 0
    vary = [Axis("countries.home.patience", (0.9, 0.99))]
    sweep(load_experiment("first-talk", vary=vary), path / "sweep", workers=1)
    return path


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["run"], "Two countries, a tariff for purchases"),
        (["sweep"], "Two countries, a tariff for purchases"),
        (["sweep", "--run", 1], "Two countries, a tariff for purchases"),
    ],
)
def test_what_was_played_is_told_in_one_file(
    arguments: list[object], title: str, home: Path, tmp_path: Path
) -> None:
    source, *rest = arguments
    done = told(home / str(source), *rest, "-o", tmp_path / "report.html")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "The report is in" in done.stderr
    assert f"<h1>{title}</h1>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_the_folder_of_a_run_has_the_page_of_that_run(home: Path, tmp_path: Path) -> None:
    results = open_results(home / "run")
    page = results.report(tmp_path / "x.html").read_text(encoding="utf-8")
    assert "first-talk, seed 0: 26 weeks" in page
    assert "a single run" in results._repr_html_()


def test_a_scenario_is_played_on_the_spot(tmp_path: Path) -> None:
    change = "countries.home.patience=0.9"
    done = told("first-talk", "--seed", 2, "--weeks", 8, "--set", change,
                "-o", tmp_path / "x.htm")  # fmt: skip
    assert done.exit_code == 0, done.output
    page = (tmp_path / "x.htm").read_text(encoding="utf-8")
    assert "first-talk, seed 2: 8 weeks" in page
    assert "patience = 0.9" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--seed", "3"], ("--seed", "played")),
        (["run", "--run", "3"], ("--run", "single run")),
        (["sweep", "--run", "99"], ("run 99", "0 to 1")),
        (["nothing"], ("nothing", "first-talk")),
    ],
)
def test_what_cannot_be_told_is_refused(
    arguments: list[str], words: tuple[str, ...], home: Path, tmp_path: Path
) -> None:
    source, *rest = arguments
    done = told(home / source, *rest, "-o", tmp_path / "x.html")
    assert done.exit_code == 2, done.output
    assert all(word in done.stderr for word in words), done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("x.pdf", ("'x.pdf'", ".html or .htm", "--out")),
        ("report", (".html",)),
        ("nowhere/x.html", ("nowhere/x.html", "there is no", "--out")),
        ("folder.html", ("folder.html", "is a folder; name a file")),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_played(
    target: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.html").mkdir()
    monkeypatch.chdir(tmp_path)
    done = told("no such scenario", "-o", target)
    assert done.exit_code == 2
    assert all(word in done.stderr for word in words), done.stderr
    assert "scenario" not in done.stderr.replace("SCENARIO", "")


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
