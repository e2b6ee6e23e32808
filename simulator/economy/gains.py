"""What tariffs are worth in money."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.armington import solve
from simulator.economy.economy import Economy

__all__ = ["Gains", "gains"]

Floats = NDArray[np.float64]


class Gains(NamedTuple):
    """Changes per region in the unit of GDP per year, arrays of shape (..., N).

    Parameters
    ----------
    welfare : array
        Per cent times GDP.
    revenue : array
        What tariffs bring in.
    """

    welfare: Floats
    revenue: Floats


def gains(
    base: Economy, gdp: ArrayLike, tariffs: ArrayLike, status_quo: ArrayLike | None = None
) -> Gains:
    """Return what each of many vectors of tariffs is worth to each region.

    Welfare is the difference of the two changes in per cent against `base`, times GDP, so that
    gains of one step after another add up.

    Parameters
    ----------
    base : Economy
        With balanced trade (`simulator.economy.balance.balance`).
    gdp : array_like of shape (N,)
        What per cents are taken of.
    tariffs : array_like of shape (..., N, N), or (..., S, N, N) if `base` has sectors
        Exporter by importer, fractions above -1.
    status_quo : array_like of shape (N, N) or (S, N, N), optional
        What they are compared with; the tariffs of `base` by default.

    Raises
    ------
    EconomyError
        With region and value, if a tariff is none or no equilibrium is found.
    """
    before = solve(base, base.tariffs if status_quo is None else status_quo)
    after = solve(base, tariffs, start=before.wage_hat)
    welfare = np.asarray(gdp, dtype=float) * (after.welfare_hat - before.welfare_hat)
    return Gains(welfare, after.revenue - before.revenue)
