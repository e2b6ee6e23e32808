"""The reference is what the code says, and its pages can be read: links, cells, ranges."""

import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from agents.catalogue import SLOTS, parts
from agents.roster import ROSTER
from experiments.cli.main import COMMANDS
from experiments.docs.docstring import read
from experiments.docs.markdown import anchor, pipe_table, prose
from experiments.docs.pages import FOLDER, make_reference, pages
from experiments.docs.public_interface import MODULES
from simulator.scenario import specs
from simulator.scenario.field_docs import meanings
from simulator.scenario.paths import keys_of
from simulator.scenario.specs import Table
from simulator.world.records import TABLES

ROOT = Path(__file__).parents[3]
PAGES = pages()


def headings(text: str) -> set[str]:
    return {anchor(found) for found in re.findall(r"^#+ (.*)$", text, re.M)}


def is_table(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Table) and value is not Table


def links(text: str) -> Iterator[tuple[str, str]]:
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, heading = target.partition("#")
        yield file, heading


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    kept = ROOT / FOLDER / name
    assert kept.is_file(), f"{kept} is missing: make reference"
    same = kept.read_text(encoding="utf-8") == PAGES[name]
    assert same, f"{FOLDER}/{name} is not what the code says: make reference"


def test_there_is_no_page_that_the_code_does_not_make() -> None:
    assert {file.name for file in (ROOT / FOLDER).iterdir()} == {n for n in PAGES if "/" not in n}


def test_the_pages_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    make_reference(tmp_path / "pages")
    assert all((tmp_path / "pages" / name).is_file() for name in PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    page = ROOT / FOLDER / name
    for file, heading in links(PAGES[name]):
        target = page.parent / file if file else page
        assert target.exists(), file
        if heading:
            assert heading in headings(target.read_text(encoding="utf-8")), heading


def test_every_part_is_told_with_the_meaning_of_each_parameter() -> None:
    told = "".join(PAGES[name] for name in ("strategies.md", "compliance.md", "trust.md"))
    for slot in SLOTS:
        for part in parts(slot):
            assert f"### {part.name}\n" in told
            assert part.doc
            assert all(parameter.doc for parameter in part.parameters), part.name
    assert set(SLOTS) | {"bidding", "composed"} == set(ROSTER)


@pytest.mark.parametrize("cls", [v for v in vars(specs).values() if is_table(v)])
def test_every_key_of_a_scenario_has_a_meaning_and_a_row(cls: type[Table]) -> None:
    keys = {of.alias or field: field for field, of in cls.model_fields.items()}
    keys = {key: field for key, field in keys.items() if key in keys_of(cls)}
    assert set(keys.values()) <= set(meanings(cls))
    for key, field in keys.items():
        if key != "source":
            meaning = prose(meanings(cls)[field])
            row = rf"^\| `{key}` \| .+ \| .* \| {re.escape(meaning)} \|$"
            assert re.search(row, PAGES["scenario.md"], re.M), key


def test_every_command_and_column_is_told() -> None:
    for name in COMMANDS:
        assert f"## tradetalks {name}\n" in PAGES["commands.md"]
    for columns in TABLES.values():
        for column in columns:
            assert f"| `{column.name}` |" in PAGES["tables.md"]


def test_what_pages_and_notebooks_import_is_told() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.py")]
    imports = re.compile(r"^from ((?:simulator|agents|experiments)[\w.]*) import", re.M)
    used = {name for file in files for name in imports.findall(file.read_text(encoding="utf-8"))}
    # Errors have a page of their own, and one page is for who works on the engines.
    inner = {name for name in used if name.startswith("experiments.compiled.")}
    inner |= {"agents.roster", "experiments.runs", "experiments.runs.play", "simulator.errors"}
    missing = used - {*MODULES, *inner, "simulator.scenario.parts"}
    assert not missing, "add them to experiments/docs/public_interface.py, then make reference"
    assert "experiments.run" in used


def test_no_path_of_a_machine_and_no_address_is_told() -> None:
    for text in PAGES.values():
        assert not re.search(r"0x[0-9a-f]{6}|/(home|tmp|work|usr)/", text)


# -- what the pages are made with ----------------------------------------------------------------


def test_a_docstring_is_read_by_its_sections() -> None:
    class Example:
        """Do a thing.

        And more of it.

        Parameters
        ----------
        a, b : float
            Two numbers,
            on two lines.
        c : str
            A text.

        References
        ----------
        Somebody (1999).
        """

    said = read(Example)
    assert (said.summary, said.body) == ("Do a thing.", "And more of it.")
    items = [tuple(item) for item in said.items("Parameters")]
    assert items == [
        ("a", "float", "Two numbers, on two lines."),
        ("b", "float", "Two numbers, on two lines."),
        ("c", "str", "A text."),
    ]
    assert said.references == "Somebody (1999)."
    assert list(said.items("Raises")) == []


def test_a_table_leaves_out_columns_without_content_and_keeps_bars_in_cells() -> None:
    assert (
        pipe_table(["a", "b", "c"], [["1|2", "", "x\ny"]])
        == "| a | c |\n| --- | --- |\n| 1\\|2 | x y |"
    )


def test_tags_stay_visible_and_blocks_are_blocks() -> None:
    assert prose("of <this>, not ``<that>``") == "of &lt;this>, not `<that>`"
    assert prose("so::\n\n    a\n      b\n") == "so:\n\n```text\na\n  b\n```"


def test_the_meaning_of_a_field_is_the_docstring_below_it() -> None:
    assert meanings(Sample) == {"first": "What it is, on two lines.", "third": "Another."}


def test_without_its_source_a_class_has_no_meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspect.getsource", mock.Mock(side_effect=OSError))
    assert meanings.__wrapped__(Sample) == {}


class Base:
    first: int
    """What it is,
    on two lines."""
    second: int


class Sample(Base):
    third: str = ""
    """Another."""
