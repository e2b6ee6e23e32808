"""The commands that show what was played: plot and report."""

from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from experiments.cli.options import allow_code_option, loaded_scenario, set_option
from experiments.cli.outputs import file_path, picture_path, save_picture, say
from experiments.execution.replay import replayed_folder
from experiments.plots.run import RunPlots
from experiments.plots.sweep import SweepPlots
from experiments.report.file import ENDINGS
from experiments.run import Run, run
from experiments.sweep import Results, open_results
from simulator.errors import Problem, ScenarioError, nearest
from simulator.files import user_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_command", "report_command"]

#: Options that say what is played, when a scenario is named; the others say what is drawn.
PLAYED = ("seed", "weeks", "assignments")

_seed = click.option(
    "--seed", type=int, help="Of a scenario: seed of every draw, its typical_seed by default."
)
_weeks = click.option("--weeks", type=int, help="Of a scenario: how many weeks to play.")
_set = set_option(help="Of a scenario: change a value. May be repeated.")


@click.command("plot")
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.argument("kind", metavar="KIND")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .png, .svg or .pdf.")  # fmt: skip
@click.option("--run", "number", type=int, metavar="N", help="Of a sweep, the run to draw.")
@click.option("--talk", metavar="TALK", help="Which talk; the first by default.")
@click.option("--opening", type=int, metavar="K", help="Which opening of the talk, from 0.")
@click.option("--observer", metavar="COUNTRY", help="Whose trust; everybody's by default.")
@click.option("--obligor", metavar="COUNTRY", help="Whose performance; everybody's by default.")
@click.option("--metric", metavar="M", help="Which metric; the first by default.")
@click.option("--by", metavar="AXIS", multiple=True, help="Over which axis. May be repeated.")
@_seed
@_weeks
@_set
@allow_code_option
def plot_command(source: str, kind: str, target: str, **options: Any) -> None:
    """Draw a run or a sweep: trust, talks, deals, payoffs, response curves and more.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`.

    Kinds for a run: graph, trust, talk, offers, timeline, payoffs, zone, calibration; for a sweep:
    response, heatmap, sobol, hazard, matrix, trust, payoffs, calibration, or with --run N those for
    a run.
    """
    path = picture_path(target, "--out")
    # Before anything is played.
    known = [*dict.fromkeys((*RunPlots.KINDS, *SweepPlots.KINDS))]
    if kind not in known:
        of_run, of_sweep = ", ".join(RunPlots.KINDS), ", ".join(SweepPlots.KINDS)
        allowed = f"of a run: {of_run}; of a sweep: {of_sweep}"
        raise ScenarioError([Problem("kind", kind, allowed, nearest(kind, known))])
    subject = _subject(
        source, {name: options.pop(name) for name in ("number", "allow_code", *PLAYED)}
    )
    given = {name: value for name, value in options.items() if value not in (None, ())}
    save_picture(_figure(subject, source, kind, given), path)


@click.command("report")
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .html or .htm.")  # fmt: skip
@click.option("--run", "number", type=int, metavar="N", help="Of a sweep, the run to tell of.")
@_seed
@_weeks
@_set
@allow_code_option
def report_command(source: str, target: str, **options: Any) -> None:
    """Write a run or a sweep as one page for a browser: story, tables, pictures, how to repeat it.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`, or one of its runs with --run N. The page needs no network, and nothing in
    it runs.
    """
    path = file_path(target, ENDINGS, "--out")
    _subject(source, options).report(path)
    say(f"The report is in {path}.")


# -- steps ---------------------------------------------------------------------------------------


def _subject(source: str, options: dict[str, Any]) -> Run | Results:
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


def _figure(subject: Run | Results, source: str, kind: str, options: dict[str, Any]) -> "Figure":
    """Return the figure, once it is certain that it is one of the subject and takes the options."""
    plots = subject.plot
    if kind not in plots.KINDS:
        is_run = isinstance(subject, Run)
        allowed = f"{source} is {'one run' if is_run else 'a sweep'}: {', '.join(plots.KINDS)}"
        more = "" if is_run else "; --run N draws one of its runs"
        raise ScenarioError([Problem("kind", kind, allowed + more)])
    draw = getattr(plots, kind)
    taken = signature(draw).parameters
    for name in options:
        if name not in taken:
            allowed = ", ".join(f"--{option}" for option in taken) or "none of these options"
            raise click.UsageError(f"--{name} says nothing of {kind}, which takes {allowed}.")
    if kind == "hazard" and "by" in options:
        options["by"] = options["by"][0]
    figure: Figure = draw(**options)
    return figure
