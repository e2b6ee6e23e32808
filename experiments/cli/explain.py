"""The commands that explain a run: why and what-if."""

from typing import Any

import click

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.options import DEFAULT_SCENARIO, parsed_assignments, set_option
from experiments.cli.outputs import json_option, picture_path, put_json, save_picture
from experiments.cli.subject import PLAYED, one_run, played_options
from experiments.display.terminal import print_page
from experiments.pages.why import why
from simulator.scenario.source import shipped

__all__ = ["what_if_command", "why_command"]

_json = json_option(help="Print one JSON object.")


@click.command(
    "why",
    epilog=examples(
        "tradetalks why first-talk",
        "tradetalks why allies-2025 us-uk",
        "tradetalks why allies-2025 2025-06-30 --number 3",
    ),
)
@click.argument("source", metavar="RUN|SCENARIO", shell_complete=completed_from(shipped))
@click.argument("what", metavar="[TALK|DEAL|WEEK|DATE]", required=False)
@click.option("--number", "which", type=int, metavar="N",
              help="One decision of those that are told, from 1.")  # fmt: skip
@click.option("-o", "--out", "target", metavar="FILE",
              help="Draw the terms, too: a file that ends in .png, .svg or .pdf.")  # fmt: skip
@_json
@played_options()
def why_command(
    source: str,
    what: str | None,
    which: int | None,
    target: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Tell why a run went as it did: what each decision hangs on.

    RUN is a folder of `tradetalks run --out`, a folder of `tradetalks sweep` with --run N, or a
    scenario to play on the spot. An acceptance, a refusal, a ratification and a breach are each
    split into the terms that made them, and the smallest set of terms is named without which the
    decision turns. A talk tells how its openings ended, a deal who accepted, passed and broke it, a
    week or a date such as 2025-07-09 every decision in that week; many decisions get a line each,
    of which --number splits one. Without any, each decision that counted gets a sentence.
    """
    path = None if target is None else picture_path(target, "--out")
    run = one_run(source, options)
    told = why(run, what, which)
    if path is not None:
        save_picture(run.plot.why(what, which), path)
    if as_json:
        put_json(told.to_dict(), indent=2)
    else:
        print_page(told.page())


@click.command(
    "what-if",
    epilog=examples(
        "tradetalks what-if first-talk --from 1 --set countries.partner.patience=0.9",
        "tradetalks what-if --from 2025-10-27 --set us.compliance=always",
    ),
)
@click.argument("source", default=DEFAULT_SCENARIO, metavar="[RUN|SCENARIO]",
                shell_complete=completed_from(shipped))  # fmt: skip
@click.option("--from", "week", required=True, metavar="WEEK|DATE",
              help="The first week in which it is otherwise, or a date in it.")  # fmt: skip
@set_option(required=True, help="What is otherwise from then on. May be repeated.")
@_json
@played_options(changes=False)
def what_if_command(
    source: str, week: str, assignments: tuple[str, ...], as_json: bool, **options: Any
) -> None:
    """Play a run otherwise from some week on, on the same draws, and compare the two.

    RUN is a folder of `tradetalks run --out`, a folder of `tradetalks sweep` with --run N, or a
    scenario to play on the spot, allies-2025 by default. All that happened before the week is the
    same in both. What may change is what an event may set.
    """
    changes = parsed_assignments(assignments)
    run = one_run(source, {**dict.fromkeys(PLAYED), **options})
    difference = run.what_if(week, changes)
    if as_json:
        put_json(difference.to_dict(), indent=2)
    else:
        print_page(difference.page())
