"""The commands that show what was played: plot and report.

Only click is imported here; the command imports what it needs when it is called.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.run import Run
    from experiments.sweep import Results

__all__ = ["COMMANDS"]

#: Options that say what is played, when a scenario is named; the others say what is drawn.
PLAYED = ("seed", "weeks", "assignments")

_seed = click.option("--seed", type=int, help="Of a scenario: seed of every draw, 0 by default.")
_weeks = click.option("--weeks", type=int, help="Of a scenario: how many weeks to play.")
_set = click.option("--set", "assignments", metavar="PATH=VALUE", multiple=True,
                    help="Of a scenario: change a value. May be repeated.")  # fmt: skip


@click.command()
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.argument("kind", metavar="KIND")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .png, .svg or .pdf.")  # fmt: skip
@click.option("--run", "number", type=int, metavar="N", help="Of a sweep, the run to draw.")
@click.option("--talk", metavar="TALK", help="Which talk; the first by default.")
@click.option("--opening", type=int, metavar="K", help="Which opening of the talk, from 0.")
@click.option("--observer", metavar="COUNTRY", help="Whose trust; everybody's by default.")
@click.option("--metric", metavar="M", help="Which metric; the first by default.")
@click.option("--by", metavar="AXIS", multiple=True, help="Over which axis. May be repeated.")
@_seed
@_weeks
@_set
def plot(source: str, kind: str, target: str, **options: Any) -> None:
    """Draw a run or a sweep: trust, talks, deals, payoffs, response curves and more.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`.

    Kinds for a run: graph, trust, talk, offers, timeline, payoffs, zone; for a sweep: response,
    heatmap, sobol, hazard, matrix, trust, payoffs, or with --run N those for a run.
    """
    from experiments.cli.outputs import picture_path, save_picture

    path = picture_path(target, "--out")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    _check_kind(kind)
    subject = _subject(source, {name: given.pop(name, None) for name in ("number", *PLAYED)})
    save_picture(_drawn(subject, source, kind, given), path)


@click.command()
@click.argument("source", metavar="RUN|RESULTS|SCENARIO")
@click.option("-o", "--out", "target", metavar="FILE", required=True,
              help="Where to: a file that ends in .html or .htm.")  # fmt: skip
@click.option("--run", "number", type=int, metavar="N", help="Of a sweep, the run to tell of.")
@_seed
@_weeks
@_set
def report(source: str, target: str, **asked: Any) -> None:
    """Write a run or a sweep as one page for a browser: story, tables, pictures, how to repeat it.

    RUN is a folder of `tradetalks run --out`, or a scenario to play on the spot; RESULTS one of
    `tradetalks sweep`, or one of its runs with --run N. The page needs no network, and nothing in
    it runs.
    """
    from experiments.report.file import ENDINGS
    from experiments.results.output_path import asked_for

    path = asked_for(target, ENDINGS, "--out")
    _subject(source, asked).report(path)
    click.echo(f"The report is in {path}.", err=True)


COMMANDS = (plot, report)


def _check_kind(kind: str) -> None:
    """Refuse a kind of picture that there is not, before anything is played."""
    from experiments.plots.run import RunPlots
    from experiments.plots.sweep import SweepPlots
    from simulator.errors import Problem, ScenarioError, nearest

    known = [*dict.fromkeys((*RunPlots.KINDS, *SweepPlots.KINDS))]
    if kind not in known:
        allowed = (
            f"of a run: {', '.join(RunPlots.KINDS)}; of a sweep: {', '.join(SweepPlots.KINDS)}"
        )
        raise ScenarioError([Problem("kind", kind, allowed, nearest(kind, known))])


def _subject(source: str, asked: dict[str, Any]) -> "Run | Results":
    """Return what is to be shown: a scenario and a run's folder are played, a sweep is read."""
    if not Path(source).expanduser().is_dir():
        if asked["number"] is not None:
            raise click.UsageError("--run names a run of a sweep, by the folder of its results.")
        return _scenario(source, asked)
    _refuse(asked, PLAYED, f"{source} has been played")
    from experiments.execution.replay import replayed_folder
    from experiments.run import Run
    from experiments.sweep import open_results

    results = open_results(source)
    if results.manifest and asked["number"] is None:
        return results
    if not results.manifest:
        _refuse(asked, ("number",), f"{source} is a single run")
        return Run(replayed_folder(results).world)
    return results.replay(asked["number"])


def _refuse(asked: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    called = {"assignments": "--set", "number": "--run"}
    given = [called.get(name, f"--{name}") for name in names if asked[name] not in (None, ())]
    if given:
        raise click.UsageError(f"{why}: leave out {', '.join(given)}.")


def _scenario(source: str, asked: dict[str, Any]) -> "Run":
    from experiments.cli.options import loaded_scenario
    from experiments.run import run

    loaded = loaded_scenario(source, asked["assignments"] or ())
    return run(loaded, asked["seed"] or 0, asked["weeks"])


def _drawn(subject: "Run | Results", source: str, kind: str, given: dict[str, Any]) -> "Figure":
    """Return the figure, once it is certain that it is one of the subject and takes the options."""
    from inspect import signature

    from experiments.run import Run
    from simulator.errors import Problem, ScenarioError

    plots = subject.plot
    if kind not in plots.KINDS:
        one = isinstance(subject, Run)
        allowed = f"{source} is {'one run' if one else 'a sweep'}: {', '.join(plots.KINDS)}"
        more = "" if one else "; --run N draws one of its runs"
        raise ScenarioError([Problem("kind", kind, allowed + more)])
    draw = getattr(plots, kind)
    takes = signature(draw).parameters
    for name in given:
        if name not in takes:
            told = ", ".join(f"--{option}" for option in takes) or "none of these options"
            raise click.UsageError(f"--{name} says nothing of {kind}, which takes {told}.")
    if kind == "hazard" and "by" in given:
        given["by"] = given["by"][0]
    figure: Figure = draw(**given)
    return figure
