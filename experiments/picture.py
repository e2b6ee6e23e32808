"""Pictures as files: a name that says the kind, written whole or not at all."""

import os
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
        If the ending is none of those there are.
    click.ClickException
        If no file can be there.
    """
    path = Path(target).expanduser()
    if path.suffix.lower().removeprefix(".") not in KINDS:
        allowed = f"a file that ends in .{', .'.join(KINDS)}"
        raise click.BadParameter(f"{target!r}: {allowed}", param_hint=option)
    if reason := _unwritable(path):
        raise click.ClickException(f"{path} could not be written: {reason}")
    return path


def _unwritable(path: Path) -> str | None:
    """Return why no file can be written there, None if it seems that one can."""
    folder = path.parent
    if path.is_dir():
        return "it is a folder; name a file"
    if not folder.is_dir():
        return f"there is no folder {str(folder)!r}; make it first"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"no right to write to {str(folder)!r}"
    return None


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
    part = path.with_name(f".{path.name}.part")
    try:
        figure.savefig(part, format=path.suffix.lower()[1:], dpi=150)
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"The picture is in {path}.", err=True)
