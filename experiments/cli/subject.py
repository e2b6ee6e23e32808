"""What several commands show: a scenario that is played, a run from its folder, a sweep."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from experiments.cli.options import allow_code_option, loaded_scenario, set_option
from experiments.execution.replay import replayed_folder
from experiments.run import Run, run
from experiments.sweep import Results, open_results
from simulator.files import user_path

__all__ = ["PLAYED", "one_run", "played_options", "played_subject"]

#: Options that say what is played, when a scenario is named; the others say what is shown.
PLAYED = ("seed", "weeks", "assignments")


Command = TypeVar("Command", bound=Callable[..., Any])


def played_options(changes: bool = True) -> Callable[[Command], Command]:
    """Return what gives a command the options that say what is played, ``--set`` if so said."""
    options = [
        click.option("--run", "number", type=int, metavar="N", help="Of a sweep, which run."),
        click.option(
            "--seed",
            type=int,
            help="Of a scenario: seed of every draw, its typical_seed by default.",
        ),
        click.option("--weeks", type=int, help="Of a scenario: how many weeks to play."),
        *([set_option(help="Of a scenario: change a value. May be repeated.")] * changes),
        allow_code_option,
    ]

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


def played_subject(source: str, options: dict[str, Any]) -> Run | Results:
    """Return what is to be shown: a scenario and a run's folder are played, a sweep is read."""
    number = options["number"]
    if not user_path(source).is_dir():
        if number is not None:
            raise click.UsageError("--run names a run of a sweep, by the folder of its results.")
        scenario = loaded_scenario(source, options["assignments"] or (), options["allow_code"])
        return run(scenario, options["seed"], options["weeks"])
    _refuse(options, PLAYED, f"{source} has been played")
    results = open_results(source, allow_code=options["allow_code"])
    if results.manifest:
        return results if number is None else results.replay(number)
    _refuse(options, ("number",), f"{source} is a single run")
    return Run(replayed_folder(results).world)


def _refuse(options: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    written = {"assignments": "--set", "number": "--run"}
    given = [written.get(name, f"--{name}") for name in names if options[name] not in (None, ())]
    if given:
        raise click.UsageError(f"{why}: leave out {', '.join(given)}.")


def one_run(source: str, options: dict[str, Any]) -> Run:
    """Return the run that is to be shown; refuse a sweep of which none is named."""
    subject = played_subject(source, options)
    if isinstance(subject, Run):
        return subject
    raise click.UsageError(f"{source} is a sweep: --run N names one of its runs.")
