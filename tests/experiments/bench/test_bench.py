"""The bench measures what it says it does; how fast, no test asks."""

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from experiments.analysis.queries import summary_of
from experiments.bench import economy, mesa, negotiations, runs, sweeps, talks
from experiments.run import run
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
    ],
)
def test_figures_of_the_compiled_engine_are_there_where_it_is(
    figure: Callable[[], tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    if find("numba") is not None:
        what, measured, aim = figure()
        assert "/ s, core)" in what or "x objects)" in what
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
