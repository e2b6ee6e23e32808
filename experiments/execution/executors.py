"""Workers: who plays the chunks. This process, or somebody's executor or scheduler."""

import concurrent.futures
import contextlib
import logging
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, Protocol

from simulator.errors import WorkerError

__all__ = ["Dask", "InProcess", "OwnExecutor", "Workers", "cores"]

#: Seconds in which a scheduler must answer.
PATIENCE = 20
#: Seconds in which a scheduler that had workers must have some again.
DESERTED = 120
#: What is said of an executor of the user's that only its owner can replace.
BROKEN = "the executor broke, as its workers died; resume with a new one"


class Workers(Protocol):
    """Whoever plays chunks, so many at once."""

    size: int

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        ...

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """Raise WorkerError if nobody can answer any more, as some `errors` of theirs tell."""
        ...

    def under_way(self) -> list[tuple[int, float]]:
        """Return the runs that are being played, each with its seconds, as far as that is seen."""
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

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """Do nothing: this process is there."""

    def under_way(self) -> list[tuple[int, float]]:
        """Return nothing: whoever plays looks at nobody."""
        return []

    def stop(self) -> None:
        """Do nothing: nobody is left."""


class OwnExecutor:
    """An executor of the user's, with the interface of `concurrent.futures`; left as it was."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.size = getattr(executor, "_max_workers", None) or cores()
        self._futures: set[Future[Any]] = set()

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``."""
        try:
            future = self.executor.submit(work, *given)
        except BrokenExecutor as error:
            raise WorkerError(BROKEN) from error
        self._futures = {f for f in self._futures if not f.done()} | {future}
        return future

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """Raise WorkerError if the executor broke: only its owner can make a new one."""
        if any(isinstance(error, BrokenExecutor) for error in errors):
            raise WorkerError(BROKEN)

    def under_way(self) -> list[tuple[int, float]]:
        """Return nothing: it is not seen what they play."""
        return []

    def stop(self) -> None:
        """Cancel what has not begun, and wait for what has."""
        for future in self._futures:
            # An executor that is broken may not even take this.
            with contextlib.suppress(Exception):
                future.cancel()
        concurrent.futures.wait([f for f in self._futures if not f.cancelled()], timeout=60)


class Dask:
    """The workers of a Dask scheduler, at an address such as ``tcp://10.0.0.1:8786``.

    Raises WorkerError if Dask is not installed, or the scheduler out of reach.
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

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """Raise WorkerError if the scheduler or all workers are gone, and not back in time."""
        deadline = time.monotonic() + DESERTED
        self._require_scheduler()
        while not self._has_workers():
            if self._manned and time.monotonic() > deadline:
                raise WorkerError(f"the Dask scheduler at {self.address} has no workers left")
            time.sleep(0.1)
            self._require_scheduler()

    def under_way(self) -> list[tuple[int, float]]:
        """Return nothing: it is not seen what they play."""
        return []

    def _require_scheduler(self) -> None:
        # The client gives up after PATIENCE, and is easier to be rid of then.
        deadline = time.monotonic() + 2 * PATIENCE
        while self._client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._client.status != "running":
            raise WorkerError(f"the Dask scheduler at {self.address} no longer answers")

    def _has_workers(self) -> bool:
        try:
            workers = self._client.sync(self._client.scheduler.ncores, callback_timeout=PATIENCE)
        except TimeoutError as error:
            raise WorkerError(f"the Dask scheduler at {self.address} no longer answers") from error
        except OSError:  # it has just gone, as its status will say
            return False
        self._manned = self._manned or bool(workers)
        return bool(workers)

    def stop(self) -> None:
        """Give up what is not finished, and leave the scheduler."""
        # By the scheduler, and to the end: what the client is still asked for when it closes, it
        # complains of.
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._theirs.values()))
        concurrent.futures.wait(self._theirs, PATIENCE)
        self._client.close()
        self._log.setLevel(self._level)


def _require_certificates(address: str) -> None:
    """Refuse an encrypted address without certificates; Dask itself is slow to complain."""
    from distributed import Security

    arguments: Any = Security().get_connection_args  # type: ignore[no-untyped-call]
    if address.startswith(("tls://", "wss://")) and arguments("client").get("ssl_context") is None:
        raise WorkerError(
            f"the Dask scheduler at {address} takes certificates: name them in Dask's"
            " configuration, distributed.comm.tls.ca-file, .client.cert and .client.key"
        )


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
        _require_certificates(address)
        connect: Any = distributed.Client
        return connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkerError(f"no Dask scheduler answers at {address}: {error}") from error
