"""Folders whose files appear whole or not at all, such as the one in which a run is kept."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from experiments.results.atomic import told_of
from experiments.runs.record import RunRecord
from simulator.world.records import TABLES

__all__ = ["check", "fill", "save", "scenario_file"]


def check(folder: str | Path) -> None:
    """Refuse a folder that could not be filled; nothing is created.

    Parameters
    ----------
    folder : str or Path
        Where something is to be kept: a new folder or an empty one.

    Raises
    ------
    OSError
        If it is a file, holds anything, or could not be created.
    """
    path = Path(folder).expanduser()
    if path.is_symlink() and not path.exists():
        raise FileExistsError(f"{str(folder)!r} is a link to nothing; name a new folder")
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"{str(folder)!r} is a file; name a new folder, or an empty one")
    if path.is_dir() and any(path.iterdir()):
        raise FileExistsError(
            f"{str(folder)!r} is not empty, and nothing in it is overwritten; "
            "name another folder, or empty this one first"
        )
    absolute = path.absolute()
    above = next(p for p in (absolute, *absolute.parents) if p.exists())
    if not above.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} cannot be created: {above} is a file")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"{str(folder)!r} cannot be written: no right to write to {above}")


def save(run: RunRecord, folder: str | Path) -> None:
    """Write all tables and the scenario of a run to a folder; they appear whole or not at all.

    Parameters
    ----------
    run : RunRecord
        A run that kept all tables.
    folder : str or Path
        A new folder or an empty one.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    fill(folder, lambda part: _write(part, run))


def fill(folder: str | Path, write: Callable[[Path], None]) -> None:
    """Fill a folder with files that appear whole or not at all.

    A folder that is there already stays the same folder: somebody may be working in it.

    Parameters
    ----------
    folder : str or Path
        A new folder or an empty one.
    write : callable
        Writes the files into the folder it is given.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    check(folder)
    path = Path(folder).expanduser().absolute()
    is_new = not path.is_dir()
    home = path.parent if is_new else path
    home.mkdir(parents=True, exist_ok=True)
    part = home / f".{path.name}.{os.getpid()}.part"
    with told_of(path, part):
        part.mkdir()
    try:
        write(part)
        if is_new:
            part.replace(path)
        else:
            _move_up(part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _move_up(part: Path) -> None:
    """Put the files of a folder into the one above, all or none."""
    moved = []
    try:
        for file in sorted(part.iterdir()):
            moved.append(file.replace(part.parent / file.name))
        part.rmdir()
    except BaseException:
        for file in moved:
            file.unlink(missing_ok=True)
        raise


def _write(folder: Path, run: RunRecord) -> None:
    from pyarrow import parquet

    for table in TABLES:
        parquet.write_table(run.arrow(table), folder / f"{table}.parquet")
    (folder / "scenario.toml").write_text(scenario_file(run), encoding="utf-8")


def scenario_file(run: RunRecord) -> str:
    """Return the file that plays a run again, and says how."""
    row = run.row()
    command = f"tradetalks run scenario.toml --seed {run.seed}"
    head = f"# As it was played by tradetalks {row['version']}; this plays it again:\n# {command}\n"
    return f"{head}\n{run.scenario.to_toml()}"
