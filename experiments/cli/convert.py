"""The command that converts negotiation domains: convert.

Only click is imported here; the command imports what it needs when it is called.
"""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simulator.domains.domain import Domain

__all__ = ["COMMANDS", "named_files", "save", "tell"]


@click.command()
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--format", "form", type=click.Choice(["tradetalks", "negolog", "genius"]),
              required=True, help="tradetalks: one talk file; the others: a folder.")  # fmt: skip
@click.option("--profiles", metavar="FILE,FILE",
              help="Which profiles, in seat order; all in sorted order by default.")  # fmt: skip
@click.option("--grid", type=click.IntRange(2), default=11, show_default=True,
              help="Number of values that stand for a real issue.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Refuse what the format cannot hold.")
def convert(
    source: str, out: str, form: str, profiles: str | None, grid: int, strict: bool
) -> None:
    """Convert a domain of Genius, NegoLog or GeniusWeb or a talk file to another format.

    IN is a folder or a file, whose format is told by its content. Nothing is lost in silence:
    what the format cannot hold is named and left out, or with --strict refused.
    """
    from simulator.domains.read import read_domain
    from simulator.domains.write import losses, notes

    _require_free(out, form)
    domain = read_domain(source, named_files(profiles), grid=grid)
    lost = losses(domain, form)
    if lost and strict:
        listed = "\n".join(f"  {loss}" for loss in lost)
        raise click.UsageError(f"{form} cannot hold all of {source}:\n{listed}")
    tell("note", [*domain.remarks, *notes(domain, form)])
    tell("left out", lost)
    try:
        files = save(domain, out, form)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"{out} could not be written: {error}") from error
    _tell_seats(domain, files)


def save(domain: "Domain", out: "str | Path", form: str) -> "list[Path]":
    """Write a domain in a format, whole or not at all, and return its files.

    Parameters
    ----------
    domain : Domain
        What is to be written.
    out : str or Path
        A file that does not exist; for ``negolog`` and ``genius`` a new or an empty folder.
    form : str
        One of `simulator.domains.write.FORMATS`.

    Raises
    ------
    DomainError
        If the format has no way to write it.
    OSError
        If it cannot be written, or something is there already.
    """
    from pathlib import Path

    from experiments.results import atomic
    from simulator.domains.write import format_domain

    path = Path(out).expanduser()
    texts = format_domain(domain, form)
    if isinstance(texts, str):
        _write_new(path, texts)
        return [path]

    def write(place: Path) -> None:
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")

    atomic.fill_folder(path, write)
    return [path / name for name in texts]


def _write_new(path: "Path", text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    from experiments.results.output_path import output_file

    _check_new(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with output_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _check_new(path: "Path") -> None:
    if path.is_symlink() or path.exists():
        raise FileExistsError(f"{str(path)!r} is there already; name a new file")


COMMANDS = (convert,)


def _require_free(out: str, form: str) -> None:
    """Refuse a place where something is already, before anything is read."""
    from pathlib import Path

    from experiments.results import atomic

    try:
        if form == "tradetalks":
            _check_new(Path(out).expanduser())
        else:
            atomic.check_folder(out)
    except OSError as error:
        raise click.BadParameter(str(error), param_hint="OUT") from error


def named_files(names: str | None) -> "list[str] | None":
    """Return the files that an option names: what stands between commas, also with quotes in it.

    Parameters
    ----------
    names : str or None
        What was given; None if nothing was.
    """
    return None if names is None else [name.strip() for name in names.split(",")]


def tell(what: str, lines: "Iterable[str]") -> None:
    """Print remarks about a domain on stderr, each after what kind it is.

    Parameters
    ----------
    what : str
        The kind.
    lines : iterable of str
        The remarks.
    """
    from simulator.text import visible

    for line in lines:
        click.echo(visible(f"{what}: {line}"), err=True)


def _tell_seats(domain: "Domain", files: "list[Path]") -> None:
    """Say which party is in which file."""
    from simulator.text import visible

    own = files[-len(domain.profiles) :] if len(files) > 1 else files * len(domain.profiles)
    for profile, file in zip(domain.profiles, own, strict=True):
        click.echo(visible(f"{profile.name}: {file}"), err=True)
