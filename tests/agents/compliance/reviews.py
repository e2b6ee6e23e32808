"""Reviews of a deal for tests of what a policy chooses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.compliance.policy import Policy
from simulator.world.party import Review

__all__ = ["chosen", "review"]

PLAIN = Review(
    deal="us-eu:0",
    country="us",
    week=0,
    review=0,
    review_weeks=13,
    commitments=("tariff", "steel"),
    own=-1.0,
    takes=0.0,
    harm=0.0,
    side=0.0,
    promised=3.0,
    suffered=0.0,
    gained=0.0,
    tempted=0.0,
    trust=0.5,
    discount=1.0,
    disregard=0.5,
    pledges=(),
    past=(),
    seed=0,
)


def review(**given: Any) -> Review:
    """Return a review of a deal, ordinary but for what is given; a threat is meant."""
    given.setdefault("tempted", given.get("gained", 0.0))
    return replace(PLAIN, **given)


def chosen(policy: Policy, partner: Sequence[float], own: Sequence[float] = ()) -> object:
    """Return what a policy chooses after these qualities of the partner, and of its own."""
    kept = [1.0] * (len(partner) - len(own))
    past = tuple(zip([*own, *kept], partner, strict=True))
    return policy.choose(review(past=past, review=len(partner), week=13 * len(partner)))
