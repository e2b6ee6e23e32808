"""A timeline: talks, deals, ratifications, disregards, threats and events."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.plots.palette import Palette, literal_text, palette
from experiments.plots.style import dress, empty, weeks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["timeline"]

#: Bars by what lasts: height, colour, hatching, label.
BARS: dict[str, tuple[float, str, str | None, str]] = {
    "talk": (0.22, "#9CC3DF", None, "talk"),
    "renegotiation": (0.22, "#9CC3DF", "....", "talk about other terms"),
    "pending": (0.22, "#FFFFFF", "//////", "signed, not yet ratified"),
    "in force": (0.22, "#4D4D4D", None, "deal in force"),
}
#: Where talks, deals and threats lie in a row of height 1, downwards from its middle.
TALK, BELOW, ABOVE = -0.14, 0.14, -0.36
#: Marks by what happens: where, marker, whether filled, size, label.
MARKS: dict[str, tuple[float, str, bool, float, str]] = {
    "agreed": (TALK, "o", True, 46, "agreement"),
    "timed out": (TALK, "|", True, 110, "deadline without agreement"),
    "broken": (TALK, "x", True, 48, "walked away"),
    "rejected": (BELOW, "X", False, 70, "not ratified"),
    "collapsed": (BELOW, "X", True, 70, "deal collapsed"),
    "disregard": (BELOW, "v", True, 46, "disregard"),
    "announced": (ABOVE, "^", False, 46, "threat announced"),
    "extended": (ABOVE, "$\\rightarrow$", True, 60, "date extended"),
    "carried out": (ABOVE, "^", True, 46, "threat carried out"),
    "shock": (ABOVE, "d", True, 40, "act outside the deals"),
}
#: The most talks for which marks say who did it.
FEW = 12
#: Weeks within which the labels of marks would overlap.
NEAR = 4


def timeline(
    spans: "pd.DataFrame",
    marks: "pd.DataFrame",
    ax: "Axes",
    talks: dict[str, str],
    styles: Palette | None = None,
    start: datetime.date | None = None,
) -> "Axes":
    """Return axes with a row per talk, and events across.

    Parameters
    ----------
    spans : DataFrame
        What lasted: ``talk``, ``kind`` (talk, renegotiation, pending or in force), ``start``,
        ``end`` in weeks.
    marks : DataFrame
        What happened: ``week``, ``talk`` (empty for an event), ``kind``, ``by`` (who did it, if
        anybody), ``text``. `experiments.plots.chronicle` makes both.
    ax : Axes
        Where to draw.
    talks : dict
        Talks by key, in the order of the rows, with their names.
    styles : Palette, optional
        How countries are drawn.
    start : date, optional
        The first day of week 0.
    """
    styles = palette((by for by in map(str, marks["by"]) if by), styles)
    rows = {talk: k for k, talk in enumerate(talks)}
    lasted: list[Any] = list(spans.itertuples())
    for span in lasted:
        _bar(ax, rows[span.talk], span)
    for mark in _gathered(marks[marks["talk"] != ""]):
        _mark(ax, rows[mark.talk], mark, styles, len(talks) <= FEW)
    _events(ax, marks[marks["kind"] == "event"])
    _key(ax, {*spans["kind"], *marks["kind"]})
    for by in dict.fromkeys(marks["by"]):
        if by in styles:
            ax.scatter([], [], marker="s", s=40, color=styles[by].colour, label=styles[by].label)
    small = "medium" if len(talks) <= FEW else "xx-small"
    ax.set_yticks(range(len(talks)), list(map(literal_text, talks.values())), fontsize=small)
    ax.set_ylim(max(len(talks), 1) - 0.4, -0.7)
    dress(weeks(ax, start))
    return ax if len(spans) or len(marks) else empty(ax, "nothing happened")


def _bar(ax: "Axes", row: int, span: Any) -> None:
    height, colour, hatch, _ = BARS[span.kind]
    lane = TALK if span.kind in ("talk", "renegotiation") else BELOW
    ax.barh(
        row + lane,
        max(span.end - span.start, 0.3),
        left=span.start,
        height=height,
        color=colour,
        hatch=hatch,
        ec="0.3",
        lw=0.6,
        zorder=2,
    )


@dataclass(frozen=True)
class _Mark:
    """What happened in a talk in a week, by whom, and how many steps up its label is written."""

    week: int
    talk: str
    kind: str
    by: tuple[str, ...]
    crowd: int


def _gathered(marks: "pd.DataFrame") -> list[_Mark]:
    """Return one mark for what happened at once, in the order of weeks."""
    at_once: dict[tuple[int, str, str], list[str]] = {}
    rows: list[Any] = list(marks.sort_values("week", kind="stable").itertuples())
    for row in rows:
        at_once.setdefault((row.week, row.talk, row.kind), []).extend([row.by] if row.by else [])
    gathered: list[_Mark] = []
    for (week, talk, kind), by in at_once.items():
        near = [m for m in gathered if m.talk == talk and m.kind == kind and week - m.week <= NEAR]
        # As many steps as there are weeks in which labels overlap: then the lowest is free again.
        crowd = (near[-1].crowd + 1) % (NEAR + 1) if near else 0
        gathered.append(_Mark(week, talk, kind, tuple(dict.fromkeys(by)), crowd))
    return gathered


def _mark(ax: "Axes", row: int, mark: _Mark, styles: Palette, with_names: bool) -> None:
    """Draw a mark, with the keys of those who did it if `with_names`."""
    height, marker, filled, size, _ = MARKS[mark.kind]
    at = mark.week + 0.5, row + height  # the middle of the week
    colour = styles[mark.by[0]].colour if len(mark.by) == 1 else "black"
    if marker in "|x":
        ax.scatter(*at, marker=marker, s=size, color="black", lw=1.8, zorder=5)
        return
    edge = "white" if filled and height != ABOVE else colour
    fill = colour if filled else "white"
    ax.scatter(*at, marker=marker, s=size, fc=fill, ec=edge, lw=0.9, zorder=5)
    if with_names and mark.by:
        above = (-2.0, 5.0 + 6 * mark.crowd), "0.2"
        offset, ink = ((5.0, -2.5), "white") if height == BELOW else above
        ax.annotate(literal_text(", ".join(mark.by)), at, xytext=offset, textcoords="offset points",
                    fontsize=6, color=ink, zorder=6)  # fmt: skip


def _events(ax: "Axes", events: "pd.DataFrame") -> None:
    """Draw a line per week with events, with what happened written along it."""
    for week, some in events.groupby("week"):
        ax.axvline(float(week), color="0.25", lw=0.9, ls="--", zorder=1)  # type: ignore[arg-type]
        texts = [_short(text) for text in some["text"] if text]
        text = "; ".join(texts[:2]) + ("; ..." if len(texts) > 2 else "")
        ax.annotate(
            literal_text(text) or "event",
            (float(week), 1.0),  # type: ignore[arg-type]
            xycoords=("data", "axes fraction"),
            xytext=(2, 3),
            textcoords="offset points",
            fontsize=7,
            rotation=20,
            color="0.25",
        )


def _short(text: str, length: int = 52) -> str:
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."


def _key(ax: "Axes", kinds: set[str]) -> None:
    """Explain the bars and marks that occur in the legend."""
    for kind, (_, colour, hatch, words) in BARS.items():
        if kind in kinds:
            ax.fill([], [], fc=colour, hatch=hatch, ec="0.3", lw=0.6, label=words)
    for kind, (_, marker, filled, size, words) in MARKS.items():
        if kind in kinds:
            look: dict[str, Any] = {"color": "black"} if marker in "|x" else {
                "fc": "0.2" if filled else "white", "ec": "0.2"}  # fmt: skip
            ax.scatter([], [], marker=marker, s=size, lw=1.2, label=words, **look)
    if "event" in kinds:
        ax.plot([], [], color="0.25", lw=0.9, ls="--", label="event")
