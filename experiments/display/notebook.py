"""Pages as what a notebook shows: a piece of HTML with its own styles and nothing else."""

from rich.console import Group

from experiments.display.html import block, folded

__all__ = ["fragment"]


def fragment(page: Group, unfolded: int = 1) -> str:
    """Return a page as a fragment of HTML whose sections open one by one."""
    return str(block("fragment", folded(page, 3, unfolded)))
