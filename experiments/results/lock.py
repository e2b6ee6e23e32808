"""The lock of a folder of results: one writer at a time.

The file ``lock`` names the process that writes and its machine. Where the system has file locks,
one is held on it too, which the system lets go of when the process ends, however it ends.

The package filelock would need most of this around it, and gives up on a file system without
locks, where the name in the file still keeps others out.
"""

import json
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from experiments.results.inside import open_own, read_regular
from simulator import literals
from simulator.errors import StoreError, WriteError

__all__ = ["Lock", "holder"]

NAME = "lock"
#: Bytes that a lock has at most.
_MOST = 4096
#: The locks of this process.
_held: "WeakSet[Lock]" = WeakSet()


class Lock:
    """The right to write to a folder that exists, as a context manager.

    It says whose `stale` lock was taken over, if there was one. Raises StoreError on entering if
    another process writes to the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.stale = ""
        self._file = -1

    def __enter__(self) -> Self:
        while not self._entered():
            pass  # the file went with the one who held the lock until now: a new one is made
        return self

    def _entered(self) -> bool:
        """Return whether the lock is taken; it is not if the file was removed meanwhile."""
        try:
            self._file = open_own(self.path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise WriteError(f"{self.path.parent} cannot be written to: {error}") from error
        _held.add(self)
        taken = False
        try:
            taken = self._take()
        finally:
            if not taken:
                self.let_go()
        return taken

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self in _held:
            if self._in_place():
                self.path.unlink(missing_ok=True)
            self.let_go()

    def let_go(self) -> None:
        """Hold the file no longer; whoever else has it open still does."""
        _held.discard(self)
        os.close(self._file)

    def _take(self) -> bool:
        free = _locked(self._file)
        owner = _parsed(os.pread(self._file, _MOST, 0))
        if not self._in_place():
            return False
        if not free or (owner and _alive(owner)):
            who = _named(owner) if owner else "another process"
            raise StoreError(
                f"{self.path.parent} is being written to by {who}; wait for it, name another folder"
                f" with --out, or delete {self.path} if that process is gone"
            )
        self.stale = _named(owner) if owner else ""
        pid = os.getpid()
        content = {"pid": pid, "host": socket.gethostname(), "born": _born(pid)}
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(content).encode(), 0)
        except OSError as error:
            raise WriteError(f"{self.path.parent} cannot be written to: {error}") from error
        return True

    def _in_place(self) -> bool:
        """Return whether the file that is open is still the one that others see."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._file))
        except FileNotFoundError:
            return False


def _let_go() -> None:
    """Let go of the locks of the process that this one was forked from, which may end before."""
    for lock in list(_held):
        lock.let_go()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def holder(folder: Path) -> str:
    """Return who writes to a folder now, in words; empty if nobody does."""
    try:
        owner = _parsed(read_regular(folder / NAME, _MOST))
    except OSError:
        return ""
    return _named(owner) if owner and _alive(owner) else ""


def _locked(file: int) -> bool:
    """Return whether the system granted its lock on a file, if it has such locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def _parsed(content: bytes) -> dict[str, Any]:
    """Return what a lock names, nothing if it was never written to its end."""
    try:
        owner = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _alive(owner: dict[str, Any]) -> bool:
    """Return whether the process that a lock names may still be there."""
    pid = owner.get("pid")
    if owner.get("host") != socket.gethostname():
        return True
    if not literals.is_whole(pid, least=1) or pid >= 2**31:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A number is given again to another process, which was born at another time.
    born = owner.get("born")
    return born is None or born == _born(pid)


def _born(pid: int) -> str | None:
    """Return when a process was born, in ticks since the machine started, if that is told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _named(owner: dict[str, Any]) -> str:
    return f"process {owner.get('pid', '?')} on {owner.get('host', '?')}"
