"""A fingerprint of the user's own code: digests of the files with its functions and classes."""

import ast
import hashlib
import importlib.util
import inspect
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from experiments.design.experiment import Experiment
from simulator.errors import Problem, ScenarioError, WorkerError
from simulator.scenario.code import import_object, paths_in
from simulator.scenario.parts import code_in

__all__ = ["digests", "require_code"]

_UNKNOWN = "unknown"
#: Packages whose code is fixed by the version of tradetalks.
_OURS = {"agents", "experiments", "simulator"}
#: The modules looked at in this process: an object that changes when a module is imported again,
#: and a digest of its file when it was first looked at.
_looked_at: dict[str, tuple[object, str]] = {}


def digests(experiment: Experiment) -> dict[str, str]:
    """Return a digest of the code behind each import path that an experiment names.

    It covers the whole module and the modules that it imports, directly or not, from the folder it
    was found in; not installed packages. Raises ScenarioError if a file has changed since this
    process first looked at it: the code that would be played is no longer the code in the file.
    """
    paths = dict.fromkeys(name for name in _import_paths(experiment) if paths_in(name) == [name])
    return {name: _digest_at(name) for name in paths}


def require_code(expected: Mapping[str, str]) -> None:
    """Import the code behind import paths, and make sure that it is the expected code.

    Raises WorkerError if this process has imported different code; ScenarioError if it cannot be
    imported.
    """
    for path, wanted in expected.items():
        import_object(path, "code")
        try:
            actual = _digest_at(path)
        except ScenarioError as error:
            raise WorkerError(str(error)) from error
        if _UNKNOWN not in {wanted, actual} and wanted != actual:
            raise WorkerError(
                f"the code of {path} is not that with which the sweep began; start anew, and have"
                " the same files wherever it is played"
            )


def _import_paths(experiment: Experiment) -> Iterator[str]:
    """Give the names that may be import paths."""
    if experiment.model is not None:
        yield experiment.model
        return
    yield from experiment.metrics
    for stage in (experiment.base, *experiment.base.stages):
        yield from (name for _, part in stage.named_parts() for name in part.names())
    paths = sorted(code_in([axis.values for axis in experiment.axes]))
    yield from (path for path in paths if isinstance(_object_at(path), type))


def _module_of(path: str) -> tuple[ModuleType, list[str]] | None:
    """Return the module of an import path and the names within it, without importing anything."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        module = sys.modules.get(".".join(names[:length]))
        if module is not None:
            return module, names[length:]
    return None


def _object_at(path: str) -> Any:
    """Return the object at an import path, None if there is none or it is not imported."""
    located = _module_of(path)
    if located is None:
        return None
    value: Any = located[0]
    for name in located[1]:
        value = getattr(value, name, None)
    return value


def _digest_at(path: str) -> str:
    located = _module_of(path)
    file = getattr(located[0], "__file__", None) if located else None
    try:
        if located is None or file is None:
            # Defined in a notebook, whose cells are in no file.
            return _digest_of([("", inspect.getsource(_object_at(path)).encode())])
        return _digest_of(_files(located[0], Path(file)))
    except (OSError, TypeError):
        return _UNKNOWN


def _digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files):
        # Line endings differ between machines.
        digest.update(f"{name}\0".encode() + content.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _require_unchanged(name: str, module: ModuleType | None, file: Path, content: bytes) -> None:
    """Raise ScenarioError if a module was imported from a file that has changed since."""
    if module is None or getattr(module, "__file__", None) != str(file):
        return
    identity, digest = module.__spec__ or module, _digest_of([("", content)])
    identity_before, digest_before = _looked_at.setdefault(name, (identity, digest))
    if identity_before is not identity:
        _looked_at[name] = identity, digest
    elif digest_before != digest:
        allowed = "code that is as it was imported; the file has changed since, start anew"
        raise ScenarioError([Problem(f"code.{name}", file.name, allowed)])


# -- files -------------------------------------------------------------------------------------


def _files(module: ModuleType, file: Path) -> list[tuple[str, bytes]]:
    """Return name and content of a module, and of the modules it imports from its folder."""
    first = module.__spec__.name if module.__spec__ else file.stem
    root = file.parents[first.count(".") + (file.stem == "__init__")]
    contents = {first: file.read_bytes()}
    _require_unchanged(first, module, file, contents[first])
    pending = list(_imports(first, file, contents[first]))
    while pending:
        name = pending.pop()
        source = _source(root, name, first)
        if name in contents or source is None:
            continue
        contents[name] = source.read_bytes()
        _require_unchanged(name, sys.modules.get(name), source, contents[name])
        pending.extend(_imports(name, source, contents[name]))
    return list(contents.items())


def _source(root: Path, name: str, first: str) -> Path | None:
    """Return the file of one of the user's modules under a folder, None if it is not there."""
    top = name.partition(".")[0]
    if top in _OURS or (_is_shared(root) and top != first.partition(".")[0]):
        return None
    base = root.joinpath(*name.split("."))
    choices = (base / "__init__.py", base.with_name(f"{base.name}.py"))
    return next((path for path in choices if path.is_file()), None)


def _is_shared(root: Path) -> bool:
    """Return whether a folder holds installed packages, of which only one is the user's."""
    shared = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return root.name in {"site-packages", "dist-packages"} or str(root) in shared


def _imports(name: str, file: Path, content: bytes) -> Iterator[str]:
    """Give what may be names of modules: the packages around a module, and all it imports."""
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    packages = package.split(".") if package else []
    yield from (".".join(packages[:length]) for length in range(1, len(packages) + 1))
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    try:
        source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
    except ImportError:
        return
    yield source
    yield from (f"{source}.{alias.name}" for alias in node.names if alias.name != "*")
