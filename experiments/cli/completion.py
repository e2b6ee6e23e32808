"""What the shell completes where a scenario, an experiment, a kind or a file is named."""

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

__all__ = ["completed_from"]

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def completed_from(*names: Callable[[], Iterable[str]], files: bool = True) -> Complete:
    """Return what completes an argument to names that begin as it does, or to a file.

    Parameters
    ----------
    names : callable
        Each returns some of the names, and is called when the shell asks.
    files : bool
        Whether it may be a file or a folder, too: the shell completes these where no name fits.
    """

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        # Before the names: a shell of click's takes it to begin the list anew.
        found = [CompletionItem(begun, type="file")] if files else []
        known = dict.fromkeys(name for give in names for name in give())
        return [*found, *(CompletionItem(name) for name in known if name.startswith(begun))]

    return complete
