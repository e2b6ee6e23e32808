"""Amending a sweep: the user's code has been changed since some of its runs failed."""

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from experiments.design.job import job_of
from experiments.design.plan import Plan
from experiments.results import manifest
from experiments.results.segments import Segments

__all__ = ["accept", "lacking", "repaired", "timed"]


def accept(folder: Path, planned: Plan, new: Mapping[str, Any]) -> list[str]:
    """Let a folder continue with changed code, and return how it differs from the code before.

    The lock of the folder is held, and `new` is the manifest of the plan. Nothing is accepted if
    the folder holds no results, or anything but the code differs. The manifest notes under
    ``repairs`` which runs were missing or failed at that time: they are the ones that the changed
    code plays. Raises StoreError if the manifest of the folder cannot be read.
    """
    if not (folder / manifest.NAME).is_file():
        return []
    old = manifest.read_manifest(folder)
    changes = manifest.differences(old, new)
    if not changes or manifest.differences(repaired(old, new, []), new):
        return []
    manifest.write_manifest(folder, repaired(old, new, lacking(folder, planned, or_failed=True)))
    return changes


def timed(old: Mapping[str, Any], timeout: float | None) -> dict[str, Any]:
    """Return an old manifest with another time limit, and a note of the one before."""
    note = {"since": _now(), "before": old.get("timeout")}
    return {**old, "timeout": timeout, "timeouts": [*(old.get("timeouts") or ()), note]}


def repaired(old: Mapping[str, Any], new: Mapping[str, Any], runs: Iterable[int]) -> dict[str, Any]:
    """Return an old manifest with the code of a new one, and a note of the runs that it plays.

    They are in ascending order.
    """
    note = {
        "since": _now(),
        "runs": _ranges(runs),
        "code_before": old.get("code"),
    }
    return {**old, "code": new["code"], "repairs": [*(old.get("repairs") or ()), note]}


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def lacking(folder: Path, planned: Plan, *, or_failed: bool) -> list[int]:
    """Return the runs of a plan that are not in a folder, in ascending order.

    Those that failed, or of which a metric did, count as such if they are asked for.
    """
    played: set[int] = set()
    for chunk in Segments(folder, job_of(planned).kept_tables).states():
        if not chunk.fault:
            played |= chunk.runs - chunk.failed - chunk.gaps if or_failed else chunk.runs
    return [run for run in planned.runs() if run not in played]


def _ranges(runs: Iterable[int]) -> str:
    """Return ascending numbers as ranges: ``0, 4-7``."""
    ends: list[list[int]] = []
    for run in runs:
        if ends and run == ends[-1][1] + 1:
            ends[-1][1] = run
        else:
            ends.append([run, run])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ends)
