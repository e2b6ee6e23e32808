"""Pages for people: rich's tables and headings, with colour on a terminal and plain elsewhere."""

import io
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

__all__ = ["heading", "outline", "plain", "put", "table"]

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
        made.add_column(name, justify="right" if right else "left", overflow="fold")
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
    grid.add_column(min_width=label, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    for name, text in rows:
        grid.add_row(_text(name), _text(text))
    return Padding(grid, (0, 0, 0, indent))


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)
