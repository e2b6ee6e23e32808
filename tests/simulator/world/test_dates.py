"""Dates that bend: threats extended or carried out, what that teaches, and who answers whom."""

from datetime import date
from typing import Any

import pytest

from experiments.run import load, run
from simulator.negotiation.talk import TalkState
from simulator.world.track import Track
from tests.simulator.world.small import (
    allies,
    desk,
    issue,
    offers,
    openings,
    plays,
    two,
    week,
    weekly,
)

Data = dict[str, Any]

STUBBORN = {"us": {"strategy": offers([10, 100])}, "japan": {"strategy": offers([0, 0])}}
ONCE = {"extend": 1.0, "after": 0.0, "weeks": 2}  # extended once, then carried out
COUNTS = "beta:kappa=1:lam=1"


def threat(announced: int = 0, effective: date | str = "deadline", **more: Any) -> Data:
    """Return a threat by the US that costs itself .5 and Japan 4."""
    payoffs = {"us": -0.5, "japan": -4.0}
    base = {"talk": "trade", "by": "us", "announced": week(announced), "payoffs": payoffs}
    return base | {"effective": effective} | more


def acts(result: Any) -> list[tuple[int, str, float, int]]:
    """Return week, act, factor and date of each row of the table of threats."""
    rows = result.threats.to_dict("records")
    return [(r["week"], r["act"], r["factor"], r["deadline"]) for r in rows]


def stubborn(talk: Data | None = None, **more: Any) -> Data:
    """Return a world in which nobody gives in."""
    return two(talk, **{key: STUBBORN[key] | more.pop(key, {}) for key in STUBBORN}, **more)


# -- extensions ----------------------------------------------------------------------------------


def test_an_extended_deadline_lets_the_talk_go_on_and_comes_again() -> None:
    result = run(stubborn(threats=[threat(policy=ONCE)]), weeks=12)
    assert acts(result) == [
        (0, "announced", 1.0, 4),
        (4, "extended", 1.0, 6),
        (6, "carried out", 1.0, 6),
    ]
    assert weekly(result, "japan") == [0.0] * 6 + [-4.0] * 6
    assert list(result.offers.query("opening == 0 and proposer == 'us'")["week"]) == [*range(6)]
    assert [w for w, _, _ in openings(result)] == [0, 9]  # cooling off from week 5


@pytest.mark.parametrize("day", range(7))
def test_a_talk_whose_last_round_comes_before_its_date_waits_for_it(day: int) -> None:
    world = stubborn({"deadline": week(4, day)}, threats=[threat(policy=ONCE)])
    result = run(world | {"rounds_per_week": 5}, weeks=8)
    assert [row[:2] for row in acts(result)[1:]] == [(4, "extended"), (6, "carried out")]
    (opening, *_) = result.world.openings
    assert opening.talk.round == (7 * 6 + day) * 5 // 7


def test_an_extension_may_raise_the_threat() -> None:
    policy = ONCE | {"raise": 0.25}
    result = run(stubborn(threats=[threat(policy=policy)]), weeks=8)
    assert acts(result)[1:] == [(4, "extended", 1.25, 6), (6, "carried out", 1.25, 6)]
    assert weekly(result, "japan")[6:] == [-5.0] * 2
    assert weekly(result, "us")[6:] == [-0.625] * 2


def test_a_deal_after_an_extension_is_signed_as_any_other() -> None:
    late = offers(*[[0, 0]] * 5, [5, 50])
    us = offers(*[[10, 100]] * 5, [5, 50])
    world = two(us={"strategy": us}, japan={"strategy": late}, threats=[threat(policy=ONCE)])
    result = run(world, weeks=9)
    assert list(result.deals["signed"]) == [5]
    assert acts(result)[-1][1] == "extended"
    assert weekly(result, "japan")[5:] == [2.5] * 4


def test_a_threat_with_a_date_of_its_own_moves_alone() -> None:
    world = stubborn({"deadline": week(8)}, threats=[threat(0, week(3), policy=ONCE)])
    result = run(world, weeks=9)
    assert [row[:2] for row in acts(result)[1:]] == [(3, "extended"), (5, "carried out")]
    assert len(result.offers.query("proposer == 'us'")) == 8
    assert desk(run(world, weeks=2), "us").hold == 1.0


def test_a_talk_that_ended_before_does_not_go_on_when_its_date_moves() -> None:
    leaves = {"strategy": "scripted:offers=[]"}
    world = stubborn({"cooling_weeks": 30}, us=leaves, threats=[threat(policy=ONCE)])
    result = run(world, weeks=8)
    assert [row[:2] for row in acts(result)[1:]] == [(4, "extended"), (6, "carried out")]
    assert openings(result) == [(0, 4, False)]


def test_threats_at_one_deadline_move_by_the_longest_extension() -> None:
    second = threat(id="second", by="japan", payoffs={"us": -1.0}, policy=ONCE | {"weeks": 3})
    third = threat(id="third", by="japan", payoffs={"us": -2.0})
    result = run(stubborn(threats=[threat(policy=ONCE), second, third]), weeks=8)
    assert [row[1:] for row in acts(result) if row[0] == 4] == [
        ("extended", 1.0, 7),
        ("extended", 1.0, 7),
        ("carried out", 1.0, 4),
    ]
    assert weekly(result, "us") == [0.0] * 4 + [-2.0] * 3 + [-3.5]


def test_an_event_may_move_a_deadline_that_a_policy_has_moved() -> None:
    move = {"date": week(5), "set": {"talks.trade.deadline": week(8)}}
    result = run(stubborn(threats=[threat(policy=ONCE)], events=[move]), weeks=10)
    assert [row[:2] for row in acts(result)[1:]] == [(4, "extended"), (8, "carried out")]
    assert len(result.offers.query("proposer == 'us' and opening == 0")) == 8


def test_a_collapsed_deal_brings_the_date_up_again() -> None:
    broken = {"compliance": plays(0)}
    policy = {"extend": 1.0, "after": 0.0, "weeks": 3}
    result = run(two(us=broken, japan=broken, threats=[threat(policy=policy)]), weeks=9)
    assert acts(result)[1:3] == [(4, "extended", 1.0, 7), (7, "carried out", 1.0, 7)]
    assert acts(result)[3][:2] == (8, "ended")  # the talk has opened again, and they sign again


def test_a_deal_ends_what_is_being_carried_out() -> None:
    late = offers(*[[0, 0]] * 6, [5, 50])
    us = offers(*[[10, 100]] * 6, [5, 50])
    talk = {"deadline": week(9)}
    world = two(talk, us={"strategy": us}, japan={"strategy": late}, threats=[threat(0, week(2))])
    result = run(world, weeks=9)
    assert [row[:2] for row in acts(result)[1:]] == [(2, "carried out"), (6, "ended")]
    assert weekly(result, "japan") == [0.0] * 2 + [-4.0] * 4 + [2.5] * 3


def test_one_draw_decides_for_all_threats_of_a_country_in_a_week() -> None:
    policy = {"extend": 0.5, "weeks": 20}
    world = stubborn(threats=[threat(policy=policy), threat(0, week(4), id="b", policy=policy)])
    for seed in range(12):
        done = {row[1] for row in acts(run(world, seed=seed, weeks=5)) if row[0] == 4}
        assert len(done) == 1
    shares = [acts(run(world, seed=seed, weeks=5))[2][1] for seed in range(60)]
    assert 18 <= shares.count("extended") <= 42


# -- the clock -----------------------------------------------------------------------------------


def test_each_party_reckons_with_its_own_view_of_the_deadline() -> None:
    policy = {"extend": 0.3, "weeks": 2}
    believes = {"credibility": "fixed:t0=0.6"}
    result = run(stubborn(japan=believes, threats=[threat(policy=policy)]), weeks=2)
    us, japan = desk(result, "us"), desk(result, "japan")
    assert (us.hold, us.extension) == (0.7, 2)
    assert (japan.hold, japan.extension) == (0.6, 2)


def test_the_clock_knows_of_the_extension_to_the_last_round() -> None:
    policy = {"extend": 0.3, "weeks": 2}
    for weeks in range(1, 5):
        seen = desk(run(stubborn(threats=[threat(policy=policy)]), weeks=weeks), "us")
        assert (seen.hold, seen.extension, seen.rounds) == (0.7, 2, 4)


def test_after_counts_once_the_date_has_been_extended() -> None:
    policy = {"extend": 1.0, "after": 0.25, "weeks": 2}
    result = run(stubborn(threats=[threat(policy=policy)]), weeks=5)
    assert (desk(result, "us").hold, desk(result, "us").rounds) == (0.75, 6)


def test_a_deadline_without_threats_holds() -> None:
    assert desk(run(stubborn(), weeks=2), "us").hold == 1.0


def test_the_chances_of_several_authors_multiply_and_those_of_one_do_not() -> None:
    policy = {"extend": 0.5, "weeks": 2}
    mine = [threat(policy=policy), threat(id="b", policy=policy)]
    theirs = threat(id="c", by="japan", payoffs={"us": -1.0}, policy={"extend": 0.2, "weeks": 3})
    result = run(stubborn(us={"credibility": "fixed:t0=0.9"}, threats=[*mine, theirs]), weeks=2)
    us = desk(result, "us")
    assert (us.hold, us.extension) == (pytest.approx(0.5 * 0.9), 3)


# -- credibility ---------------------------------------------------------------------------------


def believed(result: Any, observer: str, subject: str = "us") -> list[float]:
    table = result.trust.query(f"observer == '{observer}' and subject == '{subject}'")
    return [float(value) for value in table["credibility"]]


def test_what_the_date_brings_is_evidence_to_the_target() -> None:
    world = stubborn(japan={"credibility": COUNTS}, threats=[threat(policy=ONCE)])
    seen = believed(run(world, weeks=8), "japan")
    extended, carried_out = 1 / 2.5, 2 / 3.5
    assert seen == pytest.approx([0.5] * 4 + [extended] * 2 + [carried_out] * 2)


def test_others_hear_of_it_and_trust_does_not_move() -> None:
    world = stubborn(threats=[threat()])
    world["countries"]["uk"] = {"credibility": COUNTS}
    world["countries"]["far"] = {"credibility": COUNTS}
    world["relationships"] = [{"between": ["uk", "japan"], "weight": 0.4}]
    world["good_news"] = 0.5
    result = run(world, weeks=6)
    assert believed(result, "uk")[-1] == pytest.approx((1 + 0.4 * 0.5) / (2 + 0.4 * 0.5))
    assert believed(result, "far")[-1] == 0.5
    assert result.trust["trust"].nunique() == 2  # .8 of both parties, .5 of the others


def test_to_withdraw_without_a_deal_is_to_break_ones_word() -> None:
    event = {"date": week(2), "withdraw": "us-trade"}
    world = stubborn(japan={"credibility": COUNTS}, threats=[threat()], events=[event])
    assert believed(run(world, weeks=4), "japan") == pytest.approx([0.5] * 2 + [1 / 3] * 2)


def test_a_deal_says_nothing_of_a_threat() -> None:
    event = {"date": week(6), "withdraw": "us-trade"}
    world = two(japan={"credibility": COUNTS}, threats=[threat()], events=[event])
    assert believed(run(world, weeks=8), "japan") == [0.5] * 8


def test_a_threat_weighs_as_far_as_it_is_believed_and_in_full_while_carried_out() -> None:
    world = stubborn({"cooling_weeks": 0}, japan={"credibility": "fixed:t0=0.25"})
    world["threats"] = [threat()]
    before, after = (desk(run(world, weeks=w), "japan").preferences for w in (3, 6))
    assert (before.disagreement, after.disagreement) == (-1.0, -4.0)
    policy = {"extend": 0.4, "weeks": 9}
    hesitant = stubborn({"cooling_weeks": 0}, threats=[threat(policy=policy)])
    assert desk(run(hesitant, weeks=3), "us").preferences.disagreement == pytest.approx(-0.3)


def test_past_threats_are_replayed_as_past_promises_are() -> None:
    history = [
        {"date": week(-20), "what": "a", "obligor": "us", "beneficiaries": "japan"}
        | {"quality": quality, "stake": stake, "kind": "threat"}
        for quality, stake in ((1, 1), (1, 1), (0, 0.5))
    ]
    world = stubborn(japan={"credibility": COUNTS}, history=history)
    assert believed(run(world, weeks=1), "japan") == pytest.approx([3 / 4.5])
    assert list(run(world, weeks=1).trust["trust"]) == [0.8, 0.8]


# -- a breach, and what is left of the threat ----------------------------------------------------


def ladder_world(outcome: Data, **more: Any) -> Data:
    tariff = issue("tariff", "us", [24, 15, 10, 5], us=[1, 0.5, 0, -1], japan=[-4, -1, 0, 2])
    buys = issue("buys", "japan", [0, 50], us=[0, 2], japan=[0, -0.5])
    deal = {"talk": "trade", "signed": week(0), "outcome": outcome}
    on = {"talk": "trade", "by": "us", "announced": week(-1), "issue": "tariff", "level": 24}
    talk = {"open": False, "issues": [tariff | {"status_quo": 10}, buys]}
    threats = [on | {"effective": week(0), "cost": 0.3} | more.pop("threat", {})]
    return two(talk, deals=[deal], threats=threats, **more)


def test_who_breaks_a_deal_adds_the_rest_of_its_threat() -> None:
    world = ladder_world({"tariff": 15, "buys": 50}, us={"compliance": plays(0, 1)})
    result = run(world, weeks=5)
    # Japan: buys -.5, suffers the 15 % anyway and, in the broken period, the rest of the 24 %.
    assert weekly(result, "japan") == pytest.approx([-0.5 - 1 - 3] * 4 + [-0.5 - 1])
    # The US keeps what it takes, and gains what the threat adds to that.
    assert weekly(result, "us") == pytest.approx([2 + 0.5 + (1 - 0.3 - 0.5)] * 4 + [2.5])


def test_a_threat_that_would_not_be_carried_out_spares_the_partner_of_a_breach() -> None:
    world = ladder_world(
        {"tariff": 5, "buys": 50},
        us={"compliance": plays(0)},
        threat={"policy": {"extend": 0.5, "weeks": 4}},
    )
    lost = [weekly(run(world, seed=seed, weeks=1), "japan")[0] for seed in range(60)]
    assert set(lost) == {-0.5, -4.5}
    assert 18 <= lost.count(-0.5) <= 42


# -- answers -------------------------------------------------------------------------------------


def answer(**more: Any) -> Data:
    own = {"talk": "trade", "by": "japan", "announced": week(0), "payoffs": {"us": -1.0}}
    return own | {"answers": "us-trade"} | more


def test_an_answer_is_announced_no_earlier_and_withdrawn_with_what_it_answers() -> None:
    event = {"date": week(3), "withdraw": "us-trade"}
    world = stubborn(threats=[threat(1), answer()], events=[event])
    rows = run(world, weeks=5).threats
    assert list(zip(rows["week"], rows["by"], rows["act"], strict=True)) == [
        (1, "us", "announced"),
        (1, "japan", "announced"),
        (3, "us", "withdrawn"),
        (3, "japan", "withdrawn"),
    ]


def test_a_suspended_answer_waits_while_the_talk_is_under_way() -> None:
    early = answer(effective=week(2), suspended=True)
    result = run(stubborn(threats=[threat(), early]), weeks=6)
    assert [row[:2] for row in acts(result)[2:]] == [(3, "carried out"), (4, "carried out")]
    at_once = run(stubborn(threats=[threat(), answer(effective=week(2))]), weeks=6)
    assert acts(at_once)[2][:2] == (2, "carried out")


def test_a_suspended_answer_waits_until_it_is_known_whether_the_deadline_moves() -> None:
    # The last round is held the week before the date.
    early = answer(effective=week(2), suspended=True, policy={"extend": 1.0})
    always = threat(policy={"extend": 1.0, "weeks": 2})
    result = run(stubborn(threats=[always, early]), weeks=9)
    rows = result.threats
    assert list(rows[rows["by"] == "us"]["week"]) == [0, 4, 6, 8]
    assert list(rows[rows["by"] == "japan"]["week"]) == [0]
    once = run(stubborn(threats=[threat(policy=ONCE), early | {"policy": {}}]), weeks=9)
    assert [row[:2] for row in acts(once)[2:]] == [
        (4, "extended"),
        (5, "carried out"),  # Japan's: the deadline cannot move again, and the talk is over
        (6, "carried out"),
    ]


def test_a_talk_between_its_last_round_and_a_date_that_may_move_is_open() -> None:
    result = run(stubborn(threats=[threat(policy=ONCE)]), weeks=4)
    (opening,) = result.world.openings
    assert (opening.talk.round, opening.talk.state) == (4, TalkState.OPEN)
    (opening,) = run(stubborn(threats=[threat()]), weeks=4).world.openings
    assert opening.talk.state is TalkState.TIMED_OUT


# -- acting together -----------------------------------------------------------------------------


def test_against_a_coalition_no_deal_with_one_means_the_lists_of_all() -> None:
    result = run(allies(part_ends=False, signs=()), weeks=1)
    for talk in ("a", "b"):
        track: Track = result.world.tracks[talk]
        assert sum(track.without(0, [1.0])) == -3.0
        assert sum(track.without(1, [1.0])) == -0.25
    # Each list is carried out once.
    assert weekly(run(allies(part_ends=False), weeks=4), "us") == [0.0, 0.0, -3.0, -3.0]


def test_a_deal_with_one_member_ends_its_own_part_if_the_coalition_says_so() -> None:
    for part_ends, others in ((True, -2.0), (False, -3.0)):
        result = run(allies(part_ends, signs=["a"]), weeks=4)
        assert list(result.deals["talk"]) == ["a"]
        track: Track = result.world.tracks["b"]
        assert sum(track.without(0, [1.0])) == others
        kept = [-1.0, -1.0] + [-1.0 + others] * 2
        assert weekly(result, "us") == kept


def test_the_lists_end_with_the_last_deal() -> None:
    result = run(allies(part_ends=False, signs=["a", "b"]), weeks=4)
    assert set(result.threats["act"]) == {"announced"}
    assert weekly(result, "us") == [-2.0] * 4


def test_members_move_together() -> None:
    policy = {"extend": 0.5, "weeks": 20}
    data = allies(part_ends=False)
    for own in data["threats"]:
        own["policy"] = policy
    for seed in range(12):
        rows = run(data, seed=seed, weeks=3).threats.query("week == 2")
        assert len(rows) == 2
        assert rows["act"].nunique() == 1


def test_without_coalitions_nobody_reckons_with_the_lists_of_others() -> None:
    alone = allies(part_ends=True)
    alone["coalitions"] = []
    result = run(alone, weeks=1)
    assert [sum(result.world.tracks[t].without(0, [1.0])) for t in ("a", "b")] == [-1.0, -2.0]
    assert load(alone).coalitions == ()
