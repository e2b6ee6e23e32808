"""Files of users: regular ones, of bounded size, in UTF-8; anything else is refused at once."""

import os
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.files import Held, file_bytes, file_text, opened, user_path


def refused(call: object, *arguments: object) -> str:
    with pytest.raises(InputError) as caught:
        call(*arguments)  # type: ignore[operator]
    return str(caught.value)


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf\xc3\xa9")
    assert file_text(tmp_path / "a") == "é"
    assert file_bytes(tmp_path / "a", 5) == b"\xef\xbb\xbf\xc3\xa9"


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert "not a pipe or a device" in refused(file_bytes, path)
    assert "not a directory" in refused(file_bytes, tmp_path)
    assert "a file that exists: No such file" in refused(file_bytes, tmp_path / "nowhere")
    assert "a file that exists" in refused(file_bytes, tmp_path / "loop")


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ab\xff")
    assert "a file of at most 2 bytes" in refused(file_bytes, tmp_path / "a", 2)
    assert "a text in UTF-8; byte 2 (0xff) is none" in refused(file_text, tmp_path / "a")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("~no-such-user/a", "no such user"),
        ("a\0b", "null"),
        ("x" * 5000, "too long"),
        ("half \ud800", "surrogates"),
    ],
)
def test_a_path_that_can_never_be_is_refused(name: str, reason: str) -> None:
    assert reason in refused(user_path, name)


def test_a_path_where_nothing_is_yet_is_a_path(tmp_path: Path) -> None:
    assert user_path(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    (tmp_path / "file").touch()
    assert user_path(tmp_path / "file" / "b") == tmp_path / "file" / "b"
    assert user_path("~") == Path.home()


def test_a_file_that_is_held_is_lent_as_it_was(tmp_path: Path) -> None:
    held = Held(tmp_path / "gone", b"abc")
    with opened(held) as stream:
        assert stream.read() == b"abc"
    assert str(held) == str(tmp_path / "gone")
