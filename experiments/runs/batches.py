"""Many negotiations, played: each talk once, by the engine that can and is fast."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.kept import is_kept
from experiments.compiled.parts import coded
from experiments.runs.engines import ENTRY, Engine, Found, found
from experiments.runs.matches import Matches
from experiments.runs.protocol import Protocol, distinct
from simulator.domains.domain import Domain
from simulator.errors import Problem
from simulator.negotiation.payoffs import Preferences
from simulator.negotiation.talk import Talk, TalkState

__all__ = ["STATES", "Batch", "Ended"]

#: How talks end, by the numbers that the compiled engine has for it.
STATES = tuple(TalkState)

#: So many proposals of a talk are compiled at most; and of all talks that are played in one go.
LONGEST, AT_ONCE = 1_000_000, 2_000_000
#: Seconds between two lines of progress.
EVERY = 5.0

_MAKING = "Compiling negotiations, once for this machine and version: about a minute ..."

Whole = NDArray[np.int64]
Offers = list[NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class Ended:
    """How the talks about one domain ended.

    Parameters
    ----------
    talks : ndarray of int
        Place among `STATES`, outcome agreed on or -1, rounds held, proposals made; shape (T, 4).
    offers : list of ndarray of int
        The outcomes proposed in each talk; empty if they were not asked for.
    """

    talks: Whole
    offers: Offers


@dataclass(frozen=True, eq=False)
class Batch:
    """Negotiations to be played, and by whom.

    Parameters
    ----------
    domains : sequence of Domain
        What is negotiated.
    matches : Matches
        Who meets whom.
    seeds : sequence of int
        Of each match about each domain.
    protocol : Protocol
        Deadlines and discounting.
    engine : {"auto", "object", "compiled"}
        Who is to play.
    """

    domains: Sequence[Domain]
    matches: Matches
    seeds: Sequence[int]
    protocol: Protocol
    engine: Engine = "auto"

    # -- what is played ----------------------------------------------------------------------

    @cached_property
    def codes(self) -> list["NDArray[np.void] | None"]:
        """Each strategy as the compiled engine is told of it, None where it cannot play it."""
        return [coded(spec.build()) for spec in self.matches.strategies]

    @cached_property
    def _each(self) -> Whole:
        """How many talks of a match there are: one where the seed makes no difference."""
        draws = np.array([code is None or bool(code["draws"][0]) for code in self.codes])
        return np.where(draws[self.matches.seats].any(axis=1), len(self.seeds), 1)

    @cached_property
    def match(self) -> Whole:
        """The match of each talk that is played about a domain, shape (T,)."""
        return np.repeat(np.arange(len(self._each)), self._each)

    @cached_property
    def seed(self) -> Whole:
        """The place of the seed of each of these talks, shape (T,)."""
        seed: Whole = np.arange(len(self.match)) - self._first[self.match]
        return seed

    @cached_property
    def _first(self) -> Whole:
        """The first talk of each match."""
        first: Whole = np.cumsum(self._each) - self._each
        return first

    @cached_property
    def place(self) -> Whole:
        """Which talk stands for a match and a seed, shape (matches, seeds)."""
        seeds = np.arange(len(self.seeds))
        place: Whole = self._first[:, None] + np.minimum(seeds, self._each[:, None] - 1)
        return place

    # -- by whom -----------------------------------------------------------------------------

    @property
    def proposals(self) -> int:
        """How many proposals a talk has at most."""
        parties: int = self.matches.seats.shape[1]
        return self.protocol.last_round(parties) * parties

    @cached_property
    def playable(self) -> NDArray[np.bool_]:
        """Whether the compiled engine can play a talk, shape (T,)."""
        known = np.array([code is not None for code in self.codes])
        able = np.logical_and.reduce(known[self.matches.seats], axis=1)
        playable: NDArray[np.bool_] = able[self.match] & (self.proposals <= LONGEST)
        return playable

    @cached_property
    def found(self) -> Found:
        """The compiled engine, if it plays any of them."""
        return found(self.engine, len(self.domains) * int(self.playable.sum()))

    @property
    def compiled(self) -> NDArray[np.bool_]:
        """Whether the compiled engine plays a talk, shape (T,)."""
        return self.playable & (self.found.held is not None)

    def problems(self) -> Iterator[Problem]:
        """Give why the compiled engine cannot play, where no other is to."""
        if self.engine != "compiled":
            return
        if self.found.lacking:
            yield Problem("engine", "compiled", f"auto or object: {self.found.lacking}")
        if self.proposals > LONGEST:
            allowed = f"at most {LONGEST:,} proposals in a talk; engine='auto' plays more"
            yield Problem("rounds", self.protocol.rounds, allowed)
        for spec, code in zip(self.matches.strategies, self.codes, strict=True):
            if code is None:
                allowed = "one that ships and can be compiled; engine='auto' plays any"
                yield Problem("strategies", str(spec), allowed)

    # -- playing -----------------------------------------------------------------------------

    def play(self, trace: bool, quiet: bool) -> list[Ended]:
        """Return how the talks about each domain ended, and the offers if there is a `trace`."""
        progress = _Progress(len(self.domains) * len(self.match), quiet)
        if self.compiled.any() and not is_kept(ENTRY):
            progress.tell(_MAKING)
        return [self._about(domain, trace, progress) for domain in self.domains]

    def _about(self, domain: Domain, trace: bool, progress: "_Progress") -> Ended:
        """Return how the talks about one domain ended."""
        wants = [domain.preferences(seat) for seat in range(len(domain.profiles))]
        talks = np.empty((len(self.match), 4), np.int64)
        offers: Offers = [np.empty(0, np.int32)] * len(talks) if trace else []
        for chosen in self._portions():
            ended, offered = self._compiled(domain, wants, chosen, trace)
            talks[chosen] = ended
            for at, row, made in zip(chosen, offered, ended[:, 3], strict=False):
                offers[at] = row[:made].astype(np.int32)
            progress.add(len(chosen))
        for one in np.flatnonzero(~self.compiled).tolist():
            talk = self._by_objects(domain, wants, one)
            talks[one] = _row(talk)
            if trace:
                offers[one] = np.array([offer.outcome for offer in talk.offers], np.int32)
            progress.add(1)
        return Ended(talks, offers)

    def _portions(self) -> Iterator[Whole]:
        """Give the talks for the compiled engine, some at a time: it cannot be interrupted."""
        chosen, size = np.flatnonzero(self.compiled), max(AT_ONCE // self.proposals, 1)
        for first in range(0, len(chosen), size):
            yield chosen[first : first + size]

    def _compiled(
        self, domain: Domain, wants: Sequence[Preferences], chosen: Whole, trace: bool
    ) -> tuple[Whole, Whole]:
        """Return how talks about a domain ended that the compiled engine plays, and the offers."""
        assert self.found.held is not None
        codes = [code for code in self.codes if code is not None]
        among = np.cumsum([code is not None for code in self.codes]) - 1
        ended: tuple[Whole, Whole] = self.found.held(
            domain.space,
            wants,
            domain.name,
            distinct([profile.name for profile in domain.profiles]),
            np.concatenate(codes),
            among[self.matches.seats[self.match[chosen]]],
            [self.seeds[k] for k in self.seed[chosen]],
            self.protocol.rounds,
            self.protocol.max_proposals,
            self.protocol.discounts(domain),
            trace,
        )
        return ended

    def _by_objects(self, domain: Domain, wants: Sequence[Preferences], at: int) -> Talk:
        """Return a talk about a domain at its end, played by objects."""
        specs = [self.matches.strategies[k] for k in self.matches.seats[self.match[at]]]
        talk = self.protocol.talk(domain, wants, specs, self.seeds[self.seed[at]])
        talk.play()
        return talk


def _row(talk: Talk) -> tuple[int, int, int, int]:
    """Return how a talk ended, as `Ended.talks` has it."""
    agreed = -1 if talk.agreement is None else talk.agreement
    return STATES.index(talk.state), agreed, talk.round, len(talk.offers)


class _Progress:
    """Tells on stderr, now and then, how far long work is."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.quiet, self.done = total, quiet, 0
        self.last = time.monotonic()

    def add(self, count: int) -> None:
        """Take note that so many more talks have ended."""
        self.done += count
        now = time.monotonic()
        if now - self.last >= EVERY:
            self.last = now
            self.tell(f"{self.done:,} of {self.total:,} negotiations")

    def tell(self, line: str) -> None:
        """Write a line, unless all is to be quiet."""
        if not self.quiet:
            print(line, file=sys.stderr, flush=True)
