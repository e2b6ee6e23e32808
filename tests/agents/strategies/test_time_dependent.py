import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.strategies.time_dependent import (
    Boulware,
    Conceder,
    Linear,
    TimeDependent,
    Ultimatum,
    aspiration,
    target,
)
from simulator.errors import PartError
from simulator.negotiation.negotiator import show
from simulator.negotiation.offers import Offer, Response
from simulator.negotiation.talk import TalkState
from tests.agents.strategies.conformance import RESOLVED, Conformance
from tests.negotiations import Domain, Puppet, Wants, domains, pie


class TestTimeDependent(Conformance):
    name = "time-dependent"
    variants = (
        {},
        {"exponent": 1.0, "band": 0.1},
        {"exponent": 0.02, "band": 1.0},
        {"exponent": 50.0, "tolerance": 0.0},
        {"exponent": 2.0, "tolerance": 0.5, "band": 0.3},
        {"family": "exponential", "exponent": 3.0, "opening": 0.2, "band": 0.1},
        RESOLVED,
        {"belief": "perfect"},
    )


class TestResolved(Conformance):
    name = "time-dependent"
    variants = ({"resolve": 0.5, "belief": "reservation"},)


class TestBoulware(Conformance):
    name = "boulware"
    variants = ({}, {"band": 0.2}, RESOLVED, {"last_turn": "open"})


class TestLinear(Conformance):
    name = "linear"
    variants = ({}, {"band": 0.2}, RESOLVED, {"last_turn": "open"})


class TestConceder(Conformance):
    name = "conceder"
    variants = ({}, {"band": 0.2}, RESOLVED, {"last_turn": "open"})


class TestUltimatum(Conformance):
    name = "ultimatum"
    partner_without = 12.0
    variants = ({}, {"exponent": 0.25, "belief": "reservation"}, {"last_turn": "open"})


# With 4 rounds t = .2, .4, .6, .8: a linear party asks for 8, 6, 4, 2 of a pie of 10.
def test_two_linear_parties_meet_in_the_third_round() -> None:
    talk = pie(10).talk([Linear(last_turn="open"), Linear(last_turn="open")], 4)
    assert talk.play() is TalkState.AGREED
    assert talk.offers == [Offer(0, 0, 8), Offer(0, 1, 2), Offer(1, 0, 6), Offer(1, 1, 4)]
    assert (talk.agreement, talk.round) == (4, 3)


# Boulware asks for 9.98, 9.74, 8.70, 5.90, Conceder for 3.31, 2.05, 1.20, .54.
def test_a_boulware_party_gets_the_most_from_a_conceder() -> None:
    talk = pie(10).talk([Boulware(last_turn="open"), Conceder(last_turn="open")], 4)
    assert talk.play() is TalkState.AGREED
    assert [o.outcome for o in talk.offers] == [10, 6, 10, 7, 9, 8]
    assert (talk.agreement, talk.round) == (8, 4)


@pytest.mark.parametrize(
    ("strategy", "exponent"), [(Boulware, 4.0), (Linear, 1.0), (Conceder, 0.25)]
)
def test_the_named_members_of_the_family_differ_in_their_exponent(
    strategy: type[TimeDependent], exponent: float
) -> None:
    assert strategy().exponent == exponent
    assert (strategy().band, strategy().tolerance) == (0.0, 1e-4)


def test_ultimatum_is_the_name_of_full_resolve() -> None:
    named, spelled = Ultimatum(), TimeDependent(resolve=1.0, belief="perfect")
    assert {**vars(named), "_schedule": 0, "_belief": 0, "_received": 0} == {
        **vars(spelled),
        "_schedule": 0,
        "_belief": 0,
        "_received": 0,
    }


def test_the_default_is_boulware() -> None:
    assert TimeDependent(last_turn="open").exponent == 4.0


def test_a_band_makes_it_offer_what_is_most_like_the_partners_last_offer() -> None:
    # Payoff i + j on a grid of 3 x 3; in the second round it asks for 2 of 4. Of (0, 2), (1, 1)
    # and (2, 0) the last two are as near to (1, 0); the lower index is that of (1, 1).
    wants = Wants(tuple(float(i + j) for i in range(3) for j in range(3)), 0.0)
    domain = Domain((3, 3), (wants, wants))
    with_band = domain.talk([TimeDependent(last_turn="open", exponent=1.0, band=0.1), Puppet(3)], 3)
    without = domain.talk([TimeDependent(last_turn="open", exponent=1.0), Puppet(3)], 3)
    for talk in (with_band, without):
        talk.play(2)
    assert [o.outcome for o in with_band.offers if o.seat == 0] == [5, 4]
    assert [o.outcome for o in without.offers if o.seat == 0] == [5, 2]


def test_a_band_reaches_as_far_above_the_target_as_its_share_of_the_range() -> None:
    # Outcomes 0 to 10 pay as much, 11 nothing; it asks for 5 and the partner wants 11.
    wants = Wants((*map(float, range(11)), 0.0), 0.0)
    for band, offered in ((0.0, 5), (0.19, 6), (0.2, 7), (1.0, 10)):
        strategy = TimeDependent(last_turn="open", exponent=1.0, band=band, tolerance=0.0)
        talk = Domain((12,), (wants, wants)).talk([Puppet(11), strategy], 1)
        talk.play()
        assert talk.offers[1].outcome == offered


# Of the exponential family with 1 % at the opening it still asks for 1 - .01^(1 - t): .975, .937,
# .842, .602 with 4 rounds. With a tenth and an exponent of 4, for 1 - .1^((1 - t)^4): .611, .258,
# .057, .004; with one of .25 for .887, .868, .840, .786.
@pytest.mark.parametrize(
    ("exponent", "opening", "offered"),
    [(1.0, 0.01, [10, 10, 9, 7]), (4.0, 0.1, [7, 3, 1, 1]), (0.25, 0.1, [9, 9, 9, 8])],
)
def test_the_exponential_family_concedes_from_its_opening(
    exponent: float, opening: float, offered: list[int]
) -> None:
    strategy = TimeDependent(
        last_turn="open", family="exponential", exponent=exponent, opening=opening
    )
    talk = pie(10).talk([strategy, Puppet(0)], 4)
    assert talk.play() is TalkState.TIMED_OUT
    assert [o.outcome for o in talk.offers if o.seat == 0] == offered


def test_two_of_the_exponential_family_meet() -> None:
    # Both ask for 6.1, then 2.6, which the second accepts: 3 of ten leave it 7.
    strategies = [
        TimeDependent(last_turn="open", family="exponential", exponent=4.0, opening=0.1)
        for _ in range(2)
    ]
    talk = pie(10).talk(strategies, 4)
    talk.play()
    assert [o.outcome for o in talk.offers] == [7, 3]
    assert (talk.agreement, talk.round) == (3, 2)


@given(exponent=st.floats(0.01, 50), opening=st.floats(0.001, 0.999))
def test_the_exponential_family_runs_from_the_opening_to_everything(
    exponent: float, opening: float
) -> None:
    times = [k / 20 for k in range(21)]
    asked = [aspiration(time, exponent, "exponential", opening) for time in times]
    assert asked[0] == pytest.approx(1.0 - opening)
    assert asked[-1] == pytest.approx(0.0)
    assert (np.diff(asked) <= 0).all()


def test_impatience_scales_the_aspiration_down_and_never_below_the_floor() -> None:
    talk = pie(10).talk([Linear(last_turn="open"), Puppet(0)], 4)
    for patience, offered in ((0.5, 4), (1.0, 6), (0.25, 1)):
        show(talk.turns[0], patience=patience)
        talk.play(1)
        assert talk.offers[-2].outcome == offered
    show(talk.turns[0], patience=1e-12)
    assert talk.play() is TalkState.AGREED
    assert talk.agreement == 0


def test_impatience_moves_a_negative_range_towards_its_floor() -> None:
    # From -10 to 0; at t = .2 a patient party asks for -2, one at .5 for -6.
    losses = Wants(tuple(-10.0 + k for k in range(11)), -10.0)
    for patience, offered in ((1.0, 8), (0.5, 4)):
        talk = Domain((11,), (losses, losses)).talk([Linear(last_turn="open"), Puppet(0)], 4)
        show(talk.turns[0], patience=patience)
        talk.play(1)
        assert talk.offers[0].outcome == offered


def test_a_moved_deadline_moves_the_target() -> None:
    talk = pie(10).talk([Linear(last_turn="open"), Puppet(0)], 4)
    talk.play(1)
    talk.move_deadline(9)
    talk.play(1)
    talk.move_deadline(3)
    talk.play()
    # 1 - 1/5; then 1 - 2/10; then 1 - 3/4.
    assert [o.outcome for o in talk.offers if o.seat == 0] == [8, 8, 3]


def test_a_new_valuation_moves_the_target() -> None:
    talk = pie(10).talk([Linear(last_turn="open"), Puppet(0)], 4)
    talk.play(1)
    talk.revalue(0, Wants(pie(10).wants[0].payoffs, 5.0).preferences())
    talk.play()
    # Of the range from 5 to 10: 8, 7, 6.
    assert [o.outcome for o in talk.offers if o.seat == 0] == [8, 8, 7, 6]


def test_the_tolerance_counts_in_shares_of_the_range_unless_told_otherwise() -> None:
    # At t = .5 it asks for 50 of 100 less 1 % of the range.
    payoffs = (0.0, 48.9, 49.1, 50.0, 100.0)
    talk = Domain((5,), (Wants(payoffs, 0.0),) * 2).talk(
        [TimeDependent(last_turn="open", exponent=1.0, tolerance=0.01), Puppet(0)], 1
    )
    talk.play()
    assert talk.offers[0].outcome == 2


@settings(max_examples=60)
@given(
    domain=domains(),
    exponent=st.sampled_from((0.25, 1.0, 4.0)),
    rounds=st.integers(1, 30),
    patience=st.sampled_from((1.0, 0.9)),
)
def test_every_offer_is_the_worst_outcome_that_meets_the_target(
    domain: Domain, exponent: float, rounds: int, patience: float
) -> None:
    strategy = TimeDependent(last_turn="open", exponent=exponent)
    talk = domain.talk([strategy, Puppet(0)], rounds)
    show(talk.turns[0], patience=patience)
    talk.play()
    wants = domain.wants[0]
    options = [
        (payoff, index) for index, payoff in enumerate(wants.payoffs) if wants.rational(index)
    ]
    low, high = max(min(wants.payoffs), wants.disagreement), max(options)[0]
    best = min(index for payoff, index in options if payoff == high)
    for offer in talk.offers:
        if offer.seat == 0:
            asked = (1 - ((offer.round + 1) / (rounds + 1)) ** exponent) * patience
            lowest = min(max(asked * (high - low) + low - 1e-4 * (high - low), low), high) - 1e-6
            good = [(payoff, index) for payoff, index in options if payoff >= lowest]
            assert offer.outcome == (min(good)[1] if good else best)


@given(
    time=st.floats(0.001, 1.0),
    exponent=st.floats(0.01, 50),
    low=st.floats(-50, 50),
    width=st.floats(0, 50),
    eps=st.floats(0, 1),
)
def test_the_target_lies_between_floor_and_best(
    time: float, exponent: float, low: float, width: float, eps: float
) -> None:
    share = aspiration(time, exponent)
    assert share == pytest.approx(1 - math.pow(time, exponent), abs=1e-12)
    asked = target(share, low, low + width, eps)
    plain = min(max(share * width + low - eps, low), low + width)
    assert low <= asked <= low + width
    assert asked == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("exponent", 0.0),
        ("exponent", -1.0),
        ("exponent", math.inf),
        ("exponent", math.nan),
        ("band", -0.1),
        ("band", 1.1),
        ("band", math.nan),
        ("tolerance", -1e-9),
        ("tolerance", math.nan),
        ("tolerance", math.inf),
        ("opening", 0.0),
        ("opening", 1.0),
        ("opening", math.nan),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(parameter: str, value: float) -> None:
    with pytest.raises(PartError, match=f"time-dependent:{parameter}"):
        TimeDependent(**{parameter: value})  # type: ignore[arg-type]


def test_it_accepts_what_falls_short_of_the_target_by_rounding_only() -> None:
    # At t = .5 it asks for .5, less 1e-6.
    for short, response in ((0.9e-6, Response.ACCEPT), (1.1e-6, Response.COUNTER)):
        payoffs = (0.0, 0.5 - short, 1.0)
        strategy = TimeDependent(last_turn="open", exponent=1.0, tolerance=0.0)
        wants = Wants(payoffs, 0.0)
        talk = Domain((3,), (wants, wants)).talk([Puppet(1), strategy], 1)
        talk.play()
        assert (talk.agreement == 1) == (response is Response.ACCEPT)
