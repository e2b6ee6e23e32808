"""A country that falls short of what it pledged, and keeps the rest."""

import math
from itertools import pairwise
from statistics import fmean, mean, stdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.compliance.shortfall import Shortfall
from experiments.display.terminal import plain_text
from experiments.pages.scenario import scenario_page
from experiments.run import load, run
from simulator import draws
from simulator.errors import PartError, ScenarioError
from tests.agents.compliance.reviews import review
from tests.simulator.world.small import deal_of, issue, two, week, weekly

Data = dict[str, Any]
ISSUES = ("tariff", "steel", "rice")


def seen(**given: Any) -> Any:
    return review(commitments=ISSUES, pledges=("rice", "steel"), **given)


@given(
    average=st.floats(0, 1),
    sd=st.floats(0, 5),
    at=st.integers(0, 500),
    seed=st.integers(),
    deal=st.text("ab:0", max_size=4),
)
def test_purchases_and_pledges_are_performed_by_a_clipped_normal_draw_each_and_the_rest_is_kept(
    average: float, sd: float, at: int, seed: int, deal: str
) -> None:
    chosen = Shortfall(mean=average, sd=sd).choose(seen(week=at, seed=seed, deal=deal))
    drawn = {
        pledge: average + sd * draws.normal(seed, "compliance", ("us", deal, pledge), at)
        for pledge in ("steel", "rice")
    }
    assert chosen == {"tariff": 1.0} | {k: min(max(q, 0.0), 1.0) for k, q in drawn.items()}


def test_what_falls_short_may_be_named() -> None:
    policy = Shortfall(mean=0.25, sd=0, issues=["tariff", "cars"])
    assert policy.choose(seen()) == {"tariff": 0.25, "steel": 1.0, "rice": 1.0}


def test_a_country_that_pledged_nothing_keeps_everything() -> None:
    assert Shortfall(mean=0, sd=0).choose(review(pledges=())) == {"tariff": 1.0, "steel": 1.0}


def test_draws_have_the_mean_and_the_spread_that_are_asked_for() -> None:
    policy = Shortfall(mean=0.5, sd=0.1)
    rice = [policy.choose(seen(week=13 * k, seed=s))["rice"] for s in range(50) for k in range(40)]
    assert mean(rice) == pytest.approx(0.5, abs=0.01)
    assert stdev(rice) == pytest.approx(0.1, abs=0.01)


def test_each_issue_deal_country_and_review_is_drawn_by_itself_in_whatever_order() -> None:
    policy = Shortfall(mean=0.5, sd=0.1)
    base = policy.choose(seen())
    assert base["rice"] != base["steel"]
    assert policy.choose(review(commitments=ISSUES[::-1], pledges=("steel", "rice"))) == base
    assert policy.choose(review(commitments=("rice",), pledges=("rice",)))["rice"] == base["rice"]
    for other in ({"deal": "us-uk:0"}, {"country": "eu"}, {"seed": 1}, {"week": 13}):
        assert policy.choose(seen(**other))["rice"] != base["rice"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("mean", v) for v in (-0.1, 1.1, math.nan)),
        *(("sd", v) for v in (-0.1, math.inf, math.nan)),
        *(("issues", v) for v in ([], "rice", [3], ())),
    ],
)
def test_parameters_out_of_range_are_refused(parameter: str, value: Any) -> None:
    with pytest.raises(PartError, match=f"shortfall:{parameter}"):
        Shortfall(**{parameter: value})


# -- in the world --------------------------------------------------------------------------------


def pledged(disregard: float, quality: str) -> Data:
    """Return a world in which Japan owes two pledges that are all it is worth to the US."""
    policy = f"shortfall:{quality}"
    world = two({"open": False, "review_weeks": 1}, japan={"compliance": policy}, weeks=200)
    first, second = world["talks"]["trade"]["issues"]
    world["talks"]["trade"]["issues"] = [
        first,
        {**second, "pledge_share": {"us": 1.0}},
        {**issue("aid", "japan", [0, 9], us=[0, 1], japan=[0, -1]), "pledge_share": {"us": 1.0}},
    ]
    outcome = {"cut": 5, "buy": 50, "aid": 9}
    deal = {"talk": "trade", "signed": week(0), "outcome": outcome}
    return world | {"deals": [deal], "disregard": disregard}


def share_disregarded(disregard: float, quality: str) -> float:
    rows = [
        row
        for seed in range(12)
        for row in run(pledged(disregard, quality), seed).to_dict()["performance"]
        if row["obligor"] == "japan"
    ]
    assert len(rows) >= 24
    return fmean(row["reason"] != "kept" for row in rows)


def test_whether_falling_short_breaks_the_word_is_for_the_scenario_to_say() -> None:
    quality = "mean=0.7:sd=0.15"
    few, some, many = (share_disregarded(level, quality) for level in (0.5, 0.7, 0.8))
    assert few < 0.2
    assert 0.3 < some < 0.7
    assert many > 0.6


def test_a_partner_gets_what_is_performed_of_what_was_pledged_to_it() -> None:
    full = 2 + 1 - 1  # what 50 and 9 are worth to the US, less its own cut of the tariff
    for quality in (0.6, 0.9):
        r = run(pledged(0.5, f"mean={quality}:sd=0"), weeks=10)
        assert deal_of(r)["ended"] is None
        assert weekly(r, "us") == [pytest.approx(quality * 3 - 1)] * 10
        assert full > quality * 3 - 1
        assert r.world.ledger.disregards(0.5) == 0


def test_trust_in_who_falls_short_turns_at_the_level() -> None:
    for level, sign in ((0.5, 1), (0.7, 0), (0.8, -1)):
        world = pledged(level, "mean=0.7:sd=0")
        world["countries"]["us"]["trust"] = "asymmetric:t0=0.6:lam=1"
        table = run(world, weeks=3).trust
        us = table[(table["observer"] == "us") & (table["subject"] == "japan")]["trust"].tolist()
        assert all((b > a) - (b < a) == sign for a, b in pairwise(us[:2]))


def test_a_policy_about_issues_that_no_talk_has_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"countries\.japan\.compliance: 'byu'") as caught:
        load(two(japan={"compliance": 'shortfall:issues=["buy", "byu"]'}))
    (problem,) = caught.value.problems
    assert problem.nearest == "buy"
    with pytest.raises(ScenarioError, match="no talk has a purchase or a pledge"):
        load(two(japan={"compliance": "shortfall"}))


def test_an_issue_with_a_pledge_share_is_a_pledge() -> None:
    pledged = two(japan={"compliance": "shortfall:mean=0:sd=0"})
    pledged["talks"]["trade"]["issues"][1]["pledge_share"] = {"us": 1}
    assert set(run(pledged, weeks=2).performance.query("obligor == 'japan'")["quality"]) == {0.0}


def test_a_policy_about_what_others_owe_is_taken_and_told_of() -> None:
    """One policy for all countries is a sensible experiment."""
    world = two(us={"compliance": 'shortfall:issues=["buy"]'})
    text = " ".join(plain_text(scenario_page(load(world))).split())
    assert "(keeps everything: it never owes what that is about)" in text
    assert text.count("keeps everything") == 1
    assert set(run(world, weeks=2).performance["quality"]) == {1.0}
