"""Everything that README.md and the pages under docs/ have a reader type works as they say.

How a page is played is told in `tests.pages`.
"""

import math
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.cli import progress
from experiments.execution.execute import execute
from tests.pages import ROOT, anchors, blocks, links, pages, play, targets

PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in pages()}
PLAYED = [name for name, text in PAGES.items() if any(b.why is None for b in blocks(text))]
#: Languages whose blocks are played, or are what one that was played prints.
LANGUAGES = {"console", "python", "toml", "text"}
#: Blocks that cannot run everywhere, each with its reason on the page.
LEFT_ALONE = 6


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
@pytest.mark.parametrize("name", PLAYED)
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
