import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.theory.reputation import Attrition, attrition

Pair = tuple[float, float]


@st.composite
def contests(draw: st.DrawFn) -> tuple[Pair, Pair, Pair]:
    """Draw demands that exceed the pie, prior probabilities and discount rates."""
    first = draw(st.floats(0.2, 0.95))
    demands = (first, 1 - first + draw(st.floats(0.1, 0.9)) * first)
    stubborn = draw(st.tuples(*[st.floats(0.01, 0.5)] * 2))
    return demands, stubborn, draw(st.tuples(*[st.floats(0.1, 2)] * 2))


def test_equals_concede_at_the_known_rate_until_the_known_time() -> None:
    war = attrition((0.75, 0.75), (0.25, 0.25), (1.0, 1.0))
    assert war.rates == (0.5, 0.5)
    assert war.end == pytest.approx(2 * math.log(4))
    assert war.at_once == pytest.approx((0.0, 0.0))
    assert war.shares == pytest.approx((0.25, 0.25))


def test_who_is_less_likely_stubborn_concedes_at_once_with_the_known_probability() -> None:
    # It must be as likely stubborn as the other once it has not conceded: 0.1 / (1 - q) = 0.25.
    war = attrition((0.75, 0.75), (0.25, 0.1), (1.0, 1.0))
    assert war.at_once == pytest.approx((0.0, 0.6))
    assert war.shares == pytest.approx((0.6 * 0.75 + 0.4 * 0.25, 0.25))


@given(contest=contests())
def test_both_are_known_to_be_stubborn_at_the_same_time(
    contest: tuple[Pair, Pair, Pair],
) -> None:
    war, stubborn = attrition(*contest), contest[1]
    for i in (0, 1):
        assert war.conceded(i, 0.0) == pytest.approx(war.at_once[i])
        assert war.conceded(i, war.end) == pytest.approx(1 - stubborn[i])
        assert war.conceded(i, 2 * war.end) == war.conceded(i, war.end)
    assert min(war.at_once) == pytest.approx(0.0, abs=1e-12)


@given(contest=contests(), share=st.floats(0.01, 1))
def test_a_rational_party_gets_the_same_whenever_it_concedes(
    contest: tuple[Pair, Pair, Pair], share: float
) -> None:
    war = attrition(*contest)
    for i in (0, 1):
        found = conceding_at(war, i, share * war.end, contest)
        assert found == pytest.approx(war.shares[i], abs=1e-4)


def conceding_at(war: Attrition, i: int, time: float, contest: tuple[Pair, Pair, Pair]) -> float:
    """Return what party i expects from holding out until a time, summed over short intervals."""
    demands, _, rates = contest
    times = np.linspace(0, time, 2001)
    partner = np.array([war.conceded(1 - i, t) for t in times])
    middle = np.exp(-rates[i] * (times[1:] + times[:-1]) / 2)
    won = partner[0] + (middle * np.diff(partner)).sum()
    lost = math.exp(-rates[i] * time) * (1 - partner[-1])
    return float(demands[i] * won + (1 - demands[1 - i]) * lost)


@given(contest=contests())
def test_turning_the_seats_turns_the_war(contest: tuple[Pair, Pair, Pair]) -> None:
    war, turned = attrition(*contest), attrition(*[pair[::-1] for pair in contest])
    assert turned.rates == pytest.approx(war.rates[::-1])
    assert turned.shares == pytest.approx(war.shares[::-1])
    assert turned.end == pytest.approx(war.end)


@given(contest=contests(), less=st.floats(0.1, 0.9))
def test_a_greater_chance_of_being_stubborn_never_brings_less(
    contest: tuple[Pair, Pair, Pair], less: float
) -> None:
    demands, stubborn, rates = contest
    weaker = attrition(demands, (less * stubborn[0], stubborn[1]), rates)
    assert attrition(demands, stubborn, rates).shares[0] >= weaker.shares[0] - 1e-12
