"""Pages as a real browser shows them; skipped where there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.analysis.queries import comparison_of
from experiments.run import load, run
from experiments.sweep import load_experiment, open_results, sweep
from tests.browser import faults, opened
from tests.experiments.plots.drawn import world
from tests.experiments.report.reading import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BOTTOM = "document.querySelector('header img').getBoundingClientRect().bottom"
WIDE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='3000' height='9'/%3E"
FIRST_SCREENS = ((1280, 800), (390, 844))
BARE = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'


def bad(folder: Path) -> Path:
    """Return a page with something of everything that must not be."""
    page = folder / "bad.html"
    parts = (
        '<p style="width: 3000px">wide</p>',
        '<table style="table-layout: fixed; width: 40px"><thead><tr>'
        "<th>a squeezed head of many words</th></tr></thead></table>",
        f'<img src="{WIDE}" alt="a wide picture">',
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
    home = "countries.home.compliance"
    broken = {
        "name": "breaks",
        "scenario": "first-talk",
        "replications": 3,
        "set": {home: "volatile:probability=0"},
        "axes": {f"{home}.probability": [0, 1]},
    }
    breaks = sweep(load_experiment(broken), folder / "breaks", workers=1)
    yield breaks.report(folder / "breaks.html")
    parts = (allies, allies.deal("us-japan"), allies.scenario, results,
             comparison_of(results, results), scenario)  # fmt: skip
    notebook = folder / "notebook.html"
    notebook.write_text(BARE + "".join(p._repr_html_() for p in parts), encoding="utf-8")
    yield notebook


def late(browser: "Browser", page: Path) -> list[str]:
    """Return the screens on which the answer and its picture are not all seen at first."""
    tab = browser.new_page()
    tab.goto(page.as_uri())
    found = []
    for width, height in FIRST_SCREENS:
        tab.set_viewport_size({"width": width, "height": height})
        if tab.evaluate(BOTTOM) > height:
            found.append(f"{width} x {height}")
    tab.close()
    return found


def test_a_browser_shows_all_of_every_page_asks_for_nothing_and_complains_of_nothing(
    tmp_path: Path,
) -> None:
    with opened() as browser:
        seen = "\n".join(faults(browser, bad(tmp_path)))
        for what in ("too wide", "broken picture is not", "elsewhere is not", "127.0.0.1",
                     "a wide picture is cut", "warning: careful", "page error: oh",
                     "squeezed head of many words has hardly"):  # fmt: skip
            assert what in seen
        for page in pages(tmp_path):
            assert faults(browser, page) == [], page.name
        for name in ("allies.html", "breaks.html"):
            assert late(browser, tmp_path / name) == [], name
    assert (tmp_path / "allies.html").stat().st_size < 3_000_000
