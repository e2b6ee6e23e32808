"""The reference in the documentation: `python -m experiments.docs.pages` writes it anew."""

import sys
from collections.abc import Callable
from pathlib import Path

from experiments.docs import (
    commands,
    errors,
    expectations,
    experiment,
    metrics,
    parts,
    pictures,
    provenance,
    python,
    scenario,
    tables,
)
from experiments.docs.markdown import Page, pipe_table

__all__ = ["make_reference", "pages"]

FOLDER = "docs/reference"

_PAGES: tuple[Callable[[], Page], ...] = (
    commands.page,
    scenario.page,
    parts.strategies,
    parts.trust,
    parts.compliance,
    experiment.page,
    metrics.page,
    tables.page,
    pictures.page,
    python.page,
    errors.page,
    provenance.page,
    expectations.page,
)


def pages() -> dict[str, str]:
    """Return the pages of the reference, and what is made like them, by their paths."""
    made = [make_page() for make_page in _PAGES]
    return {page.file: page.text() for page in (_way_in(made), *made)}


def make_reference(folder: str | Path = FOLDER) -> None:
    """Write every page of the reference."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")


def _way_in(made: list[Page]) -> Page:
    leads = [page.about.partition(". ")[0].rstrip(".") for page in made]
    rows = [[f"[{p.title}]({p.file})", lead] for p, lead in zip(made, leads, strict=True)]
    about = (
        "What there is, looked up in the code: `make reference` writes these pages anew, and a"
        " test fails where they are not what the code says."
    )
    return Page("README.md", "Reference", about, pipe_table(["page", "what it holds"], rows))


if __name__ == "__main__":
    make_reference(*sys.argv[1:])
