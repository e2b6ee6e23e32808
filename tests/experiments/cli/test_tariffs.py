import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from experiments.cli.main import main
from simulator.economy.trade import read_trade
from tests.economies import ORACLE

TRADE = read_trade()
CASES = {case["id"]: case for case in ORACLE["cases"]}
NINE = ORACLE["liberation_day_model_9_regions"]


def told(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def answer(*arguments: object) -> dict[str, Any]:
    done = told(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def matrix(path: Path, regions: list[str], values: Any, corner: str = "exporter") -> Path:
    rows = [[corner, *regions], *([name, *row] for name, row in zip(regions, values, strict=True))]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    return path


# -- welfare -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list(CASES))
def test_known_equilibria_come_out_of_the_command(case: str, tmp_path: Path) -> None:
    known = CASES[case]
    tariffs = matrix(tmp_path / "F.csv", known["regions"], known["tariffs"])
    balanced = ["--balanced"] if "balanced" in case else []
    found = answer("welfare", "--tariffs", tariffs, *balanced)
    assert found["regions"] == known["regions"]
    np.testing.assert_allclose(found["welfare_pct"], known["welfare_pct"], atol=1e-4)
    np.testing.assert_allclose(found["wage_hat"], known["wage_hat"], atol=1e-5)
    np.testing.assert_allclose(found["revenue"], known["revenue_busd"], atol=1e-3)


def test_without_files_the_announced_tariffs_meet_the_nine_regions() -> None:
    assert answer("welfare")["welfare_pct"] == pytest.approx(
        CASES["armington_fixed_deficits_ustr"]["welfare_pct"], abs=1e-4
    )


@pytest.mark.parametrize("revenue", ["income-tax", "lump-sum"])
def test_the_liberation_day_model_comes_to_the_known_welfare(revenue: str) -> None:
    (known,) = (
        v for k, v in NINE["value"].items() if revenue.replace("-", " ") in k.replace("-", " ")
    )
    found = answer("welfare", "--model", "liberation-day", "--revenue", revenue)
    np.testing.assert_allclose(found["welfare_pct"], known, atol=0.005)


def test_json_has_the_keys_that_are_promised() -> None:
    keys = {"regions", "welfare_pct", "welfare_bn", "revenue", "wage_hat", "price_pct"}
    keys |= {"flows_before", "flows"}
    assert set(answer("welfare")) == keys | {"import_price_pct"}
    more = answer("welfare", "--model", "liberation-day", "--answer", "in-kind")
    assert set(more) == keys | {"employment_pct", "deficit_pct", "unanswered_pct"}
    assert all(len(values) == 9 for values in more.values())


def test_a_deficit_of_nothing_changes_by_null(tmp_path: Path) -> None:
    trade = matrix(tmp_path / "T.csv", ["A", "B"], [[0, 5], [5, 0]])
    (tmp_path / "G.csv").write_text("region,gdp\nA,50\nB,40\n")
    (tmp_path / "F.csv").write_text("exporter,importer,tariff\nB,A,.2\n")
    found = answer(
        *("welfare", "--model", "liberation-day", "--home", "A", "--trade", trade),
        *("--gdp", tmp_path / "G.csv", "--tariffs", tmp_path / "F.csv"),
    )
    assert found["deficit_pct"] == [None, None]
    assert found["price_pct"][0] > 0.0


def test_with_balanced_trade_the_liberation_day_model_starts_without_deficits() -> None:
    found = answer("welfare", "--model", "liberation-day", "--balanced")
    assert found["welfare_pct"] != answer("welfare", "--model", "liberation-day")["welfare_pct"]
    assert found["deficit_pct"] == [None] * 9


def test_a_file_of_ones_own_in_any_order_gives_the_same(tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(9)
    names = [TRADE.regions[k] for k in order]
    trade = matrix(tmp_path / "T.csv", names, TRADE.flows[np.ix_(order, order)])
    rows = [f"{name},{gdp}" for name, gdp in zip(TRADE.regions, TRADE.gdp, strict=True)]
    (tmp_path / "G.csv").write_text("\n".join(["region,gdp", *rows]))
    assert TRADE.announced is not None
    rates = [f"{n},USA,{t}" for n, t in zip(TRADE.regions[1:], TRADE.announced[1:], strict=True)]
    (tmp_path / "F.csv").write_text("\n".join(["exporter,importer,tariff", *rates]))
    files = ("--trade", trade, "--gdp", tmp_path / "G.csv", "--tariffs", tmp_path / "F.csv")
    found, expected = answer("welfare", *files), answer("welfare")
    assert found["regions"] == expected["regions"]
    np.testing.assert_allclose(found["welfare_pct"], expected["welfare_pct"], atol=1e-9)


def test_elasticities_change_what_comes_out() -> None:
    assert (
        answer("welfare", "--elasticity", 8)["welfare_pct"][0] < answer("welfare")["welfare_pct"][0]
    )


# -- in dollars, by partner, and answered ------------------------------------------------------


@pytest.mark.parametrize("model", ["armington", "liberation-day"])
def test_welfare_in_dollars_is_its_per_cent_of_gdp(model: str) -> None:
    found = answer("welfare", "--model", model)
    np.testing.assert_allclose(
        found["welfare_bn"], np.array(found["welfare_pct"]) * TRADE.gdp / 100
    )


@pytest.mark.parametrize("model", ["armington", "liberation-day"])
def test_trade_by_partner_is_what_revenue_comes_from(model: str) -> None:
    found = answer("welfare", "--model", model)
    assert TRADE.announced is not None
    between = np.array(found["flows_before"])
    np.fill_diagonal(between, 0.0)
    np.testing.assert_allclose(between, TRADE.flows, rtol=1e-9)
    collected = float(np.array(found["flows"])[:, 0] @ TRADE.announced)
    assert collected == pytest.approx(found["revenue"][0])


def test_a_partner_s_goods_cost_its_wages_and_the_tariff() -> None:
    found = answer("welfare")
    assert TRADE.announced is not None
    paid = np.array(found["wage_hat"]) * (1.0 + TRADE.announced)
    np.testing.assert_allclose(
        1.0 + np.array(found["import_price_pct"])[1:, 0] / 100.0, paid[1:], rtol=1e-9
    )
    # A price index lies between the least and the most of what it is made of.
    column = np.array(found["import_price_pct"])[:, 0]
    assert column.min() < found["price_pct"][0] < column.max()


def test_an_answer_counts_as_if_it_had_been_among_the_tariffs(files: "Files") -> None:
    ours = "exporter,importer,tariff\nJPN,USA,.25\n"
    theirs = "exporter,importer,tariff\nUSA,JPN,.1\n"
    both = answer("welfare", *files(tariffs=ours + "USA,JPN,.1\n"))
    apart = answer("welfare", *files(tariffs=ours, answer=theirs))
    alone = answer("welfare", *files(tariffs=ours))
    assert apart["welfare_pct"] == both["welfare_pct"]
    assert apart["unanswered_pct"] == alone["welfare_pct"] != both["welfare_pct"]
    assert "unanswered_pct" not in alone


def test_an_answer_in_kind_takes_from_each_what_it_takes(files: "Files") -> None:
    ours = "exporter,importer,tariff\nJPN,USA,.25\nUSA,KOR,.3\nKOR,USA,.1\n"
    theirs = "exporter,importer,tariff\nUSA,JPN,.25\n"
    in_kind = answer("welfare", *files(tariffs=ours), "--answer", "in-kind")
    assert (
        in_kind["welfare_pct"]
        == answer("welfare", *files(tariffs=ours, answer=theirs))["welfare_pct"]
    )


def test_an_answer_in_kind_that_is_misspelt_is_told_how_it_is_spelt() -> None:
    done = told("welfare", "--answer", "inkind")
    assert done.exit_code == 2
    assert "--answer: 'inkind': in-kind, or a file of tariffs that exists" in done.output
    assert "did you mean 'in-kind'?" in done.output


def test_an_answer_to_what_is_taxed_already_is_refused(files: "Files") -> None:
    ours = "exporter,importer,tariff\nJPN,USA,.25\nKOR,USA,.1\n"
    done = told("welfare", *files(tariffs=ours, answer=ours.replace(".25", ".2")))
    assert done.exit_code == 2
    assert "JPN.USA: 0.2: 0 or nothing: --tariffs has 0.25 there" in done.output
    assert "2 problems" in done.output


def test_trade_is_shown_by_partner_for_who_taxes_or_is_asked_for(files: "Files") -> None:
    assert "USA by partner" in told("welfare").output
    two = files(tariffs="exporter,importer,tariff\nJPN,USA,.25\nUSA,JPN,.25\n")
    assert "by partner" not in told("welfare", *two).output
    asked = told("welfare", *two, "--partners", "KOR", "--partners", "GBR").output
    assert "KOR by partner" in asked
    assert "GBR by partner" in asked
    refused = told("welfare", "--partners", "JPM")
    assert refused.exit_code == 2
    assert "did you mean 'JPN'" in refused.output


# -- files of a stranger -----------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[object]]:
    """Write files and return the options that name them."""

    def write(**texts: str) -> list[object]:
        options: list[object] = []
        for name, text in texts.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            options += [f"--{name.replace('_', '-')}", path]
        return options

    return write


Files = Callable[..., list[object]]
FLOWS = "exporter,A,B,C\nA,{},10,5\nB,12,{},3\nC,4,6,{}\n"
GDP = "region,gdp\nA,100\nB,200\nC,50\n"
CUT_OFF = "exporter,importer,tariff\nA,B,{0}\nC,B,{0}\nB,A,{0}\nB,C,{0}\n"


def test_what_a_region_sells_at_home_counts_and_the_rule_is_told(files: Files) -> None:
    rate = "exporter,importer,tariff\nA,B,.25\n"
    one = files(trade=FLOWS.format(60, 150, 30), gdp=GDP, tariffs=rate)
    done = told("welfare", *one, "--json")
    assert "Note: domestic sales: as given" in done.stderr
    assert json.loads(done.stdout)["welfare_pct"] == pytest.approx(
        [-1.3268, 0.1781, 0.4510], abs=1e-3
    )
    by_gdp = files(trade=FLOWS.format(0, 0, 0), gdp=GDP, tariffs=rate)
    assert "GDP less exports" in told("welfare", *by_gdp).stderr
    same = files(trade=FLOWS.format(85, 185, 40), gdp=GDP, tariffs=rate)
    given = answer("welfare", *same)["welfare_pct"]
    assert given == pytest.approx(
        answer("welfare", *files(trade=FLOWS.format(0, 0, 0), gdp=GDP, tariffs=rate))["welfare_pct"]
    )
    assert "domestic" not in told("welfare").stderr


@pytest.mark.parametrize(
    "command",
    [
        ["welfare"],
        ["welfare", "--balanced"],
        ["tariffs", "nash"],
        ["welfare", "--model", "liberation-day", "--home", "B"],
    ],
)
def test_gross_exports_may_exceed_gdp(command: list[str], files: Files) -> None:
    small = GDP.replace("50", "9")
    rate = {"tariffs": "exporter,importer,tariff\nA,B,.25\n"} if "welfare" in command else {}
    done = told(*command, *files(trade=FLOWS.format(60, 150, 30), gdp=small, **rate))
    assert done.exit_code == 0, done.output
    refused = told(*command, *files(trade=FLOWS.format(0, 0, 0), gdp=small, **rate))
    if "liberation-day" not in command:
        assert refused.exit_code == 2
        assert (
            "gdp.C: 9.0: no less than its exports, 10, or its trade with itself" in refused.output
        )


@pytest.mark.parametrize("rate", ["100000", "1000000", "1e8", "1e300", "inf"])
def test_an_embargo_comes_to_autarky_by_the_closed_form(rate: str, files: Files) -> None:
    given = files(trade=FLOWS.format(0, 0, 0), gdp=GDP, tariffs=CUT_OFF.format(rate))
    found = answer("welfare", "--balanced", *given)
    assert 1.0 + found["welfare_pct"][1] / 100.0 == pytest.approx(0.98015, abs=1e-5)
    assert found["revenue"] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert (found["import_price_pct"][0][1] is None) == (rate == "inf")
    refused = told("welfare", *given)
    assert refused.exit_code == 2
    assert "deficit of B: 1.0: 0, since under these tariffs no goods can pay" in refused.output


def test_the_second_model_says_that_it_has_no_embargoes(files: Files) -> None:
    given = files(trade=FLOWS.format(0, 0, 0), gdp=GDP, tariffs=CUT_OFF.format("inf"))
    day = ("welfare", "--model", "liberation-day", "--home", "A", "--balanced")
    refused = told(*day, *given)
    assert refused.exit_code == 2
    assert (
        "tariffs: inf: less than infinite: embargoes are for the model armington" in refused.output
    )
    refused = told(
        *day, *files(trade=FLOWS.format(0, 0, 0), gdp=GDP, tariffs=CUT_OFF.format("1e6"))
    )
    assert "what may help: smaller tariffs, revenue handed out lump-sum" in refused.output


def test_trade_by_sector_is_answered_with_an_elasticity_for_each(files: Files) -> None:
    flows = (
        "exporter,importer,sector,value\nA,A,food,60\nA,B,food,3\nB,A,food,1\nB,B,food,20\n"
        "A,A,cars,40\nA,B,cars,2\nB,A,cars,9\nB,B,cars,30\n"
    )
    given = files(
        trade=flows,
        gdp="region,gdp\nA,2\nB,3\n",
        elasticity="sector,elasticity\nfood,3\ncars,6\n",
        tariffs="exporter,importer,sector,tariff\nB,A,cars,inf\n",
    )
    found = answer("welfare", "--balanced", *given)
    assert found["welfare_pct"][0] < 0.0
    assert found["revenue"][0] == 0.0
    best = answer("tariffs", "optimal", *given[:6])
    assert len(best["tariff"]) == 2
    assert "formula" not in best
    assert "best tariff" in told("tariffs", "optimal", *given[:6]).output
    assert "one_step" not in answer("tariffs", "nash", *given[:6])
    refused = told(
        "welfare", *files(trade=flows, gdp="region,gdp\nA,2\nB,3\n"), "--elasticity", "x"
    )
    assert refused.exit_code == 2
    assert "a number, or a file E.csv" in refused.output


def test_codes_of_baci_may_have_zeros_in_front(files: Files) -> None:
    baci = "t,i,j,k,v,q\n2022,004,842,010121,1000000,1\n2022,842,004,010121,2000000,1\n"
    given = files(
        trade=baci + "2022,156,842,010121,5000000,1\n2022,842,156,010121,3000000,1\n",
        gdp=GDP,
        region_map="code,region\n4,A\n842,B\n156,C\n",
        tariffs="exporter,importer,tariff\n004,842,.1\n",
    )
    found = answer("welfare", *given)
    assert found["revenue"][1] > 0.0 == found["revenue"][0]


# -- strategic tariffs -------------------------------------------------------------------------


def test_best_tariffs_come_with_the_formula_and_the_gain() -> None:
    found = answer("tariffs", "optimal")
    known = ORACLE["optimal_uniform_tariff"]["value"]
    np.testing.assert_allclose(found["tariff"], [known[n] for n in found["regions"]], atol=0.006)
    np.testing.assert_allclose(found["formula"], found["tariff"], atol=0.011)
    gain = ORACLE["own_gain_at_optimal_tariff_pct"]["value"]
    np.testing.assert_allclose(found["welfare_pct"], [gain[n] for n in found["regions"]], atol=0.01)


def test_nash_tariffs_come_with_the_one_step_formula_and_the_cost() -> None:
    found = answer("tariffs", "nash")
    known = ORACLE["nash"]["tariff"]
    np.testing.assert_allclose(found["tariff"], [known[n] for n in found["regions"]], atol=0.005)
    np.testing.assert_allclose(found["one_step"], found["tariff"], atol=0.002)
    assert max(found["welfare_pct"]) < 0.0


def test_sustainable_tariffs_are_told_by_discount_factor_and_trust() -> None:
    asked = ["--discount", "0", "--discount", ".3", "--trust", "1", "--trust", ".5"]
    found = answer("tariffs", "sustainable", *asked)
    assert found["discount"] == [0.0, 0.3]
    assert found["trust"] == [1.0, 0.5]
    assert found["tariff"][0] == [None, None]
    assert 0.0 < found["tariff"][1][0] < found["tariff"][1][1] < 0.25
    known = ORACLE["critical_discount_factor"]["value"]
    told = dict(zip(found["regions"], found["critical_discount"], strict=True))
    assert {n: told[n] for n in known} == pytest.approx(known, abs=0.003)


# -- for people --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["welfare"], ["region", "welfare %", "USA", "0.387", "434.596", "prices %"]),
        (["welfare", "--answer", "in-kind"], ["alone %", "0.387", "-0.154", "imports from"]),
        (["welfare", "--model", "liberation-day", "--answer", "in-kind"], ["alone %", "1.243"]),
        (["welfare", "--model", "liberation-day"], ["labour", "deficit %", "1.243"]),
        (["tariffs", "optimal"], ["by formula %", "26.4"]),
        (["tariffs", "nash"], ["Nash tariff %", "25.84"]),
        (["tariffs", "sustainable"], ["trust 0.5", "discount factor", "0.487"]),
    ],
)
def test_a_person_reads_a_table(command: list[str], words: list[str]) -> None:
    done = told(*command)
    assert done.exit_code == 0, done.output
    for word in words:
        assert word in done.output
    assert max(map(len, done.output.splitlines())) <= 80


@pytest.mark.parametrize("command", [["welfare"], ["tariffs", "sustainable"]])
@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_bar_chart_is_drawn(command: list[str], kind: str, tmp_path: Path) -> None:
    target = tmp_path / f"bars.{kind}"
    done = told(*command, "--plot", target)
    assert done.exit_code == 0, done.output
    assert target.stat().st_size > 1000
    assert list(tmp_path.iterdir()) == [target]


# -- bad input ---------------------------------------------------------------------------------


def test_a_picture_of_no_known_kind_is_refused_before_anything_is_read() -> None:
    done = told("welfare", "--trade", "nowhere.csv", "--plot", "bars.doc")
    assert done.exit_code == 2
    assert "bars.doc" in done.output


@pytest.mark.parametrize("elasticity", ["0", "-4", "nan"])
@pytest.mark.parametrize("command", [["welfare"], ["welfare", "--model", "liberation-day"],
                                     ["tariffs", "nash"]])  # fmt: skip
def test_an_elasticity_that_is_none_is_refused(command: list[str], elasticity: str) -> None:
    done = told(*command, "--elasticity", elasticity)
    assert done.exit_code == 2
    assert "elasticity" in done.output
    assert "above 0" in done.output


@pytest.mark.parametrize("option", ["tariffs", "answer"])
@pytest.mark.parametrize("rate", ["10", "25", "60", "1000"])
def test_per_cents_are_refused_with_what_to_write(option: str, rate: str, files: Files) -> None:
    done = told("welfare", *files(**{option: f"exporter,importer,tariff\nUSA,JPN,{rate}\n"}))
    assert done.exit_code == 2
    wanted = f"such as {float(rate) / 100:g} for {rate} %, or inf for an embargo"
    assert wanted in done.output


def test_a_high_tariff_is_warned_of_on_stderr_only(files: Files) -> None:
    done = told("welfare", *files(tariffs="exporter,importer,tariff\nJPN,USA,5\n"), "--json")
    assert done.exit_code == 0
    assert "JPN.USA: 5 is taken for 500%" in done.stderr
    assert json.loads(done.stdout)["regions"][0] == "USA"


def test_announced_tariffs_in_per_cent_are_refused_or_warned_of_too(tmp_path: Path) -> None:
    trade = matrix(tmp_path / "T.csv", ["USA", "B"], [[0, 5], [5, 0]])
    given = ("welfare", "--trade", trade, "--gdp", tmp_path / "G.csv", "--json")
    (tmp_path / "G.csv").write_text("region,gdp,ustr_tariff\nUSA,50,0\nB,40,24\n")
    refused = told(*given)
    assert refused.exit_code == 2
    assert "B.ustr_tariff: 24.0: a fraction above -1, such as 0.24 for 24 %" in refused.output
    (tmp_path / "G.csv").write_text("region,gdp,ustr_tariff\nUSA,50,0\nB,40,3\n")
    assert "B.ustr_tariff: 3 is taken for 300%" in told(*given).stderr
    assert "taken for" not in told("welfare").stderr


def test_files_that_do_not_fit_are_refused_with_file_and_region(tmp_path: Path) -> None:
    trade = matrix(tmp_path / "T.csv", ["A", "B"], [[0, 5], [5, 0]])
    done = told("welfare", "--trade", trade)
    assert done.exit_code == 2
    assert "T.csv" in done.output
    assert "USA" in done.output
    assert "Traceback" not in done.output


def test_without_announced_tariffs_the_user_names_some(tmp_path: Path) -> None:
    trade = matrix(tmp_path / "T.csv", ["A", "B"], [[0, 5], [5, 0]])
    (tmp_path / "G.csv").write_text("region,gdp\nA,50\nB,40\n")
    done = told("welfare", "--trade", trade, "--gdp", tmp_path / "G.csv")
    assert done.exit_code == 2
    assert "--tariffs" in done.output


def test_a_home_that_is_none_is_refused_with_the_nearest() -> None:
    done = told("welfare", "--model", "liberation-day", "--home", "JPM")
    assert done.exit_code == 2
    assert "did you mean 'JPN'" in done.output


def test_options_of_the_other_model_are_noted() -> None:
    done = told("welfare", "--home", "JPN", "--revenue", "lump-sum", "--json")
    assert done.exit_code == 0
    assert "--home counts in the model liberation-day only" in done.stderr
    assert "--revenue counts" in done.stderr


def test_neither_mesa_nor_pandas_nor_scipy_is_imported_for_an_answer() -> None:
    code = (
        "import sys\nfrom experiments.cli.main import main\n"
        "main(['tariffs', 'nash', '--json'], standalone_mode=False)\n"
        "print([m for m in ('mesa', 'pandas', 'scipy', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
