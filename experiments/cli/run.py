"""The commands of scenarios and their parts: run, scenarios, parts, validate, show."""

import shlex
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.progress import Progress, TaskProgressColumn, TimeRemainingColumn

from experiments.cli.options import allow_code_option, loaded_scenario, set_option
from experiments.cli.outputs import json_option, put_text, require_new_folder, save_tables, say
from experiments.cli.progress import name_and_bar
from experiments.display.terminal import print_page
from experiments.pages.parts import parts_page, scenarios_page
from experiments.pages.run_details import run_details_page
from experiments.pages.run_summary import run_summary_page
from experiments.pages.transcript import transcript_page
from experiments.run import Run, run
from experiments.runs.breaches import disregards
from simulator.files import file_text, user_path
from simulator.scenario import source as scenarios
from simulator.scenario.scenario import Scenario
from simulator.text import count, listing, visible

__all__ = ["parts_command", "run_command", "scenarios_command", "show_command", "validate_command"]

DEFAULT = "allies-2025"

_set = set_option(
    help="Change a value of the scenario, such as countries.us.patience=0.99. May be repeated."
)


@click.command("run")
@click.argument("source", default=DEFAULT, metavar="[SCENARIO|FILE]")
@click.option(
    "--seed", type=int, help="Seed of every draw; the scenario's typical_seed by default."
)
@click.option("--weeks", type=int, help="How many weeks to play; the scenario's by default.")
@_set
@click.option("--out", metavar="DIR", help="Write tables (Parquet) and resolved scenario there.")
@json_option(help="Print one JSON object and nothing else.")
@click.option("--transcript", is_flag=True, help="Tell the talks offer by offer.")
@click.option("--details", is_flag=True, help="Tell every deal, failed talks, trust and payoffs.")
@allow_code_option
def run_command(
    source: str,
    seed: int | None,
    weeks: int | None,
    assignments: tuple[str, ...],
    out: str | None,
    as_json: bool,
    transcript: bool,
    details: bool,
    allow_code: bool,
) -> None:
    """Play a scenario, allies-2025 by default, and print what happened."""
    if as_json and (transcript or details):
        other = "--transcript" if transcript else "--details"
        raise click.UsageError(
            f"--json prints one JSON object and nothing else: leave out {other}, or --json."
        )
    changes = assignments if weeks is None else (*assignments, f"weeks={weeks}")
    scenario = loaded_scenario(source, changes, allow_code)
    if out is not None:
        require_new_folder(out)
    played = _played(scenario, seed)
    if out is not None:
        save_tables(played, out)
        say(f"The tables and the scenario are in {out}.")
    if as_json:
        put_text(played.to_json())
        return
    if transcript:
        print_page(transcript_page(played))
    if details:
        print_page(run_details_page(played))
    else:
        print_page(run_summary_page(played, _hints(played, source, seed, changes)))


@click.command("scenarios")
def scenarios_command() -> None:
    """List the shipped scenarios."""
    print_page(scenarios_page())


@click.command("parts")
def parts_command() -> None:
    """List strategies, compliance policies and trust models, with their parameters."""
    print_page(parts_page())


@click.command("validate")
@click.argument("file")
@allow_code_option
def validate_command(file: str, allow_code: bool) -> None:
    """Check a scenario file, and name everything that is wrong with it."""
    scenario = loaded_scenario(file, allow_code=allow_code)
    countries = count(len(scenario.countries), "country", "countries")
    talks, events = count(len(scenario.talks), "talk"), count(len(scenario.events), "event")
    weeks = count(scenario.weeks, "week")
    say(f"{file} is a sound scenario: {countries}, {talks}, {events}, {weeks}.", err=False)
    if closed := scenario.closed:
        names = listing([f"{problem.key} ({problem.value})" for problem in closed])
        say(f"Code that it names was not imported, nor checked: {names}; --allow-code does both.")


@click.command("show")
@click.argument("source", metavar="SCENARIO|FILE")
@click.option("--toml", is_flag=True, help="Print the file, to copy and edit.")
@_set
@allow_code_option
def show_command(source: str, toml: bool, assignments: tuple[str, ...], allow_code: bool) -> None:
    """Show a scenario: countries, talks, threats, history, and what could be agreed."""
    scenario = loaded_scenario(source, assignments, allow_code)
    if toml:
        put_text(scenario.to_toml() if assignments else _source_text(source))
        return
    from experiments.pages.scenario import scenario_page  # networkx hangs on it

    print_page(scenario_page(scenario))


# -- steps of the commands -----------------------------------------------------------------------


def _played(scenario: Scenario, seed: int | None) -> Run:
    """Return a run, played with a bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        return run(scenario, seed)
    columns = (*name_and_bar(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{visible(scenario.name)}, week by week", total=scenario.weeks)
        return run(scenario, seed, progress=lambda week, _: bar.update(task, completed=week))


def _hints(
    played: Run, source: str, seed: int | None, assignments: Sequence[str]
) -> list[tuple[str, str]]:
    """Return commands to try next, for the same run, and what each shows."""
    same = ["tradetalks", "run", *([] if source == DEFAULT else [source])]
    same += [] if seed is None else ["--seed", str(seed)]
    same += [word for assignment in assignments for word in ("--set", assignment)]
    other, what = _other_conduct(played)
    return [
        (shlex.join([*same, "--details"]), "every deal and its price"),
        (shlex.join([*same, "--transcript"]), "the talks, offer by offer"),
        (shlex.join([*same, "--set", other]), what),
    ]


def _other_conduct(played: Run) -> tuple[str, str]:
    """Return what turns a run into one without broken promises, or into one with some."""
    broken = [d for d in disregards(played.world) if d.reason == "withheld"]
    by = broken[0].obligor if broken else next(iter(played.scenario.countries))
    conduct, what = (
        ("always", "all promises kept") if broken else ("volatile:probability=0.3", "some broken")
    )
    return f"countries.{by}.compliance={conduct}", what


def _source_text(name: str) -> str:
    """Return the text of a shipped scenario or of a file that is known to be sound."""
    if name in scenarios.shipped():
        return scenarios.text(name)
    return file_text(user_path(name))
