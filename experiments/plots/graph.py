"""The relationship graph: who trusts whom, which deals are in force, who stands by."""

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.plots.style import Palette, empty, palette

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

__all__ = ["graph"]

Place = tuple[float, float]

#: Up to how many countries arrows are told by numbers, too.
FEW = 8


def graph(found: "nx.DiGraph[str]", ax: "Axes", styles: Palette | None = None) -> "Axes":
    """Return axes with the relationship graph.

    An arrow from one country to another has the colour of the one who trusts, is the wider the
    more it does, and says how much. A broad band joins those with a deal in force; dotted lines
    join bystanders to those who hear of them.

    Parameters
    ----------
    found : DiGraph
        The graph of a run: ``Run.graph``.
    ax : Axes
        Where to draw.
    styles : Palette, optional
        How countries are drawn.
    """
    countries = [name for name in found if found.nodes[name].get("kind") == "country"]
    bystanders = [name for name in found if name not in countries]
    styles = styles or palette({name: found.nodes[name].get("name", name) for name in found})
    ax.set_axis_off()
    ax.set_aspect("equal")
    if not countries:
        return empty(ax, "there are no countries")
    places = {**_ring(countries, 1.0, 0.0), **_ring(bystanders, 1.5, 0.5 / max(len(countries), 1))}
    for a, b, data in found.edges(data=True):
        if data.get("deals") and countries.index(a) < countries.index(b):
            _band(ax, places[a], places[b])
        if "trust" in data:
            _arrow(ax, places[a], places[b], data["trust"], styles[a].colour, len(countries))
        elif str(a) < str(b) or "trust" in found.edges.get((b, a), {}):
            (x, u), (y, v) = places[a], places[b]
            width = 0.6 + 2 * data.get("weight", 0.0)
            ax.plot([x, y], [u, v], color="0.6", ls=":", lw=width, zorder=1)
    _nodes(ax, countries, bystanders, places, styles)
    reach = 1.7 if bystanders else 1.25
    ax.set(xlim=(-1.12 * reach, 1.12 * reach), ylim=(-reach, reach))
    return _key(ax, bool(bystanders))


def _ring(names: list[str], radius: float, turn: float) -> dict[str, Place]:
    """Return places on a circle, the first at the top, clockwise."""
    angles = np.pi / 2 - 2 * np.pi * (np.arange(len(names)) / max(len(names), 1) + turn)
    return {
        name: (radius * float(np.cos(angle)), radius * float(np.sin(angle)))
        for name, angle in zip(names, angles, strict=True)
    }


def _band(ax: "Axes", a: Place, b: Place) -> None:
    ax.plot([a[0], b[0]], [a[1], b[1]], color="#F3D98B", lw=17, solid_capstyle="round", zorder=0)


def _arrow(ax: "Axes", a: Place, b: Place, trust: float, colour: str, countries: int) -> None:
    """Draw an arrow on the left side of the way from a to b, with a number in its first third."""
    from matplotlib.patches import FancyArrowPatch

    few = countries <= FEW
    known = trust if np.isfinite(trust) else 0.0
    scale = 1.0 if few else 0.25
    ax.add_patch(
        FancyArrowPatch(
            *(a, b),
            connectionstyle="arc3,rad=0.10",
            arrowstyle="-|>",
            mutation_scale=10 if few else 4,
            shrinkA=19 if few else 6,
            shrinkB=21 if few else 7,
            lw=scale * (0.4 + 3.4 * known**1.5),
            color=colour,
            alpha=0.9 if few else 0.35,
            zorder=2,
        )
    )
    if few:
        x, y = _on_arc(a, b, 0.10, 0.34)
        told = "?" if not np.isfinite(trust) else f"{trust:.2f}"
        box = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85}
        ax.text(x, y, told, color=colour, fontsize=8, ha="center", va="center", bbox=box, zorder=3)


def _on_arc(a: Place, b: Place, bend: float, at: float) -> Place:
    """Return a place on the curve that matplotlib calls arc3, a quadratic Bezier curve."""
    (x, y), (u, v) = a, b
    control = ((x + u) / 2 + bend * (v - y), (y + v) / 2 - bend * (u - x))
    p, q, r = (1 - at) ** 2, 2 * at * (1 - at), at**2
    return p * x + q * control[0] + r * u, p * y + q * control[1] + r * v


def _nodes(
    ax: "Axes",
    countries: list[str],
    bystanders: list[str],
    places: dict[str, Place],
    styles: Palette,
) -> None:
    few = len(countries) <= FEW
    for name in [*countries, *bystanders]:
        x, y = places[name]
        stands_by = name in bystanders
        look: dict[str, Any] = {"fc": "white", "ec": "0.5", "ls": ":"} if stands_by else {
            "fc": styles[name].colour, "ec": "white"}  # fmt: skip
        size = 260 if stands_by else 620
        ax.scatter(x, y, s=size if few else size / 8, marker="s" if stands_by else "o",
                   lw=1.2, zorder=4, **look)  # fmt: skip
        outside = 1.0 + (0.19 if few else 0.09) / float(np.hypot(x, y))
        side = "center" if abs(x) < 0.3 else "left" if x > 0 else "right"
        up = "center" if abs(y) < 0.75 * np.hypot(x, y) else "bottom" if y > 0 else "top"
        colour, size = "0.35" if stands_by else "black", 10 if few else 6
        ax.text(*(outside * x, outside * y, styles[name].label), ha=side, va=up, fontsize=size,
                color=colour, zorder=5)  # fmt: skip


def _key(ax: "Axes", stands_by: bool) -> "Axes":
    for trust in (0.25, 0.5, 0.75, 1.0):
        ax.plot([], [], color="0.3", lw=0.4 + 3.4 * trust**1.5, label=f"trust {trust:g}")
    ax.plot([], [], color="#F3D98B", lw=10, label="deal in force")
    if stands_by:
        ax.plot([], [], color="0.6", ls=":", label="bystander hears")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small")
    return ax
