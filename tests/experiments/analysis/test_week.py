"""A week named by its number or by a date in it."""

import datetime
from typing import Any

import numpy as np
import pytest

from experiments.analysis.week import week_of
from experiments.run import load
from simulator.errors import ScenarioError

FIRST = load("first-talk")  # 26 weeks from Monday 6 January 2025

SAME: list[tuple[Any, int]] = [
    *((3, 3), ("3", 3), (np.int64(3), 3)),
    *(("2025-01-06", 0), ("2025-01-12", 0), ("2025-01-13", 1), ("2025-07-06", 25)),
    (datetime.date(2025, 1, 13), 1),
    (datetime.datetime(2025, 1, 13, 12), 1),
]


@pytest.mark.parametrize(("what", "week"), SAME, ids=str)
def test_a_number_and_a_date_name_a_week(what: Any, week: int) -> None:
    assert week_of(FIRST, what) == week


WRONG: list[Any] = [
    *(26, -1, "26", "-1", "9" * 5000, 2.5, True, None),
    *("2025-01-05", "2025-07-07", "2025-02-30", "soon", "٣"),
]


@pytest.mark.parametrize("what", WRONG, ids=lambda what: str(what)[:12])
def test_what_is_no_week_of_the_run_is_refused(what: Any) -> None:
    with pytest.raises(
        ScenarioError, match="a week of the run: 0 to 25, or a date from 2025-01-06"
    ):
        week_of(FIRST, what)
