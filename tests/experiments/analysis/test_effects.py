"""The effect of an axis: its last value against its first, over all values of the other axes."""

import random
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from experiments.analysis.effects import Effect, effects_of
from experiments.display.terminal import plain_text
from experiments.pages.effects import effects_page
from experiments.sweep import Results, load_experiment, sweep


def law(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """What falls by 2 with x, whatever the seed; what only chance moves; what rests."""
    chance = seed % 1000 / 1000
    return {
        "rests": 1.0,
        "chance": chance * (-1) ** (seed % 2 + round(parameters["x"])),
        "y": chance + parameters["z"] - 2 * parameters["x"],
    }


def swept(folder: Path, **contents: Any) -> Results:
    axes = {"x": [0, 5, 1], "z": [10, 20]}
    whole = {"name": "law", "model": "tests.experiments.analysis.test_effects.law", "axes": axes}
    return sweep(load_experiment({**whole, **contents}), folder / "law", workers=1)


def test_an_effect_is_the_change_from_the_first_value_to_the_last_over_the_others(
    tmp_path: Path,
) -> None:
    of_x, of_z = effects_of(swept(tmp_path, replications=4))
    assert (of_x.axis, of_x.values) == ("x", [0, 5, 1])
    clearest = of_x.table.iloc[0]
    assert clearest["metric"] == "y"
    assert clearest["difference"] == pytest.approx(-2)
    assert clearest["second"] - clearest["first"] == pytest.approx(-2)
    # The seeds are shared, so that their chance is in both and drops out.
    assert clearest["high"] - clearest["low"] == pytest.approx(0, abs=1e-12)
    assert of_z.table.iloc[0]["difference"] == pytest.approx(10)


def test_a_page_tells_the_clearest_change_and_how_sure_it_is(tmp_path: Path) -> None:
    titles = {"x": "tariff", "y": "output (tons)"}
    page = plain_text(effects_page(effects_of(swept(tmp_path, replications=4))[:1], titles), 200)
    assert page.startswith("Tariff from 0 to 1: output (tons) from 15.")
    assert "to 13.4, a fall of 2.0.\n" in page
    assert [line.split()[-1] for line in page.splitlines() if line.startswith("rests")] == ["none"]


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        (
            {"metrics": ["chance", "rests"], "replications": 4},
            "nothing changes by more than chance",
        ),
        ({"replications": 1}, "chance cannot be told from effect"),
    ],
)
def test_what_may_be_chance_is_not_called_an_effect(
    contents: dict[str, Any], told: str, tmp_path: Path
) -> None:
    assert told in plain_text(effects_page(effects_of(swept(tmp_path, **contents))[:1], {}))


@pytest.mark.parametrize(
    "contents",
    [
        {"axes": {"x": [0, 1], "z": [10, 20]}, "design": "zip"},
        {
            "axes": {"x": {"low": 0, "high": 1}, "z": {"low": 0, "high": 1}},
            "design": "latin-hypercube",
            "samples": 4,
        },
    ],
)
def test_where_axes_move_together_none_has_an_effect_of_its_own(
    contents: dict[str, Any], tmp_path: Path
) -> None:
    assert effects_of(swept(tmp_path, **contents)) == []


def test_an_axis_whose_ends_were_not_both_played_has_no_effect_yet(tmp_path: Path) -> None:
    whole = swept(tmp_path, axes={"x": [0, 1], "z": [10, 20]})
    assert len(effects_of(whole)) == 2
    runs = whole.runs
    apart = runs[(runs["x"] == 0) == (runs["z"] == 10)]
    assert (
        effects_of(
            cast(
                Results,
                SimpleNamespace(
                    experiment=whole.experiment,
                    runs=apart,
                    axes=whole.axes,
                    outcomes=whole.outcomes,
                ),
            )
        )
        == []
    )


def of_compliance(folder: Path, *metrics: str) -> Effect:
    """The effect of how often a country disregards a deal."""
    axes = {"countries.home.compliance.probability": [0.0, 0.9]}
    data = {
        "scenario": "first-talk",
        "set": {"countries.home.compliance": "volatile"},
        "axes": axes,
    }
    contents = {"name": "x", "metrics": [*metrics], "replications": 6, **data}
    (found,) = effects_of(sweep(load_experiment(contents), folder / "of", workers=1))
    return found


def test_what_an_axis_sets_is_no_finding(tmp_path: Path) -> None:
    alone = of_compliance(tmp_path / "alone", "disregards")
    assert alone.table["set"].tolist() == [True]
    page = plain_text(effects_page([alone], {"disregards": "breaches"}), 200)
    assert "beside breaches, which it sets, nothing changes" in page
    assert "none" not in page.splitlines()[-1]


def test_what_somebody_gets_is_told_before_what_is_done(tmp_path: Path) -> None:
    effect = of_compliance(tmp_path, "disregards", "mean_trust_end", "payoff_weighted_home")
    assert effect.table["metric"].tolist()[-1] == "disregards"
    assert effect.table["metric"].tolist()[0] == "payoff_weighted_home"


def noise(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Forty metrics that only chance moves."""
    chance = random.Random(f"{seed} {parameters['x']}")
    return {f"m{k}": chance.gauss(0, 1) for k in range(40)}


def test_the_clearest_of_many_metrics_that_only_chance_moves_is_no_effect(tmp_path: Path) -> None:
    whole = {"name": "noise", "model": f"{__name__}.noise", "axes": {"x": [0, 1]}}
    results = sweep(load_experiment({**whole, "replications": 20}), tmp_path / "x", workers=1)
    names = [f"m{k}" for k in range(40)]
    one_by_one = [effects_of(results, [name])[0].table.iloc[0] for name in names]
    assert sum(row["low"] > 0 or row["high"] < 0 for row in one_by_one) > 0
    (effect,) = effects_of(results, names)
    assert "nothing changes by more than chance" in plain_text(effects_page([effect], {}), 200)
