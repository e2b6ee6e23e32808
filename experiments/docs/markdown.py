"""Docstrings, tables and links as Markdown, and the links of a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["Page", "anchor", "links", "pipe_table", "prose", "sections"]

_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


class Page(NamedTuple):
    """A page: its path from the folder of the reference, its heading, and its Markdown.

    `about` is what it holds, in a sentence, and `body` the rest.
    """

    file: str
    title: str
    about: str
    body: str

    def text(self) -> str:
        """Return the whole page."""
        return f"# {self.title}\n\n{self.about}\n\n{self.body.strip()}\n"


def pipe_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; columns in which no row has anything are left out."""
    cells = [list(map(_cell, row)) for row in rows]
    shown = [k for k in range(len(head)) if any(row[k] for row in cells)]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join(f"| {' | '.join(line[k] for k in shown)} |" for line in lines)


def prose(text: str) -> str:
    """Return a docstring's text, with code in backticks and blocks indented, as Markdown."""
    bare = re.sub(r" ?\[\d+\]_", "", text.replace("``", "`"))  # references stand elsewhere
    blocks = re.split(r"\n\s*\n", bare.strip("\n"))
    told = "\n\n".join(_block(block) for block in blocks if block != "::")
    return told.replace("::\n\n```", ":\n\n```")


def anchor(heading: str) -> str:
    """Return the name by which a heading is linked to."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def links(page: str) -> Iterator[str]:
    """Give the targets of a page's links and pictures, those on the web left out."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCED.sub("", page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def sections(page: str) -> dict[str, str]:
    """Return the text below each heading of the second level."""
    pieces = re.split(r"^## (.+)$", _FENCED.sub("", page), flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _block(text: str) -> str:
    if text.startswith("    "):
        return f"```text\n{re.sub('^    ', '', text, flags=re.M).rstrip()}\n```"
    # Outside of code, what looks like a tag would vanish.
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"<(?=[a-z/])", "&lt;", p) for p in pieces)
