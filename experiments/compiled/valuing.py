"""What the outcomes of talks are worth in a compiled world, and what the parties want of them."""

import numpy as np
from numpy.typing import NDArray

from agents.strategies.mirror import NOISE
from experiments.compiled.machine import compiled, scanned
from experiments.compiled.parts import Bidding
from experiments.compiled.shapes import Plan, World
from experiments.compiled.talks import NONE, normal, start_of
from experiments.compiled.wants import highest_of, place_of
from simulator.arithmetic import exp, power
from simulator.negotiation.payoffs import after_breach, assured, between, rest_beyond
from simulator.rounding import slack_between
from simulator.world.standing import chance_of_extension

__all__ = [
    "allied_talk",
    "belief_in",
    "chance_of",
    "draw_factors",
    "face_threats",
    "part_of",
    "rest_of",
    "revalue",
    "temptation_of",
    "trust_with_bonds",
    "value_talk",
    "votes",
    "without_deal",
]

Floats = NDArray[np.float64]

#: Parts of the value of an issue.
GIVES, TAKES, HARM, SIDE, PROMISED = 0, 1, 2, 3, 4

_HYBRID, _MIRROR = int(Bidding.HYBRID), int(Bidding.MIRROR)
_RENEWAL = 1


# -- once per run and stage ------------------------------------------------------------------


@compiled
def draw_factors(plan: Plan, world: World) -> None:
    """Put in what each party's values of each issue are multiplied by in this run."""
    sd, run = plan.settings[0].valuation_sd, world.run[0]
    for k in range(len(world.tracks)):
        for seat in range(plan.talks[0, k].parties):
            for i in range(plan.talks[0, k].issues):
                world.factors[k, seat, i] = 1.0
                if sd != 0.0:
                    shock = normal(start_of(run.fold, plan.values[k, seat, i]), 0, 0, 0)
                    world.factors[k, seat, i] = exp(sd * shock - sd * sd / 2)


@compiled
def value_talk(plan: Plan, world: World, k: int) -> None:
    """Put in what the outcomes of a talk are worth at this stage, as far as it stays the same."""
    stage, talk = world.run[0].stage, plan.talks[world.run[0].stage, k]
    for seat in range(talk.parties):
        for i in range(talk.issues):
            for level in range(plan.issues[stage, k, i].levels):
                value = plan.weighted[stage, k, seat, i, level] * world.factors[k, seat, i]
                world.values[k, seat, i, level] = value
            world.bars[k, seat, i] = np.nan
        value_seat(plan, world, k, seat)
    value_threats(plan, world, k)


@compiled
def value_seat(plan: Plan, world: World, k: int, seat: int) -> None:
    """Put in what a party gets for certain in each outcome, what it is promised, and its faith."""
    stage = world.run[0].stage
    talk, issues = plan.talks[stage, k], plan.issues[stage, k]
    count, size = talk.issues, talk.outcomes
    own, harm, cost = np.empty(size), np.empty(size), np.empty(size)
    at = talk.vectors + seat * size
    shows_face = False
    for i in range(count):
        shows_face = shows_face or plan.face[stage, k, seat, i] != 0.0
    tables = np.zeros((count, plan.weighted.shape[4]))
    fill(plan, world, k, seat, GIVES, NONE, tables)
    add_up(plan, k, tables, own)
    fill(plan, world, k, seat, HARM, NONE, tables)
    add_up(plan, k, tables, harm)
    bargained = world.bargained[at : at + size]
    for n in range(size):
        bargained[n] = own[n] + harm[n]
    for other in range(talk.parties):
        for i in range(count) if other != seat else range(0):
            if issues[i].obligor == other and issues[i].status_quo > 0:
                for level in range(issues[i].levels):
                    tables[i, level] = part_of(plan, world, k, seat, i, level, SIDE)
                add_issue(bargained, tables[i], issues[i].levels, later(plan, k, i))
    if shows_face:
        for i in range(count):
            for level in range(issues[i].levels):
                steps = max(level - issues[i].status_quo, 0.0)
                tables[i, level] = plan.face[stage, k, seat, i] * steps
        add_up(plan, k, tables, cost)
        for n in range(size):
            bargained[n] = bargained[n] - cost[n]
    for other in range(talk.parties):
        if other != seat:
            fill(plan, world, k, seat, PROMISED, other, tables)
            begins = talk.pairs + (seat * talk.parties + other) * size
            add_up(plan, k, tables, world.promised[begins : begins + size])
    if plan.seats[stage, k, seat].audience:
        for i in range(count):
            for level in range(issues[i].levels):
                worth = plan.weighted[stage, k, seat, i, level] * plan.weights[stage, k, seat, i]
                tables[i, level] = worth * world.factors[k, seat, i]
        add_up(plan, k, tables, world.faith[at : at + size])


@compiled
def fill(plan: Plan, world: World, k: int, seat: int, part: int, of: int, tables: Floats) -> None:
    """Put in a part of the value of each level: for GIVES what it performs, takes included.

    With a seat given, only what that party has to perform.
    """
    stage = world.run[0].stage
    for i in range(plan.talks[stage, k].issues):
        counts = of == NONE or plan.issues[stage, k, i].obligor == of
        for level in range(plan.issues[stage, k, i].levels):
            found = part_of(plan, world, k, seat, i, level, part)
            if part == GIVES:
                found = found + part_of(plan, world, k, seat, i, level, TAKES)
            tables[i, level] = found if counts else 0.0 * found


@compiled
def part_of(plan: Plan, world: World, k: int, seat: int, i: int, level: int, part: int) -> float:
    """Return a part of a party's value of a level of an issue, as in `payoffs.split`."""
    issue, value = plan.issues[world.run[0].stage, k, i], world.values[k, seat, i, level]
    given, taken = value, value
    if level < issue.status_quo:
        given = 0.0
    else:
        taken = 0.0
    nothing = 0.0 * value
    if issue.obligor == seat:
        if part == GIVES:
            return given
        return taken if part == TAKES else nothing
    if part == HARM:
        return (given if given < 0.0 else 0.0) + (taken if taken > 0.0 else 0.0)
    if part == SIDE:
        return taken if taken < 0.0 else 0.0
    if part == PROMISED:
        return given if given > 0.0 else 0.0
    return nothing


@compiled
def add_up(plan: Plan, k: int, tables: Floats, vector: Floats) -> None:
    """Put in the sum over issues of each outcome's table entries."""
    filled = 1
    for i in range(plan.talks[0, k].issues):
        count = plan.issues[0, k, i].levels
        add_outer(vector, filled, tables[i], count, i == 0)
        filled = filled * count


@compiled
def add_outer(vector: Floats, filled: int, table: Floats, count: int, first: bool) -> None:
    """Put in the sum of each number with each entry of a table, or the table itself.

    From behind, so that each sum can stand in the room of what it is made of.
    """
    for n in range(filled - 1, -1, -1):
        before = vector[n]
        for level in range(count - 1, -1, -1):
            vector[n * count + level] = table[level] if first else before + table[level]


@compiled
def add_issue(vector: Floats, table: Floats, count: int, after: int) -> None:
    """Add each outcome's entry in a table of one issue's levels, `after` outcomes being alike."""
    block = count * after
    for begin in range(0, len(vector), block):
        for level in range(count):
            first = begin + level * after
            for n in range(first, first + after):
                vector[n] = vector[n] + table[level]


@compiled
def later(plan: Plan, k: int, i: int) -> int:
    """Return how many outcomes the issues after one span."""
    after = 1
    for other in range(i + 1, plan.talks[0, k].issues):
        after = after * plan.issues[0, k, other].levels
    return after


@compiled
def level_of(plan: Plan, k: int, n: int, i: int) -> int:
    """Return the level of an issue in an outcome."""
    return (n // later(plan, k, i)) % plan.issues[0, k, i].levels


# -- threats ---------------------------------------------------------------------------------


@compiled
def value_threats(plan: Plan, world: World, k: int) -> None:
    """Put in what carrying out each threat about a talk is worth to its parties."""
    stage = world.run[0].stage
    for t in range(plan.threats.shape[1]):
        threat = plan.threats[stage, t]
        if threat.talk != k:
            continue
        for seat in range(plan.talks[stage, k].parties):
            if threat.issue == NONE:
                world.means[t, seat, :] = plan.payoffs[stage, t, seat]
                continue
            i, level = threat.issue, threat.level
            cost = threat.cost if threat.by == seat else 0.0
            factor = world.factors[k, seat, i]
            material = plan.material[stage, k, seat, i, level] * factor
            worth = plan.weighted[stage, k, seat, i, level] * plan.weights[stage, k, seat, i]
            world.means[t, seat, 0] = material - cost
            world.means[t, seat, 1] = world.values[k, seat, i, level] - cost
            world.means[t, seat, 2] = worth * factor - cost


@compiled
def allied_talk(plan: Plan, world: World, k: int, t: int) -> int:
    """Return the seat in a talk of who answers by a threat about another as ally, -1 if nobody."""
    stage = world.run[0].stage
    threat = plan.threats[stage, t]
    q, other = threat.coalition, threat.talk
    if q == NONE or other == k or not world.threats[t].stands:
        return NONE
    if plan.members[q, k] == NONE or plan.against[q, k] == NONE:
        return NONE
    if plan.members[q, other] == NONE or plan.against[q, other] == NONE:
        return NONE
    track = world.tracks[other]
    if plan.coalitions[q].part_ends and (track.deal != NONE or track.pending != NONE):
        return NONE
    return plan.members[q, k]


@compiled
def face_threats(plan: Plan, world: World, k: int, seat: int, allied: bool, faced: Floats) -> int:
    """Put in the threats that a party of a talk faces, and return how many.

    Per threat: its number, the seat of its author, the position of its issue or -1, and what it
    means: material, weighted, to the audience. With `allied` also those of allies.
    """
    stage, count = world.run[0].stage, 0
    for t in range(plan.threats.shape[1]):
        threat, stands = plan.threats[stage, t], world.threats[t]
        if threat.talk == k and stands.stands:
            faced[count, 0], faced[count, 1], faced[count, 2] = t, threat.by, threat.issue
            for what in range(3):
                faced[count, 3 + what] = stands.times * world.means[t, seat, what]
            count += 1
    if not allied:
        return count
    for q in range(len(plan.coalitions)):
        if plan.against[q, k] != seat:
            continue
        for other in range(len(world.tracks)):
            for t in range(plan.threats.shape[1]):
                threat = plan.threats[stage, t]
                if threat.talk != other or threat.coalition != q:
                    continue
                by = allied_talk(plan, world, k, t)
                if by != NONE:
                    there = plan.against[q, other]
                    faced[count, 0], faced[count, 1], faced[count, 2] = t, by, NONE
                    for what in range(3):
                        amount = world.threats[t].times * world.means[t, there, what]
                        faced[count, 3 + what] = amount
                    count += 1
    return count


@compiled
def chance_of(plan: Plan, world: World, k: int, seat: int, t: int, by: int) -> float:
    """Return how likely a threat is to be carried out, as a party of a talk sees it."""
    stands = world.threats[t]
    if stands.acts:
        return 1.0
    if by == seat:
        threat = plan.threats[world.run[0].stage, t]
        return 1.0 - chance_of_extension(threat, stands.extended)
    return belief_in(plan, world, 1, k, seat, by)


@compiled
def belief_in(plan: Plan, world: World, what: int, k: int, seat: int, other: int) -> float:
    """Return a party's trust in another (0), or how credible it finds its threats (1)."""
    seats = plan.seats[0, k]
    return world.believed[what, seats[seat].country, seats[other].country]


@compiled
def without_deal(plan: Plan, world: World, k: int, seat: int, amounts: Floats) -> None:
    """Put in what a party expects of each party's threats while there is no deal."""
    faced = np.empty((plan.threats.shape[1], 6))
    count = face_threats(plan, world, k, seat, True, faced)
    amounts[:] = 0.0
    for row in range(count):
        by = int(faced[row, 1])
        chance = chance_of(plan, world, k, seat, int(faced[row, 0]), by)
        amounts[by] = amounts[by] + chance * faced[row, 4]


@compiled
def votes(plan: Plan, world: World, k: int, seat: int) -> tuple[float, float]:
    """Return what a party's audience expects without a deal, and what rounding may have taken."""
    talk, without = plan.talks[0, k], 0.0
    faced = np.empty((plan.threats.shape[1], 6))
    count = face_threats(plan, world, k, seat, True, faced)
    for row in range(count):
        by = int(faced[row, 1])
        chance = chance_of(plan, world, k, seat, int(faced[row, 0]), by)
        without += chance * faced[row, 5]
    at = talk.vectors + seat * talk.outcomes
    # Subtraction keeps the order, so that the ends are those of what it is taken from.
    low, high = ends(world.faith[at : at + talk.outcomes])
    return without, slack_between(low - without, high - without, 0.0)


@scanned
def ends(vector: Floats) -> tuple[float, float]:
    """Return the lowest and the highest of many numbers."""
    low, high = np.inf, -np.inf
    for n in range(len(vector)):
        low = vector[n] if vector[n] < low else low
        high = vector[n] if vector[n] > high else high
    return low, high


# -- what a partner's threats add to a deal --------------------------------------------------


@compiled
def rest_of(faced: Floats, count: int, by: int, what: int, sides: Floats, row: int) -> float:
    """Return the rest of one of a party's threats, by what the deal lets it take, issue by issue.

    As `payoffs.rests`.
    """
    issue, payoff = int(faced[row, 2]), faced[row, what]
    if issue != NONE:
        return rest_beyond(payoff, sides[issue])
    loose, together = 0.0, 0.0
    for i in range(len(sides)):
        if not is_named(faced, count, by, i):
            loose = loose + sides[i]
    for other in range(count):
        if int(faced[other, 1]) == by and int(faced[other, 2]) == NONE:
            together += faced[other, what] if faced[other, what] < 0.0 else 0.0
    if payoff < 0.0:
        return payoff / together * rest_beyond(together, loose)
    return rest_beyond(payoff, loose)


@compiled
def is_named(faced: Floats, count: int, by: int, issue: int) -> bool:
    """Return whether some threat of a party is about an issue."""
    for row in range(count):
        if int(faced[row, 1]) == by and int(faced[row, 2]) == issue:
            return True
    return False


@compiled
def surplus_of(faced: Floats, count: int, by: int, what: int, takes: Floats, row: int) -> float:
    """Return what one of a party's own threats adds to what a deal lets it take.

    As `payoffs.surpluses`.
    """
    issue, payoff = int(faced[row, 2]), faced[row, what]
    if issue != NONE:
        return payoff - takes[issue]
    loose, unnamed = 0.0, 0
    for i in range(len(takes)):
        if not is_named(faced, count, by, i):
            loose += takes[i]
    for other in range(count):
        unnamed += 1 if int(faced[other, 1]) == by and int(faced[other, 2]) == NONE else 0
    return payoff - loose / unnamed


@compiled
def temptation_of(
    plan: Plan, world: World, k: int, seat: int, faced: Floats, count: int, takes: Floats
) -> float:
    """Return what a party expects to gain by its own threats if it breaks a deal."""
    whole = 0.0
    for row in range(count):
        if int(faced[row, 1]) == seat:
            chance = chance_of(plan, world, k, seat, int(faced[row, 0]), seat)
            whole += chance * surplus_of(faced, count, seat, 4, takes, row)
    return whole


@compiled
def trust_with_bonds(
    plan: Plan, world: World, k: int, other: int, levels: NDArray[np.int64], trust: float
) -> float:
    """Return the trust in a party whose pledges at these levels stand behind its promises."""
    stage = world.run[0].stage
    for i in range(plan.talks[stage, k].issues):
        issue = plan.issues[stage, k, i]
        if issue.bond and issue.obligor == other:
            trust = assured(trust, plan.assurance[stage, k, i, levels[i]], issue.enforced)
    return trust


# -- preferences -----------------------------------------------------------------------------


@compiled
def expect(
    plan: Plan,
    world: World,
    k: int,
    seat: int,
    trust: Floats,
    notice: float,
    first: int,
    last: int,
    vector: Floats,
) -> None:
    """Put in what a party expects of the outcomes from `first` up to `last`, peers left out.

    Given its trust by seat, and the share of a term before it notices, -1 if it pays on.
    Outcomes are taken block by block in which all issues stand still that pledges and threats hang
    on.
    """
    stage = world.run[0].stage
    talk, issues, assurance = plan.talks[stage, k], plan.issues[stage, k], plan.assurance[stage, k]
    size, count, parties = talk.outcomes, talk.issues, talk.parties
    faced = np.empty((plan.threats.shape[1], 6))
    threats = face_threats(plan, world, k, seat, False, faced)
    chances, block = np.empty(threats), block_of(plan, world, k, seat)
    for row in range(threats):
        chances[row] = chance_of(plan, world, k, seat, int(faced[row, 0]), int(faced[row, 1]))
    grid = plan.grid[talk.grid : talk.grid + size * count]
    at = talk.vectors + seat * size
    bargained = world.bargained[at : at + size]
    shape = count, plan.weighted.shape[4]
    sides, promises = np.zeros(shape), np.zeros(shape)
    for i in range(count):
        if issues[i].obligor == seat:
            continue
        for level in range(issues[i].levels):
            if issues[i].status_quo > 0:
                sides[i, level] = part_of(plan, world, k, seat, i, level, SIDE)
            if issues[i].bond:
                promises[i, level] = part_of(plan, world, k, seat, i, level, PROMISED)
    allows, effective = np.zeros(count), np.zeros(parties)
    begin = first - first % block
    while begin < last:
        low, high = max(begin, first), min(begin + block, last)
        certain, so_far = bargained[low:high], vector[low - first : high - first]
        for j in range(parties):
            if j == seat:
                continue
            effective[j], pledged, binds = trust[j], 0.0, False
            for i in range(count):
                if issues[i].bond and issues[i].obligor == j:
                    level = grid[begin * count + i]
                    effective[j] = assured(effective[j], assurance[i, level], issues[i].enforced)
                    pledged, binds = pledged + promises[i, level], True
            if binds:
                add_number(so_far, certain, (trust[j] - effective[j]) * pledged)
                certain = so_far
        if notice >= 0.0:
            for n in range(low, high):
                saved = withheld(plan, world, k, seat, effective, notice, n)
                so_far[n - low] = certain[n - low] + saved
            certain = so_far
        for j in range(parties):
            if j == seat:
                continue
            rest, takes = 0.0, False
            for i in range(count):
                allows[i] = 0.0
                if issues[i].obligor == j and issues[i].status_quo > 0:
                    allows[i], takes = sides[i, grid[begin * count + i]], True
            for row in range(threats):
                if int(faced[row, 1]) == j:
                    added = faced[row, 4]
                    if takes:
                        added = rest_of(faced, threats, j, 4, allows, row)
                    rest = rest + chances[row] * added
            pair = talk.pairs + (seat * parties + j) * size
            promised = world.promised[pair + low : pair + high]
            add_promised(so_far, certain, promised, effective[j], rest)
            certain = so_far
        begin += block


@compiled
def add_number(vector: Floats, certain: Floats, more: float) -> None:
    """Put in what is certain and a number more."""
    for n in range(len(vector)):
        vector[n] = certain[n] + more


@compiled
def add_promised(
    vector: Floats, certain: Floats, promised: Floats, trust: float, rest: float
) -> None:
    """Put in what is certain, promised as far as it is trusted, or else (`payoffs.expected`)."""
    broken = (1.0 - trust) * rest
    for n in range(len(vector)):
        vector[n] = trust * promised[n] + broken + certain[n]


@compiled
def block_of(plan: Plan, world: World, k: int, seat: int) -> int:
    """Return how many outcomes follow each other in which pledges and threats are the same."""
    stage = world.run[0].stage
    talk, latest = plan.talks[stage, k], NONE
    for i in range(talk.issues):
        issue = plan.issues[stage, k, i]
        if issue.obligor != seat and (issue.bond or issue.status_quo > 0):
            latest = i
    block = 1
    for i in range(latest + 1, talk.issues):
        block = block * plan.issues[stage, k, i].levels
    return block


@compiled
def withheld(
    plan: Plan, world: World, k: int, seat: int, trust: Floats, notice: float, n: int
) -> float:
    """Return what a party saves by paying no more once it has been let down, in an outcome."""
    talk, costs = plan.talks[0, k], 0.0
    for i in range(talk.issues):
        part = part_of(plan, world, k, seat, i, level_of(plan, k, n, i), GIVES)
        costs = part if i == 0 else costs + part
    costs = costs if costs < 0.0 else 0.0
    kept, whole, weighted = 1.0, 0.0, 0.0
    for j in range(talk.parties):
        if j == seat:
            continue
        promised = world.promised[talk.pairs + (seat * talk.parties + j) * talk.outcomes + n]
        whole, weighted = whole + promised, weighted + trust[j] * promised
        kept = min(kept, trust[j])
    if talk.parties == 2:
        kept = trust[1 - seat]
    elif whole > 0.0:
        kept = weighted / whole
    return costs * (kept + (1.0 - kept) * notice - 1.0)


@compiled
def notice_of(plan: Plan, world: World, k: int) -> float:
    """Return the share of a deal's term before a party notices, -1 where it pays on."""
    settings, talk = plan.settings[world.run[0].stage], plan.talks[world.run[0].stage, k]
    if not settings.reciprocity:
        return -1.0
    return 0.0 if talk.term == NONE else min(talk.review / talk.term, 1.0)


@compiled
def look_at_peers(plan: Plan, world: World, k: int, seat: int) -> bool:
    """Have a party compare with what peers have agreed; return whether there is anything."""
    stage = world.run[0].stage
    weight = plan.countries[stage, plan.seats[stage, k, seat].country].benchmark
    if weight == 0.0:
        return False
    talk, changed, any_bar = plan.talks[stage, k], False, False
    bars = np.full(talk.issues, np.nan)
    for p in range(len(plan.peers)):
        peer = plan.peers[p]
        if peer.talk == k and peer.seat == seat:
            compare(plan, world, p, bars)
    for i in range(talk.issues):
        same = bars[i] == world.bars[k, seat, i]
        neither = np.isnan(bars[i]) and np.isnan(world.bars[k, seat, i])
        changed = changed or not (same or neither)
        any_bar = any_bar or not np.isnan(bars[i])
        world.bars[k, seat, i] = bars[i]
    if changed or world.measures[k, seat].benchmark != weight:
        mark_down(plan, world, k, seat, weight)
        world.measures[k, seat].benchmark = weight
    return any_bar


@compiled
def compare(plan: Plan, world: World, p: int, bars: Floats) -> None:
    """Raise the bar on an issue to what a peer has, if that is better than all before."""
    peer = plan.peers[p]
    track = world.tracks[peer.other]
    deal = track.pending if track.pending != NONE else track.deal
    if deal == NONE:
        return
    theirs, i = world.agreed[deal, peer.other_issue], peer.issue
    values, same = world.values[peer.talk, peer.seat, i], plan.same[p, theirs]
    if same != NONE:
        value = values[same]
    elif not peer.numeric:
        return
    else:
        value = on_line(
            plan, peer.talk, i, values, plan.levels[peer.other, peer.other_issue, theirs]
        )
    bars[i] = value if np.isnan(bars[i]) else max(value, bars[i])


@compiled
def on_line(plan: Plan, k: int, i: int, values: Floats, x: float) -> float:
    """Return the value at a number of the line through a party's own levels, flat beyond them."""
    count, levels, order = plan.issues[0, k, i].levels, plan.levels[k, i], plan.order[k, i]
    if x <= levels[order[0]]:
        return values[order[0]]
    for place in range(count - 1):
        a, b = order[place], order[place + 1]
        if x < levels[b]:
            return between(x, levels[a], values[a], levels[b], values[b])
    return values[order[count - 1]]


@compiled
def mark_down(plan: Plan, world: World, k: int, seat: int, weight: float) -> None:
    """Put in what each outcome is marked down for falling short of the bar."""
    talk = plan.talks[0, k]
    tables = np.zeros((talk.issues, plan.weighted.shape[4]))
    for i in range(talk.issues):
        bar = world.bars[k, seat, i]
        for level in range(plan.issues[0, k, i].levels):
            value = world.values[k, seat, i, level]
            if np.isnan(bar):
                tables[i, level] = 0.0 * value
            else:
                short = bar - value
                tables[i, level] = weight * (short if short > 0.0 else 0.0)
    at = talk.vectors + seat * talk.outcomes
    add_up(plan, k, tables, world.penalties[at : at + talk.outcomes])


@compiled
def form_belief(plan: Plan, world: World, k: int, seat: int) -> bool:
    """Have a party believe which outcomes its audience would pass; return whether it has one."""
    stage = world.run[0].stage
    of = plan.seats[stage, k, seat]
    if not of.audience:
        return False
    talk = plan.talks[stage, k]
    without, apart = votes(plan, world, k, seat)
    begins = start_of(world.run[0].fold, of.audience_key)
    error = normal(begins, world.tracks[k].week, 0, 0)
    least = of.threshold + of.noise * error
    at = talk.vectors + seat * talk.outcomes
    faith, allowed = (
        world.faith[at : at + talk.outcomes],
        world.allowed[at : at + talk.outcomes],
    )
    expected = world.expected[at : at + talk.outcomes]
    for n in range(talk.outcomes):
        passes = ((faith[n] - without) + apart) - least >= 0.0
        allowed[n] = expected[n] if passes else -np.inf
    return True


@compiled
def revalue(plan: Plan, world: World, k: int, seat: int) -> None:
    """Put in what a party of an open talk wants now."""
    stage = world.run[0].stage
    talk, track = plan.talks[stage, k], world.tracks[k]
    of, size = plan.seats[stage, k, seat], talk.outcomes
    at = talk.vectors + seat * size
    expected = world.expected[at : at + size]
    trust = np.empty(talk.parties)
    for j in range(talk.parties):
        trust[j] = 1.0 if of.blind else belief_in(plan, world, 0, k, seat, j)
    expect(plan, world, k, seat, trust, notice_of(plan, world, k), 0, size, expected)
    compares = look_at_peers(plan, world, k, seat)
    if compares:
        penalties = world.penalties[at : at + size]
        for n in range(size):
            expected[n] = expected[n] - penalties[n]
    restricted = form_belief(plan, world, k, seat)
    amounts = np.empty(talk.parties)
    without_deal(plan, world, k, seat, amounts)
    without = 0.0
    for j in range(talk.parties):
        without += amounts[j]
    held = track.deal if track.occasion != _RENEWAL else NONE
    disagreement = without
    if held != NONE:
        outcome = world.deals[held].outcome
        worth = expected[outcome]
        if not restricted:
            world.allowed[at : at + size] = expected
        restricted = True
        world.allowed[at + outcome] = -np.inf
        disagreement = max(without, worth)
        if track.breakers != 0:
            disagreement = let_down(plan, world, k, seat, held, trust, without, compares)
            if track.breakers == 1 << seat:
                disagreement = max(disagreement, worth)
    measure(plan, world, k, seat, disagreement, restricted)


@compiled
def let_down(
    plan: Plan,
    world: World,
    k: int,
    seat: int,
    held: int,
    trust: Floats,
    without: float,
    compares: bool,
) -> float:
    """Return what a party expects if the deal in force is broken, until it collapses and on."""
    stage = world.run[0].stage
    talk, track = plan.talks[stage, k], world.tracks[k]
    breaks = (track.breakers >> seat) & 1 == 1
    let, one, outcome = trust.copy(), np.empty(1), world.deals[held].outcome
    for j in range(talk.parties):
        if (track.breakers >> j) & 1 == 1:
            let[j] = 0.0
    notice = -1.0 if breaks else notice_of(plan, world, k)
    expect(plan, world, k, seat, let, notice, outcome, outcome + 1, one)
    broken = one[0]
    if compares:
        broken = broken - world.penalties[talk.vectors + seat * talk.outcomes + outcome]
    levels = world.agreed[held]
    if breaks:
        faced = np.empty((plan.threats.shape[1], 6))
        count = face_threats(plan, world, k, seat, False, faced)
        takes, concessions = np.zeros(talk.issues), 0.0
        for i in range(talk.issues):
            takes[i] = part_of(plan, world, k, seat, i, levels[i], TAKES)
            concessions += part_of(plan, world, k, seat, i, levels[i], GIVES)
        kept = bound_by(plan, world, k, seat, levels)
        tempted = temptation_of(plan, world, k, seat, faced, count, takes)
        broken += (1.0 - kept) * (tempted - concessions)
    country = plan.countries[stage, plan.seats[stage, k, seat].country]
    delta = power(country.discounting, float(talk.review))
    return after_breach(broken, without, delta, float(track.periods))


@compiled
def bound_by(plan: Plan, world: World, k: int, seat: int, levels: NDArray[np.int64]) -> float:
    """Return how far a party's own pledges keep it to a deal, whatever it is trusted."""
    return trust_with_bonds(plan, world, k, seat, levels, 0.0)


@compiled
def measure(
    plan: Plan, world: World, k: int, seat: int, disagreement: float, restricted: bool
) -> None:
    """Put in what is rational for a party, and the numbers that strategies go by."""
    talk, measures = plan.talks[0, k], world.measures[k, seat]
    at = talk.vectors + seat * talk.outcomes
    expected = world.expected[at : at + talk.outcomes]
    options = world.options[at : at + talk.outcomes]
    low, high = ends(expected)
    measures.low, measures.high, measures.settles = low, high, high
    considers, measures.restricted = expected, restricted
    if restricted:
        considers = world.allowed[at : at + talk.outcomes]
        highest = highest_of(considers)
        measures.settles = highest if highest > -np.inf else high
    measures.disagreement, measures.slack = disagreement, slack_between(low, high, disagreement)
    count, best, worst = choose_rational(considers, disagreement - measures.slack, options)
    measures.count, measures.best = count, best
    measures.best_outcome = place_of(options, best) if count > 0 else 0
    measures.floor = min(max(low, disagreement), worst)
    measures.span = measures.unit = best - measures.floor
    part, measures.step = plan.parts[world.run[0].stage, k, seat], 0.0
    if count > 0 and part.bidding in (_MIRROR, _HYBRID):
        measures.step = first_step(options, best, measures.span)


@scanned
def choose_rational(considers: Floats, least: float, options: Floats) -> tuple[int, float, float]:
    """Put in what rational outcomes pay, and return their number and the most and least of it."""
    count, best, worst = 0, -np.inf, np.inf
    for n in range(len(considers)):
        rational = considers[n] >= least
        options[n] = considers[n] if rational else -np.inf
        count += 1 if rational else 0
        worth = considers[n] if rational else np.inf
        best = options[n] if options[n] > best else best
        worst = worth if worth < worst else worst
    return count, best, worst


@compiled
def first_step(options: Floats, best: float, span: float) -> float:
    """Return the gap between the best payoff and the second best, as a share of the range."""
    below = -np.inf
    for n in range(len(options)):
        if options[n] < best - NOISE * span:
            below = max(below, options[n])
    return (best - below) / span if below > -np.inf else 0.0
