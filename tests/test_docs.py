"""Everything that README.md, CONTRIBUTING.md and the pages of docs/ have one type works so.

How a page is played is told in `tests.pages`.
"""

import ast
import importlib
import math
import re
import signal
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from experiments.cli import progress
from experiments.docs.markdown import links
from experiments.execution.execute import execute
from tests.pages import ROOT, anchors, blocks, pages, play, targets

PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in pages()}
PLAYED = [name for name, text in PAGES.items() if any(b.why is None for b in blocks(text))]
#: Pages that play many runs, too many to be played with every change.
LONG = {f"docs/how-to/{page}.md" for page in ("compare", "pictures", "replications")}
LONG |= {"docs/how-to/test-a-strategy.md"}
#: Languages whose blocks are played, or are what one that was played prints.
LANGUAGES = {"console", "python", "toml", "text"}
#: Blocks that cannot run everywhere, each with its reason on the page.
LEFT_ALONE = 24


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh folder, in which a sweep is played by this process: workers take long to start.

    A slow machine would tell more often how far it is than the pages show.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(
        "experiments.sweep.execute",
        lambda *a, **k: execute(*a, **{**k, "workers": 1, "apart": False}),
    )
    monkeypatch.setattr(progress, "EVERY", math.inf)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield tmp_path
    for number, handler in handlers.items():
        signal.signal(number, handler)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.no_cover  # what the tests of the code cover; it would take twice as long
@pytest.mark.parametrize(
    "name", [pytest.param(p, marks=[pytest.mark.long] if p in LONG else []) for p in PLAYED]
)
def test_a_page_does_what_it_says(name: str, folder: Path) -> None:
    play(blocks(PAGES[name]))


@pytest.mark.parametrize(
    "page",
    [
        "```console\n$ tradetalks run nowhere\n```",
        "```console\n$ tradetalks scenarios\nnothing\n```",
        "```console\n$ tradetalks scenarios\nError: ...\n```",
        "```console\n$ make nonsense\n```",
        "```console\n$ false\n```",
        "```python\nprint(1)\n```\n\n```text\n2\n```",
        "```python\npass\n```\n\n```text\n2\n```",
    ],
)
def test_a_page_that_does_something_else_is_found_out(page: str, folder: Path) -> None:
    with pytest.raises(AssertionError):
        play(blocks(page))


def test_every_block_is_played_or_says_why_not() -> None:
    found = [(name, block) for name, text in PAGES.items() for block in blocks(text)]
    silent = [(n, b.language) for n, b in found if b.why is None and b.language not in LANGUAGES]
    assert not silent
    assert sum(block.why is not None for _, block in found) == LEFT_ALONE


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_of_a_page_are_there(name: str) -> None:
    for link in links(PAGES[name]):
        target, _, anchor = link.partition("#")
        path = (ROOT / name).parent / target if target else ROOT / name
        assert path.exists(), link
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("name", PAGES)
def test_the_make_targets_of_a_page_are_there(name: str) -> None:
    assert set(re.findall(r"`make ([a-z]+)", PAGES[name])) <= targets()


def test_every_page_is_listed_on_the_way_in() -> None:
    listed = {
        ((ROOT / index).parent / link.partition("#")[0]).resolve()
        for index in ("docs/README.md", "docs/reference/README.md")
        if index in PAGES
        for link in links(PAGES[index])
    }
    ways_in = {"README.md", "docs/README.md"}
    assert not {name for name in PAGES if name not in ways_in and (ROOT / name) not in listed}


# -- theory --------------------------------------------------------------------------------------


def named(code: str) -> set[str]:
    """Return in full what code imports, and what it takes from modules that it has imported."""
    tree = ast.parse(code)
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    taken = {
        f"{imported[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in imported
    }
    return {*imported.values(), *taken}


def out_of_reach(theory: Mapping[str, Collection[str]], codes: Mapping[str, str]) -> set[str]:
    """Return the public names of modules of theory that no code outside their module names."""
    names = {source: named(code) for source, code in codes.items()}
    return {
        f"{module}.{name}"
        for module, public in theory.items()
        for name in public
        if not any(f"{module}.{name}" in names[source] for source in codes if source != module)
    }


def test_what_theory_offers_is_used_by_the_product_or_told_in_a_page() -> None:
    files = sorted((ROOT / "simulator" / "theory").glob("[a-z]*.py"))
    modules = [f"simulator.theory.{file.stem}" for file in files]
    theory = {name: importlib.import_module(name).__all__ for name in modules}
    product = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
        for folder in ("simulator", "agents", "experiments")
        for path in (ROOT / folder).rglob("*.py")
    }
    told = {
        f"{name}:{k}": block.text
        for name, text in PAGES.items()
        for k, block in enumerate(blocks(text))
        if block.language == "python" and block.why is None
    }
    assert len(theory) >= 7
    assert out_of_reach(theory, {**product, **told}) == set()


def test_theory_that_nobody_uses_or_tells_is_found_out() -> None:
    theory = {"t.fair": ["envy", "guilt"], "t.games": ["keeps", "grim"]}
    codes = {
        "t.fair": "from t.fair import guilt",
        "product": "def f():\n    from t.games import keeps",
        "another": "from t import games\n\ngames.grim()",
    }
    assert out_of_reach(theory, codes) == {"t.fair.envy", "t.fair.guilt"}
    page = {"docs/page.md": "from t.fair import envy, guilt"}
    assert out_of_reach(theory, {**codes, **page}) == set()
    assert out_of_reach(theory, page) == {"t.games.keeps", "t.games.grim"}


def test_all_that_the_map_names_is_there() -> None:
    page = PAGES["docs/explanation/architecture.md"]
    named = set(re.findall(r"\b(?:simulator|agents|experiments|tests)/[\w/.]*\w/?", page))
    assert len(named) > 40
    assert [name for name in named if not (ROOT / name).exists()] == []
