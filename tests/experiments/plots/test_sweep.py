from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.analysis import queries
from experiments.analysis.effects import effects_of
from experiments.analysis.intervals import half_width
from experiments.plots.sweep import SweepPlots
from experiments.sweep import Results, load_experiment, open_results, sweep
from simulator.errors import ScenarioError, StoreError
from tests.experiments.plots.drawn import HOLD_OUT, rendered, texts, world
from tests.simulator.world.small import week

DEADLINE = "talks.trade.deadline"
#: What is drawn of tables besides ``runs``.
OF_TABLES = ("hazard", "trust", "payoffs", "calibration")
STRATEGIES = ["boulware", "conceder"]
EVERYTHING = {
    "scenario": world("two"),
    "replications": 3,
    "tables": {"trust": 2, "deals": 1, "payoffs": 1, "performance": 1},
    "metrics": ["mean_trust_end", "first_signing"],
    "axes": {DEADLINE: [week(3), week(5)], "countries.us.patience": [0.9, 0.99]},
}
HELD_OUT = {**EVERYTHING, "set": HOLD_OUT}
BARE = {"scenario": world("two"), "axes": {"countries.us.patience": [0.9, 0.99]}}
PLAYED = {
    "scenario": world("two"),
    "replications": 2,
    "axes": {f"countries.{c}.strategy": STRATEGIES for c in ("us", "japan")},
}
SALTELLI = {
    "model": "tests.sweepable.square",
    "design": "saltelli",
    "samples": 8,
    "axes": {"x": {"low": 0, "high": 1}, "z": {"low": 0, "high": 1}},
}
#: Fails where x is 0, so that a point has no value at all.
FAILING = {"model": "tests.sweepable.raises", "replications": 2, "metrics": ["y"],
           "axes": {"x": [0, 1, 2]}}  # fmt: skip
ALL_FAIL = {"model": "tests.sweepable.raises", "metrics": ["y"], "axes": {"x": [0], "z": [1, 2]}}

EXPERIMENTS: dict[str, dict[str, Any]] = {
    "everything": EVERYTHING,
    "held-out": HELD_OUT,
    "bare": BARE,
    "played": PLAYED,
    "saltelli": SALTELLI,
    "failing": FAILING,
    "all-fail": ALL_FAIL,
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    home: Path = tmp_path_factory.mktemp("results")
    for name, contents in EXPERIMENTS.items():
        sweep(load_experiment({"name": name, **contents}), home / name, workers=1)
    return {name: open_results(home / name) for name in EXPERIMENTS}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("everything", k) for k in ("response", "heatmap", *OF_TABLES)),
        *(("held-out", k) for k in ("response", "heatmap", *OF_TABLES)),
        *(("played", k) for k in ("response", "heatmap", "matrix")),
        *(("bare", k) for k in ("response",)),
        *(("saltelli", k) for k in ("response", "sobol")),
        *(("failing", k) for k in ("response",)),
        *(("all-fail", k) for k in ("response", "heatmap")),
    ],
)
def test_every_kind_is_drawn_of_what_has_it(
    name: str, kind: str, results: dict[str, Results]
) -> None:
    assert rendered(getattr(results[name].plot, kind)()).startswith(b"\x89PNG")


def test_every_kind_of_a_sweep_is_drawn_by_some_test() -> None:
    drawn = {"response", "heatmap", "sobol", "matrix", "scatter", *OF_TABLES}
    assert drawn == set(SweepPlots.KINDS)


def test_a_scatter_is_of_the_two_metrics_that_are_asked_for(results: dict[str, Results]) -> None:
    fig = results["everything"].plot.scatter("deals_signed", "mean_trust_end")
    labels = fig.axes[0].get_xlabel(), fig.axes[0].get_ylabel()
    assert [" ".join(label.split()) for label in labels] == [
        "mean trust at the end (0 to 1)",
        "deals signed",
    ]
    assert rendered(fig).startswith(b"\x89PNG")


def test_a_metric_that_tables_tell_is_drawn_though_it_was_not_measured(
    results: dict[str, Results],
) -> None:
    for kind in ("response", "heatmap"):
        assert rendered(getattr(results["everything"].plot, kind)("share_signed"))


def test_where_axes_move_together_nothing_is_said_of_either(tmp_path: Path) -> None:
    axes = {"countries.us.patience": [0.8, 0.99], "countries.japan.patience": [0.8, 0.99]}
    contents = {**BARE, "name": "zip", "design": "zip", "axes": axes, "replications": 3}
    sweep(load_experiment(contents), tmp_path / "zip", workers=1)
    found = open_results(tmp_path / "zip")
    assert queries.contrasts_of(found, "deals_signed", "countries.us.patience") is None
    assert effects_of(found) == []


@pytest.mark.parametrize("kind", ["response", "heatmap", *OF_TABLES])
def test_a_sweep_whose_runs_all_failed_is_drawn_empty(
    kind: str, results: dict[str, Results]
) -> None:
    found = open_results(results["everything"].folder)
    found.runs = found.runs.assign(error="a strategy raised")
    for table in ("trust", "deals", "payoffs", "performance"):
        setattr(found, table, getattr(found, table)[:0])
    drawn = getattr(found.plot, kind)()
    rendered(drawn)
    said = ("no run", "no deal", "no trust", "no payoffs", "nothing was performed")
    assert any(word in texts(drawn) for word in said)


def test_runs_that_failed_are_not_at_risk(results: dict[str, Results]) -> None:
    found = open_results(results["everything"].folder)
    failed = found.runs["replication"] > 0
    found.runs = found.runs.assign(error=found.runs["error"].where(~failed, "it raised"))
    found.deals = found.deals[~found.deals["run"].isin(found.runs.loc[failed, "run"])]
    (ax,) = found.plot.hazard().axes
    assert ax.patches[0].get_height() == 100  # type: ignore[attr-defined]


def test_where_nobody_signs_the_hazard_says_so(results: dict[str, Results]) -> None:
    assert "no deal was signed" in texts(results["held-out"].plot.hazard())


def test_each_deadline_is_marked_in_the_panel_of_its_value(
    results: dict[str, Results],
) -> None:
    drawn = results["everything"].plot.hazard(by=DEADLINE)
    marked = [line.get_xdata()[0] for ax in drawn.axes for line in ax.lines]  # type: ignore[index]
    assert marked == [3, 5]
    assert "deadline 2025-01-27" in texts(drawn)


def test_over_all_points_every_deadline_is_marked(results: dict[str, Results]) -> None:
    (ax,) = results["everything"].plot.hazard("trade").axes
    assert [line.get_xdata()[0] for line in ax.lines] == [3, 5]  # type: ignore[index]


def test_the_hazard_counts_first_signings_of_the_talk(results: dict[str, Results]) -> None:
    (ax,) = results["everything"].plot.hazard().axes
    heights = [bar.get_height() for bar in ax.patches]  # type: ignore[attr-defined]
    assert heights[0] == 100  # they agree in the first round


def test_a_deal_that_was_there_before_is_no_signing(tmp_path: Path) -> None:
    data = world("two")
    data["deals"] = [{"talk": "trade", "signed": week(0), "outcome": {"cut": 5}}]
    data["talks"]["trade"] |= {"opens": week(2), "deadline": week(6)}
    contents = {"name": "there", "scenario": data, "tables": {"deals": 1},
                "axes": {"countries.us.patience": [0.9]}}  # fmt: skip
    sweep(load_experiment(contents), tmp_path / "there", workers=1)
    (ax,) = open_results(tmp_path / "there").plot.hazard().axes
    heights = [bar.get_height() for bar in ax.patches]  # type: ignore[attr-defined]
    assert heights[:2] == [0, 0]
    assert sum(heights) == 100


def test_where_all_axes_have_many_values_trust_is_the_mean_over_runs(tmp_path: Path) -> None:
    contents: dict[str, Any] = {
        "name": "many",
        "scenario": world("two"),
        "tables": {"trust": 2},
        "design": "latin-hypercube",
        "samples": 9,
        "axes": {"countries.us.patience": {"low": 0.9, "high": 0.99}},
    }
    sweep(load_experiment(contents), tmp_path / "many", workers=1)
    found = open_results(tmp_path / "many")
    drawn = found.plot.trust("japan")
    table = found.trust
    mine = table[(table["observer"] == "japan") & (table["subject"] == "us")]
    shown: Any = drawn.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(shown, mine.groupby("week")["trust"].mean())


def test_payoffs_of_a_side_of_several_countries_are_added_up(
    results: dict[str, Results], tmp_path: Path
) -> None:
    both = {"countries.us.strategy": STRATEGIES, "countries.{japan,eu}.strategy": STRATEGIES}
    contents = {"name": "sides", "scenario": world("three"), "axes": both}
    sweep(load_experiment(contents), tmp_path / "sides", workers=1)
    found = open_results(tmp_path / "sides")
    runs = found.runs
    total = runs["payoff_weighted_japan"] + runs["payoff_weighted_eu"]
    told = texts(found.plot.matrix()).split("\n")
    assert f"{total.iloc[-1]:.3g}" in told
    assert "strategy of japan and eu" in told


def label(text: str) -> str:
    """Return a label on one line."""
    return text.replace("\n", " ").replace("\u00a0", " ")


def test_axes_are_chosen_by_name(results: dict[str, Results]) -> None:
    plots = results["everything"].plot
    drawn = plots.response("first_signing", ["countries.us.patience"])
    words = "patience of us in a talk (discount factor per week)"
    assert label(drawn.axes[0].get_xlabel()) == words
    assert drawn.axes[0].get_ylabel() == "first signing (week)"
    drawn = plots.heatmap(by=["countries.us.patience", DEADLINE])
    words = "day on which the talk of us and japan ends without agreement"
    assert label(drawn.axes[0].get_ylabel()) == words


def test_beside_a_response_stands_the_difference_within_a_seed(
    results: dict[str, Results],
) -> None:
    found = open_results(results["everything"].folder)
    chance = np.random.default_rng(3).normal(size=len(found.runs))
    found.runs = found.runs.assign(payoff_weighted_us=chance)
    drawn = found.plot.response("payoff_weighted_us", ["countries.us.patience"])
    left, right = drawn.axes
    runs = found.runs.groupby(["countries.us.patience", "seed"])["payoff_weighted_us"].mean()
    first, second = runs.unstack(0).to_numpy().T
    shown: Any = right.lines[0].get_ydata()
    np.testing.assert_allclose(shown, [0, (second - first).mean()])
    band: Any = right.collections[0].get_datalim(right.transData)
    reach = half_width((second - first).std(ddof=1), len(first))
    assert band.height == pytest.approx(max(shown[1] + reach, 0) - min(shown[1] - reach, 0))
    assert label(right.get_ylabel()) == r"difference to 0.90 within a seed (US\$ bn)"
    assert [list(line.get_ydata()) for line in right.lines][-1] == [0, 0]  # type: ignore[arg-type]
    assert left.get_legend() is None


def test_where_seeds_are_not_shared_there_is_no_difference_within_one(tmp_path: Path) -> None:
    contents = {**EVERYTHING, "name": "own", "common_random_numbers": False}
    sweep(load_experiment(contents), tmp_path / "own", workers=1)
    found = open_results(tmp_path / "own")
    assert len(found.plot.response().axes) == 1
    assert rendered(found.plot.heatmap()).startswith(b"\x89PNG")
    drawn = found.plot.trust(subject="us", by=["countries.us.patience"])
    assert rendered(drawn).startswith(b"\x89PNG")


def test_a_title_says_what_the_differences_support(results: dict[str, Results]) -> None:
    found = open_results(results["everything"].folder)
    axis = "countries.us.patience"
    found.runs = found.runs.assign(deals_signed=100 * found.runs[axis] + found.runs["replication"])
    drawn = found.plot.response("deals_signed", [axis])
    words = "Raising the patience of us in a talk from 0.90 to 0.99 raises the deals signed by 9"
    assert label(title(drawn)).startswith(words)
    found.runs = found.runs.assign(deals_signed=7)
    told = title(found.plot.response("deals_signed", [axis]))
    assert told == "No difference in the deals signed beyond chance"
    assert title(found.plot.heatmap("deals_signed")) == told


def title(drawn: Any) -> str:
    return str(drawn.get_suptitle())


def test_trust_by_an_axis_is_a_line_for_each_of_its_values(results: dict[str, Results]) -> None:
    found = results["everything"]
    axis = "countries.us.patience"
    (ax,) = found.plot.trust("japan", by=[axis]).axes
    table = found.trust.merge(found.runs[["run", axis]], on="run")
    mine = table[(table["observer"] == "japan") & (table["subject"] == "us")]
    for line, (value, rows) in zip(ax.lines, mine.groupby(axis), strict=True):
        assert line.get_label() == f"{value:.2f}"
        shown: Any = line.get_ydata()
        np.testing.assert_allclose(shown, rows.groupby("week")["trust"].mean())


def test_trust_by_an_axis_has_a_panel_for_each_who_is_trusted(results: dict[str, Results]) -> None:
    found = results["everything"]
    drawn = found.plot.trust()
    assert [ax.get_title(loc="left") for ax in drawn.axes] == ["Trust in us", "Trust in japan"]
    (ax,) = found.plot.trust(subject="us").axes
    assert [line.get_label() for line in ax.lines] == [str(week(3)), str(week(5))]
    assert title(ax.figure) == "No difference in the trust of japan in us at the end beyond chance"


@pytest.mark.parametrize(
    ("name", "kind", "given", "told"),
    [
        ("bare", "response", {"metric": "disregrads"}, ("'disregrads'", "mean 'disregards'")),
        ("bare", "response", {"by": ["countries.us.patienc"]}, ("mean 'countries.us.patience'",)),
        ("bare", "heatmap", {}, ("two or more",)),
        ("everything", "heatmap", {"by": [DEADLINE]}, ("2 axes",)),
        ("everything", "matrix", {}, ("strategies", "--by")),
        ("everything", "matrix", {"by": [DEADLINE, "countries.us.patience"]}, ("strategies",)),
        ("everything", "sobol", {}, ("saltelli",)),
        ("everything", "hazard", {"talk": "trad"}, ("'trad'", "mean 'trade'")),
        ("everything", "trust", {"observer": "jpan"}, ("'jpan'", "mean 'japan'")),
        ("everything", "trust", {"subject": "jpan"}, ("'jpan'", "mean 'japan'")),
        ("everything", "trust", {"by": [DEADLINE, "countries.us.patience"]}, ("1 axes",)),
    ],
)
def test_what_there_is_not_is_refused(
    name: str,
    kind: str,
    given: dict[str, Any],
    told: tuple[str, ...],
    results: dict[str, Results],
) -> None:
    with pytest.raises(ScenarioError) as refused:
        getattr(results[name].plot, kind)(**given)
    assert all(word in str(refused.value) for word in told), str(refused.value)


@pytest.mark.parametrize(
    ("kind", "table"),
    [("hazard", "deals"), ("trust", "trust"), ("payoffs", "payoffs"),
     ("calibration", "performance")],
)  # fmt: skip
def test_a_table_that_is_missing_is_named_and_how_to_keep_it(
    kind: str, table: str, results: dict[str, Results], tmp_path: Path
) -> None:
    with pytest.raises(StoreError) as refused:
        getattr(results["bare"].plot, kind)()
    told = str(refused.value)
    assert f"the table {table!r}" in told
    assert "kept are: runs" in told
    assert f"--tables {table}" in told


def test_payoffs_have_a_panel_for_each_value_of_an_axis(results: dict[str, Results]) -> None:
    found = results["everything"]
    drawn = found.plot.payoffs([DEADLINE])
    assert [ax.get_title(loc="left") for ax in drawn.axes] == [str(week(3)), str(week(5))]
    table = found.payoffs.merge(found.runs[["run", DEADLINE]], on="run")
    mine = table[(table["country"] == "us") & (table[DEADLINE] == table[DEADLINE].iloc[0])]
    shown: Any = drawn.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(shown, 52 * mine.groupby("week")["weighted"].mean())
