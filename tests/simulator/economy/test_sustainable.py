from typing import Any

import numpy as np
import pytest

from simulator.economy.armington import solve
from simulator.economy.balance import balance
from simulator.economy.economy import Economy
from simulator.economy.strategic import nash_tariffs
from simulator.economy.sustainable import critical_discount, lowest_common_tariff
from simulator.economy.trade import read_trade
from simulator.errors import EconomyError
from tests.economies import ORACLE, named

PURGED = balance(read_trade().economy())
KNOWN = ORACLE["critical_discount_factor"]


def test_the_discount_factors_that_keep_free_trade_are_known() -> None:
    found = critical_discount(PURGED)
    some = [k for k, name in enumerate(PURGED.regions) if name in KNOWN["value"]]
    expected = named(KNOWN["value"], PURGED.regions)
    np.testing.assert_allclose(found[some], expected[some], atol=KNOWN["tol"])


def test_higher_common_tariffs_need_less_patience() -> None:
    needed = critical_discount(PURGED, np.linspace(0.0, 0.24, 7)).max(axis=1)
    assert (np.diff(needed) < 0.0).all()
    assert needed[-1] < 0.05


def test_above_the_nash_tariffs_no_patience_suffices() -> None:
    assert np.isinf(critical_discount(PURGED, 0.4)).any()


def test_the_nash_tariffs_themselves_need_no_patience() -> None:
    # Alike, all have the same: each plays it whatever comes.
    base = Economy("abc", 10.0 * (1.0 + 7.0 * np.eye(3)))
    nash = nash_tariffs(base)
    np.testing.assert_array_equal(critical_discount(base, nash[0]), 0.0)
    assert lowest_common_tariff(base, 0.0) == pytest.approx(nash[0], abs=1e-5)
    lowest = lowest_common_tariff(base, [0.001, 0.01, 0.1])
    assert (np.diff(lowest) < 0.0).all()
    assert lowest[0] < nash[0]


def test_a_region_that_trades_with_nobody_stands_in_nobodys_way() -> None:
    flows = np.array([[50.0, 5.0, 0.0], [5.0, 40.0, 0.0], [0.0, 0.0, 30.0]])
    needed = critical_discount(Economy("abc", flows))
    assert needed[2] == 0.0
    np.testing.assert_allclose(needed[:2], critical_discount(Economy("ab", flows[:2, :2])))


def test_a_known_punishment_is_taken_instead_of_the_nash_tariffs() -> None:
    nash = nash_tariffs(PURGED)
    np.testing.assert_allclose(critical_discount(PURGED, 0.1, nash), critical_discount(PURGED, 0.1))
    harsher = critical_discount(PURGED, 0.1, 2.0 * nash)
    assert (harsher < critical_discount(PURGED, 0.1)).all()


def test_the_lowest_common_tariff_holds_and_none_below_it_does() -> None:
    lowest = float(lowest_common_tariff(PURGED, 0.3))
    assert 0.0 < lowest < 0.25
    assert critical_discount(PURGED, lowest).max() <= 0.3
    assert critical_discount(PURGED, lowest - 1e-4).max() > 0.3


def test_more_patience_and_more_trust_sustain_lower_tariffs() -> None:
    lowest = lowest_common_tariff(PURGED, [[0.2], [0.3], [0.4]], [0.5, 0.75, 1.0])
    assert lowest.shape == (3, 3)
    assert (np.diff(lowest, axis=0) < 0.0).all()
    assert (np.diff(lowest, axis=1) < 0.0).all()


def test_trust_counts_as_patience_does() -> None:
    one, other = lowest_common_tariff(PURGED, [0.6, 0.3], [0.5, 1.0])
    assert one == other


def test_patience_enough_keeps_free_trade_and_none_keeps_nothing() -> None:
    enough = critical_discount(PURGED).max()
    lowest = lowest_common_tariff(PURGED, [enough + 1e-9, enough - 0.01, 0.0])
    assert lowest[0] == 0.0
    assert lowest[1] > 0.0
    assert np.isnan(lowest[2])


def test_patience_that_hardly_suffices_finds_the_tariff_that_holds() -> None:
    # A large and a small region: what they need falls and rises steeply about one tariff.
    base = balance(Economy("ab", [[100.0, 9.0], [9.0, 20.0]], 4.0))
    nash = nash_tariffs(base)
    needed = critical_discount(base, np.linspace(0.0, nash.max(), 1000), nash).max(axis=1)
    lowest = float(lowest_common_tariff(base, needed.min() + 2e-4))
    assert critical_discount(base, lowest, nash).max() <= needed.min() + 2e-4


def test_all_are_better_off_at_the_lowest_common_tariff_than_at_war() -> None:
    lowest = np.full(9, float(lowest_common_tariff(PURGED, 0.2)))
    peace = solve(PURGED, PURGED.uniform(lowest)).welfare_hat
    war = solve(PURGED, PURGED.uniform(nash_tariffs(PURGED))).welfare_hat
    assert (peace > war).all()


@pytest.mark.parametrize("shape", [(), (2,), (2, 1)])
def test_answers_have_the_shape_of_the_questions(shape: tuple[int, ...]) -> None:
    assert lowest_common_tariff(PURGED, np.full(shape, 0.9)).shape == shape
    assert critical_discount(PURGED, np.full(shape, 0.1)).shape == (*shape, 9)


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.5])
@pytest.mark.parametrize("key", ["discount", "trust"])
def test_discount_factors_and_trust_are_from_0_to_1(key: str, wrong: float) -> None:
    given: dict[str, Any] = {"discount": [0.5, 0.5], "trust": 1.0, key: [0.5, wrong]}
    with pytest.raises(EconomyError, match=rf"{key}: {wrong}: a number from 0 to 1"):
        lowest_common_tariff(PURGED, **given)
