import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.world.evidence import Conduct, WitnessNetwork
from simulator.world.party import Evidence, in_order
from simulator.world.relationships import hearing, relationship_graph

NODES = ("a", "b", "c", "d", "x")
COUNTRIES = NODES[:4]
edges = st.dictionaries(
    st.sampled_from(list(itertools.combinations(NODES, 2))),
    st.sampled_from((0.0, 0.2, 0.5, 1.0)),
    max_size=8,
)
pieces = st.builds(
    Evidence,
    st.sampled_from((0.0, 0.3, 0.49, 0.5, 0.8, 1.0)),
    st.sampled_from((0.0, 0.1, 0.4, 1.0)),
)


@st.composite
def conducts(draw: st.DrawFn) -> Conduct:
    obligor = draw(st.sampled_from(COUNTRIES))
    others = [node for node in NODES if node != obligor]
    towards = draw(st.dictionaries(st.sampled_from(others), pieces, min_size=1, max_size=3))
    return Conduct(obligor, towards)


@settings(max_examples=80)
@given(
    weights=edges,
    happened=st.lists(conducts(), max_size=4),
    decay=st.sampled_from((0.0, 0.5, 1.0)),
    good_news=st.sampled_from((0.0, 0.25, 1.0)),
)
def test_beneficiaries_see_for_themselves_and_others_hear_the_strongest_report(
    weights: dict[tuple[str, str], float],
    happened: list[Conduct],
    decay: float,
    good_news: float,
) -> None:
    graph = relationship_graph(NODES, weights)
    spread = WitnessNetwork(graph, COUNTRIES, decay, good_news).spread(happened)
    for observer, subject in itertools.permutations(COUNTRIES, 2):
        seen: list[float] = []
        for conduct in happened:
            if conduct.obligor != subject:
                continue
            if observer in conduct.towards:
                seen.append(conduct.towards[observer].weight)
                continue
            heard = hearing(graph, subject, observer, decay)
            reports = [
                e.weight * heard.get(victim, 0.0) * (1.0 if e.quality < 0.5 else good_news)
                for victim, e in conduct.towards.items()
            ]
            seen.append(max(reports))
        got = spread.get((observer, subject), [])
        expected = sorted((w for w in seen if w > 0), reverse=True)
        assert sorted((e.weight for e in got), reverse=True) == pytest.approx(expected)
        assert got == in_order(got)
    assert all(observer in COUNTRIES and observer != subject for observer, subject in spread)


def test_a_bystander_is_a_victim_and_a_messenger_but_observes_nothing() -> None:
    graph = relationship_graph(NODES, {("a", "x"): 0.5, ("x", "b"): 0.5, ("c", "x"): 1.0})
    witnesses = WitnessNetwork(graph, COUNTRIES, 0.5, 0.25)
    spread = witnesses.spread([Conduct("d", {"x": Evidence(0.0, 0.8), "b": Evidence(1.0, 0.8)})])
    assert spread == {
        ("b", "d"): [Evidence(1.0, 0.8)],
        ("a", "d"): [Evidence(0.0, 0.4)],
        ("c", "d"): [Evidence(0.0, 0.8)],
    }


def test_kept_promises_that_are_only_heard_of_count_less() -> None:
    graph = relationship_graph(NODES, {("a", "b"): 0.8})
    witnesses = WitnessNetwork(graph, COUNTRIES, 0.5, 0.25)
    for quality, weight in ((0.5, 0.2), (1.0, 0.2), (0.49, 0.8), (0.0, 0.8)):
        spread = witnesses.spread([Conduct("c", {"b": Evidence(quality, 1.0)})])
        assert spread[("b", "c")] == [Evidence(quality, 1.0)]
        (heard,) = spread[("a", "c")]
        assert heard.quality == quality
        assert heard.weight == pytest.approx(weight)


@pytest.mark.parametrize("worse_first", [True, False])
def test_of_two_reports_of_equal_weight_the_worse_counts(worse_first: bool) -> None:
    graph = relationship_graph(NODES, {("a", "b"): 0.5, ("a", "c"): 0.5})
    witnesses = WitnessNetwork(graph, COUNTRIES, 0.5, 0.25)
    for worse, better in ((0.1, 0.4), (0.6, 0.9)):
        told = [Evidence(worse, 0.8), Evidence(better, 0.8)]
        towards = dict(zip(("b", "c"), told if worse_first else told[::-1], strict=True))
        (heard,) = witnesses.spread([Conduct("d", towards)])[("a", "d")]
        assert heard.quality == worse


def test_an_excused_conduct_is_no_evidence() -> None:
    graph = relationship_graph(NODES, {("a", "b"): 1.0})
    witnesses = WitnessNetwork(graph, COUNTRIES, 0.5, 0.25)
    assert witnesses.spread([Conduct("c", {"b": Evidence(0.0, 0.0)})]) == {}


def test_agreements_are_separate_pieces_of_evidence() -> None:
    witnesses = WitnessNetwork(relationship_graph(NODES, {}), COUNTRIES, 0.5, 0.25)
    kept, broken = Evidence(1.0, 0.2), Evidence(0.0, 0.9)
    spread = witnesses.spread([Conduct("a", {"b": broken}), Conduct("a", {"b": kept})])
    assert spread == {("b", "a"): [kept, broken]}


@given(week=st.lists(pieces, max_size=6), data=st.data())
def test_kept_promises_come_first_then_disregards_each_by_falling_weight(
    week: list[Evidence], data: st.DataObject
) -> None:
    ordered = in_order(week)
    kept = [e for e in ordered if e.quality >= 0.5]
    assert ordered[: len(kept)] == kept
    for group in (kept, ordered[len(kept) :]):
        assert [e.weight for e in group] == sorted((e.weight for e in group), reverse=True)
    shuffled = data.draw(st.permutations(week))
    assert in_order(shuffled) == ordered
    assert sorted(map(hash, ordered)) == sorted(map(hash, week))


@given(weights=edges, happened=st.lists(conducts(), max_size=4), data=st.data())
def test_the_order_of_countries_and_of_conducts_does_not_matter(
    weights: dict[tuple[str, str], float], happened: list[Conduct], data: st.DataObject
) -> None:
    graph = relationship_graph(NODES, weights)
    one = WitnessNetwork(graph, COUNTRIES, 0.5, 0.25).spread(happened)
    other = WitnessNetwork(graph, data.draw(st.permutations(COUNTRIES)), 0.5, 0.25).spread(
        data.draw(st.permutations(happened))
    )
    assert one == other


@given(weights=edges, happened=st.lists(conducts(), max_size=4))
def test_somebody_without_relationships_changes_nothing_for_others(
    weights: dict[tuple[str, str], float], happened: list[Conduct]
) -> None:
    alone = relationship_graph((*NODES, "loner"), weights)
    graph = relationship_graph(NODES, weights)
    with_loner = WitnessNetwork(alone, COUNTRIES, 0.5, 0.25).spread(happened)
    assert with_loner == WitnessNetwork(graph, COUNTRIES, 0.5, 0.25).spread(happened)
