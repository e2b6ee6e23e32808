"""Sums, powers, exponentials and logarithms with the same digits on every machine.

The C library's exp, log and pow differ in the last digit with and without fused multiply-add, those
of numpy with and without AVX-512, and `sum` of floats with the version of Python. What rules of the
model need is made here of additions, multiplications and divisions of floats, which IEEE 754
determines to the last digit, one at a time.

A logarithm is worked out as the sum of two floats, for a power needs more digits of it than one
has: ``ln x = k ln 2 + 2 artanh s`` with ``s = f / (2 + f)`` and ``x = 2^k (1 + f)``. An exponential
is ``2^k`` times a Taylor series over half of ln 2.

References
----------
Dekker (1971), "A floating-point technique for extending the available precision", Numerische
Mathematik 18: exact errors of products.
"""

import math
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["exp", "expm1", "log", "log1p", "power", "total"]

#: ln 2 as the sum of two floats; the first has so few digits that whole multiples are exact.
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_PER_LN2 = 1.4426950408889634
_ROOT_HALF = 0.7071067811865476
#: Splits a float into two of half its digits.
_SPLITTER = 134217729.0  # 2^27 + 1
#: 1 / n! from 14 down to 2, and 2 / (2 n + 1) from 11 down to 1.
_TAYLOR = tuple(1.0 / math.factorial(n) for n in range(14, 1, -1))
_ARTANH = tuple(2.0 / (2 * n + 1) for n in range(11, 0, -1))
#: Above it exp overflows, and below it is 0.
_HIGHEST, _LOWEST = 709.782712893384, -745.2


def total(values: Iterable[float]) -> float:
    """Return the sum of the values, from the first to the last."""
    result = 0.0
    for value in values:
        result += value
    return result


def exp(x: float) -> float:
    """Return e to the power of `x`, to within .6 units in the last place."""
    return _exp(x, 0.0)


def expm1(x: float) -> float:
    """Return e to the power of `x`, less 1, also where `x` is tiny."""
    return x + x * x * _series(x) if abs(x) < 0.35 else exp(x) - 1.0


def log(x: float) -> float:
    """Return the natural logarithm of a number above 0, to within .6 units in the last place."""
    return _log(x)[0]


def log1p(x: float) -> float:
    """Return the natural logarithm of ``1 + x``, `x` above -1, also where `x` is tiny."""
    if 1.0 + x == 1.0:
        return x
    high, low = 1.0 + x, 0.0
    low = x - (high - 1.0) if abs(x) < 1.0 else 1.0 - (high - x)
    return log(high) + low / high


@lru_cache(maxsize=8192)
def power(base: float, exponent: float) -> float:
    """Return `base`, from 0, to the power of `exponent`.

    To within a unit in the last place if the result is from 1e-9 to 1e9, else within ten. Whole
    powers that a float holds exactly are exact.
    """
    if exponent == 0.0 or base == 1.0:
        return 1.0
    if base == 0.0 and exponent > 0.0:
        return 0.0
    high, low = _log(base)
    product = exponent * high
    return _exp(product, _error_of_product(exponent, high, product) + exponent * low)


def _exp(high: float, low: float) -> float:
    """Return e to the power of ``high + low``, the second being far smaller than the first."""
    if high < _LOWEST:
        return 0.0
    if high > _HIGHEST:
        raise OverflowError("the exponential of so large a number is no float")
    k = math.floor(high * _PER_LN2 + 0.5)
    first, second = high - k * _LN2_HIGH, low - k * _LN2_LOW
    r = first + second
    rest = (first - r) + second
    one_more = 1.0 + r
    lost = r - (one_more - 1.0)
    return math.ldexp(one_more + (lost + rest * one_more + r * r * _series(r)), k)


def _series(r: float) -> float:
    """Return ``(e^r - 1 - r) / r^2``, `r` being small."""
    series = 0.0
    for coefficient in _TAYLOR:
        series = series * r + coefficient
    return series


def _log(x: float) -> tuple[float, float]:
    """Return the logarithm of `x` as the sum of two floats, the first being its value."""
    if not 0.0 < x < math.inf:
        raise ValueError("a logarithm needs a number above 0")
    mantissa, k = math.frexp(x)
    if mantissa < _ROOT_HALF:
        mantissa, k = 2.0 * mantissa, k - 1
    f = mantissa - 1.0
    below = 2.0 + f
    s = f / below
    product = s * below
    missing = (f - product) - _error_of_product(s, below, product) - s * (f - (below - 2.0))
    z = s * s
    series = 0.0
    for coefficient in _ARTANH:
        series = (series + coefficient) * z
    first, second = k * _LN2_HIGH, 2.0 * s
    high = first + second
    low = (first - high) + second if abs(first) > abs(second) else (second - high) + first
    low += s * series + 2.0 * missing / below + k * _LN2_LOW
    value = high + low
    return value, (high - value) + low


def _error_of_product(a: float, b: float, product: float) -> float:
    """Return what rounding has taken from the product of two floats, exactly."""
    c = _SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLITTER * b
    b_high = c - (c - b)
    b_low = b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
