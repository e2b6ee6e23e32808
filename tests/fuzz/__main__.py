"""``make fuzz``: all readers and both engines, with very many inputs; exit code 1 on faults.

make fuzz ARGS="--count 2000 --reader genius"
make fuzz ARGS="--reader genius --number 17"     # one input again, kept to look at
make fuzz ARGS="--count 2000 --reader negotiations"    # both engines, which are to play alike
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.engines import ENGINES, engine_faults
from tests.fuzz.readers import READERS
from tests.fuzz.trial import Fault, faults

#: What is tried: readers of files, and engines that play.
TRIED = (*READERS, *ENGINES)
#: Where the input of a number is left.
KEPT = Path("fuzz-input")


def main(arguments: Sequence[str]) -> int:
    """Return the exit code, having told the faults."""
    given = _parser().parse_args(arguments)
    names = [given.reader] if given.reader else list(TRIED)
    if given.number is not None:
        numbers = range(given.number, given.number + 1)
    else:
        numbers = range(-(-given.count // len(names)))
    found = [fault for name in names for fault in _tried(name, given.seed, numbers, given.number)]
    for fault in found:
        print(f"{fault.reader} {fault.number}: {fault.what}")
    print(f"{len(numbers) * len(names):,} inputs, {len(found):,} faults; seed {given.seed}")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make fuzz", description="Read files made to do harm.")
    parser.add_argument(
        "--count", type=int, default=100_000, help="how many inputs, of all readers"
    )
    parser.add_argument("--reader", choices=TRIED, help="which reader; all by default")
    parser.add_argument("--seed", type=int, default=0, help="of every draw")
    parser.add_argument("--number", type=int, help="this input alone, kept in fuzz-input/")
    return parser


def _tried(name: str, seed: int, numbers: range, number: int | None) -> list[Fault]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "input" if number is None else KEPT
        if name in READERS:
            tried = faults(READERS[name], name, seed, numbers, folder)
        else:
            tried = engine_faults(name, seed, numbers)
        found = [fault for fault in tried if fault is not None]
    seconds = time.monotonic() - began
    print(f"{name}: {len(numbers):,} inputs, {seconds:.0f} s, {len(found)} faults", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
