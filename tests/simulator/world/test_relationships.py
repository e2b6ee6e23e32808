import itertools
import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.world.relationships import hearing, hearings, relationship_graph, ties

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
    graph = ties(NODES, edges)
    together = hearings(graph, NODES, decay)
    for subject, observer in (("a", "b"), ("c", "a"), ("f", "e")):
        heard = hearing(graph, subject, observer, decay)
        assert subject not in heard
        assert observer not in heard
        assert without(subject, together[observer, subject]) == heard
        for victim in set(NODES) - {subject, observer}:
            plain = heard_by_trying_all_paths(edges, subject, observer, victim, decay)
            if plain is None:
                assert victim not in heard
            else:
                assert heard[victim] == pytest.approx(plain)


def without(subject: str, heard: dict[str, float]) -> dict[str, float]:
    return {victim: weight for victim, weight in heard.items() if victim != subject}


def heard_by_a_search_of_its_own(
    graph: "nx.Graph[str]", subject: str, observer: str, decay: float
) -> dict[str, float]:
    """Return what is heard by one search for one pair over all that there is, to the last bit."""
    heard: dict[str, float] = {}
    latest, left, scale = {observer: 1.0}, set(graph) - {subject, observer}, 1.0
    while latest:
        offers: dict[str, list[float]] = {}
        for teller, product in latest.items():
            for node in left & set(graph[teller]):
                if weight := graph.edges[teller, node]["weight"]:
                    offers.setdefault(node, []).append(product * weight)
        latest = {node: max(products) for node, products in offers.items()}
        heard |= {node: product * scale for node, product in latest.items()}
        left -= set(latest)
        scale *= decay
    return heard


def pairs_of(count: int) -> list[tuple[str, str]]:
    return list(itertools.combinations([f"n{k}" for k in range(count)], 2))


loads = st.one_of(weights, st.floats(0.01, 1.0))
#: Some of a dozen nodes, in chains and stars; or each with each of a few.
crowds = st.one_of(
    st.dictionaries(st.sampled_from(pairs_of(12)), loads),
    st.integers(3, 8).flatmap(lambda n: st.fixed_dictionaries(dict.fromkeys(pairs_of(n), loads))),
)


@settings(max_examples=150)
@given(edges=crowds, decay=st.one_of(st.just(0.5), st.floats(0.0, 1.0)))
def test_searches_that_subjects_share_find_what_one_for_each_finds_to_the_last_bit(
    edges: Weights, decay: float
) -> None:
    nodes = [*sorted({node for pair in edges for node in pair}), "alone", "bystander"]
    graph = relationship_graph(nodes, edges)
    countries = nodes[:-1]
    together = hearings(ties(nodes, edges), countries, decay)
    assert list(together) == list(itertools.permutations(countries, 2))
    for (observer, subject), heard in together.items():
        alone = heard_by_a_search_of_its_own(graph, subject, observer, decay)
        assert without(subject, heard) == alone
        assert hearing(graph, subject, observer, decay) == alone


def test_subjects_that_are_not_in_the_way_share_what_is_heard() -> None:
    chain = ties("oabc", {("o", "a"): 1.0, ("a", "b"): 1.0, ("b", "c"): 1.0})
    heard = hearings(chain, "oabc", 0.5)
    assert heard["o", "c"] == {"a": 1.0, "b": 0.5, "c": 0.25}
    assert heard["o", "a"] == {}
    assert heard["o", "b"] == {"a": 1.0}
    crowd = hearings(ties("oabc", dict.fromkeys(itertools.combinations("oabc", 2), 0.3)), "oabc", 1)
    assert crowd["o", "a"] is crowd["o", "b"] is crowd["o", "c"]


@given(edges=graphs)
def test_ties_are_the_relationships_of_the_graph_without_the_talks(edges: Weights) -> None:
    graph = relationship_graph(NODES, edges)
    told = {
        node: {other: {"weight": edge["weight"]} for other, edge in graph[node].items()}
        for node in graph
    }
    assert ties(NODES, edges) == told


def test_a_path_of_tiny_weights_is_still_the_shortest() -> None:
    # Their product is 0 in floating point; the way round, of products of 1, is longer.
    edges = {("o", "x"): 1e-160, ("x", "v"): 1e-200, ("o", "y"): 1.0, ("y", "z"): 1.0}
    heard = hearing(ties("oxyzvs", edges | {("z", "v"): 1.0}), "s", "o", 1.0)
    assert heard == {"x": 1e-160, "y": 1.0, "z": 1.0, "v": 0.0}


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
