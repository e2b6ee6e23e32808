"""Merging shards into the folder that a single sweep would have left."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.results import failure_log, manifest
from experiments.results.atomic import sync_folder
from experiments.results.lock import Lock, holder
from experiments.results.segments import Segments
from experiments.results.store import StoredResults, stored_results
from simulator.errors import StoreError, WriteError
from simulator.files import user_path

__all__ = ["merge", "missing_shards"]


def merge(folders: Sequence[str | Path], out: str | Path) -> StoredResults:
    """Merge several folders of one experiment into a new or empty one, and return its results.

    They are shards or other parts; runs that none of them has can be played with ``--resume``.

    Raises StoreError if they are of different experiments, share runs, are damaged or still written
    to; WriteError if `out` cannot be written to: it is left as it was.
    """
    parts = [stored_results(folder) for folder in folders]
    if not parts:
        raise StoreError("name at least one folder of results")
    whole = _common(parts)
    _require_sound(parts)
    target = user_path(out)
    try:
        if target.exists() and any(target.iterdir()):
            raise StoreError(f"{target} is not empty, and nothing in it is overwritten")
        with _locked(target):
            _copy(parts, target)
            manifest.write_manifest(target, whole)
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


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Lock a new or empty folder, and restore it as it was if it cannot be filled."""
    was_there = target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        with Lock(target):
            try:
                yield
            except BaseException:
                for path in target.iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                raise
    finally:
        if not was_there and not any(target.iterdir()):
            target.rmdir()


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
    repairs = [note for part in parts for note in part.manifest.get("repairs", [])]
    return {**first, "repairs": repairs} if repairs else first


def _require_sound(parts: Sequence[StoredResults]) -> None:
    owners: dict[int, Path] = {}
    for part in parts:
        runs = part.segments.require_sound()
        if shared := sorted(runs & owners.keys()):
            raise StoreError(f"run {shared[0]} is in {owners[shared[0]]} and in {part.folder}")
        owners.update(dict.fromkeys(runs, part.folder))


def _copy(parts: Sequence[StoredResults], target: Path) -> None:
    tables = [table for table in parts[0].tables if table != "runs"]
    for table in parts[0].tables:
        (target / table).mkdir()
    for part in parts:
        part.segments.copy_to(Segments(target, tables), part.segments.names())
    failure_log.join([part.folder for part in parts], target)
