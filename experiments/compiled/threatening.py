"""What becomes of threats in a compiled world, as in `simulator.world.threats`."""

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.machine import compiled
from experiments.compiled.shapes import Logs, Plan, World
from experiments.compiled.talks import NONE, start_of, uniform
from experiments.compiled.trusting import add_conduct
from simulator.world.standing import DAYS, chance_of_extension

__all__ = [
    "ACTS",
    "fall_due",
    "has_deal",
    "hold_of",
    "is_moving",
    "log",
    "settle",
    "spare",
    "update",
]

#: What becomes of a threat, by the numbers that stand for it.
ACTS = ("announced", "extended", "carried out", "ended", "withdrawn")
ANNOUNCED, EXTENDED, CARRIED_OUT, ENDED, WITHDRAWN = range(5)

Whole = NDArray[np.int64]


@compiled
def may_move(plan: Plan, world: World, t: int) -> bool:
    """Return whether the date of a threat may be extended."""
    threat = plan.threats[world.run[0].stage, t]
    return chance_of_extension(threat, world.threats[t].extended) > 0.0


@compiled
def has_deal(world: World, k: int) -> bool:
    """Return whether a deal of a talk is signed or in force."""
    return world.tracks[k].deal != NONE or world.tracks[k].pending != NONE


@compiled
def is_met(plan: Plan, world: World, t: int) -> bool:
    """Return whether a threat has the deal it was about, or its coalition all of theirs."""
    threat = plan.threats[world.run[0].stage, t]
    q = threat.coalition
    if q == NONE or plan.coalitions[q].part_ends:
        return has_deal(world, threat.talk)
    for k in range(len(world.tracks)):
        if plan.members[q, k] != NONE and plan.against[q, k] != NONE and not has_deal(world, k):
            return False
    return True


@compiled
def is_moving(plan: Plan, world: World, k: int, t: int) -> bool:
    """Return whether the date of a threat is the deadline of the talk under way."""
    threat, stands, track = plan.threats[world.run[0].stage, t], world.threats[t], world.tracks[k]
    if threat.talk != k or not stands.stands or (track.breakers != 0 and track.deal != NONE):
        return False
    return threat.at_deadline and not stands.acts and stands.day == track.ends


@compiled
def hold_of(plan: Plan, world: World, k: int, seat: int) -> float:
    """Return the chance that the deadline stands, as a party sees it."""
    talk = plan.talks[world.run[0].stage, k]
    held = np.full(talk.parties, 2.0)
    for t in range(plan.threats.shape[1]):
        if is_moving(plan, world, k, t):
            threat = plan.threats[world.run[0].stage, t]
            if threat.by == seat:
                chance = 1.0 - chance_of_extension(threat, world.threats[t].extended)
            else:
                seats = plan.seats[0, k]
                chance = world.believed[1, seats[seat].country, seats[threat.by].country]
            least = held[threat.by] if held[threat.by] < 2.0 else 1.0
            held[threat.by] = min(chance, least)
    chance = 1.0
    for by in range(talk.parties):
        if held[by] < 2.0:
            chance = chance * held[by]
    return chance


@compiled
def log(world: World, logs: Logs, plan: Plan, t: int, act: int) -> None:
    """Write down what becomes of a threat, and count it."""
    run, stands = world.run[0], world.threats[t]
    run.stance += 1
    world.acted[act] += 1
    if len(logs.acts) > 0:
        row = logs.acts[run.acts]
        row[0], row[1], row[2], row[3] = run.week, t, act, stands.times
        row[4] = stands.day // DAYS
        run.acts += 1


@compiled
def teach(plan: Plan, world: World, acted: Whole) -> None:
    """Let what was done with threats teach how far those of a party are to be believed.

    Given per threat the act, or -1: one lesson of each kind.
    """
    stage = world.run[0].stage
    count = len(acted)
    for t in range(count):
        if acted[t] == NONE or not is_first(plan, world, acted, t):
            continue
        threat, act = plan.threats[stage, t], acted[t]
        had = has_deal(world, threat.talk)
        if had or act in (ANNOUNCED, ENDED):
            continue
        number = add_conduct(world, threat.country, 1)
        for other in range(count):
            same = acted[other] == act and plan.threats[stage, other].country == threat.country
            k = plan.threats[stage, other].talk
            if not same or has_deal(world, k):
                continue
            for seat in range(plan.talks[stage, k].parties):
                whom = plan.seats[stage, k, seat].country
                if whom != threat.country:
                    world.towards[number, whom] = True
                    world.qualities[number, whom] = 1.0 if act == CARRIED_OUT else 0.0
                    world.stakes[number, whom] = 0.5 if act == EXTENDED else 1.0


@compiled
def is_first(plan: Plan, world: World, acted: Whole, t: int) -> bool:
    """Return whether no threat before this one gives the same lesson."""
    stage = world.run[0].stage
    threat, had = plan.threats[stage, t], has_deal(world, plan.threats[stage, t].talk)
    for other in range(t):
        before = plan.threats[stage, other]
        alike = acted[other] == acted[t] and before.country == threat.country
        if alike and has_deal(world, before.talk) == had:
            return False
    return True


@compiled
def update(plan: Plan, world: World, logs: Logs) -> None:
    """Let threats be announced, withdrawn and fall due, as the week has it."""
    run = world.run[0]
    count, week = plan.threats.shape[1], run.week
    acted = np.full(count, NONE)
    gone = world.withdrawn.copy()
    for _ in range(count if gone.any() else 0):  # a threat may answer an answer
        for t in range(count):
            answers = plan.threats[run.stage, t].answers
            if answers != NONE and gone[answers]:
                gone[t] = True
    for t in range(count):
        threat, stands = plan.threats[run.stage, t], world.threats[t]
        if threat.announced > week:
            stands.stands = False
            continue
        if gone[t]:
            if stands.stands:
                acted[t] = WITHDRAWN
                log(world, logs, plan, t, WITHDRAWN)
            stands.stands = False
            continue
        if not stands.stands:
            stands.stands, stands.due, stands.acts = True, False, False
            stands.given = stands.day = threat.day
            stands.extended, stands.times = 0, 1.0
            acted[t] = ANNOUNCED
            log(world, logs, plan, t, ANNOUNCED)
        elif stands.given != threat.day:
            stands.given = threat.day
            stands.day = stands.day if stands.due else threat.day
        if not stands.due and stands.day // DAYS <= week:
            stands.due = True
            run.stance += 1
    teach(plan, world, acted)


@compiled
def draw(plan: Plan, world: World, t: int) -> float:
    """Return the draw of the week by which a date is extended."""
    if not may_move(plan, world, t):
        return 1.0
    begins = start_of(world.run[0].fold, plan.threats[world.run[0].stage, t].key)
    return uniform(begins, world.run[0].week, 0, 0)


@compiled
def fall_due(plan: Plan, world: World, logs: Logs, k: int) -> bool:
    """Let dates of a talk that have come without a deal be extended, the talk with them, or not.

    Return whether its deadline has moved, to where the track now ends.
    """
    run, track, count = world.run[0], world.tracks[k], plan.threats.shape[1]
    unmet, moves = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    at_deadline = np.zeros(count, np.bool_)
    some, together = False, 0
    for t in range(count):
        threat, stands = plan.threats[run.stage, t], world.threats[t]
        at_deadline[t] = is_moving(plan, world, k, t)
        if threat.talk != k or not stands.stands or stands.acts:
            continue
        if stands.day // DAYS > run.week or is_met(plan, world, t):
            continue
        if track.talking and threat.suspended and not at_deadline[t]:
            continue
        unmet[t] = some = True
    if not some:
        return False
    for t in range(count):
        threat = plan.threats[run.stage, t]
        if unmet[t]:
            chance = chance_of_extension(threat, world.threats[t].extended)
            moves[t] = draw(plan, world, t) < chance
            if moves[t] and threat.at_deadline:
                together = max(together, threat.weeks)
    return carry_on(plan, world, logs, k, unmet, moves, at_deadline, together)


@compiled
def carry_on(
    plan: Plan,
    world: World,
    logs: Logs,
    k: int,
    unmet: NDArray[np.bool_],
    moves: NDArray[np.bool_],
    at_deadline: NDArray[np.bool_],
    together: int,
) -> bool:
    """Extend the dates that move, carry out the other threats, and learn from it."""
    run, track, count = world.run[0], world.tracks[k], plan.threats.shape[1]
    acted, moved = np.full(count, NONE), NONE
    for t in range(count):
        threat, stands = plan.threats[run.stage, t], world.threats[t]
        if not unmet[t]:
            continue
        if moves[t]:
            weeks = together if threat.at_deadline else threat.weeks
            since = stands.day if stands.day // DAYS == run.week else DAYS * run.week
            stands.day, stands.due = since + DAYS * weeks, False
            stands.extended += 1
            stands.times = stands.times * (1.0 + threat.grows)
            acted[t] = EXTENDED
            if at_deadline[t]:
                moved = max(moved, stands.day)
        else:
            stands.acts = stands.due = True
            acted[t] = CARRIED_OUT
    for t in range(count):
        if acted[t] != NONE:
            log(world, logs, plan, t, acted[t])
    teach(plan, world, acted)
    if moved != NONE and track.talking:
        track.ends = moved
        return True
    return False


@compiled
def settle(plan: Plan, world: World, logs: Logs, k: int) -> bool:
    """Let deals end what is being carried out, and dates without a deal have their effect.

    Return whether the deadline of the talk has moved.
    """
    count, some = plan.threats.shape[1], False
    acted, stands_any = np.full(count, NONE), False
    for t in range(count):
        if plan.threats[world.run[0].stage, t].talk != k or not world.threats[t].stands:
            continue
        stands_any = True
        if world.threats[t].acts and is_met(plan, world, t):
            world.threats[t].acts = False
            acted[t], some = ENDED, True
    for t in range(count):
        if acted[t] != NONE:
            log(world, logs, plan, t, ENDED)
    if some:
        teach(plan, world, acted)
    return fall_due(plan, world, logs, k) if stands_any else False


@compiled
def spare(plan: Plan, world: World, deal: int, period: int) -> None:
    """Put in which threats would not be carried out in a period of a deal, were it broken."""
    run, of = world.run[0], world.deals[deal]
    for t in range(plan.threats.shape[1]):
        threat, stands = plan.threats[run.stage, t], world.threats[t]
        world.spared[period, t] = False
        if threat.talk == of.talk and stands.stands and may_move(plan, world, t):
            drawn = uniform(start_of(run.fold, plan.spares[t, of.number]), run.week, 0, 0)
            chance = chance_of_extension(threat, stands.extended)
            world.spared[period, t] = drawn < chance
