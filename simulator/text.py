"""How counts, lists and levels are written, and text of others made fit to be shown."""

import re
from collections.abc import Sequence

__all__ = ["count", "file_size", "level_text", "listing", "sentence_case", "visible"]

#: Control characters that a terminal obeys, all but the tab and the line break; those that turn
#: the direction of what follows; half letters.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return a text with its control characters written out, as in ``\x1b[31m``.

    So are halves of letters, surrogates that stand alone, which no file could hold.
    """
    return _CONTROL.sub(_written, text)


def listing(items: Sequence[str]) -> str:
    """Return items in a row: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def count(number: int, one: str, more: str | None = None) -> str:
    """Return a number with its noun: ``1 deal``, ``2 deals``."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def sentence_case(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def level_text(level: float | int | str) -> str:
    """Return a level of an issue as it is written: ``15``, ``0.5``, ``written``."""
    return level if isinstance(level, str) else f"{level:.15g}"


def file_size(size: int) -> str:
    """Return a number of bytes: ``1.2 MB``."""
    kilobytes = size / 2**10
    return f"{kilobytes:,.1f} KB" if kilobytes < 1000 else f"{kilobytes / 2**10:,.1f} MB"


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
