"""Pages as a real browser shows them; skipped where there is none."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from experiments.analysis.queries import comparison_of
from experiments.run import load, run
from experiments.sweep import load_experiment, open_results, sweep
from tests.experiments.plots.drawn import world
from tests.experiments.report.reading import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: It runs as any user, starts no service of its own, and calls nobody.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PHONE: "ViewportSize" = {"width": 360, "height": 740}
DESKTOP: "ViewportSize" = {"width": 1280, "height": 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BARE = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'

#: Everything that is in the page, as far as the browser can tell what is wrong with it.
LOOK = """() => {
    document.querySelectorAll("details").forEach(one => { one.open = true });
    const wide = document.documentElement.scrollWidth - innerWidth;
    const unseen = [...document.images].filter(one =>
        !(one.complete && one.naturalWidth > 0 && one.checkVisibility() && one.clientWidth > 50));
    const broad = [...document.querySelectorAll("tbody th")].filter(one =>
        one.checkVisibility() && one.clientWidth > innerWidth / 2);
    return [
        ...broad.map(one => `${one.textContent} hides what it is about`),
        ...(wide > 0 ? [`the page is ${wide} pixels too wide`] : []),
        ...unseen.map(one => `${one.alt} is not seen`),
    ];
}"""


@contextmanager
def opened(path: str) -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def faults(browser: "Browser", page: Path) -> list[str]:
    """Return what is wrong with a page, at every width and in both schemes of colours."""
    found: list[str] = []
    tab = browser.new_page()
    tab.on("console", lambda said: found.append(f"{said.type}: {said.text}"))
    tab.on("pageerror", lambda error: found.append(f"page error: {error}"))
    tab.on("request", lambda asked: found.append(f"request: {asked.url[:80]}"))
    tab.goto(page.as_uri())
    for scheme, size in itertools.product(SCHEMES, (PHONE, DESKTOP)):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        found += [f"{one} ({scheme}, {size['width']})" for one in tab.evaluate(LOOK)]
    tab.close()
    own = f"request: {page.as_uri()}"[:89]
    return [one for one in found if one != own and not one.startswith("request: data:")]


def bad(folder: Path) -> Path:
    """Return a page with something of everything that must not be."""
    page = folder / "bad.html"
    parts = (
        '<p style="width: 3000px">wide</p>',
        '<img src="data:image/png;base64,AAAA" alt="a broken picture">',
        '<img src="http://127.0.0.1:9/x.png" alt="a picture from elsewhere">',
        "<script>console.warn('careful'); throw new Error('oh');</script>",
    )
    page.write_text(BARE + "".join(parts), encoding="utf-8")
    return page


def pages(folder: Path) -> Iterator[Path]:
    """Give the report of a run with hostile names, of allies-2025, of a sweep, and fragments."""
    data = world("two")
    data["title"] = data["countries"]["us"]["name"] = " ".join(
        text for text in HOSTILE[:-2] if text.isascii()
    )
    scenario = load(data)
    data["countries"]["japan"]["name"] = "J" * 90
    yield run(data).report(folder / "hostile.html")
    allies = run("allies-2025", 3, weeks=16)
    yield allies.report(folder / "allies.html")
    vary = {"countries.us.patience": [0.9, 0.99], "countries.us.compliance": ["always", "grim"]}
    contents = {"name": "sweep", "scenario": world("two"), "replications": 2, "axes": vary}
    sweep(load_experiment(contents), folder / "sweep", workers=1)
    results = open_results(folder / "sweep")
    yield results.report(folder / "sweep.html")
    parts = (allies, allies.deal("us-japan"), allies.scenario, results,
             comparison_of(results, results), scenario)  # fmt: skip
    notebook = folder / "notebook.html"
    notebook.write_text(BARE + "".join(p._repr_html_() for p in parts), encoding="utf-8")
    yield notebook


def test_a_browser_shows_all_of_every_page_asks_for_nothing_and_complains_of_nothing(
    tmp_path: Path,
) -> None:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"there is no browser: none of {', '.join(BROWSERS)} is on the path")
    with opened(path) as browser:
        seen = "\n".join(faults(browser, bad(tmp_path)))
        for what in ("too wide", "broken picture is not", "elsewhere is not", "127.0.0.1",
                     "warning: careful", "page error: oh"):  # fmt: skip
            assert what in seen
        for page in pages(tmp_path):
            assert faults(browser, page) == [], page.name
    assert (tmp_path / "allies.html").stat().st_size < 3_000_000
