import os
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.design.axis import Axis
from experiments.sweep import load_experiment, sweep


def told(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, and a sweep that kept its runs only."""
    path: Path = tmp_path_factory.mktemp("home")
    assert told("run", "first-talk", "--seed", 5, "--out", path / "run").exit_code == 0
    vary = [Axis("countries.home.patience", (0.9, 0.95, 0.99))]
    sweep(load_experiment("first-talk", vary=vary), path / "sweep", workers=1)
    return path


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_of_a_run_is_written_whole(kind: str, home: Path, tmp_path: Path) -> None:
    done = told("plot", home / "run", "trust", "-o", tmp_path / f"trust.{kind}")
    assert done.exit_code == 0, done.output
    assert (tmp_path / f"trust.{kind}").stat().st_size > 1000
    assert [file.name for file in tmp_path.iterdir()] == [f"trust.{kind}"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("trust", ["--observer", "home"]),
        ("talk", ["--talk", "trade", "--opening", 0]),
        ("offers", ["--talk", "trade"]),
        ("zone", ["--talk", "trade"]),
    ],
)
def test_options_say_what_is_drawn(kind: str, more: list[object], tmp_path: Path) -> None:
    names = {"trade": _the_talk()}
    options = [names.get(str(word), word) for word in more]
    done = told("plot", "first-talk", kind, *options, "-o", tmp_path / "x.png")
    assert done.exit_code == 0, done.output


def _the_talk() -> str:
    from experiments.run import load

    return next(iter(load("first-talk").talks))


def test_a_scenario_is_played_on_the_spot(tmp_path: Path) -> None:
    change = "countries.home.patience=0.9"
    done = told("plot", "first-talk", "timeline", "--seed", 2, "--weeks", 8, "--set", change,
                "-o", tmp_path / "x.png")  # fmt: skip
    assert done.exit_code == 0, done.output


def test_a_sweep_is_drawn_over_its_axis(home: Path, tmp_path: Path) -> None:
    done = told("plot", home / "sweep", "response", "--metric", "payoff_weighted_home",
                "--by", "countries.home.patience", "-o", tmp_path / "x.svg")  # fmt: skip
    assert done.exit_code == 0, done.output


def test_a_run_of_a_sweep_needs_no_table(home: Path, tmp_path: Path) -> None:
    done = told("plot", home / "sweep", "trust", "--run", 1, "-o", tmp_path / "x.png")
    assert done.exit_code == 0, done.output


def test_what_the_message_says_keeps_the_table(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = told("plot", home / "sweep", "payoffs", "-o", "x.png")
    assert refused.exit_code == 2
    assert "'payoffs'" in refused.stderr
    assert "--run N" in refused.stderr
    command = refused.stderr.partition("Keep it: tradetalks ")[2].partition(",")[0]
    swept = told(*shlex.split(command), "--workers", 1)
    assert swept.exit_code == 0, swept.output
    done = told("plot", "NEW", "payoffs", "-o", "x.png")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "trsut"], ("'trsut'", "mean 'trust'", "timeline", "sobol")),
        (["run", "hazard"], ("'hazard'", "one run", "timeline")),
        (["sweep", "talk"], ("'talk'", "a sweep", "response", "--run N")),
        (["sweep", "hazard"], ("'deals'", "kept are: runs", "--tables deals")),
        (["sweep", "sobol"], ("saltelli",)),
        (["run", "graph", "--talk", "x"], ("--talk", "graph")),
        (["run", "trust", "--metric", "x"], ("--metric", "--observer")),
        (["run", "trust", "--seed", "3"], ("--seed", "played")),
        (["run", "trust", "--run", "3"], ("--run", "single run")),
        (["sweep", "trust", "--run", "99"], ("run 99", "0 to 2")),
        (["sweep", "response", "--set", "weeks=3"], ("--set",)),
        (["nothing", "trust"], ("nothing", "first-talk")),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    arguments: list[str], words: tuple[str, ...], home: Path, tmp_path: Path
) -> None:
    source, *rest = arguments
    done = told("plot", home / source, *rest, "-o", tmp_path / "x.png")
    assert done.exit_code == 2, done.output
    assert all(word in done.stderr for word in words), done.stderr
    assert not list(tmp_path.iterdir())


def test_a_misspelt_scenario_is_told_the_nearest() -> None:
    done = told("plot", "frist-talk", "trust", "-o", "x.png")
    assert done.exit_code == 2
    assert "mean 'first-talk'" in done.stderr


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("x.gif", 2, ("'x.gif'", ".svg", "--out")),
        ("trust", 2, (".png",)),
        ("nowhere/x.png", 2, ("nowhere/x.png", "there is no", "--out")),
        ("folder.png", 2, ("folder.png", "is a folder; name a file")),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_played(
    target: str, code: int, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.png").mkdir()
    monkeypatch.chdir(tmp_path)
    done = told("plot", "no such scenario", "trust", "-o", target)
    assert done.exit_code == code
    assert all(word in done.stderr for word in words), done.stderr
    assert "scenario" not in done.stderr.replace("SCENARIO", "")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_the_right_to_write_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = told("plot", "first-talk", "trust", "-o", tmp_path / "x.png")
    tmp_path.chmod(0o700)
    assert done.exit_code == 1
    assert "no right to write" in done.stderr


def test_a_full_disk_leaves_the_picture_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.figure import Figure

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "x.png").write_bytes(b"before")
    monkeypatch.setattr(Figure, "savefig", full)
    done = told("plot", "first-talk", "trust", "-o", tmp_path / "x.png")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("x.png", b"before")]


def test_a_run_that_comes_out_otherwise_is_not_drawn(home: Path, tmp_path: Path) -> None:
    assert told("run", "first-talk", "--out", tmp_path / "run").exit_code == 0
    scenario = tmp_path / "run" / "scenario.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("weeks = 26", "weeks = 9"), encoding="utf-8")
    done = told("plot", tmp_path / "run", "trust", "-o", tmp_path / "x.png")
    assert done.exit_code == 2
    assert "weeks: 26 was kept, 9 came now" in done.stderr
    assert f"written by tradetalks {version('tradetalks')}; rules, code or scenario" in done.stderr
    (tmp_path / "run" / "threats.parquet").unlink()  # a table that there was not always
    earlier = told("plot", tmp_path / "run", "trust", "-o", tmp_path / "x.png").stderr
    assert "written by an earlier tradetalks" in earlier
    assert f"play it anew: tradetalks run {scenario} --seed 0" in " ".join(earlier.split())


def test_a_folder_that_lost_its_scenario_is_told_so(home: Path, tmp_path: Path) -> None:
    assert told("run", "first-talk", "--out", tmp_path / "run").exit_code == 0
    (tmp_path / "run" / "scenario.toml").unlink()
    done = told("plot", tmp_path / "run", "trust", "-o", tmp_path / "x.png")
    assert done.exit_code == 2
    assert "scenario.toml" in done.stderr


def test_help_names_every_kind_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from experiments.cli.main import main\n"
        "done = CliRunner().invoke(main, ['plot', '--help'])\n"
        "assert not {'matplotlib', 'pandas', 'mesa', 'pyarrow'} & set(sys.modules)\n"
        "from experiments.plots.sweep import SweepPlots\n"
        "from experiments.plots.run import RunPlots\n"
        "for kind in (*RunPlots.KINDS, *SweepPlots.KINDS):\n"
        "    assert kind in done.output, kind\n"
        "assert 'matplotlib' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- without a name ------------------------------------------------------------------------------


def test_a_picture_without_a_name_is_a_new_file_here_and_overwrites_none(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = ["first-talk-trust.png", "first-talk-trust-2.png", "first-talk-trust-3.png"]
    for name in wanted:
        done = told("plot", "first-talk", "trust")
        assert (done.exit_code, done.stderr) == (0, f"The picture is in {name}.\n")
    done = told("plot", home / "sweep", "trust", "--run", 1)
    assert done.stderr == "The picture is in sweep-run-1-trust.png.\n"
    assert {file.name for file in tmp_path.iterdir()} == {*wanted, "sweep-run-1-trust.png"}


def test_a_report_without_a_name_is_a_new_file_here(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.html").symlink_to(tmp_path / "nowhere")
    done = told("report", home / "run")
    assert (done.exit_code, done.stderr) == (0, "The report is in run-2.html.\n")
    assert not (tmp_path / "nowhere").exists()


def test_the_name_of_a_file_comes_from_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told("run", "first-talk", "--out", "kept").exit_code == 0
    monkeypatch.chdir(tmp_path / "kept")
    assert told("report", ".").stderr == "The report is in kept.html.\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_the_right_to_write_is_refused_before_anything_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o500)
    refused = told("report", "no-such-scenario")
    tmp_path.chmod(0o700)
    assert "no right to write" in refused.stderr


def test_axes_are_named_by_their_ends(home: Path, tmp_path: Path) -> None:
    done = told("plot", home / "sweep", "response", "--by", "patience", "-o", tmp_path / "x.png")
    assert done.exit_code == 0, done.output
