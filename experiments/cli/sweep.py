"""The commands of experiments: play them, go on with them, look at them, take them elsewhere.

Only click is imported here; every command imports what it needs when it is called.
"""

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from experiments.design.experiment import Experiment
    from experiments.execution.replay import Replay
    from experiments.runs.record import RunRecord

__all__ = ["COMMANDS", "save"]

FAILED, INTERRUPTED = 1, 130


@click.command()
@click.argument("source", metavar="EXPERIMENT|SCENARIO|FILE|DIR")
@click.option("--out", metavar="DIR", help="Folder of the results; results/<name> by default.")
@click.option(
    "--vary",
    metavar="PATH=VALUES",
    multiple=True,
    help=(
        "What varies: path=x,y,z; path=a:b:n, n evenly spaced values with both ends; path=a..b, a"
        " range for designs that sample. May be repeated."
    ),
)
@click.option(
    "--design",
    help="factorial (by default), zip, monte-carlo, latin-hypercube, sobol or saltelli.",
)
@click.option("--samples", type=int, help="How many samples a design that samples draws.")
@click.option("--points", "table", metavar="CSV", help="The points of the design: a row each.")
@click.option("--replications", type=int, help="Runs per point.")
@click.option("--seed", type=int, help="Root of the seeds of all runs.")
@click.option(
    "--common-seeds/--own-seeds",
    "common_random_numbers",
    default=None,
    help="Whether a replication has the same seed at every point, as by default.",
)
@click.option(
    "--set",
    "assignments",
    metavar="PATH=VALUE",
    multiple=True,
    help="Change a value of the scenario at every point. May be repeated.",
)
@click.option("--weeks", type=int, help="How many weeks to play; the scenario's by default.")
@click.option(
    "--tables",
    metavar="A,B",
    help="Tables to keep besides runs: deals,trust:13 keeps deals, and trust every 13th week.",
)
@click.option(
    "--metric",
    "metrics",
    metavar="M",
    multiple=True,
    help="A metric, or the import path of a function. May be repeated.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes; all cores by default.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler to play on instead.")
@click.option("--shard", metavar="I/N", help="Play only the I-th of N parts.")
@click.option("--resume", is_flag=True, help="Go on with what is in the folder.")
@click.option("--retry-failed", is_flag=True, help="Play runs that failed again; resumes.")
@click.option("--max-runs", type=int, help="The most runs that the experiment may have.")
@click.option("--dry-run", is_flag=True, help="Check everything, and say what would be played.")
def sweep(source: str, **options: Any) -> None:
    """Play an experiment: every point of a design, as often as it takes.

    A shipped experiment or the file of one; or a scenario with --vary; or a folder of results, to
    go on with it.
    """
    experiment, folder, shard = _experiment(source, options)
    if options["dry_run"]:
        _tell_plan(experiment, folder, shard, options)
        return
    _end_with_signals()
    _sweep(experiment, folder, shard, options)


@click.command()
@click.argument("folder", metavar="DIR")
def status(folder: str) -> None:
    """Show how a sweep stands: what is played, failed, missing, broken."""
    from experiments.display.terminal import put
    from experiments.pages.status import status_page as stands

    put(stands(folder))


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True)
@click.option("--out", metavar="DIR", required=True, help="A new folder for the whole.")
def merge(folders: tuple[str, ...], out: str) -> None:
    """Put the shards of an experiment together."""
    from experiments.results.merge import merge as merged
    from experiments.results.merge import missing_shards
    from simulator.text import listing

    whole = merged(folders, _folder(out))
    count, planned = whole.arrow("runs").num_rows, whole.manifest["runs"]
    if count == planned:
        click.echo(f"{_there(count, 'run')} in {out}.", err=True)
        return
    shards = missing_shards(folders)
    why = (
        f"{listing(shards)} {'is' if len(shards) == 1 else 'are'} missing"
        if shards
        else ("the others are in none of the folders")
    )
    click.echo(
        f"{count:,} of {_there(planned, 'run')} in {out}; {why}.\n"
        f"To play them there: tradetalks sweep {out} --resume",
        err=True,
    )


@click.command()
@click.argument("folder", metavar="DIR")
def compact(folder: str) -> None:
    """Put many small segments together to few large ones, with the same tables."""
    from experiments.results.compact import compact as compacted
    from simulator.text import file_size

    done = compacted(folder)
    (before, size), (after, smaller) = done.before, done.after
    if done.before == done.after:
        told = f"Nothing to put together: {_count(after, 'segment')} of {file_size(smaller)}"
    else:
        now = f"{after:,} of {file_size(smaller)}"
        told = f"{_count(before, 'segment')} of {file_size(size)} are now {now}"
    click.echo(f"{told}, in {folder}.", err=True)


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--table", default="runs", show_default=True, help="Which table.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True
)
@click.option(
    "--shape",
    type=click.Choice(["tidy", "wide"]),
    help=(
        "wide: a column per metric, pair or country, as runs are by default. tidy: of runs, a row"
        " per metric; the other tables as they are, with the axes beside, as by default."
    ),
)
@click.option("--out", metavar="FILE", help="Where to; CSV goes to stdout by default.")
def export(folder: str, table: str, form: str, shape: str | None, out: str | None) -> None:
    """Write a table of results as CSV or Parquet, the axes beside every row."""
    from experiments.results.export import exported
    from experiments.sweep import open_results

    if form == "parquet" and out is None:
        raise click.UsageError("Parquet needs --out FILE.")
    frame = exported(open_results(folder), table, shape or ("wide" if table == "runs" else "tidy"))
    _put_frame(frame, form, out)


@click.command()
@click.argument("folder", metavar="DIR")
@click.argument("number", metavar="RUN", type=int)
@click.option("--out", metavar="NEW", help="Write all tables of the run and its scenario there.")
@click.option("--quiet", is_flag=True, help="Only compare: no transcript and no summary.")
def replay(folder: str, number: int, out: str | None, quiet: bool) -> None:
    """Play one run of a sweep again, with transcript, and check that it is the same."""
    from experiments.execution.replay import replay as replayed
    from experiments.sweep import open_results

    if out is not None:
        _usable(out)
    again = replayed(open_results(folder), number)
    if again.run is not None and out is not None:
        save(again.run, out)
    _tell_replay(again, quiet)
    if again.run is None and out is not None:
        why = "the run failed" if again.row["error"] else "a model has no tables"
        raise click.ClickException(f"nothing was written to {out}: {why}")


COMMANDS = (sweep, status, merge, compact, export, replay)


# -- steps of sweep ----------------------------------------------------------------------------


def _experiment(
    source: str, options: dict[str, Any]
) -> "tuple[Experiment, Path, tuple[int, int] | None]":
    """Return the experiment of a command, its folder, and its shard."""
    from pathlib import Path

    from experiments.results import manifest
    from experiments.sweep import load_experiment
    from simulator.errors import StoreError

    shard = _shard(options["shard"])
    given: Any = source
    out = options["out"]
    if (Path(source) / manifest.NAME).is_file():
        found = manifest.read_manifest(Path(source))
        given, out = manifest.data_of(found), out or source
        shard = shard or (tuple(found["shard"]) if found["shard"] else None)
    elif _is_folder(source, options["resume"] or options["retry_failed"]):
        raise StoreError(
            f"{source} holds no results of a sweep: there is no {manifest.NAME} in it; to start"
            f" one there: tradetalks sweep EXPERIMENT --out {source}"
        )
    experiment = load_experiment(given, **_changes(options))
    return experiment, _folder(out or Path("results") / experiment.name), shard


def _is_folder(source: str, resume: bool) -> bool:
    """Tell a folder, or to resume what must have been one, from what names an experiment."""
    from pathlib import Path

    from experiments.design.reader import shipped_experiments
    from simulator.errors import nearest
    from simulator.scenario import source as scenarios

    names = [*scenarios.shipped(), *shipped_experiments()]
    if source in names or Path(source).is_file():
        return False
    return Path(source).is_dir() or (resume and nearest(Path(source).stem, names) is None)


def _folder(out: "str | Path") -> "Path":
    """Return the path of a folder that is there or can be made; a file is none."""
    from pathlib import Path

    absolute = Path(out).expanduser().absolute()
    above = next(path for path in (absolute, *absolute.parents) if path.exists())
    if not above.is_dir():
        raise click.BadParameter(f"{str(above)!r} is a file; name a folder", param_hint="--out")
    return Path(out)


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    """Return what the options of a command say of the experiment; all that is wrong at once."""
    from experiments.design import axis
    from simulator.errors import Problem, ScenarioError
    from simulator.scenario.paths import parse_assignment

    problems: list[Problem] = []

    def read(parse: Any, texts: "tuple[str, ...]") -> "Iterator[Any]":
        for text in texts:
            try:
                yield parse(text)
            except ScenarioError as error:
                problems.extend(error.problems)

    names = ("design", "samples", "table", "replications", "seed", "common_random_numbers", "weeks")
    changes = {name: options[name] for name in names}
    changes["vary"] = list(read(axis.vary, options["vary"]))
    changes["set"] = dict(read(parse_assignment, options["assignments"]))
    changes["tables"] = _tables(options["tables"])
    changes["metrics"] = options["metrics"] or None
    if problems:
        raise ScenarioError(problems)
    return changes


def _tables(text: str | None) -> dict[str, int] | None:
    """Return the tables of ``deals,trust:13``."""
    if text is None:
        return None
    pairs = (name.strip().partition(":") for name in text.split(",") if name.strip())
    kept = {name: int(every) if every.isdigit() else every or 1 for name, _, every in pairs}
    return {name: every for name, every in kept.items() if name != "runs"}  # type: ignore[misc]


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    part, _, of = text.partition("/")
    if not (part.isdigit() and of.isdigit() and 1 <= int(part) <= int(of)):
        raise click.BadParameter(f"{text!r}: i/n with i from 1 to n", param_hint="--shard")
    return int(part), int(of)


def _tell_plan(
    experiment: "Experiment",
    folder: "Path",
    shard: tuple[int, int] | None,
    options: dict[str, Any],
) -> None:
    from rich.console import Group

    from experiments.display.terminal import put
    from experiments.execution.execute import dry_run
    from experiments.pages.status import experiment_page
    from experiments.results import manifest

    named = {name: options[name] for name in ("resume", "retry_failed", "max_runs")}
    planned, count = dry_run(experiment, folder, shard=shard, **named)
    put(Group(*experiment_page(planned.experiment, manifest.manifest_of(planned)["set"])))
    of = f"{count:,} of " if count < planned.size else ""
    part = f", in shard {shard[0]} of {shard[1]}" if shard else ""
    click.echo(f"\n{of}{_count(planned.size, 'run')} would be played{part}. Nothing was.")


def _sweep(
    experiment: "Experiment",
    folder: "Path",
    shard: tuple[int, int] | None,
    options: dict[str, Any],
) -> None:
    from experiments.cli.progress import follow
    from experiments.results.writer import Progress
    from experiments.sweep import sweep as swept
    from simulator.errors import WorkerError

    state = Progress()
    begun: list[int] = []

    try:
        with follow(experiment.name) as told:

            def tell(now: Progress) -> None:
                nonlocal state
                state = now
                begun.append(now.done)
                told(now)

            swept(
                experiment,
                folder,
                workers=options["workers"],
                scheduler=options["scheduler"],
                resume=options["resume"],
                retry_failed=options["retry_failed"],
                shard=shard,
                max_runs=options["max_runs"],
                apart=True,
                progress=tell,
            )
    except WorkerError as error:
        if begun or options["scheduler"] is None:
            raise
        raise click.BadParameter(str(error), param_hint="--scheduler") from error
    except KeyboardInterrupt:
        _tell_stopped(state, folder, bool(begun))
        click.get_current_context().exit(INTERRUPTED)
    if begun and begun[0] == state.total:
        every = "The only run is" if state.total == 1 else f"All {state.total:,} runs are"
        click.echo(f"{every} in {folder} already.", err=True)
    else:
        click.echo(f"{_there(state.done, 'run')} in {folder}.", err=True)
    if state.failed:
        all_of_them = state.failed == state.done
        which = "All of them" if all_of_them else f"{state.failed:,} of them"
        which = "It" if state.done == 1 else which
        click.echo(f"{which} failed: tradetalks status {folder}", err=True)
        click.get_current_context().exit(FAILED if all_of_them else 0)


def _tell_stopped(state: Any, folder: "Path", begun: bool) -> None:
    if not begun:
        click.echo("Interrupted before the first run.", err=True)
        return
    click.echo(
        f"Interrupted: {state.done:,} of {_there(state.total, 'run')} in {folder}.\n"
        f"Go on with: tradetalks sweep {folder} --resume",
        err=True,
    )


def _end_with_signals() -> None:
    """Let a request to end, or the end of the terminal, stop a sweep as Ctrl-C does."""
    import signal

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What is ignored stays so: nohup has a sweep outlive its terminal.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)


# -- steps of the others -----------------------------------------------------------------------


def _put_frame(frame: "pd.DataFrame", form: str, out: str | None) -> None:
    if out is None:
        frame.to_csv(sys.stdout, index=False)
        sys.stdout.flush()
        return
    from experiments.results.output_path import output_file

    _require_new(out)
    write = frame.to_csv if form == "csv" else frame.to_parquet
    try:
        with output_file(out) as path, open(path, "wb") as file:
            write(file, index=False)
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error}") from error
    click.echo(f"{_there(len(frame), 'row')} in {out}.", err=True)


def _require_new(out: str) -> None:
    """Refuse a file that is there already."""
    from pathlib import Path

    if Path(out).expanduser().is_file():
        told = f"{out!r} is there already, and nothing is overwritten; name another file"
        raise click.BadParameter(told, param_hint="--out")


def _usable(out: str) -> None:
    from experiments.results import atomic

    try:
        atomic.check_folder(out)
    except OSError as error:
        raise click.BadParameter(str(error), param_hint="--out") from error


def save(run: "RunRecord", out: str) -> None:
    """Write all tables of a run to a folder; end the command if that cannot be done.

    Parameters
    ----------
    run : RunRecord
        A run that kept all tables.
    out : str
        A new folder or an empty one.
    """
    from experiments.results import run_folder

    try:
        run_folder.save_run(run, out)
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error}") from error


def _tell_replay(again: "Replay", quiet: bool) -> None:
    from rich.console import Group
    from rich.text import Text

    from experiments.display.terminal import outline, put
    from experiments.pages.run_summary import run_summary_page
    from experiments.pages.transcript import transcript_page
    from simulator import literals
    from simulator.text import visible

    varied = [(path, literals.write(value)) for path, value in again.values.items()]
    put(outline([("run", str(again.number)), ("seed", str(again.seed)), *varied], indent=0))
    if again.row["error"]:
        put(Group(Text(again.row["error"]), Text(again.row["traceback"] or "")))
    elif again.run is not None and not quiet:
        put(transcript_page(again.run))
        put(run_summary_page(again.run))
    if again.differences:
        lines = visible("\n".join(f"  {line}" for line in again.differences))
        raise click.ClickException(f"this is not the run that was kept:\n{lines}")
    click.echo(f"Run {again.number} came out the same, in every table that was kept.", err=True)


def _count(number: int, one: str) -> str:
    from simulator.text import count

    return count(number, one)


def _there(number: int, one: str) -> str:
    """Return ``1 run is``, or ``2 runs are``."""
    return f"{_count(number, one)} {'is' if number == 1 else 'are'}"
