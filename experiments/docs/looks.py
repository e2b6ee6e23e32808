"""What claims about behaviour look at: a run boiled down to what is asked of it, and measures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.world.standing import Act

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = [
    "ALLIES",
    "Look",
    "Measure",
    "accrued",
    "alike",
    "extensions",
    "look_at",
    "signed_by",
    "week_signed",
    "worth",
]

#: Who is threatened with a date, and so talks under one.
ALLIES = ("japan", "eu", "korea")
#: The issues that all of them have, in per cent, and by which they compare their deals.
TARIFFS = ("car-tariff", "baseline-tariff")


@dataclass(frozen=True)
class Look:
    """What one run came to; of each ally the first deal signed in the run, if there is one."""

    weeks: int
    signed: Mapping[str, int]  # by ally, the week
    worth: Mapping[tuple[str, str], float]  # by ally and party, at full faith, when signed
    rates: Mapping[str, float]  # by ally, the mean of `TARIFFS`
    accrued: Mapping[str, float]  # by country, weighted, US$ bn
    extensions: Mapping[str, int]  # by country, of dates that it had set
    deals: tuple[tuple[str, tuple[int, ...], int], ...]  # all of them: id, levels, week


@dataclass(frozen=True)
class Measure:
    """What is measured: in words, and per run one number or several that go by the same words.

    The function takes runs and gives shape (runs, k), nan where there is nothing to measure.
    """

    words: str
    of: Callable[[Sequence[Look]], NDArray[np.float64]]


def look_at(world: "Simulation") -> Look:
    """Return what a world that kept its tables of deals and threats came to."""
    ledger, signed = world.ledger, dict[str, int]()
    worth, rates = dict[tuple[str, str], float](), dict[str, float]()
    rows = {row[0]: row[1] for row in world.records.rows["deals"]}
    made = [deal for deal in ledger.deals.values() if not ledger.is_initial(deal.id)]
    for deal in made:
        ally = deal.parties[1]
        if ally in signed:
            continue
        signed[ally] = deal.signed
        worth |= {(ally, party): rows[deal.id][k] for k, party in enumerate(deal.parties)}
        issues = world.tracks[deal.talk].plan.space.issues
        levels = {i.id: i.levels[k] for i, k in zip(issues, deal.levels, strict=True)}
        cuts = [float(levels[id]) for id in TARIFFS if id in levels]
        rates[ally] = sum(cuts) / len(cuts)
    accounts = {key: account.weighted for key, account in world.totals.items()}
    trace = tuple((deal.id, deal.levels, deal.signed) for deal in made)
    acts = [(row[2], row[4]) for row in world.records.rows["threats"]]
    extended = {key: acts.count((key, str(Act.EXTENDED))) for key in world.parties}
    return Look(world.week, signed, worth, rates, accounts, extended, trace)


def signed_by(week: int, when: str, *allies: str) -> Measure:
    """Return the measure of whether each ally, by default all, has signed by a week."""
    return _each(
        f"share signed by {when}", lambda r: [r.signed.get(a, week + 1) <= week for a in allies]
    )


def week_signed(*allies: str) -> Measure:
    """Return the measure of the week of each ally's first deal, without one the last week."""
    return _each("week of first signing", lambda r: [r.signed.get(a, r.weeks) for a in allies])


def worth(words: str, *sides: tuple[str, str]) -> Measure:
    """Return the measure of what first deals are worth, each of an ally to a party."""
    return _each(words, lambda r: [r.worth.get(side, nan) for side in sides])


def accrued(words: str, *countries: str) -> Measure:
    """Return the measure of what accrues to countries together, with deals or without."""
    return _each(words, lambda r: [sum(r.accrued[c] for c in countries)])


def extensions(by: str) -> Measure:
    """Return the measure of how often a country extends a date that it had set."""
    return _each("dates extended in a run", lambda r: [r.extensions[by]])


def alike() -> Measure:
    """Return the measure of how the tariffs in first deals go together: their correlation.

    Per run and pair of allies it gives the number whose mean over runs is the correlation r, and
    whose variance is that of an estimate of r: z z' - r (z^2 + z'^2 - 2) / 2, with z and z' the
    two tariffs in standard deviations from their means.
    """
    return Measure("correlation of tariffs agreed", _correlations)


def _correlations(runs: Sequence[Look]) -> NDArray[np.float64]:
    rates = {a: np.array([r.rates.get(a, nan) for r in runs]) for a in ALLIES}
    return np.stack([_correlation(rates[a], rates[b]) for a, b in combinations(ALLIES, 2)], axis=1)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    both = np.isfinite(a) & np.isfinite(b)
    x, y = _standard(a, both), _standard(b, both)
    r = float((x * y)[both].mean())
    return x * y - r * (x * x + y * y - 2.0) / 2.0


def _standard(values: NDArray[np.float64], some: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values in standard deviations of some of them, from the mean of these."""
    mean, spread = float(values[some].mean()), float(values[some].std())
    return (values - mean) / spread


def _each(words: str, numbers: Callable[[Look], Iterable[float]]) -> Measure:
    def of(runs: Sequence[Look]) -> NDArray[np.float64]:
        return np.array([list(numbers(run)) for run in runs], dtype=np.float64)

    return Measure(words, of)
