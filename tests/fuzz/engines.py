"""Negotiations of all kinds, played by both engines: what differs between them is a fault."""

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from random import Random

from tests.fuzz.trial import Fault
from tests.matches import differences, tournament

__all__ = ["ENGINES", "engine_faults"]

#: What gives the differences of a number of a seed.
Differences = Callable[[Random], Iterator[str]]


def _negotiations(draws: Random) -> Iterator[str]:
    """Give what differs in a few matches about one domain."""
    return differences(tournament(draws))


#: What is played by both engines; nothing where there is but one.
ENGINES: Mapping[str, Differences] = (
    {"negotiations": _negotiations} if importlib.util.find_spec("numba") else {}
)


def engine_faults(name: str, seed: int, numbers: range) -> Iterator[Fault | None]:
    """Give for each number the first thing in which the engines differ, None if nothing does."""
    for number in numbers:
        told = next(ENGINES[name](Random(f"{seed} {name} {number}")), "")
        yield Fault(name, number, told) if told else None
