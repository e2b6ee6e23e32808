"""Rules are written once: what is compiled is what the object engine calls itself."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from experiments.compiled.rules import CACHED, RULES, Rule
from tests.imports import imports, modules

ROOT = Path(__file__).resolve().parents[3]
ALL = [*RULES, *CACHED]


def name_of(rule: Rule) -> str:
    return f"{rule.__module__}.{rule.__name__}"


@cache
def taken(package: str) -> set[str]:
    """Return what the modules of a package take from others by name, ``payoffs.share`` too."""
    return {
        name
        for path, tree in modules(ROOT, package)
        if path != "experiments/compiled/rules.py"
        for name in (*imports(tree), *_by_attribute(tree))
    }


def _by_attribute(tree: ast.Module) -> set[str]:
    """Return what is taken from modules that are imported whole."""
    whole = {name.rpartition(".")[2]: name for name in imports(tree)}
    return {
        f"{whole[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in whole
    }


def called_at_home(name: str, text: str) -> bool:
    """Tell whether a module calls what it defines, outside of its definition."""
    parts = ast.parse(text).body
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for part in parts
        if getattr(part, "name", "") != name
        for node in ast.walk(part)
    )


def home(rule: Rule) -> str:
    """Return the text of the module of a rule."""
    return Path(str(sys.modules[rule.__module__].__file__)).read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", ALL, ids=name_of)
def test_the_object_engine_calls_every_rule(rule: Rule) -> None:
    elsewhere = taken("simulator") | taken("agents")
    assert called_at_home(rule.__name__, home(rule)) or name_of(rule) in elsewhere


#: Arithmetic is compiled whole, whether or not all of it is called.
CALLED = [rule for rule in ALL if rule.__module__ != "simulator.arithmetic"]


@pytest.mark.parametrize("rule", CALLED, ids=name_of)
def test_the_compiled_engine_or_another_rule_calls_every_rule(rule: Rule) -> None:
    others = {name for other in ALL if other is not rule for name in names_in(other)}
    assert name_of(rule) in taken("experiments") or rule.__name__ in others


def names_in(rule: Rule) -> tuple[str, ...]:
    """Return the names that a rule knows."""
    names: tuple[str, ...] = getattr(rule, "__wrapped__", rule).__code__.co_names
    return names


def test_a_rule_that_nobody_calls_is_seen() -> None:
    assert not called_at_home("f", "def f(x):\n    return f(x - 1)\n")
    assert called_at_home("f", "def f(x):\n    return x\n\nclass A:\n    y = f(1)\n")
    assert "simulator.arithmetic.power" in taken("agents")
    assert "simulator.arithmetic.nothing" not in taken("agents")


def test_no_rule_is_listed_twice() -> None:
    assert len(set(map(name_of, ALL))) == len(ALL)
