"""The commands that list what there is: scenarios, experiments, parts, metrics."""

import click

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.options import allow_code_option, loaded_scenario
from experiments.cli.outputs import json_option, put_json
from experiments.display.terminal import print_page
from experiments.pages.lists import experiments_page, metrics_data, metrics_page, scenarios_page
from experiments.pages.parts import parts_page
from simulator.scenario.source import shipped

__all__ = ["experiments_command", "metrics_command", "parts_command", "scenarios_command"]


@click.command(
    "scenarios",
    epilog=examples(
        "tradetalks scenarios",
    ),
)
def scenarios_command() -> None:
    """List the shipped scenarios."""
    print_page(scenarios_page())


@click.command(
    "experiments",
    epilog=examples(
        "tradetalks experiments",
        "tradetalks sweep volatility --dry-run",
    ),
)
def experiments_command() -> None:
    """List the shipped experiments: what each asks, and how many runs it takes."""
    print_page(experiments_page())


@click.command(
    "parts",
    epilog=examples(
        "tradetalks parts",
        "tradetalks run first-talk --set home.trust=beta:lam=0.9",
    ),
)
def parts_command() -> None:
    """List strategies, compliance policies and trust models, with their parameters."""
    print_page(parts_page())


@click.command(
    "metrics",
    epilog=examples(
        "tradetalks metrics",
        "tradetalks metrics first-talk",
        "tradetalks sweep first-talk --metric share_signed --out results/signed",
    ),
)
@click.argument(
    "source", metavar="[SCENARIO|FILE]", required=False, shell_complete=completed_from(shipped)
)
@json_option(help="Print one JSON object.")
@allow_code_option
def metrics_command(source: str | None, as_json: bool, allow_code: bool) -> None:
    """List what a sweep can measure of a run; with a scenario, by the names of its own.

    Some can also be told after a sweep, from the table named, if that was kept:
    tradetalks sweep ... --tables deals,trust.
    """
    scenario = None if source is None else loaded_scenario(source, allow_code=allow_code)
    if as_json:
        put_json({"metrics": metrics_data(scenario)}, indent=2)
    else:
        print_page(metrics_page(scenario))
