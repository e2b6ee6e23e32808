"""The commands of the negotiating table: negotiate, strategies."""

import math
from typing import Any

import click

from agents.opponents.score import model_errors
from agents.roster import ROSTER
from experiments.cli.completion import completed_from
from experiments.cli.convert import profile_files
from experiments.cli.examples import examples
from experiments.cli.outputs import json_option, picture_path, put_json, put_remarks, save_picture
from experiments.display.terminal import print_page
from experiments.pages.negotiation import negotiation_page
from experiments.pages.parts import strategies_page, traits_of
from experiments.plots.negotiation import negotiation_figure
from experiments.runs.negotiation import Negotiation, negotiate
from simulator.domains.read import read_domain
from simulator.literals import pieces
from simulator.scenario import parts

__all__ = ["negotiate_command", "strategies_command"]

Scores = dict[str, list[dict[str, Any]]]

_json = json_option(help="Print one JSON object and nothing else.")


@click.command(
    "negotiate",
    epilog=examples(
        "tradetalks negotiate shares.toml --strategies boulware,micro",
        "tradetalks negotiate shares.toml --strategies linear,linear --trace",
    ),
)
@click.argument("source", metavar="DOMAIN", shell_complete=completed_from())
@click.option(
    "--strategies",
    metavar="A,B[,C]",
    required=True,
    help="Who plays, in seat order, such as boulware,time-dependent:exponent=2.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Rounds to the deadline; in each every party acts once.",
)
@click.option(
    "--max-proposals",
    type=click.IntRange(1),
    metavar="N",
    help="A deadline in proposals, the last of them answered; the earlier of the two counts.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of every draw.")
@click.option(
    "--profiles",
    metavar="FILE,FILE",
    help="Which profiles, in seat order; by default the first in sorted order.",
)
@click.option(
    "--discounting",
    type=click.Choice(["time", "proposal"]),
    default="time",
    show_default=True,
    help="What the domain's discount factors count by.",
)
@click.option("--ignore-discount", is_flag=True, help="Leave discount factors out of account.")
@click.option(
    "--grid",
    type=click.IntRange(2),
    default=11,
    show_default=True,
    help="Number of values that stand for a real issue.",
)
@click.option(
    "--models",
    metavar="M,N",
    help="Tell how wrong these models of the partner are; of a large space a sample is ranked.",
)
@_json
@click.option("--trace", is_flag=True, help="Tell every proposal.")
@click.option("--plot", metavar="FILE", help="Draw outcomes, points and offers (png, svg, pdf).")
def negotiate_command(source: str, **options: Any) -> None:
    """Play one negotiation of a domain of the field, and tell how good its end is.

    DOMAIN is a folder or a file of Genius, NegoLog, GeniusWeb or a talk file of tradetalks.
    """
    picture = None if options["plot"] is None else picture_path(options["plot"])
    played = _played(source, options)
    scores = None if options["models"] is None else _scores(played, options["models"])
    # Before anything is drawn: a picture may fail.
    if options["as_json"]:
        models = {"models": scores} if scores else {}
        put_json({**played.to_dict(options["trace"]), **models})
    else:
        print_page(negotiation_page(played, options["trace"], scores))
    if picture is not None:
        save_picture(negotiation_figure(played), picture)


@click.command(
    "strategies",
    epilog=examples(
        "tradetalks strategies",
        "tradetalks strategies --time --no-offers",
    ),
)
@click.option("--stochastic/--deterministic", "stochastic", default=None, help="Those that draw.")
@click.option("--time/--no-time", default=None, help="Those that go by time.")
@click.option("--offers/--no-offers", default=None, help="Those that go by the partner's offers.")
@click.option("--model/--no-model", default=None, help="Those with a model of the partner.")
@click.option("--trust/--no-trust", default=None, help="Those that look at trust themselves.")
@click.option(
    "--informed/--uninformed", default=None, help="Those that know what the partner wants."
)
@_json
def strategies_command(as_json: bool, **wanted: bool | None) -> None:
    """List the strategies: what each goes by, and where it is from."""
    traits = traits_of({name: value for name, value in wanted.items() if value is not None})
    if as_json:
        put_json(traits)
    else:
        print_page(strategies_page(traits))


# -- steps of negotiate --------------------------------------------------------------------------


def _played(source: str, options: dict[str, Any]) -> Negotiation:
    profiles = profile_files(options["profiles"])
    strategies = _specs(options["strategies"])
    seats = None if profiles else max(len(strategies), 2)
    domain = read_domain(source, profiles, seats=seats, grid=options["grid"])
    put_remarks("note", domain.remarks)
    return negotiate(
        domain,
        strategies,
        options["rounds"],
        options["seed"],
        max_proposals=options["max_proposals"],
        discounting="none" if options["ignore_discount"] else options["discounting"],
    )


def _specs(text: str) -> list[str]:
    """Return what stands between the commas outside brackets and quotes."""
    return [spec.strip() for spec in pieces(text, ",")]


def _scores(played: Negotiation, names: str) -> Scores:
    """Return per model and seat that looks how wrong the model is, an entry per offer it sees."""
    scores: Scores = {}
    for name in _specs(names):
        spec = parts.parse(name, "model", ROSTER, "models")
        scores[name] = []
        for seat in range(len(played.talk.turns)):
            model: Any = spec.build()
            for error in model_errors(played.talk, seat, model):
                entry = {"by": seat, **error._asdict()}
                scores[name].append({k: None if math.isnan(v) else v for k, v in entry.items()})
    return scores
