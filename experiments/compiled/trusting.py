"""How trust and belief in threats move in a compiled world: evidence, hearsay, time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.trust.asymmetric import drifted, updated
from agents.trust.beta import counted, expectation, faded
from agents.trust.fire import aged, believed, experienced
from agents.trust.two_layer import capped, healed, scarred
from agents.trust.types import likelihood, posterior, predicted
from experiments.compiled.machine import compiled
from experiments.compiled.shapes import Plan, World

__all__ = ["KINDS", "add_conduct", "learn_week", "value_beliefs"]

Floats = NDArray[np.float64]

#: The models of trust, by the numbers that stand for them.
KINDS = ("fixed", "asymmetric", "beta", "two-layer", "fire", "types")
_FIXED, _ASYMMETRIC, _BETA, _TWO_LAYER, _FIRE, _TYPES = range(6)
_PROMISE, _THREAT = 0, 1
_NEUTRAL = 0.5


@compiled
def tick(model: Any, state: Floats, dt: float) -> None:
    """Let time pass in what is remembered."""
    by = model.by
    if model.kind == _ASYMMETRIC:
        state[0] = drifted(state[0], by[2], by[3], dt)
    elif model.kind == _BETA:
        state[0], state[1] = faded(state[0], state[1], by[0], dt)
    elif model.kind == _TWO_LAYER:
        state[0], state[1] = drifted(state[0], by[4], by[5], dt), healed(state[1], by[3], dt)
    elif model.kind == _FIRE:
        state[0], state[1] = aged(state[0], state[1], by[0], dt)
    elif model.kind == _TYPES:
        for k in range(4):
            state[k] = drifted(state[k], by[k], by[8], dt)


@compiled
def update(model: Any, state: Floats, quality: float, weight: float) -> None:
    """Take in evidence."""
    by = model.by
    if model.kind == _ASYMMETRIC:
        state[0] = updated(state[0], quality, weight, by[0], by[1])
    elif model.kind == _BETA:
        state[0], state[1] = counted(state[0], state[1], quality, weight, by[1])
    elif model.kind == _TWO_LAYER:
        state[0], state[1] = scarred(state[0], state[1], quality, weight, by[0], by[1], by[2])
    elif model.kind == _FIRE:
        state[0], state[1] = experienced(state[0], state[1], quality, weight)
    elif model.kind == _TYPES and weight != 0.0:
        joint, whole = np.empty(4), 0.0
        for k in range(4):
            joint[k] = state[k] * likelihood(by[4 + k], quality, weight)
            whole += joint[k]
        for k in range(4):
            state[k] = posterior(joint[k] / whole, state[k])


@compiled
def value(model: Any, state: Floats) -> float:
    """Return the trust, or the belief in threats."""
    by = model.by
    if model.kind == _ASYMMETRIC:
        return state[0]
    if model.kind == _BETA:
        return expectation(state[0], state[1], by[2], by[3])
    if model.kind == _TWO_LAYER:
        return capped(state[0], state[1])
    if model.kind == _FIRE:
        return believed(state[0], state[1], by[1])
    if model.kind == _TYPES:
        keeps = np.empty(4)
        for k in range(4):
            keeps[k] = by[4 + k]
        return predicted(state, keeps)
    return by[0]


@compiled
def value_beliefs(plan: Plan, world: World) -> None:
    """Put in as numbers what everybody thinks of everybody."""
    stage = world.run[0].stage
    for observer in range(plan.countries.shape[1]):
        country = plan.countries[stage, observer]
        for subject in range(plan.countries.shape[1]):
            if observer != subject:
                trust = value(country.trust, world.trust[observer, subject])
                threats = value(country.credibility, world.credibility[observer, subject])
                world.believed[0, observer, subject] = trust
                world.believed[1, observer, subject] = threats


@compiled
def add_conduct(world: World, by: int, kind: int) -> int:
    """Return the number of a new conduct of the week, towards nobody yet."""
    run = world.run[0]
    number = run.conducts
    if number == len(world.conducts):
        run.failed = 1
        number = 0
    else:
        run.conducts += 1
    world.conducts[number].by, world.conducts[number].kind = by, kind
    world.towards[number, :] = False
    return number


@compiled
def learn_week(plan: Plan, world: World) -> None:
    """Let a week pass in everybody's trust, and the evidence of the week come in."""
    run = world.run[0]
    stage, most = run.stage, max(run.conducts, 1)
    quality, weight = np.empty(most), np.empty(most)
    passed = plan.settings[stage].passed
    for observer in range(plan.countries.shape[1]):
        country = plan.countries[stage, observer]
        for subject in range(plan.countries.shape[1]):
            if observer == subject:
                continue
            state = world.trust[observer, subject]
            tick(country.trust, state, passed)
            count = gather(plan, world, observer, subject, _PROMISE, quality, weight)
            for k in range(count):
                update(country.trust, state, quality[k], weight[k])
            if country.credibility.kind == _FIXED:
                continue
            state = world.credibility[observer, subject]
            tick(country.credibility, state, passed)
            count = gather(plan, world, observer, subject, _THREAT, quality, weight)
            for k in range(count):
                update(country.credibility, state, quality[k], weight[k])
    run.conducts = 0
    value_beliefs(plan, world)


@compiled
def gather(
    plan: Plan,
    world: World,
    observer: int,
    subject: int,
    kind: int,
    quality: Floats,
    weight: Floats,
) -> int:
    """Put in the evidence of the week of one about another, in order; return how much there is.

    Kept promises first, then disregards, each by falling weight, then quality.
    """
    count = 0
    for number in range(world.run[0].conducts):
        conduct = world.conducts[number]
        if conduct.by != subject or conduct.kind != kind:
            continue
        seen, heavy = piece(plan, world, number, observer, subject)
        if not heavy > 0.0:
            continue
        place = count
        while place > 0 and comes_before(seen, heavy, quality[place - 1], weight[place - 1]):
            quality[place], weight[place] = quality[place - 1], weight[place - 1]
            place -= 1
        quality[place], weight[place] = seen, heavy
        count += 1
    return count


@compiled
def comes_before(quality: float, weight: float, other: float, heavy: float) -> bool:
    """Return whether evidence counts before other evidence of the week."""
    adverse, against = quality < _NEUTRAL, other < _NEUTRAL
    if adverse != against:
        return against
    if weight != heavy:
        return weight > heavy
    return quality > other


@compiled
def piece(
    plan: Plan, world: World, number: int, observer: int, subject: int
) -> tuple[float, float]:
    """Return what a conduct is to an observer: own experience, the strongest report, or nothing."""
    if world.towards[number, observer]:
        return world.qualities[number, observer], world.stakes[number, observer]
    stage, seen, heavy = world.run[0].stage, 0.0, -1.0
    for victim in range(world.towards.shape[1]):
        if not world.towards[number, victim]:
            continue
        reach = plan.hearing[stage, observer, subject, victim]
        if reach <= 0.0:
            continue
        quality = world.qualities[number, victim]
        interest = 1.0 if quality < _NEUTRAL else plan.settings[stage].good_news
        weight = world.stakes[number, victim] * reach * interest
        if weight > heavy or (weight == heavy and quality < seen):
            seen, heavy = quality, weight
    return seen, heavy
