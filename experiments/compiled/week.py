"""The weeks of a compiled world, as in `simulator.world.world`, and many runs of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.machine import cached, compiled
from experiments.compiled.paying import flow_of
from experiments.compiled.performing import begin_period, close_period, foreseen, interrupt
from experiments.compiled.protocol import hold_rounds
from experiments.compiled.references import (
    HypothesesOf,
    LogsOf,
    PlanOf,
    PlayOf,
    RoomOf,
    WantsOf,
    WorldOf,
)
from experiments.compiled.shapes import Logs, Plan, World
from experiments.compiled.talks import (
    AGREED,
    NONE,
    OPEN,
    TIMED_OUT,
    Hypotheses,
    Play,
    Room,
    begin,
    begin_draws,
    recall,
    sit_down,
    start_of,
    uniform,
)
from experiments.compiled.threatening import (
    fall_due,
    hold_of,
    is_moving,
    may_move,
    settle,
    update,
)
from experiments.compiled.trusting import add_conduct, learn_week, value_beliefs
from experiments.compiled.valuing import draw_factors, revalue, value_talk, votes
from experiments.compiled.wants import Wants
from simulator.arithmetic import power
from simulator.world.accounts import YEAR
from simulator.world.standing import DAYS

__all__ = ["STATUSES", "play_run"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Where a deal stands, by the numbers that stand for it.
STATUSES = ("pending", "rejected", "in force", "expired", "superseded", "collapsed")
_PENDING, _REJECTED, _IN_FORCE, _EXPIRED, _SUPERSEDED, _COLLAPSED = range(6)
_PLANNED, _RENEWAL, _RENEGOTIATION = range(3)
_NEVER = -(10**9)


# -- the talk of a track, as the engine of talks knows it ------------------------------------


@compiled
def play_of(plan: Plan, world: World, k: int) -> Play:
    """Return a talk as it is played this week."""
    run, talk = world.run[0], plan.talks[world.run[0].stage, k]
    extension = extension_of(plan, world, k)
    parts = plan.parts[run.stage, k, : talk.parties]
    rounds, none = world.tracks[k].rounds, np.empty((talk.parties, 0))
    return PlayOf(parts, none, rounds, NONE, extension, run.week)


@compiled
def extension_of(plan: Plan, world: World, k: int) -> int:
    """Return by how many rounds the deadline moves if it is extended, 0 if it cannot be."""
    weeks, stage = 0, world.run[0].stage
    for t in range(plan.threats.shape[1]):
        if is_moving(plan, world, k, t) and may_move(plan, world, t):
            weeks = max(weeks, plan.threats[stage, t].weeks)
    return weeks * plan.settings[stage].rounds_per_week


@compiled
def wants_of(plan: Plan, world: World, k: int) -> Wants:
    """Return what the parties of a talk want now."""
    talk = plan.talks[world.run[0].stage, k]
    size, parties, issues = talk.outcomes, talk.parties, talk.issues
    first, last = talk.vectors, talk.vectors + parties * size
    grid = talk.grid, talk.grid + size * issues
    return WantsOf(
        False,
        world.expected[first:last].reshape((parties, size)),
        world.options[first:last].reshape((parties, size)),
        world.allowed[first:last].reshape((parties, size)),
        np.empty((0, 0), np.int64),
        np.empty((0, 0)),
        world.measures[k],
        plan.grid[grid[0] : grid[1]].reshape((size, issues)),
        plan.scaled[grid[0] : grid[1]].reshape((size, issues)),
        plan.counts[k, :issues],
    )


@compiled
def room_of(plan: Plan, world: World, k: int) -> Room:
    """Return what is written down and remembered of a talk."""
    talk = plan.talks[world.run[0].stage, k]
    size, parties = talk.outcomes, talk.parties
    first, last = talk.vectors, talk.vectors + parties * size
    pair = talk.pairs, talk.pairs + parties * parties * size
    return RoomOf(
        world.talk[k],
        world.offers[k],
        world.memory[k],
        world.pairs[k],
        world.sent[k],
        world.was_sent[first:last].reshape((parties, size)),
        world.given[k],
        table_of(talk, world.tables, talk.tables),
        misfits_of(talk, world.misfits, talk.misfits),
        world.likely[talk.likely : talk.likely + talk.issues * talk.kinds].reshape(
            (talk.issues, talk.kinds)
        ),
        world.gains[pair[0] : pair[1]].reshape((parties, parties, size)),
        world.ahead[k],
        world.weights[k, :, : talk.issues].copy(),
    )


@compiled
def table_of(talk: Any, flat: Floats, first: int) -> Floats:
    """Return what models make of levels in a talk."""
    shape = (talk.parties, talk.parties, talk.issues, talk.most)
    return flat[first : first + shape[0] * shape[1] * shape[2] * shape[3]].reshape(shape)


@compiled
def misfits_of(talk: Any, flat: Floats, first: int) -> Floats:
    """Return how ill hypotheses fit in a talk."""
    shape = (talk.parties, talk.parties, talk.issues, talk.issues, talk.kinds)
    size = shape[0] * shape[1] * shape[2] * shape[3] * shape[4]
    return flat[first : first + size].reshape(shape)


@compiled
def supposed_of(plan: Plan, k: int) -> Hypotheses:
    """Return what the Bayesian model supposes of a talk."""
    talk = plan.talks[0, k]
    shape = (talk.issues, talk.kinds, talk.most)
    shapes = plan.shapes[talk.supposed : talk.supposed + shape[0] * shape[1] * shape[2]]
    return HypothesesOf(
        plan.ranks[k, : talk.issues], shapes.reshape(shape), plan.kinds[k, : talk.issues]
    )


# -- the start -------------------------------------------------------------------------------


@compiled
def begin_run(plan: Plan, world: World, fold: int) -> None:
    """Let a run begin: the past has taught, and initial deals are in force."""
    run = world.run[0]
    run.fold = fold
    run.stance = 1
    run.week = run.stage = run.shocks = run.prevented = run.failed = 0
    run.deals = run.periods = run.entries = run.conducts = 0
    run.acts = run.offers = run.performances = run.openings = 0
    world.trust[:] = plan.trust
    world.credibility[:] = plan.credibility
    world.withdrawn[:] = False
    world.acted[:] = 0
    for t in range(plan.threats.shape[1]):
        world.threats[t].stands = world.threats[t].acts = world.threats[t].due = False
    for country in range(len(world.accounts)):
        account = world.accounts[country]
        account.material = account.weighted = account.cumulative = 0.0
        account.discount = 1.0
    draw_factors(plan, world)
    value_beliefs(plan, world)
    for k in range(len(world.tracks)):
        begin_track(plan, world, k)
        value_talk(plan, world, k)
        room = room_of(plan, world, k)
        begin_draws(room, plan.memories[k], plan.pairs[k], plan.talks[0, k].parties, fold)
    for number in range(len(plan.deals)):
        k = plan.deals[number, 0]
        deal = add_deal(plan, world, k, plan.deals[number, 2:], plan.deals[number, 1])
        if deal == NONE:
            return
        enter(world, deal, _IN_FORCE, plan.deals[number, 1])
        bring_into_force(plan, world, k, deal, plan.deals[number, 1])


@compiled
def begin_track(plan: Plan, world: World, k: int) -> None:
    """Let a talk stand as it does before the first week."""
    track, talk = world.tracks[k], plan.talks[0, k]
    track.openings = track.week = track.start = track.occasion = track.ends = track.made = 0
    track.breakers = track.periods = track.rounds = track.paid_stance = 0
    track.talking = track.begun = track.meets = track.ends_ever = False
    track.pending = track.deal = track.expires = track.renewed = NONE
    track.about, track.about_review, track.next_review = -2, 0, 0
    track.opens, track.length = NONE, 0
    if talk.open:
        track.opens, track.length = max(talk.opens // DAYS, 0), talk.deadline - talk.opens


# -- deals -----------------------------------------------------------------------------------


@compiled
def add_deal(plan: Plan, world: World, k: int, levels: Whole, week: int) -> int:
    """Return the number of a new deal at these levels."""
    run, talk, track = world.run[0], plan.talks[0, k], world.tracks[k]
    if run.deals == len(world.deals) or track.made == plan.pledges.shape[2]:
        run.failed = 3
        return NONE
    number, outcome = run.deals, 0
    run.deals += 1
    deal = world.deals[number]
    deal.talk, deal.number, deal.signed, deal.status = k, track.made, week, NONE
    deal.last = NONE
    track.made += 1
    for i in range(talk.issues):
        world.agreed[number, i] = levels[i]
        outcome = outcome * plan.counts[k, i] + levels[i]
    deal.outcome = outcome
    return number


@compiled
def enter(world: World, deal: int, status: int, week: int) -> None:
    """Write down where a deal stands from a week on."""
    run = world.run[0]
    if run.entries == len(world.entries):
        run.failed = 4
        return
    entry = world.entries[run.entries]
    entry.week, entry.deal, entry.status = week, deal, status
    world.deals[deal].status = status
    run.entries += 1


@compiled
def bring_into_force(plan: Plan, world: World, k: int, deal: int, week: int) -> None:
    """Put a deal into force as of a week, below 0 for one that is older than the run."""
    track, talk = world.tracks[k], plan.talks[world.run[0].stage, k]
    track.deal, track.next_review = deal, max(week, 0)
    track.expires = NONE if talk.term == NONE else week + talk.term
    track.ends_ever = talk.term != NONE


@compiled
def is_expired(world: World, k: int, week: int) -> bool:
    """Return whether the deal in force is so no longer in a week."""
    track = world.tracks[k]
    return track.ends_ever and week >= track.expires


# -- events ----------------------------------------------------------------------------------


@compiled
def hold_events(plan: Plan, world: World, logs: Logs) -> None:
    """Let the events of the week change the world, shocks come, and threats be announced."""
    run = world.run[0]
    world.forced[:] = False
    for e in range(len(plan.events)):
        event = plan.events[e]
        if event.week != run.week:
            continue
        change(plan, world, event.stage)
        for t in range(plan.threats.shape[1]):
            world.withdrawn[t] = world.withdrawn[t] or plan.withdraws[e, t]
        if event.talk != NONE:
            world.forced[event.talk, event.seat] = True
        if event.by != NONE:
            number = add_conduct(world, event.by, event.kind)
            for node in range(plan.concerns.shape[1]):
                if plan.concerns[e, node]:
                    act(world, number, node, event.quality, event.stake)
    for country in range(plan.countries.shape[1]):
        of = plan.countries[run.stage, country]
        if of.shock < 0.0:
            continue
        if uniform(start_of(run.fold, of.shock_key), run.week, 0, 0) < of.shock:
            run.shocks += 1
            number = add_conduct(world, country, 0)
            for node in range(plan.towards.shape[2]):
                if plan.towards[run.stage, country, node]:
                    act(world, number, node, of.shock_quality, of.shock_stake)
    update(plan, world, logs)


@compiled
def act(world: World, number: int, node: int, quality: float, stake: float) -> None:
    """Have a conduct concern a node."""
    world.towards[number, node] = True
    world.qualities[number, node], world.stakes[number, node] = quality, stake


@compiled
def change(plan: Plan, world: World, stage: int) -> None:
    """Go by another stage of the scenario from now on."""
    run = world.run[0]
    before = run.stage
    if stage == before:
        return
    run.stage = stage
    run.stance += 1
    value_beliefs(plan, world)
    for k in range(len(world.tracks)):
        value_talk(plan, world, k)
        track = world.tracks[k]
        if not track.talking:
            continue
        for seat in range(plan.talks[stage, k].parties):
            if plan.seats[stage, k, seat].strategy != plan.seats[before, k, seat].strategy:
                now = play_of(plan, world, k)
                sit_down(now, wants_of(plan, world, k), room_of(plan, world, k), seat)
        breached = track.breakers != 0 and track.deal != NONE
        if plan.talks[stage, k].deadline != plan.talks[before, k].deadline and not breached:
            track.ends = plan.talks[stage, k].deadline
            move_deadline(plan, world, k)


@compiled
def move_deadline(plan: Plan, world: World, k: int) -> None:
    """Have a talk under way go on to where its track now ends."""
    track, talk = world.tracks[k], world.talk[k, 0]
    track.rounds = rounds_until(plan, world, k, track.ends)
    if talk.state == TIMED_OUT and track.rounds > talk.now:
        talk.state = OPEN


@compiled
def rounds_until(plan: Plan, world: World, k: int, day: int) -> int:
    """Return how many rounds a session may hold until a day."""
    rounds = (day - world.tracks[k].start) * plan.settings[0].rounds_per_week
    return max(rounds // DAYS, 0)


# -- talks -----------------------------------------------------------------------------------


@compiled
def may_open(plan: Plan, world: World, k: int) -> bool:
    track = world.tracks[k]
    return not track.talking and track.pending == NONE and plan.talks[world.run[0].stage, k].open


@compiled
def expiry(plan: Plan, world: World, k: int) -> int:
    """Return when the deal in force expires if within the weeks of renewal, else `_NEVER`."""
    track, talk = world.tracks[k], plan.talks[world.run[0].stage, k]
    if track.deal == NONE or not track.ends_ever or talk.renew == NONE:
        return _NEVER
    return _NEVER if world.run[0].week < track.expires - talk.renew else track.expires


@compiled
def open_if_due(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Open a talk if it is due."""
    if not may_open(plan, world, k):
        return
    week, track, talk = world.run[0].week, world.tracks[k], plan.talks[world.run[0].stage, k]
    expires, start, end = expiry(plan, world, k), DAYS * week, _NEVER
    if expires != _NEVER and track.renewed != track.deal:
        until = DAYS * (expires - talk.ratify)
        if until > start:
            end = until
            if track.begun:
                track.opens = NONE
    if end == _NEVER and track.opens != NONE and week >= track.opens:
        end = start + track.length
        if not track.begun and talk.deadline > start:
            start, end = max(talk.opens, start), talk.deadline
        track.opens, track.begun = NONE, True
    if end != _NEVER:
        if expires != _NEVER:
            track.renewed = track.deal
        occasion = _RENEWAL if expires != _NEVER else _PLANNED
        meet(plan, world, logs, k, start, end, occasion, 0, 0)
        return
    renegotiate(plan, world, logs, k)


@compiled
def renegotiate(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Open a talk about other terms, if a disregard is to be expected."""
    week, track, talk = world.run[0].week, world.tracks[k], plan.talks[world.run[0].stage, k]
    if talk.renegotiate == NONE or track.deal == NONE:
        return
    review = track.next_review
    if not (review - talk.renegotiate <= week < review) or is_expired(world, k, review):
        return
    if track.about == track.deal and track.about_review == review:
        return
    found = foreseen(plan, world, k)
    if found == 0:
        return
    track.about, track.about_review = track.deal, review
    periods, breakers = 1 if found >> 32 else 2, found & 0xFFFFFFFF
    occasion = _RENEGOTIATION
    meet(plan, world, logs, k, DAYS * week, DAYS * review, occasion, breakers, periods)


@compiled
def meet(
    plan: Plan,
    world: World,
    logs: Logs,
    k: int,
    start: int,
    end: int,
    occasion: int,
    breakers: int,
    periods: int,
) -> None:
    """Have the parties of a talk send somebody to the session that opens."""
    run, track = world.run[0], world.tracks[k]
    track.openings += 1
    track.week, track.start, track.ends, track.occasion = run.week, start, end, occasion
    track.breakers, track.periods, track.talking = breakers, periods, True
    track.rounds = rounds_until(plan, world, k, end)
    for seat in range(plan.talks[run.stage, k].parties):
        revalue(plan, world, k, seat)
    see(plan, world, k)
    begin(play_of(plan, world, k), wants_of(plan, world, k), room_of(plan, world, k))
    if len(logs.openings) > 0:
        row = logs.openings[run.openings]
        row[0], row[1], row[2], row[3] = k, track.openings - 1, run.week, OPEN
        track.opening = run.openings
    run.openings += 1


@compiled
def see(plan: Plan, world: World, k: int) -> None:
    """Have those who negotiate see patience, trust and the deadline as they are."""
    run, track = world.run[0], world.tracks[k]
    talk = plan.talks[run.stage, k]
    for seat in range(talk.parties):
        memory, of = world.memory[k, seat], plan.seats[run.stage, k, seat]
        patience = plan.countries[run.stage, of.country].patience
        memory.patience = power(patience, float(run.week - track.week))
        memory.hold, memory.discount = hold_of(plan, world, k, seat), np.nan
        lowest = np.inf
        for other in range(talk.parties):
            if other != seat:
                whom = plan.seats[run.stage, k, other].country
                lowest = min(lowest, world.believed[0, of.country, whom])
        memory.trust = lowest


@compiled
def tell(plan: Plan, world: World, k: int) -> None:
    """Tell those who negotiate an open talk what their parties want now.

    A standing offer that a party has made or accepted lapses if it is no longer rational for it.
    """
    talk, state = plan.talks[world.run[0].stage, k], world.talk[k, 0]
    parties = talk.parties
    for seat in range(parties):
        at, offered = talk.vectors + seat * talk.outcomes, state.offered
        was = offered != NONE and world.options[at + offered] > -np.inf
        revalue(plan, world, k, seat)
        bound = offered != NONE and (seat - state.by) % parties < state.accepted
        if bound and was and world.options[at + offered] == -np.inf:
            state.offered = NONE
    see(plan, world, k)
    now, wants, room = play_of(plan, world, k), wants_of(plan, world, k), room_of(plan, world, k)
    for seat in range(parties):
        recall(now, wants, room, seat)


@compiled
def negotiate(plan: Plan, world: World, logs: Logs, k: int, rounds: int) -> None:
    """Let a talk hold up to so many rounds, and write down its offers."""
    state = world.talk[k, 0]
    before = state.offers
    room = room_of(plan, world, k)
    now, wants = play_of(plan, world, k), wants_of(plan, world, k)
    hold_rounds(now, wants, room, supposed_of(plan, k), rounds)
    if len(logs.offers) > 0:
        for number in range(before, state.offers):
            write_offer(plan, world, logs, k, number)


@compiled
def write_offer(plan: Plan, world: World, logs: Logs, k: int, number: int) -> None:
    """Write down an offer, and what everybody expects of it."""
    run, offer, talk = world.run[0], world.offers[k, number], plan.talks[0, k]
    row = logs.offers[run.offers]
    row[0], row[1], row[2] = run.week, k, world.tracks[k].opening
    row[3], row[4], row[5] = offer.when, offer.seat, offer.outcome
    for seat in range(talk.parties):
        pays = world.expected[talk.vectors + seat * talk.outcomes + offer.outcome]
        logs.expected[run.offers, seat] = pays
    run.offers += 1


@compiled
def hold_talk(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Let an open talk hold its rounds of the week."""
    run, track, state = world.run[0], world.tracks[k], world.talk[k, 0]
    last = state.now + plan.settings[0].rounds_per_week
    negotiate(plan, world, logs, k, last - state.now)
    if state.state == TIMED_OUT and extension_of(plan, world, k) > 0:
        for t in range(plan.threats.shape[1]):
            if is_moving(plan, world, k, t) and world.threats[t].day // DAYS > run.week:
                state.state = OPEN  # what happens at the deadline is open until it has come
                return
        if fall_due(plan, world, logs, k):
            move_deadline(plan, world, k)
        tell(plan, world, k)
        negotiate(plan, world, logs, k, last - state.now)
    if state.state == OPEN:
        return
    track.talking = False
    if state.state == AGREED and changes_nothing(plan, world, k):
        state.state, state.agreed = TIMED_OUT, NONE
    if len(logs.openings) > 0:
        logs.openings[track.opening, 3], logs.openings[track.opening, 4] = state.state, state.offers
    if state.agreed == NONE:
        reopen(plan, world, k)
        return
    issues = plan.talks[0, k].issues
    at = plan.talks[0, k].grid + state.agreed * issues
    deal = add_deal(plan, world, k, plan.grid[at : at + issues], run.week)
    if deal == NONE:
        return
    enter(world, deal, _PENDING, run.week)
    if len(logs.signings) > 0:
        write_signing(plan, world, logs, k, deal)
    track.pending = deal


@compiled
def write_signing(plan: Plan, world: World, logs: Logs, k: int, deal: int) -> None:
    """Write down what everybody expects of each outcome when a deal is signed, and without one."""
    talk = plan.talks[0, k]
    if deal >= len(logs.signings):
        world.run[0].failed = 5
        return
    for seat in range(talk.parties):
        at = talk.vectors + seat * talk.outcomes
        logs.signings[deal, 0, seat] = world.measures[k, seat].disagreement
        for n in range(talk.outcomes):
            logs.signings[deal, 1 + seat, n] = world.expected[at + n]


@compiled
def changes_nothing(plan: Plan, world: World, k: int) -> bool:
    """Return whether a talk agrees on no commitment at all, which nobody gains by."""
    talk, agreed, nothing = plan.talks[0, k], world.talk[k, 0].agreed, 0
    for i in range(talk.issues):
        nothing = nothing * plan.counts[k, i] + plan.issues[0, k, i].status_quo
    if agreed != nothing:
        return False
    for seat in range(talk.parties):
        pays = world.expected[talk.vectors + seat * talk.outcomes + nothing]
        if pays > world.measures[k, seat].disagreement:
            return False
    return True


@compiled
def reopen(plan: Plan, world: World, k: int) -> None:
    """Have a talk without a result open again, unless it is under way or planned already."""
    track = world.tracks[k]
    if track.breakers != 0 and track.deal != NONE:
        return
    if not track.talking and track.pending == NONE and track.opens == NONE:
        track.opens = world.run[0].week + plan.talks[world.run[0].stage, k].cooling


# -- what follows ----------------------------------------------------------------------------


@compiled
def ratify(plan: Plan, world: World, k: int) -> None:
    """Put a pending deal before the audiences, and into force if they pass it."""
    run, track = world.run[0], world.tracks[k]
    talk, deal = plan.talks[run.stage, k], world.tracks[k].pending
    if deal == NONE or run.week < world.deals[deal].signed + talk.ratify:
        return
    track.pending = NONE
    for seat in range(talk.parties):
        of = plan.seats[run.stage, k, seat]
        if of.audience:
            without, apart = votes(plan, world, k, seat)
            at = talk.vectors + seat * talk.outcomes + world.deals[deal].outcome
            if not ((world.faith[at] - without) + apart) - of.threshold >= 0.0:
                enter(world, deal, _REJECTED, run.week)
                reopen(plan, world, k)
                return
    if track.deal != NONE:
        close_period(plan, world, k, track.deal)
        enter(world, track.deal, _SUPERSEDED, run.week)
    enter(world, deal, _IN_FORCE, run.week)
    bring_into_force(plan, world, k, deal, run.week)


@compiled
def perform(plan: Plan, world: World, logs: Logs, k: int) -> None:
    """Judge the period that ends, and let the parties choose for that which begins."""
    run, track = world.run[0], world.tracks[k]
    deal = track.deal
    if deal == NONE:
        return
    complete, expired = run.week >= track.next_review, is_expired(world, k, run.week)
    if not expired and not complete:
        interrupt(plan, world, logs, k)
        return
    collapsed = close_period(plan, world, k, deal) and complete
    if expired or collapsed:
        enter(world, deal, _COLLAPSED if collapsed else _EXPIRED, run.week)
        track.deal = NONE
        if collapsed and plan.talks[run.stage, k].open:
            reopen(plan, world, k)
        return
    begin_period(plan, world, logs, k)


@compiled
def work_out_flows(plan: Plan, world: World, k: int) -> None:
    """Put in what each party of a talk gets a year, unless that is as before."""
    run, track = world.run[0], world.tracks[k]
    period = NONE if track.deal == NONE else world.deals[track.deal].last
    same = track.paid_deal == track.deal and track.paid_period == period
    if same and track.paid_stance == run.stance:
        return
    track.paid_deal, track.paid_period, track.paid_stance = track.deal, period, run.stance
    for seat in range(plan.talks[run.stage, k].parties):
        for what in range(2):
            world.flows[k, seat, what] = flow_of(plan, world, k, seat, what)


@compiled
def pay(plan: Plan, world: World, logs: Logs) -> None:
    """Let the payoffs of the week accrue."""
    run, countries = world.run[0], plan.countries.shape[1]
    week = np.zeros((countries, 2))
    for k in range(len(world.tracks)):
        work_out_flows(plan, world, k)
        for seat in range(plan.talks[run.stage, k].parties):
            country = plan.seats[run.stage, k, seat].country
            for what in range(2):
                flow = world.flows[k, seat, what]
                week[country, what] = week[country, what] + flow / YEAR
    for country in range(countries):
        account = world.accounts[country]
        account.material += week[country, 0]
        account.weighted += week[country, 1]
        account.cumulative += account.discount * week[country, 1]
        account.discount *= plan.countries[run.stage, country].discounting
        if len(logs.payoffs) > 0:
            row = logs.payoffs[run.week, country]
            row[0], row[1], row[2] = week[country, 0], week[country, 1], account.cumulative


@compiled
def play_week(plan: Plan, world: World, logs: Logs) -> None:
    """Play one week."""
    run, talks = world.run[0], len(world.tracks)
    hold_events(plan, world, logs)
    for k in range(talks):
        open_if_due(plan, world, logs, k)
    for k in range(talks):
        world.tracks[k].meets = world.tracks[k].talking
        if world.tracks[k].talking:
            tell(plan, world, k)
    for k in range(talks):
        if world.tracks[k].meets:
            hold_talk(plan, world, logs, k)
    for k in range(talks):
        ratify(plan, world, k)
    for k in range(talks):
        perform(plan, world, logs, k)
    for k in range(talks):
        if settle(plan, world, logs, k):
            move_deadline(plan, world, k)
    learn_week(plan, world)
    if len(logs.trust) > 0:
        logs.trust[run.week] = world.believed
    pay(plan, world, logs)
    run.week += 1


@cached
def play_run(plan: Plan, world: World, logs: Logs, fold: int) -> int:
    """Play a run, and return what it had no room for, 0 if nothing.

    Parameters
    ----------
    plan, world, logs
        What is played, and where.
    fold : int
        The fold of the seed.
    """
    of_plan, of_world, of_logs = PlanOf(*plan), WorldOf(*world), LogsOf(*logs)
    begin_run(of_plan, of_world, fold)
    for _ in range(plan.settings[0].weeks):
        if world.run[0].failed != 0:
            break
        play_week(of_plan, of_world, of_logs)
    return world.run[0].failed
