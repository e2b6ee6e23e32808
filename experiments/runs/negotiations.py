"""Many negotiations: domains x strategies x seats x seeds, the same results as `negotiate` has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rich.console import Group
from rich.text import Text

from experiments.display.shown import Shown
from experiments.display.terminal import outline
from experiments.runs.batches import STATES, Batch, Ended
from experiments.runs.engines import Engine, engine_problems
from experiments.runs.matches import matches_of
from experiments.runs.negotiation import Negotiation, negotiate
from experiments.runs.protocol import Discounting, Protocol, delay, distinct
from experiments.runs.standings import standings
from simulator import literals
from simulator.arithmetic import power
from simulator.domains.domain import Domain
from simulator.errors import Problem, ScenarioError
from simulator.negotiation.issues import read_only
from simulator.scenario.parts import PartSpec
from simulator.text import count, listing, visible
from simulator.theory.analysis import Analysis

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Negotiations", "negotiate_many"]

#: A longer name of a party heads no column.
LONGEST = 12

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Negotiations(Shown):
    """Negotiations that were played, a row each: domain by domain, match by match, seed by seed.

    Parameters
    ----------
    batch : Batch
        What was played, and by whom.
    ended : sequence of Ended
        How, a domain each.
    """

    batch: Batch
    ended: Sequence[Ended]

    def __len__(self) -> int:
        return len(self.batch.domains) * self.batch.place.size

    # -- who, about what ---------------------------------------------------------------------

    @property
    def domains(self) -> tuple[Domain, ...]:
        """What was negotiated."""
        return tuple(self.batch.domains)

    @property
    def strategies(self) -> tuple[PartSpec, ...]:
        """Those that played, each once."""
        return self.batch.matches.strategies

    @property
    def protocol(self) -> Protocol:
        """Deadlines and discounting."""
        return self.batch.protocol

    @property
    def parties(self) -> int:
        """Number of seats."""
        parties: int = self.batch.matches.seats.shape[1]
        return parties

    @cached_property
    def domain(self) -> Whole:
        """The place of the domain of every row among `domains`, shape (n,)."""
        return read_only(np.repeat(np.arange(len(self.domains)), self.batch.place.size))

    @cached_property
    def seats(self) -> Whole:
        """Which of the `strategies` sat where, shape (n, parties)."""
        rows = np.repeat(self.batch.matches.seats, len(self.batch.seeds), axis=0)
        return read_only(np.tile(rows, (len(self.domains), 1)))

    @cached_property
    def seed(self) -> NDArray[np.generic]:
        """The seed of every row, shape (n,); Python's integers where one is beyond 64 bits."""
        seeds = list(self.batch.seeds)
        fits = all(-(2**63) <= seed < 2**63 for seed in seeds)
        one = np.array(seeds, np.int64 if fits else object)
        return read_only(np.tile(one, len(self) // len(one)))

    @cached_property
    def engine(self) -> NDArray[np.str_]:
        """Which engine played every row, ``compiled`` or ``object``, shape (n,)."""
        played = np.where(self.batch.compiled, "compiled", "object")[self.batch.place.ravel()]
        return read_only(np.tile(played, len(self.domains)))

    # -- how it ended ------------------------------------------------------------------------

    @cached_property
    def _talks(self) -> Whole:
        """How every row ended: state, outcome, rounds, proposals."""
        place = self.batch.place.ravel()
        return read_only(np.concatenate([ended.talks[place] for ended in self.ended]))

    @cached_property
    def state(self) -> NDArray[np.str_]:
        """How every talk ended, ``agreed``, ``broken`` or ``timed out``, shape (n,)."""
        names = np.array([state.value for state in STATES])
        return read_only(names[self._talks[:, 0]])

    @cached_property
    def agreed(self) -> NDArray[np.bool_]:
        """Whether there was an agreement, shape (n,)."""
        return read_only(self._talks[:, 1] >= 0)

    @property
    def outcome(self) -> Whole:
        """The outcome agreed on, by its index in the space of the domain, or -1; shape (n,)."""
        return self._talks[:, 1]

    @property
    def rounds(self) -> Whole:
        """Rounds held, shape (n,)."""
        return self._talks[:, 2]

    @property
    def proposals(self) -> Whole:
        """Proposals made, shape (n,)."""
        return self._talks[:, 3]

    # -- how good it is ----------------------------------------------------------------------

    @cached_property
    def undiscounted(self) -> Floats:
        """Utility in every seat, undiscounted, shape (n, parties)."""
        outcomes = self.outcome.reshape(len(self.domains), -1)
        every = (np.vstack([d.utilities, d.reservations]) for d in self.domains)
        pairs = zip(every, outcomes, strict=True)  # without agreement, -1, the last
        return read_only(np.concatenate([utilities[rows] for utilities, rows in pairs]))

    @cached_property
    def utilities(self) -> Floats:
        """Utility in every seat, discounted, shape (n, parties)."""
        utilities = self.undiscounted.copy()
        for domain, rows in self._by_domain():
            for seat, profile in enumerate(domain.profiles):
                if profile.discount != 1.0:
                    utilities[rows, seat] *= _powers(profile.discount, self.delay[rows])
        return read_only(utilities)

    @cached_property
    def delay(self) -> Floats:
        """The exponent of the discount factors: relative time, or proposals before the last."""
        discounting, last = self.protocol.discounting, self.protocol.last_round(self.parties)
        talks = self._talks
        ends = (talks[:, 2] * (talks[:, 3].max() + 1) + talks[:, 3]) * len(STATES) + talks[:, 0]
        _, first, places = np.unique(ends, return_index=True, return_inverse=True)
        delays = [
            delay(discounting, STATES[state], rounds, last, proposals)
            for state, _, rounds, proposals in talks[first].tolist()
        ]
        return read_only(np.array(delays, dtype=np.float64)[places])

    @cached_property
    def distances(self) -> dict[str, Floats]:
        """How far every agreement is from the frontier and from each point; nan without either.

        By name: ``frontier``, ``nash``, ``kalai_smorodinsky``, ``egalitarian``, ``utilitarian``;
        each of shape (n,), of undiscounted utilities.
        """
        found = {name: np.full(len(self), np.nan) for name in ("frontier", *Analysis.NAMES)}
        for domain, rows in self._by_domain():
            analysis = Analysis(domain.utilities, domain.reservations)
            outcomes, at = np.unique(self.outcome[rows], return_inverse=True)
            each = [analysis.distances(o) for o in outcomes[outcomes >= 0].tolist()]
            nothing: list[dict[str, float]] = [{}] * (
                len(outcomes) - len(each)
            )  # of -1, which comes first
            for name, column in found.items():
                column[rows] = np.array([e.get(name, np.nan) for e in (*nothing, *each)])[at]
        return {name: read_only(column) for name, column in found.items()}

    def _by_domain(self) -> Iterator[tuple[Domain, slice]]:
        """Give every domain with its rows."""
        size = self.batch.place.size
        for place, domain in enumerate(self.domains):
            yield domain, slice(place * size, (place + 1) * size)

    # -- one of them -------------------------------------------------------------------------

    def offers(self, row: int) -> NDArray[np.int32]:
        """Return the outcomes proposed in a talk, in order, by index in the domain's space.

        Parameters
        ----------
        row : int
            Which talk, from 0.

        Raises
        ------
        ValueError
            If they were not kept (`trace`).
        IndexError
            If there is no such row.
        """
        domain, place = self._where(row)
        if not self.ended[domain].offers:
            raise ValueError("no offers were kept: ask for them with trace=True")
        return read_only(self.ended[domain].offers[self.batch.place.ravel()[place]])

    def negotiation(self, row: int) -> Negotiation:
        """Return one of them, played again by objects: with its trace and its analysis.

        Parameters
        ----------
        row : int
            Which talk, from 0.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        domain, place = self._where(row)
        match, seed = divmod(place, len(self.batch.seeds))
        return negotiate(
            self.domains[domain],
            [self.strategies[k] for k in self.batch.matches.seats[match]],
            self.protocol.rounds,
            self.batch.seeds[seed],
            max_proposals=self.protocol.max_proposals,
            discounting=self.protocol.discounting,
        )

    def _where(self, row: int) -> tuple[int, int]:
        """Return the domain of a row, and its place among the rows of this domain."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row}: there are rows 0 to {len(self) - 1}")
        return divmod(int(row), self.batch.place.size)

    # -- all of them -------------------------------------------------------------------------

    def frame(self, distances: bool = False) -> "pd.DataFrame":
        """Return all as a table, a row each.

        Columns: ``domain``, ``seed``, ``strategy_0`` and so on by seat, ``state``, ``outcome``,
        ``rounds``, ``proposals``, ``utility_0`` and so on, ``undiscounted_0`` and so on,
        ``engine``.

        Parameters
        ----------
        distances : bool
            Whether to add the columns of `distances`, as ``distance_nash``.
        """
        import pandas as pd

        names = distinct([domain.name for domain in self.domains])
        seats = range(self.parties)
        labels = pd.Index(self.labels)
        columns: dict[str, object] = {
            "domain": pd.Categorical.from_codes(self.domain, pd.Index(names)),
            "seed": self.seed,
            **{f"strategy_{k}": pd.Categorical.from_codes(self.seats[:, k], labels) for k in seats},
            "state": self.state,
            "outcome": pd.array(self.outcome, dtype="Int64"),
            "rounds": self.rounds,
            "proposals": self.proposals,
            **{f"utility_{k}": self.utilities[:, k] for k in seats},
            **{f"undiscounted_{k}": self.undiscounted[:, k] for k in seats},
            "engine": self.engine,
        }
        if distances:
            columns |= {f"distance_{name}": column for name, column in self.distances.items()}
        frame = pd.DataFrame(columns)
        frame.loc[~self.agreed, "outcome"] = pd.NA
        return frame

    @property
    def labels(self) -> list[str]:
        """What the strategies are called, each differently."""
        return distinct([str(spec) for spec in self.strategies])

    def page(self) -> Group:
        """Return how many ended how, who played them, and what each strategy has got of them."""
        return Group(
            Text(self._headline(), style="bold"),
            outline(self._facts()),
            *standings(self.labels, self.seats, self.utilities, self.agreed, self._seated()),
        )

    def _seated(self) -> list[str]:
        """Return what the seats are called: the profiles, if they are the same in all domains."""
        every = {tuple(profile.name for profile in domain.profiles) for domain in self.domains}
        names = every.pop()
        if every or max(map(len, names)) > LONGEST:
            return [f"seat {seat}" for seat in range(self.parties)]
        return distinct(names)

    def _headline(self) -> str:
        """Return what was played, in a line."""
        about, domains = self.domains[0].name, len(self.domains)
        return visible(
            f"{count(len(self), 'negotiation')}: "
            f"{about if domains == 1 else count(domains, 'domain')}, "
            f"{count(len(self.batch.matches.seats), 'match', 'matches')} of "
            f"{count(len(self.strategies), 'strategy', 'strategies')}, "
            f"{count(len(self.batch.seeds), 'seed')}."
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Give how they ended, and who played them."""
        for state in STATES[1:]:  # none is left open
            share = float((self.state == state.value).mean())
            yield state.value, f"{share:.1%}"
        held, last = float(self.rounds.mean()), self.protocol.last_round(self.parties)
        yield "rounds", f"{held:,.1f} of {last:,}, in the mean"
        yield "played", f"{count(len(self.domains) * len(self.batch.match), 'talk')}, {self._by()}"

    def _by(self) -> str:
        """Return which engine has played how many talks, and why not the compiled one."""
        compiled = len(self.domains) * int(self.batch.compiled.sum())
        objects = len(self.domains) * len(self.batch.match) - compiled
        shares = {"compiled": compiled, "by objects": objects}
        told = listing([f"{number:,} {how}" for how, number in shares.items() if number])
        lacking = self.batch.found.lacking
        return f"{told}: {lacking}" if lacking else told


def _powers(base: float, exponents: Floats) -> Floats:
    """Return a number to the power of each exponent, each worked out once."""
    each, places = np.unique(exponents, return_inverse=True)
    found: Floats = np.array([power(base, exponent) for exponent in each.tolist()])[places]
    return found


def negotiate_many(
    domains: Domain | Sequence[Domain],
    strategies: Sequence[object],
    rounds: int = 100,
    seeds: Sequence[int] | NDArray[np.integer] = (0,),
    *,
    opponents: Sequence[object] | None = None,
    self_play: bool = True,
    max_proposals: int | None = None,
    discounting: Discounting = "time",
    engine: Engine = "auto",
    trace: bool = False,
    quiet: bool = False,
) -> Negotiations:
    """Return the negotiations of domains by strategies in all seats, each played to its end.

    Every match is what `negotiate` has for the same domain, strategies, rounds and seed. A match
    of strategies that draw nothing is played once, and stands for all seeds.

    Parameters
    ----------
    domains : Domain or sequence of Domain
        What is negotiated, all of the same number of profiles.
    strategies : sequence
        Strategies as in `negotiate`, one that is given twice counts once: each meets each, in
        every seat. Or tuples of one per seat, each of which is a match.
    rounds : int
        Rounds to the deadline, at least 1.
    seeds : sequence of int
        Of each match about each domain, such as ``range(10)``.
    opponents : sequence, optional
        Whom the strategies meet in place of each other.
    self_play : bool
        Whether strategies meet themselves; without, all in a match are different ones.
    max_proposals : int, optional
        A deadline in proposals, as in `negotiate`.
    discounting : {"time", "proposal", "none"}
        What discount factors count by, as in `negotiate`.
    engine : {"auto", "object", "compiled"}
        Who plays: with "auto" the compiled engine those matches that it can, if numba is
        installed (``tradetalks[fast]``) and there are enough of them to be worth its start.
    trace : bool
        Whether to keep the offers (`Negotiations.offers`).
    quiet : bool
        Whether to say nothing on stderr about how far it is.

    Raises
    ------
    ScenarioError
        With every problem, if something of it cannot be used; or the compiled engine, if no other
        is to play, cannot.
    StrategyError
        If a strategy raises an error or breaks the rules of the talk.
    """
    domains = (domains,) if isinstance(domains, Domain) else tuple(domains)
    protocol = Protocol(rounds, max_proposals, discounting)
    problems = [*_problems(domains, seeds), *protocol.problems(), *engine_problems(engine)]
    parties = len(domains[0].profiles) if domains else 2
    matches = matches_of(strategies, opponents, self_play, parties, problems)
    if problems:
        raise ScenarioError(problems)
    batch = Batch(domains, matches, tuple(int(seed) for seed in seeds), protocol, engine)
    if refused := list(batch.problems()):
        raise ScenarioError(refused)
    return Negotiations(batch, batch.play(trace, quiet))


def _problems(domains: Sequence[Domain], seeds: object) -> Iterator[Problem]:
    """Give what is wrong with domains and seeds."""
    if not domains:
        yield Problem("domains", [], "one or more")
    for k, domain in enumerate(domains):
        parties, first = len(domain.profiles), len(domains[0].profiles)
        if parties < 2 or parties != first:
            here = count(parties, "profile")
            allowed = f"two or more profiles, as many in all domains; {domain.name} has {here}"
            yield Problem(f"domains.{k}", domain.name, allowed)
    whole = "whole numbers, one or more, such as range(10)"
    if not isinstance(seeds, Sequence | np.ndarray) or not len(seeds):
        yield Problem("seeds", seeds, whole)
    elif not all(literals.is_whole(literals.plain(seed)) for seed in seeds):
        yield Problem("seeds", list(seeds), whole)
