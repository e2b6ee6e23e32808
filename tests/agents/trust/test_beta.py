import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.trust.beta import Beta, expectation
from simulator.errors import PartError

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "bargaining.json").read_text())["cases"]
FAMILY = [case for case in CASES if case["family"] == "trust_beta"]


@pytest.mark.parametrize("case", FAMILY, ids=lambda case: str(case["id"]))
def test_outcomes_move_trust_as_in_the_known_answers(case: dict[str, Any]) -> None:
    assert case["inputs"]["prior"] == [1, 1]
    model = Beta(lam=case["inputs"]["lambda"], kappa=1.0)
    state = model.init()
    for outcome in case["inputs"]["outcomes"]:
        state = model.update(model.tick(state, 1.0), outcome, 1.0)
    expected = case["expected"]
    assert state == pytest.approx((expected["r"], expected["s"]), abs=case["tol"])
    assert model.value(state) == pytest.approx(expected["trust"], abs=case["tol"])


@given(kappa=st.floats(1, 10), weight=st.floats(0, 1))
def test_a_breach_counts_kappa_times(kappa: float, weight: float) -> None:
    model = Beta(kappa=kappa)
    assert model.update(model.init(), 0.0, weight) == (0.0, kappa * weight)
    assert model.update(model.init(), 1.0, weight) == (weight, 0.0)


def test_a_partly_kept_promise_counts_on_both_sides() -> None:
    assert Beta().update((2.0, 1.0), 0.75, 0.4) == pytest.approx((2.3, 1.3))


def test_a_week_forgets_a_thirteenth_of_a_period() -> None:
    left = 0.95 ** (1 / 13)
    assert Beta().tick((3.0, 2.0), 1 / 13) == pytest.approx((3 * left, 2 * left))


def test_trust_is_the_mean_with_one_of_each_in_advance() -> None:
    assert expectation(0.0, 0.0) == 0.5
    assert expectation(8.0, 0.0) == 0.9
    assert expectation(1.0, 3.0) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("lam", 0.0),
        ("lam", 1.01),
        ("lam", math.nan),
        ("kappa", 0.99),
        ("kappa", math.inf),
        ("kappa", math.nan),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"beta:{parameter}: "):
        Beta(**{parameter: value})
