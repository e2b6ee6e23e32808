"""Figures within a page: pictures that are part of it, with what they show in words."""

import inspect
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from experiments.report.document import part
from simulator.errors import InputError, TradetalksError
from simulator.text import sentence_case

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Gallery", "Picture", "pictures"]

#: Bytes above which a picture of lines is kept as one of dots.
LARGEST = 400_000
#: Dots per inch of pictures of dots; a browser shows 96 per inch of paper.
DPI, SHOWN = 144, 96


@dataclass(frozen=True)
class Picture:
    """A picture to be drawn: its kind, with what, and whose it is in words."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    whose: str = ""


class Gallery(NamedTuple):
    """Pictures as figures of a page; and what could not be drawn, and why, if there is any."""

    figures: list[Markup]
    left_out: list[Markup]


def pictures(plots: object, wanted: Iterable[Picture]) -> Gallery:
    """Return pictures in the order in which they are wanted.

    What a kind does not fit, such as a map over two axes where one varies, is passed over.
    """
    figures: list[Markup] = []
    left_out: dict[tuple[str, str], None] = {}
    for picture in wanted:
        draw = getattr(plots, picture.kind)
        try:
            figures.append(_figure(draw(**picture.options), _caption(draw, picture.whose)))
        except InputError:
            continue
        except TradetalksError as error:
            left_out[picture.kind, str(error)] = None
    return Gallery(figures, [part("left_out", list(left_out))] if left_out else [])


def _figure(figure: "Figure", caption: str) -> Markup:
    width, height = (round(inches * SHOWN) for inches in figure.get_size_inches())
    return part("figure", _source(figure), caption, width, height)


def _caption(draw: object, whose: str) -> str:
    """Return what a picture shows: what its method says that it returns."""
    line = (inspect.getdoc(draw) or "").partition("\n")[0].removeprefix("Return ")
    return f"{whose}: {line}" if whose else sentence_case(line)


def _source(figure: "Figure") -> str:
    """Return a picture as the address of itself."""
    drawn = _drawn(figure, "svg")
    if len(drawn) > LARGEST:
        from base64 import b64encode

        return f"data:image/png;base64,{b64encode(_drawn(figure, 'png')).decode()}"
    # Spaced by single blanks and not in base64: smaller by a fifth.
    lines = re.sub(r"\s+", " ", re.sub(r"<!--.*?-->", "", drawn.decode(), flags=re.DOTALL))
    return f"data:image/svg+xml,{quote(lines, safe=_PLAIN)}"


#: What may stand in an address of data as it is, besides letters and digits.
_PLAIN = " ;/:=?@,+$&'()*!-._~"


def _drawn(figure: "Figure", form: str) -> bytes:
    import matplotlib

    file = BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "tradetalks"}), warnings.catch_warnings():
        # Names too long for their place: right in the text.
        warnings.simplefilter("ignore", UserWarning)
        about = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(file, format=form, dpi=DPI, metadata=about)
    return file.getvalue()
