"""What the modules of a source tree import, wherever the import stands."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("simulator", "agents", "experiments")


def modules(root: Path, package: str) -> Iterator[tuple[str, ast.Module]]:
    """Give each Python file of a package: its path below `root` and its syntax tree."""
    for path in sorted((root / package).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"), filename=name)


def imports(tree: ast.AST) -> Iterator[str]:
    """Give the dotted names a tree imports: at the top, in functions, under TYPE_CHECKING.

    Of ``from a import b`` that is ``a.b``, which may be a module or a name in one.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module


def arrows(root: Path) -> dict[str, set[str]]:
    """Return, for each module of the packages below `root`, the modules of them it imports."""
    trees = {dotted(name): tree for package in PACKAGES for name, tree in modules(root, package)}
    return {
        name: {module for found in imports(tree) if (module := owner(found, trees)) is not None}
        for name, tree in trees.items()
    }


def dotted(path: str) -> str:
    """Return the import path of a file: ``a/b/__init__.py`` is ``a.b``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def owner(name: str, known: dict[str, ast.Module]) -> str | None:
    """Return the module that a dotted name leads to, None if it is none of the known."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None
