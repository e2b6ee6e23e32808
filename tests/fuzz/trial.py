"""One input after another, and what a reader must not make of any of them."""

import random
import resource
import shutil
import signal
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from simulator.errors import InputError, PartError, StoreError
from tests.fuzz.mutations import mutated
from tests.fuzz.readers import Files, Reader

__all__ = ["Fault", "faults", "input_of"]

#: What ends a command with exit code 2 and one clear message.
REFUSALS = (InputError, PartError, StoreError, click.UsageError)
#: Seconds of the processor, and growth of the memory in megabytes, that one input may take.
SECONDS, MEGABYTES = 1.0, 500.0
#: Seconds on the clock after which an input counts as hanging.
HANGING = 20.0
#: A message has less characters.
LONGEST = 100_000


class _Hanging(BaseException):
    """Raised where a reader hangs."""


@dataclass(frozen=True)
class Fault:
    """What went wrong with which input of which reader."""

    reader: str
    number: int
    what: str


def input_of(reader: Reader, name: str, seed: int, number: int) -> dict[str, bytes]:
    """Return the files of an input: those of a seed, one of them changed; always the same."""
    draws = random.Random(f"{seed} {name} {number}")
    seeds = reader.seeds()
    files: Files = draws.choice(seeds)
    chosen = draws.choice(sorted(files))
    others = [text for seed_files in seeds for text in seed_files.values()]
    return {
        file: mutated(text, others, draws) if file == chosen else text.encode()
        for file, text in files.items()
    }


def faults(
    reader: Reader, name: str, seed: int, numbers: range, folder: Path
) -> Iterator[Fault | None]:
    """Give for each input of a reader what is wrong with it, None if nothing is.

    The seeds are read first: what is imported then counts for no input.
    """
    for files in reader.seeds():
        _put(folder, {file: text.encode() for file, text in files.items()})
        _outcome(reader, folder)
    for number in numbers:
        _put(folder, input_of(reader, name, seed, number))
        what = _wrong(reader, folder)
        yield Fault(name, number, what) if what else None


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder of these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file, data in files.items():
        (folder / file).write_bytes(data)


def _wrong(reader: Reader, folder: Path) -> str:
    began, before = time.process_time(), _peak()
    what = _outcome(reader, folder)
    seconds, grown = time.process_time() - began, _peak() - before
    if not what and seconds > SECONDS:
        what = f"{seconds:.1f} seconds"
    if not what and grown > MEGABYTES:
        what = f"{grown:,.0f} MB"
    return what


def _outcome(reader: Reader, folder: Path) -> str:
    try:
        with _alarm(), warnings.catch_warnings():
            warnings.simplefilter("error")
            reader.read(folder)
    except REFUSALS as error:
        return _wrong_message(error)
    except _Hanging:
        return f"hangs: {HANGING:g} seconds"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return ""


def _wrong_message(error: Exception) -> str:
    try:
        text = str(error)
    except Exception as other:
        return f"{type(other).__name__} in the message of a {type(error).__name__}"
    return f"a message of {len(text):,} characters" if len(text) > LONGEST else ""


@contextmanager
def _alarm() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _Hanging

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, HANGING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _peak() -> float:
    """Return the most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
