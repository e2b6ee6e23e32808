"""One style per country, the same in every picture: colour, marker and dashes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.text import visible

__all__ = ["Palette", "Style", "literal_text", "palette"]

#: Colours that differ for the colour-blind (Okabe & Ito 2008), the two lightest left out.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: In grey, markers and dashes tell them apart; all three together repeat after hundreds.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (8, 3)),
)


@dataclass(frozen=True)
class Style:
    """How one country is drawn, wherever it is: its name, colour, marker and dashes."""

    label: str
    colour: str
    marker: str
    dash: Any

    @property
    def line(self) -> dict[str, Any]:
        """What matplotlib takes for a line."""
        return {"color": self.colour, "linestyle": self.dash, "label": self.label}


Palette = Mapping[str, Style]


def palette(
    names: Mapping[str, str] | Iterable[str], known: "Palette | None" = None
) -> dict[str, Style]:
    """Return a style for each country, by its key.

    Parameters
    ----------
    names : mapping or iterable of str
        Keys of countries in the order of their scenario, with their display names or without; one
        that comes again is the same.
    known : Palette, optional
        Styles that stand already, and stay.
    """
    labels = dict(names) if isinstance(names, Mapping) else {name: name for name in names}
    fresh = {
        key: Style(
            literal_text(label),
            COLOURS[k % len(COLOURS)],
            MARKERS[k % len(MARKERS)],
            DASHES[k % len(DASHES)],
        )
        for k, (key, label) in enumerate(labels.items())
    }
    return fresh | dict(known or {})


def literal_text(text: object) -> str:
    """Return text that is shown as it is: a dollar sign starts no formula."""
    return visible(str(text)).replace("\\", "\u2216").replace("$", r"\$")
