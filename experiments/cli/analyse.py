"""The commands that ask what came of experiments: summarize, sensitivity, calibration, compare."""

import click

from experiments.analysis import divergence, queries
from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.options import allow_code_option
from experiments.cli.outputs import json_option, put_json
from experiments.display.terminal import print_page
from experiments.execution.replay import replayed_folder
from experiments.pages.sweep import (
    calibration_page,
    comparison_page,
    counts,
    plain_data,
    sensitivity_page,
    summary_data,
    summary_page,
)
from experiments.results.store import StoredResults, stored_results

__all__ = ["calibration_command", "compare_command", "sensitivity_command", "summarize_command"]

_metrics = click.option(
    "--metric",
    "metrics",
    metavar="M",
    multiple=True,
    help=(
        "Which metric, measured or told by a table that was kept; those of the experiment by"
        " default. May be repeated."
    ),
)
_json = json_option(help="Print one JSON object.")


@click.command(
    "summarize",
    epilog=examples(
        "tradetalks summarize results/first-talk",
        "tradetalks summarize results/first-talk --by home.patience --within 0.1",
        "tradetalks summarize results/first-talk --metric deals_signed --json",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
@_metrics
@click.option("--by", metavar="AXIS", multiple=True,
              help="Group by this axis, over all others. May be repeated.")  # fmt: skip
@click.option("--points", "each", is_flag=True, help="Every point, however many there are.")
@click.option("--within", type=click.FloatRange(0, min_open=True), metavar="H",
              help="Tell how many replications an interval of ±H takes.")  # fmt: skip
@_json
@allow_code_option
def summarize_command(
    folder: str,
    metrics: tuple[str, ...],
    by: tuple[str, ...],
    each: bool,
    within: float | None,
    as_json: bool,
    allow_code: bool,
) -> None:
    """Summarize results per point, with 95 % intervals.

    They are Student's, and Wilson's of shares. A table by replications tells whether there were
    enough of them.
    """
    if by and each:
        raise click.UsageError("--by groups points and --points shows each: leave out one.")
    results, keys = stored_results(folder, allow_code=allow_code), by or None
    if as_json:
        rows = summary_data(results, metrics, keys)
        put_json({**counts(results), "rows": rows}, indent=2)
    else:
        print_page(summary_page(results, metrics, keys, within, each))


@click.command(
    "sensitivity",
    epilog=examples(
        "tradetalks sweep first-talk --design saltelli --samples 8 --out moves \\",
        "    --vary home.patience=0.9..1 --vary partner.trust.down=0.2..0.6",
        "tradetalks sensitivity moves --metric payoff_weighted_home",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
@click.option("--metric", metavar="M", required=True, help="Which metric.")
@_json
@allow_code_option
def sensitivity_command(folder: str, metric: str, as_json: bool, allow_code: bool) -> None:
    """Tell which axis moves a metric, by Sobol indices.

    They take results of a Saltelli design: tradetalks sweep ... --design saltelli --samples 256.
    """
    results = stored_results(folder, allow_code=allow_code)
    indices = queries.sensitivity_of(results, metric)
    if as_json:
        put_json({**counts(results), **plain_data(indices)}, indent=2)
    else:
        print_page(sensitivity_page(results, indices))


@click.command(
    "calibration",
    epilog=examples(
        "tradetalks sweep first-talk --tables performance --out results/told",
        "tradetalks calibration results/told --obligor home",
    ),
)
@click.argument("folder", metavar="DIR", shell_complete=completed_from())
@click.option("--by", metavar="AXIS", multiple=True,
              help="Group by this axis, by default the trust model of who forecasts. May be"
                   " repeated.")  # fmt: skip
@click.option("--obligor", metavar="COUNTRY", help="Whose performance; everybody's by default.")
@click.option("--observer", metavar="COUNTRY", help="Whose forecasts; everybody's by default.")
@_json
@allow_code_option
def calibration_command(
    folder: str,
    by: tuple[str, ...],
    obligor: str | None,
    observer: str | None,
    as_json: bool,
    allow_code: bool,
) -> None:
    """Tell how good trust is as a forecast of performance, by Brier scores.

    Of a run or a sweep that kept the table performance: tradetalks sweep ... --tables performance.
    """
    results = stored_results(folder, allow_code=allow_code)
    found = queries.calibration_of(results, by or None, obligor, observer)
    if as_json:
        put_json({**counts(results), **plain_data(found)}, indent=2)
    else:
        print_page(calibration_page(results, found))


@click.command(
    "compare",
    epilog=examples(
        "tradetalks run first-talk --out results/one",
        "tradetalks run first-talk --set home.patience=0.5 --out results/two",
        "tradetalks compare results/one results/two",
    ),
)
@click.argument("first", metavar="DIR", shell_complete=completed_from())
@click.argument("second", metavar="DIR", shell_complete=completed_from())
@_metrics
@_json
@allow_code_option
def compare_command(
    first: str, second: str, metrics: tuple[str, ...], as_json: bool, allow_code: bool
) -> None:
    """Compare two experiments, paired where seeds are shared; or two runs, week by week.

    Differences are the second minus the first. Of experiments, runs of the same point and seed
    are compared with each other; where seeds are not shared at every point, means are. Of two
    folders of `tradetalks run --out`, it tells what differs, and from which week.
    """
    one, other = (stored_results(name, allow_code=allow_code) for name in (first, second))
    _check_alike(one, other)
    if one.manifest:
        comparison = queries.comparison_of(one, other, metrics)
        if as_json:
            sides = {"runs_first": counts(one), "runs_second": counts(other)}
            put_json({**sides, **plain_data(comparison)}, indent=2)
        else:
            print_page(comparison_page(one, other, comparison))
        return
    if metrics:
        raise click.UsageError("--metric is of experiments, and these are two runs: leave it out.")
    differences = divergence.compare(replayed_folder(one), replayed_folder(other))
    if as_json:
        put_json(differences.to_dict(), indent=2)
    else:
        print_page(differences.page())


def _check_alike(one: StoredResults, other: StoredResults) -> None:
    """Refuse to compare a run with a sweep."""
    if bool(one.manifest) == bool(other.manifest):
        return
    single, many = (other, one) if one.manifest else (one, other)
    raise click.UsageError(
        f"{single.folder} is one run and {many.folder} a sweep: name two runs, or two sweeps."
    )
