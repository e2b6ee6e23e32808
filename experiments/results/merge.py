"""Merging shards into the folder that a single sweep would have left."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.results import failure_log, manifest
from experiments.results.atomic import sync_folder, whole_name
from experiments.results.lock import NAME as LOCK
from experiments.results.lock import Lock, holder
from experiments.results.segments import Segments
from experiments.results.store import StoredResults, stored_results
from simulator.errors import StoreError, WriteError
from simulator.files import user_path
from simulator.world.records import TABLES

__all__ = ["merge", "missing_shards"]


def merge(folders: Sequence[str | Path], out: str | Path) -> StoredResults:
    """Merge several folders of one experiment into a new or empty one, and return its results.

    They are shards or other parts; runs that none of them has can be played with ``--resume``. What
    a merge that was killed has left in `out` is replaced, and one that is done stays.

    Raises StoreError if they are of different experiments, share runs, are damaged or still written
    to; WriteError if `out` cannot be written to: it is left as it was.
    """
    parts = [stored_results(folder) for folder in folders]
    if not parts:
        raise StoreError("name at least one folder of results")
    whole = _common(parts)
    _require_sound(parts)
    target = user_path(out)
    if _is_done(parts, whole, target):
        with Lock(target):  # which one that was killed at the very end may have left
            return stored_results(target)
    try:
        _require_free(target)
        with _locked(target):
            manifest.write_manifest(target, whole, manifest.UNFINISHED)
            _copy(parts, target)
            # The last step, and one that is taken whole or not at all.
            (target / manifest.UNFINISHED).replace(target / manifest.NAME)
        sync_folder(target)
    except OSError as error:
        raise WriteError(f"{target} cannot be written to: {error}") from error
    return stored_results(target)


def missing_shards(folders: Sequence[str | Path]) -> list[str]:
    """Return which shards of an experiment are in none of the folders: ``shard 2 of 2``.

    They can be merged; unless all are shards, nothing is missing.
    """
    shards = [stored_results(folder).manifest["shard"] for folder in folders]
    if None in shards or len({of for _, of in shards}) != 1:
        return []
    present, of = {part for part, _ in shards}, shards[0][1]
    return [f"shard {part} of {of}" for part in range(1, of + 1) if part not in present]


def _is_done(parts: Sequence[StoredResults], whole: Mapping[str, object], target: Path) -> bool:
    """Return whether a folder holds these parts already, as if somebody merged them just now."""
    if not (target / manifest.NAME).is_file():
        return False
    there = stored_results(target)
    before, after = (
        {key: value for key, value in content.items() if key != manifest.DIGEST}
        for content in (there.manifest, whole)
    )
    names = sorted(name for part in parts for name in part.segments.names())
    return before == after and there.segments.names() == names


def _require_free(target: Path) -> None:
    """Raise StoreError if there is anything in a folder but what a killed merge has left."""
    names = {path.name for path in target.iterdir()} if target.exists() else set[str]()
    begun = {LOCK, *(name for name in names if whole_name(name) == manifest.UNFINISHED)}
    if names - begun and (manifest.NAME in names or manifest.UNFINISHED not in names):
        raise StoreError(f"{target} is not empty, and nothing in it is overwritten")


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Lock a folder that is free, and empty it before, and again if it cannot be filled."""
    was_there = target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        with Lock(target):
            _require_free(target)
            _empty(target)
            try:
                yield
            except BaseException:
                _empty(target)
                raise
    finally:
        if not was_there and not any(target.iterdir()):
            target.rmdir()


def _empty(target: Path) -> None:
    """Remove what a merge has written to a folder, and nothing else."""
    Segments(target, [table for table in TABLES if (target / table).is_dir()]).clear()
    for name in (failure_log.NAME, manifest.UNFINISHED):  # by the last one it is known again
        for path in list(target.iterdir()):
            if name in {path.name, whole_name(path.name)}:
                path.unlink()


def _common(parts: Sequence[StoredResults]) -> dict[str, object]:
    """Return the manifest of the whole whose parts these are."""
    first = {**parts[0].manifest, "shard": None}
    for part in parts:
        if not part.manifest:
            raise StoreError(f"{part.folder} holds a single run, no part of a sweep")
        if writer := holder(part.folder):
            raise StoreError(f"{part.folder} is being written to by {writer}; wait for it")
        if changes := manifest.differences(first, {**part.manifest, "shard": None}):
            lines = "\n".join(changes)
            raise StoreError(
                f"{parts[0].folder} and {part.folder} hold different experiments:\n{lines}"
            )
    notes = {
        key: [note for part in parts for note in (part.manifest.get(key) or ())]
        for key in ("repairs", "timeouts")
    }
    # Runs that are still to be played may take as long as they might in any part.
    limits: list[Any] = [part.manifest.get("timeout") for part in parts]
    longest = None if None in limits else max(limits)
    compiled = sum(part.manifest.get(manifest.COMPILED, 0) for part in parts)
    told = {**notes, manifest.COMPILED: compiled}
    return {**first, "timeout": longest, **{key: value for key, value in told.items() if value}}


def _require_sound(parts: Sequence[StoredResults]) -> None:
    owners: dict[int, Path] = {}
    for part in parts:
        runs = part.segments.require_sound()
        if shared := sorted(runs & owners.keys()):
            raise StoreError(f"run {shared[0]} is in {owners[shared[0]]} and in {part.folder}")
        owners.update(dict.fromkeys(runs, part.folder))


def _copy(parts: Sequence[StoredResults], target: Path) -> None:
    tables = [table for table in parts[0].tables if table != "runs"]
    for part in parts:
        part.segments.copy_to(Segments(target, tables), part.segments.names())
    failure_log.join([part.folder for part in parts], target)
