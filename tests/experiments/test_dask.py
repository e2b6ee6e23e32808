"""Sweeps on a Dask scheduler, started with Dask's own commands."""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments.execute import sweep
from experiments.experiment import load_experiment
from experiments.store import Results, open_results
from tests.sweepable import GATE

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed"
)

FILE = f"""
name = "gated"
model = "tests.sweepable.gated"
metrics = ["y"]

[axes]
x = {list(range(200))}
"""

#: The command, which waits for a lost scheduler less long.
IMPATIENT = "from experiments import cli, crew; crew.PATIENCE = 2; cli.main()"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gated") / "gated.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def started(*command: object) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        list(map(str, command)), cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that must come; the limit is there only for when it does not."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail(f"this never came: {what}")


def address_in(file: Path) -> str:
    """The address that a scheduler wrote, empty until it has."""
    try:
        return str(json.loads(file.read_bytes())["address"])
    except (OSError, ValueError):
        return ""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a scheduler with one worker, and the scheduler itself."""
    environment = {**os.environ, GATE: str(tmp_path / "gate")}
    file = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    alone = ("--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with contextlib.ExitStack() as stack:

        def begun(*command: object) -> "subprocess.Popen[bytes]":
            log = stack.enter_context(open(tmp_path / "dask.log", "ab"))
            process = subprocess.Popen(
                [str(BIN / "dask"), *map(str, command)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        scheduler = begun("scheduler", *here)
        until(lambda: address_in(file), "a scheduler")
        begun("worker", *alone)
        yield address_in(file), scheduler


def same(one: Results, other: Results) -> bool:
    return bool(one.arrow("runs").equals(other.arrow("runs")))


def test_a_sweep_on_a_scheduler_outlives_it_and_is_gone_on_with_without(
    file: Path, tmp_path: Path, cluster: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    address, scheduler = cluster
    out, runs = tmp_path / "out", tmp_path / "out" / "runs"
    with started(
        *(sys.executable, "-c", IMPATIENT, "sweep", file, "--out", out, "--scheduler", address)
    ) as process:
        try:
            until(lambda: list(runs.glob("seg-*")), "a segment")
            scheduler.kill()
            _, told = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 1
    last = told.splitlines()[-1]  # Dask logs as well
    assert last.startswith(f"Error: the Dask scheduler at {address} no longer answers; ")
    assert last.endswith(f"`tradetalks sweep {out} --resume` goes on")
    assert not (out / "lock").exists()
    assert 0 < len(open_results(out).runs) < 200
    resumed = sweep(load_experiment(file), out, workers=2, resume=True)
    assert resumed.runs["error"].isna().all()
    assert resumed.runs["y"].tolist() == list(range(200))


def test_nonsense_in_place_of_an_address_leaves_nothing_to_be_waited_for(tmp_path: Path) -> None:
    command = [str(BIN / "tradetalks"), "sweep", "first-talk", "--scheduler", "nonsense"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: Invalid value for --scheduler: ")
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_plays_on_a_scheduler_what_it_plays_here(
    tmp_path: Path, cluster: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    address, _ = cluster
    options = ("--vary", "countries.home.patience=0.9:1:3", "--replications", "4")
    for where in (("--scheduler", address), ("--workers", "1")):
        command = [str(BIN / "tradetalks"), "sweep", "first-talk", *options, *where]
        subprocess.run([*command, "--out", str(tmp_path / where[0])], cwd=ROOT, check=True)
    played = open_results(tmp_path / "--scheduler")
    assert len(played.runs) == 12
    assert same(played, open_results(tmp_path / "--workers"))
