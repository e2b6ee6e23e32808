"""The commands of experiments: what they print where, what they refuse, what they leave."""

import errno
import io
import json
import os
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from experiments.cli import progress
from experiments.cli.main import main
from experiments.cli.progress import follow, progress_line
from experiments.design import plan
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.execution import executors
from experiments.execution.execute import execute
from experiments.results import manifest
from experiments.results.lock import Lock
from experiments.results.writer import Progress
from experiments.sweep import open_results, sweep
from simulator.errors import StoreError

VARY = ("--vary", "countries.home.patience=0.9:1:3")
PARTS = ("--vary", "countries.home.trust=beta:lam=.9,asymmetric")
ALONE = ("--workers", "1")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _played_by_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single worker of a command is a process of its own, which takes a second to start."""
    monkeypatch.setattr(
        "experiments.sweep.execute", lambda *a, **k: execute(*a, **{**k, "apart": False})
    )


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def swept(*arguments: str) -> Result:
    result = tradetalks("sweep", "first-talk", *ALONE, *arguments)
    assert result.exit_code == 0, result.stderr
    return result


# -- sweep ---------------------------------------------------------------------------------------


def test_a_sweep_tells_how_far_it_is_on_stderr_and_leaves_its_results() -> None:
    result = swept(*VARY, *PARTS, "--replications", "2", "--tables", "deals,trust:13")
    assert result.stdout == ""
    *_, first, last = result.stderr.splitlines()
    assert first.startswith("12 of 12 runs, ")
    assert last == "12 runs are in results/first-talk."
    results = open_results("results/first-talk")
    assert results.runs["countries.home.trust"].tolist()[:4] == [
        *("beta:lam=.9", "beta:lam=.9"),
        *("asymmetric", "asymmetric"),
    ]
    assert results.tables == ["runs", "deals", "trust"]
    assert set(results.trust["week"]) == {0, 13}


def test_options_say_all_that_a_file_can() -> None:
    Path("mine.toml").write_text(
        'name = "out"\nscenario = "first-talk"\nreplications = 2\nseed = 5\nweeks = 9\n'
        'common_random_numbers = false\ntables = ["deals"]\nmetrics = ["share_signed"]\n'
        'design = "sobol"\nsamples = 4\n[set]\ngood_news = 0.5\n'
        '[axes]\n"countries.home.patience" = { low = 0.9, high = 1 }\n',
        encoding="utf-8",
    )
    assert tradetalks("sweep", "mine.toml", *ALONE).exit_code == 0
    swept(
        *("--vary", "countries.home.patience=0.9..1", "--design", "sobol", "--samples", "4"),
        *("--replications", "2", "--seed", "5", "--weeks", "9", "--own-seeds"),
        *("--tables", "deals", "--metric", "share_signed", "--set", "good_news=.5"),
        *("--out", "results/second"),
    )
    first, second = open_results("results/out"), open_results("results/second")
    assert first.runs.equals(second.runs)
    assert first.deals.equals(second.deals)


def test_the_points_of_a_design_may_stand_in_a_table() -> None:
    Path("p.csv").write_text("countries.home.patience,weeks\n.9,8\n1,12\n", encoding="utf-8")
    swept("--points", "p.csv")
    runs = open_results("results/first-talk").runs
    assert runs["weeks"].tolist() == [8, 12]
    assert list(runs.columns).count("weeks") == 1


def test_a_dry_run_tells_the_plan_and_plays_nothing() -> None:
    result = tradetalks("sweep", "first-talk", *VARY, "--replications", "40", "--dry-run")
    assert result.exit_code == 0
    assert "120 runs would be played. Nothing was." in result.stdout
    assert "countries.home.patience  0.9, 0.95, 1.0" in result.stdout
    assert list(Path().iterdir()) == []
    refused = tradetalks("sweep", "first-talk", "--vary", "countries.home.patience=2", "--dry-run")
    assert refused.exit_code == 2


def test_a_dry_run_looks_into_the_folder_and_changes_nothing_there() -> None:
    swept(*VARY, "--replications", "2")
    folder = Path("results/first-talk")
    again = ("sweep", str(folder), "--resume", "--dry-run")
    assert "\n0 of 6 runs would be played. Nothing was." in tradetalks(*again).stdout
    first, *_ = sorted(folder.glob("runs/*"))
    lost = len(pd.read_parquet(first))
    first.write_bytes(b"PAR1")
    content = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert f"\n{lost} of 6 runs would be played. Nothing was." in tradetalks(*again).stdout
    refused = tradetalks(*again, "--seed", "4")
    assert refused.exit_code == 2
    assert "seed: 0 -> 4" in refused.stderr
    refused = tradetalks("sweep", "first-talk", *VARY, "--dry-run")
    assert refused.exit_code == 2
    assert "--resume goes on" in refused.stderr
    assert content == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_counts_the_runs_that_are_tried_again_and_those_of_a_shard() -> None:
    failing("once", 1)
    again = ("sweep", "results/once", "--dry-run")
    assert "2 of 3 runs would be played." in tradetalks(*again, "--retry-failed").stdout
    shard = tradetalks("sweep", "once.toml", "--shard", "1/3", "--out", "new", "--dry-run")
    assert "1 of 3 runs would be played, in shard 1 of 3." in shard.stdout


def test_a_folder_without_results_is_no_scenario() -> None:
    Path("empty").mkdir()
    for arguments in (["missing", "--resume"], ["empty", "--resume"], ["empty"]):
        result = tradetalks("sweep", *arguments)
        assert result.exit_code == 2
        assert f"{arguments[0]} holds no results of a sweep" in result.stderr
        assert f"tradetalks sweep EXPERIMENT --out {arguments[0]}" in result.stderr
    assert "did you mean 'first-talk'" in tradetalks("sweep", "first-tallk", "--resume").stderr


def test_status_of_a_sweep_that_is_under_way_does_not_advise_to_go_on() -> None:
    swept(*VARY)
    next(Path("results/first-talk/runs").iterdir()).unlink()
    assert "Go on with" in tradetalks("status", "results/first-talk").stdout
    with Lock(Path("results/first-talk")):
        assert "Go on with" not in tradetalks("status", "results/first-talk").stdout


def test_a_sweep_is_resumed_by_its_folder_and_a_finished_one_says_so() -> None:
    swept(*VARY, "--replications", "3", "--shard", "1/2")
    segment = next(Path("results/first-talk/runs").iterdir())
    segment.unlink()
    again = tradetalks("sweep", "results/first-talk", "--resume", *ALONE)
    assert again.exit_code == 0
    assert again.stderr.endswith("6 runs are in results/first-talk.\n")
    done = tradetalks("sweep", "results/first-talk", "--resume", *ALONE)
    assert done.exit_code == 0
    assert "All 6 runs are in results/first-talk already." in done.stderr


def test_a_folder_in_use_is_refused_with_what_to_do() -> None:
    swept(*VARY)
    result = tradetalks("sweep", "first-talk", *VARY, *ALONE)
    assert result.exit_code == 2
    assert "--resume goes on" in result.stderr
    changed = tradetalks("sweep", "first-talk", *VARY, *ALONE, "--resume", "--seed", "3")
    assert changed.exit_code == 2
    assert "seed: 0 -> 3" in changed.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vary", "countries.home.patiense=1,2"], "did you mean 'patience'"),
        (["--vary", "countries.home.patience=.5,1.5"], "countries.home.patience: 1.5"),
        (["--vary", "countries.home.patience="], "path=value"),
        (["--vary", "countries.home.patience=.5:1:1"], "at least 2"),
        (["--metric", "share_sined"], "did you mean 'share_signed'"),
        (["--design", "sobl"], "did you mean 'sobol'"),
        (["--tables", "deels"], "did you mean 'deals'"),
        (["--tables", "trust:often"], "every how-manieth"),
        (["--replications", "0"], "at least 1"),
        (["--shard", "3/2"], "i from 1 to n"),
        (["--set", "nonsense"], "path=value"),
        ([*VARY, "--max-runs", "2"], "at most 2 runs"),
        (["--replications", "99999999"], "--max-runs"),
    ],
)
def test_what_cannot_be_played_is_refused_before_the_first_run(
    arguments: list[str], told: str
) -> None:
    result = tradetalks("sweep", "first-talk", *arguments, *ALONE)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert not Path("results").exists()


def test_own_seeds_are_one_per_run_and_common_ones_one_per_replication() -> None:
    for option, seeds in (("--own-seeds", 6), ("--common-seeds", 2)):
        swept(*VARY, "--replications", "2", option, "--out", option)
        runs = open_results(option).runs
        assert len(runs) == 6
        assert runs["seed"].nunique() == seeds


@pytest.mark.parametrize("address", ["", " ", "foo://bar", "nonsense", "tcp://127.0.0.1:9"])
def test_a_scheduler_that_cannot_be_reached_is_refused_and_leaves_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 1)
    result = tradetalks("sweep", "first-talk", "--scheduler", address)
    assert result.exit_code == 2
    assert result.stderr.count("Error: ") == 1
    told = f"at {address}: " if address.strip() else f"scheduler: {address!r}: an address such as"
    assert told in result.stderr
    assert not Path("results").exists()


def test_what_was_allowed_once_is_gone_on_with_and_replayed_however_many_runs_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan, "MAX_RUNS", 2)
    swept(*VARY, "--max-runs", "3")
    folder = "results/first-talk"
    assert tradetalks("replay", folder, "2", "--quiet").exit_code == 0
    for path in Path(folder, "runs").iterdir():
        path.unlink()
    assert tradetalks("sweep", folder, "--resume", "--dry-run").exit_code == 0
    assert tradetalks("sweep", folder, "--resume", *ALONE).exit_code == 0
    assert len(open_results(folder).runs) == 3
    assert tradetalks("sweep", folder, "--out", "new", *ALONE).exit_code == 2


MODEL = """
def model(parameters, seed):
    if parameters["x"] >= {least}:
        raise ValueError("\\x1b[31mred\\x1b]0;title\\x07 \\x9b2J")
    return {{"y": 1.0}}
"""


def failing(name: str, least: int) -> Result:
    """Return what a sweep of a model says that fails from an x on, with an error in colour."""
    Path(f"{name}.py").write_text(MODEL.format(least=least), encoding="utf-8")
    Path(f"{name}.toml").write_text(
        f'model = "{name}.model"\nmetrics = ["y"]\n[axes]\nx = [0, 1, 2]\n', encoding="utf-8"
    )
    return tradetalks("sweep", f"{name}.toml", *ALONE)


def test_a_sweep_of_which_all_runs_fail_ends_with_an_error_and_one_of_which_some_do_not() -> None:
    some, every = failing("some_fail", 1), failing("all_fail", 0)
    assert some.exit_code == 0
    assert "2 of them failed" in some.stderr
    assert every.exit_code == 1
    assert "All of them failed" in every.stderr
    assert tradetalks("sweep", "results/all_fail", "--resume", *ALONE).exit_code == 1


def test_what_an_error_would_tell_the_terminal_to_do_is_shown_instead() -> None:
    failing("coloured", 2)
    for command in (["status"], ["replay"]):
        arguments = [*command, "results/coloured", *(["2"] if command == ["replay"] else [])]
        result = CliRunner().invoke(main, arguments, color=True)
        assert result.exit_code == 0
        assert "\\x1b[31mred\\x1b]0;title\\x07 \\x9b2J" in result.output.replace("\n", " ")
        assert not {"\x1b", "\x07", "\x9b"} & set(result.output)


def test_nor_does_the_error_of_a_run_reach_the_terminal_unseen() -> None:
    Path("loud.py").write_text(
        "from agents.strategies.strategy import Strategy\n"
        "class Loud(Strategy):\n"
        "    'Of the user.'\n"
        "    def propose(self, turn):\n"
        "        raise ValueError('\\x1b[31mred')\n",
        encoding="utf-8",
    )
    for options in ([], ["--debug"]):
        arguments = [*options, "run", "first-talk", "--set", "countries.home.strategy=loud.Loud"]
        result = CliRunner().invoke(main, arguments, color=True)
        assert result.exit_code == 1
        assert "\\x1b[31mred" in result.stderr
        assert "\x1b" not in result.stderr


def test_failed_runs_are_told_and_end_nothing() -> None:
    Path("bad_metric.py").write_text(
        "def worst(world):\n"
        "    return 'bad' if world.scenario.countries['home'].patience > 0.9 else 1\n",
        encoding="utf-8",
    )
    result = swept(*VARY, "--metric", "bad_metric.worst")
    assert "2 of them failed: tradetalks status results/first-talk" in result.stderr
    status = tradetalks("status", "results/first-talk").stdout
    assert "failed      2" in status
    assert "metric 'bad_metric.worst' must be a number, not 'bad'" in status
    assert "--retry-failed" in status


# -- the others ----------------------------------------------------------------------------------


def test_status_tells_what_is_missing_and_what_is_broken() -> None:
    swept(*VARY, "--replications", "4")
    first, *_ = sorted(Path("results/first-talk/runs").iterdir())
    assert "12 of 12 runs" in tradetalks("status", "results/first-talk").stdout
    first.write_bytes(b"PAR1")
    told = tradetalks("status", "results/first-talk").stdout
    assert f"broken      runs/{first.name}" in told
    assert "Go on with: tradetalks sweep results/first-talk --resume" in told
    mended = tradetalks("sweep", "results/first-talk", "--resume", *ALONE)
    assert f"runs/{first.name}" in mended.stderr
    assert "set aside" in mended.stderr


def test_shards_are_merged() -> None:
    for shard in ("1/2", "2/2"):
        swept(*VARY, "--shard", shard, "--out", f"part-{shard[0]}")
    result = tradetalks("merge", "part-1", "part-2", "--out", "whole")
    assert result.stderr == "3 runs are in whole.\n"
    assert tradetalks("merge", "part-1", "part-1", "--out", "other").exit_code == 2
    assert tradetalks("sweep", "whole", "--resume", *ALONE).exit_code == 0


def test_a_merge_says_what_is_missing_and_takes_nothing_that_is_being_written() -> None:
    for shard in ("1/3", "2/3"):
        swept(*VARY, "--shard", shard, "--out", f"part-{shard[0]}")
    result = tradetalks("merge", "part-1", "part-2", "--out", "two")
    assert result.exit_code == 0
    assert result.stderr.startswith("2 of 3 runs are in two; shard 3 of 3 is missing.\n")
    assert tradetalks("sweep", "two", "--resume", *ALONE).stderr.endswith("3 runs are in two.\n")
    swept(*VARY, "--out", "unfinished")
    next(Path("unfinished/runs").iterdir()).unlink()
    result = tradetalks("merge", "unfinished", "--out", "one")
    assert "runs are in one; the others are in none of the folders." in result.stderr
    with Lock(Path("part-1")):
        refused = tradetalks("merge", "part-1", "part-2", "--out", "three")
    assert refused.exit_code == 2
    assert f"part-1 is being written to by process {os.getpid()}" in refused.stderr
    assert not Path("three").exists()


def test_a_merge_that_fails_leaves_a_folder_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    swept(*VARY, "--shard", "1/2", "--out", "part")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(manifest, "write_manifest", full)
        Path("there").mkdir()
        for out in ("new", "there"):
            result = tradetalks("merge", "part", "--out", out)
            assert result.exit_code == 1
            assert f"{out} cannot be written to: [Errno 28] No space" in result.stderr
    assert not Path("new").exists()
    assert list(Path("there").iterdir()) == []
    assert tradetalks("merge", "part", "--out", "new").exit_code == 0


def test_runs_are_exported_wide_or_tidy_as_csv_or_parquet() -> None:
    swept(*VARY, "--metric", "share_signed", "--metric", "trust_in_home", "--tables", "trust:13")
    results = open_results("results/first-talk")
    wide = pd.read_csv(io.StringIO(tradetalks("export", "results/first-talk").stdout))
    assert list(wide.columns) == list(results.runs.columns)
    assert wide["share_signed"].tolist() == results.runs["share_signed"].tolist()
    options = ("--shape", "tidy", "--format", "parquet", "--out", "tidy.parquet")
    assert tradetalks("export", "results/first-talk", *options).exit_code == 0
    tidy = pd.read_parquet("tidy.parquet")
    assert tidy["metric"].tolist() == ["share_signed", "trust_in_home"] * 3
    spread = tidy.pivot(index="run", columns="metric", values="value")
    assert spread["trust_in_home"].tolist() == results.runs["trust_in_home"].tolist()


def test_an_export_overwrites_no_file_and_follows_links() -> None:
    swept(*VARY)
    Path("there.csv").write_text("mine", encoding="utf-8")
    Path("link.csv").symlink_to("linked.csv")
    refused = tradetalks("export", "results/first-talk", "--out", "there.csv")
    assert refused.exit_code == 2
    assert "'there.csv' is there already, and nothing is overwritten" in refused.stderr
    assert Path("there.csv").read_text(encoding="utf-8") == "mine"
    assert tradetalks("export", "results/first-talk", "--out", "link.csv").exit_code == 0
    assert Path("link.csv").is_symlink()
    assert len(pd.read_csv("linked.csv")) == 3
    assert not list(Path().glob(".*"))


def test_an_export_to_a_pipe_goes_through_it() -> None:
    swept(*VARY)
    os.mkfifo("pipe")
    end = os.open(
        "pipe", os.O_RDWR | os.O_NONBLOCK
    )  # for both, so that nobody waits for the other end
    try:
        result = tradetalks("export", "results/first-talk", "--out", "pipe")
        assert result.exit_code == 0, result.stderr
        assert os.read(end, 4) == b"run,"
    finally:
        os.close(end)
    assert Path("pipe").is_fifo()


def test_other_tables_are_exported_with_the_axes_beside() -> None:
    swept(*VARY, "--tables", "trust:13,deals")
    trust = pd.read_csv(
        io.StringIO(tradetalks("export", "results/first-talk", "--table", "trust").stdout)
    )
    assert {"point", "countries.home.patience", "observer", "trust"} <= set(trust.columns)
    assert len(trust) == 12
    options = ("--table", "trust", "--shape", "wide")
    wide = pd.read_csv(io.StringIO(tradetalks("export", "results/first-talk", *options).stdout))
    assert len(wide) == 6
    assert {"trust_home_partner", "trust_partner_home"} <= set(wide.columns)
    for refused, told in (
        (("--table", "deals", "--shape", "wide"), "no wide shape"),
        (("--table", "offers"), "kept are: runs, deals, trust"),
        (("--format", "parquet"), "--out"),
    ):
        result = tradetalks("export", "results/first-talk", *refused)
        assert result.exit_code == 2
        assert told in result.stderr


def test_a_run_is_replayed_with_transcript_and_kept_whole() -> None:
    swept(*VARY, "--tables", "deals")
    result = tradetalks("replay", "results/first-talk", "2", "--out", "two")
    assert result.exit_code == 0
    assert "countries.home.patience  1.0" in result.stdout
    assert "Payoffs over the run" in result.stdout
    assert result.stderr == "Run 2 came out the same, in every table that was kept.\n"
    assert len(open_results("two").offers) > 0
    quiet = tradetalks("replay", "results/first-talk", "2", "--quiet")
    assert "Payoffs" not in quiet.stdout
    assert tradetalks("replay", "results/first-talk", "3").exit_code == 2


def test_a_replay_that_is_another_run_ends_with_an_error() -> None:
    swept(*VARY, "--set", "valuation_sd=.3")
    path = Path("results/first-talk/manifest.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["experiment"]["seed"] = 9
    path.write_text(json.dumps(content), encoding="utf-8")
    result = tradetalks("replay", "results/first-talk", "1", "--quiet")
    assert result.exit_code == 1
    assert "seed: " in result.stderr


def test_a_table_that_was_not_kept_is_refused_with_the_nearest_name() -> None:
    swept(*VARY, "--tables", "trust")
    results = open_results("results/first-talk")
    refused = tradetalks("export", "results/first-talk", "--table", "truts")
    assert "kept are: runs, trust; did you mean 'trust'?" in refused.stderr
    with pytest.raises(StoreError, match="did you mean 'runs'"):
        results.path("rums")
    with pytest.raises(AttributeError, match="kept are: runs, trust; did you mean 'trust'"):
        results.trst  # noqa: B018
    assert pickle.loads(pickle.dumps(results)).tables == ["runs", "trust"]


def test_a_replay_that_has_nothing_to_write_says_so() -> None:
    failing("fails", 1)
    result = tradetalks("replay", "results/fails", "2", "--out", "new")
    assert result.exit_code == 1
    assert result.stderr.endswith("Error: nothing was written to new: the run failed\n")
    result = tradetalks("replay", "results/fails", "0", "--out", "new")
    assert result.stderr.endswith("nothing was written to new: a model has no tables\n")
    assert not Path("new").exists()


def test_a_replay_that_cannot_be_written_names_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    swept(*VARY)

    def full(*_: object) -> None:
        raise OSError(errno.EFBIG, "File too large")

    monkeypatch.setattr("experiments.results.run_folder.save_run", full)
    result = tradetalks("replay", "results/first-talk", "0", "--out", "new")
    assert result.exit_code == 1
    assert "Error: new could not be written: [Errno 27] File too large" in result.stderr


def test_a_metric_that_raises_is_named() -> None:
    Path("my_metrics.py").write_text(
        "class Bare(BaseException):\n    pass\n"
        "def boom(world):\n    raise ValueError('no such luck')\n"
        "def bare(world):\n    raise Bare\n",
        encoding="utf-8",
    )
    for name, told in (("boom", "ValueError: no such luck"), ("bare", "Bare")):
        arguments = ("--metric", f"my_metrics.{name}", "--out", name)
        assert tradetalks("sweep", "first-talk", *ALONE, *arguments).exit_code == 1
        assert open_results(name).runs["error"][0] == f"metric 'my_metrics.{name}': {told}"


def test_a_page_tells_the_weeks_what_is_set_and_all_of_what_varies() -> None:
    path = "talks.trade.issues.tariff.payoffs.{home,partner}"
    axis = f"{path}=[0, -1, -3.123456789123456],[0, 1, 2]"
    shared = ("--vary", axis, "--set", "valuation_sd=.2", "--weeks", "7")
    page = tradetalks("sweep", "first-talk", *shared, "--dry-run").stdout
    swept(*shared)
    for told in (page, tradetalks("status", "results/first-talk").stdout):
        assert "set valuation_sd  0.2\n" in told
        assert "weeks             7\n" in told
        assert path in "".join(line.split()[0] for line in told.splitlines() if line.strip())
    assert "2 points x 1 replication = 2" in page


def test_differences_are_told_as_toml() -> None:
    swept("--vary", "talks.trade.deadline=2025-02-03,2025-03-03")
    changed = tradetalks(
        *("sweep", "first-talk", "--vary", "talks.trade.deadline=2025-02-03,2025-04-07"),
        *(*ALONE, "--resume"),
    )
    assert "2025-03-03 -> 2025-04-07" in changed.stderr


@pytest.mark.parametrize(
    "path", ["countries.{}.patience", "countries..patience", "countries.{home,}.patience", "a."]
)
def test_a_path_without_a_name_is_refused_as_it_was_written(path: str) -> None:
    refused = tradetalks("sweep", "first-talk", "--vary", f"{path}=.9,1")
    assert refused.exit_code == 2
    assert f"axes.{path}: '{path}': a path with a name between all dots" in refused.stderr


def test_one_run_is_told_as_one() -> None:
    swept()
    again = tradetalks("sweep", "results/first-talk", "--resume", *ALONE)
    assert again.stderr.splitlines()[-1] == "The only run is in results/first-talk already."


def test_a_folder_without_results_is_refused() -> None:
    for command in (["status", "."], ["export", "no"], ["replay", ".", "0"]):
        result = tradetalks(*command)
        assert result.exit_code == 2
        assert "Error: " in result.stderr


# -- progress ------------------------------------------------------------------------------------


def test_a_line_has_what_is_done_the_failures_the_rate_and_the_time_left() -> None:
    state = Progress(total=10_000, done=4_000, failed=12)
    assert progress_line(state, 2_000, 100.0) == (
        "4,000 of 10,000 runs, 12 failed, 20.0 runs/s, 5:00 left"
    )
    assert progress_line(Progress(5, 5), 0, 0.0) == "5 of 5 runs"
    assert progress_line(Progress(1_000_000, 1), 1, 1.0).endswith("277:46:39 left")


def test_the_clock_starts_when_the_first_run_is_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = SimpleNamespace(monotonic=lambda: 100.0)
    monkeypatch.setattr(progress, "time", now)
    with follow("mine") as told:
        told(Progress(50, 10))
        now.monotonic = lambda: 120.0
        told(Progress(50, 50, began=110.0, before=20))
    assert capsys.readouterr().err.splitlines()[-1] == "50 of 50 runs, 3.0 runs/s"


def test_neither_the_start_nor_runs_that_were_not_played_are_in_the_rate() -> None:
    assert progress_line(Progress(10, 2), 1, 0.5) == "2 of 10 runs"
    states: list[Progress] = []
    deadly = Experiment("m", model="tests.sweepable.kills", axes=(Axis("x", (12, 13)),))
    for part in (1, 2):
        sweep(deadly, f"part-{part}", workers=2, shard=(part, 2), progress=states.append)
    played, blamed = states[1], states[-1]
    assert (played.done, played.before) == (1, 1)
    assert played.began is not None
    assert (blamed.done, blamed.failed) == (1, 1)
    assert blamed.began is None


class Terminal(io.StringIO):
    """What says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_and_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with follow("mine") as told:
        told(Progress(10, 0))
        told(Progress(10, 5, 1, ["a segment was set aside"]))
    shown = terminal.getvalue()
    assert "a segment was set aside" in shown
    assert "5 of 10 runs, 1 failed" in shown
