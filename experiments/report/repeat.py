"""How to repeat what a page tells of: commands, and the files that they take, to be saved."""

from collections.abc import Iterable
from urllib.parse import quote
from xml.etree.ElementTree import Element

from simulator.markup import element

__all__ = ["attached", "commands"]


def commands(lines: Iterable[str]) -> Element:
    """Return commands as they are typed."""
    return element("pre", element("code", "\n".join(lines)))


def attached(name: str, text: str, what: str) -> Element:
    """Return a file that is part of the page: to be unfolded, read and saved.

    Parameters
    ----------
    name : str
        Its name.
    text : str
        What is in it.
    what : str
        What it is.
    """
    address = f"data:text/plain;charset=utf-8,{quote(text.encode('utf-8', 'backslashreplace'))}"
    save = element("p", element("a", f"Save {name}", href=address, download=name))
    return element("details", element("summary", what), save, element("pre", text))
