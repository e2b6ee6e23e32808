"""One style per country, the same in every picture: colour, marker and dashes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.display.numbers import even_texts
from experiments.display.wording import with_article
from simulator.literals import is_number
from simulator.text import visible

__all__ = ["Palette", "Style", "literal_text", "palette", "shades"]

#: Colours that the colour-blind can distinguish (Okabe & Ito 2008), without the two lightest.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: In grey, markers and dashes distinguish them; combinations of all three repeat after hundreds.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (8, 3)),
)


#: Colours of numbers, dark to light also in grey; lighter ones would be lost on white, and their
#: opposites on black.
SHADES, LIGHTEST = "viridis", 0.64


@dataclass(frozen=True)
class Style:
    """How a country is drawn in every picture: its name, colour, marker and dashes."""

    label: str
    colour: str
    marker: str
    dash: Any

    @property
    def mention(self) -> str:
        """Its name within a sentence: ``the United States``."""
        return with_article(self.label)

    @property
    def line(self) -> dict[str, Any]:
        """Keyword arguments of a line for matplotlib."""
        return {"color": self.colour, "linestyle": self.dash, "label": self.label}


Palette = Mapping[str, Style]


def palette(
    names: Mapping[str, str] | Iterable[str], fixed: "Palette | None" = None
) -> dict[str, Style]:
    """Return a style for each country, by its key.

    Parameters
    ----------
    names : mapping or iterable of str
        Keys of countries in the order of their scenario, with or without their display names;
        repeated keys count once.
    fixed : Palette, optional
        Styles that are fixed already.
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
    return fresh | dict(fixed or {})


def shades(values: Sequence[object]) -> list[Style]:
    """Return a style for each value of an axis: numbers from dark to light, others as countries."""
    labels = even_texts(values)
    styles = list(palette({str(k): label for k, label in enumerate(labels)}).values())
    if len(values) < 2 or not all(is_number(value) for value in values):
        return styles
    import matplotlib as mpl

    colours = mpl.colormaps[SHADES](np.linspace(0.0, LIGHTEST, len(values)))
    ranks = np.argsort(np.argsort(np.array(values, dtype=float), kind="stable"))
    return [
        replace(style, colour=mpl.colors.to_hex(colours[rank]))
        for style, rank in zip(styles, ranks, strict=True)
    ]


def literal_text(text: object) -> str:
    """Return a text that matplotlib shows literally: a dollar sign does not start a formula."""
    return visible(str(text)).replace("\\", "\u2216").replace("$", r"\$")
