import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trust.asymmetric import Asymmetric, drifted, promises_to_recover, updated
from simulator.draws import uniform
from simulator.errors import PartError

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "bargaining.json").read_text())["cases"]
SIGNALS = [c for c in CASES if c["family"] == "trust_asymmetric" and "signals" in c["inputs"]]
RECOVERIES = [c for c in CASES if c["family"] == "trust_asymmetric" and "breach" in c["inputs"]]


@pytest.mark.parametrize("case", SIGNALS, ids=lambda case: str(case["id"]))
def test_signals_move_trust_as_in_the_known_answers(case: dict[str, Any]) -> None:
    given = case["inputs"]
    model = Asymmetric(up=given["up"], down=given["down"], t0=given["t0"], lam=1.0)
    state = model.init()
    for signal in given["signals"]:
        state = model.update(model.tick(state, 1.0), (1 + signal) / 2, 1.0)
    assert model.value(state) == pytest.approx(case["expected"]["trust"], abs=case["tol"])


@pytest.mark.parametrize("case", RECOVERIES, ids=lambda case: str(case["id"]))
def test_recovery_takes_as_long_as_in_the_known_answers(case: dict[str, Any]) -> None:
    given, expected = case["inputs"], case["expected"]
    after = updated(given["t0"], (1 - given["breach"]) / 2, 1.0, given["up"], given["down"])
    promises = promises_to_recover(given["t0"], after, given["up"])
    assert after == pytest.approx(expected["trust_after"], abs=case["tol"])
    assert promises == pytest.approx(expected["exact"], abs=case["tol"])
    assert math.ceil(promises) == expected["rounds_of_full_cooperation_to_recover"]


@given(
    before=st.floats(0.05, 0.95),
    down=st.floats(0.05, 0.9),
    up=st.floats(0.01, 0.9),
)
def test_so_many_kept_promises_bring_trust_back_and_one_less_does_not(
    before: float, down: float, up: float
) -> None:
    trust = updated(before, 0.0, 1.0, up, down)
    whole = math.ceil(promises_to_recover(before, trust, up) - 1e-9)
    for _ in range(whole - 1):
        trust = updated(trust, 1.0, 1.0, up, down)
    assert trust < before
    assert updated(trust, 1.0, 1.0, up, down) >= before - 1e-9


def test_nothing_lost_needs_no_recovery_and_full_trust_never_comes_back() -> None:
    assert promises_to_recover(0.4, 0.4, 0.1) == promises_to_recover(1.0, 1.0, 0.1) == 0
    assert promises_to_recover(1.0, 0.7, 0.1) == math.inf


def test_the_order_of_updates_matters() -> None:
    model = Asymmetric()
    kept_first = model.update(model.update(model.init(), 1.0, 0.4), 0.0, 1.0)
    broken_first = model.update(model.update(model.init(), 0.0, 1.0), 1.0, 0.4)
    assert model.value(kept_first) == pytest.approx(0.364)
    assert model.value(broken_first) == pytest.approx(0.376)


def test_promises_always_kept_earn_no_more_than_drift_leaves() -> None:
    model = Asymmetric()
    state = model.init()
    for _ in range(500):
        state = model.update(model.tick(state, 1.0), 1.0, 1.0)
    assert model.value(state) == pytest.approx(0.924, abs=5e-4)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_without_drift_trust_tends_to_the_balance_of_gains_and_losses(share: float) -> None:
    model = Asymmetric(up=0.01, down=0.03, lam=1.0)
    state, total, many = model.init(), 0.0, 40_000
    for i in range(many + 1000):
        state = model.update(state, float(uniform(1, "kept", (), i) < share), 1.0)
        total += model.value(state) * (i >= 1000)
    balance = 0.01 * share / (0.01 * share + 0.03 * (1 - share))
    assert total / many == pytest.approx(balance, abs=0.02)


@given(trust=st.floats(0, 1), prior=st.floats(0, 1), dt=st.floats(0, 1000))
def test_drift_without_forgetting_changes_nothing(trust: float, prior: float, dt: float) -> None:
    assert drifted(trust, prior, 1.0, dt) == trust


def test_a_week_of_drift_is_a_thirteenth_of_a_period() -> None:
    assert drifted(0.9, 0.5, 0.98, 1 / 13) == pytest.approx(0.5 + 0.4 * 0.98 ** (1 / 13))
    assert drifted(0.9, 0.5, 0.98, 2.0) == pytest.approx(0.5 + 0.4 * 0.9604)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("up", 0.0),
        ("up", -0.1),
        ("up", math.nan),
        ("up", 1.0),
        ("up", 1.5),
        ("down", 0.05),
        ("down", 1.0),
        ("down", math.inf),
        ("down", math.nan),
        ("t0", -0.1),
        ("t0", 1.1),
        ("t0", math.nan),
        ("lam", 0.0),
        ("lam", 1.1),
        ("lam", math.nan),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"asymmetric:{parameter}: ") as caught:
        Asymmetric(**{parameter: value})
    assert caught.value.name == "asymmetric"
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("parameters", [{"up": 0.3, "down": 0.3}, {"t0": 0}, {"t0": 1}, {"lam": 1}])
def test_parameters_at_the_edge_are_taken(parameters: dict[str, float]) -> None:
    model = Asymmetric(**parameters)
    assert type(model.value(model.init())) is float
