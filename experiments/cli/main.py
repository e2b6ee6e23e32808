"""The command ``tradetalks``: run scenarios, and look at what there is to run.

Only click is imported here; every command imports what it needs when it is called.
"""

import sys
from typing import TYPE_CHECKING, Any

import click

from experiments.cli import analyse, convert, draw, negotiate, sweep, tariffs
from experiments.cli.options import loaded_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from experiments.run import Run
    from simulator.scenario.scenario import Scenario

__all__ = ["main"]

#: Exit codes: a part of the user's that failed; bad input; and what shells give for signals.
FAILED, REFUSED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
DEFAULT = "allies-2025"

_set = click.option(
    "--set",
    "assignments",
    metavar="PATH=VALUE",
    multiple=True,
    help="Change a value of the scenario, such as countries.us.patience=0.99. May be repeated.",
)


class Command(click.Group):
    """A group of commands that ends with one clear message and exit code when something fails.

    Exit codes: 0, all went well; 1, a part of the user's, a run or a disk failed; 2, the input is
    refused, and nothing was played; 130, interrupted by Ctrl-C; 141, nobody reads on.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Return what the command returns, errors turned into messages on stderr."""
        from simulator.errors import (
            InputError,
            PartError,
            StoreError,
            TradetalksError,
            WriteError,
        )

        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except WriteError as error:
            self._end(ctx, error, FAILED)
        except (InputError, PartError, StoreError) as error:
            self._end(ctx, error, REFUSED)
        except TradetalksError as error:
            self._end(ctx, error, FAILED)
        except BrokenPipeError:
            _silence()
            ctx.exit(PIPE_CLOSED)
        except OSError as error:
            _silence()
            self._end(ctx, error, FAILED)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the command returns; also the help may meet a disk that is full."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            _silence()
            click.echo(f"Error: {error}", err=True)
            sys.exit(FAILED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, its whole first sentence."""
        rows = [
            (name, self.commands[name].get_short_help_str(limit=200))
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _end(self, ctx: click.Context, error: Exception, code: int) -> None:
        from simulator.text import visible

        if ctx.params.get("debug"):
            import traceback

            click.echo(visible("".join(traceback.format_exception(error))), err=True, nl=False)
        click.echo(f"Error: {visible(str(error))}", err=True)
        ctx.exit(code)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradetalks")
@click.option(
    "--debug", is_flag=True, envvar="TRADETALKS_DEBUG", help="Show the traceback of an error."
)
def main(debug: bool) -> None:
    """Simulate trade talks among countries: offers, deals, promises kept and broken."""


@main.command()
@click.argument("scenario", default=DEFAULT, metavar="[SCENARIO|FILE]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of every random draw.")
@click.option("--weeks", type=int, help="How many weeks to play; the scenario's by default.")
@_set
@click.option("--out", metavar="DIR", help="Write tables (Parquet) and resolved scenario there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--transcript", is_flag=True, help="Tell the talks offer by offer.")
def run(
    scenario: str,
    seed: int,
    weeks: int | None,
    assignments: tuple[str, ...],
    out: str | None,
    as_json: bool,
    transcript: bool,
) -> None:
    """Play a scenario, allies-2025 by default, and print what happened."""
    if as_json and transcript:
        raise click.UsageError(
            "--json prints one JSON object and nothing else: leave out --transcript, or --json."
        )
    changes: tuple[str, ...] = assignments
    if weeks is not None:
        changes = (*changes, f"weeks={weeks}")
    loaded = loaded_scenario(scenario, changes)
    if out is not None:
        _check_folder(out)
    played = _played(loaded, seed)
    if out is not None:
        _save(played, out)
    _print_run(played, as_json, transcript)


@main.command()
def scenarios() -> None:
    """List the shipped scenarios."""
    from experiments.display.terminal import put
    from experiments.pages.parts import scenarios_page

    put(scenarios_page())


@main.command()
def parts() -> None:
    """List strategies, compliance policies and trust models, with their parameters."""
    from experiments.display.terminal import put
    from experiments.pages.parts import parts_page

    put(parts_page())


@main.command()
@click.argument("file")
def validate(file: str) -> None:
    """Check a scenario file, and name everything that is wrong with it."""
    scenario = loaded_scenario(file)
    counts = [
        _count(len(scenario.countries), "country", "countries"),
        _count(len(scenario.talks), "talk"),
        _count(len(scenario.events), "event"),
        _count(scenario.weeks, "week"),
    ]
    click.echo(f"{file} is a sound scenario: {', '.join(counts)}.")


@main.command()
@click.argument("scenario", metavar="SCENARIO|FILE")
@click.option("--toml", is_flag=True, help="Print the file, to copy and edit.")
@_set
def show(scenario: str, toml: bool, assignments: tuple[str, ...]) -> None:
    """Show a scenario: countries, talks, threats, history, and what could be agreed."""
    loaded = loaded_scenario(scenario, assignments)
    if toml:
        _write(loaded.to_toml() if assignments else _source(scenario))
        return
    from experiments.display.terminal import put
    from experiments.pages.scenario import scenario_page

    put(scenario_page(loaded))


for group in (negotiate, convert, sweep, analyse, tariffs, draw):
    for command in group.COMMANDS:
        main.add_command(command)


# -- steps of the commands ---------------------------------------------------------------------


def _played(scenario: "Scenario", seed: int) -> "Run":
    from experiments.run import run

    if not sys.stderr.isatty():
        return run(scenario, seed)
    with _progress_bar(scenario) as progress:
        return run(scenario, seed, progress=progress)


def _progress_bar(scenario: "Scenario") -> Any:
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import Progress

    @contextmanager
    def bar() -> "Iterator[Callable[[int, int], None]]":
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(f"{scenario.name}, week by week", total=scenario.weeks)
            yield lambda week, _: progress.update(task, completed=week)

    return bar()


def _check_folder(out: str) -> None:
    from experiments.results import atomic

    try:
        atomic.check_folder(out)
    except OSError as error:
        raise click.BadParameter(str(error), param_hint="--out") from error


def _save(run: "Run", out: str) -> None:
    sweep.save(run, out)
    click.echo(f"The tables and the scenario are in {out}.", err=True)


def _print_run(run: "Run", as_json: bool, transcript: bool) -> None:
    if as_json:
        _write(run.to_json())
        return
    from experiments.display.terminal import put
    from experiments.pages.run_summary import run_summary_page

    if transcript:
        from experiments.pages.transcript import transcript_page as told

        put(told(run))
    put(run_summary_page(run))


def _source(name: str) -> str:
    """Return the text of a shipped scenario or of a file that is known to be sound."""
    from pathlib import Path

    from simulator.scenario import source

    if name in source.shipped():
        return source.text(name)
    return Path(name).expanduser().read_text(encoding="utf-8-sig")


def _write(text: str) -> None:
    """Print text as UTF-8, whatever the terminal's encoding: the same bytes everywhere."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.rstrip("\n").encode() + b"\n")
    sys.stdout.buffer.flush()


def _count(number: int, one: str, more: str | None = None) -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _silence() -> None:
    """Point stdout to nowhere, so that nothing complains when Python flushes it at the end."""
    import os
    from contextlib import suppress

    with suppress(OSError):  # a stdout that is no file has nothing to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
