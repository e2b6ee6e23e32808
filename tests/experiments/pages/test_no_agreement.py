"""Why nothing can be agreed: said where it is so, of whom, and not elsewhere."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from experiments.cli.main import main
from experiments.pages.no_agreement import no_agreement, no_agreement_page
from experiments.run import load, run
from simulator.scenario import source

TARIFF, PURCHASES = (f"talks.trade.issues.{issue}.payoffs" for issue in ("tariff", "purchases"))


def reasons(**changes: Any) -> list[str]:
    return no_agreement(load("first-talk", changes))


@pytest.mark.parametrize("name", source.shipped())
def test_the_shipped_scenarios_can_agree(name: str) -> None:
    assert no_agreement(load(name)) == []


def test_a_party_that_gains_by_nothing_is_named() -> None:
    (told,) = reasons(**{f"{PURCHASES}.home": [0, 0, 0]})
    assert told.startswith("Home and Partner (trade) can agree on nothing at the start: Home would")
    assert "Full trust would not change it" in told


def test_distrust_is_named_where_it_alone_is_in_the_way() -> None:
    low = {f"countries.{key}.trust": "asymmetric:t0=0.1" for key in ("home", "partner")}
    (told,) = reasons(**low)
    assert "of 9 outcomes Home would gain by 2 and Partner would gain by 2" in told
    assert "Trust is in the way: if each trusted the others fully, 3 outcomes would serve" in told


def test_the_audience_that_passes_nothing_is_named() -> None:
    (told,) = reasons(**{"talks.trade.audience.partner.threshold": 50})
    assert "2 outcomes would serve all parties, but the audience of Partner passes none" in told
    # That it would pass no deal at all is no agreement.
    proud = {"talks.trade.audience.home.threshold": 0}
    (told,) = reasons(**proud, **{"talks.trade.issues.tariff.audience_weights.home": 10})
    assert "2 outcomes would serve all parties, but the audience of Home passes none" in told
    # Each passes something, and none the same.
    first = {
        f"{PURCHASES}.home": [0, 1.4, 3],
        "talks.trade.audience.home.threshold": 1.9,
        "talks.trade.audience.partner.threshold": 2.4,
    }
    (told,) = reasons(**first)
    assert "no one of them passes every audience" in told


def test_a_threat_that_can_be_averted_is_something_to_agree_on() -> None:
    nothing = {f"{PURCHASES}.home": [0, 0, 0], f"{TARIFF}.partner": [0, 0, 0]}
    assert len(reasons(**nothing)) == 1
    threat = {
        "id": "blow",
        "talk": "trade",
        "by": "home",
        "announced": "2025-01-06",
        "payoffs": {"partner": -1},
    }
    assert reasons(**nothing, threats=[threat]) == []


def test_talks_that_are_never_held_or_have_their_deal_are_left_out() -> None:
    nothing = {f"{PURCHASES}.home": [0, 0, 0]}
    assert reasons(**nothing, **{"talks.trade.open": False}) == []
    deal = {"talk": "trade", "signed": "2025-01-01", "outcome": {"tariff": 5}}
    assert reasons(**nothing, deals=[deal]) == []


def test_validate_notes_it_but_of_code_that_was_not_imported_nothing(tmp_path: Path) -> None:
    text, own = source.text("first-talk"), tmp_path / "own.toml"
    own.write_text(text.replace("t0=0.8", "t0=0.1"), encoding="utf-8")
    noted = CliRunner().invoke(main, ["validate", str(own)])
    assert noted.exit_code == 0
    assert noted.stderr.startswith("Note: Home and Partner (trade) can agree on nothing")
    own.write_text(text.replace("asymmetric:t0=0.8", "theirs.Trust"), encoding="utf-8")
    silent = CliRunner().invoke(main, ["validate", str(own)])
    assert silent.exit_code == 0
    assert "Note" not in silent.stderr


def test_a_run_says_it_last() -> None:
    barred = "talks.trade.audience.home.threshold=50"
    done = CliRunner().invoke(main, ["run", "first-talk", "--set", barred])
    last = done.stdout.partition("Nothing to agree on")[2]
    assert "the audience of Home passes none" in " ".join(last.split())
    assert "Nothing to agree on" not in CliRunner().invoke(main, ["run", "first-talk"]).stdout


def test_what_comes_to_a_deal_all_the_same_is_not_told_of_a_run() -> None:
    changed = {
        "date": "2025-01-20",
        "set": {f"{PURCHASES}.home": [0, 2, 3]},
    }
    scenario = load("first-talk", {f"{PURCHASES}.home": [0, 0, 0], "events": [changed]})
    assert len(no_agreement(scenario)) == 1
    played = run(scenario)
    assert len(played.deals) == 1
    assert no_agreement_page(played) is None


values = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), min_size=2, max_size=2)


@given(st.tuples(values, values, values, values), st.sampled_from([0.25, 0.5, 1.0]))
def test_it_is_said_just_where_no_outcome_serves_all(
    payoffs: tuple[Any, ...], trust: float
) -> None:
    """By the definition: own commitments in full, promises times trust, 0 without a deal."""
    tables = [[0.0, *table] for table in payoffs]
    names = itertools.product((TARIFF, PURCHASES), ("home", "partner"))
    changes: dict[str, Any] = {
        f"{issue}.{party}": table for (issue, party), table in zip(names, tables, strict=True)
    }
    changes |= {f"countries.{key}.trust": f"fixed:t0={trust}" for key in ("home", "partner")}
    pairs = [
        (
            tables[0][a] + trust * tables[2][b],
            trust * tables[1][a] + tables[3][b],
        )
        for a, b in itertools.product(range(3), repeat=2)
    ]
    serves = any(min(pair) >= 0.0 and max(pair) > 0.0 for pair in pairs)
    assert (reasons(**changes) == []) == serves
