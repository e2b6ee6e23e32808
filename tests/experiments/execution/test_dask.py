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
from typing import Any

import pytest

from experiments.design.job import DIED
from experiments.execution.executors import Dask
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import WorkerError
from tests.sweepable import GATE, lost

ROOT = Path(__file__).parents[3]
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

KILLS = """
model = "tests.sweepable.kills"
metrics = ["y"]
axes.x = [11, 12, 13, 14, 15]
"""

#: The command, which waits for a lost scheduler, or for lost workers, less long.
IMPATIENT = (
    "from experiments.cli.main import main; from experiments.execution import executors;"
    "executors.PATIENCE = executors.DESERTED = 2; main()"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gated") / "gated.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def started(*command: object) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TRADETALKS_ALLOW_CODE": "1"}
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


@contextlib.contextmanager
def clustered(tmp_path: Path, count: int) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a scheduler with workers that nobody replaces, and the scheduler itself."""
    # A task whose worker dies is given up at once: by default it takes four of them.
    patience = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    environment = {**os.environ, **patience, GATE: str(tmp_path / "gate")}
    file = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    worker = ("--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard")
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
        for _ in range(count):
            begun("worker", *worker)
        await_workers(address_in(file), count)
        yield address_in(file), scheduler


def await_workers(address: str, count: int) -> None:
    import distributed

    connect: Any = distributed.Client
    with connect(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A scheduler with one worker."""
    with clustered(tmp_path, 1) as found:
        yield found


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
    resumed = sweep(load_experiment(file, allow_code=True), out, workers=2, resume=True)
    assert resumed.runs["error"].isna().all()
    assert resumed.runs["y"].tolist() == list(range(200))


def test_nonsense_in_place_of_an_address_leaves_nothing_to_be_waited_for(tmp_path: Path) -> None:
    command = [str(BIN / "tradetalks"), "sweep", "first-talk", "--scheduler", "nonsense"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: Invalid value for --scheduler: ")
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_address_without_certificates_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"takes certificates: .*tls\.ca-file"):
        sweep(load_experiment("first-talk"), tmp_path / "out", scheduler="tls://127.0.0.1:9")
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


def test_a_result_lost_with_its_worker_has_a_future_that_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with clustered(tmp_path, 2) as (address, _), contextlib.ExitStack() as stack:
        workers = Dask(address)
        stack.callback(workers.stop)
        # Finished, lost on its way here, and then the death of whoever plays it again.
        future = workers.submit(lost, str(tmp_path / "mark"))
        until(future.done, "the end of the future")
        assert type(future.exception()).__name__ == "KilledWorker"
        assert caplog.text == ""


def test_a_run_that_kills_its_worker_fails_and_the_others_are_played(tmp_path: Path) -> None:
    (tmp_path / "kills.toml").write_text(KILLS, encoding="utf-8")
    out = tmp_path / "out"
    command = (BIN / "tradetalks", "sweep", tmp_path / "kills.toml", "--out", out)
    # One dies with others under way, one of the culprit alone, one is left.
    with (
        clustered(tmp_path, 3) as (address, _),
        started(*command, "--scheduler", address) as process,
    ):
        _, told = process.communicate()
    assert process.returncode == 1, told
    runs = open_results(out).runs.set_index("x")
    assert runs["error"].dropna().to_dict() == {13: DIED}
    assert runs["y"].dropna().to_dict() == {11: 11, 12: 12, 14: 14, 15: 15}
    assert "Traceback" not in told


def test_a_sweep_whose_workers_are_gone_for_good_ends_and_says_how_to_go_on(
    tmp_path: Path, cluster: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    address, _ = cluster
    (tmp_path / "kills.toml").write_text(KILLS, encoding="utf-8")
    out = tmp_path / "out"
    command = (sys.executable, "-c", IMPATIENT, "sweep", tmp_path / "kills.toml", "--out", out)
    with started(*command, "--scheduler", address) as process:
        _, told = process.communicate()
    assert process.returncode == 1, told
    last = told.splitlines()[-1]
    assert last.startswith(f"Error: the Dask scheduler at {address} has no workers left; ")
    assert last.endswith(f"`tradetalks sweep {out} --resume` goes on")
