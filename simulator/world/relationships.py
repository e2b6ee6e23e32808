"""The relationship graph: who talks to whom, and who hears of what."""

import math
from collections.abc import Iterable, Mapping, Sequence

import networkx as nx

from simulator.arithmetic import log
from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal

__all__ = ["directed_graph", "hearing", "relationship_graph"]


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
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(nodes)
    for a, b in pairs:
        graph.add_edge(a, b, weight=0.0, distance=math.inf)
    for (a, b), weight in weights.items():
        distance = -log(weight) if weight > 0 else math.inf
        graph.add_edge(a, b, weight=float(weight), distance=distance)
    return graph


def directed_graph(
    graph: "nx.Graph[str]",
    scenario: Scenario,
    trust: Mapping[tuple[str, str], float],
    credibility: Mapping[tuple[str, str], float],
    deals: Sequence[Deal],
) -> "nx.DiGraph[str]":
    """Return the relationship graph with an edge each way, and what stands between its nodes.

    Node attributes: ``name``, ``kind`` (``country`` or ``bystander``). Edge attributes:
    ``weight``, ``distance``, ``trust`` of the first in the second and ``credibility`` of the
    second's threats to the first (both absent with bystanders), and ``deals``, the ids of the
    deals in force between them.
    """
    directed: nx.DiGraph[str] = graph.to_directed()
    for key, country in scenario.countries.items():
        directed.nodes[key].update(name=country.name, kind="country")
    for key, bystander in scenario.bystanders.items():
        directed.nodes[key].update(name=bystander.name, kind="bystander")
    for pair in directed.edges:
        edge = directed.edges[pair]
        if pair in trust:
            edge["trust"], edge["credibility"] = trust[pair], credibility[pair]
        edge["deals"] = tuple(deal.id for deal in deals if {*pair} <= {*deal.parties})
    return directed


def hearing(graph: "nx.Graph[str]", subject: str, observer: str, decay: float) -> dict[str, float]:
    """Return how strongly `observer` hears of what `subject` did to each victim.

    The product of the edge weights along the shortest path from observer to victim that avoids
    the subject (fewest edges, then the largest product), times ``decay ** (edges - 1)``.

    Parameters
    ----------
    graph : networkx.Graph
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
    visited = {observer}
    frontier = {observer: 1.0}
    scale = 1.0
    weights: dict[str, float] = {}
    while frontier:
        reached: dict[str, float] = {}
        for node, product in frontier.items():
            for neighbour, edge in graph[node].items():
                along = product * edge["weight"]
                if along > 0 and neighbour != subject and neighbour not in visited:
                    reached[neighbour] = max(along, reached.get(neighbour, 0.0))
        visited |= reached.keys()
        weights |= {node: product * scale for node, product in reached.items()}
        frontier = reached
        scale *= decay
    return weights
