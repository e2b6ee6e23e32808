"""The command sweep: what it prints where, what it refuses, what it leaves."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from experiments.cli.main import main
from experiments.design import plan
from experiments.execution import executors
from experiments.sweep import open_results
from tests.experiments.cli.sweeps import ALONE, PARTS, VARY, failing, swept, tradetalks

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own", "played_by_this_process")


def test_a_sweep_tells_how_far_it_is_on_stderr_and_leaves_its_results() -> None:
    result = swept(*VARY, *PARTS, "--replications", "2", "--tables", "deals,trust:13")
    assert result.stdout == ""
    first, last, *_ = result.stderr.splitlines()[-4:]
    assert first.startswith("12 of 12 runs, ")
    assert last == "12 runs are in results/first-talk."
    results = open_results("results/first-talk")
    assert results.runs["countries.home.trust"].tolist()[:4] == [
        *("beta:lam=.9", "beta:lam=.9"),
        *("asymmetric", "asymmetric"),
    ]
    assert results.tables == ["runs", "deals", "trust"]
    assert set(results.trust["week"]) == {0, 13, 25}


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
    assert "countries.home.patience  0.90, 0.95, 1.00" in result.stdout
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
    again = ("sweep", "results/once", "--allow-code", "--dry-run")
    assert "2 of 3 runs would be played." in tradetalks(*again, "--retry-failed").stdout
    shard = tradetalks(
        "sweep", "once.toml", "--allow-code", "--shard", "1/3", "--out", "new", "--dry-run"
    )
    assert "1 of 3 runs would be played, in shard 1 of 3." in shard.stdout


def test_a_folder_without_results_is_no_scenario() -> None:
    Path("empty").mkdir()
    for arguments in (["missing", "--resume"], ["empty", "--resume"], ["empty"]):
        result = tradetalks("sweep", *arguments)
        assert result.exit_code == 2
        assert f"{arguments[0]} holds no results of a sweep" in result.stderr
        assert f"tradetalks sweep EXPERIMENT --out {arguments[0]}" in result.stderr
    assert "did you mean 'first-talk'" in tradetalks("sweep", "first-tallk", "--resume").stderr


def test_a_sweep_is_resumed_by_its_folder_and_a_finished_one_says_so() -> None:
    swept(*VARY, "--replications", "3", "--shard", "1/2")
    segment = next(Path("results/first-talk/runs").iterdir())
    segment.unlink()
    again = tradetalks("sweep", "results/first-talk", "--resume", *ALONE)
    assert again.exit_code == 0
    assert "\n6 runs are in results/first-talk.\n" in again.stderr
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


def test_a_sweep_of_which_runs_fail_ends_with_an_error_however_many_they_are() -> None:
    some, every = failing("some_fail", 1), failing("all_fail", 0)
    assert some.exit_code == 1
    assert "2 of them failed" in some.stderr
    assert every.exit_code == 1
    assert "All of them failed" in every.stderr
    for folder in ("results/some_fail", "results/all_fail"):
        assert tradetalks("sweep", folder, "--resume", "--allow-code", *ALONE).exit_code == 1


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


def test_a_metric_that_raises_empties_its_own_cell_and_is_told() -> None:
    Path("bad_metric.py").write_text(
        "def worst(world):\n"
        "    return 'bad' if world.scenario.countries['home'].patience > 0.9 else 1\n",
        encoding="utf-8",
    )
    arguments = (*VARY, "--metric", "bad_metric.worst", "--metric", "mean_trust_end")
    result = tradetalks("sweep", "first-talk", *ALONE, *arguments, "--tables", "trust")
    assert result.exit_code == 1
    told = "A metric raised in 2 of 3 runs, and its cells are empty: tradetalks status results/"
    assert told in result.stderr
    assert "failed" not in result.stderr
    runs = open_results("results/first-talk").runs
    assert runs["bad_metric.worst"].isna().tolist() == [False, True, True]
    assert runs["mean_trust_end"].notna().all()
    assert runs["error"].isna().all()
    assert set(open_results("results/first-talk").trust["run"]) == {0, 1, 2}
    status = tradetalks("status", "results/first-talk").stdout
    assert "failed          0\n  metrics raised  in 2 runs" in status
    assert "metric 'bad_metric.worst' must be a number, not 'bad'" in status
    assert "--retry-failed" in status
    summary = tradetalks("summarize", "results/first-talk").stdout
    assert "Runs with a metric that raised: 2 of 3" in summary


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
        (error,) = open_results(name).metric_errors
        assert error == f"metric 'my_metrics.{name}': {told}"


def test_runs_are_always_kept_whole() -> None:
    refused = tradetalks("sweep", "first-talk", "--tables", "runs:13,deals")
    assert refused.exit_code == 2
    assert "tables.runs: 13: nothing, or 1" in refused.stderr


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
    assert "The only run is in results/first-talk already." in again.stderr.splitlines()


def test_a_sweep_ends_with_what_to_ask_next_and_that_can_be_asked() -> None:
    told = swept(*VARY).stderr.partition("Next: ")[2].splitlines()
    commands = [line.split() for line in told]
    assert [words[:2] for words in commands] == [
        ["tradetalks", "summarize"], ["tradetalks", "report"],
    ]  # fmt: skip
    for _, *words in commands:
        assert tradetalks(*words).exit_code == 0


def test_a_sweep_of_a_saltelli_design_is_asked_for_its_indices() -> None:
    ranges = ("--vary", "home.patience=0.9..1", "--vary", "partner.trust.down=0.2..0.6")
    design = ("--design", "saltelli", "--samples", "4", "--metric", "mean_trust_end")
    told = swept(*ranges, *design, "--out", "a b").stderr
    assert "Next: tradetalks sensitivity 'a b' --metric mean_trust_end\n" in told


def test_a_shard_is_asked_to_be_merged_and_a_sweep_that_failed_to_be_looked_at() -> None:
    part = swept("--replications", "4", "--shard", "1/2", "--out", "part")
    assert "Next, when all parts are there: tradetalks merge part ... --out NEW" in part.stderr
    told = failing("flaky", 1)
    assert "Next" not in told.stderr
