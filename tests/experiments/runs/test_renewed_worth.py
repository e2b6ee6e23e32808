"""What deals made anew are worth to a country: the price of broken promises."""

import math

import pytest

from experiments.run import load, run
from experiments.runs.metrics import scenario_metrics


@pytest.mark.parametrize("country", ["us", "uk"])
def test_it_is_the_mean_of_the_deals_after_the_first_of_each_talk(country: str) -> None:
    r = run("allies-2025", 116)
    signed = r.deals[r.deals["signed"] >= 0].sort_values("signed")
    later = signed[signed["talk"].duplicated()][f"payoff_{country}"].dropna()
    told = scenario_metrics(r.scenario)[f"renewed_worth_{country}"](r.world)
    assert len(later) > 0
    assert told == pytest.approx(later.mean())


def test_without_a_second_deal_there_is_none() -> None:
    r = run("first-talk")
    assert math.isnan(scenario_metrics(load("first-talk"))["renewed_worth_home"](r.world))
