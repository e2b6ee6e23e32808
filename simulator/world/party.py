"""What the world asks of a party, what it shows it, and when a performance is a disregard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.negotiation.negotiator import Negotiator
from simulator.negotiation.payoffs import Vector
from simulator.scenario.scenario import Scenario

__all__ = ["Evidence", "Party", "Review", "disregarded", "evident", "in_order"]

#: The quality of evidence that speaks neither for nor against who promised.
NEUTRAL = 0.5


def disregarded(quality: float, level: float) -> bool:
    """Return whether a performance of this quality is a disregard: below the scenario's level."""
    return quality < level


def evident(quality: float, level: float) -> float:
    """Return the quality, as evidence, of a performance: the level of a disregard becomes neutral.

    It is linear on both sides of the level: ``q / (2 level)`` below, and from it on
    ``1/2 + (q - level) / (2 (1 - level))``. A level of one half changes nothing.

    Parameters
    ----------
    quality : float
        How a promise was performed, in [0, 1].
    level : float
        The quality below which that is a disregard, in (0, 1).
    """
    if quality < level:
        return quality / (2.0 * level)
    return NEUTRAL + (quality - level) / (2.0 * (1.0 - level))


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a promise was kept, as one observer sees it.

    Parameters
    ----------
    quality : float
        1 kept, 0 repudiated; below one half it speaks against who promised.
    weight : float
        Stake times (1 - excused), for witnesses less, in [0, 1].
    """

    quality: float
    weight: float

    @property
    def adverse(self) -> bool:
        """Whether it speaks against who promised."""
        return self.quality < NEUTRAL


def in_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence of a week in the order in which it counts.

    Kept promises first, then disregards, each by falling weight: updates do not commute, and
    any other order would depend on the order of countries and deals.
    """
    return sorted(evidence, key=lambda e: (e.adverse, -e.weight, -e.quality))


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
    own, takes, harm, side, promised : float
        Parts of the deal's value to the country, US$ bn per year: what it performs, of that what
        the deal lets it take, what it suffers whatever happens, what the deal lets the others
        take, and what they promise, the last two over all partners.
    suffered, gained : float
        What it expects without the deal from the others' threats, as credible as they are (c f),
        and from its own (pi g).
    tempted : float
        What carrying out its own threats would add to what the deal lets it take, times the chance
        that it does.
    trust : float
        Trust in the partners, pledges included: the mean weighted by what each promised, the lowest
        if nothing is.
    discount : float
        Weekly discount factor.
    disregard : float
        The quality below which a performance is a disregard, in (0, 1).
    pledges : tuple of str
        Those of the commitments that are purchases or pledges.
    past : tuple of (float, float)
        Per completed period of this deal the country's own quality and the partners' lowest.
    seed : int
        Seed of the run, for `uniform` and `normal`.
    """

    deal: str
    country: str
    week: int
    review: int
    review_weeks: int
    commitments: tuple[str, ...]
    own: float
    takes: float
    harm: float
    side: float
    promised: float
    suffered: float
    gained: float
    tempted: float
    trust: float
    discount: float
    disregard: float
    pledges: tuple[str, ...]
    past: tuple[tuple[float, float], ...]
    seed: int

    def uniform(self, count: int = 0) -> float:
        """Return a draw from [0, 1), one per country, deal, week and `count`."""
        return draws.uniform(
            self.seed, "compliance", (self.country, self.deal), self.week, 0, count
        )

    def normal(self, issue: str, count: int = 0) -> float:
        """Return a standard normal draw, one per country, deal, issue, week and `count`."""
        return draws.normal(
            self.seed, "compliance", (self.country, self.deal, issue), self.week, 0, count
        )


class Party(Protocol):
    """A country as the world knows it."""

    name: str

    def reform(self, scenario: Scenario) -> None:
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

    def observe(
        self,
        subject: str,
        dt: float,
        evidence: Sequence[Evidence],
        of_threats: Sequence[Evidence] = (),
    ) -> None:
        """Let `dt` trust periods pass, then take in the evidence about `subject`.

        Of how it keeps its promises, and of how it carries out its threats.
        """

    def trust(self, subject: str) -> float:
        """Return the trust in the promises of `subject`, in [0, 1]."""

    def credibility(self, subject: str) -> float:
        """Return how credible the threats of `subject` are, in [0, 1]."""
