"""The commands of scenarios: run, validate, show."""

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskProgressColumn, TimeRemainingColumn

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.hints import hints_after_run
from experiments.cli.options import DEFAULT_SCENARIO, allow_code_option, loaded_scenario, set_option
from experiments.cli.outputs import (
    json_option,
    put_json,
    put_remarks,
    put_text,
    require_new_folder,
    save_tables,
    say,
)
from experiments.cli.progress import follow, name_and_bar
from experiments.display.terminal import print_page
from experiments.pages.histories import histories_data, histories_page
from experiments.pages.no_agreement import no_agreement, no_agreement_page
from experiments.pages.run_details import run_details_page
from experiments.pages.run_summary import run_summary_page
from experiments.pages.transcript import transcript_page
from experiments.results.progress import Progress
from experiments.run import Run, run
from experiments.runs.histories import Histories, histories
from simulator.files import file_text, user_path
from simulator.scenario import source as scenarios
from simulator.scenario.scenario import Scenario
from simulator.text import count, listing, visible

__all__ = ["run_command", "show_command", "validate_command"]

#: More runs than this are a sweep, which keeps them and plays them on all cores.
MOST_SEEDS = 1000

_set = set_option(
    help="Change a value of the scenario, such as countries.us.patience=0.99. May be repeated."
)


@click.command(
    "run",
    epilog=examples(
        "tradetalks run first-talk --seed 3",
        "tradetalks run --seeds 20",
        "tradetalks run --set us.compliance=always --out results/kept",
    ),
)
@click.argument(
    "source",
    default=DEFAULT_SCENARIO,
    metavar="[SCENARIO|FILE]",
    shell_complete=completed_from(scenarios.shipped),
)
@click.option(
    "--seed", type=int, help="Seed of every draw; the scenario's typical_seed by default."
)
@click.option("--seeds", type=click.IntRange(1, MOST_SEEDS), metavar="N",
              help="Play N seeds from --seed or 0 on: a row each, medians, shares.")  # fmt: skip
@click.option("--weeks", type=int, help="How many weeks to play; the scenario's by default.")
@_set
@click.option("--out", metavar="DIR", help="Write tables (Parquet) and resolved scenario there.")
@json_option(help="Print one JSON object and nothing else.")
@click.option("--transcript", is_flag=True, help="Tell the talks offer by offer.")
@click.option("--details", is_flag=True, help="Tell every deal, failed talks, trust and payoffs.")
@allow_code_option
def run_command(source: str, **options: Any) -> None:
    """Play a scenario, allies-2025 by default, and print what happened."""
    _refuse_together(options)
    seed, out, leave = options["seed"], options["out"], options["allow_code"]
    weeks = () if options["weeks"] is None else (f"weeks={options['weeks']}",)
    changes = (*options["assignments"], *weeks)
    if options["seeds"] is not None:
        first = seed or 0
        seeds = range(first, first + options["seeds"])
        _put_histories(source, changes, leave, seeds, options["as_json"])
        return
    scenario = loaded_scenario(source, changes, leave)
    if out is not None:
        require_new_folder(out)
    played = _played(scenario, seed)
    if out is not None:
        save_tables(played, out)
        say(f"The tables and the scenario are in {out}.")
    if options["as_json"]:
        put_text(played.to_json())
    else:
        asked = (seed, options["weeks"], options["assignments"])
        hints = hints_after_run(played, source, *asked, leave)
        _put_pages(played, hints, options["transcript"], options["details"])


@click.command(
    "validate",
    epilog=examples(
        "tradetalks show first-talk --toml > mine.toml",
        "tradetalks validate mine.toml",
    ),
)
@click.argument("file", shell_complete=completed_from())
@allow_code_option
def validate_command(file: str, allow_code: bool) -> None:
    """Check a scenario file, and name everything that is wrong with it.

    Of a sound one it says in which talks nothing can be agreed at the start, and why.
    """
    scenario = loaded_scenario(file, allow_code=allow_code)
    countries = count(len(scenario.countries), "country", "countries")
    talks, events = count(len(scenario.talks), "talk"), count(len(scenario.events), "event")
    weeks = count(scenario.weeks, "week")
    say(f"{file} is a sound scenario: {countries}, {talks}, {events}, {weeks}.", err=False)
    if closed := scenario.closed:
        names = listing([f"{problem.key} ({problem.value})" for problem in closed])
        say(f"Code that it names was not imported, nor checked: {names}; --allow-code does both.")
    put_remarks("Note", no_agreement(scenario))


@click.command(
    "show",
    epilog=examples(
        "tradetalks show allies-2025",
        "tradetalks show first-talk --toml > mine.toml",
    ),
)
@click.argument("source", metavar="SCENARIO|FILE", shell_complete=completed_from(scenarios.shipped))
@click.option("--toml", is_flag=True, help="Print the file, to copy and edit.")
@_set
@allow_code_option
def show_command(source: str, toml: bool, assignments: tuple[str, ...], allow_code: bool) -> None:
    """Show a scenario: countries, talks, threats, history, and what could be agreed."""
    scenario = loaded_scenario(source, assignments, allow_code)
    if toml:
        put_text(scenario.to_toml() if assignments else _source_text(source))
        return
    from experiments.pages.scenario import scenario_page  # the trade model hangs on it

    print_page(scenario_page(scenario))


# -- steps of the commands -----------------------------------------------------------------------


def _refuse_together(options: Mapping[str, Any]) -> None:
    """Refuse options of ``run`` of which one leaves no room for the other."""
    pages = [f"--{name}" for name in ("transcript", "details") if options[name]]
    if options["as_json"] and pages:
        raise click.UsageError(
            f"--json prints one JSON object and nothing else: leave out {pages[0]}, or --json."
        )
    if options["seeds"] is not None and (pages or options["out"] is not None):
        raise click.UsageError(
            "--seeds tells each run in a row: leave out --out, --details and --transcript, or"
            " play one seed; tradetalks sweep keeps many runs."
        )


def _put_pages(
    played: Run, hints: Sequence[tuple[str, str]], transcript: bool, details: bool
) -> None:
    """Print a run as asked for, and why nothing could be agreed where it is so."""
    if transcript:
        print_page(transcript_page(played))
    print_page(run_details_page(played) if details else run_summary_page(played, hints))
    if nothing := no_agreement_page(played):
        print_page(nothing)


def _played(scenario: Scenario, seed: int | None) -> Run:
    """Return a run, played with a bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        return run(scenario, seed)
    columns = (*name_and_bar(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{visible(scenario.name)}, week by week", total=scenario.weeks)
        return run(scenario, seed, progress=lambda week, _: bar.update(task, completed=week))


def _put_histories(
    source: str, changes: Sequence[str], allow_code: bool, seeds: range, as_json: bool
) -> None:
    """Play a scenario with several seeds, and print a row for each."""
    scenario = loaded_scenario(source, changes, allow_code)
    rows: dict[int, Mapping[str, float]] = {}
    with follow(scenario.name) as show:
        progress = Progress(total=len(seeds), began=time.monotonic())
        for seed, row in histories(scenario, seeds):
            rows[seed], progress.done = row, progress.done + 1
            if progress.done < progress.total:  # the page tells the end
                show(progress)
    found = Histories(scenario, rows)
    if as_json:
        put_json(histories_data(found), indent=2)
    else:
        again = [word for change in changes for word in ("--set", change)]
        again += ["--allow-code"] if allow_code else []
        print_page(histories_page(found, shlex.join(["tradetalks", "run", source, *again])))


def _source_text(name: str) -> str:
    """Return the text of a shipped scenario or of a file that is known to be sound."""
    if name in scenarios.shipped():
        return scenarios.text(name)
    return file_text(user_path(name))
