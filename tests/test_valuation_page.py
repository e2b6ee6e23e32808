"""The table of assumptions in the page on valuation: its commands start from what is shipped."""

import itertools
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.design.axis import Axis, assigned, vary
from experiments.run import load
from tests.pages import ROOT, blocks, commands

PAGE = (ROOT / "docs" / "explanation" / "valuation.md").read_text(encoding="utf-8")
SWEEPS = [
    command
    for block in blocks(PAGE)
    if block.language == "console"
    for command, _ in commands(block)
]


def axes(command: str) -> list[Axis]:
    words = shlex.split(command)
    return [vary(value) for flag, value in itertools.pairwise(words) if flag == "--vary"]


def test_each_row_of_the_table_of_assumptions_has_its_command() -> None:
    assert len(re.findall(r"^\| .* \| [.\d]+ [.\d]+ [.\d]+ \|", PAGE, re.M)) == len(SWEEPS) == 4


@pytest.mark.parametrize("command", SWEEPS)
def test_the_middle_value_of_what_varies_is_the_shipped_one(command: str) -> None:
    varied = axes(command)
    low, shipped, high = (
        load("allies-2025", assigned(varied, [(axis.values or ())[k] for axis in varied])).hash
        for k in range(3)
    )
    assert shipped == load("allies-2025").hash
    assert len({low, shipped, high}) == 3


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands need braces expanded")
def test_the_first_command_of_the_page_is_accepted(tmp_path: Path) -> None:
    tradetalks = Path(sys.executable).parent / "tradetalks"
    command = SWEEPS[0].replace("tradetalks", shlex.quote(str(tradetalks)), 1)
    done = subprocess.run(
        ["bash", "-c", f"{command} --dry-run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "300 runs" in done.stdout
