"""The same scenario and seed give the same bytes on every processor and every Python."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.digest import STORED

ROOT = Path(__file__).parents[1]
#: Where the C library's functions, and numpy's, would come out differently.
PROCESSORS: Mapping[str, Mapping[str, str]] = {
    "this one": {},
    "without fused multiply-add": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2"},
    "without AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4"},
    "with another BLAS": {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
}


def digest_of(python: str, settings: Mapping[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "tests.digest"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@cache
def others() -> list[str]:
    """Return the other versions of Python that have what the project needs, `OTHER_PYTHON` first.

    Nothing is installed for it.
    """
    named = [os.environ.get("OTHER_PYTHON", ""), *(f"python3.{n}" for n in range(11, 20))]
    found = [path for name in named if name and (path := shutil.which(name))]
    ask = "import sys, tests.digest; print(sys.version_info[:2])"
    versions: dict[str, str] = {f"{sys.version_info[:2]}": ""}
    for path in found:
        done = subprocess.run(
            [path, "-W", "ignore", "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            versions.setdefault(done.stdout.strip(), path)
    return [path for path in versions.values() if path]


@pytest.mark.no_cover  # what it plays is covered by the tests of the code
@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_digest_is_the_stored_one_whatever_the_processor(processor: str) -> None:
    # Where rules have changed for a reason: python -m tests.digest --write
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert digest_of(sys.executable, PROCESSORS[processor]) == stored


@pytest.mark.no_cover
def test_the_digest_is_the_stored_one_whatever_the_python() -> None:
    if not others():
        pytest.skip("no other Python here has the packages: OTHER_PYTHON=... names one")
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert [digest_of(python, {}) for python in others()] == [stored] * len(others())
