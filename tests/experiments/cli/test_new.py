"""A first draft of a scenario: it can be checked and played, whoever is named."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.design.new_scenario import Draft, new_scenario
from experiments.pages.no_agreement import no_agreement
from experiments.run import load, run
from simulator.economy.names import named
from simulator.economy.trade import read_trade
from simulator.scenario.scenario import Scenario
from tests.experiments.cli.sweeps import tradetalks
from tests.simulator.scenario.test_own_trade import FLOWS, GDP

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own")

IDS = sorted({of.id for of in named().values()})
TRADE = read_trade()


def drafted(*arguments: str) -> Scenario:
    done = tradetalks("new", *arguments, "--out", "mine.toml")
    assert done.exit_code == 0, done.output
    scenario = load("mine.toml")
    Path("mine.toml").unlink()
    return scenario


def in_use(text: str) -> str:
    """Return a draft with all lines in use that are put to use by taking away their sign."""
    return re.sub(r"^#(?=[^ \n])", "", text, flags=re.M)


# -- it can be played --------------------------------------------------------------------------


@given(st.lists(st.sampled_from(IDS), min_size=2, max_size=3, unique=True), st.integers(0, 99))
def test_any_known_countries_can_agree_and_do(names: list[str], seed: int) -> None:
    text = new_scenario(Draft(names, datetime.date(2026, 1, 5), TRADE, {}))
    scenario = load(tomllib.loads(text))
    assert list(scenario.countries) == names
    assert list(scenario.talks) == [f"{names[0]}-{other}" for other in names[1:]]
    assert no_agreement(scenario) == []
    assert len(run(scenario, seed=seed).deals) >= 1
    load(tomllib.loads(in_use(text)))


def test_the_values_are_those_of_the_trade_model() -> None:
    scenario = drafted("us", "mexico")
    assert scenario.valuation == "economy"
    tariff, _, purchases = scenario.talks["us-mexico"].issues
    assert tariff.payoffs["mexico"][2] > tariff.payoffs["mexico"][1] > 0
    assert purchases.levels == (0, 40, 80)  # a tenth of 292.8 + 459.1, rounded


def test_countries_go_by_any_of_their_names() -> None:
    assert drafted("USA", "Mexico", "south korea") == drafted("us", "mx", "kor")


def test_a_start_moves_all_dates() -> None:
    scenario = drafted("us", "uk", "--start", "2030-06-03")
    assert str(scenario.start) == "2030-06-03"
    assert str(scenario.talks["us-uk"].deadline) == "2030-11-25"
    assert tradetalks("new", "us", "uk", "--start", "9999-12-31").exit_code == 2


def test_lines_put_to_use_are_read() -> None:
    text = tradetalks("new", "us", "uk").stdout
    plain, used = (load(tomllib.loads(t)) for t in (text, in_use(text)))
    assert (plain.history, plain.events, plain.economy.tariffs, plain.valuation_sd) == (
        (),
        (),
        (),
        0,
    )
    assert used.valuation_sd == 0.15
    assert used.history[0].obligor == "us"
    assert used.events[0].set == {"countries.us.patience": 0.97}
    assert used.economy.tariffs[0].on == "uk"
    assert used.talks["us-uk"].audience["uk"].threshold == 0


def test_by_hand_there_are_payoffs_for_countries_that_no_data_know() -> None:
    scenario = drafted("Brazil", "Côte d'Ivoire", "us", "--by-hand")
    assert list(scenario.countries) == ["brazil", "cote-d-ivoire", "us"]
    assert scenario.countries["cote-d-ivoire"].name == "Côte d'Ivoire"
    assert scenario.valuation == "table"
    assert no_agreement(scenario) == []
    assert len(run(scenario).deals) >= 2
    text = tradetalks("new", "brazil", "india", "--by-hand").stdout
    load(tomllib.loads(in_use(text)))


# -- with trade of one's own -------------------------------------------------------------------


def test_trade_of_ones_own_is_named_beside_the_file() -> None:
    Path("data").mkdir()
    Path("data/flows.csv").write_text(FLOWS, encoding="utf-8")
    Path("data/gdp.csv").write_text(GDP, encoding="utf-8")
    own = ("--trade", "data/flows.csv", "--gdp", "data/gdp.csv")
    scenario = drafted("A", "c", *own)
    assert scenario.economy.data is not None
    assert scenario.economy.data.regions == ("A", "B", "C")
    assert scenario.countries["c"].region == "C"
    assert run(scenario).row()["deals_signed"] >= 1
    refused = tradetalks("new", "A", "D", *own)
    assert refused.exit_code == 2
    assert "a region of the trade data: A, B, C" in refused.output
    Path("below").mkdir()
    refused = tradetalks("new", "A", "B", *own, "-o", "below/mine.toml")
    assert refused.exit_code == 2
    assert "data/flows.csv is not in the folder of the scenario" in refused.output
    assert tradetalks("new", "A", "B", *own, "--by-hand").exit_code == 2


def test_a_name_in_a_stranger_s_table_stays_text() -> None:
    name = '"B\nweeks = 3\n"'
    Path("flows.csv").write_text(f"exporter,A,{name}\nA,9,1\n{name},1,9\n", encoding="utf-8")
    Path("gdp.csv").write_text(f"region,gdp\nA,10\n{name},10\n", encoding="utf-8")
    scenario = drafted("A", "B\nweeks = 3", "--trade", "flows.csv", "--gdp", "gdp.csv")
    assert scenario.weeks == 104
    assert scenario.countries["b-weeks-3"].region == "B\nweeks = 3"


# -- what is refused ---------------------------------------------------------------------------


def test_trade_that_no_scenario_takes_is_refused() -> None:
    Path("gdp.csv").write_text("region,gdp\n" + "".join(f"r{k},9\n" for k in range(101)), "utf-8")
    refused = tradetalks("new", "r0", "r1", "--gdp", "gdp.csv")
    assert refused.exit_code == 2
    assert "at most 100 regions" in refused.output
    Path("gdp.csv").write_text(GDP, "utf-8")
    Path("flows.csv").write_text("exporter,importer,sector,value\nA,B,food,3\n", "utf-8")
    refused = tradetalks("new", "A", "B", "--trade", "flows.csv", "--gdp", "gdp.csv")
    assert refused.exit_code == 2
    assert "flows without sectors" in refused.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["us", "brazil"], "a country of the trade data: us, japan"),
        (["us", "brazil"], "--by-hand leaves payoffs to fill in"),
        (["us", "mexco"], "did you mean 'mexico'?"),
        (["us", "row"], "a country of the trade data"),
        (["us", "usa"], "each once; us stands there twice"),
        (["us"], "two countries or more"),
        ([], "Missing argument"),
        (["us", "!", "--by-hand"], "a name with letters"),
        (["us", "uk", "-o", "mine.txt"], "a file that ends in .toml"),
    ],
)
def test_what_cannot_be_drafted_is_told(arguments: list[str], words: str) -> None:
    refused = tradetalks("new", *arguments)
    assert refused.exit_code == 2
    assert words in refused.output
    assert not list(Path().iterdir())


def test_a_link_that_leads_nowhere_is_not_written_over() -> None:
    Path("mine.toml").symlink_to("nowhere.toml")
    refused = tradetalks("new", "us", "uk", "-o", "mine.toml")
    assert refused.exit_code == 2
    assert "is there already" in refused.output
    assert Path("mine.toml").is_symlink()
    assert not Path("nowhere.toml").exists()


def test_a_file_that_is_there_is_not_written_over() -> None:
    Path("mine.toml").write_text("# my work\n", encoding="utf-8")
    refused = tradetalks("new", "us", "uk", "-o", "mine.toml")
    assert refused.exit_code == 2
    assert "is there already" in refused.output
    assert Path("mine.toml").read_text(encoding="utf-8") == "# my work\n"
