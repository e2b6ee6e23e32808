"""Code that a file names is not run before the user allows it, whichever command reads the file."""

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.run import load, run
from experiments.sweep import load_experiment, open_results, sweep
from simulator.errors import ScenarioError
from simulator.scenario import paths
from tests.experiments.cli.test_progress import Terminal

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own", "played_by_this_process")

ALONE = ("--workers", "1")
#: Leaves a mark when it is imported.
MODULE = """
from pathlib import Path
from agents.compliance.unconditional import Always
from agents.strategies.time_dependent import Linear
from agents.strategies.wrappers import Noisy
from agents.trust.fixed import Fixed
Path("mark").touch()
class Mine(Linear):
    "A strategy."
class Around(Noisy):
    "A wrapper."
class Policy(Always):
    "A policy."
class Trust(Fixed):
    "A trust model."
def metric(world):
    return 1.0
def model(parameters, seed):
    Path("played").touch()
    return {"y": 1.0}
"""
#: Each place in which a scenario can name code.
PARTS = {
    "strategy": 'countries.home.strategy = "{m}.Mine"',
    "with parameters": 'countries.home.strategy = "{m}.Mine:band=0.1"',
    "wrapper": 'countries.home.strategy = "linear+{m}.Around:sd=0.1"',
    "composed": 'countries.home.strategy = {{ bidding = "{m}.Mine", acceptance = "next" }}',
    "compliance": 'countries.home.compliance = "{m}.Policy"',
    "trust": 'countries.home.trust = "{m}.Trust:t0=0.5"',
    "talk": 'talks.trade.strategy.home = "{m}.Mine"',
}


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def module(name: str) -> str:
    Path(f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name


def scenario(name: str, place: str) -> str:
    """Write a scenario that names code at a place, and return its path."""
    key, _, value = PARTS[place].format(m=module(name)).partition(" = ")
    data = paths.assign(load("first-talk").data, key, tomllib.loads(f"x = {value}")["x"])
    path = Path(f"{name}.toml")
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    return str(path)


def event(name: str) -> str:
    """Write a scenario of which an event brings the code."""
    path = Path(f"{name}.toml")
    text = load("first-talk").to_toml()
    setting = f'"countries.home.strategy" = "{module(name)}.Mine"'
    path.write_text(
        f"{text}\n[[events]]\ndate = 2025-02-03\nset = {{ {setting} }}\n", encoding="utf-8"
    )
    return str(path)


def touched() -> bool:
    return Path("mark").exists() or Path("played").exists()


@pytest.mark.parametrize("place", [*PARTS, "event"])
def test_a_scenario_is_looked_at_without_its_code_and_played_only_with_leave(place: str) -> None:
    name = f"place_{place.replace(' ', '_')}"
    file = event(name) if place == "event" else scenario(name, place)
    for command in (["validate", file], ["show", file], ["show", file, "--toml"]):
        looked = tradetalks(*command)
        assert looked.exit_code == 0, looked.stderr
        assert name in looked.output
    for command in (
        ["run", file],
        ["plot", file, "trust", "-o", "x.png"],
        ["report", file, "-o", "x.html"],
        ["sweep", file, "--dry-run", "--vary", "countries.home.patience=0.9,1"],
        ["sweep", file, *ALONE, "--vary", "countries.home.patience=0.9,1"],
    ):
        refused = tradetalks(*command)
        assert refused.exit_code == 2
        for words in (name, "--allow-code", "allow_code=True", "TRADETALKS_ALLOW_CODE=1"):
            assert words in refused.stderr
    assert not touched()
    assert tradetalks("validate", file, "--allow-code").exit_code == 0
    played = tradetalks("run", file, "--allow-code")
    assert played.exit_code == 0, played.stderr
    assert Path("mark").exists()


EXPERIMENTS = {
    "model": 'model = "{m}.model"\naxes.x = [1, 2]\n',
    "metric": 'scenario = "first-talk"\nmetrics = ["{m}.metric"]\n',
    "set": 'scenario = "first-talk"\nset."countries.home.strategy" = "{m}.Mine"\n',
    "axis": 'scenario = "first-talk"\naxes."countries.home.strategy" = ["linear", "{m}.Mine"]\n',
    "table": 'scenario = "first-talk"\ntable = "{m}.csv"\n',
}


def experiment(name: str, place: str) -> str:
    module(name)
    Path(f"{name}.csv").write_text(f"countries.home.strategy\n{name}.Mine\n", encoding="utf-8")
    Path(f"{name}.toml").write_text(EXPERIMENTS[place].format(m=name), encoding="utf-8")
    return f"{name}.toml"


@pytest.mark.parametrize("place", EXPERIMENTS)
def test_an_experiment_is_played_and_gone_on_with_only_with_leave(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"experiment_{place}"
    file, folder = experiment(name, place), f"results/{name}"
    for options in (["--dry-run"], ALONE, ["--seed", "3", *ALONE]):
        refused = tradetalks("sweep", file, *options)
        assert refused.exit_code == 2
        assert "--allow-code" in refused.stderr
        assert name in refused.stderr
    assert not touched()
    done = tradetalks("sweep", file, "--allow-code", *ALONE)
    assert done.exit_code == 0, done.stderr
    for mark in ("mark", "played"):
        Path(mark).unlink(missing_ok=True)
    for command in (["status", folder], ["summarize", folder], ["export", folder]):
        assert tradetalks(*command).exit_code == 0
    del sys.modules[name]
    for command in (
        ["replay", folder, "0"],
        ["sweep", folder, "--resume", *ALONE],
        ["sweep", folder, "--resume", "--dry-run"],
    ):
        refused = tradetalks(*command)
        assert refused.exit_code == 2
        assert "--allow-code" in refused.stderr
    assert not touched()
    with pytest.raises(ScenarioError, match="allow_code=True"):
        open_results(folder).replay(0)
    assert tradetalks("replay", folder, "0", "--quiet", "--allow-code").exit_code == 0
    monkeypatch.setenv("TRADETALKS_ALLOW_CODE", "1")
    assert tradetalks("sweep", folder, "--resume", *ALONE).exit_code == 0


@pytest.mark.parametrize("path", ["subprocess.call", "os.system", "subprocess.Popen", "os.remove"])
def test_a_model_is_a_function_of_parameters_and_seed_and_no_command(path: str) -> None:
    axes = "axes = { args = ['touch mark'], shell = [true] }"
    Path("e.toml").write_text(f'model = "{path}"\n{axes}\n', encoding="utf-8")
    for options in (["--dry-run"], ["--dry-run", "--allow-code"], ALONE, ["--allow-code", *ALONE]):
        refused = tradetalks("sweep", "e.toml", *options)
        assert refused.exit_code == 2
        assert path in refused.stderr
    assert "a function f(parameters, seed)" in refused.stderr
    assert not touched()


def test_a_page_about_results_imports_nothing() -> None:
    file = scenario("told", "strategy")
    done = tradetalks("sweep", file, "--allow-code", "--out", "out", *ALONE)
    assert done.exit_code == 0, done.stderr
    Path("mark").unlink()
    del sys.modules["told"]
    for command in (["report", "out", "-o", "x.html"], ["merge", "out", "--out", "whole"]):
        looked = tradetalks(*command)
        assert looked.exit_code == 0, looked.stderr
    assert not touched()


def test_a_metric_of_the_start_is_told_after_a_sweep_only_with_leave() -> None:
    vary = ["--vary", "home.patience=0.9..1", "--vary", "partner.patience=0.9..1"]
    design = ["--design", "saltelli", "--samples", "4", *vary]
    file, metric = scenario("started", "strategy"), ["--metric", "lowest_partner_trust"]
    kept = ["--allow-code", "--tables", "trust", "--out", "out", *ALONE]
    assert tradetalks("sweep", file, *design, *kept).exit_code == 0
    Path("mark").unlink()
    del sys.modules["started"]
    for command in ("summarize", "sensitivity"):
        refused = tradetalks(command, "out", *metric)
        assert refused.exit_code == 2
        assert "--allow-code" in refused.stderr
        assert not touched()
    for command in ("summarize", "sensitivity"):
        told = tradetalks(command, "out", *metric, "--allow-code")
        assert told.exit_code == 0, told.stderr


def test_what_the_user_types_is_the_users_word() -> None:
    name = module("typed")
    typed = tradetalks("run", "first-talk", "--set", f"countries.home.strategy={name}.Mine")
    assert typed.exit_code == 0, typed.stderr
    vary = f"countries.home.strategy=linear,{name}.Mine"
    swept = tradetalks("sweep", "first-talk", "--vary", vary, "--metric", f"{name}.metric", *ALONE)
    assert swept.exit_code == 0, swept.stderr
    played = run("first-talk", set={"countries.home.strategy": f"{name}.Mine"})
    assert played.scenario.closed == []
    data = {**load("first-talk").data, "name": "mine"}
    data["countries"]["home"]["strategy"] = f"{name}.Mine"
    assert run(data).scenario.closed == []
    assert sweep(load_experiment({"scenario": data}), "out", workers=1).replay(0).seed >= 0


@pytest.mark.parametrize("name", ["a.b.", "../evil.S", "a..b", "\u2118.x"])
def test_a_name_that_can_be_no_import_path_is_told_so_whoever_names_it(name: str) -> None:
    typed = tradetalks("sweep", "first-talk", "--metric", name, "--dry-run")
    assert typed.exit_code == 2
    changed = load("first-talk").data
    changed["countries"]["home"]["strategy"] = name
    Path("odd.toml").write_text(tomli_w.dumps(changed), encoding="utf-8")
    checked = tradetalks("validate", "odd.toml")
    if name == "\u2118.x":  # an identifier, though none of letters
        assert "--allow-code" in typed.stderr
        assert "\u2118.x" in checked.stderr
    else:
        assert "--allow-code" not in typed.stderr
        assert checked.exit_code == 2
        assert "an import path package.module.Class" in checked.stderr


def test_what_the_user_types_opens_nothing_else_that_the_file_names() -> None:
    file = scenario("other", "compliance")
    name = module("mine")
    refused = tradetalks("run", file, "--set", f"countries.home.strategy={name}.Mine")
    assert refused.exit_code == 2
    assert "other.Policy" in refused.stderr
    assert "mine.Mine" not in refused.stderr
    replaced = tradetalks("run", file, "--set", "countries.home.compliance=always")
    assert replaced.exit_code == 0, replaced.stderr
    assert "other" not in sys.modules


def test_a_run_kept_in_a_folder_is_compared_only_with_leave() -> None:
    file = scenario("kept", "strategy")
    for out in ("one", "two"):
        assert tradetalks("run", file, "--allow-code", "--out", out).exit_code == 0
    Path("mark").unlink()
    del sys.modules["kept"]
    for command in (["compare", "one", "two"], ["plot", "one", "trust", "-o", "x.png"]):
        refused = tradetalks(*command)
        assert refused.exit_code == 2
        assert "kept.Mine" in refused.stderr
    assert not touched()
    assert tradetalks("compare", "one", "two", "--allow-code").exit_code == 0


def test_a_scenario_from_python_is_opened_by_an_argument() -> None:
    file = scenario("python", "strategy")
    closed = load(file)
    assert [problem.key for problem in closed.closed] == ["countries.home.strategy"]
    assert closed.with_(weeks=3).closed
    with pytest.raises(ScenarioError, match="allow_code=True"):
        run(closed)
    with pytest.raises(ScenarioError, match="allow_code=True"):
        run(file)
    assert not touched()
    assert run(closed, allow_code=True).seed == run(file, allow_code=True).seed == 0


def test_what_may_not_be_in_a_file_is_no_key_of_one() -> None:
    for key, value in (("allow_code", True), ("from_files", [])):
        text = f'scenario = "first-talk"\n{key} = {json.dumps(value)}\n'
        Path("e.toml").write_text(text, encoding="utf-8")
        refused = tradetalks("sweep", "e.toml", "--dry-run")
        assert refused.exit_code == 2
        assert f"{key}: " in refused.stderr
        assert "no such key" in refused.stderr


@pytest.mark.parametrize("command", [["show"], ["run", "--transcript"], ["run"], ["validate"]])
def test_control_characters_of_a_file_are_shown_and_not_obeyed(command: Sequence[str]) -> None:
    path = Path("loud.toml")
    names = {"title": "\x1b[31mred", "countries.home.name": "Ho\x9bme\x1b]0;x\x07"}
    path.write_text(load("first-talk", names).to_toml(), encoding="utf-8")
    told = CliRunner().invoke(main, [*command, str(path)], color=True)
    assert told.exit_code == 0
    assert not {"\x1b", "\x07", "\x9b"} & set(told.output)


def test_brackets_in_a_name_are_no_markup_of_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path("odd.toml")
    path.write_text(load("first-talk", {"name": "[/red]"}).to_toml(), encoding="utf-8")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["run", str(path)], standalone_mode=False) in {None, 0}
    assert "[/red], week by week" in terminal.getvalue()
