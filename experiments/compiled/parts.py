"""Strategies as numbers: what the compiled engine is told of a part that it can play."""

import math
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.opponents.bayesian import Bayesian
from agents.opponents.frequency import Frequency
from agents.opponents.perfect import Perfect
from agents.strategies.acceptance import Combined, Constant, Next, Target, Time
from agents.strategies.chance import Random, TopFraction
from agents.strategies.composed import Composed
from agents.strategies.equilibrium import BackwardInduction, Rubinstein
from agents.strategies.hardliner import Hardliner
from agents.strategies.hybrid import Hybrid
from agents.strategies.micro import Micro
from agents.strategies.mirror import Mirror
from agents.strategies.nash_seeking import NashSeeking
from agents.strategies.nice_tit_for_tat import NiceTitForTat
from agents.strategies.resource_dependent import ResourceDependent
from agents.strategies.time_dependent import (
    Boulware,
    Conceder,
    Linear,
    TimeDependent,
    Ultimatum,
)
from agents.strategies.tit_for_tat import AveragedTitForTat, RandomTitForTat, RelativeTitForTat
from agents.strategies.trade_off import TradeOff
from agents.strategies.wrappers import Noisy, TrustBlind, Wary

__all__ = ["PART", "WRAPPERS", "Acceptances", "Beliefs", "Bidding", "Models", "Wrappers", "coded"]


class Bidding(IntEnum):
    """What decides what is offered."""

    TIME = 0
    RESOURCE = 1
    HYBRID = 2
    TRADE_OFF = 3
    NASH_SEEKING = 4
    NICE = 5
    MIRROR = 6
    RELATIVE = 7
    AVERAGED = 8
    RANDOM_ANSWER = 9
    MICRO = 10
    HARDLINER = 11
    RANDOM = 12
    TOP = 13
    RUBINSTEIN = 14
    BACKWARD = 15


class Acceptances(IntEnum):
    """What decides what is accepted."""

    OWN = 0  # of the bidding
    NEXT = 1
    TARGET = 2
    CONSTANT = 3
    TIME = 4
    COMBINED = 5


class Models(IntEnum):
    """What is made of the partner's wants."""

    NONE = 0
    FREQUENCY = 1
    BAYESIAN = 2
    PERFECT = 3


class Beliefs(IntEnum):
    """What is known of what the partner would take."""

    NONE = 0
    PERFECT = 1
    RESERVATION = 2


class Wrappers(IntEnum):
    """What a strategy is wrapped in."""

    NOISY = 0
    WARY = 1


#: So many wrappers at most that do something.
WRAPPERS = 4

_BIDDING: Mapping[type, Bidding] = {
    TimeDependent: Bidding.TIME,
    Boulware: Bidding.TIME,
    Linear: Bidding.TIME,
    Conceder: Bidding.TIME,
    Ultimatum: Bidding.TIME,
    ResourceDependent: Bidding.RESOURCE,
    Hybrid: Bidding.HYBRID,
    TradeOff: Bidding.TRADE_OFF,
    NashSeeking: Bidding.NASH_SEEKING,
    NiceTitForTat: Bidding.NICE,
    Mirror: Bidding.MIRROR,
    RelativeTitForTat: Bidding.RELATIVE,
    AveragedTitForTat: Bidding.AVERAGED,
    RandomTitForTat: Bidding.RANDOM_ANSWER,
    Micro: Bidding.MICRO,
    Hardliner: Bidding.HARDLINER,
    Random: Bidding.RANDOM,
    TopFraction: Bidding.TOP,
    Rubinstein: Bidding.RUBINSTEIN,
    BackwardInduction: Bidding.BACKWARD,
}
_ACCEPTANCE: Mapping[type, Acceptances] = {
    Next: Acceptances.NEXT,
    Target: Acceptances.TARGET,
    Constant: Acceptances.CONSTANT,
    Time: Acceptances.TIME,
    Combined: Acceptances.COMBINED,
}
_MODEL: Mapping[type, Models] = {
    Frequency: Models.FREQUENCY,
    Bayesian: Models.BAYESIAN,
    Perfect: Models.PERFECT,
}
#: Strategies that go by draws whatever their parameters.
_DRAWING = (Bidding.RANDOM_ANSWER, Bidding.MICRO, Bidding.RANDOM, Bidding.TOP)

#: A strategy as numbers: which parts, and their parameters by the names that their classes have.
PART = np.dtype(
    [
        *((name, np.int64) for name in ("bidding", "acceptance", "model", "belief", "wrappers")),
        ("draws", np.bool_),  # whether two seeds can differ
        *((name, np.float64) for name in ("exponent", "band", "tolerance", "opening")),
        ("exponential", np.bool_),
        ("open", np.bool_),  # the last turn
        *((name, np.float64) for name in ("resolve", "noise", "amount", "mirroring")),
        ("by_offers", np.bool_),  # what runs out is patience with offers
        ("delay", np.int64),
        ("window", np.int64),
        *((name, np.float64) for name in ("spread", "deadline", "accepting", "share")),
        *((name, np.float64) for name in ("discount", "partner_discount")),  # NaN for the talk's
        *((name, np.float64) for name in ("factor", "plus", "least", "after")),
        ("averages", np.bool_),  # of what was received, in place of the best
        *((name, np.float64) for name in ("concession", "doubt")),
        ("kind", np.int64, (WRAPPERS,)),  # of each wrapper, the innermost first
        ("degree", np.float64, (WRAPPERS,)),  # how much of it
    ]
)


def coded(part: object) -> "NDArray[np.void] | None":
    """Return a built strategy as one `PART`, None if it is none that the engine can play.

    It has to be just what the package ships: a subclass may do anything.
    """
    code = np.zeros(1, PART)
    values: dict[str, Any] = {}
    if not _wrapped(part, values):
        return None
    try:
        for name, value in values.items():
            code[name][0] = value
    except OverflowError:  # a whole number of more than 64 bits
        return None
    code["draws"] = _draws(values)
    return code


def _wrapped(part: object, values: dict[str, Any]) -> bool:
    """Put into `values` what a strategy and its wrappers are; return whether all of it is known."""
    kinds: list[tuple[Wrappers, float]] = []
    while type(part) in (Noisy, Wary, TrustBlind):
        if isinstance(part, Noisy):
            kinds.append((Wrappers.NOISY, part.sd))
        elif isinstance(part, Wary):
            kinds.append((Wrappers.WARY, part.premium))
        part = part.strategy
    if len(kinds) > WRAPPERS:
        return False
    rows = [*reversed(kinds), *((Wrappers.NOISY, 0.0),) * (WRAPPERS - len(kinds))]
    values["wrappers"] = len(kinds)
    values["kind"], values["degree"] = [k for k, _ in rows], [d for _, d in rows]
    return _composed(part, values)


def _composed(part: object, values: dict[str, Any]) -> bool:
    if type(part) is not Composed:
        return _bid(part, values)
    condition = part.acceptance
    return _bid(part.bidding, values) and (condition is None or _accepts(condition, values))


def _bid(part: object, values: dict[str, Any]) -> bool:
    """Put in the bidding and its parameters."""
    kind = _BIDDING.get(type(part))
    if kind is None:
        return False
    values["bidding"] = kind
    for name in ("exponent", "band", "tolerance", "opening", "amount", "mirroring", "delay"):
        values[name] = getattr(part, name, 0)
    for name in ("window", "spread", "deadline", "accepting", "share", "resolve", "noise"):
        values[name] = getattr(part, name, 0)
    if not hasattr(part, "tolerance"):
        values["tolerance"] = getattr(getattr(part, "_schedule", None), "tolerance", 0.0)
    for name in ("discount", "partner_discount"):
        given = getattr(part, name, None)
        values[name] = math.nan if given is None else given
    values["exponential"] = getattr(part, "family", "") == "exponential"
    values["open"] = getattr(part, "last_turn", "") == "open"
    values["by_offers"] = getattr(part, "resource", "") == "offers"
    values["belief"] = Beliefs[getattr(part, "goes_by", "none").upper()]
    return _models(getattr(part, "model", None), values)


def _models(model: object, values: dict[str, Any]) -> bool:
    if model is None:
        return True
    kind = _MODEL.get(type(model))
    if kind is None:
        return False
    values["model"] = kind
    values["concession"] = getattr(model, "concession", 0.0)
    values["doubt"] = getattr(model, "spread", 0.0)
    return True


def _accepts(condition: object, values: dict[str, Any]) -> bool:
    kind = _ACCEPTANCE.get(type(condition))
    if kind is None:
        return False
    values["acceptance"] = kind
    values["factor"] = getattr(condition, "factor", 1.0)
    values["plus"] = getattr(condition, "plus", 0.0)
    values["least"] = getattr(condition, "share", 0.0)
    values["after"] = getattr(condition, "after", 0.0)
    values["averages"] = getattr(condition, "window", "") == "mean"
    return True


def _draws(values: Mapping[str, Any]) -> bool:
    """Return whether a strategy goes by draws."""
    wrapped = zip(values["kind"], values["degree"], strict=True)
    noisy = any(kind is Wrappers.NOISY and degree > 0 for kind, degree in wrapped)
    wrong = values["belief"] is not Beliefs.NONE and values["noise"] > 0
    return values["bidding"] in _DRAWING or noisy or wrong
