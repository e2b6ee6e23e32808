"""The relationship graph as it stands: trust, credibility and deals between its nodes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.scenario.scenario import Scenario
from simulator.world.deals import Deal

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["directed_graph"]


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
