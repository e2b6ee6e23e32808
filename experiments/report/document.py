"""A whole page for a browser: title, contents, sections; it needs nothing and runs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.etree.ElementTree import Element

from experiments.display.notebook import STYLES
from simulator.markup import element, written

__all__ = ["Section", "document"]

_PAGE = Path(__file__).with_name("page.css")
#: A browser that knows this fetches and runs nothing, whatever the page contains.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Section:
    """A section of a page: its title, what is in it, and the sections within."""

    title: str
    body: Sequence[Element]
    parts: Sequence["Section"] = ()


def document(title: str, lead: Iterable[Element], sections: Sequence[Section]) -> bytes:
    """Return a page as the bytes of an HTML file.

    Parameters
    ----------
    title : str
        What stands at the top.
    lead : iterable of Element
        What stands below the title.
    sections : sequence of Section
        The rest, with a table of contents before it.
    """
    body = element(
        "body",
        element("header", element("h1", title), *lead),
        element("nav", _contents(sections), aria_label="Contents"),
        element("main", *_sections(sections)),
        element("footer", element("p", f"Made by tradetalks {version('tradetalks')}.")),
        class_="tradetalks",
    )
    page = element("html", _head(title), body, lang="en")
    return f"<!DOCTYPE html>\n{written([page])}\n".encode()


def _head(title: str) -> Element:
    styles = "".join(file.read_text(encoding="utf-8") for file in (STYLES, _PAGE))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        element("style", styles),
    )


def _contents(sections: Sequence[Section], above: str = "") -> Element:
    made = element("ol")
    for key, section in _numbered(sections, above):
        entry = element("li", element("a", section.title, href=f"#{key}"))
        if section.parts:
            entry.append(_contents(section.parts, f"{key}-"))
        made.append(entry)
    return made


def _sections(sections: Sequence[Section], above: str = "", level: int = 2) -> Iterator[Element]:
    for key, section in _numbered(sections, above):
        title = element(f"h{level}", section.title)
        inside = _sections(section.parts, f"{key}-", level + 1)
        yield element("section", title, *section.body, *inside, id=key)


def _numbered(sections: Sequence[Section], above: str) -> Iterator[tuple[str, Section]]:
    yield from ((f"{above or 'section-'}{k}", one) for k, one in enumerate(sections, 1))
