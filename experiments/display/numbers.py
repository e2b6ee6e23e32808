"""Numbers and paths in tables: how many decimals, how wide, how short."""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

__all__ = [
    "ERRORS",
    "LINES",
    "NARROW",
    "NONE",
    "VISIBLE",
    "WIDE",
    "decimals",
    "difference_text",
    "even_texts",
    "interval_text",
    "labels",
    "number_text",
    "places_of",
    "point_texts",
    "printed",
    "signed",
    "wrapped",
]

#: How many points are shown one by one unless the user wants all; how many errors are listed.
LINES, ERRORS = 40, 5
#: The least difference that two decimals show.
VISIBLE = 0.005
NONE = "-"
#: Characters per line of a column among others, and of a column on its own.
NARROW, WIDE = 14, 28
#: First parts of paths, left out where the rest is unambiguous.
_HEADS = ("countries.", "talks.", "threats.", "relationships.")


def labels(paths: Sequence[str]) -> dict[str, str]:
    """Return short names of dotted paths: without their first part, if they remain distinct."""
    short = {path: path for path in paths}
    for path in paths:
        for head in _HEADS:
            short[path] = short[path].removeprefix(head)
    return short if len(set(short.values())) == len(short) else {path: path for path in paths}


def decimals(values: Iterable[float]) -> int:
    """Return the number of decimals that shows four digits of the largest value."""
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    if not sizes:
        return 0
    return min(max(3 - math.floor(math.log10(max(sizes))), 0), 8)


def number_text(value: float, places: int) -> str:
    """Return a number with so many decimals, `NONE` for NaN."""
    return NONE if math.isnan(value) else f"{value:,.{places}f}"


def places_of(values: Iterable[float], half_widths: Iterable[float]) -> int:
    """Return the number of decimals for all numbers of a picture.

    The typical half-width shows one digit, or two if the first is a 1; without any, the largest
    value shows three, if there are so many.
    """
    numbers = [value for value in values if math.isfinite(value)]
    nothing = 1e-9 * max(map(abs, numbers), default=0.0)  # what rounding leaves
    widths = sorted(width for width in half_widths if math.isfinite(width) and width > nothing)
    if not widths:
        return min(max(decimals(numbers) - 1, 0), _written(numbers))
    width = widths[len(widths) // 2]
    first = math.floor(math.log10(width))
    return min(max(int(width < 2 * 10**first) - first, 0), 8)


def printed(value: float, places: int) -> str:
    """Return a number as pictures show it: with so many decimals and a minus, no hyphen."""
    text = f"{value:.{places}f}"
    return f"{0:.{places}f}" if float(text) == 0 else text.replace("-", "\u2212")


def signed(value: float, places: int) -> str:
    """Return a number as pictures show it, with its sign if it shows: ``+0.21``."""
    text = printed(value, places)
    return f"+{text}" if value > 0 and float(text) else text


def difference_text(value: float, half_width: float, places: int) -> str:
    """Return a difference with its sign and half-width: ``+0.21 ± 0.03``."""
    sign = "+" if value > 0 else ""
    return f"{sign}{printed(value, places)} \u00b1 {printed(half_width, places)}"


def interval_text(mean: float, low: float, high: float, places: int) -> str:
    """Return an interval beside its mean: ``± 0.03``, or its ends where it is lopsided."""
    below, above = (printed(side, places) for side in (mean - low, high - mean))
    if below == above:
        return f"\u00b1 {above}"
    return f"{printed(low, places)} to {printed(high, places)}"


def even_texts(values: Sequence[object]) -> list[str]:
    """Return the values of an axis as texts: numbers with as many decimals each, and no more.

    They are those that the values are written with, three digits of the smallest step at most.
    """
    if not all(isinstance(v, Real) and not isinstance(v, bool) for v in values):
        return [str(value) for value in values]
    numbers = [float(value) for value in values if isinstance(value, Real)]
    steps = [b - a for a, b in itertools.pairwise(sorted(set(numbers)))]
    needed = 2 - math.floor(math.log10(min(steps))) if steps else 6
    return [printed(number, max(min(_written(numbers), needed), 0)) for number in numbers]


def _written(numbers: Iterable[float]) -> int:
    """Return with how many decimals numbers are written."""
    decimals = (f"{number:.12f}".rstrip("0").partition(".")[2] for number in numbers)
    return max(map(len, decimals), default=0)


def point_texts(rows: Sequence[Mapping[Any, object]], axes: Sequence[str]) -> list[list[str]]:
    """Return the values of axes in each row of a table as cells, alike down each column."""
    columns = [map(wrapped, even_texts([row[axis] for row in rows])) for axis in axes]
    return [list(cells) for cells in zip(*columns, strict=True)] if axes else [[] for _ in rows]


def wrapped(text: str, length: int = NARROW) -> str:
    """Return a path or a part's spec on lines of limited length, broken after dots and colons."""
    lines = [""]
    for piece in re.split(r"(?<=[.:,])(?=[A-Za-z])", text):
        if lines[-1] and len(lines[-1] + piece) > length:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
