"""An economy of regions that trade, before anything changes."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.errors import EconomyError, Problem

__all__ = ["EVEN", "Economy", "linked", "wrong_tariffs"]

Floats = NDArray[np.float64]

#: A deficit that is none, over the income from sales: rounding leaves so much of it.
EVEN = 1e-9


class Economy:
    """Who sells how much to whom, at which tariffs.

    Parameters
    ----------
    regions : sequence of str
        N names, at least two.
    flows : array_like of shape (N, N) or (S, N, N)
        Sales without the tariff, [sector,] exporter by importer, domestic sales on the diagonal;
        in any one unit of money per year, at least 0.
    elasticity : float or array_like of shape (S,)
        Trade elasticity, that of each sector if there are several, above 0.
    tariffs : float or array_like of the shape of `flows`
        In force when the flows were counted: fractions above -1, on the diagonal 0.
    source : str
        The file or name that messages give.

    Raises
    ------
    EconomyError
        With region and value, if a flow, a tariff or an elasticity is none, or if a region sells
        or buys nothing.
    """

    def __init__(
        self,
        regions: Sequence[str],
        flows: ArrayLike,
        elasticity: ArrayLike = 4.0,
        tariffs: ArrayLike = 0.0,
        source: str = "",
    ) -> None:
        self.regions = tuple(regions)
        self.source = source
        self.flows = _frozen(flows)
        problems = list(_misshapen(self.regions, self.flows))
        problems = problems or list(_unlike(self.flows.shape, tariffs, elasticity))
        if not problems:
            self.tariffs = _frozen(np.broadcast_to(tariffs, self.flows.shape))
            self.elasticity = _frozen(np.broadcast_to(elasticity, self.flows.shape[:-2]))
            problems = [*_wrong_flows(self), *_wrong_rates(self)]
        if problems:
            raise EconomyError(problems, source)

    @property
    def balanced(self) -> bool:
        """Whether every region's exports pay for its imports."""
        return bool(np.all(np.abs(self.deficit) <= EVEN * self.income))

    @cached_property
    def income(self) -> Floats:
        """What each region earns by its sales, (N,)."""
        sold: Floats = self.flows.sum(axis=-1)
        return sold if self.flows.ndim == 2 else sold.sum(axis=0)

    @cached_property
    def spending(self) -> Floats:
        """What each region spends, tariffs included, (N,)."""
        return _by_importer(self.flows * (1.0 + self.tariffs))

    @cached_property
    def revenue(self) -> Floats:
        """What each region's tariffs bring in, (N,)."""
        return _by_importer(self.flows * self.tariffs)

    @cached_property
    def deficit(self) -> Floats:
        """Imports less exports, tariffs left out: the transfer that pays for them, (N,)."""
        return _by_importer(self.flows) - self.income

    @cached_property
    def shares(self) -> Floats:
        """Shares of each importer's spending in a sector, tariffs included, as `flows`."""
        paid = self.flows * (1.0 + self.tariffs)
        total = paid.sum(axis=-2, keepdims=True)
        shares: Floats = paid / np.where(total > 0.0, total, 1.0)
        return shares

    @cached_property
    def weights(self) -> Floats:
        """Shares of each region's spending that go to each sector, (S, N), or (N,) of ones."""
        paid = (self.flows * (1.0 + self.tariffs)).sum(axis=-2)
        weights: Floats = paid / self.spending
        return weights

    @cached_property
    def partners(self) -> Floats:
        """1 where regions trade, directly or by way of others, or are the same, else 0, (N, N)."""
        return linked(self._traded | self._traded.T)

    @cached_property
    def suppliers(self) -> Floats:
        """1 where goods of exporters reach importers, if by way of others, else 0, (N, N)."""
        return linked(self._traded)

    @property
    def _traded(self) -> NDArray[np.bool_]:
        flows = self.flows.reshape(-1, *self.flows.shape[-2:])
        traded: NDArray[np.bool_] = flows.max(axis=0) > 0.0
        return traded

    def uniform(self, tariffs: ArrayLike) -> Floats:
        """Return the tariffs of regions that tax all others, and all sectors, alike.

        Parameters
        ----------
        tariffs : array_like of shape (..., N)
            The tariff of each importer, a fraction, or infinite for an embargo.

        Returns
        -------
        array of shape (..., N, N), or (..., S, N, N) if there are sectors
            Exporter by importer, 0 on the diagonal.
        """
        own = np.eye(len(self.regions), dtype=bool)
        rates = np.where(own, 0.0, np.asarray(tariffs, dtype=float)[..., None, :])
        if self.flows.ndim == 2:
            return rates
        return np.repeat(rates[..., None, :, :], len(self.flows), axis=-3)


def wrong_tariffs(
    regions: Sequence[str], tariffs: Floats, embargo: bool = False
) -> Iterator[Problem]:
    """Give what is wrong with tariffs (..., N, N), exporter by importer.

    Parameters
    ----------
    regions : sequence of str
        Their N names.
    tariffs : array of shape (..., N, N)
        Fractions.
    embargo : bool
        Whether they may be infinite.
    """
    count = len(regions)
    if tariffs.shape[-2:] != (count, count):
        allowed = f"tariffs exporter by importer of the {count} regions"
        yield Problem("tariffs", list(tariffs.shape), allowed)
        return
    own = np.eye(count, dtype=bool)
    sound = (tariffs > -1.0) & (np.isfinite(tariffs) | embargo)
    allowed = "a fraction above -1, such as .25 for 25 %"
    allowed += ", or inf for an embargo" if embargo else ", less than infinite"
    for *_, j, i in np.argwhere(~sound):
        pair = f"tariffs.{regions[j]}.{regions[i]}"
        yield Problem(pair, float(tariffs[(*_, j, i)]), allowed)
    for *_, j, i in np.argwhere(sound & own & (tariffs != 0.0)):
        pair = f"tariffs.{regions[j]}.{regions[i]}"
        yield Problem(pair, float(tariffs[(*_, j, i)]), "0: no region taxes its own goods")


def linked(links: NDArray[np.bool_]) -> Floats:
    """Return 1 where links lead from one to another, however many, or the two are the same.

    Parameters
    ----------
    links : array of bool of shape (N, N)
        From each to each.
    """
    linked: Floats = np.eye(len(links)) + links
    for _ in range(len(links).bit_length()):
        linked = np.minimum(linked @ linked, 1.0)
    return linked


# -- steps -------------------------------------------------------------------------------------


def _frozen(values: ArrayLike) -> Floats:
    array = np.array(values, dtype=float)
    array.flags.writeable = False
    return array


def _by_importer(values: Floats) -> Floats:
    total: Floats = values.sum(axis=tuple(range(values.ndim - 1)))
    return total


def _misshapen(regions: Sequence[str], flows: Floats) -> Iterator[Problem]:
    count = len(regions)
    if count < 2 or len(set(regions)) < count:
        yield Problem("regions", list(regions), "two regions or more, each once")
    elif flows.ndim not in (2, 3) or flows.shape[-2:] != (count, count):
        allowed = f"flows exporter by importer of the {count} regions, or so by sector"
        yield Problem("flows", list(flows.shape), allowed)


def _unlike(shape: tuple[int, ...], tariffs: ArrayLike, elasticity: ArrayLike) -> Iterator[Problem]:
    for key, values, whole in (("tariffs", tariffs, shape), ("elasticity", elasticity, shape[:-2])):
        try:
            np.broadcast_to(values, whole)
        except ValueError:
            yield Problem(key, list(np.shape(values)), f"one number, or an array of shape {whole}")


def _wrong_flows(economy: Economy) -> Iterator[Problem]:
    flows = economy.flows
    for *_, j, i in np.argwhere(~((flows >= 0.0) & np.isfinite(flows))):
        value = float(flows[(*_, j, i)])
        pair = f"flows.{economy.regions[j]}.{economy.regions[i]}"
        yield Problem(pair, value, "a number from 0")
    sides = zip(economy.regions, economy.income, _by_importer(flows), strict=True)
    for name, sold, bought in sides:
        if sold == 0.0:
            yield Problem(f"flows.{name}", 0.0, "a region that sells something")
        if bought == 0.0:
            yield Problem(f"flows.*.{name}", 0.0, "a region that buys something")


def _wrong_rates(economy: Economy) -> Iterator[Problem]:
    for elasticity in np.atleast_1d(economy.elasticity):
        if not (elasticity > 0.0 and np.isfinite(elasticity)):
            yield Problem("elasticity", float(elasticity), "a number above 0")
    yield from wrong_tariffs(economy.regions, economy.tariffs)
