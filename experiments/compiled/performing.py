"""How deals are performed in a compiled world, as in `simulator.world.reviews`."""

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.machine import compiled
from experiments.compiled.shapes import Logs, Plan, World
from experiments.compiled.talks import NONE, normal, start_of, uniform
from experiments.compiled.threatening import spare
from experiments.compiled.trusting import add_conduct
from experiments.compiled.valuing import (
    GIVES,
    HARM,
    PROMISED,
    SIDE,
    TAKES,
    belief_in,
    face_threats,
    part_of,
    temptation_of,
    trust_with_bonds,
    without_deal,
)
from simulator.arithmetic import power
from simulator.theory.repeated import keeping
from simulator.world.deals import stake
from simulator.world.party import disregarded, evident
from simulator.world.performance import unprevented, weighted_trust

__all__ = ["POLICIES", "REASONS", "begin_period", "close_period", "foreseen", "interrupt"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: The policies, by the numbers that stand for them.
POLICIES = (
    *("always", "volatile", "opportunist", "reciprocal"),
    *("generous", "grim", "limited-punishment", "shortfall"),
)
_ALWAYS, _VOLATILE, _OPPORTUNIST, _RECIPROCAL, _GENEROUS, _GRIM, _LIMITED, _SHORTFALL = range(8)
#: Why a commitment is performed as it is.
REASONS = ("kept", "withheld", "excused", "forced")
_KEPT, _WITHHELD, _EXCUSED, _FORCED = range(4)
#: What a party owes.
NOTHING, COMMITMENTS, REFRAINS = 0, 1, 2


@compiled
def owed(plan: Plan, world: World, k: int, deal: int, seat: int) -> int:
    """Return what a party has to perform: commitments, else not carrying out its threat."""
    stage = world.run[0].stage
    for i in range(plan.talks[stage, k].issues):
        issue = plan.issues[stage, k, i]
        if issue.obligor == seat and world.agreed[deal, i] != issue.status_quo:
            return COMMITMENTS
    for t in range(plan.threats.shape[1]):
        threat, stands = plan.threats[stage, t], world.threats[t]
        if threat.talk == k and threat.by == seat and stands.stands:
            for other in range(plan.talks[stage, k].parties):
                if stands.times * world.means[t, other, 1] != 0.0:
                    return REFRAINS
    return NOTHING


@compiled
def is_owed(plan: Plan, world: World, k: int, deal: int, seat: int, i: int) -> bool:
    """Return whether an issue is a commitment of a party."""
    issue = plan.issues[world.run[0].stage, k, i]
    return issue.obligor == seat and world.agreed[deal, i] != issue.status_quo


# -- how well it is done ---------------------------------------------------------------------


@compiled
def towards(
    plan: Plan,
    world: World,
    k: int,
    deal: int,
    seat: int,
    other: int,
    owes: int,
    quality: Floats,
    refrain: float,
) -> float:
    """Return how well a party performs in the eyes of another."""
    if owes == NOTHING:
        return 1.0
    if owes == REFRAINS:
        return refrain
    issues, low, high, count, whole = plan.talks[0, k].issues, np.inf, -np.inf, 0, 0.0
    for i in range(issues):
        if is_owed(plan, world, k, deal, seat, i):
            low, high = min(low, quality[i]), max(high, quality[i])
            worth = world.values[k, other, i, world.agreed[deal, i]]
            count, whole = count + 1, whole + max(worth, 0.0)
    if low == high:
        return low
    mean = 0.0
    for i in range(issues):
        if is_owed(plan, world, k, deal, seat, i):
            worth = world.values[k, other, i, world.agreed[deal, i]]
            mean += stake(worth, whole, count) * quality[i]
    return min(max(mean, low), high)


@compiled
def overall_of(
    plan: Plan,
    world: World,
    k: int,
    deal: int,
    seat: int,
    owes: int,
    quality: Floats,
    refrain: float,
) -> float:
    """Return the quality of all that a party owes, the lowest over its beneficiaries."""
    lowest = np.inf
    for other in range(plan.talks[0, k].parties):
        if other != seat:
            seen = towards(plan, world, k, deal, seat, other, owes, quality, refrain)
            lowest = min(lowest, seen)
    return lowest


@compiled
def prevention_of(plan: Plan, world: World, k: int, deal: int, seat: int) -> float:
    """Return the probability with which a party's pledges prevent a breach."""
    stage, left = world.run[0].stage, 1.0
    for i in range(plan.talks[stage, k].issues):
        issue = plan.issues[stage, k, i]
        if issue.bond and issue.obligor == seat:
            assurance = plan.assurance[stage, k, i, world.agreed[deal, i]]
            if assurance != 0.0:
                left = unprevented(left, assurance)
    return 1.0 - left


@compiled
def collapses(plan: Plan, world: World, parties: int, now: Floats, before: int) -> bool:
    """Return whether a deal collapses after a period: two withheld, or one twice running."""
    level, count, running = plan.settings[0].disregard, 0, False
    for seat in range(parties):
        if disregarded(now[seat], level):
            count += 1
            if before != NONE and disregarded(world.overall[before, seat], level):
                running = True
    return count >= 2 or running


@compiled
def close_period(plan: Plan, world: World, k: int, deal: int) -> bool:
    """Take the evidence of the period just ended, if any; return whether the deal collapses."""
    last = world.deals[deal].last
    if last == NONE:
        return False
    stage, level = world.run[0].stage, plan.settings[0].disregard
    parties = plan.talks[stage, k].parties
    for seat in range(parties):
        weight = 0.0 if world.excused[last, seat] else 1.0
        if not disregarded(world.overall[last, seat], level):
            weight = weight * (1.0 - prevention_of(plan, world, k, deal, seat))
        owes = world.owes[last, seat]
        if owes == NOTHING:
            continue
        number = add_conduct(world, plan.seats[stage, k, seat].country, 0)
        for other in range(parties):
            if other != seat:
                refrain = world.refrains[last, seat]
                quality = world.quality[last]
                seen = towards(plan, world, k, deal, seat, other, owes, quality, refrain)
                whom = plan.seats[stage, k, other].country
                world.towards[number, whom] = True
                world.qualities[number, whom] = evident(seen, level)
                world.stakes[number, whom] = weight
    before = world.periods[last].before
    return collapses(plan, world, parties, world.overall[last], before)


# -- what is chosen --------------------------------------------------------------------------


@compiled
def keeps(plan: Plan, world: World, k: int, deal: int, seat: int, week: int) -> bool:
    """Return whether a party's policy keeps a deal from a review on; shortfalls apart."""
    stage = world.run[0].stage
    country = plan.countries[stage, plan.seats[stage, k, seat].country]
    if country.policy in (_ALWAYS, _SHORTFALL):
        return True
    begins = start_of(world.run[0].fold, plan.conducts[k, seat, world.deals[deal].number])
    if country.policy == _VOLATILE:
        return uniform(begins, week, 0, 0) - country.chance >= 0.0
    if country.policy == _OPPORTUNIST:
        return margin(plan, world, k, deal, seat) >= 0.0
    if country.policy == _LIMITED:
        return not is_punishing(plan, world, k, deal, seat, country.periods)
    last = world.deals[deal].last
    if country.policy == _GRIM:
        while last != NONE:
            if was_let_down(plan, world, k, last, seat):
                return False
            last = world.periods[last].before
        return True
    provoked = last != NONE and was_let_down(plan, world, k, last, seat)
    if country.policy == _GENEROUS:
        return not (provoked and uniform(begins, week, 0, 0) >= country.chance)
    return not provoked


@compiled
def was_let_down(plan: Plan, world: World, k: int, period: int, seat: int) -> bool:
    """Return whether a partner disregarded a deal in a period."""
    lowest = np.inf
    for other in range(plan.talks[0, k].parties):
        if other != seat:
            lowest = min(lowest, world.overall[period, other])
    return disregarded(lowest, plan.settings[0].disregard)


@compiled
def is_punishing(plan: Plan, world: World, k: int, deal: int, seat: int, periods: int) -> bool:
    """Return whether a punishment of limited length is under way."""
    count, last, left = 0, world.deals[deal].last, 0
    while last != NONE:
        count, last = count + 1, world.periods[last].before
    past, last = np.empty(count, np.int64), world.deals[deal].last
    for place in range(count - 1, -1, -1):
        past[place], last = last, world.periods[last].before
    for place in range(count):
        if left > 0:
            left -= 1
        elif was_let_down(plan, world, k, past[place], seat):
            left = periods
    return left > 0


@compiled
def margin(plan: Plan, world: World, k: int, deal: int, seat: int) -> float:
    """Return by how much the future of a deal exceeds the temptation to break it."""
    stage, levels = world.run[0].stage, world.agreed[deal]
    talk = plan.talks[stage, k]
    country = plan.countries[stage, plan.seats[stage, k, seat].country]
    concessions, harm, takes = 0.0, 0.0, np.zeros(talk.issues)
    side, promised = np.zeros((talk.parties, talk.issues)), np.zeros(talk.parties)
    for i in range(talk.issues):
        concessions += part_of(plan, world, k, seat, i, levels[i], GIVES)
        harm += part_of(plan, world, k, seat, i, levels[i], HARM)
        takes[i] = part_of(plan, world, k, seat, i, levels[i], TAKES)
        other = plan.issues[stage, k, i].obligor
        if other != seat:
            side[other, i] = part_of(plan, world, k, seat, i, levels[i], SIDE)
            promised[other] += part_of(plan, world, k, seat, i, levels[i], PROMISED)
    taken, allowed, whole = 0.0, 0.0, 0.0
    for i in range(talk.issues):
        taken += takes[i]
    trust, worth, count = np.empty(talk.parties - 1), np.empty(talk.parties - 1), 0
    for other in range(talk.parties):
        if other != seat:
            of_other = 0.0
            for i in range(talk.issues):
                of_other += side[other, i]
            allowed, whole = allowed + of_other, whole + promised[other]
            believed = belief_in(plan, world, 0, k, seat, other)
            trust[count] = trust_with_bonds(plan, world, k, other, levels, believed)
            worth[count] = promised[other]
            count += 1
    own = concessions + taken
    amounts, faced = np.empty(talk.parties), np.empty((plan.threats.shape[1], 6))
    without_deal(plan, world, k, seat, amounts)
    suffered = 0.0
    for other in range(talk.parties):
        suffered += amounts[other] if other != seat else 0.0
    rows = face_threats(plan, world, k, seat, False, faced)
    tempted = temptation_of(plan, world, k, seat, faced, rows, takes)
    goes_on = own + harm + allowed + whole - (suffered + amounts[seat])
    reliable = weighted_trust(trust, worth)
    delta = power(country.discounting, float(talk.review)) * reliable
    if country.periods < 1:
        return keeping(own - taken, tempted, goes_on, delta)
    return keeping(own - taken, tempted, goes_on, delta, country.periods)


@compiled
def choose(
    plan: Plan, world: World, k: int, deal: int, seat: int, week: int, quality: Floats
) -> float:
    """Put in how a party's policy has it honour each commitment, and return how it refrains."""
    stage = world.run[0].stage
    country = plan.countries[stage, plan.seats[stage, k, seat].country]
    kept = 1.0 if keeps(plan, world, k, deal, seat, week) else 0.0
    for i in range(plan.talks[stage, k].issues):
        if not is_owed(plan, world, k, deal, seat, i):
            continue
        quality[i] = kept
        if country.policy == _SHORTFALL and plan.issues[stage, k, i].short:
            key = plan.shortfalls[k, i, world.deals[deal].number]
            drawn = normal(start_of(world.run[0].fold, key), week, 0, 0)
            quality[i] = min(max(country.middle + country.sd * drawn, 0.0), 1.0)
    return kept


@compiled
def choose_with_pledge(
    plan: Plan, world: World, k: int, deal: int, seat: int, owes: int, quality: Floats
) -> float:
    """Put in how a party performs, where a pledge may hold it to its word."""
    run, level = world.run[0], plan.settings[0].disregard
    refrain = choose(plan, world, k, deal, seat, run.week, quality)
    prevented = prevention_of(plan, world, k, deal, seat)
    broken = owes == REFRAINS and disregarded(refrain, level)
    for i in range(plan.talks[run.stage, k].issues):
        if owes == COMMITMENTS and is_owed(plan, world, k, deal, seat, i):
            pledge = plan.issues[run.stage, k, i].bond
            broken = broken or (disregarded(quality[i], level) and not pledge)
    if prevented == 0.0 or not broken:
        return refrain
    begins = start_of(run.fold, plan.pledges[k, seat, world.deals[deal].number])
    if uniform(begins, run.week, 0, 0) >= prevented:
        return refrain
    run.prevented += 1
    for i in range(plan.talks[run.stage, k].issues):
        if is_owed(plan, world, k, deal, seat, i) and disregarded(quality[i], level):
            quality[i] = 1.0
    return 1.0 if disregarded(refrain, level) else refrain


@compiled
def foreseen(plan: Plan, world: World, k: int) -> int:
    """Return who would disregard the deal in force at its next review, as bits; 0 if nobody.

    Bit 32 is set if the deal would collapse at once.
    """
    track, stage = world.tracks[k], world.run[0].stage
    deal, parties = track.deal, plan.talks[stage, k].parties
    last = world.deals[deal].last
    if collapses(plan, world, parties, world.overall[last], world.periods[last].before):
        return 0
    quality, overall, found = np.ones(plan.talks[stage, k].issues), np.empty(parties), 0
    for seat in range(parties):
        owes = owed(plan, world, k, deal, seat)
        refrain = 1.0
        if owes != NOTHING:
            refrain = choose(plan, world, k, deal, seat, track.next_review, quality)
        overall[seat] = overall_of(plan, world, k, deal, seat, owes, quality, refrain)
        if disregarded(overall[seat], plan.settings[0].disregard):
            found |= 1 << seat
    if found and collapses(plan, world, parties, overall, last):
        found |= 1 << 32
    return found


# -- periods ---------------------------------------------------------------------------------


@compiled
def begin_period(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Let the parties choose how to perform the deal in force until the next review."""
    run, track = world.run[0], world.tracks[k]
    deal, talk = track.deal, plan.talks[run.stage, k]
    if run.periods == len(world.periods):
        run.failed = 2
        return
    period, before = run.periods, world.deals[deal].last
    run.periods += 1
    of = world.periods[period]
    of.deal, of.start, of.before = deal, run.week, before
    of.number = 0 if before == NONE else world.periods[before].number + 1
    for seat in range(talk.parties):
        owes = owed(plan, world, k, deal, seat)
        world.owes[period, seat], world.refrains[period, seat] = owes, 1.0
        if owes == NOTHING:
            continue
        quality = world.quality[period]
        if world.forced[k, seat]:
            break_all(plan, world, k, deal, seat, period)
        elif track.pending != NONE and track.breakers != 0:
            for i in range(talk.issues):
                if is_owed(plan, world, k, deal, seat, i):
                    quality[i] = 1.0
        else:
            refrain = choose_with_pledge(plan, world, k, deal, seat, owes, quality)
            world.refrains[period, seat] = refrain
    judge(plan, world, k, deal, period, before)
    spare(plan, world, deal, period)
    world.deals[deal].last = period
    track.next_review = run.week + talk.review
    for seat in range(talk.parties):
        note(plan, world, logs, k, deal, seat, period, world.forced[k, seat])


@compiled
def break_all(plan: Plan, world: World, k: int, deal: int, seat: int, period: int) -> None:
    """Have a party disregard all that it owes."""
    world.refrains[period, seat] = 0.0
    for i in range(plan.talks[0, k].issues):
        if is_owed(plan, world, k, deal, seat, i):
            world.quality[period, i] = 0.0


@compiled
def judge(plan: Plan, world: World, k: int, deal: int, period: int, before: int) -> None:
    """Put in the overall quality of each party, and whose disregard answers one of a partner."""
    level, parties = plan.settings[0].disregard, plan.talks[0, k].parties
    for seat in range(parties):
        owes, refrain = world.owes[period, seat], world.refrains[period, seat]
        quality = world.quality[period]
        overall = overall_of(plan, world, k, deal, seat, owes, quality, refrain)
        world.overall[period, seat] = overall
        answers = False
        for other in range(parties) if before != NONE else range(0):
            if other != seat and disregarded(world.overall[before, other], level):
                answers = True
        broken = disregarded(overall, level) and not world.forced[k, seat]
        world.excused[period, seat] = broken and answers


@compiled
def note(
    plan: Plan,
    world: World,
    logs: Logs,
    k: int,
    deal: int,
    seat: int,
    period: int,
    forced: bool,
) -> None:
    """Write down how a party performs from now on, and how far that was trusted."""
    if len(logs.performances) == 0:
        return
    run, stage = world.run[0], world.run[0].stage
    trust = np.inf
    for other in range(plan.talks[stage, k].parties):
        if other != seat:
            believed = belief_in(plan, world, 0, k, other, seat)
            bound = trust_with_bonds(plan, world, k, seat, world.agreed[deal], believed)
            trust = min(trust, bound)
    for i in range(-1, plan.talks[stage, k].issues):
        if i == NONE:
            if world.owes[period, seat] != REFRAINS:
                continue
            quality = world.refrains[period, seat]
        else:
            if world.owes[period, seat] != COMMITMENTS:
                continue
            if not is_owed(plan, world, k, deal, seat, i):
                continue
            quality = world.quality[period, i]
        row, reason = logs.performances[run.performances], _KEPT
        if disregarded(quality, plan.settings[0].disregard):
            reason = _EXCUSED if world.excused[period, seat] else _WITHHELD
            if forced:
                reason = _FORCED
        row[0], row[1], row[2], row[3] = run.week, deal, seat, i
        row[4], row[5], row[6] = quality, reason, world.periods[period].number
        row[7], row[8] = world.overall[period, seat], trust
        run.performances += 1


@compiled
def interrupt(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Have parties disregard a deal from the middle of a period on, if an event says so."""
    track, talk = world.tracks[k], plan.talks[world.run[0].stage, k]
    deal = track.deal
    last = world.deals[deal].last
    for seat in range(talk.parties):
        if not world.forced[k, seat] or not performs_any(plan, world, k, deal, seat, last):
            continue
        world.run[0].stance += 1
        excused = world.excused[last].copy()
        world.owes[last, seat] = owed(plan, world, k, deal, seat)
        break_all(plan, world, k, deal, seat, last)
        judge(plan, world, k, deal, last, NONE)
        for other in range(talk.parties):
            world.excused[last, other] = excused[other] and other != seat
        note(plan, world, logs, k, deal, seat, last, True)


@compiled
def performs_any(plan: Plan, world: World, k: int, deal: int, seat: int, period: int) -> bool:
    """Return whether a party performs any of what it owes."""
    if world.owes[period, seat] == REFRAINS:
        return world.refrains[period, seat] != 0.0
    if world.owes[period, seat] == NOTHING:
        return False
    for i in range(plan.talks[0, k].issues):
        if is_owed(plan, world, k, deal, seat, i) and world.quality[period, i] != 0.0:
            return True
    return False
