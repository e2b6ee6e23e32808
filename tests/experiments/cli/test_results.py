"""The commands of results: what they print where, what they refuse, what they leave."""

import errno
import io
import os
import pickle
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from experiments.cli.main import main
from experiments.results import manifest
from experiments.results.lock import Lock
from experiments.sweep import open_results
from simulator.errors import StoreError
from tests.experiments.cli.sweeps import ALONE, VARY, failing, swept, tradetalks

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own", "played_by_this_process")


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


def test_status_of_a_sweep_that_is_under_way_does_not_advise_to_go_on() -> None:
    swept(*VARY)
    next(Path("results/first-talk/runs").iterdir()).unlink()
    assert "Go on with" in tradetalks("status", "results/first-talk").stdout
    with Lock(Path("results/first-talk")):
        assert "Go on with" not in tradetalks("status", "results/first-talk").stdout


def test_what_an_error_would_tell_the_terminal_to_do_is_shown_instead() -> None:
    failing("coloured", 2)
    for command in (["status"], ["replay"]):
        arguments = [
            *command,
            "results/coloured",
            *(["2", "--allow-code"] if command == ["replay"] else []),
        ]
        result = CliRunner().invoke(main, arguments, color=True)
        assert result.exit_code == 0
        assert "\\x1b[31mred\\x1b]0;title\\x07 \\x9b2J" in result.output.replace("\n", " ")
        assert not {"\x1b", "\x07", "\x9b"} & set(result.output)


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
    assert "\n3 runs are in two.\n" in tradetalks("sweep", "two", "--resume", *ALONE).stderr
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
    assert len(trust) == 18
    options = ("--table", "trust", "--shape", "wide")
    wide = pd.read_csv(io.StringIO(tradetalks("export", "results/first-talk", *options).stdout))
    assert len(wide) == 9
    pairs = ("home_partner", "partner_home")
    assert {f"{of}_{pair}" for of in ("trust", "credibility") for pair in pairs} <= {*wide.columns}
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
    folder = Path("results/first-talk")
    content = manifest.read_manifest(folder)
    content["experiment"]["seed"] = 9
    manifest.write_manifest(folder, content)
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
    result = tradetalks("replay", "results/fails", "2", "--allow-code", "--out", "new")
    assert result.exit_code == 1
    assert result.stderr.endswith("Error: nothing was written to new: the run failed\n")
    result = tradetalks("replay", "results/fails", "0", "--allow-code", "--out", "new")
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


def test_a_folder_without_results_is_refused() -> None:
    for command in (["status", "."], ["export", "no"], ["replay", ".", "0"]):
        result = tradetalks(*command)
        assert result.exit_code == 2
        assert "Error: " in result.stderr


def test_a_sweep_of_an_earlier_version_is_told_as_that_and_what_to_do() -> None:
    swept(*VARY, "--tables", "deals")
    folder = Path("results/first-talk")
    content = manifest.read_manifest(folder)
    scenario = {**content["experiment"]["scenario"], "weeks": 9}
    experiment = {**content["experiment"], "scenario": scenario}
    manifest.write_manifest(folder, {**content, "format": 3, "experiment": experiment})
    for command in (("replay",), ("plot",)):
        where = ("trust", "--run", "1", "-o", "x.png") if command == ("plot",) else ("1",)
        done = tradetalks(*command, str(folder), *where)
        assert done.exit_code != 0
        assert "written by an earlier tradetalks" in done.stderr
        assert "play it anew: tradetalks sweep with the experiment" in done.stderr
    resumed = tradetalks("sweep", str(folder), "--resume").stderr
    assert "results of an earlier version of tradetalks" in resumed
    assert "undo the changes" not in resumed
