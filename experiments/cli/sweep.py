"""The command that plays an experiment, or goes on with one: sweep."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Group

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.exit_codes import FAILED, INTERRUPTED
from experiments.cli.options import (
    allow_code_option,
    experiment_changes,
    parse_shard,
    set_option,
)
from experiments.cli.outputs import default_folder, results_folder, say, they_are
from experiments.cli.progress import follow
from experiments.design.experiment import Experiment
from experiments.design.reader import load_experiment, shipped_experiments
from experiments.design.sampling import DESIGNS
from experiments.display.terminal import print_page
from experiments.execution.execute import dry_run
from experiments.pages.status import experiment_page
from experiments.results import manifest
from experiments.results.progress import Progress
from experiments.runs.engines import Engine
from experiments.sweep import sweep
from simulator.errors import StoreError, WorkerError, nearest
from simulator.files import user_path
from simulator.scenario import source as scenarios
from simulator.text import count

__all__ = ["sweep_command"]

Shard = tuple[int, int] | None


@click.command(
    "sweep",
    epilog=examples(
        "tradetalks sweep first-talk --vary home.patience=0.9,1 --replications 3",
        "tradetalks sweep results/first-talk --resume",
        "tradetalks sweep volatility --dry-run",
    ),
)
@click.argument(
    "source",
    metavar="EXPERIMENT|SCENARIO|FILE|DIR",
    shell_complete=completed_from(shipped_experiments, scenarios.shipped),
)
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
    shell_complete=completed_from(lambda: DESIGNS, files=False),
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
@set_option(help="Change a value of the scenario at every point. May be repeated.")
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
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help="End a run that takes longer, which then has failed; no limit by default.",
)
@click.option(
    "--engine",
    type=click.Choice(get_args(Engine)),
    default="auto",
    help="Who plays: machine code what it knows, where numba is there, and objects the rest.",
)
@click.option("--resume", is_flag=True, help="Go on with what is in the folder.")
@click.option("--retry-failed", is_flag=True, help="Play runs that failed again; resumes.")
@click.option("--max-runs", type=int, help="The most runs that the experiment may have.")
@allow_code_option
@click.option("--dry-run", is_flag=True, help="Check everything, and say what would be played.")
def sweep_command(source: str, **options: Any) -> None:
    """Play an experiment: every point of a design, as often as it takes.

    A shipped experiment or the file of one; or a scenario with --vary; or a folder of results, to
    go on with it.
    """
    experiment, folder, shard = _experiment(source, options)
    if options["dry_run"]:
        _put_plan(experiment, folder, shard, options)
        return
    course = _Course()
    _play(course, experiment, folder, shard, options)
    _put_end(course, folder)
    _put_next(experiment, folder, shard)


# -- what is to be played ------------------------------------------------------------------------


def _experiment(source: str, options: dict[str, Any]) -> tuple[Experiment, Path, Shard]:
    """Return the experiment of a command, its folder, and its shard."""
    shard, out = parse_shard(options["shard"]), options["out"]
    changes = experiment_changes(options)
    path = user_path(source)
    if (path / manifest.NAME).is_file():
        begun = manifest.read_manifest(path)
        experiment, out = manifest.experiment_of(begun, **changes), out or source
        shard = shard or (tuple(begun["shard"]) if begun["shard"] else None)
    elif _is_folder(source, options["resume"] or options["retry_failed"]):
        raise StoreError(
            f"{source} holds no results of a sweep: there is no {manifest.NAME} in it; to start"
            f" one there: tradetalks sweep EXPERIMENT --out {source}"
        )
    else:
        experiment = load_experiment(source, **changes)
    return experiment, results_folder(out or default_folder(experiment.name)), shard


def _is_folder(source: str, resume: bool) -> bool:
    """Tell a folder, or to resume what must have been one, from what names an experiment."""
    names = [*scenarios.shipped(), *shipped_experiments()]
    path = user_path(source)
    if source in names or path.is_file():
        return False
    return path.is_dir() or (resume and nearest(Path(source).stem, names) is None)


def _put_plan(experiment: Experiment, folder: Path, shard: Shard, options: dict[str, Any]) -> None:
    named = {name: options[name] for name in ("resume", "retry_failed", "max_runs")}
    planned, pending = dry_run(experiment, folder, shard=shard, **named)
    print_page(Group(*experiment_page(planned.experiment, manifest.manifest_of(planned)["set"])))
    of = f"{pending:,} of " if pending < planned.size else ""
    part = f", in shard {shard[0]} of {shard[1]}" if shard else ""
    click.echo(f"\n{of}{count(planned.size, 'run')} would be played{part}. Nothing was.")


# -- playing it ----------------------------------------------------------------------------------


@dataclass
class _Course:
    """How a sweep goes: runs that were there when it began, and how far it is."""

    done_before: int | None = None
    progress: Progress = field(default_factory=Progress)

    def note(self, progress: Progress) -> None:
        if self.done_before is None:
            self.done_before = progress.done
        self.progress = progress


def _play(
    course: _Course, experiment: Experiment, folder: Path, shard: Shard, options: dict[str, Any]
) -> None:
    """Play the experiment; end the command if that is interrupted."""
    named = ("workers", "scheduler", "engine", "resume", "retry_failed", "max_runs")
    given = {name: options[name] for name in named}
    try:
        with follow(experiment.name) as show:

            def note(progress: Progress) -> None:
                course.note(progress)
                show(progress)

            sweep(experiment, folder, shard=shard, apart=True, progress=note, **given)
    except WorkerError as error:
        if course.done_before is not None or options["scheduler"] is None:
            raise
        raise click.BadParameter(str(error), param_hint="--scheduler") from error
    except KeyboardInterrupt:
        _put_interruption(course, folder)
        click.get_current_context().exit(INTERRUPTED)


def _put_interruption(course: _Course, folder: Path) -> None:
    if course.done_before is None:
        say("Interrupted before the first run.")
        return
    done, total = course.progress.done, course.progress.total
    say(
        f"Interrupted: {done:,} of {they_are(total, 'run')} in {folder}.\n"
        f"Go on with: tradetalks sweep {folder} --resume",
    )


def _put_end(course: _Course, folder: Path) -> None:
    """Say what is in the folder, and what failed; then the command fails."""
    progress = course.progress
    done, total, failed, gaps = progress.done, progress.total, progress.failed, progress.gaps
    if course.done_before == total:
        all_are = "The only run is" if total == 1 else f"All {total:,} runs are"
        say(f"{all_are} in {folder} already.")
    else:
        say(f"{they_are(done, 'run')} in {folder}.")
    if failed:
        which = "All of them" if failed == done else f"{failed:,} of them"
        which = "It" if done == 1 else which
        say(f"{which} failed: tradetalks status {folder}")
    if gaps:
        where = f"{gaps:,} of {count(done, 'run')}"
        say(f"A metric raised in {where}, and its cells are empty: tradetalks status {folder}")
    if failed or gaps:
        click.get_current_context().exit(FAILED)


def _put_next(experiment: Experiment, folder: Path, shard: Shard) -> None:
    """Say what can be asked of results that are whole."""
    where = shlex.quote(str(folder))
    if shard is not None and shard[1] > 1:
        say(f"Next, when all parts are there: tradetalks merge {where} ... --out NEW")
    elif experiment.design == "saltelli":
        say(f"Next: tradetalks sensitivity {where} --metric {(*experiment.metrics, 'M')[0]}")
    else:
        say(f"Next: tradetalks summarize {where}\n      tradetalks report {where}")
