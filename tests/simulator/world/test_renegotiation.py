"""A deal that some party would disregard at its next review is talked about before it does."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.run import run
from simulator.world.deals import Occasion
from simulator.world.news import Opening
from tests.generators import scenarios
from tests.simulator.world.small import (
    OLD_DEAL,
    START,
    STUBBORN,
    deal_of,
    dear,
    issue,
    offers,
    openings,
    performed,
    plays,
    week,
    weekly,
)

Data = dict[str, Any]


def opened(result: Any) -> list[Opening]:
    return [o for o in result.world.openings if o.occasion is Occasion.RENEGOTIATION]


def disagreements(opening: Opening) -> list[float]:
    return [turn.preferences.disagreement for turn in opening.talk.turns]


# --- instead of a breach --------------------------------------------------------------------


def test_an_opportunist_for_whom_a_deal_no_longer_pays_gets_better_terms_and_keeps_them() -> None:
    result = run(dear())
    (opening,) = opened(result)
    assert (opening.week, opening.by, opening.rounds) == (2, ("japan",), 6)
    assert deal_of(result, 0)["status"] == "superseded"
    assert deal_of(result, 1)["terms"] == "us: cut 5; japan: buy 25"
    assert deal_of(result, 1)["status"] == "in force"
    assert {reason for _, _, reason in performed(result, "japan")} == {"kept"}


def test_without_the_key_it_breaks_the_deal_until_that_collapses() -> None:
    result = run(dear({"renegotiate_weeks": None}))
    assert openings(result) == []
    assert deal_of(result)["status"] == "collapsed"
    assert performed(result, "japan")[1:] == [(4, 0.0, "withheld"), (8, 0.0, "withheld")]


def test_with_the_deal_in_force_as_disagreement_there_would_be_nothing_to_agree_on() -> None:
    (opening,) = opened(run(dear()))
    us, japan = (turn.preferences.expected for turn in opening.talk.turns)
    held = opening.talk.space.index((2, 2))
    both_gain = ((us >= us[held]) & (japan >= japan[held])).nonzero()[0]
    assert list(both_gain) == [held]
    options = [set(turn.preferences.options) for turn in opening.talk.turns]
    assert options[0] & options[1]
    assert held not in options[0] | options[1]  # which is not on the table


def test_where_everybody_keeps_the_deal_the_key_changes_nothing() -> None:
    with_key, without = (run(dear({"renegotiate_weeks": w}, events=[])) for w in (2, None))
    assert openings(with_key) == []
    for table in ("deals", "performance", "payoffs"):
        assert getattr(with_key, table).equals(getattr(without, table))


# --- what it compares with ------------------------------------------------------------------

#: Announced and due from the start: it is carried out on a breach, and without a deal.
THREAT = {
    "talk": "trade",
    "by": "japan",
    "announced": week(-3),
    "effective": week(-2),
    "payoffs": {"us": -2.0, "japan": 0.25},
}


@pytest.mark.parametrize("threats", [[], [THREAT]])
def test_those_who_look_at_the_next_period_alone_compare_with_what_a_breach_pays(
    threats: list[Data],
) -> None:
    world = dear(discount=0.001, strategies=STUBBORN, threats=threats)
    for country in world["countries"].values():
        country["trust"] = "fixed:t0=1"
    (opening,) = opened(run(world, weeks=4))
    broken = run(world, weeks=5)
    assert performed(broken, "japan")[-1] == (4, 0.0, "withheld")
    paid = [weekly(broken, country, "weighted")[4] for country in ("us", "japan")]
    assert disagreements(opening) == pytest.approx(paid)


@pytest.mark.parametrize("threats", [[], [THREAT]])
def test_those_who_look_far_ahead_compare_with_no_deal(threats: list[Data]) -> None:
    world = dear(discount=1.0, strategies=STUBBORN, threats=threats)
    opening, *_ = opened(run(world, weeks=8))
    broken = run(world, weeks=16)
    assert deal_of(broken)["ended"] == 12
    paid = [weekly(broken, country, "weighted")[15] for country in ("us", "japan")]
    assert disagreements(opening) == pytest.approx(paid)


def test_in_between_two_broken_periods_count_and_then_no_deal() -> None:
    (opening,) = opened(run(dear(threats=[THREAT]), weeks=4))
    later = 0.98 ** (2 * 4)
    us = (1 - later) * (-1 - 2) + later * -2  # it performs, nothing comes back, the threat does
    japan = (1 - later) * (0.8 * 3 + 0.25) + later * 0.25
    assert disagreements(opening) == pytest.approx([us, japan])


def test_a_deal_that_both_would_break_lasts_for_one_period_more() -> None:
    world = dear(strategies=STUBBORN)
    world["countries"]["us"]["compliance"] = plays(1, 0)
    (opening,) = opened(run(world, weeks=4))
    assert opening.by == ("us", "japan")
    # Neither performs, and neither is relied on.
    assert disagreements(opening) == pytest.approx([0.0, 0.0])
    threatened = dear(strategies=STUBBORN, threats=[THREAT])
    threatened["countries"]["us"]["compliance"] = plays(1, 0)
    (opening,) = opened(run(threatened, weeks=4))
    assert disagreements(opening) == pytest.approx([-2.0, 0.25])


def test_whoever_would_break_the_deal_never_takes_less_than_the_deal_as_it_stands() -> None:
    # It breaks a deal for no gain: without it, and with it broken, it has less.
    world = dear(compliance=plays(1, 0), events=[], strategies=STUBBORN, discount=1.0)
    (opening,) = opened(run(world, weeks=4))
    assert disagreements(opening) == pytest.approx([0.0, -0.5 + 0.8 * 3])


def test_a_pledge_that_is_enforced_holds_whoever_would_break_the_deal_by_half() -> None:
    pledge = issue("pledge", "japan", ["none", "word"], us=[0, 0], japan=[0, 0])
    pledge |= {"assurance": [0, 0.5], "enforced": True}
    old = OLD_DEAL | {"outcome": {"cut": 5, "buy": 50, "pledge": "word"}}
    world = dear(discount=0.001, strategies=("linear", "linear"), deals=[old])
    world["talks"]["trade"]["issues"].append(pledge)
    opening, *_ = opened(run(world, weeks=4))
    # Half of the time what Japan has to buy is bought all the same.
    assert disagreements(opening) == pytest.approx([-1 + 0.5 * 2.5, 0.5 * -3 + 0.8 * 3])


@given(data=scenarios(max_parties=3, max_talks=2), seed=st.integers(0, 9))
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
def test_new_terms_are_worth_the_disagreement_to_all_and_the_old_deal_to_whom_it_was_too_dear(
    data: Data, seed: int
) -> None:
    for country in data["countries"].values():
        country["compliance"] = "volatile:probability=0.4"
    for talk in data["talks"].values():
        talk["renegotiate_weeks"] = 3
    for opening in opened(run(data | {"weeks": 60}, seed=seed)):
        if (agreed := opening.talk.agreement) is None:
            continue
        for turn in opening.talk.turns:
            wants = turn.preferences
            assert wants.rational[agreed]
            assert wants.expected[agreed] >= wants.disagreement - 1e-9
            assert wants.allowed is not None
            held = (~wants.allowed).nonzero()[0]
            if opening.by == (turn.party,) and len(held) == 1:  # no audience but for the old deal
                assert wants.expected[agreed] >= wants.expected[held[0]] - 1e-9


# --- when it opens, and until when ----------------------------------------------------------


@pytest.mark.parametrize("weeks", [1, 2, 3])
def test_it_opens_that_many_weeks_before_a_review_and_lasts_until_it(weeks: int) -> None:
    world = dear({"renegotiate_weeks": weeks}, STUBBORN, compliance=plays(1, 0))
    (opening,) = opened(run(world, weeks=5))
    assert (opening.week, opening.rounds) == (4 - weeks, 3 * weeks)
    assert opening.talk.turns[0].week == 3


def test_it_opens_once_before_a_review_and_not_again_after_it_has_failed() -> None:
    result = run(dear(strategies=("scripted", "linear"), compliance=plays(1, 1, 0)), weeks=14)
    # The US walks away at once. In week 16 the deal will collapse.
    found = [(o.week, o.occasion) for o in result.world.openings]
    assert found == [(6, Occasion.RENEGOTIATION), (10, Occasion.RENEGOTIATION)]


def test_a_deal_that_collapses_at_its_review_is_not_talked_about_before() -> None:
    result = run(dear(strategies=STUBBORN), weeks=12)
    # It is disregarded in weeks 4 and 8, and collapses in week 12.
    assert [o.week for o in opened(result)] == [2, 6]


def test_a_deal_that_expires_before_its_review_is_not_talked_about() -> None:
    # Signed two weeks before the run, it expires in week 8, when it would be reviewed.
    result = run(dear({"term_weeks": 10}, STUBBORN, compliance=plays(1, 1, 0)))
    assert opened(result) == []


@pytest.mark.parametrize("opens", [1, 2])
def test_while_another_talk_is_open_it_does_not_open(opens: int) -> None:
    world = dear({"opens": week(opens), "deadline": week(9)}, STUBBORN, compliance=plays(1, 0, 1))
    assert [o.occasion for o in run(world, weeks=9).world.openings] == [Occasion.PLANNED]


def test_a_talk_that_is_planned_opens_once_it_is_over() -> None:
    world = dear({"opens": week(3), "deadline": week(9)}, STUBBORN, compliance=plays(1, 0, 1))
    found = [(o.week, o.occasion) for o in run(world, weeks=9).world.openings]
    assert found == [(2, Occasion.RENEGOTIATION), (4, Occasion.PLANNED)]


def test_neither_a_threat_nor_an_event_moves_its_deadline() -> None:
    threat = THREAT | {
        "effective": "deadline",
        "policy": {"extend": 1.0, "weeks": 8},
        "payoffs": {"us": -0.1},
    }
    world = dear(
        {"opens": START, "deadline": week(4)},
        (offers([10, 100]), offers([0, 0])),
        compliance=plays(1, 0),
        threats=[threat],
    )
    world["talks"]["trade"]["opens"] = week(3)
    world["events"] = [{"date": week(3), "set": {"talks.trade.deadline": week(20)}}]
    opening, *_ = run(world, weeks=6).world.openings
    assert opening.occasion is Occasion.RENEGOTIATION
    assert (opening.talk.rounds, opening.talk.turns[0].week) == (6, 3)


# --- policies -------------------------------------------------------------------------------


def test_a_policy_that_draws_says_before_the_review_what_it_does_there() -> None:
    seen = set()
    for seed in range(12):
        world = dear(strategies=STUBBORN, compliance="volatile:probability=0.4", events=[])
        result = run(world, seed=seed, weeks=9)
        asked = {o.week + 2 for o in opened(result)}
        broken = {w for w, q, _ in performed(result, "japan") if q == 0 and w > 0}
        assert asked == broken
        seen |= asked
    assert seen == {4, 8}


def test_an_answer_in_kind_is_foreseen_too() -> None:
    world = dear(strategies=STUBBORN, compliance="reciprocal", events=[])
    world["countries"]["us"]["compliance"] = plays(1, 0, 1)
    found = [(o.week, o.by) for o in opened(run(world, weeks=12))]
    assert found == [(2, ("us",)), (6, ("japan",))]


# --- ratification ---------------------------------------------------------------------------


def test_a_deal_is_kept_while_other_terms_wait_for_ratification() -> None:
    result = run(dear({"ratify_weeks": 6}))
    old, new = deal_of(result, 0), deal_of(result, 1)
    assert (new["signed"], new["in_force"], old["ended"]) == (3, 9, 9)
    # The reviews of weeks 4 and 8, at which it would have been broken.
    kept = [(0, 1.0, "kept"), (4, 1.0, "kept"), (8, 1.0, "kept")]
    assert performed(result, "japan", "trade:0") == kept


def test_an_event_breaks_a_deal_even_while_other_terms_wait() -> None:
    world = dear({"ratify_weeks": 6})
    forced = {"date": week(4), "disregard": {"talk": "trade", "by": "japan"}}
    world["events"] = [*world["events"], forced]
    assert performed(run(world), "japan", "trade:0")[1] == (4, 0.0, "forced")


def test_after_an_audience_has_rejected_other_terms_the_talk_opens_before_the_next_review() -> None:
    audience = {"us": {"threshold": 10.0, "noise": 1e4}}
    results = (
        run(dear({"ratify_weeks": 2, "audience": audience}), seed=seed, weeks=7)
        for seed in range(20)
    )
    result = next(r for r in results if len(r.deals) > 1)
    assert (deal_of(result, 1)["status"], deal_of(result, 1)["ended"]) == ("rejected", 5)
    reasons = [(w, reason) for w, _, reason in performed(result, "japan", "trade:0")]
    assert reasons == [(0, "kept"), (4, "kept")]
    # Not after cooling off, which is in week 9.
    assert [o.week for o in result.world.openings] == [2, 6]


def test_the_same_seed_gives_the_same_talks() -> None:
    world = dear(compliance="volatile:probability=0.4", valuation_sd=0.2)
    first, second = (run(world, seed=5) for _ in range(2))
    assert opened(first)
    assert first.offers.equals(second.offers)
    assert first.payoffs.equals(second.payoffs)
