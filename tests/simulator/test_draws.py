"""Draws: frozen answers, independence of everything but the address, and statistics.

The statistical tests are deterministic (their seeds are fixed); each bound leaves five standard
deviations, so that a sound generator passes and a lattice or a constant does not.
"""

import math
import random
import statistics
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.draws import normal, uniform

US = ("us-japan", "us")
MANY = 10_000

Address = tuple[int, str, tuple[str, ...], int, int, int]

# Computed by a second program (unsigned 64-bit arithmetic of numpy) from the rules in the
# docstring of the module.
FROZEN: list[tuple[Address, str, float]] = [
    ((1, "volatile", US, 0, 0, 0), "0x1.d209b2f650c28p-1", 1.342174248883),
    ((1, "volatile", US, 1, 0, 0), "0x1.a277860d868e0p-5", -1.634448231542),
    ((1, "offer", US, 3, 4, 5), "0x1.9a1fe4e32c42bp-1", 0.84528661085),
    ((0, "", (), 0, 0, 0), "0x1.c4e1067bfe24ep-2", -0.14522996635),
    ((-1, "volatile", ("us",), 52, 0, 0), "0x1.f15b688cceb8fp-1", 1.901787290349),
    ((2**64 - 1, "volatile", ("us",), 52, 0, 0), "0x1.bacc07c84c4ebp-1", 1.102316167134),
    (
        (2**80, "valeur", ("côte-d-ivoire",), 7, 2**32 - 1, 2**32 - 1),
        "0x1.95295214bdc04p-2",
        -0.264582793888,
    ),
    ((7, "a", ("b",), -3, 0, 1), "0x1.f25945d4015dep-1", 1.932277162006),
]

# One way to walk along each part of the address, the rest held fixed.
WALKS = {
    "seed": lambda i: uniform(i, "volatile", US),
    "negative seed": lambda i: uniform(-i - 1, "volatile", US),
    "large seed": lambda i: uniform(2**64 + i, "volatile", US),
    "stream": lambda i: uniform(1, f"stream-{i}", US),
    "id": lambda i: uniform(1, "volatile", ("us-japan", f"party-{i}")),
    "week": lambda i: uniform(1, "volatile", US, week=i),
    "review weeks": lambda i: uniform(1, "volatile", US, week=13 * i),
    "round": lambda i: uniform(1, "volatile", US, round=i),
    "count": lambda i: uniform(1, "volatile", US, count=i),
    "week and count": lambda i: uniform(1, "volatile", US, week=i // 100, count=i % 100),
}


@cache
def walk(name: str) -> np.ndarray:
    return np.array([WALKS[name](i) for i in range(MANY)])


def chi_square(counts: np.ndarray) -> float:
    """Return chi-square against equal cells in standard deviations (Wilson & Hilferty 1931)."""
    cells = np.asarray(counts, dtype=float).ravel()
    freedom = len(cells) - 1
    value = float(((cells - cells.mean()) ** 2).sum() / cells.mean())
    return (math.cbrt(value / freedom) - 1 + 2 / (9 * freedom)) / math.sqrt(2 / (9 * freedom))


@pytest.mark.parametrize(("address", "fraction", "deviate"), FROZEN)
def test_draws_are_the_frozen_ones(address: Address, fraction: str, deviate: float) -> None:
    assert uniform(*address) == float.fromhex(fraction)
    assert normal(*address) == pytest.approx(deviate, abs=1e-11)


def test_the_order_of_draws_does_not_matter() -> None:
    addresses = list(product(range(5), ["offer", "volatile"], [("us",), ("eu",)], range(20)))
    forward = [uniform(*address) for address in addresses]
    shuffled = random.Random(1).sample(range(len(addresses)), len(addresses))
    again = {i: uniform(*addresses[i]) for i in shuffled}
    assert forward == [again[i] for i in range(len(addresses))]


def test_draws_survive_more_addresses_than_are_remembered() -> None:
    first = uniform(1, "volatile", US)
    for i in range(10_000):
        uniform(1, "volatile", ("other", str(i)))
    assert uniform(1, "volatile", US) == first


def test_every_part_of_the_address_counts() -> None:
    draws = {
        uniform(1, "volatile", US),
        uniform(2, "volatile", US),
        uniform(1, "offer", US),
        uniform(1, "volatile", ("us", "us-japan")),
        uniform(1, "volatile", ("us-japan",)),
        uniform(1, "volatile", US, week=1),
        uniform(1, "volatile", US, round=1),
        uniform(1, "volatile", US, count=1),
    }
    assert len(draws) == 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("s", ("a", "bc")), ("s", ("ab", "c"))),
        (("s", ("a",)), ("sa", ())),
        (("s", ()), ("s", ("",))),
        (("s", ("a", "")), ("s", ("", "a"))),
        (("s", ("a,b",)), ("s", ("a", "b"))),
    ],
)
def test_words_do_not_run_together(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]
) -> None:
    assert uniform(1, *one) != uniform(1, *other)


@given(
    seed=st.integers(),
    stream=st.text(max_size=8).filter(lambda text: text.isascii()),
    ids=st.lists(st.text("abcxyz-", max_size=6), max_size=3).map(tuple),
    week=st.integers(-1000, 10_000),
    round=st.integers(0, 2**32 - 1),
    count=st.integers(0, 2**32 - 1),
)
def test_a_draw_is_in_its_range_at_every_address(
    seed: int, stream: str, ids: tuple[str, ...], week: int, round: int, count: int
) -> None:
    assert 0 <= uniform(seed, stream, ids, week, round, count) < 1
    assert math.isfinite(normal(seed, stream, ids, week, round, count))


@given(week=st.integers(0, 10_000))
def test_the_normal_draw_is_the_quantile_of_the_uniform_one(week: int) -> None:
    below = statistics.NormalDist().cdf(normal(3, "value", US, week))
    assert below == pytest.approx(uniform(3, "value", US, week), abs=1e-9)


@pytest.mark.parametrize("name", WALKS)
def test_uniform_draws_have_the_moments_of_the_uniform_distribution(name: str) -> None:
    draws = walk(name)
    assert abs(draws.mean() - 1 / 2) < 5 * math.sqrt(1 / 12 / MANY)
    assert abs(draws.var() - 1 / 12) < 5 * math.sqrt(1 / 180 / MANY)
    assert len(set(draws.tolist())) == MANY


@pytest.mark.parametrize("name", WALKS)
def test_uniform_draws_fill_equal_cells_equally(name: str) -> None:
    draws = walk(name)
    assert abs(chi_square(np.bincount((draws * 256).astype(int), minlength=256))) < 5
    low_bits = (draws * 2**53).astype(np.int64) % 256
    assert abs(chi_square(np.bincount(low_bits, minlength=256))) < 5


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.parametrize("lag", [1, 2, 7])
def test_neighbouring_draws_are_independent(name: str, lag: int) -> None:
    draws = walk(name)
    correlation = np.corrcoef(draws[:-lag], draws[lag:])[0, 1]
    assert abs(correlation) < 5 / math.sqrt(MANY - lag)
    pairs = (draws[:-lag] * 16).astype(int) * 16 + (draws[lag:] * 16).astype(int)
    assert abs(chi_square(np.bincount(pairs, minlength=256))) < 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("volatile", ("us-japan", "us")), ("volatile", ("us-japan", "japan"))),
        (("volatile", ("us-japan", "us")), ("volatile", ("us-eu", "us"))),
        (("volatile", ("us-japan", "us")), ("offer", ("us-japan", "us"))),
        (("a", ()), ("b", ())),
    ],
)
def test_two_addresses_are_independent_week_by_week(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]
) -> None:
    left, right = (
        np.array([uniform(1, *key, week=week) for week in range(MANY)]) for key in (one, other)
    )
    for lag in range(3):
        correlation = np.corrcoef(left[lag:], right[: MANY - lag])[0, 1]
        assert abs(correlation) < 5 / math.sqrt(MANY)


def test_neighbouring_seeds_give_independent_weeks() -> None:
    grid = np.array([[uniform(s, "volatile", US, week=w) for w in range(150)] for s in range(150)])
    bound = 5 / math.sqrt(grid.size)
    assert abs(np.corrcoef(grid[:-1].ravel(), grid[1:].ravel())[0, 1]) < bound
    assert abs(np.corrcoef(grid[:-1, :-1].ravel(), grid[1:, 1:].ravel())[0, 1]) < bound


def test_one_bit_of_the_address_flips_half_the_bits_of_the_draw() -> None:
    flips = []
    for name, bit in product(["week", "round", "count"], range(20)):
        for base in range(50):
            before, after = (
                int(uniform(1, "volatile", US, **{name: value}) * 2**53)
                for value in (base, base ^ 1 << bit)
            )
            flips.append((before ^ after).bit_count())
    share = statistics.fmean(flips) / 53
    assert abs(share - 0.5) < 5 * 0.5 / math.sqrt(53 * len(flips) / 2)


def test_normal_draws_have_the_moments_of_the_normal_distribution() -> None:
    draws = np.array([normal(1, "value", ("us-japan", "us"), week=i) for i in range(MANY)])
    assert abs(draws.mean()) < 5 / math.sqrt(MANY)
    assert abs(draws.var() - 1) < 5 * math.sqrt(2 / MANY)
    assert abs((draws**3).mean()) < 5 * math.sqrt(15 / MANY)
    assert abs((draws**4).mean() - 3) < 5 * math.sqrt(96 / MANY)
    assert abs((np.abs(draws) > 1.959963984540054).mean() - 0.05) < 5 * math.sqrt(0.0475 / MANY)


@pytest.mark.parametrize(("bits", "sign"), [(0, -1), (2**64 - 1, 1)])
def test_the_most_extreme_bits_give_a_finite_normal_draw(
    bits: int, sign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.draws.bits", lambda *_: bits)
    assert 8 < sign * normal(1, "value", US) < 9
    assert 0 <= uniform(1, "value", US) < 1
