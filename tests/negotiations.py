"""What tests of one negotiation share: random domains, and a party that does as it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from simulator.negotiation.issues import Issue, OutcomeSpace
from simulator.negotiation.negotiator import Negotiator, Turn
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences, Vector
from simulator.negotiation.talk import Talk

__all__ = ["Domain", "Puppet", "domains", "pie", "space_of", "wants"]


def space_of(*shape: int) -> OutcomeSpace:
    """Return a space of issues with so many levels each: 0, 1, 2, ..."""
    return OutcomeSpace([Issue(f"issue-{k}", tuple(range(n))) for k, n in enumerate(shape)])


@dataclass(frozen=True)
class Wants:
    """A party's payoffs of all outcomes, and what it gets without any."""

    payoffs: tuple[float, ...]
    disagreement: float
    allowed: tuple[bool, ...] | None = None

    def rational(self, outcome: int) -> bool:
        """Return whether it can agree to an outcome, which rounding does not decide."""
        least = self.disagreement - 1e-9 * (max(self.payoffs) - min(self.payoffs)) - 1e-12
        return self.payoffs[outcome] >= least and (self.allowed is None or self.allowed[outcome])

    def preferences(self) -> Preferences:
        """Return them as a party sees them, frozen against strategies that would edit them."""
        vector: Vector = np.array(self.payoffs, dtype=float)
        vector.flags.writeable = False
        allowed = None if self.allowed is None else np.array(self.allowed)
        return Preferences(vector, self.disagreement, allowed)


@dataclass(frozen=True)
class Domain:
    """An outcome space and what each party wants."""

    shape: tuple[int, ...]
    wants: tuple[Wants, ...]

    @property
    def size(self) -> int:
        """Return the number of outcomes."""
        return len(self.wants[0].payoffs)

    def talk(self, negotiators: Sequence[Negotiator], rounds: int, seed: int = 0) -> Talk:
        """Return the talk of these negotiators, at its opening."""
        preferences = [wants.preferences() for wants in self.wants]
        return Talk(space_of(*self.shape), negotiators, preferences, rounds, seed=seed)


def pie(slices: int) -> Domain:
    """Return the split of a pie: outcome k gives k to the first party and the rest to the other."""
    first = tuple(float(k) for k in range(slices + 1))
    return Domain((slices + 1,), (Wants(first, 0.0), Wants(first[::-1], 0.0)))


class Puppet:
    """Does as it is told round by round, the last for ever: proposes an outcome or responds so."""

    def __init__(self, *moves: int | Response) -> None:
        self.moves = moves

    def begin(self, turn: Turn) -> None:
        """Be ready."""

    def propose(self, turn: Turn) -> int:
        """Return the outcome of this round; 0 where there is no offer that it could accept."""
        move = self._move(turn)
        return 0 if isinstance(move, Response) else move

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return the response of this round: a counter-offer where it has an outcome to propose."""
        move = self._move(turn)
        return move if isinstance(move, Response) else Response.COUNTER

    def _move(self, turn: Turn) -> int | Response:
        return self.moves[min(turn.round, len(self.moves) - 1)]


# Multiples of a half make equal payoffs frequent, sums of thirds those that only rounding parts.
_payoffs = st.one_of(
    st.integers(-6, 6).map(lambda x: x / 2),
    st.integers(-9, 9).map(lambda x: x / 3 + 0.1 + 0.2),
    st.floats(-1e3, 1e3),
)


@st.composite
def wants(draw: st.DrawFn, size: int, rational: bool = True) -> Wants:
    """Payoffs of `size` outcomes, at least one of them rational if `rational`."""
    if draw(st.integers(0, 7)) == 0:
        payoffs = [draw(_payoffs)] * size
    else:
        payoffs = draw(st.lists(_payoffs, min_size=size, max_size=size))
    allowed = None
    if draw(st.booleans()):
        allowed = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    considered = [p for k, p in enumerate(payoffs) if allowed is None or allowed[k]] or payoffs
    if rational and allowed is not None and not any(allowed):
        allowed = None
    levels = [st.sampled_from(considered), st.floats(-2e3, max(considered))]
    if not rational:
        levels.append(st.just(max(payoffs) + 1.0))
    disagreement = draw(st.one_of(levels))
    return Wants(tuple(payoffs), disagreement, None if allowed is None else tuple(allowed))


@st.composite
def domains(draw: st.DrawFn, parties: int = 2, rational: bool = True) -> Domain:
    """Domains of up to 36 outcomes, for each party one of them rational if `rational`."""
    shape = draw(st.sampled_from(((1,), (2,), (7,), (1, 3), (3, 2), (4, 4), (2, 1, 5), (3, 4, 3))))
    size = int(np.prod(shape))
    return Domain(shape, tuple(draw(wants(size, rational)) for _ in range(parties)))
