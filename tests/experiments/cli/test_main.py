"""The group of all commands: its help, what it imports, and how commands end."""

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from shutil import which

import click
import pytest
from click.testing import CliRunner

import experiments.cli
from experiments.cli.main import COMMANDS, GROUPS, main
from experiments.cli.tariffs import tariffs_command
from experiments.design.reader import shipped_experiments
from simulator.scenario import source as scenarios

COMMAND = Path(sys.executable).parent / "tradetalks"
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "editor.md"

BROKEN_STRATEGY = '''
from agents.strategies.time_dependent import TimeDependent


class Fails(TimeDependent):
    """Raises in its third round."""

    def propose(self, turn):
        if turn.round == 2:
            raise RuntimeError("out of ideas")
        return super().propose(turn)


class Wanders(TimeDependent):
    """Proposes what is not in the space."""

    def propose(self, turn):
        return 10_000
'''


def process(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


# -- parts of the user's -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "broken_parts.py").write_text(BROKEN_STRATEGY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("strategy", "told"),
    [("Fails", ["'Fails'", "week 2, round 2", "out of ideas"]), ("Wanders", ["10000", "0 to 8"])],
)
def test_a_strategy_that_fails_is_named_with_talk_week_and_round(
    folder: Path, strategy: str, told: list[str]
) -> None:
    change = f"countries.home.strategy=broken_parts.{strategy}"
    result = process("run", "first-talk", "--set", change, "--out", "kept", cwd=folder)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert not (folder / "kept").exists()
    for words in ["talk 'trade'", "week", "round", *told]:
        assert words in result.stderr


def test_the_traceback_is_there_for_those_who_ask(folder: Path) -> None:
    change = "countries.home.strategy=broken_parts.Fails"
    result = process("--debug", "run", "first-talk", "--set", change, cwd=folder)
    assert result.returncode == 1
    assert 'raise RuntimeError("out of ideas")' in result.stderr


# -- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sentence_beside_a_name_is_the_first_of_the_help_of_the_command(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name][1] == command.get_short_help_str(limit=1000)


def test_every_command_is_beside_its_name() -> None:
    files = Path(*experiments.cli.__path__).glob("[!_]*.py")
    modules = [import_module(f"experiments.cli.{file.stem}") for file in files]
    commands = {
        value.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, click.Command) and value is not main
    }
    assert commands == {*COMMANDS, *tariffs_command.commands}


def test_an_unknown_command_is_refused_with_the_nearest_one() -> None:
    refused = CliRunner().invoke(main, ["rum"])
    assert refused.exit_code == 2
    assert "No such command 'rum'. Did you mean 'run'?" in refused.stderr


def test_help_tells_what_each_command_does_in_full() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert "..." not in text.split("Play:")[1]
    assert max(map(len, text.splitlines())) <= 80
    told = " ".join(text.split())
    assert all(f" {name} {sentence}" in told for name, (_, sentence) in COMMANDS.items())


def test_help_has_the_commands_by_what_one_wants() -> None:
    heads = [line[:-1] for line in CliRunner().invoke(main, ["--help"]).stdout.splitlines()
             if line and line[0] != " " and line.endswith(":")]  # fmt: skip
    assert heads == ["Options", *GROUPS]
    assert sum(map(len, GROUPS.values())) == len(COMMANDS)


def test_help_imports_nothing_but_click() -> None:
    code = (
        "import sys\n"
        "from experiments.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "slow = {'numpy', 'pydantic', 'rich', 'simulator', 'agents'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)


def test_help_imports_no_command() -> None:
    code = (
        "import sys\n"
        "from experiments.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(sorted(name for name in sys.modules if name.startswith('experiments.cli.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    known = [f"experiments.cli.{name}" for name in ("examples", "exit_codes", "main")]
    assert done.stdout.splitlines()[-1] == str(known)


def test_the_help_of_a_command_imports_nothing_slow() -> None:
    code = (
        "import sys\n"
        "from experiments.cli.main import COMMANDS, GROUPS, main\n"
        "for name in COMMANDS:\n"
        "    main([name, '--help'], standalone_mode=False)\n"
        "slow = {'mesa', 'networkx', 'pandas', 'matplotlib', 'pyarrow', 'scipy', 'asyncio'}\n"
        "assert not slow & set(sys.modules), slow & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)


# -- completion ----------------------------------------------------------------------------------


def completed(*words: str) -> list[str]:
    """Return what bash completes the last word to, by the line of the how-to."""
    line = next(line for line in HOW_TO.read_text(encoding="utf-8").splitlines() if "bash_" in line)
    script = (
        f'{line}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tradetalks_completion tradetalks\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.skipif(which("bash") is None, reason="this system has no bash")
def test_bash_completes_commands_options_and_choices() -> None:
    assert completed("tradetalks", "s") == sorted(name for name in COMMANDS if name[0] == "s")
    assert completed("tradetalks", "run", "--se") == ["--seed", "--seeds", "--set"]
    assert completed("tradetalks", "schema", "") == ["scenario", "experiment"]
    assert completed("tradetalks", "tariffs", "o") == ["optimal"]


@pytest.mark.skipif(which("bash") is None, reason="this system has no bash")
def test_bash_completes_scenarios_experiments_kinds_of_pictures_and_designs() -> None:
    assert completed("tradetalks", "run", "") == scenarios.shipped()
    assert completed("tradetalks", "sweep", "f") == [
        name for name in [*shipped_experiments(), *scenarios.shipped()] if name[0] == "f"
    ]
    assert completed("tradetalks", "plot", "first-talk", "ti") == ["timeline"]
    assert completed("tradetalks", "sweep", "first-talk", "--design", "s") == ["sobol", "saltelli"]


@pytest.mark.parametrize(
    ("command", "names"),
    [("show", scenarios.shipped()), ("validate", []), ("summarize", []), ("convert", [])],
)
def test_what_may_be_a_file_is_completed_by_the_shell_where_no_name_fits(
    command: str, names: list[str]
) -> None:
    (argument, *_) = (p for p in main.commands[command].params if isinstance(p, click.Argument))
    found = argument.shell_complete(click.Context(main), "")
    # The file comes first: bash begins its list anew with it, and completes files if it is empty.
    assert [item.type for item in found] == ["file", *("plain" for _ in names)]
    assert [item.value for item in found[1:]] == names


def test_names_of_commands_are_completed_without_importing_one() -> None:
    code = (
        "import sys, click\n"
        "from experiments.cli.main import COMMANDS, main\n"
        "found = main.shell_complete(click.Context(main), '')\n"
        "assert {item.value for item in found} == set(COMMANDS), found\n"
        "assert 'experiments.cli.run' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- how it ends ---------------------------------------------------------------------------------


def test_a_closed_pipe_is_quiet() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [str(COMMAND), "run", "first-talk", "--transcript"]
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert result.stderr == b""
    assert result.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk at hand")
@pytest.mark.parametrize("arguments", [["run", "first-talk", "--json"], ["--help"]], ids=" ".join)
def test_a_full_disk_is_told_in_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == 1
    assert result.stderr == "Error: [Errno 28] No space left on device\n"


def test_an_interrupt_ends_with_one_line() -> None:
    code = (
        "import experiments.run\n"
        "def interrupted(*_, **__): raise KeyboardInterrupt\n"
        "experiments.run.run = interrupted\n"
        "from experiments.cli.main import main\n"
        "main(['run', 'first-talk'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 128 + signal.SIGINT
    assert result.stderr == "Interrupted.\n"


def test_a_terminal_without_arrows_still_gets_its_summary() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = subprocess.run(
        [COMMAND, "run", "first-talk"], capture_output=True, env=environment, check=False
    )
    assert result.returncode == 0
    assert b".80 ? .82" in result.stdout
