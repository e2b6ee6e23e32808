"""Shards put together: the folder that one sweep would have left."""

from collections.abc import Sequence
from pathlib import Path

from experiments import failures, manifest
from experiments.durable import sync
from experiments.lock import Lock
from experiments.segments import Segments
from experiments.store import Results, open_results
from simulator.errors import StoreError, WriteError

__all__ = ["merge"]


def merge(folders: Sequence[str | Path], out: str | Path) -> Results:
    """Return the results of several folders of one experiment, put together in a new folder.

    Parameters
    ----------
    folders : sequence of str or Path
        Shards of an experiment, or parts of it by other means; no run may be in two.
    out : str or Path
        A new folder or an empty one. What is missing can be played there with ``--resume``.

    Raises
    ------
    StoreError
        If the folders are not of one experiment, share runs or are broken.
    WriteError
        If `out` cannot be written to.
    """
    parts = [open_results(folder) for folder in folders]
    if not parts:
        raise StoreError("name at least one folder of results")
    whole = _common(parts)
    _require_sound(parts)
    target = Path(out).expanduser()
    try:
        if target.exists() and any(target.iterdir()):
            raise StoreError(f"{target} is not empty, and nothing in it is overwritten")
        for table in parts[0].tables:
            (target / table).mkdir(parents=True, exist_ok=True)
        with Lock(target):
            _copy(parts, target)
            manifest.write(target, whole)
            sync(target)
    except OSError as error:
        raise WriteError(f"{target} cannot be written to: {error}") from error
    return open_results(target)


def _common(parts: Sequence[Results]) -> dict[str, object]:
    """Return the manifest of the whole that the parts are of."""
    first = {**parts[0].manifest, "shard": None}
    for part in parts:
        if not part.manifest:
            raise StoreError(f"{part.folder} holds a single run, no part of a sweep")
        changes = manifest.differences(first, {**part.manifest, "shard": None})
        if changes:
            lines = "\n".join(changes)
            raise StoreError(
                f"{parts[0].folder} and {part.folder} hold different experiments:\n{lines}"
            )
    repairs = [note for part in parts for note in part.manifest.get("repairs", [])]
    return {**first, "repairs": repairs} if repairs else first


def _require_sound(parts: Sequence[Results]) -> None:
    seen: dict[int, Path] = {}
    for part in parts:
        runs = part.segments.require_sound()
        shared = sorted(runs & seen.keys())
        if shared:
            raise StoreError(f"run {shared[0]} is in {seen[shared[0]]} and in {part.folder}")
        seen.update(dict.fromkeys(runs, part.folder))


def _copy(parts: Sequence[Results], target: Path) -> None:
    tables = [table for table in parts[0].tables if table != "runs"]
    for part in parts:
        part.segments.copy_to(Segments(target, tables), part.segments.names())
    failures.join([part.folder for part in parts], target)
