"""Values on one line of text, as ``--set`` and the spec of a part write them: TOML or a bare word.

Three things differ from TOML: ``.5`` is a number, nan and inf are refused, and what is no TOML
is the bare string itself, also where it begins with a table (``{...}+noisy``).
"""

import json
import math
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import TypeGuard

__all__ = ["LARGEST", "is_finite", "is_number", "is_whole", "pieces", "plain", "read", "write"]

#: Numbers beyond this are typing errors; sums and products of numbers up to it stay finite.
LARGEST = 1e15

_QUOTED = r'"(?:\\.|[^"\\])*"|\'[^\']*\''
#: A quoted string, or a point that TOML would want a zero before.
_QUOTED_OR_POINT = re.compile(_QUOTED + r"|(?<![\w.])\.(?=\d)")
_QUOTED_OR_CHARACTER = re.compile(_QUOTED + r"|.", re.DOTALL)
#: Strings that read back as themselves without quotes, also within the spec of a part.
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_RESERVED = {"none", "true", "false", "nan", "inf"}
#: Python refuses to print longer integers.
_LONGEST_INTEGER_BITS = 10_000


def read(text: str) -> object:
    """Return the value that `text` writes: TOML, else the bare string.

    For instance ``.5``, ``[1, 2]``, ``2025-07-09``, ``"a: b"`` or ``boulware``.

    Raises
    ------
    ValueError
        If a number in it is not finite, or brackets or quotes do not close.
    """
    text = text.strip()
    toml = _QUOTED_OR_POINT.sub(lambda match: "0." if match[0] == "." else match[0], text)
    try:
        table = tomllib.loads(f"value = {toml}")
    except (ValueError, RecursionError):
        table = {}
    if table.keys() != {"value"}:
        if text[:1] in {"[", "{", '"', "'"} and not _is_wrapped(text):
            raise ValueError("a TOML value, with its brackets and quotes closed")
        return text
    _require_finite(table["value"])
    return table["value"]


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
    for token in _QUOTED_OR_CHARACTER.finditer(text):
        if token[0] in {"[", "{"}:
            depth += 1
        elif token[0] in {"]", "}"}:
            depth -= 1
        elif token[0] == separator and depth <= 0:
            parts.append(text[start : token.start()])
            start = token.end()
    return [*parts, text[start:]]


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
