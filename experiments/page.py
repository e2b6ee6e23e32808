"""Pages for people: rich's tables and headings, with colour on a terminal and plain elsewhere."""

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.visible import visible

__all__ = ["heading", "ladder", "matrix", "outline", "plain", "put", "table"]

Cell = str | Text

#: Columns of a matrix that fit beside each other on 80 columns.
ABREAST = 5


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
        sys.stdout.write(plain(page, console.width))
    sys.stdout.flush()


def plain(page: RenderableType, width: int = 80) -> str:
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


def heading(text: str) -> Padding:
    """Return the heading of a section, with a blank line before it."""
    return Padding(Text(text, style="bold cyan"), (1, 0, 0, 0))


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
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for k, name in enumerate(head):
        right = k >= len(head) - numbers
        made.add_column(_text(name), justify="right" if right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(_text(cell) for cell in row))
    return made


def outline(rows: Iterable[tuple[Cell, Cell]], indent: int = 2, label: int = 0) -> Padding:
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
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=label, style="dim", overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for name, text in rows:
        grid.add_row(_text(name), _text(text))
    return Padding(grid, (0, 0, 0, indent))


def ladder(rows: Iterable[tuple[str, Sequence[str]]], indent: int = 4, label: int = 0) -> Padding:
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
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(min_width=label, style="dim")
    for k, (name, values) in enumerate(rows):
        style = "bold" if k == 0 else ""
        grid.add_row(Text(name), *(Text(value, style=style, justify="right") for value in values))
    return Padding(grid, (0, 0, 0, indent))


def matrix(
    rows: Mapping[str, str], columns: Mapping[str, str], cells: Mapping[tuple[str, str], Cell]
) -> Iterator[Table]:
    """Give a matrix as tables of a few columns each, so that it fits on 80 columns.

    Parameters
    ----------
    rows, columns : mapping
        Key -> name.
    cells : mapping
        (row, column) -> what stands there; where there is nothing, nothing stands.
    """
    keys = list(columns)
    for first in range(0, len(keys), ABREAST):
        part = keys[first : first + ABREAST]
        lines = [[name, *(cells.get((row, key), "") for key in part)] for row, name in rows.items()]
        yield table(["", *(columns[key] for key in part)], lines, numbers=len(part))


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(visible(cell))
