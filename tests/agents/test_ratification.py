from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ratification import Audience

amounts = st.floats(-20, 20)


@given(payoff=amounts, threshold=amounts)
def test_an_audience_passes_what_pays_its_threshold(payoff: float, threshold: float) -> None:
    assert Audience(threshold).passes(payoff) == (payoff >= threshold)


@given(payoffs=st.lists(amounts, min_size=1, max_size=8), threshold=amounts, error=amounts)
def test_without_noise_the_negotiator_knows_what_would_pass(
    payoffs: list[float], threshold: float, error: float
) -> None:
    audience = Audience(threshold)
    believed = audience.believed_win_set(np.array(payoffs), error)
    assert believed.tolist() == [audience.passes(payoff) for payoff in payoffs]


def test_with_noise_it_errs_about_the_threshold_by_so_many_standard_deviations() -> None:
    payoffs = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    audience = Audience(1.0, noise=0.5)
    for error, worst in ((0.0, 1.0), (1.0, 1.5), (-1.0, 0.5), (2.0, 2.0), (-9.0, 0.0)):
        believed = audience.believed_win_set(payoffs, error)
        assert payoffs[believed].tolist() == [p for p in payoffs if p >= worst]


@given(payoffs=st.lists(amounts, min_size=1, max_size=8), threshold=amounts, more=st.floats(0, 5))
def test_a_higher_threshold_makes_no_win_set_larger(
    payoffs: list[float], threshold: float, more: float
) -> None:
    lax = Audience(threshold).believed_win_set(np.array(payoffs), 0.3)
    strict = Audience(threshold + more).believed_win_set(np.array(payoffs), 0.3)
    assert (lax | ~strict).all()


def test_an_audience_is_a_value() -> None:
    audience = Audience(1.0, noise=0.5)
    assert {audience: "found"}[Audience(1.0, noise=0.5)] == "found"
    with pytest.raises(FrozenInstanceError):
        audience.threshold = 0.0  # type: ignore[misc]
