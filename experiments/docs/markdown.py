"""Docstrings, tables and links as Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Page", "anchor", "pipe_table", "prose"]


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


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _block(text: str) -> str:
    if text.startswith("    "):
        return f"```text\n{re.sub('^    ', '', text, flags=re.M).rstrip()}\n```"
    # Outside of code, what looks like a tag would vanish.
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"<(?=[a-z/])", "&lt;", p) for p in pieces)
