"""Pages as a real browser shows them: wide and on a phone, in the light and in the dark."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

__all__ = ["faults", "looks", "opened"]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: It runs as any user, starts no service of its own, and calls nobody.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PHONE: "ViewportSize" = {"width": 360, "height": 740}
DESKTOP: "ViewportSize" = {"width": 1280, "height": 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

#: Everything that is in the page, as far as the browser can tell what is wrong with it.
LOOK = """() => {
    document.querySelectorAll("details").forEach(one => { one.open = true });
    const wide = document.documentElement.scrollWidth - innerWidth;
    const unseen = [...document.images].filter(one =>
        !(one.complete && one.naturalWidth > 0 && one.checkVisibility() && one.clientWidth > 50));
    const cut = [...document.images].filter(one => one.getBoundingClientRect().right > innerWidth);
    const broad = [...document.querySelectorAll("tbody th")].filter(one =>
        one.checkVisibility() && one.clientWidth > innerWidth / 2);
    const squeezed = [...document.querySelectorAll("thead th")].filter(one =>
        one.checkVisibility() && one.textContent.length > 24 && one.clientWidth < 90);
    return [
        ...squeezed.map(one => `${one.textContent} has hardly room for a word on a line`),
        ...broad.map(one => `${one.textContent} hides what it is about`),
        ...(wide > 0 ? [`the page is ${wide} pixels too wide`] : []),
        ...cut.map(one => `${one.alt} is cut`),
        ...unseen.map(one => `${one.alt} is not seen`),
    ];
}"""


@contextmanager
def opened() -> "Iterator[Browser]":
    """Give the browser of the system; where there is none, the test is skipped."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"there is no browser: none of {', '.join(BROWSERS)} is on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def looks(tab: "Page") -> list[str]:
    """Return what cannot be seen of an open page, at every width and in both schemes of colours."""
    found: list[str] = []
    for scheme, size in itertools.product(SCHEMES, (PHONE, DESKTOP)):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        found += [f"{one} ({scheme}, {size['width']})" for one in tab.evaluate(LOOK)]
    return found


def faults(browser: "Browser", page: Path) -> list[str]:
    """Return what is wrong with a page, at every width and in both schemes of colours."""
    found: list[str] = []
    tab = browser.new_page()
    tab.on("console", lambda said: found.append(f"{said.type}: {said.text}"))
    tab.on("pageerror", lambda error: found.append(f"page error: {error}"))
    tab.on("request", lambda asked: found.append(f"request: {asked.url[:80]}"))
    tab.goto(page.as_uri())
    found += looks(tab)
    tab.close()
    own = f"request: {page.as_uri()}"[:89]
    return [one for one in found if one != own and not one.startswith("request: data:")]
