"""Elements of HTML: all that is written goes through here, so nothing can forget to escape it."""

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from simulator.text import visible

__all__ = ["Child", "element", "written"]

Child = str | Element


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """Return an element; text in it is text, whatever it contains.

    Parameters
    ----------
    tag : str
        Its name.
    *children : str or Element
        What is in it.
    **attributes : str
        By name: ``class_`` is ``class``, ``aria_label`` is ``aria-label``.
    """
    made = Element(tag, _named(attributes))
    for child in children:
        _put(made, child)
    return made


def _named(attributes: Mapping[str, str]) -> dict[str, str]:
    return {
        name.rstrip("_").replace("_", "-"): visible(value) for name, value in attributes.items()
    }


def _put(into: Element, child: Child) -> None:
    """Add text, its line breaks as such where they are no more than space, or an element."""
    if isinstance(child, Element):
        into.append(child)
        return
    first, *lines = [child] if into.tag in {"pre", "style"} else child.split("\n")
    _write(into, visible(first))
    for line in lines:
        SubElement(into, "br")
        _write(into, visible(line))


def _write(into: Element, text: str) -> None:
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    else:
        into.text = (into.text or "") + text


def written(elements: Iterable[Element]) -> str:
    """Return elements as HTML, each on a line of its own."""
    return "\n".join(tostring(one, encoding="unicode", method="html") for one in elements)
