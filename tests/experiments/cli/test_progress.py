"""How far a sweep is, in a line and on a bar."""

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.cli import progress
from experiments.cli.progress import follow, progress_line
from experiments.design.axis import Axis
from experiments.design.experiment import Experiment
from experiments.results.progress import Progress
from experiments.sweep import sweep


def test_a_line_has_what_is_done_the_failures_the_rate_and_the_time_left() -> None:
    state = Progress(total=10_000, done=4_000, failed=12)
    assert progress_line(state, 2_000, 100.0) == (
        "4,000 of 10,000 runs, 12 failed, 20.0 runs/s, 5:00 left"
    )
    assert progress_line(Progress(5, 5), 0, 0.0) == "5 of 5 runs"
    assert progress_line(Progress(1_000_000, 1), 1, 1.0).endswith("277:46:39 left")


def test_the_clock_starts_when_the_first_run_is_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = SimpleNamespace(monotonic=lambda: 100.0)
    monkeypatch.setattr(progress, "time", now)
    with follow("mine") as show:
        show(Progress(50, 10))
        now.monotonic = lambda: 120.0
        show(Progress(50, 50, began=110.0, before=20))
    assert capsys.readouterr().err.splitlines()[-1] == "50 of 50 runs, 3.0 runs/s"


def test_neither_the_start_nor_runs_that_were_not_played_are_in_the_rate(tmp_path: Path) -> None:
    assert progress_line(Progress(10, 2), 1, 0.5) == "2 of 10 runs"
    states: list[Progress] = []
    deadly = Experiment("m", model="tests.sweepable.kills", axes=(Axis("x", (12, 13)),))
    for part in (1, 2):
        sweep(deadly, tmp_path / f"part-{part}", workers=2, shard=(part, 2), progress=states.append)
    played, blamed = states[1], states[-1]
    assert (played.done, played.before) == (1, 1)
    assert played.began is not None
    assert (blamed.done, blamed.failed) == (1, 1)
    assert blamed.began is None


class Terminal(io.StringIO):
    """What says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_and_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with follow("[red]mine[/blue]\x1b[2J") as show:
        show(Progress(10, 0))
        show(Progress(10, 5, 1, ["a segment was set aside"]))
    printed = terminal.getvalue()
    assert "[red]mine[/blue]\\x1b[2J" in printed
    assert "a segment was set aside" in printed
    assert "5 of 10 runs, 1 failed" in printed
