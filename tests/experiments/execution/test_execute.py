"""Sweeps: the same tables however they are played, and failures that end no batch."""

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.design.axis import Axis, vary
from experiments.design.experiment import Experiment
from experiments.execution import executors
from experiments.execution.replay import replay
from experiments.results import manifest
from experiments.results.merge import merge
from experiments.results.progress import Progress
from experiments.results.store import StoredResults
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import ScenarioError, StoreError, WorkerError, WriteError

COMMAND = Path(sys.executable).parent / "tradetalks"
ROOT = Path(__file__).parents[3]

#: A world with random parts, so that what is the same is not the same for want of chance.
WORLD = load_experiment(
    "first-talk",
    vary=[
        vary("countries.home.patience=.9:1:3"),
        vary("countries.home.trust=asymmetric,beta:lam=.9"),
    ],
    set={"valuation_sd": 0.3, "countries.partner.compliance": "volatile:probability=0.4"},
    replications=5,
    weeks=30,
    tables={"deals": 1, "offers": 1, "performance": 1, "trust": 7, "payoffs": 13},
    metrics=("share_signed", "tests.sweepable.deals"),
)


def model(path: str, values: Any = range(20), **options: Any) -> Experiment:
    axes = (Axis("x", tuple(values)),)
    return Experiment("m", model=f"tests.sweepable.{path}", axes=axes, metrics=("y",), **options)


def same(one: StoredResults, other: StoredResults) -> bool:
    assert one.tables == other.tables
    return all(one.arrow(t).equals(other.arrow(t), check_metadata=True) for t in one.tables)


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(WORLD, tmp_path_factory.mktemp("serial") / "out", workers=1)


# -- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize(("weeks", "kept"), [(14, [0, 5, 10, 13]), (11, [0, 5, 10]), (1, [0])])
def test_a_thinned_table_holds_the_last_week(tmp_path: Path, weeks: int, kept: list[int]) -> None:
    tables = {"trust": 5, "payoffs": 5}
    experiment = load_experiment("first-talk", weeks=weeks, tables=tables, replications=2)
    results = sweep(experiment, tmp_path / "out", workers=1)
    for table in tables:
        assert sorted(set(results.frame(table)["week"])) == kept


def test_the_last_week_is_that_of_each_run(tmp_path: Path) -> None:
    experiment = load_experiment("first-talk", vary=[vary("weeks=4,9")], tables={"trust": 7})
    trust = sweep(experiment, tmp_path / "out", workers=1).trust
    assert [sorted(set(weeks)) for _, weeks in trust.groupby("run")["week"]] == [[0, 3], [0, 7, 8]]


# -- the same tables -----------------------------------------------------------------------------


def test_the_tables_are_full_and_vary(serial: Results) -> None:
    runs = serial.runs
    assert runs["run"].tolist() == list(range(30))
    assert runs["error"].isna().all()
    assert runs["seed"].nunique() == 5
    assert runs["payoff_material_home"].nunique() > 3
    assert set(serial.trust["week"]) == {0, 7, 14, 21, 28, 29}
    assert set(serial.payoffs["week"]) == {0, 13, 26, 29}
    assert all(len(serial.frame(table)) for table in serial.tables)
    assert (runs["tests.sweepable.deals"] == runs["deals_signed"]).all()


def test_one_run_of_a_sweep_is_what_run_gives_for_its_seed(serial: Results) -> None:
    from experiments.run import run

    row = serial.runs.iloc[17]
    values = {path: row[path] for path in serial.axes}
    alone = run(WORLD.base, seed=int(row["seed"]), set=values)
    shared = [c for c in alone.runs.columns if c not in {"run", "error"}]
    assert alone.runs.iloc[0][shared].to_dict() == row[shared].to_dict()
    deals = serial.deals.query("run == 17").drop(columns="run").reset_index(drop=True)
    assert deals.to_dict() == alone.deals.drop(columns="run").to_dict()


def test_a_worker_imports_nothing_slow_to_play(tmp_path: Path) -> None:
    experiment = replace(WORLD, metrics=("tests.sweepable.slow_imports",), replications=1)
    runs = sweep(experiment, tmp_path / "out", workers=2).runs
    assert (runs["tests.sweepable.slow_imports"] == 0).all()


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_tables_are_the_same_in_other_chunks(
    serial: Results, tmp_path: Path, chunk: int
) -> None:
    assert same(sweep(WORLD, tmp_path / "out", workers=1, chunk=chunk), serial)


def test_the_tables_are_the_same_with_two_workers(serial: Results, tmp_path: Path) -> None:
    assert same(sweep(WORLD, tmp_path / "out", workers=2, chunk=4), serial)


def test_the_tables_are_the_same_on_any_executor_which_is_left_open(
    serial: Results, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(2) as executor:
        assert same(sweep(WORLD, tmp_path / "out", executor=executor, chunk=4), serial)
        assert executor.submit(int, "7").result() == 7


@pytest.fixture
def scheduler() -> Iterator[str]:
    import distributed

    local: Any = distributed.LocalCluster
    with local(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore")
def test_the_tables_are_the_same_on_dask(serial: Results, tmp_path: Path, scheduler: str) -> None:
    assert same(sweep(WORLD, tmp_path / "out", scheduler=scheduler, chunk=6), serial)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_tables_are_the_same_under_another_hash_seed(
    serial: Results, tmp_path: Path, hash_seed: str
) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    folders = (str(serial.folder), "--out", str(tmp_path / "out"))
    command = [str(COMMAND), "sweep", *folders, "--allow-code", "--workers", hash_seed]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    assert same(open_results(tmp_path / "out"), serial)


def test_the_tables_are_the_same_from_shards_merged_and_one_of_them_resumed(
    serial: Results, tmp_path: Path
) -> None:
    for k in (1, 2, 3):
        sweep(WORLD, tmp_path / str(k), workers=1, shard=(k, 3), chunk=4)
    next((tmp_path / "2" / "runs").glob("*")).unlink()
    sweep(WORLD, tmp_path / "2", workers=1, shard=(2, 3), resume=True)
    whole = merge([tmp_path / k for k in "312"], tmp_path / "whole")
    assert same(whole, serial)
    assert same(sweep(WORLD, tmp_path / "whole", workers=1, resume=True), serial)


def test_shards_that_lack_a_part_can_be_merged_and_the_rest_played(
    serial: Results, tmp_path: Path
) -> None:
    sweep(WORLD, tmp_path / "1", workers=1, shard=(1, 2))
    assert len(merge([tmp_path / "1"], tmp_path / "whole").runs) == 15
    assert same(sweep(WORLD, tmp_path / "whole", workers=1, resume=True), serial)


def test_what_is_not_one_experiment_or_twice_the_same_is_not_merged(tmp_path: Path) -> None:
    sweep(model("square"), tmp_path / "a", workers=1)
    sweep(model("square", seed=1), tmp_path / "b", workers=1)
    with pytest.raises(StoreError, match="seed: 0 -> 1"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    with pytest.raises(StoreError, match="run 0 is in"):
        merge([tmp_path / "a", tmp_path / "a"], tmp_path / "out")
    with pytest.raises(StoreError, match="not empty"):
        merge([tmp_path / "a"], tmp_path / "b")
    assert not (tmp_path / "out").exists()


# -- resuming ------------------------------------------------------------------------------------


class Stopped(Exception):
    """What a test interrupts a sweep with."""


def stop_at(count: int) -> Any:
    def told(state: Progress) -> None:
        if state.done >= count:
            raise Stopped

    return told


def test_a_sweep_goes_on_where_it_stopped(serial: Results, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        sweep(WORLD, tmp_path / "out", workers=1, chunk=4, progress=stop_at(8))
    assert 8 <= len(open_results(tmp_path / "out").runs) < 30
    told: list[int] = []
    resumed = sweep(
        *(WORLD, tmp_path / "out"),
        workers=1,
        chunk=9,
        resume=True,
        progress=lambda state: told.append(state.done),
    )
    assert told[0] >= 8
    assert same(resumed, serial)


def test_resuming_what_is_not_there_or_empty_begins_and_what_is_finished_plays_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("missing/deeply", "empty"):
        assert len(sweep(model("square"), tmp_path / name, workers=1, resume=True).runs) == 20
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "empty").rglob("seg-*")}
    told: list[Progress] = []
    sweep(model("square"), tmp_path / "empty", workers=1, resume=True, progress=told.append)
    assert [(state.done, state.total) for state in told] == [(20, 20)]
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "empty").rglob("seg-*")} == before


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    sweep(model("square"), tmp_path / "full", workers=1)
    with pytest.raises(StoreError, match="--resume goes on"):
        sweep(model("square"), tmp_path / "full", workers=1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    for resume in (False, True):
        with pytest.raises(StoreError, match="not empty"):
            sweep(model("square"), tmp_path / "mine", workers=1, resume=resume)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 1}, "seed: 0 -> 1"),
        ({"replications": 6}, "replications: 5 -> 6"),
        ({"weeks": 31}, "scenario.weeks: 30 -> 31"),
        ({"metrics": ()}, "metrics: .* -> "),
        ({"tables": {"deals": 1}}, "tables.offers: 1 -> nothing"),
        ({"axes": WORLD.axes[:1]}, "axes.countries.home.trust: .* -> nothing"),
        ({"set": {**WORLD.set, "valuation_sd": 0.2}}, "scenario.valuation_sd: 0.3 -> 0.2"),
    ],
)
def test_a_changed_experiment_is_not_gone_on_with_and_the_change_is_told(
    serial: Results, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(StoreError, match=told):
        sweep(replace(WORLD, **change), serial.folder, workers=1, resume=True)


def test_a_shard_is_gone_on_with_as_that_shard_only(tmp_path: Path) -> None:
    sweep(model("square"), tmp_path / "out", workers=1, shard=(1, 2))
    with pytest.raises(StoreError, match="shard"):
        sweep(model("square"), tmp_path / "out", workers=1, shard=(2, 2), resume=True)


STRATEGY = """
from agents.strategies.time_dependent import TimeDependent
class Mine(TimeDependent):
    '''Of the user's.'''
    def begin(self, turn):
        return super().begin(turn)
"""


@pytest.mark.parametrize("how", ["varied", "set"])
def test_changed_code_of_the_users_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    name, path = f"own_{how}", "countries.home.strategy"
    module = tmp_path / f"{name}.py"
    module.write_text(STRATEGY, encoding="utf-8")
    axes = (Axis(path, ("linear", f"{name}.Mine:exponent=2")),) if how == "varied" else ()
    changes = {path: f"{name}.Mine"} if how == "set" else {}
    experiment = Experiment("e", "first-talk", axes=axes, set=changes, weeks=2)
    sweep(experiment, tmp_path / "out", workers=1)
    sweep(experiment, tmp_path / "out", workers=1, resume=True)
    module.write_text(STRATEGY.replace("return", "return  # as ever\n       "), encoding="utf-8")
    monkeypatch.delitem(sys.modules, name)  # as in another process
    importlib.invalidate_caches()
    with pytest.raises(StoreError, match=rf'code\.{name}\.Mine: "\w+" -> "\w+"'):
        sweep(experiment, tmp_path / "out", workers=1, resume=True)


# -- failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_fails_is_a_row_with_its_error_and_ends_nothing(
    tmp_path: Path, workers: int
) -> None:
    results = sweep(model("raises", range(-5, 5)), tmp_path / "out", workers=workers)
    failed = results.runs.query("x == 0").iloc[0]
    assert failed["error"] == "ZeroDivisionError: division by zero"
    assert 'return {"y": 1 / parameters["x"]}' in failed["traceback"]
    assert results.runs["error"].notna().sum() == 1
    assert results.runs["y"].isna().sum() == 1
    (line,) = (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    logged = json.loads(line)
    assert (logged["run"], logged["point"], logged["error"]) == (5, 5, failed["error"])


def test_a_run_of_the_world_that_fails_is_told_the_same_by_every_executor(tmp_path: Path) -> None:
    changes = {**WORLD.set, "countries.home.strategy": "tests.sweepable.Raiser"}
    failing = replace(WORLD, set=changes, replications=1)
    one = sweep(failing, tmp_path / "one", workers=1)
    two = sweep(failing, tmp_path / "two", workers=2, chunk=1)
    assert same(one, two)
    assert one.runs["error"].str.endswith("ValueError: never").all()
    assert one.runs["payoff_material_home"].isna().all()
    assert one.runs["deals_signed"].isna().all()
    assert one.runs["countries.home.patience"].tolist() == [0.9, 0.9, 0.95, 0.95, 1.0, 1.0]
    assert len(one.deals) == 0


def test_a_run_that_ends_the_program_is_a_failed_run_and_one_without_a_number_lacks_that_only(
    tmp_path: Path,
) -> None:
    results = sweep(model("leaves", range(4)), tmp_path / "out", workers=1)
    runs = results.runs
    assert runs["error"].isna().tolist() == [True, False, True, True]
    assert runs["error"][1] == "SystemExit: enough"
    assert results.metric_errors.to_dict() == {
        2: "TypeError: metric 'y' must be a number, not 'two'"
    }


@pytest.mark.parametrize("workers", [1, 2])
def test_a_metric_that_raises_leaves_the_rest_of_its_run_until_it_is_mended(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = replace(WORLD, metrics=("mean_trust_end", "tests.sweepable.odd"))
    options: dict[str, Any] = {"workers": workers, "chunk": 5}
    sound = sweep(experiment, tmp_path / "sound", **options)
    monkeypatch.setenv("TRADETALKS_TEST_BROKEN", "1")
    results = sweep(experiment, tmp_path / "out", **options)
    gaps = results.runs["tests.sweepable.odd"].isna()
    assert 0 < gaps.sum() < len(gaps)
    assert results.metric_errors.index.tolist() == gaps[gaps].index.tolist()
    for table in ("offers", "deals"):
        assert results.arrow(table).equals(sound.arrow(table))
    same_but = ["tests.sweepable.odd", "traceback"]
    assert results.runs.drop(columns=same_but).equals(sound.runs.drop(columns=same_but))
    monkeypatch.delenv("TRADETALKS_TEST_BROKEN")
    assert same(sweep(experiment, tmp_path / "out", retry_failed=True, **options), sound)
    assert not (tmp_path / "out" / "swap.json").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_raises_what_is_no_exception_is_a_failed_run(
    tmp_path: Path, workers: int
) -> None:
    runs = sweep(model("panics", range(4)), tmp_path / "out", workers=workers).runs
    assert runs["error"].fillna("").tolist() == ["Panic: help", "", "Panic: help", ""]
    assert runs["traceback"][2].rstrip().endswith("Panic: help")


@pytest.mark.parametrize("given", [{"chunk": 0}, {"chunk": -1}, {"workers": 0}, {"workers": 1.5}])
def test_numbers_that_are_no_counts_are_refused_before_there_is_a_folder(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    with pytest.raises(ScenarioError, match=rf"{next(iter(given))}: .*: a whole number, at least"):
        sweep(model("square"), tmp_path / "out", **{"workers": 1, **given})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("chunk", [1, 9])
def test_a_run_that_kills_its_worker_is_found_and_all_others_are_played(
    tmp_path: Path, chunk: int
) -> None:
    results = sweep(model("kills"), tmp_path / "out", workers=2, chunk=chunk)
    runs = results.runs
    assert runs.loc[runs["error"].notna(), "x"].tolist() == [13]
    assert runs["error"][13].startswith("WorkerDied")
    assert runs.loc[runs["error"].isna(), "y"].tolist() == [x for x in range(20) if x != 13]


def test_a_worker_that_dies_once_blames_nobody(tmp_path: Path) -> None:
    axes = (Axis("x", tuple(range(20))), Axis("mark", (str(tmp_path / "mark"),)))
    experiment = replace(model("kills_once"), axes=axes)
    runs = sweep(experiment, tmp_path / "out", workers=2, chunk=5).runs
    assert (tmp_path / "mark").exists()
    assert runs["error"].isna().all()
    assert runs["y"].tolist() == list(range(20))


def test_a_run_that_kills_its_worker_has_no_other_played_again(tmp_path: Path) -> None:
    axes = (Axis("x", tuple(range(20))), Axis("mark", (str(tmp_path / "mark"),)))
    experiment = replace(model("kills_and_counts"), axes=axes)
    runs = sweep(experiment, tmp_path / "out", workers=2, chunk=1).runs
    assert runs.loc[runs["error"].notna(), "x"].tolist() == [13]
    played = Counter(map(int, (tmp_path / "mark").read_text(encoding="utf-8").split()))
    assert played.pop(13) == 4  # among others, once more, alone, and once more alone
    played[0] -= 1  # to see, before the sweep, what the model returns
    assert played == {x: 1 for x in range(20) if x != 13}


def test_an_executor_of_the_users_that_breaks_ends_the_sweep_and_says_how_to_go_on(
    tmp_path: Path,
) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as executor, pytest.raises(WorkerError) as raised:
        sweep(model("kills"), tmp_path / "out", executor=executor, chunk=1)
    assert str(raised.value).startswith("the executor broke, as its workers died; ")
    assert str(raised.value).endswith(" --resume` goes on")
    assert open_results(tmp_path / "out").runs["y"].tolist() == list(range(13))


def test_a_run_that_ends_its_process_takes_neither_a_single_worker_nor_a_replay_along(
    tmp_path: Path,
) -> None:
    (tmp_path / "e.toml").write_text(
        'model = "tests.sweepable.kills"\nmetrics = ["y"]\n[axes]\nx = [12, 13, 14]\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    for code, options in (
        (1, ("sweep", tmp_path / "e.toml", "--allow-code", "--workers", "1", "--out", out)),
        (0, ("replay", out, "1", "--allow-code")),
    ):
        done = subprocess.run(
            [COMMAND, *options], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
    assert "WorkerDied" in done.stdout
    assert "came out the same" in done.stderr
    assert open_results(out).runs["error"].notna().tolist() == [False, True, False]


def test_it_is_told_when_the_first_run_began_and_not_before(tmp_path: Path) -> None:
    told: list[float | None] = []
    experiment = model("square")
    sweep(experiment, tmp_path, workers=1, chunk=9, progress=lambda s: told.append(s.began))
    assert told[0] is None
    assert None not in told[1:]
    assert len(set(told[1:])) == 1


class Stubborn(Future[Any]):
    """A future of an executor that is broken."""

    def cancel(self) -> bool:
        raise RuntimeError("closed")


class Broken(Executor):
    """What does nothing, and cannot even be told not to."""

    def submit(self, *given: Any, **more: Any) -> Any:
        future = Stubborn()
        future.set_result(None)
        return future


def test_an_executor_that_cannot_be_told_to_stop_hides_no_error() -> None:
    workers = executors.OwnExecutor(Broken())
    workers.submit(int)
    workers.stop()


def test_failed_runs_are_played_again_on_request_only(tmp_path: Path) -> None:
    os.environ["TRADETALKS_TEST_BROKEN"] = "1"
    try:
        first = sweep(model("sometimes"), tmp_path / "out", workers=1, chunk=6)
    finally:
        del os.environ["TRADETALKS_TEST_BROKEN"]
    assert first.runs["error"].notna().sum() == 10
    told: list[Progress] = []
    sweep(model("sometimes"), tmp_path / "out", workers=1, resume=True, progress=told.append)
    assert [(state.done, state.failed) for state in told] == [(20, 10)]
    again = sweep(model("sometimes"), tmp_path / "out", workers=1, retry_failed=True)
    assert again.runs["error"].isna().all()
    assert same(again, sweep(model("sometimes"), tmp_path / "whole", workers=1))


def test_workers_that_cannot_start_blame_no_run(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from experiments.sweep import load_experiment, sweep\n"
        "sweep(load_experiment('first-talk', replications=9), 'out', workers=2)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if "WorkerError: the workers" in line][-1]
    assert "__main__" in told
    assert "0 of 9 runs" in told
    assert "leaked" not in done.stderr
    assert len(open_results(tmp_path / "out").runs) == 0


def test_a_scheduler_out_of_reach_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "PATIENCE", 1)
    with pytest.raises(WorkerError, match=r"tcp://127\.0\.0\.1:9"):
        sweep(WORLD, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()


def test_parts_and_metrics_in_the_current_folder_are_found_by_workers(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from agents.strategies.time_dependent import TimeDependent\n"
        "class Mine(TimeDependent):\n    '''Of the user's.'''\n"
        "def ledger(world):\n    return len(world.ledger.deals)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            *(COMMAND, "sweep", "first-talk", "--vary", "countries.home.strategy=linear,mine.Mine"),
            *("--metric", "mine.ledger", "--workers", "2", "--out", "out"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert open_results(tmp_path / "out").runs["error"].isna().all()


# -- the folder ----------------------------------------------------------------------------------


def damaged(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "truncated":
        content = content[: len(content) // 2]
    elif how == "a byte":
        content[len(content) // 4] ^= 0xFF
    elif how == "empty":
        content = bytearray()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("table", ["runs", "trust"])
@pytest.mark.parametrize("how", ["truncated", "a byte", "empty", "missing"])
def test_a_segment_that_cannot_be_read_is_named_and_set_aside_and_its_runs_played_again(
    serial: Results, tmp_path: Path, table: str, how: str
) -> None:
    import shutil

    folder = tmp_path / "out"
    shutil.copytree(serial.folder, folder)
    name = open_results(folder).segments.names()[1]
    damaged(folder / table / name, how)
    if how != "missing":
        with pytest.raises(StoreError, match=f"(?s){table}/{name}.*--resume"):
            open_results(folder).frame(table)
    told: list[Progress] = []
    resumed = sweep(WORLD, folder, workers=1, resume=True, progress=told.append)
    assert same(resumed, serial)
    if (table, how) != ("runs", "missing"):
        assert any(f"{table}/{name}" in note for note in told[-1].notes)
        assert list((folder / "set-aside").rglob("*.parquet"))


def test_what_a_killed_writer_left_half_done_is_swept_up(serial: Results, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "out"
    shutil.copytree(serial.folder, folder)
    name = open_results(folder).segments.names()[0]
    (folder / "runs" / name).unlink()  # published in every table but the last
    (folder / "runs" / f".{name}.part").write_bytes(b"half")
    assert set(open_results(folder).deals["run"]).isdisjoint(open_results(folder).deals["run"]) or (
        set(open_results(folder).deals["run"]) <= set(open_results(folder).runs["run"])
    )
    assert same(sweep(WORLD, folder, workers=1, chunk=11, resume=True), serial)
    assert not list(folder.rglob("*.part"))
    assert {p.name for p in (folder / "deals").iterdir()} == {
        p.name for p in (folder / "runs").iterdir()
    }


def test_runs_that_are_there_twice_count_once(tmp_path: Path) -> None:
    results = sweep(model("square"), tmp_path / "out", workers=1, chunk=5)
    sweep(model("square"), tmp_path / "twice", workers=1, chunk=7)
    for path in (tmp_path / "out" / "runs").iterdir():
        (tmp_path / "twice" / "runs" / path.name).write_bytes(path.read_bytes())
    assert same(open_results(tmp_path / "twice"), results)
    assert same(sweep(model("square"), tmp_path / "twice", workers=1, resume=True), results)
    assert len(open_results(tmp_path / "twice").segments.names()) < 7


def test_two_sweeps_into_one_folder_are_one_too_many(tmp_path: Path) -> None:
    def second(state: Progress) -> None:
        with pytest.raises(StoreError, match=f"written to by process {os.getpid()}"):
            sweep(model("square"), tmp_path / "out", workers=1, resume=True)

    sweep(model("square"), tmp_path / "out", workers=1, progress=second)
    assert not (tmp_path / "out" / "lock").exists()


def lock_of(folder: Path, **content: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "lock").write_text(json.dumps(content), encoding="utf-8")


def test_a_stale_lock_is_recognised_and_one_of_another_machine_is_not_touched(
    tmp_path: Path,
) -> None:
    import socket

    here = socket.gethostname()
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], stdout=-1)
    lock_of(tmp_path / "a", pid=int(gone.stdout), host=here)
    told: list[Progress] = []
    sweep(model("square"), tmp_path / "a", workers=1, progress=told.append)
    assert "is gone, was taken over" in told[0].notes[0]
    # The number of a living process that was born at another time than the one that locked.
    lock_of(tmp_path / "b", pid=os.getpid(), host=here, born="1")
    sweep(model("square"), tmp_path / "b", workers=1)
    for content in ({"pid": os.getpid(), "host": here}, {"pid": 1, "host": "elsewhere"}):
        lock_of(tmp_path / "c", **content)
        with pytest.raises(StoreError, match=r"delete .*lock if that process is gone"):
            sweep(model("square"), tmp_path / "c", workers=1)


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises((WriteError, StoreError), match="cannot be written to"):
            sweep(model("square"), folder, workers=1)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_the_right_to_write_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="cannot be written to: Permission denied"):
        sweep(model("square"), tmp_path / "out", workers=1)


def test_a_file_system_that_refuses_is_a_clear_error_and_leaves_a_readable_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.results import segments

    def refused(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(Stopped):
        sweep(model("square"), tmp_path / "out", workers=1, chunk=5, progress=stop_at(5))
    monkeypatch.setattr(segments, "write_file", refused)
    with pytest.raises(WriteError, match=r"Permission denied.*can be read"):
        sweep(model("square"), tmp_path / "out", workers=1, resume=True)
    monkeypatch.undo()
    assert len(open_results(tmp_path / "out").runs) == 5
    assert len(sweep(model("square"), tmp_path / "out", workers=1, resume=True).runs) == 20


def test_a_chunk_counts_only_when_all_its_tables_are_there(
    serial: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.results import atomic, segments

    write = atomic.write_file

    def full(path: Path, content: bytes) -> None:
        if path.parent.name == "trust":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(segments, "write_file", full)
    with pytest.raises(WriteError, match="No space left"):
        sweep(WORLD, tmp_path / "out", workers=1, chunk=10)
    monkeypatch.undo()
    assert len(open_results(tmp_path / "out").runs) == 0
    assert len(open_results(tmp_path / "out").deals) == 0
    assert same(sweep(WORLD, tmp_path / "out", workers=1, resume=True), serial)


# -- reading -------------------------------------------------------------------------------------


def test_results_say_what_was_played(serial: Results) -> None:
    assert serial.axes == ["countries.home.patience", "countries.home.trust"]
    assert serial.metrics == ["share_signed", "tests.sweepable.deals"]
    assert serial.experiment.resolved() == WORLD.resolved()
    assert serial.tables == ["runs", "offers", "deals", "performance", "trust", "payoffs"]
    assert serial.manifest["tradetalks"]
    assert serial.deals is serial.deals


def test_types_of_columns_are_those_of_the_schema(serial: Results) -> None:
    types = {name: str(type_) for name, type_ in serial.runs.dtypes.items()}
    assert types["run"] == types["seed"] == types["deals_signed"] == "int64"
    assert types["countries.home.patience"] == types["share_signed"] == "float64"
    assert types["countries.home.trust"] == types["error"] == "str"
    assert str(serial.deals["in_force"].dtype) in {"int64", "Int64"}


def test_the_files_of_a_table_are_read_by_a_pattern(serial: Results) -> None:
    import glob

    from pyarrow import dataset

    found = dataset.dataset(sorted(glob.glob(serial.path("deals")))).to_table()
    assert found.num_rows == len(serial.deals)
    with pytest.raises(StoreError, match="kept are"):
        serial.path("dels")


def test_the_folder_of_one_run_is_read_too(tmp_path: Path) -> None:
    from experiments.results.run_folder import save_run
    from experiments.run import run

    played = run("first-talk", weeks=10)
    save_run(played, tmp_path / "one")
    results = open_results(tmp_path / "one")
    assert len(results.runs) == 1
    assert results.deals.equals(played.deals)
    assert results.axes == []
    assert "deals_signed" in results.metrics
    assert results.path("deals").endswith("deals.parquet")


def test_what_holds_no_results_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "no"):
        with pytest.raises(StoreError, match=r"no results|no folder"):
            open_results(folder)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read"):
        open_results(tmp_path)


def test_an_empty_store_has_its_tables_with_their_columns(serial: Results, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        sweep(WORLD, tmp_path / "out", workers=1, progress=stop_at(0))
    empty = open_results(tmp_path / "out")
    for table in serial.tables:
        assert empty.arrow(table).schema.equals(serial.arrow(table).schema, check_metadata=True)


# -- replaying -----------------------------------------------------------------------------------


def test_a_run_is_replayed_with_all_tables_and_is_the_same(serial: Results) -> None:
    again = replay(serial, 23)
    assert again.differences == ()
    assert again.run is not None
    assert again.seed == serial.runs["seed"][23]
    assert again.values == {
        "countries.home.patience": 1.0,
        "countries.home.trust": "asymmetric",
    }
    assert len(again.run.trust) == 60


def test_a_replay_that_comes_out_otherwise_is_told(serial: Results, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "out"
    shutil.copytree(serial.folder, folder)
    content = manifest.read_manifest(folder)
    content["experiment"]["seed"] = 1
    manifest.write_manifest(folder, content)
    differences = " ".join(replay(open_results(folder, allow_code=True), 3).differences)
    assert "seed: " in differences
    assert "table offers" in differences


def test_a_replay_reads_only_where_its_run_is(tmp_path: Path) -> None:
    results = sweep(model("square"), tmp_path / "out", workers=1, chunk=5)
    first, *_, last = sorted((tmp_path / "out" / "runs").iterdir())
    first.write_bytes(b"PAR1")
    last.unlink()
    assert replay(results, 7).differences == ()
    with pytest.raises(StoreError, match=f"(?s){first.name} cannot be read.*--resume"):
        replay(results, 4)
    with pytest.raises(StoreError, match="not been played yet"):
        replay(results, 19)


def test_failed_runs_and_models_are_replayed_too(tmp_path: Path) -> None:
    results = sweep(model("raises", range(-5, 5)), tmp_path / "out", workers=1)
    again = replay(results, 5)
    assert again.row["error"] == "ZeroDivisionError: division by zero"
    assert again.differences == replay(results, 6).differences == ()
    with pytest.raises(StoreError, match="from 0 to 9"):
        replay(results, 10)


def test_input_that_cannot_be_played_creates_no_folder(tmp_path: Path) -> None:
    experiment = load_experiment("first-talk", vary=[vary("countries.home.patience=1,2")])
    with pytest.raises(ScenarioError):
        sweep(experiment, tmp_path / "out", workers=1)
    assert list(tmp_path.iterdir()) == []
