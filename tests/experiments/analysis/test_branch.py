"""A run branched: what happened before the week is the same, and after it the draws are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.branch import branch
from experiments.analysis.divergence import compare
from experiments.run import run
from experiments.runs.tables import rows
from simulator.errors import ScenarioError
from simulator.world.records import TABLES, columns
from tests.generators import scenarios

DATED = [name for name in TABLES if any(column.name == "week" for column in TABLES[name])]
CHANGES = ({"strategy": "conceder"}, {"patience": 0.8}, {"compliance": "volatile:probability=0.9"})


def before(played: Any, table: str, week: int) -> list[tuple[Any, ...]]:
    names = [column.name for column in columns(table, played.scenario.countries)]
    at = names.index("week")
    return [row for row in map(tuple, rows(played.world, table)) if row[at] < week]


@given(data=scenarios(), share=st.floats(0, 0.99), change=st.sampled_from(CHANGES))
def test_all_rows_before_the_week_are_equal(
    data: dict[str, Any], share: float, change: dict[str, Any]
) -> None:
    country = next(iter(data["countries"]))
    week = int(share * data["weeks"])
    played = run(data, seed=3)
    other = branch(played, week, {f"countries.{country}.{k}": v for k, v in change.items()})
    for table in DATED:
        assert str(before(other, table, week)) == str(before(played, table, week))
    differs = compare(played, other).week
    assert differs is None or differs >= week


def test_what_is_set_counts_from_the_week_on() -> None:
    played = run("first-talk", seed=1, weeks=40)
    breaks = {"countries.partner.compliance": "volatile:probability=1"}
    other = branch(played, 25, breaks)
    weeks = other.performance.query("reason == 'withheld' and obligor == 'partner'")["week"]
    assert len(weeks)
    assert weeks.min() >= 25
    assert "withheld" not in set(played.performance["reason"])


def test_the_same_as_before_changes_nothing() -> None:
    played = run("first-talk", seed=1)
    same = {"countries.home.patience": played.scenario.countries["home"].patience}
    assert compare(played, branch(played, 3, same)).week is None


WRONG: list[tuple[Any, Any, str]] = [
    (500, {"countries.home.patience": 0.9}, "week: 500: a week of the run: 0 to"),
    (-1, {"countries.home.patience": 0.9}, "week: -1: a week of the run: 0 to"),
    (2.5, {"countries.home.patience": 0.9}, "week: 2.5: a week of the run: 0 to"),
    (3, {}, "what changes, by dotted path"),
    (3, None, "what changes, by dotted path"),
    (3, {"weeks": 9}, "  weeks: 9: what an event may set"),
    (3, {"countries.home.patience": 7}, "  countries.home.patience: 7: a number above 0"),
]


@pytest.mark.parametrize(("week", "change", "message"), WRONG)
def test_what_cannot_be_is_refused(week: Any, change: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        branch(run("first-talk"), week, change)


def test_a_short_path_stands_for_the_full_one() -> None:
    r = run("first-talk", weeks=20)
    short, full = (
        r.what_if(1, {path: 0.5}) for path in ("home.patience", "countries.home.patience")
    )
    assert short.second.scenario == full.second.scenario
