"""What a talk and a world ask of whoever takes part.

`Negotiator` is all that a talk needs, `Party` all that the world needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.payoffs import Preferences, Vector

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

__all__ = ["Evidence", "Negotiator", "Party", "Review", "Turn", "disregarded", "in_order"]

#: Quality below which a performance is a disregard.
DISREGARD = 0.5


def disregarded(quality: float) -> bool:
    """Return whether a performance of this quality is a disregard."""
    return quality < DISREGARD


class Turn:
    """What a party sees when it is its turn; one object per talk and seat, kept current.

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
    seats : sequence of Turn
        Everybody's turns, by seat: for what is meant to know all, which no party does.
    patience : float
        What is left of the aspiration, in (0, 1]: patience to the power of the weeks spent.
    """

    __slots__ = (
        "discount",
        "limit",
        "offers",
        "party",
        "patience",
        "preferences",
        "round",
        "rounds",
        "seat",
        "seats",
        "seed",
        "space",
        "talk",
        "trust",
        "until",
        "week",
    )

    def __init__(
        self,
        talk: str,
        party: str,
        seat: int,
        space: OutcomeSpace,
        preferences: Preferences,
        offers: Sequence[Offer],
        rounds: int,
        seed: int = 0,
    ) -> None:
        self.talk = talk
        self.party = party
        self.seat = seat
        self.space = space
        self.preferences = preferences
        self.offers = offers
        self.round = 0
        self.rounds = rounds
        self.until = rounds
        self.patience = 1.0
        self.week = 0
        self.seed = seed
        self.limit: int | None = None
        self.discount: float | None = None
        self.trust: Sequence[float] = ()
        self.seats: Sequence[Turn] = ()

    @property
    def proposals_left(self) -> int:
        """How many proposals can still be made and answered, this one included; 0 at least."""
        everybody = len(self.seats)
        turns = (self.rounds - 1 - self.round) * everybody + 1 - self.seat
        left = turns if self.limit is None else min(turns, self.limit - len(self.offers))
        return max(left, 0)

    @property
    def time(self) -> float:
        """Relative time, ``(round + 1) / (rounds + 1)``: never 0 or 1."""
        return (self.round + 1) / (self.rounds + 1)

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


class Negotiator(Protocol):
    """One party's conduct of one talk."""

    def begin(self, turn: Turn) -> None:
        """Take note that the talk opens; offers may stand already after a change of strategy."""

    def propose(self, turn: Turn) -> int | None:
        """Return the index of the outcome to propose, None to walk away."""

    def respond(self, turn: Turn, offer: Offer) -> Response:
        """Return whether to accept the standing `offer`, counter it or walk away."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a promise was kept, as one observer sees it.

    Parameters
    ----------
    quality : float
        1 kept, 0 repudiated; below one half a disregard.
    weight : float
        Stake times (1 - excused), for witnesses less, in [0, 1].
    """

    quality: float
    weight: float


def in_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence of a week in the order in which it counts.

    Kept promises first, then disregards, each by falling weight: updates do not commute, and
    any other order would depend on the order of countries and deals.
    """
    return sorted(evidence, key=lambda e: (disregarded(e.quality), -e.weight, -e.quality))


@dataclass(frozen=True, slots=True)
class Review:
    """What a compliance policy sees when it chooses how to perform a deal.

    Attributes
    ----------
    deal, country : str
        Which deal, whose choice.
    week, review : int
        The week of the run; the number of this review of the deal, from 0.
    review_weeks : int
        Length of the period to come, weeks.
    commitments : tuple of str
        Ids of the issues that the country must perform under the deal.
    own, harm, promised : float
        Parts of the deal's value to the country, US$ bn per year, `promised` over all partners.
    suffered, gained : float
        What it suffers from the others' announced threats if carried out (f), and what carrying
        out its own brings it (g).
    trust : float
        Trust in the partners: the mean weighted by what each promised, the lowest if nothing is.
    patience : float
        Weekly discount factor.
    past : tuple of (float, float)
        Per completed period of this deal the country's own quality and the partners' lowest.
    seed : int
        Seed of the run, for `uniform`.
    """

    deal: str
    country: str
    week: int
    review: int
    review_weeks: int
    commitments: tuple[str, ...]
    own: float
    harm: float
    promised: float
    suffered: float
    gained: float
    trust: float
    patience: float
    past: tuple[tuple[float, float], ...]
    seed: int

    def uniform(self, count: int = 0) -> float:
        """Return a draw from [0, 1), one per country, deal, week and `count`."""
        return draws.uniform(
            self.seed, "compliance", (self.country, self.deal), self.week, 0, count
        )


class Party(Protocol):
    """A country as the world knows it."""

    name: str

    def reform(self, scenario: "Scenario") -> None:
        """Go by what `scenario` says from now on; memories stay."""

    def negotiator(self, talk: str) -> Negotiator:
        """Return a fresh negotiator for the talk."""

    def believed_win_set(self, talk: str, week: int, payoffs: Vector) -> NDArray[np.bool_]:
        """Return which outcomes the party believes its audience would pass.

        Parameters
        ----------
        talk : str
            A talk over which the party has an audience.
        week : int
            The week in which the talk opened: the belief is formed once per opening.
        payoffs : ndarray
            The audience's payoff of each outcome at full faith, US$ bn per year.
        """

    def ratify(self, talk: str, payoff: float) -> bool:
        """Return whether the party's audience passes a deal that pays it `payoff`."""

    def perform(self, review: Review) -> Mapping[str, float]:
        """Return the quality, in [0, 1], with which each commitment will be honoured."""

    def observe(self, subject: str, dt: float, evidence: Sequence[Evidence]) -> None:
        """Let `dt` trust periods pass, then take in the evidence about `subject`."""

    def trust(self, subject: str) -> float:
        """Return the trust in `subject`, in [0, 1]."""
