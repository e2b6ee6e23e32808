"""Pages as what a notebook shows: a piece of HTML with its own styles and nothing else."""

from pathlib import Path

from rich.console import Group

from experiments.display.html import folded
from simulator.markup import element, written

__all__ = ["STYLES", "fragment"]

#: How blocks look, wherever they stand.
STYLES = Path(__file__).with_name("blocks.css")


def fragment(page: Group, unfolded: int = 1) -> str:
    """Return a page as a fragment of HTML whose sections open one by one.

    Parameters
    ----------
    page : Group
        The page.
    unfolded : int
        How many sections are open from the start.
    """
    style = element("style", STYLES.read_text(encoding="utf-8"))
    return written([element("div", style, *folded(page, 3, unfolded), class_="tradetalks")])
