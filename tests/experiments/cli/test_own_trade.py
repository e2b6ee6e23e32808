"""A sweep with trade of one's own: played, gone on with and replayed where the files are not."""

import shutil
from pathlib import Path

import pytest

from experiments.results.manifest import read_manifest
from tests.experiments.cli.sweeps import ALONE, tradetalks
from tests.simulator.scenario.test_own_trade import ECONOMY, FLOWS, GDP, HEAD, TALK

pytestmark = pytest.mark.usefixtures("in_a_folder_of_its_own", "played_by_this_process")
VARY = ("--vary", "countries.a.patience=0.9,1", *ALONE)


@pytest.fixture
def swept() -> Path:
    Path("data").mkdir()
    Path("data/flows.csv").write_text(FLOWS, encoding="utf-8")
    Path("gdp.csv").write_text(GDP, encoding="utf-8")
    Path("own.toml").write_text(HEAD + ECONOMY + TALK, encoding="utf-8")
    done = tradetalks("sweep", "own.toml", *VARY)
    assert done.exit_code == 0, done.output
    return Path("results/own")


def test_it_is_replayed_and_gone_on_with_where_the_files_are_not(swept: Path) -> None:
    elsewhere = Path("elsewhere")
    shutil.move(swept, elsewhere)
    for path in ("data/flows.csv", "gdp.csv", "own.toml"):
        Path(path).unlink()
    again = tradetalks("replay", str(elsewhere), "1")
    assert again.exit_code == 0, again.output
    for segment in (elsewhere / "runs").iterdir():
        segment.unlink()
    resumed = tradetalks("sweep", str(elsewhere), "--resume", *ALONE)
    assert resumed.exit_code == 0, resumed.output


def test_the_manifest_has_the_figures_and_the_digest_of_each_file(swept: Path) -> None:
    own = read_manifest(swept)["experiment"]["scenario"]["economy"]["data"]
    assert own["flows"][1] == [12.0, 150.0, 3.0]
    assert own["source"].count("SHA-256") == 2


def test_a_file_that_has_changed_is_not_gone_on_with(swept: Path) -> None:
    Path("data/flows.csv").write_text(FLOWS.replace("150", "151"), encoding="utf-8")
    resumed = tradetalks("sweep", "own.toml", "--resume", *VARY)
    assert resumed.exit_code == 2
    assert "scenario.economy.data.flows[1][1]: 150.0 -> 151.0" in resumed.output


def test_a_run_leaves_a_scenario_that_needs_no_files(swept: Path) -> None:
    assert tradetalks("run", "own.toml", "--out", "one").exit_code == 0
    shutil.rmtree("data")
    again = tradetalks("run", "one/scenario.toml", "--json")
    assert again.exit_code == 0, again.output


def test_show_tells_whose_trade_it_is(swept: Path) -> None:
    shown = tradetalks("show", "own.toml").output
    assert "Trade and GDP are its own, of A, B and C" in " ".join(shown.split())
