"""What a docstring says, by its sections: numpydoc reads it."""

import inspect
from collections.abc import Iterator
from typing import NamedTuple

from numpydoc.docscrape import NumpyDocString

__all__ = ["Docstring", "Item", "read"]


class Item(NamedTuple):
    """A parameter or an attribute: its name, its type, and what it is, on one line."""

    name: str
    type: str
    text: str


class Docstring(NamedTuple):
    """A docstring: first line, what follows up to the first section, sources, and all of it."""

    summary: str
    body: str
    references: str
    parsed: NumpyDocString

    def items(self, section: str) -> Iterator[Item]:
        """Give the entries of a section, one for each name."""
        for names, kind, lines in self.parsed[section]:
            for name in names.split(", "):
                yield Item(name, kind, " ".join(" ".join(lines).split()))


def read(documented: object) -> Docstring:
    """Return the docstring of a module, class, function or property."""
    parsed = NumpyDocString(inspect.getdoc(documented) or "")
    body, references = ("\n".join(parsed[key]) for key in ("Extended Summary", "References"))
    return Docstring(" ".join(parsed["Summary"]), body, references, parsed)
