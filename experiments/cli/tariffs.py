"""The commands of trade economics: welfare, tariffs.

Only click is imported here; every command imports what it needs when it is called.
"""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from experiments.pages.tariffs import Answer
    from simulator.economy.trade import Trade

__all__ = ["COMMANDS"]


def _picture(context: click.Context, option: click.Parameter, target: str | None) -> "Path | None":
    """Return where a picture goes, before anything is read."""
    if target is None:
        return None
    from experiments.cli.outputs import picture_path

    return picture_path(target)


def _of_trade(command: "Callable[..., None]") -> "Callable[..., None]":
    """Return a command with the options that all commands about trade share."""
    options = (
        click.option(
            "--trade",
            metavar="T.csv",
            help="Flows in US$ bn: a matrix with exporters in rows, or long, or as in BACI.",
        ),
        click.option("--gdp", metavar="G.csv", help="GDP in US$ bn: region,gdp."),
        click.option(
            "--region-map", metavar="M.csv", help="code,region: aggregates the flows by it."
        ),
        click.option(
            "--elasticity", type=float, default=4.0, show_default=True, help="Trade elasticity."
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option(
            "--plot", metavar="FILE", callback=_picture, help="Draw a bar chart (png, svg, pdf)."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option(
    "--tariffs",
    metavar="F.csv",
    help=(
        "New tariffs, fractions: a matrix with exporters in rows, or exporter,importer,tariff;"
        " those of the US announced on 2 April 2025 by default."
    ),
)
@click.option(
    "--model",
    type=click.Choice(["armington", "liberation-day"]),
    default="armington",
    show_default=True,
    help="liberation-day adds labour supply, scale and profits earned abroad.",
)
@click.option("--balanced", is_flag=True, help="Purge trade deficits first.")
@click.option(
    "--revenue",
    type=click.Choice(["income-tax", "lump-sum"]),
    help="How liberation-day hands revenue out: lower income taxes (by default) or lump-sum.",
)
@click.option(
    "--home",
    metavar="REGION",
    help="Whose income tax and foreign profits liberation-day takes for the US's; USA by default.",
)
@_of_trade
def welfare(plot: "Path | None", as_json: bool, **options: Any) -> None:
    """Tell what tariffs do to welfare, wages and revenue.

    The flows and GDP of nine regions in 2023 by default. Revenue is in US$ bn per year.
    """
    from experiments.pages.tariffs import welfare_answer

    if options["model"] == "armington":
        for name in ("revenue", "home"):
            if options[name] is not None:
                click.echo(f"Note: --{name} counts in the model liberation-day only.", err=True)
    data = _trade(options)
    rates, remarks = _tariffs(options.pop("tariffs"), data)
    for remark in remarks:
        click.echo(f"Note: {remark}", err=True)
    answer = welfare_answer(
        data,
        rates,
        model=options["model"],
        balanced=options["balanced"],
        lump_sum=options["revenue"] == "lump-sum",
        elasticity=options["elasticity"],
        home=options["home"] or HOME,
    )
    _put(answer, plot, as_json)


@click.group()
def tariffs() -> None:
    """Tell which tariffs are best, answer each other, or enforce themselves.

    Every region has one tariff on all others. Trade deficits are purged first.
    """


@tariffs.command()
@_of_trade
def optimal(plot: "Path | None", as_json: bool, **options: Any) -> None:
    """Tell each region's best tariff if no other has any, and what it gains."""
    from experiments.pages.tariffs import optimal_answer

    _put(optimal_answer(_trade(options), options["elasticity"]), plot, as_json)


@tariffs.command()
@_of_trade
def nash(plot: "Path | None", as_json: bool, **options: Any) -> None:
    """Tell the tariffs that are best responses to each other, and what they cost."""
    from experiments.pages.tariffs import nash_answer

    _put(nash_answer(_trade(options), options["elasticity"]), plot, as_json)


@tariffs.command()
@click.option(
    "--discount",
    type=click.FloatRange(0, 1),
    multiple=True,
    default=(0.2, 0.3, 0.4, 0.5),
    show_default=True,
    help="Discount factor per period. May be repeated.",
)
@click.option(
    "--trust",
    type=click.FloatRange(0, 1),
    multiple=True,
    default=(1.0, 0.75, 0.5),
    show_default=True,
    help="Trust in the others. May be repeated.",
)
@_of_trade
def sustainable(
    plot: "Path | None",
    as_json: bool,
    discount: tuple[float, ...],
    trust: tuple[float, ...],
    **options: Any,
) -> None:
    """Tell the lowest common tariff that all keep to, by discount factor and trust.

    Who breaks it meets the Nash tariffs ever after. Also the discount factor from which on each
    region keeps to free trade.
    """
    from experiments.pages.tariffs import sustainable_answer

    answer = sustainable_answer(_trade(options), options["elasticity"], discount, trust)
    _put(answer, plot, as_json)


COMMANDS = (welfare, tariffs)

#: Whose tariffs were announced on 2 April 2025, and who is at home in the Liberation Day model.
HOME = "USA"


# -- steps -------------------------------------------------------------------------------------


def _trade(options: dict[str, Any]) -> "Trade":
    from simulator.economy.trade import read_trade

    return read_trade(options["trade"], options["gdp"], options["region_map"])


def _tariffs(source: str | None, trade: "Trade") -> tuple[Any, tuple[str, ...]]:
    """Return the tariffs of a file, or those announced, and remarks on them."""
    from simulator.economy.trade import read_tariffs

    if source is not None:
        return read_tariffs(source, trade.regions)
    if trade.announced is None or HOME not in trade.regions:
        raise click.UsageError(
            f"Name tariffs (--tariffs): none were announced for a region {HOME} in {trade.source}."
        )
    import numpy as np

    rates = np.zeros(trade.flows.shape)
    rates[:, trade.regions.index(HOME)] = trade.announced
    np.fill_diagonal(rates, 0.0)
    return rates, trade.remarks


def _put(answer: "Answer", plot: "Path | None", as_json: bool) -> None:
    """Print an answer, and draw it."""
    if plot is not None:
        from experiments.cli.outputs import save_picture

        save_picture(answer.figure(), plot)
    if as_json:
        import json

        click.echo(json.dumps(answer.data, allow_nan=False, ensure_ascii=False))
        return
    from experiments.display.terminal import put

    put(answer.page())
