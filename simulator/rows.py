"""The rows of a CSV file, each with its line, so that a message can name it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

__all__ = ["csv_rows"]


def csv_rows(
    path: Path, skip: Callable[[str], bool] = lambda line: False
) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV file that are not empty, each with the number of its last line.

    As spreadsheets write them: rows of nothing but commas are empty, and so is what stands behind
    the last cell of the first row, unless there is something in it.

    Parameters
    ----------
    path : Path
        The file.
    skip : callable
        Whether to leave a line out, such as a remark; none by default.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, is not text, or is not CSV.
    """
    numbers: list[int] = []
    width = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for cells in csv.reader(_numbered(file, skip, numbers)):
                last = max((k for k, cell in enumerate(cells, 1) if cell.strip()), default=0)
                width = width or last
                if last:
                    yield numbers[-1], cells[: max(width, last)]
                numbers.clear()
        except csv.Error as error:
            raise ValueError(str(error)) from error


def _numbered(
    lines: Iterable[str], skip: Callable[[str], bool], numbers: list[int]
) -> Iterator[str]:
    """Give the lines that are not left out, and add their numbers, from 1, to `numbers`."""
    for number, line in enumerate(lines, 1):
        if not skip(line):
            numbers.append(number)
            yield line
