"""How a deal is performed: what is owed, how well it is done, and what that says of whom."""

from collections.abc import Collection, Mapping, Sequence

from simulator.world.deals import Deal, Period, shares
from simulator.world.evidence import Conduct, excused
from simulator.world.party import Evidence, disregarded, evident
from simulator.world.valuations import Valuations

__all__ = [
    "conducts_in",
    "mean_quality",
    "period_of",
    "prevention",
    "weighted_trust",
]


def mean_quality(qualities: Sequence[float], worth: Sequence[float]) -> float:
    """Return how well an obligor performs in a beneficiary's eyes: the stake-weighted mean.

    Parameters
    ----------
    qualities : sequence of float
        Quality of each of its commitments, in [0, 1].
    worth : sequence of float
        What each is worth to the beneficiary, US$ bn per year.
    """
    stakes, mean = shares(worth), 0.0
    for k in range(len(qualities)):
        mean += stakes[k] * qualities[k]
    # Rounding must not make a disregard of commitments all kept just well enough.
    return min(max(mean, min(qualities)), max(qualities))


def weighted_trust(trust: Sequence[float], promised: Sequence[float]) -> float:
    """Return the trust in partners, weighted by what each promised; the lowest if nothing is.

    Parameters
    ----------
    trust, promised : sequence of float
        Per partner, trust in [0, 1] and the positive value of what it must perform.
    """
    whole, weighted, lowest = 0.0, 0.0, trust[0]
    for j in range(len(trust)):
        whole += promised[j]
        weighted += trust[j] * promised[j]
        lowest = min(lowest, trust[j])
    return weighted / whole if whole > 0.0 else lowest


def prevention(assurances: Sequence[tuple[float, bool]]) -> float:
    """Return the probability with which pledges prevent a breach: that one of them does.

    Parameters
    ----------
    assurances : sequence of (float, bool)
        How strongly each binds, in [0, 1], and whether it is enforced, which makes no difference
        here.
    """
    left = 1.0
    for assurance, _ in assurances:
        left = unprevented(left, assurance)
    return 1.0 - left


def unprevented(left: float, assurance: float) -> float:
    """Return the probability of a breach that another pledge leaves."""
    return left * (1.0 - assurance)


def period_of(
    valuations: Valuations,
    deal: Deal,
    week: int,
    qualities: Mapping[str, Mapping[str, float]],
    before: Period | None,
    level: float,
    forced: Collection[str] = (),
) -> Period:
    """Return the period that begins in `week` with what the parties have chosen.

    It may answer the period `before`, but for the parties that an event has `forced`. The level is
    the quality below which a performance is a disregard.
    """
    overall = {
        party: min(
            _towards(valuations, deal, other, qualities[party])
            for other in deal.parties
            if other != party
        )
        for party in deal.parties
    }
    answers = excused(overall, None if before is None else before.overall, level, forced)
    return Period(week, qualities, overall, answers)


def conducts_in(valuations: Valuations, deal: Deal, period: Period, level: float) -> list[Conduct]:
    """Return how each obligor performed in a period, as evidence; of no weight if excused.

    The level is the quality below which a performance is a disregard.
    """
    conducts = []
    for obligor, qualities in period.qualities.items():
        weight = 0.0 if obligor in period.excused else 1.0
        if not disregarded(period.overall[obligor], level):
            # What is enforced proves little.
            seat = valuations.plan.seats[obligor]
            weight *= 1.0 - prevention(valuations.plan.assurances(seat, deal.levels))
        towards = {
            other: Evidence(evident(_towards(valuations, deal, other, qualities), level), weight)
            for other in deal.parties
            if other != obligor
        }
        if qualities:
            conducts.append(Conduct(obligor, towards))
    return conducts


def _towards(
    valuations: Valuations, deal: Deal, beneficiary: str, qualities: Mapping[str, float]
) -> float:
    """Return how well commitments are performed in the eyes of a beneficiary."""
    lowest, highest = min(qualities.values(), default=1.0), max(qualities.values(), default=1.0)
    if lowest == highest:
        return lowest
    plan = valuations.plan
    values, position = valuations.seats[plan.seats[beneficiary]].values, plan.space.position
    worth = [
        float(values[position[issue]][deal.levels[position[issue]]]) if issue in position else 0.0
        for issue in qualities
    ]
    return mean_quality(list(qualities.values()), worth)
