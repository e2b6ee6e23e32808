"""What the parties of a compiled world get a week, as in `simulator.world.track`."""

import numpy as np
from numpy.typing import NDArray

from experiments.compiled.machine import compiled
from experiments.compiled.shapes import Plan, World
from experiments.compiled.talks import NONE
from experiments.compiled.valuing import face_threats, rest_of, surplus_of
from simulator.negotiation.payoffs import performed, withheld

__all__ = ["flow_of"]

Floats = NDArray[np.float64]


@compiled
def flow_of(plan: Plan, world: World, k: int, seat: int, what: int) -> float:
    """Return what a party gets from a talk per year: all weights 1 (0), or weighted (1)."""
    faced = np.empty((plan.threats.shape[1], 6))
    count = face_threats(plan, world, k, seat, False, faced)
    flow = 0.0
    for row in range(count):
        if world.threats[int(faced[row, 0])].acts:
            flow += faced[row, 3 + what]
    deal = world.tracks[k].deal
    if deal == NONE or world.deals[deal].last == NONE:
        return flow
    return flow + accrued(plan, world, k, seat, what, faced, count)


@compiled
def accrued(
    plan: Plan, world: World, k: int, seat: int, what: int, faced: Floats, count: int
) -> float:
    """Return what a party gets of the deal in force as it is performed."""
    stage, deal = world.run[0].stage, world.tracks[k].deal
    talk, period = plan.talks[stage, k], world.deals[deal].last
    values, obligors = np.empty(talk.issues), np.empty(talk.issues, np.int64)
    qualities, taken = np.ones(talk.issues), np.zeros(talk.issues, np.bool_)
    for i in range(talk.issues):
        issue, level = plan.issues[stage, k, i], world.agreed[deal, i]
        values[i] = world.values[k, seat, i, level]
        if what == 0:
            material = plan.material[stage, k, seat, i, level]
            values[i] = material * world.factors[k, seat, i]
        obligors[i], taken[i] = issue.obligor, level < issue.status_quo
        if world.owes[period, issue.obligor] == 1 and level != issue.status_quo:
            qualities[i] = world.quality[period, i]
    added = np.zeros(talk.parties)
    add_threats(plan, world, k, seat, what, faced, count, values, taken, added)
    overall = world.overall[period, : talk.parties]
    gets = performed(values, obligors, qualities, seat, taken)
    return gets + withheld(overall, added)


@compiled
def add_threats(
    plan: Plan,
    world: World,
    k: int,
    seat: int,
    what: int,
    faced: Floats,
    count: int,
    values: Floats,
    taken: NDArray[np.bool_],
    added: Floats,
) -> None:
    """Put in what each party adds if it withholds: the threats whose date has come, but spared."""
    stage = world.run[0].stage
    period, issues = world.deals[world.tracks[k].deal].last, len(values)
    takes, sides = np.zeros(issues), np.zeros(issues)
    for j in range(len(added)):
        for i in range(issues):
            own = taken[i] and plan.issues[stage, k, i].obligor == j
            takes[i] = values[i] if own else 0.0
            sides[i] = min(takes[i], 0.0)
        for row in range(count):
            t = int(faced[row, 0])
            stands = world.threats[t]
            meant = stands.due and not stands.acts and not world.spared[period, t]
            if int(faced[row, 1]) != j or not meant:
                continue
            if j == seat:
                added[j] += surplus_of(faced, count, j, 3 + what, takes, row)
            else:
                added[j] += rest_of(faced, count, j, 3 + what, sides, row)
