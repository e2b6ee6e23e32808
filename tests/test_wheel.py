"""The wheel: what is in it, and that it plays on every supported Python that is found."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
PLAY = ("run", "first-talk", "--seed", "3", "--json")


def output(command: Sequence[str | Path], cwd: Path, **more: str) -> str:
    """Return what a command prints, in a shell that knows nothing of this working copy."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**kept, **more}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder)
    output([sys.executable, *build, ROOT], folder)
    (built,) = folder.glob("*.whl")
    return built


@cache
def python(version: str) -> str | None:
    """Return a Python of a version that can make environments, None if there is none."""
    base = str(getattr(sys, "_base_executable", sys.executable))
    named = [shutil.which(f"python{version}"), base]
    installed = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, [*named, *sorted(map(str, installed))]):
        asked = subprocess.run([candidate, "-c", code], capture_output=True, text=True)
        if asked.returncode == 0 and asked.stdout.strip() == version:
            return candidate
    return None


def told(printed: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(printed)
    return found


def test_the_wheel_holds_all_that_is_no_code_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packages = ("simulator", "agents", "experiments")
    kept = output(["git", "ls-files", *packages], ROOT).splitlines()
    assert [name for name in kept if name not in names] == []
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(packages)


def test_the_wheel_plays_without_the_working_copy(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    where = "import simulator; print(simulator.__file__)"
    site = {"PYTHONPATH": str(tmp_path / "site")}
    assert output([sys.executable, "-c", where], tmp_path, **site).startswith(str(tmp_path))
    command = [sys.executable, "-m", "experiments.cli.main", *PLAY]
    assert told(output(command, tmp_path, **site)) == told(output(command, ROOT))


@pytest.mark.long
@pytest.mark.parametrize("version", SUPPORTED)
def test_the_wheel_installs_and_plays_the_same_on_each_supported_python(
    version: str, wheel: Path, tmp_path: Path
) -> None:
    found = python(version)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    output([found, "-m", "venv", "own"], tmp_path)
    own = tmp_path / "own" / ("Scripts" if os.name == "nt" else "bin")
    install = ("-m", "pip", "install", "--quiet", "--only-binary", ":all:")
    output([own / "python", *install, "-c", ROOT / "requirements-run.lock", wheel], tmp_path)
    here = told(output([sys.executable, "-m", "experiments.cli.main", *PLAY], ROOT))
    assert told(output([own / "tradetalks", *PLAY], tmp_path)) == here
    assert "Japan" in output([own / "tradetalks", "run", "--weeks", "8"], tmp_path)


def test_the_python_that_runs_the_tests_is_found_and_supported() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    assert version in SUPPORTED
    assert python(version) is not None
