"""The command that converts negotiation domains: convert."""

from pathlib import Path

import click

from experiments.cli.completion import completed_from
from experiments.cli.examples import examples
from experiments.cli.outputs import (
    output_path,
    put_remarks,
    refusing,
    require_new_folder,
    say,
    writing,
)
from experiments.results import atomic
from experiments.results.output_path import output_file
from simulator.domains.domain import Domain
from simulator.domains.read import read_domain
from simulator.domains.write import format_domain, losses, notes

__all__ = ["convert_command", "profile_files"]


@click.command(
    "convert",
    epilog=examples(
        "tradetalks convert shares.toml shares-genius --format genius",
    ),
)
@click.argument("source", metavar="IN", shell_complete=completed_from())
@click.argument("out", metavar="OUT", shell_complete=completed_from())
@click.option("--format", "form", type=click.Choice(["tradetalks", "negolog", "genius"]),
              required=True, help="tradetalks: one talk file; the others: a folder.")  # fmt: skip
@click.option("--profiles", metavar="FILE,FILE",
              help="Which profiles, in seat order; all in sorted order by default.")  # fmt: skip
@click.option("--grid", type=click.IntRange(2), default=11, show_default=True,
              help="Number of values that stand for a real issue.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Refuse what the format cannot hold.")
def convert_command(
    source: str, out: str, form: str, profiles: str | None, grid: int, strict: bool
) -> None:
    """Convert a domain of Genius, NegoLog or GeniusWeb or a talk file to another format.

    IN is a folder or a file, whose format is told by its content. Nothing is lost in silence:
    what the format cannot hold is named and left out, or with --strict refused.
    """
    # Before anything is read.
    if form == "tradetalks":
        with refusing("OUT"):
            _check_new(output_path(out, "OUT"))
    else:
        require_new_folder(out, "OUT")
    domain = read_domain(source, profile_files(profiles), grid=grid)
    lost = losses(domain, form)
    if lost and strict:
        listed = "\n".join(f"  {loss}" for loss in lost)
        raise click.UsageError(f"{form} cannot hold all of {source}:\n{listed}")
    put_remarks("note", [*domain.remarks, *notes(domain, form)])
    put_remarks("left out", lost)
    with writing(out):
        files = _save(domain, out, form)
    _put_seats(domain, files)


def profile_files(names: str | None) -> list[str] | None:
    """Return the files that an option names: what stands between commas, also with quotes in it."""
    return None if names is None else [name.strip() for name in names.split(",")]


# -- steps ---------------------------------------------------------------------------------------


def _save(domain: Domain, out: str, form: str) -> list[Path]:
    """Write a domain in a format, whole or not at all, and return its files."""
    path = output_path(out, "OUT")
    texts = format_domain(domain, form)
    if isinstance(texts, str):
        _check_new(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with output_file(path) as part:
            part.write_text(texts, encoding="utf-8", newline="\n")
        return [path]

    def write(place: Path) -> None:
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")

    atomic.fill_folder(path, write)
    return [path / name for name in texts]


def _check_new(path: Path) -> None:
    if path.is_symlink() or path.exists():
        raise FileExistsError(f"{str(path)!r} is there already; name a new file")


def _put_seats(domain: Domain, files: list[Path]) -> None:
    """Say which party is in which file."""
    own = files[-len(domain.profiles) :] if len(files) > 1 else files * len(domain.profiles)
    for profile, file in zip(domain.profiles, own, strict=True):
        say(f"{profile.name}: {file}")
