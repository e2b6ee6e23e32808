"""What the bench measures with: time, memory, the machine."""

import os
import platform
import resource
import time
from collections.abc import Callable

__all__ = ["load", "processor", "resident", "so_far", "spent", "timed"]


def resident() -> int:
    """Return the memory of this process in bytes; its peak where the system tells no more."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(work: Callable[..., object], *given: object) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def spent(work: Callable[..., object], *given: object, **named: object) -> float:
    """Return the seconds of the processor that a call takes in this process."""
    start = time.process_time()
    work(*given, **named)
    return time.process_time() - start


def so_far() -> tuple[float, float]:
    """Return the seconds of the processor, with ended child processes, and of the clock so far."""
    used = os.times()
    return sum(used[:4]), time.perf_counter()


def load() -> str:
    """Return the load of the machine, over 1, 5 and 15 minutes, beside its cores."""
    try:
        load = ", ".join(f"{mean:.1f}" for mean in os.getloadavg())
    except (AttributeError, OSError):  # on Windows
        load = "unknown"
    return f"load {load} on {os.cpu_count()} cores"


def processor() -> str:
    """Return the name of the processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or "processor unknown"
