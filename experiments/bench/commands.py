"""Figures of commands: the processor time of a new process."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

__all__ = ["help_time", "negotiate_time"]


def help_time() -> tuple[str, str, str]:
    """Return the processor time of ``tradetalks --help``."""
    return "tradetalks --help, processor time", _spent("--help"), "0.15 s"


def negotiate_time() -> tuple[str, str, str]:
    """Return the processor time of ``tradetalks negotiate`` for a small domain."""
    with TemporaryDirectory() as folder:
        for side, values in zip("AB", ((0.0, 0.5, 1.0), (1.0, 0.5, 0.0)), strict=True):
            levels = {f"i{k}": dict(zip("xyz", values, strict=True)) for k in range(5)}
            weights = dict.fromkeys(levels, 0.2)
            profile = {"reservationValue": 0.0, "issueWeights": weights, "issues": levels}
            Path(folder, f"profile{side}.json").write_text(json.dumps(profile), encoding="utf-8")
        spent = _spent("negotiate", folder, "--strategies", "boulware,micro", "--json")
    return "tradetalks negotiate, 243 outcomes, processor time", spent, "0.5 s"


def _spent(*arguments: str) -> str:
    """Return the median processor time of a command."""
    command = [sys.executable, "-m", "experiments.cli.main", *arguments]

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return f"{median(once() for _ in range(9)):.3f} s"
