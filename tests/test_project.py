"""The shape of the project: slow imports, names, the lock, the version, the command."""

import ast
import importlib
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from experiments.docs.public_interface import FORMER, MODULES
from tests.imports import PACKAGES, imports, modules

ROOT = Path(__file__).resolve().parents[1]
# Slow to import: only these modules may do so before they are asked for something.
HEAVY = {
    "mesa": {"simulator/world/world.py", "agents/country.py", "experiments/bench/mesa.py"},
    "pandas": set[str](),
    "matplotlib": set[str](),
    "jinja2": set[str](),
    "networkx": set[str](),
    "numba": {"experiments/compiled/machine.py", "experiments/compiled/references.py"},
}
#: What `make fast` brings, without which all else works.
FAST = {"numba", "llvmlite"}
#: Locked for a run, though not needed on every system and Python.
OTHERWHERE = {"tzdata", "typing-extensions"}
CATCH_ALLS = {"utils", "util", "helpers", "helper", "common", "misc"}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Give the nodes that run when a module is imported: no function bodies, no type checking."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from at_import(child)


def heavy_imports(root: Path) -> list[str]:
    """Return `file imports package` for every slow package imported where it need not be."""
    return [
        f"{name} imports {target}"
        for package in PACKAGES
        for name, tree in modules(root, package)
        for node in at_import(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in sorted({name.partition(".")[0] for name in imports(node)} & set(HEAVY))
        if name not in HEAVY[target]
    ]


def docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of the nodes that are docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


def words(tree: ast.Module) -> Iterator[str]:
    """Give every identifier and every string of a module, docstrings left out."""
    prose = docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Constant(value=str(text)) if id(node) not in prose:
                yield text


def named_countries(root: Path, countries: set[str]) -> list[str]:
    """Return `file: country` for every country that the code of the simulator names."""
    # An id may be part of a dotted path or of a snake_case name, but not of a longer word;
    # "US$", the unit of account, is no country.
    called = re.compile(
        r"(?<![A-Za-z0-9])(" + "|".join(map(re.escape, sorted(countries))) + r")(?![A-Za-z0-9$])"
    )
    return sorted(
        {
            f"{name}: {country}"
            for name, tree in modules(root, "simulator")
            for text in words(tree)
            for country in called.findall(text)
        }
    )


def shipped_countries() -> set[str]:
    """Return the ids and the names of the countries and bystanders of `allies-2025`."""
    path = ROOT / "simulator" / "scenarios" / "allies-2025.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    nodes = data["countries"] | data.get("bystanders", {})
    return {*nodes, *(node.get("name", key) for key, node in nodes.items())}


def more_than_docstring(tree: ast.Module) -> bool:
    """Tell whether a module lacks a docstring or holds anything beside it."""
    return ast.get_docstring(tree) is None or len(tree.body) != 1


def file_of(module: str) -> str:
    """Return the file of a module of the project, from the root."""
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"


def former_imports(root: Path) -> list[str]:
    """Return `file -> name` for every import from a former path, which is for users alone."""
    return [
        f"{name} -> {target}"
        for package in PACKAGES
        for name, tree in modules(root, package)
        for target in imports(tree)
        if target in FORMER or (is_in_former(target) and not (ROOT / file_of(target)).is_file())
    ]


def is_in_former(target: str) -> bool:
    """Tell whether what is imported stands in a module or a package at a former path."""
    return target.rpartition(".")[0] in FORMER


def pins(lock: str) -> dict[str, str]:
    """Return name and version of each line of a lock, refusing all that is no exact pin."""
    lines = [line for line in lock.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", line) for line in lines]
    loose = [line for line, pair in zip(lines, pairs, strict=True) if pair is None]
    if loose:
        raise ValueError(f"not `name==version`: {loose}")
    return {canonicalize_name(pair[1]): pair[2] for pair in pairs if pair}


def unmet(asked: Iterable[str], pinned: Mapping[str, str]) -> list[str]:
    """Return what is asked for and not pinned, or pinned to another version."""
    needs = [Requirement(text) for text in asked]
    versions = [pinned.get(canonicalize_name(need.name), "0") for need in needs]
    return [
        str(need)
        for need, version in zip(needs, versions, strict=True)
        if not need.specifier.contains(version)
    ]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run_lock() -> str:
    return (ROOT / "requirements-run.lock").read_text(encoding="utf-8")


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# -- imports -----------------------------------------------------------------------------------


def test_slow_packages_are_imported_only_where_they_are_needed() -> None:
    assert heavy_imports(ROOT) == []


def test_a_slow_import_at_the_top_is_seen_and_a_late_one_allowed(tmp_path: Path) -> None:
    write(tmp_path, "experiments/early.py", "try:\n    from pandas import DataFrame\nfinally: 0")
    write(tmp_path, "experiments/late.py", "def f():\n    import pandas")
    write(tmp_path, "experiments/types.py", "if TYPE_CHECKING:\n    import pandas")
    write(tmp_path, "simulator/world/world.py", "import mesa")
    assert heavy_imports(tmp_path) == ["experiments/early.py imports pandas"]


@pytest.mark.parametrize("face", ["experiments.run", "experiments.sweep"])
def test_a_face_brings_in_nothing_slow(face: str) -> None:
    code = f"import sys, {face}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert face in run.stdout.split()
    assert {*HEAVY, "pyarrow", "scipy"}.isdisjoint(run.stdout.split())


def test_the_simulator_names_no_country() -> None:
    assert named_countries(ROOT, shipped_countries()) == []


def test_a_country_in_the_code_is_seen_and_the_dollar_is_none(tmp_path: Path) -> None:
    write(tmp_path, "simulator/a.py", '"""Of us."""\nus_bonus = {"us-japan": "US$ bn", "bus": 1}')
    found = named_countries(tmp_path, {"us", "japan", "US"})
    assert found == ["simulator/a.py: japan", "simulator/a.py: us"]


# -- names ---------------------------------------------------------------------------------------


def test_init_files_hold_a_docstring_and_nothing_else_but_at_a_former_path() -> None:
    assert [
        name
        for package in (*PACKAGES, "tests")
        for name, tree in modules(ROOT, package)
        if name.endswith("__init__.py") and more_than_docstring(tree)
    ] == [file_of(former) for former in FORMER if (ROOT / file_of(former)).name == "__init__.py"]


@pytest.mark.parametrize("source", ["", "import os", '"""Doc."""\nx = 1', "x = 1"])
def test_an_init_file_with_more_or_less_is_seen(source: str) -> None:
    assert more_than_docstring(ast.parse(source))


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").is_file()] == []


def test_no_module_is_a_catch_all() -> None:
    files = [path for package in (*PACKAGES, "tests") for path in (ROOT / package).rglob("*")]
    assert [str(path) for path in files if path.stem.lower() in CATCH_ALLS] == []


@pytest.mark.parametrize("former", FORMER)
def test_a_former_path_gives_the_same_objects_and_does_nothing_else(former: str) -> None:
    old, new = importlib.import_module(former), importlib.import_module(FORMER[former])
    assert old.__all__
    assert [name for name in old.__all__ if getattr(old, name) is not getattr(new, name)] == []
    assert set(old.__all__) <= set(new.__all__)
    tree = ast.parse((ROOT / file_of(former)).read_text(encoding="utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr, ast.ImportFrom, ast.Assign]
    assert FORMER[former] in MODULES


def test_only_users_import_from_a_former_path() -> None:
    assert former_imports(ROOT) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("import experiments.store", "experiments.store"),
        ("from experiments import store", "experiments.store"),
        ("from experiments.store import open_results", "experiments.store.open_results"),
        ("def f():\n    from simulator.talk import Talk", "simulator.talk.Talk"),
        ("from experiments.analysis import summarize", "experiments.analysis.summarize"),
    ],
)
def test_an_import_from_a_former_path_is_seen(tmp_path: Path, source: str, target: str) -> None:
    write(tmp_path, "agents/a.py", source)
    assert former_imports(tmp_path) == [f"agents/a.py -> {target}"]


def test_modules_of_a_package_that_is_a_former_path_may_be_imported(tmp_path: Path) -> None:
    write(tmp_path, "agents/a.py", "from experiments.analysis import queries")
    assert former_imports(tmp_path) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_resolves_inside_the_repository_from_anywhere(
    package: str, tmp_path: Path
) -> None:
    # `agents` is also the import name of the distribution openai-agents.
    code = f"import {package}; print({package}.__file__)"
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(run.stdout.strip()).resolve() == ROOT / package / "__init__.py"


# -- the lock ------------------------------------------------------------------------------------


def test_the_locks_pin_every_distribution_exactly(lock: str, run_lock: str) -> None:
    assert len(pins(lock)) > len(pins(run_lock)) > 10


@pytest.mark.parametrize(
    "line",
    ["numpy>=2", "numpy", "numpy==2.*", "torch==2.1+cpu", "-e .", "--find-links /x", "a @ file:a"],
)
def test_a_loose_line_in_a_lock_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not `name==version`"):
        pins(f"click==8.1.8\n{line}\n")


def test_the_locks_name_no_index_host_or_path(lock: str, run_lock: str) -> None:
    whole = lock + run_lock
    assert re.findall(r"(?m)//|--|@|\bhttps?\b|\bfile:|^-|(?<![\w`])/\w", whole) == []


def test_the_lock_satisfies_what_the_project_asks_for(project: dict[str, Any], lock: str) -> None:
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["build"],
        *(need for need in project["dependency-groups"]["dev"] if isinstance(need, str)),
        *project["build-system"]["requires"],
    ]
    assert unmet(asked, pins(lock)) == []


def test_what_a_run_needs_is_a_part_of_the_lock(
    project: dict[str, Any], lock: str, run_lock: str
) -> None:
    whole, part = pins(lock), pins(run_lock)
    assert part.items() < whole.items()
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    assert unmet(asked, part) == []
    development = [need for need in project["dependency-groups"]["dev"] if isinstance(need, str)]
    names = {canonicalize_name(Requirement(need).name) for need in development}
    # Rich and matplotlib need these, too.
    assert names & part.keys() == {"markdown-it-py", "pillow"}


def test_a_run_needs_all_that_its_packages_need_and_nothing_more(
    project: dict[str, Any], run_lock: str
) -> None:
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    needed = set[str]()
    while asked:
        need = Requirement(asked.pop())
        name = canonicalize_name(need.name)
        if name not in needed and (need.marker is None or need.marker.evaluate({"extra": ""})):
            needed.add(name)
            asked += importlib.metadata.requires(name) or []
    # What other systems and Pythons need besides is there, too.
    assert needed <= set(pins(run_lock)), needed - set(pins(run_lock))
    assert set(pins(run_lock)) - needed <= OTHERWHERE


def numba_imports(root: Path) -> list[str]:
    """Return every file that imports numba, wherever in it."""
    return [
        name
        for package in PACKAGES
        for name, tree in modules(root, package)
        if any(target.partition(".")[0] == "numba" for target in imports(tree))
    ]


def test_numba_is_imported_where_functions_are_compiled_and_nowhere_else() -> None:
    assert set(numba_imports(ROOT)) == HEAVY["numba"]


def test_an_import_of_numba_is_seen_wherever_it_stands(tmp_path: Path) -> None:
    write(tmp_path, "experiments/late.py", "def f():\n    from numba import njit")
    write(tmp_path, "agents/types.py", "if TYPE_CHECKING:\n    import numba.core")
    write(tmp_path, "simulator/none.py", "import numbers")
    assert sorted(numba_imports(tmp_path)) == ["agents/types.py", "experiments/late.py"]


def test_numba_is_an_extra_and_no_run_waits_for_it(project: dict[str, Any], run_lock: str) -> None:
    extra = project["project"]["optional-dependencies"]["fast"]
    assert [Requirement(need).name for need in extra] == ["numba"]
    assert extra[0] in project["dependency-groups"]["dev"]
    assert FAST.isdisjoint(pins(run_lock))


def test_a_run_waits_for_no_more_than_it_needs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"(?m)^run: \$\(RUNNABLE\) ", makefile)
    (recipe,) = re.findall(r"(?m)^\$\(RUNNABLE\): .*\n((?:\t.*\n)+)", makefile)
    assert "-r requirements-run.lock" in recipe
    assert "-r requirements.lock" not in recipe
    assert "about a minute" in recipe


def test_the_environment_is_the_locked_one(lock: str) -> None:
    locked = pins(lock)
    absent = {name for name in FAST if importlib.util.find_spec(name) is None}
    found = {name: importlib.metadata.version(name) for name in locked.keys() - absent}
    assert found == {name: locked[name] for name in found}


# -- version and command -------------------------------------------------------------------------


def test_the_command_leads_to_a_function() -> None:
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="tradetalks")
    assert callable(command.load())


def test_every_place_names_the_same_version(project: dict[str, Any]) -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    cited = re.search(r"(?m)^version: (\S+)$", citation)
    logged = re.search(r"(?m)^## \[(\d[^\]]*)\]", changelog)
    assert cited
    assert logged
    assert {cited[1], logged[1]} == {project["project"]["version"]}


def test_the_command_prints_the_version(project: dict[str, Any]) -> None:
    command = Path(sys.executable).parent / "tradetalks"
    run = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == project["project"]["version"]
