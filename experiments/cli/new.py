"""The command that writes a first draft of a scenario: new."""

import datetime
import os
from pathlib import Path

import click

from experiments.cli.examples import examples
from experiments.cli.outputs import file_path, put_text, say, writing
from experiments.design.new_scenario import Draft, new_scenario
from experiments.results.output_path import output_file

__all__ = ["new_command"]


def _day(_: click.Context, __: click.Parameter, start: datetime.datetime) -> datetime.date:
    """Return a date around which there is time enough."""
    if not 1000 <= start.year <= 9000:
        raise click.BadParameter(f"{start:%Y-%m-%d}: a date from 1000-01-01 to 9000-12-31")
    return start.date()


@click.command(
    "new",
    epilog=examples(
        "tradetalks new us japan",
        "tradetalks new us japan korea -o mine.toml",
    ),
)
@click.argument("countries", nargs=-1, required=True, metavar="COUNTRY COUNTRY...")
@click.option("-o", "--out", metavar="FILE", help="Where to write it; printed by default.")
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    default="2026-01-05",
    metavar="DATE",
    help="The first day; 2026-01-05 by default.",
)
@click.option("--by-hand", is_flag=True, help="Leave payoffs to fill in: for any countries.")
@click.option("--trade", metavar="T.csv", help="Flows of your own, as for welfare.")
@click.option("--gdp", metavar="G.csv", help="GDP of your own.")
@click.option("--region-map", metavar="M.csv", help="code,region: aggregates the flows by it.")
def new_command(
    countries: tuple[str, ...],
    out: str | None,
    start: datetime.date,
    by_hand: bool,
    trade: str | None,
    gdp: str | None,
    region_map: str | None,
) -> None:
    """Write a scenario for named countries, with comments, to begin with.

    The first talks with each of the others, about a tariff on either side and purchases, under a
    threat; tariffs are valued by the trade of the countries. It can be played as it is.
    """
    named = {"trade": trade, "gdp": gdp, "regions": region_map}
    files = {key: name for key, name in named.items() if name is not None}
    if by_hand and files:
        raise click.UsageError("--by-hand values nothing by trade: leave out it, or the files.")
    target = None if out is None else _new_file(out)
    text = new_scenario(_draft(countries, start, by_hand, files, target))
    if target is None:
        put_text(text)
        return
    with writing(target), output_file(target) as part:
        part.write_text(text, encoding="utf-8")
    say(f"The scenario is in {target}. Play it with: tradetalks run {target}")


def _new_file(out: str) -> Path:
    """Return where the scenario goes; refuse what is there already."""
    path = file_path(out, ("toml",), "--out")
    if os.path.lexists(path):  # also a link that leads nowhere
        told = f"{out!r} is there already, and may hold your work: name another file"
        raise click.BadParameter(told, param_hint="--out")
    return path


def _draft(
    countries: tuple[str, ...],
    start: datetime.date,
    by_hand: bool,
    files: dict[str, str],
    target: Path | None,
) -> Draft:
    from simulator.economy.trade import read_trade  # numpy hangs on it
    from simulator.scenario.field_types import MOST_REGIONS

    if by_hand:
        return Draft(countries, start, None, {})
    named = (files.get(key) for key in ("trade", "gdp", "regions"))
    trade = read_trade(*named, most_regions=MOST_REGIONS, by_sector=False)
    folder = Path() if target is None else target.parent
    return Draft(
        countries, start, trade, {key: _beside(name, folder) for key, name in files.items()}
    )


def _beside(name: str, folder: Path) -> str:
    """Return the path of a file from the scenario's folder; refuse one that is not below it."""
    path, home = Path(name).resolve(), folder.resolve()
    if not path.is_relative_to(home):
        raise click.UsageError(
            f"{name} is not in the folder of the scenario, or below it: put it there, as a scenario"
            " reads no files from elsewhere."
        )
    return path.relative_to(home).as_posix()
