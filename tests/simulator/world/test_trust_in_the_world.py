"""Trust in the world: history, witnesses, the order of evidence, and when it moves."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from agents.trust.asymmetric import Asymmetric
from experiments.run import load, run
from tests.generators import scenarios
from tests.simulator.world.small import offers, plays, trust, two, week

Data = dict[str, Any]

STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}
MODEL = "asymmetric:t0=0.5:lam=1"
UP, DOWN = 0.1, 0.3


def kept(value: float, weight: float = 1.0) -> float:
    """Return the trust after a promise kept in full, by the rule of reference."""
    return value + UP * weight * (1 - value)


def broken(value: float, weight: float = 1.0) -> float:
    """Return the trust after a promise repudiated in full."""
    return value * (1 - DOWN * weight)


def entry(
    weeks_ago: int, quality: float, stake: float, to: list[str] | None = None, **more: Any
) -> Data:
    """Return a promise of the US in the past."""
    base = {"date": week(-weeks_ago), "what": "a promise", "obligor": "us"}
    beneficiaries = to or ["japan"]
    return base | {"beneficiaries": beneficiaries, "quality": quality, "stake": stake} | more


def crowd(relationships: list[tuple[str, str, float]], **rest: Any) -> Data:
    """Return the US, Japan and three who watch, with relationships of these weights."""
    watching = {"strategy": "linear", "trust": MODEL}
    world = two(us={"trust": MODEL}, japan={"trust": MODEL}, **rest)
    world["countries"] |= dict.fromkeys(("korea", "uk", "eu"), watching)
    world["bystanders"] = {"china": {}, "canada": {}}
    world["relationships"] = [{"between": [a, b], "weight": w} for a, b, w in relationships]
    return world


def at_start(world: Data) -> dict[str, float]:
    """Return each country's trust in the US before week 0."""
    matrix = run(world, weeks=1).to_dict()["trust_start"]
    return {observer: row["us"] for observer, row in matrix.items() if "us" in row}


# --- history ----------------------------------------------------------------------------------


def test_history_is_replayed_through_the_model_before_the_first_week() -> None:
    history = [entry(30, 0, 0.6), entry(100, 1, 0.5), entry(60, 1, 1.0)]
    world = two(**STUBBORN, history=history)
    world["countries"]["japan"]["trust"] = "asymmetric:t0=0.5:lam=0.9"

    def passed(value: float, weeks: int) -> float:
        return float(0.5 + (value - 0.5) * 0.9 ** (weeks / 13))

    value = kept(0.5, 0.5)
    value = kept(passed(value, 40))
    value = broken(passed(value, 30), 0.6)
    assert at_start(world)["japan"] == pytest.approx(passed(value, 30), abs=1e-12)


def test_history_of_one_week_counts_kept_promises_first_then_by_falling_weight() -> None:
    entries = [entry(5, 0, 1.0), entry(5, 1, 0.4), entry(5, 0, 0.2), entry(5, 1, 0.9)]
    expected = broken(broken(kept(kept(0.5, 0.9), 0.4), 1.0), 0.2)
    for history in (entries, entries[::-1]):
        world = crowd([], history=history)
        assert at_start(world)["japan"] == pytest.approx(expected, abs=1e-12)


def test_what_is_excused_counts_less() -> None:
    world = crowd([], history=[entry(5, 0, 0.8, excused=0.5)])
    assert at_start(world)["japan"] == pytest.approx(broken(0.5, 0.4))


def test_history_of_the_day_of_the_start_counts() -> None:
    world = crowd([], history=[entry(0, 0, 1.0)])
    assert at_start(world)["japan"] == pytest.approx(broken(0.5))


def test_without_history_everybody_starts_at_the_prior() -> None:
    matrix = run(two(), weeks=1).to_dict()["trust_start"]
    assert matrix == {"us": {"japan": 0.8}, "japan": {"us": 0.8}}


def test_the_allies_start_with_the_trust_that_history_has_taught_them() -> None:
    matrix = run("allies-2025", weeks=1).to_dict()["trust_start"]
    in_us = {ally: matrix[ally]["us"] for ally in ("japan", "eu", "korea", "uk")}
    assert in_us == pytest.approx({"japan": 0.36, "korea": 0.37, "eu": 0.39, "uk": 0.47}, abs=0.01)
    of_us = [matrix["us"][ally] for ally in in_us]
    assert min(of_us) == pytest.approx(0.54, abs=0.01)
    assert max(of_us) == pytest.approx(0.59, abs=0.01)


def test_the_allies_history_equals_a_replay_by_hand() -> None:
    scenario = load("allies-2025")
    assert {r.what for r in scenario.history}
    model = Asymmetric(**dict(scenario.countries["japan"].trust.params))  # type: ignore[arg-type]
    weights = {frozenset(r.between): r.weight for r in scenario.relationships}
    heard = _hearsay(set(scenario.countries) | set(scenario.bystanders), weights, "us", "japan")
    state, last = model.init(), None
    by_week: dict[int, list[tuple[bool, float, float]]] = {}
    for past in scenario.history:
        if past.obligor != "us" or past.kind != "promise":
            continue
        for victim in past.beneficiaries:
            weight = past.stake * (1 - past.excused)
            if victim != "japan":
                weight *= heard.get(victim, 0.0) * (1 if past.quality < 0.5 else scenario.good_news)
            if weight:
                found = by_week.setdefault(scenario.week_of(past.date), [])
                found.append((past.quality < 0.5, -weight, past.quality))
    for when in sorted(by_week):
        state = model.tick(state, (when - (when if last is None else last)) / 13)
        for _, weight, quality in sorted(by_week[when]):
            state = model.update(state, quality, -weight)
        last = when
    assert last is not None
    state = model.tick(state, -last / 13)
    matrix = run(scenario, weeks=1).to_dict()["trust_start"]
    assert matrix["japan"]["us"] == pytest.approx(model.value(state), abs=1e-9)


def _hearsay(
    nodes: set[str], weights: dict[frozenset[str], float], subject: str, observer: str
) -> dict[str, float]:
    """Return how strongly an observer hears of each victim, by all simple paths there are."""
    best: dict[str, tuple[int, float]] = {}

    def walk(at: str, seen: frozenset[str], product: float) -> None:
        for node in nodes - seen - {subject}:
            along = product * weights.get(frozenset((at, node)), 0.0)
            if along > 0:
                edges = len(seen)
                best[node] = max(best.get(node, (-99, 0.0)), (-edges, along))
                walk(node, seen | {node}, along)

    walk(observer, frozenset({observer}), 1.0)
    return {node: along * 0.5 ** (-edges - 1) for node, (edges, along) in best.items()}


@given(data=scenarios(max_talks=1))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_hearsay_takes_the_shortest_then_the_strongest_path_that_avoids_the_subject(
    data: Data,
) -> None:
    scenario = load(data)
    weights = {frozenset(r.between): r.weight for r in scenario.relationships}
    nodes = set(scenario.countries) | set(scenario.bystanders)
    first = next(iter(scenario.countries))
    for observer in scenario.countries:
        if observer == first:
            continue
        heard = _hearsay(nodes, weights, first, observer)
        for victim in nodes - {first, observer}:
            past = [
                {
                    "date": week(-1),
                    "what": "a promise",
                    "obligor": first,
                    "beneficiaries": [victim],
                    "quality": 0,
                    "stake": 1.0,
                }
            ]
            world = {**data, "weeks": 1, "history": past, "trust_period_weeks": 4}
            world["countries"] = {
                name: {**country, "trust": MODEL} for name, country in data["countries"].items()
            }
            matrix = run(world).to_dict()["trust_start"]
            expected = broken(0.5, heard.get(victim, 0.0))
            assert matrix[observer][first] == pytest.approx(expected, abs=1e-12)


# --- witnesses ---------------------------------------------------------------------------------


def test_witnesses_hear_with_the_weight_of_the_path_and_nothing_without_one() -> None:
    edges = [("korea", "japan", 0.8), ("uk", "korea", 0.5), ("uk", "us", 1.0), ("us", "japan", 1.0)]
    seen = at_start(crowd(edges, history=[entry(1, 0, 0.5)]))
    assert seen == pytest.approx(
        {
            "japan": broken(0.5, 0.5),
            "korea": broken(0.5, 0.5 * 0.8),
            "uk": broken(0.5, 0.5 * 0.8 * 0.5 * 0.5),  # not by way of the US itself
            "eu": 0.5,
        }
    )


def test_hearsay_of_kept_promises_counts_with_good_news() -> None:
    edges = [("korea", "japan", 0.8)]
    for good_news in (0.25, 0.0, 1.0):
        world = crowd(edges, history=[entry(1, 1, 0.5)], good_news=good_news)
        seen = at_start(world)
        assert seen["japan"] == pytest.approx(kept(0.5, 0.5))
        assert seen["korea"] == pytest.approx(kept(0.5, 0.5 * 0.8 * good_news))


def test_fewer_edges_go_before_a_larger_product() -> None:
    edges = [
        *(("korea", "japan", 0.1), ("korea", "eu", 1.0), ("eu", "japan", 1.0)),
        *(("uk", "korea", 0.5), ("uk", "eu", 0.4)),
    ]
    seen = at_start(crowd(edges, history=[entry(1, 0, 1.0)]))
    assert seen["korea"] == pytest.approx(broken(0.5, 0.1))
    assert seen["uk"] == pytest.approx(broken(0.5, 0.4 * 1.0 * 0.5))  # by the EU: .4 before .05


@pytest.mark.parametrize("strong", ["eu", "uk"])
def test_among_paths_of_as_many_edges_the_largest_product_counts(strong: str) -> None:
    edges = [("korea", by, 0.5) for by in ("eu", "uk")]
    edges += [(by, "japan", 1.0 if by == strong else 0.2) for by in ("eu", "uk")]
    for order in (edges, edges[::-1]):
        seen = at_start(crowd(order, history=[entry(1, 0, 1.0)]))
        assert seen["korea"] == pytest.approx(broken(0.5, 0.5 * 1.0 * 0.5))


def test_victims_who_are_bystanders_are_heard_of_and_carry_news() -> None:
    edges = [("korea", "china", 0.6), ("china", "canada", 0.5)]
    seen = at_start(crowd(edges, history=[entry(1, 0, 1.0, ["canada"])]))
    assert seen["korea"] == pytest.approx(broken(0.5, 0.6 * 0.5 * 0.5))
    assert seen["japan"] == 0.5


def test_witnesses_hear_of_what_happens_in_the_run_and_of_nothing_that_is_excused() -> None:
    world = crowd([("korea", "japan", 0.5), ("korea", "us", 0.5)])
    world["countries"]["us"]["compliance"] = plays(0, 1)
    world["countries"]["japan"]["compliance"] = "reciprocal"
    world["countries"] |= {
        key: {**country, "strategy": offers([5, 50])}
        for key, country in world["countries"].items()
        if key in {"us", "japan"}
    }
    world["good_news"] = 0.5
    for country in world["countries"].values():
        country["trust"] = "asymmetric:t0=0.8:lam=1"
    result = run(world, weeks=10)
    of_us, of_japan = trust(result, "korea", "us"), trust(result, "korea", "japan")
    assert of_us[:5] == of_japan[:5] == [0.8] * 5
    assert of_us[5] == pytest.approx(broken(0.8, 0.5))
    assert of_japan[5] == pytest.approx(kept(0.8, 0.25))
    # Japan's answer in weeks 4 to 7 is excused; the US keeps in them.
    assert of_japan[9] == of_japan[5]
    assert of_us[9] == pytest.approx(kept(of_us[5], 0.25))


# --- when trust moves --------------------------------------------------------------------------


def test_a_week_without_events_only_lets_trust_drift() -> None:
    world = crowd([("korea", "japan", 0.5)], history=[entry(1, 0, 1.0)])
    world["talks"]["trade"]["open"] = False
    for country in world["countries"].values():
        country["trust"] = "asymmetric:t0=0.5:lam=0.9"
    result = run(world, weeks=20)
    seen = trust(result, "japan", "us")
    assert seen[0] == pytest.approx(0.5 + (0.35 - 0.5) * 0.9 ** (1 / 13))
    for before, after in pairwise(seen):
        assert after == pytest.approx(0.5 + (before - 0.5) * 0.9 ** (1 / 13), abs=1e-12)
    assert set(trust(result, "us", "japan")) == {0.5}


def test_trust_moves_when_a_period_is_over_and_not_when_the_choice_is_made() -> None:
    world = two(us={"compliance": plays(0, 1)}, japan={"trust": "asymmetric:t0=0.8:lam=1"})
    seen = trust(run(world, weeks=10), "japan", "us")
    assert seen[:5] == [0.8] * 5  # before week 0 and after weeks 0 to 3
    assert seen[5:9] == pytest.approx([broken(0.8)] * 4)
    assert seen[9] == pytest.approx(kept(broken(0.8)))


def test_evidence_of_one_week_from_two_deals_is_applied_kept_first() -> None:
    world = two({"open": False}, japan={"trust": "asymmetric:t0=0.8:lam=1"})
    world["countries"]["us"]["compliance"] = "scripted:qualities={cut=[0], other=[1]}"
    copy = world["talks"]["trade"]
    renamed = [{**copy["issues"][0], "id": "other"}, copy["issues"][1]]
    world["talks"] = {"one": copy, "two": {**copy, "issues": renamed}}
    deals = [
        {"talk": "one", "signed": week(0), "outcome": {"cut": 5, "buy": 50}},
        {"talk": "two", "signed": week(0), "outcome": {"other": 5, "buy": 50}},
    ]
    for order in (("one", "two"), ("two", "one")):
        talks = {key: world["talks"][key] for key in order}
        seen = trust(run({**world, "talks": talks, "deals": deals}, weeks=6), "japan", "us")
        assert seen[5] == broken(kept(0.8))


def test_one_update_per_deal_and_period_however_many_commitments() -> None:
    world = two({"open": False}, us={"trust": "asymmetric:t0=0.8:lam=1"})
    issues = [{**world["talks"]["trade"]["issues"][1], "id": f"buy-{k}"} for k in range(4)]
    world["talks"]["trade"]["issues"] = [world["talks"]["trade"]["issues"][0], *issues]
    outcome = {f"buy-{k}": 50 for k in range(4)} | {"cut": 5}
    world["deals"] = [{"talk": "trade", "signed": week(0), "outcome": outcome}]
    assert trust(run(world, weeks=6), "us", "japan")[5] == pytest.approx(kept(0.8))
