"""Pages for people: headings, tables and outlines, in colour on a terminal and plain elsewhere."""

import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from experiments.display.blocks import Heading, Ladder, Matrix, Outline, Table
from simulator.text import visible

__all__ = ["cross_table", "heading", "ladder", "outline", "plain_text", "print_page", "table"]

Cell = str | Text


def print_page(page: RenderableType) -> None:
    """Print a page on stdout: in colour on a terminal, else as plain text."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # A run must not fail because the terminal cannot show an arrow.
        reconfigure(errors="replace")
    console = Console(highlight=False, emoji=False, markup=False)
    if console.is_terminal:
        console.print(_Visible(page), crop=False)
    else:
        sys.stdout.write(plain_text(page, console.width))
    sys.stdout.flush()


def plain_text(page: RenderableType, width: int = 80) -> str:
    """Return a page as plain text of lines of limited width, the last of them ended."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,  # would show the page instead of writing it
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    console.print(_Visible(page), crop=False)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).rstrip("\n") + "\n"


@dataclass(frozen=True)
class _Visible:
    """A page with the control characters of texts written out; its own colours stay."""

    page: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self.page, options):
            yield Segment(text if control else visible(text), style, control)


def heading(text: str, one_line: bool = False) -> Heading:
    """Return the heading of a section, with a blank line before it."""
    return Heading(text, one_line)


def table(head: Sequence[Cell], rows: Iterable[Sequence[Cell]], numbers: int = 0) -> Table:
    """Return a table whose head is set off by a thin rule."""
    return Table(_texts(head), tuple(_texts(row) for row in rows), numbers)


def outline(rows: Iterable[tuple[Cell, Cell]], indent: int = 2, label: int = 0) -> Outline:
    """Return labels with a text beside each, wrapped within its own column."""
    texts = tuple((_text(name), _text(text)) for name, text in rows)
    return Outline(texts, indent, label)


def ladder(rows: Iterable[tuple[Cell, Sequence[str]]], indent: int = 4, label: int = 0) -> Ladder:
    """Return rows of short values in columns, the first row in bold."""
    return Ladder(tuple((_text(name), tuple(values)) for name, values in rows), indent, label)


def cross_table(
    rows: Mapping[str, str], columns: Mapping[str, str], cells: Mapping[tuple[str, str], Cell]
) -> Matrix:
    """Return a matrix, shown on a terminal as tables of a few columns that fit on 80 characters.

    Rows and columns are names by key; a cell that is not there stays empty.
    """
    texts = {place: _text(cell) for place, cell in cells.items()}
    return Matrix(_names(rows), _names(columns), texts)


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {key: visible(name) for key, name in names.items()}


def _texts(cells: Sequence[Cell]) -> tuple[Text, ...]:
    return tuple(map(_text, cells))


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(visible(cell))
