"""The bench measures what it says it does; how fast, no test asks."""

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments.analysis.queries import summary_of
from experiments.bench import (
    clock,
    economy,
    mesa,
    negotiations,
    runs,
    scaling,
    sweeps,
    talks,
    worlds,
)
from experiments.run import load, run
from experiments.sweep import open_results


def test_a_store_of_the_bench_is_one_that_can_be_asked(tmp_path: Path) -> None:
    sweeps._fill(tmp_path, 1000, each=300)
    results = open_results(tmp_path)
    assert len(results.runs) == 1000
    found = summary_of(results, ["a"])
    assert list(found["n"]) == [100] * 10


@pytest.mark.parametrize(
    ("figure", "given"),
    [
        (sweeps.opened_store, {"rows": 1000}),
        (sweeps.sweep_overhead, {"runs": 3}),
        (runs.scenario_building, {"count": 2}),
        (talks.bargaining_points, {"counts": (3, 2, 1)}),
        (talks.million_outcomes, {"issues": 3}),
        (economy.equilibria, {"count": 3}),
        (economy.equilibrium, {"count": 3}),
        (economy.tariff_war, {"count": 1}),
        (economy.liberation, {"regions": 5}),
    ],
)
def test_a_figure_is_what_was_measured_how_much_and_the_aim(
    figure: Callable[..., tuple[str, str, str]], given: dict[str, int]
) -> None:
    what, measured, aim = figure(**given)
    assert what
    assert measured[0].isdigit()
    assert aim


@pytest.mark.parametrize(
    "figure",
    [
        partial(negotiations.tournament, 1),
        partial(negotiations.compiled_talk, "boulware", "micro", "x", times=2),
        partial(worlds.plan_making, 1),
    ],
)
def test_figures_of_the_compiled_engine_are_there_where_it_is(
    figure: Callable[[], tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    if find("numba") is not None:
        what, measured, aim = figure()
        assert "/ s, core)" in what or "x objects)" in what or "as arrays" in what
        assert measured[0].isdigit()
        assert measured.endswith("CPU")
        assert aim
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert figure()[1] == "- (make fast)"


def test_the_domains_of_the_tournament_have_a_thousand_outcomes_and_differ() -> None:
    one, other = negotiations._domains(2)
    assert one.space.size == other.space.size == 1000
    assert one.utilities.tolist() != other.utilities.tolist()
    assert len(negotiations.PLAYERS) == 20


def test_mesas_batch_run_plays_the_same_runs() -> None:
    world = mesa.Batched(0.3, seed=4)
    while world.running:
        world.step()
    world.let_go()
    ours = run("allies-2025", 4, set={"countries.us.compliance.probability": 0.3})
    collected = world.datacollector.get_model_vars_dataframe()  # type: ignore[no-untyped-call]
    assert len(collected) == ours.weeks
    assert collected["deals"].iloc[-1] == len(ours.deals)
    accounts = {key: total.material for key, total in world.totals.items()}
    kept = ours.payoffs.groupby("country")["material"].sum()
    assert accounts == pytest.approx(kept.to_dict())


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not there")
def test_both_engines_play_the_same_seeds_in_turn_and_the_first_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def spent(work: object, scenario: object, seed: int, kept: object, by: str = "object") -> float:
        asked.append((seed, by))
        return {"object": 6.0, "compiled": 0.5}[by] if seed else 1000.0

    monkeypatch.setattr(worlds, "spent", spent)
    figure = worlds.compiled_runs("first-talk", "table runs only", "x", seeds=1)
    assert figure == ("first-talk, table runs only, compiled (12.0 x objects)", "2 / s CPU", "x")
    assert asked == [(seed, by) for seed in range(2) for by in ("object", "compiled")]


def test_without_numba_there_is_no_figure_of_compiled_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    figure = worlds.compiled_runs("first-talk", "all tables", "x")
    assert figure == ("first-talk, all tables, compiled", "- (make fast)", "x")


def test_a_run_that_the_other_engine_has_played_is_no_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = load("first-talk")
    runs.run_told(scenario, 0, ("runs", "offers"))
    monkeypatch.setattr(runs, "played", lambda *given: (None, False))  # as by what it cannot play
    with pytest.raises(RuntimeError, match="compiled engine has not played first-talk"):
        runs.run_told(scenario, 0, (), "compiled")


# -- growth ----------------------------------------------------------------------------------


def test_a_star_is_as_large_as_is_said_and_goes_on_renewing() -> None:
    scenario = scaling.star(countries=4, outcomes=100, rounds=2, weeks=130)
    assert list(scenario.talks) == ["c0-c1", "c0-c2", "c0-c3"]
    assert [len(i.levels) for talk in scenario.talks.values() for i in talk.issues] == [10] * 6
    played = run(scenario, 0)
    assert (scenario.rounds_per_week, played.weeks) == (2, 130)
    assert played.deals.groupby("talk").size().min() >= 3


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not there")
def test_the_compiled_engine_knows_all_of_a_star() -> None:
    from experiments.compiled.plan import prepared

    assert prepared(scaling.star(countries=3)).plan.talks.shape == (1, 2)


def test_the_exponent_is_that_of_the_power_that_a_time_grows_by() -> None:
    sizes = (1, 10, 50)
    assert scaling._exponent(sizes, [3.0 * n**2 for n in sizes]) == pytest.approx(2)
    assert scaling._exponent(sizes, [0.1] * 3) == pytest.approx(0)


def test_the_table_has_a_line_of_sizes_and_one_per_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)  # the first of them alone
    head, objects = scaling.scaling({"countries": (2, 3)}, seeds=1)
    assert head.split() == ["countries", "2", "3"]
    name, *measured, power = objects.split()
    assert name == "object"
    assert all(float(ms) > 0 for ms in measured)
    assert np.isfinite(float(power.removeprefix("n^")))


# -- the clock -------------------------------------------------------------------------------


def test_time_of_the_processor_and_of_the_clock_goes_on() -> None:
    before = clock.so_far()
    sum(range(10**6))
    after = clock.so_far()
    assert after[0] >= before[0]
    assert after[1] > before[1]


def test_the_load_is_told_or_that_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.load().endswith(" cores")
    monkeypatch.delattr("os.getloadavg", raising=False)
    assert clock.load().startswith("load unknown on ")
