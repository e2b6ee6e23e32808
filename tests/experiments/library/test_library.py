"""The shipped experiments: sound, explained, complete, and of a size that is played in minutes."""

import re
from pathlib import Path

import pytest

from agents.roster import STRATEGIES
from experiments.design.axis import Axis, assigned
from experiments.design.plan import plan
from experiments.design.reader import shipped_experiments
from experiments.design.sampling import design_points, design_size
from experiments.sweep import load_experiment, sweep

FOLDER = Path(__file__).parents[3] / "experiments" / "library"
NAMES = ["deadline", "strategies", "together", "trust-decay", "trust-models", "volatility"]


def words(name: str) -> str:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    comments = [line[1:] for line in text.splitlines() if line.startswith("#")]
    return " ".join(" ".join(comments).split())


def test_the_shipped_experiments_are_found_by_name() -> None:
    assert shipped_experiments() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_experiment_can_be_played_at_every_point_within_minutes(name: str) -> None:
    experiment = load_experiment(name)
    # 20 ms a run: two minutes and a half on one core, half of that on two.
    assert 1000 <= plan(experiment).size <= 7500
    assert experiment.name == name
    assert experiment.title


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_experiment_says_what_it_asks_and_what_to_look_at(name: str) -> None:
    experiment, text = load_experiment(name), words(name)
    assert "Asks:" in text
    assert "Look at" in text
    assert f"tradetalks summarize results/{name}" in text
    told = re.search(r"Size: .*? = ([\d,]+) runs", text)
    assert told is not None
    assert int(told[1].replace(",", "")) == design_size(experiment) * experiment.replications
    for metric in re.findall(r"--metric (\S+)", text):
        assert metric in experiment.metrics


@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_a_comment_names_axes_that_are_there(name: str) -> None:
    paths = [axis.path for axis in load_experiment(name).axes]
    for axis in re.findall(r"--by '?([^' ]+)", words(name)):
        assert axis in paths


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_experiment_plays_without_a_failure(name: str, tmp_path: Path) -> None:
    experiment = load_experiment(name)
    first, *_, last = design_points(experiment)
    columns = zip(experiment.axes, first, last, strict=True)
    axes = [Axis(axis.path, (one, other)) for axis, one, other in columns]
    short = load_experiment(
        {"scenario": "allies-2025", "design": "zip", "metrics": list(experiment.metrics)},
        set=experiment.set,
        vary=axes,
        weeks=20,
    )
    runs = sweep(short, tmp_path / "results", workers=1).runs
    assert len(runs) == 2
    assert runs["error"].isna().all()


def test_every_strategy_but_the_scripted_one_is_tried_on_both_sides() -> None:
    for axis in load_experiment("strategies").axes:
        assert {str(value).split(":")[0] for value in axis.values or ()} == {*STRATEGIES} - {
            "scripted"
        }


# -- an axis of several paths --------------------------------------------------------------------


def test_braces_stand_for_several_paths_that_get_the_same_value() -> None:
    axes = [Axis("countries.{japan, eu}.patience", (0.9,)), Axis("weeks", (10,))]
    assert assigned(axes, [0.9, 10]) == {
        "countries.japan.patience": 0.9,
        "countries.eu.patience": 0.9,
        "weeks": 10,
    }
    assert Axis("{a,b}.{c,d}").paths == ("a.c", "a.d", "b.c", "b.d")


def test_such_an_axis_is_one_column_and_sets_every_path(tmp_path: Path) -> None:
    both = Axis("countries.{home,partner}.patience", (0.9, 0.99))
    experiment = load_experiment("first-talk", vary=[both])
    runs = sweep(experiment, tmp_path / "both", workers=1).runs
    assert list(runs[both.path]) == [0.9, 0.99]
    apart = load_experiment(
        {"scenario": "first-talk", "design": "zip"},
        vary=[Axis(path, (0.9, 0.99)) for path in both.paths],
    )
    same = sweep(apart, tmp_path / "apart", workers=1).runs
    assert list(runs["scenario_hash"]) == list(same["scenario_hash"])


def test_a_path_in_two_axes_is_refused() -> None:
    from simulator.errors import ScenarioError

    axes = [
        Axis("countries.{home,partner}.patience", (0.9,)),
        Axis("countries.home.patience", (1,)),
    ]
    with pytest.raises(ScenarioError, match="each path once"):
        load_experiment("first-talk", vary=axes)


def test_a_path_in_braces_that_is_not_there_is_refused_with_the_nearest() -> None:
    from simulator.errors import ScenarioError

    axes = [Axis("countries.{home,partnr}.patience", (0.9,))]
    with pytest.raises(ScenarioError, match="did you mean 'partner'"):
        plan(load_experiment("first-talk", vary=axes))
