"""The relationship graph: who trusts whom, which deals are in force, who watches."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.plots.palette import Palette, Style, palette
from experiments.plots.style import empty
from experiments.plots.trust import tells_something

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

__all__ = ["graph", "telling"]

Place = tuple[float, float]

#: The most countries with an arrow each way and its number; more have a line per pair.
FEW = 8
BAND, STANDS_BY = "#F3D98B", "0.6"
#: How far an arrow bends to its side.
BEND = 0.10


def graph(
    relationships: "nx.DiGraph[str]",
    ax: "Axes",
    styles: Palette | None = None,
    threatened: Container[tuple[str, str]] = (),
) -> "Axes":
    """Return axes with the relationship graph.

    An arrow from one country to another has the colour of the one that trusts; the more it trusts,
    the wider the arrow, and a number says how much. A broad band joins countries with a deal in
    force; dotted lines join bystanders to those they hear of, and a bystander that hears of nobody
    is left out. If there are many countries, a line joins each pair, the darker the higher the
    lower of their two trusts is.

    Parameters
    ----------
    relationships : DiGraph
        The graph of a run: ``Run.graph``; or what `telling` makes of it.
    ax : Axes
        Where to draw.
    styles : Palette, optional
        How countries are drawn.
    threatened : container of (str, str), optional
        Who is threatened by whom: with few countries, their arrows say how credible that is, too.
    """
    nodes = relationships.nodes
    countries = [key for key in nodes if nodes[key].get("kind") == "country"]
    others = [key for key in nodes if key not in countries]
    bystanders = [key for key in others if relationships.degree[key]]
    styles = palette({key: nodes[key].get("name", key) for key in nodes}, styles)
    ax.set_axis_off()
    # Anchored beside the key, which is placed before the axes move, and would be cut off.
    ax.set_aspect("equal", anchor="NE")
    if not countries:
        return empty(ax, "there are no countries")
    few = len(countries) <= FEW
    places = {**_ring(countries, 1.0, 0.0), **_ring(bystanders, 1.5, 0.5 / len(countries))}
    _ties(relationships, ax, places, 17 if few else 5)
    if few:
        for a, b, trust in _trusts(relationships):
            believes = _credibility(relationships, (a, b)) if (a, b) in threatened else ""
            _arrow(ax, places[a], places[b], trust, styles[a].colour, believes)
    else:
        _lines(relationships, ax, places)
    for name, place in places.items():
        _node(ax, place, styles[name], name in bystanders, few)
    _limit(ax, [*places.values()], 1.7 if bystanders else 1.25, few)
    if few and any(pair in threatened for pair in relationships.edges):
        ax.plot([], [], ls="", label="c: credibility of threats")
    return _key(ax, bool(bystanders), few)


def telling(
    relationships: "nx.DiGraph[str]",
    meetings: Container[tuple[str, str]],
    start: Mapping[tuple[str, str], float],
) -> "nx.DiGraph[str]":
    """Return a graph without the edges that say nothing.

    Trust says something by the rule of `tells_something`, moved from the start to the end; a
    bystander's edge of weight 0 carries no news.

    Parameters
    ----------
    relationships : DiGraph
        The graph of a run: ``Run.graph``.
    meetings : container of pairs of str
        Who meet in a talk, as `Scenario.partners` gives them.
    start : mapping
        The trust at the start of each country in each other: ``Simulation.trust_start``.
    """
    told: nx.DiGraph[str] = relationships.copy()
    for pair, data in relationships.edges.items():
        if "trust" in data:
            tells = tells_something(pair, meetings, abs(data["trust"] - start[pair]))
        else:
            tells = bool(data.get("weight"))
        if not tells and not data.get("deals"):
            told.remove_edge(*pair)
    return told


def _limit(ax: "Axes", places: Sequence[Place], reach: float, few: bool) -> None:
    """Leave room for names around the places; of few, no more than that above and below."""
    heights = [-0.3, *(y for _, y in places), 0.3]
    ends = (min(heights) - 0.3, max(heights) + 0.3) if few else (-reach, reach)
    ax.set(xlim=(-1.12 * reach, 1.12 * reach), ylim=ends)


def _ring(names: list[str], radius: float, turn: float) -> dict[str, Place]:
    """Return places on a circle, clockwise from the top; if there are two, side by side."""
    top = np.pi if len(names) == 2 else np.pi / 2
    angles = top - 2 * np.pi * (np.arange(len(names)) / max(len(names), 1) + turn)
    return {
        name: (radius * float(np.cos(angle)), radius * float(np.sin(angle)))
        for name, angle in zip(names, angles, strict=True)
    }


def _trusts(relationships: "nx.DiGraph[str]") -> Iterator[tuple[str, str, float]]:
    """Give each pair of countries with the trust of the first in the second."""
    for a, b, data in relationships.edges(data=True):
        if "trust" in data:
            yield a, b, float(data["trust"])


def _credibility(relationships: "nx.DiGraph[str]", pair: tuple[str, str]) -> str:
    """Return how credible the first of a pair finds the threats of the second."""
    return f" (c {relationships.edges[pair]['credibility']:.2f})"


def _ties(
    relationships: "nx.DiGraph[str]", ax: "Axes", places: dict[str, Place], band: float
) -> None:
    """Join those with a deal in force by a band, and bystanders to the countries they hear of."""
    for a, b, data in relationships.to_undirected().edges(data=True):
        line = [*zip(places[a], places[b], strict=True)]
        if data.get("deals"):
            ax.plot(*line, color=BAND, lw=band, solid_capstyle="round", zorder=0)
        if "trust" not in data:
            width = 0.6 + 2 * data.get("weight", 0.0)
            ax.plot(*line, color=STANDS_BY, ls=":", lw=width, zorder=1)


def _width(trust: float) -> float:
    """Return the width of an arrow; unknown trust gives a hairline."""
    return float(0.4 + 3.4 * np.nan_to_num(trust) ** 1.5)


def _arrow(ax: "Axes", a: Place, b: Place, trust: float, colour: str, believes: str = "") -> None:
    """Draw an arrow that bends to one side on its way from a to b, with a number on it."""
    from matplotlib.patches import FancyArrowPatch

    ax.add_patch(
        FancyArrowPatch(
            *(a, b),
            connectionstyle=f"arc3,rad={BEND}",
            arrowstyle="-|>",
            mutation_scale=10,
            shrinkA=19,
            shrinkB=21,
            lw=_width(trust),
            color=colour,
            alpha=0.9,
            zorder=2,
        )
    )
    x, y = _on_arc(a, b, BEND, 0.34)
    label = f"{trust:.2f}" if np.isfinite(trust) else "?"
    box = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85}
    ax.text(
        x,
        y,
        label + believes,
        color=colour,
        fontsize=8,
        ha="center",
        va="center",
        bbox=box,
        zorder=3,
    )


def _lines(relationships: "nx.DiGraph[str]", ax: "Axes", places: dict[str, Place]) -> None:
    """Draw a line per pair of countries, shaded by the lower of their two trusts."""
    from matplotlib.collections import LineCollection

    pairs: dict[tuple[str, str], float] = {}
    for a, b, trust in _trusts(relationships):
        pair = (min(a, b), max(a, b))
        pairs[pair] = min(pairs.get(pair, 1.0), float(np.nan_to_num(trust)))
    shades = [str(0.96 - 0.9 * trust) for trust in pairs.values()]
    ends = [[places[a], places[b]] for a, b in pairs]
    ax.add_collection(LineCollection(ends, colors=shades, linewidths=0.5, zorder=2))


def _on_arc(a: Place, b: Place, bend: float, at: float) -> Place:
    """Return a place on the curve that matplotlib calls arc3, a quadratic Bezier curve."""
    (x, y), (u, v) = a, b
    control = ((x + u) / 2 + bend * (v - y), (y + v) / 2 - bend * (u - x))
    p, q, r = (1 - at) ** 2, 2 * at * (1 - at), at**2
    return p * x + q * control[0] + r * u, p * y + q * control[1] + r * v


def _node(ax: "Axes", place: Place, style: Style, stands_by: bool, few: bool) -> None:
    """Draw a node with its name outside; if there are many, along the spokes of the wheel."""
    look: dict[str, Any] = {"s": 260, "marker": "s", "fc": "white", "ec": "0.5", "ls": ":"}
    if not stands_by:
        look = {"s": 620, "marker": "o", "fc": style.colour, "ec": "white"}
    ax.scatter(*place, lw=1.2, zorder=4, **{**look, "s": look["s"] / (1 if few else 9)})
    distance = float(np.hypot(*place))
    x, y = (at * (1.0 + (0.19 if few else 0.06) / distance) for at in place)
    ink = "0.35" if stands_by else "black"
    if few:
        side = "center" if abs(x) < 0.3 else "left" if x > 0 else "right"
        up = "center" if abs(y) < 0.75 * distance else "bottom" if y > 0 else "top"
        ax.text(x, y, style.label, ha=side, va=up, color=ink, zorder=5)
        return
    angle = float(np.degrees(np.arctan2(y, x)))
    side, turn = ("right", angle + 180) if abs(angle) > 90 else ("left", angle)
    ax.text(*(x, y, style.label), ha=side, va="center", rotation=turn, rotation_mode="anchor",
            fontsize=6, color=ink)  # fmt: skip


def _key(ax: "Axes", stands_by: bool, few: bool) -> "Axes":
    for trust in (0.25, 0.5, 0.75, 1.0):
        shade, width = ("0.3", _width(trust)) if few else (str(0.96 - 0.9 * trust), 1.5)
        label = f"trust {trust:.2f}" + ("" if few else " (the lower one)")
        ax.plot([], [], color=shade, lw=width, label=label)
    ax.plot([], [], color=BAND, lw=10 if few else 5, label="deal in force")
    if stands_by:
        ax.plot([], [], color=STANDS_BY, ls=":", label="bystander hears")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small")
    return ax
