"""Every notebook runs from top to bottom, and what stands in it is what it prints and shows."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from experiments.docs.notebooks import executed, make_notebooks, markdown, paired, told

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
#: How large a notebook may be, in bytes: a repository browser shows it without asking.
LARGEST = 300_000


def played(quick: set[str]) -> list[Any]:
    """Return the scripts as parameters; those but the quick ones only with all tests."""
    marks = [[] if script.stem[:2] in quick else [pytest.mark.long] for script in SCRIPTS]
    return [pytest.param(s, marks=m, id=s.stem) for s, m in zip(SCRIPTS, marks, strict=True)]


def stored(script: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    return notebook


def test_there_are_twelve_notebooks() -> None:
    assert [script.stem[:2] for script in SCRIPTS] == [f"{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize("script", played({"06"}))
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


@pytest.mark.parametrize("script", played({"01"}))
def test_a_notebook_says_what_its_code_says_in_jupyter(script: Path) -> None:
    assert told(stored(script)) == told(executed(script)), f"make notebooks ARGS={script}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_pages_that_a_notebook_names_are_there(script: Path) -> None:
    named = re.findall(r"`(docs/[^`]*)`", script.read_text(encoding="utf-8"))
    assert [page for page in named if not (FOLDER.parent / page).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_notebook_beside_a_script_has_the_same_cells(script: Path) -> None:
    kept, made = stored(script), paired(script)
    for cell in kept.cells:
        cell.update({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
    assert kept == made, f"make notebooks ARGS={script}"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_holds_its_outputs_and_nothing_of_the_machine(script: Path) -> None:
    text = script.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert len(text) < LARGEST
    said = "".join(told(stored(script)))
    assert len(said) > 300
    assert "image/png" in text
    assert not re.search(r"/(home|root|tmp|usr|Users)/|\b0x[0-9a-f]{6}|stderr|Warning", said)


def test_there_is_no_notebook_without_its_script() -> None:
    assert {file.stem for file in FOLDER.glob("*.ipynb")} == {script.stem for script in SCRIPTS}


CELLS = """# %% [markdown]
# # Small

# %%
import sys
print("one")
print("careful", file=sys.stderr)
1 + 1

# %%
from experiments.plots.style import figure
figure(2, 1)
"""


def test_a_notebook_is_made_with_stable_cells_and_its_outputs(tmp_path: Path) -> None:
    script = tmp_path / "01_small.py"
    script.write_text(CELLS, encoding="utf-8")
    make_notebooks(script)
    made = stored(script)
    assert [cell.id for cell in made.cells] == ["cell-1", "cell-2", "cell-3"]
    assert told(made) == ["one\n", "2", "<Picture size 200x100 with 0 Axes>"]
    first = script.with_suffix(".ipynb").read_bytes()
    make_notebooks(script)
    assert script.with_suffix(".ipynb").read_bytes() == first
    page, pictures = markdown(made, "small")
    assert page.startswith("# Small\n\n```python\nimport sys")
    assert "```text\none\n```\n\n```text\n2\n```" in page
    assert "](small-1.png)" in page
    assert pictures["small-1.png"].startswith(b"\x89PNG")


def test_a_notebook_that_leaves_a_file_behind_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "01_leaves.py"
    script.write_text('# %%\nopen("left.txt", "w").close()\n', encoding="utf-8")
    with pytest.raises(OSError, match=r"leaves left\.txt behind"):
        make_notebooks(script)
