"""The kinds of grounds that decisions follow from, and one such ground."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Ground", "Kind"]


class Kind(StrEnum):
    """What a ground is about."""

    OWN = "own"  # what the party performs itself
    HARM = "harm"  # what it gets from what others perform whatever happens
    SIDE = "side"  # what a partner is allowed to take
    PROMISED = "promised"  # what a partner promises, at its word
    DISTRUST = "distrust"  # what that is worth less, as far as the partner is not trusted
    ASSURANCE = "assurance"  # what a partner's pledges to observe the deal make good of that
    NOTICE = "notice"  # what is saved by paying no more once let down
    REST = "rest"  # what a partner's threats would add if it broke the deal
    FACE = "face"
    BENCHMARK = "benchmark"
    THREAT = "threat"  # what is expected of a party's threats without a deal
    HELD = "held"  # what the deal in force is worth beyond that
    AUDIENCE = "audience"


class Ground(NamedTuple):
    """One of the things that a decision follows from: of which seat, if of one party's."""

    kind: str  # one of `Kind`, or another by which decisions are made
    seat: int | None = None
