"""The command ``tradetalks``: which commands there are, and how each of them ends.

Only click is imported here: the module of a command is imported when the command is called.
"""

import errno
import gc
import os
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import click

from experiments.cli.examples import examples
from experiments.cli.exit_codes import FAILED, INTERRUPTED, PIPE_CLOSED, REFUSED

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["COMMANDS", "GROUPS", "Commands", "main"]

#: By what one wants: the module here that has a command, as ``NAME_command``, and the first
#: sentence of its help.
GROUPS = {
    "Play": {
        "new": ("new", "Write a scenario for named countries, with comments, to begin with."),
        "run": ("run", "Play a scenario, allies-2025 by default, and print what happened."),
        "replay": (
            "results",
            "Play one run of a sweep again, with transcript, and check that it is the same.",
        ),
    },
    "Look": {
        "scenarios": ("lists", "List the shipped scenarios."),
        "show": (
            "run",
            "Show a scenario: countries, talks, threats, history, and what could be agreed.",
        ),
        "parts": (
            "lists",
            "List strategies, compliance policies and trust models, with their parameters.",
        ),
        "validate": ("run", "Check a scenario file, and name everything that is wrong with it."),
        "schema": (
            "schema",
            "Print the JSON schema by which an editor completes and checks a file.",
        ),
        "why": ("explain", "Tell why a run went as it did: what each decision hangs on."),
        "plot": (
            "draw",
            "Draw a run or a sweep: trust, talks, deals, payoffs, response curves and more.",
        ),
        "report": (
            "draw",
            "Write a run or a sweep as one page for a browser: story, tables, pictures, how to"
            " repeat it.",
        ),
    },
    "Explore": {
        "what-if": (
            "explain",
            "Play a run otherwise from some week on, on the same draws, and compare the two.",
        ),
        "experiments": (
            "lists",
            "List the shipped experiments: what each asks, and how many runs it takes.",
        ),
        "metrics": (
            "lists",
            "List what a sweep can measure of a run; with a scenario, by the names of its own.",
        ),
        "sweep": ("sweep", "Play an experiment: every point of a design, as often as it takes."),
        "status": ("results", "Show how a sweep stands: what is played, failed, missing, broken."),
    },
    "Analyse": {
        "summarize": ("analyse", "Summarize results per point, with 95 % intervals."),
        "sensitivity": ("analyse", "Tell which axis moves a metric, by Sobol indices."),
        "calibration": (
            "analyse",
            "Tell how good trust is as a forecast of performance, by Brier scores.",
        ),
        "compare": (
            "analyse",
            "Compare two experiments, paired where seeds are shared; or two runs, week by week.",
        ),
    },
    "Keep": {
        "export": (
            "results",
            "Write a table of results as CSV or Parquet, the axes beside every row.",
        ),
        "merge": ("results", "Put the shards of an experiment together."),
        "compact": (
            "results",
            "Put many small segments together to few large ones, with the same tables.",
        ),
    },
    "Negotiate": {
        "negotiate": (
            "negotiate",
            "Play one negotiation of a domain of the field, and tell how good its end is.",
        ),
        "strategies": (
            "negotiate",
            "List the strategies: what each goes by, and where it is from.",
        ),
        "convert": (
            "convert",
            "Convert a domain of Genius, NegoLog or GeniusWeb or a talk file to another format.",
        ),
    },
    "Trade": {
        "welfare": (
            "tariffs",
            "Tell what tariffs do to welfare, prices and trade with each partner.",
        ),
        "tariffs": (
            "tariffs",
            "Tell which tariffs are best, answer each other, or enforce themselves.",
        ),
    },
}
#: All commands, by name.
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}


class _Loaded(Mapping[str, click.Command]):
    """The commands by name, each of which is imported when it is looked up."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(
            _imported(COMMANDS[name][0]), f"{name.replace('-', '_')}_command"
        )
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(click.Group):
    """The commands of `COMMANDS`, each of which ends with one clear message and exit code.

    Exit codes: 0, all went well; 1, a part of the user's, a run or a disk failed; 2, the input is
    refused, and nothing was played; 130, interrupted by Ctrl-C, a request to end or the end of the
    terminal; 141, nobody reads on.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.commands = cast("MutableMapping[str, click.Command]", _Loaded())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, its whole first sentence, by what one wants."""
        width = max(map(len, COMMANDS))
        for wish, commands in GROUPS.items():
            with formatter.section(wish):
                formatter.write_dl(
                    [(f"{name:{width}}", told) for name, (_, told) in commands.items()]
                )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the commands and options that begin so; no command is imported for it."""
        from click.shell_completion import CompletionItem  # not for the help

        names = (name for name in sorted(COMMANDS) if name.startswith(incomplete))
        own = [CompletionItem(name, help=COMMANDS[name][1]) for name in names]
        return [*own, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Return what the command returns, errors turned into messages on stderr."""
        # Not for the help of the group, which imports click alone.
        from simulator.errors import (
            InputError,
            PartError,
            StoreError,
            TradetalksError,
            WriteError,
        )

        try:
            with _ended_by_signals():
                result = super().invoke(ctx)
                sys.stdout.flush()
                return result
        except WriteError as error:
            self._end(ctx, error, FAILED)
        except (InputError, PartError, StoreError) as error:
            self._end(ctx, error, REFUSED)
        except TradetalksError as error:
            self._end(ctx, error, FAILED)
        except BrokenPipeError:
            _silence()
            ctx.exit(PIPE_CLOSED)
        except OSError as error:
            _silence()
            if error.errno == errno.EIO and error.filename is None:  # the terminal is gone
                _hang_up()
                ctx.exit(INTERRUPTED)
            self._end(ctx, error, FAILED)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except click.ClickException as error:
            error.message = _visible(error.message)  # type: ignore[misc]
            raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the command returns; also the help may meet a disk that is full."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            _silence()
            click.echo(f"Error: {_visible(str(error))}", err=True)
            sys.exit(FAILED)

    def _end(self, ctx: click.Context, error: Exception, code: int) -> None:
        if ctx.params.get("debug"):
            click.echo(_visible("".join(traceback.format_exception(error))), err=True, nl=False)
        click.echo(f"Error: {_visible(str(error))}", err=True)
        ctx.exit(code)


_EPILOG = (
    examples(
        "tradetalks run",
        "tradetalks show first-talk",
        "tradetalks sweep first-talk --vary home.patience=0.9,1",
    )
    + """

Every command has its own: tradetalks run --help. To have bash complete commands and options:

\b
  eval "$(_TRADETALKS_COMPLETE=bash_source tradetalks)"
"""
)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.version_option(package_name="tradetalks")
@click.option(
    "--debug", is_flag=True, envvar="TRADETALKS_DEBUG", help="Show the traceback of an error."
)
def main(debug: bool) -> None:
    """Simulate trade talks among countries: offers, deals, promises kept and broken."""


def _imported(family: str) -> ModuleType:
    """Return a module of commands."""
    name = f"experiments.cli.{family}"
    if name not in sys.modules:
        # What is imported stays to the end: Python need not look through it for garbage again and
        # again, which takes a fifth of the time of a short command.
        gc.disable()
        import_module(name)
        gc.freeze()
        gc.enable()
    return sys.modules[name]


def _visible(text: str) -> str:
    """Return a text without control characters."""
    from simulator.text import visible  # not for help, which imports click alone

    return visible(text)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end, or the end of the terminal, stop a command as Ctrl-C does."""

    def stop(number: int, _: object) -> None:
        if number != signal.SIGTERM:
            signal.signal(number, signal.SIG_IGN)  # the shell may say so once more
            _hang_up()
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        numbers = filter(None, (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")))
        # What is ignored stays so: nohup has a sweep outlive its terminal.
        before = {
            k: signal.signal(k, stop) for k in numbers if signal.getsignal(k) is not signal.SIG_IGN
        }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hang_up() -> None:
    """Point what goes to a terminal to nowhere: every word to one that is gone is an error."""
    for file in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(file).st_mode):
                os.dup2(os.open(os.devnull, os.O_WRONLY), file)


def _silence() -> None:
    """Point stdout to nowhere, so that nothing complains when Python flushes it at the end."""
    with suppress(OSError):  # a stdout that is no file has nothing to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
