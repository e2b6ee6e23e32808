"""The user's own code: a digest of the files that each function and class of it stands in."""

import ast
import hashlib
import importlib.util
import inspect
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from experiments.design.experiment import Experiment
from simulator.errors import Problem, ScenarioError, WorkerError
from simulator.scenario import parts
from simulator.scenario.scenario import Scenario

__all__ = ["digests", "require_code"]

_UNKNOWN = "unknown"
_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
#: What is bound by the version of tradetalks.
_OURS = {"agents", "experiments", "simulator"}
#: The modules looked at in this process: what is another one once it is imported again, and a
#: digest of the file as it was when it was looked at first.
_looked_at: dict[str, tuple[object, str]] = {}


def digests(experiment: Experiment) -> dict[str, str]:
    """Return a digest of the code behind each import path that an experiment names.

    It covers the whole module, and the modules that it imports from under the folder it was
    found in, by whatever way; not the packages that are installed.

    Parameters
    ----------
    experiment : Experiment
        One that was planned: what it names is imported.

    Raises
    ------
    ScenarioError
        If a file has changed since this process looked at it first: what would be played is not
        what stands there.
    """
    named = dict.fromkeys(name for name in _named(experiment) if _PATH.fullmatch(name))
    return {name: _digest(name) for name in named}


def require_code(expected: Mapping[str, str]) -> None:
    """Import the code behind import paths, and make sure that it is what is expected.

    Parameters
    ----------
    expected : mapping
        What `digests` returned where the sweep began.

    Raises
    ------
    WorkerError
        If this process has imported other code.
    ScenarioError
        If it cannot be imported.
    """
    for path, digest in expected.items():
        parts.import_object(path, "code", "object")
        try:
            found = _digest(path)
        except ScenarioError as error:
            raise WorkerError(str(error)) from error
        if _UNKNOWN not in {digest, found} and digest != found:
            raise WorkerError(
                f"the code of {path} is not that with which the sweep began; start anew, and have"
                " the same files wherever it is played"
            )


def _named(experiment: Experiment) -> Iterator[str]:
    """Give the names that may be import paths."""
    if experiment.model is not None:
        yield experiment.model
        return
    yield from experiment.metrics
    for stage in (experiment.base, *experiment.base.stages):
        yield from _parts(stage)
    texts = _texts([axis.values for axis in experiment.axes])
    paths = (match[0] for text in texts for match in _PATH.finditer(text))
    yield from (path for path in paths if isinstance(_found(path), type))


def _parts(scenario: Scenario) -> Iterator[str]:
    """Give the names of the parts of a scenario."""
    for country in scenario.countries.values():
        for part in (country.strategy, country.compliance, country.trust):
            yield from part.names()
    for talk in scenario.talks.values():
        for part in talk.strategy.values():
            yield from part.names()


def _texts(value: object) -> Iterator[str]:
    """Give the texts in a value, however deep: those of parts may be import paths."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _located(path: str) -> tuple[ModuleType, list[str]] | None:
    """Return the module of an import path and the names within; nothing is imported for it."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        module = sys.modules.get(".".join(names[:length]))
        if module is not None:
            return module, names[length:]
    return None


def _found(path: str) -> Any:
    """Return what stands at an import path, None if there is nothing or it is not imported."""
    located = _located(path)
    if located is None:
        return None
    found: Any = located[0]
    for name in located[1]:
        found = getattr(found, name, None)
    return found


def _digest(path: str) -> str:
    located = _located(path)
    file = getattr(located[0], "__file__", None) if located else None
    try:
        if located is None or file is None:
            # Of a notebook, whose cells are in no file.
            return _hashed([("", inspect.getsource(_found(path)).encode())])
        return _hashed(_files(located[0], Path(file)))
    except (OSError, TypeError):
        return _UNKNOWN


def _hashed(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files):
        # Ends of lines differ from machine to machine.
        digest.update(f"{name}\0".encode() + content.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _require_unchanged(name: str, module: ModuleType | None, file: Path, content: bytes) -> None:
    """Raise ScenarioError if a module was imported from a file that has changed since."""
    if module is None or getattr(module, "__file__", None) != str(file):
        return
    identity, digest = module.__spec__ or module, _hashed([("", content)])
    known, before = _looked_at.setdefault(name, (identity, digest))
    if known is not identity:
        _looked_at[name] = identity, digest
    elif before != digest:
        allowed = "code that is as it was imported; the file has changed since, start anew"
        raise ScenarioError([Problem(f"code.{name}", file.name, allowed)])


# -- files -------------------------------------------------------------------------------------


def _files(module: ModuleType, file: Path) -> list[tuple[str, bytes]]:
    """Return the files of a module and of what it imports from its folder: name and content."""
    first = module.__spec__.name if module.__spec__ else file.stem
    root = file.parents[first.count(".") + (file.stem == "__init__")]
    read = {first: file.read_bytes()}
    _require_unchanged(first, module, file, read[first])
    pending = list(_imports(first, file, read[first]))
    while pending:
        name = pending.pop()
        source = _source(root, name, first)
        if name in read or source is None:
            continue
        read[name] = source.read_bytes()
        _require_unchanged(name, sys.modules.get(name), source, read[name])
        pending.extend(_imports(name, source, read[name]))
    return list(read.items())


def _source(root: Path, name: str, first: str) -> Path | None:
    """Return the file of a module of the user's under a folder, None if there is none."""
    top = name.partition(".")[0]
    if top in _OURS or (_is_shared(root) and top != first.partition(".")[0]):
        return None
    base = root.joinpath(*name.split("."))
    choices = (base / "__init__.py", base.with_name(f"{base.name}.py"))
    return next((path for path in choices if path.is_file()), None)


def _is_shared(root: Path) -> bool:
    """Tell a folder of installed packages, in which a package is the user's and others are not."""
    shared = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return root.name in {"site-packages", "dist-packages"} or str(root) in shared


def _imports(name: str, file: Path, content: bytes) -> Iterator[str]:
    """Give what may be modules: the packages around a module, and all that it imports."""
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    around = package.split(".") if package else []
    yield from (".".join(around[:length]) for length in range(1, len(around) + 1))
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
