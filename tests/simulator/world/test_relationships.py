import itertools
import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.world.relationships import hearing, relationship_graph

NODES = "abcdef"
weights = st.sampled_from((0.0, 0.1, 0.3, 0.5, 0.9, 1.0))
PAIRS = list(itertools.combinations(NODES, 2))
graphs = st.dictionaries(st.sampled_from(PAIRS), weights, max_size=len(PAIRS))
Weights = dict[tuple[str, str], float]


def heard_by_trying_all_paths(
    edges: Weights, subject: str, observer: str, victim: str, decay: float
) -> float | None:
    """Return the weight over the best simple path that avoids the subject, None without one."""
    weight = {frozenset(pair): w for pair, w in edges.items() if w > 0}
    between = [n for n in NODES if n not in {subject, observer, victim}]
    for stops in range(len(between) + 1):
        products = []
        for middle in itertools.permutations(between, stops):
            steps = list(itertools.pairwise((observer, *middle, victim)))
            if all(frozenset(step) in weight for step in steps):
                products.append(math.prod(weight[frozenset(step)] for step in steps))
        if products:
            return max(products) * decay**stops
    return None


@settings(max_examples=60)
@given(edges=graphs, decay=st.sampled_from((0.0, 0.5, 1.0)))
def test_news_travels_the_shortest_path_round_the_subject_with_the_largest_product(
    edges: Weights, decay: float
) -> None:
    graph = relationship_graph(NODES, edges)
    for subject, observer in (("a", "b"), ("c", "a"), ("f", "e")):
        heard = hearing(graph, subject, observer, decay)
        assert subject not in heard
        assert observer not in heard
        for victim in set(NODES) - {subject, observer}:
            plain = heard_by_trying_all_paths(edges, subject, observer, victim, decay)
            if plain is None:
                assert victim not in heard
            else:
                assert heard[victim] == pytest.approx(plain)


def test_fewer_edges_go_before_a_larger_product() -> None:
    edges = {("o", "v"): 0.1, ("o", "x"): 1.0, ("x", "v"): 1.0}
    assert hearing(relationship_graph("oxvs", edges), "s", "o", 0.5) == {"v": 0.1, "x": 1.0}


def test_of_paths_of_equal_length_the_largest_product_counts() -> None:
    edges = {("o", "x"): 0.2, ("x", "v"): 1.0, ("o", "y"): 0.6, ("y", "v"): 0.5}
    heard = hearing(relationship_graph("oxyvs", edges), "s", "o", 0.5)
    assert heard["v"] == pytest.approx(0.6 * 0.5 * 0.5)


def test_nothing_is_heard_through_the_subject_or_over_an_edge_of_weight_zero() -> None:
    edges = {("o", "s"): 1.0, ("s", "v"): 1.0, ("o", "z"): 0.0, ("z", "v"): 1.0}
    assert hearing(relationship_graph("osvz", edges), "s", "o", 0.5) == {}


def test_an_edge_of_weight_zero_is_no_shortcut() -> None:
    edges = {("o", "v"): 0.0, ("o", "x"): 0.5, ("x", "v"): 0.5}
    heard = hearing(relationship_graph("oxvs", edges), "s", "o", 0.5)
    assert heard["v"] == pytest.approx(0.125)


def test_pairs_that_talk_are_neighbours_but_tell_each_other_nothing() -> None:
    graph = relationship_graph("abc", {("a", "b"): 0.4}, [("a", "b"), ("b", "c")])
    assert graph.edges["a", "b"] == {"weight": 0.4, "distance": pytest.approx(-math.log(0.4))}
    assert graph.edges["b", "c"] == {"weight": 0.0, "distance": math.inf}
    assert hearing(graph, "a", "b", 0.5) == {}


def test_distances_add_up_as_weights_multiply() -> None:
    graph = relationship_graph("abc", {("a", "b"): 0.5, ("b", "c"): 0.25})
    length = nx.shortest_path_length(graph, "a", "c", weight="distance")
    assert math.exp(-length) == pytest.approx(0.125)
    assert set(graph) == {"a", "b", "c"}


@given(edges=graphs)
def test_hearing_goes_both_ways(edges: Weights) -> None:
    graph = relationship_graph(NODES, edges)
    there = hearing(graph, "f", "a", 0.5).get("b")
    back = hearing(graph, "f", "b", 0.5).get("a")
    assert there == pytest.approx(back)
