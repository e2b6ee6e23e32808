"""What the parties of a talk want, as arrays, and what they look up in them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.strategies.mirror import first_step
from experiments.compiled.machine import compiled, scanned
from simulator.negotiation.issues import OutcomeSpace
from simulator.negotiation.payoffs import Preferences
from simulator.rounding import slack

__all__ = [
    "MEASURES",
    "Wants",
    "at_place",
    "highest_of",
    "is_rational",
    "lowest_at_least",
    "most_similar",
    "nearest",
    "place_of",
    "places",
    "wants_of",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: A rational outcome pays more than that.
_LOWEST = -np.finfo(np.float64).max

#: What is known of a party's payoffs: numbers.
MEASURES = np.dtype(
    [
        ("count", np.int64),  # of rational outcomes
        ("best_outcome", np.int64),
        *((name, np.float64) for name in ("disagreement", "floor", "best", "span", "unit")),
        *((name, np.float64) for name in ("low", "high")),  # of all outcomes, rational or not
        ("settles", np.float64),  # what it is taken to settle for before it has offered anything
        ("step", np.float64),  # from the best payoff to the second best, as a share of the range
        ("slack", np.float64),  # by how much a payoff may miss the disagreement payoff
        ("restricted", np.bool_),  # whether there are outcomes that it cannot consider
        ("benchmark", np.float64),  # the weight of what peers have, where that counts
    ]
)


class Wants(NamedTuple):
    """The preferences of all seats (P) over the outcomes (N) of a talk about issues (I).

    Those that stay the same are `ranked`; those that a week changes are not worth sorting.

    Attributes
    ----------
    ranked : bool
        Whether there is a ranking.
    expected, options, allowed : ndarray
        What each outcome pays; the same of rational ones, and of those that can be considered at
        all, with all others at minus infinity: shape (P, N). The last holds for seats that are
        restricted.
    ranking, payoffs : ndarray
        Rational outcomes by falling payoff, equals by index, and these payoffs, shape (P, N).
    measures : ndarray
        `MEASURES` of each seat, shape (P,).
    levels, scaled : ndarray
        Level of every issue in every outcome, and the same over one range, shape (N, I).
    counts : ndarray
        Number of levels per issue, shape (I,).
    """

    ranked: bool
    expected: Floats
    options: Floats
    allowed: Floats
    ranking: Whole
    payoffs: Floats
    measures: NDArray[np.void]
    levels: Whole
    scaled: Floats
    counts: Whole


def wants_of(space: OutcomeSpace, preferences: list[Preferences]) -> Wants:
    """Return the preferences of the parties of a talk, in seat order."""
    seats = len(preferences)
    ranking = np.zeros((seats, space.size), np.int64)
    payoffs = np.full((seats, space.size), -np.inf)
    measures = np.zeros(seats, MEASURES).view(np.recarray)
    for seat, wants in enumerate(preferences):
        count = len(wants.options)
        ranking[seat, :count] = wants.ranking
        payoffs[seat, :count] = wants.expected[wants.ranking]
        measures[seat] = _measured(wants)
    return Wants(
        True,
        np.stack([wants.expected for wants in preferences]),
        np.stack([np.where(w.rational, w.expected, -np.inf) for w in preferences]),
        np.stack([w.expected for w in preferences]),
        ranking,
        payoffs,
        measures,
        np.array(space.grid, np.int64, order="C"),
        np.array(space.scaled_grid.T, order="C"),
        np.array(space.shape, dtype=np.int64),
    )


def _measured(wants: Preferences) -> tuple[float, ...]:
    low, high = float(wants.expected.min()), float(wants.expected.max())
    apart = slack(wants.expected, wants.disagreement)
    if not len(wants.options):
        return 0, 0, wants.disagreement, 0.0, 0.0, 0.0, 0.0, low, high, high, 0.0, apart, False, 0.0
    best, step = wants.best_outcome, first_step(wants)
    range_ = wants.floor, wants.best, wants.span, wants.unit
    return (
        len(wants.options),
        best,
        wants.disagreement,
        *range_,
        low,
        high,
        high,
        step,
        apart,
        False,
        0.0,
    )


@compiled
def at_least(wants: Wants, seat: int, target: float) -> int:
    """Return how many rational outcomes pay a party `target`: so many of its ranking."""
    low, high = 0, wants.measures[seat].count
    while low < high:
        middle = (low + high) // 2
        if wants.payoffs[seat, middle] >= target:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def more_than(wants: Wants, seat: int, payoff: float) -> int:
    """Return how many rational outcomes pay a party more than that: so many of its ranking."""
    low, high = 0, wants.measures[seat].count
    while low < high:
        middle = (low + high) // 2
        if wants.payoffs[seat, middle] > payoff:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def places(wants: Wants, seat: int, target: float) -> int:
    """Return at how many places to look for the outcomes that pay a party `target`."""
    return at_least(wants, seat, target) if wants.ranked else wants.expected.shape[1]


@compiled
def at_place(wants: Wants, seat: int, place: int, target: float) -> int:
    """Return the outcome at a place if it is rational and pays `target`, else -1."""
    if wants.ranked:
        return wants.ranking[seat, place]
    pays = wants.options[seat, place]
    return place if pays >= target and pays > -np.inf else -1


@compiled
def is_rational(wants: Wants, seat: int, outcome: int) -> bool:
    """Return whether an outcome is rational for a seat."""
    return wants.options[seat, outcome] > -np.inf


@compiled
def lowest_at_least(wants: Wants, seat: int, target: float) -> int:
    """Return the rational outcome that pays least among those paying `target`.

    The best outcome if none pays that much; the lowest index among equals.
    """
    if wants.ranked:
        enough = at_least(wants, seat, target)
        if enough == 0:
            return wants.measures[seat].best_outcome
        return wants.ranking[seat, more_than(wants, seat, wants.payoffs[seat, enough - 1])]
    options = wants.options[seat]
    least = lowest_of(options, max(target, _LOWEST))
    return wants.measures[seat].best_outcome if least == np.inf else place_of(options, least)


@scanned
def lowest_of(options: Floats, target: float) -> float:
    """Return the least of the numbers from `target` on, infinity without any."""
    least = np.inf
    for n in range(len(options)):
        pays = options[n] if options[n] >= target else np.inf
        least = min(least, pays)
    return least


@scanned
def highest_of(options: Floats) -> float:
    """Return the highest of many numbers."""
    most = -np.inf
    for n in range(len(options)):
        most = options[n] if options[n] > most else most
    return most


@compiled
def place_of(options: Floats, payoff: float) -> int:
    """Return the first place of a number, -1 without one."""
    for n in range(len(options)):
        if options[n] == payoff:
            return n
    return -1


@compiled
def nearest(wants: Wants, seat: int, payoff: float) -> int:
    """Return the rational outcome whose payoff is nearest to this, the lowest index of equals."""
    closest, found = np.inf, -1
    for outcome in range(wants.expected.shape[1]):
        gap = abs(wants.expected[seat, outcome] - payoff)
        if gap < closest and is_rational(wants, seat, outcome):
            closest, found = gap, outcome
    return found


@compiled
def most_similar(
    wants: Wants, seat: int, wanted: int, low: float, high: float, weights: Floats
) -> int:
    """Return which rational outcome that pays from `low` to `high` is most like `wanted`.

    By the sum over issues of level distance times weight; the lowest index among equals, -1 if
    there is none.
    """
    closest, found = np.inf, -1
    first = more_than(wants, seat, high) if wants.ranked else 0
    for place in range(first, places(wants, seat, low)):
        outcome = at_place(wants, seat, place, low)
        if outcome < 0 or wants.expected[seat, outcome] > high:
            continue
        apart = 0.0
        for k in range(len(wants.counts)):
            apart += abs(wants.scaled[outcome, k] - wants.scaled[wanted, k]) * weights[k]
        if apart < closest or (apart == closest and outcome < found):
            closest, found = apart, outcome
    return found
