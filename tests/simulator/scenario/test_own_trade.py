"""Trade of one's own: what files say counts, stays in the scenario, and comes from beside it."""

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.roster import ROSTER
from simulator.economy import trade
from simulator.economy.balance import balance
from simulator.economy.gains import gains
from simulator.economy.trade import read_trade
from simulator.errors import ScenarioError
from simulator.files import file_bytes
from simulator.scenario import own_trade, scenario
from simulator.scenario.scenario import Scenario

HEAD = """
name = "own"
start = 2026-01-05
weeks = 9
valuation = "economy"
countries.a.region = "A"
countries.b.region = "B"
"""
ECONOMY = '[economy]\ntrade = "data/flows.csv"\ngdp = "gdp.csv"\n'
TALK = """
[talks.a-b]
parties = ["a", "b"]
deadline = 2026-02-02
[[talks.a-b.issues]]
id = "tariff"
obligor = "a"
levels = [25, 10, 0]
tariff = { on = "b", share = 1 }
"""
FLOWS = "exporter,A,B,C\nA,60,10,5\nB,12,150,3\nC,4,6,30\n"
GDP = "region,gdp\nA,100\nB,200\nC,50\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "mine"
    (home / "data").mkdir(parents=True)
    (home / "data" / "flows.csv").write_text(FLOWS)
    (home / "gdp.csv").write_text(GDP)
    (home / "own.toml").write_text(HEAD + ECONOMY + TALK)
    return home


def load(source: Any, **changes: Any) -> Scenario:
    return scenario.load(source, ROSTER, set=changes)


def refused(source: Any, **changes: Any) -> str:
    with pytest.raises(ScenarioError) as error:
        load(source, **changes)
    return str(error.value)


def rewritten(folder: Path, economy: str, rest: str = HEAD) -> Path:
    path = folder / "own.toml"
    path.write_text(rest + economy + TALK)
    return path


# -- what the files say counts -----------------------------------------------------------------


def test_a_tariff_is_worth_what_the_model_says_of_these_flows(folder: Path) -> None:
    (issue,) = load(folder / "own.toml").talks["a-b"].issues
    own = read_trade(folder / "data" / "flows.csv", folder / "gdp.csv")
    before, after = np.zeros((3, 3)), np.zeros((3, 3))
    before[1, 0], after[1, 0] = 0.25, 0.10
    gained = gains(balance(own.economy(4.0)), own.gdp, after, before)
    assert issue.payoffs["a"][1] == pytest.approx(gained.welfare[0], abs=1e-6)
    assert issue.payoffs["b"][1] == pytest.approx(gained.welfare[1], abs=1e-6)


def test_what_is_sold_at_home_counts(folder: Path) -> None:
    first = load(folder / "own.toml")
    (folder / "data" / "flows.csv").write_text(FLOWS.replace("150", "50"))
    other = load(folder / "own.toml")
    assert first.talks["a-b"].issues[0].payoffs != other.talks["a-b"].issues[0].payoffs


def test_codes_are_aggregated_by_the_map_of_regions(folder: Path) -> None:
    (folder / "codes.csv").write_text("code,region\n1,A\n2,B\n*,C\n")
    (folder / "data" / "flows.csv").write_text(
        "exporter,importer,value\n1,1,60\n1,2,10\n1,3,5\n2,1,12\n2,2,150\n2,3,3\n3,1,4\n3,2,6\n3,3,30\n"
    )
    by_code = load(rewritten(folder, f'{ECONOMY}regions = "codes.csv"\n'))
    (folder / "data" / "flows.csv").write_text(FLOWS)
    by_name = load(rewritten(folder, ECONOMY))
    assert by_code.talks["a-b"].issues == by_name.talks["a-b"].issues


def test_one_file_alone_goes_with_what_ships(folder: Path) -> None:
    shipped = read_trade()
    rows = [f"{name},{2 * gdp}" for name, gdp in zip(shipped.regions, shipped.gdp, strict=True)]
    (folder / "gdp.csv").write_text("\n".join(["region,gdp", *rows]))
    head = HEAD.replace('"A"', '"USA"').replace('"B"', '"JPN"')
    own = load(rewritten(folder, '[economy]\ngdp = "gdp.csv"\n', head))
    assert own.economy.data is not None
    np.testing.assert_array_equal(own.economy.data.flows, shipped.flows)
    np.testing.assert_array_equal(own.economy.data.gdp, 2 * shipped.gdp)


# -- it stays in the scenario ------------------------------------------------------------------


def test_the_scenario_is_the_same_where_the_files_are_not(folder: Path, tmp_path: Path) -> None:
    here = load(folder / "own.toml")
    (tmp_path / "elsewhere.toml").write_text(here.to_toml())
    for file in folder.rglob("*.csv"):
        file.unlink()
    there = load(tmp_path / "elsewhere.toml")
    assert there.hash == here.hash
    assert there.talks == here.talks
    assert load(here, weeks=5).talks == here.talks


def test_each_file_leaves_its_digest(folder: Path) -> None:
    own = load(folder / "own.toml").economy.data
    assert own is not None
    assert own.source is not None
    for name in ("data/flows.csv", "gdp.csv"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"{name} (SHA-256 {digest})" in own.source
    assert str(folder) not in own.source


def test_a_digest_is_of_the_figures_even_if_the_file_is_changed_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = hashlib.sha256((folder / "gdp.csv").read_bytes()).hexdigest()

    def read_and_change(path: Path) -> bytes:
        data = file_bytes(path)
        path.write_text("changed")
        return data

    monkeypatch.setattr(own_trade, "file_bytes", read_and_change)
    own = load(folder / "own.toml").economy.data
    assert own is not None
    assert own.gdp == (100.0, 200.0, 50.0)
    assert f"gdp.csv (SHA-256 {digest})" in (own.source or "")


def test_a_file_that_changed_makes_another_scenario(folder: Path) -> None:
    before = load(folder / "own.toml").hash
    (folder / "gdp.csv").write_text(GDP.replace("200", "201"))
    assert load(folder / "own.toml").hash != before


def test_figures_may_stand_in_the_scenario_itself(folder: Path) -> None:
    figures = """
[economy.data]
regions = ["A", "B", "C"]
gdp = [100, 200, 50]
flows = [[60, 10, 5], [12, 150, 3], [4, 6, 30]]
"""
    by_files = load(folder / "own.toml")
    assert load(rewritten(folder, figures)).talks == by_files.talks


# -- it comes from beside the file -------------------------------------------------------------

WITHIN = "in the folder of the scenario's file, or below it"


@pytest.mark.parametrize(
    "name",
    [
        *("../gdp.csv", "data/../../gdp.csv", "..\\\\gdp.csv", "C:\\\\gdp.csv", "C:gdp.csv"),
        *("/etc/passwd", "\\\\\\\\host\\\\gdp.csv", "", " ", "a\\u0000b"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(name: str, folder: Path) -> None:
    (folder.parent / "gdp.csv").write_text(GDP)
    economy = f'[economy]\ntrade = "data/flows.csv"\ngdp = "{name}"\n'
    message = refused(rewritten(folder, economy))
    assert "economy.gdp: " in message
    assert WITHIN in message


def test_a_link_that_leads_elsewhere_is_refused(folder: Path) -> None:
    (folder / "gdp.csv").rename(folder.parent / "gdp.csv")
    os.symlink(folder.parent / "gdp.csv", folder / "gdp.csv")
    assert WITHIN in refused(folder / "own.toml")
    (folder / "gdp.csv").unlink()
    os.symlink("gdp.csv", folder / "gdp.csv")
    assert "economy.gdp: 'gdp.csv'" in refused(folder / "own.toml")


def test_a_home_of_somebody_is_no_way_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    (folder.parent / "gdp.csv").write_text(GDP)
    economy = '[economy]\ntrade = "data/flows.csv"\ngdp = "~/gdp.csv"\n'
    assert "a file that exists" in refused(rewritten(folder, economy))


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "gdp.csv").unlink()
    os.mkfifo(folder / "gdp.csv")
    assert "not a pipe or a device" in refused(folder / "own.toml")


def test_files_are_named_in_a_file_alone(folder: Path) -> None:
    whole = load(folder / "own.toml")
    told = "no trade outside a scenario's own file"
    assert told in refused({**whole.data, "economy": {"trade": "data/flows.csv"}})
    assert told in refused(whole, **{"economy.trade": "data/flows.csv"})
    assert told in refused(folder / "own.toml", **{"economy.trade": "data/flows.csv"})
    assert "economy.data, with regions, gdp and flows" in refused(
        whole, **{"economy.trade": "data/flows.csv"}
    )


# -- what is wrong is told ---------------------------------------------------------------------


def test_a_fault_is_told_with_file_and_place_and_all_else_that_is_wrong(folder: Path) -> None:
    (folder / "data" / "flows.csv").write_text(FLOWS.replace("10", "-10").replace("3\n", "x\n"))
    path = rewritten(folder, ECONOMY, HEAD.replace("weeks = 9", "weeks = 0"))
    message = refused(path)
    assert "3 problems" in message
    assert "economy.trade: 'data/flows.csv': a file without fault; A.B: -10.0" in message
    assert "B.C: 'x': a number from 0" in message
    assert "weeks: 0" in message


def test_a_fault_is_told_under_the_key_of_its_file(folder: Path) -> None:
    (folder / "gdp.csv").write_text(GDP.replace("200", "0"))
    assert "economy.gdp: 'gdp.csv': a file without fault; B.gdp: 0.0" in refused(
        folder / "own.toml"
    )
    (folder / "gdp.csv").unlink()
    assert "economy.gdp: 'gdp.csv': a file without fault" in refused(folder / "own.toml")


def test_files_and_figures_together_are_refused(folder: Path) -> None:
    both = ECONOMY + 'data = { regions = ["A", "B"], gdp = [1, 2], flows = [[0, 1], [1, 0]] }\n'
    assert "economy.data: " in refused(rewritten(folder, both))
    assert "nothing beside trade and gdp" in refused(rewritten(folder, both))


def test_sectors_are_refused_before_the_flows_of_each_are_added_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_up(_: object) -> None:
        raise AssertionError("flows were added up")

    monkeypatch.setattr(np, "zeros", add_up)
    (folder / "data" / "flows.csv").write_text(
        "exporter,importer,sector,value\n"
        + "".join(f"{a},{b},food,3\n" for a in "ABC" for b in "ABC")
    )
    message = refused(folder / "own.toml")
    assert "1 problem " in message
    assert "economy.trade: 'data/flows.csv': a file without fault; line 2: 'food'" in message
    assert "flows without sectors" in message


@pytest.mark.parametrize("count", [101, 3000])
def test_more_regions_than_anybody_would_name_are_refused_before_their_flows_are_read(
    count: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("flows were read")

    monkeypatch.setattr(trade, "_flows", read)
    rows = [f"r{k},900" for k in range(count)]
    (folder / "gdp.csv").write_text("\n".join(["region,gdp", *rows]))
    message = refused(folder / "own.toml")
    assert "economy.gdp: 'gdp.csv': a file without fault; line 102: 'r100'" in message
    assert "at most 100 regions; this is one more: aggregate them" in message


def test_as_many_regions_as_anybody_would_name_are_read(folder: Path) -> None:
    names = ["A", "B", *(f"r{k}" for k in range(98))]
    row = ",".join(["1"] * 100)
    (folder / "data" / "flows.csv").write_text(
        "\n".join([f"exporter,{','.join(names)}", *(f"{n},{row}" for n in names)])
    )
    (folder / "gdp.csv").write_text("\n".join(["region,gdp", *(f"{n},900" for n in names)]))
    own = load(folder / "own.toml").economy.data
    assert own is not None
    assert len(own.regions) == 100


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("regions", ["A"], "two regions or more"),
        ("regions", ["A", "A"], "A stands there twice"),
        ("gdp", [1.0], "one number above 0 per region: 2"),
        ("gdp", [1.0, 0.0], "one number above 0 per region: 2"),
        ("flows", [[1.0, 2.0]], "a list of 2 rows"),
        ("flows", [[1.0], [2.0]], "a list of 2 rows"),
        ("flows", [[1.0, -2.0], [1.0, 1.0]], "at least 0"),
    ],
)
def test_figures_that_do_not_fit_are_refused(
    key: str, value: Any, allowed: str, folder: Path
) -> None:
    data = load(folder / "own.toml").data
    own = {"regions": ["A", "B"], "gdp": [9.0, 8.0], "flows": [[0.0, 1.0], [1.0, 0.0]]}
    data["economy"] = {"data": {**own, key: value}}
    assert allowed in refused(data)


def test_a_region_that_the_files_lack_is_refused_with_those_they_have(folder: Path) -> None:
    path = rewritten(folder, ECONOMY, HEAD.replace('"B"', '"JPN"'))
    assert "countries.b.region: 'JPN': a region: A, B, C" in refused(path)


def test_what_the_model_cannot_use_is_told_under_the_figures(folder: Path) -> None:
    (folder / "data" / "flows.csv").write_text(FLOWS.replace("30", "0"))
    (folder / "gdp.csv").write_text(GDP.replace("50", "9"))
    assert "economy.gdp.C: 9.0: no less than its exports, 10" in refused(folder / "own.toml")
