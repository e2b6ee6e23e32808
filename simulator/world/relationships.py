"""Relationships: who talks to whom, and who hears of what."""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import TYPE_CHECKING, Any, Protocol

from simulator.arithmetic import log

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Ties", "hearing", "hearings", "relationship_graph", "ties"]


class Ties(Protocol):
    """Nodes, and of each the edges to its neighbours: dicts in dicts, or a graph of networkx."""

    def __iter__(self) -> Iterator[str]: ...
    def __getitem__(self, node: str, /) -> Mapping[str, Mapping[str, Any]]: ...


def ties(
    nodes: Iterable[str], weights: Mapping[tuple[str, str], float]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the relationships by both of their ends, each with its ``weight``.

    It is what news travels over, and does not wait for networkx.
    """
    edges: dict[str, dict[str, dict[str, float]]] = {node: {} for node in nodes}
    for (a, b), weight in weights.items():
        edges[a][b] = edges[b][a] = {"weight": float(weight)}
    return edges


def relationship_graph(
    nodes: Iterable[str],
    weights: Mapping[tuple[str, str], float],
    pairs: Iterable[tuple[str, str]] = (),
) -> "nx.Graph[str]":
    """Return the undirected graph of relationships.

    Parameters
    ----------
    nodes : iterable of str
        Countries and bystanders.
    weights : mapping
        Weight in [0, 1] of each relationship; attribute ``weight``. Attribute ``distance`` is
        ``-ln(weight)``: the distances along a path add up as its weights multiply.
    pairs : iterable of pairs
        Pairs that talk to each other; an edge of weight 0 where no relationship is given, which
        carries no news.
    """
    import networkx as nx  # slow, and only who looks at the graph needs it

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(nodes)
    for a, b in pairs:
        graph.add_edge(a, b, weight=0.0, distance=math.inf)
    for (a, b), weight in weights.items():
        distance = -log(weight) if weight > 0 else math.inf
        graph.add_edge(a, b, weight=float(weight), distance=distance)
    return graph


def hearing(graph: Ties, subject: str, observer: str, decay: float) -> dict[str, float]:
    """Return how strongly `observer` hears of what `subject` did to each victim.

    The product of the edge weights along the shortest path from observer to victim that avoids
    the subject (fewest edges, then the largest product), times ``decay ** (edges - 1)``.

    Parameters
    ----------
    graph : Ties
        With edge attribute ``weight``; edges of weight 0 carry nothing.
    subject, observer : str
        Two different nodes.
    decay : float
        What is left of the news after each further edge, in [0, 1].

    Returns
    -------
    dict
        Weight in [0, 1] per victim; victims without a path are absent.
    """
    edges = _carrying(graph)
    return _search(edges, observer, len(edges), decay, past=subject)[0]


def hearings(
    graph: Ties, countries: Iterable[str], decay: float
) -> dict[tuple[str, str], dict[str, float]]:
    """Return `hearing` for every observer (first) and subject (second) among countries.

    A subject that tells the observer of nobody is not in the way of any news: one search serves
    all of these, and they share what it finds, where they may stand themselves.
    """
    edges = _carrying(graph)
    reach = _reach(edges)
    heard: dict[tuple[str, str], dict[str, float]] = {}
    found: dict[str, tuple[dict[str, float], set[str]]] = {}
    for observer, subject in permutations(countries, 2):
        if observer not in found:
            found[observer] = _search(edges, observer, reach[observer], decay)
        weights, tellers = found[observer]
        if subject in tellers:
            weights, _ = _search(edges, observer, reach[observer], decay, past=subject)
        heard[observer, subject] = weights
    return heard


def _carrying(graph: Ties) -> dict[str, dict[str, float]]:
    """Return the weights of the edges that carry news, by both of their ends."""
    return {
        node: {other: edge["weight"] for other, edge in graph[node].items() if edge["weight"] > 0}
        for node in graph
    }


def _reach(edges: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """Return how many nodes news reaches from each node, itself included."""
    reach: dict[str, int] = {}
    for node in edges:
        if node not in reach:
            found, latest = {node}, {node}
            while latest:
                latest = set[str]().union(*(edges[n] for n in latest)) - found
                found |= latest
            reach |= dict.fromkeys(found, len(found))
    return reach


def _search(
    edges: Mapping[str, Mapping[str, float]],
    observer: str,
    most: int,
    decay: float,
    past: str | None = None,
) -> tuple[dict[str, float], set[str]]:
    """Return how strongly an observer hears of each node, and which nodes tell it of others.

    News goes edge by edge, `past` a node that passes nothing on, until nobody is new or `most`
    nodes have been seen, observer and `past` among them.
    """
    visited = {observer} if past is None else {observer, past}
    frontier = {observer: 1.0}
    scale = 1.0
    weights: dict[str, float] = {}
    tellers: dict[str, str] = {}
    while frontier and len(visited) < most:
        reached: dict[str, float] = {}
        for node, product in frontier.items():
            for neighbour, weight in edges[node].items():
                if neighbour not in visited:
                    along = product * weight
                    if neighbour not in reached or along > reached[neighbour]:
                        reached[neighbour], tellers[neighbour] = along, node
        visited |= reached.keys()
        weights |= {node: product * scale for node, product in reached.items()}
        frontier = reached
        scale *= decay
    return weights, set(tellers.values())
