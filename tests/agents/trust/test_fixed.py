import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trust.fixed import Fixed
from simulator.errors import PartError

unit = st.floats(0, 1)


@given(t0=unit, quality=unit, weight=unit, dt=st.floats(0, 1000))
def test_nothing_moves_fixed_trust(t0: float, quality: float, weight: float, dt: float) -> None:
    model = Fixed(t0=t0)
    state = model.update(model.tick(model.init(), dt), quality, weight)
    assert model.value(state) == model.value(model.init()) == t0


def test_another_value_of_the_parameter_is_at_once_another_trust() -> None:
    # The state remembers nothing, so changing the parameter in the midst of a run has effect.
    assert Fixed(t0=0.9).value(Fixed(t0=0.2).init()) == 0.9


@pytest.mark.parametrize("value", [-0.01, 1.01, math.inf, math.nan])
def test_parameters_out_of_range_are_refused_by_name(value: float) -> None:
    with pytest.raises(PartError, match="fixed:t0: "):
        Fixed(t0=value)
