"""Worker processes: whoever dies fails its own work only, and nobody waits for the dead."""

import ast
import contextlib
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from experiments.execution import processes
from experiments.execution.processes import Processes
from tests import sweepable

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")


@contextlib.contextmanager
def workers(size: int) -> Iterator[Processes]:
    pool = Processes(size)
    try:
        yield pool
    finally:
        pool.stop()


def awaited(pid: int) -> None:
    """Look for a process that is about to go, until it is gone; or for some time."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        os.kill(pid, 0)
        time.sleep(0.01)


def children() -> set[int]:
    return {process.pid for process in multiprocessing.active_children() if process.pid}


def test_the_result_of_work_or_its_error_comes_back() -> None:
    with workers(2) as pool:
        squares = [pool.submit(pow, x, 2) for x in range(50)]
        failed = pool.submit(int, "x")
        assert [future.result() for future in squares] == [x * x for x in range(50)]
        with pytest.raises(ValueError, match="invalid literal for int") as raised:
            failed.result()
        assert "In a worker:" in raised.value.__notes__[0]
        assert pool.submit(len, bytes(10_000_000)).result() == 10_000_000
        assert pool.submit(bytes, 10_000_000).result() == bytes(10_000_000)


def test_an_error_that_cannot_be_sent_comes_back_in_words() -> None:
    with workers(1) as pool:
        with pytest.raises(RuntimeError, match=r"^Fussy: this and that$"):
            pool.submit(sweepable.fusses).result()
        assert pool.submit(int, "7").result() == 7


def test_work_that_cannot_be_sent_harms_no_worker() -> None:
    with workers(1) as pool:
        before = pool.submit(os.getpid).result()
        with pytest.raises((AttributeError, pickle.PicklingError)):
            pool.submit(lambda: 1).result()
        assert pool.submit(os.getpid).result() == before


@pytest.mark.parametrize("status", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_fails_its_own_work_and_is_replaced(status: int) -> None:
    with workers(2) as pool:
        work = [pool.submit(time.sleep, 0.01) for _ in range(20)]
        work.insert(7, pool.submit(signal.raise_signal, status))
        errors = [future.exception() for future in work]
        assert [type(error) for error in errors if error] == [BrokenExecutor]
        assert str(errors[7]) == f"a worker process died with exit code -{int(status)}"
        assert pool.submit(int, "7").result() == 7
        assert len(children()) <= 2


def test_whoever_is_left_when_one_dies_finishes_its_work_and_is_replaced(tmp_path: Path) -> None:
    with workers(2) as pool:
        left = pool.submit(sweepable.awaits, str(tmp_path / "gate"))
        died = pool.submit(signal.raise_signal, signal.SIGKILL)
        assert isinstance(died.exception(), BrokenExecutor)
        (tmp_path / "gate").touch()
        after = [pool.submit(os.getpid).result() for _ in range(5)]
        assert left.result() not in after
        assert len(set(after)) == 1


def test_the_dead_leave_no_open_files_behind() -> None:
    with workers(1) as pool:
        pool.submit(int, "7").result()
        before = len(os.listdir("/dev/fd"))
        for _ in range(5):
            assert pool.submit(os._exit, 3).exception()
        pool.submit(int, "7").result()
        assert len(os.listdir("/dev/fd")) == before


def test_a_worker_that_dies_in_the_middle_of_a_message_harms_no_other() -> None:
    with workers(2) as pool:
        work = [pool.submit(time.sleep, 0.01) for _ in range(20)]
        work.insert(7, pool.submit(sweepable.half_a_message))
        errors = [future.exception() for future in work]
    assert [type(error) for error in errors if error] == [BrokenExecutor]
    assert isinstance(errors[7], BrokenExecutor)


def test_a_worker_that_dies_is_noticed_though_its_child_lives(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with workers(1) as pool, pytest.raises(BrokenExecutor):
        pool.submit(sweepable.orphaned, str(pid)).result()
    with pytest.raises(ProcessLookupError):  # whoever dies takes it along
        awaited(int(pid.read_text(encoding="utf-8")))


def test_processes_start_when_there_is_work_for_them() -> None:
    with workers(8) as pool:
        assert len(children()) == 1
        assert len({pool.submit(os.getpid).result() for _ in range(5)}) == 1
        assert len(children()) == 1
        for future in [pool.submit(time.sleep, 0.5) for _ in range(3)]:
            future.result()
        assert len(children()) == 3


def test_all_is_ended_at_once_whatever_is_under_way() -> None:
    pool = Processes(2)
    pool.submit(int, "7").result()
    work = [pool.submit(time.sleep, 600) for _ in range(5)]
    begun = time.monotonic()
    pool.stop()
    assert time.monotonic() - begun < 60
    assert all(future.cancelled() or future.exception() for future in work)
    assert children() == set()


def test_ctrl_c_and_the_end_of_a_terminal_are_not_for_workers() -> None:
    with workers(3) as pool:
        masks = [pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()) for _ in range(9)]
        for mask in masks:
            assert {signal.SIGINT, signal.SIGHUP} <= mask.result()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_nothing_private_of_the_standard_library_is_used() -> None:
    tree = ast.parse(Path(processes.__file__).read_text(encoding="utf-8"))
    private = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and ast.unparse(node.value) != "self"
    }
    assert private == {"os._exit"}  # documented under this name
    assert "getattr(" not in ast.unparse(tree)
