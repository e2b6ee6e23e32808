"""Experiment files, the values that vary, designs and plans; and what is refused of them."""

import datetime
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.design.axis import Axis, vary
from experiments.design.experiment import Experiment
from experiments.design.plan import Plan, plan, seed_of, trials
from experiments.design.sampling import DESIGNS, blocks, design_points, design_size
from experiments.sweep import load_experiment
from simulator.errors import ScenarioError

PATIENCE = "countries.home.patience"
BENCHMARK = "countries.home.benchmark"


def refused(call: Any, *told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        call()
    for words in told:
        assert words in str(caught.value)


# -- values that vary ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x=0:1:3", (0.0, 0.5, 1.0)),
        ("x=0:1:11", (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)),
        ("x=4:12:3", (4, 8, 12)),
        ("x=1:.5:2", (1.0, 0.5)),
        ("x=-1e-3:1e-3:3", (-0.001, 0.0, 0.001)),
        ("x=1, 2,3.5", (1, 2, 3.5)),
        ("x=boulware,linear", ("boulware", "linear")),
        ("x=asymmetric:up=.1:down=.3,beta", ("asymmetric:up=.1:down=.3", "beta")),
        ('x=scripted:offers=["a:b","c"],linear', ('scripted:offers=["a:b","c"]', "linear")),
        ("x=2025-07-09,2025-08-01", (datetime.date(2025, 7, 9), datetime.date(2025, 8, 1))),
        ("x=[1, 2],[3, 4]", ([1, 2], [3, 4])),
        ("x=true,false", (True, False)),
    ],
)
def test_what_varies_is_written_in_a_line(text: str, values: tuple[Any, ...]) -> None:
    assert vary(text) == Axis("x", values)


def test_spaced_whole_numbers_stay_whole_and_others_do_not() -> None:
    assert [type(v) for v in vary("x=4:12:3").values or ()] == [int] * 3
    assert [type(v) for v in vary("x=0:1:3").values or ()] == [float] * 3


def test_two_points_stand_between_the_ends_of_a_range() -> None:
    assert vary("x=.5...9") == Axis("x", None, 0.5, 0.9)
    assert vary("x=-3..4") == Axis("x", None, -3, 4)


def test_more_values_than_there_may_be_runs_are_refused_before_they_are_made() -> None:
    with pytest.raises(ScenarioError, match=r"axes\.x\.n: 10000001: .* at most 10,000,000"):
        vary("x=0:1:10_000_001")


@pytest.mark.parametrize(
    "text",
    ["x", "=1", "x=", "x=1,,2", "x=0:1:1", "x=0:1:2.5", "x=1:1:3", "x=1..0", "x=[1", "x=nan,1"],
)
def test_what_is_no_axis_is_refused(text: str) -> None:
    refused(lambda: vary(text))


@pytest.mark.parametrize(
    ("axis", "type_", "cells"),
    [
        (Axis("x", (1, 2)), "int", [1, 2]),
        (Axis("x", (1, 2.5)), "float", [1.0, 2.5]),
        (Axis("x", ("beta", "fire")), "str", ["beta", "fire"]),
        (Axis("x", (True, 1)), "str", ["true", "1"]),
        (Axis("x", (datetime.date(2025, 7, 9),)), "str", ["2025-07-09"]),
        (Axis("x", ([1, 2],)), "str", ["[1, 2]"]),
    ],
)
def test_numbers_are_columns_of_numbers_and_all_else_is_text(
    axis: Axis, type_: str, cells: list[Any]
) -> None:
    assert axis.type == type_
    assert [axis.cell(value) for value in axis.values or ()] == cells


# -- files ---------------------------------------------------------------------------------------

FILE = """
name = "mine"
title = "What patience does"
scenario = "first-talk"
replications = 3
seed = 7
common_random_numbers = false
weeks = 12
tables = { deals = 1, trust = 4 }
metrics = ["share_signed"]

[set]
countries.partner.trust = "beta"
"countries.partner.patience" = 0.98

[axes]
"countries.home.patience" = { from = 0.9, to = 1, n = 3 }
countries.home.strategy = ["linear", "boulware"]
"""


def test_a_file_says_all_that_a_command_line_can(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    axes = [vary("countries.home.patience=.9:1:3"), vary("countries.home.strategy=linear,boulware")]
    changes = {"countries.partner.trust": "beta", "countries.partner.patience": 0.98}
    assert load_experiment(tmp_path / "mine.toml") == load_experiment(
        "first-talk",
        vary=axes,
        set=changes,
        name="mine",
        title="What patience does",
        replications=3,
        seed=7,
        common_random_numbers=False,
        weeks=12,
        tables={"deals": 1, "trust": 4},
        metrics=("share_signed",),
    )


def test_what_is_set_and_the_horizon_stand_in_the_resolved_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    resolved = load_experiment(tmp_path / "mine.toml").resolved()
    assert resolved["scenario"]["weeks"] == 12
    assert resolved["scenario"]["countries"]["partner"]["trust"] == "beta"


def test_options_take_the_place_of_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    axis = vary("countries.home.patience=.5,.6")
    changed = load_experiment(tmp_path / "mine.toml", vary=[axis], replications=9)
    assert changed.replications == 9
    assert [a.path for a in changed.axes] == ["countries.home.patience", "countries.home.strategy"]
    assert changed.axes[0] == axis


def test_a_scenario_beside_the_file_is_found(tmp_path: Path) -> None:
    from simulator.scenario.source import text

    (tmp_path / "world.toml").write_text(text("first-talk"), encoding="utf-8")
    (tmp_path / "mine.toml").write_text('scenario = "world.toml"', encoding="utf-8")
    assert load_experiment(tmp_path / "mine.toml").base.name == "first-talk"


def test_everything_wrong_with_the_form_is_told_at_once() -> None:
    source = {
        "scenario": "first-talk",
        "desing": "factorial",
        "design": "sobl",
        "replications": 0,
        "seed": "one",
        "tables": ["deels"],
        "axes": {PATIENCE: {"from": 1, "to": 2, "n": 1}, BENCHMARK: {"lo": 1}},
    }
    refused(
        lambda: load_experiment(source),
        *("desing", "did you mean 'design'", "sobl", "did you mean 'sobol'", "replications: 0"),
        *("seed: 'one'", "did you mean 'deals'", "at least 2", "did you mean 'low'"),
    )


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"axes": {PATIENCE: []}}, "at least one value"),
        ({"axes": {PATIENCE: {"low": 0.5, "high": 1}}}, "draw from ranges"),
        ({"design": "sobol", "samples": 4}, "at least one axis"),
        ({"design": "sobol", "samples": 6, "axes": {PATIENCE: [1]}}, "such as 4 or 8"),
        ({"design": "monte-carlo", "samples": 0, "axes": {PATIENCE: [1]}}, "at least 1"),
        ({"design": "zip", "axes": {PATIENCE: [0.9], BENCHMARK: [0, 1]}}, "as many values"),
        ({"design": "zip"}, "of none is empty"),
        ({"tables": {"deals": 13}}, "not by week"),
        ({"tables": {"trust": 0}}, "at least 1"),
        ({"model": "a.b"}, "a model in its place"),
        ({"table": "no-such.csv"}, "CSV"),
        ({"table": "p.csv", "design": "zip"}, "design: 'zip': nothing, or table: p.csv has"),
        ({"axes": {PATIENCE: [0.9, 1, 1.0]}}, f"axes.{PATIENCE}: [1.0]: each value once"),
        ({"axes": {BENCHMARK: [[1], [2], [1]]}}, "[[1]]: each value once"),
        ({"metrics": ["share_signed", "share_signed"]}, '["share_signed"]: each metric once'),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(source: dict[str, Any], told: str) -> None:
    refused(lambda: load_experiment({"scenario": "first-talk", **source}), told)


PATIENCE = "countries.home.patience"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tables": [1, 2]}, "tables: 1: a list"),
        ({"tables": ["deals", 3]}, "tables: 3: a list"),
        ({"tables": ["deals", "deals"]}, "tables: 'deals': a list"),
        ({"tables": {"runs": 13}}, "tables.runs: 13: nothing, or 1: it is always kept"),
        ({"common_random_numbers": 1}, "common_random_numbers: 1: true or false"),
        (
            {"axes": {PATIENCE: {"values": [1, 2], "low": 0}}},
            f"{PATIENCE}.low: 0: nothing: it says",
        ),
        ({"axes": {PATIENCE: {"values": [1], "n": 5}}}, f"{PATIENCE}.n: 5: nothing"),
        ({"axes": {PATIENCE: {"values": [1], "integer": True}}}, f"{PATIENCE}.integer: true: noth"),
        (
            {"axes": {PATIENCE: {"from": 0, "to": 1, "n": 3, "integer": False}}},
            f"{PATIENCE}.integer: false: nothing: it says nothing beside from, to, n",
        ),
        ({"axes": {PATIENCE: {"low": 0, "high": 1, "to": 3}}}, f"{PATIENCE}.low: 0: nothing"),
        ({"axes": {"countries": {}}}, "axes.countries: {}: a list of values"),
        (
            {"axes": {"countries": {"home": {"patience": {"valeus": [0.9, 1]}}}}},
            f"{PATIENCE}.valeus: [0.9, 1]: no such key; an axis is a list of values, {{from, to,"
            " n}, or {low, high, integer}; did you mean 'values'?",
        ),
        (
            {"axes": {"countries": {"home": {"patience": {"values": [0.9], "foo": 1}}}}},
            f"{PATIENCE}.foo: 1: no such key",
        ),
    ],
)
def test_nothing_in_a_file_is_ignored(given: dict[str, Any], told: str) -> None:
    refused(lambda: load_experiment({"scenario": "first-talk", **given}), told)


def test_a_table_that_is_empty_is_set_as_it_is_and_refused_by_the_scenario() -> None:
    experiment = load_experiment({"scenario": "first-talk", "set": {"countries": {}}})
    refused(lambda: plan(experiment), "countries")


def test_a_misspelt_key_of_an_axis_is_no_parameter_of_a_model() -> None:
    given = {"model": "tests.sweepable.square", "axes": {"x": {"valeus": [1, 2]}}}
    refused(lambda: load_experiment(given), "axes.x.valeus: [1, 2]: no such key")
    nested = {"model": "tests.sweepable.square", "axes": {"x": {"weight": [1], "volume": [2]}}}
    assert [axis.path for axis in load_experiment(nested).axes] == ["x.weight", "x.volume"]


def test_true_and_one_are_two_values_and_values_may_come_again_in_pairs() -> None:
    load_experiment({"model": "m.f", "axes": {"x": [True, 1, "1", "true"]}})
    pairs = {"x": [1, 1, 2, 2], "y": [1, 2, 1, 2]}
    load_experiment({"model": "m.f", "design": "zip", "axes": pairs})


def test_what_varies_may_be_named_once() -> None:
    axes = [vary(f"{PATIENCE}=.5,.6"), vary(f"{PATIENCE}=.7"), vary("weeks=8")]
    refused(lambda: load_experiment("first-talk", vary=axes), f'["{PATIENCE}"]: each path once')


def test_points_in_a_table_take_the_place_of_a_design_but_not_of_one_asked_for(
    tmp_path: Path,
) -> None:
    table = tmp_path / "p.csv"
    table.write_text("x\n1\n2\n", encoding="utf-8")
    file = {"model": "m.f", "design": "zip"}
    assert load_experiment(file, table=str(table)).design == "table"
    told = "design: 'zip': nothing, or table"
    refused(lambda: load_experiment({"model": "m.f"}, table=str(table), design="zip"), told)
    other = {"model": "m.f", "table": str(table)}
    refused(lambda: load_experiment(other, design="zip"), told)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    refused(lambda: load_experiment("first-tak"), "did you mean 'first-talk'")


# -- designs -------------------------------------------------------------------------------------

UNIT = (Axis("x", None, 0, 1), Axis("y", None, 10, 20), Axis("z", ("a", "b", "c", "d")))


def drawn(design: str, samples: int = 64, seed: int = 0) -> list[tuple[Any, ...]]:
    experiment = Experiment("e", model="m.f", axes=UNIT, design=design, samples=samples, seed=seed)
    found = design_points(experiment)
    assert len(found) == design_size(experiment)
    return found


def test_a_factorial_design_has_every_combination_and_the_last_axis_varies_fastest() -> None:
    experiment = Experiment("e", "s", axes=(Axis("x", (1, 2)), Axis("y", ("a", "b", "c"))))
    assert design_points(experiment) == [(x, y) for x in (1, 2) for y in "abc"]
    assert design_size(experiment) == 6


def test_nothing_that_varies_is_one_point() -> None:
    assert design_points(Experiment("e", "s")) == [()]


def test_zip_takes_the_values_side_by_side() -> None:
    experiment = Experiment("e", "s", axes=(Axis("x", (1, 2)), Axis("y", ("a", "b"))), design="zip")
    assert design_points(experiment) == [(1, "a"), (2, "b")]


def test_a_table_has_its_points_in_its_rows(tmp_path: Path) -> None:
    text = f'{PATIENCE},countries.home.strategy\n.9,linear\n1,"time-dependent:exponent=2"\n'
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    experiment = load_experiment("first-talk", table=str(tmp_path / "points.csv"))
    assert design_points(experiment) == [(0.9, "linear"), (1, "time-dependent:exponent=2")]
    assert [axis.path for axis in experiment.axes] == [PATIENCE, "countries.home.strategy"]


def test_commas_that_a_spreadsheet_leaves_in_a_table_are_no_cells(tmp_path: Path) -> None:
    text = f"{PATIENCE},weeks,,\n.9,8,,\n,,,\n.8,9,,\n"
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    experiment = load_experiment("first-talk", table=str(tmp_path / "points.csv"))
    assert design_points(experiment) == [(0.9, 8), (0.8, 9)]


@pytest.mark.parametrize("text", ["", "x\n", "x,y\n1\n"])
def test_a_table_without_rows_or_with_ragged_ones_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    refused(lambda: load_experiment("first-talk", table=str(tmp_path / "points.csv")), "CSV")


def problems_of(call: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        call()
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("[1,8", f"table.line 4.{PATIENCE}: '[1': a TOML value"),
        (".9,nan", "table.line 4.weeks: 'nan': a finite number"),
        (",8", f"table.line 4.{PATIENCE}: '': a value; the cell is empty"),
        (".9", 'table.line 4: [".9"]: a CSV row of 2 cells'),
    ],
)
def test_what_is_wrong_in_a_table_is_told_once_with_its_line(
    tmp_path: Path, row: str, told: str
) -> None:
    (tmp_path / "p.csv").write_text(f"{PATIENCE},weeks\n\n.9,8\n{row}\n", encoding="utf-8")
    _, *problems = problems_of(lambda: load_experiment("first-talk", table=tmp_path / "p.csv"))
    assert len(problems) == 1
    assert told in problems[0]


@pytest.mark.parametrize("head", ["x,{a", "x,a..b", ",x"])
def test_columns_of_a_table_are_paths(tmp_path: Path, head: str) -> None:
    (tmp_path / "points.csv").write_text(f"{head}\n1,2\n", encoding="utf-8")
    given = {"model": "tests.sweepable.square", "table": str(tmp_path / "points.csv")}
    refused(lambda: load_experiment(given), f"table.column {1 if head.startswith(',') else 2}: ")


def test_of_many_problems_ten_are_told(tmp_path: Path) -> None:
    cells = "\n".join(["[1"] * 1500)
    (tmp_path / "p.csv").write_text(f"{PATIENCE}\n{cells}\n", encoding="utf-8")
    head, *problems = problems_of(lambda: load_experiment("first-talk", table=tmp_path / "p.csv"))
    assert head == "1500 problems in first-talk:"
    assert len(problems) == 11
    assert problems[-1] == "  and 1,490 more"


def test_what_is_refused_of_every_value_is_told_once() -> None:
    for text in (f"{PATIENCE}=2:13:12", "countries.home.patiense=2:13:12"):
        experiment = load_experiment("first-talk", vary=[vary(text)])
        head, *problems = problems_of(lambda given=experiment: plan(given))
        assert head == "1 problem in first-talk:"
        assert problems[0].startswith(f"  {text.partition('=')[0]}: 2: ")
        assert "; the same for 3, 4, 5 and 8 more" in problems[0]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (f"{PATIENCE}=.9,1", {"set": {PATIENCE: 0.8}}),
        ("countries.home.strategy=linear,boulware", {"set": {"countries.home.strategy.band": 0}}),
        ("weeks=10,20", {"weeks": 12}),
        ("weeks=10,20", {"set": {"weeks": 4}}),
    ],
)
def test_what_varies_is_not_set_as_well(text: str, given: dict[str, Any]) -> None:
    told = f"nothing: {text.partition('=')[0]} is both set and varied"
    refused(lambda: load_experiment("first-talk", vary=[vary(text)], **given), told)


def test_a_part_that_is_set_may_have_a_parameter_that_varies() -> None:
    path = "countries.home.compliance"
    axis = vary(f"{path}.probability=0:.5:2")
    experiment = load_experiment(
        "first-talk", vary=[axis], set={path: "volatile:probability=0.2", "weeks": 9}
    )
    assert plan(experiment).size == 2
    refused(lambda: load_experiment("first-talk", set={"weeks": 9}, weeks=8), "weeks is set twice")


def test_a_range_with_whole_ends_is_of_whole_numbers_where_no_others_are_taken() -> None:
    sampled: dict[str, Any] = {"design": "monte-carlo", "samples": 20}
    axes = [vary("weeks=10..12"), vary(f"{BENCHMARK}=0..1")]
    planned = plan(load_experiment("first-talk", vary=axes, **sampled))
    weeks, benchmarks = zip(*planned.points, strict=True)
    assert set(weeks) == {10, 11, 12}
    assert len(set(benchmarks)) == 20
    broken = load_experiment("first-talk", vary=[vary("weeks=10.0..12.5")], **sampled)
    refused(lambda: plan(broken), "weeks: ")


@pytest.mark.parametrize("design", ["monte-carlo", "latin-hypercube", "sobol", "saltelli"])
def test_samples_fill_the_ranges_and_give_categories_equal_shares(design: str) -> None:
    found = drawn(design, 256)
    x, y, z = zip(*found, strict=True)
    assert 0 <= min(x) < 0.05
    assert 0.95 < max(x) <= 1
    assert 10 <= min(y) < 10.5
    assert 19.5 < max(y) <= 20
    assert all(abs(count / len(found) - 0.25) < 0.1 for count in Counter(z).values())
    assert drawn(design, 256) == found
    assert drawn(design, 256, seed=1) != found


def test_every_stratum_of_a_latin_hypercube_has_one_sample() -> None:
    found = drawn("latin-hypercube")
    assert sorted(int(x * 64) for x, _, _ in found) == list(range(64))
    assert Counter(z for _, _, z in found) == dict.fromkeys("abcd", 16)


def test_whole_numbers_are_drawn_with_both_ends_and_equal_shares() -> None:
    axis = Axis("x", None, 3, 6, integer=True)
    assert Counter(axis.at(k / 8) for k in range(8)) == {3: 2, 4: 2, 5: 2, 6: 2}


def test_a_saltelli_design_mixes_one_column_of_b_into_a() -> None:
    found = np.array(drawn("saltelli", 8), dtype=object)
    a, b, *mixed = (found[block] for block in blocks(8, 3))
    for k, ab in enumerate(mixed):
        assert (ab[:, k] == b[:, k]).all()
        assert (np.delete(ab, k, 1) == np.delete(a, k, 1)).all()
    assert not (a == b).all()


def test_every_design_is_known() -> None:
    assert set(DESIGNS) == {
        *("factorial", "zip", "table", "monte-carlo", "latin-hypercube", "sobol", "saltelli")
    }


# -- plans ---------------------------------------------------------------------------------------


def planned(**options: Any) -> Plan:
    return plan(load_experiment("first-talk", vary=[vary(f"{PATIENCE}=.9,.95,1")], **options))


def test_runs_are_numbered_by_point_and_replication() -> None:
    found = planned(replications=4)
    assert found.size == 12
    assert [found.point(run) for run in (0, 3, 4, 11)] == [0, 0, 1, 2]
    assert found.values(2) == {PATIENCE: 1}


def test_under_common_random_numbers_replications_share_their_seeds() -> None:
    found = planned(replications=4)
    assert [found.seed(run) for run in range(4)] == [found.seed(run) for run in range(8, 12)]
    assert len({found.seed(run) for run in range(12)}) == 4
    own = planned(replications=4, common_random_numbers=False)
    assert len({own.seed(run) for run in range(12)}) == 12


def test_seeds_are_fixed_for_all_time_and_no_two_alike() -> None:
    assert seed_of(0, 0) == 8206940175461484317
    seeds = {seed_of(root, k) for root in (-1, 0, 1, 2**80) for k in range(2_000)}
    assert len(seeds) == 8_000
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize(("values", "of"), [("0:1:7", 3), ("0:1:2", 5), ("0:1:5", 5)])
def test_shards_together_are_the_whole_and_share_nothing(values: str, of: int) -> None:
    experiment = load_experiment("first-talk", vary=[vary(f"{BENCHMARK}={values}")], replications=6)
    shards = [list(plan(experiment, (k, of)).runs()) for k in range(1, of + 1)]
    assert sorted(run for shard in shards for run in shard) == list(plan(experiment).runs())
    assert max(map(len, shards)) - min(map(len, shards)) <= 6


def test_a_shard_has_whole_points_where_there_are_enough() -> None:
    def points(count: int, of: int) -> list[set[int]]:
        axes = [vary(f"{BENCHMARK}=0:1:{count}")]
        experiment = load_experiment("first-talk", vary=axes, replications=6)
        parts = [plan(experiment, (k, of)) for k in range(1, of + 1)]
        return [{part.point(run) for run in part.runs()} for part in parts]

    assert points(7, 3) == [{0, 3, 6}, {1, 4}, {2, 5}]
    assert points(3, 3) == [{0}, {1}, {2}]
    # Two points for three: the runs of both are dealt out.
    assert points(2, 3) == [{0, 1}] * 3


def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_before_anything_is_played() -> None:
    axes = [vary("countries.home.patiense=1,2"), vary("countries.hom.strategy=linear")]
    experiment = load_experiment("first-talk", vary=axes)
    refused(lambda: plan(experiment), "did you mean 'patience'", "did you mean 'home'")


def test_values_that_the_scenario_refuses_are_found_even_in_large_designs() -> None:
    few = load_experiment("first-talk", vary=[vary(f"{PATIENCE}=.9,1.5")])
    refused(lambda: plan(few), f"{PATIENCE}: 1.5")
    axes = [vary(f"{PATIENCE}=.5:1:50"), vary(f"{BENCHMARK}=0:1:50"), vary("weeks=1,-1")]
    refused(lambda: plan(load_experiment("first-talk", vary=axes)), "weeks: -1")
    axes = [vary(f"{PATIENCE}=.5..1.001")]
    drawn = load_experiment("first-talk", vary=axes, design="sobol", samples=1024)
    refused(lambda: plan(drawn), f"{PATIENCE}: 1.001")


@pytest.mark.parametrize("design", ["zip", "table"])
def test_every_value_in_a_row_of_a_large_design_is_tried_beforehand(design: str) -> None:
    # Every third row would be a sample, and neither of these two is one.
    patience = [0.5 + 0.001 * k for k in range(403)]
    weeks: list[Any] = [8] * 403
    patience[400], weeks[202] = 1.5, 8.5
    given = {"scenario": "first-talk", "design": design}
    experiment = load_experiment({**given, "axes": {PATIENCE: patience, "weeks": weeks}})
    refused(lambda: plan(experiment), f"{PATIENCE}: 1.5", "weeks: 8.5")


def test_a_value_of_a_table_is_tried_beside_those_of_its_own_row() -> None:
    axes = (Axis("x", tuple(range(600))), Axis("y", ("a",) * 600), Axis("z", ("b", "c") * 300))
    experiment = Experiment("e", "s", axes=axes, design="table")
    tried = [tuple(values.values()) for values in trials(experiment, design_points(experiment))]
    assert set(tried) == set(design_points(experiment))


def test_of_very_many_values_so_many_are_tried_throughout() -> None:
    axes = (Axis("x", tuple(range(100_000))),)
    experiment = Experiment("e", "s", axes=axes)
    tried = {values["x"] for values in trials(experiment, design_points(experiment))}
    assert 5_000 <= len(tried) <= 5_200
    assert min(tried) == 0
    assert max(tried) > 99_000


def test_all_values_that_are_refused_and_metrics_unknown_are_told_at_once() -> None:
    axes = [vary(f"{PATIENCE}=2,3"), vary("countries.home.strategy=linear,boulwar")]
    experiment = load_experiment("first-talk", vary=axes, metrics=("share_sined", "math.no_such"))
    refused(
        lambda: plan(experiment),
        *(f"{PATIENCE}: 2", "at most 1; the same for 3\n", "did you mean 'boulware'"),
        *("did you mean 'share_signed'", "no_such"),
    )


def test_a_file_is_judged_by_what_its_keys_are_like(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('scenaro = "first-talk"\nreplications = 2\n[axis]\nweeks = [8, 9]\n')
    refused(
        lambda: load_experiment(path),
        *("scenaro: 'first-talk': no such key", "did you mean 'scenario'", "did you mean 'axes'"),
    )
    path.write_text('name = "mine"\nweeks = 3\n[country.us]\nname = "US"\n')
    refused(lambda: plan(load_experiment(path)), "did you mean 'countries'")


def test_a_design_of_more_runs_than_allowed_is_refused_without_being_built() -> None:
    axes = [vary(f"{path}=0:1:10000") for path in (PATIENCE, BENCHMARK, "good_news")]
    experiment = load_experiment("first-talk", vary=axes, replications=5)
    refused(lambda: plan(experiment), "5,000,000,000,000 runs", "--max-runs")
    small = load_experiment("first-talk", replications=5)
    refused(lambda: plan(small, max_runs=4), "at most 4 runs")
    assert plan(small, max_runs=5).size == 5


def test_countries_cannot_vary() -> None:
    from agents.roster import ROSTER
    from simulator.scenario import scenario

    more = {**scenario.load("first-talk", ROSTER).data["countries"], "third": {}}
    experiment = load_experiment(
        {"scenario": "first-talk", "axes": {"countries": {"values": [more]}}}
    )
    refused(lambda: plan(experiment), "they cannot vary")


@pytest.mark.parametrize("shard", [(0, 2), (3, 2)])
def test_a_shard_that_is_none_is_refused(shard: tuple[int, int]) -> None:
    refused(lambda: plan(load_experiment("first-talk"), shard), "i from 1 to n")


def test_a_model_is_asked_once_for_the_names_of_its_results() -> None:
    experiment = load_experiment({"model": "tests.sweepable.square", "axes": {"x": [1.0, 2.0]}})
    assert plan(experiment).experiment.metrics == ("y", "noise")
    refused(
        lambda: plan(load_experiment({"model": "tests.sweepable.raises", "axes": {"x": [0]}})),
        "ZeroDivisionError",
    )
    refused(lambda: plan(load_experiment({"model": "tests.sweepable.squar"})), "'square'")
    refused(
        lambda: plan(load_experiment({"model": "tests.sweepable.square", "axes": {"y": [1]}})),
        "apart",
    )


def test_a_metric_that_a_model_does_not_return_is_refused_before_the_first_run() -> None:
    given = {"model": "tests.sweepable.square", "axes": {"x": [1.0, 2.0]}, "metrics": ["nois", "y"]}
    refused(
        lambda: plan(load_experiment(given)),
        "1 problem",
        "metrics: 'nois': a result of tests.sweepable.square, which are: y, noise",
        "did you mean 'noise'",
    )
    fails = {**given, "model": "tests.sweepable.raises", "axes": {"x": [0, 1]}}
    assert plan(load_experiment(fails)).experiment.metrics == ("nois", "y")


def test_a_model_that_returns_no_names_is_refused() -> None:
    given = {"model": "tests.sweepable.peak", "axes": {"x": [1.0]}, "metrics": ["y"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.sweepable.peak", lambda parameters, seed: 5.0, raising=False)
        refused(lambda: plan(load_experiment(given)), "numbers by name, not 5.0")


def test_numbers_that_metrics_measure_are_those_of_the_run() -> None:
    from experiments.run import load, play
    from experiments.runs import metrics

    scenario = load("first-talk")
    world = play(scenario, 0)
    named = metrics.scenario_metrics(scenario)
    found = {name: metrics.measure(name, metric, world) for name, metric in named.items()}
    assert found["share_signed"] == found["share_in_force"] == 1.0
    assert found["first_signing"] == found["first_signing_trade"] == 2.0
    assert found["trust_in_home"] == world.parties["partner"].trust("home")
    assert found["cumulative_home"] == world.totals["home"].cumulative
    assert not math.isnan(found["nash_distance"])
    assert found["nash_distance"] == 0.0  # the deal is the Nash point


def test_trust_in_a_country_is_the_others_and_trust_of_it_its_own() -> None:
    from experiments.run import load, play
    from experiments.runs import metrics

    given = {"weeks": 1, "countries.home.trust": "fixed:t0=0.3"}
    scenario = load("first-talk").with_({**given, "countries.partner.trust": "fixed:t0=0.8"})
    named, world = metrics.scenario_metrics(scenario), play(scenario, 0)
    found = {name: metrics.measure(name, metric, world) for name, metric in named.items()}
    assert (found["trust_in_home"], found["trust_of_home"]) == (0.8, 0.3)
    assert (found["trust_in_partner"], found["trust_of_partner"]) == (0.3, 0.8)


def test_deals_in_force_at_the_start_are_not_signed_in_the_run() -> None:
    from experiments.run import load, play
    from experiments.runs import metrics

    scenario = load("symmetric-tariff-game")
    named = metrics.scenario_metrics(scenario)
    world = play(scenario, 0)
    found = {name: metrics.measure(name, metric, world) for name, metric in named.items()}
    assert found["share_signed"] == 0.0
    assert math.isnan(found["first_signing"])
    assert math.isnan(found["nash_distance"])


def test_what_a_model_cannot_use_is_refused() -> None:
    given = {"model": "tests.sweepable.square", "axes": {"x": [1.0]}, "set": {"y": 2}, "weeks": 9}
    refused(lambda: load_experiment(given), "set.y: 2: nothing", "weeks: 9: nothing")
