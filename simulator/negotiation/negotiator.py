"""What a talk asks of whoever negotiates in it, and what it shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from simulator import draws
from simulator.negotiation.clock import relative_time
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences

__all__ = ["UNSEEN", "Negotiator", "Turn", "show"]


class _Unseen(tuple["Turn", ...]):
    """The turns of the others, for who may not see them."""

    def __getitem__(self, _: object) -> NoReturn:
        raise LookupError(
            "the turns of others are for strategies and models that declare it: informed = True"
        )


UNSEEN = _Unseen()


@dataclass(eq=False, repr=False, slots=True, frozen=True)
class Turn:
    """What a party sees when it is its turn; one object per talk and seat, kept current.

    Who sees it cannot change it.

    Attributes
    ----------
    talk, party : str
        Where, and who.
    seat : int
        The party's seat, from 0.
    space : OutcomeSpace
        The outcomes.
    preferences : Preferences
        The party's own payoffs as of now.
    offers : sequence of Offer
        Every offer made in this talk so far, oldest first.
    round, rounds : int
        This round, from 0, and the number of rounds to the deadline.
    until : int
        The first round in which `preferences` may have changed.
    limit : int or None
        The most proposals of the talk that can be answered, where a number was set.
    discount : float or None
        What a payoff one proposal later is worth to the party, in (0, 1]; None where payoffs are
        not discounted by proposals.
    trust : sequence of float
        Trust in each of the others, in seat order; 1 where trust has no place.
    parties : int
        How many take part.
    seats : sequence of Turn
        Everybody's turns, by seat: only for strategies and models that say that they are
        ``informed``, which no party is.
    patience : float
        What is left of the aspiration, in (0, 1]: patience to the power of the weeks spent.
    hold : float
        The chance, as the party sees it, that the deadline stands, in [0, 1].
    extension : int
        By how many rounds the deadline moves where it does not stand, from 0.
    """

    talk: str
    party: str
    seat: int
    space: OutcomeSpace
    preferences: Preferences
    offers: Sequence[Offer]
    rounds: int
    seed: int = 0
    round: int = field(default=0, init=False)
    until: int = field(init=False)
    patience: float = field(default=1.0, init=False)
    week: int = field(default=0, init=False)
    limit: int | None = field(default=None, init=False)
    discount: float | None = field(default=None, init=False)
    trust: Sequence[float] = field(default=(), init=False)
    parties: int = field(default=2, init=False)
    seats: Sequence["Turn"] = field(default=UNSEEN, init=False)
    hold: float = field(default=1.0, init=False)
    extension: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        show(self, until=self.rounds)

    @property
    def proposals_left(self) -> int:
        """How many proposals can still be made and answered, this one included; 0 at least."""
        turns = (self.rounds - 1 - self.round) * self.parties + 1 - self.seat
        left = turns if self.limit is None else min(turns, self.limit - len(self.offers))
        return max(left, 0)

    @property
    def is_final(self) -> bool:
        """Whether it is in the last round of a deadline that cannot move."""
        return self.round + 1 >= self.rounds and (self.hold == 1.0 or self.extension == 0)

    @property
    def time(self) -> float:
        """Relative time, ``(round + 1) / rounds``: 1 in the last round."""
        return relative_time(self.round + 1, self.rounds)

    @property
    def standing(self) -> Offer | None:
        """The last offer of somebody else, None before there is one."""
        for offer in reversed(self.offers):
            if offer.seat != self.seat:
                return offer
        return None

    def mine(self) -> list[int]:
        """Return the outcomes this party has offered, oldest first."""
        return [offer.outcome for offer in self.offers if offer.seat == self.seat]

    def uniform(self, count: int = 0) -> float:
        """Return a draw from [0, 1): the same for the same seed, talk, party, week and round.

        Parameters
        ----------
        count : int
            Which of several draws of this turn.
        """
        ids = (self.talk, self.party)
        return draws.uniform(self.seed, "strategy", ids, self.week, self.round, count)


def show(turn: Turn, **now: object) -> None:
    """Let a party see other values in its turn: for whoever holds the talk."""
    for name, value in now.items():
        object.__setattr__(turn, name, value)


class Negotiator(Protocol):
    """One party's conduct of one talk.

    One with an attribute ``informed`` that is true sees the turns of the others, too.
    """

    def begin(self, turn: Turn) -> None:
        """Take note that the talk opens; offers may stand already after a change of strategy."""

    def propose(self, turn: Turn) -> int | None:
        """Return the index of the outcome to propose, None to walk away."""

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return whether to accept the standing `offer`, counter it or walk away."""
