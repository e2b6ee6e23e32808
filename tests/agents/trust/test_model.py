"""What every trust model must do, and where a published one does not.

The table of properties has one row per test here; a model that lacks a property is left out of
the row and has its counter-example in the test below it.
"""

import math
import pickle
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from functools import reduce

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.trust.asymmetric import Asymmetric
from agents.trust.beta import Beta
from agents.trust.fire import Fire
from agents.trust.fixed import Fixed
from agents.trust.model import State, TrustModel
from agents.trust.two_layer import TwoLayer
from agents.trust.types import Types

CLOSE = 1e-12

# A tick of so many periods, or a piece of evidence of this quality and weight.
Step = float | tuple[float, float]

unit = st.floats(0, 1)
stakes = st.floats(0.01, 1)
# Weeks as well as periods.
spans = st.one_of(st.integers(0, 30).map(lambda weeks: weeks / 13), st.floats(0, 20))
histories = st.lists(st.one_of(spans, st.tuples(unit, unit)), max_size=10)
praise = st.lists(st.one_of(spans, st.tuples(st.just(1.0), unit)), max_size=10)


@st.composite
def asymmetric(draw: st.DrawFn) -> Asymmetric:
    down = draw(st.floats(0.02, 0.9))
    up = draw(st.floats(0.01, down))
    return Asymmetric(up=up, down=down, t0=draw(st.floats(0.05, 1)), lam=draw(st.floats(0.5, 1)))


@st.composite
def two_layer(draw: st.DrawFn) -> TwoLayer:
    down = draw(st.floats(0.02, 0.9))
    return TwoLayer(
        up=draw(st.floats(0.01, down)),
        down=down,
        mu=draw(st.floats(0, 0.9)),
        heal=draw(unit),
        t0=draw(st.floats(0.05, 1)),
        lam=draw(st.floats(0.5, 1)),
    )


shares = st.floats(0.05, 1)
counts = st.floats(0.1, 10)

PARAMETERS: dict[str, st.SearchStrategy[TrustModel]] = {
    "asymmetric": asymmetric(),
    "beta, kappa 1": st.builds(Beta, lam=st.floats(0.5, 1), kappa=st.just(1.0)),
    "beta, kappa above 1": st.builds(
        Beta, lam=st.floats(0.5, 1), kappa=st.floats(1, 10), a=counts, b=counts
    ),
    "two-layer": two_layer(),
    "fire": st.builds(Fire, half_life=st.floats(0.5, 50), gamma=st.floats(0.05, 1)),
    "types": st.builds(
        Types,
        reliable=shares,
        opportunist=shares,
        volatile=shares,
        disloyal=shares,
        pays=st.floats(0.3, 0.7),
        probability=st.floats(0.05, 0.3),
        slip=st.floats(0.01, 0.1),
        lam=st.floats(0.5, 1),
    ),
}
DEFAULTS: dict[str, TrustModel] = {
    "asymmetric": Asymmetric(),
    "beta, kappa 1": Beta(kappa=1.0),
    "beta": Beta(),
    "two-layer": TwoLayer(),
    "fire": Fire(),
    "types": Types(),
}
MODELS = [*PARAMETERS]
KEPT, BROKEN = (1.0, 1.0), (0.0, 1.0)


def follow(model: TrustModel, state: State, steps: Sequence[Step]) -> State:
    """Return the state after some steps."""

    def one(state: State, step: Step) -> State:
        return model.update(state, *step) if isinstance(step, tuple) else model.tick(state, step)

    return reduce(one, steps, state)


def trust(model: TrustModel, steps: Sequence[Step]) -> float:
    return model.value(follow(model, model.init(), steps))


# -- yes in every column -------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories)
def test_trust_stays_between_0_and_1(name: str, data: st.DataObject, history: list[Step]) -> None:
    model = data.draw(PARAMETERS[name])
    assert 0 <= trust(model, history) <= 1


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, weight=stakes)
def test_a_full_breach_always_lowers_trust(
    name: str, data: st.DataObject, history: list[Step], weight: float
) -> None:
    model = data.draw(PARAMETERS[name])
    assert trust(model, [*history, (0.0, weight)]) < trust(model, history)


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, weight=unit)
def test_a_kept_deal_never_lowers_trust(
    name: str, data: st.DataObject, history: list[Step], weight: float
) -> None:
    model = data.draw(PARAMETERS[name])
    assert trust(model, [*history, (1.0, weight)]) >= trust(model, history) - CLOSE


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, weight=unit, one=unit, other=unit)
def test_better_performance_never_earns_less_trust(
    name: str, data: st.DataObject, history: list[Step], weight: float, one: float, other: float
) -> None:
    model = data.draw(PARAMETERS[name])
    worse, better = sorted((one, other))
    low, high = (trust(model, [*history, (quality, weight)]) for quality in (worse, better))
    assert low <= high + CLOSE


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, one=unit, other=unit)
def test_a_breach_of_more_costs_no_less_trust(
    name: str, data: st.DataObject, history: list[Step], one: float, other: float
) -> None:
    model = data.draw(PARAMETERS[name])
    low, high = (trust(model, [*history, (0.0, weight)]) for weight in sorted((one, other)))
    assert high <= low + CLOSE


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, one=spans, other=spans)
def test_two_ticks_are_one_long_tick(
    name: str, data: st.DataObject, history: list[Step], one: float, other: float
) -> None:
    model = data.draw(PARAMETERS[name])
    state = follow(model, model.init(), history)
    stepwise, at_once = follow(model, state, [one, other]), model.tick(state, one + other)
    assert stepwise == pytest.approx(at_once, rel=1e-9, abs=CLOSE)


@pytest.mark.parametrize("name", [*DEFAULTS])
@given(history=histories)
def test_thirteen_weeks_are_a_period(name: str, history: list[Step]) -> None:
    model = DEFAULTS[name]
    weekly, at_once = trust(model, [*history, *[1 / 13] * 13]), trust(model, [*history, 1.0])
    assert weekly == pytest.approx(at_once, abs=CLOSE)


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories, quality=unit)
def test_no_time_and_no_stake_change_nothing_at_all(
    name: str, data: st.DataObject, history: list[Step], quality: float
) -> None:
    model = data.draw(PARAMETERS[name])
    state = follow(model, model.init(), history)
    assert model.tick(state, 0.0) == state
    assert model.update(state, quality, 0.0) == state


@pytest.mark.parametrize("name", ["asymmetric", "two-layer"])
@given(data=st.data(), history=histories, weight=unit)
def test_half_kept_is_neutral(
    name: str, data: st.DataObject, history: list[Step], weight: float
) -> None:
    model = data.draw(PARAMETERS[name])
    state = follow(model, model.init(), history)
    assert model.update(state, 0.5, weight) == state


@given(model=PARAMETERS["fire"], weights=st.lists(unit, max_size=5))
def test_half_kept_is_neutral_to_fire_in_the_mean(model: Fire, weights: list[float]) -> None:
    assert trust(model, [(0.5, weight) for weight in weights]) == 0.5


# -- forgets to its prior ------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data(), history=histories)
def test_time_alone_brings_trust_back_to_the_prior(
    name: str, data: st.DataObject, history: list[Step]
) -> None:
    model = data.draw(PARAMETERS[name])
    assume(getattr(model, "lam", 0.0) <= 0.98)
    assume(getattr(model, "heal", 1.0) >= 0.01)
    assert trust(model, [*history, 5000.0]) == pytest.approx(trust(model, []), abs=1e-9)


@pytest.mark.parametrize(
    "model", [Asymmetric(lam=1.0), Beta(lam=1.0), Beta(kappa=1.0, lam=1.0), TwoLayer()]
)
def test_without_drift_time_alone_does_not_bring_trust_back(model: TrustModel) -> None:
    # Of the two-layer model this is the published form: its scar heals, its trust stays.
    after = trust(model, [BROKEN, 5000.0])
    assert after < trust(model, []) - 0.1


def test_two_layer_trust_comes_back_once_it_also_drifts() -> None:
    assert trust(TwoLayer(lam=0.98), [BROKEN, 5000.0]) == pytest.approx(0.5)


# -- breach, then one kept deal ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["asymmetric", "beta", "two-layer"])
@given(history=praise, weight=stakes)
def test_one_kept_deal_does_not_make_a_breach_good(
    name: str, history: list[Step], weight: float
) -> None:
    model = DEFAULTS[name]
    start = trust(model, history)
    assert trust(model, [*history, (0.0, weight), (1.0, weight)]) < start


@pytest.mark.parametrize("model", [Beta(kappa=1.0), Fire()])
def test_to_models_that_only_count_one_kept_deal_makes_a_breach_good(model: TrustModel) -> None:
    assert trust(model, [BROKEN, KEPT]) == trust(model, []) == 0.5


def test_to_types_a_breach_and_a_kept_deal_are_the_mark_of_an_opportunist() -> None:
    # Together they draw trust toward one half: down from the prior, and up from below.
    model = Types()
    assert trust(model, []) == pytest.approx(0.6)
    assert trust(model, [BROKEN, KEPT]) == pytest.approx(0.595, abs=5e-4)
    state = follow(model, model.init(), [BROKEN])
    assert model.value(follow(model, state, [BROKEN, KEPT])) > model.value(state) + 0.1


@pytest.mark.parametrize(("name", "least"), [("asymmetric", 0.2703), ("beta", 0.25)])
def test_below_a_level_of_trust_one_kept_deal_gains_more_than_a_breach_costs(
    name: str, least: float
) -> None:
    # Why the property is about trust at or above the prior: distrust has little left to lose.
    model, state = DEFAULTS[name], DEFAULTS[name].init()
    while model.value(state) >= least - 0.02:
        state = model.update(state, 0.0, 0.05)
    assert model.value(follow(model, state, [BROKEN, KEPT])) > model.value(state)


# -- a breach last is never better than a breach first -------------------------------------------


@pytest.mark.parametrize(
    "name", ["asymmetric", "beta, kappa 1", "beta, kappa above 1", "fire", "types"]
)
@given(
    data=st.data(),
    history=histories,
    kept=st.lists(stakes, min_size=1, max_size=6),
    weight=stakes,
    dt=spans,
)
def test_a_breach_last_is_never_better_than_a_breach_first(
    name: str, data: st.DataObject, history: list[Step], kept: list[float], weight: float, dt: float
) -> None:
    model = data.draw(PARAMETERS[name])
    keeps: list[Step] = [step for stake in kept for step in (dt, (1.0, stake))]
    breach: list[Step] = [dt, (0.0, weight)]
    first, last = (
        trust(model, [*history, *breach, *keeps]),
        trust(model, [*history, *keeps, *breach]),
    )
    assert last <= first + CLOSE


def test_to_two_layer_trust_a_breach_last_may_be_better_than_a_breach_first() -> None:
    # After a breach the scar leaves less to gain, so what was earned before it counts more.
    first, last = trust(TwoLayer(), [BROKEN, KEPT]), trust(TwoLayer(), [KEPT, BROKEN])
    assert first == pytest.approx(0.355)
    assert last == pytest.approx(0.385)


# -- as values -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*DEFAULTS.values(), Fixed()])
def test_models_are_values(model: TrustModel) -> None:
    assert pickle.loads(pickle.dumps(model)) == model
    assert model == type(model)(**vars(model))
    assert isinstance(hash(model), int)
    with pytest.raises(FrozenInstanceError):
        model.t0 = 0.7  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [*DEFAULTS])
def test_a_state_is_a_tuple_of_plain_floats(name: str) -> None:
    model = DEFAULTS[name]
    state = follow(model, model.init(), [1, KEPT, 1 / 13, BROKEN])
    assert isinstance(state, tuple)
    assert all(type(number) is float for number in (*model.init(), *state, model.value(state)))


@pytest.mark.parametrize("name", [*DEFAULTS])
def test_an_update_leaves_the_state_before_it_alone(name: str) -> None:
    model = DEFAULTS[name]
    before = model.update(model.init(), 1.0, 0.5)
    assert model.update(before, 0.0, 1.0) == model.update(before, 0.0, 1.0)
    assert model.update(model.init(), 1.0, 0.5) == before


# -- check numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept", "broken", "recovered"),
    [
        ("asymmetric", 0.698, 0.486, 0.690),
        ("beta", 0.847, 0.570, 0.727),
        ("two-layer", 0.705, 0.400, 0.485),
        ("fire", 0.966, 0.758, 0.911),
        ("types", 0.933, 0.676, 0.914),
    ],
)
def test_five_kept_a_breach_and_five_kept_give_the_published_values(
    name: str, kept: float, broken: float, recovered: float
) -> None:
    steps: list[Step] = [1.0, KEPT] * 5
    breach: list[Step] = [1.0, BROKEN]
    values = [trust(DEFAULTS[name], s) for s in (steps, steps + breach, steps + breach + steps)]
    assert values == pytest.approx([kept, broken, recovered], abs=5e-4)
    assert not any(math.isnan(value) for value in values)


@pytest.mark.parametrize(
    ("model", "periods"),
    [
        (Asymmetric(), 6),
        (Asymmetric(up=0.05), 12),
        (Beta(kappa=1.0), 6),
        (Beta(), 14),
        (TwoLayer(), 32),
        (Fire(), 4),
        (Types(), 2),
    ],
)
def test_after_eight_breaches_so_many_kept_promises_bring_trust_back(
    model: TrustModel, periods: int
) -> None:
    breaches: list[Step] = [1.0, BROKEN] * 8
    kept: list[Step] = [1.0, KEPT]
    start = trust(model, [])
    assert trust(model, [*breaches, *kept * (periods - 1)]) < start
    assert trust(model, [*breaches, *kept * periods]) >= start
