"""Which strategies negotiate with which, and in which seats."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.roster import ROSTER
from simulator.errors import Problem, ScenarioError
from simulator.scenario import parts

__all__ = ["Matches", "matches_of"]

_TUPLES = "strategies alone, or tuples of one per seat alone"


@dataclass(frozen=True, eq=False)
class Matches:
    """Strategies, and which of them sits where.

    Parameters
    ----------
    strategies : tuple of PartSpec
        Those that play, each once.
    seats : ndarray of int
        Which of them sits where, a row per match, shape (matches, parties).
    """

    strategies: tuple[parts.PartSpec, ...]
    seats: NDArray[np.int64]


def matches_of(
    strategies: Sequence[object],
    opponents: Sequence[object] | None,
    self_play: bool,
    parties: int,
    problems: list[Problem],
) -> Matches:
    """Return the matches of strategies; what is wrong with them goes into `problems`.

    Parameters
    ----------
    strategies : sequence
        Strategies, all of which meet in all seats; or tuples of one per seat, each a match.
    opponents : sequence, optional
        Those whom the strategies meet; each other by default.
    self_play : bool
        Whether a strategy meets itself, too.
    parties : int
        Number of seats.
    problems : list of Problem
        Where problems are put.
    """
    entered = _Entered(problems)
    if any(isinstance(entry, tuple | list) for entry in strategies):
        rows = list(_given(strategies, opponents, parties, entered))
    else:
        own = entered.enter_all(strategies, "strategies")
        others = own if opponents is None else entered.enter_all(opponents, "opponents")
        rows = list(_meetings(own, others, parties, self_play))
    if not rows and not problems:
        allowed = "strategies of which at least one meets another, or itself with self_play=True"
        problems.append(Problem("strategies", [str(s) for s in entered.specs], allowed))
    return Matches(tuple(entered.specs), np.array(rows, np.int64).reshape(-1, parties))


@dataclass
class _Entered:
    """The strategies seen so far, each once."""

    problems: list[Problem]
    specs: list[parts.PartSpec] = field(default_factory=list)

    def enter_all(self, strategies: Sequence[object], key: str) -> list[int]:
        """Return the places of strategies among all, each place once; -1 of what is none."""
        places = (self.enter(one, f"{key}.{k}") for k, one in enumerate(strategies))
        return list(dict.fromkeys(places))

    def enter(self, strategy: object, key: str) -> int:
        """Return the place of a strategy among all; -1 of what is none."""
        try:
            spec = parts.parse(strategy, "strategy", ROSTER, key)
        except ScenarioError as error:
            self.problems.extend(error.problems)
            return -1
        if spec not in self.specs:
            self.specs.append(spec)
        return self.specs.index(spec)


def _given(
    strategies: Sequence[object],
    opponents: Sequence[object] | None,
    parties: int,
    entered: _Entered,
) -> Iterator[tuple[int, ...]]:
    """Give the matches that are given seat by seat."""
    if opponents is not None:
        allowed = "left out where strategies are given seat by seat"
        entered.problems.append(Problem("opponents", [str(o) for o in opponents], allowed))
    for k, entry in enumerate(strategies):
        if not isinstance(entry, tuple | list):
            entered.problems.append(Problem(f"strategies.{k}", str(entry), _TUPLES))
        elif len(entry) != parties:
            allowed = f"one strategy per profile, {parties} here"
            entered.problems.append(Problem(f"strategies.{k}", [str(s) for s in entry], allowed))
        else:
            seated = enumerate(entry)
            yield tuple(entered.enter(one, f"strategies.{k}.{seat}") for seat, one in seated)


def _meetings(
    own: list[int], others: list[int], parties: int, self_play: bool
) -> Iterator[tuple[int, ...]]:
    """Give each match of one of `own`, in any seat, with any of `others` in the rest, once."""
    seen = set[tuple[int, ...]]()
    for one in own:
        for seat in range(parties) if own is not others else (0,):
            for rest in itertools.product(others, repeat=parties - 1):
                row = (*rest[:seat], one, *rest[seat:])
                if row not in seen and (self_play or len(set(row)) == parties):
                    seen.add(row)
                    yield row
