"""The commands that show what was played: plot and report."""

from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from experiments.cli.outputs import file_path, picture_path, save_picture, say
from experiments.cli.subject import PLAYED, played_options, played_subject
from experiments.plots.run import RunPlots
from experiments.plots.sweep import SweepPlots
from experiments.report.file import ENDINGS
from experiments.run import Run
from experiments.sweep import Results
from simulator.errors import Problem, ScenarioError, nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_command", "report_command"]


@click.command("plot")
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.argument("kind", metavar="KIND")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .png, .svg or .pdf.")  # fmt: skip
@click.option("--talk", metavar="TALK", help="Which talk; the first by default.")
@click.option("--opening", type=int, metavar="K", help="Which opening of the talk, from 0.")
@click.option("--what", metavar="TALK|DEAL|WEEK", help="Whose reasons; of all by default.")
@click.option("--observer", metavar="COUNTRY", help="Whose trust; everybody's by default.")
@click.option("--obligor", metavar="COUNTRY", help="Whose performance; everybody's by default.")
@click.option("--metric", metavar="M", help="Which metric; the first by default.")
@click.option("--by", metavar="AXIS", multiple=True, help="Over which axis. May be repeated.")
@played_options()
def plot_command(source: str, kind: str, target: str, **options: Any) -> None:
    """Draw a run or a sweep: trust, talks, deals, payoffs, response curves and more.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`.

    Kinds for a run: graph, trust, talk, offers, timeline, payoffs, zone, calibration, why; for a
    sweep: response, heatmap, sobol, hazard, matrix, trust, payoffs, calibration, or with --run N
    those for a run.
    """
    path = picture_path(target, "--out")
    # Before anything is played.
    known = [*dict.fromkeys((*RunPlots.KINDS, *SweepPlots.KINDS))]
    if kind not in known:
        of_run, of_sweep = ", ".join(RunPlots.KINDS), ", ".join(SweepPlots.KINDS)
        allowed = f"of a run: {of_run}; of a sweep: {of_sweep}"
        raise ScenarioError([Problem("kind", kind, allowed, nearest(kind, known))])
    subject = played_subject(
        source, {name: options.pop(name) for name in ("number", "allow_code", *PLAYED)}
    )
    given = {name: value for name, value in options.items() if value not in (None, ())}
    save_picture(_figure(subject, source, kind, given), path)


@click.command("report")
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .html or .htm.")  # fmt: skip
@played_options()
def report_command(source: str, target: str, **options: Any) -> None:
    """Write a run or a sweep as one page for a browser: story, tables, pictures, how to repeat it.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`, or one of its runs with --run N. The page needs no network, and nothing in
    it runs.
    """
    path = file_path(target, ENDINGS, "--out")
    played_subject(source, options).report(path)
    say(f"The report is in {path}.")


# -- steps ---------------------------------------------------------------------------------------


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
