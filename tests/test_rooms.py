"""The rooms of the project: what may import what, without a circle and without a way around.

Every import counts, those in functions and under TYPE_CHECKING too.
"""

from pathlib import Path

import networkx as nx
import pytest

from tests.imports import arrows, imports, modules

ROOT = Path(__file__).resolve().parents[1]
#: What each package may import of the project.
MAY_IMPORT = {
    "simulator": {"simulator"},
    "agents": {"agents", "simulator"},
    "experiments": {"experiments", "agents", "simulator"},
}
#: The rooms of a package from the ground up: a room imports those before it, and itself. Rooms on
#: one line do not know each other.
FLOORS = {
    "simulator": (
        "arithmetic literals rounding text",
        "draws",
        "errors markup",
        "files",
        "rows",
        "negotiation theory",
        "economy domains",
        "scenario",
        "world",
    ),
    "experiments": (
        "compiled display",
        "runs",
        "design",
        "results",
        "analysis execution",
        "plots",
        "pages",
        "report",
        "run",
        "sweep",
        "cli",
        "docs bench",
    ),
}


def wrong_arrows(root: Path) -> list[str]:
    """Return `file -> package` for every import of a package that the importer must not know."""
    project = {*MAY_IMPORT, "tests"}
    return [
        f"{name} -> {target}"
        for package, allowed in MAY_IMPORT.items()
        for name, tree in modules(root, package)
        for target in sorted({name.partition(".")[0] for name in imports(tree)})
        if target in project - allowed
    ]


def circles(root: Path) -> list[list[str]]:
    """Return the modules that import each other, directly or by way of others."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((name, target) for name, known in arrows(root).items() for target in known)
    return sorted(sorted(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1)


def upward(root: Path) -> list[str]:
    """Return `module -> module` for every import of a room that is not below the importer's."""
    return sorted(
        f"{name} -> {target}"
        for name, targets in arrows(root).items()
        for target in targets
        if not is_downward(name, target)
    )


def is_downward(name: str, target: str) -> bool:
    """Tell whether a module imports from its own room or one below, or from another package."""
    package, here, there = name.partition(".")[0], room(name), room(target)
    if package != target.partition(".")[0] or here == there or package not in FLOORS:
        return True
    return floor(package, there) < floor(package, here)


def room(name: str) -> str:
    """Return the folder or file right below the package in which a module stands."""
    return name.partition(".")[2].partition(".")[0]


def floor(package: str, room: str) -> int:
    """Return on which floor a room is; above all others what only users import."""
    floors = FLOORS[package]
    return next((k for k, rooms in enumerate(floors) if room in rooms.split()), len(floors))


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# -- packages ------------------------------------------------------------------------------------


def test_no_package_imports_one_above_it() -> None:
    assert wrong_arrows(ROOT) == []


@pytest.mark.parametrize(
    ("name", "source", "arrow"),
    [
        ("simulator/a.py", "import agents.country", "simulator/a.py -> agents"),
        ("simulator/a.py", "from experiments import run", "simulator/a.py -> experiments"),
        ("simulator/b/a.py", "def f():\n    from agents import x", "simulator/b/a.py -> agents"),
        ("agents/a.py", "import_module('experiments.run')", "agents/a.py -> experiments"),
        ("agents/a.py", "importlib.import_module('tests.x')", "agents/a.py -> tests"),
        ("experiments/a.py", "import tests.generators", "experiments/a.py -> tests"),
    ],
)
def test_an_arrow_the_wrong_way_is_seen(tmp_path: Path, name: str, source: str, arrow: str) -> None:
    write(tmp_path, name, source)
    assert wrong_arrows(tmp_path) == [arrow]


def test_arrows_the_right_way_are_allowed(tmp_path: Path) -> None:
    write(tmp_path, "experiments/a.py", "import agents.roster\nfrom simulator import errors")
    write(tmp_path, "agents/a.py", "from simulator.errors import Problem\nimport agents.roster")
    assert wrong_arrows(tmp_path) == []


# -- rooms ---------------------------------------------------------------------------------------


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(ROOT) == []


def test_no_room_imports_one_that_is_not_below_it() -> None:
    assert upward(ROOT) == []


@pytest.mark.parametrize(
    "back",
    [
        "from agents.a import x",
        "def f():\n    from agents import a",
        "if TYPE_CHECKING:\n    import agents.a",
        "def f():\n    return import_module('agents.a')",
    ],
)
def test_a_circle_is_seen_wherever_the_import_stands(tmp_path: Path, back: str) -> None:
    write(tmp_path, "agents/a.py", "from agents.b import y\nx = 1")
    write(tmp_path, "agents/b.py", "from agents.c import z\ny = 1")
    write(tmp_path, "agents/c.py", f"{back}\nz = 1")
    assert circles(tmp_path) == [["agents.a", "agents.b", "agents.c"]]


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("experiments.runs.record", "from experiments.run import Run", "experiments.run"),
        ("experiments.runs.a", "def f():\n    import experiments.pages.b", "experiments.pages.b"),
        ("experiments.results.a", "if TYPE_CHECKING:\n    import experiments.plots.b",
         "experiments.plots.b"),
        ("experiments.analysis.a", "from experiments.execution import b",
         "experiments.execution.b"),
        ("experiments.sweep", "import experiments.cli.main", "experiments.cli.main"),
        ("experiments.cli.main", "from experiments.store import open_results",
         "experiments.store"),
        ("simulator.negotiation.a", "from simulator.scenario.b import C", "simulator.scenario.b"),
        ("simulator.errors", "from simulator.theory import pareto", "simulator.theory.pareto"),
    ],
)  # fmt: skip
def test_an_arrow_upwards_is_seen(tmp_path: Path, name: str, source: str, target: str) -> None:
    for module, text in ((target, ""), (name, source)):
        write(tmp_path, f"{module.replace('.', '/')}.py", text)
    assert upward(tmp_path) == [f"{name} -> {target}"]


def test_arrows_downwards_and_within_a_room_are_allowed(tmp_path: Path) -> None:
    write(tmp_path, "experiments/runs/record.py", "from experiments.runs.tables import rows")
    write(tmp_path, "experiments/runs/tables.py", "from experiments.display import wording")
    write(tmp_path, "experiments/display/wording.py", "from simulator.world.world import World")
    write(tmp_path, "simulator/world/world.py", "from simulator.errors import Problem")
    write(tmp_path, "simulator/errors.py", "")
    assert upward(tmp_path) == []
