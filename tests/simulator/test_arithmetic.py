"""Functions in plain arithmetic against forty digits, and what they must do exactly."""

import math
import random
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.arithmetic import exp, expm1, log, log1p, power, total

MANY = 4000
DIGITS = Context(prec=60)


def units(found: float, true: Decimal) -> float:
    """Return by how many units in the last place a number is off."""
    with localcontext(DIGITS):
        return float(abs(Decimal(found) - true) / Decimal(math.ulp(found)))


def test_an_exponential_is_off_by_less_than_six_tenths_of_a_unit() -> None:
    rng = random.Random(1)
    worst = 0.0
    for _ in range(MANY):
        x = rng.choice([rng.uniform(-2, 2), rng.uniform(-40, 40), rng.uniform(-700, 700)])
        worst = max(worst, units(exp(x), DIGITS.exp(Decimal(x))))
    assert worst < 0.6
    assert (exp(0.0), exp(-800.0), exp(1e-300)) == (1.0, 0.0, 1.0)
    assert exp(-1e300) == exp(-math.inf) == 0.0
    assert exp(709.782712893384) == pytest.approx(1.797693134862273e308, rel=1e-12)
    with pytest.raises(OverflowError):
        exp(709.7827128933841)


def test_an_exponential_less_1_is_off_by_less_than_three_units() -> None:
    rng = random.Random(5)
    worst = 0.0
    for _ in range(MANY):
        x = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-18, 2)
        with localcontext(DIGITS):
            worst = max(worst, units(expm1(x), Decimal(x).exp() - 1))
    assert worst < 3.0
    assert expm1(0.0) == 0.0


def test_a_logarithm_is_off_by_less_than_six_tenths_of_a_unit() -> None:
    rng = random.Random(2)
    worst = 0.0
    for _ in range(MANY):
        x = rng.choice([rng.uniform(0.5, 2), rng.uniform(0, 1), 2.0 ** rng.uniform(-1000, 1000)])
        worst = max(worst, units(log(x), DIGITS.ln(Decimal(x))))
    for near in (1 + 2**-52, 1 - 2**-53, 1.0001, 0.9999, 0.7071067811865475, 1.4142135623730951):
        worst = max(worst, units(log(near), DIGITS.ln(Decimal(near))))
    assert worst < 0.6
    assert log(1.0) == 0.0
    for none in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="a number above 0"):
            log(none)


def test_a_logarithm_near_1_is_off_by_less_than_two_units() -> None:
    rng = random.Random(3)
    worst = 0.0
    for _ in range(MANY):
        x = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-18, -0.001)
        with localcontext(DIGITS):
            worst = max(worst, units(log1p(x), (1 + Decimal(x)).ln()))
    assert worst < 2.0
    assert log1p(0.0) == 0.0
    assert log1p(9.0) == pytest.approx(math.log(10.0), rel=1e-15)


def test_a_power_is_off_by_less_than_a_unit_unless_it_is_tiny_or_huge() -> None:
    rng = random.Random(4)
    usual = far = 0.0
    for _ in range(MANY):
        base, exponent = (
            rng.uniform(1e-3, 1.0),
            rng.choice([rng.uniform(0, 5), rng.uniform(-3, 120)]),
        )
        found = power(base, exponent)
        with localcontext(DIGITS):
            off = units(found, Decimal(base) ** Decimal(exponent))
        if 1e-9 <= found <= 1e9:
            usual = max(usual, off)
        elif found > 1e-300:
            far = max(far, off)
    assert usual < 1.0
    assert far < 10.0


@pytest.mark.parametrize("base", [2.0, 0.5, 3.0, 10.0, 1.5, 0.75])
def test_whole_powers_that_a_float_holds_are_exact(base: float) -> None:
    for exponent in range(-10, 16):
        true = base**exponent
        with localcontext(DIGITS):
            exact = Decimal(base) ** exponent == Decimal(true)
        assert not exact or power(base, float(exponent)) == true


def test_powers_of_and_to_nothing() -> None:
    assert [power(0.0, 2.5), power(7.3, 0.0), power(1.0, 1e300), power(0.0, 0.0)] == [0, 1, 1, 1]
    assert power(0.3, 1.0) == 0.3
    with pytest.raises(ValueError, match="a number above 0"):
        power(0.0, -1.0)
    with pytest.raises(ValueError, match="a number above 0"):
        power(-1.0, 0.5)


@given(base=st.floats(0.01, 1.0), low=st.floats(0.01, 50.0), more=st.floats(0.01, 50.0))
def test_a_share_falls_with_its_power(base: float, low: float, more: float) -> None:
    assert 0.0 <= power(base, low + more) <= power(base, low) <= 1.0


def test_a_sum_is_taken_from_the_first_to_the_last() -> None:
    assert total([0.1] * 10) == 0.9999999999999999  # sum says 1.0 from Python 3.12 on
    assert total([]) == 0.0
    assert total(iter([1e16, 1.0, -1e16])) == 0.0
