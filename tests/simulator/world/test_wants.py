"""What countries want in talks: face, peers, trust, weights, and uncertainty about values."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from experiments.run import load, run
from tests.simulator.world.small import deal_of, desk, issue, offers, two, week, weekly

Data = dict[str, Any]

STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}


def wanted(world: Data, party: str, weeks: int = 1) -> list[float]:
    """Return what a party expects of each outcome of the open talk."""
    return [float(x) for x in desk(run(world, weeks=weeks), party).preferences.expected]


def test_a_promise_counts_with_trust_and_ones_own_performance_in_full() -> None:
    world = two(**STUBBORN)
    assert wanted(world, "us") == pytest.approx([0, 1.6, 2.4, -1, 0.6, 1.4, -3, -1.4, -0.6])
    assert wanted(world, "japan") == pytest.approx([0, -0.5, -2, 2.4, 1.9, 0.4, 4, 3.5, 2])


def test_a_promise_that_harms_counts_whatever_the_trust() -> None:
    world = two(**STUBBORN)
    world["talks"]["trade"]["issues"][1]["payoffs"]["us"] = [0, -2, 3]
    assert wanted(world, "us")[:3] == pytest.approx([0, -2, 2.4])


def test_political_weights_and_pledge_shares_count_in_talks_and_in_the_weighted_payoff() -> None:
    world = two()
    buy = world["talks"]["trade"]["issues"][1]
    buy["political_weights"] = {"japan": 2.0, "us": 1.5}
    buy["pledge_share"] = {"us": 0.5}
    assert wanted({**world, "countries": two(**STUBBORN)["countries"]}, "us")[:3] == pytest.approx(
        [0, 0.8 * 0.75 * 2, 0.8 * 0.75 * 3]
    )
    result = run(world, weeks=1)
    assert (weekly(result, "us"), weekly(result, "us", "weighted")) == ([1.0], [0.5])
    assert (weekly(result, "japan"), weekly(result, "japan", "weighted")) == ([2.5], [2.0])


def test_face_costs_per_step_in_talks_and_nothing_afterwards() -> None:
    world = two()
    world["talks"]["trade"]["issues"][0]["face"] = {"us": 0.1}
    stubborn = {**world, "countries": two(**STUBBORN)["countries"]}
    assert wanted(stubborn, "us") == pytest.approx([0, 1.6, 2.4, -1.1, 0.5, 1.3, -3.2, -1.6, -0.8])
    assert wanted(stubborn, "japan")[3] == pytest.approx(2.4)
    result = run(world, weeks=2)
    assert weekly(result, "us", "weighted") == weekly(result, "us") == [1.0, 1.0]


# --- peers ----------------------------------------------------------------------------------


def with_peer(
    level: Any = 10,
    *,
    signed: int = -1,
    weight: float = 0.5,
    peer_levels: tuple[Any, ...] = (25, 20, 15, 10, 5),
    own_levels: tuple[Any, ...] = (25, 15, 5),
    peer_unit: str = "%",
    obligor: str = "us",
    id: str = "car-tariff",
) -> Data:
    """Return a world in which Korea has a deal with the US, and Japan compares itself with it."""
    steps = len(own_levels)
    own = issue(
        "car-tariff", "us", list(own_levels), us=[0, -1, -3][:steps], japan=[0, 2, 5][:steps]
    )
    zeros = [0.0] * len(peer_levels)
    peer = issue(id, obligor, list(peer_levels), us=zeros, korea=zeros)
    world = two({"issues": [own | {"unit": "%"}]}, japan={"benchmark": weight})
    world["countries"]["us"]["strategy"] = offers([own_levels[0]])
    world["countries"]["japan"]["strategy"] = offers([own_levels[-1]])
    world["countries"]["korea"] = {}
    world["talks"]["peer"] = {
        "parties": ["us", "korea"],
        "open": False,
        "issues": [peer | {"unit": peer_unit}],
    }
    world["deals"] = [{"talk": "peer", "signed": week(signed), "outcome": {id: level}}]
    return world


PLAIN = [0.0, 1.6, 4.0]  # Japan's payoffs at trust .8


@pytest.mark.parametrize(
    ("level", "peer_value"),
    [(15, 2.0), (5, 5.0), (20, 1.0), (10, 3.5), (25, 0.0)],
)
def test_outcomes_worse_than_a_peers_are_penalised_by_the_difference(
    level: int, peer_value: float
) -> None:
    penalties = [0.5 * max(peer_value - value, 0.0) for value in (0, 2, 5)]
    expected = [plain - penalty for plain, penalty in zip(PLAIN, penalties, strict=True)]
    assert wanted(with_peer(level), "japan") == pytest.approx(expected)


def test_a_peers_level_beyond_ones_own_range_counts_as_its_end() -> None:
    world = with_peer(0, peer_levels=(30, 20, 0))
    assert wanted(world, "japan") == pytest.approx([0 - 2.5, 1.6 - 1.5, 4.0])
    world = with_peer(30, peer_levels=(40, 30, 0))
    assert wanted(world, "japan") == pytest.approx(PLAIN)


def test_labels_count_only_if_they_are_equal() -> None:
    labels: dict[str, Any] = {"own_levels": ("none", "some", "all")}
    same = with_peer("some", peer_levels=("none", "some", "more"), **labels)
    assert wanted(same, "japan") == pytest.approx([-1.0, 1.6, 4.0])
    other = with_peer("more", peer_levels=("none", "some", "more"), **labels)
    assert wanted(other, "japan") == pytest.approx(PLAIN)


@pytest.mark.parametrize(
    "other", [{"peer_unit": "US$"}, {"obligor": "korea"}, {"id": "steel-tariff"}, {"weight": 0.0}]
)
def test_another_unit_obligor_issue_or_no_weight_makes_no_peer(other: Data) -> None:
    assert wanted(with_peer(10, **other), "japan") == pytest.approx(PLAIN)


def test_the_partner_and_the_peer_itself_do_not_compare() -> None:
    world = with_peer(5)
    world["countries"]["us"]["benchmark"] = world["countries"]["korea"]["benchmark"] = 1.0
    assert wanted(world, "us") == pytest.approx([0, -1, -3])


def test_ones_own_other_deals_with_the_partner_are_no_peers() -> None:
    world = with_peer(5)
    own = world["talks"]["trade"]
    world["talks"]["peer"] = {**own, "open": False}
    assert wanted(world, "japan") == pytest.approx(PLAIN)


def test_the_best_peer_counts_and_adding_a_worse_one_changes_nothing() -> None:
    world = with_peer(15)
    alone = wanted(world, "japan")
    world["countries"]["uk"] = {}
    second = world["talks"]["peer"]["issues"][0]
    payoffs = {"us": [0] * 5, "uk": [0] * 5}
    world["talks"]["second"] = {
        "parties": ["us", "uk"],
        "open": False,
        "issues": [second | {"payoffs": payoffs}],
    }
    found = {}
    for level in (20, 10):
        deal = {"talk": "second", "signed": week(-1), "outcome": {"car-tariff": level}}
        found[level] = wanted({**world, "deals": [*world["deals"], deal]}, "japan")
    assert found[20] == alone
    assert found[10] == pytest.approx([0 - 0.5 * 3.5, 1.6 - 0.5 * 1.5, 4.0])


def test_a_peers_deal_counts_from_the_week_after_its_signing_until_it_ends() -> None:
    world = with_peer(5)
    del world["deals"]
    peer = world["talks"]["peer"]
    world["talks"]["peer"] = peer | {
        "open": True,
        "opens": week(1),
        "deadline": week(3),
        "ratify_weeks": 1,
        "term_weeks": 2,
    }
    payoffs = {"us": [0] * 5, "korea": [0] * 5}
    peer["issues"][0]["payoffs"] = payoffs
    world["talks"]["peer"]["strategy"] = {"us": offers([5]), "korea": offers([5])}
    world["talks"]["trade"]["deadline"] = week(9)
    offered = run(world, weeks=8).offers
    mine = offered[(offered["talk"] == "trade") & (offered["proposer"] == "us")]
    # Signed in week 1, in force in week 2, expired in week 4: it bites in weeks 2 to 4.
    assert list(mine["expected_japan"]) == pytest.approx([0, 0, -2.5, -2.5, -2.5, 0, 0, 0])


def test_peers_do_not_enter_the_payoffs() -> None:
    world = with_peer(5)
    for country in ("us", "japan"):
        world["countries"][country]["strategy"] = offers([15])
    # Japan expects 1.6 - 1.5 of (15 %): it signs, and gets 2.
    assert weekly(run(world, weeks=1), "japan", "weighted") == [2.0]


# --- uncertainty ------------------------------------------------------------------------------


def test_uncertain_values_have_mean_one_and_the_given_spread() -> None:
    world = {**two(), "valuation_sd": 0.3}
    # With (5, 50) Japan has 3 x - .5 y and the US -x' + 2 y'; strategies do not matter here.
    world["deals"] = [{"talk": "trade", "signed": week(0), "outcome": {"cut": 5}}]
    world["talks"]["trade"]["open"] = False
    loaded = load({**world, "weeks": 1})
    played = (run(loaded, seed) for seed in range(600))  # 600 worlds at once would be slow
    found = [(weekly(r, "japan")[0] / 3, weekly(r, "us")[0] / -1) for r in played]
    japan, us = zip(*found, strict=True)
    for factors in (japan, us):
        assert min(factors) > 0
        assert np.mean(factors) == pytest.approx(1, abs=4 * 0.3 / math.sqrt(600))
        assert np.std(np.log(factors)) == pytest.approx(0.3, abs=0.05)
    assert abs(float(np.corrcoef(japan, us)[0, 1])) < 0.2  # drawn per party


def test_uncertain_values_are_drawn_per_talk_issue_and_party_once_per_run() -> None:
    world = {**two(), "valuation_sd": 0.3}
    world["talks"]["trade"]["open"] = False
    world["talks"]["other"] = world["talks"]["trade"]
    world["deals"] = [
        {"talk": "trade", "signed": week(0), "outcome": {"cut": 5}},
        {"talk": "other", "signed": week(0), "outcome": {"buy": 50}},
    ]
    found = {}
    for talk, outcome in {"trade": {"cut": 5}, "other": {"cut": 5}, "buy": {"buy": 50}}.items():
        deal = {"talk": "trade" if talk == "buy" else talk, "signed": week(0), "outcome": outcome}
        for party in ("us", "japan"):
            flow = weekly(run({**world, "deals": [deal]}, 7, 20), party)
            assert len(set(flow)) == 1  # the same in every week
            value: Data = {"us": {"cut": -1, "buy": 2}, "japan": {"cut": 3, "buy": -0.5}}
            found[talk, party] = flow[0] / value[party][next(iter(outcome))]
    ordered = sorted(found.values())
    assert all(b - a > 1e-6 for a, b in pairwise(ordered))


def test_uncertainty_does_not_depend_on_the_level() -> None:
    def value(level: int) -> float:
        world = {**two({"open": False}), "valuation_sd": 0.3}
        world["deals"] = [{"talk": "trade", "signed": week(0), "outcome": {"cut": level}}]
        return weekly(run(world, 5, 1), "japan")[0]

    assert value(0) / value(5) == pytest.approx(5 / 3)


def test_what_a_deal_was_worth_at_signing_is_in_the_table() -> None:
    row = deal_of(run(two()))
    assert (row["payoff_us"], row["payoff_japan"]) == (1.0, 2.5)
    assert (row["expected_us"], row["expected_japan"]) == pytest.approx((0.6, 1.9))
    # The rational outcomes are (5, 50) with (.6, 1.9) and (5, 100) with (1.4, .4): it is Nash's.
    assert row["nash_distance_expected"] == 0.0
    assert row["frontier_distance_expected"] == 0.0
