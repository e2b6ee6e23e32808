import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trust.two_layer import TwoLayer, capped, healed, scarred
from simulator.errors import PartError

unit = st.floats(0, 1)


def test_a_breach_lowers_trust_and_leaves_a_scar() -> None:
    assert scarred(0.5, 0.0, 0.0, 1.0, 0.1, 0.3, 0.6) == pytest.approx((0.35, 0.6))
    assert scarred(0.5, 0.5, 0.25, 0.5, 0.1, 0.3, 0.6) == pytest.approx((0.4625, 0.575))


def test_a_kept_promise_gains_part_of_what_the_scar_leaves() -> None:
    assert scarred(0.5, 0.3, 1.0, 1.0, 0.1, 0.3, 0.6) == pytest.approx((0.52, 0.3))
    assert scarred(0.5, 0.3, 0.75, 0.5, 0.1, 0.3, 0.6) == pytest.approx((0.505, 0.3))


def test_above_the_cap_a_kept_promise_gains_nothing() -> None:
    assert scarred(0.7, 0.6, 1.0, 1.0, 0.1, 0.3, 0.6) == (0.7, 0.6)
    assert capped(0.7, 0.6) == pytest.approx(0.4)
    assert capped(0.3, 0.6) == 0.3


@given(trust=unit, scar=unit, quality=st.floats(0.5, 1), weight=unit)
def test_a_kept_promise_heals_no_scar(
    trust: float, scar: float, quality: float, weight: float
) -> None:
    assert scarred(trust, scar, quality, weight, 0.1, 0.3, 0.6)[1] == scar


def test_only_time_heals_the_scar() -> None:
    assert healed(0.6, 0.03, 1.0) == pytest.approx(0.582)
    assert healed(0.6, 0.03, 1 / 13) == pytest.approx(0.6 * 0.97 ** (1 / 13))
    assert healed(0.6, 0.0, 100.0) == 0.6
    assert healed(0.6, 1.0, 0.5) == 0.0
    assert healed(0.6, 1.0, 0.0) == 0.6


def test_the_published_model_has_no_drift_of_trust() -> None:
    assert TwoLayer().tick((0.9, 0.0), 50.0) == (0.9, 0.0)
    assert TwoLayer(lam=0.98).tick((0.9, 0.0), 1.0)[0] == pytest.approx(0.892)


def test_a_full_scar_leaves_no_trust() -> None:
    model = TwoLayer(mu=1.0)
    assert model.value(model.update(model.init(), 0.0, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("up", 0.0),
        ("up", math.nan),
        ("up", 2.0),
        ("down", 0.05),
        ("down", 1.0),
        ("down", math.nan),
        ("mu", -0.1),
        ("mu", 1.1),
        ("mu", math.nan),
        ("heal", -0.1),
        ("heal", 1.1),
        ("heal", math.nan),
        ("t0", -0.1),
        ("t0", 1.1),
        ("t0", math.nan),
        ("lam", 0.0),
        ("lam", 1.1),
        ("lam", math.nan),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"two-layer:{parameter}: "):
        TwoLayer(**{parameter: value})
