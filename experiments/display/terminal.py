"""Pages for people: headings, tables and outlines, in colour on a terminal and plain elsewhere."""

import io
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from experiments.display.blocks import Heading, Ladder, Matrix, Outline, Table
from simulator.text import visible

__all__ = ["cross_table", "heading", "ladder", "outline", "plain_text", "put", "table"]

Cell = str | Text


def put(page: RenderableType) -> None:
    """Print a page on stdout: in colour on a terminal, else as plain text.

    Parameters
    ----------
    page : renderable
        What to print.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # An arrow must not end a run on a terminal that cannot show it.
        reconfigure(errors="replace")
    console = Console(highlight=False, emoji=False, markup=False)
    if console.is_terminal:
        console.print(page)
    else:
        sys.stdout.write(plain_text(page, console.width))
    sys.stdout.flush()


def plain_text(page: RenderableType, width: int = 80) -> str:
    """Return a page as plain text, with a line break at the end.

    Parameters
    ----------
    page : renderable
        What to write.
    width : int
        Columns.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,  # which would show the page instead of writing it
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    console.print(page)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).rstrip("\n") + "\n"


def heading(text: str) -> Heading:
    """Return the heading of a section, with a blank line before it."""
    return Heading(text)


def table(head: Sequence[Cell], rows: Iterable[Sequence[Cell]], numbers: int = 0) -> Table:
    """Return a table under thin rules.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : iterable of sequences of str or Text
        The cells.
    numbers : int
        How many of the last columns are set flush right.
    """
    return Table(_texts(head), tuple(_texts(row) for row in rows), numbers)


def outline(rows: Iterable[tuple[Cell, Cell]], indent: int = 2, label: int = 0) -> Outline:
    """Return labels with what there is to say beside each, wrapped under itself.

    Parameters
    ----------
    rows : iterable of (str, str)
        Label and text.
    indent : int
        Columns to the left of the labels.
    label : int
        Least width of the labels.
    """
    told = tuple((_text(name), _text(text)) for name, text in rows)
    return Outline(told, indent, label)


def ladder(rows: Iterable[tuple[str, Sequence[str]]], indent: int = 4, label: int = 0) -> Ladder:
    """Return rows of short values in columns, the first row in bold.

    Parameters
    ----------
    rows : iterable of (str, sequence of str)
        The name of each row and its values.
    indent : int
        Columns to the left.
    label : int
        Least width of the names.
    """
    return Ladder(tuple((name, tuple(values)) for name, values in rows), indent, label)


def cross_table(
    rows: Mapping[str, str], columns: Mapping[str, str], cells: Mapping[tuple[str, str], Cell]
) -> Matrix:
    """Return a matrix, on a terminal as tables of a few columns each, to fit on 80 columns.

    Parameters
    ----------
    rows, columns : mapping
        Key -> name.
    cells : mapping
        (row, column) -> what stands there; where there is nothing, nothing stands.
    """
    told = {place: _text(cell) for place, cell in cells.items()}
    return Matrix(_names(rows), _names(columns), told)


def _names(known: Mapping[str, str]) -> dict[str, str]:
    return {key: visible(name) for key, name in known.items()}


def _texts(cells: Sequence[Cell]) -> tuple[Text, ...]:
    return tuple(map(_text, cells))


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(visible(cell))
