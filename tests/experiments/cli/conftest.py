"""How the tests of sweeps by command play: each in a folder of its own, in this process."""

from pathlib import Path

import pytest

from experiments.execution.execute import execute


@pytest.fixture
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def played_by_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single worker of a command is a process of its own, which takes a second to start."""
    monkeypatch.setattr(
        "experiments.sweep.execute", lambda *a, **k: execute(*a, **{**k, "apart": False})
    )
