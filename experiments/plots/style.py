"""The style of pictures: figures, titles and legends, axes of weeks, a note on empty axes."""

import datetime
import re
from textwrap import fill
from typing import TYPE_CHECKING, Any

from experiments.plots.fonts import fit_fonts, no_word_of_fonts
from experiments.plots.palette import literal_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

__all__ = ["ACROSS", "UP", "dress", "empty", "figure", "lines", "titled", "weeks"]

#: With more entries, a legend is set smaller and in two columns.
FEW = 14
#: Letters of a title on an inch, and inches to the left of axes.
LETTERS, BESIDE = 12.5, 0.9
#: Letters on a line of the label of the horizontal axis, and of the vertical one.
ACROSS, UP = 52, 40


def figure(width: float = 7.2, height: float = 4.5) -> "Figure":
    """Return an empty figure that a notebook displays by itself, without any window.

    Parameters
    ----------
    width, height : float
        In inches.
    """
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure that is displayed where it is the value of a notebook's cell.

        Letters that its font lacks are drawn in another that has them, if one is installed.
        """

        def draw(self, renderer: "RendererBase") -> None:
            with no_word_of_fonts():
                fit_fonts(self)
                super().draw(renderer)

        def savefig(self, *arguments: Any, **options: Any) -> None:
            with no_word_of_fonts():
                super().savefig(*arguments, **options)

        def _repr_png_(self) -> bytes:
            from io import BytesIO

            png = BytesIO()
            self.savefig(png, format="png", dpi=100)
            return png.getvalue()

    return Picture(figsize=(width, height), layout="constrained")


def lines(text: str, width: int) -> str:
    """Return a label on lines of limited length, literal, with what stands in brackets together."""
    whole = re.sub(r"\([^()]{1,24}\)", lambda unit: unit[0].replace(" ", "\u00a0"), text)
    return literal_text(fill(whole, width, break_long_words=False, break_on_hyphens=False))


def titled(fig: "Figure", title: str) -> "Figure":
    """Return a figure with a title over all of its axes, on as many lines as it takes."""
    if title:
        text = lines(title, int(LETTERS * fig.get_figwidth()))
        fig.suptitle(text, x=0.01, ha="left", fontsize="medium")
    return fig


def dress(ax: "Axes", title: str = "", legend: bool = True, key: str = "") -> "Axes":
    """Return axes with a title, a light grid, an open frame and a legend if there are entries.

    Parameters
    ----------
    ax : Axes
        The axes, after drawing.
    title : str
        Title above, on the left.
    legend : bool
        Whether to add a legend, on the right.
    key : str
        Title of the legend.
    """
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(color="0.92", lw=0.7)
    ax.set_axisbelow(True)
    if title:
        width = ax.figure.bbox.width / ax.figure.dpi - BESIDE
        ax.set_title(lines(title, int(LETTERS * width)), loc="left", fontsize="medium")
    handles, labels = ax.get_legend_handles_labels()
    if legend and labels:
        many = len(labels) > FEW
        ax.legend(
            *(handles, labels),
            loc="upper left",
            bbox_to_anchor=(1.0, 1.02),
            frameon=False,
            fontsize="xx-small" if many else "small",
            ncols=2 if many else 1,
            title=lines(key, 26) or None,
            title_fontsize="small",
        )
    return ax


def empty(ax: "Axes", text: str) -> "Axes":
    """Return axes that say why there is nothing to see."""
    ax.text(
        0.5, 0.5, literal_text(text), ha="center", va="center", color="0.4", transform=ax.transAxes
    )
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def weeks(ax: "Axes", start: datetime.date | None = None) -> "Axes":
    """Return axes whose x axis counts weeks, with dates below if the start is known.

    Parameters
    ----------
    ax : Axes
        The axes.
    start : date, optional
        The first day of week 0.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1))
    if start is None:
        ax.set_xlabel("week")
        return ax
    first = start

    def label(week: float, _: int | None = None) -> str:
        try:
            day = first + datetime.timedelta(weeks=week)
        except OverflowError:
            return f"{week:g}"
        return f"{week:g}\n{day:%b %Y}"

    ax.xaxis.set_major_formatter(FuncFormatter(label))
    ax.set_xlabel("week of the run")
    return ax
