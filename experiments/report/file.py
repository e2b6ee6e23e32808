"""A page as a file: it appears whole or not at all."""

from collections.abc import Callable
from pathlib import Path

from experiments.results import output_path
from simulator.errors import Problem, ScenarioError
from simulator.files import user_path

__all__ = ["ENDINGS", "save_page"]

ENDINGS = ("html", "htm")


def save_page(target: str | Path, build: Callable[[], bytes]) -> Path:
    """Write a page, built once it is certain that it can be written; return where it is.

    Raises
    ------
    ScenarioError
        If the name does not end in ``.html`` or ``.htm``.
    OSError
        If it cannot be written.
    """
    if allowed := output_path.other_ending(Path(target), ENDINGS):
        raise ScenarioError([Problem("target", str(target), allowed)])
    output_path.check_file(target)
    path = user_path(target)
    page = build()
    with output_path.output_file(path) as part:
        part.write_bytes(page)
    return path
