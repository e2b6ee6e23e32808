"""Rows of CSV files come with the line that they end on."""

import csv
from pathlib import Path

import pytest

from simulator.rows import csv_rows

TEXT = '\ufeffa,b\r\n\r\n1,"two\r\n\r\nlines"\n# remark\n 3 , \n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_bytes(TEXT.encode())
    return path


def test_rows_and_lines_are_those_of_the_csv_module(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        expected = [(reader.line_num, cells) for cells in reader if cells]
    assert list(csv_rows(file)) == expected
    assert expected[1:] == [(5, ["1", "two\r\n\r\nlines"]), (6, ["# remark"]), (7, [" 3 ", " "])]


def test_lines_that_are_skipped_count_all_the_same(file: Path) -> None:
    rows = list(csv_rows(file, skip=lambda line: line.startswith("#")))
    assert [line for line, _ in rows] == [1, 5, 7]


@pytest.mark.parametrize("content", [b"a,\xff\n", b'"' + b"a" * 200_000])
def test_what_is_no_text_or_no_csv_is_a_value_error(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"codec|field larger"):
        list(csv_rows(file))


def test_commas_behind_the_last_name_of_the_head_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("a,b,,\n1,2,,\n,,,\n3,,,\n4,5,,6\n7\n")
    rows = [(1, ["a", "b"]), (2, ["1", "2"]), (4, ["3", ""]), (5, ["4", "5", "", "6"]), (6, ["7"])]
    assert list(csv_rows(path)) == rows
