"""The commands that ask of results, on experiments really played."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from scipy import stats

from experiments.analysis import queries
from experiments.analysis.intervals import half_width, replications_needed
from experiments.cli.main import main
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.design.sampling import blocks, design_points
from experiments.display.numbers import wrapped
from experiments.sweep import Results, load_experiment, open_results, sweep

MODEL = "tests.models.{}"
#: First-order and total indices of the Ishigami function with a = 7 and b = 0.1 (Ishigami & Homma
#: 1990), and of Sobol's g function with a = 0, 1, 4.5 (Sobol 1993), by their closed forms.
ISHIGAMI = [0.31390519, 0.44241114, 0.0], [0.55758886, 0.44241114, 0.24368366]


def g_indices(a: list[float]) -> tuple[list[float], list[float]]:
    parts = [1 / (3 * (1 + k) ** 2) for k in a]
    rest = [math.prod(1 + p for j, p in enumerate(parts) if j != k) for k in range(len(a))]
    whole = math.prod(1 + p for p in parts) - 1
    return [p / whole for p in parts], [p * r / whole for p, r in zip(parts, rest, strict=True)]


def ask(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def answer(*arguments: object) -> dict[str, Any]:
    result = ask(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Plays an experiment of a model once, and says where its results are."""
    known: dict[str, Path] = {}

    def play(model: str, **given: object) -> Path:
        key = repr((model, given))
        if key not in known:
            data = {"model": MODEL.format(model), "name": model, **given}
            known[key] = tmp_path_factory.mktemp("results") / model
            sweep(load_experiment(data), known[key], workers=1)
        return known[key]

    return play


def noisy(played: Callable[..., Path], model: str = "noisy", **more: object) -> Path:
    given = {"axes": {"x": [0, 1], "kind": ["plain", "odd"]}, "replications": 6, **more}
    return played(model, **given)


def saltelli(played: Callable[..., Path], model: str, samples: int = 64) -> Path:
    axes = {name: {"low": 0, "high": 1} for name in "abc"}
    return played(model, design="saltelli", samples=samples, axes=axes)


# -- sensitivity ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "expected"), [("ishigami", ISHIGAMI), ("g", g_indices([0, 1, 4.5]))]
)
def test_indices_through_the_whole_pipeline_agree_with_the_analytic_ones(
    played: Callable[..., Path], model: str, expected: tuple[list[float], list[float]]
) -> None:
    results = open_results(saltelli(played, model, samples=2**13))
    table = queries.sensitivity_of(results, "y").table
    assert list(table["first"]) == pytest.approx(expected[0], abs=0.03)
    assert list(table["total"]) == pytest.approx(expected[1], abs=0.03)


def test_the_blocks_of_a_saltelli_design_are_its_matrices() -> None:
    axes = {name: {"low": 0, "high": 1} for name in "abc"}
    given = {"model": MODEL.format("g"), "design": "saltelli", "samples": 8, "axes": axes}
    rows = design_points(load_experiment(given))
    a, b, *mixed = blocks(8, 3)
    for k, block in enumerate(mixed):
        for j in range(8):
            wanted = list(rows[a[j]])
            wanted[k] = rows[b[j]][k]
            assert list(rows[block[j]]) == wanted
    assert sorted(blocks(8, 3).ravel()) == list(range(len(rows)))


def test_sensitivity_tells_the_indices_and_what_they_rest_on(
    played: Callable[..., Path],
) -> None:
    folder = saltelli(played, "g")
    page = ask("sensitivity", folder, "--metric", "y").stdout
    assert "64 base samples of 64" in page
    assert [row["axis"] for row in answer("sensitivity", folder, "--metric", "y")["table"]] == [
        "a", "b", "c",
    ]  # fmt: skip


def test_sensitivity_says_what_it_did_about_failed_runs(played: Callable[..., Path]) -> None:
    folder = saltelli(played, "flaky")
    found = answer("sensitivity", folder, "--metric", "y")
    page = ask("sensitivity", folder, "--metric", "y").stdout
    assert found["failed"]
    assert found["left_out"]
    assert f"{found['left_out']} base samples with a point at which no run has a value" in page
    assert "ValueError: too large" in page


def test_sensitivity_of_another_design_says_which_one_it_needs(
    played: Callable[..., Path],
) -> None:
    result = ask("sensitivity", noisy(played), "--metric", "y")
    assert result.exit_code == 2
    assert "'factorial': saltelli" in result.stderr
    assert "--design saltelli" in result.stderr


def test_sensitivity_of_what_never_has_a_value_is_refused(played: Callable[..., Path]) -> None:
    result = ask("sensitivity", saltelli(played, "hopeless"), "--metric", "y")
    assert result.exit_code == 2
    assert "0 of 64 base samples" in result.stderr


def test_sensitivity_of_a_constant_says_that_nothing_varies(played: Callable[..., Path]) -> None:
    result = ask("sensitivity", saltelli(played, "constant"), "--metric", "y")
    assert result.exit_code == 0
    assert "does not vary" in result.stdout


# -- summarize -----------------------------------------------------------------------------------


def test_summarize_has_a_row_per_point_with_failed_and_missing_apart(
    played: Callable[..., Path],
) -> None:
    folder = noisy(played)
    found = answer("summarize", folder)
    assert (found["planned"], found["runs"], found["failed"]) == (24, 24, 2)
    rows = {(row["x"], row["kind"]): row for row in found["rows"] if row["metric"] == "y"}
    assert [row["n"] for row in rows.values()] == [6, 5, 6, 5]
    assert rows[0, "odd"]["failed"] == 1
    late = [row for row in found["rows"] if row["metric"] == "late"]
    assert [row["missing"] for row in late] == [6, 5, 0, 0]
    assert late[0]["mean"] is None


def test_the_page_has_means_precision_and_every_failure(played: Callable[..., Path]) -> None:
    page = ask("summarize", noisy(played)).stdout
    assert "no finite value" in page
    assert "Enough replications?" in page
    assert "Failed runs: 2 of 24" in page
    assert "2 x  ValueError: odd" in page
    assert all(len(line) <= 80 for line in page.splitlines())


def test_a_wanted_width_tells_the_replications_it_takes(played: Callable[..., Path]) -> None:
    page = ask("summarize", noisy(played), "--metric", "y", "--within", "0.001").stdout
    assert "for ±0.001" in page


def needed(results: Results, within: str, *by: str) -> str:
    """The last word of the page about replications."""
    asked = ("summarize", results.folder, "--metric", "y", "--within", within)
    page = ask(*asked, *(word for axis in by for word in ("--by", axis)))
    assert page.exit_code == 0, page.output
    return page.stdout.partition("Enough replications?")[2].partition("Failed runs")[0].split()[-1]


def test_the_interval_of_a_share_is_told_by_its_ends_and_its_name(tmp_path: Path) -> None:
    swept = sweep(
        load_experiment("first-talk", metrics=["share_signed"], replications=10),
        tmp_path / "sweep",
        workers=1,
    )
    page = ask("summarize", swept.folder).stdout
    assert "n    mean             95 %   interval   median      sd" in page
    assert "10   1.000   0.722 to 1.000     Wilson    1.000   0.000" in page
    (row,) = answer("summarize", swept.folder)["rows"]
    assert (row["interval"], row["high"]) == ("Wilson", 1)
    needed = ask("summarize", swept.folder, "--within", "0.05").stdout.split()[-1]
    assert needed == f"{replications_needed(0, 0.05, share=1)}"


@pytest.mark.parametrize("by", [[], ["x"]])
def test_replications_needed_are_replications_and_not_values(
    played: Callable[..., Path], by: list[str]
) -> None:
    results = open_results(played("rare", axes={"x": [0, 1]}, replications=200, metrics=["y"]))
    values = results.runs.pivot(index="replication", columns="x", values="y")
    widest = max((values[x].dropna() for x in values), key=lambda v: half_width(v.std(), len(v)))
    assert 10 < len(widest) < 60
    count = replications_needed(widest.std(), 0.05)
    assert needed(results, "0.05", *by) == f"{math.ceil(count * 200 / len(widest)):,}"


def test_a_width_that_no_number_of_replications_gives_has_none(
    played: Callable[..., Path],
) -> None:
    assert needed(open_results(noisy(played)), "1e-9") == "-"


def test_summarize_groups_by_an_axis(played: Callable[..., Path]) -> None:
    found = answer("summarize", noisy(played), "--by", "kind", "--metric", "y")["rows"]
    assert [(row["kind"], row["runs"], row["failed"]) for row in found] == [
        ("plain", 12, 0),
        ("odd", 12, 2),
    ]


def test_a_large_design_is_shown_together_unless_asked(played: Callable[..., Path]) -> None:
    folder = saltelli(played, "g")
    told = " ".join(ask("summarize", folder).stdout.split())
    assert "All 320 points together; tradetalks summarize" in told
    assert "--by AXIS (or --points) tells them apart" in told
    assert ask("summarize", folder, "--points").stdout.count("\n") > 320
    assert len(answer("summarize", folder)["rows"]) == 320


@pytest.mark.parametrize("count", [2, 99])
def test_a_sweep_stopped_before_its_first_run_has_a_page_that_says_so(
    count: int, tmp_path: Path
) -> None:
    axes = {"x": list(range(count)), "kind": ["plain"]}
    folder = tmp_path / "sweep"
    data = {"model": MODEL.format("noisy"), "name": "noisy", "axes": axes, "replications": 2}
    sweep(load_experiment(data), folder, workers=1)
    for segment in (folder / "runs").iterdir():
        segment.unlink()
    told = ask("summarize", folder)
    assert told.exit_code == 0, told.output
    assert f"0 of {2 * count} runs are there (unfinished)." in told.stdout
    assert b"0 runs of " in open_results(folder).report(tmp_path / "x.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--metric", "lat"], ["metric: 'lat'", "y, late", "did you mean 'late'"]),
        (["--by", "kin"], ["by: 'kin'", "x, kind", "did you mean 'kind'"]),
        (["--by", "x", "--points"], ["leave out one"]),
        (["--within", "0"], ["--within"]),
    ],
)
def test_summarize_refuses_what_is_not_there(
    played: Callable[..., Path], arguments: list[str], told: list[str]
) -> None:
    result = ask("summarize", noisy(played), *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    for words in told:
        assert words in result.stderr


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    for command in (["summarize"], ["compare", tmp_path], ["sensitivity", "--metric", "y"]):
        result = ask(*command, tmp_path)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_a_single_run_is_summarized_as_it_is(tmp_path: Path) -> None:
    assert ask("run", "first-talk", "--out", tmp_path / "one").exit_code == 0
    found = answer("summarize", tmp_path / "one", "--metric", "deals_signed")["rows"]
    assert [(row["n"], row["mean"], row["half_width"]) for row in found] == [(1, 1.0, None)]
    assert "a single run" in ask("summarize", tmp_path / "one").stdout


# -- compare -------------------------------------------------------------------------------------


def test_compare_pairs_the_runs_of_the_same_point_and_seed(played: Callable[..., Path]) -> None:
    first, second = noisy(played), noisy(played, "shifted")
    found = answer("compare", first, second, "--metric", "y")
    assert found["paired"] is True
    assert [row["difference"] for row in found["overall"]] == pytest.approx([0.5])
    assert [row["n_first"] for row in found["table"]] == [6, 5, 6, 5]
    page = ask("compare", first, second, "--metric", "y").stdout
    assert page.count("Paired: runs with the same point and seed") == 1
    assert "2 and 2 runs failed; their pairs are left out" in page.replace("\n", " ")


def test_compare_says_that_other_seeds_cannot_be_paired(played: Callable[..., Path]) -> None:
    first, second = noisy(played), noisy(played, seed=1)
    assert answer("compare", first, second)["paired"] is False
    page = ask("compare", first, second).stdout
    assert "Unpaired: seeds are not shared" in page
    assert "seed: 0 -> 1" in page


def test_a_run_is_not_compared_with_a_sweep(played: Callable[..., Path], tmp_path: Path) -> None:
    single, many = tmp_path / "one", noisy(played)
    assert ask("run", "first-talk", "--out", single).exit_code == 0
    for pair in ((single, many), (many, single)):
        result = ask("compare", *pair)
        assert result.exit_code == 2
        assert f"{single} is one run and {many} a sweep" in result.stderr.replace("\n", " ")


def test_compare_counts_what_only_one_has(played: Callable[..., Path]) -> None:
    first = noisy(played)
    second = noisy(played, axes={"x": [1, 2], "kind": ["plain"]}, replications=4)
    page = ask("compare", first, second).stdout.replace("\n", " ")
    for told in ("3 points only in the first", "1 point only in the second", "2 runs without"):
        assert told in page


def test_compare_refuses_what_has_nothing_in_common(played: Callable[..., Path]) -> None:
    result = ask("compare", noisy(played), noisy(played, axes={"x": [7], "kind": ["plain"]}))
    assert result.exit_code == 2
    assert "no point is in both" in result.stderr


def test_compare_refuses_a_metric_that_one_lacks(played: Callable[..., Path]) -> None:
    result = ask("compare", noisy(played), saltelli(played, "g"), "--metric", "late")
    assert result.exit_code == 2
    assert "'late'" in result.stderr


def test_what_is_asked_from_python_is_what_the_command_tells(
    played: Callable[..., Path],
) -> None:
    results: Results = open_results(noisy(played))
    frame = queries.summary_of(results, ["y"])
    rows = answer("summarize", results.folder, "--metric", "y")["rows"]
    assert [row["mean"] for row in rows] == list(frame["mean"])


# -- what intervals hold for ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "replications", "shared", "told"),
    [
        ("latin-hypercube", 1, True, "over points hold for the chance in those seeds only"),
        ("latin-hypercube", 3, True, "over replications hold for the points that were drawn only"),
        ("latin-hypercube", 1, False, None),
        ("factorial", 3, True, None),
    ],
)
def test_a_page_tells_what_its_intervals_hold_for(
    played: Callable[..., Path], design: str, replications: int, shared: bool, told: str | None
) -> None:
    axis = {"low": 0.0, "high": 1.0} if design == "latin-hypercube" else [0.0, 0.5, 1.0]
    samples = {"samples": 8} if design == "latin-hypercube" else {}
    folder = played(
        "summed",
        axes={"x": axis},
        design=design,
        replications=replications,
        common_random_numbers=shared,
        metrics=["y"],
        **samples,
    )
    for command in (("summarize", folder, "--by", "x"), ("compare", folder, folder)):
        page = " ".join(ask(*command).stdout.split())
        assert ("hold for" in page) == (told is not None)
        assert told is None or told in page


def rough(results_of: Experiment, shift: float) -> Results:
    """Results of a function whose mean is `shift`: a sum of waves, far too short to be sampled."""
    x: NDArray[np.float64] = np.array(design_points(results_of))
    y = shift + np.sin(2e4 * math.pi * x).sum(axis=1)
    runs = {"point": range(len(x)), "replication": 0, "seed": 0, "y": y, "error": None}
    results = Results(Path(), {})
    axes = {axis.path: x[:, k] for k, axis in enumerate(results_of.axes)}
    vars(results).update(experiment=results_of, runs=pd.DataFrame({**runs, **axes}))
    return results


def drawn(axes: int, seed: int) -> Experiment:
    ranges = tuple(Axis(f"x{k}", None, 0, 1) for k in range(axes))
    return Experiment("e", axes=ranges, design="saltelli", samples=16, seed=seed)


@pytest.mark.parametrize("axes", [3, 6])
def test_intervals_over_a_saltelli_design_cover_the_truth_as_often_as_they_say(axes: int) -> None:
    covered = []
    for seed in range(150):
        (row,) = queries.summary_of(rough(drawn(axes, seed), 1.0), ["y"], by=[]).to_dict("records")
        assert row["n"] == 16
        covered.append(row["low"] <= 1 <= row["high"])
    assert 0.88 < np.mean(covered) < 0.99


def test_the_difference_of_two_saltelli_designs_is_by_base_sample() -> None:
    first, second = rough(drawn(3, 0), 1.0), rough(drawn(3, 0), 3.0)
    second.runs["y"] += np.random.default_rng(0).normal(size=80)
    (row,) = queries.comparison_of(first, second, ["y"]).overall.to_dict("records")
    difference = (second.runs["y"] - first.runs["y"]).to_numpy()
    means = [difference[list(range(k, 80, 16))].mean() for k in range(16)]
    test = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert row["n_first"] == row["n_second"] == 16
    assert (row["low"], row["high"]) == pytest.approx((test.low, test.high))


def test_the_page_of_a_saltelli_design_names_its_unit(played: Callable[..., Path]) -> None:
    folder = saltelli(played, "g")
    page = " ".join(ask("summarize", folder).stdout.split())
    assert "n counts base samples: the interval is that of the mean over them." in page
    assert "intervals over base samples hold" in page
    runs = queries.runs_of(open_results(folder))
    for row in blocks(64, 3):
        assert list(runs["base sample"][row]) == list(range(64))


def test_values_that_base_samples_have_in_common_are_compared_within_each(
    played: Callable[..., Path],
) -> None:
    axes = {"x": [0, 1], "kind": ["plain", "odd"]}
    given = {"axes": axes, "design": "saltelli", "samples": 8, "metrics": ["y"]}
    folders = [played(m, replications=1, **given) for m in ("noisy", "shifted")]
    found = answer("compare", *folders)
    assert found["paired"] is True
    assert found["left_over"] == 0
    assert found["overall"][0]["n_first"] == 8
    assert found["overall"][0]["difference"] == pytest.approx(0.5)


def test_indices_under_shared_seeds_hold_for_those_seeds(played: Callable[..., Path]) -> None:
    axes = {"x": {"low": 0.0, "high": 1.0}, "z": {"low": 0.0, "high": 1.0}}
    given = {"axes": axes, "design": "saltelli", "samples": 8, "metrics": ["y"]}
    folder = played("summed", replications=2, **given)
    page = " ".join(ask("sensitivity", folder, "--metric", "y").stdout.split())
    assert "the same 2 seeds: intervals over base samples hold for the chance in those" in page


# -- two experiments that have little in common --------------------------------------------------


def test_a_comparison_without_a_metric_in_common_is_refused(played: Callable[..., Path]) -> None:
    one = played("summed", axes={"x": [1, 2]}, metrics=["y"])
    other = noisy(played, metrics=["late"])
    result = ask("compare", one, other)
    assert result.exit_code == 2
    assert "a metric of both" in result.stderr


def test_axes_that_only_one_varies_are_told_to_be_averaged_over(
    played: Callable[..., Path],
) -> None:
    one = played("summed", axes={"x": [1, 2]}, metrics=["y"])
    other = played("summed", axes={"z": [1, 2]}, metrics=["y"])
    page = " ".join(ask("compare", one, other).stdout.split())
    assert "Averaged over x, which only the first varies." in page
    assert "Averaged over z, which only the second varies." in page


def test_long_names_of_axes_are_broken_at_their_joints() -> None:
    assert wrapped("{japan,eu,korea,uk}.trust.up", 14) == "{japan,eu,\nkorea,uk}.\ntrust.up"
    assert wrapped("boulware:tolerance=0.01", 14) == "boulware:\ntolerance=0.01"
    assert wrapped("home.patience", 14) == "home.patience"


@pytest.mark.parametrize(("seed", "told"), [(0, "is sampling error"), (2, "is interaction")])
def test_a_total_below_the_first_order_is_no_interaction(
    tmp_path: Path, seed: int, told: str
) -> None:
    axes = (Axis("x", None, 0, 1), Axis("z", None, 0, 1))
    asked = Experiment(
        "m", model="tests.sweepable.square", axes=axes, design="saltelli", samples=16, seed=seed
    )
    sweep(asked, tmp_path / "out", workers=1)
    page = ask("sensitivity", tmp_path / "out", "--metric", "y").stdout
    sums = " ".join(page.split()).partition("sums ")[2].partition(" base samples ")[0]
    assert told in sums
    assert ("interaction" in sums) is (told == "is interaction")
