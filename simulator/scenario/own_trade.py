"""Trade of one's own: the CSV files that a scenario's file names, read into the scenario itself.

What is read takes the place of the names, so that a scenario means the same wherever it is played:
in a worker, on another machine, in the manifest of a sweep. The files have to lie in the folder of
the scenario's file or below it: a stranger's file reads nothing else.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from simulator.errors import InputError, Problem
from simulator.files import Held, file_bytes
from simulator.scenario.field_types import MOST_REGIONS

__all__ = ["with_trade"]

#: The keys of `economy` that name files, in the order in which `read_trade` takes them.
KEYS = ("trade", "gdp", "regions")


def with_trade(
    data: dict[str, object], folder: Path | None
) -> tuple[dict[str, object], list[Problem]]:
    """Return a scenario's data with the trade that its files hold, and what is wrong with these.

    Parameters
    ----------
    data : dict
        What a scenario's file holds.
    folder : Path or None
        The folder of that file; None if there is none, and then nothing is read.
    """
    economy = data.get("economy")
    if folder is None or not isinstance(economy, Mapping) or not any(k in economy for k in KEYS):
        return data, []
    problems: list[Problem] = []
    if "data" in economy:
        allowed = f"nothing beside {' and '.join(k for k in KEYS if k in economy)}: files have it"
        problems.append(Problem("economy.data", economy["data"], allowed))
    names = {key: economy[key] for key in KEYS if key in economy}
    files = {key: _file(folder, key, name, problems) for key, name in names.items()}
    if problems:
        return data, problems
    try:
        found = _read({key: path for key, path in files.items() if path is not None}, names)
    except InputError as error:
        return data, _told(error, files, names)
    rest = {key: value for key, value in economy.items() if key not in KEYS}
    return {**data, "economy": {**rest, "data": found}}, []


def _file(folder: Path, key: str, name: object, problems: list[Problem]) -> Path | None:
    """Return the file that a key names, in the folder; None, with a problem, for another."""
    allowed = "the path of a CSV file in the folder of the scenario's file, or below it"
    if isinstance(name, str) and name.strip() and not _leads_out(name):
        try:
            path = (folder / name).resolve()
            if path.is_relative_to(folder.resolve()):
                return path
        except (OSError, ValueError, RuntimeError):  # a loop of links, or no path at all
            pass
    problems.append(Problem(f"economy.{key}", name, f"{allowed}: without a root and without .."))
    return None


def _leads_out(name: str) -> bool:
    """Return whether a path has a root or goes up, on any system."""
    path = PureWindowsPath(name)  # which splits at both kinds of slashes
    return bool(path.anchor) or ".." in path.parts


def _read(files: Mapping[str, Path], names: Mapping[str, object]) -> dict[str, object]:
    """Return what stands in files as the table `economy.data`, with the digest of each."""
    # Imported here, so that reading a scenario of tables does not bring in numpy.
    from simulator.economy.trade import read_trade

    held = {key: Held(path, file_bytes(path)) for key, path in files.items()}
    digests = {key: hashlib.sha256(file.data).hexdigest() for key, file in held.items()}
    of_files = (held.get(key) for key in KEYS)
    trade = read_trade(*of_files, most_regions=MOST_REGIONS, by_sector=False)
    written = ", ".join(f"{names[key]} (SHA-256 {digest})" for key, digest in digests.items())
    return {
        "regions": list(trade.regions),
        "gdp": trade.gdp.tolist(),
        "flows": trade.flows.tolist(),
        "source": "; ".join([written, trade.rule, *trade.notes]),
    }


def _told(
    error: InputError, files: Mapping[str, Path | None], names: Mapping[str, object]
) -> list[Problem]:
    """Return the problems of a file under the key that names it; of several, under the first."""
    of = {str(path): key for key, path in files.items()}
    key = of.get(error.source, next(iter(files)))
    return [
        Problem(f"economy.{key}", names[key], f"a file without fault; {problem}")
        for problem in error.problems
    ]
