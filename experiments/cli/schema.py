"""The command by which editors come to know files: schema."""

import json

import click

from agents.roster import ROSTER
from experiments.cli.examples import examples
from experiments.cli.outputs import file_path, put_json, say, writing
from experiments.design.schema import experiment_schema
from experiments.results.output_path import output_file
from simulator.scenario.schema import scenario_schema

__all__ = ["schema_command"]


@click.command(
    "schema",
    epilog=examples(
        "tradetalks schema scenario -o scenario.schema.json",
        "tradetalks schema experiment -o experiment.schema.json",
    ),
)
@click.argument("kind", type=click.Choice(["scenario", "experiment"]))
@click.option("-o", "--out", "target", metavar="FILE",
              help="Where to: a file that ends in .json; stdout by default.")  # fmt: skip
def schema_command(kind: str, target: str | None) -> None:
    """Print the JSON schema by which an editor completes and checks a file.

    With the line "#:schema scenario.schema.json" at the top of a scenario, editors of TOML that
    know Taplo take it from the file beside. It knows keys, types, ranges, dates and parts; what
    must hold between tables, tradetalks validate tells.
    """
    path = None if target is None else file_path(target, ["json"], "--out")
    schema = scenario_schema(ROSTER) if kind == "scenario" else experiment_schema()
    if path is None:
        put_json(schema, indent=2)
        return
    with writing(path), output_file(path) as part:
        part.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    say(f"The schema is in {path}.")
