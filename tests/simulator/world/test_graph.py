"""The relationship graph that a user takes out of a run."""

import math
from typing import Any

import networkx as nx
import pytest

from experiments.run import run
from tests.simulator.world.small import offers, plays, two, week

Data = dict[str, Any]


def world(**rest: Any) -> Data:
    """Return two who deal, one who has no talk, and one bystander with an edge."""
    base = two(japan={"trust": "asymmetric:t0=0.6:lam=1"}, **rest)
    base["countries"]["korea"] = {"name": "South Korea"}
    base["bystanders"] = {"china": {"name": "China"}, "canada": {}}
    base["relationships"] = [
        {"between": ["japan", "korea"], "weight": 0.4},
        {"between": ["china", "korea"], "weight": 1.0},
    ]
    return base


def test_nodes_are_countries_and_bystanders_with_their_names() -> None:
    graph = run(world(), weeks=1).graph
    assert isinstance(graph, nx.DiGraph)
    kinds = {node: data["kind"] for node, data in graph.nodes(data=True)}
    assert kinds == {
        **dict.fromkeys(("us", "japan", "korea"), "country"),
        **dict.fromkeys(("china", "canada"), "bystander"),
    }
    assert graph.nodes["korea"]["name"] == "South Korea"
    assert graph.nodes["canada"]["name"] == "canada"


def test_there_is_an_edge_each_way_per_relationship_and_per_pair_that_talks() -> None:
    graph = run(world(), weeks=1).graph
    pairs = [("us", "japan"), ("japan", "korea"), ("china", "korea")]
    assert set(graph.edges) == {*pairs, *((b, a) for a, b in pairs)}


def test_edges_carry_weight_and_distance() -> None:
    graph = run(world(), weeks=1).graph
    for a, b in (("japan", "korea"), ("korea", "japan")):
        assert graph[a][b]["weight"] == 0.4
        assert graph[a][b]["distance"] == pytest.approx(-math.log(0.4))
    assert graph["china"]["korea"]["distance"] == 0.0
    assert graph["us"]["japan"]["weight"] == 0.0
    assert graph["us"]["japan"]["distance"] == math.inf
    lengths = nx.single_source_dijkstra_path_length(graph, "japan", weight="distance")
    assert lengths["china"] == pytest.approx(-math.log(0.4))


def test_trust_stands_both_ways_among_countries_as_at_the_end() -> None:
    result = run(world(), weeks=10)
    graph, matrix = result.graph, result.to_dict()["trust"]
    assert graph["us"]["japan"]["trust"] == matrix["us"]["japan"] == 0.8
    assert graph["japan"]["us"]["trust"] == matrix["japan"]["us"] > 0.6
    assert graph["korea"]["japan"]["trust"] == matrix["korea"]["japan"]
    assert "trust" not in graph["china"]["korea"]
    assert "trust" not in graph["korea"]["china"]


def test_edges_list_the_deals_in_force_between_the_two() -> None:
    base = world()
    base["talks"]["second"] = {**base["talks"]["trade"], "open": False, "term_weeks": 5}
    base["deals"] = [{"talk": "second", "signed": week(0), "outcome": {"cut": 5, "buy": 50}}]
    early, late = run(base, weeks=2).graph, run(base, weeks=10).graph
    assert set(early["us"]["japan"]["deals"]) == {"trade:0", "second:0"}
    assert early["us"]["japan"]["deals"] == early["japan"]["us"]["deals"]
    assert late["us"]["japan"]["deals"] == ("trade:0",)
    assert early["japan"]["korea"]["deals"] == ()


def test_a_deal_among_three_stands_on_each_of_their_edges() -> None:
    base = world()
    talk = base["talks"]["trade"]
    for issue in talk["issues"]:
        issue["payoffs"]["korea"] = [0, 0.1, 0.2]
    base["talks"]["trade"] = talk | {"parties": ["us", "japan", "korea"]}
    base["countries"]["korea"] |= {"strategy": offers([5, 50]), "trust": "fixed:t0=0.8"}
    graph = run(base, weeks=1).graph
    for a, b in (("us", "japan"), ("us", "korea"), ("japan", "korea")):
        assert graph[a][b]["deals"] == graph[b][a]["deals"] == ("trade:0",)


def test_events_change_the_weights_and_later_hearsay() -> None:
    event = {"date": week(2), "set": {"relationships.near.weight": 0.8}}
    base = world(events=[event])
    base["relationships"][0]["id"] = "near"
    base["countries"]["us"]["compliance"] = plays(0, 1)
    base["countries"]["korea"]["trust"] = "asymmetric:t0=0.8:lam=1"
    result = run(base, weeks=6)
    assert result.graph["japan"]["korea"]["weight"] == 0.8
    assert result.to_dict()["trust"]["korea"]["us"] == pytest.approx(0.8 * (1 - 0.3 * 0.8))


def test_a_graph_taken_out_is_the_users_own() -> None:
    result = run(world(), weeks=2)
    result.graph["us"]["japan"]["weight"] = 9.0
    result.graph.remove_node("korea")
    assert result.graph["us"]["japan"]["weight"] == 0.0
    assert "korea" in result.graph
