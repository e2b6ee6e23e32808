"""What all compliance policies are: a choice of quality at every review of a deal."""

from collections.abc import Mapping
from typing import Protocol

from simulator.world.party import Review

__all__ = ["KEEP", "WITHHOLD", "Policy"]

KEEP = 1.0
WITHHOLD = 0.0


class Policy(Protocol):
    """Whether to honour the deals in force.

    A policy of one's own is a class with `choose`. It keeps no memory: what happened under a
    deal so far stands in the review. It may have an attribute ``reliability``, the mean quality
    with which it performs for a partner that keeps its part, where that depends on nothing else;
    and an attribute ``singles_out``, the ids of the issues that it treats apart, or None for all
    purchases and pledges: a scenario without such issues is refused.
    """

    def choose(self, review: Review) -> float | Mapping[str, float]:
        """Return the quality, in [0, 1], of all commitments, or one per commitment."""
