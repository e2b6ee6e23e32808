"""Folders of results that somebody else changed: bytes, files and locks that are not as left."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.results import lock
from experiments.results.lock import Lock, holder
from experiments.results.progress import Progress
from experiments.results.segments import Segments
from experiments.sweep import Results, open_results, sweep
from simulator.errors import StoreError, WriteError

SMALL = Experiment(
    "m", model="tests.sweepable.square", axes=(Axis("x", tuple(range(6))),), metrics=("y", "noise")
)


def same(one: Results, other: Results) -> bool:
    return all(
        one.arrow(table).equals(other.arrow(table), check_metadata=True) for table in one.tables
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return sweep(SMALL, tmp_path_factory.mktemp("whole") / "out", workers=1, chunk=3)


@pytest.fixture
def copy(whole: Results, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "out"))


def test_a_segment_under_the_name_of_another_is_noticed(whole: Results, copy: Path) -> None:
    first, second = whole.segments.names()
    shutil.copyfile(copy / "runs" / first, copy / "runs" / second)
    results = open_results(copy)
    fault = f"runs/{second}: it has other runs than its name says"
    assert results.segments.corrupt(second) == fault
    assert same(sweep(SMALL, copy, workers=1, resume=True), whole)


# -- bytes ---------------------------------------------------------------------------------------


def flipped(content: bytes, position: int, mask: int) -> bytes:
    return content[:position] + bytes([content[position] ^ mask]) + content[position + 1 :]


def put(path: Path, content: bytes) -> None:
    """Write over a file of the same length, which is faster than to begin it anew."""
    with path.open("r+b") as file:
        file.write(content)


def fault_of(results: Results, name: str, expected: pa.Table) -> str:
    """Why a segment cannot be read; what can be read is what was written."""
    fault = results.segments.corrupt(name)
    if not fault:
        assert results.arrow("runs").equals(expected, check_metadata=True)
        return ""
    with pytest.raises(StoreError, match=r"--resume` sets it aside") as told:
        results.arrow("runs")
    assert fault in str(told.value)
    return fault


@pytest.mark.parametrize("mask", [pytest.param(0x01, marks=pytest.mark.long), 0x80, 0xFF])
def test_a_changed_byte_is_noticed_or_changes_nothing_and_never_a_traceback(
    whole: Results, copy: Path, mask: int
) -> None:
    results = open_results(copy)
    path = copy / "runs" / whole.segments.names()[0]
    content = path.read_bytes()
    body = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    expected = whole.arrow("runs")
    kinds: dict[str, int] = {}
    for position in (*range(0, body, 7), *range(body, len(content))):
        put(path, flipped(content, position, mask))
        fault = fault_of(results, path.name, expected)
        if fault:
            assert fault.startswith(f"runs/{path.name}: ")
            kinds.setdefault(fault.removeprefix(f"runs/{path.name}: ")[:12], position)
    assert len(kinds) > 5
    for position in kinds.values():
        path.write_bytes(flipped(content, position, mask))
        told: list[Progress] = []
        assert same(sweep(SMALL, copy, workers=1, resume=True, progress=told.append), whole)
        assert f"runs/{path.name}" in told[-1].notes[0]


def test_rows_that_are_not_read_are_noticed(whole: Results, copy: Path) -> None:
    path = copy / "runs" / whole.segments.names()[0]
    content = path.read_bytes()
    results = open_results(copy)
    footer = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    faults = set()
    # The number of rows is written as twice what it is: 3 as 6.
    for position in (k for k in range(footer, len(content)) if content[k] == 6):
        path.write_bytes(flipped(content, position, 6))
        faults.add(fault_of(results, path.name, whole.arrow("runs")))
    assert f"runs/{path.name}: 0 rows where the file says 3" in faults


def test_columns_that_are_not_those_of_the_experiment_are_told(whole: Results, copy: Path) -> None:
    other = Experiment("m", model=SMALL.model, axes=(Axis("x", ("a",)),), metrics=("y", "noise"))
    strange = sweep(other, copy.parent / "other", workers=1)
    (path,) = (strange.folder / "runs").iterdir()
    name = whole.segments.names()[0]
    shutil.copyfile(path, copy / "runs" / name)
    fault = open_results(copy).segments.corrupt(name)
    assert fault == f"runs/{name}: a column is 'x' (string) and should be 'x' (int64)"
    assert same(sweep(SMALL, copy, workers=1, resume=True), whole)


def test_a_table_of_a_single_run_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    from experiments.results.run_folder import save_run
    from experiments.run import run

    save_run(run("first-talk", weeks=3), tmp_path / "one")
    path = tmp_path / "one" / "trust.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match=r"one/trust\.parquet: "):
        open_results(tmp_path / "one").arrow("trust")


# -- files ---------------------------------------------------------------------------------------


def test_what_was_set_aside_before_is_not_overwritten(copy: Path) -> None:
    name = open_results(copy).segments.names()[0]
    for content in (b"first", b"second", b"third"):
        (copy / "runs" / name).write_bytes(content)
        sweep(SMALL, copy, workers=1, resume=True)
    kept = {path.read_bytes() for path in (copy / "set-aside").rglob("*.parquet")}
    assert kept == {b"first", b"second", b"third"}
    assert (copy / "set-aside" / "runs" / name).read_bytes() == b"first"


def test_a_chunk_is_set_aside_under_one_name_in_all_tables(tmp_path: Path) -> None:
    segments = Segments(tmp_path, ["deals"])
    for table in ("runs", "deals"):
        (tmp_path / table).mkdir()
    for first, second in (("runs", "deals"), ("deals", "runs")):
        (tmp_path / first / "seg-1.parquet").write_text(first, encoding="utf-8")
        segments.set_aside("seg-1.parquet")
        assert not (tmp_path / first / "seg-1.parquet").exists(), second
    assert [p.name for p in (tmp_path / "set-aside" / "runs").iterdir()] == ["seg-1.parquet"]
    assert [p.name for p in (tmp_path / "set-aside" / "deals").iterdir()] == ["seg-1.2.parquet"]


@pytest.mark.parametrize("resume", [False, True])
def test_a_writer_that_was_killed_before_it_began_blocks_nothing(
    tmp_path: Path, resume: bool
) -> None:
    for name in ("lock", ".manifest.json.part"):
        (tmp_path / name).write_text("{", encoding="utf-8")
    assert len(sweep(SMALL, tmp_path, workers=1, resume=resume).runs) == 6
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", "runs"}


def test_a_manifest_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WriteError, match="No space left"):
            sweep(SMALL, tmp_path / "out", workers=1)
    assert list((tmp_path / "out").iterdir()) == []
    assert len(sweep(SMALL, tmp_path / "out", workers=1).runs) == 6


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are named in /proc")
def test_names_are_made_to_last_where_they_must(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def watched(file: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{file}")).name)
        sync(file)

    (copy / "runs" / open_results(copy).segments.names()[0]).unlink()
    monkeypatch.setattr(os, "fsync", watched)
    sweep(SMALL, copy, workers=1, resume=True)
    assert synced[0] == copy.name  # the manifest, and the folders of the tables
    assert synced[1].endswith(".parquet.part")
    assert synced[2] == "runs"


# -- the lock ------------------------------------------------------------------------------------


def test_a_lock_that_goes_with_its_holder_while_it_is_looked_at_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = lock._locked
    gone: list[bool] = []

    def racing(file: int) -> bool:
        if not gone:
            (tmp_path / "lock").unlink()
            gone.append(True)
        return locked(file)

    monkeypatch.setattr(lock, "_locked", racing)
    with Lock(tmp_path):
        assert json.loads((tmp_path / "lock").read_text(encoding="utf-8"))["pid"] == os.getpid()
        with pytest.raises(StoreError, match="written to by"), Lock(tmp_path):
            pass
    assert not (tmp_path / "lock").exists()


def test_a_lock_that_somebody_else_took_meanwhile_stays_theirs(tmp_path: Path) -> None:
    with Lock(tmp_path):
        (tmp_path / "lock").unlink()  # as by hand, for all that the message advises
        (tmp_path / "lock").write_text("theirs", encoding="utf-8")
    assert (tmp_path / "lock").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_files_cannot_be_locked_the_name_in_the_file_keeps_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(file: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pytest.importorskip("fcntl"), "flock", refused)
    with Lock(tmp_path):
        assert holder(tmp_path).startswith(f"process {os.getpid()} on ")
        with (
            pytest.raises(StoreError, match=f"written to by process {os.getpid()} "),
            Lock(tmp_path),
        ):
            pass
    assert holder(tmp_path) == ""
    with Lock(tmp_path) as again:
        assert not again.stale


FORKS = """
import os, sys
from pathlib import Path
from experiments.results.lock import Lock
with Lock(Path(sys.argv[1])):
    if os.fork() == 0:
        print("born", flush=True)
        sys.stdin.read()
        sys.exit()  # by way of the lock of its parent, which is not its own
    os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_was_forked_holds_no_lock_of_its_parent(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", FORKS, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"born\n"
        with pytest.raises(StoreError, match=f"written to by process {process.pid} "):
            Lock(tmp_path).__enter__()
        process.kill()
        process.wait()
        with Lock(tmp_path) as lock:
            assert lock.stale
            assert process.stdin is not None
            process.stdin.close()
            assert process.stdout.read() == b""  # the end of the forked process
            assert (tmp_path / "lock").exists()


# -- the log of failures -------------------------------------------------------------------------


def page(folder: Path) -> str:
    from click.testing import CliRunner

    from experiments.cli.main import main

    return CliRunner().invoke(main, ["status", str(folder)]).stdout


def test_a_run_that_failed_once_and_succeeded_since_is_not_told_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    axes = (Axis("x", tuple(range(20))),)
    experiment = Experiment("m", model="tests.sweepable.sometimes", axes=axes, metrics=("y",))
    with monkeypatch.context() as broken:
        broken.setenv("TRADETALKS_TEST_BROKEN", "1")
        sweep(experiment, tmp_path / "out", workers=1)
    told = page(tmp_path / "out")
    assert re.search(r"failed +10\n", told)
    assert "failed once" not in told
    assert "and 5 more, in the column `error` of runs" in told
    with open(tmp_path / "out" / "errors.jsonl", "a", encoding="utf-8") as log:
        log.write('{"run": 1')  # as a crash leaves it
    sweep(experiment, tmp_path / "out", workers=1, retry_failed=True)
    told = page(tmp_path / "out")
    assert re.search(r"failed +0\n", told)
    assert re.search("failed once +10 more, which succeeded since", told)
    assert "Runs that failed" not in told


def test_a_run_that_is_in_two_segments_counts_once(whole: Results, tmp_path: Path) -> None:
    axes = (Axis("x", tuple(range(-2, 3))),)
    experiment = Experiment("m", model="tests.sweepable.raises", axes=axes, metrics=("y",))
    sweep(experiment, tmp_path / "a", workers=1, chunk=2)
    twice = sweep(experiment, tmp_path / "b", workers=1, chunk=5).folder
    for path in (tmp_path / "a" / "runs").iterdir():
        shutil.copyfile(path, twice / "runs" / path.name)
    told = page(twice)
    assert "5 of 5 runs" in told
    assert "and 0 more" not in told
    assert told.count("ZeroDivisionError") == 1


def test_the_logs_of_shards_are_merged_line_by_line_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.results.merge import merge

    experiment = Experiment(
        "m", model="tests.sweepable.raises", axes=(Axis("x", (0,)),), metrics=("y",), replications=2
    )
    for k in (1, 2):
        sweep(experiment, tmp_path / str(k), workers=1, shard=(k, 2))
    log = tmp_path / "1" / "errors.jsonl"
    log.write_text(log.read_text(encoding="utf-8") + '{"run": 0', encoding="utf-8")
    moved: list[str] = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        moved.append(Path(target).name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    assert moved[-2:] == ["errors.jsonl", "manifest.json"]
    lines = (tmp_path / "whole" / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line[:9] for line in lines] == ['{"run": 0', '{"run": 0', '{"run": 1']
