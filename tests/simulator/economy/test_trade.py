from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.economy.balance import balance
from simulator.economy.strategic import best_tariffs
from simulator.economy.trade import (
    SHIPPED,
    Trade,
    read_elasticities,
    read_tariffs,
    read_trade,
    vehicles,
)
from simulator.errors import EconomyError

TRADE = read_trade()

MATRIX = "exporter,A,B,C\nA,0,3,2\nB,4,0,1\nC,5,1,0\n"
GDP = "region,gdp\nA,100\nB,50\nC,20\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Trade]:
    """Read a world from the texts of its files."""

    def reader(trade: str = MATRIX, gdp: str = GDP, region_map: str | None = None) -> Trade:
        given: dict[str, Any] = {
            "trade": write(tmp_path / "T.csv", trade),
            "gdp": write(tmp_path / "G.csv", gdp),
        }
        if region_map is not None:
            given["region_map"] = write(tmp_path / "M.csv", region_map)
        return read_trade(**given)

    return reader


@pytest.fixture
def tariffs(tmp_path: Path) -> Callable[..., Any]:
    """Read tariffs among A, B and C from the text of their file."""
    return lambda text: read_tariffs(write(tmp_path / "F.csv", text), ("A", "B", "C"))


# -- what ships --------------------------------------------------------------------------------


def test_the_nine_regions_ship_with_the_package() -> None:
    assert TRADE.regions == ("USA", "JPN", "EU27", "KOR", "GBR", "CHN", "CAN", "MEX", "ROW")
    assert TRADE.flows[1, 0] == 141.429
    assert TRADE.gdp[0] == 27843.28
    assert TRADE.intra[2] == 3952.29
    assert TRADE.announced is not None
    assert TRADE.announced[5] == 0.54
    assert not np.diagonal(TRADE.flows).any()


def test_every_shipped_figure_stands_beside_its_source() -> None:
    heads = {path.name: path.read_text().splitlines()[0] for path in SHIPPED.glob("*.csv")}
    assert "CEPII BACI" in heads["trade_2023.csv"]
    assert "World Bank" in heads["gdp_2023.csv"]
    rows = (SHIPPED / "autos_2024.csv").read_text().splitlines()[2:]
    assert all(row.split(",")[3] for row in rows)
    no_figures = {"names.csv"}
    assert set(heads) - no_figures == {"trade_2023.csv", "gdp_2023.csv", "autos_2024.csv"}


def test_cars_are_the_known_shares_of_exports() -> None:
    cars = vehicles()
    sold = dict(zip(TRADE.regions, TRADE.flows[:, 0], strict=True))
    for item, region, share in (("japan", "JPN", 0.28), ("korea", "KOR", 0.32),
                                ("eu", "EU27", 0.09), ("uk", "GBR", 0.14)):  # fmt: skip
        ratio = cars[f"us_imports_from_{item}"] / sold[region]
        assert ratio == pytest.approx(share, abs=0.006)


def test_domestic_sales_are_gdp_less_exports() -> None:
    economy = TRADE.economy(3.0)
    np.testing.assert_allclose(economy.income, TRADE.gdp)
    assert economy.elasticity == 3.0


# -- a user's own ------------------------------------------------------------------------------


def test_a_matrix_and_a_list_hold_the_same(read: Callable[..., Trade]) -> None:
    rows = "exporter,importer,value\nA,B,3\nA,C,2\nB,A,4\nB,C,1\nC,A,5\nC,B,1\n"
    one, other = read(), read(trade=rows)
    np.testing.assert_array_equal(one.flows, [[0, 3, 2], [4, 0, 1], [5, 1, 0]])
    np.testing.assert_array_equal(other.flows, one.flows)
    assert one.announced is None


def test_nothing_need_stand_on_the_diagonal_of_a_matrix(read: Callable[..., Trade]) -> None:
    blank = "exporter,A,B,C\nA,,3,2\nB,4,,1\nC,5,1,\n"
    np.testing.assert_array_equal(read(trade=blank).flows, read().flows)


def test_rows_and_columns_are_matched_by_name(read: Callable[..., Trade]) -> None:
    turned = "exporter,C,A,B\nB,1,4,0\nC,0,5,1\nA,2,0,3\n"
    np.testing.assert_array_equal(read(trade=turned).flows, read().flows)
    again = read(gdp="region,gdp\nC,20\nA,100\nB,50\n")
    assert again.regions == ("C", "A", "B")
    assert again.flows[0, 1] == 5.0


def test_a_list_as_of_baci_is_aggregated_by_a_map(read: Callable[..., Trade]) -> None:
    # Thousand US$, products apart; 1 and 2 are A, 3 is B, all others C.
    baci = (
        "t,i,j,k,v,q\n"
        "2023,1,3,010121,1000000.5,1\n2023,2,3,010129,2000000,NA\n2023,1,2,010121,7000000,3\n"
        "2023,3,1,010121,4000000,1\n2023,9,2,010121,5000000,1\n2023,3,8,010121,500000,1\n"
    )
    found = read(trade=baci, region_map="code,region\n1,A\n2,A\n3,B\n*,C\n")
    np.testing.assert_allclose(found.flows, np.array([[0, 3.0000005, 0], [4, 0, 0.5], [5, 0, 0]]))
    np.testing.assert_allclose(found.intra, np.array([7.0, 0.0, 0.0]))


def test_a_flow_that_is_there_twice_is_refused(read: Callable[..., Trade]) -> None:
    twice = "exporter,importer,value\nA,B,3\nB,A,4\nA,B,2\n"
    problem(read, "T.csv", "1 problem", "A.B: '2': a value that is there once", trade=twice)
    codes = "code,region\nA,A\nB,B\nC,C\n"
    problem(read, "T.csv", "A.B: '2': a value", trade=twice, region_map=codes)
    rows = "exporter,A,B,C\nA,0,3,1\nB,4,0,0\nC,5,0,0\nA,0,3,1\n"
    problem(read, "T.csv", "1 problem", "line 5: 'A': a region, each once", trade=rows)


def test_several_years_as_in_baci_are_refused(read: Callable[..., Trade]) -> None:
    baci = "t,i,j,k,v,q\n2022,A,B,01,10,1\n2022,B,C,01,10,1\n2023,A,B,01,12,1\n2023,B,C,01,9,1\n"
    problem(read, "T.csv", "1 problem", "line 4: '2023': one year in a file", trade=baci)


def test_a_matrix_is_aggregated_by_a_map_too(read: Callable[..., Trade]) -> None:
    found = read(gdp="region,gdp\nN,150\nS,20\n", region_map="code,region\nA,N\nB,N\nC,S\n")
    np.testing.assert_array_equal(found.flows, np.array([[0.0, 3.0], [6.0, 0.0]]))
    np.testing.assert_array_equal(found.intra, np.array([7.0, 0.0]))


def test_a_region_may_trade_with_nobody(read: Callable[..., Trade]) -> None:
    alone = read(trade="exporter,A,B,C\nA,0,3,0\nB,4,0,0\nC,0,0,0\n").economy()
    assert alone.spending[2] == 20.0


def test_remarks_blank_lines_and_a_byte_order_mark_are_left_out(tmp_path: Path) -> None:
    text = "# remark, with a comma\n\n" + MATRIX.replace("B,4", "# another\n B , 4")
    trade = write(tmp_path / "T.csv", text, "utf-8-sig")
    found = read_trade(trade, write(tmp_path / "G.csv", GDP))
    assert found.flows[1, 0] == 4.0


def test_answers_do_not_depend_on_whose_files_they_are(read: Callable[..., Trade]) -> None:
    balanced = balance(read().economy())
    turned = balance(read(gdp="region,gdp\nC,20\nA,100\nB,50\n").economy())
    np.testing.assert_allclose(best_tariffs(turned), best_tariffs(balanced)[[2, 0, 1]], atol=1e-8)


# -- what is sold at home ----------------------------------------------------------------------

#: Exports of C, 14, are above its GDP: of gross sales, as trade is, no GDP tells.
GROSS = "exporter,A,B,C\nA,60,3,2\nB,4,30,1\nC,8,6,9\n"
SMALL = "region,gdp\nA,100\nB,50\nC,12\n"


def test_trade_with_itself_is_what_a_region_sells_at_home(read: Callable[..., Trade]) -> None:
    rows = (
        "exporter,importer,value\nA,A,60\nA,B,3\nA,C,2\nB,A,4\nB,B,30\nB,C,1\nC,A,8\nC,B,6\nC,C,9\n"
    )
    for text in (GROSS, rows):
        trade = read(trade=text, gdp=SMALL)
        economy = trade.economy()
        np.testing.assert_array_equal(economy.flows, [[60, 3, 2], [4, 30, 1], [8, 6, 9]])
        np.testing.assert_array_equal(trade.given, [60, 30, 9])
        assert trade.rule == "domestic sales: as given, the trade of each region with itself"
    assert "GDP less exports" in read().rule
    assert "no region's trade with itself is given" in read().rule


def test_where_some_is_given_each_region_has_its_own_rule(read: Callable[..., Trade]) -> None:
    trade = read(trade=GROSS.replace("A,60", "A,"), gdp=SMALL)
    np.testing.assert_array_equal(np.diagonal(trade.economy().flows), [95, 30, 9])
    assert trade.rule == (
        "domestic sales: as given for B and C (trade with itself), GDP less exports for A"
    )


def test_a_gdp_below_exports_is_told_with_what_to_give(read: Callable[..., Trade]) -> None:
    trade = read(trade=GROSS.replace("6,9", "6,0"), gdp=SMALL)
    problem(trade.economy, "gdp.C: 12.0: no less than its exports, 14, or its trade with itself")


def test_an_aggregate_sells_at_home_what_its_members_do(read: Callable[..., Trade]) -> None:
    files = {"gdp": "region,gdp\nN,150\nC,12\n", "region_map": "code,region\nA,N\nB,N\nC,C\n"}
    trade = read(trade=GROSS, **files)
    # A and B at home, and what they sell to each other.
    np.testing.assert_array_equal(trade.flows, [[97.0, 3.0], [14.0, 9.0]])
    np.testing.assert_array_equal(trade.intra, [7.0, 0.0])
    assert trade.notes == ()
    partly = read(trade=GROSS.replace("4,30", "4,0"), **files)
    np.testing.assert_array_equal(partly.flows, [[0.0, 3.0], [14.0, 9.0]])
    np.testing.assert_array_equal(np.diagonal(partly.economy().flows), [147.0, 9.0])
    assert (
        "trade with themselves of the members of N is left out, as B have none" in partly.notes[0]
    )


def test_trade_made_in_python_has_its_diagonal_too() -> None:
    flows = np.array([[60.0, 3.0], [14.0, 9.0]])
    trade = Trade(("A", "B"), flows, np.array([100.0, 12.0]), np.zeros(2), None, "here")
    np.testing.assert_array_equal(trade.economy().flows, flows)


def test_the_second_model_takes_what_is_sold_at_home_too(read: Callable[..., Trade]) -> None:
    trade = read(trade=GROSS, gdp=SMALL)
    day = trade.liberation_day("B")
    np.testing.assert_array_equal(day.flows, trade.flows)
    one = day.solve(day.flows * 0.0)
    np.testing.assert_allclose(one.welfare_hat, 1.0, atol=1e-9)
    # By GDP and trade it comes to other sales; given as such they change nothing.
    told = read().liberation_day("A")
    again = read(trade=MATRIX).liberation_day("A")
    np.testing.assert_array_equal(told.flows, again.flows)
    given = replace(read(), flows=told.flows).liberation_day("A")
    np.testing.assert_allclose(given.flows, told.flows, rtol=1e-12)
    np.testing.assert_allclose(given.nu, told.nu, rtol=1e-9)


SECTORS = (
    "exporter,importer,sector,value\nA,A,food,60\nA,B,food,3\nB,A,food,1\nB,B,food,20\n"
    "A,A,cars,40\nA,B,cars,2\nB,A,cars,9\nB,B,cars,30\n"
)
TWO = "region,gdp\nA,10\nB,10\n"


def test_trade_by_sector_is_read_with_what_is_sold_at_home(read: Callable[..., Trade]) -> None:
    trade = read(trade=SECTORS, gdp=TWO)
    assert trade.sectors == ("food", "cars")
    economy = trade.economy([3.0, 6.0])
    np.testing.assert_array_equal(economy.flows, [[[60, 3], [1, 20]], [[40, 2], [9, 30]]])
    np.testing.assert_array_equal(trade.given, [100.0, 50.0])
    lacks = read(trade=SECTORS.replace("B,B,food,20", "B,B,food,").replace("30", "0"), gdp=TWO)
    problem(lacks.economy, "flows.B.B: missing: its trade with itself", "by sector")
    problem(lambda: trade.liberation_day("A"), "sectors", "liberation-day has one")


def test_tariffs_and_elasticities_are_those_of_sectors(tmp_path: Path) -> None:
    names = ("food", "cars")
    rows = "exporter,importer,sector,tariff\nA,B,cars,.25\nB,A,food,inf\n"
    found, _ = read_tariffs(write(tmp_path / "F.csv", rows), ("A", "B"), sectors=names)
    np.testing.assert_array_equal(found, [[[0, 0], [np.inf, 0]], [[0, 0.25], [0, 0]]])
    plain = "exporter,importer,tariff\nA,B,.25\n"
    found, _ = read_tariffs(write(tmp_path / "F.csv", plain), ("A", "B"), sectors=names)
    np.testing.assert_array_equal(found, [[[0, 0.25], [0, 0]]] * 2)
    with pytest.raises(EconomyError, match="'car': a sector of the flows: food, cars; did you"):
        read_tariffs(
            write(tmp_path / "F.csv", rows.replace("cars", "car")), ("A", "B"), None, names
        )
    eps = write(tmp_path / "E.csv", "sector,elasticity\ncars,6\nfood,3\n")
    np.testing.assert_array_equal(read_elasticities(eps, names), [3.0, 6.0])
    for text, told in (("cars,6\n", "food: missing"), ("cars,0\nfood,3\n", "cars: 0.0: a number")):
        with pytest.raises(EconomyError, match=told):
            read_elasticities(write(tmp_path / "E.csv", "sector,elasticity\n" + text), names)


# -- codes -------------------------------------------------------------------------------------


def test_codes_are_numbers_with_or_without_zeros_in_front(read: Callable[..., Trade]) -> None:
    baci = (
        "t,i,j,k,v,q\n2022,004,842,01,1000000,1\n2022,842,4,01,2000000,1\n2022,156,0842,01,5e6,1\n"
    )
    regions = "region,gdp\nA,100\nB,200\nC,50\n"
    for codes in ("4,A\n842,B\n156,C\n", "0004,A\n842,B\n00156,C\n"):
        found = read(trade=baci, gdp=regions, region_map="code,region\n" + codes)
        np.testing.assert_array_equal(found.flows, [[0, 1, 0], [2, 0, 0], [0, 5, 0]])
    names = "exporter,importer,value\n004,842,3\n842,4,5\n"
    found = read(trade=names, gdp="region,gdp\n4,100\n842,200\n")
    np.testing.assert_array_equal(found.flows, [[0, 3], [5, 0]])


def test_codes_that_are_one_number_and_two_regions_are_refused(read: Callable[..., Trade]) -> None:
    codes = "code,region\n4,A\n842,B\n004,C\n"
    problem(read, "M.csv", "line 4: '004': a code of one region", "4 of A", region_map=codes)
    twice = "exporter,importer,value\n004,842,3\n4,842,5\n"
    problem(read, "4.842: '5': a value that is there once", trade=twice,
            gdp="region,gdp\n4,100\n842,200\n")  # fmt: skip
    problem(read, "G.csv", "'04': a region, each once", gdp="region,gdp\n4,1\n04,2\n")


def test_of_a_code_that_is_none_the_codes_are_told_not_the_regions(
    read: Callable[..., Trade],
) -> None:
    baci = "t,i,j,k,v,q\n2023,1,84,010121,1000,1\n"
    codes = "code,region\n1,A\n842,B\n3,C\n"
    parts = ("'84': a code of ", "M.csv, where * would stand for all others; did you mean '842'")
    problem(read, "line 2", *parts, trade=baci, region_map=codes)


def test_commas_that_a_spreadsheet_leaves_behind_are_no_cells(read: Callable[..., Trade]) -> None:
    commas = MATRIX.replace("\n", ",,\n")
    gdp = '"# a remark, with a comma",,\n' + GDP.replace("\n", ",\n") + ",,\n"
    found = read(trade=commas, gdp=gdp)
    np.testing.assert_array_equal(found.flows, read().flows)
    problem(read, "line 3: 3: 2 cells", gdp="region,gdp,\nA,100,\nB,50,7\nC,20,\n")


# -- tariffs -----------------------------------------------------------------------------------


def test_an_embargo_is_a_tariff_without_end(tariffs: Callable[..., Any]) -> None:
    found, remarks = tariffs("exporter,importer,tariff\nA,B,inf\nC,A,1e300\nB,A,Infinity\n")
    np.testing.assert_array_equal(found, [[0, np.inf, 0], [np.inf, 0, 0], [1e300, 0, 0]])
    assert remarks == ()


def test_tariffs_may_be_those_of_codes(tmp_path: Path) -> None:
    codes = write(tmp_path / "M.csv", "code,region\n1,A\n2,A\n30,B\n*,C\n")
    rows = "exporter,importer,tariff\n001,30,.1\n2,30,.1\nB,A,.2\nC,B,.3\n1,2,0\n"
    found, _ = read_tariffs(write(tmp_path / "F.csv", rows), ("A", "B", "C"), codes)
    np.testing.assert_array_equal(found, [[0, 0.1, 0], [0.2, 0, 0], [0, 0.3, 0]])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "1,2,.1",
            "1.2: 0.1: 0 or nothing: a tariff within the aggregate A, .* regions of their own",
        ),
        (
            "A,A,.1",
            "A.A: 0.1: 0 or nothing: a tariff within the aggregate A, .* regions of their own",
        ),
        ("B,B,.1", "B.B: 0.1: 0 or nothing: no region .* within an aggregate, .* of their own"),
        (
            "1,30,.1\n2,30,.2",
            "A.B: 0.1: one tariff .* members have 1.30 0.1 and 2.30 0.2: give A.B",
        ),
        ("1,30,.1", "A.B: 0.1: one tariff .* members have 1.30 0.1 and 2.30 none"),
        ("9,30,.1", r"C.B: 0.1: one tariff .* members have 9.30 0.1 and \*.30 none"),
    ],
)
def test_tariffs_within_an_aggregate_are_told_as_such(tmp_path: Path, row: str, told: str) -> None:
    codes = write(tmp_path / "M.csv", "code,region\n1,A\n2,A\n30,B\n*,C\n")
    rates = write(tmp_path / "F.csv", f"exporter,importer,tariff\n{row}\n")
    with pytest.raises(EconomyError, match=told):
        read_tariffs(rates, ("A", "B", "C"), codes)


def test_tariffs_are_a_matrix_or_a_list(tariffs: Callable[..., Any]) -> None:
    matrix, remarks = tariffs("exporter,B,A,C\nA,.1,0,0\nC,0,.25,\nB,,-.05,.2\n")
    rows, _ = tariffs("exporter,importer,tariff\nA,B,.1\nC,A,.25\nB,A,-.05\nB,C,.2\n")
    np.testing.assert_array_equal(matrix, [[0, 0.1, 0], [-0.05, 0, 0.2], [0.25, 0, 0]])
    np.testing.assert_array_equal(rows, matrix)
    assert remarks == ()


def test_tariffs_that_look_like_per_cents_are_remarked_on(tariffs: Callable[..., Any]) -> None:
    found, remarks = tariffs("exporter,importer,tariff\nA,B,2.5\nC,A,9\nB,A,1.45\n")
    assert found[0, 1] == 2.5
    (remark,) = remarks
    for part in ("F.csv", "A.B", "2.5", "250%", "1 more", "fractions"):
        assert part in remark


# -- bad input ---------------------------------------------------------------------------------


def problem(read: Callable[..., Any], *parts: str, **texts: str) -> None:
    """Check that what is refused is told with the file and the parts of the message."""
    with pytest.raises(EconomyError) as refused:
        read(**texts)
    for part in parts:
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [("-3", "-3.0"), ("nan", "nan"), ("inf", "inf"), ("x", "'x'"), ("", "missing")],
)
def test_a_flow_that_is_none_is_refused_with_file_and_pair(
    read: Callable[..., Trade], value: str, told: str
) -> None:
    problem(
        read, "T.csv", f"A.B: {told}: a number from 0", trade=MATRIX.replace("0,3", f"0,{value}")
    )


def test_a_region_that_is_in_one_file_only_is_refused(read: Callable[..., Trade]) -> None:
    problem(read, "T.csv", "D: missing", gdp=GDP + "D,9\n")
    problem(read, "T.csv", "'C'", gdp="region,gdp\nA,100\nB,50\n")
    problem(read, "T.csv", "'Bee'", "A, B, C", trade=MATRIX.replace("B", "Bee"))


def test_a_row_or_column_that_lacks_is_refused(read: Callable[..., Trade]) -> None:
    problem(read, "T.csv", "C: missing", "row", trade="exporter,A,B,C\nA,0,3,2\nB,4,0,1\n")
    problem(read, "T.csv", "C: missing", "column", trade="exporter,A,B\nA,0,3\nB,4,0\nC,5,1\n")


def test_a_gdp_below_exports_is_refused_with_region_and_both(read: Callable[..., Trade]) -> None:
    trade = read(gdp=GDP.replace("C,20", "C,5.5"))
    problem(trade.economy, "T.csv", "G.csv", "gdp.C: 5.5: no less than its exports, 6")


@pytest.mark.parametrize("value", ["0", "-1", "nan", "", "much"])
def test_a_gdp_that_is_none_is_refused(read: Callable[..., Trade], value: str) -> None:
    problem(read, "G.csv", "B.gdp: ", "a number above 0", gdp=GDP.replace("50", value))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("region,gdp\nA,1\nA,2\n", "line 3: 'A': a region, each once"),
        ("region,gdp\nA,1\n", "two regions or more"),
        ("country,gdp\nA,1\nB,2\n", "a column 'region'"),
        ("region,gdp\nA\nB,2\n", "line 2: 1: 2 cells"),
        ("region,gdp,gdp\nA,1,1\n", "every name once"),
        ("", "a first line"),
    ],
)
def test_a_table_that_is_none_is_refused(read: Callable[..., Trade], text: str, told: str) -> None:
    problem(read, "G.csv", told, gdp=text)


@pytest.mark.parametrize("rate", ["-1", "-25", "nan", "", "high"])
def test_tariffs_of_minus_hundred_per_cent_or_none_are_refused(
    tariffs: Callable[..., Any], rate: str
) -> None:
    text = f"exporter,importer,tariff\nA,B,{rate}\n"
    problem(tariffs, "F.csv", "A.B: ", "a fraction above -1", text=text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("exporter,importer,tariff\nA,Be,.1\n", "line 2: 'Be': one of the regions: A, B, C"),
        ("exporter,importer,tariff\nA,B,.1\nA,B,.2\n", "A.B: '.2': a tariff that is there once"),
        ("exporter,importer,tariff\nA,A,.1\n", "A.A: 0.1: 0 or nothing"),
        ("exporter,importer,rate\nA,B,.1\n", "a column 'tariff'"),
        ("exporter,A,B\nA,0,0\nB,0,0\n", "C: missing: a region with a row"),
        ("from,A,B\nA,0,0\nB,0,0\n", "'from': a matrix"),
    ],
)
def test_tariffs_that_do_not_fit_are_refused(
    tariffs: Callable[..., Any], text: str, told: str
) -> None:
    problem(tariffs, "F.csv", told, text=text)


def test_a_code_without_a_region_is_refused(read: Callable[..., Trade]) -> None:
    baci = "t,i,j,k,v,q\n2023,1,7,010121,1000,1\n"
    problem(read, "T.csv", "line 2: '7'", trade=baci, region_map="code,region\n1,A\n2,B\n3,C\n")
    problem(read, "M.csv", "a code, each once", trade=baci, region_map="code,region\n1,A\n1,B\n")


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EconomyError, match=r"nowhere\.csv(?s:.*)No such file"):
        read_trade(tmp_path / "nowhere.csv")
    (tmp_path / "T.csv").write_bytes(b"\xff\xfe\x00,\n")
    with pytest.raises(EconomyError, match=r"T\.csv(?s:.*)a file of text"):
        read_trade(tmp_path / "T.csv")
    with pytest.raises(EconomyError, match="a file of text"):
        read_trade(tmp_path)


def test_a_list_that_lacks_a_region_is_refused(read: Callable[..., Trade]) -> None:
    rows = "exporter,importer,value\nA,B,3\nB,A,4\n"
    problem(read, "T.csv", "C: missing: a region that has trade", trade=rows)


def test_no_more_than_twenty_problems_are_told(read: Callable[..., Trade]) -> None:
    rows = "exporter,importer,value\n" + "A,B,-1\n" * 50
    with pytest.raises(EconomyError) as refused:
        read(trade=rows)
    assert len(refused.value.problems) == 20


def test_a_region_that_one_file_lacks_is_told_once(tmp_path: Path) -> None:
    gdp = tmp_path / "gdp.csv"
    shipped = (SHIPPED / "gdp_2023.csv").read_text(encoding="utf-8")
    lines = [line for line in shipped.splitlines() if not line.startswith("MEX")]
    gdp.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(EconomyError) as refused:
        read_trade(gdp=gdp)
    assert [problem.value for problem in refused.value.problems] == ["MEX"]
