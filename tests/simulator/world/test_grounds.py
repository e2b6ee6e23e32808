"""What preferences and votes follow from: each ground adds what the rule of the model says."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.run import load
from simulator.negotiation.payoffs import Valuation
from simulator.world.blueprint import Blueprint
from simulator.world.ground_kinds import Ground, Kind
from simulator.world.grounds import Grounds, Views
from simulator.world.threats import ThreatRegister
from simulator.world.track import Track
from simulator.world.valuations import Peer
from tests.simulator.world.small import OLD_DEAL, issue, two, week

US, JAPAN = 0, 1
SHARES = st.floats(0, 1)


def track_of(**rest: Any) -> Track:
    """Return a talk in which the US may raise or cut a tariff, and Japan buy and pledge."""
    cut = issue("cut", "us", [25, 10, 0], us=[1, 0, -1], japan=[-2, 0, 4]) | {"status_quo": 10}
    buy = issue("buy", "japan", [0, 100], us=[0, 3], japan=[0, -1.5]) | {"face": {"japan": 0.25}}
    pledge = issue("pledge", "japan", ["none", "word"], us=[0, 0], japan=[0, 0])
    threat = {"talk": "trade", "by": "us", "announced": week(0), "payoffs": {"us": -1, "japan": -5}}
    issues = [cut, buy, pledge | {"assurance": [0, 0.5]}]
    blueprint = Blueprint(load(two({"issues": issues}, threats=[threat], **rest)))
    register = ThreatRegister(0)
    register.update(blueprint, 0)
    track = Track(blueprint.plans["trade"], None)
    track.threaten(register.of("trade"))
    return track


def gained(
    grounds: Grounds,
    kind: Kind,
    seat: int | None,
    levels: tuple[int, ...],
    beside: Collection[Ground] = (),
) -> float:
    """Return what an outcome pays more than no deal by a ground, with others left out beside it."""
    outcome = grounds.valuations.plan.space.index(levels)
    with_it, without = (
        grounds.less(left_out).preferences()
        for left_out in ({*beside}, {*beside, Ground(kind, seat)})
    )
    return float(
        (with_it.expected[outcome] - with_it.disagreement)
        - (without.expected[outcome] - without.disagreement)
    )


@given(trust=SHARES, credibility=SHARES)
def test_each_ground_of_japan_adds_what_the_rule_says(trust: float, credibility: float) -> None:
    track = track_of()
    track.preferences(JAPAN, Views((trust,), (credibility,)), [])
    grounds = track.grounds[JAPAN]
    cut, raised = (2, 1, 0), (0, 1, 0)
    added = {
        (Kind.OWN, None): (cut, -1.5),
        (Kind.PROMISED, US): (cut, 4.0 * trust),
        (Kind.DISTRUST, US): (cut, (trust - 1.0) * (4.0 + 5.0 * credibility)),
        (Kind.REST, US): (cut, (1.0 - trust) * -5.0 * credibility),
        (Kind.THREAT, US): (cut, 5.0 * credibility),
        (Kind.FACE, None): (cut, -0.25),
        # What is taken anyway is no longer added by a breach.
        (Kind.SIDE, US): (raised, -2.0 + 2.0 * (1.0 - trust) * credibility),
    }
    for (kind, seat), (levels, amount) in added.items():
        assert gained(grounds, kind, seat, levels) == pytest.approx(amount, abs=1e-9), kind


@given(trust=SHARES)
def test_a_pledge_of_the_partner_adds_to_what_it_promises(trust: float) -> None:
    track = track_of()
    track.preferences(US, Views((trust,), (0.5,)), [])
    pledged = 0.5 * trust * (1.0 - trust) * 3.0
    found = gained(track.grounds[US], Kind.ASSURANCE, JAPAN, (1, 1, 1))
    assert found == pytest.approx(pledged, abs=1e-9)
    assert gained(track.grounds[US], Kind.THREAT, US, (1, 1, 1)) == pytest.approx(1.0)


def test_the_benchmark_and_the_deal_in_force_can_be_left_out() -> None:
    track = track_of(deals=[OLD_DEAL | {"outcome": {"cut": 0, "buy": 0}}])
    track.bring_into_force(track.plan.initial_deal({"cut": 0}, -2), -2)
    peers = [Peer("cut", "us", 0, "")]
    track.preferences(JAPAN, Views((1.0,), (0.0,), benchmark=0.5), peers)
    grounds, nothing = track.grounds[JAPAN], (1, 0, 0)
    assert gained(grounds, Kind.BENCHMARK, None, nothing, {Ground(Kind.HELD)}) == -2.0
    assert gained(grounds, Kind.HELD, None, nothing) == -4.0
    held = track.plan.space.index((2, 0, 0))
    assert not grounds.preferences().rational[held]
    assert grounds.less({Ground(Kind.HELD)}).preferences().rational[held]


def test_an_audience_can_be_left_out() -> None:
    track = track_of()
    track.believe({JAPAN: np.zeros(track.plan.space.size, bool)})
    track.preferences(JAPAN, Views((1.0,), (0.0,)), [])
    grounds = track.grounds[JAPAN]
    assert not len(grounds.preferences().options)
    assert len(grounds.less({Ground(Kind.AUDIENCE)}).preferences().options)


@given(trust=SHARES, credibility=SHARES, reciprocity=st.booleans())
def test_without_any_ground_nothing_is_worth_anything(
    trust: float, credibility: float, reciprocity: bool
) -> None:
    track = track_of()
    for seat in (US, JAPAN):
        views = Views((trust,), (credibility,), reciprocity=reciprocity)
        wants = track.preferences(seat, views, [])
        grounds = track.grounds[seat]
        bare = grounds.less(set(grounds)).preferences()
        assert not bare.expected.any()
        assert bare.disagreement == 0.0
        whole = grounds.less(()).preferences()
        np.testing.assert_array_equal(whole.expected, wants.expected)
        assert whole.disagreement == wants.disagreement
        votes = track.votes(seat, (credibility,))
        assert not votes.less(set(votes)).gains().any()
        np.testing.assert_array_equal(votes.less(()).payoffs(), votes.payoffs())


def test_leaving_out_changes_no_other_party_and_not_the_talk() -> None:
    track = track_of()
    track.preferences(JAPAN, Views((0.5,), (0.5,)), [])
    grounds = track.grounds[JAPAN]
    before = grounds.preferences()
    less = grounds.less({Ground(Kind.OWN), Ground(Kind.ASSURANCE, US)})
    assert less.valuations.seats[US] is grounds.valuations.seats[US]
    less.preferences()
    np.testing.assert_array_equal(grounds.preferences().expected, before.expected)
    assert isinstance(less.valuations.seats[JAPAN], Valuation)
