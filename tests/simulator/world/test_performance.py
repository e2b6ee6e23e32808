"""The rules of performance, on numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world.evidence import excused
from simulator.world.performance import mean_quality, weighted_trust

QUALITY = st.floats(0.0, 1.0)


def test_quality_towards_a_partner_is_the_mean_weighted_by_what_it_is_worth_to_it() -> None:
    assert mean_quality([1.0, 0.0], [3.0, 1.0]) == 0.75
    assert mean_quality([1.0, 0.0], [3.0, -9.0]) == 1.0  # what harms it has no stake
    assert mean_quality([1.0, 0.0], [-1.0, 0.0]) == 0.5


@given(st.lists(st.tuples(QUALITY, st.floats(-10.0, 10.0)), min_size=1))
def test_a_mean_quality_lies_between_the_lowest_and_the_highest(
    commitments: list[tuple[float, float]],
) -> None:
    qualities, worth = zip(*commitments, strict=True)
    assert min(qualities) <= mean_quality(qualities, worth) <= max(qualities)


def test_a_disregard_is_excused_where_it_answers_a_partners_in_the_period_before() -> None:
    broken, whole = {"us": 0.4, "eu": 1.0}, {"us": 1.0, "eu": 0.5}
    assert excused({"us": 1.0, "eu": 0.0}, broken) == {"eu"}
    assert excused({"us": 0.0, "eu": 0.5}, broken) == set()  # its own is no excuse
    assert excused({"us": 0.0, "eu": 0.0}, whole) == set()
    assert excused({"us": 1.0, "eu": 0.0}, broken, ["eu"]) == set()
    assert excused({"us": 0.0, "eu": 0.0}, None) == set()


def test_trust_in_partners_counts_by_what_each_promised() -> None:
    assert weighted_trust([0.9, 0.5], [1.0, 3.0]) == pytest.approx(0.6)
    assert weighted_trust([0.9, 0.5], [0.0, 0.0]) == 0.5
