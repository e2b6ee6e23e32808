"""What a docstring of numpydoc says, by its sections."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

__all__ = ["Docstring", "Item", "read"]


class Item(NamedTuple):
    """An entry of a section: a parameter, an attribute or an error.

    Parameters
    ----------
    name, type, text : str
        What it is called, of what type, and what it is, on one line.
    """

    name: str
    type: str
    text: str


class Docstring(NamedTuple):
    """A docstring.

    Parameters
    ----------
    summary : str
        Its first line.
    body : str
        What follows, up to the first section.
    sections : mapping
        Title -> text.
    """

    summary: str
    body: str
    sections: Mapping[str, str]

    def items(self, section: str) -> Iterator[Item]:
        """Give the entries of a section, one for each name.

        Parameters
        ----------
        section : str
            Its title, such as Parameters.
        """
        for entry in re.split(r"\n(?=\S)", self.sections.get(section, "")):
            head, _, below = entry.partition("\n")
            names, _, kind = head.partition(" : ")
            for name in names.split(", ") if names else ():
                yield Item(name, kind, " ".join(below.split()))


def read(documented: object) -> Docstring:
    """Return the docstring of a module, class, function or property.

    Parameters
    ----------
    documented : object
        What has it.
    """
    text = inspect.getdoc(documented) or ""
    head, *titled = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.M)
    summary, _, body = head.partition("\n")
    pairs = zip(titled[::2], titled[1::2], strict=True)
    sections = {title: below.strip("\n") for title, below in pairs}
    return Docstring(summary, body.strip("\n"), sections)
