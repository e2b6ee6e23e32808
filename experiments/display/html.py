"""Pages as HTML: the same values that a terminal shows, as headings, tables and lists of terms."""

import io
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup
from rich.console import Console, Group
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from experiments.display.blocks import Heading, Ladder, Matrix, Outline, Table
from simulator.markup import templates

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["block", "folded", "parted", "rendered", "template"]


def template(name: str) -> "Template":
    """Return a template of this package, ``{{ text | pieces }}`` in it a text with its styles."""
    environment = templates("experiments")
    environment.filters.setdefault("pieces", _pieces)
    return environment.get_template(name)


def block(name: str, *values: object, of: str = "display/templates/blocks.html.jinja") -> Markup:
    """Return the HTML that a macro of a template makes of values."""
    html: Markup = getattr(template(of).module, name)(*values)
    return html


def rendered(page: object, level: int = 2) -> Markup:
    """Return a page as HTML; `TypeError` if there is none for a part of it."""
    return Markup("\n").join(_blocks(page, level))


def _blocks(part: object, level: int) -> Iterator[Markup]:
    match part:
        case Group():
            for one in part.renderables:
                yield from _blocks(one, level)
        case Padding():
            yield from _blocks(part.renderable, level)
        case Text():
            indent = len(part.plain) - len(part.plain.lstrip())
            if indent < len(part):
                yield block("text", part[indent:])
        case Heading():
            yield block("heading", part.text, level)
        case Table():
            yield block("table", part.head, part.rows, part.numbers)
        case Ladder() | Matrix():
            yield from _blocks(part.table(), level)
        case Outline():
            yield block("outline", part.rows)
        case _:
            show = getattr(part, "__rich__", None)
            if show is None:
                raise TypeError(f"there is no HTML for a {type(part).__name__}")
            yield from _blocks(show(), level)


def folded(page: Group, level: int = 2, unfolded: int = 0) -> Markup:
    """Return a page as HTML whose sections open one by one."""
    above, below = parted(page)
    sections: list[tuple[str, list[Markup]]] = []
    for part in below.renderables:
        if isinstance(part, Heading):
            sections.append((part.text, []))
        else:
            sections[-1][1].extend(_blocks(part, level))
    folds = (
        block("fold", title, Markup("\n").join(inside), k < unfolded)
        for k, (title, inside) in enumerate(sections)
    )
    return Markup("\n").join([*_blocks(above, level), *folds])


def parted(page: Group) -> tuple[Group, Group]:
    """Return what stands above the first heading of a page, and the rest."""
    parts = list(page.renderables)
    first = next((k for k, part in enumerate(parts) if isinstance(part, Heading)), len(parts))
    return Group(*parts[:first]), Group(*parts[first:])


def _pieces(text: Text) -> Iterator[tuple[str, str, str]]:
    """Give tag, classes and words of each piece: strong where it is bold, with its colours."""
    whole = text.copy()
    whole.stylize_before(text.style)
    looks = ((_look(segment.style), segment.text) for segment in whole.render(_console()))
    for (tag, classes), alike in groupby(looks, key=lambda piece: piece[0]):
        yield tag, classes, "".join(words for _, words in alike)


def _look(style: Style | None) -> tuple[str, str]:
    """Return the tag of a style, if it takes one, and its classes."""
    if style is None:
        return "", ""
    colour = style.color.name if style.color else ""
    classes = " ".join(filter(None, ["dim" if style.dim else "", colour]))
    return "strong" if style.bold else "span" if classes else "", classes


@cache
def _console() -> Console:
    """Return what knows the names of styles."""
    return Console(file=io.StringIO(), color_system="standard")
