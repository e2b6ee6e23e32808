"""Where a scenario is read from: a shipped name, a TOML file, or a dict."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from simulator import literals
from simulator.errors import InputError, Problem, ScenarioError, nearest
from simulator.files import file_text, user_path

__all__ = ["read_source", "shipped", "text"]

_FOLDER = Path(__file__).parents[1] / "scenarios"


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def text(name: str) -> str:
    """Return the TOML of a shipped scenario, comments and all.

    Raises ScenarioError if there is none of this name.
    """
    if name not in shipped():
        raise ScenarioError([_unknown_source(name)])
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def read_source(source: object) -> tuple[dict[str, object], str, Path | None]:
    """Return the data of a source, what to call it in messages, and the folder of its file.

    It is a shipped name, the path of a TOML file, or what such a file holds, which has no folder.
    Raises ScenarioError if it is none of these, or no TOML.
    """
    if isinstance(source, Mapping):
        return cast("dict[str, object]", literals.plain(source)), "", None
    if isinstance(source, str) and source in shipped():
        return _parsed(text(source), source), source, _FOLDER
    if isinstance(source, str | Path):
        content = _file_text(source)
        return _parsed(content, str(source)), str(source), user_path(source).parent
    allowed = "a name, the path of a TOML file, or a dict"
    raise ScenarioError([Problem("scenario", literals.plain(source), allowed)])


def _file_text(source: str | Path) -> str:
    try:
        path = user_path(source)
        text = file_text(path) if path.exists() else None
    except InputError as error:
        problems = [Problem("scenario", str(source), problem.allowed) for problem in error.problems]
        raise ScenarioError(problems) from None
    if text is None:
        raise ScenarioError([_unknown_source(source)])
    return text


def _unknown_source(source: str | Path) -> Problem:
    names = shipped()
    allowed = f"a shipped scenario ({', '.join(names)}) or the path of a TOML file that exists"
    return Problem("scenario", str(source), allowed, nearest(Path(source).stem, names))


def _parsed(content: str, label: str) -> dict[str, object]:
    try:
        return literals.table(content)
    except ValueError as error:
        raise ScenarioError([_malformed(content, error)], label) from None


def _malformed(content: str, error: Exception) -> Problem:
    """Return where TOML ends being TOML: line, column and the text of the line."""
    lines = content.splitlines() or [""]
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
    if match is None:
        return Problem("file", f"{len(lines)} lines", f"TOML; {error}")
    line = int(match[1] or len(lines))
    column = int(match[2] or len(lines[-1]) + 1)
    written = lines[line - 1].strip() if line <= len(lines) else ""
    reason = str(error)[: match.start()]
    if re.search(r"[=\[,]\s*[+-]?\.\d", written):
        reason += "; a number needs a digit before its point, as in 0.5"
    return Problem(f"line {line}, column {column}", written, f"malformed TOML: {reason}")
