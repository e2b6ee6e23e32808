"""The commands of trade economics: welfare, tariffs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import ArrayLike

from experiments.cli.examples import examples
from experiments.cli.outputs import (
    json_option,
    picture_path,
    put_json,
    put_remarks,
    save_picture,
    say,
)
from experiments.display.terminal import print_page
from experiments.pages.tariffs import (
    Answer,
    nash_answer,
    optimal_answer,
    sustainable_answer,
    welfare_answer,
)
from simulator.economy.trade import Trade, read_elasticities, read_tariffs, read_trade
from simulator.errors import EconomyError, Problem, nearest
from simulator.files import user_path

__all__ = [
    "nash_command",
    "optimal_command",
    "sustainable_command",
    "tariffs_command",
    "welfare_command",
]

#: Whose tariffs were announced on 2 April 2025, and who is at home in the Liberation Day model.
HOME = "USA"
#: The answer that is no file.
IN_KIND = "in-kind"


def _picture_path(_: click.Context, __: click.Parameter, target: str | None) -> Path | None:
    """Return where a picture goes, before anything is read."""
    return None if target is None else picture_path(target)


def _elasticity(_: click.Context, __: click.Parameter, given: str) -> float | Path:
    """Return a number, or the file that has one for each sector."""
    try:
        return float(given)
    except ValueError:
        path = Path(given)
    if path.suffix.lower() != ".csv":
        raise click.BadParameter(f"{given!r}: a number, or a file E.csv with sector,elasticity")
    return path


def _of_trade(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options that all commands about trade share."""
    options = (
        click.option(
            "--trade",
            metavar="T.csv",
            help=(
                "Flows in US$ bn: a matrix with exporters in rows, or long, or as in BACI. Trade of"
                " a region with itself is what it sells at home; without it, GDP less exports."
            ),
        ),
        click.option("--gdp", metavar="G.csv", help="GDP in US$ bn: region,gdp."),
        click.option(
            "--region-map",
            metavar="M.csv",
            help="code,region: aggregates the flows by it; * stands for all other codes.",
        ),
        click.option(
            "--elasticity",
            metavar="NUMBER|E.csv",
            callback=_elasticity,
            default="4.0",
            show_default=True,
            help="Trade elasticity, or sector,elasticity for flows with sectors.",
        ),
        json_option(help="Print one JSON object."),
        click.option(
            "--plot",
            metavar="FILE",
            callback=_picture_path,
            help="Draw a bar chart (png, svg, pdf).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    "welfare",
    epilog=examples(
        "tradetalks welfare",
        "tradetalks welfare --model liberation-day --plot welfare.png",
    ),
)
@click.option(
    "--tariffs",
    metavar="F.csv",
    help=(
        "New tariffs, fractions: a matrix with exporters in rows, or exporter,importer,tariff;"
        " inf is an embargo; those of the US announced on 2 April 2025 by default."
    ),
)
@click.option(
    "--answer",
    metavar=f"A.csv|{IN_KIND}",
    help=(
        "Tariffs by which others answer, a file like that of --tariffs; in-kind: each takes from"
        " the other what is taken from it."
    ),
)
@click.option(
    "--partners",
    metavar="REGION",
    multiple=True,
    help="Show this region's trade by partner; that of who taxes, by default. May be repeated.",
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
def welfare_command(plot: Path | None, as_json: bool, **options: Any) -> None:
    """Tell what tariffs do to welfare, prices and trade with each partner.

    The flows and GDP of nine regions in 2023 by default. Amounts are in US$ bn per year; welfare is
    its change in per cent, times GDP.
    """
    if options["model"] == "armington":
        for name in ("revenue", "home"):
            if options[name] is not None:
                say(f"Note: --{name} counts in the model liberation-day only.")
    trade, elasticity = _trade(options)
    rates, remarks = _tariffs(options, trade)
    put_remarks("Note", remarks)
    answer = welfare_answer(
        trade,
        rates,
        answer=_answer(options, trade, rates),
        partners_of=_regions("--partners", options["partners"], trade),
        model=options["model"],
        balanced=options["balanced"],
        lump_sum=options["revenue"] == "lump-sum",
        elasticity=elasticity,
        home=options["home"] or HOME,
    )
    _put_answer(answer, plot, as_json)


@click.group(
    "tariffs",
    epilog=examples(
        "tradetalks tariffs nash",
    ),
)
def tariffs_command() -> None:
    """Tell which tariffs are best, answer each other, or enforce themselves.

    Every region has one tariff on all others. Trade deficits are purged first.
    """


@tariffs_command.command(
    "optimal",
    epilog=examples(
        "tradetalks tariffs optimal",
    ),
)
@_of_trade
def optimal_command(plot: Path | None, as_json: bool, **options: Any) -> None:
    """Tell each region's best tariff if no other has any, and what it gains."""
    _put_answer(optimal_answer(*_trade(options)), plot, as_json)


@tariffs_command.command(
    "nash",
    epilog=examples(
        "tradetalks tariffs nash --elasticity 3",
    ),
)
@_of_trade
def nash_command(plot: Path | None, as_json: bool, **options: Any) -> None:
    """Tell the tariffs that are best responses to each other, and what they cost."""
    _put_answer(nash_answer(*_trade(options)), plot, as_json)


@tariffs_command.command(
    "sustainable",
    epilog=examples(
        "tradetalks tariffs sustainable --discount 0.4 --trust 0.75",
    ),
)
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
def sustainable_command(
    plot: Path | None,
    as_json: bool,
    discount: tuple[float, ...],
    trust: tuple[float, ...],
    **options: Any,
) -> None:
    """Tell the lowest common tariff that all keep to, by discount factor and trust.

    Who breaks it meets the Nash tariffs ever after. Also the discount factor from which on each
    region keeps to free trade.
    """
    answer = sustainable_answer(*_trade(options), discount, trust)
    _put_answer(answer, plot, as_json)


# -- steps ---------------------------------------------------------------------------------------


def _trade(options: dict[str, Any]) -> tuple[Trade, ArrayLike]:
    """Return the trade of the files that were named, and its elasticity, that of each sector.

    Of files of the user's own it says by which rule domestic sales are known.
    """
    trade = read_trade(options["trade"], options["gdp"], options["region_map"])
    elasticity = options["elasticity"]
    if isinstance(elasticity, Path):
        elasticity = read_elasticities(elasticity, trade.sectors)
    if options["trade"] is not None or options["gdp"] is not None:
        put_remarks("Note", [trade.rule, *trade.notes])
    return trade, elasticity


def _tariffs(options: dict[str, Any], trade: Trade) -> tuple[Any, tuple[str, ...]]:
    """Return the tariffs of a file, or those announced, and remarks on them."""
    if options["tariffs"] is not None:
        names = (trade.regions, options["region_map"], trade.sectors)
        return read_tariffs(options["tariffs"], *names)
    if trade.announced is None or HOME not in trade.regions:
        raise click.UsageError(
            f"Name tariffs (--tariffs): none were announced for a region {HOME} in {trade.source}."
        )
    rates = np.zeros(trade.flows.shape)
    rates[..., trade.regions.index(HOME)] = trade.announced
    rates[..., np.eye(len(trade.regions), dtype=bool)] = 0.0
    return rates, trade.remarks


def _answer(options: dict[str, Any], trade: Trade, rates: Any) -> Any:
    """Return the tariffs by which others answer, none without an answer.

    What is taxed already is not taxed again: in a file that is refused.
    """
    if options["answer"] is None:
        return None
    if options["answer"] == IN_KIND:
        return np.where(rates == 0.0, np.swapaxes(rates, -1, -2), 0.0)
    if nearest(options["answer"], [IN_KIND]) and not user_path(options["answer"]).exists():
        allowed = "in-kind, or a file of tariffs that exists"
        raise EconomyError([Problem("--answer", options["answer"], allowed, IN_KIND)])
    names = (trade.regions, options["region_map"], trade.sectors)
    answer, remarks = read_tariffs(options["answer"], *names)
    put_remarks("Note", remarks)
    twice = np.argwhere((answer != 0.0) & (rates != 0.0))
    problems = []
    for *of, j, i in twice[:20].tolist():
        key = ".".join([trade.regions[j], trade.regions[i], *(trade.sectors[s] for s in of)])
        allowed = f"0 or nothing: --tariffs has {rates[(*of, j, i)]:g} there"
        problems.append(Problem(key, float(answer[(*of, j, i)]), allowed))
    if problems:
        raise EconomyError(problems, options["answer"])
    return answer


def _regions(option: str, names: Sequence[str], trade: Trade) -> Sequence[str]:
    """Return regions that an option names; refuse what is none."""
    problems = [
        Problem(option, name, f"one of {', '.join(trade.regions)}", nearest(name, trade.regions))
        for name in names
        if name not in trade.regions
    ]
    if problems:
        raise EconomyError(problems, trade.source)
    return names


def _put_answer(answer: Answer, plot: Path | None, as_json: bool) -> None:
    """Print an answer, and draw it."""
    if plot is not None:
        save_picture(answer.figure(), plot)
    if as_json:
        put_json(answer.data)
    else:
        print_page(answer.page())
