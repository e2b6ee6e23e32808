"""A whole page for a browser: title, contents, sections; it needs nothing and runs nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from markupsafe import Markup

from experiments.display.html import block, template

__all__ = ["Section", "document", "part", "without_paths"]

#: An absolute path of more than one part, in text: no address, and nothing in a tag.
_PATH = re.compile(r"(?<![\w.:/<])(?:[A-Za-z]:)?(?:[/\\][^/\\\s<>&:;'\"]+)+[/\\](?=[^/\\\s<>&])")


@dataclass(frozen=True)
class Section:
    """A section of a page: its title, what is in it, and the sections within."""

    title: str
    body: Sequence[Markup]
    parts: Sequence["Section"] = ()


def part(name: str, *values: object) -> Markup:
    """Return a part of a page: what a macro of ``parts.html.jinja`` makes of values."""
    return block(name, *values, of="report/templates/parts.html.jinja")


def without_paths(html: Markup) -> Markup:
    """Return HTML in whose text files and folders have their last names only.

    Where they lie is the business of whoever made the page.
    """
    first, *rest = html.split("<")
    tags = (piece.partition(">") for piece in rest)
    return Markup("<").join(
        [_without_paths(first), *(tag + end + _without_paths(text) for tag, end, text in tags)]
    )


def _without_paths(text: Markup) -> Markup:
    for path in _PATH.findall(text):
        text = text.replace(path, "")
    return text


def document(
    title: str, lead: Markup, answer: Sequence[Markup], sections: Sequence[Section]
) -> bytes:
    """Return a page as the bytes of an HTML file; the answer stands above the contents."""
    page = template("report/templates/document.html.jinja")
    about = {"title": title, "version": version("tradetalks")}
    return page.render(about, lead=lead, answer=answer, sections=sections).encode()
