"""Text of others made fit for a terminal, a page and a picture."""

import re

__all__ = ["visible"]

#: Control characters that a terminal obeys, all but the tab and the line break; those that turn
#: the direction of what follows; half letters.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return a text with its control characters written out, as in ``\x1b[31m``.

    So are halves of letters, surrogates that stand alone, which no file could hold.

    Parameters
    ----------
    text : str
        Whatever an error of the user's code says.
    """
    return _CONTROL.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
