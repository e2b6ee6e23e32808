"""The documentation as a site: `python -m experiments.docs.site` builds it into ``site/``.

Its pages are the Markdown files of the project as they lie, ``README.md`` and all that links lead
to from there, and the notebooks among that. A link that leads nowhere, and all that the generator
warns of, ends the build. It takes zensical, which is not needed to run anything else.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import tomli_w

from experiments.docs.markdown import links, sections
from experiments.docs.notebooks import markdown
from simulator.errors import InputError, Problem, TradetalksError

__all__ = ["linked_files", "make_site"]

FOLDER = "site"
HOME = "README.md"
CONTENTS = "docs/README.md"
MARK = "sitemap.xml"
LOOKS = Path(__file__).with_name("site.toml")

_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def make_site(folder: str | Path = FOLDER, root: str | Path = ".") -> None:
    """Build the site of the project at `root` into a folder; one that is there is replaced.

    Raises
    ------
    InputError
        If a link leads to no file.
    TradetalksError
        If the folder holds something else than a site.
        If the generator warns of anything, such as a link to a heading that is not there.
    """
    if Path(folder).exists() and not Path(folder, MARK).is_file():
        raise TradetalksError(f"{folder} is there and no site: name another folder, or remove it")
    with TemporaryDirectory() as stage:
        _lay_out(Path(root), Path(stage))
        _generate(Path(stage))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(Path(stage, "site"), folder)


def linked_files(root: str | Path = ".") -> set[str]:
    """Return the paths of ``README.md`` and of every file to which links lead from there.

    Raises
    ------
    InputError
        If a link leads to a folder, to nothing, or out of the project.
    """
    found, ahead = {HOME}, [HOME]
    lost: list[Problem] = []
    while ahead:
        page = ahead.pop()
        for link, name in _targets(Path(root), page):
            if name.startswith("..") or not Path(root, name).is_file():
                lost.append(Problem(page, link, "a link leads to a file of the project"))
            elif name not in found:
                found.add(name)
                ahead += [name] if name.endswith(".md") else []
    if lost:
        raise InputError(lost)
    return found


def _targets(root: Path, page: str) -> Iterator[tuple[str, str]]:
    """Give the links of a page to other files, each with the path that it means."""
    for link in links((root / page).read_text(encoding="utf-8")):
        if path := link.partition("#")[0]:
            yield link, os.path.normpath(PurePosixPath(page).parent / path)


def _lay_out(root: Path, stage: Path) -> None:
    """Copy the files of the site, which keep their paths, and so their links; and its settings."""
    files = linked_files(root)
    for name in files:
        copy = stage / "pages" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".md"):
            page = (root / name).read_text(encoding="utf-8")
            copy.write_text(_bare_pipes(_to_pages(page)), encoding="utf-8")
        elif name.endswith(".ipynb"):
            _lay_out_notebook(root / name, copy)
        else:
            shutil.copyfile(root / name, copy)
    settings = tomllib.loads(LOOKS.read_text(encoding="utf-8"))
    settings["project"]["docs_dir"] = "pages"
    settings["project"]["nav"] = [{way: pages} for way, pages in _ways(root).items()]
    (stage / "zensical.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")


def _lay_out_notebook(source: Path, copy: Path) -> None:
    """Put a notebook among the pages as one of them, beside its pictures."""
    import nbformat

    page, pictures = markdown(nbformat.read(source, as_version=4), copy.stem)
    copy.with_suffix(".md").write_text(page, encoding="utf-8")
    for name, picture in pictures.items():
        (copy.parent / name).write_bytes(picture)


def _to_pages(page: str) -> str:
    """Return a page with links to the pages that notebooks become."""
    return re.sub(r"(\]\([^)\s]+)\.ipynb\)", r"\1.md)", page)


def _bare_pipes(page: str) -> str:
    """Return a page with no backslash before ``|`` in code in tables: here it would be seen."""
    rows = re.compile(r"^\|.*$", re.M)
    code = re.compile(r"`[^`]*`")
    return rows.sub(lambda row: code.sub(lambda c: c[0].replace("\\|", "|"), row[0]), page)


def _ways(root: Path) -> dict[str, str | list[str]]:
    """Return the ways through the site, each with its pages: those of the list of pages."""
    listed = sections((root / CONTENTS).read_text(encoding="utf-8"))
    here = PurePosixPath(CONTENTS).parent
    ways = {
        heading: [
            each
            for link in links(text)
            for page in [os.path.normpath(here / link)]
            for each in (page, *_notebooks(root, page))
        ]
        for heading, text in listed.items()
    }
    return {"Home": HOME, **ways}


def _notebooks(root: Path, page: str) -> list[str]:
    """Return the pages of the notebooks that a page links to."""
    targets = (name for _, name in _targets(root, page))
    return [name.replace(".ipynb", ".md") for name in targets if name.endswith(".ipynb")]


def _generate(stage: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=stage,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        said = _COLOURS.sub("", done.stdout).partition("Traceback")[0]
        raise TradetalksError(f"the site cannot be built: {said.strip()}")


if __name__ == "__main__":
    try:
        make_site(*sys.argv[1:])
    except TradetalksError as error:
        sys.exit(str(error))
