"""Everything the README tells a user to type works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.run import load

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
)
BIN = Path(sys.executable).parent


def blocks(kind: str) -> list[str]:
    return [text for language, text in BLOCKS if language == kind]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the README has its reader write by then."""
    (tmp_path / "halfway.py").write_text(_strategy(), encoding="utf-8")
    (tmp_path / "curious.toml").write_text(_experiment(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def _strategy() -> str:
    return next(text for text in blocks("python") if "class Halfway" in text)


def _experiment() -> str:
    return next(text for text in blocks("toml") if "[axes]" in text)


def _commands() -> list[str]:
    texts = [text.replace("\\\n", " ") for text in blocks("console")]
    lines = [line for text in texts for line in text.splitlines()]
    commands = [line.removeprefix("$ ").split("  #")[0].strip() for line in lines]
    return [c for c in commands if c.startswith("tradetalks ")]


def test_every_command_of_the_readme_works(folder: Path) -> None:
    commands = _commands()
    assert len(commands) > 10
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(
            command, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, command
    assert {p.name for p in (folder / "results" / "seven").iterdir()} >= {
        "deals.parquet",
        "offers.parquet",
        "payoffs.parquet",
        "performance.parquet",
        "runs.parquet",
        "scenario.toml",
        "trust.parquet",
    }


def test_every_python_block_of_the_readme_runs(folder: Path) -> None:
    names: dict[str, object] = {}
    for text in blocks("python"):
        exec(compile(text, "README.md", "exec"), names)


def test_the_toml_blocks_of_the_readme_extend_the_shipped_scenario(folder: Path) -> None:
    shipped = (ROOT / "simulator" / "scenarios" / "allies-2025.toml").read_text(encoding="utf-8")
    more = [text for text in blocks("toml") if text != _experiment()]
    (folder / "mine.toml").write_text(shipped + "\n".join(more), encoding="utf-8")
    scenario = load("mine.toml")
    assert "australia" in scenario.countries
    assert any(issue.id == "batteries" for issue in scenario.talks["us-korea"].issues)
    assert any(threat.talk == "us-australia" for threat in scenario.threats)
    assert len(scenario.events) == 4
    from experiments.run import run

    assert "us-australia" in set(run(scenario, weeks=12).offers["talk"])


def test_the_make_targets_of_the_readme_exist() -> None:
    wanted = {
        line.split()[2] for t in blocks("console") for line in t.splitlines() if "$ make" in line
    }
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert wanted
    assert wanted <= made
