"""The commands of scenarios: what they print where, what they refuse, what they leave."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from experiments.run import load, run
from simulator.errors import ScenarioError
from simulator.scenario import source
from simulator.world.records import TABLES, columns

COMMAND = Path(sys.executable).parent / "tradetalks"


def tradetalks(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


# -- run -----------------------------------------------------------------------------------------


def test_a_run_ends_with_its_summary_on_stdout_and_says_nothing_else() -> None:
    result = tradetalks("run", "first-talk", "--seed", "3")
    assert result.exit_code == 0
    assert result.stdout.startswith(run("first-talk", seed=3).summary())
    assert result.stderr == ""


def test_json_is_one_object_and_the_same_bytes_for_the_same_seed() -> None:
    first = tradetalks("run", "allies-2025", "--seed", "1", "--weeks", "30", "--json")
    again = process("run", "allies-2025", "--seed", "1", "--weeks", "30", "--json")
    other = tradetalks("run", "allies-2025", "--seed", "2", "--weeks", "30", "--json")
    assert first.stdout == again.stdout
    assert first.stdout != other.stdout
    assert json.loads(first.stdout)["weeks"] == 30
    assert "NaN" not in first.stdout


def test_a_run_shows_what_it_is() -> None:
    assert repr(run("first-talk", seed=3, weeks=5)) == (
        "Run('first-talk', seed=3, weeks=5, signed=1)"
    )


def test_deals_from_before_the_run_are_told_apart_from_those_signed_in_it() -> None:
    played = run("allies-2025", seed=3, weeks=12)
    signed, initial = played.row()["deals_signed"], len(played.scenario.deals)
    assert repr(played).endswith(f"signed={signed}, initial={initial})")
    assert signed + initial == len(played.deals)
    assert min(signed, initial) > 0


def test_json_and_transcript_exclude_each_other() -> None:
    result = tradetalks("run", "first-talk", "--json", "--transcript")
    assert result.exit_code == 2
    assert "leave out --transcript" in result.stderr
    assert result.stdout == ""


def test_the_transcript_comes_before_the_summary() -> None:
    result = tradetalks("run", "first-talk", "--transcript")
    played = run("first-talk")
    assert result.stdout.startswith(played.transcript() + played.summary())


def test_details_are_told_on_demand() -> None:
    assert tradetalks("run", "first-talk", "--details").stdout == run("first-talk").details()


ASKED = [
    ("first-talk", "--set", "countries.home.compliance=volatile:probability=0.3", "--seed", "5"),
    ("first-talk", "--weeks", "40"),
    ("allies-2025", "--seed", "3", "--weeks", "40"),
    ("allies-2025", "--set", "us.compliance=volatile:probability=0.4", "--weeks", "40"),
]


@pytest.mark.parametrize("given", ASKED, ids=" ".join)
def test_a_run_ends_with_three_commands_that_can_be_run(given: tuple[str, ...]) -> None:
    lines = tradetalks("run", *given).stdout.splitlines()
    hints = [line.split("  ")[0] for line in lines if line.startswith("tradetalks ")]
    commands = [shlex.split(hint)[1:] for hint in hints]
    assert [command[0] for command in commands[:2]] == ["run", "why"]
    assert commands[2][0] in ("run", "what-if")
    assert len(commands) == 3
    for command in commands:
        assert tradetalks(*command).exit_code == 0
    weeks = given[given.index("--weeks") + 1] if "--weeks" in given else ""
    assert all(f"--weeks {weeks}" in hint for hint in hints if weeks)


def test_what_is_asked_about_a_run_that_is_shipped_fits_a_line() -> None:
    for given in ((), ("--seed", "12345"), ("--seed", "12345", "--weeks", "60")):
        lines = tradetalks("run", *given).stdout.splitlines()[-3:]
        assert all(line.startswith("tradetalks ") for line in lines)
        assert max(map(len, lines)) <= 80
    assert lines[-1].startswith("tradetalks what-if --from ")


def test_a_run_with_a_breach_ends_with_what_if() -> None:
    command = next(line for line in tradetalks("run").stdout.splitlines() if "what-if" in line)
    told = tradetalks(*shlex.split(command.split("  ")[0])[1:])
    assert told.exit_code == 0
    assert "They differ from 27 Oct 2025 (week 23) on" in " ".join(told.stdout.split())


def test_the_seed_that_is_played_unless_another_is_asked_for_is_the_scenarios() -> None:
    assert run("first-talk", set={"typical_seed": 3}).seed == 3
    assert run("first-talk", seed=0, set={"typical_seed": 3}).seed == 0
    result = tradetalks("run", "first-talk", "--set", "typical_seed=3", "--json")
    assert json.loads(result.stdout)["seed"] == 3


def test_the_typical_seed_changes_nothing_that_is_played() -> None:
    assert load("first-talk").hash == load("first-talk", {"typical_seed": 3}).hash


@pytest.mark.parametrize("seed", ["-7", "0", str(2**63 - 1)])
def test_a_seed_is_any_integer_of_64_bits(seed: str) -> None:
    result = tradetalks("run", "first-talk", "--weeks", "1", "--seed", seed, "--json")
    assert json.loads(result.stdout)["seed"] == int(seed)


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1, True, 1.5, "x"])
def test_what_is_no_such_integer_is_refused_as_a_seed(seed: Any) -> None:
    with pytest.raises(ScenarioError, match="seed: "):
        run("first-talk", seed=seed, weeks=1)


def test_values_are_set_on_the_command_line_as_in_python() -> None:
    change = {"countries.home.patience": 0.9}
    result = tradetalks("run", "first-talk", "--set", "countries.home.patience=.9", "--json")
    assert result.stdout.rstrip("\n") == run("first-talk", set=change).to_json()


def test_everything_wrong_with_the_input_is_told_at_once_and_without_traceback() -> None:
    result = process(
        *("run", "first-talk", "--set", "nonsense", "--set", "countries.home.patiense=1"),
        *("--set", "countries.home.patience=2", "--weeks", "0"),
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for told in ("nonsense", "did you mean 'patience'", "at most 1", "weeks: 0"):
        assert told in result.stderr


def test_an_unknown_scenario_is_refused_with_the_nearest_name() -> None:
    result = tradetalks("run", "first-tak")
    assert result.exit_code == 2
    assert "did you mean 'first-talk'" in result.stderr


# -- the folder ----------------------------------------------------------------------------------


def test_out_keeps_every_table_with_its_types_and_units(tmp_path: Path) -> None:
    result = tradetalks("run", "first-talk", "--weeks", "2", "--out", str(tmp_path / "a" / "b"))
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["b"]
    types = {"int": "int64", "float": "double", "str": "string"}
    for table in TABLES:
        schema = pq.read_schema(tmp_path / "a" / "b" / f"{table}.parquet")
        for column in columns(table, ["home", "partner"]):
            field = schema.field(column.name)
            assert str(field.type) == types[column.type.rstrip("?")]
            assert field.metadata[b"unit"].decode() == column.unit
    # Two weeks in, no deal is signed: the table is empty, and typed all the same.
    assert pq.read_metadata(tmp_path / "a" / "b" / "deals.parquet").num_rows == 0


def test_the_scenario_that_is_kept_plays_the_same_run_again(tmp_path: Path) -> None:
    options = ("--weeks", "30", "--seed", "5", "--json")
    change = ("--set", "countries.us.compliance=volatile:probability=.5")
    first = tradetalks("run", *options, *change, "--out", str(tmp_path / "kept"))
    again = tradetalks("run", str(tmp_path / "kept" / "scenario.toml"), "--seed", "5", "--json")
    assert again.stdout == first.stdout


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = tradetalks("run", "first-talk", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled_and_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    assert tradetalks("run", "first-talk", "--out", str(tmp_path / "empty")).exit_code == 0
    for name in ("file", "file/below"):
        result = tradetalks("run", "first-talk", "--out", str(tmp_path / name))
        assert result.exit_code == 2
        assert "file" in result.stderr


def test_an_empty_folder_in_which_one_stands_stays_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tradetalks("run", "first-talk", "--weeks", "1", "--out", ".").exit_code == 0
    Path("mine.txt").touch()
    assert {p.suffix for p in tmp_path.iterdir()} == {".parquet", ".toml", ".txt"}


def test_a_write_that_fails_leaves_an_empty_folder_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, moves = Path.replace, []

    def full(self: Path, target: Path) -> Path:
        moves.append(target)
        if len(moves) == 3:
            raise OSError("no space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    result = tradetalks("run", "first-talk", "--weeks", "1", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "no space left" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_nothing_is_refused_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    result = tradetalks("run", "first-talk", "--weeks", "1", "--out", str(tmp_path / "link"))
    assert result.exit_code == 2
    assert "link to nothing" in re.sub(r"\s+", " ", result.stderr)
    assert [p.name for p in tmp_path.iterdir()] == ["link"]


def test_bad_input_creates_no_folder(tmp_path: Path) -> None:
    result = tradetalks("run", "first-talk", "--weeks", "0", "--out", str(tmp_path / "kept"))
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    result = tradetalks("run", "first-talk", "--out", str(tmp_path / "kept"))
    assert result.exit_code == 1
    assert "no space left" in result.stderr
    assert list(tmp_path.iterdir()) == []


# -- the other commands --------------------------------------------------------------------------


def test_every_shipped_scenario_is_listed_and_sound() -> None:
    listed = tradetalks("scenarios").stdout
    for name in source.shipped():
        assert name in listed
        assert tradetalks("validate", name).exit_code == 0


def test_every_part_is_listed_with_its_parameters() -> None:
    listed = tradetalks("parts").stdout
    for told in ("time-dependent", "exponent=4", "limited-punishment", "two-layer", "heal=0.03"):
        assert told in listed


def test_validate_names_all_that_is_wrong_with_a_file(tmp_path: Path) -> None:
    text = source.text("first-talk").replace("weeks = 26", "weeks = -1")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('"always"', '"allways"'), encoding="utf-8")
    result = tradetalks("validate", str(path))
    assert result.exit_code == 2
    assert "3 problems" in result.stderr
    assert "did you mean 'always'" in result.stderr


@pytest.mark.parametrize("name", source.shipped())
def test_show_prints_the_file_to_copy(name: str, tmp_path: Path) -> None:
    text = tradetalks("show", name, "--toml").stdout
    assert text.rstrip("\n") == source.text(name).rstrip("\n")
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert tradetalks("show", str(path), "--toml").stdout == text


def test_show_prints_the_file_with_what_is_set() -> None:
    text = tradetalks("show", "first-talk", "--toml", "--set", "weeks=9").stdout
    assert tomllib.loads(text)["weeks"] == 9


@pytest.mark.parametrize(
    "arguments",
    [
        ["scenarios"],
        ["parts"],
        ["validate", "allies-2025"],
        ["show", "allies-2025"],
        ["run", "allies-2025"],
        ["run", "first-talk", "--seeds", "2"],
        ["run", "first-talk", "--json"],
        ["why", "first-talk", "trade"],
    ],
    ids=" ".join,
)
def test_a_command_of_a_scenario_imports_nothing_slow(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from experiments.cli.main import main\n"
        f"main({arguments}, standalone_mode=False)\n"
        "slow = {'mesa', 'networkx', 'pandas', 'matplotlib', 'pyarrow', 'scipy'}\n"
        "assert not slow & set(sys.modules), slow & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
