"""The page of commands: every command with its arguments and options, from click."""

import inspect
import re
from collections.abc import Iterator

import click

from experiments.cli.main import Commands, main
from experiments.docs.docstring import read
from experiments.docs.markdown import Page, pipe_table, prose

__all__ = ["page"]


def page() -> Page:
    """Return the page of commands."""
    about = "Every command of `tradetalks`, as `tradetalks COMMAND --help` tells it."
    context = click.Context(main, info_name="tradetalks", **main.context_settings)
    body = "\n\n".join([prose(read(Commands).body), *_sections(context, main)])
    return Page("commands.md", "Commands", about, body)


def _sections(context: click.Context, command: click.Command) -> Iterator[str]:
    """Give the section of a command, then those of the commands in it, in the order of the code."""
    with context:
        yield _section(context, command)
    for name, inner in getattr(command, "commands", {}).items():
        yield from _sections(click.Context(inner, info_name=name, parent=context), inner)


def _section(context: click.Context, command: click.Command) -> str:
    options = [p for p in command.get_params(context) if isinstance(p, click.Option)]
    records = (option.get_help_record(context) for option in options)
    rows = [[f"`{names}`", prose(meaning)] for names, meaning in filter(None, records)]
    usage = " ".join(command.collect_usage_pieces(context))
    told = [
        f"## {context.command_path}",
        f"```text\n{context.command_path} {usage}\n```",
        _help("\n\n".join(filter(None, [command.help, command.epilog]))),
        pipe_table(["option", "meaning"], rows) if rows else "",
    ]
    return "\n\n".join(piece for piece in told if piece)


def _help(text: str) -> str:
    """Return the help of a command; what click is told not to wrap is a block."""
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(text))
    told = [f"```text\n{b[2:].strip()}\n```" if b.startswith("\b") else prose(b) for b in blocks]
    return "\n\n".join(told)
