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
CREDIBILITY = json.loads(
    (Path(__file__).parents[2] / "oracles" / "talks.json").read_text(encoding="utf-8")
)["credibility"]
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


@pytest.mark.parametrize("case", CREDIBILITY, ids=lambda case: str(case["c"]))
def test_prior_counts_and_dates_give_the_known_credibilities(case: dict[str, Any]) -> None:
    a, b = case["state"]
    model = Beta(kappa=1.0, a=a, b=b)
    state = model.init()
    for quality, weight in case["evidence_quality_weight"]:
        state = model.update(state, quality, weight)
    assert model.value(state) == pytest.approx(case["c"], abs=1e-8)
    once_more = model.value(model.update(state, 1.0, 1.0))
    assert once_more == pytest.approx(case["after_one_more_date_carried_out"], abs=1e-8)


def test_what_is_counted_in_advance_is_never_forgotten() -> None:
    model = Beta(kappa=1.0, a=3.5, b=1.5)
    assert model.value(model.init()) == 0.7
    assert model.value(model.tick(model.update(model.init(), 0.0, 1.0), 5000.0)) == 0.7


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
        *((count, v) for count in ("a", "b") for v in (0.0, -1.0, math.inf, math.nan)),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"beta:{parameter}: "):
        Beta(**{parameter: value})
