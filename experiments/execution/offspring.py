"""Processes that workers start: none of them outlives its worker.

A worker leads a group of processes, to which those belong that it starts. They can leave it; where
the system tells the environment of a process, they are known by a mark in it nonetheless.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

__all__ = ["Guard", "end_group", "kill_group", "kill_marked", "lead_group", "marked", "unmarked"]

_MARK = "TRADETALKS_WORKER"
#: Waits until nobody can write to it any more, then kills those with a mark, and a group.
_SCRIPT = """
read _
for folder in /proc/[0-9]*; do
  if tr '\\0' '\\n' < "$folder/environ" | grep -qxF "$2"; then kill -9 "${folder#/proc/}"; fi
done
kill -9 -"$1"
"""
_SILENT: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_marking = threading.Lock()


@contextlib.contextmanager
def marked() -> Iterator[str]:
    """Give the mark that a process gets if it is started now, and all that it starts."""
    mark = secrets.token_hex(16)
    with _marking:
        before = os.environ.get(_MARK)
        os.environ[_MARK] = mark
        try:
            yield mark
        finally:
            os.environ.pop(_MARK)
            if before is not None:
                os.environ[_MARK] = before


def unmarked() -> dict[str, str]:
    """Return the environment of a process that is to outlive those with the mark."""
    return {key: value for key, value in os.environ.items() if key != _MARK}


class Guard:
    """A small process that kills a worker and what it has started when this process is killed.

    The worker would do so itself, unless it hangs in code that lets none of its threads run.
    """

    def __init__(self, leader: int, mark: str) -> None:
        command = ["/bin/sh", "-c", _SCRIPT, "guard", str(leader), f"{_MARK}={mark}"]
        self._process: subprocess.Popen[bytes] | None = None
        # Without a shell, where there are no groups either, workers are on their own.
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, env=unmarked(), **_SILENT
            )

    def end(self) -> None:
        """Let it go without doing anything."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def lead_group() -> None:
    """Make this process the leader of a group of its own, where there are groups."""
    if hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def kill_group(leader: int) -> None:
    """Kill the group of a worker, which has just ended: its number is nobody else's yet."""
    if hasattr(os, "killpg"):
        # It has not even begun to lead it, or nobody is left in it who could be killed.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def end_group() -> None:
    """Kill all that this process, a worker, has started, and itself."""
    if _MARK in os.environ:
        kill_marked({os.environ[_MARK]})
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)


def kill_marked(marks: Collection[str]) -> None:
    """Kill all processes but this one that have one of these marks, where that can be seen."""
    entries = {f"{_MARK}={mark}".encode() for mark in marks}
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            pid = int(path.parent.name)
            if pid != os.getpid() and entries & {*path.read_bytes().split(b"\0")}:
                os.kill(pid, signal.SIGKILL)
