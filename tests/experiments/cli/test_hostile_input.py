"""Numbers, names and files meant to hang or crash a command: one clear error, at once."""

import os
import time
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner

from experiments.cli.main import main
from experiments.run import load

NINES = "9" * 5000
DEEP = "[" * 3000 + "]" * 3000
SWEEP = ("sweep", "first-talk", "--dry-run")
PATIENCE = "countries.home.patience"
SOBOL = ("--design", "sobol", "--samples", "4")


def refused(*arguments: str) -> str:
    began = time.process_time()
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, (result.exit_code, result.output[-500:], result.exception)
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    # Only what grows without end takes so much of the processor: some took half a minute.
    assert time.process_time() - began < 10
    assert len(result.stderr) < 5000
    return result.stderr


@pytest.mark.parametrize(
    "values",
    [
        "9" * 400,
        "9" * 800,
        NINES,
        f"0:{'9' * 800}:3",
        f"0:{NINES}:3",
        f"0:1:{NINES}",
        f"0..{'9' * 400}",
        f"0..{NINES}",
        "-1e308..1e308",
        "-1e308:1e308:4",
        "0:1.7e308:9",
        "²:1:4",
        "0x" + "f" * 5000,
        "[" * 5000,
        DEEP,
        "{a=" * 3000 + "1" + "}" * 3000,
        "half \udcff",
        "9" * 800 + ".",
        "9_" * 400,
    ],
)
def test_values_of_vary(values: str) -> None:
    refused(*SWEEP, "--vary", f"{PATIENCE}={values}", *SOBOL)
    refused(*SWEEP, "--vary", f"{PATIENCE}={values}")


@pytest.mark.parametrize("path", ["{a,b}" * 30, "a" + ".a" * 3000, "half \udcff", "{" * 3000])
def test_paths_of_vary_and_set(path: str) -> None:
    refused(*SWEEP, "--vary", f"{path}=1,2")
    refused("show", "first-talk", "--set", f"{path}=1")


@pytest.mark.parametrize("text", ["²/3", "1/²", f"{NINES}/{NINES}", "٣/٣", "1/", "-1/3", "1_0/20"])
def test_shards(text: str) -> None:
    assert "i/n with i from 1 to n" in refused(*SWEEP, "--shard", text)


@pytest.mark.parametrize("every", ["²", NINES, "9" * 400, "٣", "-1"])
def test_rows_of_tables(every: str) -> None:
    assert "at least 1" in refused(*SWEEP, "--tables", f"trust:{every}")


@pytest.mark.parametrize(
    "value",
    [
        NINES,
        "9" * 400,
        "0x" + "f" * 5000,
        DEEP,
        "half \udcff",
        "boulware" + "+noisy" * 3000,
        '\\"' * 50_000,
        "boulware:exponent=" + NINES,
        '{bidding="' * 900 + '"}' * 900,
    ],
)
def test_values_of_set(value: str) -> None:
    refused("show", "first-talk", "--set", f"countries.home.strategy={value}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "PATH"),
        ("validate", "PATH"),
        ("run", "PATH"),
        ("run", "first-talk", "--out", "PATH"),
        ("sweep", "PATH", "--dry-run"),
        (*SWEEP, "--points", "PATH"),
        (*SWEEP, "--out", "PATH"),
        ("status", "PATH"),
        ("merge", "PATH", "--out", "o"),
        ("merge", ".", "--out", "PATH"),
        ("compact", "PATH"),
        ("export", "PATH"),
        ("replay", "PATH", "1"),
        ("summarize", "PATH"),
        ("sensitivity", "PATH", "--metric", "m"),
        ("compare", "PATH", "PATH"),
        ("plot", "PATH", "trust", "-o", "a.png"),
        ("plot", "first-talk", "trust", "-o", "PATH.png"),
        ("report", "PATH", "-o", "a.html"),
        ("negotiate", "PATH", "--strategies", "micro,micro"),
        ("negotiate", "o", "--strategies", "micro,micro", "--profiles", "PATH"),
        ("convert", "PATH", "new", "--format", "genius"),
        ("convert", "o", "PATH", "--format", "tradetalks"),
        ("welfare", "--trade", "PATH"),
        ("welfare", "--gdp", "PATH"),
        ("welfare", "--region-map", "PATH"),
        ("welfare", "--tariffs", "PATH"),
    ],
    ids=" ".join,
)
def test_paths(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("o").mkdir()
    for path in ("~no-such-user/x", "a\0b", "x" * 5000):
        refused(*(argument.replace("PATH", path) for argument in arguments))
    assert sorted(os.listdir()) == ["o"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "PATH"),
        ("sweep", "PATH", "--dry-run"),
        (*SWEEP, "--points", "PATH"),
        ("plot", "PATH", "trust", "-o", "a.png"),
        ("negotiate", "PATH", "--strategies", "micro,micro"),
        ("welfare", "--trade", "PATH"),
        ("welfare", "--region-map", "PATH"),
    ],
    ids=" ".join,
)
def test_pipes_and_devices(arguments: tuple[str, ...], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero"):
        told = refused(*(argument.replace("PATH", path) for argument in arguments))
        assert "not a pipe or a device" in told


@pytest.mark.parametrize(
    "text",
    [
        f"a={'[' * 3000}{']' * 3000}",
        f"a={'{a=' * 3000}1{'}' * 3000}",
        f"a{'.a' * 3000}=1",
        f"[a{'.a' * 50_000}]",
        f"scenario='first-talk'\n[axes]\na{'.a' * 3000}=[1,2]",
        f"scenario='first-talk'\nseed=0x{'f' * 5000}",
        f"scenario='first-talk'\nreplications=0x{'f' * 900}",
        f"scenario='first-talk'\nreplications={'9' * 308}",
        f"scenario='first-talk'\nsamples={NINES}",
        f"scenario='first-talk'\ntables={{trust={'9' * 400}}}",
        f"scenario='first-talk'\n[axes]\nweeks={{from=0,to={'9' * 309},n=3}}",
        "scenario='~no-such-user/x'",
        "scenario='first-talk'\ntable='~no-such-user/x'",
        "scenario='first-talk'\ntable='/dev/zero'",
        "\0" * 1000,
    ],
    ids=lambda text: text[:40],
)
def test_files(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    for command in (("show", str(file)), ("sweep", str(file), "--dry-run")):
        refused(*command)
    refused("negotiate", str(file), "--strategies", "micro,micro")


def test_a_table_of_points_that_is_one_endless_line(tmp_path: Path) -> None:
    with open(tmp_path / "points.csv", "wb") as file:
        file.truncate(2**32)
    assert "lines of less than" in refused(*SWEEP, "--points", str(tmp_path / "points.csv"))


def test_a_grid_of_a_billion_values() -> None:
    command = ("negotiate", ".", "--strategies", "micro,micro", "--grid", "1000000000")
    assert "at most 1,000,000" in refused(*command)


@pytest.mark.parametrize(
    "text", ["trust:5,trust:6", "trust:", ",,", "deals,", "deals,deals", ":3", "runs,runs"]
)
def test_tables_that_say_nothing_or_something_twice(text: str) -> None:
    assert "tables" in refused(*SWEEP, "--tables", text)


def test_an_issue_of_very_many_levels(tmp_path: Path) -> None:
    changed = load("first-talk").data
    issue = changed["talks"]["trade"]["issues"][0]
    issue["levels"] = list(range(20_000))
    issue["payoffs"] = dict.fromkeys(issue["payoffs"], [0] * 20_000)
    (tmp_path / "wide.toml").write_text(tomli_w.dumps(changed), encoding="utf-8")
    told = refused("validate", str(tmp_path / "wide.toml"))
    assert "at most 10,000 levels; these are 20,000" in told


def test_a_number_of_thousands_of_digits_is_told_alike_in_toml_and_json(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(f"weeks = {NINES}\n", encoding="utf-8")
    (tmp_path / "profileA.json").write_text(f'{{"reservationValue": {NINES}}}', encoding="utf-8")
    for command in (
        ["validate", str(tmp_path / "long.toml")],
        ["negotiate", str(tmp_path), "--strategies", "micro,micro"],
    ):
        told = refused(*command)
        assert "a number of at most 309 digits" in told
        assert "sys." not in told


def test_flows_that_no_sum_can_hold(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("exporter,A,B\nA,,1e308\nB,1e308,\n", encoding="utf-8")
    (tmp_path / "gdp.csv").write_text("region,gdp\nA,1e308\nB,1e308\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("exporter,A,B\nA,,.1\nB,0,\n", encoding="utf-8")
    files = {k: str(tmp_path / f"{v}.csv") for k, v in (("trade", "flows"), ("gdp", "gdp"))}
    options = [f"--{name}={path}" for name, path in files.items()]
    told = refused("welfare", *options, "--tariffs", str(tmp_path / "t.csv"))
    assert "at most 1e+100 in size" in told
    assert "Warning" not in told
