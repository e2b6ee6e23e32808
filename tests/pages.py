"""Pages of the documentation: their code blocks, and how these are played.

The rule, for ``README.md``, ``CONTRIBUTING.md`` and every page under ``docs/``: the blocks of a
page are played in order, in a fresh folder.

- ``console``: what follows ``$ `` is a command, which goes on after a backslash at the end of a
  line. Lines below it are what it prints; ``...`` stands for anything. A command fails only where
  the page shows its ``Error:``.
- ``python``: is executed; the blocks of a page share their names. A ``text`` block right below
  is what it prints.
- ``toml`` and ``python`` blocks that begin with a comment that names a file, ``# curious.toml``,
  are written to that file; those that begin with ``# added to mine.toml`` are put at its end.
- A block below a comment ``<!-- not run: WHY -->`` is left alone.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from experiments.cli.main import main

__all__ = [
    "ROOT",
    "Block",
    "anchors",
    "blocks",
    "commands",
    "pages",
    "play",
    "targets",
]

ROOT = Path(__file__).resolve().parents[1]

_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>[^>]+) -->\n\n?)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.M | re.S,
)
_FILE = re.compile(r"# (?P<added>added to )?(?P<name>[\w./-]+\.(?:toml|py|csv))\n")


@dataclass(frozen=True)
class Block:
    """A code block of a page: its language, its text, and why it is not run, if it is not."""

    language: str
    text: str
    why: str | None = None


def pages() -> list[Path]:
    """Return ``README.md``, ``CONTRIBUTING.md`` and the pages under ``docs/``."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: str) -> list[Block]:
    """Return the code blocks of a page's text."""
    return [Block(m["language"], m["text"], m["why"]) for m in _BLOCK.finditer(page)]


def commands(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ ", block.text.replace("\\\n", " "), flags=re.M)
    found = (part.partition("\n") for part in parts[1:])
    return [(command, printed.strip("\n")) for command, _, printed in found]


def play(found: list[Block]) -> None:
    """Play the blocks of a page in the current folder.

    Raises
    ------
    AssertionError
        If a command fails, or a block prints something else than the page says.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    said: str | None = None
    for block in (block for block in found if block.why is None):
        printed, said = said, None
        if named := _FILE.match(block.text):
            _write(block.text, named)
        elif block.language == "console":
            for command, shown in commands(block):
                _command(command, shown)
        elif block.language == "python":
            said = _execute(block.text, names)
        elif printed is not None:
            _compare(block.text, printed, "the python block above")


def _write(text: str, named: re.Match[str]) -> None:
    path = Path(named["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if named["added"] else "w", encoding="utf-8") as file:
        file.write(text)


def _execute(text: str, names: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(text, "<python block>", "exec"), names)
    return out.getvalue()


def _command(command: str, printed: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0] == "make":
        assert words[1] in targets(), f"{command}: the Makefile has no such target"
        return
    code, said = _tradetalks(words[1:]) if words[0] == "tradetalks" else _shell(command)
    fails = printed.startswith("Error:")
    assert (code != 0) == fails, f"{command} ended with {code}:\n{said}"
    if printed:
        _compare(printed, said, command)


def _tradetalks(words: list[str]) -> tuple[int, str]:
    """Return how a command ended and what it printed; it runs in this process."""
    words, out = (words[:-2], words[-1]) if words[-2:-1] == [">"] else (words, None)
    result = CliRunner(env={"COLUMNS": "80"}).invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if out is None:
        return result.exit_code, result.output
    Path(out).write_text(result.stdout, encoding="utf-8")
    return result.exit_code, result.stderr


def _shell(command: str) -> tuple[int, str]:
    """Return how a command ended and what it printed; it finds what a working copy has."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _compare(expected: str, said: str, where: str) -> None:
    wanted = "\n".join(line.rstrip() for line in expected.strip("\n").splitlines())
    pattern = ".*".join(re.escape(piece) for piece in wanted.split("..."))
    found = "\n".join(line.rstrip() for line in said.strip("\n").splitlines())
    assert re.fullmatch(pattern, found, re.S), f"{where} prints\n{found}\nand not\n{wanted}"


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.M))


def anchors(page: str) -> set[str]:
    """Return what a page's headings are called in links, as repository browsers make them."""
    heads = re.findall(r"^#+ (.+)$", _BLOCK.sub("", page), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
