"""Files where a user wants them."""

import os
import threading
from pathlib import Path

import pytest

from experiments.results.output_path import check_file, output_file


def write(target: Path, text: str) -> None:
    with output_file(target) as part:
        part.write_text(text, encoding="utf-8")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write(file, "first")
    with pytest.raises(UnicodeEncodeError):
        write(file, "half of it \ud800")
    assert file.read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_followed(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to(file)
    for text in ("new", "again"):
        write(link, text)
        assert link.is_symlink()
        assert file.read_text(encoding="utf-8") == text


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write(pipe, "through")
    reader.join()
    assert read == ["through"]
    assert pipe.is_fifo()


def test_an_error_names_the_place_and_not_the_part(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "file"
    with pytest.raises(FileNotFoundError) as caught:
        write(file, "text")
    assert str(caught.value) == f"[Errno 2] No such file or directory: {str(file)!r}"


def test_a_place_where_no_file_can_be_is_refused_before(tmp_path: Path) -> None:
    check_file(tmp_path / "file")
    with pytest.raises(IsADirectoryError, match="is a folder; name a file"):
        check_file(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no"):
        check_file(tmp_path / "nowhere" / "file")


def test_a_link_in_a_circle_becomes_the_file(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    check_file(loop)
    write(loop, "text")
    assert loop.read_text(encoding="utf-8") == "text"


def test_the_home_of_nobody_is_no_place_for_a_file() -> None:
    nowhere = "~nobody-of-that-name/x.html"
    with pytest.raises(OSError, match="cannot be written"):
        check_file(nowhere)
