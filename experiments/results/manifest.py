"""The manifest of a folder of results: what was played there, and by which versions."""

import contextlib
import datetime
import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from experiments.design.experiment import Experiment
from experiments.design.job import job_of
from experiments.design.plan import Plan
from experiments.design.reader import load_experiment
from experiments.design.sampling import points_digest
from experiments.results import atomic
from experiments.results.inside import read_regular
from experiments.results.manifest_form import DIGEST, FORMAT, digest_of, fault_of
from experiments.runs.record import package_version
from simulator import literals
from simulator.errors import StoreError
from simulator.scenario.parts import as_text, code_in

__all__ = [
    "COMPILED",
    "DIGEST",
    "HALF_MERGED",
    "NAME",
    "PACKAGES",
    "UNFINISHED",
    "data_of",
    "differences",
    "experiment_of",
    "has_digest",
    "is_older",
    "manifest_of",
    "note_compiled",
    "read_manifest",
    "versions",
    "write_manifest",
]

NAME = "manifest.json"
#: What the manifest of a merge is called until all that belongs to it is there.
UNFINISHED = "merging.json"
HALF_MERGED = "{} holds what a merge that was cut short has left: do the merge again"
#: Packages that results may depend on. Of a world Mesa is named as well, which may play it, too.
PACKAGES = ("numpy", "scipy", "pyarrow")
#: How many of the runs the compiled engine has played, where it has played any.
COMPILED = "compiled"
#: What must be the same for a sweep to continue in a folder.
_BINDING = ("format", "tradetalks", "shard", "code", "experiment")


def manifest_of(plan: Plan) -> dict[str, Any]:
    """Return the manifest of a plan."""
    job = job_of(plan)
    packages = PACKAGES if plan.experiment.model else (*PACKAGES, "mesa")
    return {
        "format": FORMAT,
        **versions(*packages),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "points": len(plan.points),
        "points_digest": points_digest(plan.points),
        "runs": plan.size,
        "shard": list(plan.shard) if plan.shard else None,
        "code": dict(job.code),
        "experiment": plan.experiment.resolved(),
        "countries": list(job.countries),
        "timeout": plan.experiment.timeout,
        "set": {path: literals.write(as_text(v)) for path, v in plan.experiment.set.items()},
    }


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of tradetalks, Python and some packages, by name."""
    installed = {name: version(name) for name in packages}
    return {"tradetalks": package_version(), "python": platform.python_version(), **installed}


def write_manifest(folder: Path, content: Mapping[str, Any], name: str = NAME) -> None:
    """Write a manifest with its digest; it appears whole or not at all.

    Raises OSError if it cannot be written.
    """
    plain = json.loads(json.dumps(content, default=_dated))
    plain[DIGEST] = digest_of(plain)
    text = json.dumps(plain, indent=1, ensure_ascii=False)
    atomic.write_file(folder / name, text.encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder of results.

    Raises StoreError if there is no manifest that can be read, or it is not as it was written.
    """
    path = folder / NAME
    try:
        text = read_regular(path).decode()
        if fault := fault_of(json.loads(text)):
            raise StoreError(f"{path} cannot be used: {fault}")
    except FileNotFoundError:
        if (folder / UNFINISHED).is_file():
            raise StoreError(HALF_MERGED.format(folder)) from None
        raise StoreError(
            f"{folder} holds no results of a sweep: there is no {NAME} in it"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{path} cannot be read: {literals.fault_of(error)}") from error
    manifest: dict[str, Any] = json.loads(text, object_hook=_undated)
    return manifest


def note_compiled(folder: Path, runs: int) -> None:
    """Add to a manifest how many more of the runs the compiled engine has played.

    Raises OSError if it cannot be written.
    """
    known = read_manifest(folder)
    write_manifest(folder, {**known, COMPILED: known.get(COMPILED, 0) + runs})


def experiment_of(manifest: Mapping[str, Any], **changes: Any) -> Experiment:
    """Return the experiment that a manifest holds, changed as in `load_experiment`.

    The code that it names is that of a file, unless the changes allow it.
    """
    data = data_of(manifest)
    return load_experiment(data, from_files=code_in(data), **changes)


def data_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the experiment that a manifest holds, as data for `load_experiment`."""
    data = {key: value for key, value in manifest["experiment"].items() if key != "scenario_hash"}
    timeout = manifest.get("timeout")
    return data if timeout is None else {**data, "timeout": timeout}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return how two manifests differ in what the results depend on, a line per difference."""
    before, after = ({key: m.get(key) for key in _BINDING} for m in (old, new))
    kinds = _differing(before, after), _reordered(old, new), _redrawn(old, new)
    return next(filter(None, map(list, kinds)), [])


def has_digest(manifest: Mapping[str, Any]) -> bool:
    """Return whether changes of a manifest are noticed; before format 3 they were not."""
    return DIGEST in manifest


def is_older(manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest was written before the rules and tables of this format."""
    return bool(manifest["format"] < FORMAT)


def _reordered(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Give the order of the axes if it differs: the numbers of the points depend on it."""
    before, after = (", ".join(m["experiment"]["axes"]) for m in (old, new))
    if before != after:
        yield f"  order of axes: {before} -> {after}"


def _redrawn(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Give how the drawn points differ, if they do: a new version of a package may draw others."""
    if old.get("points_digest") == new.get("points_digest"):
        return
    before, after = (f"numpy {m.get('numpy')} and scipy {m.get('scipy')}" for m in (old, new))
    yield f"  points: those drawn by {before} -> others, drawn by {after}"


def _differing(old: object, new: object, path: str = "") -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            inside = f"{path}.{key}" if path else str(key)
            yield from _differing(old.get(key), new.get(key), inside)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _differing(a, b, f"{path}[{k}]")
    elif old != new or type(old) is not type(new):
        yield f"  {path.removeprefix('experiment.')}: {_short(old)} -> {_short(new)}"


def _short(value: object, length: int = 60) -> str:
    # As in a list, where texts are always quoted.
    text = "nothing" if value is None else literals.write([value])[1:-1]
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _dated(value: object) -> object:
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    raise TypeError(f"{value!r} has no place in a manifest")


def _undated(value: dict[str, Any]) -> object:
    if value.keys() == {"date"} and isinstance(value["date"], str):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value["date"])
    return value
