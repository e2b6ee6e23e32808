"""The commands of the negotiating table: negotiate, strategies.

Only click is imported here; every command imports what it needs when it is called.
"""

from typing import TYPE_CHECKING, Any

import click

from experiments.cli.convert import named_files, tell

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.runs.negotiation import Negotiation

__all__ = ["COMMANDS"]


@click.command()
@click.argument("source", metavar="DOMAIN")
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--trace", is_flag=True, help="Tell every proposal.")
@click.option("--plot", metavar="FILE", help="Draw outcomes, points and offers (png, svg, pdf).")
def negotiate(source: str, **options: Any) -> None:
    """Play one negotiation of a domain of the field, and tell how good its end is.

    DOMAIN is a folder or a file of Genius, NegoLog, GeniusWeb or a talk file of tradetalks.
    """
    from experiments.cli.outputs import picture_path

    picture = None if options["plot"] is None else picture_path(options["plot"])
    played = _played(source, options)
    models = None if options["models"] is None else _scored(played, options["models"])
    _tell(played, models, options)
    if picture is not None:
        _draw(played, picture)


@click.command()
@click.option("--stochastic/--deterministic", "stochastic", default=None, help="Those that draw.")
@click.option("--time/--no-time", default=None, help="Those that go by time.")
@click.option("--offers/--no-offers", default=None, help="Those that go by the partner's offers.")
@click.option("--model/--no-model", default=None, help="Those with a model of the partner.")
@click.option("--trust/--no-trust", default=None, help="Those that look at trust themselves.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def strategies(as_json: bool, **wanted: bool | None) -> None:
    """List the strategies: what each goes by, and where it is from."""
    from experiments.display.terminal import put
    from experiments.pages.parts import strategies_page, traits_of

    found = traits_of({name: value for name, value in wanted.items() if value is not None})
    if as_json:
        _put_json(found)
    else:
        put(strategies_page(found))


COMMANDS = (negotiate, strategies)


# -- steps -------------------------------------------------------------------------------------


def _played(source: str, options: dict[str, Any]) -> "Negotiation":
    from experiments.runs.negotiation import negotiate as played
    from simulator.domains.read import read_domain

    named = named_files(options["profiles"])
    seated = _specs(options["strategies"])
    domain = read_domain(
        source, named, seats=None if named else max(len(seated), 2), grid=options["grid"]
    )
    tell("note", domain.remarks)
    return played(
        domain,
        seated,
        options["rounds"],
        options["seed"],
        max_proposals=options["max_proposals"],
        discounting="none" if options["ignore_discount"] else options["discounting"],
    )


def _specs(text: str) -> list[str]:
    """Return what stands between the commas outside brackets and quotes."""
    from simulator.literals import pieces

    return [spec.strip() for spec in pieces(text, ",")]


def _scored(played: "Negotiation", names: str) -> dict[str, list[dict[str, Any]]]:
    """Return per model and seat that looks how wrong the model is, an entry per offer it sees."""
    import math

    from agents.opponents.score import model_errors
    from agents.roster import ROSTER
    from simulator.scenario import parts

    scores: dict[str, list[dict[str, Any]]] = {}
    for name in _specs(names):
        spec = parts.parse(name, "model", ROSTER, "models")
        scores[name] = []
        for seat in range(len(played.talk.turns)):
            model: Any = spec.build()
            for error in model_errors(played.talk, seat, model):
                entry = {"by": seat, **error._asdict()}
                scores[name].append({k: None if math.isnan(v) else v for k, v in entry.items()})
    return scores


def _tell(played: "Negotiation", models: Any, options: dict[str, Any]) -> None:
    """Print the result, before anything is drawn: a picture may fail."""
    if options["as_json"]:
        _put_json({**played.to_dict(options["trace"]), **({"models": models} if models else {})})
        return
    from experiments.display.terminal import put
    from experiments.pages.negotiation import negotiation_page

    put(negotiation_page(played, options["trace"], models))


def _draw(played: "Negotiation", picture: "Path") -> None:
    from experiments.cli.outputs import save_picture
    from experiments.plots.negotiation import negotiation_figure

    save_picture(negotiation_figure(played), picture)


def _put_json(found: Any) -> None:
    import json

    click.echo(json.dumps(found, indent=None, ensure_ascii=False, allow_nan=False))
