"""Trade flows, GDP and tariffs: the nine regions that ship with the package, or a user's own.

Flows are a matrix, exporters in rows (``exporter,USA,JPN,...``), or long
(``exporter,importer,value``, with a ``sector`` if there are several), both in US$ bn; or long as in
BACI of CEPII (``t,i,j,k,v,q``: year, exporter, importer, product, value in thousand US$, quantity).
A map (``code,region``; the code ``*`` stands for all others) aggregates what is in a file to
regions. Names of digits are numbers: 004 is 4.

What a region sells at home is its trade with itself, where that is given and above 0 (of an
aggregate: that of every member, and what they sell to each other); otherwise GDP less exports.

References
----------
Gaulier & Zignago (2010), "BACI: international trade database at the product-level", CEPII working
paper 2010-23.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay
from simulator.economy.pairs import Pair, RegionMap, is_baci, pairs, plain
from simulator.economy.sheet import Sheet
from simulator.errors import MISSING, EconomyError, Problem, nearest
from simulator.files import Held
from simulator.text import listing

__all__ = ["Trade", "read_elasticities", "read_tariffs", "read_trade", "vehicles"]

Floats = NDArray[np.float64]

SHIPPED = Path(__file__).parent / "data"
#: BACI counts in thousand US$.
BACI_UNIT = 1e-6
#: A tariff between them is meant in per cent, and refused; one above is prohibitive.
PERCENT = (10.0, 1000.0)
#: One between this and those may be meant in per cent, and is remarked upon.
HIGH = 2.0


def _is_fraction(rate: float) -> bool:
    return rate > -1.0 and not PERCENT[0] <= rate <= PERCENT[1]


def _fraction(text: str) -> str:
    """Return what a tariff may be, with what to write for one that is meant in per cent."""
    try:
        rate = float(text)
    except ValueError:
        rate = 25.0
    rate = rate if PERCENT[0] <= rate <= PERCENT[1] else 25.0
    return f"a fraction above -1, such as {rate / 100:g} for {rate:g} %"


#: Columns of a file of GDP, with what may stand in them, in words and as a rule; only the first
#: must be there.
_COLUMNS: dict[str, tuple[Callable[[str], str], Callable[[float], bool]]] = {
    "gdp": (lambda text: "a number above 0", lambda x: x > 0.0),
    "intra_trade": (lambda text: "a number from 0", lambda x: x >= 0.0),
    "ustr_tariff": (_fraction, _is_fraction),
}


@dataclass(frozen=True, eq=False)
class Trade:
    """Who sells how much to whom, and who earns how much, as files tell.

    Parameters
    ----------
    regions : tuple of str
        N names, in the order of the file of GDP.
    flows : array of shape (N, N) or (S, N, N)
        Trade, [sector,] exporter by importer, US$ bn a year; on the diagonal what a region sells
        at home, all in all, where that is given, and 0 elsewhere.
    gdp, intra : array of shape (N,)
        GDP, and trade within each region among its members, US$ bn a year.
    announced : array of shape (N,) or None
        Tariffs that were announced on each exporter, fractions; None if the file has none.
    source : str
        The files.
    sectors : tuple of str
        S names, if the flows are by sector.
    notes : tuple of str
        What was left out of the files.
    """

    regions: tuple[str, ...]
    flows: Floats
    gdp: Floats
    intra: Floats
    announced: Floats | None
    source: str
    sectors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """Announced tariffs that look like per cents."""
        rates = () if self.announced is None else self.announced.tolist()
        tariffs = {
            f"{name}.ustr_tariff": rate for name, rate in zip(self.regions, rates, strict=False)
        }
        return tuple(_remarks(self.source, tariffs))

    @property
    def given(self) -> Floats:
        """What each region sells at home where that is given, 0 elsewhere, (N,)."""
        return _over_sectors(np.diagonal(self.flows, axis1=-2, axis2=-1))

    @property
    def rule(self) -> str:
        """Where domestic sales come from, in a sentence."""
        told = [name for name, own in zip(self.regions, self.given, strict=True) if own > 0.0]
        left = [name for name in self.regions if name not in told]
        if not told:
            return "domestic sales: GDP less exports, as no region's trade with itself is given"
        if not left:
            return "domestic sales: as given, the trade of each region with itself"
        return (
            f"domestic sales: as given for {listing(told)} (trade with itself), "
            f"GDP less exports for {listing(left)}"
        )

    def economy(self, elasticity: ArrayLike = 4.0) -> Economy:
        """Return the economy whose domestic sales are as given, or else GDP less exports.

        Parameters
        ----------
        elasticity : float or array_like of shape (S,)
            Trade elasticity, or that of each sector, above 0.

        Raises
        ------
        EconomyError
            If a region whose trade with itself is not given exports more than its GDP, or there are
            sectors; or the elasticity is none.
        """
        given = self.given
        exports = _over_sectors(self.flows.sum(axis=-1)) - given
        domestic = np.where(given > 0.0, 0.0, self.gdp - exports)
        short = [
            self._no_rule(name, float(gdp), float(gdp - left))
            for name, gdp, left, own in zip(self.regions, self.gdp, domestic, given, strict=True)
            if left < 0.0 or (self.sectors and not own)
        ]
        if short:
            raise EconomyError(short, self.source)
        flows = self.flows if self.sectors else self.flows + np.diag(domestic)
        return Economy(self.regions, flows, elasticity, source=self.source)

    def _no_rule(self, name: str, gdp: float, exports: float) -> Problem:
        """Return why there is no telling what a region sells at home."""
        own = f"its trade with itself (a value from {name} to {name} in the flows)"
        if self.sectors:
            allowed = f"{own}, by sector: GDP less exports is of all sectors together"
            return Problem(f"flows.{name}.{name}", MISSING, allowed)
        allowed = f"no less than its exports, {exports:,.6g}, or {own}"
        return Problem(f"gdp.{name}", gdp, allowed)

    def liberation_day(self, home: str, elasticity: ArrayLike = 4.0) -> LiberationDay:
        """Return the economy of the Liberation Day model.

        Parameters
        ----------
        home : str
            The region with the home country's income tax and foreign profits.
        elasticity : float
            Trade elasticity, above 0.

        Raises
        ------
        EconomyError
            If there is no such region, there are sectors, or a figure is of no use.
        """
        if self.sectors:
            allowed = "flows without sectors, of which the model liberation-day has one"
            raise EconomyError([Problem("sectors", list(self.sectors), allowed)], self.source)
        return LiberationDay(
            *(self.regions, self.flows, self.gdp, home),
            elasticity=float(np.asarray(elasticity, dtype=float)),
            intra=self.intra,
            domestic=self.given,
            source=self.source,
        )


def read_trade(
    trade: str | Path | Held | None = None,
    gdp: str | Path | Held | None = None,
    region_map: str | Path | Held | None = None,
    *,
    most_regions: int | None = None,
    by_sector: bool = True,
) -> Trade:
    """Return trade and GDP of files, by default those of nine regions in 2023.

    Parameters
    ----------
    trade : str, Path or Held, optional
        A matrix, or long, or as BACI.
    gdp : str, Path or Held, optional
        ``region,gdp`` and, if there are, ``intra_trade`` and ``ustr_tariff``.
    region_map : str, Path or Held, optional
        ``code,region``, by which `trade` is aggregated.
    most_regions : int, optional
        How many regions there may be; more are refused before their flows, whose table grows with
        the square of their number, are read.
    by_sector : bool
        Whether flows may be by sector; if not, they are refused before those of each are added up.

    Raises
    ------
    EconomyError
        With file, region and value: a flow below 0, no number or there twice, a region in one file
        only, several years as in BACI.
    """
    incomes = _sheet(gdp, "gdp_2023.csv")
    figures = _gdp(incomes, most_regions)
    regions = tuple(figures)
    sheet = _sheet(trade, "trade_2023.csv")
    codes = None if region_map is None else RegionMap(region_map)
    flows = _flows(sheet, regions, codes, by_sector)
    columns = np.array([figures[name] for name in regions])
    return Trade(
        regions=regions,
        flows=flows.between if flows.sectors else flows.between[0],
        gdp=columns[:, 0],
        intra=columns[:, 1] if "intra_trade" in incomes.head else flows.intra,
        announced=columns[:, 2] if "ustr_tariff" in incomes.head else None,
        source=f"{sheet.source} and {incomes.source}",
        sectors=flows.sectors,
        notes=flows.notes,
    )


def read_tariffs(
    path: str | Path,
    regions: Sequence[str],
    region_map: str | Path | None = None,
    sectors: Sequence[str] = (),
) -> tuple[Floats, tuple[str, ...]]:
    """Return the tariffs of a file, and remarks on what may be a mistake.

    Parameters
    ----------
    path : str or Path
        A matrix, exporters in rows, or long: ``exporter,importer,tariff``, 0 where nothing stands,
        with a ``sector`` if they differ by sector.
    regions : sequence of str
        N names.
    region_map : str or Path, optional
        ``code,region``: tariffs may be those of codes, if all members of a region have the same.
    sectors : sequence of str
        S names, if trade is by sector.

    Returns
    -------
    tariffs : array of shape (N, N), or (S, N, N) if there are sectors
        [Sector,] exporter by importer, fractions above -1, infinite for an embargo.
    remarks : tuple of str
        Tariffs that look like per cents.

    Raises
    ------
    EconomyError
        With file, regions and value; also of tariffs that members of a region have on each other,
        or that differ among members.
    """
    sheet = Sheet(path, str(path))
    codes = None if region_map is None else RegionMap(region_map)
    rates: dict[tuple[str, int, int], dict[Pair, float]] = {}
    for pair in pairs(sheet, "tariff", regions, codes, by_region=True):
        if pair.sector and pair.sector not in sectors:
            allowed = f"a sector of the flows: {', '.join(sectors) or 'there are none'}"
            sheet.refuse(f"line {pair.line}", pair.sector, allowed, nearest(pair.sector, sectors))
            continue
        region = regions[pair.j] if pair.j == pair.i else None
        whole = pair.own and not (region and codes and len(codes.members(region)) > 1)
        rate = _tariff(sheet, pair, region, whole)
        rates.setdefault((pair.sector, pair.j, pair.i), {})[pair] = rate
    tariffs = np.zeros((len(sectors) or 1, len(regions), len(regions)))
    for (sector, j, i), members in rates.items():
        at = sectors.index(sector) if sector else slice(None)
        tariffs[at, j, i] = _common(sheet, members, regions[j], regions[i], codes)
    sheet.done()
    by_pair = {pair.key: rate for members in rates.values() for pair, rate in members.items()}
    return tariffs if sectors else tariffs[0], tuple(_remarks(sheet.source, by_pair))


def read_elasticities(path: str | Path, sectors: Sequence[str]) -> Floats:
    """Return the trade elasticity of each sector, (S,), from a file ``sector,elasticity``.

    Raises
    ------
    EconomyError
        With file, sector and value, if one is missing, there twice, or none.
    """
    sheet = Sheet(path, str(path))
    sheet.needs("sector", "elasticity")
    found: dict[str, float] = {}
    for line, (sector, text) in sheet.rows("sector", "elasticity"):
        if sector in found or sector not in sectors:
            allowed = f"a sector of the flows, each once: {', '.join(sectors) or 'there are none'}"
            sheet.refuse(f"line {line}", sector, allowed, nearest(sector, sectors))
        found[sector] = sheet.number(sector, text, "a number above 0", lambda x: x > 0.0)
    for sector in sectors:
        if sector not in found and not sheet.problems:
            sheet.refuse(sector, MISSING, "an elasticity for every sector of the flows")
    sheet.done()
    return np.array([found[sector] for sector in sectors])


def vehicles() -> dict[str, float]:
    """Return the figures of the US's trade in vehicles in 2024: item -> US$ bn or million."""
    sheet = _sheet(None, "autos_2024.csv")
    return {item: float(value) for _, (item, value) in sheet.rows("item", "value")}


def _sheet(path: str | Path | Held | None, shipped: str) -> Sheet:
    return Sheet(SHIPPED / shipped, shipped) if path is None else Sheet(path, str(path))


# -- GDP ---------------------------------------------------------------------------------------


def _gdp(sheet: Sheet, most: int | None) -> dict[str, list[float]]:
    """Return GDP, trade within, and tariff announced of each region."""
    sheet.needs("region", "gdp")
    columns = [column for column in _COLUMNS if column in sheet.head]
    figures: dict[str, list[float]] = {}
    for line, (name, *texts) in sheet.rows("region", *columns):
        if not name or plain(name) in map(plain, figures):
            sheet.refuse(f"line {line}", name or MISSING, "a region, each once")
            continue
        if len(figures) == most:
            told = f"at most {most} regions; this is one more: aggregate them"
            sheet.refuse(f"line {line}", name, told)
            break
        cells = dict(zip(columns, texts, strict=True))
        figures[name] = [
            sheet.number(f"{name}.{column}", text, allowed(text), holds)
            if text is not None
            else 0.0
            for column, (allowed, holds) in _COLUMNS.items()
            for text in [cells.get(column)]
        ]
    if len(figures) < 2 and not sheet.problems:
        sheet.refuse("region", list(figures), "two regions or more")
    sheet.done()
    return figures


# -- flows -------------------------------------------------------------------------------------


class _Flows(NamedTuple):
    """Flows by sector (S, N, N), trade among the members of each region (N,), and what is said."""

    between: Floats
    intra: Floats
    sectors: tuple[str, ...]
    notes: tuple[str, ...]


def _flows(
    sheet: Sheet, regions: Sequence[str], codes: RegionMap | None, by_sector: bool
) -> _Flows:
    """Return flows, what a region sells at home on the diagonal where all of it is given."""
    size = (len(regions), len(regions))
    between, own = dict[str, Floats](), dict[str, Floats]()
    # Whose own trade is above 0, by name, for each region.
    given: list[dict[str, bool]] = [{} for _ in regions]
    for pair in pairs(sheet, "value", regions, codes):
        if pair.sector and not by_sector:
            allowed = "flows without sectors, as talks are valued with one"
            sheet.refuse(f"line {pair.line}", pair.sector, allowed)
            break
        for k, name in ((pair.j, pair.exporter), (pair.i, pair.importer)):
            given[k].setdefault(plain(name), False)
        whole = (own if pair.own else between).setdefault(pair.sector, np.zeros(size))
        if pair.text or not pair.own:
            value = sheet.number(pair.key, pair.text, "a number from 0", lambda x: x >= 0.0)
            whole[pair.j, pair.i] += value
            given[pair.j][plain(pair.exporter)] |= pair.own and value > 0.0
    for name, members in zip(regions, given, strict=True):
        if not members and not sheet.problems:
            sheet.refuse(name, MISSING, "a region that has trade, as it has a GDP")
    sheet.done()
    names = tuple(dict.fromkeys([*between, *own]))
    unit = BACI_UNIT if is_baci(sheet) else 1.0
    trade, home = (
        unit * np.stack([part.get(name, np.zeros(size)) for name in names])
        for part in (between, own)
    )
    intra = np.diagonal(trade, axis1=-2, axis2=-1).sum(axis=0)
    told = np.array([all(members.values()) for members in given])
    flows = np.where(np.eye(len(regions), dtype=bool) & ~told, 0.0, trade + home)
    notes = tuple(_partly(sheet.source, regions, given))
    return _Flows(flows, intra, tuple(filter(None, names)), notes)


def _partly(
    source: str, regions: Sequence[str], given: Sequence[Mapping[str, bool]]
) -> Iterator[str]:
    """Give the regions of whose members only some have their trade with themselves given."""
    for name, members in zip(regions, given, strict=True):
        without = [code for code, own in members.items() if not own]
        if 0 < len(without) < len(members):
            more = f" and {len(without) - 3} more" if len(without) > 3 else ""
            yield (
                f"{source}: trade with themselves of the members of {name} is left out, as "
                f"{', '.join(without[:3])}{more} have none"
            )


def _over_sectors(values: Floats) -> Floats:
    """Return the sums over sectors, where there are any, of figures of regions, (N,)."""
    return values if values.ndim == 1 else np.asarray(values.sum(axis=0))


# -- tariffs -----------------------------------------------------------------------------------


def _tariff(sheet: Sheet, pair: Pair, within: str | None, whole: bool) -> float:
    """Return the tariff of a pair, 0 `within` a region, be it a `whole` or one of members."""
    if within is None:
        allowed = f"{_fraction(pair.text)}, or inf for an embargo"
        return sheet.number(pair.key, pair.text, allowed, _is_fraction, infinite=True)
    what = (
        f"a tariff within the aggregate {within}, of its members on each other, is not in the model"
    )
    if whole:
        what = (
            "no region taxes its own goods, and a tariff within an aggregate, of its members on "
            "each other, is not in the model"
        )
    allowed = f"0 or nothing: {what}; for it, make the members regions of their own"
    return sheet.number(pair.key, pair.text or "0", allowed, lambda x: x == 0.0)


def _common(
    sheet: Sheet, rates: Mapping[Pair, float], seller: str, buyer: str, codes: RegionMap | None
) -> float:
    """Return the rate that all members of two regions have; note if it differs among them."""
    (first, rate), *others = rates.items()
    other = next((f"{pair.key} {more:g}" for pair, more in others if more != rate), None)
    if other is None and rate != 0.0 and codes is not None:
        lacking = _lacking(rates, seller, buyer, codes)
        other = None if lacking is None else f"{lacking} none"
    if other is not None:
        allowed = (
            f"one tariff on what {seller} sells to {buyer}, as an aggregate has; its members have "
            f"{first.key} {rate:g} and {other}: give {seller}.{buyer} their mean, weighted by "
            "trade, or make the members regions of their own (GDP, region map)"
        )
        sheet.refuse(f"{seller}.{buyer}", rate, allowed)
    return rate


def _lacking(rates: Mapping[Pair, float], seller: str, buyer: str, codes: RegionMap) -> str | None:
    """Return the first pair of members of two regions without a tariff, None if all have one."""
    listed = {(plain(pair.exporter), plain(pair.importer)) for pair in rates}
    for j in codes.members(seller):
        for i in codes.members(buyer):
            if not listed & {(a, b) for a in (j, plain(seller)) for b in (i, plain(buyer))}:
                return f"{j}.{i}"
    return None


def _remarks(source: str, tariffs: Mapping[str, float]) -> Iterator[str]:
    likely = [key for key, rate in tariffs.items() if HIGH < rate < PERCENT[0]]
    if likely:
        rate = tariffs[likely[0]]
        more = f", and {len(likely) - 1} more" if len(likely) > 1 else ""
        yield (
            f"{source}: {likely[0]}: {rate:g} is taken for {rate:,.0%}{more};"
            " tariffs are fractions, 0.25 for 25 %"
        )
