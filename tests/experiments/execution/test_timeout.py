"""Runs that never end, and processes that they start: others go on, and nobody is left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.execution.replay import replay
from experiments.results import manifest
from experiments.results.merge import merge
from experiments.results.progress import Progress
from experiments.sweep import load_experiment, open_results, sweep
from simulator.errors import ScenarioError

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).parent / "tradetalks"
LATE = "TimedOut: the run took longer than 2 seconds, and was ended"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


def model(path: str, values: Any = range(10), **options: Any) -> Experiment:
    metrics = options.pop("metrics", ("y",))
    axes = (Axis("x", tuple(values)),)
    return Experiment("m", model=f"tests.sweepable.{path}", axes=axes, metrics=metrics, **options)


# -- a time limit --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chunk", "workers"),
    [(10, 2), *(pytest.param(*p, marks=pytest.mark.long) for p in ((10, 1), (None, 1), (None, 2)))],
)
def test_runs_that_hang_fail_and_the_others_are_as_they_would_be_without_them(
    tmp_path: Path, workers: int, chunk: int | None
) -> None:
    hanging = model("hangs", metrics=("y", "noise"), timeout=2)
    results = sweep(hanging, tmp_path / "out", workers=workers, chunk=chunk)
    runs = results.runs
    assert runs["error"].dropna().to_dict() == dict.fromkeys((3, 6, 7), LATE)
    square = model("square", metrics=("y", "noise"))
    others = sweep(square, tmp_path / "sound", workers=1).runs.drop(index=[3, 6, 7])
    columns = ["run", "seed", "noise", "x"]
    assert runs.drop(index=[3, 6, 7])[columns].equals(others[columns])
    assert results.manifest["timeout"] == 2
    lines = (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["run"] for line in lines) == [3, 6, 7]


def test_a_run_that_was_ended_is_a_failed_run_like_others(tmp_path: Path) -> None:
    out, axes = tmp_path / "out", (Axis("x", (4, 5, 6)), Axis("seconds", (4.0,)))
    experiment = replace(model("dawdles"), axes=axes)
    sweep(experiment, out, workers=1, timeout=2)
    again = sweep(experiment, out, workers=1, timeout=2, resume=True)
    assert again.runs["error"].fillna("").tolist() == ["", LATE, ""]
    told = replay(again, 1)
    assert told.row["error"] == LATE
    assert told.differences == ()
    longer = sweep(experiment, out, workers=1, timeout=60, retry_failed=True)
    assert longer.runs["y"].tolist() == [4.0, 5.0, 6.0]
    assert longer.manifest["timeout"] == 60
    assert [note["before"] for note in longer.manifest["timeouts"]] == [2]


def test_the_limit_of_a_folder_is_gone_on_with_and_may_change(tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = 'model = "tests.sweepable.square"\nmetrics = ["y"]\ntimeout = 30\naxes.x = [1, 2]\n'
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    sweep(load_experiment(tmp_path / "e.toml", allow_code=True), out, workers=1)
    data = manifest.data_of(manifest.read_manifest(out))
    assert load_experiment(data).timeout == 30
    same = sweep(load_experiment(data), out, workers=1, resume=True)
    assert "timeouts" not in same.manifest
    none = sweep(replace(load_experiment(data), timeout=None), out, workers=1, resume=True)
    assert none.manifest["timeout"] is None
    assert [note["before"] for note in none.manifest["timeouts"]] == [30]


def test_a_merge_has_the_longest_limit_of_its_parts(tmp_path: Path) -> None:
    for k, timeout in ((1, 20), (2, 30)):
        sweep(model("square"), tmp_path / str(k), workers=1, shard=(k, 2), timeout=timeout)
    whole = merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    assert whole.manifest["timeout"] == 30


@pytest.mark.long
def test_the_trial_of_a_model_has_the_limit_too(tmp_path: Path) -> None:
    experiment = model("hangs", (6, 1), timeout=2)
    results = sweep(experiment, tmp_path / "out", workers=1)
    assert results.runs["error"].fillna("").tolist() == [LATE, ""]
    assert replay(results, 0).differences == ()
    with pytest.raises(ScenarioError, match=f"metrics that name its results; .*{LATE}"):
        sweep(replace(experiment, metrics=()), tmp_path / "unnamed", workers=1)
    named = sweep(model("square", metrics=(), timeout=20), tmp_path / "named", workers=1)
    assert named.metrics == ["y", "noise"]


def test_starting_a_worker_is_no_part_of_a_run(tmp_path: Path) -> None:
    experiment = load_experiment("first-talk", replications=4, weeks=3)
    runs = sweep(experiment, tmp_path / "out", workers=1, timeout=0.5).runs
    assert runs["error"].isna().all()


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "9", True, 10**400])
def test_a_limit_is_a_number_of_seconds(tmp_path: Path, timeout: Any) -> None:
    with pytest.raises(ScenarioError, match=r"timeout: .*: seconds, a number above 0"):
        sweep(model("square"), tmp_path / "out", workers=1, timeout=timeout)
    assert not (tmp_path / "out").exists()


def test_a_limit_is_refused_where_workers_are_not_ours_to_end(tmp_path: Path) -> None:
    options: list[dict[str, Any]] = [
        {"executor": ThreadPoolExecutor(1)},
        {"scheduler": "tcp://127.0.0.1:1"},
    ]
    for option in options:
        with pytest.raises(ScenarioError, match=r"timeout: 5: nothing with .* use own workers"):
            sweep(model("square"), tmp_path / "out", timeout=5, **option)
    assert not (tmp_path / "out").exists()


# -- before it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("timeout", [pytest.param(None, marks=pytest.mark.long), 30])
def test_a_run_that_takes_a_hundred_times_the_usual_is_told_of_while_it_is_under_way(
    tmp_path: Path, timeout: float | None
) -> None:
    told: list[tuple[int, list[str]]] = []

    def progress(state: Progress) -> None:
        told.append((state.done, list(state.notes)))

    options: dict[str, Any] = {"workers": 2, "chunk": 1, "timeout": timeout}
    sweep(model("dawdles"), tmp_path / "out", progress=progress, **options)
    (note,) = told[-1][1]
    assert note.startswith("run 5 takes long: ")
    end = "--timeout SECONDS would end it" if timeout is None else "its end is at 30"
    assert note.endswith(f"over 100 times the usual; {end}")
    assert min(done for done, notes in told if notes) < 10


def test_the_command_says_so_on_stderr_and_status_tells_of_the_limit(tmp_path: Path) -> None:
    text = 'model = "tests.sweepable.hangs"\nmetrics = ["y"]\naxes.x = [0, 1, 2, 3, 4]\n'
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")

    def told(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [str(COMMAND), *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    options = ("--allow-code", "--out", tmp_path / "out", "--timeout", "3")
    swept = told("sweep", tmp_path / "e.toml", *options)
    assert swept.returncode == 1
    assert "run 3 takes long: " in swept.stderr
    assert "1 of them failed" in swept.stderr
    status = told("status", tmp_path / "out").stdout
    assert "time limit  3 seconds a run" in status
    assert "TimedOut: the run took longer than 3 seconds" in status


# -- what runs start -----------------------------------------------------------------------------


def alive(pids: Path) -> list[int]:
    """The processes that a run has noted, as far as they live."""
    found = []
    for line in pids.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(OSError, IndexError):
            status = Path(f"/proc/{line}/stat").read_text(encoding="utf-8")
            if status.rpartition(")")[2].split()[0] != "Z":
                found.append(int(line))
    return found


def all_gone(pids: Path) -> None:
    assert len(pids.read_text(encoding="utf-8").splitlines()) >= 3
    deadline = time.monotonic() + 20
    while left := alive(pids):
        if time.monotonic() > deadline:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            pytest.fail(f"{len(left)} processes are left")
        time.sleep(0.02)


in_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looked for in /proc")


@in_proc
@pytest.mark.parametrize("then", ["end", pytest.param("hang", marks=pytest.mark.long), "die"])
def test_what_a_run_starts_does_not_outlive_the_sweep(tmp_path: Path, then: str) -> None:
    axes = (Axis("pids", (str(tmp_path / "pids"),)), Axis("then", (then,)))
    experiment = replace(model("begets"), axes=axes)
    timeout = 10 if then == "hang" else None
    runs = sweep(experiment, tmp_path / "out", workers=2, timeout=timeout).runs
    assert runs["error"].isna().all() == (then == "end")
    all_gone(tmp_path / "pids")


STUCK = """
from experiments.execution.processes import Processes
from tests import sweepable
if __name__ == "__main__":
    Processes(1).submit(sweepable.stuck).result()
"""


@in_proc
def test_a_worker_that_lets_nothing_run_ends_with_a_sweep_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "stuck.py").write_text(STUCK, encoding="utf-8")
    pids = tmp_path / "pids"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TRADETALKS_TEST_PIDS": str(pids)}
    with subprocess.Popen([sys.executable, tmp_path / "stuck.py"], env=environment) as process:
        deadline = time.monotonic() + 60
        while not pids.exists() or len(pids.read_text(encoding="utf-8").splitlines()) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.2)  # and now it is in the middle of it
        process.kill()
        process.wait()
    all_gone(pids)


@in_proc
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nor_does_it_if_the_sweep_is_stopped(tmp_path: Path, sign: signal.Signals) -> None:
    pids = tmp_path / "pids"
    model = '"tests.sweepable.begets"\nmetrics = ["y"]'
    text = f'model = {model}\naxes.pids = ["{pids}"]\naxes.then = ["hang"]\n'
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    options = ("--allow-code", "--out", tmp_path / "out", "--workers", "1")
    with subprocess.Popen(
        [COMMAND, "sweep", tmp_path / "e.toml", *options],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not pids.exists() or len(pids.read_text(encoding="utf-8").splitlines()) < 3:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(sign)
        process.wait(60)
    all_gone(pids)
    if sign != signal.SIGKILL:
        assert process.returncode == 130
        assert len(open_results(tmp_path / "out").runs) == 0
