"""Tables of numbers as people write them: CSV with a head, lines that start with # left out."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from simulator.errors import MISSING, EconomyError, InputError, Problem, nearest
from simulator.files import Held, user_path
from simulator.rows import csv_rows

__all__ = ["Sheet"]

#: So many problems of a file are told.
#: Sums and products of larger numbers would overflow.
_LARGEST = 1e100
_MOST_PROBLEMS = 20


class Sheet:
    """A CSV file, which messages call `source`: its head, its rows, and what is wrong with them.

    Raises
    ------
    EconomyError
        If there is no such file, it is no text, or it has no head.
    """

    def __init__(self, path: str | Path | Held, source: str) -> None:
        self.file = path if isinstance(path, Held) else user_path(path)
        self.source = source
        self.problems: list[Problem] = []
        self.head = [name.strip() for name in next(self._lines(), (0, []))[1]]
        if not self.head:
            self.refuse("head", MISSING, "a first line with the names of the columns")
        elif repeated := [name for name, times in Counter(self.head).items() if times > 1]:
            self.refuse("head", repeated[0], "columns with a name each, every name once")
        self.done()

    def rows(self, *columns: str) -> Iterator[tuple[int, list[str]]]:
        """Give line and cells of each row, those of some columns or all."""
        places = {name: k for k, name in enumerate(self.head)}
        wanted = [places[name] for name in columns or self.head]
        lines = self._lines()
        next(lines, None)
        for line, cells in lines:
            if len(cells) == len(self.head):
                yield line, [cells[k].strip() for k in wanted]
            else:
                self.refuse(f"line {line}", len(cells), f"{len(self.head)} cells, as in the head")

    def needs(self, *columns: str) -> None:
        """Refuse the file if it lacks a column."""
        for name in columns:
            if name not in self.head:
                allowed = f"a column {name!r}; there are: {', '.join(self.head)}"
                self.refuse("head", MISSING, allowed, nearest(name, self.head))
        self.done()

    def number(
        self,
        key: str,
        text: str,
        allowed: str,
        holds: Callable[[float], bool] = lambda x: True,
        infinite: bool = False,
    ) -> float:
        """Return the number in a cell for which `holds`, infinite if it may be; 0 for another."""
        try:
            value = float(text)
        except ValueError:
            self.refuse(key, text or MISSING, allowed)
            return 0.0
        if not ((infinite or math.isfinite(value)) and holds(value)):
            self.refuse(key, value, allowed)
            return 0.0
        if not infinite and abs(value) > _LARGEST:
            self.refuse(key, value, f"{allowed}, at most {_LARGEST:g} in size, in any unit")
            return 0.0
        return value

    @property
    def full(self) -> bool:
        """Whether enough problems are noted."""
        return len(self.problems) >= _MOST_PROBLEMS

    def refuse(self, key: str, value: object, allowed: str, near: str | None = None) -> None:
        """Note that `value` at `key` is none of what is `allowed`."""
        if not self.full:
            self.problems.append(Problem(key, value, allowed, near))

    def done(self) -> None:
        """End the reading.

        Raises
        ------
        EconomyError
            With every problem, if there are any.
        """
        if self.problems:
            raise EconomyError(self.problems, self.source)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Give the rows, with the numbers of their lines."""
        try:
            yield from csv_rows(self.file, skip=_is_remark)
        except (InputError, ValueError) as error:
            told = error.problems[0].allowed if isinstance(error, InputError) else error
            allowed = f"a file of text that can be read: {told}"
            problem = Problem("file", Path(self.source).name, allowed)
            raise EconomyError([problem], self.source) from None


def _is_remark(line: str) -> bool:
    # A spreadsheet puts remarks with commas into quotes.
    return not line.strip() or line.startswith(("#", '"#'))
