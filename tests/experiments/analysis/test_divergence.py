"""Two runs side by side: what differed, and from which week."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from experiments.analysis.divergence import compare
from experiments.cli.main import main
from experiments.run import Run, load, run
from simulator.errors import ScenarioError

HASTY = {"countries.partner.patience": 0.9}
TABLES = ["offers", "deals", "performance", "trust", "payoffs"]
FORCED = {"date": "2025-05-20", "disregard": {"talk": "trade", "by": "home"}}


def firsts(first: Run, second: Run) -> dict[str, int | None]:
    """Return the week in which each table first differs."""
    rows = compare(first, second).to_dict()["tables"]
    return {row["table"]: row["week"] for row in rows}


def first_row(first: Run, second: Run, table: str) -> dict[str, Any]:
    return next(r for r in compare(first, second).to_dict()["tables"] if r["table"] == table)


@pytest.fixture(scope="module")
def plain() -> Run:
    return run("first-talk")


@pytest.fixture(scope="module")
def allies() -> dict[int, Run]:
    return {seed: run("allies-2025", seed, weeks=20) for seed in (1, 2)}


def test_equal_runs_are_the_same_in_every_row(allies: dict[int, Run]) -> None:
    found = compare(allies[1], run("allies-2025", 1, weeks=20))
    assert found.same
    assert found.week is None
    assert list(found.tables["table"]) == TABLES
    assert found.tables["of"].min() > 0  # NaN among them: payoffs of those that are not parties
    assert "They are the same: scenario, seed, and every row of every table." in str(found)


def test_runs_of_other_seeds_are_not_the_same_though_nothing_differs(plain: Run) -> None:
    found = compare(plain, run("first-talk", 1))
    assert found.week is None
    assert not found.same
    assert "Nothing that was compared of what happened differs." in str(found)


def test_a_world_in_which_a_deal_is_broken_twice_has_no_two_rows_of_one_fact() -> None:
    twice = [FORCED, {**FORCED, "date": "2025-09-20"}]
    broken = run("first-talk", weeks=40, set={"events": twice})
    of = dict(compare(broken, broken).tables[["table", "of"]].to_numpy())
    assert of["performance"] == len(broken.performance)
    assert (of["offers"], of["trust"]) == (len(broken.offers), len(broken.trust))


def test_what_was_set_is_told_by_its_path_with_both_values(plain: Run) -> None:
    found = compare(plain, run("first-talk", set=HASTY))
    assert found.to_dict()["scenario"] == [
        {"path": "countries.partner.patience", "first": None, "second": "0.9"}
    ]
    assert re.search(r"^countries\.partner\.patience +\u2013 +0\.9$", str(found), re.M)


def test_each_table_differs_from_a_week_of_its_own(plain: Run) -> None:
    # Partner asks for .9 of what it would: in round 2 for 1.8 and no longer for 2. It is signed in
    # week 2, and from then on its payoffs are discounted.
    hasty = run("first-talk", set=HASTY)
    weeks = firsts(plain, hasty)
    assert weeks == {"offers": 1, "deals": None, "performance": None, "trust": None, "payoffs": 2}
    assert compare(plain, hasty).week == 1
    row = first_row(plain, hasty, "offers")
    assert row["what"] == "Home and Partner, round 2, offer of Partner"
    assert row["first"] == "home: tariff 0 %; partner: purchases 100 US$ bn"
    assert row["second"] == "home: tariff 5 %; partner: purchases 50 US$ bn"
    assert row["differing"] == 2  # which Home accepts; in the first run it makes the same offer


def test_a_broken_promise_is_seen_first_in_performance_and_later_in_trust() -> None:
    kept = run("first-talk", weeks=40)
    broken = run("first-talk", weeks=40, set={"events": [FORCED]})
    weeks = firsts(kept, broken)
    assert weeks["offers"] is weeks["deals"] is None
    assert weeks["performance"] == weeks["payoffs"] == 19
    assert weeks["trust"] == 28
    row = first_row(kept, broken, "performance")
    assert row["what"] == "Home, tariff (trade:0)"
    assert (row["first"], row["second"]) == (None, "quality 0")
    moved = {row["observer"]: row["difference"] for row in compare(kept, broken).to_dict()["trust"]}
    assert moved["partner"] < 0
    assert moved["home"] == 0


def test_the_first_difference_of_a_table_is_that_of_its_rows(allies: dict[int, Run]) -> None:
    one, other = allies.values()
    both = one.trust.merge(other.trust, on=["week", "observer", "subject"])
    apart = both[both["trust_x"] != both["trust_y"]]
    row = first_row(one, other, "trust")
    assert (row["week"], row["differing"], row["of"]) == (apart["week"].min(), len(apart), 400)


def test_the_smallest_difference_is_one(plain: Run) -> None:
    other = run("first-talk")
    values = other.trust["trust"].to_numpy(copy=True)
    values[17] = np.nextafter(values[17], 1)
    other.trust["trust"] = values
    row = first_row(plain, other, "trust")
    assert (row["week"], row["differing"]) == (other.trust["week"].iloc[17], 1)
    assert row["first"] != row["second"]


def test_a_longer_run_is_compared_over_the_weeks_of_both(plain: Run) -> None:
    found = compare(plain, run("first-talk", weeks=52))
    assert found.week is None
    assert not found.same
    assert found.missing == {"weeks 26 to 51": "only the second played them"}
    assert "Payoffs over the run" in str(found)


def test_a_table_that_one_did_not_keep_is_named(plain: Run) -> None:
    found = compare(run("first-talk", set=HASTY, tables=["offers", "deals"]), plain)
    assert list(found.tables["table"]) == ["offers", "deals"]
    assert found.week == 1
    lacking = [f"table {table}" for table in ("performance", "trust", "payoffs")]
    assert found.missing == dict.fromkeys(lacking, "the first did not keep it")


def test_countries_and_talks_of_one_are_named_and_the_others_compared(plain: Run) -> None:
    talk = {**plain.scenario.data["talks"]["trade"], "parties": ["third", "partner"], "open": False}
    for issue in talk["issues"]:
        issue["payoffs"]["third"] = issue["payoffs"].pop("home")
        issue["obligor"] = issue["obligor"].replace("home", "third")
    more = {"countries.third": {"name": "Third"}, "talks.other": talk}
    found = compare(plain, run(plain.scenario.with_(more)))
    assert found.missing == dict.fromkeys(
        ["countries.third", "talks.other"], "only the second has it"
    )
    assert found.week is None
    assert list(found.deals["talk"]) == ["trade"]
    assert set(found.trust["observer"]) == set(found.payoffs["country"]) == {"home", "partner"}


def test_entries_without_an_id_are_compared_by_what_they_say(plain: Run) -> None:
    past = {"date": "2024-01-01", "what": "kept", "obligor": "home", "beneficiaries": ["partner"],
            "quality": 1, "stake": 0.5}  # fmt: skip
    older = {**past, "date": "2023-01-01", "what": "broken", "quality": 0}
    one, other = (run(plain.scenario.with_(history=past)) for past in ([past], [older, past]))
    (row,) = compare(one, other).to_dict()["scenario"]
    assert row["path"] == "history"
    assert row["first"] is None
    assert "broken" in row["second"]


def test_the_page_fits_on_80_columns_and_names_people(allies: dict[int, Run]) -> None:
    page = str(compare(*allies.values()))
    assert max(map(len, page.splitlines())) <= 80
    assert "first   allies-2025, seed 1, 20 weeks" in page
    assert "United States and Japan" in page
    assert "nan" not in re.split(r"\W+", page)


def test_a_notebook_shows_the_page_and_escapes_what_a_scenario_says(plain: Run) -> None:
    named = plain.scenario.with_({"countries.home.name": "<b>Home</b>", **HASTY})
    shown = compare(run(named), plain)._repr_html_()
    assert "What differs first, table by table" in shown
    assert "&lt;b&gt;Home&lt;/b&gt;" in shown
    assert "<b>" not in shown


def test_runs_of_nothing_in_common_are_told_apart(plain: Run, allies: dict[int, Run]) -> None:
    found = compare(plain, allies[1])
    page = str(found)
    assert found.compared == 0
    assert "They share no country and no talk: what happened cannot be compared" in page
    assert "Nothing that was compared" not in page
    assert "talks.us-japan     only the second has it" in page
    assert re.search(r"^and [\d,]+ more$", page, re.M)
    assert "weeks" in page


def test_runs_of_the_same_countries_that_kept_no_table_both_are_compared_at_their_ends() -> None:
    found = compare(run("first-talk", tables=["offers"]), run("first-talk", set=HASTY, tables=[]))
    page = str(found)
    assert "They share no table: what happened cannot be compared week by week." in page
    assert re.search(r"^Home +0\.46 +0\.46 +0\.00$", page, re.M)


# -- the command ---------------------------------------------------------------------------------


def ask(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home: Path = tmp_path_factory.mktemp("runs")
    assert ask("run", "first-talk", "--out", home / "one").exit_code == 0
    change = ["--set", "countries.partner.patience=0.9"]
    assert ask("run", "first-talk", *change, "--out", home / "two").exit_code == 0
    return home / "one", home / "two"


def test_the_command_compares_two_runs(folders: tuple[Path, Path], plain: Run) -> None:
    found = compare(plain, run(load("first-talk", HASTY)))
    assert ask("compare", *folders).stdout == str(found)
    assert json.loads(ask("compare", *folders, "--json").stdout) == found.to_dict()


def test_a_metric_is_not_of_two_runs(folders: tuple[Path, Path]) -> None:
    refused = ask("compare", *folders, "--metric", "deals_signed")
    assert refused.exit_code == 2
    assert "--metric is of experiments, and these are two runs: leave it out." in refused.stderr


def test_what_is_no_run_is_refused_by_its_place(plain: Run) -> None:
    wrong: Any = "results/kept"
    with pytest.raises(ScenarioError, match=r"second: 'results/kept': what .*run returns"):
        compare(plain, wrong)
