"""The rules of performance, on numbers alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world.deals import collapses
from simulator.world.evidence import excused
from simulator.world.party import disregarded, evident
from simulator.world.performance import mean_quality, weighted_trust

QUALITY = st.floats(0.0, 1.0)
LEVEL = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True, allow_subnormal=False)


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
    assert excused({"us": 1.0, "eu": 0.0}, broken, 0.5) == {"eu"}
    assert excused({"us": 0.0, "eu": 0.5}, broken, 0.5) == set()  # its own is no excuse
    assert excused({"us": 0.0, "eu": 0.0}, whole, 0.5) == set()
    assert excused({"us": 1.0, "eu": 0.0}, broken, 0.5, ["eu"]) == set()
    assert excused({"us": 0.0, "eu": 0.0}, None, 0.5) == set()


def test_what_is_a_disregard_the_level_says() -> None:
    for level, withheld in ((0.5, {"us"}), (0.3, set()), (0.8, {"us", "eu"})):
        overall = {"us": 0.4, "eu": 0.7}
        assert {p for p, q in overall.items() if disregarded(q, level)} == withheld
        assert collapses(overall, None, level) == (len(withheld) == 2)
        assert collapses(overall, overall, level) == bool(withheld)
        assert excused(overall, {"us": 1.0, "eu": 0.7}, level) == ({"us"} if level > 0.7 else set())


@given(QUALITY)
def test_with_a_level_of_one_half_evidence_is_the_quality_itself(quality: float) -> None:
    assert evident(quality, 0.5).hex() == quality.hex()


@given(LEVEL)
def test_the_level_of_a_disregard_is_neutral_evidence_and_the_ends_stay(level: float) -> None:
    assert evident(level, level) == 0.5
    assert evident(0.0, level) == 0.0
    assert evident(1.0, level) == 1.0


@given(LEVEL, QUALITY, QUALITY)
def test_evidence_rises_with_the_quality_and_is_adverse_iff_that_is_a_disregard(
    level: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= evident(low, level) <= evident(high, level) <= 1.0
    assert disregarded(low, level) == (evident(low, level) < 0.5)
    below = math.nextafter(level, 0.0)
    assert evident(below, level) < 0.5


@given(LEVEL.filter(lambda d: 0.01 < d < 0.99), st.floats(0.0, 1.0))
def test_evidence_is_linear_on_each_side_of_the_level(level: float, share: float) -> None:
    assert evident(share * level, level) == pytest.approx(share / 2)
    assert evident(level + share * (1 - level), level) == pytest.approx((1 + share) / 2)


def test_trust_in_partners_counts_by_what_each_promised() -> None:
    assert weighted_trust([0.9, 0.5], [1.0, 3.0]) == pytest.approx(0.6)
    assert weighted_trust([0.9, 0.5], [0.0, 0.0]) == 0.5
