"""The course of a run: what metrics go by."""

from types import SimpleNamespace
from typing import Any

import pytest

from experiments.runs.course import WorldCourse


@pytest.mark.parametrize(("start", "lowest"), [(0.3, 0.3), (0.6, 0.4)])
def test_the_lowest_trust_is_that_of_a_week_or_of_the_start(start: float, lowest: float) -> None:
    rows = [(0, (0.5,), (1.0,)), (1, (0.4,), (1.0,)), (2, (0.7,), (1.0,))]
    pair = ("home", "partner")
    world: Any = SimpleNamespace(
        trust_start={pair: start}, records=SimpleNamespace(rows={"trust": rows})
    )
    assert WorldCourse(world).lowest_trust == {pair: lowest}
