"""Worlds by the compiled engine as Python: what is compiled, without the making of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="numba is not there: make fast")

ROOT = Path(__file__).parents[3]
#: What takes long as Python.
SLOW = "very_many or thousand or allies"


@pytest.mark.parametrize("half", ["strategy or policy", "not (strategy or policy)"])
def test_worlds_are_played_alike(half: str) -> None:
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-m", "long", "-p", "no:cacheprovider"),
            *("-W", "ignore::RuntimeWarning", "-k", f"({half}) and not ({SLOW})"),
            "tests/experiments/compiled/test_worlds.py",
        ],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout[-3000:]
