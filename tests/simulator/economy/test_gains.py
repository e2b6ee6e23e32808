import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.economy.balance import balance
from simulator.economy.gains import gains
from simulator.economy.trade import read_trade

Floats = NDArray[np.float64]

TRADE = read_trade()
PURGED = balance(TRADE.economy())
USA, JPN = 0, 1


def on_all(rates: list[float]) -> Floats:
    """Return tariffs of the first region on each exporter."""
    return np.outer(rates, np.eye(9)[USA])


# Everyone else at 10%, China at 30%, Canada and Mexico at 0; all others at 0; as announced.
AROUND = {
    "today": ([0.0, 0.25, 0.1, 0.1, 0.1, 0.3, 0.0, 0.0, 0.1], 5.1, 0.4),
    "free": ([0.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 4.0, 1.9),
    "announced": ([0.0, 0.25, 0.2, 0.26, 0.1, 0.54, 0.1, 0.17, 0.2569], 6.5, -2.7),
}


@pytest.mark.parametrize("around", list(AROUND))
def test_what_a_cut_from_25_to_10_per_cent_is_worth_is_known(around: str) -> None:
    rates, partner, home = AROUND[around]
    before = on_all(rates)
    after = before.copy()
    after[JPN, USA] = 0.1
    found = gains(PURGED, TRADE.gdp, after, before)
    assert found.welfare[JPN] == pytest.approx(partner, abs=0.1)
    assert found.welfare[USA] == pytest.approx(home, abs=0.1)
    assert found.revenue[USA] < 0.0
    np.testing.assert_array_equal(found.revenue[1:], 0.0)


def test_many_vectors_are_worth_what_each_is() -> None:
    levels = np.array([0.25, 0.2, 0.15, 0.1, 0.025])
    vectors = levels[:, None, None] * on_all([0.0] + [1.0] * 8)
    found = gains(PURGED, TRADE.gdp, vectors, vectors[0])
    assert found.welfare.shape == found.revenue.shape == (5, 9)
    np.testing.assert_allclose(found.welfare[0], 0.0, atol=1e-8)
    for k in range(5):
        alone = gains(PURGED, TRADE.gdp, vectors[k], vectors[0])
        np.testing.assert_allclose(found.welfare[k], alone.welfare, atol=1e-7)
        np.testing.assert_allclose(found.revenue[k], alone.revenue, atol=1e-7)


def test_gains_of_one_step_after_another_add_up() -> None:
    high, middle, low = (on_all([0.0] + [rate] * 8) for rate in (0.3, 0.2, 0.1))
    whole = gains(PURGED, TRADE.gdp, low, high)
    first, second = gains(PURGED, TRADE.gdp, middle, high), gains(PURGED, TRADE.gdp, low, middle)
    np.testing.assert_allclose(first.welfare + second.welfare, whole.welfare, atol=1e-7)
    np.testing.assert_allclose(first.revenue + second.revenue, whole.revenue, atol=1e-7)


def test_the_status_quo_is_what_is_in_force_unless_told() -> None:
    none = gains(PURGED, TRADE.gdp, np.zeros((1, 9, 9)))
    np.testing.assert_allclose(none.welfare, 0.0, atol=1e-8)
