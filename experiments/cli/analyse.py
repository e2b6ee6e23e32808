"""The commands that ask what came of experiments: summarize, sensitivity, compare.

Only click is imported here; every command imports what it needs when it is called.
"""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from experiments.sweep import Results

__all__ = ["COMMANDS"]

_metrics = click.option(
    "--metric",
    "metrics",
    metavar="M",
    multiple=True,
    help="Which metric; those of the experiment by default. May be repeated.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@click.argument("folder", metavar="DIR")
@_metrics
@click.option("--by", metavar="AXIS", multiple=True,
              help="Group by this axis, over all others. May be repeated.")  # fmt: skip
@click.option("--points", "each", is_flag=True, help="Every point, however many there are.")
@click.option("--within", type=click.FloatRange(0, min_open=True), metavar="H",
              help="Tell how many replications an interval of ±H takes.")  # fmt: skip
@_json
def summarize(
    folder: str,
    metrics: tuple[str, ...],
    by: tuple[str, ...],
    each: bool,
    within: float | None,
    as_json: bool,
) -> None:
    """Summarize results per point, with 95 % intervals.

    A table by replications tells whether there were enough of them.
    """
    if by and each:
        raise click.UsageError("--by groups points and --points shows each: leave out one.")
    from experiments.display.terminal import put
    from experiments.pages import sweep
    from experiments.sweep import open_results

    results, keys = open_results(folder), by or None
    if as_json:
        _put({**sweep.counts(results), "rows": sweep.summary_data(results, metrics, keys)})
    else:
        put(sweep.summary_page(results, metrics, keys, within, each))


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--metric", metavar="M", required=True, help="Which metric.")
@_json
def sensitivity(folder: str, metric: str, as_json: bool) -> None:
    """Tell which axis moves a metric, by Sobol indices.

    They take results of a Saltelli design: tradetalks sweep ... --design saltelli --samples 256.
    """
    from experiments.analysis import queries
    from experiments.display.terminal import put
    from experiments.pages import sweep
    from experiments.sweep import open_results

    results = open_results(folder)
    found = queries.sensitivity_of(results, metric)
    if as_json:
        _put({**sweep.counts(results), **sweep.plain_data(found)})
    else:
        put(sweep.sensitivity_page(results, found))


@click.command()
@click.argument("first", metavar="DIR")
@click.argument("second", metavar="DIR")
@_metrics
@_json
def compare(first: str, second: str, metrics: tuple[str, ...], as_json: bool) -> None:
    """Compare two experiments, paired where seeds are shared; or two runs, week by week.

    Differences are the second minus the first. Of experiments, runs of the same point and seed
    are compared with each other; where seeds are not shared at every point, means are. Of two
    folders of `tradetalks run --out`, it tells what differs, and from which week.
    """
    from experiments.sweep import open_results

    one, other = open_results(first), open_results(second)
    _check_alike(one, other)
    if one.manifest:
        _compare_experiments(one, other, metrics, as_json)
    elif metrics:
        raise click.UsageError("--metric is of experiments, and these are two runs: leave it out.")
    else:
        _compare_runs(one, other, as_json)


COMMANDS = (summarize, sensitivity, compare)


def _put(found: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))


def _check_alike(one: "Results", other: "Results") -> None:
    """Refuse to compare a run with a sweep."""
    if bool(one.manifest) == bool(other.manifest):
        return
    single, many = (other, one) if one.manifest else (one, other)
    raise click.UsageError(
        f"{single.folder} is one run and {many.folder} a sweep: name two runs, or two sweeps."
    )


def _compare_experiments(
    one: "Results", other: "Results", metrics: tuple[str, ...], as_json: bool
) -> None:
    from experiments.analysis import queries
    from experiments.display.terminal import put
    from experiments.pages import sweep

    found = queries.comparison_of(one, other, metrics)
    if as_json:
        sides = {"runs_first": sweep.counts(one), "runs_second": sweep.counts(other)}
        _put({**sides, **sweep.plain_data(found)})
    else:
        put(sweep.comparison_page(one, other, found))


def _compare_runs(one: "Results", other: "Results", as_json: bool) -> None:
    from experiments.analysis.divergence import compare
    from experiments.display.terminal import put
    from experiments.execution.replay import replayed_folder

    found = compare(replayed_folder(one), replayed_folder(other))
    if as_json:
        _put(found.to_dict())
    else:
        put(found.page())
