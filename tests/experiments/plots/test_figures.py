"""What pictures show, by what is in their axes."""

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from experiments.analysis.agreement_zone import Baseline
from experiments.analysis.intervals import summarize
from experiments.plots import chronicle, frames
from experiments.plots.calibration import reliability_diagram, stacked
from experiments.plots.graph import graph, telling
from experiments.plots.hazard import hazard, hazards
from experiments.plots.heatmap import heatmap, matrix
from experiments.plots.offers import offers
from experiments.plots.payoffs import payoffs
from experiments.plots.response import response
from experiments.plots.scatter import scatter
from experiments.plots.sobol import sobol
from experiments.plots.talk import talk
from experiments.plots.timeline import timeline
from experiments.plots.trust import telling_rows, trust, trust_by, trust_matrix
from experiments.plots.waterfall import waterfall
from experiments.plots.zone import zone
from experiments.run import run
from tests.experiments.plots.drawn import played, rendered, texts
from tests.simulator.world.small import dear, plays, two

NAN = float("nan")


def axes() -> Any:
    return Figure(layout="constrained").add_subplot()


def lines(ax: Any) -> dict[str, Any]:
    """Return the lines of axes by their labels."""
    return {str(line.get_label()): line for line in ax.lines}


# -- trust ---------------------------------------------------------------------------------------

TRUST = pd.DataFrame(
    [(w, "a", "b", 0.5 - 0.1 * w) for w in range(4)] + [(w, "b", "a", 0.9) for w in range(4)],
    columns=["week", "observer", "subject", "trust"],
)
DEAL = pd.DataFrame(
    {"deal": ["t:0"], "talk": ["t"], "parties": ["a+b"], "in_force": [1], "ended": [2]}
).astype({"in_force": "Int64", "ended": "Int64"})
BROKEN = pd.DataFrame(
    [
        *((2, "t:0", "b", "withheld"), (2, "t:0", "b", "forced")),
        *((1, "t:0", "b", "kept"), (1, "t:0", "a", "withheld")),
    ],
    columns=["week", "deal", "obligor", "reason"],
)


def test_the_trust_of_an_observer_is_drawn_week_by_week() -> None:
    found = lines(trust(TRUST, axes(), "a"))
    np.testing.assert_allclose(found["b"].get_xydata(), [(w, 0.5 - 0.1 * w) for w in range(4)])
    assert "a" not in found


def test_the_line_is_broad_while_a_deal_is_in_force() -> None:
    ax: Any = trust(TRUST, axes(), "a", DEAL)
    (band,) = (line for line in ax.lines if line.get_linewidth() > 5 and len(line.get_xdata()))
    assert list(band.get_xdata()) == [1, 2]


def test_a_disregard_by_the_trusted_is_one_cross_on_its_line() -> None:
    ax: Any = trust(TRUST, axes(), "a", DEAL, BROKEN)
    crosses = np.concatenate([c.get_offsets() for c in ax.collections])
    np.testing.assert_allclose(crosses, [(2, 0.3)])


def test_deals_of_others_are_not_marked() -> None:
    ax: Any = trust(TRUST, axes(), "a", DEAL.assign(parties="b+c"), BROKEN)
    assert not any(len(line.get_xdata()) for line in ax.lines if line.get_linewidth() > 5)


def test_the_panels_of_the_matrix_have_one_scale() -> None:
    ax: Any = trust_matrix(TRUST, axes())
    segments = [s for c in ax.collections if c.get_zorder() == 2 for s in c.get_segments()]
    mine, theirs = segments
    assert mine[0][0] - 1 == pytest.approx(theirs[0][0])  # column of b, column of a
    assert mine[0][1] - mine[3][1] == pytest.approx(-0.3 * 0.84)  # drawn downwards
    assert 0 < mine[0][1] < 1 < theirs[0][1] < 2


def test_trust_that_nobody_recorded_is_said_to_be_missing() -> None:
    assert "no trust" in texts(trust(TRUST[:0], axes(), "a").figure)
    assert "no trust" in texts(trust_matrix(TRUST[:0], axes()).figure)


def test_trust_in_whom_one_never_meets_is_left_out_unless_it_moves() -> None:
    rows = [(w, a, b, 0.5) for w in range(3) for a in "abc" for b in "abc" if a != b]
    table = pd.DataFrame(rows, columns=TRUST.columns)
    moved = (table["observer"] == "c") & (table["subject"] == "a") & (table["week"] == 1)
    table["trust"] = table["trust"].mask(moved, 0.52)
    told = telling_rows(table, {("a", "b"), ("b", "a")})
    kept = set(zip(told["observer"], told["subject"], strict=True))
    assert kept == {("a", "b"), ("b", "a"), ("c", "a")}
    nobody = telling_rows(table.assign(trust=0.5), {("a", "b"), ("b", "a")})
    # Of c nothing would be left, so that all is.
    assert set(nobody.loc[nobody["observer"] == "c", "subject"]) == {"a", "b"}
    assert len(telling_rows(table[:0], set())) == 0


def test_a_matrix_has_panels_for_the_pairs_of_its_table_alone() -> None:
    ax: Any = trust_matrix(TRUST[TRUST["observer"] == "a"], axes())
    (frames_drawn,) = (c for c in ax.collections if type(c).__name__ == "PatchCollection")
    assert len(frames_drawn.get_paths()) == 1


def test_trust_by_point_is_a_line_with_a_band_each_dark_to_light() -> None:
    rows = [(w, x, 0.5 - 0.1 * w * x) for x in (0.25, 0.0, 0.5) for w in range(3)]
    table = pd.DataFrame(rows, columns=["week", "x", "trust"])
    table = table.assign(low=table["trust"] - 0.01, high=table["trust"] + 0.01)
    ax: Any = trust_by(table, axes(), "x", "Trust in A", key="x in words")
    found = lines(ax)
    assert list(found) == ["0.25", "0.00", "0.50"]
    np.testing.assert_allclose(found["0.50"].get_ydata(), [0.5, 0.45, 0.4])
    assert len(ax.collections) == 3
    brightness = [sum(to_rgb(found[x].get_color())) for x in ("0.00", "0.25", "0.50")]
    assert brightness == sorted(brightness)
    assert ax.get_legend().get_title().get_text() == "x in words"
    assert "no trust" in texts(trust_by(table[:0], axes()).figure)


# -- payoffs -------------------------------------------------------------------------------------

PAID = pd.DataFrame(
    [(w, c, 1.0, 2.0, 2.0 * (w + 1)) for w in range(3) for c in ("a", "b")],
    columns=["week", "country", "material", "weighted", "cumulative"],
)


@pytest.mark.parametrize(
    ("measure", "values"),
    [("rate", [104.0] * 3), ("material", [52.0] * 3), ("cumulative", [2, 4, 6])],
)
def test_payoffs_are_at_a_yearly_rate_or_added_up(measure: Any, values: list[float]) -> None:
    assert list(lines(payoffs(PAID, axes(), measure))["a"].get_ydata()) == values


def test_a_payoff_that_is_nan_leaves_a_gap() -> None:
    table = PAID.assign(weighted=[1, 1, NAN, 1, 1, 1])
    ax: Any = payoffs(table, axes())
    assert np.isnan(lines(ax)["a"].get_ydata()).tolist() == [False, True, False]
    rendered(ax.figure)


@pytest.mark.parametrize(("apart", "style"), [(1, "-"), (13, "None")])
def test_rates_of_weeks_that_are_apart_are_not_joined(apart: int, style: str) -> None:
    table = PAID.assign(week=apart * PAID["week"])
    assert lines(payoffs(table, axes()))["a"].get_linestyle() == style
    assert lines(payoffs(table, axes(), "cumulative"))["a"].get_linestyle() == "-"


def test_payoffs_that_are_all_nan_are_said_to_be_missing() -> None:
    assert "no payoffs" in texts(payoffs(PAID.assign(weighted=NAN), axes()).figure)
    assert "no payoffs" in texts(payoffs(PAID[:0], axes()).figure)


# -- graph ---------------------------------------------------------------------------------------


def circle(count: int, trusted: float = 0.5) -> "nx.DiGraph[str]":
    found: nx.DiGraph[str] = nx.DiGraph()
    names = [f"c{k}" for k in range(count)]
    found.add_nodes_from(names, kind="country")
    for a in names:
        for b in names:
            if a != b:
                deals = ("t:0",) if {a, b} == {"c0", "c1"} else ()
                found.add_edge(a, b, trust=trusted, weight=0.1, deals=deals)
    return found


def test_trust_is_written_on_an_arrow_each_way() -> None:
    found = circle(2)
    found.edges["c0", "c1"]["trust"] = 0.25
    ax: Any = graph(found, axes())
    assert len(ax.patches) == 2
    assert {"0.25", "0.50"} <= set(texts(ax.figure).split("\n"))


def test_credibility_stands_beside_the_trust_in_whoever_threatens() -> None:
    found = circle(2)
    found.edges["c0", "c1"]["credibility"] = 0.75
    ax: Any = graph(found, axes(), threatened={("c0", "c1")})
    assert {"0.50 (c 0.75)", "0.50"} <= set(texts(ax.figure).split("\n"))
    assert "c: credibility of threats" in texts(ax.figure)
    assert "credibility" not in texts(graph(found, axes()).figure)
    drawn = run("allies-2025", weeks=1).plot.graph()
    assert texts(drawn).count("(c ") == 4  # three allies of the US, and the US of the EU's list


def test_the_more_trust_the_wider_the_arrow() -> None:
    found = circle(2)
    found.edges["c0", "c1"]["trust"] = 0.9
    one, other = (patch.get_linewidth() for patch in graph(found, axes()).patches)
    assert one > other


def test_a_deal_in_force_is_one_band() -> None:
    for count in (3, 12):
        ax: Any = graph(circle(count), axes())
        bands = [line for line in ax.lines if line.get_zorder() == 0]
        assert len([band for band in bands if len(band.get_xdata())]) == 1


def test_of_many_countries_the_lower_trust_shades_the_line_of_a_pair() -> None:
    found = circle(12, 0.8)
    found.edges["c1", "c0"]["trust"] = 0.0
    ax: Any = graph(found, axes())
    (pairs,) = (c for c in ax.collections if hasattr(c, "get_segments"))
    shades = pairs.get_colors()[:, 0]
    assert len(shades) == 12 * 11 / 2
    assert (shades > 0.9).sum() == 1


def test_an_unknown_trust_is_a_question_mark() -> None:
    assert "?" in texts(graph(circle(2, NAN), axes()).figure)
    rendered(graph(circle(12, NAN), axes()).figure)


def test_trust_between_two_that_never_meet_is_shown_only_if_it_moved() -> None:
    found = circle(4)
    start = dict.fromkeys(found.edges, 0.5)
    found.edges["c2", "c3"]["trust"] = 0.52
    found.edges["c3", "c2"]["trust"] = 0.504
    found.edges["c0", "c2"]["deals"] = ("t:1",)
    told = telling(found, {("c1", "c3"), ("c3", "c1")}, start)
    assert set(told.edges) == {
        *(("c0", "c1"), ("c1", "c0")),  # a deal is in force
        *(("c1", "c3"), ("c3", "c1")),  # they meet
        *(("c2", "c3"), ("c0", "c2")),  # moved; a deal
    }
    assert set(told.nodes) == set(found.nodes)
    assert len(found.edges) == 12


def test_a_bystander_that_hears_of_nobody_is_left_out() -> None:
    found = circle(2)
    found.add_node("near", kind="bystander", name="Near")
    found.add_node("far", kind="bystander", name="Far")
    for node, weight in (("near", 0.3), ("far", 0.0)):
        found.add_edge(node, "c0", weight=weight)
        found.add_edge("c0", node, weight=weight)
    drawn = texts(graph(telling(found, set(), dict.fromkeys(found.edges, 0.4)), axes()).figure)
    assert "Near" in drawn
    assert "Far" not in drawn


def test_a_graph_of_nobody_says_so() -> None:
    assert "no countries" in texts(graph(nx.DiGraph(), axes()).figure)


# -- a talk --------------------------------------------------------------------------------------

OUTCOMES = pd.DataFrame(
    {"payoff_a": [0.0, 3, 1], "payoff_b": [0.0, 1, 3]}
    | {"frontier": [False, True, True], "nash": [False, True, True]}
    | dict.fromkeys(("kalai_smorodinsky", "egalitarian", "utilitarian"), [False] * 3)
    | {"agreed": [False, True, False]}
)
OFFERS = pd.DataFrame({"proposer": ["a", "b", "a"], "outcome": [1, 2, 1]})
FLOORS = {"a": 0.0, "b": 0.5}


def collections(ax: Any) -> dict[str, Any]:
    return {str(c.get_label()): np.asarray(c.get_offsets()) for c in ax.collections}


def test_a_talk_shows_outcomes_points_and_the_agreement() -> None:
    found = collections(talk(OUTCOMES, OFFERS, axes(), ("a", "b"), FLOORS))
    assert found["outcomes"].tolist() == [[0, 0], [3, 1], [1, 3]]
    assert found["Nash"].tolist() == [[3, 1], [1, 3]]
    assert found["agreement"].tolist() == [[3, 1]]


def test_a_talk_shows_the_path_of_offers_in_order() -> None:
    ax: Any = talk(OUTCOMES, OFFERS, axes(), ("a", "b"), FLOORS)
    paths = [line.get_xydata().tolist() for line in ax.lines if line.get_alpha() == 0.5]
    assert paths == [[[3, 1], [3, 1]], [[1, 3]]]


def test_disagreement_is_a_line_along_each_axis() -> None:
    ax: Any = talk(OUTCOMES, OFFERS, axes(), ("a", "b"), FLOORS)
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [dotted[0].get_xdata()[0], dotted[1].get_ydata()[0]] == [0.0, 0.5]


def test_outcomes_without_a_payoff_are_left_out() -> None:
    some = OUTCOMES.assign(payoff_a=[NAN, 3, 1])
    ax: Any = talk(some, OFFERS, axes(), ("a", "b"), FLOORS)
    assert collections(ax)["outcomes"].tolist() == [[3, 1], [1, 3]]
    ax = talk(OUTCOMES.assign(payoff_a=NAN), OFFERS, axes(), ("a", "b"), FLOORS)
    assert "no outcome" in texts(ax.figure)


def test_a_talk_of_a_run_ends_at_what_was_agreed() -> None:
    r = played("first-talk")
    held = r.world.openings[0]
    table, floors = frames.outcomes(held)
    (agreed,) = table.index[table["agreed"]]
    deal = r.deals.iloc[0]
    assert agreed == deal["outcome"]
    assert table.loc[agreed, "payoff_home"] == pytest.approx(deal["expected_home"])
    assert floors == {"home": 0.0, "partner": 0.0}


# -- offers --------------------------------------------------------------------------------------


def test_positions_are_the_levels_offered_round_by_round() -> None:
    table = frames.positions(played("no deal").world.openings[0])
    ours = table[(table["proposer"] == "us") & (table["issue"] == "buy")]
    assert set(ours["level"]) == {2}
    assert list(ours["round"]) == list(range(len(ours)))


def test_both_positions_and_the_agreement_are_drawn() -> None:
    table = pd.DataFrame({"round": [0, 0, 1], "proposer": ["a", "b", "a"], "level": [0, 2, 1]})
    ax: Any = offers(table, axes(), ["5 %", "3 %", "0 %"], "tariff", 1)
    found = lines(ax)
    assert found["a"].get_xydata().tolist() == [[0, 0], [1, 1]]
    assert found["b"].get_xydata().tolist() == [[0, 2]]
    assert collections(ax)["agreement"].tolist() == [[1, 1]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["5 %", "3 %", "0 %"]


def test_an_issue_with_very_many_levels_names_some() -> None:
    table = pd.DataFrame({"round": [0], "proposer": ["a"], "level": [300]})
    ax: Any = offers(table, axes(), [str(k) for k in range(1000)])
    assert len(ax.get_yticks()) <= 12


def test_no_offers_are_said_to_be_none() -> None:
    table = pd.DataFrame({"round": [], "proposer": [], "level": []})
    assert "no offers" in texts(offers(table, axes(), ["0"]).figure)


# -- timeline ------------------------------------------------------------------------------------

#: The US keeps its word, then breaks it twice, and the deal collapses.
COLLAPSE = two(us={"compliance": plays(1, 0, 0)}, weeks=40)


def test_a_run_is_told_by_what_lasted_and_what_happened() -> None:
    r = run(COLLAPSE)
    lasted = {(s.kind, s.start, s.end) for s in chronicle.spans(r).itertuples()}
    (ended,) = r.deals["ended"].dropna()[:1]
    assert ("talk", 0, 1) in lasted
    assert ("in force", 0, ended) in lasted
    told = chronicle.marks(r)
    assert {"agreed", "disregard", "collapsed"} <= set(told["kind"])
    assert set(told.loc[told["kind"] == "disregard", "by"]) == {"us"}
    assert list(told.loc[told["kind"] == "collapsed", "week"])[:1] == [ended]


def test_a_talk_about_other_terms_has_a_bar_of_its_own() -> None:
    r = run(dear())
    lasted = {(s.kind, s.start, s.end) for s in chronicle.spans(r).itertuples()}
    assert ("renegotiation", 2, 4) in lasted
    assert "talk about other terms" in texts(r.plot.timeline().figure)


def test_threats_and_events_are_told_in_their_weeks() -> None:
    told = chronicle.marks(played("allies-2025"))
    r = played("allies-2025")
    threats = [t for t in r.scenario.threats if r.scenario.week_of(t.announced) <= 0]
    assert sum((told["kind"] == "announced") & (told["week"] == 0)) == len(threats)
    (event, *_) = r.scenario.events
    assert list(told.loc[told["kind"] == "event", "week"])[:1] == [r.scenario.week_of(event.date)]


def test_a_deal_that_is_not_ratified_stays_pending_and_is_marked() -> None:
    # The negotiator is so wrong about its audience that it signs what will not pass.
    picky = {"ratify_weeks": 3, "audience": {"us": {"threshold": 100, "noise": 1e4}}}
    runs = (run(two(talk=picky, weeks=4), seed) for seed in range(20))
    r = next(r for r in runs if "rejected" in set(r.deals["status"]))
    lasted = chronicle.spans(r)
    assert lasted.loc[lasted["kind"] == "pending", ["start", "end"]].to_numpy().tolist() == [[0, 3]]
    assert "in force" not in set(lasted["kind"])
    told = chronicle.marks(r)
    assert told.loc[told["kind"] == "rejected", "week"].tolist() == [3]


def test_each_talk_has_a_row_and_events_cross_all() -> None:
    spans = pd.DataFrame(
        [("s", "talk", 0, 3), ("t", "pending", 3, 5), ("t", "in force", 5, 9)],
        columns=["talk", "kind", "start", "end"],
    )
    kinds = ["agreed", "timed out", "broken", "rejected", "collapsed", "disregard", "announced"]
    marks = pd.DataFrame(
        [(k, "t", kind, "a", "") for k, kind in enumerate([*kinds, "extended", "carried out"])]
        + [(4, "", "event", "", "a truce ends")],
        columns=["week", "talk", "kind", "by", "text"],
    )
    ax: Any = timeline(spans, marks, axes(), {"s": "A - B", "t": "B - C"})
    told = texts(ax.figure)
    assert all(word in told for word in ("A - B", "B - C", "a truce ends", "deal collapsed"))
    assert [ax.get_yticks().tolist()] == [[0, 1]]
    assert len(ax.containers) == len(spans)  # bars that only the legend has are none


def test_acts_outside_the_deals_are_marked_in_the_talks_of_who_acts() -> None:
    shocked = {"probability": 1, "stake": 0.1, "quality": 1}
    r = run("allies-2025", weeks=3, set={"countries.korea.shocks": shocked})
    told = chronicle.marks(r)
    acts = told[told["kind"] == "shock"]
    assert list(zip(acts["week"], acts["talk"], acts["by"], strict=True)) == [
        (week, "us-korea", "korea") for week in range(3)
    ]
    ax: Any = timeline(chronicle.spans(r), told, axes(), {t: t for t in r.scenario.talks})
    assert "act outside the deals" in texts(ax.figure)


def test_what_two_do_at_once_is_one_mark_with_both_names() -> None:
    spans = pd.DataFrame([], columns=["talk", "kind", "start", "end"])
    rows = [(3, "t", "announced", "a", ""), (3, "t", "announced", "b", "")]
    marks = pd.DataFrame(rows, columns=["week", "talk", "kind", "by", "text"])
    ax: Any = timeline(spans, marks, axes(), {"t": "A - B"})
    assert sum(len(c.get_offsets()) for c in ax.collections) == 1
    assert "a, b" in texts(ax.figure).split("\n")


def test_what_happens_every_week_is_written_in_steps_that_begin_again() -> None:
    spans = pd.DataFrame([], columns=["talk", "kind", "start", "end"])
    rows = [(week, "t", "shock", "a", "") for week in range(40)]
    marks = pd.DataFrame(rows, columns=["week", "talk", "kind", "by", "text"])
    ax: Any = timeline(spans, marks, axes(), {"t": "A - B"})
    heights = [text.xyann[1] for text in ax.texts]
    assert len(heights) == 40
    assert max(heights) - min(heights) <= 24.0
    near = [heights[k : k + 5] for k in range(36)]  # within four weeks of each other
    assert all(len(set(some)) == len(some) for some in near)


def test_nothing_is_said_to_have_happened_where_nothing_has() -> None:
    spans = pd.DataFrame([], columns=["talk", "kind", "start", "end"])
    marks = pd.DataFrame([], columns=["week", "talk", "kind", "by", "text"])
    assert "nothing happened" in texts(timeline(spans, marks, axes(), {}).figure)


# -- zone ----------------------------------------------------------------------------------------


def test_the_zone_as_trust_stands_is_that_of_the_outset() -> None:
    scenario = played("allies-2025").scenario
    table = frames.zones(scenario, "us-japan", steps=4)
    share = Baseline(scenario).zone("us-japan").share
    assert set(table.loc[table["now"], "share"]) == {share}
    assert set(table.loc[table["now"], "whose"]) == {"us", "japan"}


def test_the_zone_at_a_level_of_trust_is_that_of_a_world_with_that_trust() -> None:
    table = frames.zones(played("two").scenario, "trade", steps=4)
    for _, trusted, share, _ in table[table["whose"] == ""].itertuples(index=False):
        spec = f"fixed:t0={trusted}"
        changes: dict[str, object] = {f"countries.{c}.trust": spec for c in ("us", "japan")}
        other = played("two").scenario.with_(changes)
        assert share == Baseline(other).zone("trade").share


def test_the_zone_is_drawn_in_per_cent() -> None:
    table = frames.zones(played("two").scenario, "trade", steps=4)
    ax: Any = zone(table, axes())
    everybody = table[table["whose"] == ""]
    shown = lines(ax)["trust of all alike"].get_ydata()
    np.testing.assert_allclose(shown, 100 * everybody["share"])


# -- sweeps --------------------------------------------------------------------------------------


def summary(rows: list[tuple[Any, ...]], *by: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*by, "mean", "half_width"])
    return table.assign(low=table["mean"] - table["half_width"],
                        high=table["mean"] + table["half_width"])  # fmt: skip


def test_a_response_to_numbers_is_a_curve_in_their_order() -> None:
    ax: Any = response(
        summary([(2, 5.0, 1.0), (1, 4.0, NAN), (3, NAN, NAN)], "x"), axes(), "x", "y"
    )
    assert lines(ax)["mean"].get_xydata().tolist() == [[1, 4], [2, 5]]
    rendered(ax.figure)


def test_a_mean_of_values_that_are_all_the_same_is_marked_in_white() -> None:
    told = summary([(1, 4.0, NAN), (2, 5.0, 1.0)], "x").assign(interval=["all alike", "t"])
    ax: Any = response(told, axes(), "x", "y")
    marked = lines(ax)["all runs alike"]
    assert marked.get_xydata().tolist() == [[1, 4]]
    (band,) = (one for one in ax.collections if one.get_label() == "95 % interval")
    assert band.get_datalim(ax.transData).y1 == pytest.approx(6.0)


def test_a_cell_of_values_that_are_all_the_same_says_of_how_many() -> None:
    rows = [(1, 1, 4.0, NAN), (1, 2, 5.0, 1.0)]
    told = summary(rows, "x", "y").assign(interval=["all alike", "t"], n=20)
    shown = {text.get_text() for text in heatmap(told, axes(), "x", "y").texts}
    assert shown == {"4.0\nall 20", "5.0\n\u00b1 1.0"}


def test_a_response_to_names_has_a_place_for_each() -> None:
    ax: Any = response(summary([("b", 5.0, 1.0), ("a", 4.0, NAN)], "x"), axes(), "x")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["b", "a"]
    rendered(ax.figure)


def test_another_axis_gives_a_curve_per_value() -> None:
    rows = [(x, z, x + z, 0.1) for x in (1, 2) for z in (10, 20)]
    ax: Any = response(summary(rows, "x", "z"), axes(), "x", each="z")
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["10", "20"]
    assert legend.get_title().get_text() == "z"


def test_a_response_of_nothing_says_so() -> None:
    for rows in ([(1, NAN, NAN)], []):
        assert "no run has a value" in texts(response(summary(rows, "x"), axes(), "x").figure)


def test_a_heat_map_has_its_cells_where_they_belong() -> None:
    rows = [(2, "p", 21.0, 0), (1, "q", 12.0, 0), (1, "p", 11.0, 0), (2, "q", NAN, 0)]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y", "z")
    cells = np.ma.filled(ax.images[0].get_array(), NAN)
    np.testing.assert_array_equal(cells, [[11, 21], [12, NAN]])
    assert "21" in texts(ax.figure)
    rendered(ax.figure)


def test_the_interval_stands_in_the_cell_in_the_format_of_all() -> None:
    rows = [(1, 1, 0.4711, 0.03), (1, 2, 0.9, 0.031), (2, 1, 0.0, 0.02), (2, 2, 0.7, NAN)]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y")
    assert {text.get_text() for text in ax.texts} == {
        "0.47\n\u00b1 0.03", "0.90\n\u00b1 0.03", "0.00\n\u00b1 0.02", "0.70"
    }  # fmt: skip
    ticks = [label.get_text() for label in ax.figure.axes[1].get_yticklabels()]
    assert all(len(tick.partition(".")[2]) == 2 for tick in ticks)


def colours_of(ax: Any) -> list[Any]:
    """Return the colours of the cells of a map, in the order of its rows."""
    (image,) = ax.images
    return [tuple(colour) for row in image.to_rgba(image.get_array()) for colour in row]


def test_cells_within_chance_of_the_mean_look_alike_and_the_bar_says_so() -> None:
    rows = [(1, 1, 5.0, 1.0), (2, 1, 5.6, 1.0), (3, 1, 4.4, 1.0), (4, 1, 5.2, 1.0)]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y", "payoff (US$ bn)")
    assert len(set(colours_of(ax))) == 1
    bar = ax.figure.axes[1]
    assert "mean of all, 5.0" in bar.get_ylabel().replace("\n", " ")
    assert [line.get_ydata()[0] for line in bar.lines] == [pytest.approx(5.05)]


def test_cells_beyond_chance_have_a_colour_each() -> None:
    rows = [(1, 1, 1.0, 0.1), (2, 1, 2.0, 0.1), (3, 1, 3.5, 0.1)]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y", "payoff")
    assert len(set(colours_of(ax))) == 3
    assert ax.figure.axes[1].get_ylabel() == "payoff"


def test_which_cells_are_apart_may_be_known_better() -> None:
    rows = [(1, 1, 5.0, 1.0), (2, 1, 5.6, 1.0), (3, 1, 4.4, 1.0)]
    table = summary(rows, "x", "y").assign(apart=[False, True, False])
    ax: Any = heatmap(table, axes(), "x", "y")
    first, second, third = colours_of(ax)
    assert first == third != second


def test_colours_span_several_intervals_but_not_what_cannot_be() -> None:
    rows = [(1, 1, 5.0, 1.0), (2, 1, 5.6, 1.0)]
    (image,) = heatmap(summary(rows, "x", "y"), axes(), "x", "y").images
    assert image.get_clim() == pytest.approx((1.3, 9.3))
    (image,) = heatmap(summary([(1, 1, 0.5, 1.0)], "x", "y"), axes(), "x", "y").images
    assert image.get_clim() == (0, 8)


def test_numbers_rise_to_the_right_and_to_the_top() -> None:
    rows = [(x, y, x + 10.0 * y, 0) for x in (2, 1) for y in (5, 7)]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y")
    assert np.asarray(ax.images[0].get_array()).tolist() == [[71, 72], [51, 52]]


def test_many_numbers_beside_a_heat_map_are_thinned_and_words_are_not() -> None:
    words = [f"word-{k}" for k in range(40)]
    rows = [(x / 39, y, x, 0) for x in range(40) for y in words]
    ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y")
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert len(labels) <= 12
    assert dict(zip(ax.get_xticks(), labels, strict=True))[4] == "0.1026"
    assert [label.get_text() for label in ax.get_yticklabels()] == words


def test_a_heat_map_of_one_value_is_drawn() -> None:
    rendered(heatmap(summary([(1, 1, 5.0, 0)], "x", "y"), axes(), "x", "y").figure)


def test_a_heat_map_of_nothing_says_so() -> None:
    for rows in ([(1, 1, NAN, 0)], []):
        ax: Any = heatmap(summary(rows, "x", "y"), axes(), "x", "y")
        assert "no run has a value" in texts(ax.figure)


def game(payoffs_: list[tuple[float, float]]) -> Any:
    pairs = [(a, b) for a in ("C", "D") for b in ("C", "D")]
    rows = [(a, b, *p) for (a, b), p in zip(pairs, payoffs_, strict=True)]
    table = pd.DataFrame(rows, columns=["mine", "theirs", "row", "column"])
    return matrix(table, axes(), "mine", "theirs", ("A", "B"))


def frames_of(ax: Any) -> list[tuple[float, float]]:
    """Return row and column of the cells that are framed."""
    return [(round(p.get_y() + 0.47), round(p.get_x() + 0.47)) for p in ax.patches]


@pytest.mark.parametrize(
    ("payoffs_", "equilibria"),
    [
        ([(3, 3), (0, 5), (5, 0), (1, 1)], [(1, 1)]),  # prisoner's dilemma
        ([(2, 1), (0, 0), (0, 0), (1, 2)], [(0, 0), (1, 1)]),  # battle of the sexes
        ([(1, -1), (-1, 1), (-1, 1), (1, -1)], []),  # matching pennies
        ([(NAN, NAN), (0, 5), (5, 0), (1, 1)], [(1, 1)]),
    ],
)
def test_equilibria_in_pure_strategies_are_framed(
    payoffs_: list[tuple[float, float]], equilibria: list[tuple[float, float]]
) -> None:
    assert frames_of(game(payoffs_)) == equilibria


def test_best_replies_may_be_those_that_none_beats_beyond_chance() -> None:
    pairs = [(a, b) for a in ("C", "D") for b in ("C", "D")]
    rows = [(a, b, 1.0, 1.0, a == "C", b == "C") for a, b in pairs]
    columns = ["mine", "theirs", "row", "column", "row_best", "column_best"]
    ax = matrix(pd.DataFrame(rows, columns=columns), axes(), "mine", "theirs", ("A", "B"))
    assert frames_of(ax) == [(0, 0)]
    assert "boxed: no reply is better beyond chance" in texts(ax.figure)


def test_payoffs_of_both_stand_in_each_cell() -> None:
    told = texts(game([(3, 4), (0, 5), (6, 0), (1, 2)]).figure).split("\n")
    assert {"3", "4", "6", "2"} <= set(told)


def test_numbers_in_a_matrix_have_one_format_and_their_intervals_are_told() -> None:
    pairs = [(a, b) for a in ("C", "D") for b in ("C", "D")]
    rows = [(a, b, 10.0, -2.345, 0.3) for a, b in pairs]
    table = pd.DataFrame(rows, columns=["mine", "theirs", "row", "column", "half_width"])
    told = texts(matrix(table, axes(), "mine", "theirs", ("A", "B")).figure)
    assert {"10.0", "\u22122.3"} <= set(told.split("\n"))
    assert "95 % intervals: \u00b1 0.3 or less" in told


def test_sobol_bars_are_as_long_as_the_indices() -> None:
    table = pd.DataFrame({"axis": ["x", "y"], "first": [0.5, NAN], "total": [0.7, 0.1]})
    ends = {f"{n}_{e}": [0.4, NAN] for n in ("first", "total") for e in ("low", "high")}
    ax: Any = sobol(table.assign(**ends), axes(), "m")
    assert [bar.get_width() for bar in ax.patches] == [0.5, 0.0, 0.7, 0.1]
    rendered(ax.figure)


def test_sobol_indices_of_what_does_not_vary_say_so() -> None:
    names = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    table = pd.DataFrame({"axis": ["x"], **{name: [NAN] for name in names}})
    assert "nothing varies" in texts(sobol(table, axes()).figure)


def test_the_hazard_is_of_those_without_a_deal() -> None:
    table = hazards([0, 1, 1, NAN], 3)
    assert list(table["at_risk"]) == [4, 3, 1]
    assert list(table["signed"]) == [1, 2, 0]
    np.testing.assert_allclose(table["hazard"], [1 / 4, 2 / 3, 0])


def test_the_interval_of_the_hazard_is_that_of_wilson() -> None:
    # Brown, Cai & DasGupta 2001, "Interval estimation for a binomial proportion", formula (4),
    # for 2 of 10 at z = 1.959964.
    table = hazards([0] * 2 + [NAN] * 8, 1)
    assert table["low"][0] == pytest.approx(0.05668, abs=1e-5)
    assert table["high"][0] == pytest.approx(0.50984, abs=1e-5)


def test_where_nobody_is_left_there_is_no_hazard() -> None:
    assert hazards([0, 0], 2)["hazard"].isna().tolist() == [False, True]
    assert hazards([], 2)["hazard"].isna().all()
    assert len(hazards([], 0)) == 0


def test_deadlines_are_marked() -> None:
    ax: Any = hazard(hazards([0, 1], 3), axes(), [2.5])
    assert [line.get_xdata()[0] for line in ax.lines] == [2.5]
    assert "deadline" in texts(ax.figure)


def test_a_hazard_without_deals_says_so() -> None:
    for first in ([NAN, NAN], []):
        assert "no deal was signed" in texts(hazard(hazards(first, 3), axes()).figure)


# -- calibration ---------------------------------------------------------------------------------

BINS = pd.DataFrame(
    [("fixed", 0.5, 0.6, 8, 0.5, 0.9), ("types", 0.7, 0.8, 2, 0.75, 0.5),
     ("types", 0.9, 1.0, 6, 0.95, 1.0)],
    columns=["model", "low", "high", "reviews", "forecast", "performed"],
)  # fmt: skip


def test_what_was_performed_is_drawn_over_trust_beside_the_diagonal() -> None:
    ax, counts = stacked(Figure(layout="constrained"))
    found = lines(reliability_diagram(BINS, ax, counts, "model"))
    np.testing.assert_allclose(found["as trusted"].get_xydata(), [(0, 0), (1, 1)])
    np.testing.assert_allclose(found["fixed"].get_xydata(), [(0.5, 0.9)])
    np.testing.assert_allclose(found["types"].get_xydata(), [(0.75, 0.5), (0.95, 1.0)])


def test_below_stands_how_many_reviews_each_bin_has_within_its_bin() -> None:
    ax, counts = stacked(Figure(layout="constrained"))
    reliability_diagram(BINS, ax, counts, "model")
    bars: Any = counts.patches
    assert [bar.get_height() for bar in bars] == [8, 2, 6]
    for bar, low in zip(bars, BINS["low"], strict=True):
        assert low < bar.get_x() < bar.get_x() + bar.get_width() < low + 0.1


def test_points_of_few_reviews_are_hollow() -> None:
    ax, counts = stacked(Figure(layout="constrained"))
    reliability_diagram(BINS.assign(reviews=[8, 9, 10]), ax, counts, "model")
    hollow: Any = np.concatenate([c.get_offsets() for c in ax.collections])
    np.testing.assert_allclose(hollow, [(0.5, 0.9), (0.75, 0.5)])
    assert "fewer than 10 reviews" in texts(ax.figure)


def test_where_nothing_was_performed_the_diagram_says_so() -> None:
    ax, counts = stacked(Figure(layout="constrained"))
    reliability_diagram(BINS[:0], ax, counts)
    assert "nothing was performed" in texts(ax.figure)


# -- decisions -----------------------------------------------------------------------------------


def test_bars_of_terms_begin_where_the_one_before_ends_and_end_with_their_sum() -> None:
    ax: Any = waterfall(["costs", "gains"], [-2.0, 3.5], axes(), "US$ bn", named=[1])
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(bars, [(0.0, -2.0), (-2.0, 3.5), (0.0, 1.5)])
    assert [bar.get_edgecolor()[3] for bar in ax.patches] == [0.0, 1.0, 0.0]
    assert [text.get_text() for text in ax.texts] == ["\u22122.00", "+3.50", "+1.50"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["costs", "gains", "margin"]
    low, high = ax.get_xlim()
    assert low < -2.0
    assert high > 1.5


def test_a_decision_of_no_terms_has_no_bars() -> None:
    assert "nothing was at stake" in texts(waterfall([], [], axes(), "US$ bn").figure)


# -- scatter -------------------------------------------------------------------------------------


def scattered(rows: pd.DataFrame, each: str | None, labels: tuple[str, str, str]) -> Any:
    rows = rows.assign(error=None, point=0, replication=range(len(rows)), seed=range(len(rows)))
    means = summarize(rows, [each] if each else [], ["x", "y"])
    return scatter(rows, means, axes(), "x", "y", each, labels)


def dots(ax: Any) -> list[int]:
    return [len(points.get_offsets()) for points in ax.collections if points.get_alpha() == 0.3]


def test_a_scatter_has_a_point_for_each_run_and_a_cross_for_each_value() -> None:
    rows = pd.DataFrame({"p": [0, 0, 1, 1], "x": [1.0, 3.0, 5.0, 7.0], "y": [2.0, 2.0, 4.0, 6.0]})
    ax = scattered(rows, "p", ("trust", "price", "chance"))
    assert dots(ax) == [2, 2]
    assert [tuple(point) for point in ax.lines[-1].get_xydata()] == [(2.0, 2.0), (6.0, 5.0)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("trust", "price")


def test_runs_without_a_value_of_both_are_no_points() -> None:
    rows = pd.DataFrame({"x": [1.0, NAN], "y": [2.0, 3.0]})
    assert dots(scattered(rows, None, ("", "", ""))) == [1]
