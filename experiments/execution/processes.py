"""Workers that are processes of this machine.

Each worker has a pipe of its own, and a thread here that waits at it: whoever dies, even in the
middle of a message, fails the one piece of work that it had. In `ProcessPoolExecutor` all share
one pipe, so all that is under way is lost, and whoever dies in the middle of a message is waited
for without end; it lets workers outlive a parent that is killed, too. The same goes for loky,
pebble and mpire.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any

from experiments.execution import offspring, pulse
from experiments.execution.pulse import Pulse, TimedOut
from simulator.errors import WorkerError, describe_error

__all__ = ["Processes", "done_apart"]

#: Seconds after which a worker that says nothing is looked after.
SLICE = 1.0


class Processes:
    """Processes of its own on this machine, which end with this one, however it ends.

    There are at most so many; they start when there is work for them, and one that plays a run for
    longer than `timeout` seconds is ended. With a process ends what it has started. Raises
    WorkerError in a process that is about to become a worker itself: it reads the script that
    started it.
    """

    def __init__(self, size: int, timeout: float | None = None) -> None:
        self.size = size
        self.timeout = timeout
        self._threads = ThreadPoolExecutor(size, "worker", _block_interrupts)
        self._workers: set[_Worker] = set()
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._deaths = 0
        self._lock = threading.Lock()
        self._stopped = False
        # The first one now: a script that is read by a worker to be shall not get any further.
        first = self._threads.submit(self._start)
        try:
            self._idle.put(first.result())
        except RuntimeError:
            guard = "a script that sweeps needs `if __name__ == '__main__':`"
            raise WorkerError(guard) from None
        except BaseException:
            self.stop()
            raise

    def submit(self, work: Callable[..., Any], *given: Any) -> "Future[Any]":
        """Return the future of ``work(*given)``.

        It raises BrokenExecutor if its worker dies, TimedOut if a run takes too long.
        """
        return self._threads.submit(self._play, work, given)

    def check(self, errors: Collection[BaseException] = ()) -> None:
        """Do nothing: others start in place of those who died."""

    def under_way(self) -> list[tuple[int, float]]:
        """Return the runs that are being played, each with its seconds so far."""
        with self._lock:
            pulses = [worker.pulse.under_way() for worker in self._workers]
        return [beat for beat in pulses if beat is not None]

    def stop(self) -> None:
        """End all processes at once, and wait until they are gone."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._stopped = True
            for worker in self._workers:
                worker.kill()
            offspring.kill_marked({worker.mark for worker in self._workers})
            for worker in self._workers:
                worker.join()
        self._threads.shutdown()

    def _play(self, work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        request = pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL)
        worker = self._next()
        try:
            answer = worker.answer(request, self.timeout)
        except TimedOut:
            self._remove(worker)
            raise
        except BrokenExecutor:
            with self._lock:
                self._deaths += 1
            self._remove(worker)
            raise
        self._idle.put(worker)
        result, error = pickle.loads(answer)
        if error is not None:
            raise error
        return result

    def _next(self) -> "_Worker":
        """Return an idle worker, or a new one in place of each from before the last death.

        What one died of, memory or files that changed, may not be far from the others.
        """
        with contextlib.suppress(Empty):
            while (worker := self._idle.get_nowait()).deaths < self._deaths:
                self._remove(worker)
            return worker
        return self._start()

    def _start(self) -> "_Worker":
        with self._lock:
            if self._stopped:
                raise BrokenExecutor("the workers were stopped")
            worker = _Worker(self._deaths)
            self._workers.add(worker)
        return worker

    def _remove(self, worker: "_Worker") -> None:
        worker.end()
        with self._lock:
            self._workers.remove(worker)


def done_apart(timeout: float | None, work: Callable[..., Any], *given: Any) -> Any:
    """Return ``work(*given)``, done by a process of its own.

    Raises BrokenExecutor if that dies, TimedOut if a run takes too long.
    """
    workers = Processes(1, timeout)
    try:
        return workers.submit(work, *given).result()
    finally:
        workers.stop()


class _Worker:
    """A process, the pipe to it, and how many others had died when it was started."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths
        self._killed = False
        # Named, as some packages change the default when they are imported.
        context = multiprocessing.get_context("spawn")
        self.pulse = Pulse(context)
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self.pulse))
        with offspring.marked() as self.mark:
            self.process.start()
        self._guard = offspring.Guard(self.process.pid or 0, self.mark)
        theirs.close()  # it would keep the pipe open when the process is gone

    def answer(self, request: bytes, timeout: float | None) -> bytes:
        """Return what the process answers; raise BrokenExecutor if it dies, or TimedOut."""
        patience = SLICE if timeout is None else min(SLICE, timeout / 10)
        try:
            self.pipe.send_bytes(request)
            while not self.pipe.poll(patience):
                if not self.process.is_alive():  # while a child of its own keeps the pipe open
                    raise EOFError
                if timeout is not None:
                    self._require_time(timeout)
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.end()
            code = self.process.exitcode
            raise BrokenExecutor(f"a worker process died with exit code {code}") from None

    def _require_time(self, timeout: float) -> None:
        """Raise TimedOut, the process ended, if it plays a run for longer than that."""
        beat = self.pulse.under_way()
        if beat is None or beat[1] <= timeout:
            return
        self.end()
        last = self.pulse.under_way()  # what it played when it was killed
        raise TimedOut(beat[0] if last and last[0] == beat[0] else None, timeout)

    def kill(self) -> None:
        """Kill the process, and its group."""
        self.process.kill()
        if self.process.pid is not None and not self._killed:
            self._killed = True
            offspring.kill_group(self.process.pid)

    def end(self) -> None:
        """Kill the process and all that it has started, and wait until it is gone."""
        self.kill()
        offspring.kill_marked({self.mark})
        self.join()
        self.pipe.close()

    def join(self) -> None:
        """Wait until the process, which has been killed, is gone."""
        self._guard.end()
        self.process.join()


def _block_interrupts() -> None:
    """Let Ctrl-C or a closed terminal not be for the processes that this thread starts."""
    if hasattr(signal, "pthread_sigmask"):
        interrupts = {signal.SIGINT, signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, interrupts)
        # The process that tidies up after the others; its start lets Ctrl-C through again.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, interrupts)


# -- in the worker -----------------------------------------------------------------------------


def _serve(pipe: "Connection[bytes, bytes]", own: Pulse) -> None:
    """Answer requests until nobody is there who could send any."""
    offspring.lead_group()
    pulse.adopt(own)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))


def _answer(request: bytes) -> bytes:
    """Return the result of a request, or its error, as it can be read at the other end."""
    try:
        work, given = pickle.loads(request)
        return pickle.dumps((work(*given), None), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        with contextlib.suppress(Exception):
            answer = pickle.dumps((None, error))
            pickle.loads(answer)
            return answer
        return pickle.dumps((None, RuntimeError(describe_error(error))))


def _end_with_parent() -> None:
    """End this process when its parent does, even when that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        offspring.end_group()
        os._exit(1)
