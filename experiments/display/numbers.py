"""Numbers and paths in tables: how many decimals, how wide, how short."""

import math
import re
from collections.abc import Iterable, Sequence

__all__ = [
    "ERRORS",
    "LINES",
    "NARROW",
    "NONE",
    "WIDE",
    "decimals",
    "labels",
    "number_text",
    "value_text",
    "wrapped",
]

#: How many points are shown one by one unless the user wants all; how many errors are listed.
LINES, ERRORS = 40, 5
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


def value_text(value: object) -> str:
    """Return the value of an axis as the text of a cell."""
    return f"{value:.6g}" if isinstance(value, float) else wrapped(str(value))


def wrapped(text: str, length: int = NARROW) -> str:
    """Return a path or a part's spec on lines of limited length, broken after dots and colons."""
    lines = [""]
    for piece in re.split(r"(?<=[.:,])(?=[A-Za-z])", text):
        if lines[-1] and len(lines[-1] + piece) > length:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
