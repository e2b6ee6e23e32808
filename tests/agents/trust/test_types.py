import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.compliance.unconditional import Volatile
from agents.trust.model import State
from agents.trust.types import Types, judged, likelihood, predicted
from simulator.errors import PartError

unit = st.floats(0, 1)
#: Kept and broken promises, told in the same moment.
verdicts = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.floats(0.01, 1)), max_size=8)


def after(model: Types, *qualities: float, periods: float = 1.0) -> State:
    """Return the state after evidence of full weight, a number of periods apart."""
    state = model.init()
    for quality in qualities:
        state = model.update(model.tick(state, periods), quality, 1.0)
    return state


def test_beliefs_follow_bayes_rule_as_worked_out_by_hand() -> None:
    # Prior 1/4 each; they keep with .98, .5, .9 and .02: .6 of the time.
    model = Types(slip=0.02, pays=0.5, probability=0.1)
    assert model.value(model.init()) == pytest.approx(0.6)
    # A breach has the likelihoods .02, .5, .1 and .98, together 1.6.
    broken = model.update(model.init(), 0.0, 1.0)
    assert broken == pytest.approx((0.0125, 0.3125, 0.0625, 0.6125))
    assert model.value(broken) == pytest.approx(0.23700)
    # A kept promise then multiplies by .98, .5, .9 and .02: .01225, .15625, .05625, .01225.
    mended = model.update(broken, 1.0, 1.0)
    assert mended == pytest.approx((0.0516878, 0.6592827, 0.2373418, 0.0516878), abs=1e-7)
    assert model.value(mended) == pytest.approx(0.594937, abs=1e-6)


def test_evidence_of_half_the_weight_counts_with_the_root_of_its_likelihood() -> None:
    assert likelihood(0.81, 1.0, 0.5) == pytest.approx(0.9)
    assert likelihood(0.81, 0.0, 0.5) == pytest.approx(0.19**0.5)
    assert judged((0.5, 0.5), (0.81, 0.09), 1.0, 0.5) == pytest.approx((0.75, 0.25))


def test_a_promise_half_kept_is_evidence_of_neither_extreme() -> None:
    # The likelihood is the geometric mean of kept and broken: largest for who keeps every second.
    assert likelihood(0.5, 0.5, 1.0) == pytest.approx(0.5)
    assert likelihood(0.9, 0.5, 1.0) == pytest.approx(0.3)
    model = Types()
    trusted, distrusted = after(model, 1, 1, 1), after(model, 0, 0, 0)
    assert model.value(model.update(trusted, 0.5, 1.0)) < model.value(trusted)
    assert model.value(model.update(distrusted, 0.5, 1.0)) > model.value(distrusted)


@given(told=verdicts)
def test_evidence_of_one_moment_may_come_in_any_order(told: list[tuple[float, float]]) -> None:
    model = Types()
    forward = backward = model.init()
    for piece in told:
        forward = model.update(forward, *piece)
    for piece in reversed(told):
        backward = model.update(backward, *piece)
    assert forward == pytest.approx(backward, rel=1e-6, abs=1e-8)


def test_what_happened_last_counts_most() -> None:
    model = Types()
    assert model.value(after(model, 0, 1, 1)) > model.value(after(model, 1, 1, 0))


@given(told=verdicts)
def test_evidence_moves_who_is_unsure(told: list[tuple[float, float]]) -> None:
    model = Types()
    state = model.init()
    for quality, weight in told:
        state = model.update(state, quality, weight)
    mean = model.value(state)
    variance = sum(b * (p - mean) ** 2 for b, p in zip(state, model.keeps, strict=True))
    fall = mean - model.value(model.update(state, 0.0, 1.0))
    rise = model.value(model.update(state, 1.0, 1.0)) - mean
    assert fall == pytest.approx(variance / (1 - mean), abs=1e-6)
    assert rise == pytest.approx(variance / mean, abs=1e-6)


def test_a_breach_by_somebody_known_to_be_unreliable_moves_little_and_a_surprise_much() -> None:
    model = Types()

    def fall(*qualities: float) -> float:
        state = model.tick(after(model, *qualities), 1.0)
        return model.value(state) - model.value(model.update(state, 0.0, 1.0))

    assert fall(*[1] * 10) == pytest.approx(0.248, abs=5e-4)
    assert fall(*[0] * 10) == pytest.approx(0.029, abs=5e-4)
    # It is not the level alone: where kinds do not change, who is known to break every tenth
    # promise has little to lose by one more breach.
    known = Types(lam=1.0)
    volatile = after(known, *([1.0] * 9 + [0.0]) * 3)
    assert known.value(volatile) > 0.85
    assert known.value(volatile) - known.value(known.update(volatile, 0.0, 1.0)) < 0.03


@given(breaches=st.integers(0, 60), periods=st.floats(0, 5))
def test_two_kept_promises_in_two_periods_make_any_number_of_breaches_good(
    breaches: int, periods: float
) -> None:
    model = Types()
    state = model.init()
    for _ in range(breaches):
        state = model.update(model.tick(state, periods), 0.0, 1.0)
    for _ in range(2):
        state = model.update(model.tick(state, 1.0), 1.0, 1.0)
    assert model.value(state) > model.value(model.init())


@given(breaches=st.integers(0, 500))
def test_twenty_do_even_if_kinds_never_change(breaches: int) -> None:
    model = Types(lam=1.0)
    state = model.init()
    for quality in [*[0.0] * breaches, *[1.0] * 20]:
        state = model.update(state, quality, 1.0)
    assert model.value(state) > model.value(model.init())


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9, 1.0])
def test_trust_is_about_the_share_of_promises_that_a_partner_of_a_known_kind_keeps(
    kept: float,
) -> None:
    model = Types(lam=1.0)
    state = model.init()
    for k in range(400):
        state = model.update(state, float(int((k + 1) * kept) - int(k * kept)), 1.0)
    assert model.value(state) == pytest.approx(kept, abs=0.021)


def test_the_volatile_kind_is_the_policy_at_its_default() -> None:
    assert Types().probability == Volatile().probability


def test_shares_are_divided_by_their_sum() -> None:
    model = Types(reliable=1, opportunist=0.5, volatile=0.25, disloyal=0.25)
    assert model.init() == (0.5, 0.25, 0.125, 0.125)


def test_kinds_that_never_or_always_perform_slip_too() -> None:
    assert Types(pays=0, probability=0, slip=0.05).keeps == (0.95, 0.05, 0.95, 0.05)


@given(beliefs=st.tuples(unit, unit, unit, unit).filter(any), slip=st.floats(0.001, 0.4))
def test_a_prediction_lies_between_those_of_the_kinds(beliefs: State, slip: float) -> None:
    assert slip <= predicted(beliefs, Types(slip=slip).keeps) <= 1 - slip


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *((kind, v) for kind in ("reliable", "opportunist", "volatile", "disloyal")
          for v in (0.0, -0.1, 1.1, math.nan)),
        *((share, v) for share in ("pays", "probability") for v in (-0.1, 1.1, math.nan)),
        *(("slip", v) for v in (0.0, 0.5, math.nan)),
        *(("lam", v) for v in (0.0, 1.1, math.nan)),
    ],
)  # fmt: skip
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"types:{parameter}: "):
        Types(**{parameter: value})
