"""Honour a deal while it pays: the condition of the repeated game."""

from agents.compliance.policy import KEEP, WITHHOLD
from simulator.arithmetic import power
from simulator.errors import require
from simulator.theory.repeated import keeping
from simulator.world.party import Review

__all__ = ["Opportunist"]


class Opportunist:
    """Keep a deal iff the temptation to break it is no larger than what its future is worth.

    The partner's reliability counts as survival probability: the discount factor is
    ``discount ** review_weeks * trust``.

    Parameters
    ----------
    punishment : int or None
        Periods for which the country expects its partner to withhold after a breach: from 1; none
        for ever.

    References
    ----------
    The condition of the repeated game, `simulator.theory.repeated.keeping`: Friedman (1971), "A
    non-cooperative equilibrium for supergames", Review of Economic Studies 38; for a punishment of
    limited length Mailath & Samuelson (2006), Repeated Games and Reputations, chapter 2.
    """

    def __init__(self, *, punishment: int | None = None) -> None:
        good = punishment is None or (punishment >= 1 and punishment % 1 == 0)
        require(good, "opportunist", "punishment", punishment, "a whole number from 1")
        self.punishment = punishment

    def choose(self, review: Review) -> float:
        """Return full quality where keeping the deal pays."""
        return KEEP if self.margin(review) >= 0.0 else WITHHOLD

    def margin(self, review: Review) -> float:
        """Return by how much the future of the deal exceeds the temptation to break it."""
        deal = review.own + review.harm + review.side + review.promised
        continuation = deal - (review.suffered + review.gained)
        delta = power(review.discount, review.review_weeks) * review.trust
        concessions = review.own - review.takes
        return keeping(concessions, review.tempted, continuation, delta, self.punishment)
