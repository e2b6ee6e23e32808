"""The site of the documentation: strict, whole, at home on any disk, and no other than its files.

That it can be read on a phone, and in the dark, is seen in a browser.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from experiments.docs.site import linked_files, make_site
from simulator.errors import TradetalksError
from tests.browser import looks, opened
from tests.pages import ROOT, pages

PAGES = [path.relative_to(ROOT).as_posix() for path in pages()]
#: What a page is made of, as far as it could be read in two ways.
PARTS = {*("h1", "h2", "h3", "h4", "p", "pre", "code", "ul", "ol", "li", "blockquote")}
PARTS |= {*("table", "tr", "th", "td", "strong", "em", "img")}


class Read(HTMLParser):
    """What is in a page of HTML: its names, its links, what it loads, its parts, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.parts: Counter[str] = Counter()
        self.text = ""
        self._sign = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names.add(given.get("id", ""))
        self.parts.update({tag} & PARTS)
        self.loaded += [given["src"]] if "src" in given else []
        if "href" in given:
            (self.links if tag == "a" else self.loaded).append(given["href"])
        self._sign = given.get("class") == "headerlink"  # a sign that the site puts at headings

    def handle_endtag(self, tag: str) -> None:
        self._sign = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._sign else data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    make_site(folder, ROOT)
    return folder


@cache
def read(page: Path) -> Read:
    return Read(page.read_text(encoding="utf-8"))


def page_of(site: Path, name: str) -> Path:
    """Return the page of the site that a Markdown file became."""
    return (site / name.replace("README.md", "index.md")).with_suffix(".html")


def inner(page: Path) -> Iterator[str]:
    """Give what a page links to or loads, what is on the web left out."""
    yield from (link for link in read(page).links if not urlsplit(link).scheme)
    yield from read(page).loaded


def lost(site: Path, link: str, page: Path) -> bool:
    """Return whether a link of a page leads out of the site, or to nothing in it."""
    parts = urlsplit(link)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if parts.scheme or parts.netloc or not target.is_file():
        return True
    away = not target.is_relative_to(site.resolve())
    named = not parts.fragment or unquote(parts.fragment) in read(target).names
    return away or (target.suffix == ".html" and not named)


def test_all_links_and_all_that_is_loaded_are_in_the_site(site: Path) -> None:
    found = [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]
    assert len(found) >= len(PAGES)
    assert [(p.name, link) for p in found for link in inner(p) if lost(site, link, p)] == []


@pytest.mark.parametrize("link", ["none.html", "#none", "https://example.org/x.js", "../../x"])
def test_a_link_that_leads_nowhere_is_found_out(link: str, site: Path) -> None:
    assert lost(site, link, site / "index.html")


def test_style_sheets_load_nothing_from_elsewhere(site: Path) -> None:
    sheets = [sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css")]
    assert sheets
    assert [re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", s) for s in sheets] == [
        [] for _ in sheets
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_on_the_site_as_in_its_file(name: str, site: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    in_file = Read(MarkdownIt("gfm-like", {"linkify": False}).render(text))
    html = page_of(site, name).read_text(encoding="utf-8")
    article = re.search("<article[^>]*>(.*)</article>", html, re.S)
    assert article is not None
    on_site = Read(article[1])
    assert on_site.parts == in_file.parts
    assert on_site.text.split() == in_file.text.split()


def test_every_page_is_reached_from_the_first() -> None:
    assert set(PAGES) <= linked_files(ROOT)


def project(folder: Path, **pages: str) -> Path:
    """Return a folder with a small documentation, and the pages given instead."""
    texts = {"README": "[all](docs/README.md)", "docs/README": "## Ways\n\n- [home](../README.md)"}
    for name, text in {**texts, **pages}.items():
        (folder / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(f"# A page\n\n{text}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("none.md", "README.md: 'none.md': a link leads to a file"),
        ("docs", "README.md: 'docs': a link leads to a file"),
        ("../README.md", "README.md: '../README.md': a link leads to a file"),
        ("docs/README.md#none", "(?s)cannot be built: .*anchor does not exist"),
    ],
)
def test_a_link_that_leads_nowhere_ends_the_build(link: str, said: str, tmp_path: Path) -> None:
    root = project(tmp_path, README=f"[all](docs/README.md) [lost]({link})")
    with pytest.raises(TradetalksError, match=said):
        make_site(tmp_path / "site", root)
    assert not (tmp_path / "site").exists()


def test_a_site_takes_the_place_of_an_older_one_and_of_nothing_else(tmp_path: Path) -> None:
    root = project(tmp_path)
    make_site(tmp_path / "site", root)
    (tmp_path / "site" / "old.html").touch()
    make_site(tmp_path / "site", root)
    assert (tmp_path / "site" / "docs" / "index.html").is_file()
    assert not (tmp_path / "site" / "old.html").exists()
    with pytest.raises(TradetalksError, match="is there and no site"):
        make_site(tmp_path / "docs", root)
    assert (tmp_path / "docs" / "README.md").is_file()


@pytest.mark.long
def test_nothing_of_a_page_is_cut_on_a_phone_or_in_the_dark(site: Path) -> None:
    with opened() as browser:
        tab = browser.new_page()
        for page in sorted(site.rglob("*.html")):
            tab.goto(page.as_uri())
            assert looks(tab) == [], page
