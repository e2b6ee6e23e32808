"""What a run depends on, and on nothing else: design section 8."""

import json
import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from experiments.run import run
from tests.generators import START, scenarios
from tests.simulator.world.small import two

Data = dict[str, Any]

TABLES = ("offers", "deals", "performance", "trust", "threats", "payoffs")
THOROUGH = settings(max_examples=20, suppress_health_check=list(HealthCheck))
seeds = st.integers(-3, 2**63 - 1)


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_the_same_scenario_and_seed_give_the_same_bytes(data: Data, seed: int) -> None:
    first, second = run(data, seed), run(data, seed)
    assert first.to_json() == second.to_json()
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(first, table), getattr(second, table))


SCRIPT = """
import sys
from experiments.run import run
for name, seed in (("allies-2025", 3), ("first-talk", 1)):
    sys.stdout.write(run(name, seed=seed, weeks=40).to_json())
"""


def test_the_hash_seed_changes_no_byte() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4242")
    ]
    here = "".join(
        run(name, seed=seed, weeks=40).to_json()
        for name, seed in (("allies-2025", 3), ("first-talk", 1))
    )
    assert found[0] == found[1] == here.encode()


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_a_bystander_without_edges_changes_nothing(data: Data, seed: int) -> None:
    more = {**data, "bystanders": {"aaa": {}, **data["bystanders"], "zzz": {}}}
    plain, crowded = run(data, seed), run(more, seed)
    assert plain.to_json() == crowded.to_json()
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(plain, table), getattr(crowded, table))


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_a_country_without_edges_and_talks_changes_nothing_for_the_others(
    data: Data, seed: int
) -> None:
    more = {**data, "countries": {"aaa": {}, **data["countries"]}}
    plain, crowded = run(data, seed).to_dict(), run(more, seed).to_dict()
    assert plain["deals"] == crowded["deals"]
    assert plain["performance"] == crowded["performance"]
    for key in ("payoffs", "trust"):
        mine = {name: crowded[key][name] for name in data["countries"]}
        for row in mine.values():
            row.pop("aaa", None)
        assert plain[key] == mine


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_anothers_threat_about_nothing_changes_no_draw(data: Data, seed: int) -> None:
    threaten = {(threat["by"], threat["talk"]) for threat in data["threats"]}
    others = [
        (party, name)
        for name, talk in data["talks"].items()
        for party in talk["parties"]
        if party not in {by for by, _ in threaten}
    ]
    assume(others)
    by, name = others[0]
    nothing = {
        "id": "nothing",
        "talk": name,
        "by": by,
        "announced": START,
        "effective": START + timedelta(weeks=2),
        "payoffs": {by: 0.0},
        "policy": {"extend": 0.5, "weeks": 1},
    }
    plain, more = run(data, seed), run({**data, "threats": [nothing, *data["threats"]]}, seed)
    about_threats = dict.fromkeys(("threats", "credibility"))  # which have what was announced
    assert plain.to_dict() | about_threats == more.to_dict() | about_threats
    mine = more.threats[more.threats["threat"] != "nothing"].reset_index(drop=True)
    pd.testing.assert_frame_equal(plain.threats, mine, check_dtype=False)
    pd.testing.assert_frame_equal(plain.offers, more.offers)


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_under_fixed_trust_and_credibility_the_past_changes_nothing(data: Data, seed: int) -> None:
    for country in data["countries"].values():
        country["trust"] = "fixed:t0=0.6"
        country["credibility"] = "fixed:t0=0.7"
        country.pop("shocks", None)
    told = [event for event in data["events"] if "evidence" not in event]
    first, second = list(data["countries"])[:2]
    broken = {
        "date": START - timedelta(weeks=1),
        "what": "a word",
        "obligor": first,
        "beneficiaries": [second],
        "quality": 0,
        "stake": 1,
    }
    past = [*data["history"], broken, {**broken, "kind": "threat"}]
    with_, without = (
        run({**data, "history": history, "events": events}, seed)
        for history, events in ((past, data["events"]), ([], told))
    )
    assert with_.to_json() == without.to_json()
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(with_, table), getattr(without, table))
    assert {*with_.trust["trust"]} <= {0.6}
    assert {*with_.trust["credibility"]} <= {0.7}


@given(data=scenarios(max_parties=3), seed=seeds)
@THOROUGH
def test_which_tables_are_kept_changes_no_draw(data: Data, seed: int) -> None:
    full = run(data, seed)
    row = full.row()
    assert run(data, seed, tables=()).row() == row
    assert run(data, seed, tables=["performance"]).row() == row
    some = run(data, seed, tables=["deals", "performance"])
    told = full.to_dict()
    del told["threats"]  # whose table was not kept
    assert some.to_dict() == told
    pd.testing.assert_frame_equal(some.deals, full.deals)


# --- names and orders ---------------------------------------------------------------------------

NAMES = {"us": "zeta", "japan": "yota", "eu": "alpha", "korea": "mid"}


def relabelled(value: Any, names: dict[str, str]) -> Any:
    """Return data in which names stand for others, also as parts of keys and dotted paths."""
    if isinstance(value, dict):
        return {relabelled(k, names): relabelled(v, names) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [relabelled(entry, names) for entry in value]
    if isinstance(value, str):
        for mark in ("-", ".", ":", "+"):
            if mark in value:
                return mark.join(relabelled(part, names) for part in value.split(mark))
        return names.get(value, value)
    return value


@given(data=scenarios(deterministic=True, max_parties=3))
@THOROUGH
def test_relabelling_the_countries_permutes_the_results(data: Data) -> None:
    plain, renamed = run(data), run(relabelled(data, NAMES))
    assert relabelled(plain.to_dict(), NAMES) == renamed.to_dict()
    for table in ("trust", "threats"):
        rows, again = (getattr(r, table).to_dict("records") for r in (plain, renamed))
        assert relabelled(rows, NAMES) == again


@given(data=scenarios(max_parties=3), seed=seeds, shuffle=st.randoms(use_true_random=False))
@THOROUGH
def test_the_order_of_the_file_does_not_matter(
    data: Data, seed: int, shuffle: random.Random
) -> None:
    mixed = dict(data)
    for key in ("countries", "talks", "bystanders"):
        items = list(data[key].items())
        shuffle.shuffle(items)
        mixed[key] = dict(items)
    for key in ("history", "threats", "coalitions", "deals", "relationships"):
        entries = list(data[key])
        shuffle.shuffle(entries)
        mixed[key] = entries
    first, second = run(data, seed), run(mixed, seed)
    before, after = first.to_dict(), second.to_dict()
    for table in ("threats", "trust"):  # credibility included
        found = [getattr(r, table).to_dict("records") for r in (first, second)]
        rows = [sorted(json.dumps(row) for row in of_run) for of_run in found]
        assert rows[0] == rows[1]

    def key_of(deal: Data) -> tuple[str, int]:
        return deal["talk"], deal["signed"]

    assert sorted(before["deals"], key=key_of) == sorted(after["deals"], key=key_of)
    as_text = [sorted(json.dumps(r) for r in one["performance"]) for one in (before, after)]
    assert as_text[0] == as_text[1]
    assert before["trust"] == after["trust"]
    assert before["trust_start"] == after["trust_start"]
    for country, payoffs in before["payoffs"].items():  # sums over talks: up to rounding
        assert after["payoffs"][country] == pytest.approx(payoffs, abs=1e-9)


# --- seeds --------------------------------------------------------------------------------------


@given(data=scenarios(deterministic=True, max_parties=3), seed=seeds)
@THOROUGH
def test_without_stochastic_parts_every_seed_tells_the_same_story(data: Data, seed: int) -> None:
    assert run(data, seed).to_dict() | {"seed": 0} == run(data, 0).to_dict()


def test_another_seed_changes_values_where_they_are_uncertain() -> None:
    world = {**two(), "valuation_sd": 0.2}
    assert len({json.dumps(run(world, seed, 1).to_dict()["payoffs"]) for seed in range(5)}) == 5


def test_another_seed_changes_what_a_volatile_country_does() -> None:
    world = two(us={"compliance": "volatile:probability=0.5"})
    assert len({json.dumps(run(world, seed).to_dict()["performance"]) for seed in range(8)}) > 3


def test_a_volatile_country_disregards_as_often_as_it_says() -> None:
    world = two(
        {"review_weeks": 1, "cooling_weeks": 0}, us={"compliance": "volatile:probability=0.2"}
    )
    rows = [r for seed in range(20) for r in run(world, seed, 60).to_dict()["performance"]]
    mine = [r["quality"] < 0.5 for r in rows if r["obligor"] == "us"]
    assert len(mine) > 1000
    assert sum(mine) / len(mine) == pytest.approx(0.2, abs=0.04)
