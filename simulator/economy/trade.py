"""Trade flows, GDP and tariffs: the nine regions that ship with the package, or a user's own.

Flows are a matrix, exporters in rows (``exporter,USA,JPN,...``), or long
(``exporter,importer,value``), both in US$ bn; or long as in BACI of CEPII (``t,i,j,k,v,q``: year,
exporter, importer, product, value in thousand US$, quantity). A map (``code,region``; the code
``*`` stands for all others) aggregates what is in a file to regions.

References
----------
Gaulier & Zignago (2010), "BACI: international trade database at the product-level", CEPII working
paper 2010-23.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.economy.economy import Economy
from simulator.economy.liberation import LiberationDay
from simulator.economy.sheet import Sheet
from simulator.errors import MISSING, EconomyError, Problem, nearest

__all__ = ["Trade", "read_tariffs", "read_trade", "vehicles"]

Floats = NDArray[np.float64]

SHIPPED = Path(__file__).parent / "data"
#: BACI counts in thousand US$.
BACI_UNIT = 1e-6
#: A tariff above it is likely to be meant in per cent.
LIKELY_PERCENT = 2.0
#: Columns of a file of GDP, with what may stand in them; only the first must be there.
_COLUMNS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "gdp": ("a number above 0", lambda x: x > 0.0),
    "intra_trade": ("a number from 0", lambda x: x >= 0.0),
    "ustr_tariff": ("a fraction above -1, such as .25 for 25 %", lambda x: x > -1.0),
}


@dataclass(frozen=True, eq=False)
class Trade:
    """Who sells how much to whom, and who earns how much, as files tell.

    Parameters
    ----------
    regions : tuple of str
        N names, in the order of the file of GDP.
    flows : array of shape (N, N)
        Trade between regions, exporter by importer, US$ bn a year, 0 on the diagonal.
    gdp, intra : array of shape (N,)
        GDP, and trade within each region, US$ bn a year.
    announced : array of shape (N,) or None
        Tariffs that were announced on each exporter, fractions; None if the file has none.
    source : str
        The files.
    """

    regions: tuple[str, ...]
    flows: Floats
    gdp: Floats
    intra: Floats
    announced: Floats | None
    source: str

    @property
    def remarks(self) -> tuple[str, ...]:
        """Announced tariffs that look like per cents."""
        rates = () if self.announced is None else self.announced.tolist()
        tariffs = {
            f"{name}.ustr_tariff": rate for name, rate in zip(self.regions, rates, strict=False)
        }
        return tuple(_remarks(self.source, tariffs))

    def economy(self, elasticity: float = 4.0) -> Economy:
        """Return the economy whose domestic sales are GDP less exports.

        Parameters
        ----------
        elasticity : float
            Trade elasticity, above 0.

        Raises
        ------
        EconomyError
            If a region exports more than its GDP, or the elasticity is none.
        """
        domestic = self.gdp - self.flows.sum(axis=1)
        short = [
            Problem(f"gdp.{name}", float(gdp), f"no less than its exports, {gdp - left:,.6g}")
            for name, gdp, left in zip(self.regions, self.gdp, domestic, strict=True)
            if left < 0.0
        ]
        if short:
            raise EconomyError(short, self.source)
        flows = self.flows + np.diag(domestic)
        return Economy(self.regions, flows, elasticity, source=self.source)

    def liberation_day(self, home: str, elasticity: float = 4.0) -> LiberationDay:
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
            If there is no such region, or a figure is of no use.
        """
        return LiberationDay(
            *(self.regions, self.flows, self.gdp, home),
            elasticity=elasticity,
            intra=self.intra,
            source=self.source,
        )


def read_trade(
    trade: str | Path | None = None,
    gdp: str | Path | None = None,
    region_map: str | Path | None = None,
) -> Trade:
    """Return trade and GDP of files, by default those of nine regions in 2023.

    Parameters
    ----------
    trade : str or Path, optional
        A matrix, or long, or as BACI.
    gdp : str or Path, optional
        ``region,gdp`` and, if there are, ``intra_trade`` and ``ustr_tariff``.
    region_map : str or Path, optional
        ``code,region``, by which `trade` is aggregated.

    Raises
    ------
    EconomyError
        With file, region and value: a flow below 0, no number or there twice, a region in one file
        only, several years as in BACI.
    """
    incomes = _sheet(gdp, "gdp_2023.csv")
    figures = _gdp(incomes)
    regions = tuple(figures)
    sheet = _sheet(trade, "trade_2023.csv")
    flows = _flows(sheet, regions, None if region_map is None else _region_map(region_map))
    columns = np.array([figures[name] for name in regions])
    intra = columns[:, 1] if "intra_trade" in incomes.head else np.diagonal(flows).copy()
    np.fill_diagonal(flows, 0.0)
    return Trade(
        regions=regions,
        flows=flows,
        gdp=columns[:, 0],
        intra=intra,
        announced=columns[:, 2] if "ustr_tariff" in incomes.head else None,
        source=f"{sheet.source} and {incomes.source}",
    )


def read_tariffs(path: str | Path, regions: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Return the tariffs of a file, and remarks on what may be a mistake.

    Parameters
    ----------
    path : str or Path
        A matrix, exporters in rows, or long: ``exporter,importer,tariff``, 0 where nothing stands.
    regions : sequence of str
        N names.

    Returns
    -------
    tariffs : array of shape (N, N)
        Exporter by importer, fractions above -1.
    remarks : tuple of str
        Tariffs that look like per cents.

    Raises
    ------
    EconomyError
        With file, regions and value.
    """
    sheet = Sheet(path, str(path))
    tariffs = np.zeros((len(regions), len(regions)))
    by_pair: dict[str, float] = {}
    for pair, j, i, text in _pairs(sheet, "tariff", regions):
        tariffs[j, i] = by_pair[pair] = _tariff(sheet, pair, text, own=j == i)
    sheet.done()
    return tariffs, tuple(_remarks(sheet.source, by_pair))


def vehicles() -> dict[str, float]:
    """Return the figures of the US's trade in vehicles in 2024: item -> US$ bn or million."""
    sheet = _sheet(None, "autos_2024.csv")
    return {item: float(value) for _, (item, value) in sheet.rows("item", "value")}


def _sheet(path: str | Path | None, shipped: str) -> Sheet:
    return Sheet(SHIPPED / shipped, shipped) if path is None else Sheet(path, str(path))


# -- GDP ---------------------------------------------------------------------------------------


def _gdp(sheet: Sheet) -> dict[str, list[float]]:
    """Return GDP, trade within, and tariff announced of each region."""
    sheet.needs("region", "gdp")
    columns = [column for column in _COLUMNS if column in sheet.head]
    figures: dict[str, list[float]] = {}
    for line, (name, *texts) in sheet.rows("region", *columns):
        if not name or name in figures:
            sheet.refuse(f"line {line}", name or MISSING, "a region, each once")
            continue
        cells = dict(zip(columns, texts, strict=True))
        figures[name] = [
            sheet.number(f"{name}.{column}", cells[column], *sound) if column in cells else 0.0
            for column, sound in _COLUMNS.items()
        ]
    if len(figures) < 2 and not sheet.problems:
        sheet.refuse("region", list(figures), "two regions or more")
    sheet.done()
    return figures


# -- flows and tariffs -------------------------------------------------------------------------


def _flows(sheet: Sheet, regions: Sequence[str], codes: Mapping[str, str] | None) -> Floats:
    """Return flows (N, N), those within regions on the diagonal."""
    flows = np.zeros((len(regions), len(regions)))
    seen = set[int]()
    for pair, j, i, text in _pairs(sheet, "value", regions, codes):
        seen.update((j, i))
        if text or j != i:
            flows[j, i] += sheet.number(pair, text, "a number from 0", lambda x: x >= 0.0)
    for k, name in enumerate(regions):
        if k not in seen and not sheet.problems:
            sheet.refuse(name, MISSING, "a region that has trade, as it has a GDP")
    sheet.done()
    return flows * (BACI_UNIT if _is_baci(sheet) else 1.0)


def _tariff(sheet: Sheet, pair: str, text: str, own: bool) -> float:
    if own:
        allowed = "0 or nothing: no region taxes its own goods"
        return sheet.number(pair, text or "0", allowed, lambda x: x == 0.0)
    return sheet.number(pair, text, "a fraction above -1, such as .25 for 25 %", lambda x: x > -1.0)


def _remarks(source: str, tariffs: Mapping[str, float]) -> Iterator[str]:
    likely = [key for key, rate in tariffs.items() if rate > LIKELY_PERCENT]
    if likely:
        rate = tariffs[likely[0]]
        more = f", and {len(likely) - 1} more" if len(likely) > 1 else ""
        yield (
            f"{source}: {likely[0]}: {rate:g} is taken for {rate:,.0%}{more};"
            " tariffs are fractions, .25 for 25 %"
        )


def _pairs(
    sheet: Sheet, value: str, regions: Sequence[str], codes: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int, int, str]]:
    """Give what stands for each pair: its name, where exporter and importer stand, the text."""
    where = {name: k for k, name in enumerate(regions)}
    unknown, seen = set[str](), set[tuple[str, str]]()
    products = _is_baci(sheet)
    # The codes of a matrix that is aggregated are no regions.
    for line, exporter, importer, text in _cells(sheet, value, regions if codes is None else ()):
        if sheet.full:
            return
        ends: list[int] = []
        for code in (exporter, importer):
            name = code if codes is None else codes.get(code, codes.get("*", code))
            if name not in where and name not in unknown:
                unknown.add(name)
                allowed = f"one of the regions: {', '.join(regions)}"
                sheet.refuse(f"line {line}", name, allowed, nearest(name, regions))
            ends.append(where.get(name, -1))
        if (exporter, importer) in seen and not products:
            sheet.refuse(f"{exporter}.{importer}", text, f"a {value} that is there once")
        seen.add((exporter, importer))
        if min(ends) >= 0:
            yield f"{exporter}.{importer}", ends[0], ends[1], text


def _cells(sheet: Sheet, value: str, regions: Sequence[str]) -> Iterator[tuple[int, str, str, str]]:
    """Give line, exporter, importer and value of all pairs of a file, whatever its shape."""
    if _is_baci(sheet):
        yield from _baci(sheet)
    elif "importer" in sheet.head:
        sheet.needs("exporter", "importer", value)
        for line, (exporter, importer, text) in sheet.rows("exporter", "importer", value):
            yield line, exporter, importer, text
    else:
        yield from _matrix(sheet, regions)


def _baci(sheet: Sheet) -> Iterator[tuple[int, str, str, str]]:
    before = ""
    for line, (year, exporter, importer, text) in sheet.rows("t", "i", "j", "v"):
        if before and year != before:
            sheet.refuse(f"line {line}", year, f"one year in a file, as before: {before}")
        before = year
        yield line, exporter, importer, text


def _matrix(sheet: Sheet, regions: Sequence[str]) -> Iterator[tuple[int, str, str, str]]:
    if sheet.head[0] != "exporter":
        allowed = "a matrix (exporter,A,B,...) or a list (exporter,importer,...)"
        sheet.refuse("head", sheet.head[0], allowed)
        return
    rows = set[str]()
    for line, (exporter, *texts) in sheet.rows():
        if exporter in rows:
            sheet.refuse(f"line {line}", exporter, "a region, each once")
            continue
        rows.add(exporter)
        for importer, text in zip(sheet.head[1:], texts, strict=True):
            yield line, exporter, importer, text
    for name in regions:
        for what, there in (("row", rows), ("column", sheet.head[1:])):
            if name not in there:
                sheet.refuse(name, MISSING, f"a region with a {what}, as in the other file")


def _is_baci(sheet: Sheet) -> bool:
    return {"t", "i", "j", "k", "v"} <= set(sheet.head)


def _region_map(path: str | Path) -> dict[str, str]:
    sheet = Sheet(path, str(path))
    sheet.needs("code", "region")
    codes: dict[str, str] = {}
    for line, (code, region) in sheet.rows("code", "region"):
        if not code or not region or code in codes:
            sheet.refuse(f"line {line}", code or MISSING, "a code, each once, and its region")
        codes[code] = region
    sheet.done()
    return codes
