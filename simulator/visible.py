"""Text of others made fit for a terminal."""

import re

__all__ = ["visible"]

#: Control characters that a terminal obeys, all but the tab and the line break.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    r"""Return a text with its control characters written out, as in ``\x1b[31m``.

    Parameters
    ----------
    text : str
        Whatever an error of the user's code says.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
