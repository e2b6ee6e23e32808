"""Models, metrics and work for workers in tests, found by import path."""

import contextlib
import multiprocessing
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.strategies.strategy import Strategy
from simulator.negotiation.negotiator import Turn

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

Parameters = Mapping[str, Any]

#: Where a test names the file without which its sweep cannot end.
GATE = "TRADETALKS_TEST_GATE"
_passed = 0


def pass_gate(freely: int = 5) -> None:
    """Let the first runs of a process pass, the others only once the file of the test exists."""
    global _passed
    _passed += 1
    gate = os.environ.get(GATE)
    while gate and _passed > freely and not Path(gate).exists():
        time.sleep(0.01)


def square(parameters: Parameters, seed: int) -> dict[str, float]:
    """A number of the parameter and one of the seed."""
    return {"y": float(parameters.get("x", 0)) ** 2, "noise": seed / 2**63}


def named(parameters: Parameters, seed: int) -> dict[str, float]:
    """A number of the name of the parameter's type."""
    return {"y": len(type(parameters.get("x")).__name__)}


def raises(parameters: Parameters, seed: int) -> dict[str, float]:
    """Fails where x is 0."""
    return {"y": 1 / parameters["x"]}


def gated(parameters: Parameters, seed: int) -> dict[str, float]:
    """Waits, so that something can happen to it meanwhile."""
    pass_gate()
    return {"y": float(parameters["x"])}


def kills(parameters: Parameters, seed: int) -> dict[str, float]:
    """Kills its process where x is 13."""
    if parameters["x"] == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"y": float(parameters["x"])}


def kills_once(parameters: Parameters, seed: int) -> dict[str, float]:
    """Kills its process at x = 13, unless the file exists that it makes before."""
    mark = Path(parameters["mark"])
    if parameters["x"] == 13 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"y": float(parameters["x"])}


def kills_and_counts(parameters: Parameters, seed: int) -> dict[str, float]:
    """Notes x in a file, then kills its process where it is 13."""
    with open(parameters["mark"], "a", encoding="utf-8") as file:
        file.write(f"{parameters['x']}\n")
    return kills(parameters, seed)


def hangs(parameters: Parameters, seed: int) -> dict[str, float]:
    """Never ends at some x: in Python, in C while nothing else can run, asleep."""
    x = parameters["x"]
    while x == 3:
        pass
    if x == 6:
        sum(range(10**18))
    if x == 7:
        time.sleep(600)
    return {"y": float(x), "noise": seed / 2**63}


def dawdles(parameters: Parameters, seed: int) -> dict[str, float]:
    """Takes seconds where x is 5, and else none."""
    time.sleep(parameters.get("seconds", 3.0) if parameters["x"] == 5 else 0.0)
    return {"y": float(parameters["x"])}


def begets(parameters: Parameters, seed: int) -> dict[str, float]:
    """Starts processes that would live for long, and notes their numbers in a file."""
    if multiprocessing.parent_process() is None:  # the trial of a model, before it is played
        raise RuntimeError("only in a worker")
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with open(parameters["pids"], "a", encoding="utf-8") as file:
        for apart in (False, True):
            subprocess.Popen([sys.executable, "-c", script], stdout=file, start_new_session=apart)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:  # as a daemon does, whose parent nobody knows any more
                os.write(file.fileno(), f"{os.getpid()}\n".encode())
                time.sleep(600)
            os._exit(0)
    deadline = time.monotonic() + 60
    while len(Path(parameters["pids"]).read_text(encoding="utf-8").splitlines()) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    if parameters.get("then") == "hang":
        time.sleep(600)
    if parameters.get("then") == "die":
        os._exit(1)
    return {"y": 0.0}


def stuck() -> None:
    """Note this process and two that it starts, then let nothing else run in it."""
    with open(os.environ["TRADETALKS_TEST_PIDS"], "a", encoding="utf-8") as file:
        for apart in (False, True):
            command = ["sleep", "600"]
            child = subprocess.Popen(command, start_new_session=apart)
            file.write(f"{child.pid}\n")
        file.write(f"{os.getpid()}\n")
    sum(range(10**18))


def sometimes(parameters: Parameters, seed: int) -> dict[str, float]:
    """Fails at odd x while a variable of the environment is set."""
    if parameters["x"] % 2 and "TRADETALKS_TEST_BROKEN" in os.environ:
        raise RuntimeError("not now")
    return {"y": float(parameters["x"])}


def leaves(parameters: Parameters, seed: int) -> dict[str, float]:
    """Ends the program where x is 1, and returns no number where it is 2."""
    if parameters["x"] == 1:
        raise SystemExit("enough")
    return {"y": "two"} if parameters["x"] == 2 else {"y": 0.0}  # type: ignore[dict-item]


class Panic(BaseException):
    """No exception, but what could end a program."""


def panics(parameters: Parameters, seed: int) -> dict[str, float]:
    """Raises what is no exception where x is 0 or 2."""
    if parameters["x"] in {0, 2}:
        raise Panic("help")
    return {"y": float(parameters["x"])}


class Raiser(Strategy):
    """A strategy that cannot."""

    def propose(self, turn: Turn) -> int:
        """Raise."""
        raise ValueError("never")


def deals(world: "Simulation") -> float:
    """A metric: how many deals there are in the ledger."""
    return len(world.ledger.deals)


def slow_imports(world: "Simulation") -> float:
    """A metric: how much that is slow to import is there; pandas comes with a table of pyarrow."""
    return len({"mesa", "networkx", "scipy", "matplotlib"} & sys.modules.keys())


def odd(world: "Simulation") -> float:
    """A metric that fails of odd seeds while a variable of the environment is set."""
    if world.seed % 2 and "TRADETALKS_TEST_BROKEN" in os.environ:
        raise ValueError("odd")
    return float(world.seed % 2)


def deals_gated(world: "Simulation") -> float:
    """A metric that waits, so that something can happen meanwhile."""
    pass_gate()
    return deals(world)


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes.

    Linux hands the figure of `getrusage` down from the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class Lethal:
    """A result that takes its process with it when it is to be sent."""

    def __reduce__(self) -> tuple[Any, ...]:
        os._exit(3)


def lost(mark: str) -> Lethal:
    """Return what cannot be sent; when played again, end the process."""
    if Path(mark).exists():
        os._exit(3)
    Path(mark).touch()
    return Lethal()


def awaits(gate: str) -> int:
    """Return the number of the process once a file exists."""
    while not Path(gate).exists():
        time.sleep(0.01)
    return os.getpid()


def half_a_message() -> None:
    """End the process when a part of its answer is sent: the first of 4,096 announced bytes."""
    for name in map(int, os.listdir("/dev/fd")):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(name).st_mode):
                os.write(name, b"\0\0\x10\0half")
    os.kill(os.getpid(), signal.SIGKILL)


def orphaned(pid: str) -> None:
    """End the process, but not a child of it, which holds its files open and is named in one."""
    child = os.fork()
    if child == 0:
        time.sleep(600)
    Path(pid).write_text(str(child), encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)


class Fussy(Exception):
    """An error that cannot be sent: it is not made again of what it says."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fusses() -> None:
    """Raise what cannot be sent."""
    raise Fussy("this", "that")
