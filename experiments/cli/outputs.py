"""Pictures as files: a name that says the kind, written whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["picture_path", "save_picture"]

KINDS = ("png", "svg", "pdf")


def picture_path(target: str, option: str = "--plot") -> Path:
    """Return where a picture goes.

    Parameters
    ----------
    target : str
        What the user wrote.
    option : str
        After which option.

    Raises
    ------
    click.BadParameter
        If the ending is none of those there are, or nothing can be written there.
    """
    from experiments.results.output_path import asked_for

    return asked_for(target, KINDS, option)


def save_picture(figure: "Figure", path: Path) -> None:
    """Write a picture, and say where it is.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    path : Path
        From `picture_path`.

    Raises
    ------
    click.ClickException
        If it cannot be written.
    """
    from experiments.results.output_path import output_file

    try:
        with output_file(path) as part:
            figure.savefig(part, format=path.suffix.lower()[1:], dpi=150)
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error}") from error
    click.echo(f"The picture is in {path}.", err=True)
