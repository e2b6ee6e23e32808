"""The compiled engine plays the worlds that the object engine plays, table by table, to the bit."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from agents.strategies.hardliner import Hardliner
from experiments.design.axis import Axis
from experiments.design.reader import load_experiment
from experiments.execution.engine import engine_for, played, require_engine
from experiments.results.manifest import read_manifest
from experiments.results.progress import Progress
from experiments.runs.play import load
from experiments.sweep import open_results, sweep
from simulator.errors import ScenarioError
from simulator.scenario.scenario import Scenario
from tests.generators import scenarios
from tests.worlds import TABLES, world_differences

pytest.importorskip("numba", reason="numba is not there: make fast")

from experiments.compiled.plan import NotCompiled, prepared
from experiments.compiled.playing import Overflow, compiled_run
from tests.machine import world_code

# The making of machine code takes minutes: `make test` plays all this as Python, `test_as_python`.
pytestmark = pytest.mark.long

STRATEGIES = (
    *("boulware", "linear", "conceder", "ultimatum", "micro", "mirror", "hybrid:mirroring=0.3"),
    *("relative-tit-for-tat", "averaged-tit-for-tat", "random-tit-for-tat:spread=0.2"),
    *("trade-off", "nice-tit-for-tat", "nash-seeking", "hardliner", "random", "top-fraction"),
    *("rubinstein", "backward-induction", "resource-dependent:resource=offers", "wary"),
    *("time-dependent:band=0.1", "time-dependent:resolve=0.5:noise=0.2", "boulware+noisy:sd=0.1"),
    *("linear+wary:premium=0.5", "micro+trust-blind", "time-dependent:belief=reservation"),
    *('{bidding = "trade-off", model = "bayesian", acceptance = "combined:after=0.5"}',),
    *('{bidding = "nash-seeking", model = "perfect", acceptance = "next:plus=0.1"}',),
)
POLICIES = (
    *("always", "volatile:probability=0.4", "opportunist", "opportunist:punishment=2"),
    *("reciprocal", "generous:forgiveness=0.5", "grim", "limited-punishment:periods=2"),
)
TRUST = ("asymmetric:up=0.2", "beta:kappa=2", "two-layer", "fire", "types", "fixed:t0=0.7")


@pytest.fixture(autouse=True, scope="module")
def machine_code() -> Iterator[None]:
    with world_code():
        yield


def differences(scenario: Scenario | str, *seeds: int, **set: Any) -> list[str]:
    loaded = load(scenario, {path.replace("__", "."): value for path, value in set.items()})
    try:
        prepared(loaded)
    except NotCompiled as error:
        assume_known(str(error))
        return []
    return [told for seed in seeds for told in world_differences(loaded, seed)]


def assume_known(lacking: str) -> None:
    """Hold that what a scenario has which the engine does not know is one of a few things."""
    assert lacking.startswith(("a coalition of which", "levels of")), lacking


@pytest.mark.parametrize("name", ["first-talk", "symmetric-tariff-game", "allies-2025"])
def test_shipped_scenarios(name: str) -> None:
    assert differences(name, 0, 1, 2) == []


@pytest.mark.parametrize("strategy", [s for s in STRATEGIES if s != "wary"])
def test_every_strategy_against_another_in_a_world(strategy: str) -> None:
    assert differences("first-talk", 0, 5, countries__home__strategy=strategy) == []
    assert differences("first-talk", 1, countries__partner__strategy=strategy) == []


def test_a_deadline_far_beyond_the_run() -> None:
    late: dict[str, Any] = {"talks__trade__deadline": date(2035, 1, 1), "weeks": 3}
    late["countries__home__strategy"] = "backward-induction"
    assert differences("first-talk", 0, **late) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy(policy: str) -> None:
    assert differences("first-talk", 0, 1, 2, 3, countries__partner__compliance=policy) == []


@pytest.mark.parametrize("model", TRUST)
def test_every_model_of_trust_and_of_belief_in_threats(model: str) -> None:
    both = {"countries__home__trust": model, "countries__home__credibility": model}
    both["countries__partner__compliance"] = "volatile:probability=0.5"
    assert differences("first-talk", 0, 1, 2, **both) == []


@given(scenarios(max_parties=3))
def test_scenarios_of_all_kinds(data: Mapping[str, Any]) -> None:
    assert differences(load(data), 0, 7) == []


@settings(max_examples=3_000)
@given(scenarios(max_parties=3))
def test_very_many_scenarios(data: Mapping[str, Any]) -> None:
    assert differences(load(data), 0, 7) == []


@pytest.mark.parametrize("name", ["first-talk", "symmetric-tariff-game", "allies-2025"])
def test_shipped_scenarios_over_a_thousand_seeds(name: str) -> None:
    assert differences(name, *range(1_000)) == []


def test_what_a_deal_was_worth_when_it_was_signed_an_event_changes_no_more() -> None:
    event = {
        "date": date(2025, 3, 10),
        "what": "The tariff is worth more",
        "set": {"talks.trade.issues.tariff.political_weights.partner": 3.0},
    }
    assert differences("first-talk", 0, 1, 2, events=[event]) == []


@pytest.mark.parametrize("strategy", ["micro", "conceder"])
def test_an_event_changes_who_negotiates_and_what_an_audience_wants(strategy: str) -> None:
    event = {
        "date": date(2025, 1, 20),
        "what": "A change of government",
        "set": {
            "countries.partner.strategy": strategy,
            "countries.home.compliance": "grim",
            "talks.trade.audience.home": {"threshold": 0.5, "noise": 0.2},
            "talks.trade.deadline": date(2025, 3, 3),
        },
    }
    assert differences("first-talk", 0, 1, 2, events=[event]) == []


def test_more_deals_than_there_is_room_for_are_for_objects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("experiments.compiled.plan.DEALS", 1)
    monkeypatch.setattr("experiments.compiled.playing.DEALS", 1)
    again = {"talks.trade.term_weeks": 8, "talks.trade.renew_weeks": 4, "weeks": 60}
    with pytest.raises(Overflow):
        compiled_run(load("first-talk", again), 0)
    assert played(load("first-talk", again), 0, (), "compiled")[1] is False


def test_tables_that_are_not_kept_change_nothing() -> None:
    scenario = load("first-talk")
    whole, bare = compiled_run(scenario, 3, TABLES), compiled_run(scenario, 3)
    assert whole.totals == bare.totals
    assert bare.records.rows["trust"] == []


def test_a_run_leaves_nothing_behind_for_the_next() -> None:
    scenario = load("first-talk", {"countries.partner.compliance": "volatile:probability=0.5"})
    alone = compiled_run(scenario, 1, TABLES).records.rows
    for seed in range(5):
        compiled_run(scenario, seed, TABLES)
    assert str(compiled_run(scenario, 1, TABLES).records.rows) == str(alone)


@pytest.mark.parametrize(
    ("set", "what"),
    [
        ({"countries.home.strategy": "scripted:offers=[]"}, "the strategy scripted"),
        ({"countries.home.compliance": "scripted:qualities=[1.0]"}, "the policy Scripted"),
        ({"countries.home.strategy": type("Own", (Hardliner,), {})}, "the strategy"),
    ],
)
def test_what_it_does_not_know_is_said(set: dict[str, Any], what: str) -> None:
    scenario = load("first-talk", set)
    with pytest.raises(NotCompiled, match=what):
        prepared(scenario)


# -- sweeps ----------------------------------------------------------------------------------


def swept(folder: Path, engine: Any, **changes: Any) -> tuple[dict[str, bytes], Progress]:
    """Return the files of a sweep by name, and how it ended."""
    experiment = load_experiment(
        "first-talk", vary=[Axis("partner.compliance", POLICIES[:3])], replications=4, **changes
    )
    seen: list[Progress] = []
    sweep(experiment, folder, workers=1, chunk=5, engine=engine, progress=seen.append)
    files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*.parquet")}
    return files, seen[-1]


def test_both_engines_write_the_same_files(tmp_path: Path) -> None:
    kept = {"tables": dict.fromkeys(TABLES, 1), "metrics": ("brier", "nash_distance")}
    objects, _ = swept(tmp_path / "objects", "object", **kept)
    compiled, progress = swept(tmp_path / "compiled", "compiled", **kept)
    assert compiled == objects
    assert (progress.compiled, progress.played) == (12, 12)
    assert read_manifest(tmp_path / "compiled")["compiled"] == 12
    assert "compiled" not in read_manifest(tmp_path / "objects")


def test_a_sweep_begun_by_one_engine_goes_on_with_the_other(tmp_path: Path) -> None:
    objects, _ = swept(tmp_path / "whole", "object")
    experiment = load_experiment(
        "first-talk", vary=[Axis("partner.compliance", POLICIES[:3])], replications=4
    )

    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(experiment, tmp_path / "half", workers=1, chunk=5, engine="compiled", progress=stop)
    sweep(experiment, tmp_path / "half", workers=1, chunk=5, engine="object", resume=True)
    half = tmp_path / "half"
    assert {str(f.relative_to(half)): f.read_bytes() for f in half.rglob("*.parquet")} == objects


def test_what_it_does_not_know_the_object_engine_plays_point_by_point(tmp_path: Path) -> None:
    experiment = load_experiment(
        "first-talk",
        vary=[Axis("home.strategy", ("boulware", "scripted:offers=[]"))],
        replications=2,
    )
    seen: list[Progress] = []
    with world_code():
        sweep(experiment, tmp_path / "mixed", workers=1, engine="auto", progress=seen.append)
    assert seen[-1].compiled == 0  # as objects were asked for by the environment
    sweep(experiment, tmp_path / "asked", workers=1, engine="compiled", progress=seen.append)
    assert (seen[-1].compiled, seen[-1].played) == (2, 4)
    tables = [open_results(tmp_path / name).runs for name in ("mixed", "asked")]
    assert tables[0].equals(tables[1])


def test_a_compiled_run_is_replayed_by_objects(tmp_path: Path) -> None:
    swept(tmp_path / "kept", "compiled")
    results = open_results(tmp_path / "kept")
    assert results.replay(3).seed == results.runs.loc[3, "seed"]  # else it says what differs


def test_a_scenario_that_it_does_not_know_is_refused_where_nothing_else_may_play() -> None:
    with pytest.raises(ScenarioError, match="does not know the strategy scripted"):
        require_engine("compiled", load("first-talk", {"home.strategy": "scripted:offers=[]"}))
    with pytest.raises(ScenarioError, match="to play a model"):
        require_engine("compiled", None)


def test_who_plays_says_the_environment_where_nobody_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert engine_for("compiled") == "compiled"
    assert engine_for("auto") == "object"  # as the environment of the tests says
    monkeypatch.setenv("TRADETALKS_ENGINE", "compiled")
    assert engine_for("auto") == "compiled"
    monkeypatch.delenv("TRADETALKS_ENGINE")
    assert engine_for("auto") == "auto"
