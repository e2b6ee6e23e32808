"""Where and how commands write: JSON and remarks, files and folders that options name."""

import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.results import atomic, run_folder
from experiments.results.inside import require_no_way_out
from experiments.results.output_path import check_file, other_ending, output_file
from simulator.errors import InputError, Problem, ScenarioError
from simulator.files import user_path
from simulator.literals import is_unicode
from simulator.text import count, visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.runs.record import RunRecord

__all__ = [
    "PICTURES",
    "default_folder",
    "file_path",
    "file_place",
    "json_option",
    "output_path",
    "picture_path",
    "put_json",
    "put_remarks",
    "put_text",
    "refusing",
    "require_new_folder",
    "results_folder",
    "save_picture",
    "save_tables",
    "say",
    "they_are",
    "writing",
]

#: How the name of a picture may end.
PICTURES = ("png", "svg", "pdf")
#: What can be the name of one folder, on any system: no way elsewhere, nothing that is not shown.
_FOLDER_NAME = re.compile(r"(?![. ])[^/\\:*?\"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]+(?<![. ])")
_DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{k}" for port in ("COM", "LPT") for k in range(10)),
}

json_option = partial(click.option, "--json", "as_json", is_flag=True)


# -- on stdout and stderr ------------------------------------------------------------------------


def put_json(data: Any, indent: int | None = None) -> None:
    """Print data as one JSON object on stdout, on one line unless levels are indented."""
    put_text(json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False))


def put_text(text: str) -> None:
    """Print text, its last line ended, as UTF-8 on any terminal: the same bytes everywhere.

    Only on a terminal are control characters written out, so that it obeys none.
    """
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.flush()
    sys.stdout.buffer.write(text.rstrip("\n").encode() + b"\n")
    sys.stdout.buffer.flush()


def say(text: str, err: bool = True) -> None:
    """Print a text on stderr, or on stdout, with its control characters written out."""
    click.echo(visible(text), err=err)


def put_remarks(kind: str, remarks: Iterable[str]) -> None:
    """Print remarks on stderr, each after what kind it is."""
    for remark in remarks:
        say(f"{kind}: {remark}")


def they_are(number: int, one: str) -> str:
    """Return ``1 run is``, or ``2 runs are``."""
    return f"{count(number, one)} {'is' if number == 1 else 'are'}"


# -- what is refused, and what fails -------------------------------------------------------------


@contextmanager
def refusing(option: str) -> Iterator[None]:
    """Refuse the value of an option or an argument where the system does, by an `OSError`."""
    try:
        yield
    except OSError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


@contextmanager
def writing(target: str | Path) -> Iterator[None]:
    """End the command where a file or folder cannot be written, or a text not encoded."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"{target} could not be written: {error}") from error


def output_path(target: str, option: str) -> Path:
    """Return the path that an option or an argument names; refuse one that cannot be."""
    if not is_unicode(target):
        raise click.BadParameter(f"{target!r}: a name that is Unicode", param_hint=option)
    try:
        return user_path(target)
    except InputError as error:
        told = f"{target[:60]!r} cannot be written; name {error.problems[0].allowed}"
        raise click.BadParameter(told, param_hint=option) from None


# -- files ---------------------------------------------------------------------------------------


def file_path(target: str, endings: Sequence[str], option: str) -> Path:
    """Return where a file goes that an option names; refuse other endings, and what is barred."""
    if allowed := other_ending(Path(target), endings):
        raise click.BadParameter(f"{target!r}: {allowed}", param_hint=option)
    path = output_path(target, option)
    with refusing(option):
        check_file(path)
    return path


def picture_path(target: str, option: str = "--plot") -> Path:
    """Return where a picture goes: `file_path` with the endings of pictures."""
    return file_path(target, PICTURES, option)


def file_place(
    target: str | None, name: str, endings: Sequence[str], option: str
) -> Callable[[], Path]:
    """Return what tells where a file goes, when it is written; refuse at once what is barred.

    Where the option names it, or else to a new file of this name in the current folder, with the
    first of the endings.
    """
    if target is not None:
        path = file_path(target, endings, option)
        return lambda: path
    find = partial(_free_path, name, endings[0], option)
    find()
    return find  # anew: another file may have that name by then


def _free_path(name: str, ending: str, option: str) -> Path:
    """Return a new file in the current folder.

    A number is added to a name that is taken, as nothing is overwritten.
    """
    stem = name if _FOLDER_NAME.fullmatch(name) else "tradetalks"
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    files = (f"{name}.{ending}" for name in itertools.chain([stem], numbered))
    return file_path(next(file for file in files if not os.path.lexists(file)), [ending], option)


def save_picture(figure: "Figure", path: Path) -> None:
    """Write a picture to a path that `picture_path` gave, and say where it is."""
    with writing(path), output_file(path) as part:
        figure.savefig(part, format=path.suffix.lower()[1:], dpi=150)
    say(f"The picture is in {path}.")


# -- folders -------------------------------------------------------------------------------------


def require_new_folder(out: str, option: str = "--out") -> None:
    """Refuse a folder that is neither new nor empty, or cannot be made."""
    path = output_path(out, option)
    with refusing(option):
        atomic.check_folder(path)


def results_folder(out: str | Path) -> Path:
    """Return the path of a folder that is there or can be made; refuse a file."""
    absolute = output_path(str(out), "--out").absolute()
    with refusing("--out"):
        require_no_way_out(absolute)
    above = next(path for path in (absolute, *absolute.parents) if path.exists())
    if not above.is_dir():
        raise click.BadParameter(f"{str(above)!r} is a file; name a folder", param_hint="--out")
    return Path(out)


def default_folder(name: str) -> Path:
    """Return the folder of the results of an experiment of this name, if none is named.

    Raises ScenarioError unless it is one below ``results``, on any system.
    """
    base = name.partition(".")[0].strip().upper()
    if not _FOLDER_NAME.fullmatch(name) or base in _DEVICES or len(name.encode()) > 200:
        allowed = "a name that a folder in results/ can have; or name the folder with --out"
        raise ScenarioError([Problem("name", name, allowed)])
    return Path("results") / name


def save_tables(run: "RunRecord", out: str) -> None:
    """Write all tables of a run and its scenario to a folder that is new or empty."""
    with writing(out):
        run_folder.save_run(run, out)
