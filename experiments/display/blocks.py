"""What pages consist of besides text: frozen values for both terminals and browsers.

A page is a `rich.console.Group` of these and of `rich.text.Text`;
`experiments.display.terminal` makes them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text

from experiments.display.wording import cut

__all__ = ["Heading", "Ladder", "Line", "Matrix", "Outline", "Table"]

#: Columns of a matrix that fit beside each other on 80 characters.
ABREAST = 5


class Line(Text):
    """A text on one line: a terminal cuts it after a word if it has no room, a browser never."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Segment]:
        shown = Text(cut(self.plain, options.max_width), self.style, end=self.end)
        yield from shown.__rich_console__(console, options)


@dataclass(frozen=True)
class Heading:
    """The heading of a section, with a blank line before it; `one_line` as a `Line` is."""

    text: str
    one_line: bool = False

    def __rich__(self) -> Padding:
        kind = Line if self.one_line else Text
        return Padding(kind(self.text, style="bold cyan"), (1, 0, 0, 0))


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns, the last `numbers` columns aligned to the right."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: int = 0

    def __rich__(self) -> Grid:
        grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        for k, name in enumerate(self.head):
            right = k >= len(self.head) - self.numbers
            grid.add_column(name, justify="right" if right else "left", overflow="fold")
        for row in self.rows:
            grid.add_row(*row)
        return grid


@dataclass(frozen=True)
class Outline:
    """Labels with a text beside each; `label` is the least width of the labels in characters."""

    rows: tuple[tuple[Text, Text], ...]
    indent: int = 2
    label: int = 0

    def __rich__(self) -> Padding:
        grid = Grid.grid(padding=(0, 2, 0, 0))
        grid.add_column(min_width=self.label, style="dim", overflow="fold")
        grid.add_column(ratio=1, overflow="fold")
        for name, text in self.rows:
            grid.add_row(name, text if isinstance(text, Line) else _Wrapped(text))
        return Padding(grid, (0, 0, 0, self.indent))


@dataclass(frozen=True)
class _Wrapped:
    """A text of which a word longer than a line, such as a strategy, breaks after a colon."""

    text: Text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plain, width = self.text.plain, options.max_width
        ends = []
        for word in re.finditer(r"\S+", plain):
            start = word.start()
            while word.end() - start > width:
                start = plain.rfind(":", start, start + width) + 1
                if not start:
                    break  # without a colon in reach it is left to be folded
                ends.append(start)
        yield Text("\n").join(self.text.divide(ends))


@dataclass(frozen=True)
class Ladder:
    """Rows of short values in columns, each with its name, the first row in bold."""

    rows: tuple[tuple[Text, tuple[str, ...]], ...]
    indent: int = 4
    label: int = 0

    def table(self) -> Table:
        """Return the table whose head is the first row."""
        head, *rows = [(name, *map(Text, values)) for name, values in self.rows] or [()]
        return Table(head, tuple(rows), len(head) - 1)

    def __rich__(self) -> Padding:
        grid = Grid.grid(padding=(0, 3, 0, 0))
        grid.add_column(min_width=self.label, style="dim")
        for _ in self.rows[0][1] if self.rows else ():
            grid.add_column(no_wrap=True)  # it is the names that give way
        for k, (name, values) in enumerate(self.rows):
            style = "bold" if k == 0 else ""
            grid.add_row(name, *(Text(v, style=style, justify="right") for v in values))
        return Padding(grid, (0, 0, 0, self.indent))


@dataclass(frozen=True)
class Matrix:
    """Cells by (row, column), each key with its name; on a terminal a few columns at a time."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], Text]

    def table(self, columns: tuple[str, ...] = ()) -> Table:
        """Return the table of some columns, of all by default."""
        keys = columns or tuple(self.columns)
        head = ("", *(self.columns[key] for key in keys))
        rows = [
            (Text(name), *(self.cells.get((row, key), Text()) for key in keys))
            for row, name in self.rows.items()
        ]
        return Table(tuple(map(Text, head)), tuple(rows), len(keys))

    def __rich__(self) -> Group:
        keys = tuple(self.columns)
        parts = (keys[first : first + ABREAST] for first in range(0, len(keys), ABREAST))
        return Group(*map(self.table, parts))
