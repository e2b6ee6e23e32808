"""Every notebook runs from top to bottom, as a script and in Jupyter, and its two files agree."""

import re
import runpy
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from experiments.docs.notebooks import make_notebooks, paired

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
#: Those that play many runs take too long to be run with every change.
PLAYED = [
    pytest.param(
        script,
        marks=[pytest.mark.long] if script.stem[:2] in {"02", "03", "04", "05", "07"} else [],
    )
    for script in SCRIPTS
]


def test_there_are_seven_notebooks() -> None:
    assert [script.stem[:2] for script in SCRIPTS] == [f"{number:02}" for number in range(1, 8)]


@pytest.mark.parametrize("script", PLAYED, ids=lambda path: path.stem)
def test_a_script_runs_writes_nothing_and_opens_no_window(
    script: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    assert len(capsys.readouterr().out.splitlines()) > 10
    assert not list(tmp_path.iterdir())
    windows = sys.modules.get("matplotlib.pyplot")
    assert windows is None or not windows.get_fignums()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_pages_that_a_notebook_names_are_there(script: Path) -> None:
    named = re.findall(r"`(docs/[^`]*)`", script.read_text(encoding="utf-8"))
    assert [page for page in named if not (FOLDER.parent / page).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_notebook_beside_a_script_says_the_same(script: Path) -> None:
    kept = script.with_suffix(".ipynb")
    assert kept.is_file(), f"{kept.name} is missing: make notebooks"
    same = kept.read_text(encoding="utf-8") == paired(script)
    assert same, f"{kept.name} is not what {script.name} says: make notebooks"


def test_there_is_no_notebook_without_its_script() -> None:
    assert {file.stem for file in FOLDER.glob("*.ipynb")} == {script.stem for script in SCRIPTS}


def test_a_notebook_is_made_with_stable_cells_and_without_outputs(tmp_path: Path) -> None:
    script = tmp_path / "01_small.py"
    script.write_text("# %% [markdown]\n# # Small\n\n# %%\n1 + 1\n", encoding="utf-8")
    make_notebooks(tmp_path)
    made = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert [cell.id for cell in made.cells] == ["cell-1", "cell-2"]
    assert [cell.source for cell in made.cells] == ["# Small", "1 + 1"]
    assert made.cells[1].outputs == []
    assert made.cells[1].execution_count is None


def test_jupyter_shows_pages_and_pictures(tmp_path: Path) -> None:
    notebook = nbformat.read(FOLDER / "01_a_first_talk.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [set(output.get("data", {})) for output in outputs]
    assert sum("text/html" in kinds for kinds in shown) >= 2
    assert sum("image/png" in kinds for kinds in shown) >= 3
    printed = "".join(output.get("text", "") for output in outputs)
    assert "Partner accepts" in printed or "Home accepts" in printed
