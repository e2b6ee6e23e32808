"""What a file says of each pair of regions: in a matrix, a list or as BACI, by name or by code."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simulator.economy.sheet import Sheet
from simulator.errors import MISSING, nearest
from simulator.files import Held

__all__ = ["Pair", "RegionMap", "is_baci", "pairs", "plain"]

#: In a map, the code that stands for all others.
OTHERS = "*"


class Pair(NamedTuple):
    """What stands for a pair: line, names as in the file, text, and where its regions stand."""

    line: int
    exporter: str
    importer: str
    sector: str
    text: str
    j: int = -1
    i: int = -1

    @property
    def key(self) -> str:
        """What messages call it."""
        return ".".join(filter(None, (self.exporter, self.importer, self.sector)))

    @property
    def own(self) -> bool:
        """Whether exporter and importer are the same, also as members of their regions."""
        return plain(self.exporter) == plain(self.importer)


def plain(name: str) -> str:
    """Return a name, if it is a number without zeros in front: 004 is 4."""
    return (name.lstrip("0") or "0") if name.isascii() and name.isdigit() else name


class RegionMap:
    """Which region each code belongs to.

    Raises
    ------
    EconomyError
        With file, line and code, if one is there twice or for two regions.
    """

    def __init__(self, path: str | Path | Held) -> None:
        sheet = Sheet(path, str(path))
        self.source = sheet.source
        sheet.needs("code", "region")
        self.codes: dict[str, str] = {}
        self.written: dict[str, str] = {}
        for line, (code, region) in sheet.rows("code", "region"):
            known = plain(code)
            if not code or not region or self.written.get(known) == code:
                sheet.refuse(f"line {line}", code or MISSING, "a code, each once, and its region")
            elif self.codes.get(known, region) != region:
                before = f"{self.written[known]} of {self.codes[known]}"
                sheet.refuse(
                    f"line {line}", code, f"a code of one region; as a number it is {before}"
                )
            self.codes[known], self.written[known] = region, code
        sheet.done()

    def region(self, code: str) -> str | None:
        """Return the region of a code, None if it has none."""
        return self.codes.get(plain(code), self.codes.get(OTHERS))

    def members(self, region: str) -> list[str]:
        """Return the codes that make up a region, `OTHERS` among them."""
        return [code for code, whole in self.codes.items() if whole == region]


def pairs(
    sheet: Sheet,
    value: str,
    regions: Sequence[str],
    region_map: RegionMap | None = None,
    by_region: bool = False,
) -> Iterator[Pair]:
    """Give what stands for each pair, each pair once unless there are products.

    Parameters
    ----------
    sheet : Sheet
        What is wrong is noted there.
    value : str
        The column of a list.
    regions : sequence of str
        Their names.
    region_map : RegionMap, optional
        The regions of the codes in the sheet.
    by_region : bool
        Whether a name of a region stands for itself, whatever the map says.
    """
    places = _Places(sheet, regions, region_map, by_region)
    seen = set[tuple[str, ...]]()
    # The codes of a matrix that is aggregated are no regions.
    for pair in _cells(sheet, value, regions if region_map is None else ()):
        if sheet.full:
            return
        ends = [places.find(pair.line, name) for name in (pair.exporter, pair.importer)]
        what = (plain(pair.exporter), plain(pair.importer), pair.sector)
        if what in seen and not is_baci(sheet):
            sheet.refuse(pair.key, pair.text, f"a {value} that is there once")
        seen.add(what)
        if min(ends) >= 0:
            yield pair._replace(j=ends[0], i=ends[1])


def is_baci(sheet: Sheet) -> bool:
    """Return whether a sheet has the columns of BACI."""
    return {"t", "i", "j", "k", "v"} <= set(sheet.head)


# -- steps -------------------------------------------------------------------------------------


class _Places:
    """Where regions stand; names that are none are told once each."""

    def __init__(
        self, sheet: Sheet, regions: Sequence[str], region_map: RegionMap | None, by_region: bool
    ) -> None:
        self.sheet, self.regions, self.map, self.by_region = sheet, regions, region_map, by_region
        self.at = {plain(name): k for k, name in enumerate(regions)}
        self.unknown = set[str]()

    def find(self, line: int, name: str) -> int:
        """Return where the region of a name or code stands, -1 if there is none."""
        at = self.at.get(plain(name))
        if self.map is None or (self.by_region and at is not None):
            region = name
        else:
            mapped = self.map.region(name)
            if mapped is None:
                self._refuse_code(line, name, self.map)
                return -1
            region = mapped
        at = self.at.get(plain(region))
        if at is None and region not in self.unknown:
            self.unknown.add(region)
            allowed = f"one of the regions: {', '.join(self.regions)}"
            self.sheet.refuse(f"line {line}", region, allowed, nearest(region, self.regions))
        return -1 if at is None else at

    def _refuse_code(self, line: int, code: str, region_map: RegionMap) -> None:
        if code not in self.unknown:
            self.unknown.add(code)
            codes = list(region_map.written.values())
            allowed = f"a code of {region_map.source}, where {OTHERS} would stand for all others"
            self.sheet.refuse(f"line {line}", code, allowed, nearest(code, codes))


def _cells(sheet: Sheet, value: str, regions: Sequence[str]) -> Iterator[Pair]:
    """Give all pairs of a file, whatever its shape."""
    if is_baci(sheet):
        yield from _baci(sheet)
    elif "importer" in sheet.head:
        sheet.needs("exporter", "importer", value)
        sector = ("sector",) if "sector" in sheet.head else ()
        for line, cells in sheet.rows(value, "exporter", "importer", *sector):
            text, exporter, importer, *of = cells
            yield Pair(line, exporter, importer, "".join(of), text)
    else:
        yield from _matrix(sheet, regions)


def _baci(sheet: Sheet) -> Iterator[Pair]:
    before = ""
    for line, (year, exporter, importer, text) in sheet.rows("t", "i", "j", "v"):
        if before and year != before:
            sheet.refuse(f"line {line}", year, f"one year in a file, as before: {before}")
        before = year
        yield Pair(line, exporter, importer, "", text)


def _matrix(sheet: Sheet, regions: Sequence[str]) -> Iterator[Pair]:
    if sheet.head[0] != "exporter":
        allowed = "a matrix (exporter,A,B,...) or a list (exporter,importer,...)"
        sheet.refuse("head", sheet.head[0], allowed)
        return
    rows = set[str]()
    for line, (exporter, *texts) in sheet.rows():
        if plain(exporter) in rows:
            sheet.refuse(f"line {line}", exporter, "a region, each once")
            continue
        rows.add(plain(exporter))
        for importer, text in zip(sheet.head[1:], texts, strict=True):
            yield Pair(line, exporter, importer, "", text)
    columns = {plain(name) for name in sheet.head[1:]}
    for name in regions:
        for what, there in (("row", rows), ("column", columns)):
            if plain(name) not in there:
                sheet.refuse(name, MISSING, f"a region with a {what}, as in the other file")
