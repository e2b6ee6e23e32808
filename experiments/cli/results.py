"""The commands of results: status, merge, compact, export, replay."""

import sys

import click
from rich.console import Group
from rich.text import Text

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.options import allow_code_option
from experiments.cli.outputs import (
    output_path,
    put_text,
    require_new_folder,
    results_folder,
    save_tables,
    say,
    they_are,
    writing,
)
from experiments.display.terminal import outline, print_page
from experiments.execution.replay import Replay, replay
from experiments.pages.run_details import run_details_page
from experiments.pages.status import status_page
from experiments.pages.transcript import transcript_page
from experiments.results.compact import compact
from experiments.results.export import SHAPES, exported
from experiments.results.merge import merge, missing_shards
from experiments.results.output_path import output_file
from experiments.results.store import stored_results
from simulator import literals
from simulator.text import count, file_size, listing, visible

__all__ = [
    "compact_command",
    "export_command",
    "merge_command",
    "replay_command",
    "status_command",
]


@click.command(
    "status",
    epilog=examples(
        "tradetalks status results/first-talk",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
def status_command(folder: str) -> None:
    """Show how a sweep stands: what is played, failed, missing, broken."""
    print_page(status_page(folder))


@click.command(
    "merge",
    epilog=examples(
        "tradetalks sweep first-talk --replications 4 --shard 1/2 --out one",
        "tradetalks sweep first-talk --replications 4 --shard 2/2 --out two",
        "tradetalks merge one two --out results/whole",
    ),
)
@click.argument(
    "folders", metavar="DIR...", nargs=-1, required=True, shell_complete=completed_from()
)
@click.option("--out", metavar="DIR", required=True, help="A new folder for the whole.")
def merge_command(folders: tuple[str, ...], out: str) -> None:
    """Put the shards of an experiment together."""
    whole = merge(folders, results_folder(out))
    played, planned = whole.arrow("runs").num_rows, whole.manifest["runs"]
    if played == planned:
        say(f"{they_are(played, 'run')} in {out}.")
        return
    shards = missing_shards(folders)
    if shards:
        why = f"{listing(shards)} {'is' if len(shards) == 1 else 'are'} missing"
    else:
        why = "the others are in none of the folders"
    say(
        f"{played:,} of {they_are(planned, 'run')} in {out}; {why}.\n"
        f"To play them there: tradetalks sweep {out} --resume",
    )


@click.command(
    "compact",
    epilog=examples(
        "tradetalks compact results/first-talk",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
def compact_command(folder: str) -> None:
    """Put many small segments together to few large ones, with the same tables."""
    done = compact(folder)
    (before, size), (after, smaller) = done.before, done.after
    now = f"of {file_size(smaller)}, in {folder}."
    if done.before == done.after:
        say(f"Nothing to put together: {count(after, 'segment')} {now}")
    else:
        many = f"{count(before, 'segment')} of {file_size(size)}"
        say(f"{many} are now {after:,} {now}")


@click.command(
    "export",
    epilog=examples(
        "tradetalks export results/first-talk --out runs.csv",
        "tradetalks export results/first-talk --format parquet --out runs.parquet",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
@click.option("--table", default="runs", show_default=True, help="Which table.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True
)
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    help=(
        "wide: a column per metric, pair or country, as runs are by default. tidy: of runs, a row"
        " per metric; the other tables as they are, with the axes beside, as by default."
    ),
)
@click.option("--out", metavar="FILE", help="Where to; CSV goes to stdout by default.")
def export_command(folder: str, table: str, form: str, shape: str | None, out: str | None) -> None:
    """Write a table of results as CSV or Parquet, the axes beside every row."""
    if form == "parquet" and out is None:
        raise click.UsageError("Parquet needs --out FILE.")
    shape = shape or ("wide" if table == "runs" else "tidy")
    frame = exported(stored_results(folder), table, shape)
    if out is None:
        if sys.stdout.isatty():
            put_text(frame.to_csv(index=False))
        else:
            sys.stdout.flush()
            frame.to_csv(sys.stdout.buffer, index=False)
        return
    if output_path(out, "--out").is_file():
        why = f"{out!r} is there already, and nothing is overwritten; name another file"
        raise click.BadParameter(why, param_hint="--out")
    write = frame.to_csv if form == "csv" else frame.to_parquet
    with writing(out), output_file(out) as path, open(path, "wb") as file:
        write(file, index=False)
    say(f"{they_are(len(frame), 'row')} in {out}.")


@click.command(
    "replay",
    epilog=examples(
        "tradetalks replay results/first-talk 3",
        "tradetalks replay results/first-talk 3 --quiet --out results/third",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
@click.argument("number", metavar="RUN", type=int)
@click.option("--out", metavar="NEW", help="Write all tables of the run and its scenario there.")
@click.option("--quiet", is_flag=True, help="Only compare: no transcript and no summary.")
@allow_code_option
def replay_command(
    folder: str, number: int, out: str | None, quiet: bool, allow_code: bool
) -> None:
    """Play one run of a sweep again, with transcript, and check that it is the same."""
    if out is not None:
        require_new_folder(out)
    again = replay(stored_results(folder, allow_code=allow_code), number)
    if again.run is not None and out is not None:
        save_tables(again.run, out)
    _put_replay(again, quiet)
    if again.run is None and out is not None:
        why = "the run failed" if again.row["error"] else "a model has no tables"
        raise click.ClickException(f"nothing was written to {out}: {why}")


# -- steps ---------------------------------------------------------------------------------------


def _put_replay(again: Replay, quiet: bool) -> None:
    varied = [(path, literals.write(value)) for path, value in again.values.items()]
    print_page(outline([("run", str(again.number)), ("seed", str(again.seed)), *varied], indent=0))
    if again.row["error"]:
        print_page(Group(Text(again.row["error"]), Text(again.row["traceback"] or "")))
    elif again.run is not None and not quiet:
        print_page(transcript_page(again.run))
        print_page(run_details_page(again.run))
    if again.row.get("traceback") and not again.row["error"]:
        print_page(Text(again.row["traceback"]))
    if again.differences:
        lines = visible("\n".join(f"  {line}" for line in again.differences))
        raise click.ClickException(
            f"this is not the run that was kept:\n{lines}\n{visible(again.advice)}"
        )
    say(f"Run {again.number} came out the same, in every table that was kept.")
