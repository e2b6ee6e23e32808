"""What countries do outside their deals: evidence by events, and shocks."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.run import load, run
from experiments.sweep import Axis, load_experiment, sweep
from simulator import draws
from simulator.errors import ScenarioError
from simulator.scenario.specs import EvidenceSpec
from simulator.world.acts import conduct_of, shocks
from simulator.world.evidence import WitnessNetwork
from simulator.world.party import Evidence
from simulator.world.relationships import relationship_graph
from tests.generators import scenarios
from tests.simulator.world.small import offers, trust, two, week

Data = dict[str, Any]

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "talks.json").read_text("utf-8"))
STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}
THOROUGH = settings(max_examples=15, suppress_health_check=list(HealthCheck))
seeds = st.integers(-3, 2**63 - 1)


def told(number: int, day: int = 0, **given: Any) -> Data:
    """Return an event in a week that says of the US that it broke faith with Japan."""
    evidence = {"by": "us", "towards": ["japan"], "quality": 0, "stake": 0.2} | given
    return {"date": week(number, day), "evidence": evidence}


def quiet(**rest: Any) -> Data:
    """Return the US and Japan without deals, and what Japan believes moved by evidence alone."""
    us, japan = (dict(STUBBORN[key]) for key in ("us", "japan"))
    us |= rest.pop("us", {})
    japan |= {"trust": "asymmetric:t0=0.8:lam=1:down=0.3:up=0.1"}
    return two(us=us, japan=japan, **rest)


def crowd(relationships: list[tuple[str, str, float]], **rest: Any) -> Data:
    """Return the US, Japan and two who watch and do not talk, all moved by evidence alone."""
    world = quiet(**rest)
    watching = {"trust": "asymmetric:t0=0.8:lam=1:down=0.3:up=0.1"}
    world["countries"] |= {"korea": dict(watching), "uk": dict(watching)}
    world["bystanders"] = {"china": {}}
    world["relationships"] = [{"between": [a, b], "weight": w} for a, b, w in relationships]
    return world


# -- evidence by events --------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["shocks"])
def test_acts_move_trust_as_in_the_known_answers(case: Data) -> None:
    n, stake, down = case["shocks_of_quality_0"], case["stake"], case["down"]
    model = f"asymmetric:t0={case['trust']}:lam=1:down={down}:up=0.1"
    by_event = quiet(events=[told(k, stake=stake) for k in range(n)])
    by_chance = quiet(us={"shocks": {"probability": 1, "stake": stake}})
    for world, weeks in ((by_event, max(n, 1)), (by_chance, n)):
        if weeks == 0:
            continue
        world["countries"]["japan"]["trust"] = model
        seen = trust(run(world, weeks=weeks), "japan", "us")
        assert seen[-1] == pytest.approx(case["trust_after_without_drift"], abs=1e-9)


def test_an_act_teaches_in_its_week_and_in_no_other() -> None:
    seen = trust(run(quiet(events=[told(3, day=6)]), weeks=6), "japan", "us")
    assert seen[:4] == [0.8] * 4
    assert seen[4:] == [pytest.approx(0.8 * (1 - 0.3 * 0.2))] * 3


def test_an_assurance_raises_trust_and_a_neutral_act_leaves_it() -> None:
    world = quiet(events=[told(1, quality=1, stake=0.5), told(3, quality=0.5, stake=1)])
    seen = trust(run(world, weeks=5), "japan", "us")
    assert seen[2:] == [pytest.approx(0.8 + 0.1 * 0.5 * 0.2)] * 4


def test_an_act_against_several_is_one_lesson_for_everybody() -> None:
    heard = [("japan", "uk", 1.0), ("korea", "uk", 0.5), ("japan", "korea", 1.0)]
    world = crowd(heard, events=[told(0, towards=["japan", "korea"], stake=0.5)])
    r = run(world, weeks=1)
    once = pytest.approx(0.8 * (1 - 0.3 * 0.5))
    assert [trust(r, who, "us")[-1] for who in ("japan", "korea", "uk")] == [once] * 3


def test_an_act_against_all_others_is_towards_every_country() -> None:
    world = crowd([], events=[told(0, towards="*", stake=0.5)])
    r = run(world, weeks=1)
    once = pytest.approx(0.8 * (1 - 0.3 * 0.5))
    assert [trust(r, who, "us")[-1] for who in ("japan", "korea", "uk")] == [once] * 3


def test_acts_are_heard_of_like_broken_and_kept_promises() -> None:
    heard = [("china", "uk", 0.5), ("china", "korea", 0.0)]
    for quality, weight in ((0.0, 0.5), (1.0, 0.5 * 0.25)):
        event = told(0, towards="china", quality=quality, stake=1.0)
        r = run(crowd(heard, events=[event]), weeks=1)
        moved = 0.8 * (1 - 0.3 * weight) if quality == 0 else 0.8 + 0.1 * weight * 0.2
        assert trust(r, "uk", "us")[-1] == pytest.approx(moved)
        assert trust(r, "korea", "us")[-1] == 0.8
        assert trust(r, "japan", "us")[-1] == 0.8


def test_what_is_evidence_of_threats_teaches_nothing_of_promises() -> None:
    event = told(0, kind="threat", stake=1.0)
    assert trust(run(quiet(events=[event]), weeks=2), "japan", "us") == [0.8] * 3


def test_evidence_of_threats_moves_credibility_and_is_heard_of() -> None:
    heard = [("japan", "uk", 0.5)]
    events = [told(0, kind="threat", quality=0, stake=0.5), told(3, kind="threat", quality=1)]
    world = crowd(heard, events=events)
    for country in world["countries"].values():
        country["credibility"] = "asymmetric:t0=0.8:lam=1:down=0.3:up=0.1"
    for weeks, gained in ((2, 0), (4, 1)):
        seen = run(world, weeks=weeks).world.credibility_matrix()
        for observer, share in (("japan", 1.0), ("uk", 0.5), ("korea", 0.0)):
            fallen = 0.8 * (1 - 0.3 * 0.5 * share)
            good_news = share if observer == "japan" else share * 0.25
            risen = fallen + gained * 0.1 * 0.2 * good_news * (1 - fallen)
            assert seen[observer, "us"] == pytest.approx(risen)


def test_acts_are_taken_as_evidence_whatever_is_a_disregard() -> None:
    event = told(0, quality=0.6, stake=1.0)
    for level in (0.3, 0.5, 0.8):
        seen = trust(run(quiet(events=[event], disregard=level), weeks=1), "japan", "us")
        assert seen[-1] == pytest.approx(0.8 + 0.1 * 0.2 * 0.2)


def test_an_event_may_do_nothing_but_tell() -> None:
    scenario = load(quiet(events=[told(2)]))
    assert scenario.stages[-1] is scenario
    with pytest.raises(ScenarioError, match="set, withdraw, disregard or evidence"):
        load(quiet(events=[{"date": week(2)}]))


@given(
    by=st.sampled_from("abcd"),
    towards=st.one_of(st.just("*"), st.lists(st.sampled_from("abcdx"), min_size=1, unique=True)),
    quality=st.sampled_from((0.0, 0.3, 0.5, 1.0)),
    stake=st.sampled_from((0.0, 0.2, 1.0)),
)
def test_everybody_learns_once_of_an_act(
    by: str, towards: Any, quality: float, stake: float
) -> None:
    countries = "abcd"
    others = [name for name in towards if name != by] or ["x"]
    whom = "*" if towards == "*" else others
    given_ = {"by": by, "towards": whom, "quality": quality, "stake": stake}
    spec = EvidenceSpec.model_validate(given_)
    conduct = conduct_of(spec, by, countries, spec.kind)
    expected = [c for c in countries if c != by] if towards == "*" else others
    assert conduct.towards == dict.fromkeys(expected, Evidence(quality, stake))
    everybody = [*countries, "x"]
    graph = relationship_graph(everybody, dict.fromkeys(combinations(everybody, 2), 1.0))
    spread = WitnessNetwork(graph, countries, 0.5, 0.25).spread([conduct])
    assert all(len(pieces) == 1 for pieces in spread.values())
    assert set(spread) == ({(c, by) for c in countries if c != by} if stake else set())


# -- shocks --------------------------------------------------------------------------------------


def with_shocks(data: Data, country: str, **given: Any) -> Data:
    """Return a scenario in which a country acts outside its deals."""
    act = {"probability": 0.4, "stake": 0.3} | given
    changed = {**data["countries"][country], "shocks": act}
    return {**data, "countries": {**data["countries"], country: changed}}


def times(data: Data, seed: int) -> list[tuple[int, str]]:
    """Return when who acted outside its deals."""
    return [(n.week, n.by) for n in run(data, seed).world.news if n.shock is not None]


def test_one_draw_a_week_says_whether_a_country_acts() -> None:
    data = with_shocks(quiet(), "us", probability=0.3)
    drawn = [draws.uniform(7, "shocks", ("us",), w) < 0.3 for w in range(30)]
    assert times(data, 7) == [(w, "us") for w in range(30) if drawn[w]]
    assert run(data, 7).world.shocks == sum(drawn)
    in_week = shocks(7, drawn.index(True), load(data).countries)
    assert [by for by, _ in in_week] == ["us"]


def test_the_metric_counts_them_along_a_sweep_of_how_often_they_come(tmp_path: Path) -> None:
    often = Axis("countries.us.shocks.probability", (0.0, 0.5, 1.0))
    experiment = load_experiment(
        with_shocks(quiet(), "us"), vary=[often], replications=2, metrics=("shocks",)
    )
    runs = sweep(experiment, tmp_path / "out", workers=1).runs
    counted = runs.groupby(often.path)["shocks"].mean()
    assert counted[0.0] == 0
    assert 5 < counted[0.5] < 25
    assert counted[1.0] == 30


def test_shocks_come_as_often_as_their_probability_says() -> None:
    for probability in (0.0, 0.05, 0.3, 1.0):
        data = with_shocks(quiet(weeks=100), "us", probability=probability)
        often = [run(data, seed, tables=()).world.shocks for seed in range(20)]
        assert sum(often) / 2000 == pytest.approx(probability, abs=0.035)


def test_a_shock_teaches_what_an_event_teaches() -> None:
    heard = [("china", "uk", 0.5)]
    for given_ in ({"towards": "*"}, {"towards": ["china"], "quality": 1.0}):
        by_chance = with_shocks(crowd(heard), "us", probability=0.4, stake=0.3, **given_)
        when = [w for w, _ in times(by_chance, 5)]
        assert 2 < len(when) < 28
        event: Data = {"stake": 0.3, **given_}
        by_event = crowd(heard, events=[told(w, **event) for w in when])
        assert run(by_chance, 5).to_dict()["trust"] == run(by_event, 5).to_dict()["trust"]


def test_an_event_changes_how_often_from_its_week_on() -> None:
    data = with_shocks(quiet(), "us", probability=0)
    for path, value in (
        ("countries.us.shocks.probability", 1),
        ("countries.us.shocks", {"probability": 1, "stake": 0.1}),
    ):
        changed = {**data, "events": [{"date": week(20), "set": {path: value}}]}
        assert times(changed, 0) == [(w, "us") for w in range(20, 30)]
    assert times({**data, "countries": quiet()["countries"]}, 0) == []


def test_a_path_leads_to_the_probability_and_leaves_the_rest() -> None:
    scenario = load(with_shocks(quiet(), "us"), set={"countries.us.shocks.probability": 0.9})
    spec = scenario.countries["us"].shocks
    assert spec is not None
    assert (spec.probability, spec.stake, spec.quality, spec.towards) == (0.9, 0.3, 0.0, ("*",))


@given(data=scenarios(max_parties=3), seed=seeds, probability=st.sampled_from((0.1, 0.5, 1.0)))
@THOROUGH
def test_shocks_of_no_weight_change_nothing(data: Data, seed: int, probability: float) -> None:
    first = next(iter(data["countries"]))
    plain = {**data["countries"][first]}
    plain.pop("shocks", None)
    without = {**data, "countries": {**data["countries"], first: plain}}
    with_ = with_shocks(without, first, probability=probability, stake=0.0)
    assert run(without, seed).to_json() == run(with_, seed).to_json()


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_shocks_of_one_country_change_no_draw_of_another(data: Data, seed: int) -> None:
    first, second, *_ = data["countries"]
    one = with_shocks(data, first)
    both = with_shocks(one, second, probability=0.7)

    def of_others(made: Data) -> list[tuple[int, str]]:
        return [(w, by) for w, by in times(made, seed) if by != second]

    assert of_others(one) == of_others(both)


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_the_same_seed_brings_the_same_shocks(data: Data, seed: int) -> None:
    made = with_shocks(data, next(iter(data["countries"])))
    assert times(made, seed) == times(made, seed)


def test_another_seed_brings_other_shocks() -> None:
    data = with_shocks(quiet(), "us")
    assert len({tuple(times(data, seed)) for seed in range(6)}) == 6


def test_under_fixed_trust_shocks_change_nothing_but_the_news() -> None:
    plain, shocked = (run(data, 1) for data in (two(), with_shocks(two(), "us", probability=1)))
    assert plain.to_json() == shocked.to_json()
    assert (plain.world.shocks, shocked.world.shocks) == (0, 30)
