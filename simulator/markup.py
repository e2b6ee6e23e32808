"""HTML from templates: all of it goes through here, so nothing can forget to escape a text."""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from simulator.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["templates"]


@cache
def templates(package: str) -> "Environment":
    """Return what fills the templates of a package, each named by its path within it.

    What is filled in is text, whatever it contains: it is escaped, with its control characters
    written out. ``{{ text | lines }}`` breaks it where it has line breaks.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package, ""),
        autoescape=True,
        finalize=_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["lines"] = _lines
    return environment


def _text(value: object) -> str:
    return value if isinstance(value, Markup) else visible(str(value))


def _lines(value: object) -> Markup:
    return Markup("<br>").join(_text(value).split("\n"))
