"""Values on one line of text, as ``--set`` and the spec of a part write them: TOML or a bare word.

Three things differ from TOML: ``.5`` is a number, nan and inf are refused, and what is no TOML
is the bare string itself, also where it begins with a table (``{...}+noisy``).
"""

import json
import math
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeGuard

__all__ = [
    "DEEPEST",
    "LARGEST",
    "MOST_DIGITS",
    "count",
    "fault_of",
    "is_finite",
    "is_number",
    "is_unicode",
    "is_whole",
    "pieces",
    "plain",
    "read",
    "table",
    "write",
]

#: Numbers beyond this are typing errors; sums and products of numbers up to it stay finite.
LARGEST = 1e15

#: Tables and lists nest less deep; a key has fewer names with points between them.
DEEPEST = 100

# Quantifiers that give nothing back: a text of some thousand characters would take minutes.
_SINGLE = r"'[^']*+'"
#: To the end of the text if it does not close.
_DOUBLE = r'"(?:\\.|[^"\\])*+("?)'
#: A quoted string, or a point that TOML would want a zero before.
_QUOTED_OR_POINT = re.compile(rf"{_DOUBLE}|{_SINGLE}|(?<![\w.])\.(?=[0-9])", re.DOTALL)
_QUOTED_OR_CHARACTER = re.compile(f"{_DOUBLE}|{_SINGLE}|.", re.DOTALL)
_SINGLE_OR_CHARACTER = re.compile(f"{_SINGLE}|.", re.DOTALL)
_NAMES = r"""(?<![\w"'.-])(?:[\w"'-]++[ \t]*+\.[ \t]*+)"""
_DEEP_KEY = re.compile(f"{_NAMES}{{{DEEPEST}}}")
_DIGITS = re.compile(r"[+-]?[0-9_]+")
_COUNT = re.compile(r"[0-9]{1,18}")
#: Strings that read back as themselves without quotes, also within the spec of a part.
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_RESERVED = {"none", "true", "false", "nan", "inf"}
#: Python refuses to print longer integers.
_LONGEST_INTEGER_BITS = 10_000
_LARGEST_FLOAT = sys.float_info.max
#: So many digits has the largest float.
MOST_DIGITS = 309
_TOO_LARGE = f"a number of at most {MOST_DIGITS} digits"
_TOO_DEEP = f"tables and lists that nest less than {DEEPEST} deep"


def read(text: str) -> object:
    """Return the value that `text` writes: TOML, else the bare string.

    For instance ``.5``, ``[1, 2]``, ``2025-07-09``, ``"a: b"`` or ``boulware``.

    Raises
    ------
    ValueError
        If a number in it is not finite, or too large for any, it nests too deep, is no Unicode, or
        brackets or quotes do not close.
    """
    if not is_unicode(text):
        raise ValueError("text that is Unicode")
    text = text.strip()
    toml = _QUOTED_OR_POINT.sub(lambda match: "0." if match[0] == "." else match[0], text)
    try:
        data = tomllib.loads(f"value = {toml}")
    except (ValueError, RecursionError):
        data = {}
    if data.keys() != {"value"}:
        if text[:1] in {"[", "{", '"', "'"} and not _is_wrapped(text):
            raise ValueError("a TOML value, with its brackets and quotes closed")
        if _DIGITS.fullmatch(text) and len(text) > MOST_DIGITS:
            raise ValueError(_TOO_LARGE)
        return text
    _require_sound(data["value"])
    _require_finite(data["value"])
    return data["value"]


def table(text: str) -> dict[str, object]:
    """Return the table that the text of a TOML file writes.

    Raises
    ------
    ValueError
        If it is no TOML, a whole number in it is too large for any use, or it nests too deep.
    """
    if _DEEP_KEY.search(text):
        raise ValueError(_TOO_DEEP)
    try:
        data = tomllib.loads(text)
    except (RecursionError, ValueError) as error:
        raise ValueError(fault_of(error)) from None
    _require_sound(data)
    return data


def fault_of(error: Exception) -> str:
    """Return why a parser of JSON or TOML gave up, in words for whoever wrote the file."""
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    return _TOO_LARGE if "set_int_max_str_digits" in str(error) else str(error)


def count(text: str) -> int | None:
    """Return the whole number from 0 on that a text of plain digits writes, None if it is none."""
    return int(text) if _COUNT.fullmatch(text) else None


def write(value: object) -> str:
    """Return the text on one line that `read` reads as `value`.

    That is None, a TOML value, or lists and mappings of such.
    """
    if isinstance(value, str):
        return value if _BARE.fullmatch(value) and value not in _RESERVED else _quoted(value)
    return _written(value)


def pieces(text: str, separator: str) -> list[str]:
    """Return the pieces of `text` between separators that stand outside brackets and quotes."""
    parts, start, depth = [], 0, 0
    for token in _tokens(text):
        if token[0] in {"[", "{"}:
            depth += 1
        elif token[0] in {"]", "}"}:
            depth -= 1
        elif token[0] == separator and depth <= 0:
            parts.append(text[start : token.start()])
            start = token.end()
    return [*parts, text[start:]]


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Give quoted strings whole, and all else by the character; so a quote that does not close."""
    for token in _QUOTED_OR_CHARACTER.finditer(text):
        if token[1] == "":
            yield from _SINGLE_OR_CHARACTER.finditer(text, token.start())
            return
        yield token


def plain(value: object) -> object:
    """Return a copy of `value` made of what TOML has; other objects stay as they are.

    Tuples become lists, numbers of numpy become Python's, keys of None are left out.
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER_BITS:
        return f"an integer of {value.bit_length()} bits"
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_unicode(text: str) -> bool:
    """Return whether a text is Unicode: a terminal may pass on halves of characters or bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_finite(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a number other than nan and inf."""
    return is_number(value) and abs(value) < math.inf


def is_whole(value: object, least: float = -math.inf) -> TypeGuard[int]:
    """Return whether a value is a whole number from `least` on, written without a point.

    One of numpy first goes through `plain`.
    """
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_wrapped(text: str) -> bool:
    """Tell a table of parts and what it is wrapped in, ``{...}+noisy``: a text, though no TOML."""
    inner, *around = pieces(text, "+")
    return bool(around) and inner.startswith("{") and isinstance(read(inner), dict)


def _require_sound(value: object, depth: int = 0) -> None:
    """Refuse whole numbers that no other number could be compared with, and what nests too deep."""
    if isinstance(value, int) and abs(value) > _LARGEST_FLOAT:
        raise ValueError(_TOO_LARGE)
    if isinstance(value, dict | list):
        if depth == DEEPEST:
            raise ValueError(_TOO_DEEP)
        for entry in value.values() if isinstance(value, dict) else value:
            _require_sound(entry, depth + 1)


def _require_finite(value: object) -> None:
    if is_number(value) and not is_finite(value):
        raise ValueError("a finite number, not nan or inf")
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            _require_finite(entry)


def _written(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(v) for v in value) + "]"
    return repr(value)


def _key(key: object) -> str:
    return str(key) if re.fullmatch(r"[A-Za-z0-9_-]+", str(key)) else _quoted(str(key))


def _quoted(text: str) -> str:
    # TOML's basic strings are JSON's, but for the raw delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
