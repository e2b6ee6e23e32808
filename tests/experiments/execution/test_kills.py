"""Sweeps that are interrupted, killed and starved: nobody is left behind, nothing is lost."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments.design.experiment import Experiment
from experiments.sweep import Results, load_experiment, open_results, sweep
from tests.sweepable import GATE

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).parent / "tradetalks"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processes are found in /proc"
)

#: Runs of the world that cannot end before a test has done to them what it is about.
FILE = """
name = "gated"
scenario = "first-talk"
replications = 25
tables = ["deals", "trust"]
metrics = ["tests.sweepable.deals_gated"]

[set]
valuation_sd = 0.3

[axes]
"countries.home.patience" = [0.9, 0.95, 1.0]
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gated") / "gated.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(experiment(file), tmp_path_factory.mktemp("whole") / "out", workers=1)


def experiment(path: Path) -> Experiment:
    return load_experiment(path, allow_code=True)


def same(one: Results, other: Results) -> bool:
    return all(one.arrow(table).equals(other.arrow(table)) for table in other.tables)


# -- processes -----------------------------------------------------------------------------------


@contextlib.contextmanager
def started(file: Path, out: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A sweep in a session of its own, as on a terminal of its own."""
    command = [str(COMMAND), "sweep", str(file), "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--allow-code", *options],
        cwd=ROOT,
        env={**os.environ, GATE: str(gate(out))},
        start_new_session=True,
        # What runs the tests in the background may ignore Ctrl-C, and who is started inherits that.
        preexec_fn=_heed_interrupts,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        for pid in members(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def gate(out: Path) -> Path:
    """The file that lets a sweep go on to its end."""
    return out.with_name("gate")


def members(session: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(path.parent.name))
    return found


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    found = []
    for pid in members(process.pid):
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"spawn_main" in line:
                found.append(pid)
    return found


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that must come; the limit is there only for when it does not."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail(f"this never came: {what}")


def nobody_left(process: "subprocess.Popen[str]") -> None:
    until(lambda: not members(process.pid), "the end of all that the sweep began")


def segments(out: Path) -> list[Path]:
    return list(out.glob("runs/seg-*.parquet"))


def resumed(file: Path, out: Path) -> Results:
    return sweep(experiment(file), out, workers=1, resume=True)


# -- being stopped -------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_stops_cleanly_says_how_to_resume_and_loses_nothing(
    file: Path, whole: Results, tmp_path: Path, sign: signal.Signals
) -> None:
    out = tmp_path / "out"
    with started(file, out) as process:
        until(lambda: len(segments(out)) >= 2, "segments")
        if sign != signal.SIGTERM:
            os.killpg(process.pid, sign)  # Ctrl-C is for all that are on the terminal, as its end
        else:
            process.send_signal(sign)
        _, told = process.communicate(timeout=120)
        assert process.returncode == 130
        nobody_left(process)
    assert f"tradetalks sweep {out} --resume" in told
    assert "Traceback" not in told
    assert not (out / "lock").exists()
    assert not list(out.rglob("*.part"))
    assert 0 < len(open_results(out).runs) < 75
    assert same(resumed(file, out), whole)


def test_a_terminal_that_is_closed_stops_a_sweep_as_ctrl_c_does(
    file: Path, whole: Results, tmp_path: Path
) -> None:
    import pty

    out = tmp_path / "out"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ[GATE] = str(gate(out))
        command = [str(COMMAND), "sweep", str(file), "--out", str(out), "--allow-code"]
        os.execv(COMMAND, command)
    until(lambda: len(segments(out)) >= 2, "segments")
    os.close(terminal)  # whatever is written to it now is an error
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    until(lambda: not members(pid), "the end of all that the sweep began")
    assert not (out / "lock").exists()
    assert same(resumed(file, out), whole)


def test_ctrl_c_is_not_for_the_workers(file: Path, whole: Results, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with started(file, out) as process:
        until(lambda: segments(out) and len(workers_of(process)) == 2, "workers at work")
        for pid in workers_of(process):
            os.kill(pid, signal.SIGINT)
        gate(out).touch()
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0
    assert "Traceback" not in told
    assert "failed" not in told
    assert same(open_results(out), whole)


def test_a_sweep_under_nohup_outlives_its_terminal(
    file: Path, whole: Results, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; it is inherited
    try:
        with started(file, out) as process:
            until(lambda: segments(out), "a segment")
            os.killpg(process.pid, signal.SIGHUP)
            gate(out).touch()
            _, told = process.communicate(timeout=120)
            assert process.returncode == 0, told
    finally:
        signal.signal(signal.SIGHUP, before)
    assert same(open_results(out), whole)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    file: Path, whole: Results, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(file, out) as process:
        until(lambda: segments(out) and workers_of(process), "a segment")
        os.kill(workers_of(process)[0], signal.SIGKILL)
        gate(out).touch()
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
        nobody_left(process)
    assert same(open_results(out), whole)


def test_workers_end_with_a_parent_that_is_killed_and_its_sweep_can_be_resumed(
    file: Path, whole: Results, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(file, out) as process:
        until(lambda: segments(out) and len(workers_of(process)) == 2, "workers at work")
        process.kill()
        process.wait()
        nobody_left(process)
    assert (out / "lock").exists()
    assert 0 < len(open_results(out).runs) < 75
    results = resumed(file, out)
    assert same(results, whole)
    assert not (out / "lock").exists()


def test_a_second_sweep_into_the_folder_is_refused_while_the_first_is_at_it(
    file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(file, out) as process:
        until(lambda: segments(out), "a segment")
        second = subprocess.run(
            [COMMAND, "sweep", file, "--out", out, "--resume", "--allow-code", "--workers", "1"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.poll() is None
    assert second.returncode == 2
    assert f"written to by process {process.pid}" in second.stderr


# -- being starved -------------------------------------------------------------------------------


def test_no_space_left_is_a_clear_error_and_leaves_a_readable_store(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from experiments.sweep import Axis, Experiment, sweep\n"
        "x = Axis('x', tuple(range(5_000)))\n"
        "e = Experiment('m', model='tests.sweepable.square', axes=(x,))\n"
        "limit = int(sys.argv[1])\n"
        "def told(state):\n"
        "    if state.done >= 50 and limit:\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "sweep(e, 'out', workers=1, resume=True, chunk=50 if limit else None, progress=told)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def swept(limit: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code, str(limit)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    full = swept(2048)
    assert full.returncode == 1
    assert "out cannot be written to: File too large" in full.stderr.splitlines()[-1]
    assert "WriteError" in full.stderr.splitlines()[-1]
    assert not list((tmp_path / "out").rglob("*.part"))
    assert len(open_results(tmp_path / "out").runs) == 50
    assert swept(0).returncode == 0
    assert len(open_results(tmp_path / "out").runs) == 5_000


def test_a_hundred_thousand_runs_take_little_memory_in_the_parent(tmp_path: Path) -> None:
    code = (
        "from tests.sweepable import peak_memory\n"
        "from experiments.sweep import Axis, Experiment, sweep\n"
        "if __name__ == '__main__':\n"
        "    x = Axis('x', None, 0, 1)\n"
        "    e = Experiment('m', model='tests.sweepable.square', axes=(x,), samples=100_000,\n"
        "                   design='monte-carlo', common_random_numbers=False)\n"
        "    results = sweep(e, 'out', workers=2)\n"
        "    print(peak_memory())\n"
        "    assert results.arrow('runs').num_rows == 100_000\n"
        "    assert len(set(results.runs['seed'])) == 100_000\n"
    )
    (tmp_path / "many.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "many.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 300 * 2**20
