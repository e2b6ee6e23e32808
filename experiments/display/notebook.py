"""Pages as what a notebook shows: a piece of HTML with its own styles and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from experiments.display.html import folded
from simulator.errors import TradetalksError
from simulator.markup import element, written

if TYPE_CHECKING:
    from experiments.results.store import Results

__all__ = ["STYLES", "fragment", "shown_results"]

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


def shown_results(results: "Results") -> str:
    """Return results of a sweep as a fragment; of broken ones, what is wrong with them."""
    from experiments.pages.sweep import summarized

    try:
        return fragment(summarized(results))
    except TradetalksError as error:
        return fragment(Group(Text(str(results.folder), style="bold"), Text(str(error))))
