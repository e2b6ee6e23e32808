"""Notebooks as Jupyter opens them, made of the scripts: `python -m experiments.docs.notebooks`.

The scripts in ``notebooks/``, in percent format, are what is edited; beside each stands an
``.ipynb`` of the same cells, without outputs. It takes jupytext, which is not needed to run
anything else.
"""

import sys
from pathlib import Path

__all__ = ["make_notebooks", "paired"]

FOLDER = "notebooks"

#: Nothing of the machine that wrote it; the pair is kept in step by jupytext, where it is there.
_METADATA = {
    "jupytext": {"formats": "ipynb,py:percent"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def paired(script: str | Path) -> str:
    """Return the notebook of a script: the same bytes for the same script, wherever it is made."""
    import jupytext
    import nbformat

    notebook = jupytext.read(script)
    numbered = enumerate(notebook.cells, 1)
    cells = [{**cell, "id": f"cell-{number}", "metadata": {}} for number, cell in numbered]
    contents = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    made = nbformat.from_dict(contents)
    nbformat.validate(made)
    return f"{nbformat.writes(made).rstrip()}\n"


def make_notebooks(folder: str | Path = FOLDER) -> None:
    """Write the notebook of every script in a folder beside it."""
    for script in sorted(Path(folder).glob("[0-9]*.py")):
        script.with_suffix(".ipynb").write_text(paired(script), encoding="utf-8")


if __name__ == "__main__":
    make_notebooks(*sys.argv[1:])
