"""Pages as HTML: the same values that a terminal shows, as headings, tables and lists of terms."""

import io
from collections.abc import Iterable, Iterator
from functools import cache, singledispatch
from itertools import groupby
from xml.etree.ElementTree import Element

from rich.console import Console, Group
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from experiments.display.blocks import Heading, Ladder, Matrix, Outline, Table
from simulator.markup import Child, element

__all__ = ["folded", "inline", "parted", "rendered"]


@singledispatch
def rendered(part: object, level: int = 2) -> Iterator[Element]:
    """Give the elements of a page.

    Parameters
    ----------
    part : renderable
        A page, or something out of `experiments.display.blocks`.
    level : int
        Of its headings, 2 for ``h2``.

    Raises
    ------
    TypeError
        If there is no HTML for it.
    """
    made_of = getattr(part, "__rich__", None)
    if made_of is None:
        raise TypeError(f"there is no HTML for a {type(part).__name__}")
    yield from rendered(made_of(), level)


@rendered.register
def _(part: Group, level: int = 2) -> Iterator[Element]:
    for one in part.renderables:
        yield from rendered(one, level)


@rendered.register
def _(part: Padding, level: int = 2) -> Iterator[Element]:
    yield from rendered(part.renderable, level)


@rendered.register
def _(part: Text, level: int = 2) -> Iterator[Element]:
    indent = len(part.plain) - len(part.plain.lstrip())
    if indent < len(part):
        yield element("p", *inline(part[indent:]))


@rendered.register
def _(part: Heading, level: int = 2) -> Iterator[Element]:
    yield element(f"h{level}", part.text)


@rendered.register
def _(part: Table, level: int = 2) -> Iterator[Element]:
    texts = len(part.head) - part.numbers
    head = [_cell("th", cell, k >= texts, scope="col") for k, cell in enumerate(part.head)]
    rows = [[_named(row[0], texts == 0), *_cells(row[1:], texts - 1)] for row in part.rows]
    yield _table(head, rows)


@rendered.register
def _(part: Ladder, level: int = 2) -> Iterator[Element]:
    rows = [(Text(name), *map(Text, values)) for name, values in part.rows]
    head, *rest = rows or [()]
    yield _table(
        [_cell("th", cell, k > 0, scope="col") for k, cell in enumerate(head)],
        [[_named(row[0], False), *_cells(row[1:], 0)] for row in rest],
    )


@rendered.register
def _(part: Matrix, level: int = 2) -> Iterator[Element]:
    yield from rendered(part.table(), level)


@rendered.register
def _(part: Outline, level: int = 2) -> Iterator[Element]:
    made = element("dl")
    for name, text in part.rows:
        if name.plain.strip() or not len(made):
            made.append(element("dt", *inline(name)))
        made.append(element("dd", *inline(text)))
    yield made


def _table(head: list[Element], rows: list[list[Element]]) -> Element:
    """Return a table in a box of its own, which scrolls sideways where it is too wide."""
    body = element("tbody", *(element("tr", *row) for row in rows))
    made = element("table", element("thead", element("tr", *head)), body)
    return element("div", made, class_="scroll")


def _named(cell: Text, number: bool) -> Element:
    """Return the first cell of a row, which says what the row is about."""
    return _cell("th", cell, number, scope="row") if cell.plain else _cell("td", cell, number)


def _cells(row: Iterable[Text], texts: int) -> Iterator[Element]:
    yield from (_cell("td", cell, k >= texts) for k, cell in enumerate(row))


def _cell(tag: str, cell: Text, number: bool, **more: str) -> Element:
    return element(tag, *inline(cell), **more, **({"class_": "number"} if number else {}))


def inline(text: Text) -> list[Child]:
    """Return a text as what stands in a paragraph: strong where it is bold, with its colours."""
    whole = text.copy()
    whole.stylize_before(text.style)
    pieces = ((s.text, _look(s.style)) for s in whole.render(_console()))
    alike = groupby(pieces, key=lambda piece: piece[1])
    return [_piece("".join(text for text, _ in some), *look) for look, some in alike]


def _look(style: Style | None) -> tuple[bool, str]:
    """Return whether a style is bold, and its classes."""
    if style is None:
        return False, ""
    colour = style.color.name if style.color else ""
    return bool(style.bold), " ".join(filter(None, ["dim" if style.dim else "", colour]))


def _piece(text: str, bold: bool, classes: str) -> Child:
    if not bold and not classes:
        return text
    return element("strong" if bold else "span", text, **({"class_": classes} if classes else {}))


@cache
def _console() -> Console:
    """Return what knows the names of styles."""
    return Console(file=io.StringIO(), color_system="standard")


def folded(page: Group, level: int = 2, unfolded: int = 0) -> Iterator[Element]:
    """Give a page whose sections open one by one.

    Parameters
    ----------
    page : Group
        A page.
    level : int
        Of headings within the sections.
    unfolded : int
        How many sections are open from the start.
    """
    count = 0
    for title, parts in _sections(page):
        inside = [made for part in parts for made in rendered(part, level)]
        if title is None:
            yield from inside
            continue
        count += 1
        opened = {"open": ""} if count <= unfolded else {}
        yield element("details", element("summary", title.text), *inside, **opened)


def parted(page: Group) -> tuple[Group, Group]:
    """Return what stands above the first heading of a page, and the rest."""
    parts = list(page.renderables)
    first = next((k for k, part in enumerate(parts) if isinstance(part, Heading)), len(parts))
    return Group(*parts[:first]), Group(*parts[first:])


def _sections(page: Group) -> Iterator[tuple[Heading | None, list[object]]]:
    """Give the sections of a page: heading, and what is below it; first what is above the first."""
    title: Heading | None = None
    parts: list[object] = []
    for part in page.renderables:
        if isinstance(part, Heading):
            yield title, parts
            title, parts = part, []
        else:
            parts.append(part)
    yield title, parts
