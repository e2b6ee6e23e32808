"""The commands that show what was played: plot and report."""

from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.outputs import PICTURES, file_place, save_picture, say
from experiments.cli.subject import PLAYED, played_options, played_subject
from experiments.plots.run import RunPlots
from experiments.plots.sweep import SweepPlots
from experiments.report.file import ENDINGS
from experiments.run import Run
from experiments.sweep import Results
from simulator.errors import Problem, ScenarioError, nearest
from simulator.files import user_path
from simulator.scenario.source import shipped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_command", "report_command"]

#: What can be drawn, of a run or of a sweep.
KINDS = tuple(dict.fromkeys((*RunPlots.KINDS, *SweepPlots.KINDS)))


@click.command(
    "plot",
    epilog=examples(
        "tradetalks plot allies-2025 trust --seed 3",
        "tradetalks plot results/first-talk response --metric payoff_weighted_home",
        "tradetalks plot results/first-talk timeline --run 0 -o run.pdf",
    ),
)
@click.argument("source", metavar="RUN|RESULTS|SCENARIO", shell_complete=completed_from(shipped))
@click.argument("kind", metavar="KIND", shell_complete=completed_from(lambda: KINDS, files=False))
@click.option("-o", "--out", "target", metavar="FILE",
              help="Where to: a file that ends in .png, .svg or .pdf; by default a new .png here,"
                   " named after what is drawn.")  # fmt: skip
@click.option("--talk", metavar="TALK", help="Which talk; the first by default.")
@click.option("--opening", type=int, metavar="K", help="Which opening of the talk, from 0.")
@click.option("--what", metavar="TALK|DEAL|WEEK|DATE", help="Whose reasons; of all by default.")
@click.option("--observer", metavar="COUNTRY", help="Whose trust; everybody's by default.")
@click.option("--subject", metavar="COUNTRY", help="Of a sweep, who is trusted; each by default.")
@click.option("--obligor", metavar="COUNTRY", help="Whose performance; everybody's by default.")
@click.option("--metric", metavar="M", help="Which metric; the first by default.")
@click.option("--over", metavar="M", help="Of a scatter, the metric along the horizontal axis.")
@click.option(
    "--by",
    metavar="AXIS",
    multiple=True,
    help="Over which axis, or by its values. May be repeated.",
)
@played_options()
def plot_command(source: str, kind: str, target: str | None, **options: Any) -> None:
    """Draw a run or a sweep: trust, talks, deals, payoffs, response curves and more.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`.

    Kinds for a run: graph, trust, talk, offers, timeline, payoffs, zone, calibration, why; for a
    sweep: response, heatmap, sobol, hazard, matrix, trust, payoffs, calibration, scatter, or with
    --run N those for a run.
    """
    if kind not in KINDS:
        of_run, of_sweep = ", ".join(RunPlots.KINDS), ", ".join(SweepPlots.KINDS)
        allowed = f"of a run: {of_run}; of a sweep: {of_sweep}"
        raise ScenarioError([Problem("kind", kind, allowed, nearest(kind, KINDS))])
    named = f"{_name(source, options['number'])}-{kind}"
    place = file_place(target, named, PICTURES, "--out")
    subject = played_subject(
        source, {name: options.pop(name) for name in ("number", "allow_code", *PLAYED)}
    )
    given = {name: value for name, value in options.items() if value not in (None, ())}
    save_picture(_figure(subject, source, kind, given), place())


@click.command(
    "report",
    epilog=examples(
        "tradetalks report first-talk",
        "tradetalks report results/first-talk -o sweep.html",
    ),
)
@click.argument("source", metavar="RUN|RESULTS|SCENARIO", shell_complete=completed_from(shipped))
@click.option("-o", "--out", "target", metavar="FILE",
              help="Where to: a file that ends in .html or .htm; by default a new .html here,"
                   " named after what is told.")  # fmt: skip
@played_options()
def report_command(source: str, target: str | None, **options: Any) -> None:
    """Write a run or a sweep as one page for a browser: story, tables, pictures, how to repeat it.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`, or one of its runs with --run N. The page needs no network, and nothing in
    it runs.
    """
    place = file_place(target, _name(source, options["number"]), ENDINGS, "--out")
    subject = played_subject(source, options)
    path = subject.report(place())
    say(f"The report is in {path}.")


# -- steps ---------------------------------------------------------------------------------------


def _name(source: str, number: int | None) -> str:
    """Return what a file is called that shows something: after the scenario, or the folder."""
    path = user_path(source)
    name = path.resolve().name if path.is_dir() else path.stem
    return name if number is None else f"{name}-run-{number}"


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
