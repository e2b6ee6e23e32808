"""Figures within a page: pictures that are part of it, with what they show in words."""

import inspect
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from experiments.report.document import part
from simulator.errors import InputError, TradetalksError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "pictures"]

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


def pictures(plots: object, wanted: Iterable[Picture]) -> Iterator[Markup]:
    """Give pictures as figures of a page; last, what could not be drawn, and why.

    What a kind does not fit, such as a map over two axes where one varies, is passed over.
    """
    left_out: dict[tuple[str, str], None] = {}
    for picture in wanted:
        draw = getattr(plots, picture.kind)
        try:
            figure: Figure = draw(**picture.options)
            width, height = (round(inches * SHOWN) for inches in figure.get_size_inches())
            yield part("figure", _source(figure), _caption(draw, picture.whose), width, height)
        except InputError:
            continue
        except TradetalksError as error:
            left_out[picture.kind, str(error)] = None
    if left_out:
        yield part("left_out", list(left_out))


def _caption(draw: object, whose: str) -> str:
    """Return what a picture shows: what its method says that it returns."""
    line = (inspect.getdoc(draw) or "").partition("\n")[0].removeprefix("Return ")
    return f"{whose}: {line}" if whose else f"{line[:1].upper()}{line[1:]}"


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
