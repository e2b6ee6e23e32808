"""The bench measures what it says it does; how fast, no test asks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.analysis.queries import summary_of
from experiments.bench import economy, mesa, runs, sweeps, talks
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
