"""What becomes of the short paths of an experiment: full ones, in its columns and its manifest."""

from pathlib import Path

import pytest

from experiments.analysis.queries import summary_of
from experiments.design.axis import Axis, vary
from experiments.sweep import load_experiment, sweep
from simulator.errors import ScenarioError

PATIENCE = "countries.home.patience"


def axes(*written: str, **more: object) -> list[str]:
    data = {"scenario": "first-talk", **more}
    return [a.path for a in load_experiment(data, vary=[vary(text) for text in written]).axes]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("home.patience=0.9,1", PATIENCE),
        ("{home,partner}.patience=0.9,1", "countries.{home,partner}.patience"),
        ("{home.patience,tariff.face.home}=0.9,1",
         "{countries.home.patience,talks.trade.issues.tariff.face.home}"),
        ("countries.home.patience=0.9,1", PATIENCE),
    ],
)  # fmt: skip
def test_what_varies_is_written_out(written: str, path: str) -> None:
    assert axes(written) == [path]


def test_a_short_path_replaces_the_same_axis_of_the_file() -> None:
    data = {"scenario": "first-talk", "axes": {PATIENCE: [0.5, 0.6]}}
    experiment = load_experiment(data, vary=[Axis("home.patience", (0.9,))])
    assert experiment.axes == (Axis(PATIENCE, (0.9,)),)


def test_one_path_written_in_two_ways_is_refused_as_twice_the_same() -> None:
    with pytest.raises(ScenarioError, match="each path once"):
        axes(axes={PATIENCE: [0.9, 1], "home.patience": [0.5]})
    with pytest.raises(ScenarioError, match="both set and varied"):
        axes("home.patience=0.9,1", set={PATIENCE: 0.9})


def test_what_varies_may_lie_in_what_is_set() -> None:
    data = {"threats.late": {"by": "home", "talk": "trade", "announced": "2025-01-06"}}
    assert axes("late.payoffs.partner=-1,-2", set=data) == ["threats.late.payoffs.partner"]


def test_a_short_path_that_may_mean_several_is_refused_with_them() -> None:
    with pytest.raises(ScenarioError, match=r"countries\.home\.patience and countries\.partner"):
        axes("patience=0.9,1")


def test_the_parameters_of_a_model_stay_as_they_are() -> None:
    data = {"model": "tests.models.noisy", "axes": {"x": [0, 1], "kind": ["plain"]}}
    assert [axis.path for axis in load_experiment(data).axes] == ["x", "kind"]


def test_the_columns_of_a_table_of_points_are_written_out(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("home.patience\n0.9\n1\n", encoding="utf-8")
    assert axes(table=str(tmp_path / "points.csv")) == [PATIENCE]


def test_results_are_asked_for_by_the_ends_of_their_axes(tmp_path: Path) -> None:
    experiment = load_experiment("first-talk", vary=[vary("home.patience=0.9,1")])
    results = sweep(experiment, tmp_path / "results", workers=1)
    asked = [summary_of(results, ["deals_signed"], [by]) for by in ("patience", PATIENCE)]
    assert list(asked[0][PATIENCE]) == [0.9, 1]
    assert asked[0].equals(asked[1])
