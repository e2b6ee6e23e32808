"""Notebooks as Jupyter opens them, made of the scripts: `python -m experiments.docs.notebooks`.

The scripts in ``notebooks/``, in percent format, are what is edited; beside each stands an
``.ipynb`` of the same cells with what they print and show, so that it can be read where it lies.
It takes jupytext, nbclient, ipykernel and Pillow, which are not needed to run anything else.
"""

import base64
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["executed", "make_notebooks", "markdown", "paired", "told"]

FOLDER = "notebooks"

#: Nothing of the machine that wrote it; the pair is kept in step by jupytext, where it is there.
_METADATA = {
    "jupytext": {"formats": "ipynb,py:percent"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
#: Kinds of output, those first that show most.
_KINDS = ("image/png", "text/html", "text/plain")
#: Colours of a picture: enough for ours, in a third of the bytes.
COLOURS = 64


def paired(script: str | Path) -> "NotebookNode":
    """Return the notebook of a script, without outputs: the same for the same script."""
    import jupytext
    import nbformat

    notebook = jupytext.read(script)
    numbered = enumerate(notebook.cells, 1)
    cells = [{**cell, "id": f"cell-{number}", "metadata": {}} for number, cell in numbered]
    contents = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    made: NotebookNode = nbformat.from_dict(contents)
    nbformat.validate(made)
    return made


def executed(script: str | Path) -> "NotebookNode":
    """Return the notebook of a script with its outputs, played as Jupyter plays it.

    It is played in an empty folder, and must leave it so. Warnings are left out, which speak of
    the machine, and so is all that differs from one time to the next.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    OSError
        If it leaves a file behind.
    """
    from nbclient import NotebookClient

    notebook = paired(script)
    with TemporaryDirectory() as folder:
        place = {"metadata": {"path": folder}}
        NotebookClient(
            notebook, timeout=None, record_timing=False, coalesce_streams=True, resources=place
        ).execute()
        if left := sorted(path.name for path in Path(folder).iterdir()):
            raise OSError(f"{script} leaves {', '.join(left)} behind")
    for cell in notebook.cells:
        cell["metadata"] = {}
        if cell.cell_type == "code":
            cell["outputs"] = [_lasting(one) for one in cell.outputs if one.get("name") != "stderr"]
    notebook["metadata"] = _METADATA
    return notebook


def told(notebook: "NotebookNode") -> list[str]:
    """Return what a notebook prints, in order, and what it shows as text."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return [output.get("text") or output.data["text/plain"] for output in outputs]


def markdown(notebook: "NotebookNode", stem: str) -> tuple[str, dict[str, bytes]]:
    """Return a notebook as a page, and its pictures by the names of their files.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs.
    stem : str
        What the names of the pictures begin with.
    """
    pictures: dict[str, bytes] = {}
    parts = [part for cell in notebook.cells for part in _parts(cell, stem, pictures)]
    return "\n\n".join(parts) + "\n", pictures


def make_notebooks(*scripts: str | Path) -> None:
    """Write the notebook of each script beside it, of all by default."""
    import nbformat

    for script in map(Path, scripts or sorted(Path(FOLDER).glob("[0-9]*.py"))):
        text = nbformat.writes(executed(script)).rstrip()
        script.with_suffix(".ipynb").write_text(f"{text}\n", encoding="utf-8")


def _lasting(output: Any) -> Any:
    """Return an output in the one form that shows most, beside its text."""
    if "data" not in output:
        return output
    best = next(kind for kind in _KINDS if kind in output.data)
    output["data"] = {kind: output.data[kind] for kind in sorted({best, "text/plain"})}
    output["metadata"] = {}
    if best == "image/png":
        output.data[best] = _smaller(output.data[best])
        # Where an object lies in memory is of no interest.
        output.data["text/plain"] = re.sub(r" at 0x\w+", "", output.data["text/plain"])
    return output


def _smaller(picture: str) -> str:
    """Return a picture in few colours."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        image.convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def _parts(cell: Any, stem: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """Give what a cell says and shows as Markdown, and put its pictures with the others."""
    if cell.cell_type == "markdown":
        yield cell.source
        return
    yield f"```python\n{cell.source}\n```"
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            name = f"{stem}-{len(pictures) + 1}.png"
            pictures[name] = base64.b64decode(data["image/png"])
            yield f"![what the code above draws]({name})"
        elif "text/html" in data:
            yield re.sub(r"\n\s*", "\n", data["text/html"]).strip()
        else:
            yield f"```text\n{(output.get('text') or data['text/plain']).rstrip()}\n```"


if __name__ == "__main__":
    make_notebooks(*sys.argv[1:])
