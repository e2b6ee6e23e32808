"""The rows of a CSV file, each with its line, so that a message can name it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from simulator.files import Held, opened

__all__ = ["csv_rows"]

#: So many characters has no line of a table.
LONGEST_LINE = 2**20


def csv_rows(
    path: Path | Held, skip: Callable[[str], bool] = lambda line: False
) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV file that are not empty, each with the number of its last line.

    As spreadsheets write them: rows of nothing but commas are empty, and so is what stands behind
    the last cell of the first row, unless there is something in it.

    Parameters
    ----------
    path : Path or Held
        The file, or one that has been read.
    skip : callable
        Whether to leave a line out, such as a remark; none by default.

    Raises
    ------
    InputError
        If it is no regular file, or cannot be read.
    ValueError
        If it is not text, or is not CSV.
    """
    numbers: list[int] = []
    width = 0
    with opened(path) as stream:
        file = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            for cells in csv.reader(_numbered(_lines(file), skip, numbers)):
                last = max((k for k, cell in enumerate(cells, 1) if cell.strip()), default=0)
                width = width or last
                if last:
                    yield numbers[-1], cells[: max(width, last)]
                numbers.clear()
        except csv.Error as error:
            raise ValueError(str(error)) from error


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    """Give the lines of a file, which may be one endless line."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise ValueError(f"lines of less than {LONGEST_LINE:,} characters")
        yield line


def _numbered(
    lines: Iterable[str], skip: Callable[[str], bool], numbers: list[int]
) -> Iterator[str]:
    """Give the lines that are not left out, and add their numbers, from 1, to `numbers`."""
    for number, line in enumerate(lines, 1):
        if not skip(line):
            numbers.append(number)
            yield line
