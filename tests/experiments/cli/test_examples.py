"""The examples with which every help ends: each is played, and does what it says."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from experiments.cli.main import COMMANDS, main
from experiments.cli.sweep import sweep_command

#: What examples name, and somebody else has written.
DOMAIN = """
[[issues]]
name = "price"
levels = ["low", "middle", "high"]

[[profiles]]
name = "buyer"
weights = { price = 1 }
values = { price = [1, 0.6, 0] }

[[profiles]]
name = "seller"
weights = { price = 1 }
values = { price = [0, 0.5, 1] }
"""


def commands(
    command: click.Command = main, path: str = "tradetalks"
) -> Iterator[tuple[str, click.Command]]:
    """Give every command with what it is called, those within others after them."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}")


EVERY = dict(commands())


def examples(command: click.Command) -> list[str]:
    """Return the examples in the help of a command, each as one line."""
    lines = (command.epilog or "").partition("Examples:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in lines.replace("\\\n", " ").splitlines()]


def play(example: str) -> None:
    """Play an example in the current folder; what it prints may go to a file."""
    words, _, file = example.partition(" > ")
    name, *arguments = shlex.split(words)
    assert name == "tradetalks"
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, arguments)
    assert done.exit_code == 0, f"{example}\n{done.output}"
    if file:
        Path(file).write_text(done.stdout, encoding="utf-8")


@pytest.mark.parametrize("path", EVERY)
def test_every_help_ends_with_one_to_three_examples_that_fit(path: str) -> None:
    help_text = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*path.split()[1:], "--help"]).stdout
    shown = help_text.partition("  Examples:\n")[2]
    assert 1 <= len(examples(EVERY[path])) <= 3
    assert max(map(len, help_text.splitlines())) <= 80
    assert [line for line in shown.splitlines() if line.startswith("    tradetalks")]


@pytest.mark.parametrize("path", [path for path in EVERY if path.count(" ")])
def test_the_examples_of_a_command_are_of_that_command(path: str) -> None:
    assert any(re.match(rf"{path}\b", example) for example in examples(EVERY[path]))


@pytest.mark.usefixtures("in_a_folder_of_its_own", "played_by_this_process")
@pytest.mark.parametrize("path", EVERY)
def test_every_example_does_what_it_says(path: str) -> None:
    Path("shares.toml").write_text(DOMAIN, encoding="utf-8")
    own = examples(EVERY[path])
    if any("results/first-talk" in example for example in own) and path != "tradetalks sweep":
        play(examples(sweep_command)[0])  # which makes that folder
    for example in own:
        play(example)


def test_examples_are_found_by_their_heading() -> None:
    @click.command(epilog="\b\nExamples:\n  tradetalks run \\\n      --seed 3\n  tradetalks show x")
    def command() -> None:
        """Do nothing."""

    assert examples(command) == ["tradetalks run        --seed 3", "tradetalks show x"]


def test_every_command_is_tried() -> None:
    assert {path.split()[1] for path in EVERY if path.count(" ")} == set(COMMANDS)
