"""Files that options name."""

import click
import pytest

from experiments.cli.outputs import file_path


def test_the_home_of_nobody_is_no_place_for_a_file() -> None:
    with pytest.raises(click.BadParameter, match="cannot be written"):
        file_path("~nobody-of-that-name/x.html", ["html"], "--out")
