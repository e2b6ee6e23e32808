"""A whole page for a browser: title, contents, sections; it needs nothing and runs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from markupsafe import Markup

from experiments.display.html import block, template

__all__ = ["Section", "document", "part"]


@dataclass(frozen=True)
class Section:
    """A section of a page: its title, what is in it, and the sections within."""

    title: str
    body: Sequence[Markup]
    parts: Sequence["Section"] = ()


def part(name: str, *values: object) -> Markup:
    """Return a part of a page: what a macro of ``parts.html.jinja`` makes of values."""
    return block(name, *values, of="report/templates/parts.html.jinja")


def document(title: str, lead: Markup, sections: Sequence[Section]) -> bytes:
    """Return a page as the bytes of an HTML file."""
    page = template("report/templates/document.html.jinja").render(
        title=title, lead=lead, sections=sections, version=version("tradetalks")
    )
    return f"{page}\n".encode()
