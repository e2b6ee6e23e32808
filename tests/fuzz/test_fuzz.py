"""Some inputs for every reader, and whether the trial finds what it is to find.

``make fuzz`` tries very many more.
"""

import time
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from tests.fuzz import trial
from tests.fuzz.__main__ import main
from tests.fuzz.engines import ENGINES, engine_faults
from tests.fuzz.readers import READERS, Reader
from tests.fuzz.trial import faults, input_of

#: Inputs for each reader.
COUNT = 40


@pytest.mark.parametrize("name", READERS)
def test_what_is_nearly_valid_is_read_or_refused_at_once(name: str, tmp_path: Path) -> None:
    tried = faults(READERS[name], name, seed=1, numbers=range(COUNT), folder=tmp_path / "input")
    assert [fault for fault in tried if fault is not None] == []


@pytest.mark.parametrize("name", ENGINES)
def test_both_engines_play_alike(name: str) -> None:
    tried = engine_faults(name, seed=1, numbers=range(COUNT))
    assert [fault for fault in tried if fault is not None] == []


def test_what_differs_between_engines_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "odd", lambda draws: iter(["x"] * (draws.random() < 0.5)))
    found = list(engine_faults("odd", 1, range(20)))
    assert {fault.what for fault in found if fault is not None} == {"x"}
    assert None in found


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_are_valid(name: str, tmp_path: Path) -> None:
    for number, files in enumerate(READERS[name].seeds()):
        folder = tmp_path / str(number)
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        READERS[name].read(folder)


@pytest.mark.parametrize("name", READERS)
def test_inputs_are_the_same_every_time_and_differ(name: str) -> None:
    inputs = [input_of(READERS[name], name, 1, number) for number in range(20)]
    assert inputs == [input_of(READERS[name], name, 1, number) for number in range(20)]
    assert len({str(files) for files in inputs}) > 10


def _raises(folder: Path) -> None:
    raise KeyError("price")


def _works(folder: Path) -> None:
    began = time.process_time()
    while time.process_time() < began + 0.1:
        pass


def _reads(folder: Path) -> None:
    (folder / "a").read_bytes()


def _hangs(folder: Path) -> None:
    time.sleep(60)


class _Silent(ScenarioError):
    def __str__(self) -> str:
        raise ValueError("no message")


def _has_no_message(folder: Path) -> None:
    raise _Silent([])


@pytest.mark.parametrize(
    ("read", "what"),
    [
        (_raises, "KeyError: 'price'"),
        (_works, "seconds"),
        (_reads, "600 MB"),
        (_hangs, "hangs"),
        (_has_no_message, "ValueError in the message of a _Silent"),
    ],
)
def test_a_trial_finds_what_it_is_to_find(
    read: object, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.05 if read is _works else 5.0)
    monkeypatch.setattr(trial, "HANGING", 0.2 if read is _hangs else 20.0)
    peaks = iter([100.0, 700.0 if read is _reads else 590.0])
    monkeypatch.setattr(trial, "_peak", lambda: next(peaks))
    reader = Reader(lambda: [{"a": "a"}], read)  # type: ignore[arg-type]
    (fault,) = faults(reader, "own", 0, range(1), tmp_path / "input")
    assert fault is not None
    assert what in fault.what


def test_a_command_tells_what_it_tried_and_keeps_an_input_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--reader", "shard", "--count", "5", "--seed", "2"]) == 0
    assert capsys.readouterr().out.endswith("5 inputs, 0 faults; seed 2\n")
    assert list(tmp_path.iterdir()) == []
    assert main(["--reader", "shard", "--number", "3"]) == 0
    kept = (tmp_path / "fuzz-input" / "text").read_bytes()
    assert kept == input_of(READERS["shard"], "shard", 0, 3)["text"]
    monkeypatch.setitem(READERS, "shard", Reader(READERS["shard"].seeds, _raises))
    assert main(["--reader", "shard", "--count", "1"]) == 1
    assert "shard 0: KeyError: 'price'\n1 inputs, 1 faults" in capsys.readouterr().out
