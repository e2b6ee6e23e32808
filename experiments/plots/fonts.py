"""Fonts for letters that the usual one lacks: of those that are installed, whichever have them."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontEntry
    from matplotlib.text import Text

__all__ = ["fit_fonts", "no_word_of_fonts"]

#: Fonts of matplotlib with signs in place of letters, or boxes for all of them.
NO_LETTERS = ("Last Resort", "STIX", "cm")


def fit_fonts(figure: "Figure") -> None:
    """Give texts of a figure, where their font lacks letters, installed fonts to fall back on."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        lacking = _lacking(text)
        if lacking and (families := _families(lacking)):
            text.set_fontfamily([*text.get_fontfamily(), *families])


@contextmanager
def no_word_of_fonts() -> Iterator[None]:
    """Draw without a word of letters that no font has, a box says it, or of weights that differ."""
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
            yield
    finally:
        log.setLevel(level)


# -- steps -------------------------------------------------------------------------------------


def _lacking(text: "Text") -> frozenset[str]:
    """Return the letters of a text that none of its fonts has."""
    letters = {
        letter for letter in text.get_text() if not letter.isascii() and letter.isprintable()
    }
    if not letters:
        return frozenset()
    from matplotlib.font_manager import findfont

    for family in text.get_fontfamily():
        properties = text.get_fontproperties().copy()
        properties.set_family(family)
        letters -= _letters(findfont(properties))
    return frozenset(letters)


@lru_cache(maxsize=256)
def _families(lacking: frozenset[str]) -> tuple[str, ...]:
    """Return as few installed fonts as have the letters, as far as there are any."""
    families = []
    left = set(lacking)
    for entry in _installed():
        if left and left & (there := _letters(entry.fname)):
            families.append(entry.name)
            left -= there
    return tuple(families)


@lru_cache(maxsize=1)
def _installed() -> "tuple[FontEntry, ...]":
    """Return what fonts there are, also those installed since matplotlib looked; plain ones first.

    Of a family, one font stands for all.
    """
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            try:
                fontManager.addfont(path)
            except (OSError, RuntimeError, ValueError, KeyError, NotImplementedError):
                continue  # no font that matplotlib can draw

    def order(entry: "FontEntry") -> tuple[bool, bool, bool, str]:
        plain = entry.style == "normal" and str(entry.weight) in ("400", "normal", "regular")
        return (not plain, "Sans" not in entry.name, "Mono" in entry.name, entry.name)

    letters = [e for e in fontManager.ttflist if not e.name.startswith(NO_LETTERS)]
    by_name = {entry.name: entry for entry in sorted(letters, key=order, reverse=True)}
    return tuple(sorted(by_name.values(), key=order))


@lru_cache(maxsize=8)
def _letters(path: str) -> frozenset[str]:
    """Return the letters that a font has."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return frozenset()
