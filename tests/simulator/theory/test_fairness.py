import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.theory.fairness import inequity_averse, least_acceptable, ultimatum_offer

envies = st.floats(0, 4)
guilts = st.floats(0, 0.99)


def test_having_less_costs_envy_and_having_more_costs_guilt() -> None:
    # Own payoff, less envy times what others have more, less guilt times what they have less.
    assert inequity_averse([[3.0, 1.0]], [0.5, 2.0], [0.25, 0.5]).tolist() == [[2.5, -3.0]]
    worth = inequity_averse([[1.0, 4.0, 2.0]], [1.0, 1.0, 0.8], [0.5, 0.5, 0.4])
    assert worth == pytest.approx(np.array([[1 - 4 / 2, 4 - 0.5 * 5 / 2, 2 - (1.6 + 0.4) / 2]]))


@given(pay=st.lists(st.floats(-5, 5), min_size=2, max_size=4), envy=envies, guilt=guilts)
def test_equal_payoffs_are_worth_what_they_are(pay: list[float], envy: float, guilt: float) -> None:
    p = len(pay)
    equal = np.repeat(np.array(pay)[:, None], p, axis=1)
    assert inequity_averse(equal, [envy] * p, [guilt] * p).tolist() == equal.tolist()
    worth = inequity_averse([pay], [envy] * p, [guilt] * p)
    assert (worth <= np.array(pay) + 1e-12).all()


def outcomes(steps: int, pie: float) -> np.ndarray:
    """Return the splits of the pie on a grid, by what the responder is offered."""
    offers = np.arange(steps + 1) / steps * pie
    return np.stack([pie - offers, offers], axis=1)


@given(guilt=guilts, envy=envies, pie=st.sampled_from([1.0, 20.0]))
def test_the_ultimatum_game_ends_as_the_utilities_say(
    guilt: float, envy: float, pie: float
) -> None:
    assume(abs(guilt - 0.5) > 0.01)
    steps = 2000
    worth = inequity_averse(outcomes(steps, pie), [guilt, envy], [guilt, min(envy, 0.99)])
    accepted = np.flatnonzero(worth[:, 1] >= -1e-12)
    step = pie / steps
    assert accepted[0] * step == pytest.approx(least_acceptable(envy, pie), abs=step)
    assert np.diff(accepted).tolist() == [1] * (len(accepted) - 1)
    best = accepted[worth[accepted, 0].argmax()] * step
    assert best == pytest.approx(ultimatum_offer(guilt, envy, pie), abs=step)


def test_without_envy_anything_is_accepted_and_half_never_refused() -> None:
    assert least_acceptable(0.0) == 0.0
    assert least_acceptable(1e9) == pytest.approx(0.5)
    assert least_acceptable(1.0, pie=30.0) == 10.0
    assert ultimatum_offer(0.6, 0.0) == 0.5
    assert ultimatum_offer(0.5, 1.0) == pytest.approx(1 / 3)
