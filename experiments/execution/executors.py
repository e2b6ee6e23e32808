"""Crews: who plays the chunks. This process, processes of its own, or somebody's executor."""

import concurrent.futures
import contextlib
import logging
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import connection
from pathlib import Path
from typing import Any, Protocol

from simulator.errors import WorkerError

__all__ = ["Dask", "InProcess", "OwnExecutor", "Processes", "Workers", "cores"]

#: Seconds in which a scheduler must answer.
PATIENCE = 20
#: Seconds in which a scheduler that had workers must have some again.
DESERTED = 120


class Workers(Protocol):
    """Whoever plays chunks.

    Attributes
    ----------
    size : int
        How many chunks are played at once.
    """

    size: int

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        ...

    def check(self) -> None:
        """Raise WorkerError if nobody is there any more who could answer."""
        ...

    def rebuild(self) -> None:
        """Replace workers that died; raise WorkerError if that cannot be done."""
        ...

    def stop(self) -> None:
        """Let nobody go on, and leave nobody behind."""
        ...


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class InProcess:
    """The present process, one chunk after the other."""

    size = 1

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the finished future of ``work(*given)``."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            future.set_exception(error)
        return future

    def check(self) -> None:
        """Do nothing: this process is there."""

    def rebuild(self) -> None:
        """Do nothing: nobody died."""

    def stop(self) -> None:
        """Do nothing: nobody is left."""


class Processes:
    """Processes of its own on this machine, which end with this one, however it ends.

    Parameters
    ----------
    size : int
        How many.

    Raises
    ------
    WorkerError
        In a process that is about to become a worker itself: it reads the script that started it.
    """

    def __init__(self, size: int) -> None:
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise WorkerError("a script that sweeps needs `if __name__ == '__main__':`")
        self.size = size
        self._spool = tempfile.TemporaryDirectory(prefix="tradetalks-")
        self._pool = self._new()

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        outer: Future[Any] = Future()
        # Processes start here, and inherit that Ctrl-C or a closed terminal is not for them.
        with _without_interrupts():
            inner = self._pool.submit(_spooled, self._spool.name, work, *given)
        inner.add_done_callback(lambda future: _hand_over(future, outer))
        return outer

    def check(self) -> None:
        """Do nothing: the futures of a broken pool say so."""

    def rebuild(self) -> None:
        """Replace all processes."""
        self.stop()
        self._spool = tempfile.TemporaryDirectory(prefix="tradetalks-")
        self._pool = self._new()

    def stop(self) -> None:
        """End all processes at once, and wait until they are gone."""
        processes = list((getattr(self._pool, "_processes", None) or {}).values())
        manager = getattr(self._pool, "_executor_manager_thread", None)
        results = getattr(self._pool, "_result_queue", None)
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with contextlib.suppress(ValueError, OSError):
                process.kill()
        for process in processes:
            with contextlib.suppress(ValueError, AssertionError):
                process.join()
        # Whoever was killed in the middle of a message leaves the pool waiting for the rest of it,
        # for ever: this process holds the other end of the pipe too.
        with contextlib.suppress(AttributeError, OSError):
            results._writer.close()  # type: ignore[union-attr]
        if manager is not None:
            manager.join(PATIENCE)
        self._spool.cleanup()

    def _new(self) -> ProcessPoolExecutor:
        # Named, as some packages change the default when they are imported.
        context = multiprocessing.get_context("spawn")
        # A process starts here as well: the one that tidies up after the others.
        with _without_interrupts():
            return ProcessPoolExecutor(self.size, context, _watch_parent, (self._spool.name,))


def _spooled(folder: str, work: Callable[..., Any], *given: Any) -> tuple[str, Any]:
    """Return the name of a file with the result, or where none can be written, the result.

    A long result in the pipe would be cut in two when its worker is killed, and then nobody
    could use the pipe any more; a name is written in one piece.
    """
    result = work(*given)
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        with open(handle, "wb") as file:
            pickle.dump(result, file, pickle.HIGHEST_PROTOCOL)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        return "", result
    return name, None


def _hand_over(inner: "Future[tuple[str, Any]]", outer: "Future[Any]") -> None:
    """Give `outer` what has become of `inner`."""
    if inner.cancelled():
        outer.cancel()
        outer.set_running_or_notify_cancel()
        return
    error = inner.exception()
    if error is not None:
        outer.set_exception(error)
        return
    name, result = inner.result()
    try:
        if name:
            result = pickle.loads(Path(name).read_bytes())
            os.unlink(name)
        outer.set_result(result)
    except Exception as failure:
        outer.set_exception(failure)


class OwnExecutor:
    """An executor of the user's, which is left as it was.

    Parameters
    ----------
    executor : Executor
        Anything with the interface of `concurrent.futures`.
    size : int
        How many chunks it plays at once.
    """

    def __init__(self, executor: Executor, size: int | None = None) -> None:
        self.executor = executor
        self.size = size or getattr(executor, "_max_workers", None) or cores()
        self._futures: set[Future[Any]] = set()

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        future = self.executor.submit(work, *given)
        self._futures = {f for f in self._futures if not f.done()} | {future}
        return future

    def check(self) -> None:
        """Do nothing: the futures of a broken executor say so."""

    def rebuild(self) -> None:
        """Raise WorkerError: only its owner can make a new one."""
        raise WorkerError("the executor broke, as its workers died; resume with a new one")

    def stop(self) -> None:
        """Cancel what has not begun, and wait for what has."""
        for future in self._futures:
            # An executor that is broken may not even take this.
            with contextlib.suppress(Exception):
                future.cancel()
        concurrent.futures.wait([f for f in self._futures if not f.cancelled()], timeout=60)


class Dask:
    """The workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        For instance ``tcp://10.0.0.1:8786``.

    Raises
    ------
    WorkerError
        If Dask is not installed, or the scheduler out of reach.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = _client(address)
        threads = sum(self._client.nthreads().values())
        self.size = threads or cores()
        #: Whether there ever were workers; in a queue of jobs, they may come much later.
        self._manned = threads > 0
        self._theirs: dict[Future[Any], Any] = {}
        # What it warns of, results lost with their workers, it also mends.
        self._log = logging.getLogger("distributed.client")
        self._level = self._log.level
        self._log.setLevel(logging.ERROR)

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        import asyncio  # slow; distributed has it

        self._require_scheduler()
        theirs = self._client.submit(work, *given, pure=False)
        # Not by their executor: its futures never end if a result is lost with its worker, and
        # the next worker dies of playing it again.
        loop = self._client.loop.asyncio_loop
        future = asyncio.run_coroutine_threadsafe(_result_of(theirs), loop)
        self._manned = self._manned or any(f.done() for f in self._theirs)
        self._theirs = {f: t for f, t in self._theirs.items() if not f.done()} | {future: theirs}
        return future

    def check(self) -> None:
        """Raise WorkerError if the scheduler or all workers are gone, and not back in time."""
        deadline = time.monotonic() + DESERTED
        self._require_scheduler()
        while not self._has_workers():
            if self._manned and time.monotonic() > deadline:
                raise WorkerError(f"the Dask scheduler at {self.address} has no workers left")
            time.sleep(0.1)
            self._require_scheduler()

    def _require_scheduler(self) -> None:
        # The client gives up after PATIENCE, and is easier to be rid of then.
        deadline = time.monotonic() + 2 * PATIENCE
        while self._client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._client.status != "running":
            raise WorkerError(f"the Dask scheduler at {self.address} no longer answers")

    def _has_workers(self) -> bool:
        try:
            found = self._client.sync(self._client.scheduler.ncores, callback_timeout=PATIENCE)
        except TimeoutError as error:
            raise WorkerError(f"the Dask scheduler at {self.address} no longer answers") from error
        except OSError:  # it has just gone, as its status will say
            return False
        self._manned = self._manned or bool(found)
        return bool(found)

    def rebuild(self) -> None:
        """Do nothing: whoever started the workers replaces them."""

    def stop(self) -> None:
        """Give up what is not finished, and leave the scheduler."""
        # By the scheduler, and to the end: what the client is still asked for when it closes, it
        # complains of.
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._theirs.values()))
        concurrent.futures.wait(self._theirs, PATIENCE)
        self._client.close()
        self._log.setLevel(self._level)


async def _result_of(theirs: Any) -> Any:
    return await theirs


def _client(address: str) -> Any:
    """Return a client of the scheduler at an address."""
    try:
        import distributed
        from distributed.comm.addressing import resolve_address
    except ImportError as error:
        raise WorkerError(
            "Dask is needed for a scheduler; pip install 'tradetalks[cluster]'"
        ) from error
    # Without an address, Dask would start workers of its own.
    if not address.strip():
        raise WorkerError(f"scheduler: {address!r}: an address such as tcp://10.0.0.1:8786")
    try:
        # First of all: a client that was given nonsense takes long to be rid of.
        resolve_address(address)
        connect: Any = distributed.Client
        return connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkerError(f"no Dask scheduler answers at {address}: {error}") from error


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _watch_parent(spool: str) -> None:
    """End this process when its parent does, even when that was killed, and clear the spool."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        shutil.rmtree(spool, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
