"""Trust as a forecast: what was expected of a performance when it was chosen, and what came of it.

What a promise is worth is its value times trust, and it pays off in proportion to the quality of
its performance. So trust forecasts the quality, and the quality is what it is scored against: a
promise half kept is half an outcome. A review of a deal is one forecast per obligor, however many
issues there are: the trust of the beneficiary when the performance was chosen, of several the
lowest; and the quality, weighted by stakes, as it stood at the end of the period. Answers in kind
and what events force count like everything else.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, TypeVar

from simulator.arithmetic import total

if TYPE_CHECKING:
    from simulator.world.simulation import Simulation

__all__ = ["Forecast", "brier", "forecasts", "of_run"]

Key = TypeVar("Key", bound=Hashable)

#: Trust, and the quality of the performance; both in [0, 1].
Forecast = tuple[float, float]


def forecasts(rows: Iterable[tuple[Key, float, float]]) -> dict[Key, Forecast]:
    """Return the forecast of each review: the first trust, and the last quality.

    Parameters
    ----------
    rows : iterable of (hashable, float, float)
        Rows of the table ``performance`` in order: which review of which obligor, the trust, and
        the quality of all that is owed.
    """
    found: dict[Key, Forecast] = {}
    for review, trust, quality in rows:
        found[review] = (found[review][0] if review in found else trust, quality)
    return found


def of_run(world: "Simulation") -> list[Forecast]:
    """Return the forecasts of a run that has kept the table ``performance``."""
    rows = world.records.rows["performance"]
    told = (((row[1], row[3], row[7]), row[9], row[8]) for row in rows)
    return list(forecasts(told).values())


def brier(pairs: Iterable[Forecast]) -> float:
    """Return the mean of ``(trust - quality)^2``, NaN without forecasts: 0 at best, 1 at worst.

    Parameters
    ----------
    pairs : iterable of (float, float)
        Trust and quality.

    References
    ----------
    Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78.
    """
    squares = [(trust - quality) * (trust - quality) for trust, quality in pairs]
    return total(squares) / len(squares) if squares else float("nan")
